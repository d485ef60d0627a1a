"""When is an arm stopped for harm, and how likely is that?

Left the bound: so many events among so many patients, or more, stop the arm.  Right the chance
that it ever stops, against the true probability of the event.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import HALO, with_room
from equipoise.report.figures.style import (
    BLUE,
    GRID,
    INK,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    VERMILION,
    bare,
    canvas,
    finished,
    page,
    settings,
)

LEFT, GAP, RIGHT, TOP, PLOT, BELOW = 0.5, 0.68, 0.2, 0.34, 2.4, 0.46  # inches
MARKERS = ("o", "s")
ROOM = 0.34  # inches of a number beside the step


@dataclass(frozen=True, slots=True)
class Truth:
    """A named probability of the event, with the chance of stopping there."""

    name: str
    rate: float
    stopping: float
    printed: str


@dataclass(frozen=True, slots=True)
class SafetyText:
    """The words of the figure."""

    identifier: str
    title: str
    alternative_text: str


def safety_figure(
    bound: Sequence[tuple[int, int]],
    patients: int,
    curve: Sequence[tuple[float, float]],
    truths: Sequence[Truth],
    words: SafetyText,
) -> Figure:
    """Draw the bound, (patients, stop at), and the curve, (true rate, chance of stopping)."""
    with settings():
        height = TOP + PLOT + BELOW
        figure = canvas(height)
        sheet = page(figure)
        wide = (TEXT_WIDTH - LEFT - GAP - RIGHT) / 2
        panels = [
            bare(
                figure.add_axes(
                    (left / TEXT_WIDTH, BELOW / height, wide / TEXT_WIDTH, PLOT / height)
                )
            )
            for left in (LEFT, LEFT + wide + GAP)
        ]
        draw_bound(panels[0], bound, patients, wide)
        draw_curve(panels[1], curve, truths)
        for left, title in ((LEFT, "Stop at"), (LEFT + wide + GAP, "Chance of stopping")):
            sheet.text(left, TOP - 0.12, title, fontsize=NORMAL, fontweight="bold", va="bottom")
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(
                "Left: the arm stops on the line or above it. Right: over all its patients.",
            ),
        )


def draw_bound(axes: Axes, bound: Sequence[tuple[int, int]], patients: int, width: float) -> None:
    """Draw the steps with the region of stopping, and the number at each new step."""
    n = np.array([each for each, _ in bound], dtype=np.float64)
    stop = np.array([each for _, each in bound], dtype=np.float64)
    highest = float(stop.max()) * 1.22 + 0.5
    axes.set_xlim(0, patients * 1.03)
    axes.set_ylim(0, highest)
    regular = n.size > 1 and float(np.diff(n).max()) > 1
    if regular:  # checked after groups of patients alone
        axes.vlines(n, stop, highest, color=VERMILION, alpha=0.22, linewidth=3.0, zorder=1)
        axes.plot(n, stop, marker="s", markersize=4.6, color=VERMILION, linestyle="none", zorder=3)
    else:
        ends = np.append(n, n[-1] + 1)
        axes.fill_between(
            ends,
            np.append(stop, stop[-1]),
            highest,
            step="post",
            color=VERMILION,
            alpha=0.14,
            linewidth=0,
            zorder=1,
        )
        axes.step(
            ends, np.append(stop, stop[-1]), where="post", color=VERMILION, linewidth=1.6, zorder=3
        )
    new = [0, *(np.flatnonzero(np.diff(stop) != 0) + 1).tolist()]
    starts = [float(n[i]) for i in new]
    for place in with_room(starts, width, axes.get_xlim()[1], ROOM):
        i = new[place]
        axes.text(
            n[i],
            stop[i] + 0.02 * highest,
            f"{stop[i]:.0f}",
            fontsize=SMALL,
            va="bottom",
            ha="center" if regular else "left",
            color=VERMILION,
            path_effects=HALO,
            zorder=4,
        )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("Patients", labelpad=3)
    axes.set_ylabel("Events", labelpad=4)


def draw_curve(axes: Axes, curve: Sequence[tuple[float, float]], truths: Sequence[Truth]) -> None:
    """Draw the chance of stopping, with the named truths on it."""
    axes.plot(
        [100 * rate for rate, _ in curve],
        [100 * stops for _, stops in curve],
        color=BLUE,
        linewidth=1.8,
        zorder=3,
    )
    last = 100 * max(rate for rate, _ in curve)
    axes.set_xlim(0, last)
    axes.set_ylim(0, 104)
    axes.set_yticks(range(0, 101, 20))
    axes.grid(visible=True, color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("True probability of the event (%)", labelpad=3)
    axes.set_ylabel("Chance of stopping (%)", labelpad=4)
    for truth, marker in zip(truths, MARKERS, strict=False):
        x, y = 100 * truth.rate, 100 * truth.stopping
        axes.plot([x, x], [0, y], color=SOFT, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2)
        axes.plot(
            [x],
            [y],
            marker=marker,
            markersize=5.5,
            color=INK,
            linestyle="none",
            zorder=5,
            label=f"{truth.name}: {truth.printed}",
            clip_on=False,
        )
    axes.legend(
        loc="lower right", frameon=False, fontsize=SMALL, handletextpad=0.2, borderaxespad=0.2
    )
