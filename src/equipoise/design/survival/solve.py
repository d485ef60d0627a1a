"""Solve a survival design for the one quantity left open.

Events are proportional to the rate of enrollment, so patients follow by one division; times and
durations are roots of functions that only rise; the detectable ratio is the root of a drift.
Where nothing answers, the error says what is nearest.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from equipoise.design.sequential.design import GroupSequential
from equipoise.design.survival.enrollment import with_duration, with_rate, with_ratio
from equipoise.design.survival.events import (
    counts_at,
    courses,
    most_events,
    reachable_events,
    times_when,
)
from equipoise.design.survival.formulas import EVENT_FORMULAS, ratio_from_effect
from equipoise.design.survival.infeasible import (
    too_few_ever,
    too_slow_accrual,
    too_small_an_effect,
)
from equipoise.design.survival.needed import CLOSE, STEPS, Needed, given_events, needed_events
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError, DidNotConverge
from equipoise.kernel.arrays import vector
from equipoise.kernel.root import root_between

DOUBLINGS = 60
FEWEST = 1.0  # events at the last look
START = 0.1  # log of the ratio that a search for a detectable one starts at
LARGEST_LOG_RATIO = 20.0


@dataclass(frozen=True, slots=True)
class Solution:
    """The world as solved, when its last look comes, and the bounds with their events."""

    world: SurvivalWorld
    duration: float
    sequential: GroupSequential
    events: float
    effect: float  # δ, the mean of Z per root event
    calendar: tuple[float, ...] = ()  # times of the looks, where these are fixed


def solve(question: SurvivalQuestion) -> Solution:
    """Find the quantity a question leaves open.

    Raises:
        DesignError: no value answers; the message has the nearest that does.
    Witness:
        the references of `survival_design`.
    """
    ways: dict[str, Callable[[SurvivalQuestion], Solution]] = {
        "patients": _patients,
        "events": _waiting,
        "follow-up": _waiting,
        "accrual duration": _enrolling,
        "power": _power,
        "effect": _effect,
    }
    if question.solve_for not in ways:
        raise DesignError(
            f"A survival design is not solved for {question.solve_for!r}; use one of "
            f"{', '.join(ways)}."
        )
    solution = replace(ways[question.solve_for](question), calendar=question.calendar)
    if solution.events < FEWEST:
        raise DesignError(
            f"Only {solution.events:.3g} events come of this design, too few for any test. Enroll "
            "more patients, follow them for longer, or plan for a smaller effect."
        )
    return solution


def events_by(world: SurvivalWorld, time: float) -> float:
    """Give the events expected by one calendar time.

    Witness:
        `expected_events`.
    """
    return float(counts_at(world, vector([time])).total_events[0])


def _patients(question: SurvivalQuestion) -> Solution:
    """Scale the rate of enrollment to the events needed."""
    duration = _end(question)
    seen = events_by(question.world, duration)
    if seen <= 0:
        raise DesignError(
            f"No event is expected by {duration:g}, however many patients come. Follow them for "
            "longer, or look at the control hazard."
        )
    needed = _needed(question, question.world, duration)
    world = with_rate(question.world, needed.events / seen)
    return _solved(world, duration, needed)


def _waiting(question: SurvivalQuestion) -> Solution:
    """Wait, with enrollment as it is, until the events needed are there."""
    world, most = question.world, most_events(question.world)
    rows = courses(world)
    duration, drawn = world.accrual.duration, None
    for _ in range(STEPS):
        needed = _needed(question, world, duration, drawn)
        drawn = needed.sequential
        if not needed.events < reachable_events(world):
            raise DesignError(too_few_ever(question, needed, most), "patients")
        before, duration = duration, float(times_when(rows, vector([needed.events]))[0])
        if abs(duration - before) <= CLOSE * duration or not _depends_on_time(question):
            return _solved(world, duration, needed)
    raise DidNotConverge(
        f"The time of {needed.events:g} events did not settle; the last step was from {before:g} "
        f"to {duration:g}. Use the method schoenfeld."
    )


def _depends_on_time(question: SurvivalQuestion) -> bool:
    by_time = question.spend_by_calendar or question.method not in EVENT_FORMULAS
    return by_time and (question.events is None or question.spend_by_calendar)


def _enrolling(question: SurvivalQuestion) -> Solution:
    """Enroll, at the rate as it is, until the events needed are there in time."""
    fixed = question.study_duration

    def lasting(duration: float) -> tuple[SurvivalWorld, float]:
        end = duration + (question.follow_up or 0.0) if fixed is None else fixed
        return with_duration(question.world, duration), end

    first = _needed(question, *lasting(fixed or question.world.accrual.duration))
    once = None if _depends_on_time(question) else first

    def excess(duration: float) -> float:
        world, end = lasting(duration)
        needed = once or _needed(question, world, end, first.sequential)
        return events_by(world, end) - needed.events

    high = fixed if fixed is not None else _long_enough(excess, question)
    low = high
    if excess(high) < 0:
        needed = once or _needed(question, *lasting(high))
        raise DesignError(too_slow_accrual(question, needed, lasting(high)), "accrual")
    for _ in range(DOUBLINGS):
        low /= 2.0
        if excess(low) < 0:
            break
    world, end = lasting(root_between(excess, low, high))
    return _solved(world, end, once or _needed(question, world, end))


def _long_enough(excess: Callable[[float], float], question: SurvivalQuestion) -> float:
    """Give a duration of enrollment with more events than needed, or one that is hopeless."""
    high = question.world.accrual.duration
    for _ in range(DOUBLINGS):
        if excess(high) >= 0:
            break
        high *= 2.0
        if question.world.accrual.rates[-1] == 0:
            break
    return high


def _power(question: SurvivalQuestion) -> Solution:
    """Give the power of the events that come by the end, or of those given."""
    world = question.world
    if question.events is None:
        duration = _end(question)
        events = events_by(world, duration)
    else:
        events, most = question.events, most_events(world)
        if not events < reachable_events(world):
            raise DesignError(too_few_ever(question, None, most), "patients")
        duration = float(times_when(courses(world), vector([events]))[0])
    if events <= 0:
        raise DesignError("No event is expected by then; follow the patients for longer.")
    return _solved(world, duration, given_events(question, world, duration, events))


def _effect(question: SurvivalQuestion) -> Solution:
    """Find the hazard ratio that the events there are detect with the power asked."""
    events = question.events
    sign = -1.0 if question.side == "lower" else 1.0

    def at(log_ratio: float) -> tuple[SurvivalWorld, float, float]:
        world = with_ratio(question.world, question.null_ratio * math.exp(sign * log_ratio))
        if events is None:
            duration = _end(question)
            return world, duration, events_by(world, duration)
        if not events < reachable_events(world):
            raise DesignError(too_few_ever(question, None, most_events(world)), "patients")
        return world, float(times_when(courses(world), vector([events]))[0]), events

    drawn = needed_events(question, *at(START)[:2]).sequential

    def lacking(log_ratio: float) -> float:
        world, duration, seen = at(log_ratio)
        needed = needed_events(question, world, duration, drawn)
        return seen * needed.effect**2 - needed.sequential.drift**2

    if events is not None and question.method in EVENT_FORMULAS and not question.spend_by_calendar:
        log_ratio = sign * _closed_log_ratio(question, events, drawn.drift)
    else:
        high = START
        while lacking(high) < 0:
            high *= 2.0
            if high > LARGEST_LOG_RATIO:
                raise DesignError(too_small_an_effect(question, at(1.0)[2]))
        log_ratio = root_between(lacking, high / 2.0 if lacking(high / 2.0) < 0 else 1e-6, high)
    world, duration, seen = at(log_ratio)
    needed = needed_events(question, world, duration, drawn)
    return Solution(world, duration, needed.sequential, seen, needed.effect)


def _closed_log_ratio(question: SurvivalQuestion, events: float, drift: float) -> float:
    ratio = ratio_from_effect(
        question.method,  # type: ignore[arg-type]
        drift / math.sqrt(events),
        null_ratio=question.null_ratio,
        allocation=question.world.allocation,
        better=question.side,
    )
    return math.log(ratio / question.null_ratio)


def _needed(
    question: SurvivalQuestion,
    world: SurvivalWorld,
    duration: float,
    drawn: GroupSequential | None = None,
) -> Needed:
    if question.events is not None:
        return given_events(question, world, duration, question.events)
    return needed_events(question, world, duration, drawn)


def _end(question: SurvivalQuestion) -> float:
    duration = question.duration
    if duration is None:
        raise DesignError("The end of the study is missing; give follow_up or study_duration.")
    return duration


def _solved(world: SurvivalWorld, duration: float, needed: Needed) -> Solution:
    return Solution(world, duration, needed.sequential, needed.events, needed.effect)
