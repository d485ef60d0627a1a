"""What a trial of two response rates takes: patients, power, or the effect it can detect.

One look or several; superiority, or non-inferiority by a margin (`TwoRates.null`).  The
formula is that of `rates`, carried to several looks as `sizing` says.  Patients are in both
arms together, each with an outcome.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.binary.bounds import effect_at_bounds
from equipoise.design.binary.building import SolvedFor, Told, build_plan, patients_by_look
from equipoise.design.binary.continuity import corrected, uncorrected
from equipoise.design.binary.rates import NO_DIFFERENCE, Spread, TwoRates, checked, spread
from equipoise.design.binary.sizing import (
    Calibration,
    Sized,
    power_of_size,
    size_for_power,
)
from equipoise.design.checks import check_kind
from equipoise.design.plan import Effect, Plan
from equipoise.design.printing import Printed
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.minimum import least_between
from equipoise.kernel.root import root_between

EDGE = 1e-6  # rates sought stay this far from 0 and 1
STEPS = 128  # from the null to the end, in which the first rate with the power is sought
NAMES = {
    "score": "score test, rates fitted under the null (Farrington & Manning 1990)",
    "wald": "Wald test, unpooled variance",
    "log score": "log scale, variance under the null",
    "log wald": "log scale, variance under the alternative",
    "arcsine": "arcsine transformation",
}


@dataclass(frozen=True, slots=True)
class BinaryQuestion:
    """What is asked of a design with a binary endpoint; one of power and patients is given."""

    rates: TwoRates
    stopping: StoppingPlan
    power: float | None
    patients: float | None
    calibration: Calibration
    continuity: bool


@dataclass(frozen=True, slots=True, repr=False)
class BinaryDesign(Printed):
    """A trial of two response rates, fixed or group-sequential."""

    asked: BinaryQuestion
    rates: TwoRates  # as planned; with the rate found, where the effect was sought
    spread: Spread
    plan: Plan


def binary_design(
    rates: TwoRates,
    *,
    power: float | None = None,
    patients: float | None = None,
    stopping: StoppingPlan | None = None,
    calibration: Calibration = "inflation",
    continuity: bool = False,
) -> BinaryDesign:
    """Solve for the patients a power needs, or for the power of so many patients.

    Args:
        rates: both response rates, the measure, the null and the test.
        power: to solve for patients.
        patients: in both arms, to solve for power.
        stopping: looks, alpha and boundaries; None for one look at one-sided 0.025.
        calibration: how one analysis is carried to several (see `sizing`).
        continuity: correct for continuity (superiority on the difference, score test).

    Raises:
        DesignError: The question contradicts itself, or no design satisfies it.

    Witness: rpact `getSampleSizeRates` and `getPowerRates`, gsDesign `nBinomial`, lrstat
        `getDesignRiskDiff`; Farrington & Manning (1990), table 1 (tests/reference).

    >>> round(binary_design(TwoRates(0.3, 0.5), power=0.9).plan.patients, 4)
    247.9973
    """
    stopping = StoppingPlan() if stopping is None else stopping
    check_kind(rates, TwoRates, "The rates", "`TwoRates(0.3, 0.5)`")
    check_kind(stopping, StoppingPlan, "`stopping`", "`StoppingPlan((0.5, 1.0))`, for two looks")
    question = BinaryQuestion(rates, stopping, power, patients, calibration, continuity)
    found = spread(rates)
    _check(question)
    if power is not None and patients is not None:
        raise DesignError(
            "Both power and patients are given. Leave one out, or seek the effect they detect "
            "(detectable_rate)."
        )
    if power is not None:
        sized = size_for_power(found, stopping, power, calibration)
        if continuity:
            sized = _with_continuity(rates, sized)
        return BinaryDesign(
            question, rates, found, _plan(question, rates, found, sized, "patients")
        )
    assert patients is not None  # noqa: S101 - checked above
    worth = uncorrected(rates, patients) if continuity else patients
    sized = replace(power_of_size(found, stopping, worth, calibration), patients=patients)
    return BinaryDesign(question, rates, found, _plan(question, rates, found, sized, "power"))


def detectable_rate(
    rates: TwoRates,
    *,
    power: float,
    patients: float,
    stopping: StoppingPlan | None = None,
    calibration: Calibration = "inflation",
    continuity: bool = False,
) -> BinaryDesign:
    """Find the experimental rate nearest the null that so many patients detect with the power.

    Args:
        rates: its experimental rate only says on which side of the null to seek.
        power: chance of an efficacy decision.
        patients: in both arms.
        stopping: looks, alpha and boundaries; None for one look at one-sided 0.025.
        calibration: how one analysis is carried to several (see `sizing`).
        continuity: correct for continuity.

    Raises:
        DesignError: No rate below 1 (or above 0) has the power; the message says the most.

    Witness: inverse of `binary_design` (tests/laws); R `power.prop.test` (tests/reference).

    >>> found = detectable_rate(TwoRates(0.3, 0.5), power=0.9, patients=247.9973)
    >>> round(found.rates.experimental, 6)
    0.5
    """
    stopping = stopping or StoppingPlan()
    question = BinaryQuestion(rates, stopping, power, patients, calibration, continuity)
    checked(rates)
    _check(question)
    drawn = group_sequential(stopping, power=power)

    def sized_at(rate: float) -> Sized:
        planned = replace(rates, experimental=rate)
        sized = size_for_power(spread(planned), stopping, power, calibration, drawn)
        return _with_continuity(planned, sized) if continuity else sized

    at_null = _rate_at_null(rates)
    up = rates.experimental > at_null
    away = np.linspace(at_null, 1 - EDGE if up else EDGE, STEPS + 1)[1:].tolist()
    needed = [sized_at(rate).patients for rate in away]
    enough = next((i for i, n in enumerate(needed) if n <= patients), None)
    if enough is None:
        least = int(np.argmin(needed))
        raise DesignError(
            f"No experimental rate gives {patients:g} patients a power of {power:g}: the easiest "
            f"to find, {away[least]:.3g}, needs {np.ceil(needed[least]):.0f}. Plan that many or "
            "less power."
        )
    before = away[enough - 1] if enough else at_null + (away[0] - at_null) * EDGE
    rate = root_between(
        lambda p: float(np.log(sized_at(p).patients / patients)), before, away[enough]
    )
    found = replace(rates, experimental=rate)
    sized = replace(sized_at(rate), patients=patients)
    plan = _plan(question, found, spread(found), sized, "effect")
    return BinaryDesign(question, found, spread(found), plan)


def optimal_binary_allocation(rates: TwoRates, *, power: float, alpha: float = 0.025) -> float:
    """Find the experimental patients per control patient with the fewest patients in all.

    Args:
        rates: both response rates, the measure and the test.
        power: to reach.
        alpha: one-sided.

    Witness: √(p1(1-p1) / p0(1-p0)) for the Wald test of a difference, in closed form.

    >>> round(optimal_binary_allocation(TwoRates(0.1, 0.5, test="wald"), power=0.9), 4)
    1.6667
    """
    spread(rates)
    stopping = StoppingPlan(alpha=alpha)

    def patients(log_ratio: float) -> float:
        planned = replace(rates, allocation=float(np.exp(log_ratio)))
        return size_for_power(spread(planned), stopping, power, "inflation").patients

    return float(np.exp(least_between(patients, -3.0, 3.0).at))


def _plan(
    question: BinaryQuestion, rates: TwoRates, found: Spread, sized: Sized, solved: SolvedFor
) -> Plan:
    effect = binary_effect(rates)
    told = Told(
        effect=effect,
        method=f"{rates.measure}: {NAMES[rates.statistic]}",
        solved_for=solved,
        allocation=rates.allocation,
        variance=_linear_variance(rates, found),
        effect_at=effect_at_bounds(rates, effect, patients_by_look(sized)),
        assumed=_assumed(question),
    )
    return build_plan(told, sized)


def binary_effect(rates: TwoRates) -> Effect:
    """Describe the planned effect; better is the side of the null on which it lies."""
    log = rates.statistic in ("log score", "log wald")
    return Effect(
        name=rates.measure,
        value=rates.effect,
        null=rates.null_effect,
        scale="log" if log else "identity",
        better="higher" if rates.effect > rates.null_effect else "lower",
    )


def _linear_variance(rates: TwoRates, found: Spread) -> float:
    """Give n times the variance of the effect on its linear scale, at the planned rates."""
    if rates.statistic == "arcsine":
        return spread(replace(rates, test="wald")).alternative_sd ** 2
    if rates.measure == "risk ratio" and rates.statistic in ("score", "wald"):
        return (found.alternative_sd / rates.control) ** 2
    return found.alternative_sd**2


def _with_continuity(rates: TwoRates, sized: Sized) -> Sized:
    return replace(
        sized,
        patients=corrected(rates, sized.patients),
        fixed_patients=corrected(rates, sized.fixed_patients),
    )


def _rate_at_null(rates: TwoRates) -> float:
    null = rates.null_effect
    if rates.measure == "risk difference":
        rate = rates.control + null
    elif rates.measure == "risk ratio":
        rate = rates.control * null
    else:
        rate = rates.control * null / (1 - rates.control + rates.control * null)
    return float(np.clip(rate, 0.0, 1.0))


def _assumed(question: BinaryQuestion) -> tuple[str, ...]:
    lines = ["Every patient counted has an outcome; responses are independent."]
    if len(question.stopping.information) > 1:
        carried = {
            "inflation": "the fixed size times the inflation of the sequential design",
            "shift": "the drift that gives one analysis its power",
            "variance ratio": "both variances at every look",
        }[question.calibration]
        lines.append(f"Carried to several looks by {carried}.")
    if question.continuity:
        lines.append("Corrected for continuity (Casagrande, Pike & Smith 1978).")
    return tuple(lines)


def _check(question: BinaryQuestion) -> None:
    rates = question.rates
    if question.power is None and question.patients is None:
        raise DesignError("Neither power nor patients are given. Give one to solve for the other.")
    plain = rates.measure == "risk difference" and rates.statistic == "score"
    if question.continuity and not (plain and rates.null_effect == NO_DIFFERENCE[rates.measure]):
        raise DesignError(
            "The continuity correction belongs to the score test of no risk difference, found "
            f"the {rates.test} test of a {rates.measure} of {rates.null_effect:g}. Leave it out."
        )
