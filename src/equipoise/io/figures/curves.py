"""Find the curves of a plot: long lines inside its box that only fall, or only rise.

A curve may be one line, or many that touch end to end, or dashes with gaps between.  Pieces of
one style are chained from left to right, each to the next one in the order of drawing that keeps
the direction.  What lies outside the box was not to be seen, and is cut off.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.io.figures.asides import (
    LEAST_WIDTH,
    SAME,
    TOUCH,
    framing,
    guiding,
    inside,
    of_inset,
    whole,
)
from equipoise.io.figures.drawing import Drawing, Stroke, Style
from equipoise.io.figures.panels import Panel
from equipoise.kernel.arrays import Matrix, Vector, frozen

LEAST_HEIGHT = 0.004  # of the box: flatter ones neither
WRONG_WAY = 0.004  # of the box: how far a curve may seem to turn back
DASHES = 6  # fewer pieces are not joined across gaps
GAP = 0.03  # of the box: the widest gap between dashes
INKED = 0.25  # of a curve's width at least is drawn, dashes or not
WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """One curve on the page."""

    points: Matrix  # from left to right
    style: Style
    rising: bool  # in values
    pieces: int  # strokes that make it up

    def between(self, place: float, slack: float) -> tuple[float, float]:
        """Tell between which heights the curve stands around a place."""
        x, y = self.points[:, 0], self.points[:, 1]
        inside = y[np.abs(x - place) <= slack]
        edges = np.interp([place - slack, place + slack], x, y)
        every = np.concatenate([inside, edges])
        return float(every.min()), float(every.max())

    @property
    def steps(self) -> bool:
        """Whether it is drawn in steps: along the axes only."""
        move = np.abs(np.diff(self.points, axis=0))
        return bool((move.min(axis=1) <= SAME + 0.001 * move.max(axis=1)).mean() > 0.95)  # noqa: PLR2004 - nearly all


@dataclass(frozen=True, slots=True)
class Found:
    """The curves of a plot, and the strokes that are part of none."""

    curves: tuple[DrawnCurve, ...]
    rest: tuple[Stroke, ...]


def find_curves(drawing: Drawing, panel: Panel) -> Found:
    """Find every line of a plot that may be a curve."""
    groups: dict[Style, list[Stroke]] = defaultdict(list)
    rest: list[Stroke] = []
    for stroke in drawing.strokes:
        if any(of_inset(stroke, inset) for inset in panel.insets):
            continue
        if (
            stroke.style.color == WHITE
            or whole(stroke)
            or framing(stroke, panel)
            or not inside(stroke, panel)
        ):
            rest.append(stroke)
        else:
            groups[stroke.style].append(stroke)
    curves: list[DrawnCurve] = []
    for strokes in groups.values():
        found, left = _of_one_style(strokes, panel)
        curves += found
        rest += left
    return Found(tuple(_distinct(curves)), tuple(rest))


def _of_one_style(strokes: Sequence[Stroke], panel: Panel) -> tuple[list[DrawnCurve], list[Stroke]]:
    """Take curves that are one stroke, then those that touch, then those across gaps."""
    curves: list[DrawnCurve] = []
    pieces: list[Stroke] = []
    for stroke in strokes:
        curve = _curve([stroke], panel)
        if curve is None:
            pieces.append(stroke)
        else:
            curves.append(curve)
    if curves or len(pieces) < 2:  # noqa: PLR2004 - nothing to chain
        return curves, pieces
    crosses, lines = _crosses(pieces)
    for reach in (TOUCH, GAP * panel.width):
        if reach > TOUCH and (curves or len(lines) < DASHES):
            break
        joined, lines = _chained(lines, panel, reach)
        curves += joined
    return curves, crosses + lines


def _crosses(pieces: Sequence[Stroke]) -> tuple[list[Stroke], list[Stroke]]:
    """Part strokes that cross another in the middle, which are marks, from the rest."""
    places = [tuple(np.round(piece.center / TOUCH).astype(int).tolist()) for piece in pieces]
    many = Counter(places)
    crosses = [piece for piece, place in zip(pieces, places, strict=True) if many[place] > 1]
    lines = [piece for piece, place in zip(pieces, places, strict=True) if many[place] == 1]
    return crosses, lines


def _curve(strokes: Sequence[Stroke], panel: Panel) -> DrawnCurve | None:
    """Take pieces as a curve, where they are one."""
    points = np.vstack([stroke.points for stroke in strokes])
    if points[0, 0] > points[-1, 0]:
        points = points[::-1]
    if len(points) < 3 or (np.diff(points[:, 0]) < -SAME).any():  # noqa: PLR2004 - one straight line
        return None
    points = _cut(points, panel)
    if len(points) < 3 or guiding(points, panel):  # noqa: PLR2004 - likewise
        return None
    wide, high = np.ptp(points, axis=0)
    if wide < LEAST_WIDTH * panel.width or high < LEAST_HEIGHT * panel.height:
        return None
    drawn = sum(float(np.abs(np.diff(stroke.points[:, 0])).sum()) for stroke in strokes)
    if drawn < INKED * wide:
        return None
    falls = np.diff(points[:, 1])
    wrong = WRONG_WAY * panel.height
    down, up = -np.minimum(falls, 0).sum(), np.maximum(falls, 0).sum()
    if min(down, up) > wrong:
        return None
    return DrawnCurve(frozen(points), strokes[0].style, bool(down > up), len(strokes))


def _cut(points: Matrix, panel: Panel) -> Matrix:
    """Cut off what lies outside the box."""
    x, y = points[:, 0], points[:, 1]
    edges = [edge for edge in (panel.left, panel.right) if x[0] < edge < x[-1]]
    ends = np.column_stack([edges, np.interp(edges, x, y)]) if edges else np.empty((0, 2))
    seen = points[(x >= panel.left - SAME) & (x <= panel.right + SAME)]
    before = ends[ends[:, 0] < (seen[0, 0] if len(seen) else np.inf)]
    after = ends[ends[:, 0] > (seen[-1, 0] if len(seen) else np.inf)]
    line = np.vstack([before, seen, after])
    slack = 0.01 * panel.height + TOUCH
    inside = (line[:, 1] >= panel.top - slack) & (line[:, 1] <= panel.bottom + slack)
    if inside.all() or not inside.any():
        return line
    first = int(inside.argmax())
    return line[first : first + int(np.append(~inside[first:], True).argmax())]


def _chained(
    pieces: Sequence[Stroke], panel: Panel, reach: float
) -> tuple[list[DrawnCurve], list[Stroke]]:
    """Chain pieces to curves while any are found; the direction that leads furthest counts."""
    curves: list[DrawnCurve] = []
    left = list(pieces)
    while len(left) > 1:
        best: tuple[float, list[int], DrawnCurve] | None = None
        for sign in (1.0, -1.0):
            ways = [_oriented(piece, sign) for piece in left]
            for chain in _chains(ways, sign, reach, panel):
                curve = _curve([Stroke(frozen(ways[k]), left[k].style) for k in chain], panel)
                if curve is not None and (best is None or np.ptp(curve.points[:, 0]) > best[0]):
                    best = float(np.ptp(curve.points[:, 0])), chain, curve
        if best is None:
            break
        curves.append(best[2])
        used = set(best[1])
        left = [piece for k, piece in enumerate(left) if k not in used]
    return curves, left


def _oriented(piece: Stroke, sign: float) -> Matrix:
    """Turn a piece so that it runs to the right, or down (`sign` 1) or up the page."""
    points = piece.points
    run = points[-1] - points[0]
    backward = run[0] < -SAME or (abs(run[0]) <= SAME and sign * run[1] < 0)
    return points[::-1] if backward else points


def _chains(ways: Sequence[Matrix], sign: float, reach: float, panel: Panel) -> list[list[int]]:
    """Follow pieces from those that begin leftmost."""
    starts = np.array([way[0] for way in ways])
    ends = np.array([way[-1] for way in ways])
    order = np.lexsort((sign * starts[:, 1], starts[:, 0]))
    first = starts[order[0], 0]
    chains: list[list[int]] = []
    for begin in order[: 2 if reach > TOUCH else 4]:
        if starts[begin, 0] > first + 0.05 * panel.width:
            break
        chains.append(_followed(int(begin), starts, ends, sign, reach))
    return chains


def _followed(begin: int, starts: Matrix, ends: Matrix, sign: float, reach: float) -> list[int]:
    """Go from piece to piece: the nearest start that keeps the direction, drawn later first."""
    chain = [begin]
    free = np.ones(len(starts), dtype=bool)
    free[begin] = False
    while True:
        away = starts - ends[chain[-1]]
        turned = (away[:, 0] < -TOUCH) | (sign * away[:, 1] < -TOUCH)
        across = np.minimum(np.abs(away[:, 0]), np.abs(away[:, 1]))
        cost = np.abs(away).sum(axis=1) + 2.0 * across
        cost += np.where(np.arange(len(starts)) < chain[-1], 0.01 * reach, 0.0)
        allowed = free & ~turned & (np.abs(away).max(axis=1) <= reach)
        if not allowed.any():
            return chain
        following = int(np.where(allowed, cost, np.inf).argmin())
        free[following] = False
        chain.append(following)


def _distinct(curves: Sequence[DrawnCurve]) -> list[DrawnCurve]:
    """Drop a curve that is drawn a second time over the first."""
    kept: list[DrawnCurve] = []
    for curve in reversed(curves):  # the last drawn is the one that is seen
        own = [other for other in kept if other.style.color == curve.style.color]
        if not any(_same(curve.points, other.points) for other in own):
            kept.append(curve)
    return kept[::-1]


def _same(first: Matrix, second: Matrix) -> bool:
    """Tell whether two lines run through the same points."""
    return first.shape == second.shape and bool(np.abs(first - second).max() < TOUCH)


def corners(curve: DrawnCurve) -> tuple[Vector, Vector]:
    """Give the places from which a step curve holds each height, one a place."""
    x, y = curve.points[:, 0], curve.points[:, 1]
    last = np.append(np.diff(x) > SAME, True)
    moved = (
        np.append(True, np.abs(np.diff(y[last])) > 0) if curve.steps else np.ones(last.sum(), bool)
    )
    moved[-1] = True  # where the curve ends
    return frozen(x[last][moved]), frozen(y[last][moved])
