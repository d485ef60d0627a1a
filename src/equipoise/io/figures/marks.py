"""Find the marks of censored patients: small strokes, crosses or symbols on a curve."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.io.figures.curves import DrawnCurve
from equipoise.io.figures.drawing import Stroke, Word
from equipoise.io.figures.panels import Panel
from equipoise.io.figures.pdf_marks import MARKS
from equipoise.kernel.arrays import Vector, frozen

SMALL = 0.06  # of the box: the largest mark
NEAR = 0.6  # a mark on its curve is no further off, in the drawing's units
ONE = 0.02  # strokes whose middles lie nearer are one mark
SLACK = 0.05  # how far a mark may stand off its time
EDGE = 0.2  # a tick mark ends no further from the axis
DISTINCT = 0.012  # places nearer are one
LETTERS = MARKS | {"x", "o"}  # marks written as text


@dataclass(frozen=True, slots=True)
class _Mark:
    """What may be a mark."""

    x: float
    top: float
    bottom: float
    color: str
    reach: float  # how far off a curve it may stand

    def anchors(self) -> tuple[float, float, float]:
        """The heights by which a mark may stand on its curve: middle, foot and head."""
        return (self.top + self.bottom) / 2.0, self.bottom, self.top


def censor_marks(
    rest: Sequence[Stroke], words: Sequence[Word], curves: Sequence[DrawnCurve], panel: Panel
) -> tuple[Vector, ...]:
    """Give the places of the marks on each curve, from left to right.

    Marks stand on their curves by the middle, the foot or the head: by what fits most of them.
    Several patients censored at one time leave one mark.
    """
    colors = {curve.style.color for curve in curves}
    small = [mark for mark in _strokes(rest, panel) if not _ticking(mark, colors, panel)]
    marks = small + _letters(words, panel)
    off = np.array([[_off(mark, curve) for curve in curves] for mark in marks])
    found: list[list[float]] = [[] for _ in curves]
    if marks:
        off = off.reshape(len(marks), len(curves), 3)
        anchor = int(np.minimum(off.min(axis=1), 2.0 * NEAR).sum(axis=0).argmin())
        for mark, apart in zip(marks, off[:, :, anchor], strict=True):
            home = _home(mark, apart, curves)
            if home is not None:
                found[home].append(mark.x)
    return tuple(frozen(_apart(np.sort(places))) for places in found)


def _apart(places: Vector) -> Vector:
    """Keep one of marks at the same place."""
    return places[np.append(True, np.diff(places) > DISTINCT)] if places.size else places


def _strokes(rest: Sequence[Stroke], panel: Panel) -> list[_Mark]:
    """List small strokes that may be marks; those at one place are one."""
    largest = SMALL * min(panel.width, panel.height)
    found: dict[tuple[int, int, str], _Mark] = {}
    for stroke in rest:
        (wide, high), (x, y) = stroke.size, stroke.center
        if max(wide, high) > largest or high < 0.25 * wide:  # half of a cross, or a dash
            continue
        inside = (
            panel.left - largest <= x <= panel.right + largest
            and panel.top - largest <= y <= panel.bottom + largest
        )
        if inside:
            color = stroke.style.color
            reach = NEAR + 0.05 * float(high)
            mark = _Mark(float(x), float(y - high / 2), float(y + high / 2), color, reach)
            found.setdefault((round(x / ONE), round(y / ONE), color), mark)
    return list(found.values())


def _ticking(mark: _Mark, colors: set[str], panel: Panel) -> bool:
    """Tell whether a stroke is a tick mark of the times: a curve may run along their axis."""
    touches = mark.top - EDGE <= panel.bottom <= mark.bottom + EDGE
    return touches and (mark.color not in colors or abs(mark.top - panel.bottom) < EDGE)


def _letters(words: Sequence[Word], panel: Panel) -> list[_Mark]:
    """List marks that are written as text."""
    return [
        _Mark(word.x, word.top, word.bottom, word.color, NEAR + 0.2 * word.size)
        for word in words
        if word.text in LETTERS
        and panel.left <= word.x <= panel.right
        and panel.top <= word.y <= panel.bottom
    ]


def _off(mark: _Mark, curve: DrawnCurve) -> tuple[float, float, float]:
    """Tell how far a mark stands off a curve by its middle, its foot and its head."""
    beyond = max(curve.points[0, 0] - mark.x, mark.x - curve.points[-1, 0])
    if beyond > 5.0 * SLACK:
        return np.inf, np.inf, np.inf
    high, low = curve.between(mark.x, SLACK)
    middle, foot, head = (max(high - y, y - low, 0.0) for y in mark.anchors())
    return middle, foot, head


def _home(mark: _Mark, apart: Vector, curves: Sequence[DrawnCurve]) -> int | None:
    """Tell on which curve a mark stands, that of its own color first; none where on no curve."""
    near = [
        (curve.style.color != mark.color, float(away), k)
        for k, (curve, away) in enumerate(zip(curves, apart, strict=True))
        if away <= mark.reach
    ]
    return min(near)[2] if near else None
