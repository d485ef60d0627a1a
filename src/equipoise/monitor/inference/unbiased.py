"""The estimate that is right on average, whatever the effect: what the first look would have said.

The estimate at the first look, θ̂₁ = S₁ / I₁, is unbiased.  Its mean given where the trial ended,

    E[S₁ | it ended at look k with S_k] / I₁ = ∫ s₁ f(s₁, ..., S_k) / ∫ f(s₁, ..., S_k) / I₁,

the integrals over all paths between the bounds of the looks before k, does not depend on θ and
varies less (Rao & Blackwell; Emerson & Fleming 1990).  Of the estimates that do not depend on looks
after k it is the only such one (Liu & Hall 1999; Emerson & Kittelson 1997): no later look needs to
be known, and it stays unbiased where the trial ends for reasons outside its data.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, frozen
from equipoise.kernel.sequential_walk import REACH, START, Step, step

BLOCK = 4.0  # E[Z] at the end: estimates served by one walk
SMALLEST = 1e-280  # density: below it the ratio of two has no digits


def unbiased_estimate(
    z: ArrayLike,
    look: ArrayLike,
    information: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None = None,
) -> Vector:
    """Give the unbiased estimate of trials of one design; nan where there is no z.

    Args:
        z: (trials,) at the end.
        look: (trials,) at which it was, from 0.
        information: (looks,) increasing, 1 / variance of the estimate.
        upper: (looks,) z; efficacy at or above, infinite where none.
        lower: (looks,) z; the trial ends at or below, -inf where it does not.

    Raises:
        DesignError: The parts do not fit together.

    Accuracy: 1e-9 standard errors; nan where paths to so extreme a z are too rare for numbers.
    Witness: two looks in closed form; its mean over simulated trials is the effect.

    >>> looks = [15.0, 28.125, 37.5], [3.356869, 2.344907, 2.012494]
    >>> unbiased_estimate([3.6, 2.8, 2.3], [0, 1, 2], *looks).round(4).tolist()
    [0.9295, 0.5165, 0.3357]
    """
    last = np.atleast_1d(np.asarray(z, dtype=np.float64))
    at = np.array(np.broadcast_to(np.asarray(look, dtype=np.int64), last.shape))
    seen, up = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (information, upper))
    down = np.full(seen.size, -np.inf) if lower is None else np.asarray(lower, dtype=np.float64)
    there = not at.size or 0 <= at.min() <= at.max() < seen.size
    whole = seen.shape == up.shape == down.shape
    if not (there and whole and np.all(np.diff(seen, prepend=0.0) > 0.0)):
        raise DesignError(
            f"Information at {seen.size} looks, {seen.tolist()}, {up.size} and {down.size} bounds, "
            f"for trials that ended at looks {np.unique(at + 1).tolist()}; give one of each for "
            "every look, information increasing from above 0."
        )
    result = np.full(last.size, np.nan)
    known = ~np.isnan(last)
    estimate = last / np.sqrt(seen[at])
    block = np.floor(np.nan_to_num(estimate) * np.sqrt(seen[-1]) / BLOCK)
    for k, each in {(int(k), float(b)) for k, b in zip(at[known], block[known], strict=True)}:
        rows = np.flatnonzero(known & (at == k) & (block == each))
        order = rows[np.argsort(last[rows], kind="stable")]
        result[order] = _at_look(last[order], seen[: k + 1], up, down)
    return frozen(result)


def _at_look(z: Vector, information: Vector, upper: Vector, lower: Vector) -> Vector:
    """Give the estimates of trials that ended at the last of these looks, by one walk."""
    ends = float(information[-1])
    if information.size == 1:
        return np.asarray(z / np.sqrt(ends))
    drifts = z / np.sqrt(ends)
    center = float(np.mean(drifts))
    span = float(drifts.min()), float(drifts.max())
    running = START
    for k, at in enumerate(information.tolist()):
        arriving = step(running, at, center * (at - running.information))
        if k + 1 == information.size:
            break
        region = _between(arriving, float(upper[k]), float(lower[k]), span)
        running = arriving.go_on([region], float(information[k + 1]))
        if not k:  # beside the density, that times the score of the first look
            both = np.column_stack([running.mass, running.mass * running.score])
            running = replace(running, mass=both)
    density = arriving.density(z * np.sqrt(ends))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = density[:, 1] / density[:, 0] / float(information[0])
    return np.where(density[:, 0] > SMALLEST, mean, np.nan)


def _between(
    arriving: Step, upper: float, lower: float, span: tuple[float, float]
) -> tuple[float, float]:
    """Give the scores that go on, as far as paths to these estimates lead."""
    floor, ceiling = lower * arriving.root, upper * arriving.root
    reach = REACH * arriving.root
    low = min(span[0] * arriving.information, ceiling) - reach
    high = max(span[1] * arriving.information, floor) + reach
    return max(floor, low), min(ceiling, high)
