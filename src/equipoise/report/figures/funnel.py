"""Are small studies missing on one side?  Effects against their standard errors, large on top.

The shades are where a study by itself has P above 0.1, above 0.05 and above 0.01 (Peters et al.
2008): gaps in the white and light parts only may be results that went unpublished, gaps in the
dark part hardly.  The broken lines hold 95% of the studies if all estimate the pooled effect.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.confidence import normal_quantile
from equipoise.report.document import Figure
from equipoise.report.figures.free_labels import set_labels
from equipoise.report.figures.ratio_ticks import ratio_ticks
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.figures.style import (
    BLUE,
    INK,
    SMALL,
    SOFT,
    bare,
    canvas,
    finished,
    settings,
)

WIDTH, TALL = 5.4, 3.5  # inches
SHADES = ((0.99, "#ececec"), (0.95, "#d3d3d3"), (0.90, "#b4b4b4"))  # level, gray; inside darker
ALONG, ROUND, RADIUS = 14, 8, 0.06  # points that names keep off: of a line, and round a study
APART = 0.11  # inches between a study and its name, from where on a line leads to it
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
        _names(axes, points, mean, show)
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
    """Draw the studies, hollow where they are filled in."""
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


def _names(
    axes: Axes, points: Sequence[FunnelPoint], mean: float, show: Callable[..., Vector]
) -> None:
    """Name the studies where they are few, each where no name, point or line is in its way."""
    named = sorted((each for each in points if not each.filled), key=lambda each: each.estimate)
    if len(named) > NAMED:
        return
    depth = np.linspace(0.0, axes.get_ylim()[0], ALONG)
    half = normal_quantile(0.95) * depth
    lines = [np.column_stack([show(mean + side * half), depth]) for side in (-1.0, 0.0, 1.0)]
    labels = [(float(show(each.estimate)), each.standard_error, each.name) for each in named]
    boxes = set_labels(
        axes, labels, np.concatenate([*lines, _rings(axes, points, show)]), beside=True
    )
    _leaders(axes, np.array([each[:2] for each in labels], dtype=float), boxes)


def _rings(axes: Axes, points: Sequence[FunnelPoint], show: Callable[..., Vector]) -> Matrix:
    """Give points on small rings about all studies, so that names keep off them."""
    figure: Any = axes.figure
    marks = [(float(show(each.estimate)), each.standard_error) for each in points]
    turn = 2 * np.pi * np.arange(ROUND) / ROUND
    ring = RADIUS * figure.dpi * np.column_stack([np.cos(turn), np.sin(turn)])
    around = axes.transData.transform(marks)[:, None, :] + ring
    return np.asarray(axes.transData.inverted().transform(around.reshape(-1, 2)))


def _leaders(axes: Axes, marks: Matrix, boxes: Sequence[tuple[float, float, float, float]]) -> None:
    """Lead a thin line from a study to its name, where that stands away from it."""
    figure: Any = axes.figure
    corner = axes.transAxes.transform((0.0, 0.0))
    for mark, box in zip(axes.transData.transform(marks), boxes, strict=True):
        x, y = (mark - corner) / figure.dpi
        near = np.clip(x, box[0], box[2]), np.clip(y, box[1], box[3])
        if np.hypot(near[0] - x, near[1] - y) > APART:
            ends = axes.transData.inverted().transform([mark, np.array(near) * figure.dpi + corner])
            axes.plot(*ends.T, color=SOFT, linewidth=0.6, zorder=3)
