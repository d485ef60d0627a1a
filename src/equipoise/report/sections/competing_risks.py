"""One endpoint with competing events: what happens first, how often, and in which arm."""

from equipoise.analyze.results import (
    ArmIncidence,
    CompetingRisksAnalysis,
    CompetingRisksComparison,
    Verdict,
)
from equipoise.report.context import Context
from equipoise.report.conventions import conventions_of
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
from equipoise.report.plain_words import in_words, listed, name_of_test, phrase_of_test
from equipoise.report.promised_effect import effect_beside_curves
from equipoise.report.sections.p_values import NOT_PART, decisive
from equipoise.report.sections.parts import (
    ELSEWHERE,
    distinct,
    estimand_table,
    strata_footnotes,
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
    """Print the effect on the endpoint's event, with Gray's test, in a line."""
    cause = analysis.arms[0].causes[0].cause
    test = pair.tests.get(cause)
    said = f"{pair.comparison.label}: {effect_beside_curves(pair, context)}"
    return f"{said}, {phrase_of_test(test, context)}" if test else said


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
    pairs, landmarks = analysis.comparisons, analysis.comparisons[0].landmarks
    ci = context.confidence
    kind = ", stratified" if any(pair.strata for pair in pairs) else ""
    rows = [Row((f"Gray's test{kind}, {context.alternative.value} P", *("" for _ in pairs)))]
    rows += [row_of_test(cause, analysis, context) for cause in pairs[0].tests]
    rows += rows_of_other_tests(analysis, context)
    if landmarks:
        heading = (
            f"Difference in incidence, percentage points ({ci}); {context.alternative.value} P"
        )
        rows.append(Row((heading, *("" for _ in pairs))))
    for place, mark in enumerate(landmarks):
        cells = [
            f"{with_interval(pair.landmarks[place].estimate, percent)}; "
            f"P {context.p_cell(pair.landmarks[place].test)}"
            for pair in pairs
        ]
        rows.append(Row((f"At {context.clock.length(mark.time)}", *cells), 1))
    ratios = [with_interval(pair.cause_specific_hazard_ratio, ratio) for pair in pairs]
    rows.append(Row((f"Cause-specific hazard ratio{kind} ({ci})", *ratios)))
    if kind:
        ratios = [with_interval(pair.unstratified_hazard_ratio, ratio) for pair in pairs]
        rows.append(Row((f"Cause-specific hazard ratio, unstratified ({ci})", *ratios)))
    tests = [test for pair in pairs for test in pair.tests.values()]
    tests += [each.test for each in other_verdicts(analysis)]
    return Table(
        id=f"{analysis.estimand.id}-comparisons",
        title=f"{analysis.endpoint.label}: comparison of arms",
        header=("", *(pair.comparison.label for pair in pairs)),
        rows=tuple(rows),
        footnotes=distinct(
            ("Differences are experimental minus control, ratios experimental over control.",),
            strata_footnotes(pairs),
            ("Incidence and its differences are not stratified.",) if kind and landmarks else (),
            interval_footnote("Hazard ratio", pairs[0].cause_specific_hazard_ratio),
            interval_footnote("Differences", landmarks[0].estimate if landmarks else None),
            supportive(analysis),
            conventions_of(tests, context.alternative),
            (ELSEWHERE,),
            absent_footnotes(
                [
                    [p.cause_specific_hazard_ratio, p.unstratified_hazard_ratio, p.landmarks]
                    for p in pairs
                ],
                tests,
            ),
        ),
        estimand=analysis.estimand.label,
    )


def row_of_test(cause: str, analysis: CompetingRisksAnalysis, context: Context) -> Row:
    """Give Gray's test of one cause, strong where it decides a hypothesis."""
    pairs = analysis.comparisons
    decides = dict.fromkeys(
        name
        for pair in pairs
        for name in decisive(analysis.verdicts, pair.comparison.id, pair.tests[cause])
    )
    cells = [context.p_cell(pair.tests[cause]) for pair in pairs]
    named = f" (test of {listed(list(decides))})" if decides else ""
    return Row((sentence(cause) + named, *cells), 1, strong=bool(decides))


def other_verdicts(analysis: CompetingRisksAnalysis) -> list[Verdict]:
    """List the decisions that rest on another test than Gray's, as of the cause-specific hazard."""
    known = [test for pair in analysis.comparisons for test in pair.tests.values()]
    return [verdict for verdict in analysis.verdicts if verdict.test not in known]


def rows_of_other_tests(analysis: CompetingRisksAnalysis, context: Context) -> list[Row]:
    """Give those tests, each with the hypothesis it decides."""
    rows, sided = [], context.alternative.value
    for verdict in other_verdicts(analysis):
        hypothesis, test = verdict.hypothesis, verdict.test
        name = f"{sentence(name_of_test(test.method))}, {sided} P (test of {hypothesis.id})"
        cells = [
            context.p_cell(test) if pair.comparison.id == hypothesis.comparison else NOT_PART
            for pair in analysis.comparisons
        ]
        rows.append(Row((name, *cells), strong=True))
    return rows


def supportive(analysis: CompetingRisksAnalysis) -> tuple[str, ...]:
    """Say which tests decide nothing."""
    if not analysis.verdicts:
        return (
            "No hypothesis concerns this endpoint: its tests are supportive, not prespecified.",
        )
    return ("Tests not marked as that of a hypothesis are supportive, not prespecified.",)
