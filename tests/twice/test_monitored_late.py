"""Late, changed and vanished outcomes found a second time, by comparing patients one by one."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import sample_record
from equipoise.kernel.arrays import codes
from equipoise.monitor.cut.late_reporting import compared_with

NOW = sample_record.dated(4, 90)
DAYS = NOW.subjects.randomized


def known(snapshot, patients):
    """The snapshot in which only some patients' transplants and deaths are known."""
    held = snapshot.followups["hsct"]
    outcome = np.where(np.isin(held.subject, patients), held.outcome, 0)
    return replace(snapshot, followups={"hsct": replace(held, outcome=codes(outcome))})


def dates():
    """When each patient's event was, by patient."""
    held = NOW.followups["hsct"]
    return {
        int(subject): date.fromordinal(int(DAYS[subject]) + int(time * 365.25 / 12 + 1e-6))
        for subject, time, outcome in zip(held.subject, held.time, held.outcome, strict=True)
        if outcome > 0
    }


@pytest.mark.parametrize("seed", range(5))
def test_late(seed):
    rng, when = np.random.default_rng(seed), dates()
    cuts = ("2019-01-31", "2019-09-30")
    first = [p for p, day in when.items() if day <= date(2019, 1, 31) and rng.random() < 0.7]
    second = [
        p for p, day in when.items() if p in first or (day <= date(2019, 9, 30) and p % 3 > 0)
    ]
    record = sample_record.record(
        NOW,
        sample_record.entry(known(NOW, first), 1, cuts[0]),
        sample_record.entry(known(NOW, second), 2, cuts[1]),
    )
    found = compared_with(record, sample_record.cut_of(NOW))
    expected, told = [], set()
    for cut, knew in zip(cuts, (first, second), strict=True):
        late = {p for p, day in when.items() if day.isoformat() <= cut and p not in knew} - told
        told |= late
        expected.append({(f"P{p}", when[p]) for p in late})
    assert [{(each.patient, each.on) for each in look.late} for look in found.looks] == expected
    assert sum(map(len, expected)) > 0
    counts = [look.counts("hsct") for look in found.looks]
    assert counts == [(len(each), 0, 0) for each in expected]
    assert all(look.gone == 0 for look in found.looks)
    assert len(compared_with(record, sample_record.cut_of(NOW), before=2).looks) == 1


def test_changed_vanished_gone():
    when = dates()
    moved, lost = sorted(when)[:2]
    record = sample_record.record(NOW, sample_record.entry(NOW, 1, "2021-01-31"))
    now = known(sample_record.moved(NOW, moved, 30.25), [p for p in when if p != lost])
    (look,) = compared_with(record, sample_record.cut_of(now)).looks
    assert [each.patient for each in look.changed] == [f"P{moved}"]
    assert [each.patient for each in look.vanished] == [f"P{lost}"]
    assert look.late == ()
    assert look.counts("hsct") == (0, 1, 1)
    (look,) = compared_with(record, sample_record.cut_of(sample_record.part_of(NOW, 80))).looks
    assert look.gone == 10
    assert look.counts("hsct")[2] == sum(p >= 80 for p in when)
    assert {each.patient for each in look.vanished if each.endpoint == "hsct"} == {""}


def test_answers_count_too():
    record = sample_record.record(NOW, sample_record.entry(NOW, 1, "2021-01-31"))
    value = np.array(NOW.answers["mrd"].value)
    yes = int(np.flatnonzero(value == 1)[0])
    value[yes] = 0
    held = replace(NOW.answers["mrd"], value=codes(value))
    (look,) = compared_with(record, sample_record.cut_of(replace(NOW, answers={"mrd": held}))).looks
    assert [(each.endpoint, each.patient) for each in look.changed] == [("mrd", f"P{yes}")]


def test_nothing_to_compare_with():
    assert compared_with(None, sample_record.cut_of(NOW)).looks == ()
    assert compared_with(sample_record.record(NOW), sample_record.cut_of(NOW)).looks == ()


def test_without_dates_nothing_is_called_late():
    undated = replace(NOW, subjects=replace(NOW.subjects, randomized=None))
    record = sample_record.record(NOW, sample_record.entry(known(NOW, []), 1, "2021-01-31"))
    found = compared_with(record, sample_record.cut_of(undated))
    assert found.looks[0].late == ()
    assert found.undated >= len(dates())
