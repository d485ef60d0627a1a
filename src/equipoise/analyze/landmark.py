"""Do two curves differ at one time that was chosen beforehand?

    Ŝ₁(t) - Ŝ₀(t),   variance  Ŝ₁² v₁ + Ŝ₀² v₀,     v Greenwood's variance of log Ŝ

with Wald limits; or, on a transformed scale g,  (g(Ŝ₁) - g(Ŝ₀))² / (var g(Ŝ₁) + var g(Ŝ₀))
(Klein, Logan, Harhoff & Andersen 2007, Statist. Med. 26:4505).  Signs: positive when the
experimental arm is better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Interval, TestResult
from equipoise.analyze.results import DifferenceAt
from equipoise.analyze.signed_test import Better, absent, signed_test
from equipoise.errors import DataError
from equipoise.kernel.confidence import SCALES, Scale, normal_quantile, transformed

if TYPE_CHECKING:
    from equipoise.analyze.kaplan_meier import SurvivalCurve


def landmark_difference(
    experimental: SurvivalCurve,
    control: SurvivalCurve,
    time: float,
    *,
    level: float = 0.95,
    better: Better = "later",
) -> DifferenceAt:
    """Compare survival at one time: experimental minus control, Wald interval and test.

    Args:
        experimental: the curve of the experimental arm.
        control: the curve of the control arm.
        time: when to compare, in the unit of the curves; to be chosen beforehand.
        level: the confidence level of intervals, such as 0.95.
        better: "later" where it is good for patients that the event comes late (death), "sooner"
            where it is good that it comes soon (recovery); it gives the statistic its sign.

    Accuracy: 1e-12 relative to R.
    Witness: km_landmark_diff_colon.
    """
    method = "Difference of Kaplan-Meier estimates, Greenwood variances"
    state, here = _at(experimental, control, time)
    if here is None:
        return DifferenceAt(
            time,
            Estimate(state, state, Interval(state, state, level, "Wald"), method),
            absent(method, state),
        )
    (s1, v1), (s0, v0) = here
    difference, error = s1 - s0, float(np.sqrt(s1 * s1 * v1 + s0 * s0 * v0))
    half = normal_quantile(level) * error
    limits = "Wald, Greenwood"
    test = landmark_test(experimental, control, time, scale="plain", better=better)
    if error == 0.0:  # no event in either arm so far: no interval of width 0 would be true
        flat = Interval(Absent.NO_VARIANCE, Absent.NO_VARIANCE, level, limits)
        return DifferenceAt(time, Estimate(difference, Absent.NO_VARIANCE, flat, method), test)
    interval = Interval(difference - half, difference + half, level, limits)
    return DifferenceAt(time, Estimate(difference, error, interval, method), test)


def landmark_test(
    experimental: SurvivalCurve,
    control: SurvivalCurve,
    time: float,
    *,
    scale: Scale = "log-log",
    better: Better = "later",
) -> TestResult:
    """Test equal survival at one time on a transformed scale; z² is Klein's chi-square.

    Args:
        experimental: the curve of the experimental arm.
        control: the curve of the control arm.
        time: when to compare, in the unit of the curves; to be chosen beforehand.
        scale: the scale of the comparison, such as "log-log" or "plain".
        better: "later" where it is good for patients that the event comes late (death), "sooner"
            where it is good that it comes soon (recovery); it gives the statistic its sign.

    Raises:
        DataError: there is no such scale.

    Witness: km_landmark_diff_colon.
    """
    if scale not in SCALES:
        raise DataError(f"There is no scale {scale!r}. Choose from {', '.join(SCALES)}.")
    method = f"Survival at {time:g}, {scale} scale"
    assumed = ("Greenwood variances, not pooled",)
    state, here = _at(experimental, control, time)
    if here is None:
        return absent(method, state, assumed)
    survivals = [survival for survival, _ in here]
    if scale != "plain" and (min(survivals) <= 0.0 or max(survivals) >= 1.0):
        return absent(method, Absent.NO_VARIANCE, assumed)
    (g1, v1), (g0, v0) = (transformed(s, v, scale) for s, v in here)
    sign = 1.0 if better == "later" else -1.0
    return signed_test(method, sign * (g1 - g0), v1 + v0, assumed)


def _at(
    experimental: SurvivalCurve, control: SurvivalCurve, time: float
) -> tuple[Absent, list[tuple[float, float]] | None]:
    """Give (survival, variance of its logarithm) of both arms, or why there is none.

    Where all had the event Greenwood's variance of Ŝ is 0 in the limit; a difference to such
    an arm has no standard error we would sign, so there is none.
    """
    if time > min(experimental.known_until, control.known_until):
        return Absent.BEYOND_FOLLOW_UP, None
    found = []
    for curve in (experimental, control):
        last = int(np.searchsorted(curve.time, time, side="right")) - 1
        survival = float(curve.survival[last]) if last >= 0 else 1.0
        variance = float(curve.log_variance[last]) if last >= 0 else 0.0
        if survival <= 0.0:
            return Absent.NO_VARIANCE, None
        found.append((survival, variance))
    return Absent.NO_VARIANCE, found
