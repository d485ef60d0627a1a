"""How likely a sequential trial is to stop, for many drifts at the price of one walk.

Under drift θ the score's density after a look at information I is that under no drift times

    exp(θ S - θ² I / 2),

on every path (Jennison & Turnbull 2000, §3.4), so one walk without drift serves all drifts:
its mesh reaches as far as any of them leads.  Where drifts change over time each has a density of
its own, but one mesh and one step serve them all.  With mean step d, and c that of a drift in
their middle, b = (d - c) / Δ,

    φ((y - x - d) / √Δ) = φ((y - x - c) / √Δ) exp(b (y - x - c) - b² Δ / 2).
"""

from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.sequential import StoppingProbability, stopping_probability
from equipoise.kernel.sequential_walk import BAND, REACH, START, Step, step

FARTHEST = 20.0  # E[Z] at the end: beyond, the densities of far drifts are too small to tilt
STEEPEST = 300.0  # logarithm of a tilt


def stopping_for_drifts(
    upper: Vector,
    lower: Vector,
    information: Vector,
    drifts: Matrix,
    *,
    inner: Matrix | None = None,
) -> StoppingProbability:
    """Give (drifts, looks) chances of stopping first at each look, by side.

    Args:
        upper: (looks,) stop at or above, on the z scale.
        lower: (looks,) stop at or below.
        information: (looks,) increasing.
        drifts: (drifts,) E[Z] at information 1, or (drifts, looks) where they change.
        inner: (looks, 2) stop between these; nan for none.

    Accuracy: 1e-12.
    Witness: `stopping_probability` drift by drift.
    """
    bounds = np.column_stack([lower, upper, np.full((upper.size, 2), np.nan)])
    if inner is not None:
        bounds[:, 2:] = inner
    if drifts.ndim > 1:
        return _changing(bounds, information, drifts)
    if np.abs(drifts).max() * np.sqrt(information[-1]) > FARTHEST:
        return one_by_one(upper, lower, information, drifts, inner=inner)
    stops = np.zeros((3, drifts.size, information.size))
    theta, running = drifts[:, None], START
    for k in range(information.size):
        at = step(running, float(information[k]))
        before = running.information
        mass = at.mass * np.exp(theta * running.score - theta**2 * before / 2.0)
        mean = at.mean + theta * (at.information - before)
        stops[:, :, k] = _stopping(at, mass, mean, bounds[k])
        if k + 1 < information.size:
            ends = np.append(drifts * at.information, 0.0)
            running = at.go_on(_going_on(at, ends, bounds[k]), float(information[k + 1]))
    return StoppingProbability(*stops)


def _changing(bounds: Matrix, information: Vector, drifts: Matrix) -> StoppingProbability:
    """Carry the densities of all drifts along one mesh."""
    ends = drifts * information  # E[S]
    middle = 0.5 * (ends.min(axis=0) + ends.max(axis=0))
    centre_step, step_size = np.diff(middle, prepend=0.0), np.diff(information, prepend=0.0)
    tilt = np.diff(ends - middle, prepend=0.0, axis=1) / step_size
    reach = np.abs(ends - middle).max(axis=0) + REACH * np.sqrt(information)
    if (np.abs(tilt) * np.sqrt(step_size) > BAND - REACH).any() or (
        np.abs(tilt) * np.maximum(reach, np.append(0.0, reach[:-1])) > STEEPEST
    ).any():
        lower, upper, inner = bounds[:, 0], bounds[:, 1], bounds[:, 2:]
        return one_by_one(upper, lower, information, drifts, inner=inner)
    stops = np.zeros((3, *drifts.shape))
    running = replace(START, mass=np.ones((1, drifts.shape[0])))
    for k in range(information.size):
        at = step(running, float(information[k]), float(centre_step[k]))
        moved = at.mean + (tilt[:, k] * step_size[k])[:, None]
        stops[:, :, k] = _stopping(at, running.mass.T, moved, bounds[k])
        if k + 1 < information.size:
            away = np.outer(at.mean - middle[k], tilt[:, k])
            tilted = replace(at, mass=at.mass * np.exp(-away - tilt[:, k] ** 2 * step_size[k] / 2))
            regions = _going_on(at, ends[:, k], bounds[k])
            running = tilted.go_on(regions, float(information[k + 1]))
            back = np.exp(np.outer(running.score - middle[k], tilt[:, k]))
            running = replace(running, mass=running.mass * back)
    return StoppingProbability(*stops)


def _stopping(at: Step, mass: Matrix, mean: Matrix, bounds: Vector) -> Matrix:
    """Give the chances (upper, lower, inner) of each drift; mass and mean are (drifts, points)."""
    lower, upper, *gap = bounds * at.root
    above = (mass * ndtr((mean - upper) / at.sd)).sum(axis=1)
    below = (mass * ndtr((lower - mean) / at.sd)).sum(axis=1)
    within = np.zeros_like(above)
    if gap[0] < gap[1]:
        between = ndtr((gap[1] - mean) / at.sd) - ndtr((gap[0] - mean) / at.sd)
        within = (mass * between).sum(axis=1)
    return np.array([above, below, within])


def _going_on(at: Step, ends: Vector, bounds: Vector) -> list[tuple[float, float]]:
    """Give the scores that go on, as far as some drift leads: `ends` are their E[S]."""
    lower, upper, *gap = (bounds * at.root).tolist()
    low = max(lower, float(ends.min()) - REACH * at.root)
    high = min(upper, float(ends.max()) + REACH * at.root)
    if gap[0] < gap[1]:
        return [(low, min(high, gap[0])), (max(low, gap[1]), high)]
    return [(low, high)]


def one_by_one(
    upper: Vector,
    lower: Vector,
    information: Vector,
    drifts: Matrix,
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
