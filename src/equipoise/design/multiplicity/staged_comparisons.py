"""Arms that must pass every stage: pairwise comparisons, the early ones on an earlier outcome.

Each arm goes on while its p is at or below the level of the stage, and is claimed at the last; each
comparison has its own alpha and power, and stage j takes the information

    I_j = ((z_{α_j} + z_{ω_j}) / δ_j)²,   δ_j the effect on the outcome of that stage

for its power ω_j (Royston, Parmar & Qian 2003; Royston et al. 2011; Bratton et al. 2016).  With an
intermediate outcome I before the last stage and the definitive D at it, the Z correlate as

    √(I_i / I_j)  on one outcome,    c √(I_i / I_J)  between I and D,

c the correlation of the two estimated effects on the same patients.  So the Z are those of a walk
whose last information is I_J / c².  The pairwise error is the chance to pass all stages under no
effect on both outcomes; the family-wise, that some arm does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_alpha
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.multi_arm_looks import start
from equipoise.kernel.multi_arm_walk import MOST_LOOKS, arms_of
from equipoise.kernel.normal import upper_quantiles
from equipoise.kernel.sequential import stopping_probability


@dataclass(frozen=True, slots=True)
class StagedQuestion:
    """What was asked of `staged_comparisons`."""

    arms: int
    alpha: Vector  # (stages,) one-sided, of each comparison by itself
    power: Vector  # (stages,) likewise
    effect: Vector  # (stages,) on the outcome of each stage, positive where the arm is better
    allocation: float
    outcome_correlation: float  # of the effects on the two outcomes


@dataclass(frozen=True, slots=True, repr=False)
class StagedComparisons(Printed):
    """A multi-arm multi-stage trial of pairwise comparisons."""

    asked: StagedQuestion
    bounds: Vector  # (stages,) z an arm has to reach
    information: Vector  # (stages,) of one comparison, on the outcome of the stage
    passing_null: Vector  # (stages,) an arm without effect passes this stage and all before
    passing: Vector  # (stages,) so does one with the effects
    some_passing_null: Vector  # (stages,) some arm does, none having an effect
    arms_expected_null: Vector  # (stages,) arms expected to be treated in each stage
    arms_expected: Vector  # (stages,) likewise, all arms having the effects
    assumed: tuple[str, ...]

    @property
    def pairwise_alpha(self) -> float:
        """Give the chance to claim one arm without effect."""
        return float(self.passing_null[-1])

    @property
    def pairwise_power(self) -> float:
        """Give the chance to claim one arm with the effects."""
        return float(self.passing[-1])

    @property
    def family_wise_error(self) -> float:
        """Give the chance to claim some arm, none having an effect."""
        return float(self.some_passing_null[-1])


def staged_comparisons(
    arms: int,
    alpha: ArrayLike,
    power: ArrayLike,
    effect: ArrayLike,
    *,
    allocation: float = 1.0,
    outcome_correlation: float = 1.0,
) -> StagedComparisons:
    """Plan a trial whose arms must pass every stage to be claimed.

    Args:
        arms: Experimental ones.
        alpha: (stages,) one-sided levels, never rising.
        power: (stages,) of one comparison.
        effect: (stages,) on the linear scale, or one for all; the last on the definitive outcome,
            the others on the intermediate.
        allocation: Patients of each arm per patient of the control arm.
        outcome_correlation: c; 1 where all stages have one outcome.

    Raises:
        DesignError: Stages whose information does not increase, levels or powers that cannot be.
    Accuracy: 1e-9 of one comparison, 1e-7 family-wise to four stages.
    Witness: tests/twice (multivariate normal); one stage is Dunnett's test.

    >>> plan = staged_comparisons(3, [0.5, 0.25, 0.025], [0.95, 0.95, 0.9], 0.3)
    >>> round(plan.pairwise_alpha, 4), round(plan.pairwise_power, 4)
    (0.0214, 0.8568)
    """
    asked = _checked(arms, alpha, power, effect, allocation, outcome_correlation)
    bounds = upper_quantiles(asked.alpha)
    mean = bounds - upper_quantiles(asked.power)
    information = (mean / asked.effect) ** 2
    time = _time(information, asked.outcome_correlation)
    none = np.full(bounds.size, np.inf)
    passing_null = 1.0 - np.cumsum(stopping_probability(none, bounds, time).lower)
    passing = 1.0 - np.cumsum(
        stopping_probability(none, bounds, time, drift=mean / np.sqrt(time)).lower
    )
    return StagedComparisons(
        asked=asked,
        bounds=vector(bounds),
        information=vector(information),
        passing_null=vector(passing_null),
        passing=vector(passing),
        some_passing_null=_some_passing(asked, bounds, time),
        arms_expected_null=vector(arms * np.append(1.0, passing_null[:-1])),
        arms_expected=vector(arms * np.append(1.0, passing[:-1])),
        assumed=(
            "arms that fail a stage are dropped; the bounds bind",
            "no arm is claimed before the last stage",
            "no effect on either outcome is where the family-wise error is meant",
        ),
    )


def _some_passing(asked: StagedQuestion, bounds: Vector, time: Vector) -> Vector:
    """Give the chance that some arm without effect passes each stage."""
    rho = asked.allocation / (1.0 + asked.allocation)
    arms = arms_of(np.zeros(asked.arms), rho)
    running, some = start(arms, time), []
    for k in range(time.size):
        arriving, bound = running.arrive(), float(bounds[k])
        some.append(arriving.some_crossed(bound))
        if k + 1 < time.size:
            running = arriving.go_on(bound, np.inf)
    return vector(some)


def _time(information: Vector, correlation: float) -> Vector:
    """Give the times of the walk whose Z correlate as those of the stages."""
    time = information.copy()
    time[-1] /= correlation**2
    if (np.diff(time, prepend=0.0) <= 0.0).any():
        raise DesignError(
            f"Information increases from stage to stage; levels, powers and effects give "
            f"{information.round(2).tolist()}. Make a later stage's level smaller or its power "
            "larger, or leave the earlier stage out."
        )
    return np.asarray(time / time[-1])


def _checked(
    arms: int,
    alpha: ArrayLike,
    power: ArrayLike,
    effect: ArrayLike,
    allocation: float,
    outcome_correlation: float,
) -> StagedQuestion:
    level = np.atleast_1d(np.asarray(alpha, dtype=np.float64))
    wanted = np.atleast_1d(np.asarray(power, dtype=np.float64))
    if wanted.shape != level.shape or not 1 <= level.size <= MOST_LOOKS:
        raise DesignError(
            f"Each of 1 to {MOST_LOOKS} stages has a level and a power; found {level.size} "
            f"levels and {wanted.size} powers."
        )
    for each in level:
        check_alpha(float(each))
    if (np.diff(level) > 0.0).any():
        raise DesignError(f"Levels never rise from stage to stage; found {level.tolist()}.")
    if not ((wanted > level) & (wanted < 1.0)).all():
        raise DesignError(f"Power lies between the stage's level and 1; found {wanted.tolist()}.")
    size = np.broadcast_to(np.asarray(effect, dtype=np.float64), level.shape)
    if not (np.isfinite(size) & (size > 0.0)).all():
        raise DesignError(f"Effects are above 0 at every stage; found {size.tolist()}.")
    if arms < 1 or not allocation > 0.0:
        raise DesignError(
            f"A trial has arms with patients; found {arms} arms, {allocation:g} to 1."
        )
    if not 0.0 < outcome_correlation <= 1.0:
        raise DesignError(
            f"The two outcomes' effects correlate from above 0 to 1; found {outcome_correlation:g}."
        )
    return StagedQuestion(
        arms, vector(level), vector(wanted), vector(size), allocation, outcome_correlation
    )
