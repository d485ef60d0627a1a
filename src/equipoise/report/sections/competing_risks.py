"""One endpoint with competing events: what happens first, how often, and in which arm."""

from equipoise.analyze.results import ArmIncidence, CompetingRisksAnalysis, CompetingRisksComparison
from equipoise.report.context import Context
from equipoise.report.document import Figure, Row, Section, Table
from equipoise.report.figures.incidence import incidence_figure
from equipoise.report.format import (
    absent_footnotes,
    count,
    interval_footnote,
    patients_percent,
    percent,
    ratio,
    sentence,
    with_interval,
)
from equipoise.report.plain_words import in_words
from equipoise.report.sections.parts import (
    ELSEWHERE,
    conventions_of,
    distinct,
    estimand_table,
    verdict_callouts,
)

NOT_ONE_MINUS = (
    "Cumulative incidence is the proportion in whom this happened first; one minus Kaplan-Meier "
    "would overstate it where other events compete."
)


def competing_risks_section(analysis: CompetingRisksAnalysis, context: Context) -> Section:
    """Report incidence of every cause, Gray's tests and the cause-specific hazard ratio."""
    tables = [incidence_table(analysis, context)]
    if analysis.comparisons:
        tables.append(comparison_table(analysis, context))
    return Section(
        id=f"endpoint-{analysis.estimand.id}",
        title=analysis.endpoint.label,
        blocks=(
            estimand_table(analysis.estimand, context),
            *verdict_callouts(analysis.verdicts, context),
            curves(analysis, context),
            *tables,
        ),
    )


def curves(analysis: CompetingRisksAnalysis, context: Context) -> Figure:
    """Draw the incidence of each cause."""
    cells = {
        arm.arm.id: tuple(f"{count(c.events)} / {count(arm.patients)}" for c in arm.causes[:3])
        for arm in analysis.arms
    }
    notes = tuple(note(pair, analysis, context) for pair in analysis.comparisons)
    told = " ".join(arm_in_words(arm, context) for arm in analysis.arms)
    text = f"Cumulative incidence curves, by cause and arm. {told}"
    return incidence_figure(analysis, context.clock, cells, notes, text)


def note(pair: CompetingRisksComparison, analysis: CompetingRisksAnalysis, context: Context) -> str:
    """Print Gray's test of the endpoint's event in a line."""
    cause = analysis.arms[0].causes[0].cause
    test = pair.tests.get(cause)
    if test is None:
        return pair.comparison.label
    return f"{pair.comparison.label}: {cause}, {test.method}, {context.p_phrase(test)}"


def arm_in_words(arm: ArmIncidence, context: Context) -> str:
    """Tell what the curves show to who cannot see them."""
    parts = []
    for cause in arm.causes:
        rates = "".join(
            f", {in_words(rate.estimate, percent, '%')} at {context.clock.length(rate.time)}"
            for rate in cause.landmarks
        )
        parts.append(f"{cause.cause} in {count(cause.events)} of {count(arm.patients)}{rates}")
    return f"{arm.arm.label}: " + "; ".join(parts) + "."


def incidence_table(analysis: CompetingRisksAnalysis, context: Context) -> Table:
    """Give each arm's incidence by cause at the landmarks."""
    arms = analysis.arms
    rows: list[Row] = []
    for place, cause in enumerate(arms[0].causes):
        events = [patients_percent(arm.causes[place].events, arm.patients) for arm in arms]
        rows.append(Row((f"{sentence(cause.cause)} first, n (%)", *events), strong=place == 0))
        for mark, rate in enumerate(cause.landmarks):
            cells = [
                with_interval(arm.causes[place].landmarks[mark].estimate, percent) for arm in arms
            ]
            when = context.clock.length(rate.time)
            rows.append(Row((f"Incidence at {when}, % ({context.confidence})", *cells), 1))
    censored = [patients_percent(arm.censored, arm.patients) for arm in arms]
    rows.append(Row(("Censored, n (%)", *censored)))
    rates = [rate.estimate for arm in arms for cause in arm.causes for rate in cause.landmarks]
    return Table(
        id=f"{analysis.estimand.id}-arms",
        title=f"{analysis.endpoint.label} and competing events by arm",
        header=("", *(context.heading(arm.arm, arm.patients) for arm in arms)),
        rows=tuple(rows),
        footnotes=(
            NOT_ONE_MINUS,
            *interval_footnote("Incidence", rates[0] if rates else None),
            *absent_footnotes(rates),
        ),
        estimand=analysis.estimand.label,
    )


def comparison_table(analysis: CompetingRisksAnalysis, context: Context) -> Table:
    """Compare arms: Gray's test per cause, differences, cause-specific hazard ratio."""
    pairs = analysis.comparisons
    ci = context.confidence
    ratios = [with_interval(pair.cause_specific_hazard_ratio, ratio) for pair in pairs]
    rows = [Row((f"Gray's test, {context.alternative.value} P", *("" for _ in pairs)))]
    for cause in pairs[0].tests:
        cells = [context.p_cell(pair.tests[cause]) for pair in pairs]
        rows.append(Row((sentence(cause), *cells), 1))
    if pairs[0].landmarks:
        heading = (
            f"Difference in incidence, percentage points ({ci}); {context.alternative.value} P"
        )
        rows.append(Row((heading, *("" for _ in pairs))))
    for place, mark in enumerate(pairs[0].landmarks):
        cells = [
            f"{with_interval(pair.landmarks[place].estimate, percent)}; "
            f"P {context.p_cell(pair.landmarks[place].test)}"
            for pair in pairs
        ]
        rows.append(Row((f"At {context.clock.length(mark.time)}", *cells), 1))
    rows.append(Row((f"Cause-specific hazard ratio ({ci})", *ratios)))
    tests = [test for pair in pairs for test in pair.tests.values()]
    return Table(
        id=f"{analysis.estimand.id}-comparisons",
        title=f"{analysis.endpoint.label}: comparison of arms",
        header=("", *(pair.comparison.label for pair in pairs)),
        rows=tuple(rows),
        footnotes=distinct(
            ("Differences are experimental minus control, ratios experimental over control.",),
            interval_footnote("Hazard ratio", pairs[0].cause_specific_hazard_ratio),
            interval_footnote(
                "Differences", pairs[0].landmarks[0].estimate if pairs[0].landmarks else None
            ),
            conventions_of(tests),
            (ELSEWHERE,),
            absent_footnotes(
                [[pair.cause_specific_hazard_ratio, pair.landmarks] for pair in pairs], tests
            ),
        ),
        estimand=analysis.estimand.label,
    )
