"""What did each study find, and what do they find together?  A forest of studies.

The area of a square is the weight of the study; a diamond is a pooled effect, its width the
interval, and the broken line leads from it; the bar below it is where the effect of a new study
is expected.  Studies are shown whole; a pooled interval much wider than theirs, as Hartung and
Knapp's of two studies, is cut.  Ratios stand on a logarithmic axis.  An arrow means that the
interval goes on beyond.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import median
from typing import Any, Literal, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator

from equipoise.report.document import Figure
from equipoise.report.figures.forest import ARROWS, EDGE
from equipoise.report.figures.ratio_ticks import ratio_ticks
from equipoise.report.figures.rehearsal_frame import FigureText, on_a_page
from equipoise.report.figures.style import (
    BLUE,
    FAINT,
    INK,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    VERMILION,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)

PLAIN = frozenset({"study", "step"})  # marks of single studies, and of one analysis after another
Mark: TypeAlias = Literal["heading", "study", "step", "pooled", "prediction"]
LINE, PADDING, HEAD, BELOW = 0.145, 0.09, 0.3, 0.66  # inches: text, a row, above and below rows
NAME, LEAST = 2.3, 0.9  # inches: the widest and narrowest column of names
TINY = 1e-300  # what is printed as 0 has a logarithm
WIDEST = 100.0  # the axis never goes beyond this ratio or its inverse
STRETCH = 3.0  # usual half-widths that a pooled interval may lengthen the axis by
LARGEST = 8.5  # points, the side of a square with all the weight


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A study, a pooled effect, a prediction or a heading."""

    label: str
    mark: Mark
    value: float | None = None  # on the axis's scale, as printed; None: nothing is drawn
    limits: tuple[float, float] | None = None
    printed: str = ""
    weight: float | None = None  # share, for the area of the square
    beside: str = ""  # last column


@dataclass(frozen=True, slots=True)
class PoolAxis:
    """What the axis measures, and what its sides mean."""

    printed: str  # heads the numbers: "Hazard ratio (95% CI)"
    ratio: bool
    less: str  # under the left half
    more: str
    names: str = "Study"  # heads the names
    beside: str = "Weight"  # heads the last column


def pool_forest(rows: Sequence[PoolRow], axis: PoolAxis, words: FigureText) -> Figure:
    """Draw studies and what they say together."""
    with settings():
        probe = canvas(1.0)
        wide = _columns(probe, rows, axis)
        names = [
            wrap(probe, row.label, SMALL, wide[0] - 0.12, "normal" if row.mark in PLAIN else "bold")
            for row in rows
        ]
        talls = [LINE * (name.count("\n") + 1) + PADDING for name in names]
        height = HEAD + sum(talls) + BELOW
        figure = canvas(height)
        sheet = page(figure)
        axes = _axes(figure, rows, axis, wide, sum(talls))
        _header(sheet, axis, wide)
        at = 0.0
        for row, name, tall in zip(rows, names, talls, strict=True):
            middle = at + tall / 2
            _text(sheet, row, name, HEAD + middle, wide)
            _draw(axes, row, middle, min(tall, LINE + PADDING))
            at += tall
        _effect_line(axes, rows)
        _sides(figure, sheet, axes, axis, height - 0.16)
        goes_on = any(_beyond(axes, row) for row in rows)
        found = finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(*words.footnotes, *((ARROWS,) if goes_on else ())),
        )
        return on_a_page(found, figure)


def _columns(probe: Canvas, rows: Sequence[PoolRow], axis: PoolAxis) -> tuple[float, float, float]:
    """Give the inches of names, of numbers and of the last column."""

    def widest(texts: Sequence[str]) -> float:
        return max(
            (text_size(probe, each, SMALL, "bold")[0] for each in texts if each), default=0.0
        )

    names = min(NAME, max(LEAST, widest([row.label for row in rows]) + 0.15))
    numbers = widest([axis.printed, *(row.printed for row in rows)]) + 0.12
    last = [row.beside for row in rows]
    beside = widest([axis.beside, *last]) + 0.1 if any(last) else 0.0
    return names, numbers, beside


def _axes(
    figure: Canvas,
    rows: Sequence[PoolRow],
    axis: PoolAxis,
    wide: tuple[float, float, float],
    tall: float,
) -> Axes:
    """Open the axis between names and numbers, spanning all that is drawn."""
    left, right = EDGE + wide[0] + 0.05, TEXT_WIDTH - EDGE - wide[1] - wide[2] - 0.1
    height = float(figure.get_size_inches()[1])
    axes = figure.add_axes(
        (left / TEXT_WIDTH, 1 - (HEAD + tall) / height, (right - left) / TEXT_WIDTH, tall / height)
    )
    low, high = span(rows, ratio=axis.ratio)
    if axis.ratio:
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        ratio_ticks(axes, right - left)
    else:
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.axvline(1.0 if axis.ratio else 0.0, color=INK, linewidth=0.8, zorder=1)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.patch.set_alpha(0)
    return axes


def span(rows: Sequence[PoolRow], *, ratio: bool) -> tuple[float, float]:
    """Give the ends of an axis that shows every study, every pooled effect, and no difference."""
    shown = [row.value for row in rows if row.value is not None]
    for row in rows:
        shown += (row.limits or ()) if row.mark == "study" else _nearby(row, rows, ratio=ratio)
    if ratio:
        positive = [min(max(each, 1 / WIDEST), WIDEST) for each in shown]
        return 0.9 * min([0.7, *positive]), 1.1 * max([1.4, *positive])
    low, high = min([0.0, *shown]), max([0.0, *shown])
    air = 0.06 * (high - low) or 1.0
    return low - air, high + air


def _nearby(row: PoolRow, rows: Sequence[PoolRow], *, ratio: bool) -> tuple[float, ...]:
    """Give limits, those far off drawn in to a few of the usual half-widths from their middle."""
    if row.limits is None:
        return ()

    def linear(ends: tuple[float, float]) -> tuple[float, float]:
        return (log(max(ends[0], TINY)), log(max(ends[1], TINY))) if ratio else ends

    studies = [each.limits for each in rows if each.mark == "study" and each.limits is not None]
    usual = studies or [each.limits for each in rows if each.limits is not None]
    reach = STRETCH * median((high - low) / 2 for low, high in map(linear, usual))
    lower, upper = linear(row.limits)
    middle = (lower + upper) / 2
    near = max(lower, middle - reach), min(upper, middle + reach)
    return tuple(map(exp, near)) if ratio else near


def _header(sheet: Axes, axis: PoolAxis, wide: tuple[float, float, float]) -> None:
    y = HEAD - 0.09
    bold: dict[str, Any] = {"fontsize": SMALL, "fontweight": "bold", "va": "bottom"}
    sheet.text(EDGE, y, axis.names, **bold)
    sheet.text(TEXT_WIDTH - EDGE - wide[2] - wide[1] + 0.02, y, axis.printed, **bold)
    if wide[2]:
        sheet.text(TEXT_WIDTH - EDGE, y, axis.beside, ha="right", **bold)
    sheet.plot([EDGE, TEXT_WIDTH - EDGE], [y + 0.04] * 2, color=FAINT, linewidth=0.8)


def _text(sheet: Axes, row: PoolRow, name: str, y: float, wide: tuple[float, float, float]) -> None:
    style: dict[str, Any] = {
        "fontsize": SMALL,
        "va": "center",
        "fontweight": "normal" if row.mark in PLAIN else "bold",
    }
    sheet.text(EDGE, y, name, **style)
    sheet.text(TEXT_WIDTH - EDGE - wide[2] - wide[1] + 0.02, y, row.printed, **style)
    sheet.text(TEXT_WIDTH - EDGE, y, row.beside, ha="right", **style)


def _draw(axes: Axes, row: PoolRow, y: float, tall: float) -> None:
    """Draw a square, a diamond or a bar, arrows where it goes on."""
    if row.limits is None:
        return
    low, high = axes.get_xlim()
    lower, upper = row.limits
    inside = [min(max(end, low), high) for end in row.limits]
    ends = ((lower < low, low, "<"), (upper > high, high, ">"))
    if row.mark == "pooled" and row.value is not None and low <= row.value <= high:
        half = 0.32 * tall
        known = (lower, row.value, upper)
        corners = _diamond(known, (low, high), ratio=axes.get_xscale() == "log")
        outline = [(x, y - half * share) for x, share in corners]
        outline += [(x, y + half * share) for x, share in reversed(corners)]
        axes.add_patch(Polygon(outline, closed=True, facecolor=BLUE, edgecolor=BLUE, zorder=3))
        _arrows(axes, ends, y, BLUE)
        return
    bar = row.mark == "prediction"
    axes.plot(
        inside, [y, y], color=VERMILION if bar else INK, linewidth=2.6 if bar else 1.0, zorder=2
    )
    _arrows(axes, ends, y, INK)
    if not bar and row.value is not None and low <= row.value <= high:
        side = 4.0 if row.weight is None else 2.0 + LARGEST * max(row.weight, 0.0) ** 0.5
        axes.plot([row.value], [y], "s", markersize=side, color=BLUE, zorder=3, markeredgewidth=0)


def _arrows(axes: Axes, ends: Sequence[tuple[bool, float, str]], y: float, color: str) -> None:
    """Point onward at the ends of the axis where an interval goes on."""
    for goes_on, end, marker in ends:
        if goes_on:
            axes.plot([end], [y], marker=marker, color=color, markersize=6, clip_on=False)


def _diamond(
    known: tuple[float, float, float], ends: tuple[float, float], *, ratio: bool
) -> list[tuple[float, float]]:
    """Give the corners of a diamond with their share of its height, cut at the ends of the axis."""
    lower, value, upper = (log(max(each, TINY)) if ratio else each for each in known)
    low, high = map(log, ends) if ratio else ends
    left, right = max(lower, low), min(upper, high)
    sides = [
        (left, (left - lower) / (value - lower) if lower < value else 0.0),
        (value, 1.0),
        (right, (upper - right) / (upper - value) if upper > value else 0.0),
    ]
    return [(exp(x) if ratio else x, share) for x, share in sides]


def _effect_line(axes: Axes, rows: Sequence[PoolRow]) -> None:
    """Lead a broken line from the last pooled effect through the studies."""
    pooled = [row.value for row in rows if row.mark == "pooled" and row.value is not None]
    if pooled:
        axes.axvline(pooled[-1], color=BLUE, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)


def _beyond(axes: Axes, row: PoolRow) -> bool:
    low, high = axes.get_xlim()
    return row.limits is not None and (row.limits[0] < low or row.limits[1] > high)


def _sides(figure: Canvas, sheet: Axes, axes: Axes, axis: PoolAxis, y: float) -> None:
    """Say under the axis what its sides mean."""
    middle = axes.transData.transform((1.0 if axis.ratio else 0.0, 0.0))[0] / figure.dpi
    for x, side, words in (
        (middle - 0.08, "right", f"\u2190 {axis.less}"),
        (middle + 0.08, "left", f"{axis.more} \u2192"),
    ):
        room = x - EDGE if side == "right" else TEXT_WIDTH - EDGE - x
        told = wrap(figure, words, SMALL, room)
        sheet.text(x, y, told, ha=side, va="center", fontsize=SMALL, color=SOFT)
