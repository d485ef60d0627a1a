"""Where tick marks stand in a figure without text, so that axes can be given by hand."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from equipoise.io.figures.drawing import Drawing, rules

LONGEST = 0.04  # of the page: longer lines are no tick marks
EVEN = 0.01  # how evenly they stand
TICKS = 3  # fewer are no axis


def tick_places(drawing: Drawing) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Give the places of the tick marks of the times and of the values, as far as seen.

    Witness: law (where a figure's labels can be read, their marks stand at these places).
    """
    return _of(drawing, 1), _of(drawing, 0)


def told(drawing: Drawing) -> str:
    """Say where tick marks stand; empty where none are seen."""
    across, down = tick_places(drawing)
    if not across or not down:
        return ""
    return f" Tick marks stand at {_listed(across)} from the left and {_listed(down)} from the top."


def _listed(places: Sequence[float]) -> str:
    """Write places as they are typed into a calibration."""
    return ", ".join(f"{place:.1f}" for place in places)


def _of(drawing: Drawing, axis: int) -> tuple[float, ...]:
    """Find the most short lines of one length that stand evenly along an axis."""
    groups: dict[tuple[float, float], set[float]] = defaultdict(set)
    longest = LONGEST * max(drawing.width, drawing.height)
    for rule in rules(drawing.strokes, axis):
        if rule.length <= longest:
            groups[round(rule.start, 1), round(rule.end, 1)].add(round(rule.at, 2))
    best: tuple[float, ...] = ()
    for places in groups.values():
        ordered = tuple(sorted(places))
        if len(ordered) > max(len(best), TICKS - 1):
            gaps = np.diff(ordered)
            if np.ptp(gaps) <= EVEN * gaps.sum():
                best = ordered
    return best if axis else best[::-1]
