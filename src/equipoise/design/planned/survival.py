"""Plan one time-to-event hypothesis of a protocol, by the formula it names.

    schoenfeld, ..., direct       one hazard ratio throughout (`survival.survival_design`)
    average hazard ratio, ...     any hazards (`survival.average_hazard_ratio` and its kin)
    without accrual               events alone, and nothing of times

Looks come when their share of the events is expected, or at the calendar times written.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from equipoise.design.planned.world import (
    Numbers,
    accrual_of,
    has_accrual,
    share_of,
    world_of,
)
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector
from equipoise.protocol.coherence_effects import null_of
from equipoise.protocol.derive_design import CHANGING
from equipoise.protocol.planning import DesignPromise, PlannedEffect

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design.plan import Plan
    from equipoise.design.survival.formulas import Method
    from equipoise.design.survival.large_sample_design import LargeSampleDesign
    from equipoise.design.survival.max_combo import MaxComboDesign
    from equipoise.design.survival.timing import Timing
    from equipoise.design.wording.numbers import Clock
    from equipoise.protocol.planning import SolveFor
    from equipoise.protocol.trial import Test

MAX_COMBO = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))  # as `analyze.max_combo` tests


@dataclass(frozen=True, slots=True)
class SurvivalCase:
    """One time-to-event hypothesis with one choice of numbers."""

    promise: DesignPromise
    endpoint: str
    effect: PlannedEffect
    test: "Test"
    numbers: Numbers
    stopping: StoppingPlan
    allocation: float
    solve_for: "SolveFor"
    method: str
    better_lower: bool  # whether smaller hazard ratios favor the experimental arm
    horizon: float | None = None  # of restricted means
    share: float = 1.0  # of all patients, that are in the two arms compared
    clock: "Clock | None" = None  # tells times in the trial's unit of display


@dataclass(frozen=True, slots=True)
class PlannedSurvival:
    """The plan, and the world where times are planned."""

    plan: "Plan"
    world: SurvivalWorld | None
    extra: tuple[str, ...] = ()  # what is to be said beside the plan's own conventions
    whole: "Callable[[], Plan] | None" = None  # the plan at whole events and patients


def plan_survival(case: SurvivalCase) -> PlannedSurvival:
    """Plan a time-to-event hypothesis.

    Raises:
        DesignError: no design satisfies what is asked, with the nearest that does.

    Witness: `survival_design`, `average_hazard_ratio_design` and the others it hands on to.
    """
    planning, numbers = case.promise.planning, case.numbers
    searched = case.solve_for in {"patients", "accrual duration"}
    if not has_accrual(planning, numbers) or not (numbers.patients or searched or _rated(case)):
        from equipoise.design.planned.events import plan_events, whole_events_of  # noqa: PLC0415

        plan = plan_events(case)
        return PlannedSurvival(plan, None, whole=lambda: whole_events_of(case, plan))
    world = world_of(
        planning,
        case.endpoint,
        case.effect,
        numbers.effect,
        share_of(accrual_of(planning, numbers), case.share),
        case.allocation,
    )
    if case.method in CHANGING:
        return _changing(case, world)
    return _proportional(case, world)


def _rated(case: SurvivalCase) -> bool:
    """Say whether patients follow from absolute rates and a duration."""
    planning = case.promise.planning
    absolute = bool(planning.accrual_pieces) and not planning.accrual_relative
    return absolute and case.numbers.accrual_duration is not None


def _proportional(case: SurvivalCase, world: SurvivalWorld) -> PlannedSurvival:
    from equipoise.design.survival.question import SurvivalQuestion  # noqa: PLC0415
    from equipoise.design.survival.survival_design import survival_design  # noqa: PLC0415

    numbers, looks = case.numbers, case.promise.looks
    events = numbers.events
    by_events = case.solve_for in {"power", "effect"} and events is not None
    waits = case.solve_for in {"events", "follow-up"}
    ends = not (by_events or waits or looks.calendar)
    given = case.solve_for == "power" or (events is not None and case.solve_for != "effect")
    design = survival_design(
        SurvivalQuestion(
            world=world,
            solve_for=case.solve_for,
            stopping=case.stopping,
            power=None if given else numbers.power,
            events=events,
            follow_up=numbers.follow_up if ends else None,
            calendar=looks.calendar,
            spend_by_calendar=looks.spending_by == "calendar",
            method=cast("Method", case.method),
            null_ratio=null_of(case.effect),
            better="lower" if case.better_lower else "higher",
        )
    )
    said = _end_of_follow_up(case, design.world, design.study_duration) if by_events else ()

    def whole() -> "Plan":
        from equipoise.design.survival.whole_design import whole_survival_design  # noqa: PLC0415

        return whole_survival_design(design, enrolled=sum(design.plan.patients_whole)).plan

    return PlannedSurvival(design.plan, design.world, said, whole)


def _end_of_follow_up(case: SurvivalCase, world: SurvivalWorld, last: float) -> tuple[str, ...]:
    """Say what the follow-up promised would bring, where the events decide on the end."""
    from equipoise.design.survival.events import counts_at  # noqa: PLC0415

    if case.numbers.follow_up is None:
        return ()
    end = world.accrual.duration + case.numbers.follow_up
    events = float(counts_at(world, vector([end])).total_events[0])
    where = "before" if last <= end else "after"
    said = (
        f"The events decide on the last look, expected at {_told(case, last)}: {where} the end of "
        f"the follow-up promised, at {_told(case, end)}, by when {events:.4g} events are expected."
    )
    return (said,)


def _told(case: SurvivalCase, time: float) -> str:
    if case.clock is None:
        return f"{time:.4g}"
    return f"{case.clock.shown(time)} {case.clock.units}"


def _changing(case: SurvivalCase, world: SurvivalWorld) -> PlannedSurvival:
    """Plan by a method for any hazards."""
    design = _large_sample(case, world, _timing(case, world))
    return PlannedSurvival(design.plan, design.world)


def _timing(case: SurvivalCase, world: SurvivalWorld) -> "Timing":
    from equipoise.design.survival.timing import Timing  # noqa: PLC0415

    numbers, looks = case.numbers, case.promise.looks
    if looks.calendar:
        return Timing(calendar=looks.calendar)
    if numbers.events is not None and case.solve_for == "power":
        return Timing(events=tuple(numbers.events * part for part in looks.information))
    follow_up = numbers.follow_up if numbers.follow_up is not None else world.accrual.duration
    return Timing(world.accrual.duration + follow_up)


def _large_sample(
    case: SurvivalCase, world: SurvivalWorld, timing: "Timing"
) -> "LargeSampleDesign | MaxComboDesign":
    """Hand on to the design of the method."""
    power = None if case.solve_for == "power" else case.numbers.power
    if case.method == "max-combo":
        from equipoise.design.survival.max_combo import max_combo_design  # noqa: PLC0415
        from equipoise.design.survival.weights import FlemingHarrington  # noqa: PLC0415

        weights = [FlemingHarrington(rho, gamma) for rho, gamma in MAX_COMBO]
        return max_combo_design(world, timing, weights=weights, stopping=case.stopping, power=power)
    planned = _by_method(case)
    solve_for = case.solve_for if case.solve_for != "power" else "patients"
    return planned(world, timing, stopping=case.stopping, power=power, solve_for=solve_for)


def _by_method(case: SurvivalCase) -> "Callable[..., LargeSampleDesign]":
    """Give the design function of a method, with what it alone asks for."""
    null_ratio = null_of(case.effect)
    match case.method:
        case "average hazard ratio":
            from equipoise.design.survival.average_hazard_ratio import (  # noqa: PLC0415
                average_hazard_ratio_design,
            )

            return partial(average_hazard_ratio_design, null_ratio=null_ratio)
        case "yung-liu":
            from equipoise.design.survival.weighted_log_rank import (  # noqa: PLC0415
                weighted_log_rank_design,
            )
            from equipoise.design.survival.weights import FlemingHarrington  # noqa: PLC0415

            given = FlemingHarrington(case.test.rho, case.test.gamma)
            weight = given if case.test.rho or case.test.gamma else None
            return partial(weighted_log_rank_design, weight=weight, null_ratio=null_ratio)
        case "restricted mean":
            from equipoise.design.survival.restricted_mean import (  # noqa: PLC0415
                restricted_mean_design,
            )

            if case.horizon is None:
                raise DesignError(
                    "A design by restricted means needs the horizon; add "
                    "`restricted_mean_until` to `analysis`."
                )
            return partial(restricted_mean_design, horizon=case.horizon)
    raise DesignError(f"No design is computed by the method {case.method!r}.")
