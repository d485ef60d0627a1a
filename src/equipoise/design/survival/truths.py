"""What a survival design takes under any truth: when its looks come, and how it ends.

Looks planned by information wait for their events, whatever the truth: under another hazard ratio
they come earlier or later.  Looks at calendar times come at these, with the events there are; the
bounds then keep the information planned (at the look itself they are drawn anew).  Under the null
both arms have the control hazard (times the margin).
"""

import math
from dataclasses import dataclass

import numpy as np

from equipoise.design.plan import Effect
from equipoise.design.sequential.conditional_power import design_drift
from equipoise.design.sequential.describe import to_linear, truths
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.survival.enrollment import with_ratio
from equipoise.design.survival.events import (
    ExpectedCounts,
    counts_at,
    courses,
)
from equipoise.design.survival.formulas import Method, effect_per_root_event
from equipoise.design.survival.solve import Solution
from equipoise.design.survival.waiting import FOR_EVER, times_or_never
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.piecewise_exponential import Courses
from equipoise.kernel.sequential import StoppingProbability, stopping_probability


@dataclass(frozen=True, slots=True)
class UnderTruth:
    """The looks and the ending of a trial if one hazard ratio is true."""

    truth: str  # "null", "halfway", "alternative", or the ratio
    hazard_ratio: float
    time: Vector  # (looks,) since the first patient; infinite where the events are never reached
    counts: ExpectedCounts  # at the looks, by stratum and arm; control first
    stopping: Vector  # (looks,) chance that the trial ends at each
    power: float  # of a claim on either side, if the test is two-sided
    expected_events: float
    expected_patients: float
    expected_dropouts: float
    expected_duration: float  # infinite where a look that may be the last is never reached


def under_truths(solution: Solution, effect: Effect) -> tuple[UnderTruth, ...]:
    """Give the trial under no effect, half the effect, and the effect planned.

    Witness:
        lr20 (both hypotheses), east01 (times under both), rpact's expected events.
    """
    return tuple(
        under(solution, ratio, fraction, truth) for truth, ratio, fraction in truths(effect)
    )


def under(solution: Solution, hazard_ratio: float, fraction: float, truth: str = "") -> UnderTruth:
    """Give the trial if one hazard ratio is true, with its fraction of the planned drift.

    Witness:
        lr20 (H0 and H1).
    """
    sequential = solution.sequential
    world = with_ratio(solution.world, hazard_ratio)
    rows = courses(world)
    time = _look_times(solution, world, rows, planned=truth == "alternative")
    never = ~np.isfinite(time)
    at = np.where(never, FOR_EVER * world.accrual.duration, time)
    counts = counts_at(world, vector(at), rows)
    events = counts.total_events if solution.calendar else look_events(solution)
    stops = stops_at(sequential, fraction)
    ending = stops.ending
    rejecting = stops.upper.sum() + (stops.lower.sum() if sequential.sides > 1 else 0.0)
    duration = math.inf if bool(np.any(never & (ending > 0))) else float(ending @ at)
    return UnderTruth(
        truth or f"hazard ratio {hazard_ratio:g}",
        hazard_ratio,
        vector(time),
        counts,
        vector(ending),
        float(rejecting),
        float(ending @ events),
        float(ending @ counts.patients),
        float(ending @ counts.dropouts.sum(axis=(1, 2))),
        duration,
    )


def stops_at(sequential: GroupSequential, fraction: float) -> StoppingProbability:
    """Give the chance of stopping at each look under a fraction of the planned effect.

    Where information under the alternative differs from that under the null, it is taken between
    the two.

    Witness:
        lrstat's power by mean and variance of the score (direct), group-sequential.
    """
    asked, null = sequential.asked, sequential.information
    planned = asked.alternative_information
    if planned is None:
        return sequential.stops(design_drift(sequential, fraction))
    information = null + min(max(fraction, 0.0), 1.0) * (planned - null)
    drift = design_drift(sequential, fraction) * np.sqrt(null / information)
    return stopping_probability(
        sequential.upper, sequential.lower, vector(information), drift=drift, inner=sequential.inner
    )


def look_events(solution: Solution) -> Vector:
    """Give the events at which each look comes.

    Witness:
        sv07 (n.I).
    """
    return np.asarray(solution.sequential.information * solution.events)


def fraction_of(
    effect: Effect, hazard_ratio: float, method: Method = "schoenfeld", allocation: float = 1.0
) -> float:
    """Give the part of the planned drift that a hazard ratio has.

    It is told by the log of the ratio, or by the formula of the method where that is another.

    Witness:
        gsDesign gsSurvPower (Schoenfeld, Freedman).

    >>> planned = Effect("hazard ratio", 0.64, 1.0, "log", "lower")
    >>> round(fraction_of(planned, 0.8), 12), round(fraction_of(planned, 0.8, "freedman"), 6)
    (0.5, 0.506173)
    """
    if method in ("freedman", "hsieh-freedman"):
        own, whole = (
            effect_per_root_event(method, ratio, allocation=allocation, better=effect.better)
            for ratio in (hazard_ratio, effect.value)
        )
        return own / whole
    null = to_linear(effect, effect.null)
    return (to_linear(effect, hazard_ratio) - null) / (to_linear(effect, effect.value) - null)


def _look_times(
    solution: Solution, world: SurvivalWorld, rows: Courses, *, planned: bool
) -> Vector:
    """Give when the looks come: at their calendar times, or when their events are there."""
    if solution.calendar:
        return np.array(solution.calendar)
    events = look_events(solution)
    if planned:
        return np.append(times_or_never(world, rows, events[:-1]), solution.duration)
    return times_or_never(world, rows, events)
