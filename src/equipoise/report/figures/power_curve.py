"""How likely is success?  The power of the design against the effect that is true.

A ratio stands on a logarithmic axis.  The planned effect and the hypothesis tested are marked on
the curve; the designs of the table of alternatives, each with its own size, stand beside it by
their number there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf, log10
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from equipoise.report.design.printing import as_given
from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import EFFICACY, HALO
from equipoise.report.figures.style import (
    GRID,
    INK,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    VERMILION,
    bare,
    canvas,
    finished,
    settings,
)

LEFT, TOP, PLOT, BELOW, RIGHT = 0.55, 0.16, 2.7, 0.46, 0.25  # inches
CLOSE = 6.0  # percent of power: numbers of designs nearer than this stand in one line
FEWEST_TICKS, MOST_TICKS = 5, 9
DIGIT = 0.072  # inches of one digit under an axis


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on or beside the curve, with what is written there."""

    effect: float
    power: float
    printed: str
    kind: Literal["planned", "null", "other"] = "planned"  # other: of another design


@dataclass(frozen=True, slots=True)
class PowerText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str  # the name of the effect
    alternative_text: str
    estimand: str | None = None
    other_designs: str = ""  # the numbers of other designs, with their sizes


def power_figure(
    curve: Sequence[tuple[float, float]],
    marks: Sequence[Mark],
    words: PowerText,
    *,
    logarithmic: bool,
) -> Figure:
    """Draw the curve with its marks."""
    with settings():
        height = TOP + PLOT + BELOW
        figure = canvas(height)
        box = (
            LEFT / TEXT_WIDTH,
            BELOW / height,
            (TEXT_WIDTH - LEFT - RIGHT) / TEXT_WIDTH,
            PLOT / height,
        )
        axes = bare(figure.add_axes(box))
        effects = [effect for effect, _ in curve] + [mark.effect for mark in marks]
        scale(axes, min(effects), max(effects), logarithmic=logarithmic)
        axes.set_ylim(0, 104)
        axes.set_yticks(range(0, 101, 20))
        axes.grid(visible=True, color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_ylabel("Power (%)", labelpad=4)
        axes.set_xlabel(f"True {words.axis}", labelpad=3)
        axes.plot(
            [effect for effect, _ in curve],
            [100 * power for _, power in curve],
            color=EFFICACY.color,
            linewidth=1.8,
            zorder=3,
        )
        rising = curve[0][1] < curve[-1][1]
        falls = (curve[0][0] < curve[-1][0]) != rising
        (null,) = (mark.effect for mark in marks if mark.kind == "null")
        sides = {effect > null for effect, _ in curve if effect != null}
        draw_marks(axes, marks, falls=falls, beyond=len(sides) > 1)
        told = f"Diamonds: other designs by number, each with its own size. {words.other_designs}."
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(told,) if words.other_designs else (),
            estimand=words.estimand,
        )


def scale(axes: Axes, low: float, high: float, *, logarithmic: bool) -> None:
    """Span the effects with a little air; ticks at round numbers, on a ratio's own scale."""
    if not logarithmic:
        air = 0.04 * (high - low)
        axes.set_xlim(low - air, high + air)
        return
    air = (high / low) ** 0.04
    low, high = low / air, high * air
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    figure: Any = axes.figure
    wide = axes.get_window_extent().width / figure.dpi
    ticks = round_ratios(low, high, wide)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xticks(ticks, [as_given(tick) for tick in ticks])


def round_ratios(low: float, high: float, inches: float = inf) -> list[float]:
    """Choose ticks for a ratio: as many as can be read, at numbers easy to say.

    Args:
        low: end of a logarithmic axis.
        high: the other.
        inches: its length; by default, room enough for any.

    >>> round_ratios(0.42, 1.03)
    [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    >>> round_ratios(0.42, 1.03, 1.2)
    [0.6, 0.8, 1.0]
    """
    found: list[float] = []
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0):
        first = round(low / step) + (round(low / step) * step < low)
        ticks = [round(k * step, 10) for k in range(first, int(high / step + 1e-9) + 1)]
        ticks = [tick for tick in ticks if tick > 0]
        if len(ticks) <= MOST_TICKS and _apart(ticks, low, high, inches):
            found = ticks
            break
    if len(found) >= FEWEST_TICKS - 2:
        return found
    powers = [
        10.0**k for k in range(int(log10(low)) - 1, int(log10(high)) + 2) if low <= 10.0**k <= high
    ]
    return powers if len(powers) > len(found) or isinf(inches) else found


def _apart(ticks: Sequence[float], low: float, high: float, inches: float) -> bool:
    """Tell whether the numbers under a logarithmic axis leave room between them."""
    if isinf(inches):
        return True
    at = [log10(each / low) / log10(high / low) * inches for each in ticks]
    wide = [DIGIT * len(as_given(each)) for each in ticks]
    return all(
        b - a > (v + w) / 2.0 + DIGIT
        for a, b, v, w in zip(at, at[1:], wide, wide[1:], strict=False)
    )


def draw_marks(axes: Axes, marks: Sequence[Mark], *, falls: bool, beyond: bool) -> None:
    """Set the points on the curve with their words, and the other designs by number."""
    columns: dict[float, list[Mark]] = {}
    for mark in marks:
        if mark.kind == "other":
            columns.setdefault(mark.effect, []).append(mark)
    for column in columns.values():
        for here in close_together(column):
            draw_others(axes, here, falls=falls)
    for mark in marks:
        if mark.kind != "other":
            draw_own(axes, mark, falls=falls, beyond=beyond)


def close_together(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Group marks of one effect whose numbers would touch, from the highest power down.

    >>> [len(each) for each in close_together([Mark(1, 0.9, "2"), Mark(1, 0.5, "3")])]
    [1, 1]
    """
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda each: -each.power):
        if groups and 100 * (groups[-1][-1].power - mark.power) < CLOSE:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def draw_own(axes: Axes, mark: Mark, *, falls: bool, beyond: bool) -> None:
    """Mark the planned effect or the null on the curve, with threads to both axes."""
    ends, x, y = axes.get_xlim(), mark.effect, 100 * mark.power
    axes.plot([x], [y], marker="o", markersize=5.5, color=INK, zorder=5, clip_on=False)
    for across, up in (([x, x], [0, y]), ([ends[0], x], [y, y])):
        axes.plot(across, up, color=SOFT, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2)
    at_end = mark.kind == "null" and not beyond  # over the foot of the curve
    harmful = mark.kind == "null" and beyond  # beside it, where the power falls on
    left = x - ends[0] > ends[1] - x if at_end else not falls
    side = 0 if at_end or harmful else 7
    axes.annotate(
        mark.printed,
        (x, y),
        xytext=(-side if left else side, 30 if at_end else 12 if harmful else 5),
        textcoords="offset points",
        ha="right" if left else "left",
        va="bottom",
        fontsize=SMALL,
        path_effects=HALO,
        zorder=6,
        annotation_clip=False,
    )


def draw_others(axes: Axes, marks: Sequence[Mark], *, falls: bool) -> None:
    """Mark other designs of one effect by diamonds, their numbers on the side left free."""
    x, heights = marks[0].effect, [100 * mark.power for mark in marks]
    axes.plot(
        [x] * len(marks),
        heights,
        marker="D",
        markersize=6,
        markerfacecolor="white",
        markeredgecolor=VERMILION,
        markeredgewidth=1.2,
        linestyle="none",
        zorder=4,
        clip_on=False,
    )
    axes.annotate(
        ", ".join(mark.printed for mark in marks),
        (x, sum(heights) / len(heights)),
        xytext=(-8 if falls else 8, -1),
        textcoords="offset points",
        ha="right" if falls else "left",
        va="center_baseline",
        fontsize=SMALL,
        color=VERMILION,
        path_effects=HALO,
        zorder=6,
        annotation_clip=False,
    )
