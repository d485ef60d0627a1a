"""When looks come that wait for several things at once.

A look comes when the latest of its conditions is met: a calendar time, a number of events, a
time since the look before, or so many patients followed for so long.  `longest_wait` ends the
wait: for events that long after the other conditions are met, for everything that long after
the look's calendar time (or the look before, where it has none), as in gsDesign's gsSurvPower.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.design.survival.checks import check_world
from equipoise.design.survival.events import (
    counts_at,
    courses,
    most_events,
    never_reached,
    patients_of,
    reachable_events,
    times_when,
)
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.root import root_between


@dataclass(frozen=True, slots=True)
class LookRule:
    """What one look waits for; all that is given must be met."""

    time: float = 0.0  # not before this calendar time
    events: float = 0.0  # nor before so many events are expected
    after_previous: float = 0.0  # nor sooner after the look before
    patients: float = 0.0  # nor before so many are enrolled
    followed: float = 0.0  # and have been followed for so long
    longest_wait: float = math.inf  # in the way of the module's first lines


def look_calendar(world: SurvivalWorld, rules: Sequence[LookRule]) -> Vector:
    """Tell when each look is expected to come.

    Give the result as the `calendar` of a `SurvivalQuestion`.

    Raises:
        DesignError: events or patients that never come.
    Witness:
        sv12 (target events only); gsDesign gsSurvPower's rules.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum
    >>> world = one_stratum(accrual(12, 10), 0.05, 0.6)
    >>> look_calendar(world, [LookRule(time=12), LookRule(events=60), LookRule(after_previous=9)])
    array([12.        , 23.96328236, 32.96328236])
    """
    check_world(world)
    for rule in rules:
        _check(rule)
    times: list[float] = []
    previous = 0.0
    for rule in rules:
        floor = max(rule.time, previous + rule.after_previous, _patients(world, rule))
        met = min(max(floor, _events(world, rule)), floor + rule.longest_wait)
        latest = (rule.time or previous) + rule.longest_wait
        previous = min(met, latest)
        times.append(previous)
    return vector(times)


def _events(world: SurvivalWorld, rule: LookRule) -> float:
    if rule.events <= 0:
        return 0.0
    if not rule.events < reachable_events(world):
        if math.isfinite(rule.longest_wait):
            return math.inf
        raise DesignError(never_reached(world, rule.events, most_events(world)))
    return float(times_when(courses(world), vector([rule.events]))[0])


def _patients(world: SurvivalWorld, rule: LookRule) -> float:
    if rule.patients <= 0:
        return 0.0
    everybody = patients_of(world)
    if rule.patients > everybody * (1.0 + 1e-9):
        raise DesignError(
            f"{rule.patients:g} patients are never enrolled, for only {everybody:g} come. Enroll "
            "for longer, or wait for fewer."
        )
    wanted = min(rule.patients, everybody)
    end = float(np.max(courses(world).entry_starts))

    def excess(time: float) -> float:
        return float(counts_at(world, vector([time])).patients[0]) - wanted

    return root_between(excess, 0.0, end) + rule.followed


def _check(rule: LookRule) -> None:
    given = {
        "time": rule.time,
        "events": rule.events,
        "after_previous": rule.after_previous,
        "patients": rule.patients,
        "followed": rule.followed,
    }
    for name, value in given.items():
        if not (math.isfinite(value) and value >= 0):
            raise DesignError(f"{name} of a look must be 0 or more; found {value:g}.")
    if not rule.longest_wait >= 0:
        raise DesignError(
            f"longest_wait of a look must be 0 or more; found {rule.longest_wait:g}. Leave it out "
            "to wait for as long as it takes."
        )
