"""The plan of a binary endpoint from its size: looks, arms, and what it takes on average."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.binary.sizing import Sized
from equipoise.design.plan import ArmSize, Effect, Expected, Plan
from equipoise.design.rounding import after_control
from equipoise.design.sequential.describe import REACH_OF_CURVE, EffectAt, between, describe, truths
from equipoise.kernel.arrays import Vector
from equipoise.kernel.sequential import StoppingProbability

SolvedFor = Literal["patients", "power", "effect"]
POINTS = 41  # of the power curve


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan says beside its numbers."""

    effect: Effect
    method: str
    solved_for: SolvedFor
    allocation: float  # experimental per control; infinite with one arm
    variance: float  # n times that of the effect on its linear scale
    effect_at: EffectAt | None
    assumed: tuple[str, ...]


def patients_by_look(sized: Sized) -> Vector:
    """Give the patients in all at each look.

    Witness: rpact `numberOfSubjects` (tests/reference).
    """
    information = sized.sequential.information
    return np.asarray(information / information[-1] * sized.patients)


def build_plan(told: Told, sized: Sized) -> Plan:
    """Put a sized design into the words and numbers of a plan.

    Witness: rpact `getSampleSizeRates` (tests/reference).
    """
    sequential, looks = sized.sequential, patients_by_look(sized)
    return Plan(
        kind="binary",
        method=told.method,
        solved_for=told.solved_for,
        effect=told.effect,
        allocation=told.allocation,
        sequential=sequential,
        looks=describe(
            sequential,
            told.effect,
            information=looks / told.variance,
            patients=looks,
            effect_at=told.effect_at,
        ),
        power=sized.power,
        patients=sized.patients,
        patients_whole=after_control(sized.patients, told.allocation),
        events=None,
        events_whole=None,
        fixed_patients=sized.fixed_patients,
        fixed_events=None,
        arms=_arms(sized.patients, told.allocation),
        expected=_expected(told.effect, sized),
        power_curve=_power_curve(told.effect, sized),
        assumed=(*told.assumed, *sequential.assumed),
    )


def _arms(patients: float, allocation: float) -> tuple[ArmSize, ...]:
    if np.isinf(allocation):
        return (ArmSize("experimental", patients, None),)
    control = patients / (1 + allocation)
    return ArmSize("control", control, None), ArmSize("experimental", patients - control, None)


def _expected(effect: Effect, sized: Sized) -> tuple[Expected, ...]:
    """Tell power and mean patients under the null, halfway and the alternative."""
    looks = patients_by_look(sized)
    told = []
    for name, value, fraction in truths(effect):
        stops = sized.stops(fraction)
        mean = float(stops.ending @ looks)
        told.append(Expected(name, value, _power(sized, stops), None, mean, None))
    return tuple(told)


def _power_curve(effect: Effect, sized: Sized) -> tuple[tuple[float, float], ...]:
    fractions = np.linspace(0.0, REACH_OF_CURVE, POINTS)
    effects = [between(effect, part) for part in fractions.tolist()]
    if sized.sd_of_z == 1.0:
        power = sized.sequential.rejections(fractions * sized.sequential.drift).tolist()
    else:
        power = [_power(sized, sized.stops(part)) for part in fractions.tolist()]
    return tuple(zip(effects, power, strict=True))


def _power(sized: Sized, stops: StoppingProbability) -> float:
    two_sided = sized.sequential.sides > 1
    return float(stops.upper.sum() + (stops.lower.sum() if two_sided else 0.0))
