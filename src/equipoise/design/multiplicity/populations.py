"""The full population and those within it: one alpha for all, by how much they share patients.

The Z of a population and of one nested in it correlate as √(I_inner / I_outer): √prevalence,
where information grows with patients (Spiessens & Debois 2010).  Population i is claimed at look
j when its nominal p is at or below its share w_i of a level c_j, where

    P(some population is claimed by look j) = f(t_j),

f a spending function: with one look, a Bonferroni split made exact.  Shares may be fixed for one
population instead (`remaining_level`): what is left for the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from equipoise.design.checks import check_alpha
from equipoise.design.multiplicity.correlation import nested_correlation
from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import Spending
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, frozen, vector
from equipoise.kernel.normal_rectangle import some_outside
from equipoise.kernel.rising_root import rising_root


@dataclass(frozen=True, slots=True, repr=False)
class PopulationBounds(Printed):
    """Bounds of nested populations, each within the next."""

    prevalence: Vector  # (populations,) shares of the largest one's information
    weights: Vector  # (populations,)
    information: Vector  # (looks,) fractions of the maximum
    bounds: Matrix  # (looks, populations) z
    alpha_spent: Vector  # (looks,) cumulative chance to claim some population wrongly
    correlation: Matrix  # of all statistics, look by look, the populations of a look together

    def some_claimed(self, drift: ArrayLike) -> Vector:
        """Give the chance that some population is claimed by each look.

        Args:
            drift: (populations,) E[Z] of each at the end.

        Witness: `population_bounds`; without an effect it is alpha.

        >>> bounds = population_bounds([0.5, 1.0], [0.5, 0.5])
        >>> bounds.some_claimed([0.0, 0.0]).round(9).tolist()
        [0.025]
        """
        mean = np.outer(np.sqrt(self.information), np.asarray(drift, dtype=np.float64))
        return _some_by_look(self.bounds - mean, self.correlation)


def population_bounds(
    prevalence: ArrayLike,
    weights: ArrayLike,
    alpha: float = 0.025,
    *,
    information: ArrayLike = (1.0,),
    spending: Spending | None = None,
) -> PopulationBounds:
    """Find the bounds that claim some of several nested populations with chance alpha.

    Args:
        prevalence: (populations,) increasing to 1: shares of the largest one's information.
        weights: (populations,) in proportion to which alpha is shared.
        alpha: One-sided, for all populations and looks together.
        information: Fractions of the maximum at each look, the same in each population.
        spending: For more than one look.

    Raises:
        DesignError: Prevalences that do not increase to 1, weights that are not positive, or
            several looks without a spending function.
    Accuracy: 1e-9 with two populations at one look and up to four statistics; else 1e-5.
    Witness: mvtnorm; one population is the group-sequential design; Bonferroni is an upper limit.

    >>> plan = population_bounds([0.5, 1.0], [0.5, 0.5])
    >>> plan.bounds.round(4).tolist()
    [[2.1783, 2.1783]]
    """
    part = np.atleast_1d(np.asarray(prevalence, dtype=np.float64))
    time = np.atleast_1d(np.asarray(information, dtype=np.float64))
    share = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    check_alpha(alpha)
    _check(part, time, share, spending)
    correlation = frozen(
        np.asarray(np.kron(nested_correlation(time), nested_correlation(part)), dtype=np.float64)
    )
    goal = vector([alpha] if spending is None else spending(time, alpha))
    bounds = np.full((time.size, part.size), np.inf)
    spent = np.zeros(time.size)
    for look in range(time.size):
        before = float(spent[look - 1]) if look else 0.0
        if goal[look] > before:
            bounds[look] = _look_bounds(bounds, look, share / share.sum(), correlation, goal)
        spent[look] = goal[look]
    return PopulationBounds(
        vector(part),
        vector(share / share.sum()),
        vector(time),
        frozen(bounds),
        vector(spent),
        frozen(correlation),
    )


def _look_bounds(
    bounds: Matrix, look: int, share: Vector, correlation: Matrix, goal: Vector
) -> Vector:
    """Find one look's bounds, those before it being set."""
    size = (look + 1) * share.size
    within = correlation[:size, :size]

    def at(exponent: float) -> Vector:
        return np.asarray(-ndtri(share * np.exp(-exponent)))

    def short(exponent: float) -> float:
        trial = bounds.copy()
        trial[look] = at(exponent)
        limits = trial[: look + 1].ravel()[None, :]
        chance = float(some_outside(np.full(limits.shape, -np.inf), limits, within)[0])
        return float(np.log(goal[look]) - np.log(max(chance, 1e-300)))

    step = float(goal[look] - (goal[look - 1] if look else 0.0))
    start = -float(np.log(step))
    return at(rising_root(short, start, slope=step / float(goal[look]), within=(0.0, start + 3.0)))


def remaining_level(used: float, correlation: float, alpha: float = 0.025) -> float:
    """Give the level left for one population when the other is tested at a level of its own.

    Args:
        used: The nominal one-sided level of the other population.
        correlation: Of the two statistics: the root of the prevalence.
        alpha: One-sided, for both together.

    Raises:
        DesignError: Nothing is left, or the correlation is not from 0 to 1.
    Accuracy: 1e-10.
    Witness: mvtnorm; Bonferroni (alpha less what is used) is a lower limit.

    >>> round(remaining_level(0.02, 0.5**0.5), 6)
    0.008689
    """
    check_alpha(alpha)
    if not 0.0 < used < alpha:
        raise DesignError(
            f"The level of one population lies between 0 and alpha, {alpha:g}; found {used:g}."
        )
    if not 0.0 <= correlation < 1.0:
        raise DesignError(f"Populations correlate from 0 to below 1; found {correlation:g}.")
    matrix = np.array([[1.0, correlation], [correlation, 1.0]])
    return _level_left(
        lambda level: float(
            some_outside(
                np.full((1, 2), -np.inf), np.array([[-ndtri(used), -ndtri(level)]]), matrix
            )[0]
        ),
        alpha,
        alpha - used,
    )


def _level_left(chance: Callable[[float], float], alpha: float, least: float) -> float:
    return rising_root(
        lambda level: (chance(level) - alpha) / alpha,
        least,
        slope=1.0 / alpha,
        within=(0.99 * least, alpha),
    )


def _some_by_look(limits: Matrix, correlation: Matrix) -> Vector:
    looks, populations = limits.shape
    chances = []
    for look in range(looks):
        size = (look + 1) * populations
        row = limits[: look + 1].ravel()[None, :]
        below = np.full(row.shape, -np.inf)
        chances.append(float(some_outside(below, row, correlation[:size, :size])[0]))
    return vector(chances)


def _check(part: Vector, time: Vector, share: Vector, spending: Spending | None) -> None:
    if abs(part[-1] - 1.0) > 1e-9 or abs(time[-1] - 1.0) > 1e-9:  # noqa: PLR2004
        raise DesignError(
            f"Prevalences and information end at 1; found {part.tolist()} and {time.tolist()}. "
            "Give the largest population, and the last look, last."
        )
    if share.size != part.size or not (share > 0.0).all():
        raise DesignError(
            f"{part.size} populations need as many positive weights; found {share.tolist()}."
        )
    if time.size > 1 and spending is None:
        raise DesignError(
            f"{time.size} looks need a spending function. Give `spending`, or one look."
        )
