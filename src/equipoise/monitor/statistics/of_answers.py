"""What the answers and measurements at a cut say of a hypothesis.

The statistic is the protocol's own test, from the analysis of its estimand; answers not yet known
are in none of it.  Against a margin, answers are tested by Miettinen and Nurminen's score.
"""

from dataclasses import replace

import numpy as np

from equipoise.analyze.binary import answered_tables, binary_analysis
from equipoise.analyze.continuous import continuous_analysis
from equipoise.analyze.estimates import Absent, Estimate, TestResult
from equipoise.analyze.proportions import miettinen_nurminen_test
from equipoise.analyze.results import BinaryAnalysis, BinaryComparison
from equipoise.analyze.signed_test import signed_test
from equipoise.analyze.snapshot import Snapshot
from equipoise.analyze.stratified_proportions import stratified_miettinen_nurminen_test
from equipoise.kernel.arrays import Codes
from equipoise.monitor.statistics.in_time import Finding
from equipoise.protocol.endpoints import Binary, Continuous
from equipoise.protocol.trial import Hypothesis, TestMethod


def of_answers(
    snapshot: Snapshot,
    hypothesis: Hypothesis,
    endpoint: Binary,
    measure: str,
    margin: float | None,
) -> Finding:
    """Test a binary endpoint, and estimate its effect on the measure planned.

    Args:
        snapshot: the data as known at the cut.
        hypothesis: of the protocol.
        endpoint: that it is about.
        measure: "odds ratio", or anything else for the difference of probabilities.
        margin: null value on the effect's own scale; None: no difference.

    Witness: `binary_analysis` of the same snapshot; `miettinen_nurminen_test`.
    """
    protocol = snapshot.protocol
    analysis = binary_analysis(snapshot, protocol.estimand(hypothesis.estimand))
    test = next(each.test for each in analysis.verdicts if each.hypothesis is hypothesis)
    compared = next(
        each for each in analysis.comparisons if each.comparison.id == hypothesis.comparison
    )
    responders, patients = _counts(analysis, compared)
    why_not = ""
    if margin is not None and measure != "risk difference":
        why_not = f"its margin is on the {measure}, which looks do not test; give its z by hand"
    elif margin is not None and patients.min() > 0:
        test = _beyond_margin(snapshot, hypothesis, compared, endpoint, margin)
    effect = _effect(compared, measure, responders, patients)
    error = effect.standard_error
    variance = np.nan if isinstance(error, Absent) or not error > 0.0 else float(error**-2.0)
    return Finding(test, effect, np.nan, float(patients.sum()), variance, why_not)


def _beyond_margin(
    snapshot: Snapshot,
    hypothesis: Hypothesis,
    compared: BinaryComparison,
    endpoint: Binary,
    margin: float,
) -> TestResult:
    """Test the (common) difference against a margin, within strata where the test has some."""
    variables = hypothesis.test.stratified_by
    estimand = snapshot.protocol.estimand(hypothesis.estimand)
    tables = answered_tables(snapshot, estimand, compared.comparison, variables)
    if variables:
        return stratified_miettinen_nurminen_test(tables, margin=margin, better=endpoint.better)
    (x1,), (n1,), (x0,), (n0,) = (
        each.astype(int).tolist() for each in (tables.x1, tables.n1, tables.x0, tables.n0)
    )
    return miettinen_nurminen_test(x1, n1, x0, n0, margin=margin, better=endpoint.better)


def _counts(analysis: BinaryAnalysis, compared: BinaryComparison) -> tuple[Codes, Codes]:
    """Give (control, experimental) responders and patients with a known answer."""
    arms = {each.arm.id: each for each in analysis.arms}
    pair = [arms[compared.comparison.control], arms[compared.comparison.experimental]]
    return (
        np.array([each.responders for each in pair]),
        np.array([each.patients for each in pair]),
    )


def _effect(
    compared: BinaryComparison, measure: str, responders: Codes, patients: Codes
) -> Estimate:
    """Give the estimate on the planned measure, with its standard error."""
    if measure == "odds ratio":
        return compared.common_odds_ratio or compared.odds_ratio
    if compared.stratified_difference is not None:
        return compared.stratified_difference
    difference = compared.difference
    if isinstance(difference.value, Absent) or patients.min() == 0:
        return difference
    p = responders / patients
    variance = float((p * (1.0 - p) / patients).sum())
    return replace(difference, standard_error=variance**0.5 if variance > 0 else Absent.NO_VARIANCE)


def of_measurements(
    snapshot: Snapshot, hypothesis: Hypothesis, endpoint: Continuous, margin: float | None
) -> Finding:
    """Test a continuous endpoint, and estimate the difference in means.

    Args:
        snapshot: the data as known at the cut.
        hypothesis: of the protocol.
        endpoint: that it is about.
        margin: null value of the difference; None: no difference.

    Witness: `continuous_analysis` of the same snapshot.
    """
    protocol = snapshot.protocol
    analysis = continuous_analysis(snapshot, protocol.estimand(hypothesis.estimand))
    test = next(each.test for each in analysis.verdicts if each.hypothesis is hypothesis)
    compared = next(
        each for each in analysis.comparisons if each.comparison.id == hypothesis.comparison
    )
    adjusted = hypothesis.test.method is TestMethod.ANCOVA
    effect = (compared.adjusted_difference if adjusted else None) or compared.difference
    pair = {compared.comparison.control, compared.comparison.experimental}
    known = sum(each.summary.patients for each in analysis.arms if each.arm.id in pair)
    error = effect.standard_error
    variance = np.nan if isinstance(error, Absent) or not error > 0.0 else float(error**-2.0)
    if margin is not None:
        test = _beyond(test, effect, margin, endpoint)
    return Finding(test, effect, np.nan, float(known), variance)


def _beyond(test: TestResult, effect: Estimate, margin: float, endpoint: Continuous) -> TestResult:
    """Test a difference of means against a margin, by its standard error."""
    value, error = effect.value, effect.standard_error
    if isinstance(value, Absent) or isinstance(error, Absent):
        return test
    sign = 1.0 if endpoint.better == "higher" else -1.0
    name = f"{test.method} against a difference of {margin:g}, normal"
    return signed_test(name, sign * (value - margin), error**2)
