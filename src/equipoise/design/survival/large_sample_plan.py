"""Put a solved large-sample design into the plan that every page, table and figure reads."""

import numpy as np

from equipoise.design.plan import ArmSize, Expected, Plan
from equipoise.design.sequential.conditional_power import design_drift
from equipoise.design.sequential.describe import describe, power_curve, truths
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.survival.events import counts_at, patients_of
from equipoise.design.survival.evidence import Evidence, Method, toward_null
from equipoise.design.survival.rounding import whole_number, whole_patients
from equipoise.design.survival.world import SurvivalWorld

OPEN = 1e-9  # of the patients: fewer still to come are none


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
    events = evidence.events.sum(axis=1)
    enrolled = patients_of(world)
    patients = float(evidence.patients[-1])
    looks = describe(
        sequential,
        effect,
        information=evidence.shown_information,
        patients=evidence.patients,
        events=events,
        time=evidence.time,
    )
    share = world.experimental_share
    still_open = f"accrual goes on: {patients:.6g} of {enrolled:.6g} are enrolled by the last look"
    never_all = (still_open,) if patients < enrolled * (1.0 - OPEN) else ()
    return Plan(
        kind="time-to-event",
        method=method.name,
        solved_for=solved_for,
        effect=effect,
        allocation=world.allocation,
        sequential=sequential,
        looks=looks,
        power=sequential.power,
        patients=patients,
        patients_whole=whole_patients(patients, world.allocation),
        events=float(events[-1]),
        events_whole=whole_number(float(events[-1])),
        fixed_patients=patients * fixed_factor,
        fixed_events=float(events[-1]) * fixed_factor,
        arms=(
            ArmSize("control", patients * (1.0 - share), float(evidence.events[-1, 0])),
            ArmSize("experimental", patients * share, float(evidence.events[-1, 1])),
        ),
        expected=tuple(
            _expected(world, evidence, sequential, name, told, fraction)
            for name, told, fraction in truths(effect)
        ),
        power_curve=power_curve(sequential, effect),
        assumed=(
            *method.assumed,
            *assumed,
            "expected numbers keep the looks at their planned times, whatever the truth",
            *never_all,
            *sequential.assumed,
        ),
    )


def _expected(
    world: SurvivalWorld,
    evidence: Evidence,
    sequential: GroupSequential,
    name: str,
    told: float,
    fraction: float,
) -> Expected:
    """Give what the trial takes on average when the effect is a fraction of the planned one."""
    planned = fraction == 1.0
    stops = (
        sequential.under_alternative
        if planned
        else sequential.stops(design_drift(sequential, fraction))
    )
    leaving = stops.upper + stops.lower + stops.inner
    leaving = np.append(leaving[:-1], 1.0 - leaving[:-1].sum())
    events = (
        evidence.events.sum(axis=1)
        if planned
        else counts_at(toward_null(world, fraction), evidence.time).total_events
    )
    power = stops.upper.sum() + (stops.lower.sum() if sequential.sides > 1 else 0.0)
    return Expected(
        truth=name,
        effect=told,
        power=float(power),
        events=float(leaving @ events),
        patients=float(leaving @ evidence.patients),
        time=float(leaving @ evidence.time),
    )
