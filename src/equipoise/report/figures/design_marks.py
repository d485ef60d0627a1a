"""What the figures of a design share: how its decisions are drawn, and room for labels."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from equipoise.report.figures.style import (
    BLUE,
    GRID,
    INK,
    SMALL,
    SOFT,
    VERMILION,
    ArmStyle,
)

EFFICACY = ArmStyle(BLUE, "solid", "s")
FUTILITY = ArmStyle(VERMILION, (0, (4.0, 1.6)), "o")
HARMFUL = ArmStyle("#7a3b69", (0, (5.0, 1.2, 1.0, 1.2)), "X")
NULL = ArmStyle(SOFT, (0, (1.4, 1.3)), "v")
HALO = [withStroke(linewidth=2.2, foreground="white")]


def with_room(places: Sequence[float], width: float, span: float, room: float) -> list[int]:
    """Choose which places can carry a label `room` inches wide; the last one always does.

    >>> with_room([1, 2, 3, 10], 5.0, 10.0, 1.0)
    [0, 2, 3]
    """
    kept: list[int] = []
    for index in range(len(places) - 1, -1, -1):
        if not kept or (places[kept[-1]] - places[index]) * width / span >= room:
            kept.append(index)
    return kept[::-1]


def apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Move labels as little as needed to stand `least` apart within an axis, in their order.

    >>> apart([1.0, 1.1, 5.0], 0.5, 0.0, 10.0)
    [0.8, 1.3, 5.0]
    """
    groups: list[tuple[list[int], float]] = []  # members, and where their middle is to be
    for index in sorted(range(len(places)), key=places.__getitem__):
        members, middle = [index], places[index]
        while groups and middle - groups[-1][1] < least * (len(members) + len(groups[-1][0])) / 2:
            members = groups.pop()[0] + members
            middle = sum(places[each] for each in members) / len(members)
        groups.append((members, middle))
    found = [0.0] * len(places)
    for members, middle in groups:
        wide = least * (len(members) - 1)
        start = max(low, min(middle - wide / 2, high - wide))
        for place, index in enumerate(members):
            found[index] = round(start + least * place, 12)
    return found


def looks_marked(axes: Axes, places: Sequence[float]) -> None:
    """Draw a thin line at every look."""
    for place in places:
        axes.axvline(place, color=GRID, linewidth=0.7, zorder=0)


def said(axes: Axes, x: float, y: float, words: str, **style: Any) -> None:  # noqa: ANN401 - matplotlib's
    """Set words in the axes, in small type, with a white edge so that lines do not cross them."""
    settings = {"fontsize": SMALL, "color": INK, "path_effects": HALO, "zorder": 5, **style}
    axes.text(x, y, words, **settings)


def beside(x: float, lines: Sequence[float], inch: float, room: float = 0.46) -> tuple[float, str]:
    """Find where a number stands: over its point, or moved off a line that would cross it.

    >>> beside(10.0, [40.0], 1.0), beside(10.0, [10.1], 1.0), beside(10.0, [9.9], 1.0)
    ((10.0, 'center'), (10.04, 'right'), (9.96, 'left'))
    """
    near = [line for line in lines if abs(line - x) < room / 2 * inch]
    if not near:
        return x, "center"
    line, gap = min(near, key=lambda each: abs(each - x)), 0.06 * inch
    return (round(line - gap, 9), "right") if line >= x else (round(line + gap, 9), "left")
