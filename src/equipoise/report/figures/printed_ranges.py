"""What printed numbers allow, side by side: ranges on one logarithmic axis, in groups of rows.

What is printed is a black diamond, or a bar from end to end of what rounds to it; what follows
from other numbers is a colored bar, with a mark where one value is the likeliest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import NullLocator

from equipoise.report.document import Figure
from equipoise.report.figures.rehearsal_frame import FigureText, on_a_page
from equipoise.report.figures.style import (
    BLUE,
    FAINT,
    GREEN,
    GRID,
    INK,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    VERMILION,
    canvas,
    finished,
    page,
    settings,
    wrap,
)

Kind: TypeAlias = Literal["printed", "one-sided", "two-sided", "implied", "believed"]
COLORS: dict[Kind, str] = {
    "printed": INK,
    "one-sided": BLUE,
    "two-sided": VERMILION,
    "implied": BLUE,
    "believed": GREEN,
}
EDGE, NAMES, NUMBERS = 0.1, 2.25, 1.15  # inches
ROW, LINE, HEAD, TOP, BELOW = 0.24, 0.145, 0.27, 0.3, 0.5
RATIOS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0)
CHANCES = (0.00001, 0.0001, 0.001, 0.01, 0.05, 0.2, 1.0)
CLOSEST = 0.36  # inches between two ticks


@dataclass(frozen=True, slots=True)
class RangeRow:
    """One range; a row with a title heads those below it."""

    label: str
    kind: Kind
    lower: float
    upper: float
    point: float | None
    printed: str  # what stands at the right


@dataclass(frozen=True, slots=True)
class RangeGroup:
    """Rows that belong together, such as those of one endpoint."""

    title: str
    rows: tuple[RangeRow, ...]


@dataclass(frozen=True, slots=True)
class RangeAxis:
    """The axis: its name, its ends, and lines across with their names."""

    name: str
    low: float
    high: float
    lines: tuple[tuple[float, str], ...] = ()
    ticks: tuple[float, ...] = RATIOS


def ranges_figure(groups: Sequence[RangeGroup], axis: RangeAxis, words: FigureText) -> Figure:
    """Draw all groups under each other on one axis.

    Args:
        groups: with at least one row each.
        axis: logarithmic; what lies beyond its ends is cut there.
        words: of the figure.
    """
    with settings():
        probe = canvas(1.0)
        labels = [[wrap(probe, row.label, SMALL, NAMES - 0.2) for row in g.rows] for g in groups]
        talls = [[ROW + LINE * each.count("\n") for each in told] for told in labels]
        inside = sum(HEAD + sum(tall) for tall in talls)
        figure = canvas(TOP + inside + BELOW)
        sheet = page(figure)
        axes = _axes(figure, axis, inside)
        at = 0.0
        for group, told, tall in zip(groups, labels, talls, strict=True):
            sheet.text(
                EDGE,
                TOP + at + HEAD / 2,
                group.title,
                fontsize=NORMAL,
                fontweight="bold",
                va="center",
            )
            if at:
                ends = [EDGE, TEXT_WIDTH - EDGE]
                sheet.plot(ends, [TOP + at] * 2, color=GRID, linewidth=0.8)
            at += HEAD
            for row, label, high in zip(group.rows, told, tall, strict=True):
                middle = at + high / 2
                style = {"fontsize": SMALL, "va": "center"}
                sheet.text(EDGE + 0.12, TOP + middle, label, **style)  # type: ignore[arg-type]
                right = TEXT_WIDTH - EDGE - NUMBERS + 0.08
                sheet.text(right, TOP + middle, row.printed, **style)  # type: ignore[arg-type]
                _draw(axes, row, middle, axis)
                at += high
        found = finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, figure)


def _axes(figure: Canvas, axis: RangeAxis, inside: float) -> Axes:
    height = float(figure.get_size_inches()[1])
    left, right = EDGE + NAMES, TEXT_WIDTH - EDGE - NUMBERS
    box = (left / TEXT_WIDTH, BELOW / height, (right - left) / TEXT_WIDTH, inside / height)
    axes = figure.add_axes(box)
    axes.set_xscale("log")
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(inside, 0)
    axes.set_yticks([])
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.patch.set_alpha(0)
    axes.xaxis.set_minor_locator(NullLocator())
    there = [tick for tick in axis.ticks if axis.low <= tick <= axis.high]
    kept = _spaced(there, axes, right - left)
    axes.set_xticks(kept, [f"{tick:f}".rstrip("0").rstrip(".") for tick in kept])
    axes.set_xlabel(axis.name)
    for value, name in axis.lines:
        axes.axvline(value, color=SOFT, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
        axes.annotate(
            name,
            (value, 0),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=SOFT,
            annotation_clip=False,
        )
    return axes


def _spaced(ticks: list[float], axes: Axes, wide: float) -> list[float]:
    """Leave out ticks that would touch the one before."""
    kept: list[float] = []
    last = -inf
    for tick in ticks:
        at = wide * float(
            axes.transAxes.inverted().transform(axes.transData.transform((tick, 0)))[0]
        )
        if at - last >= CLOSEST:
            kept.append(tick)
            last = at
    return kept


def _draw(axes: Axes, row: RangeRow, y: float, axis: RangeAxis) -> None:
    """Draw a range, arrows where it goes on beyond the axis."""
    color = COLORS[row.kind]
    lower, upper = max(row.lower, axis.low), min(row.upper, axis.high)
    thick = 1.4 if row.kind in {"printed", "believed"} else 5.0
    axes.plot([lower, upper], [y, y], color=color, linewidth=thick, zorder=2)
    for goes_on, end, marker in (
        (row.lower < axis.low, axis.low, "<"),
        (row.upper > axis.high, axis.high, ">"),
    ):
        if goes_on:
            axes.plot([end], [y], marker=marker, color=color, markersize=4, clip_on=False)
    if row.point is not None and axis.low <= row.point <= axis.high:
        shape = "D" if row.kind == "printed" else "o"
        edge = FAINT if row.kind == "printed" else "white"
        axes.plot(
            [row.point],
            [y],
            marker=shape,
            color=color,
            markersize=5.5,
            markeredgecolor=edge,
            markeredgewidth=0.6,
            zorder=3,
        )
