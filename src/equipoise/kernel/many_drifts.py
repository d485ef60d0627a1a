"""How likely a sequential trial is to stop, for many drifts at the price of one walk.

Under drift θ the score's density after a look at information I is that under no drift times

    exp(θ S - θ² I / 2),

on every path (Jennison & Turnbull 2000, §3.4), so one walk without drift serves all drifts:
its mesh reaches as far as any of them leads.
"""

import numpy as np
from scipy.special import ndtr

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.sequential import StoppingProbability, stopping_probability
from equipoise.kernel.sequential_walk import REACH, START, step

FARTHEST = 20.0  # E[Z] at the end: beyond, the densities of far drifts are too small to tilt


def stopping_for_drifts(
    upper: Vector,
    lower: Vector,
    information: Vector,
    drifts: Vector,
    *,
    inner: Matrix | None = None,
) -> StoppingProbability:
    """Give (drifts, looks) chances of stopping first at each look, by side.

    Args:
        upper: (looks,) stop at or above, on the z scale.
        lower: (looks,) stop at or below.
        information: (looks,) increasing.
        drifts: (drifts,) E[Z] at information 1.
        inner: (looks, 2) stop between these; nan for none.

    Accuracy: 1e-12.
    Witness: `stopping_probability` drift by drift.
    """
    if np.abs(drifts).max() * np.sqrt(information[-1]) > FARTHEST:
        return one_by_one(upper, lower, information, drifts, inner=inner)
    shape = (drifts.size, information.size)
    above, below, within = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    theta, running = drifts[:, None], START
    for k in range(information.size):
        at = step(running, float(information[k]))
        before = running.information
        mass = at.mass * np.exp(theta * running.score - theta**2 * before / 2.0)
        mean = at.mean + theta * (at.information - before)
        above[:, k] = (mass * ndtr((mean - upper[k] * at.root) / at.sd)).sum(axis=1)
        below[:, k] = (mass * ndtr((lower[k] * at.root - mean) / at.sd)).sum(axis=1)
        low = max(lower[k] * at.root, min(drifts.min(), 0.0) * at.information - REACH * at.root)
        high = min(upper[k] * at.root, max(drifts.max(), 0.0) * at.information + REACH * at.root)
        regions = [(low, high)]
        if inner is not None and inner[k, 0] < inner[k, 1]:
            gap = inner[k] * at.root
            between = ndtr((gap[1] - mean) / at.sd) - ndtr((gap[0] - mean) / at.sd)
            within[:, k] = (mass * between).sum(axis=1)
            regions = [(low, min(high, gap[0])), (max(low, gap[1]), high)]
        if k + 1 < information.size:
            running = at.go_on(regions, float(information[k + 1]))
    return StoppingProbability(above, below, within)


def one_by_one(
    upper: Vector,
    lower: Vector,
    information: Vector,
    drifts: Vector,
    *,
    inner: Matrix | None = None,
) -> StoppingProbability:
    """Walk once for each drift: a number, or a row with one for each look."""
    stops = [
        stopping_probability(upper, lower, information, drift=drift, inner=inner)
        for drift in drifts
    ]
    return StoppingProbability(
        np.array([stop.upper for stop in stops]),
        np.array([stop.lower for stop in stops]),
        np.array([stop.inner for stop in stops]),
    )
