"""How likely the largest of a few correlated normal variables is to exceed m: compiled, in µs.

Z_i = a_i · Y with unit vectors a_i and independent Y; max Z > m outside a polyhedron whose faces
all lie at distance m from the origin.  With the face of a_i at y₀ = m, what lies beyond it is

    ∫_m^∞ φ(s) P(W ∈ s F_i) ds,

where F_i, the polygon {w: n_j · w ≤ τ_j} in the plane across a_i, is the same for all s.  In
polar coordinates the integral over s is closed; along an edge at distance τ from the polygon's
origin, ψ the angle at which the edge is seen from the centre of the sphere,

    2π × part = ∫ [Q(m) - c Q(m / c)] τ √(1 + τ²) / (τ² + sin² ψ) dψ,   c = cos ψ / √(1 + τ²),

Q the normal upper tail: a smooth integrand, however close to singular the correlations are.
Three dimensions need no more; Fleming-Harrington weights (0,0), (0,1), (1,0), (1,1) have rank 3,
as S + (1 - S) = 1.  A fourth dimension is one more integral, over s.  Every term is a tail, so
that small p-values keep their digits; nothing is one minus something.
"""

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.max_combo_edges import edge, edge_ends
from equipoise.kernel.max_combo_four import beyond_in_four

SAME = 1e-10  # variables closer than this in correlation are one; smaller pivots are none
PARALLEL = 1e-14
MOST_RANK = 4


@compiled
def tail_of_largest(covariance: Matrix, m: float) -> float:
    """Give P(max Z > m) of normals with the correlations of a covariance of rank up to 4.

    NaN where the rank is higher, or m is.
    Accuracy: up to rank 3, 2e-9 relative from m = 2 on and 1e-8 absolute below; 1e-7 at rank 4.
    Witness: Owen's T; one common factor; `multivariate_normal.exceedance`.
    """
    root, rank = _unit_rows(covariance)
    if rank > MOST_RANK or np.isnan(m):
        return np.nan
    tail = 0.5 * math.erfc(m / math.sqrt(2.0))
    if root.shape[0] == 1:
        return tail
    if rank < MOST_RANK:
        beyond = _beyond_faces(root, m)
        return min(beyond if m >= 0.0 else 1.0 - beyond, 1.0)
    return min(beyond_in_four(root, m), 1.0)


@compiled
def tails_of_largest(covariances: NDArray[np.float64], m: Vector) -> Vector:
    """Give P(max Z > m) for each of many covariances and limits; NaN where m is."""
    tails = np.empty(m.size)
    for i in range(m.size):
        tails[i] = np.nan if np.isnan(m[i]) else tail_of_largest(covariances[i], m[i])
    return tails


@compiled
def _unit_rows(covariance: Matrix) -> tuple[Matrix, int]:
    """Give unit rows whose products are the correlations, no row twice, and the rank.

    A Cholesky factor with pivoting, of four columns at most.
    """
    rest, rank = _distinct(covariance), 0
    size = rest.shape[0]
    root = np.zeros((size, MOST_RANK))
    while rank < size:
        pivot = np.argmax(np.diag(rest))
        if rest[pivot, pivot] <= SAME:
            break
        if rank == MOST_RANK:
            return root, rank + 1
        column = rest[:, pivot] / math.sqrt(rest[pivot, pivot])
        for i in range(size):
            root[i, rank] = column[i]
            for j in range(size):
                rest[i, j] -= column[i] * column[j]
        rank += 1
    for i in range(size):
        root[i] /= math.sqrt((root[i] ** 2).sum())
    return root, rank


@compiled
def _distinct(covariance: Matrix) -> Matrix:
    """Give the correlations of the variables that are not the same as one before them."""
    size, kept = covariance.shape[0], 0
    chosen = np.empty(size, np.int64)
    for i in range(size):
        new = True
        for j in range(kept):
            k = chosen[j]
            scale = math.sqrt(covariance[i, i] * covariance[k, k])
            new = new and covariance[i, k] <= (1.0 - SAME) * scale
        if new:
            chosen[kept] = i
            kept += 1
    correlation = np.empty((kept, kept))
    for i in range(kept):
        for j in range(kept):
            a, b = chosen[i], chosen[j]
            scale = math.sqrt(covariance[a, a] * covariance[b, b])
            correlation[i, j] = covariance[a, b] / scale
    return correlation


@compiled
def _beyond_faces(root: Matrix, m: float) -> float:
    """Give P(max Z > m) for m ≥ 0, or P(max Z < m) for m < 0, in three dimensions.

    Two faces that meet have an edge in common, and see it alike.
    """
    size, side = root.shape[0], 1.0 if m >= 0.0 else -1.0
    m = abs(m)
    tail = 0.5 * math.erfc(m / math.sqrt(2.0))
    total = size * tail if side > 0.0 else 0.0
    normal, distance = np.empty((size, 2)), np.empty(size)
    for i in range(size - 1):
        if not _face(root, i, normal, distance) and side < 0.0:
            return 0.0  # opposite variables are never both below
        for j in range(i + 1, size):
            low, high = edge_ends(normal, distance, j, side)
            if low < high and distance[j] < np.inf:
                total -= 2.0 * side * edge(distance[j], low, high, m, tail)
    return total


@compiled
def _face(root: Matrix, i: int, normal: Matrix, distance: Vector) -> bool:
    """Give the sides n_j · w ≤ τ_j of the polygon across a_i, for all j ≠ i (three dimensions).

    False where some a_j is its opposite, whose side lies infinitely far away.
    """
    least = 0
    for k in range(1, 3):
        least = k if abs(root[i, k]) < abs(root[i, least]) else least
    across = np.zeros((2, 3))
    for k in range(3):
        across[0, k] = (1.0 if k == least else 0.0) - root[i, least] * root[i, k]
    length = math.sqrt(across[0, 0] ** 2 + across[0, 1] ** 2 + across[0, 2] ** 2)
    for k in range(3):
        across[0, k] /= length
    for k in range(3):
        a, b = (k + 1) % 3, (k + 2) % 3
        across[1, k] = root[i, a] * across[0, b] - root[i, b] * across[0, a]
    distance[i], fine = np.inf, True
    for j in range(root.shape[0]):
        if j == i:
            continue
        x = y = apart = 0.0
        for k in range(3):
            gap = root[j, k] - root[i, k]
            x, y, apart = x + gap * across[0, k], y + gap * across[1, k], apart + gap * gap
        size = math.sqrt(x * x + y * y)
        if size <= PARALLEL:
            distance[j], fine = np.inf, False
        else:
            normal[j, 0], normal[j, 1], distance[j] = x / size, y / size, 0.5 * apart / size
    return fine
