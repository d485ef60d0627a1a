"""From the size of one analysis to that of a group-sequential trial, and back to power.

A score test has two standard deviations, σ₀ under the null and σ₁ under the alternative, and
so three ways to carry one analysis over to several are in use:

    inflation        n = n_fixed · (drift / (z_α + z_β))²          gsDesign, rpact, East: sizes
    shift            drift = z_α + (d √n - z_α σ₀) / σ₁            rpact: power
    variance ratio   bounds times σ₀/σ₁ for Z of unit variance     lrstat
                     and mean d √n / σ₁

They agree for one look, and wherever σ₀ = σ₁.  The third is the asymptotic truth; the first
is what most published trials report.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.design.binary.rates import Spread
from equipoise.design.checks import check_power
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import (
    FixedEfficacy,
    FixedFutility,
    SpendBeta,
    StoppingPlan,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import frozen, vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.root import root_between
from equipoise.kernel.sequential import StoppingProbability, stopping_probability

Calibration = Literal["inflation", "shift", "variance ratio"]
MOST_PATIENTS = 1e9
SAME = 1e-9
NEARBY = 1.05  # factor around the first guess
CERTAIN = 1 - 1e-13  # a power that no fixed size can be told for


@dataclass(frozen=True, slots=True)
class Sized:
    """A sequential design and the patients it needs in all."""

    sequential: GroupSequential
    patients: float
    fixed_patients: float
    power: float
    sd_of_z: float = 1.0  # under the alternative; 1 where the calibration ignores it

    def stops(self, fraction: float) -> StoppingProbability:
        """Give the chance of stopping at each look, a fraction of the way to the alternative.

        The standard deviation of z goes from 1 to that of the alternative, a constant factor
        for each equal step.

        Witness: the power asked for, at 1 (tests/laws).
        """
        design = self.sequential
        sd = float(self.sd_of_z**fraction)
        return stopping_probability(
            vector(design.upper / sd),
            vector(design.lower / sd),
            design.information,
            drift=fraction * design.drift / sd,
            inner=None if design.inner is None else frozen(design.inner / sd),
        )


def size_for_power(
    spread: Spread,
    stopping: StoppingPlan,
    power: float,
    calibration: Calibration,
    drawn: GroupSequential | None = None,
) -> Sized:
    """Solve for the patients.

    Args:
        spread: of the statistic.
        stopping: looks, alpha and boundaries.
        power: chance of an efficacy decision.
        calibration: how one analysis is carried to several.
        drawn: the design for this stopping and power, where it is known already.

    Raises:
        DesignError: The power is not above the type I error, or the stopping rules refuse.

    Witness: gsDesign `nBinomial`, rpact `getSampleSizeRates` (tests/reference).
    """
    z_alpha, z_beta = _quantiles(stopping, power)
    fixed = spread.fixed_patients(z_alpha, z_beta)
    if calibration == "variance ratio" and not _equal(spread):
        sequential, drift = _with_variance_ratio(spread, stopping, power=power)
        n = (drift * spread.alternative_sd / spread.distance) ** 2
        return Sized(sequential, _whole_trial(sequential, n), fixed, power, _sd_of_z(spread))
    sequential = drawn or group_sequential(stopping, power=power)
    if calibration == "shift":
        reach = (sequential.drift - z_alpha) * spread.alternative_sd + z_alpha * spread.null_sd
        n = (reach / spread.distance) ** 2
    else:
        n = fixed * (sequential.drift / sequential.fixed_drift) ** 2
    return Sized(sequential, _whole_trial(sequential, n), fixed, power)


def power_of_size(
    spread: Spread, stopping: StoppingPlan, patients: float, calibration: Calibration
) -> Sized:
    """Solve for the power of so many patients at the last look.

    Raises:
        DesignError: There are no patients, or the stopping rules refuse.

    Witness: rpact `getPowerRates` ("shift"); inverse of `size_for_power` (tests/laws).
    """
    if not 1 < patients < MOST_PATIENTS:
        raise DesignError(f"Patients must number more than 1, found {patients:g}.")
    n = patients / stopping.information[-1]  # at information fraction 1
    z_alpha = upper_quantile(stopping.alpha / stopping.sides)
    reach = abs(spread.distance) * np.sqrt(n)
    sd_of_z = 1.0
    if calibration == "variance ratio" and not _equal(spread):
        drift = reach / spread.alternative_sd
        sequential, _ = _with_variance_ratio(spread, stopping, drift=drift)
        sd_of_z = _sd_of_z(spread)
    else:
        drift = z_alpha + (reach - z_alpha * spread.null_sd) / spread.alternative_sd
        if calibration == "inflation" and len(stopping.information) > 1 and not _equal(spread):
            drift = _inflated_drift(spread, stopping, n, drift)
        if drift <= 0:
            raise DesignError(
                f"With {patients:g} patients the power falls below the type I error "
                f"{stopping.alpha:g}. Plan more patients or a larger effect."
            )
        sequential = group_sequential(stopping, drift=drift)
    power = sequential.power
    certain = power > CERTAIN
    fixed = patients if certain else spread.fixed_patients(z_alpha, upper_quantile(1 - power))
    return Sized(sequential, patients, fixed, power, sd_of_z)


def _inflated_drift(spread: Spread, stopping: StoppingPlan, n: float, start: float) -> float:
    """Find the drift whose power needs exactly `n` patients by inflation."""
    drawn = stopping
    if stopping.futility is None or isinstance(stopping.futility, FixedFutility):
        upper = group_sequential(stopping, drift=start).upper  # does not depend on the drift
        drawn = replace(stopping, efficacy=FixedEfficacy(tuple(upper.tolist())))

    def patients_over(drift: float) -> float:
        sequential = group_sequential(drawn, drift=drift)
        z_alpha, z_beta = _quantiles(stopping, sequential.power)
        fixed = spread.fixed_patients(z_alpha, z_beta)
        return fixed * (drift / (z_alpha + z_beta)) ** 2 / n - 1.0

    low, high = start / NEARBY, start * NEARBY
    while patients_over(low) > 0:
        low /= NEARBY
    while patients_over(high) < 0:
        high *= NEARBY
    return root_between(patients_over, low, high)


def _with_variance_ratio(
    spread: Spread,
    stopping: StoppingPlan,
    *,
    power: float | None = None,
    drift: float | None = None,
) -> tuple[GroupSequential, float]:
    """Draw bounds under σ₀ and walk under σ₁; give the design and its drift in units of σ₁."""
    ratio = spread.null_sd / spread.alternative_sd
    futility = stopping.futility
    if futility is not None and not isinstance(futility, SpendBeta | FixedFutility):
        raise DesignError(
            "The variance ratio goes with futility by beta spending or at given z. "
            "Choose one of them, or the calibration 'inflation'."
        )
    if isinstance(futility, SpendBeta) and futility.binding:
        raise DesignError(
            "The variance ratio goes with non-binding beta spending. "
            "Make futility non-binding, or choose the calibration 'inflation'."
        )
    if stopping.harm is not None:
        raise DesignError(
            "The variance ratio does not go with a bound for harm. "
            "Leave it out, or choose the calibration 'inflation'."
        )
    without = stopping if not isinstance(futility, SpendBeta) else replace(stopping, futility=None)
    under_null = group_sequential(without, power=power, drift=drift)
    lower = None if futility is None else futility
    if isinstance(futility, FixedFutility):
        lower = replace(futility, z=tuple(ratio * z for z in futility.z))
    walked = group_sequential(
        replace(
            stopping,
            efficacy=FixedEfficacy(tuple((ratio * under_null.upper).tolist())),
            futility=lower,
        ),
        power=power,
        drift=drift,
    )
    return _on_null_scale(under_null, walked, stopping, ratio), walked.drift


def _on_null_scale(
    under_null: GroupSequential, walked: GroupSequential, stopping: StoppingPlan, ratio: float
) -> GroupSequential:
    """Take the bounds back to the scale of the test, and the chances from each hypothesis."""
    lower = walked.lower / ratio
    inner = None if walked.inner is None else frozen(walked.inner / ratio)
    stops = stopping_probability(under_null.upper, lower, under_null.information, inner=inner)
    return replace(
        under_null,
        asked=replace(under_null.asked, stopping=stopping, power=walked.asked.power),
        lower=vector(lower),
        inner=inner,
        beta_spent=walked.beta_spent,
        power_by_look=walked.power_by_look,
        drift=walked.drift / ratio,
        under_null=stops,
        under_alternative=walked.under_alternative,
        assumed=(
            *under_null.assumed,
            f"Under the alternative the score test's Z has the standard deviation {1 / ratio:.4f}.",
            "Conditional powers take it as 1.",
        ),
    )


def _quantiles(stopping: StoppingPlan, power: float) -> tuple[float, float]:
    """Give z of the level of one side, and z of the power."""
    level = stopping.alpha / stopping.sides
    check_power(power, level)
    return upper_quantile(level), upper_quantile(1 - power)


def _sd_of_z(spread: Spread) -> float:
    return spread.alternative_sd / spread.null_sd


def _equal(spread: Spread) -> bool:
    return abs(spread.null_sd / spread.alternative_sd - 1) < SAME


def _whole_trial(sequential: GroupSequential, patients: float) -> float:
    """Take the patients at information fraction 1 to the last look."""
    return float(patients * sequential.information[-1])
