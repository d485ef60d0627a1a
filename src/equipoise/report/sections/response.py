"""One binary or continuous endpoint: a picture of arms and differences, and the same as tables."""

from equipoise.analyze.estimates import Estimate, TestResult
from equipoise.analyze.results import BinaryAnalysis, ContinuousAnalysis
from equipoise.report.context import Context
from equipoise.report.conventions import conventions_of
from equipoise.report.document import Figure, Row, Section, Table
from equipoise.report.figures.response import Dot, DotText, response_figure
from equipoise.report.figures.style import arm_styles
from equipoise.report.format import (
    Printer,
    absent_footnotes,
    count,
    decimal,
    interval_footnote,
    patients_percent,
    percent,
    ratio,
    significant,
    with_interval,
)
from equipoise.report.plain_words import in_words
from equipoise.report.sections.p_values import rows_of_tests
from equipoise.report.sections.parts import (
    ELSEWHERE,
    distinct,
    estimand_table,
    strata_footnotes,
    verdict_callouts,
)
from equipoise.report.sections.patients import quartiles, recorded


def response_section(analysis: BinaryAnalysis | ContinuousAnalysis, context: Context) -> Section:
    """Report one endpoint with all its comparisons."""
    if isinstance(analysis, BinaryAnalysis):
        picture, arms = proportions(analysis, context), proportion_table(analysis, context)
    else:
        picture, arms = means(analysis, context), mean_table(analysis, context)
    tables = (arms, comparison_table(analysis, context)) if analysis.comparisons else (arms,)
    return Section(
        id=f"endpoint-{analysis.estimand.id}",
        title=analysis.endpoint.label,
        blocks=(
            estimand_table(analysis.estimand, context),
            *verdict_callouts(analysis.verdicts, context),
            picture,
            *tables,
        ),
    )


# --- pictures -------------------------------------------------------------------------------


def proportions(analysis: BinaryAnalysis, context: Context) -> Figure:
    """Draw proportions and their differences."""
    values = {arm.arm.id: arm.proportion for arm in analysis.arms}
    words = ("Patients (%)", "Difference (% points)")
    return dots(analysis, values, (percent, 100.0, "%"), words, context)


def means(analysis: ContinuousAnalysis, context: Context) -> Figure:
    """Draw means and their differences."""
    values = {arm.arm.id: arm.mean for arm in analysis.arms}
    unit = f" ({analysis.endpoint.unit})" if analysis.endpoint.unit else ""
    return dots(
        analysis, values, (significant, 1.0, ""), (f"Mean{unit}", f"Difference{unit}"), context
    )


def dots(
    analysis: BinaryAnalysis | ContinuousAnalysis,
    values: dict[str, Estimate],
    printing: tuple[Printer, float, str],
    axes: tuple[str, str],
    context: Context,
) -> Figure:
    """Draw arms left and differences right."""
    show, scale, unit = printing
    styles = arm_styles(tuple(arm.arm for arm in analysis.arms))
    arms = tuple(
        Dot(arm.arm.label, with_interval(values[arm.arm.id], show), styles[arm.arm.id],
            values[arm.arm.id], scale)
        for arm in analysis.arms
    )  # fmt: skip
    differences = tuple(
        Dot(pair.comparison.label, with_interval(pair.difference, show),
            styles[pair.comparison.experimental], pair.difference, scale)
        for pair in analysis.comparisons
    )  # fmt: skip
    told = [f"{dot.label}: {in_words(dot.estimate, show, unit)}" for dot in arms]
    told += [f"Difference, {dot.label}: {in_words(dot.estimate, show)}" for dot in differences]
    words = DotText(
        identifier=f"{analysis.estimand.id}-response",
        title=f"{analysis.endpoint.label}: arms and differences",
        left=axes[0],
        right=axes[1],
        estimand=analysis.estimand.label,
        alternative_text=f"{analysis.endpoint.label} by arm. " + "; ".join(told) + ".",
        footnotes=(
            f"Bars are {context.confidence.replace('CI', 'confidence intervals')}.",
            *absent_footnotes([dot.estimate for dot in (*arms, *differences)]),
        ),
    )
    return response_figure(arms, differences, words)


# --- tables ---------------------------------------------------------------------------------


def proportion_table(analysis: BinaryAnalysis, context: Context) -> Table:
    """Count the responders of each arm."""
    arms = analysis.arms
    rows = (
        Row(
            ("Yes, n (%)", *(patients_percent(a.responders, a.patients) for a in arms)), strong=True
        ),
        Row((f"{context.confidence}, %", *(span(a.proportion, percent) for a in arms)), 1),
        Row(("Missing, n", *(count(a.missing) for a in arms))),
    )
    return Table(
        id=f"{analysis.estimand.id}-arms",
        title=f"{analysis.endpoint.label} by arm",
        header=("", *(context.heading(arm.arm, arm.patients) for arm in arms)),
        rows=rows,
        footnotes=(
            f"A missing answer: {analysis.endpoint.missing}.",
            *interval_footnote("Proportion", arms[0].proportion),
            *absent_footnotes([arm.proportion for arm in arms]),
        ),
        estimand=analysis.estimand.label,
    )


def span(estimate: Estimate, show: Printer) -> str:
    """Print the limits alone."""
    return f"{show(estimate.interval.lower)} to {show(estimate.interval.upper)}"


def mean_table(analysis: ContinuousAnalysis, context: Context) -> Table:
    """Describe the measurement in each arm."""
    arms = analysis.arms
    unit = f", {analysis.endpoint.unit}" if analysis.endpoint.unit else ""
    summaries = [arm.summary for arm in arms]
    show = recorded(summaries)
    values = [with_interval(arm.mean, significant) for arm in arms]
    rows = (
        Row((f"Mean{unit} ({context.confidence})", *values), strong=True),
        Row(("SD", *(decimal(s.standard_deviation) for s in summaries))),
        Row(("Median (Q1, Q3)", *(
            quartiles(s, show)
            for s in summaries))),
        Row(("Range", *(f"{show(s.minimum)} to {show(s.maximum)}" for s in summaries))),
        Row(("Missing, n", *(count(s.missing) for s in summaries))),
    )  # fmt: skip
    return Table(
        id=f"{analysis.estimand.id}-arms",
        title=f"{analysis.endpoint.label} by arm",
        header=(
            "",
            *(context.heading(arm.arm, arm.summary.patients + arm.summary.missing) for arm in arms),
        ),
        rows=rows,
        footnotes=(
            "SD, standard deviation; Q1 and Q3, lower and upper quartile.",
            *interval_footnote("Mean", arms[0].mean),
            *absent_footnotes([[arm.summary, arm.mean] for arm in arms]),
        ),
        estimand=analysis.estimand.label,
    )


def comparison_table(analysis: BinaryAnalysis | ContinuousAnalysis, context: Context) -> Table:
    """Compare the arms."""
    pairs = analysis.comparisons
    lines: list[tuple[str, list[Estimate | None], Printer]]
    strata: tuple[str, ...] = ()
    if isinstance(analysis, BinaryAnalysis):
        of = analysis.comparisons
        strata = strata_footnotes(of)
        lines = [
            ("Difference, percentage points", [p.difference for p in of], percent),
            ("Difference, stratified", [p.stratified_difference for p in of], percent),
            ("Odds ratio", [p.odds_ratio for p in of], ratio),
            ("Odds ratio, stratified", [p.common_odds_ratio for p in of], ratio),
        ]
    else:
        measured = analysis.comparisons
        lines = [
            ("Difference in means", [p.difference for p in measured], significant),
            ("Difference, adjusted for baseline", [p.adjusted_difference for p in measured],
             significant),
        ]  # fmt: skip
    shown = [line for line in lines if any(line[1])]
    rows = [
        Row(
            (
                f"{name} ({context.confidence})",
                *(with_interval(e, show) if e else "–" for e in found),
            )
        )
        for name, found, show in shown
    ]
    tests: list[tuple[TestResult, ...]] = [pair.tests for pair in pairs]
    rows += rows_of_tests(pairs, lambda pair: pair.tests, analysis.verdicts, context)
    return Table(
        id=f"{analysis.estimand.id}-comparisons",
        title=f"{analysis.endpoint.label}: comparison of arms",
        header=("", *(pair.comparison.label for pair in pairs)),
        rows=tuple(rows),
        footnotes=distinct(
            ("Differences are experimental minus control, ratios experimental over control.",),
            strata,
            *(interval_footnote(name, found[0]) for name, found, _ in shown),
            conventions_of((test for each in tests for test in each), context.alternative),
            (ELSEWHERE,),
            absent_footnotes([found for _, found, _ in shown], tests),
        ),
        estimand=analysis.estimand.label,
    )
