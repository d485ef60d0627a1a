"""Averages over a beta variable, by the Gauss rule of its own density.

Nodes are eigenvalues of the Jacobi recurrence on [0, 1], masses the squared first components of
its eigenvectors (Golub & Welsch 1969, Math Comp 23: 221); both parameters may be large.
"""

import numpy as np

from equipoise.kernel.arrays import Vector

NODES = 32


def beta_rule(first: float, second: float, *, nodes: int = NODES) -> tuple[Vector, Vector]:
    """Give nodes and probabilities that average smooth functions of X ~ Beta(first, second).

    Accuracy: exact for polynomials of degree 63 (with 32 nodes).

    Witness: the moments of the beta distribution.

    >>> node, mass = beta_rule(2.0, 3.0)
    >>> round(float(mass @ node), 12)
    0.4
    """
    order = np.arange(nodes, dtype=np.float64)
    high, low = second - 1, first - 1  # exponents of (1 - t) and (1 + t) on [-1, 1]
    total = high + low
    twice = 2 * order + total
    diagonal = np.empty(nodes)
    diagonal[0] = (low - high) / (total + 2)
    diagonal[1:] = (low - high) * total / (twice[1:] * (twice[1:] + 2))
    n, s = order[1:], twice[1:]
    square = np.empty(nodes - 1)
    square[0] = 4 * (1 + high) * (1 + low) / ((2 + total) ** 2 * (3 + total))
    n, s = n[1:], s[1:]
    square[1:] = 4 * n * (n + high) * (n + low) * (n + total) / (s * s * (s + 1) * (s - 1))
    side = np.sqrt(square)
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(side, 1) + np.diag(side, -1))
    mass = vectors[0] ** 2
    return np.clip((1 + values) / 2, 0.0, 1.0), mass / mass.sum()
