"""One edge of a polygon scaled by s: its part of ∫_m^∞ φ(s) P(W ∈ s F) ds.

The formula stands in `max_combo_tail`; panels of ψ end where a right angle comes near, at which
the integrand is smooth but no power series.
"""

import math

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.quadrature import gauss_legendre

NODE, WEIGHT = gauss_legendre(12)  # on each panel of an edge
TURN = np.array([-1.58, -1.0, 0.0, 1.0, 1.58])  # where panels of ψ end
FEW_TURNS = np.array([-1.58, 0.0, 1.58])  # where m is large enough
MANY_TURNS = np.array([-1.58, -1.48, -1.2, -0.7, 0.0, 0.7, 1.2, 1.48, 1.58])  # where it is small
STEEP, SLOW = 2.0, 0.5
FAR = 60.0
PARALLEL = 1e-14


@compiled
def edge_ends(normal: Matrix, distance: Vector, j: int, side: float) -> tuple[float, float]:
    """Clip the line of side j by all others at a finite distance; empty where low ≥ high.

    With `side` -1 the polygon lies on the far side of every line.
    """
    low, high = -np.inf, np.inf
    n_x, n_y = normal[j, 0], normal[j, 1]
    for k in range(distance.size):
        if k == j or distance[k] == np.inf:
            continue
        room = side * (distance[k] - distance[j] * (normal[k, 0] * n_x + normal[k, 1] * n_y))
        slope = side * (normal[k, 1] * n_x - normal[k, 0] * n_y)
        if slope > PARALLEL:
            high = min(high, room / slope)
        elif slope < -PARALLEL:
            low = max(low, room / slope)
        elif room < 0.0:
            return 0.0, 0.0
    return low, high


@compiled
def edge(distance: float, low: float, high: float, m: float, tail: float) -> float:
    """Give (1/2π) ∫ c Q(m/c) over the angle at which the polygon's origin sees an edge."""
    if m > 0.0:  # farther out c Q(m / c) is below e^-30 of Q(m)
        room = FAR / (m * m) - distance * distance
        if room <= 0.0:
            return 0.0
        low, high = max(low, -math.sqrt(room)), min(high, math.sqrt(room))
        if low >= high:
            return 0.0
    reach = math.sqrt(1.0 + distance * distance)
    angle = math.atan2(high, distance) - math.atan2(low, distance)
    start, stop, missing = math.atan(low / reach), math.atan(high / reach), 0.0
    turn = FEW_TURNS if m >= STEEP else TURN if m >= SLOW else MANY_TURNS
    for k in range(turn.size - 1):
        if start < turn[k + 1] and stop > turn[k]:
            missing += _along(distance, max(start, turn[k]), min(stop, turn[k + 1]), m, tail)
    return (tail * angle - missing) / (2.0 * math.pi)


@compiled
def _along(distance: float, low: float, high: float, m: float, tail: float) -> float:
    """Integrate [Q(m) - c Q(m/c)] τ √(1 + τ²) / (τ² + sin² ψ) over ψ."""
    square = distance * distance
    reach, half, total = math.sqrt(1.0 + square), (high - low) / 2.0, 0.0
    for k in range(NODE.size):
        angle = low + half * (1.0 + NODE[k])
        sine = math.sin(angle)
        c = math.sqrt(1.0 - sine * sine) / reach
        beyond = c * 0.5 * math.erfc(m / (c * math.sqrt(2.0))) if c > 0.0 else 0.0
        total += WEIGHT[k] * (tail - beyond) / (square + sine * sine)
    return half * total * distance * reach
