"""Where a continuous function that changes sign is zero.

Bracketed, with the interpolation of Chandrupatla (1997): as sure as bisection, and about as
fast as the secant where the function is smooth.  `rising_root` needs no two signs beforehand, but a
function that rises with about a known slope.
"""

from collections.abc import Callable

from equipoise.errors import DidNotConverge

STEPS = 200


def root_between(
    function: Callable[[float], float],
    low: float,
    high: float,
    *,
    relative: float = 1e-13,
) -> float:
    """Find the zero of a function between two points at which its signs differ.

    Raises:
        DidNotConverge: the signs do not differ.
    Witness:
        closed form.

    >>> round(root_between(lambda x: x * x - 2.0, 0.0, 2.0), 12)
    1.414213562373
    """
    a, b = high, low
    at_a, at_b = function(a), function(b)
    if at_a * at_b > 0:
        raise DidNotConverge(
            f"No change of sign between {low:g} ({at_b:g}) and {high:g} ({at_a:g}); widen them."
        )
    part = 0.5
    for _ in range(STEPS):
        point = a + part * (b - a)
        value = function(point)
        c, at_c = (a, at_a) if value * at_a > 0 else (b, at_b)
        if value * at_a <= 0:
            b, at_b = a, at_a
        a, at_a = point, value
        best = a if abs(at_a) < abs(at_b) else b
        narrow = relative * abs(best) + 1e-300
        if at_a == 0.0 or abs(b - a) <= 2.0 * narrow:
            return best
        part = _part(a, b, c, (at_a, at_b, at_c))
        edge = narrow / abs(b - a)
        part = min(max(part, edge), 1.0 - edge)
    return a


def _part(a: float, b: float, c: float, values: tuple[float, float, float]) -> float:
    """Give how far to go from a to b: by inverse quadratic interpolation where it is safe."""
    at_a, at_b, at_c = values
    if at_b in (at_a, at_c) or at_a == at_c or c == b:
        return 0.5
    xi, phi = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
    if not (phi**2 < xi and (1.0 - phi) ** 2 < 1.0 - xi):
        return 0.5
    return at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (
        at_c - at_a
    ) * at_b / (at_c - at_b)
