"""Several weighted tests at several looks, of which at each look the largest counts.

All Z together are multivariate normal: mean μ_t / √V_t, and for tests of weights w, w' at looks
j ≤ k the correlation ∫ w w' ... / √(V V') with the integral as at look j (`log_rank_moments`).
With M_k the largest at look k the trial goes on while a_k < M_k < c_k, and stops first at k

    for efficacy with chance  P(M_k ≥ c_k, went on before),
    for futility with chance  P(M_k ≤ a_k, went on before).

"Went on at look j" is {all < c_j} less {all < a_j}, so that every chance is a sum, with signs,
of those that `largest_within` gives.  Where crossing is not unlikely its complement is computed,
which the lattice does better: what is small is exact.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.design.sequential.schedule import Schedule
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.largest import Normals, largest_within
from equipoise.kernel.lattice import Estimate
from equipoise.kernel.lattice_root import COARSE, ROUGH, where_it_falls_to

FEW = ((1e-11, 0), (1e-4, ROUGH), (2e-2, COARSE))  # points that a chance no larger needs
UNLIKELY = 1.0  # standard deviations from a bound, where the tail is better computed than the rest
NOTHING = 1e-15  # a spend this small beside what is spent already is rounding


@dataclass(frozen=True, slots=True)
class Combo:
    """The tests, look by look."""

    mean: Vector  # (tests,) E[Z] under the planned effect, with the accrual as given
    correlation: Matrix  # (tests, tests)
    look: Codes  # (tests,) from 0, increasing

    @property
    def looks(self) -> int:
        """How many looks there are."""
        return int(self.look[-1]) + 1

    def at(self, look: int) -> Codes:
        """Give the places of a look's tests."""
        return np.flatnonzero(self.look == look)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where the trial stops; infinite where it does not."""

    upper: Vector
    lower: Vector


@dataclass(frozen=True, slots=True)
class ComboStops:
    """Chances of stopping first at each look, and the standard error of their computation."""

    upper: Vector
    lower: Vector  # at the last look, all that is left
    error: float


def stops(combo: Combo, bounds: Bounds, effect: float, points: int) -> ComboStops:
    """Give the chances of stopping at each look under a multiple of the planned effect.

    Args:
        combo: the tests.
        bounds: of every look.
        effect: 1 as planned, 0 none.
        points: of the lattice.

    Accuracy:
        1e-9 with up to three tests in all; beyond, see `error`.
    Witness:
        nph17 (gsDesign2, within its Monte Carlo error); mvtnorm; one test: the recursion.
    """
    upper, lower = np.zeros(combo.looks), np.zeros(combo.looks)
    error, lost = 0.0, 0.0  # of the sum of the upper, of the lower
    for look in range(combo.looks):
        left = Estimate(1.0 - float(upper.sum() + lower.sum()), lost)
        above = crossing(combo, bounds, effect, look, points, left)
        below = Estimate(0.0, 0.0)
        if look + 1 < combo.looks and bounds.lower[look] > -np.inf:
            below = went_on_until(
                combo, bounds, effect, look, (-np.inf, float(bounds.lower[look])), points
            )
        upper[look], lower[look] = above.value, below.value
        whole = not unlikely(combo, bounds, effect, look)  # a complement makes good earlier errors
        error = above.error if whole else float(np.hypot(error, above.error))
        lost = float(np.hypot(lost, below.error))
    lower[-1] = 1.0 - upper.sum() - lower[:-1].sum()
    return ComboStops(upper, lower, error)


def crossing(
    combo: Combo,
    bounds: Bounds,
    effect: float,
    look: int,
    points: int,
    left: Estimate | None = None,
) -> Estimate:
    """Give the chance of stopping first at a look for efficacy; `left`: of not before, if known.

    Witness:
        `stops`.
    """
    limit = float(bounds.upper[look])
    if limit == np.inf:
        return Estimate(0.0, 0.0)
    if unlikely(combo, bounds, effect, look):
        return went_on_until(combo, bounds, effect, look, (limit, np.inf), points)
    before = Estimate(1.0, 0.0) if left is None else left
    if look > 0 and left is None:
        region = (float(bounds.lower[look - 1]), float(bounds.upper[look - 1]))
        before = went_on_until(combo, bounds, effect, look - 1, region, points)
    short = went_on_until(combo, bounds, effect, look, (-np.inf, limit), points)
    return before + short.times(-1.0)


def unlikely(combo: Combo, bounds: Bounds, effect: float, look: int) -> bool:
    """Tell whether few trials cross the upper bound of a look."""
    most = effect * float(combo.mean[combo.at(look)].max())
    return most <= float(bounds.upper[look]) - UNLIKELY


def went_on_until(
    combo: Combo,
    bounds: Bounds,
    effect: float,
    look: int,
    interval: tuple[float, float],
    points: int,
) -> Estimate:
    """Give the chance that no look before stopped the trial and this one's largest is within.

    Witness:
        `stops`.
    """
    normals = Normals(effect * combo.mean, combo.correlation)
    earlier = np.flatnonzero(combo.look < look)
    total = Estimate(0.0, 0.0)
    choices = [
        [(1.0, bounds.upper[j])]
        if bounds.lower[j] == -np.inf
        else [(1.0, bounds.upper[j]), (-1.0, bounds.lower[j])]
        for j in range(look)
    ]
    for chosen in itertools.product(*choices):
        sign = float(np.prod([part[0] for part in chosen]))
        limits = np.array([part[1] for part in chosen])[combo.look[earlier]]
        enough = _points_for(normals, earlier, limits, points)
        if enough:
            part = largest_within(normals, combo.at(look), interval, earlier, limits, points=enough)
            total = total + part.times(sign)
    return total


def _points_for(normals: Normals, earlier: Codes, limits: Vector, points: int) -> int:
    """Give fewer points to a chance that is small, none to one that is nothing."""
    most = float(ndtr((limits - normals.mean[earlier]).min(initial=np.inf)))
    return min([points, *(few for small, few in FEW if most <= small)])


def efficacy_bounds(combo: Combo, schedule: Schedule, lower: Vector | None, points: int) -> Vector:
    """Find the bounds whose chances of being crossed under no effect follow the schedule.

    Args:
        combo: the tests.
        schedule: bounds as given, or errors to have spent.
        lower: futility bounds that alpha relies on; None: none does.
        points: of the lattice.

    Raises:
        DesignError: bounds given spend more than is to be spent.
    Accuracy:
        2e-6 in z with four tests in all, 6e-5 with nine, at 4093 points; 1e-9 up to three.
    Witness:
        nph09, nph17 (gsDesign2, within its Monte Carlo error); one test: group_sequential.
    """
    upper = np.full(combo.looks, np.inf)
    floor = np.full(combo.looks, -np.inf) if lower is None else lower
    spent = 0.0
    for look in range(combo.looks):
        known = float(schedule.z[look])
        bounds = Bounds(upper, floor)
        if not np.isnan(known):
            upper[look] = known
            spent += crossing(combo, bounds, 0.0, look, points).value
            continue
        spend = _due(schedule, look, spent)
        if spend <= NOTHING * schedule.spent[look]:
            continue
        spent = float(schedule.spent[look])

        def tail(z: float, points: int, look: int = look) -> float:
            interval = (z, np.inf)
            floored = Bounds(upper, floor)
            return went_on_until(combo, floored, 0.0, look, interval, points).value

        start = float(-ndtri(spend / max(1.0, combo.at(look).size / 2.0)))
        upper[look] = where_it_falls_to(tail, spend, start, points)
    return upper


def futility_bounds(
    combo: Combo,
    schedule: Schedule,
    upper: Vector,
    effect: float,
    points: int,
    guess: Vector | None = None,
) -> Vector:
    """Find the interim bounds whose chances under the effect follow the schedule.

    Raises:
        DesignError: so much is to be spent that the bounds meet before the end.
    Accuracy:
        As `efficacy_bounds`.
    Witness:
        nph17 (gsDesign2, within its Monte Carlo error).
    """
    lower = np.full(combo.looks, -np.inf)
    spent = 0.0
    for look in range(combo.looks - 1):
        known = float(schedule.z[look])
        if not np.isnan(known):
            lower[look] = known
            continue
        spend = _due(schedule, look, spent)
        if spend <= NOTHING * schedule.spent[look]:
            continue
        spent = float(schedule.spent[look])

        def tail(z: float, points: int, look: int = look) -> float:
            interval = (-np.inf, -z)
            return went_on_until(combo, Bounds(upper, lower), effect, look, interval, points).value

        top = float(combo.mean[combo.at(look)].max()) * effect
        start = -float(ndtri(spend)) - top
        if guess is not None and np.isfinite(guess[look]):
            start = -float(guess[look])
        lower[look] = -where_it_falls_to(tail, spend, start, points)
        if lower[look] >= upper[look]:
            raise DesignError(
                f"By look {look + 1} futility is to spend {schedule.spent[look]:.4g}, so much that "
                "its bound meets the efficacy bound; spend less early, or allow more patients."
            )
    return lower


def _due(schedule: Schedule, look: int, spent: float) -> float:
    """Give what is left to spend at a look."""
    due = float(schedule.spent[look])
    if due - spent < -1e-9 * due:
        raise DesignError(
            f"The bounds given before look {look + 1} spend {spent:.6g}, more than the {due:.6g} "
            "to have been spent by then; move them outward or raise the total."
        )
    return due - spent
