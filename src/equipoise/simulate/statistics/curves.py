"""Kaplan-Meier of one arm of a simulated comparison: survival at a time, and the area up to it.

    Ŝ(t) = ∏ (1 - d/n),   v = Σ d / (n (n - d)),   μ(τ) = ∫₀^τ Ŝ,
    Var μ = Σ_{t_j ≤ τ} (∫_{t_j}^τ Ŝ)² d_j / (n_j (n_j - d_j))

as in `analyze` (see `kernel.product_limit` and `kernel.restricted_mean`).  A curve is known to
the arm's last time, or for ever once it has come down to 0.
"""

import numpy as np

from equipoise.kernel.compiling import compiled
from equipoise.kernel.labels import KIND_BITS
from equipoise.kernel.ordering import TIE_TOLERANCE, Keys, time_of
from equipoise.simulate.statistics.moments import Moments

LAST_BITS = 1.0 + 2.0**-40  # keys have lost as much of their times


@compiled
def curve_of_arm(keys: Keys, bits: int, group: int, moments: Moments) -> tuple[int, float]:
    """Count the arm's moments up to its last; give how many, and until when it is known.

    Fills in the first column of events and numbers at risk.
    """
    clear, rows, distinct, total = np.uint64((1 << bits) - 1), 0, 0, 0.0
    last = -np.inf
    for key in keys:
        if np.int64(key & clear) >> KIND_BITS & 1 == group:
            rows += 1
            now = time_of(key, clear)
            if now != last:
                distinct, total = distinct + 1, total + now
            last = now
    if not rows:
        return 0, 0.0
    threshold = TIE_TOLERANCE * max(1.0, total / distinct)
    found, left, known = -1, 0, last
    last = -np.inf
    for key in keys:
        label = np.int64(key & clear)
        if label >> KIND_BITS & 1 != group:
            continue
        now = time_of(key, clear)
        if now - last > threshold:
            found, rows, left = found + 1, rows - left, 0
            moments.time[found] = now
            moments.deaths[found, 0], moments.at_risk[found, 0] = 0.0, rows
        last = now
        moments.deaths[found, 0] += label & 1
        left += 1
    if moments.deaths[found, 0] == moments.at_risk[found, 0]:
        known = np.inf
    return found + 1, known


@compiled
def survival_at(moments: Moments, found: int, at: float) -> tuple[float, float]:
    """Give survival at a time and the variance of its logarithm."""
    survival, variance = 1.0, 0.0
    for j in range(found):
        if moments.time[j] > at:
            break
        d, n = moments.deaths[j, 0], moments.at_risk[j, 0]
        if d == n:
            return 0.0, np.inf
        survival *= 1.0 - d / n
        variance += d / (n * (n - d))
    return survival, variance


@compiled
def area_until(moments: Moments, found: int, until: float) -> tuple[float, float]:
    """Give the area under the curve up to a time, and its variance."""
    survival, area, last, seen = 1.0, 0.0, 0.0, 0
    for j in range(found):
        if moments.time[j] > until:
            break
        area += survival * (moments.time[j] - last)
        last, seen = moments.time[j], j + 1
        moments.at_risk[j, 1] = area  # the second column is free: area up to here
        survival *= 1.0 - moments.deaths[j, 0] / moments.at_risk[j, 0]
    area += survival * (until - last)
    variance = 0.0
    for j in range(seen):
        d, n = moments.deaths[j, 0], moments.at_risk[j, 0]
        if d and d < n:
            variance += (area - moments.at_risk[j, 1]) ** 2 * d / (n * (n - d))
    return area, variance


@compiled
def difference_of_curves(
    keys: Keys,
    bits: int,
    at: float,
    milestone: bool,  # noqa: FBT001 - compiled code has no keywords
    log_log: bool,  # noqa: FBT001
    moments: Moments,
) -> tuple[float, float]:
    """Give the experimental arm's value less the control's, and its variance.

    NaN where a curve is not known so far, has come down to 0 (a milestone), or does not exist
    on the scale -log(-log S).
    """
    difference = variance = 0.0
    for group in range(2):
        sign = 2.0 * group - 1.0
        found, known = curve_of_arm(keys, bits, group, moments)
        if not found or at > known * LAST_BITS:
            return np.nan, np.nan
        if not milestone:
            value, spread = area_until(moments, found, at)
        else:
            survival, spread = survival_at(moments, found, at)
            if survival <= 0.0 or (log_log and survival >= 1.0):
                return np.nan, np.nan
            log = np.log(survival)
            value = -np.log(-log) if log_log else survival
            spread *= 1.0 / (log * log) if log_log else survival * survival
        difference += sign * value
        variance += spread
    return difference, variance
