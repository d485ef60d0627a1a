"""Tell curves from the confidence limits drawn around them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from equipoise.io.figures.curves import DrawnCurve

POINTS = 50  # places at which lines are compared


def without_limits(curves: Sequence[DrawnCurve]) -> tuple[tuple[DrawnCurve, ...], tuple[str, ...]]:
    """Drop pairs of lines alike that run on either side of a third in their color."""
    dropped: set[int] = set()
    many = Counter(curve.style.color for curve in curves)
    threes = len(many) > 1 and set(many.values()) == {3}  # each color: a curve and its limits
    for k, middle in enumerate(curves):
        around = [
            j
            for j, other in enumerate(curves)
            if j != k
            and other.style.color == middle.style.color
            and (threes or other.style != middle.style)
            and other.rising == middle.rising
        ]
        for i, first in enumerate(around):
            for second in around[i + 1 :]:
                alike = curves[first].style == curves[second].style
                if alike and _between(curves[first], middle, curves[second]):
                    dropped |= {first, second}
    if not dropped:
        return tuple(curves), ()
    kept = tuple(curve for k, curve in enumerate(curves) if k not in dropped)
    note = (
        f"{len(dropped)} lines that run on either side of a curve of their color were taken for "
        "its confidence limits, and left out."
    )
    return kept, (note,)


def _between(first: DrawnCurve, middle: DrawnCurve, second: DrawnCurve) -> bool:
    """Tell whether a curve runs between two others wherever all are drawn."""
    lines = [curve.points for curve in (first, middle, second)]
    start, end = max(line[0, 0] for line in lines), min(line[-1, 0] for line in lines)
    if end <= start:
        return False
    places = np.linspace(start, end, POINTS)
    one, own, two = (np.interp(places, line[:, 0], line[:, 1]) for line in lines)
    inside = (own >= np.minimum(one, two) - 0.5) & (own <= np.maximum(one, two) + 0.5)
    apart = (np.abs(own - one) + np.abs(own - two)).max() > 1.0
    sides = bool(np.mean((one - own) * (two - own) <= 1e-6) > 0.9)  # noqa: PLR2004 - nearly all
    return bool(inside.mean() > 0.95) and apart and sides  # noqa: PLR2004 - likewise
