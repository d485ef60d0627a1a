"""Are small studies missing on one side?  Effects against their standard errors, large on top.

The shades are where a study by itself has P above 0.1, above 0.05 and above 0.01 (Peters et al.
2008): gaps in the white and light parts only may be results that went unpublished, gaps in the
dark part hardly.  The broken lines hold 95% of the studies if all estimate the pooled effect.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from equipoise.kernel.arrays import Vector
from equipoise.kernel.confidence import normal_quantile
from equipoise.report.document import Figure
from equipoise.report.figures.forest_pool import ratio_ticks
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.figures.style import (
    BLUE,
    INK,
    SMALL,
    bare,
    canvas,
    finished,
    settings,
)

WIDTH, TALL = 5.4, 3.5  # inches
SHADES = ((0.99, "#ececec"), (0.95, "#d3d3d3"), (0.90, "#b4b4b4"))  # level, gray; inside darker
NAMED = 12  # studies, up to which points are named


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One study, on the linear scale; `filled` ones are mirror images."""

    name: str
    estimate: float
    standard_error: float
    filled: bool = False


def funnel_figure(
    points: Sequence[FunnelPoint], mean: float, effect: str, words: FigureText, *, ratio: bool
) -> Figure:
    """Draw the funnel about the pooled effect, its shades about none.

    Args:
        points: the studies.
        mean: the pooled effect, on the linear scale.
        effect: names the horizontal axis.
        words: of the figure.
        ratio: whether the linear scale is that of logarithms.
    """
    with settings():
        figure = canvas(TALL, WIDTH)
        axes = bare(figure.add_axes((0.12, 0.13, 0.62, 0.84)))
        deepest = 1.08 * max(point.standard_error for point in points)
        error = np.array([0.0, deepest])
        reach = normal_quantile(0.95) * deepest
        ends = [point.estimate for point in points] + [mean - reach, mean + reach]
        low, high = min(ends), max(ends)
        air = 0.04 * (high - low)
        show: Callable[..., Vector] = np.exp if ratio else np.asarray
        if ratio:
            axes.set_xscale("log")
        axes.set_xlim(*show([low - air, high + air]))
        axes.set_ylim(deepest, 0.0)
        _shades(axes, error, mean, show)
        _points(axes, points, show)
        if ratio:
            ratio_ticks(axes, 0.62 * WIDTH)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.set_xlabel(effect)
        axes.set_ylabel("Standard error" + (" of the logarithm" if ratio else ""))
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=SMALL)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )


def _shades(axes: Axes, error: Vector, mean: float, show: Callable[..., Vector]) -> None:
    """Shade where a study has P above some levels, and draw the funnel of the pooled effect."""
    for level, gray in SHADES:
        half = normal_quantile(level) * error
        axes.fill_betweenx(
            error,
            show(-half),
            show(half),
            color=gray,
            linewidth=0,
            zorder=0,
            label=f"P > {1 - level:.2g}",
        )
    half = normal_quantile(0.95) * error
    for side in (-1.0, 1.0):
        axes.plot(show(mean + side * half), error, color=BLUE, linewidth=0.9, linestyle=(0, (3, 2)))
    axes.plot(show([mean, mean]), error, color=BLUE, linewidth=1.0, label="Pooled effect")


def _points(axes: Axes, points: Sequence[FunnelPoint], show: Callable[..., Vector]) -> None:
    """Draw the studies, hollow where they are filled in, and name them where they are few."""
    for filled, label in ((False, "Studies"), (True, "Filled in")):
        some = [point for point in points if point.filled == filled]
        if some:
            axes.plot(
                show([point.estimate for point in some]),
                [point.standard_error for point in some],
                "o",
                markersize=5,
                markerfacecolor="white" if filled else INK,
                markeredgecolor=INK,
                label=label,
                zorder=4,
            )
    named = [point for point in points if not point.filled]
    if len(named) > NAMED:
        return
    low, high = axes.get_xlim()
    for point in named:
        x = float(show(point.estimate))
        share = (
            (np.log(x / low) / np.log(high / low))
            if axes.get_xscale() == "log"
            else ((x - low) / (high - low))
        )
        right = share > 0.75  # noqa: PLR2004 - of the axis: names stand left of their points
        axes.annotate(
            point.name,
            (x, point.standard_error),
            xytext=(-6 if right else 6, 0),
            ha="right" if right else "left",
            va="center",
            textcoords="offset points",
            fontsize=SMALL,
            zorder=5,
        )
