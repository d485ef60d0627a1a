"""Where does the trial stop, as the effect estimated there?  The boundaries on the effect's scale.

A ratio stands on a logarithmic axis.  Bounds far from both the null hypothesis and the planned
effect, as early looks have, are drawn at the edge of the axis as arrows; the numbers beside the
points are z.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from equipoise.design.plan import Bound, Effect, Plan
from equipoise.design.sequential.describe import from_linear, to_linear
from equipoise.design.wording.margin import null_words
from equipoise.report.design.printing import as_given, calculated, z_value
from equipoise.report.document import Figure
from equipoise.report.figures.boundary import ARROW, BoundaryText, counts_of
from equipoise.report.figures.boundary_frame import LEFT, LINE, RIGHT, ROOM, key
from equipoise.report.figures.design_marks import (
    EFFICACY,
    FUTILITY,
    HALO,
    HARMFUL,
    looks_marked,
    said,
    with_room,
)
from equipoise.report.figures.power_curve import round_ratios
from equipoise.report.figures.style import (
    SMALL,
    SOFT,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
)

PLOT, BELOW, ABOVE = 2.0, 0.46, 0.1  # inches
FURTHEST = 2.5  # of the planned effect, from the null, on the linear scale: the axis ends there
AIR = 0.35  # of the planned effect, beyond the last bound that is drawn


@dataclass(frozen=True, slots=True)
class Bounds:
    """One kind of bound: where, the effect there on the linear scale, and its z."""

    style: ArmStyle
    x: tuple[float, ...]
    linear: tuple[float, ...]
    z: tuple[float, ...]


def boundary_effect_figure(plan: Plan, words: BoundaryText, planned: str) -> Figure:
    """Draw the boundaries of one hypothesis as the effects estimated there."""
    effect, counts = plan.effect, counts_of(plan)
    with settings():
        height = 0.06 + LINE + ABOVE + PLOT + BELOW
        figure = canvas(height)
        width = TEXT_WIDTH - LEFT - RIGHT
        box = (LEFT / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, PLOT / height)
        axes = bare(figure.add_axes(box))
        kinds = bounds_of(plan, counts)
        low, high = limits(effect, kinds)
        scale(axes, effect, low, high)
        axes.set_xlim(0, counts[-1] * 1.06)
        looks_marked(axes, counts)
        marked_effects(axes, effect, null_words(plan), planned)
        for kind in kinds:
            one_way = kind.style is not FUTILITY or plan.sequential.sides == 1
            draw(axes, effect, kind, tinted=one_way)
        chosen = with_room(counts, width, axes.get_xlim()[1], ROOM)
        axes.set_xticks([counts[i] for i in chosen], [calculated(counts[i]) for i in chosen])
        axes.set_xlabel(f"{words.axis} at each look", labelpad=3)
        axes.set_ylabel(effect.name.capitalize(), labelpad=3)
        key(page(figure), plan, ())
        clipped = any(not low <= value <= high for kind in kinds for value in kind.linear)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=("Numbers beside the points: z at the bound.", *((ARROW,) * clipped)),
            estimand=words.estimand,
        )


def bounds_of(plan: Plan, counts: Sequence[float]) -> list[Bounds]:
    """Collect every kind of bound the plan has."""
    looks = plan.looks

    def kind(style: ArmStyle, bounds: Sequence[Bound | None]) -> Bounds:
        there = [(x, b) for x, b in zip(counts, bounds, strict=False) if b is not None]
        effects = tuple(to_linear(plan.effect, bound.effect) for _, bound in there)
        return Bounds(style, tuple(x for x, _ in there), effects, tuple(b.z for _, b in there))

    found = [
        kind(EFFICACY, [each.efficacy for each in looks]),
        kind(EFFICACY, [each.lower_efficacy for each in looks]),
        kind(FUTILITY, [each.futility for each in looks[:-1]]),
        kind(HARMFUL, [each.harm for each in looks]),
    ]
    return [each for each in found if each.x]


def limits(effect: Effect, kinds: Sequence[Bounds]) -> tuple[float, float]:
    """Choose the axis on the linear scale: all bounds within reach, null and plan always."""
    null, planned = to_linear(effect, effect.null), to_linear(effect, effect.value)
    size = abs(planned - null)
    seen = [value for kind in kinds for value in kind.linear]
    seen = [value for value in seen if abs(value - null) <= FURTHEST * size]
    ends = [null, planned, *seen]
    return min(ends) - AIR * size, max(ends) + AIR * size


def scale(axes: Axes, effect: Effect, low: float, high: float) -> None:
    """Set the vertical axis, logarithmic for a ratio."""
    bottom, top = from_linear(effect, low), from_linear(effect, high)
    if effect.scale != "log":
        axes.set_ylim(bottom, top)
        return
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    ticks = round_ratios(bottom, top)
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(ticks, [as_given(tick) for tick in ticks])


def marked_effects(axes: Axes, effect: Effect, null: str, planned: str) -> None:
    """Draw the null and the planned effect as lines across, named at the left."""
    for value, name, dashes in (
        (effect.null, f"{null}: {as_given(effect.null)}", (0, (1.4, 1.3))),
        (effect.value, planned, (0, (5.0, 2.0))),
    ):
        axes.axhline(value, color=SOFT, linewidth=0.8, linestyle=dashes, zorder=1)
        said(axes, 0.008 * axes.get_xlim()[1], value, name, ha="left", va="bottom", color=SOFT)


def edge(axes: Axes, effect: Effect, kind: Bounds) -> float:
    """Give the edge of the axes to which a bound stops the trial."""
    low, high = axes.get_ylim()
    favorable = (low, high) if effect.better == "lower" else (high, low)
    good = kind.style is EFFICACY and kind.z[-1] > 0
    return favorable[0] if good else favorable[1]


def draw(axes: Axes, effect: Effect, kind: Bounds, *, tinted: bool) -> None:
    """Draw one kind of bound, with z beside its points, away from the null."""
    ends = sorted(to_linear(effect, end) for end in axes.get_ylim())
    null = to_linear(effect, effect.null)
    shown = [min(max(value, ends[0]), ends[1]) for value in kind.linear]
    y = [from_linear(effect, value) for value in shown]
    style = kind.style
    if tinted:
        end = edge(axes, effect, kind)
        axes.fill_between(kind.x, y, end, color=style.color, alpha=0.10, linewidth=0, zorder=0)
    axes.plot(kind.x, y, color=style.color, linestyle=style.line, linewidth=1.3, zorder=3)
    width, span = TEXT_WIDTH - LEFT - RIGHT, axes.get_xlim()[1]
    roomy = with_room(kind.x, width, span, ROOM)
    for index, (x, value, at) in enumerate(zip(kind.x, kind.linear, shown, strict=True)):
        inside = value == at
        up = effect.better == "lower" if style is FUTILITY else value > null
        marker = style.marker if inside else ("^" if value > at else "v")
        axes.plot(
            [x], [y[index]], marker=marker, color=style.color, markersize=4.6, zorder=4,
            clip_on=False,
        )  # fmt: skip
        if inside and index in roomy:
            axes.annotate(
                z_value(kind.z[index]),
                (x, y[index]),
                xytext=(0, 5 if up else -5),
                textcoords="offset points",
                ha="center",
                va="bottom" if up else "top",
                fontsize=SMALL,
                color=style.color,
                path_effects=HALO,
                zorder=5,
            )
