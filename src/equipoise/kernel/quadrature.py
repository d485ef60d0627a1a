"""Gauss-Legendre quadrature on panels: the integral of anything smooth, as a weighted sum.

`sequential_walk.mesh` chooses the points of a panel by the width of a normal density; here a
panel has sixteen, and its width is chosen.
"""

from functools import cache

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike

from equipoise.kernel.arrays import Vector, frozen


@cache
def gauss_legendre(points: int) -> tuple[Vector, Vector]:
    """Give the nodes and weights on (-1, 1), worked out once.

    Witness: exact for polynomials of degree twice the points, less one.

    >>> node, weight = gauss_legendre(3)
    >>> round(float(weight @ node**4), 12)
    0.4
    """
    node, weight = leggauss(points)
    return frozen(node), frozen(weight)


NODE, WEIGHT = gauss_legendre(16)


def panels(edges: ArrayLike) -> tuple[Vector, Vector]:
    """Give sixteen points and weights on each panel between neighboring edges.

    Witness: exact for polynomials of degree 31.

    >>> point, weight = panels([0.0, 1.0, 3.0])
    >>> round(float(weight @ point**2), 12)
    9.0
    """
    edge = np.asarray(edges, dtype=np.float64)
    half = np.diff(edge)[:, None] / 2
    return (edge[:-1, None] + half * (1 + NODE)).ravel(), (half * WEIGHT).ravel()


def even_panels(low: float, high: float, *, widest: float) -> tuple[Vector, Vector]:
    """Give points and weights on equal panels, none wider than `widest`.

    Witness: `panels`.
    """
    count = max(1, int(np.ceil((high - low) / widest)))
    return panels(np.linspace(low, high, count + 1))
