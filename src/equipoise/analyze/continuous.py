"""The analysis of one continuous endpoint: means by arm, plain and adjusted differences.

The adjusted difference is an analysis of covariance on the endpoint's baseline variable and
the test's stratification variables (as factors); without either there is none.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from equipoise.analyze.estimates import Estimate, TestResult
from equipoise.analyze.means import ancova, mean_estimate, summarize, welch_difference
from equipoise.analyze.results import ArmMean, ContinuousAnalysis, ContinuousComparison
from equipoise.analyze.selection import (
    CONTROL,
    EXPERIMENTAL,
    Selection,
    comparisons_of,
    hypotheses_of,
    select,
    stratified_by,
    verdicts,
)
from equipoise.analyze.snapshot import Categories, Snapshot
from equipoise.errors import ProtocolError
from equipoise.kernel.arrays import Matrix, Vector
from equipoise.protocol.endpoints import Continuous
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Comparison, Hypothesis, TestMethod


@dataclass(frozen=True, slots=True)
class _Measured:
    """Who was measured, and as what."""

    snapshot: Snapshot
    endpoint: Continuous
    estimand: Estimand
    selection: Selection
    value: Vector

    @property
    def level(self) -> float:
        return self.snapshot.protocol.analysis.level

    def sides(self, comparison: Comparison) -> tuple[Vector, Vector]:
        side = self.selection.sides(comparison)
        return self.value[side == EXPERIMENTAL], self.value[side == CONTROL]


def continuous_analysis(snapshot: Snapshot, estimand: Estimand) -> ContinuousAnalysis:
    """Answer everything the protocol asks of one continuous estimand."""
    protocol = snapshot.protocol
    endpoint = protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, Continuous)  # noqa: S101 - the caller dispatched on the kind
    selection = select(snapshot, estimand.population, estimand.treatment)
    value = snapshot.measurements[endpoint.id].value
    measured = _Measured(snapshot, endpoint, estimand, selection, value)
    arms = []
    for arm in selection.arms:
        mine = value[selection.members(arm.id)]
        arms.append(ArmMean(arm, summarize(mine), mean_estimate(mine, measured.level)))
    comparisons = comparisons_of(protocol, estimand)
    return ContinuousAnalysis(
        endpoint=endpoint,
        estimand=estimand,
        population=selection.population,
        arms=tuple(arms),
        comparisons=tuple(_compare(measured, each) for each in comparisons),
        verdicts=tuple(
            v
            for each in comparisons
            for v in verdicts(snapshot.protocol, estimand, each, partial(run_test, measured, each))
        ),
        assumed=(
            "missing measurements are left out",
            "difference: Welch, unequal variances; adjusted: least squares, one variance",
        ),
    )


def _compare(measured: _Measured, comparison: Comparison) -> ContinuousComparison:
    variables = stratified_by(measured.snapshot.protocol, measured.estimand, comparison)
    better = measured.endpoint.better
    plain, welch = welch_difference(*measured.sides(comparison), measured.level, better=better)
    tests, adjusted = [welch], None
    if measured.endpoint.baseline or variables:
        adjusted, test = _adjusted(measured, comparison, variables)
        tests.append(test)
    asked = hypotheses_of(measured.snapshot.protocol, measured.estimand, comparison)
    if any(hypothesis.test.method is TestMethod.ANCOVA for hypothesis in asked):
        tests.reverse()  # the protocol's test first
    return ContinuousComparison(comparison, plain, adjusted, tuple(tests))


def run_test(measured: _Measured, comparison: Comparison, hypothesis: Hypothesis) -> TestResult:
    """Run the test a hypothesis names.

    Raises:
        ProtocolError: the method is not one for a continuous endpoint.
    """
    test = hypothesis.test
    match test.method:
        case TestMethod.WELCH if not test.stratified_by:
            sides = measured.sides(comparison)
            return welch_difference(*sides, measured.level, better=measured.endpoint.better)[1]
        case TestMethod.ANCOVA:
            return _adjusted(measured, comparison, test.stratified_by)[1]
    raise ProtocolError(
        f"Hypothesis {hypothesis.id!r} tests the continuous endpoint {measured.endpoint.id!r} by "
        f"{test.method.value!r}{' within strata' if test.stratified_by else ''}. Use ancova, or "
        "welch without strata."
    )


def _adjusted(
    measured: _Measured, comparison: Comparison, variables: tuple[str, ...]
) -> tuple[Estimate, TestResult]:
    side = measured.selection.sides(comparison)
    inside = side >= 0
    baseline = (measured.endpoint.baseline,) if measured.endpoint.baseline else ()
    columns = [_columns(measured.snapshot, each)[inside] for each in (*baseline, *variables)]
    covariates = np.hstack([*columns, np.empty((int(inside.sum()), 0))])
    return ancova(
        measured.value[inside],
        (side[inside] == EXPERIMENTAL).astype(np.float64),
        covariates,
        measured.level,
        better=measured.endpoint.better,
    )


def _columns(snapshot: Snapshot, variable: str) -> Matrix:
    """Give a variable as regression columns: itself, or one indicator a level after the first."""
    values = snapshot.subjects.variables[variable]
    if isinstance(values, Categories):
        levels = np.arange(1, len(values.levels))
        columns: Matrix = (values.codes[:, None] == levels).astype(np.float64)
        columns[values.codes < 0] = np.nan
        return columns
    return values[:, None]
