"""The best of several arms at a first look, and the walk of its score from there.

Arm m with drift δ_m is the best of all, at height z, with density

    g_m(z) = φ(z - μ_m) E[Π_{i≠m} Φ((z - μ_i - √ρ F) / √(1-ρ))],   F ~ N(√ρ (z - μ_m), 1 - ρ),

μ = δ √t₁, ρ the correlation through the control.  From there its score walks like any other.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.quadrature import even_panels
from equipoise.kernel.sequential_walk import REACH, Running, Step, mesh, step


@dataclass(frozen=True, slots=True)
class BestArmCourse:
    """How the arm that is the best at the first look fares."""

    selected: Vector  # (arms,) chance to be the best
    above: Matrix  # (looks, arms) to be the best, and stop at or above the bound of this look
    below: Matrix  # (looks, arms) likewise below


def best_arm_course(
    upper: Vector, lower: Vector, t: Vector, drift: Vector, correlation: float
) -> BestArmCourse:
    """Give the chances that each arm is the best, and stops at each look.

    Args:
        upper: (looks,) z.
        lower: (looks,) z.
        t: (looks,) information fractions.
        drift: (arms,) E[Z] at information 1.
        correlation: ρ.

    Accuracy: 1e-12.
    Witness: lrstat exitprob_seamless; simulation; a finer mesh.
    """
    selected, claimed, stopped = np.zeros(drift.size), *np.zeros((2, t.size, drift.size))
    for value in np.unique(drift):
        arms = np.flatnonzero(drift == value)
        m, theta = int(arms[0]), float(value)
        first = [(upper[0], np.inf), (-np.inf, lower[0]), (lower[0], upper[0])]
        above, below, running = (best_at_first(drift, m, t, part, correlation) for part in first)
        claimed[0, arms], stopped[0, arms] = above.mass.sum(), below.mass.sum()
        selected[arms] = claimed[0, m] + stopped[0, m] + running.mass.sum()
        for k in range(1, t.size):
            arriving = step(running, float(t[k]), theta * float(t[k] - t[k - 1]))
            claimed[k, arms] = arriving.above(float(upper[k]))
            stopped[k, arms] = arriving.below(float(lower[k]))
            if k + 1 < t.size:
                running = go_on(arriving, lower[k], upper[k], theta, float(t[k + 1]))
    return BestArmCourse(selected, claimed, stopped)


def go_on(arriving: Step, low: float, high: float, theta: float, following: float) -> Running:
    """Let the trials between two z run on."""
    center, reach = theta * arriving.information, REACH * arriving.root
    floor = max(low * arriving.root, center - reach)
    ceiling = min(high * arriving.root, center + reach)
    return arriving.go_on([(floor, ceiling)], following)


def best_at_first(
    drift: Vector, m: int, t: Vector, within: tuple[float, float], correlation: float
) -> Running:
    """Give the scores with which arm m is the best at the first look, its z being in a range."""
    root, own = np.sqrt(1.0 - correlation), float(np.sqrt(t[0]))
    mean = drift * own
    low, high = max(within[0], mean[m] - REACH), min(within[1], mean[m] + REACH)
    if low >= high:
        return Running(float(t[0]), np.zeros(0), np.zeros(0))
    sharp = min(root, float(np.sqrt(t[1] - t[0])) / own)
    z, width = mesh(low, high, sharp)
    node, weight = even_panels(-REACH, REACH, widest=3.0)
    weight = weight * np.exp(-0.5 * node**2) / np.sqrt(2.0 * np.pi)
    factor = correlation * (z - mean[m])[:, None] + np.sqrt(correlation) * root * node
    best = np.ones(factor.shape)
    for value, count in zip(*np.unique(np.delete(mean, m), return_counts=True), strict=True):
        best *= ndtr((z[:, None] - value - factor) / root) ** count
    density = np.exp(-0.5 * (z - mean[m]) ** 2) / np.sqrt(2.0 * np.pi)
    return Running(float(t[0]), z * own, width * density * (best @ weight))
