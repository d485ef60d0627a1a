"""How close is an arm to being stopped for harm?  Harms among the patients judged so far.

The shaded region on and above the bound stops the arm; the line is what was seen, check by check;
the open mark is where the bound would be reached soonest, if all who come until then are harmed
that need be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from equipoise.report.document import Figure
from equipoise.report.figures.rehearsal_frame import FigureText, key_of, looks_of, on_a_page
from equipoise.report.figures.safety import draw_bound
from equipoise.report.figures.style import BLUE, INK, SMALL, VERMILION, finished, settings


@dataclass(frozen=True, slots=True)
class CoursePanel:
    """One rule and the patients it watches."""

    title: str
    bound: tuple[tuple[int, int], ...]  # (patients, stop at)
    patients: int  # watched in all
    course: tuple[tuple[int, int], ...]  # (patients judged, harmed), in order
    crossed: tuple[int, int] | None  # where the bound was first reached
    soonest: tuple[int, int] | None  # where it would be reached soonest


def course_figure(panels: Sequence[CoursePanel], words: FigureText) -> Figure:
    """Draw a panel for each rule and the arms it watches."""
    with settings():
        frame = looks_of([each.title for each in panels])
        for place, (axes, panel) in enumerate(zip(frame.panels, panels, strict=True)):
            draw_bound(axes, panel.bound, panel.patients, frame.wide)
            raise_top(axes, panel)
            draw_course(axes, panel)
            axes.set_xlabel("Patients judged", labelpad=2, fontsize=SMALL)
            axes.set_ylabel("Harmed" if place % 2 == 0 else "", labelpad=3, fontsize=SMALL)
        entries = [("Stops the arm", sample_bound), ("So far", sample_course)]
        if any(each.soonest for each in panels):
            entries.append(("Soonest it can be reached", sample_soonest))
        if any(each.crossed for each in panels):
            entries.append(("Reached", sample_crossed))
        key_of(frame.sheet, entries)
        found = finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, frame.figure)


def raise_top(axes: Axes, panel: CoursePanel) -> None:
    """Make room for harms that are far beyond the bound, in the region that stops the arm."""
    top, highest = axes.get_ylim()[1], 1.1 * panel.course[-1][1]
    if highest <= top:
        return
    if all(b[0] - a[0] == 1 for a, b in pairwise(panel.bound)):
        ends = [panel.bound[0][0], panel.bound[-1][0] + 1]
        axes.fill_between(ends, top, highest, color=VERMILION, alpha=0.14, linewidth=0, zorder=1)
    axes.set_ylim(0, highest)


def draw_course(axes: Axes, panel: CoursePanel) -> None:
    """Draw the harms so far, where the bound was reached, and where it would be."""
    judged, harmed = zip((0, 0), *panel.course, strict=True)
    axes.plot(judged, harmed, color=BLUE, linewidth=1.6, zorder=5, drawstyle="steps-post")
    axes.plot(judged[-1], harmed[-1], color=BLUE, marker="o", markersize=5, zorder=6)
    if panel.soonest is not None:
        ends = ([judged[-1], panel.soonest[0]], [harmed[-1], panel.soonest[1]])
        axes.plot(*ends, color=BLUE, linewidth=1.0, linestyle=(0, (2, 2)), zorder=5)
        axes.plot(
            [panel.soonest[0]],
            [panel.soonest[1]],
            marker="o",
            markersize=5.5,
            markerfacecolor="white",
            markeredgecolor=BLUE,
            zorder=6,
        )
    if panel.crossed is not None:
        axes.plot(
            [panel.crossed[0]],
            [panel.crossed[1]],
            marker="X",
            markersize=8,
            color=INK,
            markeredgecolor="white",
            zorder=7,
        )


def sample_bound(sheet: Axes, x: float, y: float) -> None:
    """Draw the bound of the key."""
    sheet.fill_between(
        [x + 0.04, x + 0.34], [y - 0.05] * 2, [y - 0.11] * 2, color=VERMILION, alpha=0.14
    )
    sheet.plot([x + 0.04, x + 0.34], [y + 0.03] * 2, color=VERMILION, linewidth=1.6)


def sample_course(sheet: Axes, x: float, y: float) -> None:
    """Draw the course of the key."""
    sheet.plot([x + 0.04, x + 0.3], [y, y], color=BLUE, linewidth=1.6)
    sheet.plot([x + 0.3], [y], color=BLUE, marker="o", markersize=5)


def sample_soonest(sheet: Axes, x: float, y: float) -> None:
    """Draw the open mark of the key."""
    sheet.plot([x + 0.04, x + 0.26], [y, y], color=BLUE, linewidth=1.0, linestyle=(0, (2, 2)))
    sheet.plot(
        [x + 0.28],
        [y],
        marker="o",
        markersize=5.5,
        markerfacecolor="white",
        markeredgecolor=BLUE,
    )


def sample_crossed(sheet: Axes, x: float, y: float) -> None:
    """Draw the cross of the key."""
    sheet.plot([x + 0.24], [y], marker="X", markersize=8, color=INK, markeredgecolor="white")
