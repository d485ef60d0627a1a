"""Dates by which data are cut: what is no date, or cannot be, is told with its rows."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.io.data.findings import DataCheckError
from equipoise.monitor.cut.cut import snapshot_at
from equipoise.protocol.data_map import (
    AdverseEventRecords,
    EventSource,
    FirstOf,
    Measurement,
    Response,
    SingleTime,
    Subjects,
)
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous

SUBJECTS = Subjects("patients", "id", "arm", randomized="rand")
DATED = SingleTime("os", "patients", "time", event="died == 1", date="on", recorded="came")
HEAD = "id,arm,rand,time,died,on,came\n"
GOOD = (
    f"{HEAD}1,control,2020-01-01,10,1,2020-01-11,2020-02-01\n"
    "2,new,2020-01-02,20,0,2020-01-22,\n3,control,2020-01-03,15,0,2020-01-18,2020-01-20\n"
    "4,new,2020-01-04,8,1,2020-01-12,2020-01-12\n"
)


def told(call, rule):
    """The messages of one rule, in data read or refused."""
    try:
        findings = call().findings
    except DataCheckError as refused:
        findings = refused.findings
    return [each.message for each in findings if each.rule == rule]


def test_good_dates_are_read_without_a_remark(read, trial):
    snapshot = read(GOOD, trial(DATED, subjects=SUBJECTS))
    assert snapshot.findings == ()
    rows = snapshot.followups["os"]
    days = [date.fromordinal(day).isoformat() for day in rows.on]
    assert days == ["2020-01-11", "2020-01-22", "2020-01-18", "2020-01-12"]
    assert rows.recorded.tolist() == [
        *(date(2020, 2, 1).toordinal(), -1),
        *(date(2020, 1, 20).toordinal(), date(2020, 1, 12).toordinal()),
    ]
    assert snapshot.subjects.randomized[0] == date(2020, 1, 1).toordinal()
    late = snapshot_at(snapshot, date(2020, 1, 15))
    assert [(each.subject, each.happening, each.counted) for each in late.late] == [
        ("1", "death", False)
    ]
    assert late.snapshot.followups["os"].outcome.tolist() == [0, 0, 0, 1]
    counted = snapshot_at(snapshot, date(2020, 1, 15), late="counted")
    assert counted.snapshot.followups["os"].outcome.tolist() == [1, 0, 0, 1]
    assert counted.snapshot.followups["os"].time.tolist() == [10, 13, 12, 8]


@pytest.mark.parametrize(
    ("cell", "instead", "rule", "words"),
    [
        ("2020-01-11", "2020-01", "unreadable-endpoint", "on is used as a date but holds"),
        ("2020-02-01", "soon", "unreadable-endpoint", "came is used as a date but holds"),
        ("2020-01-11", "2019-12-30", "before-randomization", "the date is before randomization"),
        ("2020-01-11", "2020-03-11", "time-disagrees-with-dates", "the time is not that from"),
        ("2020-01-11", "", "missing-date", "the day is taken from the time"),
        ("2020-02-01", "2020-01-05", "recorded-before", "before it happened"),
    ],
)
def test_what_is_no_date_or_cannot_be(read, trial, cell, instead, rule, words):
    text = GOOD.replace(cell, instead, 1)
    found = told(lambda: read(text, trial(DATED, subjects=SUBJECTS)), rule)
    assert len(found) == 1
    assert words in found[0]


def test_answers_measurements_and_adverse_events_have_dates(read, trial):
    text = (
        "id,arm,rand,asked,yes,score,came,since,until\n"
        "1,control,2020-01-01,2020-01-11,1,5,2020-01-10,2020-01-01,2020-03-01\n"
        "2,new,2020-01-02,,,6,,2020-01-01,2019-12-24\n"
    )
    subjects = replace(SUBJECTS, treated_from="since", treated_until="until")
    answer = Response("mrd", "patients", "yes == 1", date="asked", recorded="came")
    snapshot = read(text, trial(answer, Binary("mrd", "MRD"), subjects=subjects))
    assert snapshot.answers["mrd"].time[0] == 10
    assert np.isnan(snapshot.answers["mrd"].time[1])
    rules = [finding.rule for finding in snapshot.findings]
    assert rules.count("treatment-dates") == 2
    assert rules.count("recorded-before") == 1
    early = text.replace("2020-01-11", "2019-01-11")
    found = told(
        lambda: read(early, trial(answer, Binary("mrd", "MRD"), subjects=subjects)),
        "before-randomization",
    )
    assert "the assessment of mrd" in found[0]
    assert "randomized 2020-01-01" in found[0]
    measured = Measurement("s", "patients", "score", date="asked")
    found = read(text, trial(measured, Continuous("s", "Score"), subjects=subjects))
    assert found.measurements["s"].time[0] == 10
    happened = AdverseEventRecords("ae", "patients", "yes", start="asked", recorded="came")
    found = read(text, trial(happened, AdverseEvents("ae", "Harms"), subjects=subjects))
    assert found.adverse_events["ae"].onset[0] == 10
    assert found.adverse_events["ae"].recorded[1] == -1


def test_the_first_of_several_has_its_own_date_of_record(read, trial):
    text = (
        "id,arm,rand,last,died,r_died,back,r_back\n"
        "1,control,2020-01-01,2020-06-01,2020-05-01,2020-05-02,2020-02-01,2020-07-01\n"
        "2,new,2020-01-01,2020-06-01,2020-03-01,2020-03-02,,\n"
        "3,new,2020-01-01,2020-06-01,,,,\n"
    )
    source = FirstOf(
        "os",
        (
            EventSource("death", "patients", date="died", recorded="r_died"),
            EventSource("relapse", "patients", date="back", recorded="r_back"),
        ),
        "patients",
        last_contact_date="last",
    )
    endpoint = replace(trial().endpoints[0], events=("relapse", "death"))
    rows = read(text, trial(source, endpoint, subjects=SUBJECTS)).followups["os"]
    assert rows.recorded.tolist() == [
        date(2020, 7, 1).toordinal(),
        date(2020, 3, 2).toordinal(),
        -1,
    ]


def test_a_cut_that_the_data_do_not_allow_is_refused(read, trial):
    bare = read("id,arm,time,died\n1,control,10,1\n2,new,20,0\n", trial())
    with pytest.raises(DataError, match=r"Add `randomized` under data\.subjects"):
        snapshot_at(bare, date(2020, 1, 1))
    whole = read(GOOD, trial(DATED, subjects=SUBJECTS))
    with pytest.raises(DataError, match="Nobody was randomized by 2019-12-31: the first patient"):
        snapshot_at(whole, date(2019, 12, 31))
    absent = np.array(whole.subjects.randomized)
    absent[1] = -1
    broken = replace(whole, subjects=replace(whole.subjects, randomized=absent))
    with pytest.raises(DataError, match=r"missing for 1 patient \(2\)"):
        snapshot_at(broken, date(2020, 2, 1))


def test_a_cut_on_the_first_day_is_one_patient_at_time_0(read, trial):
    found = snapshot_at(read(GOOD, trial(DATED, subjects=SUBJECTS)), date(2020, 1, 1))
    assert found.after == 3
    assert found.snapshot.subjects.id == ("1",)
    assert found.snapshot.followups["os"].time.tolist() == [0]
    assert found.snapshot.disposition.randomized == {"control": 1, "new": 0}


def test_a_cut_after_the_data_end_is_remarked(read, trial):
    found = snapshot_at(read(GOOD, trial(DATED, subjects=SUBJECTS)), date(2021, 1, 1))
    assert found.latest_seen == date(2020, 1, 22)
    assert found.remarks[0] == (
        "The data end on 2020-01-22, 345 days before the cut on 2021-01-01: follow-up is not "
        "known until then."
    )


def test_what_has_no_date_is_said(read, trial):
    source = SingleTime("os", "patients", "time", event="died == 1")
    found = snapshot_at(read(GOOD, trial(source, subjects=SUBJECTS)), date(2020, 1, 15))
    assert any("name the column with their `date`" in each for each in found.remarks)
    assert found.snapshot.followups["os"].outcome.tolist() == [1, 0, 0, 1]
