"""What a multi-arm multi-stage trial can do: which arm it claims, how long each arm is treated.

The trial stops at its *first claim*, recommending the arm with the largest Z if several cross at
once (Magirr, Jaki & Whitehead 2012), or *each arm* goes on until it is claimed or dropped itself
(Urach & Posch 2016), or no arm is dropped by itself and *all together* stop at the first claim, or
when the largest Z is at or below the lower bound (Gao & Li 2024).  Power is stated where it is
least favorable: one arm has the interesting effect, every other the largest uninteresting one.
Then the chance to

    recommend  that arm, the trial stopping at its first claim          (Magirr et al. 2012)
    claim      that arm, at the first claim or whenever by itself
    claim some arm, whichever

has the drifts' factor solved for it.  Patients grow with its square.  Futility bounds are obeyed.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_power
from equipoise.design.multiplicity.multi_arm import MultiArmBounds
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen, vector
from equipoise.kernel.multi_arm_looks import start, stopping_together
from equipoise.kernel.multi_arm_walk import Arms, arms_of
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability

Stopping: TypeAlias = Literal["first claim", "each arm", "all together"]
Goal: TypeAlias = Literal["recommend", "claim", "some"]


@dataclass(frozen=True, slots=True, repr=False)
class MultiArmPower(Printed):
    """How a multi-arm multi-stage trial goes under given drifts."""

    bounds: MultiArmBounds
    drift: Vector  # (arms,) E[Z] of each arm at the end
    stopping: Stopping
    some: float  # some arm is claimed
    claimed: Matrix  # (looks, arms) this arm is claimed at this look
    recommended: Matrix | None  # (looks, arms) with the largest Z; None if each arm goes on
    treated: Matrix  # (looks, arms) this arm is treated until this look
    control_treated: Vector  # (looks,) so is the control
    assumed: tuple[str, ...]

    @property
    def expected_fraction(self) -> float:
        """Give the expected patients of all arms, as a fraction of the largest trial's.

        Witness: simulation with dropped arms.
        """
        part = np.diff(self.bounds.asked.information, prepend=0.0)
        ratio, arms = self.bounds.asked.allocation, self.bounds.asked.arms
        expected = part @ self.control_treated + ratio * (part @ self.treated).sum()
        return float(expected / (1.0 + ratio * arms))


def multi_arm_power(
    bounds: MultiArmBounds, drift: ArrayLike, *, stopping: Stopping = "first claim"
) -> MultiArmPower:
    """Tell which arms are claimed and treated, look by look.

    Args:
        bounds: Of `multi_arm_bounds`; lower bounds are obeyed.
        drift: (arms,) E[Z] of each arm at the end.
        stopping: At the first claim, each arm by itself, or all together.

    Raises:
        DesignError: Not one drift per arm.
    Accuracy: 1e-7 with at most three arms.  With more, 1e-7 to three looks, 1e-6 with four and 1e-5
        with five, but 1e-4 where arms are larger than the control or looks close together.
    Witness: tests/twice (multivariate normal, simulation); the published design of the R package
        MAMS with three arms and looks.

    >>> from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
    >>> from equipoise.design.sequential.rules import WangTsiatis
    >>> bounds = multi_arm_bounds(2, [0.5, 1.0], WangTsiatis(0.0), futility=[0.0])
    >>> power = multi_arm_power(bounds, [3.2, 1.0])
    >>> round(float(power.claimed[:, 0].sum()), 4), round(power.expected_fraction, 4)
    (0.8333, 0.8626)
    """
    mean = checked_drift(bounds, drift)
    if stopping == "each arm":
        return _each_by_itself(bounds, mean)
    if stopping == "all together":
        return _all_together(bounds, mean)
    arms, kind_of = _kinds(bounds, mean)
    claimed, recommended, treated, control = [], [], [np.ones(arms.drift.size)], [1.0]
    running, looks = start(arms, bounds.asked.information), bounds.upper.size
    for k in range(looks):
        arriving, upper = running.arrive(), float(bounds.upper[k])
        claimed.append(arriving.first_to_cross(upper))
        kinds = range(arms.drift.size)
        recommended.append([arriving.largest_to_cross(upper, j) for j in kinds])
        if k + 1 < looks:
            running = arriving.go_on(float(bounds.lower[k]), upper)
            onward = running.running_on()
            treated.append(onward.arm)
            control.append(onward.trial)
    best = np.array(recommended)
    return MultiArmPower(
        bounds=bounds,
        drift=mean,
        stopping=stopping,
        some=float((best @ arms.count).sum()),
        claimed=frozen(np.array(claimed)[:, kind_of]),
        recommended=frozen(best[:, kind_of]),
        treated=frozen(np.array(treated)[:, kind_of]),
        control_treated=vector(control),
        assumed=("the trial stops when an arm is claimed, or when all are dropped",),
    )


def _all_together(bounds: MultiArmBounds, mean: Vector) -> MultiArmPower:
    """Follow arms of which none is dropped before the others."""
    arms, kind_of = _kinds(bounds, mean)
    course = stopping_together(arms, bounds.asked.information, bounds.upper, bounds.lower)
    return MultiArmPower(
        bounds=bounds,
        drift=mean,
        stopping="all together",
        some=float((course.largest @ arms.count).sum()),
        claimed=frozen(course.claimed[:, kind_of]),
        recommended=frozen(course.largest[:, kind_of]),
        treated=frozen(np.tile(course.on[:, None], mean.size)),
        control_treated=vector(course.on),
        assumed=("the trial stops when an arm is claimed, or when the best is too low",),
    )


def _each_by_itself(bounds: MultiArmBounds, mean: Vector) -> MultiArmPower:
    """Follow arms of which each goes on until it is claimed or dropped itself."""
    arms, kind_of = _kinds(bounds, mean)
    information = bounds.asked.information
    control, running = [1.0], start(arms, information)
    for k in range(information.size - 1):
        running = running.arrive().go_on(float(bounds.lower[k]), float(bounds.upper[k]))
        control.append(running.running_on().some_arm)
    alone = [
        stopping_probability(bounds.upper, bounds.lower, information, drift=float(kind))
        for kind in arms.drift
    ]
    claimed = np.column_stack([stop.upper for stop in alone])
    ended = np.cumsum(claimed + np.column_stack([stop.lower for stop in alone]), axis=0)
    treated = np.vstack([np.ones(arms.drift.size), 1.0 - ended[:-1]])
    return MultiArmPower(
        bounds=bounds,
        drift=mean,
        stopping="each arm",
        some=float(bounds.some_claimed(mean)[-1]),
        claimed=frozen(claimed[:, kind_of]),
        recommended=None,
        treated=frozen(treated[:, kind_of]),
        control_treated=vector(control),
        assumed=("each arm is treated until it is claimed or dropped, the control until all are",),
    )


def least_favorable_factor(
    bounds: MultiArmBounds,
    interesting: float,
    uninteresting: float,
    power: float,
    *,
    goal: Goal = "recommend",
    stopping: Stopping = "first claim",
) -> float:
    """Give the factor of the drifts at which the one interesting arm is found with the power.

    Args:
        bounds: Of `multi_arm_bounds`; lower bounds are obeyed.
        interesting: E[Z] at the end of one arm; times the factor, of the trial looked for.
        uninteresting: E[Z] at the end of every other arm, likewise.
        power: The chance of the goal.
        goal: What counts; see above.
        stopping: At the first claim, each arm by itself, or all together.

    Raises:
        DesignError: No interesting effect, a power no number of patients has, or an arm to be
            recommended where every arm goes on.
    Accuracy: as `multi_arm_power`.
    Witness: `multi_arm_power` of the answer; the published design of the R package MAMS.

    >>> from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
    >>> from equipoise.design.sequential.rules import WangTsiatis
    >>> bounds = multi_arm_bounds(2, [0.5, 1.0], WangTsiatis(0.0), futility=[0.0])
    >>> round(least_favorable_factor(bounds, 3.0, 1.0, 0.8), 4)
    1.033
    """
    _check_goal(interesting, uninteresting, power, goal, stopping)
    mean = np.full(bounds.asked.arms, float(uninteresting))
    mean[0] = interesting

    def excess(factor: float) -> float:
        chance = goal_chance(bounds, factor * mean, goal, stopping)
        return upper_quantile(min(max(1.0 - chance, 1e-15), 1.0 - 1e-15)) - wanted

    wanted = upper_quantile(1.0 - power)
    start = (float(bounds.upper[-1]) + wanted) / interesting
    most = 4.0 * max(start, 1.0 / interesting)
    factor = rising_root(excess, max(start, 0.0), slope=interesting, within=(0.0, most))
    reached = goal_chance(bounds, factor * mean, goal, stopping)
    if abs(reached - power) > 1e-6:  # noqa: PLR2004 - beyond what the integral errs
        raise DesignError(
            f"The arm is found with chance {reached:.4g} at best, not {power:g}: others are "
            "claimed before it, or it is dropped. Make the uninteresting effect smaller, lower "
            "the futility bounds, or ask for less power."
        )
    return factor


def goal_chance(
    bounds: MultiArmBounds,
    drift: Vector,
    goal: Goal = "recommend",
    stopping: Stopping = "first claim",
) -> float:
    """Give the chance that the first arm is recommended, or claimed, or that some arm is.

    Witness: `multi_arm_power`.
    """
    if stopping == "all together":
        course = multi_arm_power(bounds, drift, stopping=stopping)
        if goal == "some" or course.recommended is None:
            return course.some
        best = course.recommended if goal == "recommend" else course.claimed
        return float(best[:, 0].sum())
    if goal == "some":
        return float(bounds.some_claimed(drift)[-1])
    information = bounds.asked.information
    if stopping == "each arm":
        alone = stopping_probability(bounds.upper, bounds.lower, information, drift=float(drift[0]))
        return float(alone.upper.sum())
    arms, kind_of = _kinds(bounds, drift)
    running, looks, chance, kind = start(arms, information), bounds.upper.size, 0.0, int(kind_of[0])
    for k in range(looks):
        arriving, upper = running.arrive(), float(bounds.upper[k])
        if goal == "recommend":
            chance += arriving.largest_to_cross(upper, kind)
        else:
            chance += float(arriving.first_to_cross(upper)[kind])
        if k + 1 < looks:
            running = arriving.go_on(float(bounds.lower[k]), upper)
    return chance


def checked_drift(bounds: MultiArmBounds, drift: ArrayLike) -> Vector:
    """Check that there is one drift per arm."""
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    if mean.shape != (bounds.asked.arms,) or not np.isfinite(mean).all():
        raise DesignError(
            f"{bounds.asked.arms} arms have as many drifts; found {mean.tolist()}. Give each one."
        )
    return vector(mean)


def _kinds(bounds: MultiArmBounds, mean: Vector) -> tuple[Arms, Codes]:
    """Gather arms of one drift, and say which kind each arm is."""
    arms = arms_of(mean, bounds.asked.correlation_for_power)
    return arms, np.searchsorted(arms.drift, mean)


def _check_goal(
    interesting: float, uninteresting: float, power: float, goal: Goal, stopping: Stopping
) -> None:
    if not (np.isfinite(interesting) and interesting > 0.0 and interesting > uninteresting):
        raise DesignError(
            f"The interesting effect is above 0 and above the uninteresting one; found "
            f"{interesting:g} and {uninteresting:g}."
        )
    check_power(power)
    if goal == "recommend" and stopping == "each arm":
        raise DesignError(
            "No arm is recommended before others where each arm goes on by itself. Ask for the "
            'goal "claim" or "some", or let the trial stop at its first claim.'
        )
