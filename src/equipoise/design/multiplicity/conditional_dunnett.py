"""Conditional Dunnett test: arms chosen at an interim look, as much of Dunnett's test as is left.

A Dunnett test of all arms with Z = √t Z₁ + √(1-t) Z₂ was planned.  Given Z₁, an intersection J of
arms would have been rejected with the conditional error

    A_J = P(max_{i∈J} (√t z_i₁ + √(1-t) Z_i₂) ≥ d_J),    d_J the critical value of J's arms,

and whatever was changed, J may be rejected when a p-value of the second stage is at most A_J
(König, Brannath, Bretz & Posch 2008).  That p-value is of the arms that go on: *conditional* on Z₁,
of the largest √t Z₁ + √(1-t) Z₂, or unconditional, of the largest Z₂ by itself.  An arm is claimed
when every J that holds it is rejected.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.design.checks import check_alpha
from equipoise.design.multiplicity.adaptive_closed_test import MOST, every_intersection
from equipoise.design.multiplicity.correlation import checked_correlation
from equipoise.design.multiplicity.dunnett import dunnett_critical_value
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector, flags, frozen, vector
from equipoise.kernel.normal_rectangle import some_exceed

SecondStage = Literal["conditional", "unconditional"]


@dataclass(frozen=True, slots=True)
class ConditionalDunnettQuestion:
    """What was asked of `conditional_dunnett`."""

    z: Matrix  # (1 or 2, arms) of each stage on its own data; nan for arms dropped
    information: float  # fraction at the interim look
    correlation: tuple[Matrix, ...]  # of the arms' statistics, per stage
    alpha: float
    second_stage: SecondStage


@dataclass(frozen=True, slots=True, repr=False)
class ConditionalDunnett(Printed):
    """Decisions of a conditional Dunnett test, and every intersection behind them."""

    asked: ConditionalDunnettQuestion
    members: Flags  # (intersections, arms)
    critical: Vector  # (intersections,) d_J of the planned test
    conditional_error: Vector  # (intersections,) A_J
    second_stage_p: Vector  # (intersections,) nan without a second stage, or an arm that goes on
    rejected: Flags  # (arms,)
    assumed: tuple[str, ...]


def conditional_dunnett(
    z: ArrayLike,
    information: float,
    correlation: tuple[ArrayLike, ...],
    alpha: float = 0.025,
    *,
    second_stage: SecondStage = "conditional",
) -> ConditionalDunnett:
    """Test arms some of which were dropped at an interim look, by a conditional Dunnett test.

    Args:
        z: (1 or 2, arms) of each stage on its own data, positive where the arm is better; nan at
            the second for arms dropped.  With one stage, only conditional errors are given.
        information: Fraction planned at the interim look.
        correlation: Per stage, (arms, arms) of the statistics (`shared_control_correlation`).
        alpha: One-sided, for all arms together.
        second_stage: How its p-values are taken.

    Raises:
        DesignError: A statistic or correlation that is missing, information not within (0, 1).
    Accuracy: 1e-9.
    Witness: rpact getClosedConditionalDunnettTestResults; unchanged, it is Dunnett's test.

    >>> half = [[1, 0.5], [0.5, 1]]
    >>> test = conditional_dunnett([[1.5, 0.3], [2.0, float("nan")]], 0.5, (half, half))
    >>> test.conditional_error.round(4).tolist(), test.rejected.tolist()
    ([0.053, 0.1017, 0.0067], [True, False])
    """
    asked = _checked(z, information, correlation, alpha, second_stage)
    members = every_intersection(asked.z.shape[1])
    arms_of = [np.flatnonzero(row) for row in members]
    critical = np.array([_critical(asked, arms) for arms in arms_of])
    error = np.array(
        [
            _later_exceeds(asked, arms, d, 0)
            for arms, d in zip(arms_of, critical.tolist(), strict=True)
        ]
    )
    second = np.array([_second_stage_p(asked, arms) for arms in arms_of])
    reached = np.zeros(error.size, dtype=np.bool_)
    np.less_equal(second, error, out=reached, where=np.isfinite(second))
    return ConditionalDunnett(
        asked=asked,
        members=flags(members),
        critical=vector(critical),
        conditional_error=vector(error),
        second_stage_p=vector(second),
        rejected=flags([reached[members[:, arm]].all() for arm in range(members.shape[1])]),
        assumed=(
            "no arm is claimed at the interim look",
            "variances are known, and stages have different patients",
        ),
    )


def _critical(asked: ConditionalDunnettQuestion, arms: NDArray[np.intp]) -> float:
    return dunnett_critical_value(asked.correlation[0][np.ix_(arms, arms)], asked.alpha)


def _later_exceeds(
    asked: ConditionalDunnettQuestion, arms: NDArray[np.intp], limit: float, stage: int
) -> float:
    """Give the chance, given the first stage, that an arm's combined statistic exceeds a limit."""
    t = asked.information
    needed = (limit - np.sqrt(t) * asked.z[0, arms]) / np.sqrt(1.0 - t)
    return float(some_exceed(needed[None, :], asked.correlation[stage][np.ix_(arms, arms)])[0])


def _second_stage_p(asked: ConditionalDunnettQuestion, arms: NDArray[np.intp]) -> float:
    """Give the p-value of an intersection's arms that went on; nan without any."""
    if asked.z.shape[0] == 1:
        return float("nan")
    left = arms[~np.isnan(asked.z[1, arms])]
    if not left.size:
        return float("nan")
    if asked.second_stage == "conditional":
        t = asked.information
        seen = np.sqrt(t) * asked.z[0, left] + np.sqrt(1.0 - t) * asked.z[1, left]
        return _later_exceeds(asked, left, float(seen.max()), 1)
    largest = np.full((1, left.size), asked.z[1, left].max())
    return float(some_exceed(largest, asked.correlation[1][np.ix_(left, left)])[0])


def _checked(
    z: ArrayLike,
    information: float,
    correlation: tuple[ArrayLike, ...],
    alpha: float,
    second_stage: SecondStage,
) -> ConditionalDunnettQuestion:
    check_alpha(alpha)
    statistics = np.atleast_2d(np.array(z, dtype=np.float64))
    stages, arms = statistics.shape
    if stages > 2 or not 1 <= arms <= MOST:  # noqa: PLR2004 - stages
        raise DesignError(
            f"A conditional Dunnett test has two stages and 1 to {MOST} arms; found {stages} "
            f"and {arms}. For more stages use `adaptive_closed_test`."
        )
    if not np.isfinite(statistics[0]).all() or np.isnan(statistics[-1]).all():
        raise DesignError(
            "Every arm has a statistic at the first stage, and at least one at the second; found "
            f"{statistics.tolist()}."
        )
    if not 0.0 < information < 1.0:
        raise DesignError(
            f"The interim look is at a fraction between 0 and 1; found {information:g}."
        )
    if len(correlation) < stages:
        raise DesignError(f"{stages} stages have a correlation each; found {len(correlation)}.")
    matrices = tuple(checked_correlation(each, arms) for each in correlation)
    return ConditionalDunnettQuestion(
        frozen(statistics), information, matrices, alpha, second_stage
    )
