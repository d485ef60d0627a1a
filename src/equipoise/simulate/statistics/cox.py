"""The hazard ratio of a two-arm comparison, by Cox's partial likelihood with Efron's ties.

With one covariate, 1 in the experimental arm, and θ = e^β, at a moment with d events

    U(β) = Σ (d₁ - Σ_{k<d} p_k),   I(β) = Σ Σ_{k<d} p_k (1 - p_k),
    p_k = θ (n₁ - d₁ k/d) / (n₀ - d₀ k/d + θ (n₁ - d₁ k/d))                     (Efron 1977)

U falls in β; it has a root where some event of each arm happened with the other arm at risk.
Newton's steps, kept within the bracket that the signs of U leave.
"""

import math

import numpy as np

from equipoise.kernel.compiling import compiled
from equipoise.simulate.statistics.moments import Moments

STEPS = 100
WITHIN = 1e-9  # standard errors
LARGEST = 500.0  # log hazard ratio


@compiled
def cox_log_hazard_ratio(moments: Moments, found: int) -> tuple[float, float]:
    """Give the log hazard ratio and its standard error; NaN where the likelihood has no top."""
    down = up = False
    for j in range(found):
        down = down or (moments.deaths[j, 0] > 0.0 and moments.at_risk[j, 1] > 0.0)
        up = up or (moments.deaths[j, 1] > 0.0 and moments.at_risk[j, 0] > 0.0)
    if not (down and up):
        return np.nan, np.nan
    beta, low, high = 0.0, -LARGEST, LARGEST
    for _ in range(STEPS):
        score, information = _score_and_information(moments, found, beta)
        if not information > 0.0:
            return np.nan, np.nan
        if score > 0.0:
            low = beta
        else:
            high = beta
        step = score / information
        if abs(step) * math.sqrt(information) < WITHIN:
            return beta + step, 1.0 / math.sqrt(information)
        beta += step
        if not low < beta < high:
            beta = (low + high) / 2.0
    return np.nan, np.nan


@compiled
def _score_and_information(moments: Moments, found: int, beta: float) -> tuple[float, float]:
    """Sum over the moments."""
    ratio, score, information = math.exp(beta), 0.0, 0.0
    for j in range(found):
        d_0, d_1 = moments.deaths[j, 0], moments.deaths[j, 1]
        n_0, n_1 = moments.at_risk[j, 0], moments.at_risk[j, 1]
        d = d_0 + d_1
        score += d_1
        for k in range(np.int64(d)):
            part = ratio * (n_1 - d_1 * k / d)
            p = part / (n_0 - d_0 * k / d + part)
            score -= p
            information += p * (1.0 - p)
    return score, information
