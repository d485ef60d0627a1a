"""Do rebuilt patients give the published hazard ratios?  One point a figure, on log scales.

On the line the two are the same; between the thin lines they differ by no more than the
tolerance.  Points outside are named, the farthest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    BLUE,
    FAINT,
    GRID,
    INK,
    SMALL,
    SOFT,
    VERMILION,
    bare,
    canvas,
    finished,
    settings,
)

SIDE = 5.2  # inches
TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0)
NAMED = 8  # of the points outside
FAR = 0.06  # of the axis: names that would stand closer are left to the table


@dataclass(frozen=True, slots=True)
class RatioPoint:
    """One figure."""

    name: str
    published: float
    found: float
    agrees: bool
    resolved: bool


def log_ratio_figure(
    points: Sequence[RatioPoint], tolerance: float, alternative_text: str
) -> Figure:
    """Draw published against re-analyzed ratios."""
    with settings():
        figure = canvas(SIDE, SIDE)
        axes = bare(figure.add_axes((0.12, 0.11, 0.85, 0.86)))
        values = [each for point in points for each in (point.published, point.found)]
        low, high = min(values) / 1.1, max(values) * 1.1
        _frame(axes, low, high, tolerance)
        for agrees in (True, False):
            for resolved in (True, False):
                _draw(axes, [p for p in points if (p.agrees, p.resolved) == (agrees, resolved)])
        _names(axes, points, (low, high))
        axes.legend(loc="lower right", frameon=False, fontsize=SMALL, handletextpad=0.3)
        return finished(
            figure,
            identifier="published-and-found",
            title="Published hazard ratios, and those of the rebuilt patients",
            alternative_text=alternative_text,
            footnotes=("Patients rebuilt from published figures, not the trials' own data.",),
        )


def _frame(axes: Axes, low: float, high: float, tolerance: float) -> None:
    line = np.array([low, high])
    axes.plot(line, line, color=INK, linewidth=0.8, zorder=1)
    for factor in (1 - tolerance, 1 + tolerance):
        axes.plot(line, line * factor, color=FAINT, linewidth=0.6, linestyle=(0, (3, 2)), zorder=1)
    ticks = [each for each in TICKS if low <= each <= high]
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_tick_params(which="minor", length=0)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(visible=True, color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel("Published hazard ratio")
    axes.set_ylabel("Hazard ratio of the rebuilt patients")


def _draw(axes: Axes, points: Sequence[RatioPoint]) -> None:
    if not points:
        return
    agrees, resolved = points[0].agrees, points[0].resolved
    color = BLUE if agrees else VERMILION
    within = "Agrees" if agrees else "Does not agree"
    order = "" if resolved else ", arm order not resolved"
    axes.scatter(
        [each.published for each in points],
        [each.found for each in points],
        s=14,
        marker="o" if agrees else "D",
        facecolors=color if resolved else "none",
        edgecolors=color,
        linewidths=0.8,
        label=f"{within}{order} ({len(points)})",
        zorder=3 if agrees else 4,
    )


def _names(axes: Axes, points: Sequence[RatioPoint], limits: tuple[float, float]) -> None:
    width = np.log(limits[1] / limits[0])
    outside = sorted(
        (each for each in points if not each.agrees),
        key=lambda each: -abs(np.log(each.found / each.published)),
    )
    placed: list[tuple[float, float]] = []
    edge = np.log(limits[1]) / width - 2 * FAR  # from here on names stand left of their points
    for each in outside:
        here = (np.log(each.published) / width, np.log(each.found) / width)
        apart = all(max(abs(here[0] - x) / 3, abs(here[1] - y)) > FAR / 2 for x, y in placed)
        if len(placed) == NAMED or not apart:
            continue
        placed.append(here)
        above = each.found > each.published
        axes.annotate(
            each.name,
            (each.published, each.found),
            xytext=(-6, 1) if above else (6, -12),
            ha="left" if not above and here[0] < edge else "right",
            textcoords="offset points",
            fontsize=SMALL,
            color=SOFT,
        )
