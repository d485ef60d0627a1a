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
from numpy.polynomial.legendre import leggauss
from scipy.special import ndtr

from equipoise.kernel.arrays import Vector, vector

REACH = 8.5  # standard deviations kept either side of the drift; beyond lies < 1e-16
NODE, WEIGHT = leggauss(16)  # on each panel; a panel is three steps of the walk wide
PANEL = 3.0


@dataclass(frozen=True, slots=True)
class StoppingProbability:
    """Chance that a trial stops *first* at each look, by the side it stops on."""

    upper: Vector
    lower: Vector
    inner: Vector  # between the inner bounds of a two-sided design with futility; else 0


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

    >>> one_look = stopping_probability(vector(1.96), vector(-np.inf), vector(1.0))
    >>> round(float(one_look.upper[0]), 6)
    0.024998
    """
    looks = information.size
    root_info = np.sqrt(information)
    step_sd = np.sqrt(np.diff(information, prepend=0.0))
    mean_score = np.broadcast_to(np.asarray(drift, dtype=np.float64), (looks,)) * information
    mean_step = np.diff(mean_score, prepend=0.0)
    above, below, within = np.zeros(looks), np.zeros(looks), np.zeros(looks)
    score, mass = np.zeros(1), np.ones(1)  # every trial starts at S₀ = 0

    for k in range(looks):
        mean, sd = score + mean_step[k], step_sd[k]
        ceiling, floor = upper[k] * root_info[k], lower[k] * root_info[k]
        above[k] = mass @ ndtr((mean - ceiling) / sd)
        below[k] = mass @ ndtr((floor - mean) / sd)
        gap = None
        if inner is not None and inner[k, 0] < inner[k, 1]:
            gap = inner[k] * root_info[k]
            within[k] = mass @ (ndtr((gap[1] - mean) / sd) - ndtr((gap[0] - mean) / sd))
        if k + 1 < looks:
            reach = REACH * root_info[k]
            low, high = max(floor, mean_score[k] - reach), min(ceiling, mean_score[k] + reach)
            width = PANEL * min(sd, step_sd[k + 1])
            pieces = [(low, high)] if gap is None else [(low, gap[0]), (gap[1], high)]
            meshes = [mesh(a, max(a, b), panel=width) for a, b in pieces]
            following = np.concatenate([points for points, _ in meshes])
            weight = np.concatenate([weights for _, weights in meshes])
            away = (following[:, None] - mean) / sd
            mass = weight * (np.exp(-(away**2) / 2) @ mass) / (sd * np.sqrt(2 * np.pi))
            score = following

    return StoppingProbability(vector(above), vector(below), vector(within))


def mesh(low: float, high: float, *, panel: float) -> tuple[Vector, Vector]:
    """Gauss-Legendre points and weights on ``[low, high]``, cut into panels."""
    edges = np.linspace(low, high, 1 + max(1, int(np.ceil((high - low) / panel))))
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + NODE)).ravel(), (half * WEIGHT).ravel()
