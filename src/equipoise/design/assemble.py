"""Put a plan together whose information grows in proportion to its patients' outcomes.

What means and counts share: a drift solved for, patients at each look, and from these the table
of looks, what the trial takes on average under three truths, and the power curve.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equipoise.design.plan import ArmSize, Effect, EndpointKind, Expected, LookPlan, Plan
from equipoise.design.rounding import whole_number
from equipoise.design.sequential.describe import (
    REACH_OF_CURVE,
    EffectAt,
    between,
    describe,
    power_curve,
    truths,
)
from equipoise.design.sequential.design import GroupSequential
from equipoise.kernel.arrays import Vector

DriftAt: TypeAlias = Callable[[Vector], Vector]  # from effects to E[Z] at full information
POINTS_OF_CURVE = 41


@dataclass(frozen=True, slots=True)
class Course:
    """What the trial has at each look, under the alternative; all are (looks,)."""

    information: Vector  # on the effect's linear scale
    patients: Vector
    events: Vector | None = None
    time: Vector | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """How a plan was reached, in words."""

    name: str
    solved_for: str
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How many patients a plan takes, and what the fixed design would."""

    allocation: float  # experimental per control; inf: one arm
    patients: float
    whole: tuple[int, int]  # control, experimental
    fixed_patients: float
    events: tuple[float, float] | None = None  # control, experimental
    fixed_events: float | None = None

    @property
    def all_events(self) -> float | None:
        """Events of both arms, where they are counted."""
        return None if self.events is None else sum(self.events)


def assemble(
    kind: EndpointKind,
    method: Method,
    effect: Effect,
    sequential: GroupSequential,
    course: Course,
    size: Size,
    *,
    effect_at: EffectAt | None = None,
    drift_at: DriftAt | None = None,
) -> Plan:
    """Give the plan of one hypothesis from its parts.

    Args:
        kind: of endpoint.
        method: how the plan was reached.
        effect: that it is planned for.
        sequential: the design.
        course: what the trial has at each look.
        size: how many patients it takes.
        effect_at: the estimate at a bound, where it is not linear in z.
        drift_at: the drift under another effect, where it is not linear in it.
    """
    looks = describe(
        sequential,
        effect,
        information=course.information,
        patients=course.patients,
        events=course.events,
        time=course.time,
        effect_at=effect_at,
    )
    return Plan(
        kind=kind,
        method=method.name,
        solved_for=method.solved_for,
        effect=effect,
        allocation=size.allocation,
        sequential=sequential,
        looks=looks,
        power=sequential.power,
        patients=size.patients,
        patients_whole=size.whole,
        events=size.all_events,
        events_whole=None if size.all_events is None else whole_number(size.all_events),
        fixed_patients=size.fixed_patients,
        fixed_events=size.fixed_events,
        arms=arm_sizes(size),
        expected=expected(sequential, effect, looks),
        power_curve=_power_curve(sequential, effect, drift_at),
        assumed=(*method.assumed, *sequential.assumed),
    )


def _power_curve(
    sequential: GroupSequential, effect: Effect, drift_at: DriftAt | None
) -> tuple[tuple[float, float], ...]:
    if drift_at is None:
        return power_curve(sequential, effect)
    reach = np.linspace(0.0, REACH_OF_CURVE, POINTS_OF_CURVE)
    values = [between(effect, float(part)) for part in reach]
    power = sequential.rejections(drift_at(np.array(values)))
    return tuple(zip(values, power.tolist(), strict=True))


def final_drift(sequential: GroupSequential) -> float:
    """Give E[Z] at the last look under the alternative (its fraction may not be 1)."""
    return float(sequential.drift * np.sqrt(sequential.information[-1]))


def drift_at_full(final: float, information: tuple[float, ...]) -> float:
    """Give E[Z] at information fraction 1 from that at the last look."""
    return final / float(np.sqrt(information[-1]))


def arm_sizes(size: Size) -> tuple[ArmSize, ...]:
    """Give the patients and events of each arm; one arm alone is the experimental one."""
    control_events, experimental_events = size.events or (None, None)
    if not np.isfinite(size.allocation):
        return (ArmSize("experimental", size.patients, experimental_events),)
    control = size.patients / (1 + size.allocation)
    return (
        ArmSize("control", control, control_events),
        ArmSize("experimental", size.patients - control, experimental_events),
    )


def expected(
    sequential: GroupSequential, effect: Effect, looks: tuple[LookPlan, ...]
) -> tuple[Expected, ...]:
    """Give what the trial takes on average under the null, half the effect, and the effect.

    Witness: rpact's average sample numbers (plan-rpact-0001).
    """
    patients = np.array([look.patients for look in looks])
    time = np.array([np.nan if look.time is None else look.time for look in looks])
    events = np.array([np.nan if look.events is None else look.events for look in looks])
    told = []
    for truth, value, fraction in truths(effect):
        ending = sequential.stops(fraction * sequential.drift).ending
        told.append(
            Expected(
                truth=truth,
                effect=value,
                power=sequential.rejection(fraction * sequential.drift),
                events=None if looks[-1].events is None else float(ending @ events),
                patients=float(ending @ patients),
                time=None if looks[-1].time is None else float(ending @ time),
            )
        )
    return tuple(told)
