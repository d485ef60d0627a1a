"""What the follow-up at a cut says of a hypothesis about a time to an event.

The statistic is the protocol's own test.  Events are those of the rows it compares.
"""

from dataclasses import dataclass
from math import exp, log

import numpy as np

from equipoise.analyze.contrast import Contrast, Rows, rows_of
from equipoise.analyze.effects import restricted_means, run_log_rank, run_test
from equipoise.analyze.estimates import Absent, Estimate, TestResult, absent_test
from equipoise.analyze.gray import gray_test
from equipoise.analyze.restricted_mean import largest_common_time
from equipoise.analyze.selection import CONTROL, EXPERIMENTAL, merged, select
from equipoise.analyze.signed_test import signed_test
from equipoise.analyze.snapshot import Snapshot
from equipoise.analyze.treatment_effect import treatment_effect
from equipoise.errors import NotEstimable
from equipoise.monitor.statistics.margin_score import margin_score
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import Hypothesis, TestMethod

ARMS = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """A test, the effect beside it, and what its information comes to in each way of counting."""

    test: TestResult
    effect: Estimate | None
    events: float
    patients: float
    variance: float  # of the score, or 1 / variance of the estimate; nan: none
    why_not: str = ""  # why the test, such as it is, does not decide


def in_time(
    snapshot: Snapshot, hypothesis: Hypothesis, endpoint: TimeToEvent, margin: float | None
) -> Finding:
    """Test a time to an event, and estimate its effect.

    Args:
        snapshot: the data as known at the cut.
        hypothesis: of the protocol.
        endpoint: that it is about.
        margin: null value on the effect's own scale; None: no difference.

    Witness: `run_test`, `treatment_effect`, `gray_test` on the same rows; those of rehearsed
        trials.
    """
    contrast = _contrast(snapshot, hypothesis, endpoint)
    method = hypothesis.test.method
    if method is TestMethod.RESTRICTED_MEAN:
        return _restricted(contrast, margin)
    rows = rows_of(contrast, hypothesis.test.stratified_by)
    events, patients = float(rows.event.sum()), float(np.unique(rows.subject).size)
    if np.unique(rows.side).size < ARMS:
        none = absent_test(method.value, Absent.NO_PATIENTS)
        return Finding(none, None, events, patients, np.nan)
    effect = treatment_effect(rows, contrast.plan, endpoint.better).hazard_ratio
    test, variance = _tested(contrast, hypothesis, rows, effect, margin)
    return Finding(test, effect, events, patients, variance)


def _contrast(snapshot: Snapshot, hypothesis: Hypothesis, endpoint: TimeToEvent) -> Contrast:
    protocol = snapshot.protocol
    estimand = protocol.estimand(hypothesis.estimand)
    return Contrast(
        snapshot,
        estimand,
        endpoint,
        merged(snapshot.followups[endpoint.id]),
        select(snapshot, estimand.population, estimand.treatment),
        protocol.comparison(hypothesis.comparison),
    )


def _tested(
    contrast: Contrast,
    hypothesis: Hypothesis,
    rows: Rows,
    effect: Estimate,
    margin: float | None,
) -> tuple[TestResult, float]:
    """Run the test, and give the variance of the log-rank score or of the estimate beside it."""
    test, endpoint = hypothesis.test, contrast.endpoint
    if test.method is TestMethod.COX_WALD:
        found = run_test(contrast, test, None)
        return _beyond(found, effect, margin, endpoint), _inverse_square(effect)
    if test.method is TestMethod.GRAY:
        gray = gray_test(
            rows.time,
            rows.outcome,
            rows.side,
            stratum=rows.stratum,
            rho=test.rho,
            entry=rows.entry,
            better=endpoint.better,
        )
        return gray, _inverse_square(effect)
    plain = run_log_rank(rows, endpoint)
    variance = float(plain.variance[1, 1])
    if margin is not None and test.method is TestMethod.LOG_RANK:
        sign = 1.0 if endpoint.better == "later" else -1.0
        score, variance = margin_score(rows, margin)
        name = f"{plain.test.method} against a hazard ratio of {margin:g}"
        if rows.event.any():
            return signed_test(name, sign * score, variance), variance
    if test.method is TestMethod.LOG_RANK:
        return plain.test, variance
    return run_test(contrast, test, None), variance


def _beyond(
    test: TestResult, effect: Estimate, margin: float | None, endpoint: TimeToEvent
) -> TestResult:
    """Test an estimate against a margin, where there is one."""
    value, error = effect.value, effect.standard_error
    if margin is None or isinstance(value, Absent) or isinstance(error, Absent):
        return test
    sign = 1.0 if endpoint.better == "later" else -1.0
    name = f"{test.method} against a hazard ratio of {margin:g}"
    return signed_test(name, sign * (log(margin) - log(value)), error**2)


def _restricted(contrast: Contrast, margin: float | None) -> Finding:
    rows = rows_of(contrast, ())
    events, patients = float(rows.event.sum()), float(np.unique(rows.subject).size)
    name = "Restricted mean survival time"
    if np.unique(rows.side).size < ARMS:
        none = absent_test(name, Absent.NO_PATIENTS)
        return Finding(none, None, events, patients, np.nan)
    curves = rows.curve(EXPERIMENTAL), rows.curve(CONTROL)
    until = contrast.plan.restricted_mean_until or largest_common_time(curves)
    try:
        means = restricted_means(contrast, rows, until)
    except NotEstimable:
        means = None
    if means is None:
        none = absent_test(name, Absent.BEYOND_FOLLOW_UP)
        return Finding(none, None, events, patients, np.nan)
    variance, test, difference = _inverse_square(means.difference), means.test, means.difference
    value, error = difference.value, difference.standard_error
    if margin is not None and not isinstance(value, Absent) and not isinstance(error, Absent):
        sign = 1.0 if contrast.endpoint.better == "later" else -1.0
        name = f"{test.method} against a difference of {margin:g}"
        test = signed_test(name, sign * (value - margin), error**2)
    return Finding(test, difference, events, patients, variance)


def _inverse_square(effect: Estimate) -> float:
    """Give 1 / error², nan where there is none."""
    error = effect.standard_error
    return np.nan if isinstance(error, Absent) or not error > 0.0 else float(error**-2.0)


def linear(effect: Estimate) -> float | None:
    """Give an effect on the scale on which it is normal; None where it has no value.

    >>> from equipoise.analyze.estimates import Interval
    >>> limits = Interval(0.5, 2.0, 0.95, "Wald")
    >>> linear(Estimate(1.0, 0.3, limits, "Cox model", "log"))
    0.0
    """
    value = effect.value
    if isinstance(value, Absent):
        return None
    if effect.scale == "log":
        return log(value) if value > 0.0 else None
    return value


def natural(effect: Estimate, value: float) -> float:
    """Give a value of the linear scale on the effect's own."""
    return exp(value) if effect.scale == "log" else value
