"""Plan Fisher's exact test: whole numbers of patients, one look, no bound on the scale of z.

    P(reject | p_E, p_C) = sum of the chances of the tables in the region that rejects

Its size, the largest such chance at p_E = p_C, lies below the alpha asked for.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from equipoise.design.binary.exact import (
    ExactBinaryDesign,
    ExactBinaryQuestion,
    exact_binary_patients,
    exact_binary_power,
    rejection_region,
)
from equipoise.design.binary.two_arms import binary_design
from equipoise.design.plan import Effect, ExactTest, Expected
from equipoise.design.sequential.describe import REACH_OF_CURVE, between
from equipoise.errors import DesignError
from equipoise.kernel.two_binomials import region_chance
from equipoise.protocol.coherence_effects import experimental_rate

if TYPE_CHECKING:
    from equipoise.design.binary.rates import TwoRates
    from equipoise.design.plan import Plan
    from equipoise.design.planned.rates import PatientCase
    from equipoise.kernel.arrays import Vector

POINTS = 31  # from no effect to half as much again as planned; every tenth is half the effect
PLANNED = round((POINTS - 1) / REACH_OF_CURVE)


def plan_exact(case: "PatientCase", rates: "TwoRates") -> "Plan":
    """Plan Fisher's exact test of two rates.

    Raises:
        DesignError: the effect is asked for, or more patients are needed than can be enumerated.

    Witness: `exact_binary_power`, `exact_binary_patients`.
    """
    found = _found(case, rates)
    near = binary_design(rates, patients=found.patients, stopping=case.stopping).plan
    whole = (found.control_patients, found.experimental_patients)
    curve = _curve(found, near.effect)
    powers = [power for _, power in curve]
    (look,) = near.looks
    return replace(
        near,
        method="Fisher's exact test, power over all tables",
        solved_for=case.solve_for,
        looks=(
            replace(
                look,
                patients=float(found.patients),
                efficacy=None,
                futility=None,
                lower_efficacy=None,
                alpha_spent=found.size,
                beta_spent=1.0 - found.power,
                efficacy_null=powers[0],
                efficacy_alternative=found.power,
                futility_null=0.0,
                futility_alternative=0.0,
            ),
        ),
        power=found.power,
        patients=float(found.patients),
        patients_whole=whole,
        fixed_patients=float(found.patients),
        arms=tuple(
            replace(arm, patients=float(count)) for arm, count in zip(near.arms, whole, strict=True)
        ),
        expected=tuple(
            _expected(each, power, found)
            for each, power in zip(
                near.expected, (powers[0], powers[PLANNED // 2], found.power), strict=True
            )
        ),
        power_curve=curve,
        assumed=(*found.assumed, _size_words(found)),
        exact=ExactTest(found.size, found.worst_control_rate),
    )


def _found(case: "PatientCase", rates: "TwoRates") -> ExactBinaryDesign:
    numbers, stopping = case.numbers, case.stopping
    if case.solve_for == "effect":
        raise DesignError(
            "The effect an exact test detects is not solved for; plan it with "
            "`method: miettinen-nurminen`, or give the effect."
        )
    asked = ExactBinaryQuestion(rates, "fisher", stopping.alpha, stopping.sides)
    if case.solve_for == "power":
        each = cast("float", numbers.patients) / (1.0 + case.allocation)
        return exact_binary_power(asked, round(each), round(each * case.allocation))
    return exact_binary_patients(asked, power=cast("float", numbers.power))


def _curve(found: ExactBinaryDesign, effect: Effect) -> tuple[tuple[float, float], ...]:
    """Give (effect, exact power) at the planned control rate, while the rates can be."""
    control, measure = found.asked.rates.control, found.asked.rates.measure
    effects = [between(effect, part) for part in np.linspace(0.0, REACH_OF_CURVE, POINTS).tolist()]
    told = [(value, experimental_rate(measure, value, control)) for value in effects]
    kept = [(value, rate) for value, rate in told if rate is not None and 0.0 <= rate <= 1.0]
    region, _ = rejection_region(found.asked, found.control_patients, found.experimental_patients)
    rates: Vector = np.array([rate for _, rate in kept])
    power = region_chance(region, rates, np.full(rates.size, control))
    return tuple(zip((value for value, _ in kept), power.tolist(), strict=True))


def _expected(truth: Expected, power: float, found: ExactBinaryDesign) -> Expected:
    return replace(truth, power=power, patients=float(found.patients))


def _size_words(found: ExactBinaryDesign) -> str:
    return (
        f"The exact size of the test is {found.size:.4g}, at a control rate of "
        f"{found.worst_control_rate:.4g}; an exact test has no bound on the scale of z."
    )
