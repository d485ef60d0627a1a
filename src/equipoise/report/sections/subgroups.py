"""Is the effect the same in every subgroup?  A forest for the eye, a table for the record."""

from equipoise.analyze.estimates import Absent
from equipoise.analyze.results import SubgroupEffect, TimeToEventAnalysis, TimeToEventComparison
from equipoise.report.context import Context
from equipoise.report.document import Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.forest import ForestRow, ForestText, forest_figure
from equipoise.report.format import (
    absent_footnotes,
    count,
    interval_footnote,
    p_value,
    ratio,
    sentence,
    with_interval,
)
from equipoise.report.plain_words import in_words, lowered

CAUTION = (
    "Subgroup results are exploratory: with several subgroups some will differ by chance alone. "
    "An interval that includes 1 in one subgroup and not in another is no evidence that the effect "
    "differs; the interaction test is. No p-value here is adjusted for the number of tests."
)

UNSTRATIFIED = (
    "Hazard ratios here are not stratified, all patients included, so that subgroups can be "
    "compared with the whole; the stratified hazard ratio is in the table of comparisons."
)


def subgroup_section(analysis: TimeToEventAnalysis, context: Context) -> Section | None:
    """Report subgroups of every comparison, or nothing where none was promised."""
    pairs = [pair for pair in analysis.comparisons if any(s.level for s in pair.subgroups)]
    if not pairs:
        return None
    blocks: list[Paragraph | Figure | Table] = [Paragraph(CAUTION)]
    if any(unstratified(pair) for pair in pairs):
        blocks.append(Paragraph(UNSTRATIFIED))
    for pair in pairs:
        blocks += [forest(analysis, pair, context), table(analysis, pair, context)]
    return Section(f"endpoint-{analysis.estimand.id}-subgroups", "Subgroups", tuple(blocks))


def unstratified(pair: TimeToEventComparison) -> bool:
    """Tell whether the subgroups' hazard ratio of all patients is not the stratified one."""
    whole = [each.hazard_ratio.value for each in pair.subgroups if not each.level]
    return bool(pair.strata) and whole == [pair.unstratified_hazard_ratio.value]


def interaction(pair: TimeToEventComparison, variable: str) -> str:
    """Print the P of the interaction test, empty where there is none."""
    found = [each.test for each in pair.interactions if each.variable == variable]
    return p_value(found[0].p_two_sided) if found else ""


def interaction_footnote(pair: TimeToEventComparison) -> tuple[str, ...]:
    """Name the test of interaction and its sidedness."""
    return tuple(
        f"Interaction P: two-sided, {lowered(each.test.method)}." for each in pair.interactions[:1]
    )


def grouped(pair: TimeToEventComparison) -> list[tuple[SubgroupEffect | None, SubgroupEffect]]:
    """Pair each effect with itself as heading where its variable begins."""
    last = ""
    result: list[tuple[SubgroupEffect | None, SubgroupEffect]] = []
    for effect in pair.subgroups:
        begins = bool(effect.level) and effect.variable != last
        result.append((effect if begins else None, effect))
        last = effect.variable if effect.level else last
    return result


def explained(pair: TimeToEventComparison) -> tuple[str, ...]:
    """Say what the marks in a forest and its table mean."""
    p = [each.test.p_two_sided for each in pair.interactions]
    absent = [state for state in p if isinstance(state, Absent)]
    return absent_footnotes([each.hazard_ratio for each in pair.subgroups], absent)


def events_of(effect: SubgroupEffect, arm: str) -> str:
    """Print events over patients of one arm."""
    return f"{count(effect.events.get(arm, 0))} / {count(effect.patients.get(arm, 0))}"


def forest(analysis: TimeToEventAnalysis, pair: TimeToEventComparison, context: Context) -> Figure:
    """Draw one comparison's forest."""
    comparison = pair.comparison
    rows: list[ForestRow] = []
    for heading, effect in grouped(pair):
        if heading:
            p = interaction(pair, heading.variable)
            joined = p if p[:1] in "<>N" else f"= {p}"
            rows.append(
                ForestRow(heading.variable_label, note=f"Interaction P {joined}" if p else "")
            )
        rows.append(
            ForestRow(
                sentence(effect.level) or "All patients",
                events_of(effect, comparison.experimental),
                events_of(effect, comparison.control),
                effect.hazard_ratio,
                sum(effect.events.values()),
                whole=not effect.level,
            )
        )
    experimental, control = (
        context.label(comparison.experimental),
        context.label(comparison.control),
    )
    left, right = (experimental, control)
    if analysis.endpoint.better == "sooner":
        left, right = control, experimental
    words = ForestText(
        identifier=f"{analysis.estimand.id}-forest-{comparison.id}",
        title=f"{analysis.endpoint.label} in subgroups: {comparison.label}",
        experimental=experimental,
        control=control,
        better=f"{left} better",
        worse=f"{right} better",
        interval=f"Hazard ratio ({context.confidence})",
        estimand=analysis.estimand.label,
        alternative_text=told(pair),
        footnotes=(
            "Squares grow with the number of events; the diamond is all patients.",
            "The axis is logarithmic.",
            *interaction_footnote(pair),
            *explained(pair),
        ),
    )
    return forest_figure(tuple(rows), words)


def told(pair: TimeToEventComparison) -> str:
    """Tell the forest in words."""
    parts = [
        f"{f'{e.variable_label}, {e.level}' if e.level else 'All patients'}: "
        f"{in_words(e.hazard_ratio, ratio)}"
        for e in pair.subgroups
    ]
    return f"Forest plot of hazard ratios, {pair.comparison.label}. " + "; ".join(parts) + "."


def table(analysis: TimeToEventAnalysis, pair: TimeToEventComparison, context: Context) -> Table:
    """Set the same numbers as a table."""
    comparison = pair.comparison
    rows: list[Row] = []
    for heading, effect in grouped(pair):
        if heading:
            p = interaction(pair, heading.variable)
            rows.append(Row((heading.variable_label, "", "", "", p)))
        cells = (
            sentence(effect.level) or "All patients",
            events_of(effect, comparison.experimental),
            events_of(effect, comparison.control),
            with_interval(effect.hazard_ratio, ratio),
            "",
        )
        rows.append(Row(cells, 1 if effect.level else 0, strong=not effect.level))
    return Table(
        id=f"{analysis.estimand.id}-subgroups-{comparison.id}",
        title=f"{analysis.endpoint.label} in subgroups: {comparison.label}",
        header=(
            "Subgroup",
            f"{context.label(comparison.experimental)},\nevents / patients",
            f"{context.label(comparison.control)},\nevents / patients",
            f"Hazard ratio ({context.confidence})",
            "Interaction,\ntwo-sided P",
        ),
        rows=tuple(rows),
        footnotes=(
            *interval_footnote("Hazard ratio", pair.subgroups[0].hazard_ratio),
            *interaction_footnote(pair),
            *explained(pair),
        ),
        estimand=analysis.estimand.label,
    )
