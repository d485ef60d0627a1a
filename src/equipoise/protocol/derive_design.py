"""What follows from a design's promises, where the protocol leaves it unsaid.

Three of power, size and effect decide the fourth; a time-to-event trial has its size twice, as
events and as patients over time.  What is absent is solved for.  Where nothing is absent, the
power is computed for the numbers given, and set beside the one promised.
"""

from dataclasses import dataclass

from equipoise.protocol.endpoints import Binary, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.planning import (
    DesignPromise,
    Measure,
    PlannedEffect,
    PlanningAssumptions,
    SolveFor,
)
from equipoise.protocol.trial import Test, TestMethod

MEASURES: dict[type[Endpoint], tuple[Measure, ...]] = {
    TimeToEvent: ("hazard ratio",),
    Binary: ("risk difference", "risk ratio", "odds ratio"),
    Continuous: ("mean difference",),
}
RATIOS = frozenset({"hazard ratio", "risk ratio", "odds ratio", "rate ratio"})
BY_EVENTS = ("schoenfeld", "kim-tsiatis", "freedman", "hsieh-freedman")
BY_COURSE = ("lachin-foulkes", "bernstein-lagakos", "rubinstein-gail-santner", "direct")
CHANGING = ("average hazard ratio", "yung-liu", "max-combo", "restricted mean")  # any hazards
_PROPORTIONAL = (*BY_EVENTS, *BY_COURSE, *CHANGING[:2])
_RATES = ("farrington-manning", "unpooled", "arcsine")
METHODS: dict[TestMethod, tuple[str, ...]] = {  # the first is the usual one
    TestMethod.LOG_RANK: _PROPORTIONAL,
    TestMethod.COX_WALD: _PROPORTIONAL,
    TestMethod.FLEMING_HARRINGTON: ("yung-liu",),
    TestMethod.MAX_COMBO: ("max-combo",),
    TestMethod.RESTRICTED_MEAN: ("restricted mean",),
    TestMethod.MIETTINEN_NURMINEN: _RATES,
    TestMethod.COCHRAN_MANTEL_HAENSZEL: _RATES,
    TestMethod.FISHER: ("exact",),
    TestMethod.WELCH: ("t", "normal"),
    TestMethod.ANCOVA: ("t", "normal"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """Which of a design's numbers are given, directly or by others."""

    power: bool
    effect: bool
    events: bool
    patients: bool
    duration: bool  # of the accrual
    rates: bool  # absolute: patients follow from the duration, and the reverse
    follow_up: bool

    end: bool  # the last look's time, by follow-up or by looks at calendar times

    @property
    def timed(self) -> bool:
        """Whether the patients over time are given, and with them the events."""
        return self.patients and self.duration and self.end


def known_of(promise: DesignPromise, *, effect: bool) -> Known:
    """Say which numbers are given."""
    planning = promise.planning
    rates = bool(planning.accrual_pieces) and not planning.accrual_relative
    patients, duration = bool(planning.patients), bool(planning.accrual_duration)
    return Known(
        power=bool(promise.power),
        effect=effect,
        events=bool(promise.events),
        patients=patients or (rates and duration),
        duration=duration or (rates and patients),
        rates=rates,
        follow_up=bool(planning.follow_up),
        end=bool(planning.follow_up or promise.looks.calendar),
    )


def solve_for_events_in_time(known: Known) -> SolveFor:
    """Say what a time-to-event design solves for: what is absent."""
    if not known.effect:
        return "effect"
    if known.events and not known.patients and known.end and (known.duration or known.rates):
        return "patients" if known.duration else "accrual duration"
    if not known.power or known.events or known.timed:
        return "power"
    absent_when_others_are_known: tuple[tuple[SolveFor, bool], ...] = (
        ("patients", known.duration and known.end and not known.rates),
        ("accrual duration", known.follow_up and known.rates),
        ("follow-up", known.patients and known.duration),
    )
    return next((name for name, absent in absent_when_others_are_known if absent), "events")


def solve_for_patients(known: Known) -> SolveFor:
    """Say what a design without times solves for."""
    if not known.effect:
        return "effect"
    return "power" if known.patients or not known.power else "patients"


def solved_for(endpoint: Endpoint | None, known: Known) -> SolveFor:
    """Say what a design solves for, by what is absent."""
    if isinstance(endpoint, Binary | Continuous):
        return solve_for_patients(known)
    return solve_for_events_in_time(known)


def method_of(test: Test, effect: PlannedEffect | None) -> str:
    """Give the usual formula for a test; a ratio that changes is averaged."""
    methods = METHODS.get(test.method, ("schoenfeld",))
    if effect is not None and effect.pieces and "average hazard ratio" in methods:
        return "average hazard ratio"
    return methods[0]


def derived_duration(planning: PlanningAssumptions, patients: float) -> float:
    """Give the accrual duration in which absolute rates bring so many patients.

    >>> derived_duration(PlanningAssumptions(accrual_pieces=((0.0, 2.0), (6.0, 4.0))), 20.0)
    8.0
    """
    enrolled = 0.0
    starts = [start for start, _ in planning.accrual_pieces]
    ends = [*starts[1:], float("inf")]
    for (start, rate), end in zip(planning.accrual_pieces, ends, strict=True):
        if rate > 0 and enrolled + rate * (end - start) >= patients:
            return start + (patients - enrolled) / rate
        enrolled += rate * (end - start) if rate > 0 else 0.0
    return float("inf")


def derived_patients(planning: PlanningAssumptions, duration: float) -> float:
    """Give the patients that absolute rates bring in an accrual duration.

    >>> derived_patients(PlanningAssumptions(accrual_pieces=((0.0, 2.0), (6.0, 4.0))), 8.0)
    20.0
    """
    starts = [start for start, _ in planning.accrual_pieces]
    ends = [*starts[1:], float("inf")]
    return sum(
        rate * max(0.0, min(end, duration) - start)
        for (start, rate), end in zip(planning.accrual_pieces, ends, strict=True)
    )
