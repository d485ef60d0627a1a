"""The statistic of every 2 × 2 table of two arms: z for each test, and Fisher's p.

Tables are (n1 + 1, n0 + 1): experimental responders by control responders.  z is 0 where
nothing is seen to differ; on the log scale ½ is added to every cell of a table with an empty
one.
"""

from typing import Literal

import numpy as np

from equipoise.design.binary.rates import TwoRates
from equipoise.kernel.arrays import Matrix
from equipoise.kernel.two_binomials import fisher_tails
from equipoise.kernel.two_by_two import (
    constrained_difference,
    constrained_odds,
    constrained_ratio,
    signed_ratio,
)

ExactMethod = Literal["fisher", "boschloo", "unconditional", "score", "wald", "log wald", "arcsine"]
ROUNDING = 1e-12


def side(rates: TwoRates) -> float:
    """The side of the null on which the planned effect lies."""
    return 1.0 if rates.effect > rates.null_effect else -1.0


def one_sided_fisher(rates: TwoRates, n1: int, n0: int) -> Matrix:
    """Give Fisher's one-sided p in the direction of the planned effect.

    Witness: `scipy.stats.fisher_exact` (tests/twice).
    """
    if side(rates) > 0:
        return fisher_tails(n1, n0)
    return np.ascontiguousarray(fisher_tails(n1, n0)[::-1, ::-1])  # non-responders instead


def z_statistic(rates: TwoRates, method: ExactMethod, n1: int, n0: int) -> Matrix:
    """Give z of every table; 0 where nothing is seen to differ.

    Witness: the pooled z written out (tests/twice); lrstat's definition of the score test.
    """
    x1 = np.arange(n1 + 1, dtype=np.float64)[:, None]
    x0 = np.arange(n0 + 1, dtype=np.float64)[None, :]
    a, b = np.asarray(float(n1)), np.asarray(float(n0))
    null = np.asarray(rates.null_effect)
    s1, s0 = np.broadcast_arrays(x1 / n1, x0 / n0)
    if method == "arcsine":
        root = np.sqrt(1 / (4 * a) + 1 / (4 * b))
        return np.asarray((np.arcsin(np.sqrt(s1)) - np.arcsin(np.sqrt(s0))) / root)
    if method == "log wald":
        x1, x0 = np.broadcast_arrays(x1, x0)
        return _log_z(rates, x1, x0, n1, n0)
    if rates.measure == "risk ratio":
        q1, q0 = constrained_ratio(x1, a, x0, b, null) if method == "score" else (s1, s0)
        variance = q1 * (1 - q1) / n1 + null**2 * q0 * (1 - q0) / n0
        return np.asarray(signed_ratio(s1 - null * s0, variance))
    if rates.measure == "odds ratio":
        q1, q0 = constrained_odds(x1, a, x0, b, null)
        v1, v0 = n1 * q1 * (1 - q1), n0 * q0 * (1 - q0)
        harmonic = np.divide(v1 * v0, v1 + v0, out=np.zeros_like(s1), where=v1 + v0 > 0)
        return np.asarray(signed_ratio(x1 - n1 * q1, harmonic))
    q1, q0 = constrained_difference(x1, a, x0, b, null) if method == "score" else (s1, s0)
    distance = np.where(np.abs(s1 - s0 - null) < ROUNDING, 0.0, s1 - s0 - null)
    return np.asarray(
        signed_ratio(distance, np.maximum(q1 * (1 - q1) / n1 + q0 * (1 - q0) / n0, 0))
    )


def _log_z(rates: TwoRates, x1: Matrix, x0: Matrix, n1: int, n0: int) -> Matrix:
    """Wald's z on the log scale, with ½ added to every cell where one of them is empty."""
    empty = (x1 == 0) | (x0 == 0) | (x1 == n1) | (x0 == n0)
    half = np.where(empty, 0.5, 0.0)
    y1, y0, m1, m0 = x1 + half, x0 + half, n1 + 2 * half, n0 + 2 * half
    if rates.measure == "risk ratio":
        estimate, variance = np.log(y1 / m1 * m0 / y0), 1 / y1 - 1 / m1 + 1 / y0 - 1 / m0
    else:
        estimate = np.log(y1 / (m1 - y1) * (m0 - y0) / y0)
        variance = 1 / y1 + 1 / (m1 - y1) + 1 / y0 + 1 / (m0 - y0)
    return np.asarray((estimate - np.log(rates.null_effect)) / np.sqrt(variance))
