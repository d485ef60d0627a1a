"""Several arms against one control: critical values, p-values and power of Dunnett's test.

Each arm's statistic Z_j ~ N(δ_j, 1) shares the control's noise: r_ij = λ_i λ_j,
λ_j² = n_j / (n_j + n_0) (Dunnett 1955).  One critical value c for all, with

    P(max Z_j > c) = alpha,     or  P(max |Z_j| > c) = alpha  two-sided,

under no effect; with an estimated variance, Z_j / u, u² ~ χ²_f / f, in place of Z_j.  Adjusted
p-values put what was observed in place of c.  Stepping down (Dunnett & Tamhane 1991), the arm with
the largest statistic is tested among all, the next among the rest, and so on.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_alpha
from equipoise.design.multiplicity.co_primary import Success, factor_for_power
from equipoise.design.multiplicity.correlation import checked_correlation
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, frozen
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.normal_rectangle import rectangle, some_outside
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.student import spread_mesh, student_upper_quantile

Sides = Literal[1, 2]
MOST_DRIFT = 1e4  # standard errors: beyond, nothing is left to chance
SHARPNESS = 6.0  # of what is integrated over the estimated variance, at least


@dataclass(frozen=True, slots=True)
class DunnettPower:
    """How often a single-step Dunnett test succeeds."""

    critical_value: float
    some: float  # at least one arm is found better (disjunctive)
    every: float  # all arms are (conjunctive)
    each: Vector  # (arms,) this arm is (marginal)


def dunnett_critical_value(
    correlation: ArrayLike,
    alpha: float = 0.025,
    *,
    sides: Sides = 1,
    degrees: float | None = None,
) -> float:
    """Give the critical value of Dunnett's test.

    Args:
        correlation: (arms, arms) of the statistics; `shared_control_correlation` gives it.
        alpha: Family-wise, for `sides` together.
        sides: Whether arms may be better only, or worse too.
        degrees: Of freedom of the variance; None where it is known.

    Raises:
        DesignError: Alpha or the correlation cannot be.
    Accuracy: 1e-9.
    Witness: mvtnorm qmvnorm and qmvt; Dunnett (1955, 1964) tables.

    >>> half = [[1, 0.5], [0.5, 1]]
    >>> round(dunnett_critical_value(half, 0.05, sides=2, degrees=20), 2)
    2.38
    """
    matrix = checked_correlation(correlation, np.atleast_1d(np.asarray(correlation)).shape[0])
    check_alpha(alpha)
    _check_degrees(degrees)
    arms = matrix.shape[0]

    def short(c: float) -> float:
        chance = _some_beyond(np.full((1, arms), c), matrix, sides, degrees)[0]
        return float(np.log(alpha) - np.log(max(chance, 1e-300)))

    lone = alpha / sides
    low, high = _quantile(lone, degrees), _quantile(lone / arms, degrees) + 1e-6
    if sides == 1 and alpha > 0.5:  # noqa: PLR2004 - below the center Bonferroni's guess is no limit
        low, high = low - 1.0, high + 10.0
    start = 0.9 * high + 0.1 * low
    return rising_root(short, start, slope=max(high, 1.0), within=(low - 1e-6, high))


def dunnett_p_values(
    statistics: ArrayLike,
    correlation: ArrayLike,
    *,
    sides: Sides = 1,
    degrees: float | None = None,
    step_down: bool = True,
) -> Vector:
    """Adjust the p-values of several arms' comparisons with one control.

    Args:
        statistics: (arms,) z, or t where `degrees` are given; positive where the arm is better.
        correlation: (arms, arms).
        sides: As for the critical value.
        degrees: Of freedom of the variance; None where it is known.
        step_down: Test the smaller statistics among themselves only.

    Accuracy: 1e-10.
    Witness: mvtnorm pmvnorm and pmvt; multcomp; tests/twice (closed test).

    >>> half = [[1, 0.5], [0.5, 1]]
    >>> dunnett_p_values([2.5, 1.5], half).round(4).tolist()
    [0.0117, 0.0668]
    """
    z = np.atleast_1d(np.asarray(statistics, dtype=np.float64))
    matrix = checked_correlation(correlation, z.size)
    _check_degrees(degrees)
    if np.isnan(z).any():
        raise DesignError("Every arm needs a statistic; one is missing. Leave the arm out.")
    size = np.abs(z) if sides == 2 else z  # noqa: PLR2004
    adjusted, largest = np.empty(z.size), 0.0
    order = np.argsort(-size, kind="stable")
    for step, j in enumerate(order):
        among = order[step:] if step_down else order
        limits = np.full((1, among.size), size[j])
        own = _some_beyond(limits, matrix[np.ix_(among, among)], sides, degrees)[0]
        largest = max(largest, float(own))
        adjusted[j] = largest
    return frozen(adjusted)


def dunnett_power(
    drift: ArrayLike,
    correlation: ArrayLike,
    alpha: float = 0.025,
    *,
    sides: Sides = 1,
    degrees: float | None = None,
) -> DunnettPower:
    """Give the chances that a single-step Dunnett test finds some, every and each arm better.

    Args:
        drift: (arms,) the mean of each Z under the alternative.
        correlation: (arms, arms).
        alpha: Family-wise.
        sides: Of the test; power counts arms found *better*.
        degrees: Of freedom of the variance; None where it is known.

    Raises:
        DesignError: A drift that is no number, or so large that nothing is left to chance.
    Accuracy: 1e-9.
    Witness: mvtnorm; one arm is the z- or t-test.

    >>> power = dunnett_power([3.0, 3.0], [[1, 0.5], [0.5, 1]])
    >>> round(power.some, 4), round(power.every, 4)
    (0.903, 0.6662)
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    if not (np.abs(mean) <= MOST_DRIFT).all():
        raise DesignError(
            f"An effect of {float(np.abs(mean).max()):.3g} standard errors needs no trial; check "
            "the units of the drifts."
        )
    matrix = checked_correlation(correlation, mean.size)
    critical = dunnett_critical_value(matrix, alpha, sides=sides, degrees=degrees)
    spread, mass = _spread(degrees, critical, mean)
    limits = critical * spread[:, None] - mean
    none = np.full(limits.shape, np.inf)
    each = [
        mass @ some_outside(np.full((spread.size, 1), -np.inf), limits[:, [j]], np.eye(1))
        for j in range(mean.size)
    ]
    return DunnettPower(
        critical_value=critical,
        some=float(mass @ some_outside(-none, limits, matrix)),
        every=float(mass @ rectangle(limits, none, matrix)),
        each=frozen(np.array(each)),
    )


def dunnett_factor(
    drift: ArrayLike,
    correlation: ArrayLike,
    power: float,
    alpha: float = 0.025,
    *,
    success: Success = "some",
    sides: Sides = 1,
) -> float:
    """Give the factor of the drifts at which a single-step Dunnett test has the power.

    Patients grow with its square: a trial of n patients with these drifts needs n × factor².  The
    variance is known.

    Raises:
        DesignError: No effect is positive (or one is not, where every arm is to succeed).
    Accuracy: 1e-9.
    Witness: `dunnett_power` of the answer.

    >>> round(dunnett_factor([1.0, 1.0], [[1, 0.5], [0.5, 1]], 0.9), 3)
    2.984
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    matrix = checked_correlation(correlation, mean.size)
    critical = dunnett_critical_value(matrix, alpha, sides=sides)
    return factor_for_power(mean, np.full(mean.size, critical), matrix, power, success)


def _some_beyond(
    limits: Matrix, correlation: Matrix, sides: Sides, degrees: float | None
) -> Vector:
    """Give P(some statistic > limit), or |statistic|, under no effect, for each row."""
    lower = -limits if sides == 2 else np.full(limits.shape, -np.inf)  # noqa: PLR2004
    if degrees is None or degrees == np.inf:
        return some_outside(lower, limits, correlation)
    spread, mass = _spread(degrees, float(np.abs(limits).max()), np.zeros(1))
    rows = [
        mass @ some_outside(spread[:, None] * low, spread[:, None] * high, correlation)
        for low, high in zip(lower, limits, strict=True)
    ]
    return np.array(rows)


def _spread(degrees: float | None, critical: float, drift: Vector) -> tuple[Vector, Vector]:
    if degrees is None or degrees == np.inf:
        return np.ones(1), np.ones(1)
    return spread_mesh(degrees, max(SHARPNESS, critical, float(np.abs(drift).max())))


def _quantile(p: float, degrees: float | None) -> float:
    if degrees is None or degrees == np.inf:
        return upper_quantile(p)
    return student_upper_quantile(p, degrees)


def _check_degrees(degrees: float | None) -> None:
    if degrees is not None and not degrees >= 1.0:
        raise DesignError(
            f"A variance is estimated with at least 1 degree of freedom; found {degrees:g}. "
            "Give patients less arms, or None where the variance is known."
        )
