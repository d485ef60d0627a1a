"""How likely the largest of several correlated standard normal variables is to exceed m.

The density of the largest at s is a sum over which of them it is: with W_j = Z_j given Z_i = s,

    P(max Z > m) = ∫_m^∞ φ(s) Σ_i P(W_j ≤ s for all j ≠ i) ds,

and likewise, by symmetry twice over, for the largest |Z|.  Every term is positive, so small
tails keep their relative accuracy.  The inner probability is that of a polytope {Y: A Y ≤ c}
under as many independent normal variables Y as the correlation has rank, less one.  Singular
correlations, as of Fleming-Harrington weights that add up to another, need no care of their own.
Compiled (`polytope`), for tests of data; designs compile nothing: `normal_rectangle`, `largest`.
"""

import itertools

import numpy as np

from equipoise.kernel.arrays import Matrix
from equipoise.kernel.polytope import NODE, REACH, WEIGHT, density, probability

SAME = 1e-10  # variables closer than this in correlation are one; smaller pivots are none


def exceedance(correlation: Matrix, limit: float, *, two_sided: bool) -> float:
    """Give P(max Z > limit), or P(max |Z| > limit) when two-sided.

    Accuracy: 1e-9 relative up to rank 3; at rank 4 1e-8, or 4e-7 where correlations are near 1
        (`max_combo_tail` is better there); beyond, each rank costs a hundredfold.

    >>> round(exceedance(np.eye(2), 1.959963984540054, two_sided=True), 12)
    0.0975
    """
    if two_sided and limit <= 0.0:
        return 1.0
    root = _root(correlation, two_sided=two_sided)
    width = np.sqrt(max(limit, 0.0) ** 2 + 74.0) - max(limit, 0.0)  # φ falls by e^-37 over it
    edges = max(limit, 0.0) + width * np.array([0.0, 0.12, 0.4, 1.0])
    if limit < 0.0:
        edges = np.concatenate([np.linspace(max(limit, -REACH), 0.0, 7)[:-1], edges])
    total = 0.0
    for low, high in itertools.pairwise(edges):
        for node, weight in zip(NODE, WEIGHT, strict=True):
            s = (low + high + (high - low) * node) / 2
            near = sum(_others_below(root, i, s, two_sided=two_sided) for i in range(root.shape[0]))
            total += (high - low) / 2 * weight * density(s) * near
    return min(float(2.0 * total if two_sided else total), 1.0)


def _root(correlation: Matrix, *, two_sided: bool) -> Matrix:
    """Give rows of unit length whose products are the correlations, no row twice.

    A Cholesky factor with pivoting, of as many columns as the rank.
    """
    closeness = np.abs(correlation) if two_sided else correlation
    size = correlation.shape[0]
    kept = [i for i in range(size) if not (closeness[i, :i] > 1.0 - SAME).any()]
    rest = correlation[np.ix_(kept, kept)].astype(np.float64)
    columns = []
    while (pivot := int(np.argmax(np.diag(rest)))) >= 0 and rest[pivot, pivot] > SAME:
        column = rest[:, pivot] / np.sqrt(rest[pivot, pivot])
        columns.append(column)
        rest = rest - np.outer(column, column)
    root = np.column_stack(columns)
    return np.asarray(root / np.linalg.norm(root, axis=1, keepdims=True))


def _others_below(root: Matrix, i: int, s: float, *, two_sided: bool) -> float:
    """Give P(W_j ≤ s, all j ≠ i) given Z_i = s, or P(|W_j| ≤ s) when two-sided."""
    direction = root[i]
    across = np.linalg.svd(direction[None, :])[2][1:].T  # an orthonormal basis of the rest
    others = np.delete(root, i, axis=0)
    sides, shift = others @ across, (others @ direction) * s
    limits = s - shift
    if two_sided:
        sides, limits = np.vstack([sides, -sides]), np.concatenate([limits, s + shift])
    return probability(np.ascontiguousarray(sides), limits)
