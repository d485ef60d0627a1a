"""Two proportions: score limits for their difference, their ratio and the odds ratio.

For a hypothesized value θ the two proportions are fitted under the constraint (p̃), and

    Z(θ) = (distance of the data from θ) / √(variance at p̃ · N / (N - 1))

falls as θ rises; the limits are where Z = ±z (Miettinen & Nurminen 1985, Statist. Med. 4:213).
Without the factor N / (N - 1) these are Mee's (difference), Koopman's (ratio) and Cornfield's
(odds ratio).  Constrained fits: the cubic of Farrington & Manning (1990) in closed form, and
two quadratics.  Every function takes arrays and broadcasts; limits exist for 0/n and n/n.

Index 1 is the experimental arm, 0 the control.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Vector

HALVINGS = 70  # of a bracket: down to the last bit
REACH = 60.0  # log of the largest ratio sought
Floats = NDArray[np.float64]
Score = Callable[[Floats], Floats]  # θ → Z(θ)


def constrained_difference(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, difference: Floats
) -> tuple[Floats, Floats]:
    """Fit both proportions given p1 - p0; the likelihood's cubic has one root inside."""
    n, x, d = n1 + n0, x1 + x0, difference
    second = ((n1 + 2 * n0) * d - n - x) / (3 * n)
    first = ((n0 * d - n - 2 * x0) * d + x) / n
    zeroth = x0 * d * (1 - d) / n
    q = second**3 - first * second / 2 + zeroth / 2
    p = np.where(q >= 0, 1.0, -1.0) * np.sqrt(np.maximum(second**2 - first / 3, 0.0))
    cosine = np.clip(np.divide(q, p**3, out=np.ones_like(q), where=p != 0), -1.0, 1.0)
    p0 = 2 * p * np.cos((np.pi + np.arccos(cosine)) / 3) - second
    p0 = np.clip(p0, np.maximum(0.0, -d), np.minimum(1.0, 1 - d))
    return np.clip(p0 + d, 0.0, 1.0), p0


def constrained_ratio(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, ratio: Floats
) -> tuple[Floats, Floats]:
    """Fit both proportions given p1 / p0."""
    n, x = n1 + n0, x1 + x0
    half = ((n1 + x0) * ratio + x1 + n0) / 2
    root = half + np.sqrt(np.maximum(half**2 - n * ratio * x, 0.0))
    p0 = np.clip(x / root, 0.0, np.minimum(1.0, 1 / np.maximum(ratio, 1e-300)))
    return np.clip(p0 * ratio, 0.0, 1.0), p0


def constrained_odds(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, odds_ratio: Floats
) -> tuple[Floats, Floats]:
    """Fit both proportions given the odds ratio."""
    x, more = x1 + x0, odds_ratio - 1
    half = (n1 * odds_ratio + n0 - x * more) / 2
    root = np.sqrt(np.maximum(half**2 + n0 * more * x, 0.0))
    stable, steep = half >= 0, n0 * more
    p0 = np.where(
        stable,
        x / np.where(stable, np.maximum(half + root, 1e-300), 1.0),
        (root - half) / np.where(stable, 1.0, np.maximum(steep, 1e-300)),
    )
    p0 = np.clip(p0, 0.0, 1.0)
    return p0 * odds_ratio / (1 + p0 * more), p0


def difference_score(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, difference: Floats, *, corrected: bool = True
) -> Floats:
    """Z for a hypothesized difference; `corrected` multiplies the variance by N / (N - 1)."""
    variance = difference_variance(x1, n1, x0, n0, difference, corrected=corrected)
    return signed_ratio(x1 / n1 - x0 / n0 - difference, variance)


def difference_variance(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, difference: Floats, *, corrected: bool = True
) -> Floats:
    """Variance of the observed difference at the constrained fit."""
    p1, p0 = constrained_difference(x1, n1, x0, n0, difference)
    variance = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    return variance * (inflation(n1 + n0) if corrected else 1.0)


def difference_limits(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, z: float, *, corrected: bool = True
) -> tuple[Floats, Floats]:
    """Give the score limits of p1 - p0; Miettinen-Nurminen, or Mee if not `corrected`."""
    x1, n1, x0, n0 = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (x1, n1, x0, n0))
    )
    observed = x1 / n1 - x0 / n0

    def score(difference: Floats) -> Floats:
        return difference_score(x1, n1, x0, n0, difference, corrected=corrected)

    lower = crossing(score, np.full_like(observed, -1.0), observed, z)
    return lower, crossing(score, observed, np.full_like(observed, 1.0), -z)


def ratio_limits(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, z: float, *, corrected: bool = True
) -> tuple[Floats, Floats]:
    """Give the score limits of p1 / p0: 0 and infinity where one is missing."""
    factor = inflation(n1 + n0) if corrected else 1.0

    def score(log_ratio: Floats) -> Floats:
        ratio = np.exp(log_ratio)
        p1, p0 = constrained_ratio(x1, n1, x0, n0, ratio)
        variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
        return signed_ratio(x1 / n1 - ratio * x0 / n0, variance * factor)

    return _positive_limits(score, x1 * n0, x0 * n1, z)


def odds_limits(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, z: float, *, corrected: bool = True
) -> tuple[Floats, Floats]:
    """Give the score limits of the odds ratio: 0 and infinity where one is missing."""
    factor = inflation(n1 + n0) if corrected else 1.0

    def score(log_odds_ratio: Floats) -> Floats:
        p1, p0 = constrained_odds(x1, n1, x0, n0, np.exp(log_odds_ratio))
        v1, v0 = n1 * p1 * (1 - p1), n0 * p0 * (1 - p0)
        harmonic = np.divide(v1 * v0, v1 + v0, out=np.zeros_like(v1), where=v1 + v0 > 0)
        return signed_ratio(x1 - n1 * p1, harmonic * factor)

    return _positive_limits(score, x1 * (n0 - x0), x0 * (n1 - x1), z)


def inflation(n: Floats) -> Floats:
    """N / (N - 1), the unbiased form of the variance under one common proportion."""
    return np.asarray(n / np.maximum(n - 1, 1.0))


def signed_ratio(distance: Floats, variance: Floats) -> Floats:
    """Divide by the standard error; without variance any distance is infinitely far."""
    far = np.where(distance == 0, 0.0, np.copysign(np.inf, distance))
    return np.divide(distance, np.sqrt(np.maximum(variance, 0.0)), out=far, where=variance > 0)


def crossing(score: Score, low: Floats, high: Floats, target: float) -> Floats:
    """Find where a falling score passes `target`, by halving the bracket."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = score(middle) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray((low + high) / 2)


def _positive_limits(score: Score, top: Floats, bottom: Floats, z: float) -> tuple[Floats, Floats]:
    """Limits of a ratio whose estimate is top / bottom, sought on the log scale."""
    least, most = np.full(np.shape(top), -REACH), np.full(np.shape(top), REACH)
    both = (top > 0) & (bottom > 0)
    observed = np.log(np.divide(top, bottom, out=np.ones_like(least), where=both))
    below = crossing(score, least, np.where(both, observed, most), z)
    above = crossing(score, np.where(both, observed, least), most, -z)
    return np.where(top > 0, np.exp(below), 0.0), np.where(bottom > 0, np.exp(above), np.inf)


def pooled_z(x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> Vector:
    """Z of no difference at the pooled proportion; its square is Pearson's chi-square."""
    pooled = (x1 + x0) / (n1 + n0)
    return signed_ratio(x1 / n1 - x0 / n0, pooled * (1 - pooled) * (1 / n1 + 1 / n0))
