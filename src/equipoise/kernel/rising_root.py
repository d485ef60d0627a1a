"""Where a rising function crosses zero: secants, kept between the last two signs.

The functions solved here are near lines of a known slope (the probit of a power, by the
drift), so the first step is Newton's with that slope, and each further one a secant.  An end of
the range may be the answer; where two points of different sign are known, `root_between`.
"""

from collections.abc import Callable

from equipoise.errors import DidNotConverge

EVALUATIONS = 80
CLOSE = 1e-12  # to zero
RESOLVED = 1e-15  # of x: neighbors as numbers go
PATIENCE = 12  # evaluations, after which every other step halves the range, later every one
STALLED = 1e-9  # a value this small that no longer shrinks is the function's own rounding


def rising_root(
    function: Callable[[float], float],
    start: float,
    *,
    slope: float,
    within: tuple[float, float],
) -> float:
    """Find x with function(x) = 0; the last call of `function` is at the x returned.

    An end of the range is returned where the function does not change its sign within it.

    Args:
        function: rising, where it is not constant.
        start: first guess.
        slope: roughly, at the guess.
        within: x is between these.

    Raises:
        DidNotConverge: No root after 80 calls.

    Witness: closed forms of the tests that use it.

    >>> round(rising_root(lambda x: x**3 - 8.0, 1.5, slope=10.0, within=(0.0, 10.0)), 9)
    2.0
    """
    low, high = within
    x, before = min(max(start, low), high), None
    unseen = {low, high}
    for count in range(EVALUATIONS):
        value = function(x)
        unseen.discard(x)
        if abs(value) < CLOSE or (
            before is not None and abs(value) < STALLED and abs(value) >= abs(before[1])
        ):
            return x
        if (x == high and value < 0.0) or (x == low and value > 0.0):
            return x
        low, high = (x, high) if value < 0.0 else (low, x)
        if before is not None and value != before[1]:
            slope = (value - before[1]) / (x - before[0])
        following = x - value / slope if slope > 0.0 else low - 1.0
        if not low < following < high:
            edge = high if value < 0.0 else low
            following = edge if edge in unseen else 0.5 * (low + high)
        elif count > PATIENCE and (count % 2 or count > 2 * PATIENCE):  # secants crawl to a jump
            following = 0.5 * (low + high)
        if abs(following - x) <= RESOLVED * max(abs(x), CLOSE):
            return x
        before, x = (x, value), following
    raise DidNotConverge(
        f"No root after {EVALUATIONS} evaluations: {value:g} at {x:g}, between {low:g} and "
        f"{high:g}. Please report this."
    )
