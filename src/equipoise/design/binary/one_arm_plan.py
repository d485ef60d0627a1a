"""One response rate against a fixed value, at one look or several, by the normal approximation.

    n = ((z_α √(p₀(1-p₀)) + z_β √(p₁(1-p₁))) / (p₁ - p₀))²

for a score test; a Wald test takes p₁ for p₀ in the first root.  Several looks as `sizing` says;
the estimate at a bound is p₀ ± z √(p(1-p)/n), p that in the first root.
With `exact` the size of one look is that of the exact test (`one_arm`), and several looks
inflate it, as rpact does.  For exact chances at every look see `multi_stage`.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.design.binary.building import Told, build_plan, patients_by_look
from equipoise.design.binary.one_arm import OneRateQuestion, check_two_rates, one_rate_patients
from equipoise.design.binary.rates import Spread
from equipoise.design.binary.sizing import Calibration, Sized, power_of_size, size_for_power
from equipoise.design.checks import check_one_given
from equipoise.design.plan import Effect, Plan
from equipoise.design.printing import Printed
from equipoise.design.sequential.describe import EffectAt
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector


@dataclass(frozen=True, slots=True)
class OneArmQuestion:
    """What is asked of a design with one arm; one of power and patients is given."""

    null: float
    alternative: float
    stopping: StoppingPlan
    power: float | None
    patients: float | None
    exact: Literal["smallest", "lasting"] | None
    calibration: Calibration
    test: Literal["score", "wald"]


@dataclass(frozen=True, slots=True, repr=False)
class OneArmDesign(Printed):
    """A trial of one response rate, fixed or group-sequential."""

    asked: OneArmQuestion
    spread: Spread
    plan: Plan


def one_arm_design(
    null: float,
    alternative: float,
    *,
    power: float | None = None,
    patients: float | None = None,
    stopping: StoppingPlan | None = None,
    exact: Literal["smallest", "lasting"] | None = None,
    calibration: Calibration = "inflation",
    test: Literal["score", "wald"] = "score",
) -> OneArmDesign:
    """Solve for the patients a power needs, or for the power of so many patients.

    The plan's allocation is infinite: no patient is a control.

    Args:
        null: response rate that is not worth pursuing.
        alternative: response rate the trial should find.
        power: to solve for patients.
        patients: to solve for power.
        stopping: looks, alpha and boundaries; None for one look at one-sided 0.025.
        exact: take the size of one look from the exact test, one-sided.
        calibration: how one analysis is carried to several (see `sizing`).
        test: whether z is scaled by the variance of the null rate, or of the rate seen.

    Raises:
        DesignError: The question contradicts itself, or no design satisfies it.

    Witness: rpact `getSampleSizeRates(groups = 1)` and `getPowerRates`; lrstat
        `getDesignOneProportion`, with both variances (tests/reference).

    >>> round(one_arm_design(0.5, 0.8, power=0.9).plan.patients, 5)
    24.75403
    """
    question = OneArmQuestion(
        null, alternative, stopping or StoppingPlan(), power, patients, exact, calibration, test
    )
    _check(question)
    seen = float(np.sqrt(alternative * (1 - alternative)))
    under_null = seen if test == "wald" else float(np.sqrt(null * (1 - null)))
    found = Spread(alternative - null, under_null, seen)
    if power is None:
        assert patients is not None  # noqa: S101 - checked above
        sized = power_of_size(found, question.stopping, patients, calibration)
    else:
        sized = size_for_power(found, question.stopping, power, calibration)
        if exact is not None:
            asked = OneRateQuestion(null, alternative, question.stopping.alpha)
            fixed = one_rate_patients(asked, power=power, choice=exact).patients
            inflated = fixed * sized.sequential.inflation
            sized = replace(sized, patients=inflated, fixed_patients=float(fixed))
    return OneArmDesign(question, found, _plan(question, found, sized))


def _plan(question: OneArmQuestion, found: Spread, sized: Sized) -> Plan:
    effect = Effect(
        name="response rate",
        value=question.alternative,
        null=question.null,
        scale="identity",
        better="higher" if found.distance > 0 else "lower",
    )
    exact = question.exact is not None
    whose = "null" if question.test == "score" else "alternative"
    method = "exact binomial test" if exact else f"normal approximation, variance under the {whose}"
    told = Told(
        effect=effect,
        method=f"one response rate: {method}",
        solved_for="power" if question.power is None else "patients",
        allocation=float("inf"),
        variance=found.null_sd**2,
        effect_at=_rate_at(found, effect, patients_by_look(sized)),
        assumed=("One arm: no patient is a control.", f"Information is that under the {whose}."),
    )
    return build_plan(told, sized)


def _rate_at(found: Spread, effect: Effect, looks: Vector) -> EffectAt:
    """Give the rate seen at a bound; infinite where no rate reaches it."""
    sign = 1.0 if effect.better == "higher" else -1.0

    def at(look: int, z: float) -> float:
        away = sign * z * found.null_sd / float(np.sqrt(looks[look - 1]))
        inside = 0 <= effect.null + away <= 1
        return effect.null + away if inside else float(np.copysign(np.inf, away))

    return at


def _check(question: OneArmQuestion) -> None:
    check_two_rates(question.null, question.alternative)
    check_one_given(question.power, question.patients)
    if question.exact is not None and (question.stopping.sides != 1 or question.power is None):
        raise DesignError(
            "The exact size is for patients and a one-sided test. Use one_rate_power for exact "
            "power, or leave `exact` out."
        )
