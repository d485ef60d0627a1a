"""Whole analyses in degenerate worlds: every number exists or says in words why not."""

import dataclasses
import math
from collections.abc import Mapping
from enum import Enum

import numpy as np
import pytest

from equipoise.analyze.adverse_events import adverse_event_analysis
from equipoise.analyze.baseline import baseline_table
from equipoise.analyze.binary import binary_analysis
from equipoise.analyze.competing_risks import competing_risks_analysis
from equipoise.analyze.continuous import continuous_analysis
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.estimates import Absent
from equipoise.analyze.gray import gray_test
from equipoise.analyze.results import Curve
from equipoise.analyze.selection import select
from equipoise.errors import DataError, ProtocolError
from equipoise.protocol.trial import TestMethod
from sample_snapshot import protocol, snapshot

METHODS = {
    "hsct": competing_risks_analysis,
    "mrd": binary_analysis,
    "score": continuous_analysis,
    "ae": adverse_event_analysis,
}
WORLDS = {
    "ordinary": {},
    "nothing happens": {"events": False},
    "everything at once": {"one_time": True},
    "one patient an arm": {"patients": 2},
    "few patients": {"patients": 6},
}


def numbers(value):
    """Walk through a result; curves may hold NaN limits, which their docstring allows."""
    if isinstance(value, float):
        return [value]
    parts = ()
    if isinstance(value, Curve):
        parts = value.value.tolist()
    elif isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, tuple | list):
        parts = value
    elif dataclasses.is_dataclass(value) and not isinstance(value, Enum):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    return [number for part in parts for number in numbers(part)]


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
@pytest.mark.parametrize("endpoint", METHODS)
@pytest.mark.parametrize("stratified", [(), ("risk",)])
def test_no_number_is_nan(world, endpoint, stratified):
    data = snapshot(**world, promise=protocol(stratified=stratified))
    analysis = METHODS[endpoint](data, data.protocol.estimand(endpoint))
    found = numbers(analysis)
    assert found
    assert all(math.isfinite(each) for each in found)
    baseline = baseline_table(data.protocol.variables, data.subjects, select(data, "itt"))
    assert all(math.isfinite(each) for each in numbers(baseline))


def test_nothing_happens():
    data = snapshot(events=False)
    analysis = competing_risks_analysis(data, data.protocol.estimand("hsct"))
    verdict = analysis.verdicts[0]
    assert verdict.test.statistic is Absent.NO_EVENTS
    assert verdict.rejected is None
    assert analysis.comparisons[0].cause_specific_hazard_ratio.value is Absent.NO_EVENTS
    landmark = analysis.arms[0].causes[0].landmarks[0].estimate
    assert landmark.value == 0.0
    assert landmark.interval.lower is Absent.NO_EVENTS


def test_beyond_follow_up():
    course = cumulative_incidence([1, 2, 3], [1, 0, 0])
    assert course.estimate_at(1, 3.0).value == pytest.approx(1 / 3)
    assert course.estimate_at(1, 3.5).value is Absent.BEYOND_FOLLOW_UP
    done = cumulative_incidence([1, 2], [1, 2])
    assert done.estimate_at(1, 99.0).value == 0.5


def test_everyone_tied():
    course = cumulative_incidence([5.0] * 4, [1, 2, 0, 1])
    assert course.at(5).tolist() == [0.5, 0.25]
    assert course.variance[0] == pytest.approx([0.5 * 0.5 / 4])


def test_near_ties_are_ties():
    course = cumulative_incidence([0.1 + 0.2, 0.3, 0.1 * 7, 0.7], [1, 2, 1, 0])
    assert course.time.size == 2
    assert course.events.tolist() == [[1.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("time", "outcome", "entry", "words"),
    [
        ([1.0, np.nan], [0, 1], None, "row 2|rows 2"),
        ([1.0, -3.0], [0, 1], None, "negative"),
        ([1.0, 2.0], [0, 1.5], None, "Outcomes"),
        ([1.0, 2.0], [0, 1], [1.0, 0.0], "end after its entry"),
        ([1.0, 2.0], [0], None, "outcomes"),
    ],
)
def test_broken_rows_are_named(time, outcome, entry, words):
    with pytest.raises(DataError, match=words):
        cumulative_incidence(time, outcome, entry=entry)


def test_negative_entry_times_are_legal():
    shifted = cumulative_incidence([-2.0, 3.0], [1, 1], entry=[-5.0, -5.0])
    plain = cumulative_incidence([3.0, 8.0], [1, 1], entry=[0.0, 0.0])
    assert shifted.variance == pytest.approx(plain.variance)


def test_one_group_is_refused():
    with pytest.raises(DataError, match="two groups or more; found 1"):
        gray_test([1, 2], [1, 1], [1, 1])


def test_a_test_that_does_not_fit_is_refused():
    wrong = protocol(
        competing=TestMethod.WELCH, binary=TestMethod.GRAY, continuous=TestMethod.FISHER
    )
    data = snapshot(promise=wrong)
    for endpoint in ("hsct", "mrd", "score"):
        with pytest.raises(ProtocolError, match=r"Use "):
            METHODS[endpoint](data, wrong.estimand(endpoint))


def test_an_empty_arm_is_named():
    data = snapshot()
    nobody = dataclasses.replace(data.subjects, assigned=data.subjects.assigned * 0)
    empty = dataclasses.replace(data, subjects=nobody)
    with pytest.raises(DataError, match="'new' has no patients"):
        competing_risks_analysis(empty, data.protocol.estimand("hsct"))
    binary = binary_analysis(empty, data.protocol.estimand("mrd"))
    assert binary.arms[1].proportion.value is Absent.NO_PATIENTS
    assert binary.comparisons[0].difference.value is Absent.NO_PATIENTS
    assert binary.verdicts[0].rejected is None


def test_patients_without_a_stratum_are_counted():
    data = snapshot(seed=4, patients=200)
    missing = int((data.subjects.variables["risk"].codes < 0).sum())
    assert missing > 0
    for endpoint in ("hsct", "mrd"):
        analysis = METHODS[endpoint](data, data.protocol.estimand(endpoint))
        note = f"{missing} patients without a stratum left out"
        assert note in analysis.verdicts[0].test.assumed


def test_cause_specific_tests_are_possible():
    promise = protocol(competing=TestMethod.LOG_RANK)
    data = snapshot(promise=promise)
    analysis = competing_risks_analysis(data, promise.estimand("hsct"))
    assert "competing events censored" in analysis.verdicts[0].test.assumed
    assert isinstance(analysis.verdicts[0].p, float)


def test_a_row_that_ends_as_it_begins_is_never_at_risk():
    time, outcome = [1.0, 2.0, 3.0, 4.0], [1, 2, 0, 1]
    entry = [0.0] * 4
    plain = cumulative_incidence(time, outcome, entry=entry)
    for late in (3.0, 9.0):
        more = cumulative_incidence([*time, late], [*outcome, 1], entry=[*entry, late - 1e-12])
        assert more.incidence[:, :4].tolist() == plain.incidence.tolist()
        assert more.variance[:, :4] == pytest.approx(plain.variance, abs=1e-15)
        test = gray_test(
            [*time, late], [*outcome, 1], [0, 1, 0, 1, 1], entry=[*entry, late - 1e-12]
        )
        assert test.statistic == gray_test(time, outcome, [0, 1, 0, 1]).statistic


def test_nobody():
    nobody = cumulative_incidence([], [])
    assert nobody.estimate_at(1, 2.0).value is Absent.NO_PATIENTS
    assert nobody.curve(1).value.tolist() == [0.0]
