"""Solve a design whose test gives a normal statistic with independent increments.

The looks' means θ_k √I_k come from a method's `Evidence`; the boundaries ask for a drift at the
last look.  With the accrual scaled by c the drift is √c times as large, so patients follow
without a search; a longer accrual or follow-up is searched for.

A single look with both variances is tested against the null one: with r = √(I₁ / I₀),

    power = Φ(θ √I₁ - z_α r),

and more looks take the null information for the bounds and that of the alternative for power.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.checks import check_power
from equipoise.design.plan import Plan
from equipoise.design.printing import Printed
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.checks import check_world
from equipoise.design.survival.enrollment import with_duration, with_rate
from equipoise.design.survival.events import most_events
from equipoise.design.survival.evidence import Evidence, Method, Variance
from equipoise.design.survival.given_beta import spending_beta
from equipoise.design.survival.large_sample_plan import large_sample_plan
from equipoise.design.survival.timing import Timing, at_fractions, look_times
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.root import root_between

SolveFor: TypeAlias = Literal["patients", "accrual duration", "follow-up"]
LONGEST = 64.0  # times the given accrual or follow-up that a search goes to
SETTLED = 1e-11  # relative, of a duration searched for


@dataclass(frozen=True, slots=True)
class LargeSampleQuestion:
    """What was asked of a large-sample design."""

    world: SurvivalWorld
    timing: Timing
    stopping: StoppingPlan
    power: float | None
    beta: float | None  # for futility to spend; None: what the power leaves
    solve_for: SolveFor
    variance: Variance


@dataclass(frozen=True, slots=True, repr=False)
class LargeSampleDesign(Printed):
    """A survival design by a test that is normal in large samples."""

    asked: LargeSampleQuestion
    plan: Plan
    world: SurvivalWorld  # with the accrual that was solved for
    evidence: Evidence  # effect, information, events at each look


@dataclass(frozen=True, slots=True)
class Solution:
    """A world that answers the question, seen at its looks."""

    world: SurvivalWorld
    evidence: Evidence
    sequential: GroupSequential


def large_sample_design(
    world: SurvivalWorld,
    timing: Timing,
    method: Method,
    *,
    stopping: StoppingPlan | None,
    power: float | None,
    beta: float | None,
    solve_for: SolveFor,
    variance: Variance,
) -> LargeSampleDesign:
    """Find the patients or durations that give the power, or the power that they give.

    Raises:
        DesignError: the world, looks or boundaries cannot be, or the power cannot be reached.
    Accuracy:
        1e-9 of the power.
    Witness:
        `average_hazard_ratio_design`, `weighted_log_rank_design`, `milestone_design`.
    """
    check_world(world)
    if not most_events(world) > 0:
        raise DesignError("No event is ever expected, for the hazards are 0; give a hazard.")
    stopping = stopping or StoppingPlan()
    timing = at_fractions(timing, stopping.information)
    asked = LargeSampleQuestion(world, timing, stopping, power, beta, solve_for, variance)
    _check(asked)
    if power is None or solve_for == "patients":
        solution = _at(asked, method, world, timing)
    else:
        solution = _searched(asked, method)
    solved_for = "power" if power is None else solve_for
    plan = large_sample_plan(
        solution.world,
        method,
        solution.evidence,
        solution.sequential,
        solved_for=solved_for,
        fixed_factor=_fixed_factor(solution),
        assumed=_words(asked),
        calendar=bool(timing.calendar),
    )
    return LargeSampleDesign(asked, plan, solution.world, solution.evidence)


def _at(
    asked: LargeSampleQuestion, method: Method, world: SurvivalWorld, timing: Timing
) -> Solution:
    """Solve with the durations as given: for patients, or for power."""
    evidence = _evidence(asked, method, world, timing)
    sequential = _boundaries(asked, evidence)
    if asked.power is None:
        return Solution(world, evidence, sequential)
    wanted, given = _mean_needed(asked, evidence, sequential), evidence.mean_z[-1]
    factor = float((wanted / given) ** 2)
    return Solution(with_rate(world, factor), evidence.times(factor), sequential)


def _evidence(
    asked: LargeSampleQuestion, method: Method, world: SurvivalWorld, timing: Timing
) -> Evidence:
    times = look_times(world, timing, method.assess, null=asked.variance != "alternative")
    evidence = method.assess(world, times).under(asked.variance)
    if not evidence.information.min() > 0:
        first = int(np.argmin(evidence.information))
        raise DesignError(
            f"Look {first + 1} at {times[first]:g} sees nothing of what is tested; place it later."
        )
    if not evidence.effect[-1] > 0:
        raise DesignError(
            f"The {method.effect} is {evidence.shown[-1]:.4g} at the last look, not better than "
            f"{method.null:g}: no trial can show it. Change the assumed effect or the margin."
        )
    return evidence


def _boundaries(asked: LargeSampleQuestion, evidence: Evidence) -> GroupSequential:
    """Draw the boundaries at the looks' information, for the power or at the drift."""
    fractions = evidence.null_information / evidence.null_information[-1]
    stopping = replace(asked.stopping, information=tuple(float(part) for part in fractions))
    if asked.variance == "alternative by events" and stopping.spending_time is None:
        stopping = replace(stopping, spending_time=stopping.information)  # futility too
    if asked.beta is not None:
        stopping = spending_beta(stopping, evidence, asked.beta)
    if evidence.effect.size == 1:
        if asked.power is not None:
            return group_sequential(stopping, power=asked.power)
        critical = float(group_sequential(stopping, drift=1.0).upper[0])
        mean = float(evidence.mean_z[0])
        return group_sequential(stopping, drift=mean + critical * (1.0 - _ratio(asked, evidence)))
    shape = evidence.effect / evidence.effect[-1]
    alternative = evidence.information / evidence.information[-1]
    return group_sequential(
        stopping,
        power=asked.power,
        drift=None if asked.power is not None else float(evidence.mean_z[-1]),
        drift_shape=None if np.ptp(shape) == 0.0 else shape,
        alternative_information=None if np.array_equal(alternative, fractions) else alternative,
    )


def _mean_needed(
    asked: LargeSampleQuestion, evidence: Evidence, sequential: GroupSequential
) -> float:
    """Give the mean of the last statistic, standardized under the alternative, for the power."""
    if sequential.looks == 1:
        return sequential.drift - float(sequential.upper[0]) * (1.0 - _ratio(asked, evidence))
    return sequential.drift


def _ratio(asked: LargeSampleQuestion, evidence: Evidence) -> float:
    """Give √(I₁ / I₀) at the last look, where the test is standardized by the null variance."""
    if asked.variance != "null and alternative":
        return 1.0
    return float(np.sqrt(evidence.information[-1] / evidence.null_information[-1]))


def _fixed_factor(solution: Solution) -> float:
    """Give the fixed design's patients per patient of this one, at the same end and power."""
    sequential, evidence = solution.sequential, solution.evidence
    if sequential.looks == 1:
        return 1.0
    mean = evidence.mean_z[-1]
    return float((sequential.fixed_drift / mean) ** 2)


def _searched(asked: LargeSampleQuestion, method: Method) -> Solution:
    """Lengthen or shorten accrual or follow-up until the power is reached."""
    world, timing = asked.world, asked.timing
    accrual = world.accrual.duration
    follow_up = (timing.duration or 0.0) - accrual

    alone = replace(asked, stopping=StoppingPlan(alpha=asked.stopping.alpha))

    def at(length: float) -> tuple[SurvivalWorld, Timing]:
        if asked.solve_for == "accrual duration":
            longer = with_duration(world, length)
            return longer, replace(timing, duration=length + follow_up)
        return world, replace(timing, duration=accrual + length)

    def solution(length: float) -> Solution:
        candidate, looks = at(length)
        evidence = _evidence(asked, method, candidate, looks)
        return Solution(candidate, evidence, _boundaries(asked, evidence))

    def surplus(length: float) -> float:
        try:
            found = solution(length)
        except DesignError:  # at this length a look cannot be yet: judge by the last one alone
            candidate, looks = at(length)
            evidence = _evidence(alone, method, candidate, replace(looks, information=()))
            found = Solution(world, evidence, _boundaries(alone, evidence))
        needed = _mean_needed(asked, found.evidence, found.sequential)
        return float(np.log(found.evidence.mean_z[-1] / needed))

    start = accrual if asked.solve_for == "accrual duration" else max(follow_up, accrual / 10)
    low, high = _bracket(asked, surplus, start)
    return solution(root_between(surplus, low, high, relative=SETTLED))


def _bracket(
    asked: LargeSampleQuestion, surplus: Callable[[float], float], start: float
) -> tuple[float, float]:
    """Find lengths that give too little and enough power."""
    low = high = start
    over = surplus(start)
    while over < 0:
        low, high = high, 2.0 * high
        if high > LONGEST * start:
            faster = float(np.exp(-2.0 * over))
            raise DesignError(
                f"Power {asked.power:g} is not reached however long the {asked.solve_for}; tried "
                f"up to {low:g}. Enroll at least {faster:.3g} times as fast, lower the power, or "
                "plan for a larger effect."
            )
        over = surplus(high)
    while low == high or surplus(low) > 0:
        high, low = low, low / 2.0
        if low < start / LONGEST:
            raise DesignError(
                f"Power {asked.power:g} is exceeded even with {asked.solve_for} {high:g}. Enroll "
                "more slowly, or solve for the patients."
            )
    return low, high


def _words(asked: LargeSampleQuestion) -> tuple[str, ...]:
    single = asked.timing.looks == 1
    variance = {
        "null": "variance under the null hypothesis for alpha and power",
        "alternative": "variance under the alternative for alpha and power",
        "alternative by events": "variance under the alternative, error spent by events",
        "null and alternative": "the test takes its variance under the null hypothesis, power "
        "that under the alternative"
        if single
        else "bounds by the information fractions under the null hypothesis, power by the "
        "information under the alternative",
    }
    return (variance[asked.variance], "times of the looks are those expected as planned")


def _check(asked: LargeSampleQuestion) -> None:
    if asked.power is not None:
        check_power(asked.power, asked.stopping.alpha)
    if asked.power is None:
        return
    if asked.beta is not None:
        raise DesignError("Where the power is given futility spends what is left; leave beta out.")
    if asked.timing.events:
        raise DesignError(
            "Looks at numbers of events fix the power; leave the power out, or give the looks "
            "by calendar time or information fractions to solve for the patients."
        )
    searched = asked.solve_for != "patients"
    if searched and (asked.timing.duration is None or asked.timing.calendar):
        raise DesignError(
            f"To solve for the {asked.solve_for} give a duration to start from and the looks by "
            "information fractions, not by calendar times."
        )
    if asked.solve_for == "accrual duration" and (
        (asked.timing.duration or 0.0) < asked.world.accrual.duration
    ):
        raise DesignError(
            f"The study ends at {asked.timing.duration:g}, before its accrual at "
            f"{asked.world.accrual.duration:g}; lengthen the one or shorten the other."
        )
