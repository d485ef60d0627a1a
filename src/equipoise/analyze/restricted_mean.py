"""How much longer, on average, without the event up to a time τ?

    difference  μ₁(τ) - μ₀(τ),  ratio  μ₁(τ) / μ₀(τ)  on the log scale by the delta method

with μ the area under Kaplan-Meier and Greenwood's variance (Uno et al. 2014, as survRM2).  τ
may not lie beyond what both curves are known to: an arm's last time, or any time where its
curve has come down to 0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Interval, Number
from equipoise.analyze.results import RestrictedMeanComparison
from equipoise.analyze.signed_test import Better, signed_test
from equipoise.errors import NotEstimable
from equipoise.kernel.confidence import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from equipoise.analyze.kaplan_meier import SurvivalCurve


def largest_common_time(curves: Iterable[SurvivalCurve]) -> float:
    """Give the largest time up to which all curves are known.

    Where all come down to 0 it is the latest of their last times.
    """
    given = list(curves)
    known = min(curve.known_until for curve in given)
    return known if np.isfinite(known) else max(float(curve.time[-1]) for curve in given)


def restricted_mean_difference(
    experimental: SurvivalCurve,
    control: SurvivalCurve,
    until: float,
    *,
    level: float = 0.95,
    better: Better = "later",
) -> RestrictedMeanComparison:
    """Compare restricted means up to `until`, experimental against control.

    Args:
        experimental: the curve of the experimental arm.
        control: the curve of the control arm.
        until: the time τ up to which time is counted, in the unit of the curves.
        level: the confidence level of intervals, such as 0.95.
        better: "later" where it is good for patients that the event comes late (death), "sooner"
            where it is good that it comes soon (recovery); it gives the statistic its sign.

    Raises:
        NotEstimable: `until` is beyond what both arms allow; the message names the largest.

    Accuracy: 1e-12 relative to survRM2.
    Witness: rmst_colon, rmst_vet, rmst_ov, rmst_gbsg, surv-0138.
    """
    largest = min(experimental.known_until, control.known_until)
    if not 0.0 < until <= largest:
        largest = largest_common_time((experimental, control))
        raise NotEstimable(
            f"Restricted means up to {until:g} cannot be compared: the arms allow times above 0 "
            f"up to {largest:g}. Choose a time within that."
        )
    (m1, e1), (m0, e0) = (_mean(curve, until) for curve in (experimental, control))
    z = normal_quantile(level)
    difference, error = m1 - m0, float(np.hypot(e1, e0))
    method = f"Restricted mean up to {until:g}, area under Kaplan-Meier, Greenwood variance"
    sign = 1.0 if better == "later" else -1.0
    plain = Estimate(
        difference,
        error,
        Interval(difference - z * error, difference + z * error, level, "Wald"),
        method,
    )
    return RestrictedMeanComparison(
        until=until,
        difference=_with_width(plain),
        ratio=_with_width(_ratio((m1, e1), (m0, e0), level, method)),
        test=signed_test(method, sign * difference, error**2, ("Wald test of the difference",)),
    )


def _ratio(
    experimental: tuple[float, float], control: tuple[float, float], level: float, method: str
) -> Estimate:
    (m1, e1), (m0, e0) = experimental, control
    scale = "Wald, log scale"
    if m1 == 0.0 or m0 == 0.0:  # every patient of an arm had the event at time 0
        none = Absent.NO_VARIANCE
        return Estimate(none, none, Interval(none, none, level, scale), method, "log")
    z, error = normal_quantile(level), float(np.hypot(e1 / m1, e0 / m0))
    low, high = (m1 / m0 * float(np.exp(side * z * error)) for side in (-1.0, 1.0))
    return Estimate(m1 / m0, error, Interval(low, high, level, scale), method, "log")


def _mean(curve: SurvivalCurve, until: float) -> tuple[float, float]:
    estimate = curve.restricted_mean(until)
    return _or_zero(estimate.value), _or_zero(estimate.standard_error)


def _or_zero(value: Number) -> float:
    return 0.0 if isinstance(value, Absent) else value


def _with_width(estimate: Estimate) -> Estimate:
    """Take away an interval of width 0: nothing varied, which is not certainty."""
    if estimate.standard_error != 0.0:
        return estimate
    none = Absent.NO_VARIANCE
    limits = replace(estimate.interval, lower=none, upper=none)
    return replace(estimate, standard_error=none, interval=limits)
