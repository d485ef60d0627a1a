"""Roots of probabilities that a lattice computes, by as few points as will do.

A lattice's probability is smooth in z, for the same points are used at every z: secants on the
probit scale, where it is nearly a line, find the root of a rough lattice for little.  Each finer
lattice then moves it by its own error and the slope is known: one evaluation each.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from equipoise.errors import DidNotConverge

ROUGH = 251  # points of the lattice, to search with and for what is drawn
COARSE = 1021  # for what is told to a few digits, and on the way from rough to fine
STEPS = 40
PROBE = 0.01  # a first step no smaller tells the slope
NEARLY = 1e-4  # a rough search need not go nearer,
HANDED_ON = 1e-2  # nor what a finer lattice adds to it,
CLOSE = 2e-5  # nor the finest: the slope, known to a percent, tells the rest within its error
SURE = 1e-6  # probits: what a step cannot lessen is the lattice's noise


def where_it_rises_to(
    function: Callable[[float, int], float], target: float, start: float, points: int
) -> float:
    """Find x where a probability that rises with x is the target.

    Raises:
        DidNotConverge: no root was found.
    Witness:
        the designs that are solved with it have the power asked for.
    """
    return -where_it_falls_to(lambda z, n: function(-z, n), target, -start, points)


def where_it_falls_to(
    function: Callable[[float, int], float], target: float, start: float, points: int
) -> float:
    """Find z where a probability that falls in z is the target, by secants on probits.

    Args:
        function: of z and of the lattice's points.
        target: the probability.
        start: a z.
        points: of the lattice that the answer is for.

    Raises:
        DidNotConverge: no root was found.
    Witness:
        as `where_it_rises_to`.
    """
    goal = float(ndtri(target))

    def excess(z: float, fineness: int) -> float:
        chance = min(max(function(z, fineness), 1e-300), 1.0 - 1e-16)
        return float(ndtri(chance)) - goal

    return falling_root(excess, start, points)


def falling_root(function: Callable[[float, int], float], start: float, points: int) -> float:
    """Find where a function of z and of the lattice's points, some -z, is zero, by secants.

    Most steps are on the roughest lattice; each finer one corrects what those before found.

    Raises:
        DidNotConverge: no root was found.
    Witness:
        as `where_it_rises_to`.
    """
    z, slope = start, np.nan
    levels = [n for n in (ROUGH, COARSE) if n < points] + [points]
    for level in levels:
        last, first = level == points, level == levels[0]
        close = CLOSE if last else NEARLY if first else HANDED_ON
        value = function(z, level)
        for _ in range(STEPS):
            change = float(np.clip(-value / (-1.0 if np.isnan(slope) else slope), -2.0, 2.0))
            if np.isnan(slope):
                change = float(np.copysign(max(abs(change), PROBE), change))
            elif abs(change) <= close:
                z += change
                break
            following = function(z + change, level)
            if abs(following - value) > 1e-13:  # noqa: PLR2004 - below lies rounding
                slope = min((following - value) / change, -1e-3)
            if last and abs(following) >= abs(value) and abs(value) < SURE:
                break
            z, value = z + change, following
        else:
            raise DidNotConverge(
                f"No root was found: at {z:g} the probability is off by {value:g} probits. Try "
                "more points of the lattice."
            )
    return float(z)
