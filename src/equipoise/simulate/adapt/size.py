"""How large the rest of a trial becomes when its interim result is promising.

At information t (of a planned 1) with z, and the final bound b, the trend seen, θ = z / √t, gives
the rest as planned the conditional power

    Φ(θ √(1 - t) - c),    c = (b - z √t) / √(1 - t),

and a rest of ((c + z_β) / θ)² has power 1 - β (Mehta & Pocock 2011, Stat Med 30: 3267).  Looks
before the final one are not counted in conditional power.

The final test keeps the planned weights (inverse normal); or weighs all data alike, which keeps
alpha where only results from a high enough conditional power on are promising.  Patients are added
where enrollment is still open; where it has ended, only events are, by longer follow-up.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.kernel.arrays import Flags, Vector
from equipoise.simulate.adapt.rules import Course
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.conduct import (
    AfterEvents,
    AfterPatients,
    Condition,
    Conduct,
    ReestimateSize,
)

ROUNDING = 1e-9  # of an event or patient


@dataclass(frozen=True, slots=True)
class Interim:
    """Where a hypothesis stands at the look that sizes the rest; (trials,) each."""

    z: Vector
    fraction: Vector  # t, of the information planned
    bound: float  # of the final look


def conditional_power_of_trend(interim: Interim) -> Vector:
    """Give the chance of success at the final look as planned, were the effect what was seen.

    Witness: `design.adaptive.increase.Increase.planned_power`.
    """
    root, left = np.sqrt(interim.fraction), np.sqrt(1.0 - interim.fraction)
    critical = (interim.bound - interim.z * root) / left
    return np.asarray(ndtr(interim.z / root * left - critical))


def rest_of_trial(rule: ReestimateSize, interim: Interim) -> Vector:
    """Give the information after the look, of a planned 1 in all.

    Witness: `design.adaptive.increase.Increase.rest`.
    """
    t, z = interim.fraction, interim.z
    power = conditional_power_of_trend(interim)
    critical = (interim.bound - z * np.sqrt(t)) / np.sqrt(1.0 - t)
    effect = np.maximum(z / np.sqrt(t), 1e-12)  # no effect: no rest is enough
    wanted = (np.maximum(critical + ndtri(rule.target), 0.0) / effect) ** 2
    grown = np.clip(wanted, 1.0 - t, rule.most - t)
    inside = (power >= rule.promising[0]) & (power < rule.promising[1])
    return np.where(inside, grown, 1.0 - t)


def resize(
    conduct: Conduct,
    rule: ReestimateSize,
    course: Course,
    table: LookTable,
    at: tuple[Interim, Vector],
) -> Flags:
    """Raise the events, and the patients where enrollment is open; give the trials changed.

    Args:
        conduct: how the trial is run.
        rule: how the rest is sized.
        course: changed here.
        table: of looks until now.
        at: where the hypothesis stands, z nan in trials that have stopped; and the fractions of its
            information planned at each look.

    Witness: a second program, trial by trial; `promising_zone`.
    """
    (interim, planned), look = at, rule.look - 1
    t = interim.fraction
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = rest_of_trial(rule, interim)
        growth = rest / (1.0 - t)
    hit = np.asarray(np.isfinite(interim.z) & (t < 1.0) & (growth > 1.0))
    endpoint = next(each.endpoint for each in conduct.tested if each.hypothesis == rule.hypothesis)
    for k in range(look + 1, len(conduct.looks)):
        if np.isfinite(planned[k]):
            factor = (t + growth * (planned[k] - t)) / planned[k]
            for place, condition in enumerate(conduct.looks[k].conditions):
                count = _awaited(condition, endpoint)
                if count is not None:
                    _raise(course.rules.events[:, k, place], hit, count, factor)
    enrolling = hit & (table.patients[:, look] < course.rules.patients)
    with np.errstate(invalid="ignore"):
        more = np.ceil(course.rules.patients * (t + rest) - ROUNDING)
    course.rules.patients[enrolling] = more[enrolling].astype(np.int64)
    course.mark(hit, look, combined=rule.method == "inverse normal")
    return hit


def _awaited(condition: Condition, endpoint: str) -> int | None:
    """Give the count that grows with the trial; None where there is none."""
    match condition:
        case AfterEvents(events=events) if condition.endpoint == endpoint:
            return events
        case AfterPatients(patients=patients):
            return patients
        case _:
            return None


def _raise(events: Vector, hit: Flags, count: int, factor: Vector) -> None:
    now = np.where(np.isfinite(events), events, float(count))
    raised = np.maximum(np.ceil(now * factor - ROUNDING), now)
    events[hit] = raised[hit]
