"""Several arms against one control, over several looks: one boundary for all of them.

The trial claims an arm when its Z reaches the upper bound of a look; an arm at or below the lower
bound is dropped.  Bounds keep the chance that *some* arm is claimed, none being better, at alpha
(Magirr, Jaki & Whitehead 2012).  They follow a spending function, u_j = C t_j^(Δ - 1/2) (0: O'Brien
& Fleming, 1/2: Pocock), or the triangle

    u_j = C (1 + t_j) / √t_j,    l_j = -C (1 - 3 t_j) / √t_j       (Whitehead & Stratton 1983).

Arms have the same number of patients, `allocation` times the control's.  When an arm is dropped or
claimed, the bounds of the others stay as they are (conservative); `fewer_arms` gives the bounds of
each number of arms for a closed test, which does better.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.multiplicity.multi_arm_question import (
    MultiArmQuestion,
    Shape,
    checked_question,
    lower_bounds,
)
from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.multi_arm_looks import Arriving, start
from equipoise.kernel.multi_arm_walk import arms_of
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root


@dataclass(frozen=True, slots=True, repr=False)
class MultiArmBounds(Printed):
    """The boundary of a multi-arm multi-stage design."""

    asked: MultiArmQuestion
    upper: Vector  # (looks,) z
    lower: Vector  # (looks,) z; -inf where arms are not dropped
    alpha_spent: Vector  # (looks,) cumulative chance to claim some arm, none being better
    assumed: tuple[str, ...]

    def some_claimed(self, drift: ArrayLike) -> Vector:
        """Give the chance that some arm is claimed by each look, lower bounds obeyed.

        Power counts on the shared control even where bounds do not (correlation 0).

        Args:
            drift: (arms,) E[Z] of each arm at the end.

        Witness: lrstat getDesign_mams; tests/twice (multivariate normal, simulation).
        """
        mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
        if mean.size != self.asked.arms:
            raise DesignError(
                f"{self.asked.arms} arms have as many drifts; found {mean.size}. Give each one."
            )
        asked = self.asked
        correlation = asked.correlation_for_power
        return _some_claimed(self.upper, self.lower, asked.information, mean, correlation)


def multi_arm_bounds(
    arms: int,
    information: ArrayLike,
    shape: Shape,
    alpha: float = 0.025,
    *,
    allocation: float = 1.0,
    futility: ArrayLike | None = None,
    binding: bool = False,
    correlation: float | None = None,
) -> MultiArmBounds:
    """Find the bounds that claim some arm with chance alpha where none is better.

    Args:
        arms: Experimental ones.
        information: Fractions of the maximum at each look; five looks at most.
        shape: A spending function, Wang-Tsiatis, the triangle (which drops arms, binding), or no
            claim before the "last look".
        alpha: One-sided, for all arms together.
        allocation: Patients of each arm per patient of the control arm.
        futility: (looks - 1,) z at or below which an arm is dropped.
        binding: Whether alpha relies on `futility` being obeyed.
        correlation: Of two arms' statistics; by the allocation if None, 0 to be conservative.

    Raises:
        DesignError: Information that does not increase to 1, no arm, or too many looks.
    Accuracy: in z, 1e-7 with at most three arms.  With more, 1e-7 to four looks and 1e-5 with
        five, but 1e-3 where arms are larger than the control or looks close together.
    Witness: one arm is the group-sequential design; one
        look is Dunnett's test; tests/twice (multivariate normal).

    >>> plan = multi_arm_bounds(2, [1 / 3, 2 / 3, 1.0], WangTsiatis(0.0))
    >>> plan.upper.round(4).tolist()
    [3.8875, 2.7489, 2.2444]
    """
    asked = checked_question(arms, information, shape, alpha, allocation, binding, correlation)
    lower = lower_bounds(futility, asked.information.size)
    mean = np.zeros(arms)
    if isinstance(shape, WangTsiatis | str):
        upper, lower = _shaped(asked, lower)
    else:
        upper = _spent(asked, lower if binding else np.full(lower.size, -np.inf))
    obeyed = lower if asked.binding else np.full(lower.size, -np.inf)
    spent = _some_claimed(upper, obeyed, asked.information, mean, asked.correlation)
    return MultiArmBounds(
        asked=asked,
        upper=vector(upper),
        lower=vector(lower),
        alpha_spent=spent,
        assumed=(
            "arms of equal size, compared with one control",
            "an arm at or below its lower bound is dropped by itself",
            "no effect in any arm is where alpha is largest",
        ),
    )


def fewer_arms(plan: MultiArmBounds) -> tuple[Vector, ...]:
    """Give the upper bounds for as many arms as planned, one less, and so on to one.

    By closed testing, an arm is claimed when it crosses the bound of every number of arms that
    it could be among.

    Witness: `multi_arm_bounds` of each number of arms; lrstat getDesign_mams to its 4 digits.

    >>> plan = multi_arm_bounds(2, [1 / 3, 2 / 3, 1.0], WangTsiatis(0.0))
    >>> [bounds.round(3).tolist() for bounds in fewer_arms(plan)]
    [[3.887, 2.749, 2.244], [3.471, 2.454, 2.004]]
    """
    asked = plan.asked
    futility = None if np.isinf(plan.lower).all() else plan.lower[:-1]
    return tuple(
        multi_arm_bounds(
            count,
            asked.information,
            asked.shape,
            asked.alpha,
            allocation=asked.allocation,
            futility=None if asked.shape == "triangular" else futility,
            binding=asked.binding,
            correlation=asked.correlation,
        ).upper
        for count in range(asked.arms, 0, -1)
    )


def multi_arm_factor(plan: MultiArmBounds, drift: ArrayLike, power: float) -> float:
    """Give the factor of the drifts at which some arm is claimed with the power.

    Patients grow with its square.

    Raises:
        DesignError: No arm is better, or power not between alpha and 1.
    Accuracy: 1e-7.
    Witness: lrstat getDesign_mams; `some_claimed` of the answer.

    >>> plan = multi_arm_bounds(2, [1 / 3, 2 / 3, 1.0], WangTsiatis(0.0))
    >>> round(multi_arm_factor(plan, [0.3, 0.5], 0.9) ** 2, 2)
    47.15
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    best = float(mean.max())
    if best <= 0.0:
        raise DesignError(
            f"No number of patients finds an arm better that is not; drifts {mean.tolist()}. "
            "Give at least one arm a positive one."
        )
    least = float(plan.some_claimed(0.0 * mean)[-1])
    if not least < power < 1.0:
        raise DesignError(
            f"Power lies between {least:.3g}, which no effect has, and 1; found {power:g}."
        )

    def excess(factor: float) -> float:
        chance = float(plan.some_claimed(factor * mean)[-1])
        return upper_quantile(max(1.0 - chance, 1e-15)) - goal

    goal = upper_quantile(1.0 - power)
    start = (float(plan.upper[-1]) + max(goal, 0.0)) / best
    return rising_root(excess, start, slope=best, within=(0.0, 10.0 * start))


def _some_claimed(
    upper: Vector, lower: Vector, information: Vector, drift: Vector, correlation: float
) -> Vector:
    arms = arms_of(drift, correlation)
    running, claimed = start(arms, information), []
    for k in range(information.size):
        arriving = running.arrive()
        claimed.append(arriving.some_crossed(float(upper[k])))
        if k + 1 < information.size:
            running = arriving.go_on(float(lower[k]), float(upper[k]))
    return vector(claimed)


def _spent(asked: MultiArmQuestion, lower: Vector) -> Vector:
    """Spend alpha look by look."""
    assert not isinstance(asked.shape, WangTsiatis | str)  # noqa: S101 - narrows the type
    goal = asked.shape(asked.information, asked.alpha)
    arms = arms_of(np.zeros(asked.arms), asked.correlation)
    running, upper = start(arms, asked.information), np.full(goal.size, np.inf)
    for k in range(goal.size):
        arriving = running.arrive()
        before = arriving.some_crossed(np.inf)
        if goal[k] - before > 0.0:
            upper[k] = _bound(arriving, asked.arms, float(goal[k]), float(goal[k] - before))
        if k + 1 < goal.size:
            running = arriving.go_on(float(lower[k]), float(upper[k]))
    return upper


def _bound(arriving: Arriving, arms: int, goal: float, spend: float) -> float:
    """Find the bound at which some arm has crossed by now with chance `goal`."""

    def short(z: float) -> float:
        chance = arriving.some_crossed(z)
        return float(np.log(goal) - np.log(max(chance, 1e-300)))

    lone = upper_quantile(spend / arms)
    return rising_root(short, lone, slope=lone * spend / goal, within=(-REACH, lone + 1.0))


REACH = 8.0


def _shaped(asked: MultiArmQuestion, lower: Vector) -> tuple[Vector, Vector]:
    """Find the constant of a shape."""
    t = asked.information
    make = _shape_of(asked, lower)

    def short(constant: float) -> float:
        upper, floor = make(constant)
        obeyed = floor if asked.binding else np.full(t.size, -np.inf)
        chance = _some_claimed(upper, obeyed, t, np.zeros(asked.arms), asked.correlation)[-1]
        return float(np.log(asked.alpha) - np.log(max(float(chance), 1e-300)))

    most = upper_quantile(asked.alpha / (asked.arms * t.size)) / make(1.0)[0].min() + 0.1
    start = 0.8 * most
    constant = rising_root(short, start, slope=start, within=(0.0, most))
    return make(constant)


def _shape_of(asked: MultiArmQuestion, lower: Vector) -> Callable[[float], tuple[Vector, Vector]]:
    t = asked.information
    if isinstance(asked.shape, WangTsiatis):
        delta = asked.shape.delta
        return lambda constant: (constant * t ** (delta - 0.5), lower)
    if asked.shape == "last look":
        last = np.where(t < t[-1], np.inf, 1.0)
        return lambda constant: (constant * last, lower)

    def triangle(constant: float) -> tuple[Vector, Vector]:
        root = np.sqrt(t)
        return constant * (1.0 + t) / root, -constant * (1.0 - 3.0 * t) / root

    return triangle
