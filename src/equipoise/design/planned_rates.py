"""Plan one binary or continuous hypothesis of a protocol, by the formula it names."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from equipoise.errors import DesignError
from equipoise.protocol.coherence_effects import experimental_rate, null_of
from equipoise.protocol.trial import TestMethod

if TYPE_CHECKING:
    from equipoise.design.binary.rates import Measure, RateTest, TwoRates
    from equipoise.design.plan import Plan
    from equipoise.design.planned_world import Numbers
    from equipoise.design.sequential.rules import StoppingPlan
    from equipoise.protocol.planning import EndpointAssumption, PlannedEffect, SolveFor
    from equipoise.protocol.trial import Test

TESTS: "dict[str, RateTest]" = {
    "farrington-manning": "score",
    "unpooled": "wald",
    "arcsine": "arcsine",
}

EFFECT_OF_EXACT = (
    "The effect an exact test detects is not solved for; plan it with "
    "`method: miettinen-nurminen`, or give the effect."
)


@dataclass(frozen=True, slots=True)
class PatientCase:
    """One hypothesis on an endpoint that is no time, with one choice of numbers."""

    assumed: "EndpointAssumption"
    effect: "PlannedEffect"
    test: "Test"
    numbers: "Numbers"
    stopping: "StoppingPlan"
    allocation: float
    solve_for: "SolveFor"
    method: str
    better_lower: bool


def plan_rates(case: PatientCase) -> "Plan":
    """Plan a binary hypothesis.

    Raises:
        DesignError: no design satisfies what is asked.

    Witness: `binary_design`, `detectable_rate`, `exact_binary_patients`.
    """
    from equipoise.design.binary.rates import TwoRates  # noqa: PLC0415
    from equipoise.design.binary.two_arms import binary_design, detectable_rate  # noqa: PLC0415

    numbers = case.numbers
    measure = cast("Measure", case.effect.measure)
    control = cast("float", case.assumed.rate)
    rates = TwoRates(
        control=control,
        experimental=_experimental(case, control),
        measure=measure,
        null=case.effect.margin,
        test=TESTS.get(case.method, "score"),
        allocation=case.allocation,
    )
    if case.method == "exact":
        return _exact(case, rates)
    if case.solve_for == "effect":
        return detectable_rate(
            rates,
            power=cast("float", numbers.power),
            patients=cast("float", numbers.patients),
            stopping=case.stopping,
        ).plan
    power = None if case.solve_for == "power" else numbers.power
    patients = numbers.patients if case.solve_for == "power" else None
    return binary_design(rates, power=power, patients=patients, stopping=case.stopping).plan


def _experimental(case: PatientCase, control: float) -> float:
    """Give the experimental rate; where it is to be found, one on the better side."""
    if case.numbers.effect is not None:
        found = experimental_rate(case.effect.measure, case.numbers.effect, control)
        return cast("float", found)
    at_null = cast("float", experimental_rate(case.effect.measure, null_of(case.effect), control))
    return at_null / 2.0 if case.better_lower else (1.0 + at_null) / 2.0


def _exact(case: PatientCase, rates: "TwoRates") -> "Plan":
    """Plan Fisher's exact test: whole numbers of patients, one look."""
    from equipoise.design.binary.exact import (  # noqa: PLC0415
        ExactBinaryQuestion,
        exact_binary_patients,
        exact_binary_power,
    )
    from equipoise.design.binary.two_arms import binary_design  # noqa: PLC0415

    numbers, stopping = case.numbers, case.stopping
    asked = ExactBinaryQuestion(rates, "fisher", stopping.alpha, stopping.sides)
    if case.solve_for == "effect":
        raise DesignError(EFFECT_OF_EXACT)
    if case.solve_for == "power":
        each = cast("float", numbers.patients) / (1.0 + case.allocation)
        found = exact_binary_power(asked, round(each), round(each * case.allocation))
    else:
        found = exact_binary_patients(asked, power=cast("float", numbers.power))
    near = binary_design(rates, patients=found.patients, stopping=stopping).plan
    whole = (found.control_patients, found.experimental_patients)
    return replace(
        near,
        method="Fisher's exact test, power over all tables",
        solved_for=case.solve_for,
        power=found.power,
        patients=float(found.patients),
        patients_whole=whole,
        fixed_patients=float(found.patients),
        arms=tuple(
            replace(arm, patients=float(count)) for arm, count in zip(near.arms, whole, strict=True)
        ),
        assumed=(
            *found.assumed,
            (
                f"The exact size of the test is {found.size:.4g}, at a control rate of "
                f"{found.worst_control_rate:.4g}."
            ),
            "Bounds and power curve are those of the score test with as many patients.",
        ),
    )


def plan_means(case: PatientCase) -> "Plan":
    """Plan a continuous hypothesis.

    Raises:
        DesignError: no design satisfies what is asked.

    Witness: `means_design`.
    """
    from equipoise.design.continuous.comparison import mean_difference  # noqa: PLC0415
    from equipoise.design.continuous.plan import means_design  # noqa: PLC0415

    numbers, deviation = case.numbers, cast("float", case.assumed.standard_deviation)
    null = null_of(case.effect)
    effect = numbers.effect
    if effect is None:  # to be found: the direction alone
        effect = null - deviation if case.better_lower else null + deviation
    adjusted = case.test.method is TestMethod.ANCOVA
    comparison = mean_difference(
        effect,
        deviation,
        null=null,
        allocation=case.allocation,
        experimental_standard_deviation=None if adjusted else deviation,
        correlation=(case.assumed.correlation or 0.0) if adjusted else 0.0,
        covariates=1 if adjusted else 0,
    )
    return means_design(
        comparison,
        case.stopping,
        power=None if case.solve_for == "power" else numbers.power,
        patients=None if case.solve_for == "patients" else numbers.patients,
        test="z" if case.method == "normal" else "t",
    ).plan
