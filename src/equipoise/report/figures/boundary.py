"""Where does the trial stop?  Boundaries on the z scale against the events (or patients) seen.

Points are the bounds, joined for the eye alone: between looks there is no decision.  The pale
regions are where the trial stops; in a two-sided design futility is a wedge in the middle, or all
between its bound and that of the other side.
Numbers beside the points are the effect estimated there.  A bound beyond the axis is drawn at its
edge as an arrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from equipoise.design.plan import Bound, Plan
from equipoise.design.trial_design import Reading
from equipoise.design.wording.looks import is_wedge
from equipoise.report.design.printing import at_bound
from equipoise.report.document import Figure
from equipoise.report.figures.boundary_frame import (
    HIGHEST,
    LEFT,
    LINE,
    RIGHT,
    ROOM,
    bounds_read,
    key,
    mark_readings,
    ticks,
)
from equipoise.report.figures.design_marks import (
    EFFICACY,
    FUTILITY,
    HARMFUL,
    beside,
    looks_marked,
    said,
    with_room,
)
from equipoise.report.figures.style import (
    SOFT,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
)

PLOT, BELOW, SCALE = 2.7, 0.46, 0.27  # inches: the axes, their label, the information above
JOINED = "Lines join the bounds for the eye; the trial stops at its looks alone."
ARROW = "An arrow at the edge marks a bound beyond the axis."


@dataclass(frozen=True, slots=True)
class BoundaryText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str  # what is counted, such as "Events"
    effect: str  # such as "hazard ratio"
    alternative_text: str
    estimand: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One line of bounds: where each is, and the effect there."""

    style: ArmStyle
    x: tuple[float, ...]
    z: tuple[float, ...]
    effects: tuple[float, ...]
    above: bool  # where the effects are written


def boundary_figure(plan: Plan, readings: Sequence[Reading], words: BoundaryText) -> Figure:
    """Draw the boundaries of one hypothesis, with the readings between its looks."""
    with settings():
        height = 0.06 + LINE * (2 if readings else 1) + SCALE + PLOT + BELOW
        figure = canvas(height)
        axes = bare(
            figure.add_axes(
                (
                    LEFT / TEXT_WIDTH,
                    BELOW / height,
                    (TEXT_WIDTH - LEFT - RIGHT) / TEXT_WIDTH,
                    PLOT / height,
                )
            )
        )
        counts = counts_of(plan)
        sides = sides_of(plan, counts)
        low, high = reach(sides, readings, two_sided=plan.sequential.sides > 1)
        axes.set_ylim(low, high)
        axes.set_xlim(0, counts[-1] * 1.06)
        looks_marked(axes, counts)
        regions(axes, plan, counts)
        for side in sides:
            draw_side(axes, side, words.effect, [each.count for each in readings])
        mark_readings(axes, readings)
        go_on(axes, plan, counts, [each.count for each in readings])
        ticks(axes, plan, counts, words.axis)
        key(page(figure), plan, readings)
        read = [bound.z for each in readings for bound in bounds_read(each)]
        clipped = any(abs(z) > HIGHEST for z in (*read, *(z for side in sides for z in side.z)))
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(
                f"Numbers beside the points: {words.effect} estimated at the bound.",
                *((JOINED,) if len(counts) > 1 else ()),
                *((ARROW,) if clipped else ()),
            ),
            estimand=words.estimand,
        )


def counts_of(plan: Plan) -> list[float]:
    """Give the events at every look, or the patients where there are none to count."""
    return [look.patients if look.events is None else look.events for look in plan.looks]


def sides_of(plan: Plan, counts: Sequence[float]) -> list[Side]:
    """Collect efficacy, futility and the other side, as far as there are bounds."""
    looks = plan.looks
    last = looks[-1].number

    def side(bounds: list[Bound | None], style: ArmStyle, *, above: bool) -> Side:
        there = [(x, b) for x, b in zip(counts, bounds, strict=True) if b is not None]
        return Side(
            style,
            tuple(x for x, _ in there),
            tuple(b.z for _, b in there),
            tuple(b.effect for _, b in there),
            above,
        )

    found = [
        side([each.efficacy for each in looks], EFFICACY, above=True),
        side(
            [each.futility if each.number < last else None for each in looks], FUTILITY, above=False
        ),
        side([each.lower_efficacy for each in looks], EFFICACY, above=False),
        side([each.harm for each in looks], HARMFUL, above=False),
    ]
    return [each for each in found if each.x]


def reach(
    sides: Sequence[Side], readings: Sequence[Reading], *, two_sided: bool
) -> tuple[float, float]:
    """Choose the axis: all bounds up to `HIGHEST`, with air for their numbers; 0 always."""
    seen = [z for side in sides for z in side.z] or [0.0]
    seen += [bound.z for each in readings for bound in bounds_read(each)]
    highest = min(HIGHEST, max(*seen, 2.0)) + 0.75
    lowest = -highest if two_sided else max(-HIGHEST, min(*seen, 0.0)) - 0.75
    return lowest, highest


def regions(axes: Axes, plan: Plan, counts: Sequence[float]) -> None:
    """Tint where the trial stops, from the first look that can to the last."""
    low, high = axes.get_ylim()
    lines = (
        ([each.efficacy for each in plan.looks], high, EFFICACY),
        ([each.lower_efficacy for each in plan.looks], low, EFFICACY),
    )
    for bounds, edge, style in lines:
        tint(axes, bounds, counts, edge, style)
    two_sided, inner = plan.sequential.sides > 1, plan.sequential.inner
    tint(axes, [each.harm for each in plan.looks], counts, low, HARMFUL)
    if not two_sided:
        tint(axes, [each.futility for each in plan.looks], counts, low, FUTILITY)
        return
    if inner is not None:
        there = np.isfinite(inner).all(axis=1)
        x = np.asarray(counts)[there]
        axes.fill_between(
            x,
            inner[there, 0],
            inner[there, 1],
            color=FUTILITY.color,
            alpha=0.10,
            linewidth=0,
            zorder=1,
        )
        if not is_wedge(plan):  # its lower edge is the bound of the other side
            return
        axes.plot(
            x,
            inner[there, 0],
            color=FUTILITY.color,
            linestyle=FUTILITY.line,
            linewidth=1.3,
            marker=FUTILITY.marker,
            markersize=3.6,
            zorder=3,
        )


def tint(
    axes: Axes,
    bounds: Sequence[Bound | None],
    counts: Sequence[float],
    edge: float,
    style: ArmStyle,
) -> None:
    """Tint from a line of bounds to an edge of the axes."""
    there = [(x, b.z) for x, b in zip(counts, bounds, strict=True) if b is not None]
    if not there:
        return
    x, z = zip(*there, strict=True)
    if len(x) == 1:  # one look: a strip of its own
        half = 0.012 * counts[-1]
        x, z = (x[0] - half, x[0] + half), (z[0], z[0])
    axes.fill_between(x, z, edge, color=style.color, alpha=0.10, linewidth=0, zorder=1)


def draw_side(axes: Axes, side: Side, effect: str, lines: Sequence[float]) -> None:
    """Draw the points, their line and the effects; an arrow where a bound is beyond the axis.

    Args:
        axes: where.
        side: what.
        effect: its name.
        lines: the counts at which upright lines stand, which no number may touch.
    """
    low, high = axes.get_ylim()
    shown = [z if abs(z) <= HIGHEST else (high if z > 0 else low) for z in side.z]
    axes.plot(
        side.x, side.z, color=side.style.color, linestyle=side.style.line, linewidth=1.3, zorder=3
    )
    for x, z, at in zip(side.x, side.z, shown, strict=True):
        marker = side.style.marker if z == at else ("^" if z > 0 else "v")
        axes.plot(
            [x],
            [at],
            marker=marker,
            color=side.style.color,
            markersize=4.6,
            zorder=4,
            clip_on=False,
        )
    width = TEXT_WIDTH - LEFT - RIGHT
    span = axes.get_xlim()[1]
    air = 0.035 * (high - low)
    for index in with_room(side.x, width, span, ROOM):
        if shown[index] != side.z[index]:
            continue
        up = side.above
        y = shown[index] + (air if up else -air)
        x, align = beside(side.x[index], lines, span / width)
        said(
            axes,
            x,
            y,
            at_bound(effect, side.effects[index]),
            ha=align,
            va="bottom" if up else "top",
            color=side.style.color,
        )


def go_on(axes: Axes, plan: Plan, counts: Sequence[float], lines: Sequence[float]) -> None:
    """Name the region where the trial goes on, where it is widest: at the first look."""
    first, (low, high) = plan.looks[0], axes.get_ylim()
    if len(counts) == 1:
        return
    top = first.efficacy.z if first.efficacy else high
    lowest = first.futility or first.harm
    bottom = lowest.z if lowest else 0.0 if plan.sequential.sides > 1 else low
    middle = (min(top, high) + max(bottom, low)) / 2
    width = TEXT_WIDTH - LEFT - RIGHT
    x, align = beside((counts[0] + counts[1]) / 2, lines, axes.get_xlim()[1] / width)
    said(
        axes,
        x,
        middle,
        "go on",
        ha=align,
        va="center",
        color=SOFT,
        style="italic",
    )
