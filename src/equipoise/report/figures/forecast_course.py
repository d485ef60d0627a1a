"""How far has it come, against the plan, and where will it go?  Numbers by calendar date.

What was counted is a heavy step up to the data cut; the plan is a broken line; from the cut on a
fan holds half and nine tenths of the predicted courses.  Numbers to be reached are level lines,
named at the right; on each a diamond stands at its predicted date, its whisker the interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from equipoise.kernel.arrays import Codes, Vector
from equipoise.report.document import Figure
from equipoise.report.figures.calendar_axis import date_axis, mark_cut
from equipoise.report.figures.design_marks import apart
from equipoise.report.figures.style import (
    BLUE,
    GRID,
    INK,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    VERMILION,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)

PLOT, BELOW, LEFT, MARGIN = 2.9, 0.32, 0.42, 0.08  # inches
HEAD = 0.24  # inches of the cut's name over the axes
ROW, SAMPLE, GAP = 0.165, 0.34, 0.26  # inches of the key
KEY = 1.25  # inches for the names of the level lines, at most
AIR = 1.06  # the axis reaches so much higher than the highest
COUNTED = ArmStyle(BLUE, "solid", "")
PLANNED = ArmStyle(SOFT, (0, (4.0, 1.6)), "")
PREDICTED = ArmStyle(VERMILION, (0, (6.0, 1.2, 1.2, 1.2)), "D")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted by the end of each day."""

    name: str
    day: Codes
    value: Codes


@dataclass(frozen=True, slots=True)
class Expected:
    """A planned course."""

    name: str
    day: Vector
    value: Vector
    style: ArmStyle = PLANNED


@dataclass(frozen=True, slots=True)
class Predicted:
    """A fan of courses from the cut on."""

    name: str
    day: Vector
    outer: tuple[Vector, Vector]
    inner: tuple[Vector, Vector]
    middle: Vector


@dataclass(frozen=True, slots=True)
class Goal:
    """A number to be reached."""

    value: float
    name: str
    when: tuple[int, int, int | None] | None  # lower, median and upper day; None: not predicted


@dataclass(frozen=True, slots=True)
class CourseText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str
    alternative_text: str
    footnotes: tuple[str, ...]
    estimand: str | None = None


def course_figure(
    counted: Counted,
    expected: Sequence[Expected],
    predicted: Predicted | None,
    goals: Sequence[Goal],
    cut: int,
    words: CourseText,
) -> Figure:
    """Draw what was counted, planned and predicted over one calendar."""
    with settings():
        lines = [(counted.name, COUNTED), *((each.name, each.style) for each in expected)]
        lines += [(predicted.name, PREDICTED)] if predicted else []
        rows = _rows(lines)
        top = ROW * len(rows) + HEAD + 0.05
        figure = canvas(top + PLOT + BELOW)
        names = [wrap(figure, goal.name, SMALL, KEY) for goal in goals]
        room = max((text_size(figure, name, SMALL)[0] for name in names), default=0.0) + 0.14
        axes = _axes(figure, top, room if goals else 0.12)
        _scale(axes, counted, expected, predicted, goals, cut)
        for each in expected:
            axes.plot(each.day, each.value, color=each.style.color, linestyle=each.style.line,
                      linewidth=1.3, zorder=3)  # fmt: skip
        if predicted is not None:
            _fan(axes, predicted)
        _steps(axes, counted, cut)
        _goals(axes, goals, names)
        mark_cut(axes, cut)
        axes.set_ylabel(words.axis, labelpad=4)
        _key(figure, rows)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
            estimand=words.estimand,
        )


def _axes(figure: Canvas, top: float, room: float) -> Axes:
    height = top + PLOT + BELOW
    left = LEFT + 0.2
    width = TEXT_WIDTH - left - room - MARGIN
    box = (left / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, PLOT / height)
    axes = bare(figure.add_axes(box))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def _scale(
    axes: Axes,
    counted: Counted,
    expected: Sequence[Expected],
    predicted: Predicted | None,
    goals: Sequence[Goal],
    cut: int,
) -> None:
    days = [float(cut), *(float(each.day[-1]) for each in expected)]
    tops = [float(counted.value[-1]) if counted.value.size else 0.0, *(g.value for g in goals)]
    tops += [float(each.value.max()) for each in expected]
    firsts = [float(cut), *(float(each.day[0]) for each in expected)]
    firsts += [float(counted.day[0])] if counted.day.size else []
    if predicted is not None:
        days.append(float(predicted.day[-1]))
        tops.append(float(predicted.outer[1].max()))
    date_axis(axes, int(min(firsts)), int(np.ceil(max(days))))
    axes.set_ylim(0, AIR * max(1.0, *tops))


def _steps(axes: Axes, counted: Counted, cut: int) -> None:
    """Draw what was counted, from nothing to the cut."""
    if not counted.day.size:
        return
    day = np.concatenate([[counted.day[0]], counted.day, [cut]])
    value = np.concatenate([[0], counted.value, [counted.value[-1]]])
    axes.step(day, value, where="post", color=COUNTED.color, linewidth=2.0, zorder=4)


def _fan(axes: Axes, predicted: Predicted) -> None:
    for (low, high), alpha in ((predicted.outer, 0.16), (predicted.inner, 0.26)):
        axes.fill_between(
            predicted.day, low, high, color=PREDICTED.color, alpha=alpha, linewidth=0, zorder=1
        )
    axes.plot(predicted.day, predicted.middle, color=PREDICTED.color,
              linestyle=PREDICTED.line,
              linewidth=1.4, zorder=3)  # fmt: skip


def _goals(axes: Axes, goals: Sequence[Goal], names: Sequence[str]) -> None:
    """Draw the numbers to be reached, their names at the right, and their predicted dates."""
    if not goals:
        return
    high, end = axes.get_ylim()[1], axes.get_xlim()[1]
    tall = 1 + max(name.count("\n") for name in names)
    places = apart([goal.value for goal in goals], high * 0.155 * tall / PLOT, 0.0, high)
    for goal, name, y in zip(goals, names, places, strict=True):
        axes.axhline(goal.value, color=INK, linewidth=0.6, linestyle=(0, (1, 2)), zorder=2)
        axes.annotate(name, (1.0, y), xycoords=("axes fraction", "data"), xytext=(5, 0),
                      textcoords="offset points", fontsize=SMALL, va="center_baseline",
                      annotation_clip=False)  # fmt: skip
        if goal.when is None:
            continue
        low, middle, up = goal.when
        axes.plot([low, end if up is None else up], [goal.value, goal.value],
                  color=PREDICTED.color, linewidth=2.0, zorder=5)  # fmt: skip
        axes.plot([middle], [goal.value], marker="D", markersize=4.5, color=PREDICTED.color,
                  markeredgecolor="white", markeredgewidth=0.7, zorder=6)  # fmt: skip


Line = tuple[str, ArmStyle]


def _rows(lines: Sequence[Line]) -> list[list[tuple[float, Line]]]:
    """Set the key in as many rows as it needs: where each entry begins, in inches."""
    probe = canvas(1.0)
    rows: list[list[tuple[float, Line]]] = [[]]
    x = LEFT
    for name, style in lines:
        wide = SAMPLE + 0.08 + text_size(probe, name, SMALL)[0]
        if rows[-1] and x + wide > TEXT_WIDTH - MARGIN:
            rows.append([])
            x = LEFT
        rows[-1].append((x, (name, style)))
        x += wide + GAP
    return rows


def _key(figure: Canvas, rows: list[list[tuple[float, Line]]]) -> None:
    sheet = page(figure)
    for place, row in enumerate(rows):
        y = 0.05 + ROW * (place + 0.5)
        for x, (name, style) in row:
            sheet.plot([x, x + SAMPLE], [y, y], color=style.color, linestyle=style.line,
                       linewidth=2.0 if style is COUNTED else 1.4)  # fmt: skip
            sheet.text(x + SAMPLE + 0.08, y, name, fontsize=SMALL, va="center_baseline")
