"""How are times, counts and estimates spread over trials?  Boxes, a row for each scenario.

A box holds the middle half of the trials, a line 90% of them; the bar in the box is the median,
the dot the mean.  Diamonds are the truth, where it is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from equipoise.report.document import Figure
from equipoise.report.figures.power_curve import scale
from equipoise.report.figures.rehearsal_frame import FigureText, Group, key_of, on_a_page, rows_of
from equipoise.report.figures.style import INK, SMALL, SOFT, VERMILION, finished, settings

THICK = 0.075  # inches: half of a box
SHADE = "#c9dcea"
TICKS = (8, 5, 4)  # of one, two or three panels, at most
LEAST = 0.05  # of a count: an axis that would be shorter is drawn longer
TRUTH = 6.2  # points of a diamond


@dataclass(frozen=True, slots=True)
class Box:
    """The quantiles of one number, and what is true of it."""

    quantiles: tuple[float, float, float, float, float]  # 5%, 25%, 50%, 75%, 95%
    mean: float
    truth: float | None = None


@dataclass(frozen=True, slots=True)
class SpreadPanel:
    """One number, row by row; none where it does not exist."""

    title: str
    axis: str
    boxes: tuple[Box | None, ...]
    ratio: bool = False  # on a logarithmic axis
    whole: bool = False  # counts
    null: float | None = None  # a line


def spread_figure(
    groups: Sequence[Group], panels: Sequence[SpreadPanel], words: FigureText
) -> Figure:
    """Draw the panels side by side, on the same rows."""
    with settings():
        frame = rows_of(groups, [each.title for each in panels])
        for axes, panel in zip(frame.panels, panels, strict=True):
            span(axes, panel, ticks=TICKS[min(len(panels), len(TICKS)) - 1])
            for y, box in zip(frame.places, panel.boxes, strict=True):
                if box is not None:
                    draw(axes, box, y)
            axes.set_xlabel(panel.axis, fontsize=SMALL, labelpad=2)
        entries = [
            ("Middle half, median", sample_box),
            ("90% of trials", sample_line),
            ("Mean", sample_mean),
        ]
        if any(box is not None and box.truth is not None for p in panels for box in p.boxes):
            entries.append(("Truth", sample_truth))
        key_of(frame.sheet, entries)
        found = finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, frame.figure)


def span(axes: Axes, panel: SpreadPanel, *, ticks: int) -> None:
    """Span all boxes with a little air."""
    shown = [
        value
        for box in panel.boxes
        if box is not None
        for value in (*box.quantiles, box.mean, *(() if box.truth is None else (box.truth,)))
    ]
    shown += [] if panel.null is None else [panel.null]
    if not shown:
        axes.set_xticks([])
        return
    low, high = min(shown), max(shown)
    if panel.ratio:
        scale(axes, low, high * 1.001, logarithmic=True)
    else:
        air = max(0.05 * (high - low), LEAST * max(abs(low), abs(high)) - (high - low), 0.5)
        air = air if panel.whole else 0.05 * (high - low) or 0.5
        axes.set_xlim(low - air, high + air)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=panel.whole))
    if panel.null is not None:
        axes.axvline(panel.null, color=SOFT, linewidth=0.8, linestyle=(0, (1.4, 1.3)), zorder=1)


def draw(axes: Axes, box: Box, y: float) -> None:
    """Draw one number."""
    least, lower, median, upper, most = box.quantiles
    axes.plot([least, most], [y, y], color=INK, linewidth=0.9, zorder=2)
    for end in (least, most):
        axes.plot([end, end], [y - 0.035, y + 0.035], color=INK, linewidth=0.9, zorder=2)
    axes.add_patch(
        Rectangle(
            (lower, y - THICK),
            upper - lower,
            2 * THICK,
            facecolor=SHADE,
            edgecolor=INK,
            linewidth=0.8,
            zorder=3,
        )
    )
    axes.plot([median, median], [y - THICK, y + THICK], color=INK, linewidth=1.8, zorder=4)
    axes.plot([box.mean], [y], marker="o", markersize=3.4, color=INK, zorder=5, clip_on=False)
    if box.truth is not None:
        axes.plot(
            [box.truth],
            [y],
            marker="D",
            markersize=TRUTH,
            markerfacecolor="none",
            markeredgecolor=VERMILION,
            markeredgewidth=1.3,
            zorder=6,
            clip_on=False,
        )


def sample_box(sheet: Axes, x: float, y: float) -> None:
    """Draw a box of the key."""
    sheet.add_patch(
        Rectangle((x + 0.05, y - 0.06), 0.28, 0.12, facecolor=SHADE, edgecolor=INK, linewidth=0.8)
    )
    sheet.plot([x + 0.18, x + 0.18], [y - 0.06, y + 0.06], color=INK, linewidth=1.8)


def sample_line(sheet: Axes, x: float, y: float) -> None:
    """Draw a line of the key."""
    sheet.plot([x + 0.04, x + 0.34], [y, y], color=INK, linewidth=0.9)
    for end in (x + 0.04, x + 0.34):
        sheet.plot([end, end], [y - 0.035, y + 0.035], color=INK, linewidth=0.9)


def sample_mean(sheet: Axes, x: float, y: float) -> None:
    """Draw a dot of the key."""
    sheet.plot([x + 0.26], [y], marker="o", markersize=3.4, color=INK)


def sample_truth(sheet: Axes, x: float, y: float) -> None:
    """Draw a diamond of the key."""
    sheet.plot(
        [x + 0.26],
        [y],
        marker="D",
        markersize=TRUTH,
        markerfacecolor="none",
        markeredgecolor=VERMILION,
        markeredgewidth=1.3,
    )
