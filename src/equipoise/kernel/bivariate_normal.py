"""The chance that two correlated standard normals both stay below their limits.

With Owen's T(h, a), the chance that Z₁ > h while 0 < Z₂ < a Z₁ (Owen 1956),

    P(Z₁ ≤ h, Z₂ ≤ k) = (Φ(h) + Φ(k) - δ) / 2 - T(h, (k - ρh) / hr) - T(k, (h - ρk) / kr)

with r = √(1 - ρ²), and δ = 1 where h and k have opposite signs, else 0.
"""

import numpy as np
from scipy.special import ndtr, owens_t

from equipoise.kernel.arrays import Vector


def bivariate(first: Vector, second: Vector, correlation: float) -> Vector:
    """Give P(Z₁ ≤ first, Z₂ ≤ second) of two normals, by Owen's T (Owen 1956).

    Accuracy:
        1e-15.
    Witness:
        mvtnorm.

    >>> bivariate(np.zeros(1), np.zeros(1), 0.5).round(12).tolist()
    [0.333333333333]
    """
    h = np.where(first == 0.0, 1e-300, first)
    k = np.where(second == 0.0, 1e-300, second)
    root = np.sqrt((1.0 - correlation) * (1.0 + correlation))
    opposite = np.where(h * k < 0.0, 1.0, 0.0) + np.where((h * k == 0.0) & (h + k < 0.0), 1.0, 0.0)
    with np.errstate(over="ignore"):
        from_first = owens_t(h, (k - correlation * h) / (h * root))
        from_second = owens_t(k, (h - correlation * k) / (k * root))
    return np.asarray(0.5 * (ndtr(h) + ndtr(k) - opposite) - from_first - from_second)
