"""The standard normal, by its upper tail: 1 - Φ(z) of a large z keeps all its digits."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from equipoise.kernel.arrays import Vector


def upper_tail(z: float) -> float:
    """Give P(Z > z): the nominal one-sided p of z.

    >>> f"{upper_tail(7.0):.6e}"
    '1.279813e-12'
    """
    return float(ndtr(-z))


def upper_quantile(p: float) -> float:
    """Give the z with P(Z > z) = p; infinite at 0, minus infinity at 1.

    >>> round(upper_quantile(0.025), 6), upper_quantile(0.0)
    (1.959964, inf)
    """
    return float(-ndtri(p))


def upper_tails(z: ArrayLike) -> Vector:
    """Give P(Z > z) of every z."""
    return np.asarray(ndtr(-np.asarray(z, dtype=np.float64)), dtype=np.float64)


def upper_quantiles(p: ArrayLike) -> Vector:
    """Give the z with P(Z > z) = p of every p."""
    return np.asarray(-ndtri(np.asarray(p, dtype=np.float64)), dtype=np.float64)
