"""Find the marks of censored patients: small strokes, crosses or symbols on a curve."""

from collections.abc import Sequence

import numpy as np

from equipoise.io.figure_curves import DrawnCurve
from equipoise.io.figure_drawing import Stroke, Word
from equipoise.io.figure_panels import Panel
from equipoise.kernel.arrays import Vector, frozen

SMALL = 0.06  # of the box: the largest mark
ONE = 0.05  # strokes whose middles lie nearer are one mark
DISTINCT = 1e-6  # places nearer are one
LETTERS = {"+", "|", "×", "x", "o", "○", "●", "◦"}  # marks written as text


def censor_marks(
    rest: Sequence[Stroke], words: Sequence[Word], curves: Sequence[DrawnCurve], panel: Panel
) -> tuple[Vector, ...]:
    """Give the places of the marks on each curve, from left to right.

    Several patients censored at one time leave one mark.
    """
    found: list[list[float]] = [[] for _ in curves]
    for middle, half, color in _marks(rest, panel) + _letters(words, panel):
        home = _home(middle, half, color, curves)
        if home is not None:
            found[home].append(float(middle[0]))
    return tuple(frozen(_apart(np.sort(places))) for places in found)


def _apart(places: Vector) -> Vector:
    """Keep one of marks at the same place."""
    return places[np.append(True, np.diff(places) > DISTINCT)] if places.size else places


def _marks(rest: Sequence[Stroke], panel: Panel) -> list[tuple[Vector, float, str]]:
    """List middle, half height and color of what may be a mark."""
    largest = SMALL * min(panel.width, panel.height)
    small = [
        stroke
        for stroke in rest
        if stroke.size.max() <= largest
        and panel.left - largest <= stroke.center[0] <= panel.right + largest
        and panel.top - largest <= stroke.center[1] <= panel.bottom + largest
    ]
    found: dict[tuple[int, int, str], tuple[Vector, float, str]] = {}
    for stroke in small:
        wide, high = stroke.size
        if high < 0.25 * wide:  # half of a cross, a dash, or a tick of the axis
            continue
        middle, color = stroke.center, stroke.style.color
        key = (round(middle[0] / ONE), round(middle[1] / ONE), color)
        found.setdefault(key, (middle, float(high) / 2.0, color))
    return list(found.values())


def _letters(words: Sequence[Word], panel: Panel) -> list[tuple[Vector, float, str]]:
    """List marks that are written as text."""
    return [
        (np.array([word.x, word.y]), word.size / 2.0, word.color)
        for word in words
        if word.text in LETTERS
        and panel.left <= word.x <= panel.right
        and panel.top <= word.y <= panel.bottom
    ]


def _home(middle: Vector, half: float, color: str, curves: Sequence[DrawnCurve]) -> int | None:
    """Tell on which curve a mark stands, that of its own color first; none where on no curve."""
    best: tuple[bool, float, int] | None = None
    for k, curve in enumerate(curves):
        x, y = middle
        if not curve.points[0, 0] - ONE <= x <= curve.points[-1, 0] + max(ONE, 0.1 * half):
            continue
        above, below = curve.between(float(x), ONE)
        off = max(above - y, y - below, 0.0)
        if off > 1.1 * half + 0.5:
            continue
        rank = (curve.style.color != color, float(off), k)
        if best is None or rank < best:
            best = rank
    return None if best is None else best[2]
