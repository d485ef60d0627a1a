"""Further questions of two proportions that a distance and two spreads answer.

Strata with shares f_i and a common treatment effect, compared by Cochran, Mantel & Haenszel
(Wittes & Wallenstein 1987, JASA 82:1104; Nam 1992, Biometrics 48:389), s the share of the arm:

    d = Σ f_i (p1_i - p0_i),  σ₀² = Σ f_i p̄_i(1-p̄_i) / (s₁ s₀),
    σ₁² = Σ f_i (p1_i(1-p1_i)/s₁ + p0_i(1-p0_i)/s₀)

Pairs that disagree with probabilities a and b (McNemar; Connor 1987):

    d = a - b,   σ₀² = a + b,   σ₁² = a + b - (a - b)²
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.binary.building import Told, build_plan
from equipoise.design.binary.rates import Spread, experimental_rate
from equipoise.design.binary.sizing import Calibration, power_of_size, size_for_power
from equipoise.design.checks import check_allocation, check_one_given
from equipoise.design.plan import Effect, Plan
from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError

WHOLE = 1e-6  # how far the shares may be from adding to 1
CLOSE = 1e-9  # an average difference this small is none


@dataclass(frozen=True, slots=True)
class RateStratum:
    """One stratum: its share of the patients and both response rates."""

    name: str
    share: float
    control: float
    experimental: float


@dataclass(frozen=True, slots=True, repr=False)
class StratifiedDesign(Printed):
    """A stratified, or paired, comparison of two response rates."""

    asked: tuple[RateStratum, ...]
    spread: Spread
    plan: Plan


def strata_of_odds_ratio(
    shares: tuple[tuple[str, float], ...], control: tuple[float, ...], odds_ratio: float
) -> tuple[RateStratum, ...]:
    """Give strata with a common odds ratio over their control rates.

    Witness: `effect_of` of every stratum.

    >>> strata_of_odds_ratio((("high", 1.0),), (0.25,), 3.0)[0].experimental
    0.5
    """
    return tuple(
        RateStratum(name, share, rate, experimental_rate("odds ratio", odds_ratio, rate))
        for (name, share), rate in zip(shares, control, strict=True)
    )


def stratified_design(
    strata: tuple[RateStratum, ...],
    *,
    power: float | None = None,
    patients: float | None = None,
    allocation: float = 1.0,
    stopping: StoppingPlan | None = None,
    calibration: Calibration = "inflation",
) -> StratifiedDesign:
    """Solve for patients or power of the Cochran-Mantel-Haenszel test, in all strata together.

    The plan's effect is the difference of the rates averaged over the strata.

    Args:
        strata: shares that add to 1, and rates.
        power: to solve for patients.
        patients: in both arms, to solve for power.
        allocation: experimental patients per control patient, in every stratum.
        stopping: looks, alpha and boundaries; None for one look at one-sided 0.025.
        calibration: how one analysis is carried to several (see `sizing`).

    Raises:
        DesignError: Shares or rates are impossible, or the effects cancel.

    Witness: one stratum is the pooled test of `binary_design` (tests/laws); Nam's formula
        term by term (tests/twice).

    >>> one = (RateStratum("all", 1.0, 0.3, 0.5),)
    >>> round(stratified_design(one, power=0.9).plan.patients, 4)
    247.9973
    """
    _check(strata, allocation)
    f = np.array([stratum.share for stratum in strata])
    p0 = np.array([stratum.control for stratum in strata])
    p1 = np.array([stratum.experimental for stratum in strata])
    s1 = allocation / (1 + allocation)
    s0, pooled = 1 - s1, s1 * p1 + (1 - s1) * p0
    found = Spread(
        float(f @ (p1 - p0)),
        float(np.sqrt(f @ (pooled * (1 - pooled)) / (s1 * s0))),
        float(np.sqrt(f @ (p1 * (1 - p1) / s1 + p0 * (1 - p0) / s0))),
    )
    kind = _Kind(
        "risk difference",
        "Cochran-Mantel-Haenszel test (Wittes & Wallenstein 1987, Nam 1992)",
        allocation,
        "The same allocation in every stratum; shares of the strata as planned.",
    )
    plan = _plan_of(kind, found, power, patients, stopping, calibration)
    return StratifiedDesign(strata, found, plan)


@dataclass(frozen=True, slots=True, repr=False)
class PairedDesign(Printed):
    """A comparison of two response rates within pairs."""

    asked: tuple[float, float]  # chance that only the experimental, only the control responds
    spread: Spread
    plan: Plan  # its patients are pairs


def paired_design(
    experimental_only: float,
    control_only: float,
    *,
    power: float | None = None,
    pairs: float | None = None,
    stopping: StoppingPlan | None = None,
    calibration: Calibration = "inflation",
    test: Literal["score", "wald"] = "score",
) -> PairedDesign:
    """Solve for the pairs, or the power, of McNemar's test.

    Args:
        experimental_only: chance that a pair responds under the experimental treatment only.
        control_only: likewise under the control only.
        power: to solve for pairs.
        pairs: to solve for power.
        stopping: looks, alpha and boundaries; None for one look at one-sided 0.025.
        calibration: how one analysis is carried to several (see `sizing`).
        test: whether z is scaled by the variance of no effect (McNemar), or of the effect seen.

    Raises:
        DesignError: The chances are impossible or equal.

    Witness: formula of Connor (1987) by hand (tests/twice); lrstat `getDesignPairedPropMcNemar`.

    >>> round(paired_design(0.25, 0.1, power=0.9).plan.patients, 3)
    159.253
    """
    a, b = experimental_only, control_only
    if not (0 <= a < 1 and 0 <= b < 1 and 0 < a + b <= 1 and a != b):
        raise DesignError(
            f"Pairs disagree with two different chances below 1 that add to at most 1, found {a:g} "
            f"and {b:g}. Plan an effect."
        )
    seen = float(np.sqrt(a + b - (a - b) ** 2))
    found = Spread(a - b, seen if test == "wald" else float(np.sqrt(a + b)), seen)
    kind = _Kind(
        "difference within pairs",
        "McNemar's test (Connor 1987)" if test == "score" else "Wald test of pairs",
        float("inf"),
        "Patients are pairs; each pair has both treatments.",
    )
    plan = _plan_of(kind, found, power, pairs, stopping, calibration)
    return PairedDesign((a, b), found, plan)


@dataclass(frozen=True, slots=True)
class _Kind:
    effect: str
    method: str
    allocation: float
    assumed: str


def _plan_of(
    kind: _Kind,
    found: Spread,
    power: float | None,
    patients: float | None,
    stopping: StoppingPlan | None,
    calibration: Calibration,
) -> Plan:
    stopping = stopping or StoppingPlan()
    check_one_given(power, patients)
    if patients is not None:
        sized = power_of_size(found, stopping, patients, calibration)
    else:
        sized = size_for_power(found, stopping, power or 0.0, calibration)
    better: Literal["higher", "lower"] = "higher" if found.distance > 0 else "lower"
    told = Told(
        effect=Effect(kind.effect, found.distance, 0.0, "identity", better),
        method=kind.method,
        solved_for="patients" if patients is None else "power",
        allocation=kind.allocation,
        variance=found.alternative_sd**2,
        effect_at=None,
        assumed=(kind.assumed,),
    )
    return build_plan(told, sized)


def _check(strata: tuple[RateStratum, ...], allocation: float) -> None:
    total = sum(stratum.share for stratum in strata)
    if not strata or any(s.share <= 0 for s in strata) or abs(total - 1) > WHOLE:
        raise DesignError(
            f"Shares of the strata must be positive and add to 1, found a sum of {total:g}."
        )
    for stratum in strata:
        if not (0 < stratum.control < 1 and 0 < stratum.experimental < 1):
            raise DesignError(
                f"Rates of stratum {stratum.name} must lie between 0 and 1, found "
                f"{stratum.control:g} and {stratum.experimental:g}."
            )
    check_allocation(allocation)
    if abs(sum(s.share * (s.experimental - s.control) for s in strata)) < CLOSE:
        raise DesignError(
            "The effects of the strata cancel: the average difference is 0, which no number of "
            "patients finds. Plan another effect."
        )
