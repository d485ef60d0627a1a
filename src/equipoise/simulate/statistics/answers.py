"""Two proportions of a simulated trial: a difference, its error, and z.

Without strata z has the pooled variance, or, against a margin, that of the constrained fit
(Farrington & Manning 1990; times N / (N - 1), Miettinen & Nurminen 1985).  Within strata it is
the Cochran-Mantel-Haenszel z.  The estimate is x₁/n₁ - x₀/n₀ with the unpooled variance; within
strata that of Mantel and Haenszel with Sato's (see `kernel.stratified_tables`).
"""

import math

import numpy as np

from equipoise.kernel.arrays import Matrix
from equipoise.kernel.compiling import compiled


@compiled
def compare_answers(
    counts: Matrix,
    stratified: bool,  # noqa: FBT001 - compiled code has no keywords
    margin: float,
) -> tuple[float, float, float]:
    """Give z (experimental less control), the difference and its variance; NaN where none."""
    if stratified:
        difference, variance = _mantel_haenszel(counts)
        return _stratified_z(counts), difference, variance
    x_1, n_1, x_0, n_0 = counts[0, 0], counts[0, 1], counts[0, 2], counts[0, 3]
    if n_1 == 0.0 or n_0 == 0.0:
        return np.nan, np.nan, np.nan
    p_1, p_0, pooled = x_1 / n_1, x_0 / n_0, (x_1 + x_0) / (n_1 + n_0)
    unpooled = p_1 * (1.0 - p_1) / n_1 + p_0 * (1.0 - p_0) / n_0
    null = pooled * (1.0 - pooled) * (1.0 / n_1 + 1.0 / n_0)
    if margin != 0.0:
        null = _constrained_variance(x_1, n_1, x_0, n_0, margin)
    z = (p_1 - p_0 - margin) / math.sqrt(null) if null > 0.0 else np.nan
    return z, p_1 - p_0, unpooled


@compiled
def answered(counts: Matrix) -> float:
    """Count the answers of both arms in all strata."""
    total = 0.0
    for s in range(counts.shape[0]):
        total += counts[s, 1] + counts[s, 3]
    return total


@compiled
def _constrained_variance(x_1: float, n_1: float, x_0: float, n_0: float, d: float) -> float:
    """Fit both proportions given their difference (the cubic's one root inside)."""
    n, x = n_1 + n_0, x_1 + x_0
    second = ((n_1 + 2.0 * n_0) * d - n - x) / (3.0 * n)
    first = ((n_0 * d - n - 2.0 * x_0) * d + x) / n
    q = second**3 - first * second / 2.0 + x_0 * d * (1.0 - d) / n / 2.0
    p = math.copysign(math.sqrt(max(second**2 - first / 3.0, 0.0)), q)
    cosine = min(max(q / p**3, -1.0), 1.0) if p != 0.0 else 1.0
    p_0 = 2.0 * p * math.cos((math.pi + math.acos(cosine)) / 3.0) - second
    p_0 = min(max(p_0, 0.0, -d), 1.0, 1.0 - d)
    p_1 = min(max(p_0 + d, 0.0), 1.0)
    variance = p_1 * (1.0 - p_1) / n_1 + p_0 * (1.0 - p_0) / n_0
    return variance * n / max(n - 1.0, 1.0)


@compiled
def _stratified_z(counts: Matrix) -> float:
    """Give the signed root of the Cochran-Mantel-Haenszel statistic."""
    excess = variance = 0.0
    for s in range(counts.shape[0]):
        x_1, n_1, x_0, n_0 = counts[s, 0], counts[s, 1], counts[s, 2], counts[s, 3]
        n, m = n_1 + n_0, x_1 + x_0
        if n_1 > 0.0 and n_0 > 0.0 and 0.0 < m < n:
            excess += x_1 - n_1 * m / n
            variance += n_1 * n_0 * m * (n - m) / (n * n * (n - 1.0))
    return excess / math.sqrt(variance) if variance > 0.0 else np.nan


@compiled
def _mantel_haenszel(counts: Matrix) -> tuple[float, float]:
    """Give the Mantel-Haenszel difference and Sato's variance."""
    top = bottom = p = q = 0.0
    for s in range(counts.shape[0]):
        x_1, n_1, x_0, n_0 = counts[s, 0], counts[s, 1], counts[s, 2], counts[s, 3]
        n = n_1 + n_0
        if n_1 > 0.0 and n_0 > 0.0:
            weight = n_1 * n_0 / n
            top += weight * (x_1 / n_1 - x_0 / n_0)
            bottom += weight
            p += (n_1**2 * x_0 - n_0**2 * x_1 + n_1 * n_0 * (n_0 - n_1) / 2.0) / n**2
            q += (x_1 * (n_0 - x_0) + x_0 * (n_1 - x_1)) / n
    if bottom <= 0.0:
        return np.nan, np.nan
    return top / bottom, (top / bottom * p + q / 2.0) / bottom**2
