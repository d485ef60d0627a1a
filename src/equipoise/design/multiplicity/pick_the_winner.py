"""Pick the winner: the best of several arms at the first look goes on with the control, alone.

At the first look the arm with the largest Z is selected, and its Z held against the first bounds;
its later Z, of all its data, against the later ones (Thall, Simon & Ellenberg 1988; Stallard &
Todd 2003).  The density of the best Z is that of its arm times the chance that all others are
below; from there its score walks like any other, so that all chances are exact (`best_arm`).
No effect in any arm is where alpha is largest.  With no bound before the last of two looks this
is the two-stage design that drops the losers.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_power
from equipoise.design.multiplicity.dunnett import dunnett_critical_value
from equipoise.design.multiplicity.multi_arm_question import (
    MultiArmQuestion,
    Shape,
    checked_question,
    lower_bounds,
)
from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, frozen, vector
from equipoise.kernel.best_arm import best_arm_course, best_at_first, go_on
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential_walk import Running, step

MOST_LOOKS = 50


@dataclass(frozen=True, slots=True, repr=False)
class WinnerBounds(Printed):
    """The boundary of a design that goes on with the best arm."""

    asked: MultiArmQuestion
    upper: Vector  # (looks,) z of the selected arm; the first is of the selection
    lower: Vector  # (looks,) z at or below which the trial stops; -inf where none
    alpha_spent: Vector  # (looks,) cumulative chance to claim the selected arm, none being better
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class WinnerPower(Printed):
    """How a trial that goes on with its best arm goes under given drifts."""

    bounds: WinnerBounds
    drift: Vector  # (arms,) E[Z] of each arm at the end
    selected: Vector  # (arms,) this arm is the best at the first look
    claimed: Matrix  # (looks, arms) it is selected, and claimed at this look
    stopped: Matrix  # (looks, arms) it is selected, and given up at this look
    expected_fraction: float  # expected patients of all arms, of the largest trial's

    @property
    def some(self) -> float:
        """Give the chance that an arm is claimed."""
        return float(self.claimed.sum())


def winner_bounds(
    arms: int,
    information: ArrayLike,
    shape: Shape,
    alpha: float = 0.025,
    *,
    allocation: float = 1.0,
    futility: ArrayLike | None = None,
    binding: bool = False,
    correlation: float | None = None,
) -> WinnerBounds:
    """Find the bounds of a trial that goes on with its best arm.

    Args:
        arms: Experimental ones, until the first look.
        information: Fractions of the selected arm's maximum at each look; the arm is selected at
            the first.
        shape: A spending function, Wang-Tsiatis, or no claim before the "last look".
        alpha: One-sided, for all arms together.
        allocation: Patients of each arm per patient of the control arm.
        futility: (looks - 1,) z at or below which the selected arm is given up.
        binding: Whether alpha relies on `futility` being obeyed.
        correlation: Of two arms' statistics; by the allocation if None, 0 to be conservative.

    Raises:
        DesignError: Information that does not increase to 1, no arm, no look after the selection.
    Accuracy: 1e-9 in alpha.
    Witness: lrstat getBound_seamless; one arm is the group-sequential design; tests/twice
        (multivariate normal, simulation).

    >>> winner_bounds(2, [1 / 3, 2 / 3, 1.0], WangTsiatis(0.0)).upper.round(4).tolist()
    [3.7766, 2.6705, 2.1804]
    """
    asked = checked_question(
        arms,
        information,
        shape,
        alpha,
        allocation,
        binding,
        correlation,
        most_looks=MOST_LOOKS,
    )
    t = asked.information
    _check_selection(shape, t.size)
    lower = lower_bounds(futility, t.size)
    obeyed = lower if binding else np.full(t.size, -np.inf)
    upper = _drawn(asked, obeyed)
    spent = best_arm_course(upper, obeyed, t, np.zeros(arms), asked.correlation).above
    return WinnerBounds(
        asked=asked,
        upper=vector(upper),
        lower=vector(lower),
        alpha_spent=vector(np.cumsum(spent.sum(axis=1))),
        assumed=(
            "the arm with the largest Z at the first look goes on, and no other",
            "no effect in any arm is where alpha is largest",
        ),
    )


def _check_selection(shape: Shape, looks: int) -> None:
    """Refuse bounds that drop arms, and a selection with no look after it."""
    if shape == "triangular":
        raise DesignError(
            "The triangle's lower bounds drop arms; a design that goes on with its best arm has "
            'none to drop. Use Wang-Tsiatis bounds, a spending function, or "last look".'
        )
    if looks < 2:  # noqa: PLR2004
        raise DesignError(
            "An arm is selected before the last look; found one look. Use Dunnett's test, or "
            "give the fraction of information at the selection."
        )


def winner_power(bounds: WinnerBounds, drift: ArrayLike) -> WinnerPower:
    """Tell which arm is selected and claimed, look by look.

    Args:
        bounds: Of `winner_bounds`; lower bounds are obeyed.
        drift: (arms,) E[Z] of each arm, were it treated to the end.

    Raises:
        DesignError: Not one drift per arm.
    Accuracy: 1e-9.
    Witness: lrstat exitprob_seamless and getDesign_seamless; tests/twice (simulation).

    >>> power = winner_power(winner_bounds(2, [0.5, 1.0], "last look"), [3.0, 1.0])
    >>> power.selected.round(4).tolist(), round(power.some, 4)
    ([0.9214, 0.0786], 0.7756)
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    asked = bounds.asked
    if mean.shape != (asked.arms,) or not np.isfinite(mean).all():
        raise DesignError(
            f"{asked.arms} arms have as many drifts; found {mean.tolist()}. Give each one."
        )
    t, ratio = asked.information, asked.allocation
    course = best_arm_course(bounds.upper, bounds.lower, t, mean, asked.correlation_for_power)
    going_on = 1.0 - np.cumsum((course.above + course.below).sum(axis=1))
    at_first, later = (1.0 + ratio * asked.arms) * t[0], (1.0 + ratio) * np.diff(t)
    expected = at_first + later @ going_on[:-1]
    return WinnerPower(
        bounds=bounds,
        drift=vector(mean),
        selected=vector(course.selected),
        claimed=frozen(course.above),
        stopped=frozen(course.below),
        expected_fraction=float(expected / (at_first + later.sum())),
    )


def winner_factor(
    bounds: WinnerBounds,
    drift: ArrayLike,
    power: float,
    *,
    goal: Literal["some", "best"] = "some",
) -> float:
    """Give the factor of the drifts at which the selected arm is claimed with the power.

    Args:
        bounds: Of `winner_bounds`.
        drift: (arms,) E[Z] of each arm at the end; times the factor, of the trial looked for.
        power: The chance of the goal.
        goal: To claim some arm, or an arm with the largest drift.

    Raises:
        DesignError: No arm is better, or no number of patients has the power.
    Accuracy: 1e-8.
    Witness: lrstat getDesign_seamless; `winner_power` of the answer.

    >>> plan = winner_bounds(2, [1 / 3, 2 / 3, 1.0], WangTsiatis(0.0))
    >>> round(winner_factor(plan, [0.3, 0.5], 0.9) ** 2, 2)
    54.67
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    best = float(mean.max())
    if not best > 0.0:
        raise DesignError(
            f"No number of patients finds an arm better that is not; drifts {mean.tolist()}. "
            "Give at least one arm a positive one."
        )
    check_power(power)

    def chance(factor: float) -> float:
        claimed = winner_power(bounds, factor * mean).claimed
        return float(claimed.sum() if goal == "some" else claimed[:, mean == best].sum())

    def excess(factor: float) -> float:
        return upper_quantile(min(max(1.0 - chance(factor), 1e-15), 1.0 - 1e-15)) - wanted

    wanted = upper_quantile(1.0 - power)
    start = max(float(bounds.upper[-1]) + wanted, 0.1) / best
    factor = rising_root(excess, start, slope=best, within=(0.0, 10.0 * start))
    reached = chance(factor)
    if abs(reached - power) > 1e-7:  # noqa: PLR2004 - beyond what the integral errs
        raise DesignError(
            f"The chance is {reached:.4g} where it is nearest to a power of {power:g}. Ask for "
            "more than no effect has, lower the futility bounds, or bring drifts further apart."
        )
    return factor


def _drawn(asked: MultiArmQuestion, lower: Vector) -> Vector:
    t, null, shape = asked.information, np.zeros(asked.arms), asked.shape
    if not isinstance(shape, WangTsiatis | str):
        return _spent(asked, shape(t, asked.alpha), lower)
    unit = np.full(t.size, np.inf)
    unit[-1] = 1.0
    if isinstance(shape, WangTsiatis):
        unit = np.asarray(t ** (shape.delta - 0.5))

    def short(constant: float) -> float:
        claimed = best_arm_course(constant * unit, lower, t, null, asked.correlation).above
        return float(np.log(asked.alpha) - np.log(max(claimed.sum(), 1e-300)))

    most = upper_quantile(asked.alpha / (asked.arms * t.size)) / unit.min() + 0.1
    return np.asarray(rising_root(short, 0.85 * most, slope=most, within=(0.0, most)) * unit)


def _spent(asked: MultiArmQuestion, goal: Vector, lower: Vector) -> Vector:
    """Spend alpha look by look."""
    t, arms = asked.information, asked.arms
    spend = np.diff(np.minimum(goal, asked.alpha), prepend=0.0)
    upper = np.full(t.size, np.inf)
    if spend[0] > 0.0:
        shared = np.full((arms, arms), asked.correlation) + (1.0 - asked.correlation) * np.eye(arms)
        upper[0] = dunnett_critical_value(shared, float(spend[0]))
    running = best_at_first(
        np.zeros(arms), 0, t, (float(lower[0]), float(upper[0])), asked.correlation
    )
    running = Running(running.information, running.score, arms * running.mass)
    for k in range(1, t.size):
        arriving = step(running, float(t[k]))
        upper[k] = arriving.upper(float(spend[k]))
        if k + 1 < t.size:
            running = go_on(arriving, lower[k], upper[k], 0.0, float(t[k + 1]))
    return upper
