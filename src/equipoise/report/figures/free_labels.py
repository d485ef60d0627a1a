"""Where do the words of marked points fit, so that nothing is printed over anything else?

Every label is tried at places around its point, the nearest first; it goes where it lies within
the axes, touches no label set before, and crosses the curves least.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from equipoise.kernel.arrays import Matrix
from equipoise.report.figures.design_marks import HALO
from equipoise.report.figures.style import SMALL, text_size

ASIDE, GAP, STEP, TRIES, AIR = 0.1, 0.06, 0.17, 14, 0.03  # inches; rows tried up and down
TOUCHING, OUTSIDE, FAR = 1000.0, 100.0, 0.05  # how bad: over words, out of the axes, a row away


def set_labels(
    axes: Axes,
    labels: Sequence[tuple[float, float, str]],
    curves: Matrix,
    *,
    above: float = 0.0,
    beside: bool = False,
) -> list[tuple[float, float, float, float]]:
    """Set words beside points, where there is room.

    Args:
        axes: with both limits set.
        labels: x, y and words of each point, in the units of the axes.
        curves: (points, 2) on what is drawn, in the units of the axes.
        above: inches over the axes that are free, too.
        beside: whether words may stand at the height of their point, which is tried first.

    Returns:
        Left, bottom, right and top of each label, in inches from the corner of the axes.

    Witness: law: no two of them touch.
    """
    figure: Any = axes.figure
    corner = axes.transData.transform([[axes.get_xlim()[0], axes.get_ylim()[0]]])[0]
    end = axes.transData.transform([[axes.get_xlim()[1], axes.get_ylim()[1]]])[0]

    def inches(points: Matrix) -> Matrix:
        return np.asarray((axes.transData.transform(points) - corner) / figure.dpi)

    room = (*((end - corner) / figure.dpi),)
    drawn = inches(curves)
    marks = inches(np.array([each[:2] for each in labels], dtype=float).reshape(-1, 2))
    crossed = np.concatenate([drawn, marks])
    found: list[tuple[float, float, float, float]] = []
    for (x, y), (_, _, words) in zip(marks.tolist(), labels, strict=True):
        size = text_size(figure, words, SMALL)
        tried = _places(x, y, *size)
        if beside:
            low, high = y - size[1] / 2, y + size[1] / 2
            lefts = (x + ASIDE, x - ASIDE - size[0])
            tried = [*((left, low, left + size[0], high) for left in lefts), *tried]
        bad = [_bad(box, found, crossed, (room[0], room[1] + above)) for box in tried]
        box = tried[int(np.argmin([cost + FAR * row / 6 for row, cost in enumerate(bad)]))]
        found.append(box)
        at = axes.transData.inverted().transform(np.array(box[:2]) * figure.dpi + corner)
        axes.text(
            at[0], at[1], words, fontsize=SMALL, ha="left", va="bottom", path_effects=HALO,
            zorder=6, clip_on=False,
        )  # fmt: skip
    return found


def _places(
    x: float, y: float, wide: float, tall: float
) -> list[tuple[float, float, float, float]]:
    """Give boxes around a point: beside and over or under it, the nearest rows first."""
    rows = [sign * (GAP + k * STEP) for k in range(TRIES) for sign in (1, -1)]
    found = []
    for row in rows:
        low = y + row if row > 0 else y + row - tall
        sides = (x + ASIDE, x - ASIDE - wide, x - wide / 2)
        found += [(left, low, left + wide, low + tall) for left in sides]
    return found


def _bad(
    box: tuple[float, float, float, float],
    others: Sequence[tuple[float, float, float, float]],
    drawn: Matrix,
    room: tuple[float, float],
) -> float:
    """Tell how bad a place is: words over words, words outside, lines under words."""
    left, low, right, high = box
    touching = sum(
        left < o[2] + AIR and right > o[0] - AIR and low < o[3] + AIR and high > o[1] - AIR
        for o in others
    )
    outside = max(0.0, -left) + max(0.0, right - room[0]) + max(0.0, -low)
    outside += max(0.0, high - room[1])
    x, y = drawn[:, 0], drawn[:, 1]
    within = (x > left - AIR) & (x < right + AIR) & (y > low - AIR) & (y < high + AIR)
    away = OUTSIDE * (1.0 + outside) if outside > 0.0 else 0.0
    return TOUCHING * touching + away + float(within.sum())
