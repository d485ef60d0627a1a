"""The hazard ratio of two arms, and the tests that the same Cox model gives.

One model, one covariate: 1 for the experimental arm.  Where the model has no finite answer
(no events, events in one arm only), estimates and tests carry the named state instead.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.analyze.contrast import Rows
from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import (
    Absent,
    Estimate,
    TestResult,
    absent_estimate,
    absent_test,
)
from equipoise.analyze.proportional_hazards import proportional_hazards_test
from equipoise.protocol.trial import AnalysisPlan

COX_TESTS = ("Wald", "Score", "Likelihood ratio")
PROPORTIONAL = "Proportional hazards test of experimental arm"


@dataclass(frozen=True, slots=True)
class TreatmentEffect:
    """What a Cox model with the arm as its only covariate says."""

    hazard_ratio: Estimate
    tests: tuple[TestResult, ...]  # Wald, score, likelihood ratio
    proportional_hazards: TestResult


def treatment_effect(
    rows: Rows, plan: AnalysisPlan, better: Literal["later", "sooner"] = "later"
) -> TreatmentEffect:
    """Fit the model and read off ratio, tests, and the proportional-hazards test."""
    reason = not_estimable(rows)
    if reason is not None:
        return TreatmentEffect(
            absent_estimate("Cox model", reason, plan.level),
            tuple(absent_test(f"{name} test (Cox model)", reason) for name in COX_TESTS),
            absent_test(PROPORTIONAL, reason),
        )
    fit = cox(
        rows.time,
        rows.event,
        rows.covariates,
        names=("experimental arm",),
        stratum=rows.stratum,
        entry=rows.entry,
        ties=plan.ties,
    )
    favoring_later = (fit.wald, fit.score_test, fit.likelihood_ratio)
    tests = tuple(t.reversed() if better == "sooner" else t for t in favoring_later)
    finite = not isinstance(fit.hazard_ratio(0, plan.level).value, Absent)
    return TreatmentEffect(
        fit.hazard_ratio(0, plan.level),
        tests,
        proportional_hazards_test(fit).tests[0]
        if finite
        else absent_test(PROPORTIONAL, Absent.MONOTONE_LIKELIHOOD),
    )


def not_estimable(rows: Rows) -> Absent | None:
    """Say why no model can be fitted at all, or None."""
    if not rows.time.size or np.unique(rows.side).size < 2:  # noqa: PLR2004 - two arms
        return Absent.NO_PATIENTS
    return None if rows.event.any() else Absent.NO_EVENTS
