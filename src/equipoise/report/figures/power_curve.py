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
from equipoise.report.figures.design_marks import EFFICACY, HALO, apart
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
ROOMY = 0.16  # of the width that words need beside a point
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
        draw_marks(axes, marks, falls=falls)
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


def draw_marks(axes: Axes, marks: Sequence[Mark], *, falls: bool) -> None:
    """Set the points, and their words on the side where the curve is not."""
    others = [mark for mark in marks if mark.kind == "other"]
    for effect in dict.fromkeys(mark.effect for mark in others):
        here = [mark for mark in others if mark.effect == effect]
        heights = apart([100 * mark.power - 5 for mark in here], 6.0, 2.0, 90.0)
        for mark, height in zip(here, heights, strict=True):
            draw_other(axes, mark, height, falls=falls)
    for mark in marks:
        if mark.kind != "other":
            draw_own(axes, mark, falls=falls)


def draw_own(axes: Axes, mark: Mark, *, falls: bool) -> None:
    """Mark the planned effect or the null on the curve, with threads to both axes."""
    ends, x, y = axes.get_xlim(), mark.effect, 100 * mark.power
    axes.plot([x], [y], marker="o", markersize=5.5, color=INK, zorder=5, clip_on=False)
    for across, up in (([x, x], [0, y]), ([ends[0], x], [y, y])):
        axes.plot(across, up, color=SOFT, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2)
    at_end = mark.kind == "null"  # over the foot of the curve
    left = x - ends[0] > ends[1] - x if at_end else not falls
    side = 0 if at_end else 7
    axes.annotate(
        mark.printed,
        (x, y),
        xytext=(-side if left else side, 16 if at_end else 5),
        textcoords="offset points",
        ha="right" if left else "left",
        va="bottom",
        fontsize=SMALL,
        path_effects=HALO,
        zorder=6,
        annotation_clip=False,
    )


def draw_other(axes: Axes, mark: Mark, height: float, *, falls: bool) -> None:
    """Mark another design, its words at `height` percent, beside the point."""
    x, y = mark.effect, 100 * mark.power
    axes.plot(
        [x],
        [y],
        marker="D",
        markersize=6,
        markerfacecolor="white",
        markeredgecolor=VERMILION,
        markeredgewidth=1.2,
        linestyle="none",
        zorder=5,
        clip_on=False,
    )
    place = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))[0]
    left = falls if ROOMY < place < 1 - ROOMY else place > 0.5  # noqa: PLR2004 - the nearer edge
    axes.annotate(
        mark.printed,
        (x, height),
        xytext=(-9 if left else 9, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center_baseline",
        fontsize=SMALL,
        color=VERMILION,
        path_effects=HALO,
        zorder=6,
        annotation_clip=False,
    )
