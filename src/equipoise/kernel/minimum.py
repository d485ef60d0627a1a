"""Where a function of one number is least between two points.

Golden sections, with the parabola through the best three points wherever its step is inside the
bracket and less than half the step before the last (Brent 1973, ch. 5): as sure as golden
sections, and fast where the function is smooth.
"""

from collections.abc import Callable
from math import copysign, nan
from typing import NamedTuple

from equipoise.errors import DidNotConverge

GOLDEN = 0.3819660112501051  # (3 - √5) / 2
ROUNDING = 1.5e-8  # of the point: nearer to a minimum, values differ by less than they round
EVALUATIONS = 500


class Least(NamedTuple):
    """The least value found, and where."""

    at: float
    value: float


def least_between(
    function: Callable[[float], float], low: float, high: float, *, within: float = 1e-9
) -> Least:
    """Find a minimum of a function between two points; at an end, up to the tolerance.

    Args:
        function: with one minimum; of several, some one is found.
        low: end.
        high: end.
        within: of the minimum, but no nearer than values can tell.

    Raises:
        DidNotConverge: no answer after 500 evaluations.

    Witness: closed forms; golden sections alone (tests/laws).

    >>> round(least_between(lambda x: (x - 2.0) ** 2 + 1.0, 0.0, 5.0).at, 7)
    2.0
    """
    first = low + GOLDEN * (high - low)
    best = second = third = Least(first, function(first))
    last = before = 0.0  # steps
    for _ in range(EVALUATIONS):
        near = ROUNDING * abs(best.at) + within / 3.0
        if max(high - best.at, best.at - low) <= 2.0 * near:
            return best
        step, longer = _to_vertex(best, second, third), max(high - best.at, low - best.at, key=abs)
        if abs(step) < 0.5 * abs(before) and low < best.at + step < high:
            if min(best.at + step - low, high - best.at - step) < 2.0 * near:
                step = copysign(near, longer)
        else:
            last, step = longer, GOLDEN * longer
        before, last = last, step
        at = best.at + (step if abs(step) > near else copysign(near, step))
        found = Least(at, function(at))
        better, worse = (found, best) if found.value < best.value else (best, found)
        low, high = (low, worse.at) if worse.at > better.at else (worse.at, high)
        if better is found:
            best, second, third = found, best, second
        elif found.value <= second.value or second.at == best.at:
            second, third = found, second
        elif found.value <= third.value or third.at in (best.at, second.at):
            third = found
    raise DidNotConverge(
        f"No minimum after {EVALUATIONS} evaluations: {best.value:g} at {best.at:g}, between "
        f"{low:g} and {high:g}. Please report this."
    )


def _to_vertex(best: Least, second: Least, third: Least) -> float:
    """Give the step from the best point to the vertex of the parabola through all; nan if none."""
    to_second, to_third = second.at - best.at, third.at - best.at
    over_second = to_third * (second.value - best.value)
    over_third = to_second * (third.value - best.value)
    bend = 2.0 * (over_second - over_third)
    return (to_third * over_second - to_second * over_third) / bend if bend else nan
