"""Lines of a plot that are no curves: frames, grid lines, guides to an axis, plots within it."""

import numpy as np

from equipoise.io.figures.drawing import Stroke
from equipoise.io.figures.panels import Panel
from equipoise.kernel.arrays import Matrix

TOUCH = 0.2  # ends nearer than this, in the drawing's units, are one point
SAME = 0.02  # places nearer than this are one
ACROSS = 0.98  # of the box: a straight line this long is of the axes or the grid
LEAST_WIDTH = 0.15  # of the box: shorter lines are no curves


def whole(stroke: Stroke) -> bool:
    """Tell whether a line comes back to where it began: a box, a band, a symbol."""
    points = stroke.points
    return stroke.closed or (len(points) > 3 and np.ptp(points[[0, -1]], axis=0).max() < SAME)  # noqa: PLR2004 - a box


def framing(stroke: Stroke, panel: Panel) -> bool:
    """Tell whether a line is an axis or a grid line: straight, from edge to edge, or on an edge."""
    wide, high = stroke.size
    y = float(stroke.center[1])
    if high <= SAME:
        on_edge = min(abs(y - panel.top), abs(y - panel.bottom)) < TOUCH
        return bool(wide > ACROSS * panel.width or (on_edge and len(stroke.points) == 2))  # noqa: PLR2004 - one straight line
    if wide <= SAME:
        return bool(high > ACROSS * panel.height)
    return False


def inside(stroke: Stroke, panel: Panel) -> bool:
    """Tell whether a line touches the box of the plot."""
    slack = 0.01 * panel.height + 0.5
    low, high = stroke.low, stroke.low + stroke.size
    return bool(
        high[0] >= panel.left - slack
        and low[0] <= panel.right + slack
        and high[1] >= panel.top - slack
        and low[1] <= panel.bottom + slack
    )


def of_inset(stroke: Stroke, inset: Panel) -> bool:
    """Tell whether a line belongs to a smaller plot within the plot: it begins there."""
    wide = float(stroke.size[0])
    x, y = stroke.points[int(stroke.points[:, 0].argmin())]
    return bool(
        wide > LEAST_WIDTH * inset.width
        and inset.left - TOUCH <= x <= inset.right
        and inset.top - TOUCH <= y <= inset.bottom + TOUCH
    )


def guiding(points: Matrix, panel: Panel) -> bool:
    """Tell whether a line is the corner of a frame, or leads from a value to its time.

    Both have one corner only.  A curve of one step goes on after it; a guide ends on an axis.
    """
    move = np.abs(np.diff(points, axis=0)) > SAME
    turns = int((np.diff(move[move.any(axis=1)].astype(int), axis=0) != 0).any(axis=1).sum())
    if turns != 1 or (move.all(axis=1)).any():
        return False
    edge = 0.02 * panel.height + TOUCH
    ends_below = abs(points[-1, 1] - panel.bottom) < edge or abs(points[-1, 1] - panel.top) < edge
    upright_first = abs(points[0, 0] - points[1, 0]) <= SAME
    return bool(ends_below if not upright_first else abs(points[0, 0] - panel.left) < TOUCH)
