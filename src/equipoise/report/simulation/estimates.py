"""How the estimate at the end of the trial does: spread, bias, and coverage of its interval.

A trial that may stop early stops where its estimate is extreme: the naive estimate is too good
on average, and its interval covers the truth less often than it says.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.report.design.printing import NONE
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.rehearsal_frame import FigureText, Group
from equipoise.report.figures.rehearsal_spread import Box, SpreadPanel, spread_figure
from equipoise.report.format import decimal, level_percent, sentence
from equipoise.report.simulation.context import EffectScale, Played, SimulationContext, anchor
from equipoise.report.simulation.printing import (
    LIMITS,
    mean_with_error,
    with_error,
)
from equipoise.simulate.characteristics.characteristics import EstimateCharacteristics

NAIVE, ADJUSTED = "as estimated", "adjusted"


@dataclass(frozen=True, slots=True)
class Estimated:
    """One estimate of one hypothesis in one scenario under one design."""

    played: Played
    kind: str  # naive or adjusted
    truth: float | None  # on the linear scale
    found: EstimateCharacteristics


def estimates_section(context: SimulationContext) -> Section | None:
    """Write the estimates; None where they were not asked for."""
    blocks: list[Block] = []
    for name in context.hypotheses:
        known = list(estimated(context, name))
        if known:
            blocks += [_figure(context, name, known), _table(context, name, known)]
    if not blocks:
        return None
    adjusted = any(
        each.adjusted is not None for one in context.played for each in one.found.hypotheses
    )
    told = (
        "A trial that may stop early stops where its estimate is extreme, so that on average the "
        "estimate at the end is too good when it stopped for efficacy, and too bad when for "
        "futility. The estimate “as estimated” takes no notice of this"
    )
    told += (
        "; the adjusted one is the median-unbiased estimate by the stage-wise ordering, which "
        "leaves out futility that is not binding: where that is obeyed, some bias is left."
        if adjusted
        else ". Adjusted estimates were not asked for in this rehearsal."
    )
    return Section("estimates", "The estimate at the end", (Paragraph(told), *blocks))


def estimated(context: SimulationContext, name: str) -> Iterator[Estimated]:
    """Find all estimates of a hypothesis."""
    for each in context.played:
        own = each.hypothesis(name)
        if own is None:
            continue
        for kind, found in ((NAIVE, own.naive), (ADJUSTED, own.adjusted)):
            if found is not None and found.estimate is not None:
                yield Estimated(each, kind, own.effect, found)


def _figure(context: SimulationContext, name: str, known: list[Estimated]) -> Figure:
    scale = context.effect(name)
    boxes = tuple(_box(each, scale) for each in known)
    told = "; ".join(
        f"{_named(context, each)}: median {decimal(one.quantiles[2], 3)}, 90% of trials "
        f"{decimal(one.quantiles[0], 3)} to {decimal(one.quantiles[4], 3)}"
        + (f", truth {scale.given(each.truth)}" if each.truth is not None else "")
        for each, one in zip(known, boxes, strict=True)
    )
    return spread_figure(
        list(_groups(context, known)),
        (
            SpreadPanel(
                f"{sentence(scale.name)} at the end of the trial",
                sentence(scale.name),
                boxes,
                ratio=scale.ratio,
                null=scale.value(0.0),
            ),
        ),
        FigureText(
            identifier=anchor(name, "estimates-plot"),
            title=f"{context.name(name)}: the estimate at the end, over trials",
            alternative_text=f"Spread of the estimate over trials. {told}.",
            footnotes=(
                "No diamond: no single number is true, as the effect changes over time or with "
                "the patient."
                if any(each.truth is None for each in known)
                else "Dotted: no effect.",
            ),
        ),
    )


def _groups(context: SimulationContext, known: list[Estimated]) -> Iterator[Group]:
    adjusted = any(each.kind == ADJUSTED for each in known)
    for at in dict.fromkeys(each.played.scenario for each in known):
        names = []
        for each in known:
            if each.played.scenario == at:
                parts = [each.played.design_name] if context.several else []
                names.append(", ".join([*parts, *([each.kind] if adjusted else [])]))
        yield Group(context.scenario(at).label, tuple(names))


def _named(context: SimulationContext, each: Estimated) -> str:
    return f"{context.of(each.played)}, {each.kind}"


def _box(each: Estimated, scale: EffectScale) -> Box:
    """Put an estimate on the scale of print; quantiles turn with it, and the mean's own."""
    assert each.found.estimate is not None  # noqa: S101 - only those are found
    five, lower, median, upper, most = (
        scale.value(one.value) for one in each.found.estimate.quantiles
    )
    truth = None if each.truth is None else scale.value(each.truth)
    return Box(
        (five, lower, median, upper, most), scale.value(each.found.estimate.mean.value), truth
    )


def _table(context: SimulationContext, name: str, known: list[Estimated]) -> Table:
    scale = context.effect(name)
    level = level_percent(context.plan.level)
    adjusted = any(each.kind == ADJUSTED for each in known)
    on_log = "Bias, standard deviation and standard error are of the logarithm."
    return Table(
        id=anchor(name, "estimates-table"),
        title=f"{context.name(name)}: the {scale.name} at the end of the trial",
        header=(
            *(("Scenario", "Design") if context.several else ("Scenario",)),
            *(("Estimate",) if adjusted else ()),
            "Truth",
            "Median",
            "90% of trials",
            "Bias",
            "Standard\ndeviation",
            "Standard\nerror told",
            f"Coverage of\n{level} interval",
        ),
        rows=tuple(Row(tuple(_cells(context, each, scale, adjusted=adjusted))) for each in known),
        footnotes=(
            "± one Monte Carlo standard error; coverage in percent.",
            LIMITS,
            *((on_log,) if scale.ratio else ()),
            "Standard error told: what the trial itself reports, on average.",
            "–: no single number is true here, or it is not told.",
        ),
        prose=tuple(range(1, 1 + context.several + adjusted)),
    )


def _cells(
    context: SimulationContext, each: Estimated, scale: EffectScale, *, adjusted: bool
) -> Iterator[str]:
    found, estimate = each.found, each.found.estimate
    assert estimate is not None  # noqa: S101 - only those are found
    low, _, median, _, high = (scale.show(one.value) for one in estimate.quantiles)
    factor = 1.0 if scale.ratio else scale.factor
    yield each.played.label
    if context.several:
        yield each.played.design_name
    if adjusted:
        yield sentence(each.kind)
    yield NONE if each.truth is None else scale.given(each.truth)
    yield median
    yield f"{low} to {high}"
    yield mean_with_error(found.bias, factor, 3)
    yield decimal(estimate.mean.sd * factor, 3)
    yield NONE if found.told_error is None else decimal(found.told_error.value * factor, 3)
    yield with_error(found.coverage, 1)
