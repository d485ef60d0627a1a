"""Put a solved large-sample design into the plan that every page, table and figure reads.

`survival_plan` serves every test of a time-to-event endpoint that is normal in large samples,
MaxCombo too (`max_combo_plan`): they differ in looks and chances, not in what is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from equipoise.design.plan import ArmSize, Effect, Expected, LookPlan, Plan
from equipoise.design.rounding import whole_number, whole_patients
from equipoise.design.sequential.conditional_power import design_drift
from equipoise.design.sequential.describe import describe, power_curve, truths
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.survival.events import counts_at, patients_of
from equipoise.design.survival.evidence import Evidence, Method, toward_null
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector

OPEN = 1e-9  # of the patients: fewer still to come are none
KEPT_TIMES = "expected numbers keep the looks at their planned times, whatever the truth"


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan says beside its numbers."""

    method: str
    solved_for: str
    effect: Effect
    assumed: tuple[str, ...]


def large_sample_plan(
    world: SurvivalWorld,
    method: Method,
    evidence: Evidence,
    sequential: GroupSequential,
    *,
    solved_for: str,
    fixed_factor: float,
    assumed: tuple[str, ...],
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

    def leaving(fraction: float) -> tuple[Vector, float]:
        if fraction == 1.0:
            stops = sequential.under_alternative
        else:
            stops = sequential.stops(design_drift(sequential, fraction))
        left = (stops.upper + stops.lower + stops.inner)[:-1]
        power = stops.upper.sum() + (stops.lower.sum() if sequential.sides > 1 else 0.0)
        return np.append(left, 1.0 - left.sum()), float(power)

    return survival_plan(
        world,
        evidence,
        sequential,
        Told(
            method.name,
            solved_for,
            effect,
            (
                *method.assumed,
                *assumed,
                KEPT_TIMES,
                *_never_all(world, float(evidence.patients[-1])),
                *sequential.assumed,
            ),
        ),
        looks=looks,
        leaving=leaving,
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
    leaving: Callable[[float], tuple[Vector, float]],
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
        leaving: by a fraction of the planned effect, the chance to end at each look, and power.
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
            _expected(world, evidence, name, value, fraction, *leaving(fraction))
            for name, value, fraction in truths(told.effect)
        ),
        power_curve=power_curve,
        assumed=told.assumed,
    )


def _never_all(world: SurvivalWorld, patients: float) -> tuple[str, ...]:
    """Say so where the last look comes before the last patient."""
    enrolled = patients_of(world)
    if not patients < enrolled * (1.0 - OPEN):
        return ()
    return (f"accrual goes on: {patients:.6g} of {enrolled:.6g} are enrolled by the last look",)


def _expected(
    world: SurvivalWorld,
    evidence: Evidence,
    name: str,
    value: float,
    fraction: float,
    leaving: Vector,
    power: float,
) -> Expected:
    """Give what the trial takes on average when the effect is a fraction of the planned one."""
    events = (
        evidence.events.sum(axis=1)
        if fraction == 1.0
        else counts_at(toward_null(world, fraction), evidence.time).total_events
    )
    return Expected(
        truth=name,
        effect=value,
        power=power,
        events=float(leaving @ events),
        patients=float(leaving @ evidence.patients),
        time=float(leaving @ evidence.time),
    )
