"""Open reports of degenerate trials: nothing happened, one patient, no dates, nothing planned."""

from dataclasses import replace
from datetime import date

import numpy as np

import sample_record
from equipoise.analyze.estimates import Absent
from equipoise.kernel.arrays import codes
from equipoise.monitor.cut.known_data import known_data
from equipoise.monitor.pooled.accrual import calendar_time
from equipoise.monitor.pooled.trial import canonical_text, pooled_trial


def told_of(snapshot, as_of=date(2021, 12, 31), **more):
    found = pooled_trial(sample_record.cut_of(snapshot, as_of), **more)
    assert "nan" not in canonical_text(replace(found, endpoints=()))
    return found


def test_nothing_happened():
    found = told_of(sample_record.dated(events=False))
    assert found.deaths.deaths == 0
    assert all(line.patients == 0 for line in found.harms[0].lines)
    assert found.lags[0].patients == 60
    assert found.withdrawals == {"toxicity": 6, "moved": 3}


def test_one_patient():
    snapshot = sample_record.part_of(sample_record.dated(), 1)
    found = told_of(snapshot)
    assert found.patients == 1
    assert found.accrual.cumulative.tolist() == [1]
    assert found.accrual.first == found.accrual.latest


def test_everybody_had_an_event():
    snapshot = sample_record.dated()
    held = snapshot.followups["hsct"]
    ended = replace(held, outcome=codes(np.ones(held.outcome.size)))
    found = told_of(replace(snapshot, followups={"hsct": ended}))
    (lag,) = found.lags
    assert (lag.patients, lag.median) == (0, Absent.NO_PATIENTS)
    assert lag.within == ((3, 0), (6, 0), (12, 0))
    assert found.follow_up[0].median.value is Absent.NOT_REACHED


def test_no_dates():
    snapshot = sample_record.dated()
    found = told_of(replace(snapshot, subjects=replace(snapshot.subjects, randomized=None)))
    assert found.accrual is None
    assert found.lags == ()
    assert found.follow_up


def test_some_dates_unknown():
    snapshot = sample_record.dated()
    days = snapshot.subjects.randomized.copy()
    days[:5] = -1
    found = told_of(replace(snapshot, subjects=replace(snapshot.subjects, randomized=codes(days))))
    assert found.accrual.undated == 5
    assert found.accrual.cumulative[-1] == 55


def test_endpoints_without_data():
    snapshot = replace(sample_record.dated(), followups={}, answers={}, adverse_events={})
    found = told_of(snapshot)
    assert [label for label, _ in found.left_out] == ["Transplant", "MRD negative"]
    assert found.harms == found.lags == found.follow_up == ()
    assert known_data(snapshot, "aa").outcomes[0].endpoint == "score"


def test_nobody_followed_yet():
    snapshot = sample_record.dated()
    held = snapshot.followups["hsct"]
    nobody = replace(held, subject=codes([]), time=held.time[:0], outcome=codes([]))
    found = told_of(replace(snapshot, followups={"hsct": nobody}))
    assert found.left_out == (("Transplant", "Nobody has follow-up for it yet."),)


def test_nothing_planned():
    found = told_of(sample_record.dated())
    assert found.planned_patients is None
    assert found.information == ()
    assert found.accrual.planned is None


def test_calendar():
    assert calendar_time(date(2020, 1, 1), date(2020, 1, 1), "month") == 0.0
    assert calendar_time(date(2024, 1, 1), date(2020, 1, 1), "year") == 4.0
    assert calendar_time(date(2020, 1, 15), date(2020, 1, 1), "week") == 2.0
