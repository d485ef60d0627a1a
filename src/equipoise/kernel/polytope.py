"""The chance that independent standard normal variables lie in a polytope {Y: A Y ≤ c}.

One variable at a time: the first is integrated by Gauss-Legendre panels, the rest within.  In
one dimension the polytope is an interval.  In two, the panels end where two sides meet, the
only kinks, and follow the steps that steep sides make.  In more, panels are halved until they
agree.
"""

import itertools
import math

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.quadrature import gauss_legendre

REACH = 8.5  # beyond this many standard deviations lies < 1e-16
FLAT = 1e-12  # coefficients below are zero
STEEP = 1.0  # a side this much steeper makes a step that needs panels of its own,
STEPS = (-6.0, -2.5, 0.0, 2.5, 6.0)  # ending here, in standard deviations of what is within
NODE, WEIGHT = gauss_legendre(12)
AGREE = 1e-8  # by how much panels may differ from their halves,
SHORT = REACH / 512  # unless they are as short as this


def probability(sides: Matrix, limits: Vector) -> float:
    """Give P(A Y ≤ c) for Y of as many variables as `sides` has columns."""
    match sides.shape[1]:
        case 0:
            return float((limits >= 0.0).all())
        case 1:
            return interval(sides[:, 0].copy(), limits)
        case 2:
            return polygon(sides, limits)
        case _:
            return _nested(sides, limits)


@compiled
def normal(x: float) -> float:
    """Distribution function of the standard normal."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@compiled
def density(x: float) -> float:
    """Density of the standard normal."""
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


@compiled
def interval(side: Vector, limits: Vector) -> float:
    """Give P(a y ≤ c, all) of one variable."""
    low, high = -np.inf, np.inf
    for j in range(side.size):
        if side[j] > FLAT:
            high = min(high, limits[j] / side[j])
        elif side[j] < -FLAT:
            low = max(low, limits[j] / side[j])
        elif limits[j] < 0.0:
            return 0.0
    if low >= high:
        return 0.0
    return normal(high) - normal(low) if low < 0.0 else normal(-low) - normal(-high)


@compiled
def polygon(sides: Matrix, limits: Vector) -> float:
    """Give P(A Y ≤ c) of two variables."""
    edges = _breaks(sides, limits)
    total, rest, side = 0.0, np.empty(limits.size), np.empty(limits.size)
    for j in range(limits.size):
        side[j] = sides[j, 1]
    for k in range(edges.size - 1):
        half, middle = (edges[k + 1] - edges[k]) / 2, (edges[k + 1] + edges[k]) / 2
        if half < FLAT:
            continue
        for node in range(NODE.size):
            y = middle + half * NODE[node]
            for j in range(limits.size):
                rest[j] = limits[j] - sides[j, 0] * y
            total += half * WEIGHT[node] * density(y) * interval(side, rest)
    return total


@compiled
def _breaks(sides: Matrix, limits: Vector) -> Vector:
    """Sort the places of the first variable at which the rest is not smooth, or steep."""
    count = limits.size
    breaks = np.empty(10 + 5 * count + count * (count - 1) // 2)
    for k in range(10):
        breaks[k] = -REACH + 2 * REACH * k / 9
    found = 10
    for i in range(count):
        for j in range(i):
            area = sides[i, 0] * sides[j, 1] - sides[j, 0] * sides[i, 1]
            if abs(area) > FLAT:
                breaks[found] = (limits[i] * sides[j, 1] - limits[j] * sides[i, 1]) / area
                found += 1
        if abs(sides[i, 0]) > STEEP * abs(sides[i, 1]) and abs(sides[i, 0]) > FLAT:
            for step in STEPS:
                breaks[found] = (limits[i] + step * sides[i, 1]) / sides[i, 0]
                found += 1
    for i in range(10, found):
        place, k = min(max(breaks[i], -REACH), REACH), i
        while k > 0 and breaks[k - 1] > place:
            breaks[k] = breaks[k - 1]
            k -= 1
        breaks[k] = place
    return breaks[:found]


def _nested(sides: Matrix, limits: Vector) -> float:
    """Integrate the first variable in panels, halved until they agree."""
    across = np.linalg.norm(sides[:, 1:], axis=1)
    steep = np.abs(sides[:, 0]) > STEEP * across + FLAT
    steps = limits[steep] + np.outer(STEPS, across[steep])
    edges = np.append(np.linspace(-REACH, REACH, 14), steps / sides[steep, 0])
    ordered = np.unique(np.clip(edges, -REACH, REACH)).tolist()
    pending = [(a, b, _panel(sides, limits, a, b)) for a, b in itertools.pairwise(ordered)]
    total = 0.0
    while pending:
        low, high, whole = pending.pop()
        middle = (low + high) / 2
        left = _panel(sides, limits, low, middle)
        right = _panel(sides, limits, middle, high)
        if abs(left + right - whole) < AGREE or high - low < SHORT:
            total += left + right
        else:
            pending += [(low, middle, left), (middle, high, right)]
    return total


def _panel(sides: Matrix, limits: Vector, low: float, high: float) -> float:
    """Integrate the first variable over one panel."""
    half, middle = (high - low) / 2, (high + low) / 2
    rest = np.ascontiguousarray(sides[:, 1:])
    total = 0.0
    for node, weight in zip(NODE, WEIGHT, strict=True):
        y = middle + half * node
        total += half * weight * density(y) * probability(rest, limits - sides[:, 0] * y)
    return float(total)
