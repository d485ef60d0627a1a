"""All methods of the analysis, on one set of rebuilt patients.

Unstratified and unadjusted, as a figure has neither strata nor covariates; the experimental arm
is 1.  With one of several causes given, the others censor it in tests and hazard ratio, and its
cumulative incidence stands for rates: Kaplan-Meier would be of a world without the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import (
    Absent,
    Estimate,
    TestResult,
    absent_estimate,
    absent_test,
)
from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.landmark import landmark_difference
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from equipoise.analyze.proportional_hazards import proportional_hazards_test
from equipoise.analyze.restricted_mean import largest_common_time, restricted_mean_difference
from equipoise.appraise.rebuilt.one_cause import said_of_cause
from equipoise.appraise.rebuilt.values import ARMS, Arm, Measure, TestName
from equipoise.kernel.arrays import Codes, Flags, Vector

ARM = "experimental arm"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compute of each set of patients."""

    times: tuple[float, ...]  # of rates
    until: float | None  # of restricted means
    level: float
    cause: int | None = None  # of several, the one compared


@dataclass(frozen=True, slots=True)
class Said:
    """What one set of patients says, always in the same order."""

    numbers: tuple[tuple[Measure, Arm | None, float | None, Estimate], ...]
    tests: tuple[tuple[TestName, TestResult], ...]
    curves: tuple[SurvivalCurve, SurvivalCurve] | None  # None: of one cause


def said_by(time: Vector, outcome: Codes, arm: Codes, asked: Asked) -> Said:
    """Apply every method to one set of patients.

    Args:
        time: follow-up of each patient.
        outcome: 0 censored; 1, 2, ... the cause.
        arm: 0 control, 1 experimental.
        asked: what to compute.

    Witness: R survival, cmprsk, survRM2 and nph, by those of `analyze`.
    """
    event = outcome > 0 if asked.cause is None else outcome == asked.cause
    ratio, proportional, wald = _cox(time, event, arm, asked.level)
    tests: list[tuple[TestName, TestResult]] = [
        ("log-rank", log_rank(time, event, arm, groups=2).test),
        ("Cox", wald),
        ("early differences", log_rank(time, event, arm, groups=2, rho=1.0).test),
        ("late differences", log_rank(time, event, arm, groups=2, gamma=1.0).test),
        ("MaxCombo", max_combo(time, event, arm).test),
        ("proportional hazards", proportional),
    ]
    numbers: list[tuple[Measure, Arm | None, float | None, Estimate]] = [
        ("hazard ratio", None, None, ratio)
    ]
    if asked.cause is not None:
        found, gray = said_of_cause(time, outcome, arm, asked.cause, asked.times, asked.level)
        return Said((*numbers, *found), (*tests, ("Gray", gray)), None)
    curves = curves_of(time, event, arm)
    numbers += _of_curves(curves, asked)
    if asked.until is not None:
        means = restricted_mean_difference(curves[1], curves[0], asked.until, level=asked.level)
        numbers.append(("difference of restricted means", None, asked.until, means.difference))
        tests.append(("restricted means", means.test))
    return Said(tuple(numbers), tuple(tests), curves)


def curves_of(time: Vector, event: Flags, arm: Codes) -> tuple[SurvivalCurve, SurvivalCurve]:
    """Estimate the curves of both arms."""
    control, experimental = (kaplan_meier(time[arm == side], event[arm == side]) for side in (0, 1))
    return control, experimental


def shared_time(sets: Sequence[tuple[Vector, Codes, Codes]]) -> float:
    """Give the largest time up to which both arms are known in every set of patients."""
    return min(
        largest_common_time(curves_of(time, outcome > 0, arm)) for time, outcome, arm in sets
    )


def _of_curves(
    curves: tuple[SurvivalCurve, SurvivalCurve], asked: Asked
) -> list[tuple[Measure, Arm | None, float | None, Estimate]]:
    """Give medians, rates and their differences."""
    control, experimental = curves
    found: list[tuple[Measure, Arm | None, float | None, Estimate]] = [
        ("median", name, None, curve.quantile(0.5, asked.level))
        for name, curve in zip(ARMS, curves, strict=True)
    ]
    for at in asked.times:
        found += [
            ("rate", name, at, curve.survival_at(at, asked.level))
            for name, curve in zip(ARMS, curves, strict=True)
        ]
        compared = landmark_difference(experimental, control, at, level=asked.level)
        found.append(("difference of rates", None, at, compared.estimate))
    return found


def _cox(
    time: Vector, event: Flags, arm: Codes, level: float
) -> tuple[Estimate, TestResult, TestResult]:
    """Give the hazard ratio, and the tests of proportional hazards and of no difference."""
    method = f"Proportional hazards test of {ARM}"
    if not event.any():
        none = Absent.NO_EVENTS
        return (
            absent_estimate("Cox model", none, level),
            absent_test(method, none),
            absent_test("Wald", none),
        )
    fit = cox(time, event, arm[:, None].astype(np.float64), names=[ARM])
    ratio = fit.hazard_ratio(ARM, level)
    if isinstance(ratio.value, Absent):
        return ratio, absent_test(method, ratio.value), fit.wald
    return ratio, proportional_hazards_test(fit).tests[0], fit.wald
