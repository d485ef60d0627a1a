"""The effect whose estimate would on average come out as the one that was seen.

A trial that may stop early overstates, on average, what it stops for.  With T the look at which
it ends and θ̂ = S_T / I_T, the bias-adjusted mean is the θ̃ with (Whitehead 1986)

    E_θ̃[θ̂] = θ̂ seen,    E_θ[θ̂] = Σ_k E_θ[S_k; it ends at k] / I_k.

The expectation needs all looks the trial could have had, at their planned information, and every
bound that is obeyed.  One walk under a drift in the middle serves all drifts near it, tilted as in
`kernel.many_drifts`; Newton's method finds θ̃.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from equipoise.errors import DesignError, DidNotConverge
from equipoise.kernel.arrays import Matrix, Vector, frozen
from equipoise.kernel.sequential_walk import REACH, START, Step, step

BLOCK = 8.0  # E[Z] at the end: drifts served by one walk
AT_ONCE = 4096  # trials
STEPS = 60
CLOSE = 1e-10  # of a standard error
FARTHEST = 3.0  # standard errors between an estimate and its adjustment, for the walk's reach
ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))


def bias_adjusted_mean(
    estimate: ArrayLike, information: ArrayLike, upper: ArrayLike, lower: ArrayLike | None = None
) -> Vector:
    """Give the bias-adjusted mean of trials of one design; nan where there is no estimate.

    Args:
        estimate: (trials,) score over information at the look where each ended.
        information: (looks,) increasing, 1 / variance of the estimate, of all looks.
        upper: (looks,) z; efficacy at or above, infinite where none.
        lower: (looks,) z; the trial ends at or below, -inf where it does not.

    Raises:
        DesignError: The parts do not fit together.

    Accuracy: 1e-9 standard errors.
    Witness: E[estimate] under the drift found, by `stopping_probability` and by simulation.

    >>> bias_adjusted_mean([0.7], [15.0, 28.125, 37.5], [3.357, 2.345, 2.012]).round(4).tolist()
    [0.6557]
    """
    seen = np.atleast_1d(np.asarray(estimate, dtype=np.float64))
    at = np.atleast_1d(np.asarray(information, dtype=np.float64))
    up = np.atleast_1d(np.asarray(upper, dtype=np.float64))
    down = np.full(at.size, -np.inf) if lower is None else np.asarray(lower, dtype=np.float64)
    if not (up.shape == down.shape == at.shape) or not np.all(np.diff(at, prepend=0.0) > 0.0):
        raise DesignError(
            f"Information at {at.size} looks, {at.tolist()}, and {up.size} and {down.size} bounds; "
            "give one of each for every look, information increasing from above 0."
        )
    result = np.full(seen.size, np.nan)
    known = np.flatnonzero(~np.isnan(seen))
    block = np.floor(seen[known] * np.sqrt(at[-1]) / BLOCK)
    for each in np.unique(block):
        rows = known[block == each]
        walk = Expectation(at, up, down, (float(seen[rows].min()), float(seen[rows].max())))
        for start in range(0, rows.size, AT_ONCE):
            part = rows[start : start + AT_ONCE]
            result[part] = walk.inverse(seen[part])
    return frozen(result)


def bias_of_estimate(
    drift: ArrayLike, information: ArrayLike, upper: ArrayLike, lower: ArrayLike | None = None
) -> Vector:
    """Give E[θ̂] - θ, the bias of the estimate at the end of trials of one design.

    Args:
        drift: (drifts,) θ.
        information: (looks,) increasing, 1 / variance of the estimate, of all looks.
        upper: (looks,) z; efficacy at or above, infinite where none.
        lower: (looks,) z; the trial ends at or below, -inf where it does not.

    Accuracy: 1e-9 standard errors.
    Witness: the closed form of two looks; `bias_adjusted_mean` takes it away again.

    >>> bias_of_estimate([0.0, 0.6], [15.0, 37.5], [2.5, 2.0]).round(4).tolist()
    [0.0027, 0.0609]
    """
    truth = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    at, up = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (information, upper))
    down = np.full(at.size, -np.inf) if lower is None else np.asarray(lower, dtype=np.float64)
    bias = [
        Expectation(at, up, down, (each, each)).at(np.array([each]))[0][0] - each
        for each in truth.tolist()
    ]
    return frozen(np.array(bias))


class Expectation:
    """E[θ̂] as a function of the drift, for drifts around some estimates."""

    def __init__(
        self, information: Vector, upper: Vector, lower: Vector, near: tuple[float, float]
    ) -> None:
        """Carry the walk under a drift in the middle."""
        first = 1.0 / float(np.sqrt(information[0]))
        self.low, self.high = near[0] - FARTHEST * first, near[1] + FARTHEST * first
        self.center = 0.5 * (near[0] + near[1])
        self.looks: list[tuple[Step, Vector, float, float, float]] = []
        running = START
        for k, at in enumerate(information.tolist()):
            arriving = step(running, at, self.center * (at - running.information))
            last = k + 1 == information.size
            floor = np.inf if last else float(lower[k]) * arriving.root  # what is left ends here
            ceiling = float(upper[k]) * arriving.root
            self.looks.append((arriving, running.score, running.information, floor, ceiling))
            if not last:
                reach = REACH * arriving.root
                region = max(floor, self.low * at - reach), min(ceiling, self.high * at + reach)
                running = arriving.go_on([region], float(information[k + 1]))

    def at(self, drift: Vector) -> tuple[Vector, Vector]:
        """Give E[θ̂] under every drift, and its slope."""
        theta, total, slope = drift[:, None], np.zeros(drift.size), np.zeros(drift.size)
        for arriving, score, before, floor, ceiling in self.looks:
            away, shift = theta - self.center, 0.5 * (theta**2 - self.center**2) * before
            mass = arriving.mass * np.exp(away * score - shift)
            mean = score + theta * (arriving.information - before)
            first, second = _moments(mean, arriving.sd, floor, ceiling)
            total += (mass * first).sum(axis=1) / arriving.information
            by_drift = second - theta * arriving.information * first  # the score's derivative
            slope += (mass * by_drift).sum(axis=1) / arriving.information
        return total, slope

    def inverse(self, seen: Vector) -> Vector:
        """Find the drifts under which E[θ̂] is what was seen."""
        close = CLOSE / np.sqrt(self.looks[-1][0].information)
        low, high = np.full(seen.size, self.low), np.full(seen.size, self.high)
        drift = np.array(seen)
        for _ in range(STEPS):
            expected, slope = self.at(drift)
            above = expected > seen
            low, high = np.where(above, low, drift), np.where(above, drift, high)
            with np.errstate(divide="ignore", invalid="ignore"):
                moved = drift - (expected - seen) / slope
            inside = (moved >= low) & (moved <= high)
            moved = np.where(inside, moved, 0.5 * (low + high))
            done = np.abs(moved - drift) < close
            drift = moved
            if done.all():
                return drift
        raise DidNotConverge(
            f"The bias-adjusted mean of the estimate {seen[~done][0]:g} was not found after "
            f"{STEPS} steps: {drift[~done][0]:g}. Please report this."
        )


def _moments(mean: Matrix, sd: float, floor: float, ceiling: float) -> tuple[Matrix, Matrix]:
    """Give E[S; it ends] and E[S²; it ends] of normal scores that end outside two bounds.

    Where the floor is infinite all of them end.
    """
    if floor == np.inf:
        return mean, mean**2 + sd**2
    first, second = np.zeros((2, *mean.shape))
    for cut, side in ((ceiling, 1.0), (floor, -1.0)):
        if abs(cut) < np.inf:
            away = side * (mean - cut) / sd
            tail, density = ndtr(away), np.exp(-0.5 * away**2) / ROOT_TWO_PI
            first += mean * tail + side * sd * density
            second += (mean**2 + sd**2) * tail + side * sd * (mean + cut) * density
    return first, second
