"""What two arms' follow-up says of the difference between them.

The protocol's own test comes first, supporting tests after it; the hazard ratio is
stratified as that test is.  Ratios are experimental over control, and a positive statistic
favors the experimental arm.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from equipoise.analyze.contrast import Contrast, Rows, rows_of
from equipoise.analyze.estimates import Absent, TestResult, absent_test
from equipoise.analyze.landmark import landmark_difference
from equipoise.analyze.log_rank import LogRank, log_rank
from equipoise.analyze.max_combo import max_combo
from equipoise.analyze.restricted_mean import restricted_mean_difference
from equipoise.analyze.results import (
    DifferenceAt,
    RestrictedMeanComparison,
    TimeToEventComparison,
)
from equipoise.analyze.selection import CONTROL, EXPERIMENTAL, hypotheses_of
from equipoise.analyze.subgroups import subgroup_effects
from equipoise.analyze.treatment_effect import treatment_effect
from equipoise.errors import ProtocolError
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import Test, TestMethod


def compare(
    contrast: Contrast, until: float | None, tests: Mapping[Test, TestResult]
) -> TimeToEventComparison:
    """Say everything about two arms: tests, ratios, landmarks, restricted means, subgroups."""
    protocol, strata = contrast.snapshot.protocol, contrast.strata
    rows, plain = rows_of(contrast, strata), rows_of(contrast, ())
    effect = treatment_effect(rows, contrast.plan, contrast.endpoint.better)
    unstratified = treatment_effect(plain, contrast.plan, contrast.endpoint.better)
    effects, interactions = subgroup_effects(contrast)
    return TimeToEventComparison(
        comparison=contrast.comparison,
        tests=tuple(tests.values()),
        hazard_ratio=effect.hazard_ratio,
        hazard_ratio_tests=effect.tests,
        unstratified_hazard_ratio=unstratified.hazard_ratio,
        proportional_hazards=effect.proportional_hazards,
        restricted_mean=restricted_means(contrast, plain, until),
        landmarks=_landmarks(contrast, plain),
        subgroups=effects,
        interactions=interactions,
        strata=tuple(protocol.variable(each).label for each in strata),
        uninformative_strata=uninformative_strata(rows),
        left_out=rows.without_stratum,
    )


def uninformative_strata(rows: Rows) -> int:
    """Count the strata with patients of one arm only."""
    if rows.stratum is None or not rows.stratum.size:
        return 0
    arms = np.unique(np.column_stack([rows.stratum, rows.side]), axis=0)
    return int(np.count_nonzero(np.bincount(arms[:, 0]) == 1))


def run_test(contrast: Contrast, test: Test, until: float | None) -> TestResult:
    """Run the test a hypothesis names, on the rows it asks for.

    Raises:
        ProtocolError: the method is not one for time-to-event endpoints.
    """
    rows = rows_of(contrast, test.stratified_by)
    if not rows.time.size:  # nobody has a stratum
        return absent_test(f"Stratified {test.method.value}", Absent.NO_PATIENTS)
    result = _run(contrast, test, rows, until)
    if not rows.without_stratum:
        return result
    note = f"{rows.without_stratum} patients without a stratum left out"
    return replace(result, assumed=(*result.assumed, note))


def _run(contrast: Contrast, test: Test, rows: Rows, until: float | None) -> TestResult:
    match test.method:
        case TestMethod.LOG_RANK:
            return run_log_rank(rows, contrast.endpoint).test
        case TestMethod.FLEMING_HARRINGTON:
            return run_log_rank(rows, contrast.endpoint, test.rho, test.gamma).test
        case TestMethod.MAX_COMBO:
            return _max_combo(rows, contrast.endpoint)
        case TestMethod.COX_WALD:
            return treatment_effect(rows, contrast.plan, contrast.endpoint.better).tests[0]
        case TestMethod.RESTRICTED_MEAN:
            means = restricted_means(contrast, rows_of(contrast, ()), until)
            if means is None:
                return absent_test("Restricted mean survival time", Absent.BEYOND_FOLLOW_UP)
            return means.test
        case _:
            message = (
                f"Hypothesis test {test.method.value!r} does not fit the time-to-event endpoint "
                f"{contrast.endpoint.id!r}. Use log-rank, fleming-harrington, max-combo, "
                "cox wald or restricted mean."
            )
            raise ProtocolError(message)


def all_tests(contrast: Contrast, until: float | None) -> Mapping[Test, TestResult]:
    """Run the protocol's tests first, then the log-rank tests and MaxCombo not yet among them."""
    protocol = contrast.snapshot.protocol
    asked = [h.test for h in hypotheses_of(protocol, contrast.estimand, contrast.comparison)]
    supporting = [
        Test(TestMethod.LOG_RANK, contrast.strata),
        Test(TestMethod.LOG_RANK),
        Test(TestMethod.MAX_COMBO, contrast.strata),
    ]
    distinct = dict.fromkeys([*asked, *supporting])
    return {test: run_test(contrast, test, until) for test in distinct}


def run_log_rank(
    rows: Rows, endpoint: TimeToEvent, rho: float = 0.0, gamma: float = 0.0
) -> LogRank:
    """Run the (weighted) log-rank test on a contrast's rows."""
    return log_rank(
        rows.time,
        rows.event,
        rows.side,
        groups=2,
        stratum=rows.stratum,
        entry=rows.entry,
        rho=rho,
        gamma=gamma,
        better=endpoint.better,
    )


def _max_combo(rows: Rows, endpoint: TimeToEvent) -> TestResult:
    return max_combo(
        rows.time,
        rows.event,
        rows.side,
        stratum=rows.stratum,
        entry=rows.entry,
        better=endpoint.better,
    ).test


def restricted_means(
    contrast: Contrast, rows: Rows, until: float | None
) -> RestrictedMeanComparison | None:
    """Compare restricted means, or None where no time is common to the arms."""
    if until is None:
        return None
    return restricted_mean_difference(
        rows.curve(EXPERIMENTAL),
        rows.curve(CONTROL),
        until,
        level=contrast.plan.level,
        better=contrast.endpoint.better,
    )


def _landmarks(contrast: Contrast, rows: Rows) -> tuple[DifferenceAt, ...]:
    experimental, control = rows.curve(EXPERIMENTAL), rows.curve(CONTROL)
    plan, better = contrast.plan, contrast.endpoint.better
    return tuple(
        landmark_difference(experimental, control, time, level=plan.level, better=better)
        for time in plan.landmarks
    )
