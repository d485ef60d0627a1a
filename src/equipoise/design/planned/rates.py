"""Plan one binary or continuous hypothesis of a protocol, by the formula it names."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from equipoise.protocol.coherence_effects import experimental_rate, null_of
from equipoise.protocol.trial import TestMethod

if TYPE_CHECKING:
    from equipoise.design.binary.rates import Measure, RateTest
    from equipoise.design.plan import Plan
    from equipoise.design.planned.world import Numbers
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


def at_whole_patients(case: PatientCase, plan: "Plan") -> PatientCase:
    """Ask for the power that a plan's whole patients give, at looks of whole patients.

    Witness: `plan_rates` and `plan_means` of these patients.
    """
    control, experimental = plan.patients_whole
    patients = control + experimental
    looks = [round(look.information_fraction * patients) / patients for look in plan.looks[:-1]]
    return replace(
        case,
        numbers=replace(case.numbers, effect=plan.effect.value, patients=float(patients)),
        stopping=replace(case.stopping, information=(*looks, 1.0)),
        allocation=experimental / control,
        solve_for="power",
    )


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
        from equipoise.design.planned.exact import plan_exact  # noqa: PLC0415

        return plan_exact(case, rates)
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
