"""Find the plots on a page: a row of times below, a column of values left, a box between."""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.io.figures.axes import Axis, LabelledAxis, horizontal_axes, vertical_axes
from equipoise.io.figures.drawing import Drawing, rules

APART = 0.4  # of the plot: labels further from it belong to another
MUCH_SMALLER = 0.5  # of the area of a plot: an inset of it
LONG = 0.85  # of an axis: a shorter line is none of the frame's


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot: its axes, and the box in which its curves are drawn."""

    x: Axis
    y: Axis
    left: float
    right: float
    top: float
    bottom: float
    below: float  # the lower edge of the tick labels: numbers at risk stand lower
    insets: tuple["Panel", ...] = ()  # smaller plots within it

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def find_panels(
    drawing: Drawing, *, x: Axis | None = None, y: Axis | None = None
) -> tuple[Panel, ...]:
    """List the plots of a page, in the order in which they are read; one axis may be given."""
    rows, columns = horizontal_axes(drawing), vertical_axes(drawing)
    if x is not None:
        columns = columns[:1]  # the one with most labels
        return tuple(box_of(drawing, x, one.axis, (one.right, np.inf)) for one in columns)
    if y is not None:
        rows = tuple(sorted(rows, key=lambda row: -len(row.words))[:1])
        return tuple(box_of(drawing, one.axis, y, (-np.inf, one.top), one.bottom) for one in rows)
    pairs = sorted(  # tick marks first, for a table has none; then what stands nearest
        (
            ((not row.axis.ticks) + (not column.axis.ticks), apart, i, j)
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
            if (apart := _apart(row, column)) is not None
        ),
    )
    column_of: dict[int, int] = {}
    for _, _, i, j in pairs:
        if i not in column_of and j not in column_of.values():
            column_of[i] = j
    for i, row in enumerate(rows):  # plots side by side may share the values at the left
        shared = [
            k
            for k in column_of
            if abs(rows[k].bottom - row.bottom) < 1.0 and rows[k].left < row.left
        ]
        if i not in column_of and shared:
            column_of[i] = column_of[max(shared, key=lambda k: rows[k].left)]
    panels: list[Panel] = []
    for i, j in column_of.items():
        _put(panels, _panel(drawing, rows[i], columns[j]))
    return tuple(sorted(panels, key=lambda panel: (round(panel.top / panel.height), panel.left)))


def box_of(
    drawing: Drawing,
    x: Axis,
    y: Axis,
    labels: tuple[float, float] | None = None,
    below: float = 0.0,
) -> Panel:
    """Find the box of a plot from its frame, axes and grid; else from its outermost labels.

    `labels` are the right edge of those of values and the upper edge of those of times.
    """
    left_most, lowest = labels or (-np.inf, np.inf)
    (left, right), (top, bottom) = x.span, y.span
    wide, high = right - left, bottom - top
    near_x, near_y = 0.3 * wide, 0.3 * high
    flat = [
        rule
        for rule in rules(drawing.strokes, 0)
        if rule.length > LONG * wide
        and top - near_y < rule.at < bottom + near_y
        and rule.start > max(left - near_x, left_most - 1.0)
        and rule.end < right + max(near_x, x.spacing)
    ]
    steep = [
        rule
        for rule in rules(drawing.strokes, 1)
        if rule.length > LONG * high
        and left - near_x < rule.at < right + near_x
        and rule.start > top - max(near_y, y.spacing)
        and rule.end < min(bottom + near_y, lowest + 1.0)
    ]
    margin_x, margin_y = 0.02 * wide, 0.02 * high
    return Panel(
        x,
        y,
        left=min([rule.start for rule in flat] + [left - (0.0 if flat else margin_x)]),
        right=max([rule.end for rule in flat] + [right + (0.0 if flat else 0.5 * x.spacing)]),
        top=min([rule.start for rule in steep] + [top - (0.0 if steep else margin_y)]),
        bottom=max([rule.end for rule in steep] + [bottom + (0.0 if steep else margin_y)]),
        below=below or bottom,
    )


def _put(panels: list[Panel], panel: Panel) -> None:
    """Add a plot to those found, unless it lies over one of them; an inset goes to its plot."""
    for k, other in enumerate(panels):
        if _inset(panel, other):
            panels[k] = replace(other, insets=(*other.insets, panel))
            return
        if _inset(other, panel):
            panels[k] = replace(panel, insets=(*panel.insets, other))
            return
        if _overlap(panel, other):
            return
    panels.append(panel)


def _inset(inner: Panel, outer: Panel) -> bool:
    """Tell whether a plot with tick marks lies wholly within another, and is much smaller."""
    return (
        inner.x.ticks
        and inner.y.ticks
        and outer.left < inner.left
        and inner.right <= outer.right + 1.0
        and outer.top - 1.0 <= inner.top
        and inner.bottom < outer.bottom
        and inner.width * inner.height < MUCH_SMALLER * outer.width * outer.height
    )


def _overlap(panel: Panel, other: Panel) -> bool:
    """Tell whether the middle of one plot lies in another: then its axes were misread."""

    def within(x: float, y: float, box: Panel) -> bool:
        return box.left < x < box.right and box.top < y < box.bottom

    return within((panel.left + panel.right) / 2, (panel.top + panel.bottom) / 2, other) or within(
        (other.left + other.right) / 2, (other.top + other.bottom) / 2, panel
    )


def _panel(drawing: Drawing, row: LabelledAxis, column: LabelledAxis) -> Panel:
    """Set the box between two axes."""
    labels = column.right, row.top
    return box_of(drawing, row.axis, column.axis, labels, row.bottom)


def _apart(row: LabelledAxis, column: LabelledAxis) -> float | None:
    """Tell how far a row of times and a column of values stand from a common corner."""
    wide, high = row.right - row.left, column.bottom - column.top
    size = row.words[0].size
    aside = row.left - column.right
    below = row.top - column.bottom
    if not -0.1 * wide - size < aside < APART * wide + 3 * size:
        return None
    if not -0.1 * high - size < below < APART * high + 3 * size:
        return None
    if high < 2 * size or wide < 2 * size:
        return None
    return float(np.hypot(aside, below))
