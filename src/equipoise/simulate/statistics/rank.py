"""Weighted log-rank sums of a two-arm comparison, with a margin where asked.

At a moment with d events, n₁ experimental and n₀ control patients at risk, and the hazard ratio
θ that is tested,

    p = θ n₁ / (θ n₁ + n₀),   U = Σ w (d p - d₁),   V_ab = Σ w_a w_b d (n - d) / (n - 1) p (1 - p)

so that U > 0 favors the experimental arm when later is better.  θ = 1 is the log-rank test;
with a margin this is the score test of log θ in Cox's model (as lrstat's `hazardRatioH0`).
Weights w = S(t-)^ρ (1 - S(t-))^γ, S the pooled Kaplan-Meier estimate of the stratum.
"""

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.log_rank_walks import fleming_harrington
from equipoise.simulate.statistics.moments import Moments


@compiled
def rank_sums(
    moments: Moments, ratio: float, rho: Vector, gamma: Vector, score: Vector, covariance: Matrix
) -> None:
    """Fill in U of each weight and the covariances V between them."""
    size = rho.size
    score[:], covariance[:] = 0.0, 0.0
    weight, at = np.empty(size), 0
    plain = size == 1 and rho[0] == 0.0 and gamma[0] == 0.0
    for s in range(moments.stop.size):
        survival = 1.0
        for j in range(at, moments.stop[s]):
            d_1, n_1 = moments.deaths[j, 1], moments.at_risk[j, 1]
            d, n_0 = d_1 + moments.deaths[j, 0], moments.at_risk[j, 0]
            n = n_1 + n_0
            share = ratio * n_1 / (ratio * n_1 + n_0)
            spread = 1.0 if d == 1.0 else d * (n - d) / (n - 1.0)
            excess, spread = d * share - d_1, spread * share * (1.0 - share)
            if plain:
                score[0] += excess
                covariance[0, 0] += spread
                continue
            for a in range(size):
                weight[a] = fleming_harrington(survival, rho[a], gamma[a])
                score[a] += weight[a] * excess
                for b in range(a + 1):
                    covariance[a, b] += weight[a] * weight[b] * spread
            survival = survival * (1.0 - d / n) if d < n else 0.0
        at = moments.stop[s]
    for a in range(size):
        for b in range(a):
            covariance[b, a] = covariance[a, b]
