"""How likely is success?  The power of the design against the effect that is true.

A ratio stands on a logarithmic axis.  The planned effect and the hypothesis tested are marked on
the curve; the designs of the table of alternatives, each with its own size, stand beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Literal

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
FEWEST_TICKS, MOST_TICKS = 5, 9


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
        for mark in marks:
            draw_mark(axes, mark, falls=falls)
        others = any(mark.kind == "other" for mark in marks)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=("Hollow diamonds: other designs, each with its own size.",)
            if others
            else (),
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
    ticks = round_ratios(low, high)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xticks(ticks, [as_given(tick) for tick in ticks])


def round_ratios(low: float, high: float) -> list[float]:
    """Choose ticks for a ratio: as many as can be read, at numbers easy to say.

    >>> round_ratios(0.42, 1.03)
    [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    """
    steps = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    for step in steps:
        first = round(low / step) + (round(low / step) * step < low)
        ticks = [round(k * step, 10) for k in range(first, int(high / step + 1e-9) + 1)]
        if len([tick for tick in ticks if tick > 0]) <= MOST_TICKS:
            break
    ticks = [tick for tick in ticks if tick > 0]
    if len(ticks) >= FEWEST_TICKS - 2:
        return ticks
    return [
        10.0**k for k in range(int(log10(low)) - 1, int(log10(high)) + 2) if low <= 10.0**k <= high
    ]


def draw_mark(axes: Axes, mark: Mark, *, falls: bool) -> None:
    """Set a point and its words on the side where the curve is not."""
    other = mark.kind == "other"
    color = VERMILION if other else INK
    axes.plot(
        [mark.effect],
        [100 * mark.power],
        marker="D" if other else "o",
        markersize=6 if other else 5.5,
        markerfacecolor="white" if other else INK,
        markeredgecolor=color,
        markeredgewidth=1.2,
        zorder=5,
        clip_on=False,
    )
    if not other:
        low = axes.get_xlim()[0]
        y = 100 * mark.power
        axes.plot(
            [mark.effect] * 2, [0, y], color=SOFT, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2
        )
        axes.plot(
            [low, mark.effect], [y, y], color=SOFT, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2
        )
    ends = axes.get_xlim()
    left, up = falls == other, -5.0 if other else 5.0
    if mark.kind == "null":  # at the end of the axis, over the foot of the curve
        left, up = mark.effect - ends[0] > ends[1] - mark.effect, 12.0
    side = 0 if mark.kind == "null" else 7
    axes.annotate(
        mark.printed,
        (mark.effect, 100 * mark.power),
        xytext=(-side if left else side, up),
        textcoords="offset points",
        ha="right" if left else "left",
        va="bottom" if up > 0 else "top",
        fontsize=SMALL,
        color=color,
        path_effects=HALO,
        zorder=6,
        annotation_clip=False,
    )
