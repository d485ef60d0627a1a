"""Design a survival trial under proportional hazards: events, patients, time and power.

    D events needed (Schoenfeld 1981, Freedman 1982, Lachin & Foulkes 1986, ...; `formulas`)
    D(t) events expected of a world by calendar time t (`events`)

One of power, events, patients, accrual duration, follow-up and hazard ratio is solved for
(`question` lists what must be given).  Numbers keep their fractions; `whole` rounds them.
The estimate at a boundary z of D events is θ₀ exp(∓z (1 + r) / √(r D)), whatever the formula.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.checks import check_above_zero, check_kind
from equipoise.design.plan import ArmSize, Effect, Expected, Plan
from equipoise.design.printing import Printed
from equipoise.design.rounding import whole_number, whole_patients
from equipoise.design.sequential.describe import describe, power_curve
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.survival.enrollment import with_ratio
from equipoise.design.survival.events import (
    ExpectedCounts,
    counts_at,
    patients_of,
)
from equipoise.design.survival.formulas import NAMES
from equipoise.design.survival.question import SurvivalQuestion, check_question
from equipoise.design.survival.solve import Solution, solve
from equipoise.design.survival.truths import (
    UnderTruth,
    fraction_of,
    look_events,
    under,
    under_truths,
)
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector, vector

POINTS = 121  # of the curve of events over time
EVENTS = "Looks come when their number of events is there, whatever the truth."
CALENDAR = (
    "Looks come at their calendar times, whatever the truth, with the events there are by then; "
    "chances under every truth are those of the information planned."
)


@dataclass(frozen=True, slots=True, repr=False)
class SurvivalDesign(Printed):
    """A survival trial, designed: the plan everyone reads, and the world it rests on."""

    asked: SurvivalQuestion
    plan: Plan
    world: SurvivalWorld  # as solved
    solution: Solution
    accrual_duration: float
    follow_up: float  # from the end of enrollment to the last look; below 0: enrollment goes on
    study_duration: float
    truths: tuple[UnderTruth, ...]  # null, halfway, alternative

    @property
    def hazard_ratio(self) -> float:
        """The hazard ratio planned for, or found."""
        return self.plan.effect.value

    @property
    def sequential(self) -> GroupSequential:
        """The boundaries."""
        return self.plan.sequential

    def under(self, hazard_ratio: float) -> UnderTruth:
        """Give the looks and the ending of the trial if another hazard ratio is true.

        Witness: `survival_power` asked of the other ratio; the plan at its own.
        """
        check_above_zero(hazard_ratio, "The hazard ratio")
        fraction = fraction_of(
            self.plan.effect, hazard_ratio, self.asked.method, self.world.allocation
        )
        return under(self.solution, hazard_ratio, fraction)


def survival_design(question: SurvivalQuestion) -> SurvivalDesign:
    """Design a survival trial: find the one quantity the question leaves open.

    Args:
        question: the world, what to solve for, the looks, and how the trial ends.

    Raises:
        DesignError: no value answers, with the nearest that does; or the question is at odds
            with itself.
    Accuracy:
        1e-9 relative, given the boundaries.
    Witness:
        sv03-sv12 (gsDesign nSurv, gsSurv, gsSurvCalendar, gsSurvPower), lr20, lr21, lr28
        (lrstat), 51 cases of rpact, east01, east02, design-0064, design-0066, design-0084 (SAS).

    >>> from equipoise.design.survival.hazards import accrual, hazard_from_median, one_stratum
    >>> world = one_stratum(accrual(24), hazard_from_median(12), 0.7, dropout=0.005)
    >>> design = survival_design(SurvivalQuestion(world, follow_up=12.0))
    >>> round(design.plan.events, 2), round(design.plan.patients, 2)
    (330.38, 519.37)
    """
    check_kind(question, SurvivalQuestion, "The question", "`SurvivalQuestion(world, ...)`")
    check_question(question)
    solution = solve(question)
    return assemble(question, solution)


def survival_power(question: SurvivalQuestion) -> float:
    """Tell the power of a trial as it stands: accrual and end, or events, are given.

    Args:
        question: the world, the looks, and how the trial ends.

    Raises:
        DesignError: the events never come; or the question is at odds with itself.
    Witness:
        sv12, design-0066 (East), plan-rpact-0149.

    >>> from equipoise.design.survival.hazards import accrual, hazard_from_median, one_stratum
    >>> world = one_stratum(accrual(12, 4), hazard_from_median(10), 0.5)
    >>> round(survival_power(SurvivalQuestion(world, follow_up=30.0)), 6)
    0.581205
    """
    asked = replace(question, solve_for="power")
    check_question(asked)
    return solve(asked).sequential.power


def expected_over_time(
    design: SurvivalDesign, *, hazard_ratio: float | None = None, times: Vector | None = None
) -> ExpectedCounts:
    """Give events, dropouts, patients at risk and enrolled over calendar time, for a figure.

    By default under the planned hazard ratio, from the first patient to the last look.

    Witness:
        `expected_events`.
    """
    ratio = design.hazard_ratio if hazard_ratio is None else hazard_ratio
    grid = np.linspace(0.0, design.study_duration, POINTS) if times is None else times
    return counts_at(with_ratio(design.world, ratio), vector(grid))


def assemble(question: SurvivalQuestion, solution: Solution) -> SurvivalDesign:
    """Tell a solution as a plan, with what it takes under three truths.

    Witness:
        `survival_design`.
    """
    ratio = float(solution.world.strata[0].hazard_ratio.values[0])
    effect = Effect("hazard ratio", ratio, question.null_ratio, "log", question.side)
    truths = _truths(solution, effect)
    planned = truths[-1]
    accrual = solution.world.accrual.duration
    return SurvivalDesign(
        question,
        _plan(question, solution, effect, truths),
        solution.world,
        solution,
        accrual,
        float(planned.time[-1]) - accrual,
        float(planned.time[-1]),
        truths,
    )


def _truths(solution: Solution, effect: Effect) -> tuple[UnderTruth, ...]:
    if effect.value == effect.null:  # the power of no effect: there is but one truth
        return (under(solution, effect.null, 1.0, "alternative"),)
    return under_truths(solution, effect)


def _plan(
    question: SurvivalQuestion,
    solution: Solution,
    effect: Effect,
    truths: tuple[UnderTruth, ...],
) -> Plan:
    sequential, allocation = solution.sequential, solution.world.allocation
    planned, events = truths[-1], look_events(solution)
    patients, last = float(planned.counts.patients[-1]), float(events[-1])
    looks = describe(
        sequential,
        effect,
        information=vector(events * allocation / (1.0 + allocation) ** 2),
        patients=vector(planned.counts.patients),
        events=vector(events),
        time=planned.time,
    )
    fixed_events = (sequential.fixed_drift / solution.effect) ** 2 if solution.effect else last
    return Plan(
        kind="time-to-event",
        method=NAMES[question.method],
        solved_for=question.solve_for,
        effect=effect,
        allocation=allocation,
        sequential=sequential,
        looks=looks,
        power=sequential.power,
        patients=patients,
        patients_whole=whole_patients(patients, allocation),
        events=last,
        events_whole=whole_number(last),
        fixed_patients=patients * fixed_events / last,
        fixed_events=fixed_events,
        arms=_arms(planned),
        expected=tuple(_expected(truth) for truth in truths),
        power_curve=() if effect.value == effect.null else power_curve(sequential, effect),
        assumed=(*sequential.assumed, *_assumed(question, solution, planned)),
    )


def _arms(planned: UnderTruth) -> tuple[ArmSize, ...]:
    patients = planned.counts.enrolled[-1].sum(axis=0)
    events = planned.counts.events[-1].sum(axis=0)
    return (
        ArmSize("control", float(patients[0]), float(events[0])),
        ArmSize("experimental", float(patients[1]), float(events[1])),
    )


def _expected(truth: UnderTruth) -> Expected:
    return Expected(
        truth=truth.truth,
        effect=truth.hazard_ratio,
        power=truth.power,
        events=truth.expected_events,
        patients=truth.expected_patients,
        time=truth.expected_duration if math.isfinite(truth.expected_duration) else None,
    )


def _assumed(
    question: SurvivalQuestion, solution: Solution, planned: UnderTruth
) -> tuple[str, ...]:
    """Put the conventions into words."""
    world = solution.world
    told = [
        f"Events by the formula of {NAMES[question.method]}; proportional hazards.",
        CALENDAR if question.calendar else EVENTS,
        "Hazard ratios at boundaries are exp(±z/√I) with I = D r/(1+r)².",
    ]
    if world.accrual.duration > float(planned.time[-1]):
        told.append(
            f"The last look comes at {float(planned.time[-1]):.4g}, before enrollment would end at "
            f"{world.accrual.duration:.4g}; by then {float(planned.counts.patients[-1]):.5g} of "
            f"{patients_of(world):.5g} patients are enrolled."
        )
    if world.weibull_shape != 1.0:
        told.append(f"Event times are Weibull with shape {world.weibull_shape:g}.")
    if math.isfinite(world.longest_follow_up):
        told.append(f"Each patient is followed for at most {world.longest_follow_up:g}.")
    if question.spend_by_calendar:
        told.append("Errors are spent by calendar time over study duration.")
    return tuple(told)
