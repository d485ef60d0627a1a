"""The analysis of one binary endpoint: responders by arm, and every comparison promised.

A missing answer counts as the endpoint says (as no, as yes, or the patient is excluded), and
is counted in the arm's line; one still awaited at a data cut counts nowhere.  Differences carry
Miettinen-Nurminen limits; with stratification variables also the Mantel-Haenszel difference, odds
ratio and CMH test.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, TestResult, absent_estimate, absent_test
from equipoise.analyze.proportions import (
    chi_square,
    fisher_exact,
    miettinen_nurminen_difference,
    miettinen_nurminen_test,
    proportion,
)
from equipoise.analyze.ratios import odds_ratio
from equipoise.analyze.results import ArmProportion, BinaryAnalysis, BinaryComparison
from equipoise.analyze.selection import (
    EXPERIMENTAL,
    Selection,
    comparisons_of,
    hypotheses_of,
    select,
    stratified_by,
    stratum_codes,
    verdicts,
)
from equipoise.analyze.snapshot import Snapshot
from equipoise.analyze.stratified_proportions import (
    cochran_mantel_haenszel,
    common_difference,
    common_odds_ratio,
    stratified_miettinen_nurminen_test,
)
from equipoise.errors import ProtocolError
from equipoise.kernel.arrays import Codes, Flags, vector
from equipoise.kernel.stratified_tables import Tables
from equipoise.protocol.endpoints import Binary
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Arm, Comparison, Hypothesis, TestMethod

Counts = tuple[int, int, int, int]  # x1 of n1 experimental, x0 of n0 control


@dataclass(frozen=True, slots=True)
class _Answered:
    """Who answered what, after the rule for missing answers."""

    snapshot: Snapshot
    endpoint: Binary
    estimand: Estimand
    selection: Selection
    yes: Flags
    missing: Flags
    counted: Flags  # in the denominator

    @property
    def level(self) -> float:
        return self.snapshot.protocol.analysis.level

    def tables(self, comparison: Comparison, variables: tuple[str, ...]) -> tuple[Tables, int]:
        """Give one 2 × 2 table a stratum, and how many patients have no stratum."""
        side = np.where(self.counted, self.selection.sides(comparison), -1)
        protocol = self.snapshot.protocol
        stratum = stratum_codes(self.snapshot.subjects, variables, protocol).codes
        inside = (side >= 0) & (stratum >= 0)
        strata = int(stratum.max(initial=0)) + 1
        place = stratum[inside] * 2 + side[inside]
        patients = np.bincount(place, minlength=2 * strata).reshape(strata, 2)
        responders = np.bincount(place, weights=self.yes[inside], minlength=2 * strata)
        responders = responders.reshape(strata, 2)
        filled = patients.sum(axis=1) > 0
        (x0, x1), (n0, n1) = responders[filled].T, patients[filled].T
        without = int(((side >= 0) & (stratum < 0)).sum())
        return Tables(vector(x1), vector(n1), vector(x0), vector(n0)), without

    def counts(self, comparison: Comparison) -> Counts:
        """Give the one table without strata."""
        side = np.where(self.counted, self.selection.sides(comparison), -1)
        first, second = (side == EXPERIMENTAL), (side >= 0) & (side != EXPERIMENTAL)
        x1, x0 = int(self.yes[first].sum()), int(self.yes[second].sum())
        return x1, int(first.sum()), x0, int(second.sum())


def binary_analysis(snapshot: Snapshot, estimand: Estimand) -> BinaryAnalysis:
    """Answer everything the protocol asks of one binary estimand."""
    endpoint = snapshot.protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, Binary)  # noqa: S101 - the caller dispatched on the kind
    answered = _answered(snapshot, endpoint, estimand)
    comparisons = comparisons_of(snapshot.protocol, estimand)
    return BinaryAnalysis(
        endpoint=endpoint,
        estimand=estimand,
        population=answered.selection.population,
        arms=tuple(_arm(answered, arm) for arm in answered.selection.arms),
        comparisons=tuple(_compare(answered, each) for each in comparisons),
        verdicts=tuple(
            v
            for each in comparisons
            for v in verdicts(snapshot.protocol, estimand, each, partial(run_test, answered, each))
        ),
        assumed=(
            f"missing answers: {endpoint.missing}",
            "limits: Wilson (proportions), Miettinen-Nurminen (difference), Wald (odds ratio)",
            "stratified: Mantel-Haenszel; variances of Sato and of Robins, Breslow & Greenland",
        ),
    )


def _answered(snapshot: Snapshot, endpoint: Binary, estimand: Estimand) -> _Answered:
    selection = select(snapshot, estimand.population, estimand.treatment)
    answers = snapshot.answers[endpoint.id]
    value: Codes = answers.value
    awaited = np.zeros_like(value, dtype=np.bool_) if answers.awaited is None else answers.awaited
    missing = (value < 0) & ~awaited
    yes = (value == 1) | (missing & (endpoint.missing == "counts as yes"))
    counted = selection.mask & ~awaited & ~(missing & (endpoint.missing == "excluded"))
    return _Answered(snapshot, endpoint, estimand, selection, yes, missing, counted)


def answered_tables(
    snapshot: Snapshot, estimand: Estimand, comparison: Comparison, variables: tuple[str, ...]
) -> Tables:
    """Give a 2 × 2 table a stratum of those whose answers count, one where there are no strata.

    Args:
        snapshot: the data.
        estimand: of a binary endpoint.
        comparison: of its arms.
        variables: ids of those that make the strata.

    Witness: `binary_analysis` of the same snapshot.
    """
    endpoint = snapshot.protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, Binary)  # noqa: S101 - the caller dispatched on the kind
    return _answered(snapshot, endpoint, estimand).tables(comparison, variables)[0]


def _arm(answered: _Answered, arm: Arm) -> ArmProportion:
    members = answered.selection.members(arm.id)
    patients = int((members & answered.counted).sum())
    responders = int((members & answered.counted & answered.yes).sum())
    estimate = (
        proportion(responders, patients, answered.level)
        if patients
        else absent_estimate("proportion", Absent.NO_PATIENTS, answered.level)
    )
    missing = int((members & answered.missing).sum())
    return ArmProportion(arm, patients, responders, missing, estimate)


def _compare(answered: _Answered, comparison: Comparison) -> BinaryComparison:
    counts, level = answered.counts(comparison), answered.level
    protocol, better = answered.snapshot.protocol, answered.endpoint.better
    variables = stratified_by(protocol, answered.estimand, comparison)
    tables, left_out = answered.tables(comparison, variables)
    tests: list[TestResult] = [
        run_test(answered, comparison, hypothesis)
        for hypothesis in hypotheses_of(protocol, answered.estimand, comparison)
    ]
    if min(counts[1], counts[3]) > 0:
        supporting = [fisher_exact(*counts, better=better), chi_square(*counts, better=better)]
        if variables:
            supporting.append(cochran_mantel_haenszel(tables, better=better))
        told = {test.method for test in tests}
        tests += [test for test in supporting if test.method not in told]
    return BinaryComparison(
        comparison=comparison,
        difference=_or_absent(miettinen_nurminen_difference, counts, level),
        stratified_difference=common_difference(tables, level) if variables else None,
        odds_ratio=_or_absent(odds_ratio, counts, level),
        common_odds_ratio=common_odds_ratio(tables, level) if variables else None,
        tests=tuple(tests),
        strata=tuple(protocol.variable(each).label for each in variables),
        left_out=left_out,
    )


def _or_absent(
    estimate: Callable[[int, int, int, int, float], Estimate], counts: Counts, level: float
) -> Estimate:
    if min(counts[1], counts[3]) == 0:
        return absent_estimate("no patients in an arm", Absent.NO_PATIENTS, level)
    return estimate(*counts, level)


def run_test(answered: _Answered, comparison: Comparison, hypothesis: Hypothesis) -> TestResult:
    """Run the test a hypothesis names.

    Raises:
        ProtocolError: the method is not one for a binary endpoint.
    """
    method, variables = hypothesis.test.method, hypothesis.test.stratified_by
    counts, better = answered.counts(comparison), answered.endpoint.better
    if min(counts[1], counts[3]) == 0:
        return absent_test(method.value, Absent.NO_PATIENTS)
    tables, without = answered.tables(comparison, variables)
    match method:
        case TestMethod.FISHER if not variables:
            return fisher_exact(*counts, better=better)
        case TestMethod.MIETTINEN_NURMINEN if not variables:
            return miettinen_nurminen_test(*counts, better=better)
        case TestMethod.MIETTINEN_NURMINEN:
            return _noting(stratified_miettinen_nurminen_test(tables, better=better), without)
        case TestMethod.COCHRAN_MANTEL_HAENSZEL:
            return _noting(cochran_mantel_haenszel(tables, better=better), without)
    raise ProtocolError(
        f"Hypothesis {hypothesis.id!r} tests the binary endpoint {answered.endpoint.id!r} by "
        f"{method.value!r}{' within strata' if variables else ''}. Use miettinen-nurminen, "
        "cochran-mantel-haenszel or (unstratified) fisher."
    )


def _noting(test: TestResult, without: int) -> TestResult:
    if not without:
        return test
    return replace(test, assumed=(*test.assumed, f"{without} patients without a stratum left out"))
