"""Put a solved large-sample design into the plan that every page, table and figure reads.

`survival_plan` serves every test of a time-to-event endpoint that is normal in large samples,
MaxCombo too (`max_combo_plan`): they differ in looks and chances, not in what is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from equipoise.design.plan import ArmSize, Effect, Expected, LookPlan, Plan
from equipoise.design.rounding import whole_number, whole_patients
from equipoise.design.sequential.conditional_power import design_drift
from equipoise.design.sequential.describe import describe, power_curve, truths
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.survival.events import counts_at, courses, patients_of
from equipoise.design.survival.evidence import Evidence, Method, toward_null
from equipoise.design.survival.waiting import FOR_EVER, times_or_never
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector, vector

RATIOS = frozenset({"hazard ratio", "average hazard ratio", "weighted hazard ratio"})
OPEN = 1e-9  # of the patients: fewer still to come are none
KEPT_TIMES = "looks come at their planned times, whatever the truth"
WAITING = "looks come when their number of events is there, whatever the truth"


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan says beside its numbers."""

    method: str
    solved_for: str
    effect: Effect
    assumed: tuple[str, ...]
    waits: bool = False  # whether the looks wait for their events, whatever the truth


def large_sample_plan(
    world: SurvivalWorld,
    method: Method,
    evidence: Evidence,
    sequential: GroupSequential,
    *,
    solved_for: str,
    fixed_factor: float,
    assumed: tuple[str, ...],
    calendar: bool = False,
) -> Plan:
    """Assemble the plan of a solved design.

    Args:
        world: with the accrual solved for.
        method: of the test.
        evidence: of this world at its looks.
        sequential: the boundaries and their characteristics.
        solved_for: what was asked.
        fixed_factor: the fixed design's patients per patient of this one.
        assumed: in words, further to the method's and the boundaries'.
        calendar: whether the looks come at fixed times, whatever the truth.

    Witness:
        nph04 (gsDesign2 gs_design_ahr), lr27 (lrstat kmpower).
    """
    effect = method.told(evidence)
    looks = describe(
        sequential,
        effect,
        information=evidence.shown_information,
        patients=evidence.patients,
        events=evidence.events.sum(axis=1),
        time=evidence.time,
    )
    unenrolled = _never_all(world, float(evidence.patients[-1]))
    said = (*method.assumed, *assumed, *unenrolled, *sequential.assumed)
    waits = method.counts_events and not calendar
    return survival_plan(
        world,
        evidence,
        sequential,
        Told(method.name, solved_for, effect, said, waits=waits),
        looks=looks,
        ending=partial(_ending, sequential),
        power_curve=power_curve(sequential, effect),
        fixed_factor=fixed_factor,
    )


def survival_plan(
    world: SurvivalWorld,
    evidence: Evidence,
    sequential: GroupSequential,
    told: Told,
    *,
    looks: tuple[LookPlan, ...],
    ending: Callable[[float], tuple[Vector, float]],
    power_curve: tuple[tuple[float, float], ...],
    fixed_factor: float,
) -> Plan:
    """Assemble the plan of a survival trial from its looks and its chances.

    Args:
        world: with the accrual solved for.
        evidence: of this world at its looks.
        sequential: the boundaries and their characteristics.
        told: in words, and the effect.
        looks: as told.
        ending: by a fraction of the planned effect, the chance to end at each look, and power.
        power_curve: (effect, power).
        fixed_factor: the fixed design's patients per patient of this one.

    Witness:
        `large_sample_plan`, `max_combo_plan`.
    """
    patients, events = float(evidence.patients[-1]), float(evidence.events[-1].sum())
    share = world.experimental_share
    return Plan(
        kind="time-to-event",
        method=told.method,
        solved_for=told.solved_for,
        effect=told.effect,
        allocation=world.allocation,
        sequential=sequential,
        looks=looks,
        power=sequential.power,
        patients=patients,
        patients_whole=whole_patients(patients, world.allocation),
        events=events,
        events_whole=whole_number(events),
        fixed_patients=patients * fixed_factor,
        fixed_events=events * fixed_factor,
        arms=(
            ArmSize("control", patients * (1.0 - share), float(evidence.events[-1, 0])),
            ArmSize("experimental", patients * share, float(evidence.events[-1, 1])),
        ),
        expected=tuple(
            _expected(
                _taken(world, evidence, _world(world, told.effect, fraction), waits=told.waits),
                (name, value),
                *ending(fraction),
            )
            for name, value, fraction in truths(told.effect)
        ),
        power_curve=power_curve,
        assumed=(*told.assumed, WAITING if told.waits else KEPT_TIMES),
    )


def _ending(sequential: GroupSequential, fraction: float) -> tuple[Vector, float]:
    """Give the chance to end at each look, and the power, at a fraction of the planned effect."""
    if fraction == 1.0:
        stops = sequential.under_alternative
    else:
        stops = sequential.stops(design_drift(sequential, fraction))
    power = stops.upper.sum() + (stops.lower.sum() if sequential.sides > 1 else 0.0)
    return stops.ending, float(power)


def _never_all(world: SurvivalWorld, patients: float) -> tuple[str, ...]:
    """Say so where the last look comes before the last patient."""
    enrolled = patients_of(world)
    if not patients < enrolled * (1.0 - OPEN):
        return ()
    return (f"accrual goes on: {patients:.6g} of {enrolled:.6g} are enrolled by the last look",)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What the trial has taken if it ends at each look, under one truth."""

    time: Vector  # (looks,) infinite where the events are never there
    patients: Vector
    events: Vector


def _world(world: SurvivalWorld, effect: Effect, fraction: float) -> SurvivalWorld:
    """Give the world in which the effect is a fraction of the planned one."""
    if fraction == 1.0:
        return world
    return toward_null(world, fraction, effect.null if effect.name in RATIOS else 1.0)


def _taken(world: SurvivalWorld, evidence: Evidence, true: SurvivalWorld, *, waits: bool) -> _Taken:
    """Give what every look has in a world, which may be the planned one."""
    events = evidence.events.sum(axis=1)
    if true is world:
        return _Taken(evidence.time, evidence.patients, events)
    if not waits:
        return _Taken(evidence.time, evidence.patients, counts_at(true, evidence.time).total_events)
    rows = courses(true)
    time = times_or_never(true, rows, events)
    at = np.where(np.isfinite(time), time, FOR_EVER * world.accrual.duration)
    return _Taken(vector(time), vector(counts_at(true, vector(at), rows).patients), events)


def _expected(taken: _Taken, truth: tuple[str, float], ending: Vector, power: float) -> Expected:
    """Give what the trial takes on average; no time where a look that may be the last never is."""
    never = bool(np.any(~np.isfinite(taken.time) & (ending > 0)))
    time = np.where(np.isfinite(taken.time), taken.time, 0.0)
    return Expected(
        truth=truth[0],
        effect=truth[1],
        power=power,
        events=float(ending @ taken.events),
        patients=float(ending @ taken.patients),
        time=None if never else float(ending @ time),
    )
