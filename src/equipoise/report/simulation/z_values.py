"""Where z stands at each look, against the boundaries that were planned."""

from collections.abc import Iterator
from math import isfinite

from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules
from equipoise.report.document import Block, Figure, Paragraph, Section
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.figures.rehearsal_z import BoundLine, ZPanel, z_figure
from equipoise.report.format import decimal
from equipoise.report.simulation.context import Played, SimulationContext, anchor
from equipoise.report.simulation.decisions import look_times, panelled


def z_section(context: SimulationContext) -> Section | None:
    """Write the course of z; None where nothing was played."""
    if not context.played:
        return None
    told = (
        "z measures how far the arms differ, in standard deviations of chance: above 0 the "
        "experimental arm does better. The line is the average over trials, the bands hold about "
        "two thirds and nineteen in twenty of them. Every trial is followed to its last look here, "
        "as if none were stopped, so that the bands are not cut by the boundaries."
    )
    blocks: list[Block] = [Paragraph(told)]
    for name in context.primary:
        blocks += list(_figures(context, name))
    return Section("z", "The test statistic, look by look", tuple(blocks))


def _figures(context: SimulationContext, name: str) -> Iterator[Figure]:
    """Draw a hypothesis, a few panels at a time."""
    figures = panelled(context, name)
    for number, played in enumerate(figures, start=1):
        panels = [_panel(context, each, name) for each in played]
        suffix = () if number == 1 else (str(number),)
        part = f", part {number} of {len(figures)}" if len(figures) > 1 else ""
        yield z_figure(
            panels,
            f"Look, and its {context.clock.unit} on average",
            FigureText(
                identifier=anchor(name, "z-plot", *suffix),
                title=f"{context.name(name)}: z at each look, and the boundaries{part}",
                alternative_text=f"Mean z with its standard deviation. {_told(panels)}.",
                footnotes=(
                    (
                        "Boundaries as planned; each trial's own follow the information it has. "
                        "Those beyond the axis are left out."
                    ),
                ),
            ),
        )


def _panel(context: SimulationContext, played: Played, name: str) -> ZPanel:
    at = [each.hypothesis for each in context.conduct(played.design).tested].index(name)
    found = [each.carried.z[at] for each in played.found.looks]
    rules = context.conduct(played.design).stopping.hypotheses
    rule = next(each for each in rules if each.hypothesis == name)
    return ZPanel(
        title=context.of(played),
        mean=tuple(None if each is None else each.value for each in found),
        sd=tuple(0.0 if each is None else each.sd for each in found),
        bounds=tuple(bound_lines(rule, len(found))),
        below=look_times(context, played),
    )


def _told(panels: list[ZPanel]) -> str:
    return "; ".join(
        f"{panel.title}: "
        + ", ".join(
            f"look {look} {decimal(mean, 2)} (SD {decimal(sd, 2)})"
            for look, (mean, sd) in enumerate(zip(panel.mean, panel.sd, strict=True), start=1)
            if mean is not None
        )
        for panel in panels
    )


def bound_lines(rule: HypothesisRules, looks: int) -> Iterator[BoundLine]:
    """Give the boundaries of a hypothesis as lines, as far as they are finite."""
    places = rule.looks or tuple(range(1, looks + 1))
    if isinstance(rule.bounds, FixedBounds):
        found = [("Efficacy", list(rule.bounds.upper)), ("Futility", list(rule.bounds.lower))]
    else:
        design = rule.bounds.design
        two_sided = design.asked.stopping.sides > 1
        found = [("Efficacy", design.upper.tolist())]
        found.append(("Efficacy" if two_sided else "Futility", design.lower.tolist()))
        if design.inner is not None:
            found += [("Futility", design.inner[:, side].tolist()) for side in (0, 1)]
        if design.harm is not None:
            found.append(("Harm", design.harm.tolist()))
    for kind, values in found:
        kept = [(look, z) for look, z in zip(places, values, strict=False) if isfinite(z)]
        if kept:
            yield BoundLine(kind, tuple(look for look, _ in kept), tuple(z for _, z in kept))
