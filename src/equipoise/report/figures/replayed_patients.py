"""Who was in the trial, from when until when?  A line a patient, by arm, in order of entry.

A line runs in calendar time from randomization to the end of follow-up for the endpoint; a dot
ends it where the event happened, a cross where the patient was lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.kernel.arrays import Flags, Vector
from equipoise.report.document import Figure
from equipoise.report.figures.events_over_time import round_times
from equipoise.report.figures.style import (
    GRID,
    INK,
    SMALL,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
    wrap,
)

LEFT, RIGHT, TOP, BELOW = 1.25, 0.2, 0.3, 0.48  # inches
ROW, LEAST, MOST = 0.021, 1.6, 7.0  # inches a patient, and of the axes
GAP = 6  # rows between two arms
READABLE = 400  # patients in all, beyond whom lines would run together


@dataclass(frozen=True, slots=True)
class ArmLines:
    """The patients of one arm, in order of entry; times in the unit of display."""

    label: str
    style: ArmStyle
    entry: Vector  # calendar
    end: Vector  # calendar
    event: Flags
    lost: Flags


@dataclass(frozen=True, slots=True)
class LinesText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str
    unit: str
    alternative_text: str
    event: str  # what a dot is


def patients_figure(arms: Sequence[ArmLines], looks: Sequence[float], words: LinesText) -> Figure:
    """Draw every patient's time in the trial, with the looks."""
    rows = sum(arm.entry.size for arm in arms) + GAP * (len(arms) - 1)
    plot = min(MOST, max(LEAST, ROW * rows))
    with settings():
        height = TOP + plot + BELOW
        figure = canvas(height)
        width = TEXT_WIDTH - LEFT - RIGHT
        box = (LEFT / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, plot / height)
        axes = bare(figure.add_axes(box))
        axes.set_ylim(rows + 1, -2)
        axes.set_xlim(0, looks[-1])
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for look in looks:
            axes.axvline(look, color=GRID, linewidth=0.9, zorder=0, clip_on=False)
        first, size = 0, 72 * plot / (rows + 3)  # points a row
        for arm in arms:
            y = first + np.arange(arm.entry.size)
            tone = arm.style.color
            axes.hlines(y, arm.entry, arm.end, color=tone, linewidth=0.55 * size, zorder=2)
            marks: Any = {"linestyle": "none", "zorder": 3, "clip_on": False}
            axes.plot(
                arm.end[arm.event], y[arm.event], marker="o", markersize=1.7 * size, color=INK,
                markeredgewidth=0, **marks,
            )  # fmt: skip
            axes.plot(
                arm.end[arm.lost], y[arm.lost], marker="x", markersize=1.9 * size, color=INK,
                markeredgewidth=0.7, **marks,
            )  # fmt: skip
            if arm.entry.size:
                axes.text(
                    -0.1 / width, first + arm.entry.size / 2,
                    wrap(figure, arm.label, SMALL, LEFT - 0.2), fontsize=SMALL, ha="right",
                    va="center", transform=axes.get_yaxis_transform(), linespacing=1.15,
                )  # fmt: skip
            first += arm.entry.size + GAP
        axes.set_xticks(round_times(looks[-1], words.unit))
        axes.set_xlabel(words.axis, labelpad=3)
        sheet = page(figure)
        entries = (("o", words.event, 4.0), ("x", "Lost to follow-up", 4.4))
        for place, (marker, text, points) in enumerate(entries):
            x = LEFT + 0.05 + 2.6 * place
            sheet.plot([x], [0.15], marker=marker, markersize=points, color=INK, linestyle="none")
            sheet.text(x + 0.12, 0.15, text, fontsize=SMALL, va="center_baseline")
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=("Upright lines: the looks.",),
        )
