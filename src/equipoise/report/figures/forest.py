"""Is the effect the same in everyone?  Hazard ratios by subgroup, on a logarithmic axis.

The area of a square grows with the events it rests on; the diamond is all patients, and the
broken line through it is where every subgroup would be if the effect were the same.  An arrow
means that the interval goes on beyond the axis.
"""

from dataclasses import dataclass
from math import inf, log
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Polygon

from equipoise.analyze.estimates import Absent, Estimate
from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    BLUE,
    FAINT,
    INK,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)
from equipoise.report.format import ratio, with_interval

ARROWS = "An arrow marks an interval that goes on beyond the axis."
ROW = 0.18  # inches
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
WIDEST = 10.0  # the axis never goes beyond this ratio or its inverse
EDGE = 0.05
COLUMN = 1.06  # inches of a column with events / patients


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A heading (no estimate) or one hazard ratio with its columns of text."""

    label: str
    experimental: str = ""  # events / patients
    control: str = ""
    estimate: Estimate | None = None
    events: int = 0
    note: str = ""  # the interaction test, on headings
    whole: bool = False  # all patients


@dataclass(frozen=True, slots=True)
class ForestText:
    """The words of the figure."""

    identifier: str
    title: str
    experimental: str
    control: str
    better: str  # under the left half
    worse: str  # under the right half
    interval: str  # e.g. "HR (95% CI)"
    estimand: str
    alternative_text: str
    footnotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns stand, in inches."""

    label: float
    experimental: float
    control: float
    plot: float
    plot_end: float
    ratio: float
    header: float  # height


def forest_figure(rows: tuple[ForestRow, ...], words: ForestText) -> Figure:
    """Draw the forest."""
    with settings():
        probe = canvas(1.0)
        heads = [
            wrap(probe, name, SMALL, COLUMN, "bold") for name in (words.experimental, words.control)
        ]
        header = 0.14 * (2 + max(h.count("\n") for h in heads)) + 0.14
        layout = columns(probe, rows, words, header)
        height = header + ROW * len(rows) + 0.56
        figure = canvas(height)
        sheet = page(figure)
        draw_header(sheet, layout, heads, words)
        low, high = limits(rows)
        axes = plot_area(figure, layout, len(rows), height, low, high)
        for place, row in enumerate(rows):
            draw_row(sheet, axes, layout, row, place)
        reference_lines(axes, rows)
        if drawn(rows):
            direction(sheet, axes, layout, height, words)
        goes_on = any(beyond(each, low, high) for each in drawn(rows))
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(*words.footnotes, *((ARROWS,) if goes_on else ())),
            estimand=words.estimand,
        )


def drawn(rows: tuple[ForestRow, ...]) -> list[Estimate]:
    """List the estimates that exist."""
    return [r.estimate for r in rows if r.estimate and not isinstance(r.estimate.value, Absent)]


def ends(estimate: Estimate) -> tuple[float, float]:
    """Give the limits of an interval; one that does not exist lies beyond every axis."""
    lower, upper = estimate.interval.lower, estimate.interval.upper
    return (
        0.0 if isinstance(lower, Absent) else lower,
        inf if isinstance(upper, Absent) else upper,
    )


def beyond(estimate: Estimate, low: float, high: float) -> bool:
    """Tell whether an interval goes on beyond the axis."""
    lower, upper = ends(estimate)
    return lower < low or upper > high


def columns(probe: Canvas, rows: tuple[ForestRow, ...], words: ForestText, header: float) -> Layout:
    """Give each column the room its text needs, and the plot the rest."""

    def widest(texts: list[str], weight: str = "normal") -> float:
        return max(text_size(probe, text, SMALL, weight)[0] for text in texts)

    names = [r.label for r in rows if r.estimate]  # headings may run over the empty cells
    label = min(1.7, max(0.8, widest(names, "bold") + 0.3))
    ratios = widest(
        [with_interval(r.estimate, ratio) for r in rows if r.estimate] + [words.interval], "bold"
    )
    ratios = max(ratios, widest([r.note for r in rows]))
    end = TEXT_WIDTH - EDGE - ratios - 0.2
    first = EDGE + label + COLUMN / 2
    second = first + COLUMN + 0.08
    return Layout(EDGE, first, second, second + COLUMN / 2 + 0.12, end, end + 0.2, header)


def draw_header(sheet: Axes, layout: Layout, heads: list[str], words: ForestText) -> None:
    """Set the columns' headings on one baseline, with a rule under them."""
    y = layout.header - 0.06
    bold: dict[str, Any] = {"fontsize": SMALL, "fontweight": "bold", "va": "bottom"}
    sheet.text(layout.label, y, "Subgroup", **bold)
    sheet.text(layout.experimental, y, heads[0], ha="center", linespacing=1.1, **bold)
    sheet.text(layout.control, y, heads[1], ha="center", linespacing=1.1, **bold)
    sheet.text(layout.ratio, y, words.interval, **bold)
    middle = (layout.experimental + layout.control) / 2
    sheet.text(
        middle, 0.155, "Events / patients", ha="center", fontsize=SMALL, color=SOFT, va="bottom"
    )
    sheet.plot([EDGE, TEXT_WIDTH - EDGE], [layout.header - 0.03] * 2, color=FAINT, linewidth=0.8)


def limits(rows: tuple[ForestRow, ...]) -> tuple[float, float]:
    """Choose the axis: at least from one half to two, and all intervals up to `WIDEST`."""
    reached = [0.5, 2.0]
    for row in rows:
        if row.estimate:
            parts = (row.estimate.value, row.estimate.interval.lower, row.estimate.interval.upper)
            reached += [x for x in parts if not isinstance(x, Absent) and x > 0]
    return max(1 / WIDEST, 0.9 * min(reached)), min(WIDEST, 1.1 * max(reached))


def plot_area(
    figure: Canvas, layout: Layout, rows: int, height: float, low: float, high: float
) -> Axes:
    """Open the logarithmic axes beside the rows."""
    width = layout.plot_end - layout.plot
    axes = figure.add_axes(
        (
            layout.plot / TEXT_WIDTH,
            1 - (layout.header + ROW * rows) / height,
            width / TEXT_WIDTH,
            ROW * rows / height,
        )
    )
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(rows - 0.5, -0.5)
    ticks = [t for t in TICKS if low <= t <= high]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()
    axes.set_yticks([])
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.patch.set_alpha(0)
    return axes


def draw_row(sheet: Axes, axes: Axes, layout: Layout, row: ForestRow, place: int) -> None:
    """Set one row's text and draw its interval."""
    y = layout.header + ROW * (place + 0.5)
    heading = row.estimate is None or row.whole
    style: dict[str, Any] = {"fontsize": SMALL, "va": "center_baseline"}
    weight = "bold" if heading else "normal"
    sheet.text(layout.label + (0 if heading else 0.14), y, row.label, fontweight=weight, **style)
    sheet.text(layout.experimental, y, row.experimental, ha="center", **style)
    sheet.text(layout.control, y, row.control, ha="center", **style)
    sheet.text(layout.ratio, y, row.note, color=SOFT, **style)
    if row.estimate is None:
        return
    sheet.text(
        layout.ratio,
        y,
        with_interval(row.estimate, ratio),
        fontweight="bold" if row.whole else "normal",
        **style,
    )
    draw_interval(axes, row, place)


def draw_interval(axes: Axes, row: ForestRow, place: int) -> None:
    """Draw a square (or the diamond of all patients) on its interval, arrows where it goes on."""
    estimate = row.estimate
    if estimate is None or isinstance(estimate.value, Absent):
        return
    low, high = axes.get_xlim()
    lower, upper = ends(estimate)
    inside = (max(lower, low), min(upper, high))
    if row.whole and lower >= low and upper <= high:
        corners = [
            (lower, place),
            (estimate.value, place - 0.3),
            (upper, place),
            (estimate.value, place + 0.3),
        ]
        axes.add_patch(Polygon(corners, closed=True, facecolor=BLUE, edgecolor=BLUE, zorder=3))
        return
    axes.plot(inside, [place, place], color=INK, linewidth=1.0, zorder=2, clip_on=False)
    for goes_on, end, marker in ((lower < low, low, "<"), (upper > high, high, ">")):
        if goes_on:
            axes.plot([end], [place], marker=marker, color=INK, markersize=4, clip_on=False)
    if low <= estimate.value <= high:
        side = 3.0 + 5.0 * min(1.0, (row.events / 250) ** 0.5)
        axes.plot(
            [estimate.value],
            [place],
            marker="s",
            color=BLUE,
            markersize=side,
            zorder=3,
            markeredgewidth=0,
        )


def reference_lines(axes: Axes, rows: tuple[ForestRow, ...]) -> None:
    """Mark no difference, and the effect in all patients."""
    axes.axvline(1.0, color=INK, linewidth=0.8, zorder=1)
    for row in rows:
        if row.whole and row.estimate and not isinstance(row.estimate.value, Absent):
            axes.axvline(
                row.estimate.value, color=BLUE, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1
            )


def direction(sheet: Axes, axes: Axes, layout: Layout, height: float, words: ForestText) -> None:
    """Say under the axis which side speaks for which arm."""
    low, high = (log(x) for x in axes.get_xlim())
    width = layout.plot_end - layout.plot
    one = layout.plot + width * (0 - low) / (high - low)
    y = height - 0.17
    figure = sheet.get_figure(root=True)
    assert isinstance(figure, Canvas)  # noqa: S101 - a page is always on a whole figure
    for x, side, text in (
        (one - 0.08, "right", f"\u2190 {words.better}"),
        (one + 0.08, "left", f"{words.worse} \u2192"),
    ):
        room = x - EDGE if side == "right" else TEXT_WIDTH - EDGE - x
        sheet.text(
            x, y, wrap(figure, text, SMALL, room), ha=side, va="center", fontsize=SMALL, color=SOFT
        )
