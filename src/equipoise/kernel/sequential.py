"""How likely a sequential trial is to stop, look by look.

A trial watched at information I₁ < I₂ < … has score S_k = Z_k √I_k.  The score walks
like Brownian motion with drift θ (Jennison & Turnbull 2000, §3.1):

    S_k - S_{k-1} ~ N(θ_k I_k - θ_{k-1} I_{k-1}, Δ_k),    Δ_k = I_k - I_{k-1},

independent across looks; θ_k = θ unless the effect changes over time.  We carry the
sub-density of S_k over the trials still running, and step it forward one look at a time
(ibid., ch. 19).  Before the first look every trial sits at S₀ = 0, so the first look needs
no case of its own.  A trial goes on while lower < Z_k < upper, outside the inner region.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.sequential_walk import REACH, START, step

UNREACHABLE = 38.0  # standard deviations: the tail beyond is below the smallest number


@dataclass(frozen=True, slots=True)
class StoppingProbability:
    """Chance that a trial stops *first* at each look, by the side it stops on."""

    upper: Vector
    lower: Vector
    inner: Vector  # between the inner bounds of a two-sided design with futility; else 0

    @property
    def ending(self) -> Vector:
        """Chance that the trial ends at each look; what nothing stops ends at the last."""
        early = (self.upper + self.lower + self.inner)[:-1]
        return np.append(early, 1.0 - early.sum())


def stopping_probability(
    upper: Vector,
    lower: Vector,
    information: Vector,
    *,
    drift: float | Vector = 0.0,
    inner: Vector | None = None,
) -> StoppingProbability:
    """Integrate the score's sub-density through every look.

    Boundaries are on the Z scale; ``±inf`` means "no boundary at this look".  For the
    type I error of a *non-binding* futility rule, pass ``lower = -inf`` throughout.

    Args:
        upper: (looks,) stop at or above.
        lower: (looks,) stop at or below.
        information: (looks,) increasing; with fractions of the maximum, `drift` is E[Z] there.
        drift: θ, one for all looks or (looks,) one each: E[Z_k] = θ_k √I_k.
        inner: (looks, 2) stop between these; nan for none.

    Accuracy: 1e-12, also relative to probabilities as small as 1e-30.
    Witness: nested quadrature; the multivariate normal (mvtnorm); lr04, nph14; a finer mesh.

    >>> one_look = stopping_probability(vector(1.96), vector(-np.inf), vector(1.0))
    >>> round(float(one_look.upper[0]), 6)
    0.024998
    """
    looks = information.size
    mean = np.broadcast_to(np.asarray(drift, dtype=np.float64), (looks,)) * information
    mean_step = np.diff(mean, prepend=0.0)
    low, high = worth_following(information, mean, (upper, upper), (lower, lower), inner)
    above, below, within = np.zeros(looks), np.zeros(looks), np.zeros(looks)
    running = START
    for k in range(looks):
        at = step(running, float(information[k]), float(mean_step[k]))
        above[k], below[k] = at.above(upper[k]), at.below(lower[k])
        floor, ceiling = max(lower[k] * at.root, low[k]), min(upper[k] * at.root, high[k])
        regions = [(floor, ceiling)]
        if inner is not None and inner[k, 0] < inner[k, 1]:
            within[k] = at.between(*inner[k])
            gap = inner[k] * at.root
            regions = [(floor, min(ceiling, gap[0])), (max(floor, gap[1]), ceiling)]
        if k + 1 < looks:
            running = at.go_on(regions, float(information[k + 1]))
    return StoppingProbability(vector(above), vector(below), vector(within))


def worth_following(
    information: Vector,
    mean: Vector,
    upper: tuple[Vector, Vector],
    lower: tuple[Vector, Vector],
    inner: Vector | None = None,
) -> tuple[Vector, Vector]:
    """Give the range of scores at each look from which a later bound may still be crossed.

    Of the trials that reach c at information I_j, the score at I_k < I_j was normal with
    mean m_k + (c - m_j) I_k/I_j and variance I_k (1 - I_k/I_j), where m is the mean of all:
    no integral need go further than `REACH` standard deviations from there, or from m_k.

    Args:
        information: (looks,) increasing.
        mean: (looks,) of the score.
        upper: (looks,) least and most that each upper bound, in z, can be.
        lower: (looks,) likewise.
        inner: (looks, 2) stop between these; nan for none.
    """
    root = np.sqrt(information)
    part = information / information[:, None]  # [j, k]: I_k / I_j
    later = part < 1.0
    bridge = REACH * root * np.sqrt(np.where(later, 1.0 - part, 0.0))
    spread = REACH * root

    def back(z: Vector) -> Vector:  # the score at look k of trials on their way to z at look j
        away = z * root - mean
        there = np.abs(away) < UNREACHABLE * root
        return np.where(later & there[:, None], mean + away[:, None] * part, np.nan)

    up, down = [back(z) for z in upper], [back(z) for z in lower]
    lows = [up[0] - bridge, np.minimum(mean, down[0]) - spread]
    highs = [np.maximum(mean, up[1]) + spread, down[1] + bridge]
    if inner is not None:
        lows.append(back(inner[:, 0]) - bridge)
        highs.append(back(inner[:, 1]) + bridge)
    low = np.fmin.reduce(np.concatenate(lows), axis=0)
    high = np.fmax.reduce(np.concatenate(highs), axis=0)
    nowhere = np.isnan(low) | np.isnan(high)
    return np.where(nowhere, 0.0, low), np.where(nowhere, 0.0, high)
