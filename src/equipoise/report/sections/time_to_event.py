"""One time-to-event endpoint: the question, the verdict, the curves, and two tables.

The first table describes each arm, the second compares arms; under each stand the methods of its
intervals and the conventions (ties, variance, weights) that its numbers rest on.
"""

from collections.abc import Callable
from dataclasses import replace

from equipoise.analyze.estimates import TestResult
from equipoise.analyze.results import ArmSurvival, TimeToEventAnalysis, TimeToEventComparison
from equipoise.report.context import Context
from equipoise.report.conventions import conventions_of
from equipoise.report.document import Figure, Row, Section, Table
from equipoise.report.figures.survival import survival_figure
from equipoise.report.format import (
    absent_footnotes,
    count,
    interval_footnote,
    p_value,
    patients_percent,
    percent,
    ratio,
    sentence,
    with_interval,
)
from equipoise.report.plain_words import (
    effect_words,
    in_words,
    no_restricted_mean,
    phrase_of_test,
)
from equipoise.report.sections.p_values import rows_of_tests
from equipoise.report.sections.parts import (
    ELSEWHERE,
    distinct,
    estimand_table,
    strata_footnotes,
    verdict_callouts,
)
from equipoise.report.sections.subgroups import subgroup_section

PROPORTIONAL = (
    "Proportional hazards: score test that the effect does not change over follow-up, on the "
    "Kaplan-Meier time scale; a small P speaks against proportional hazards."
)
Cell = Callable[[TimeToEventComparison], str]


def time_to_event_section(analysis: TimeToEventAnalysis, context: Context) -> Section:
    """Report one endpoint with all its comparisons."""
    tables = [arm_table(analysis, context)]
    if analysis.comparisons:
        tables.append(comparison_table(analysis, context))
    subgroups = subgroup_section(analysis, context)
    return Section(
        id=f"endpoint-{analysis.estimand.id}",
        title=analysis.endpoint.label,
        blocks=(
            estimand_table(analysis.estimand, context),
            *verdict_callouts(analysis.verdicts, context),
            curves(analysis, context),
            *tables,
        ),
        sections=(subgroups,) if subgroups else (),
    )


# --- the curves -----------------------------------------------------------------------------


def curves(analysis: TimeToEventAnalysis, context: Context) -> Figure:
    """Draw the curves with the numbers that belong beside them."""
    clock = context.clock
    cells = {
        arm.arm.id: (
            f"{count(arm.events)} / {count(arm.patients)}",
            with_interval(arm.median, clock.show),
        )
        for arm in analysis.arms
    }
    notes = tuple(comparison_note(pair, context) for pair in analysis.comparisons)
    told = [arm_in_words(arm, context) for arm in analysis.arms]
    effects = [
        f"{pair.comparison.label}: {effect_words('hazard ratio', pair.hazard_ratio, ratio)}."
        for pair in analysis.comparisons
    ]
    text = f"Kaplan-Meier curves of {analysis.endpoint.label} by arm. " + " ".join(told + effects)
    label = analysis.endpoint.label
    told_as_share = any(word in label.lower() for word in ("survival", "free", "alive"))
    axis = f"{label} (%)" if told_as_share else "Free of the event (%)"
    header = ("Events / patients", f"Median, {clock.units} ({context.confidence})")
    figure = survival_figure(analysis, clock, axis, header, cells, notes, text)
    shown = (
        [arm.median for arm in analysis.arms],
        [pair.hazard_ratio for pair in analysis.comparisons],
    )
    return replace(figure, footnotes=(*figure.footnotes, *absent_footnotes(*shown)))


def comparison_note(pair: TimeToEventComparison, context: Context) -> str:
    """Print hazard ratio, test and P of one comparison in a line."""
    said = f"{pair.comparison.label}: HR {in_words(pair.hazard_ratio, ratio)}"
    return f"{said}, {phrase_of_test(pair.tests[0], context)}" if pair.tests else said


def arm_in_words(arm: ArmSurvival, context: Context) -> str:
    """Tell what a curve shows to who cannot see it."""
    clock = context.clock
    rates = "".join(
        f", {percent(rate.estimate.value)}% free of the event at {clock.length(rate.time)}"
        for rate in arm.landmarks
        if isinstance(rate.estimate.value, float)
    )
    return (
        f"{arm.arm.label}: {count(arm.events)} events in {count(arm.patients)} patients, median "
        f"{in_words(arm.median, clock.show, f' {clock.units}')}{rates}."
    )


# --- each arm -------------------------------------------------------------------------------


def arm_table(analysis: TimeToEventAnalysis, context: Context) -> Table:
    """Describe each arm: events, quantiles, landmark rates, restricted mean."""
    clock, arms = context.clock, analysis.arms
    ci = context.confidence

    def row(name: str, cell: Callable[[ArmSurvival], str], indent: int = 0) -> Row:
        return Row((name, *(cell(arm) for arm in arms)), indent)

    happenings = dict.fromkeys(name for arm in arms for name in arm.first_events)
    rows = [row("Events, n (%)", lambda a: patients_percent(a.events, a.patients))]
    if len(happenings) > 1:
        rows += [
            row(f"{sentence(name)} first", lambda a, n=name: count(a.first_events.get(n, 0)), 1)  # type: ignore[misc]
            for name in happenings
        ]
    rows += [
        row("Censored, n (%)", lambda a: patients_percent(a.censored, a.patients)),
        Row(
            (f"Time by which the event had occurred in, {clock.units} ({ci})", *("" for _ in arms))
        ),
        row("25% of patients", lambda a: with_interval(a.lower_quartile, clock.show), 1),
        row("50% of patients (median)", lambda a: with_interval(a.median, clock.show), 1),
        row("75% of patients", lambda a: with_interval(a.upper_quartile, clock.show), 1),
    ]
    marks = arms[0].landmarks
    if marks:
        rows.append(Row((f"Free of the event, % ({ci})", *("" for _ in arms))))
    for place, mark in enumerate(marks):
        cells = [with_interval(arm.landmarks[place].estimate, percent) for arm in arms]
        rows.append(Row((f"At {clock.length(mark.time)}", *cells), 1))
    rows += mean_rows(analysis, context)
    return Table(
        id=f"{analysis.estimand.id}-arms",
        title=f"{analysis.endpoint.label} by arm",
        header=("", *(context.heading(arm.arm, arm.patients) for arm in arms)),
        rows=tuple(rows),
        footnotes=arm_footnotes(analysis),
        estimand=analysis.estimand.label,
    )


def mean_rows(analysis: TimeToEventAnalysis, context: Context) -> list[Row]:
    """Give the restricted mean of each arm, under its horizon."""
    clock, means = context.clock, [arm.restricted_mean for arm in analysis.arms]
    until = next((c.restricted_mean.until for c in analysis.comparisons if c.restricted_mean), None)
    if until is None or not any(means):
        return []
    cells = [with_interval(m, clock.show_finely) if m else "–" for m in means]
    return [
        Row((f"Restricted mean {horizon(until, context)}", *("" for _ in means))),
        Row((f"Mean, {clock.units} ({context.confidence})", *cells), 1),
    ]


def arm_footnotes(analysis: TimeToEventAnalysis) -> tuple[str, ...]:
    """Name the methods behind the table of arms."""
    first = analysis.arms[0]
    rate = first.landmarks[0].estimate if first.landmarks else None
    return distinct(
        interval_footnote("Quantiles", first.median),
        interval_footnote("Rates", rate),
        interval_footnote("Restricted means", first.restricted_mean),
        absent_footnotes(
            *([a.lower_quartile, a.median, a.upper_quartile, a.restricted_mean] for a in
              analysis.arms),
            *(rate.estimate for a in analysis.arms for rate in a.landmarks),
        ),
    )  # fmt: skip


# --- the comparisons ------------------------------------------------------------------------


def comparison_table(analysis: TimeToEventAnalysis, context: Context) -> Table:
    """Compare the arms: hazard ratio, tests, landmarks, restricted means, proportionality."""
    pairs = analysis.comparisons
    ci = context.confidence

    def row(name: str, cell: Cell, indent: int = 0, *, strong: bool = False) -> Row:
        return Row((name, *(cell(pair) for pair in pairs)), indent, strong)

    stratified = any(pair.strata for pair in pairs)
    kind = ", stratified" if stratified else ""
    rows = [
        row(f"Hazard ratio{kind} ({ci})", lambda c: with_interval(c.hazard_ratio, ratio),
            strong=True),
    ]  # fmt: skip
    if stratified:
        rows.append(row(f"Hazard ratio, unstratified ({ci})",
                        lambda c: with_interval(c.unstratified_hazard_ratio, ratio)))  # fmt: skip
    rows += rows_of_tests(pairs, every_test, analysis.verdicts, context)
    rows += landmark_rows(pairs, context)
    rows += restricted_mean_rows(pairs, context)
    rows.append(
        row(f"Proportional hazards{kind}, two-sided P",
            lambda c: p_value(c.proportional_hazards.p_two_sided))
    )  # fmt: skip
    return Table(
        id=f"{analysis.estimand.id}-comparisons",
        title=f"{analysis.endpoint.label}: comparison of arms",
        header=("", *(pair.comparison.label for pair in pairs)),
        rows=tuple(rows),
        footnotes=comparison_footnotes(analysis, context),
        estimand=analysis.estimand.label,
    )


def every_test(pair: TimeToEventComparison) -> tuple[TestResult, ...]:
    """List the tests of one comparison, each once: a Cox test may be the protocol's own."""
    known = {(test.method, test.statistic) for test in pair.tests}
    others = [t for t in pair.hazard_ratio_tests if (t.method, t.statistic) not in known]
    return (*pair.tests, *others)


def landmark_rows(pairs: tuple[TimeToEventComparison, ...], context: Context) -> list[Row]:
    """Give the difference at each landmark and its P."""
    if not pairs[0].landmarks:
        return []
    sided = context.alternative.value
    heading = f"Difference free of the event, percentage points ({context.confidence}); {sided} P"
    rows = [Row((heading, *("" for _ in pairs)))]
    for place, mark in enumerate(pairs[0].landmarks):
        cells = [
            f"{with_interval(pair.landmarks[place].estimate, percent)}; "
            f"P {context.p_cell(pair.landmarks[place].test)}"
            for pair in pairs
        ]
        rows.append(Row((f"At {context.clock.length(mark.time)}", *cells), 1))
    return rows


def restricted_mean_rows(pairs: tuple[TimeToEventComparison, ...], context: Context) -> list[Row]:
    """Give difference and ratio of restricted means."""
    clock = context.clock
    means = [pair.restricted_mean for pair in pairs]
    known = [mean for mean in means if mean]
    if not known:
        return []
    until = horizon(known[0].until, context)  # the same for all comparisons of an endpoint
    ci = context.confidence
    difference = [with_interval(m.difference, clock.show_finely) if m else "–" for m in means]
    quotient = [with_interval(m.ratio, ratio) if m else "–" for m in means]
    rows = [
        Row((f"Restricted mean {until}", *("" for _ in pairs))),
        Row((f"Difference, {clock.units} ({ci})", *difference), 1),
        Row((f"Ratio ({ci})", *quotient), 1),
    ]
    if context.protocol.analysis.restricted_mean_until is not None:
        p = [context.p_cell(m.test) if m else "–" for m in means]
        rows.append(Row((f"{context.p_heading} of the difference", *p), 1))
    return rows


def horizon(until: float, context: Context) -> str:
    """Say up to when a mean is restricted, and whether the protocol had said so."""
    asked = context.protocol.analysis.restricted_mean_until is not None
    unasked = "" if asked else " (largest time common to the arms, not prespecified)"
    return f"to {context.clock.length(until)}{unasked}"


def comparison_footnotes(analysis: TimeToEventAnalysis, context: Context) -> tuple[str, ...]:
    """Name the methods and conventions behind the comparisons."""
    pair = analysis.comparisons[0]
    uninformative = max(p.uninformative_strata for p in analysis.comparisons)
    rate = pair.landmarks[0].estimate if pair.landmarks else None
    mean = pair.restricted_mean
    idle = f"Strata in which only one arm has patients do not contribute (n = {uninformative})."
    tests = [test for pair in analysis.comparisons for test in every_test(pair)]
    return distinct(
        ("Hazard ratios are experimental over control; differences experimental minus control.",),
        strata_footnotes(analysis.comparisons),
        (idle,) if uninformative else (),
        interval_footnote("Hazard ratio", pair.hazard_ratio),
        interval_footnote("Differences at landmarks", rate),
        interval_footnote("Restricted means", mean.difference if mean else None),
        (PROPORTIONAL,),
        no_restricted_mean(analysis, context),
        conventions_of(tests, context.alternative),
        (ELSEWHERE,),
        absent_footnotes(
            *([p.hazard_ratio, p.unstratified_hazard_ratio, p.restricted_mean, p.landmarks]
              for p in analysis.comparisons),
            *(test.p_two_sided for test in tests),
            *(p.proportional_hazards.p_two_sided for p in analysis.comparisons),
        ),
    )  # fmt: skip
