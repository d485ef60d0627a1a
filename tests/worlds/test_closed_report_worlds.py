"""The closed report in small and odd trials: every one can be told."""

from datetime import date, timedelta
from functools import cache

import pytest

import closed_reports as trials
from document_walk import UNUSABLE, blocks, texts
from equipoise.report.document import Callout, Document, Figure, Table
from equipoise.report.monitoring.closed_data import data_sections
from equipoise.report.written import Work, write_work
from equipoise.verbs.monitoring import monitor_statistics

BOTH = (trials.USUAL, trials.NOVEL)
EVERY = (*BOTH, trials.THIRD)
LATE = trials.START + timedelta(days=500)


def empty_arm():
    """Nobody is in the novel arm by the cut."""
    rows = trials.patients()
    for row in rows:
        if row["arm"] == trials.NOVEL:
            row["randomized"] = LATE.isoformat()
            row["recorded"] = LATE.isoformat()
    return rows


WORLDS = {
    "one endpoint": (trials.protocol(), trials.patients(), {}),
    "late events": (trials.protocol(), trials.patients(late=4), {}),
    "no events in an arm": (trials.protocol(), trials.patients(silent=(trials.NOVEL,)), {}),
    "no events at all": (trials.protocol(), trials.patients(silent=BOTH), {}),
    "three arms": (trials.protocol(trials.THREE), trials.patients(EVERY, size=90), {}),
    "an answer": (
        trials.protocol(asked=trials.ANSWER, data=trials.OF_ANSWER),
        trials.patients(),
        {},
    ),
    "nothing simulated": (trials.protocol(), trials.patients(), {"replicates": 0}),
    "an empty arm": (
        trials.protocol(),
        empty_arm(),
        {"as_of": trials.START + timedelta(days=450)},
    ),
}


@pytest.fixture(name="held", scope="module")
def looks_held(tmp_path_factory):
    """Hold the look of a world, once."""

    @cache
    def held(name):
        text, rows, asked = WORLDS[name]
        result = trials.look(tmp_path_factory.mktemp("trial"), text, rows, **asked)
        return result, trials.document(result)

    return held


@pytest.mark.parametrize("name", WORLDS)
def test_every_world_is_told(name, held, tmp_path):
    result, document = held(name)
    assert document.sections
    assert [text for text in texts(document) if UNUSABLE.search(text)] == []
    ids = [each.id for kind in (Figure, Table) for each in blocks(document, kind)]
    assert len(ids) == len(set(ids))
    work = Work("closed report", result.protocol, {"look.json": b"{}"}, {})
    write_work(work, document, tmp_path / "out", formats=("html",))
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize("name", WORLDS)
def test_no_world_names_an_arm(name, held):
    result, document = held(name)
    names = [name for arm in result.protocol.arms for name in (arm.id, arm.label)]
    said = (
        text.replace("Novel drug helps", "").replace("Novel drug cures", "")
        for text in texts(document)
    )
    assert [t for t in said for n in names if n.casefold() in t.casefold()] == []


def test_late_events_are_listed_by_patient(held):
    result, document = held("late events")
    (table,) = (each for each in blocks(document, Table) if each.id == "data-late-events")
    assert len(result.cut.late) == 4
    assert [row.cells[0] for row in table.rows] == [each.subject for each in result.cut.late]
    assert {row.cells[5] for row in table.rows} == {"left out"}
    assert {row.cells[4] for row in table.rows} == {"21 Jul 2021"}


def test_an_empty_arm_is_said(held):
    result, document = held("an empty arm")
    assert result.analysis is None
    said = [each.text for each in blocks(document, Callout)]
    assert "An arm has nobody to analyze yet: there are no endpoints by arm." in said


def test_what_is_not_simulated_says_why(held):
    result, document = held("an answer")
    assert result.rests == ()
    said = " ".join(each.text for each in blocks(document, Callout))
    assert result.why_no_forecast in said or "The rules stop the trial" in said


def test_a_look_at_numbers_has_no_data():
    result = trials.example()
    bare = monitor_statistics(result.protocol, 1.2, 60)
    for part in (data_sections, trials.arm_sections, trials.safety_sections, trials.rest_sections):
        assert part(bare) == ()
    assert trials.document(bare) == Document("A trial", "Closed", (), ())


def test_what_earlier_looks_did_not_know(tmp_path):
    """Late, changed and vanished since the first look: each listed at the second, by patient."""
    rows, first = trials.patients(size=60), trials.CUT - timedelta(days=60)
    dead = [each for each in rows if each["recorded"] < first.isoformat()]
    late, changed, vanished = dead[:3]
    late["recorded"] = (first + timedelta(days=10)).isoformat()
    asked = {"replicates": 0, "dry_run": False}
    trials.look(tmp_path, trials.protocol(), rows, as_of=first, look=1, **asked)
    changed["os_time"] = repr(float(changed["os_time"]) + 0.2)
    vanished["os_event"] = "alive"
    result = trials.look(tmp_path, trials.protocol(), rows, replicates=0, look=2)
    document = trials.document(result)
    (look,) = result.late.looks
    assert look.counts("os") == (1, 1, 1)
    (table,) = (each for each in blocks(document, Table) if each.id == "data-hindsight")
    assert [row.cells[3:] for row in table.rows] == [("1", "1", "1")]
    assert date.fromisoformat(look.as_of) == first
    (named,) = (each for each in blocks(document, Table) if each.id == "data-hindsight-patients")
    assert [(row.cells[1], row.cells[3]) for row in named.rows] == [
        (late["patient"], "late"),
        (changed["patient"], "changed"),
        (vanished["patient"], "vanished"),
    ]
