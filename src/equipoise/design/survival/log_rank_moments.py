"""Mean and variance of weighted log-rank scores in a large trial, whatever the hazards.

With y₀, y₁ at risk, hazards h₀, h₁ and a null ratio θ₀ (1, or a margin), a weight w gives

    mean       μ = Σ ∫ w y₀y₁ / (y₀ + θ₀y₁) · (θ₀h₀ - h₁) ds
    variance   V = Σ ∫ w² θ₀y₀y₁ / (y₀ + θ₀y₁)² · (y₀h₀ + y₁h₁) ds

summed over strata (Schoenfeld 1981; Yung & Liu 2020; Luo, Mao, Chen, Qiu, Doll & Shao 2019), and
two weights have the covariance with w w' in place of w², at the earlier of two looks.
The score is positive where the experimental arm fares better.  V is what the test's own variance
tends to; under hazards that differ greatly the score's true variance is a little less.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.survival.large_sample import Cohort
from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.piecewise_exponential import Cube

STEPS = 30  # of Newton for the hazard ratio; some five are needed
NEAR = 1e-13


@dataclass(frozen=True, slots=True)
class ScoreMoments:
    """Moments of one weighted score at every look."""

    mean: Vector
    variance: Vector
    slope: Vector  # ∫ w ..., how fast the mean falls as the log null ratio falls
    hazard_ratio: Vector  # the common ratio under which the score's mean would be 0


def score_moments(seen: Cohort, weight: Cube, null_ratio: float = 1.0) -> ScoreMoments:
    """Give mean, variance and slope of one weighted score at every look.

    Accuracy:
        1e-10 relative.
    Witness:
        simulation cases delay3, fh01_delay3, fh00.5_delay3, stratified, noninf (lrstat).
    """
    control, experimental = seen.control_at_risk, seen.experimental_at_risk
    gain, spread = _densities(seen, null_ratio)
    mass = seen.entered * seen.width
    weighted = mass * weight
    mean = np.einsum("ksn,sn->k", weighted, gain)
    slope = np.einsum("ksn,sn->k", weighted, spread)
    variance = np.einsum("ksn,sn->k", weighted * weight, spread)
    if mean.size and np.all(mean == 0.0):
        ratio = np.full(mean.size, null_ratio)
    else:
        ratio = _hazard_ratio(seen, weighted, control, experimental, null_ratio)
    return ScoreMoments(mean, variance, slope, ratio)


def joint_moments(seen: Cohort, weights: Cube, look: Vector) -> tuple[Vector, Matrix]:
    """Give means and covariances of several scores, each of its own weight and look.

    Args:
        seen: the looks.
        weights: (scores, strata, nodes).
        look: (scores,) the number of each one's look, from 0.

    Accuracy:
        1e-10 relative.
    Witness:
        nph09, nph17 (gsDesign2); `score_moments`.
    """
    gain, spread = _densities(seen, 1.0)
    mass = seen.entered * seen.width
    at = np.asarray(look, dtype=np.int64)
    mean = np.einsum("msn,msn,sn->m", mass[at], weights, gain)
    size = at.size
    flat = weights.reshape(size, -1)
    by_look = np.array([(flat * (part * spread).ravel()) @ flat.T for part in mass])
    earlier = np.minimum.outer(at, at)
    first, second = np.indices((size, size))
    return mean, np.asarray(by_look[earlier, first, second])


def _densities(seen: Cohort, null_ratio: float) -> tuple[Matrix, Matrix]:
    """Give what mean and variance gather per patient entered and time unit."""
    control, experimental = seen.control_at_risk, seen.experimental_at_risk
    both = np.maximum(control + null_ratio * experimental, 1e-300)
    balance = control * (experimental / both)
    gain = balance * (null_ratio * seen.control.hazard - seen.experimental.hazard)
    spread = null_ratio * balance * (seen.pooled_events / both)
    return np.asarray(gain), np.asarray(spread)


def _hazard_ratio(
    seen: Cohort, weighted: Cube, control: Matrix, experimental: Matrix, start: float
) -> Vector:
    """Find the ratio under which the score has mean 0: where the weighted Cox estimate tends."""
    log_ratio = np.full(weighted.shape[0], np.log(start))
    both_events = seen.pooled_events
    for _ in range(STEPS):
        ratio = np.exp(log_ratio)[:, None, None]
        both = np.maximum(control + ratio * experimental, 1e-300)
        balance = weighted * (control * experimental / both)
        mean = (balance * (ratio * seen.control.hazard - seen.experimental.hazard)).sum((1, 2))
        slope = (balance * (ratio / both) * both_events).sum((1, 2))
        change = np.clip(mean / np.maximum(slope, 1e-300), -1.0, 1.0)
        log_ratio = log_ratio - change
        if np.all(np.abs(change) <= NEAR):
            break
    return np.asarray(np.exp(log_ratio))
