"""When will the information be there?  Looks held, the plan, and the forecast with its bands.

The line up to the cut is of events by the day they happened, as known now; a look may have known
fewer of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import said
from equipoise.report.figures.monitored_boundary import INNER, NOW, OUTER
from equipoise.report.figures.rehearsal_frame import key_of
from equipoise.report.figures.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    bare,
    canvas,
    finished,
    page,
    settings,
)

LEFT, KEY, ABOVE, PLOT, BELOW, RIGHT = 0.55, 0.28, 0.1, 2.8, 0.4, 0.25  # inches
MOST_YEARS = 9  # ticks of single years
PLAN, NONE = (GREEN, (0, (5.0, 1.6))), (GREEN, (0, (1.2, 1.4)))


@dataclass(frozen=True, slots=True)
class Course:
    """Numbers over dates."""

    days: tuple[date, ...]
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ForecastBand:
    """The forecast from the cut on."""

    days: tuple[date, ...]
    middle: tuple[float, ...]
    inner: tuple[tuple[float, float], ...]
    outer: tuple[tuple[float, float], ...]
    level: str


@dataclass(frozen=True, slots=True)
class TargetLine:
    """The information of a look to come, and when it is expected."""

    number: float
    printed: str
    day: date | None


@dataclass(frozen=True, slots=True)
class ProjectionText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str
    alternative_text: str
    footnotes: tuple[str, ...] = ()
    estimand: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """Events expected by the design, if the planned effect is true and if there is none."""

    alternative: Course
    null: Course


def projected_figure(
    held: Course,
    seen: Course,
    planned: Planned | None,
    band: ForecastBand,
    targets: Sequence[TargetLine],
    words: ProjectionText,
) -> Figure:
    """Draw observed, planned and foretold information over the calendar."""
    with settings():
        height = KEY + ABOVE + PLOT + BELOW
        figure = canvas(height)
        width = TEXT_WIDTH - LEFT - RIGHT
        box = (LEFT / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, PLOT / height)
        axes = bare(figure.add_axes(box))
        first, last = seen.days[0], band.days[-1]
        axes.set_xlim(first.toordinal(), last.toordinal())
        highest = [*held.numbers, *(each.number for each in targets), band.middle[-1]]
        axes.set_ylim(0, 1.12 * max(highest) or 1.0)
        years(axes, first, last)
        axes.grid(visible=True, axis="y", color=GRID, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
        axes.set_ylabel(words.axis, labelpad=4)
        _band(axes, band)
        if planned is not None:
            for course, (color, line) in ((planned.alternative, PLAN), (planned.null, NONE)):
                x = [each.toordinal() for each in course.days]
                axes.plot(x, course.numbers, color=color, linestyle=line, linewidth=1.2, zorder=2)
        for each in targets:
            _target(axes, each)
        x = [each.toordinal() for each in seen.days]
        axes.plot(x, seen.numbers, color=INK, linewidth=1.5, zorder=4)
        x = [each.toordinal() for each in held.days]
        axes.plot(
            x, held.numbers, linestyle="none", marker="o", markersize=5.6, zorder=5,
            markerfacecolor="white", markeredgecolor=INK, markeredgewidth=1.3, clip_on=False,
        )  # fmt: skip
        axes.axvline(x[-1], color=INK, linewidth=0.9, linestyle=NOW, zorder=1)
        key_of(page(figure), _entries(planned, band), left=LEFT)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
            estimand=words.estimand,
        )


def years(axes: Axes, first: date, last: date) -> None:
    """Mark years below; months where the span is short."""
    whole = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    if len(whole) < 3:  # noqa: PLR2004 - quarters say more
        whole = [
            date(year, month, 1)
            for year in range(first.year, last.year + 1)
            for month in (1, 4, 7, 10)
            if first <= date(year, month, 1) <= last
        ]
        axes.set_xticks([each.toordinal() for each in whole], [f"{each:%Y-%m}" for each in whole])
        return
    step = -(-len(whole) // MOST_YEARS)
    shown = whole[::step]
    axes.set_xticks([each.toordinal() for each in shown], [str(each.year) for each in shown])


def _band(axes: Axes, band: ForecastBand) -> None:
    x = [each.toordinal() for each in band.days]
    for limits, color in ((band.outer, OUTER), (band.inner, INNER)):
        low, high = zip(*limits, strict=True)
        axes.fill_between(x, low, high, color=color, linewidth=0, zorder=0.6)
    axes.plot(x, band.middle, color=BLUE, linewidth=1.5, zorder=3)


def _target(axes: Axes, target: TargetLine) -> None:
    low, high = axes.get_xlim()
    axes.plot([low, high], [target.number] * 2, color=SOFT, linewidth=0.7, linestyle=(0, (3, 2)))
    told = target.printed
    x = low + 0.008 * (high - low)
    said(axes, x, target.number, told, ha="left", va="bottom", color=SOFT, fontsize=SMALL)
    if target.day is not None and low <= target.day.toordinal() <= high:
        at = target.day.toordinal()
        axes.plot(
            [at], [target.number], marker="D", markersize=5.0, markerfacecolor="white",
            markeredgecolor=BLUE, markeredgewidth=1.2, zorder=5,
        )  # fmt: skip


def _entries(planned: Planned | None, band: ForecastBand) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [("Seen, and at looks", _line(INK, "solid", 1.5, "o"))]
    if planned is not None:
        found.append(("As planned", _line(*PLAN, 1.2)))
        found.append(("if no effect", _line(*NONE, 1.2)))
    found.append((f"Forecast ({band.level})", _sample_band))
    return found


def _line(color: str, dashes: Any, wide: float, marker: str = "") -> Any:  # noqa: ANN401 - a mark
    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.plot([x, x + 0.34], [y, y], color=color, linestyle=dashes, linewidth=wide)
        if marker:
            sheet.plot([x + 0.17], [y], color=color, marker=marker, markersize=5.6, mfc="white")

    return draw


def _sample_band(sheet: Axes, x: float, y: float) -> None:
    sheet.fill_between([x + 0.02, x + 0.34], y - 0.08, y + 0.08, color=OUTER, linewidth=0)
    sheet.fill_between([x + 0.02, x + 0.34], y - 0.04, y + 0.04, color=INNER, linewidth=0)
    sheet.plot([x + 0.02, x + 0.34], [y, y], color=BLUE, linewidth=1.5)
