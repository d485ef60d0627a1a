"""Several endpoints at once: how often all of them succeed, or at least one.

With Z_j ~ N(δ_j, 1) correlated, and endpoint j a success when Z_j ≥ c_j,

    all        P(Z_1 ≥ c_1, ..., Z_m ≥ c_m)      co-primary: no adjustment, power falls
    at least one   P(Z_j ≥ c_j for some j)       alternative primary: alpha is shared

(Offen et al. 2007; Sozu et al. 2010).  Drifts grow with the root of the patients, so that a trial
of n patients with drifts δ needs n × factor² where `factor_for_power` is the factor.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from equipoise.design.multiplicity.correlation import checked_correlation
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, frozen, vector
from equipoise.kernel.normal import upper_quantile, upper_tails
from equipoise.kernel.normal_rectangle import rectangle, some_outside
from equipoise.kernel.rising_root import rising_root

Success = Literal["all", "some"]


@dataclass(frozen=True, slots=True)
class JointPower:
    """How often several endpoints succeed."""

    alphas: Vector  # (endpoints,) one-sided levels
    every: float  # all succeed
    some: float  # at least one does
    each: Vector  # (endpoints,) by itself


def joint_power(drift: ArrayLike, correlation: ArrayLike, alphas: ArrayLike) -> JointPower:
    """Give the chances that all, some and each of several endpoints succeed.

    Args:
        drift: (endpoints,) the mean of each Z under the alternative.
        correlation: (endpoints, endpoints) of the statistics.
        alphas: One-sided level of each endpoint, or one for all.

    Raises:
        DesignError: Levels outside (0, 1), or a correlation that cannot be.
    Accuracy: 1e-10 up to four endpoints, or where correlations are products; 1e-6 with five.
    Witness: mvtnorm pmvnorm; products where uncorrelated.

    >>> power = joint_power([3.24, 3.24], [[1, 0.5], [0.5, 1]], 0.025)
    >>> round(power.every, 3), round(power.some, 3)
    (0.832, 0.967)
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    matrix = checked_correlation(correlation, mean.size)
    levels = _levels(alphas, mean)
    limits = (-ndtri(levels) - mean)[None, :]
    none = np.full(limits.shape, np.inf)
    return JointPower(
        alphas=vector(levels),
        every=float(rectangle(limits, none, matrix)[0]),
        some=float(some_outside(-none, limits, matrix)[0]),
        each=frozen(upper_tails(limits[0])),
    )


def co_primary_factor(
    drift: ArrayLike,
    correlation: ArrayLike,
    power: float,
    alphas: ArrayLike = 0.025,
    *,
    success: Success = "all",
) -> float:
    """Give the factor of the drifts at which all, or some, endpoints succeed often enough.

    Raises:
        DesignError: Power not above the level, or an endpoint without a positive effect.
    Accuracy: 1e-9.
    Witness: `joint_power` of the answer; one endpoint: (z_α + z_β) / δ.

    >>> round(co_primary_factor([1.0], [[1.0]], 0.9), 4)
    3.2415
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    matrix = checked_correlation(correlation, mean.size)
    levels = _levels(alphas, mean)
    return factor_for_power(mean, -ndtri(levels), matrix, power, success)


def factor_for_power(
    drift: Vector, critical: Vector, correlation: Matrix, power: float, success: Success
) -> float:
    """Give the factor of the drifts with P(all, or some, factor × drift + noise ≥ c) = power.

    Raises:
        DesignError: The power is not above that of no effect, or no effect is there to find.
    Witness: `joint_power` of the answer.

    >>> two = np.array([1.0, 1.0])
    >>> round(factor_for_power(two, 1.96 * two, np.eye(2), 0.81, "all"), 3)
    3.242
    """
    needed = float(drift.min() if success == "all" else drift.max())
    if needed <= 0.0:
        remedy = "every endpoint" if success == "all" else "at least one endpoint"
        raise DesignError(
            f"No number of patients finds an effect that is not there; effects {drift.tolist()}. "
            f"Give {remedy} a positive one."
        )
    none = np.full((1, drift.size), np.inf)

    def failing(factor: float) -> float:
        limits = (critical - factor * drift)[None, :]
        if success == "all":
            return float(some_outside(limits, none, correlation)[0])
        return float(rectangle(-none, limits, correlation)[0])

    def excess(factor: float) -> float:
        return upper_quantile(max(failing(factor), 1e-300)) - goal

    least = 1.0 - failing(0.0)
    if not least < power < 1.0:
        raise DesignError(
            f"Power lies between {least:.3g}, which no effect has, and 1; found {power:g}. Use 0.9."
        )
    goal = upper_quantile(1.0 - power)
    reach = float(np.abs(critical).max()) + upper_quantile((1.0 - power) / drift.size) + 1.0
    start = (float(critical.max()) + max(goal, 0.0)) / needed
    return rising_root(excess, start, slope=needed, within=(0.0, reach / needed))


def _levels(alphas: ArrayLike, drift: Vector) -> Vector:
    """Give the level of each endpoint, or refuse it."""
    levels = np.broadcast_to(np.asarray(alphas, dtype=np.float64), drift.shape)
    if not ((levels > 0.0) & (levels < 1.0)).all():
        raise DesignError(
            f"Levels lie between 0 and 1; found {levels.tolist()}. Leave out an endpoint that is "
            "not tested."
        )
    return levels
