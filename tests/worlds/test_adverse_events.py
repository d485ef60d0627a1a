"""Adverse events counted again, patient by patient."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from equipoise.analyze.adverse_events import adverse_event_analysis, adverse_event_table
from equipoise.analyze.proportions import miettinen_nurminen_difference
from equipoise.analyze.selection import comparisons_of, select
from equipoise.kernel.arrays import codes
from sample_snapshot import snapshot


@pytest.fixture(scope="module")
def data():
    return snapshot(seed=7, patients=50)


@pytest.fixture(scope="module")
def analysis(data):
    return adverse_event_analysis(data, data.protocol.estimand("ae"))


def slow(data, keep):
    """Patients by worst grade, and events, for the records that `keep` picks."""
    log, arm = data.adverse_events["ae"], data.subjects.received
    worst, events = [defaultdict(lambda: -1), defaultdict(lambda: -1)], [0, 0]
    for k, subject in enumerate(log.subject):
        side = arm[subject]
        if side < 0 or not keep(k):
            continue
        events[side] += 1
        worst[side][subject] = max(worst[side][subject], int(log.grade[k]))
    return worst, events


def matches(row, data, keep):
    worst, events = slow(data, keep)
    for side, arm in enumerate(("control", "new")):
        count = row.by_arm[arm]
        assert count.patients == len(worst[side])
        assert count.events == events[side]
        grades = [grade for grade in worst[side].values() if grade >= 0]
        assert count.by_worst_grade == {g: grades.count(g) for g in set(grades)}


def test_every_line(data, analysis):
    log = data.adverse_events["ae"]
    for row in analysis.rows:
        levels = log.system_organ_class if row.kind == "system organ class" else log.term
        code = levels.levels.index(row.label)
        matches(row, data, lambda k, c=code, v=levels: v.codes[k] == c)
    assert len(analysis.rows) == 12


def test_overview_shows_what_was_recorded(data, analysis):
    log = data.adverse_events["ae"]
    names = [row.label for row in analysis.overview]
    assert names == ["Any adverse event", "Grade 3 or higher", "Serious"]
    any_event, severe, serious = analysis.overview
    matches(any_event, data, lambda _: True)
    matches(severe, data, lambda k: log.grade[k] >= 3)
    matches(serious, data, lambda k: log.serious[k])
    assert analysis.left_out == 3


def test_order_and_differences(analysis):
    def total(row):
        return sum(count.patients for count in row.by_arm.values())

    classes = [row for row in analysis.rows if row.kind == "system organ class"]
    keys = [(-total(row), row.label) for row in classes]
    assert keys == sorted(keys)
    for owner in classes:
        terms = [row for row in analysis.rows if row.system_organ_class == owner.label]
        keys = [(-total(row), row.label) for row in terms]
        assert keys == sorted(keys)
        start = analysis.rows.index(owner)
        assert list(analysis.rows[start + 1 : start + 1 + len(terms)]) == terms
    n1, n0 = analysis.patients["new"], analysis.patients["control"]
    for row in (*analysis.overview, *analysis.rows):
        counts = (row.by_arm["new"].patients, n1, row.by_arm["control"].patients, n0)
        assert row.differences["c"] == miettinen_nurminen_difference(*counts)


def test_order_of_records_does_not_matter(data, analysis):
    log = data.adverse_events["ae"]
    order = np.random.default_rng(1).permutation(log.subject.size)
    names = ("subject", "grade", "serious", "related", "fatal")
    moved = replace(
        log,
        **{name: getattr(log, name)[order] for name in names},
        system_organ_class=replace(
            log.system_organ_class, codes=log.system_organ_class.codes[order]
        ),
        term=replace(log.term, codes=log.term.codes[order]),
    )
    endpoint = data.protocol.endpoint("ae")
    selection = select(data, "safety", ("control", "new"))
    comparisons = comparisons_of(data.protocol, data.protocol.estimand("ae"))
    again = adverse_event_table(moved, selection, comparisons, endpoint)
    assert again.rows == analysis.rows
    assert again.overview == analysis.overview


def test_rare_terms_and_uncoded_terms(data):
    log = data.adverse_events["ae"]
    endpoint = replace(data.protocol.endpoint("ae"), minimum_percent=101.0)
    selection = select(data, "safety", ("control", "new"))
    table = adverse_event_table(log, selection, (), endpoint)
    assert {row.kind for row in table.rows} == {"system organ class"}
    uncoded = replace(log, term=replace(log.term, codes=codes(np.full(log.subject.size, -1))))
    table = adverse_event_table(uncoded, selection, (), data.protocol.endpoint("ae"))
    terms = {row.label for row in table.rows if row.kind == "preferred term"}
    assert terms == {"not coded"}
