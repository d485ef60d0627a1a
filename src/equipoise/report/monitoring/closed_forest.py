"""Every endpoint's effect on one page: ratios of hazards, differences of shares and of means."""

from collections.abc import Iterator

from equipoise.analyze.estimates import Estimate
from equipoise.analyze.results import (
    AdverseEventAnalysis,
    BinaryAnalysis,
    CompetingRisksAnalysis,
    ContinuousAnalysis,
    EndpointAnalysis,
    TimeToEventAnalysis,
    TrialAnalysis,
)
from equipoise.protocol.trial import Comparison
from equipoise.report.context import Context
from equipoise.report.document import Figure, Row, Table
from equipoise.report.figures.endpoint_forest import EffectPanel, EffectRow, effects_figure
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import (
    Printer,
    absent_footnotes,
    count,
    decimal,
    percent,
    ratio,
    with_interval,
)
from equipoise.report.plain_words import in_words

HAZARD, SHARE = "Hazard ratio", "Difference, percentage points"
Found = tuple[str, EffectRow, Comparison, Estimate, Printer]  # the measure first


def forest_of_endpoints(analysis: TrialAnalysis, context: Context) -> tuple[Figure | Table, ...]:
    """Draw the effects on all endpoints, and set them as a table; nothing without comparisons."""
    found = [
        row
        for each in analysis.endpoints
        if not isinstance(each, AdverseEventAnalysis)
        for row in _rows(each, context)
    ]
    if not found:
        return ()
    return _figure(found, context), _table(found, context)


def _rows(each: EndpointAnalysis, context: Context) -> Iterator[Found]:
    """Give every effect of one endpoint."""
    match each:
        case TimeToEventAnalysis():
            counts = {a.arm.id: f"{count(a.events)} / {count(a.patients)}" for a in each.arms}
            for pair in each.comparisons:
                one = each.endpoint.label, pair.comparison, counts
                yield _row(HAZARD, one, pair.hazard_ratio, ratio)
        case CompetingRisksAnalysis():
            yield from _competing(each, context)
        case BinaryAnalysis() | ContinuousAnalysis():
            yield from _answers(each)
        case AdverseEventAnalysis():
            return


def _competing(each: CompetingRisksAnalysis, context: Context) -> Iterator[Found]:
    label = each.endpoint.label
    counts = {a.arm.id: f"{count(a.causes[0].events)} / {count(a.patients)}" for a in each.arms}
    for pair in each.comparisons:
        one = f"{label} (cause-specific)", pair.comparison, counts
        yield _row(HAZARD, one, pair.cause_specific_hazard_ratio, ratio)
        for mark in pair.landmarks:
            when = f"{label}, incidence at {context.clock.length(mark.time)}"
            yield _row(SHARE, (when, pair.comparison, counts), mark.estimate, percent)


def _answers(each: BinaryAnalysis | ContinuousAnalysis) -> Iterator[Found]:
    label = each.endpoint.label
    if isinstance(each, BinaryAnalysis):
        counts = {a.arm.id: f"{count(a.responders)} / {count(a.patients)}" for a in each.arms}
        for pair in each.comparisons:
            shown = pair.stratified_difference or pair.difference
            yield _row(SHARE, (label, pair.comparison, counts), shown, percent)
        return
    counts = {a.arm.id: count(a.summary.patients) for a in each.arms}
    for both in each.comparisons:
        mean = both.adjusted_difference or both.difference
        yield _row(f"Difference in {label}", (label, both.comparison, counts), mean, decimal)


def _row(
    measure: str, one: tuple[str, Comparison, dict[str, str]], estimate: Estimate, show: Printer
) -> Found:
    label, pair, counts = one
    both = counts.get(pair.experimental, ""), counts.get(pair.control, "")
    return (
        measure,
        EffectRow(label, both, estimate, with_interval(estimate, show)),
        pair,
        estimate,
        show,
    )


def _figure(found: list[Found], context: Context) -> Figure:
    panels = []
    for measure, pair in dict.fromkeys((each[0], each[2]) for each in found):
        rows = tuple(each[1] for each in found if (each[0], each[2]) == (measure, pair))
        first, second = context.label(pair.experimental), context.label(pair.control)
        less, more = _sides(measure)
        panels.append(
            EffectPanel(
                measure=_head(measure, context),
                arms=(first, second),
                less=f"{less} with {first}",
                more=f"{more} with {first}",
                ratio=measure == HAZARD,
                rows=rows,
                factor=100.0 if measure == SHARE else 1.0,
            )
        )
    told = "; ".join(
        f"{row.label}, {pair.label}: {measure[:1].lower()}{measure[1:]} {in_words(estimate, show)}"
        for measure, row, pair, estimate, show in found
    )
    return effects_figure(
        panels,
        FigureText(
            identifier="endpoints-forest",
            title="The effect on every endpoint",
            alternative_text=f"Forest plot of all endpoints. {told}.",
            footnotes=(
                "Beside the names: events, or patients with the answer, of patients.",
                "Sides say where it happens, not which is better. Ratios on a logarithmic axis.",
                *(("Points: percentage points.",) if any(e[0] == SHARE for e in found) else ()),
            ),
        ),
    )


def _head(measure: str, context: Context) -> str:
    return f"{'Points' if measure == SHARE else measure} ({context.confidence})"


def _sides(measure: str) -> tuple[str, str]:
    if measure == HAZARD:
        return "later or rarer", "sooner or more often"
    return ("rarer", "more often") if measure == SHARE else ("lower", "higher")


def _table(found: list[Found], context: Context) -> Table:
    rows = tuple(
        Row((row.label, pair.label, *row.counts, measure, row.printed))
        for measure, row, pair, _, _ in found
    )
    return Table(
        id="endpoints-effects",
        title="The effect on every endpoint",
        header=(
            "Endpoint",
            "Comparison",
            "First arm",
            "Second arm",
            "Measure",
            f"Effect ({context.confidence})",
        ),
        rows=rows,
        footnotes=(
            (
                "Hazard ratios and differences are stratified where the protocol's test is; means "
                "are adjusted for baseline where it says so. Arms in the order of the comparison."
            ),
            "Intervals are pointwise and do not allow for the number of looks or endpoints.",
            *absent_footnotes([each[3] for each in found]),
        ),
        prose=(1, 4),
    )
