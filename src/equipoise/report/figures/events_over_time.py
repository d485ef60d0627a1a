"""When does it happen?  Patients and events expected by calendar time, the trial never stopped.

One scale for all lines, since events are patients too.  The looks stand on the line of all events
under the planned effect: they come when those are expected.  Their events stand above the axes,
where no line can cross them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from equipoise.kernel.arrays import Vector
from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import apart, with_room
from equipoise.report.figures.style import (
    BLUE,
    FAINT,
    GRID,
    INK,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    settings,
    text_size,
    wrap,
)

LEFT, TOP, PLOT, BELOW, MARGIN = 0.38, 0.3, 3.2, 0.48, 0.06  # inches, beside the numbers
KEY = 1.75  # inches for the names of the lines, at most
ROW = 0.155  # inches of a line of such a name
MOST_TICKS, NEARLY = 8.5, 1e-9
STEPS: dict[str, tuple[float, ...]] = {  # between ticks
    "day": (7, 14, 30, 60, 90, 180, 360, 720, 1440, 3600),
    "week": (1, 2, 4, 8, 13, 26, 52, 104, 208, 520),
    "month": (1, 2, 3, 6, 12, 24, 36, 60, 120),
    "year": (0.25, 0.5, 1, 2, 5, 10, 20),
}
ROOM = 0.42  # inches of the number of a look


@dataclass(frozen=True, slots=True)
class Line:
    """One expected course, named at its end."""

    name: str
    time: Vector  # in the unit of display
    value: Vector
    style: ArmStyle
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A look, on the line of all events."""

    time: float  # in the unit of display
    events: float
    printed: str


@dataclass(frozen=True, slots=True)
class TimeText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str  # such as "Months since the first patient"
    unit: str  # such as "month"
    alternative_text: str
    estimand: str | None = None
    footnotes: tuple[str, ...] = (
        "Expected numbers, were the trial never stopped.",
        "Circles: the looks; above the axes their events.",
    )


ENROLLED = ArmStyle(FAINT, (0, (5.0, 1.2, 1.0, 1.2)), "")
PLANNED = ArmStyle(BLUE, "solid", "")
NO_EFFECT = ArmStyle(INK, (0, (1.2, 1.2)), "")


def events_over_time_figure(
    lines: Sequence[Line], looks: Sequence[Look], words: TimeText
) -> Figure:
    """Draw the courses, the looks on that of all events, and the names at the right."""
    with settings():
        height = TOP + PLOT + BELOW
        figure = canvas(height)
        names = [wrap(figure, line.name, SMALL, KEY) for line in lines]
        key = max(text_size(figure, name, SMALL, "bold")[0] for name in names) + 0.3
        last = max(float(line.time[-1]) for line in lines)
        highest = max(float(line.value.max()) for line in lines) or 1.0
        left = LEFT + text_size(figure, f"{highest:.0f}", SMALL)[0]
        width = TEXT_WIDTH - left - key - MARGIN
        box = (left / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, PLOT / height)
        axes = bare(figure.add_axes(box))
        axes.set_xlim(0, last)
        axes.set_ylim(0, 1.06 * highest)
        axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xticks(round_times(last, words.unit))
        axes.set_xlabel(words.axis, labelpad=3)
        axes.set_ylabel("Patients, events", labelpad=4)
        for line in lines:
            axes.plot(
                line.time,
                line.value,
                color=line.style.color,
                linestyle=line.style.line,
                linewidth=2.0 if line.heavy else 1.2,
                zorder=3,
                clip_on=False,
            )
        mark_looks(axes, looks, width)
        name_lines(axes, lines, names, width)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
            estimand=words.estimand,
        )


def round_times(last: float, unit: str) -> list[float]:
    """Choose ticks easy to say: months by the half-year or year, weeks by four or thirteen.

    >>> round_times(81.0, "month"), round_times(6.2, "year")
    ([0.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0], [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    """
    step = next((each for each in STEPS[unit] if last / each <= MOST_TICKS), last / MOST_TICKS)
    return [float(step * place) for place in range(int(last / step + NEARLY) + 1)]


def mark_looks(axes: Axes, looks: Sequence[Look], width: float) -> None:
    """Set a circle for each look, a thread down to its time, and up to its events."""
    end, top = axes.get_xlim()[1], axes.get_ylim()[1]
    for look in looks:
        axes.plot([look.time, look.time], [0, look.events], color=SOFT, linewidth=0.6, zorder=2)
        axes.plot([look.time, look.time], [look.events, top], color=GRID, linewidth=0.6, zorder=1)
        axes.plot(
            [look.time],
            [look.events],
            marker="o",
            markersize=5,
            markerfacecolor="white",
            markeredgecolor=BLUE,
            markeredgewidth=1.3,
            zorder=5,
            clip_on=False,
        )
    for index in with_room([look.time for look in looks], width, end, ROOM):
        axes.text(
            looks[index].time,
            top * (1 + 0.05 / PLOT),
            looks[index].printed,
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=BLUE,
        )


def name_lines(axes: Axes, lines: Sequence[Line], names: Sequence[str], width: float) -> None:
    """Name every line right of its end, moved apart where two would touch."""
    high = axes.get_ylim()[1]
    tall = 1 + max(name.count("\n") for name in names)
    least = high * ROW * (tall if tall == 1 else tall + 0.3) / PLOT
    ends = [float(line.value[-1]) for line in lines]
    places = apart(ends, least, 0.0, high)
    last = axes.get_xlim()[1]
    reach = last / width
    for line, name, end, y in zip(lines, names, ends, places, strict=True):
        if np.abs(y - end) > 0.1 * least:
            axes.plot(
                [last, last + 0.16 * reach], [end, y], color=FAINT, linewidth=0.5, clip_on=False
            )
        axes.text(
            last + 0.2 * reach,
            y,
            name,
            fontsize=SMALL,
            va="center_baseline",
            color=INK if line.style.color == FAINT else line.style.color,
            fontweight="bold" if line.heavy else "normal",
            linespacing=1.1,
        )
