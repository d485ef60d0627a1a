"""The largest of normal variables of rank four: one more integral than `max_combo_tail`.

    P(max Z > m) = Σ_i ∫_m^∞ φ(s) P(W ∈ s P_i) ds

with P_i = {w: b_j · w ≤ δ_j} the polyhedron in the three dimensions across a_i.  What lies
beyond its facet j, seen from its origin, is the part beyond a face at distance s δ_j, as there;
for s < 0 it is what lies within.
"""

import math

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.max_combo_edges import edge, edge_ends
from equipoise.kernel.quadrature import gauss_legendre

NODE, WEIGHT = gauss_legendre(24)
WIDE = 74.0  # φ falls by e^-37 between m and √(m² + 74)
NEAR = 1.5  # the first panel, in which most of φ lies
PARALLEL = 1e-14


@compiled
def beyond_in_four(root: Matrix, m: float) -> float:
    """Give P(max Z > m) for unit rows in four dimensions."""
    size, total = root.shape[0], 0.0
    side, distance = np.empty((size, 3)), np.empty(size)
    for i in range(size):
        _sides_across(root, i, side, distance)
        low, top = max(m, 0.0), math.sqrt(max(m, 0.0) ** 2 + WIDE)
        total += _over_distance(i, side, distance, low, low + NEAR)
        total += _over_distance(i, side, distance, low + NEAR, top)
        if m < 0.0:
            total += _over_distance(i, side, distance, max(m, -top), 0.0)
    return total


@compiled
def _over_distance(i: int, side: Matrix, distance: Vector, low: float, high: float) -> float:
    """Integrate φ(s) P(W ∈ s P_i) between two values of s of one sign."""
    half, total = (high - low) / 2.0, 0.0
    for k in range(NODE.size):
        s = low + half * (1.0 + NODE[k])
        within = 1.0 if s > 0.0 else 0.0
        for j in range(distance.size):
            if j != i and distance[j] < np.inf:
                within -= math.copysign(_beyond_facet(i, j, side, distance, s), s)
        total += half * WEIGHT[k] * math.exp(-0.5 * s * s) / math.sqrt(2.0 * math.pi) * within
    return total


@compiled
def _beyond_facet(i: int, j: int, side: Matrix, distance: Vector, s: float) -> float:
    """Give the chance of lying beyond facet j, in its cone; for s < 0 of the mirrored facet."""
    size, sign = distance.size, 1.0 if s > 0.0 else -1.0
    normal, ratio = np.empty((size, 2)), np.empty(size)
    across, inside = _two_across(side[j]), True
    for k in range(size):
        if k in (i, j) or distance[k] == np.inf:
            ratio[k] = np.inf
            continue
        along = x = y = 0.0
        for axis in range(3):
            along += side[j, axis] * side[k, axis]
            x += across[0, axis] * side[k, axis]
            y += across[1, axis] * side[k, axis]
        length = math.sqrt(x * x + y * y)
        if length <= PARALLEL:
            ratio[k] = np.inf
            continue
        normal[k, 0], normal[k, 1] = x / length, y / length
        ratio[k] = (distance[k] - distance[j] * along) / (length * distance[j])
        inside = inside and sign * ratio[k] >= 0.0
    m = abs(s) * distance[j]
    tail = 0.5 * math.erfc(m / math.sqrt(2.0))
    total = tail if inside else 0.0
    for k in range(size):
        if ratio[k] < np.inf:
            low, high = edge_ends(normal, ratio, k, sign)
            if low < high:
                total -= sign * math.copysign(edge(abs(ratio[k]), low, high, m, tail), ratio[k])
    return total


@compiled
def _two_across(direction: Vector) -> Matrix:
    """Give two directions across one, in three dimensions."""
    least = 0
    for k in range(1, 3):
        least = k if abs(direction[k]) < abs(direction[least]) else least
    across = np.zeros((2, 3))
    length = math.sqrt(1.0 - direction[least] ** 2)
    for k in range(3):
        across[0, k] = ((1.0 if k == least else 0.0) - direction[least] * direction[k]) / length
    for k in range(3):
        a, b = (k + 1) % 3, (k + 2) % 3
        across[1, k] = direction[a] * across[0, b] - direction[b] * across[0, a]
    return across


@compiled
def _sides_across(root: Matrix, i: int, side: Matrix, distance: Vector) -> None:
    """Give the sides b_j · w ≤ δ_j of the polyhedron across a_i.

    The three directions are rows of the reflection that takes a_i to an axis (Householder).
    """
    pivot = 0
    for k in range(1, 4):
        pivot = k if abs(root[i, k]) > abs(root[i, pivot]) else pivot
    sign = math.copysign(1.0, root[i, pivot])
    mirror = np.empty(4)
    for k in range(4):
        mirror[k] = root[i, k] + (sign if k == pivot else 0.0)
    scale = 1.0 / (1.0 + abs(root[i, pivot]))
    for j in range(root.shape[0]):
        gap = 0.0
        for k in range(4):
            gap += mirror[k] * (root[j, k] - root[i, k])
        length, apart, place = 0.0, 0.0, 0
        for k in range(4):
            apart += (root[j, k] - root[i, k]) ** 2
            if k != pivot:
                side[j, place] = root[j, k] - root[i, k] - scale * gap * mirror[k]
                length += side[j, place] ** 2
                place += 1
        length = math.sqrt(length)
        distance[j] = 0.5 * apart / length if length > PARALLEL else np.inf
        for place in range(3):
            side[j, place] /= max(length, PARALLEL)
