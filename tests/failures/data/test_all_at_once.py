"""One run tells every problem: columns of every table, dates, levels, strangers, whose rows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.analyze.estimates import Finding
from equipoise.analyze.snapshot import Snapshot
from equipoise.io.data.findings import DataCheckError
from equipoise.io.data.snapshot import read_snapshot
from equipoise.protocol.data_map import (
    AdverseEventRecords,
    DataMap,
    EventSource,
    FirstOf,
    Response,
    SingleTime,
    Subjects,
    Table,
    VariableSource,
)
from equipoise.protocol.endpoints import AdverseEvents, Binary, TimeToEvent
from equipoise.protocol.trial import Protocol, Variable

Read = Callable[..., Snapshot]
Make = Callable[..., Protocol]
GOOD = "id,arm,time,died\n1,control,10,1\n2,new,20,0\n3,control,15,0\n4,new,8,1\n"


def refused(call: Callable[[], object]) -> tuple[list[Finding], str]:
    with pytest.raises(DataCheckError) as caught:
        call()
    errors = [finding for finding in caught.value.findings if finding.severity == "error"]
    return errors, str(caught.value)


def remark(snapshot: Snapshot, rule: str) -> Finding:
    found = [finding for finding in snapshot.findings if finding.rule == rule]
    assert found, snapshot.findings
    return found[0]


def with_events(trial: Make, **parts: object) -> Protocol:
    """A trial with adverse events in a table of their own."""
    protocol = trial(tables={"patients": "patients.csv", "events": "events.csv"}, **parts)
    harm = AdverseEventRecords("ae", "events", "term", grade="grade")
    data = replace(protocol.data, endpoints=(*protocol.data.endpoints, harm))
    endpoints = (*protocol.endpoints, AdverseEvents("ae", "Harm"))
    return replace(protocol, endpoints=endpoints, data=data)


class TestEverythingIsTold:
    """What one problem does not hide is told beside it."""

    def test_arms_levels_grades_and_strangers_in_one_run(self, read: Read, trial: Make):
        risk = Variable("risk", "Risk", "categorical", ("low", "high"))
        text = (
            "id,arm,time,died,risk\n1,control,10,1,low\n2,new,20,maybe,medium\n"
            "3,third,x,0,high\n4,new,8,1,low\n4,new,8,1,low\n"
        )
        events = "id,term,grade\n1,Rash,7\n9,Rash,1\n"
        protocol = with_events(trial, variables=(risk,))
        errors, said = refused(lambda: read(text, protocol, events=events))
        for words in (
            "arm holds 'third'",
            "1 patient is in more than one row",
            "risk holds 'medium'",
            "time is used as a number but holds 'x'",
            "died is used as a number but holds 'maybe'",
            "grade holds '7'",
            "adverse events of patients who are not in patients.csv",
        ):
            assert words in said
        assert len(errors) == 7

    def test_columns_missing_from_every_table(self, read: Read, trial: Make):
        subjects = Subjects("patients", "id", "arm", treated="got == 1")
        protocol = with_events(trial, subjects=subjects)
        errors, said = refused(lambda: read("id,arm\n1,control\n", protocol, events="id,a\n"))
        assert {error.rule for error in errors} >= {"missing-column"}
        for column in ("got", "time", "died", "term", "grade"):
            assert said.count(f"has no column {column!r}") == 1
        assert "data.subjects.treated names it" in said

    def test_a_table_that_is_not_there_hides_nothing_else(
        self, tmp_path: Path, read: Read, trial: Make
    ):
        protocol = with_events(trial)
        errors, said = refused(lambda: read(GOOD.replace("20,0", "-3,0"), protocol))
        assert [error.rule for error in errors] == ["unreadable-file", "negative-time"]
        assert "There is no file 'events.csv'" in said
        errors, said = refused(lambda: read_snapshot(protocol, tmp_path / "nowhere"))
        assert [error.rule for error in errors][:1] == ["no-data-folder"]
        assert said.count("nowhere") == 1
        errors, said = refused(lambda: read_snapshot(protocol, tmp_path / "patients.csv"))
        assert "is a file. Give the folder it lies in as data." in said


class TestNothingIsToldTwice:
    """What follows from a problem that is told already is not told again."""

    def test_one_time_of_two_endpoints(self, read: Read, trial: Make):
        again = TimeToEvent("again", "Again", ("death",))
        protocol = trial()
        sources = (*protocol.data.endpoints, SingleTime("again", "patients", "time", "died == 1"))
        data = replace(protocol.data, endpoints=sources)
        protocol = replace(protocol, endpoints=(*protocol.endpoints, again), data=data)
        errors, said = refused(lambda: read(GOOD.replace("20,0", "-3,0"), protocol))
        assert len(errors) == 1
        assert "patients.csv: Overall survival, Again: the time is negative" in said

    def test_a_patient_in_two_rows(self, read: Read):
        errors, _ = refused(lambda: read(GOOD + "1,new,3,0\n"))
        assert [error.rule for error in errors] == ["two-arms"]

    def test_a_blank_identifier(self, read: Read):
        errors, said = refused(lambda: read(GOOD + ",new,3,0\n"))
        assert len(errors) == 1
        assert "Complete it, or leave these rows out with the table's `where`." in said

    def test_a_filter_that_leaves_no_patient(self, read: Read, trial: Make):
        tables = (Table("patients", "patients.csv", "time > 99"),)
        protocol = trial(data=replace(trial().data, tables=tables))
        errors, said = refused(lambda: read(GOOD, protocol))
        assert len(errors) == 1
        assert "no row satisfies `time > 99`: time holds 8, 10, 15, 20. Check data.tables" in said


class TestWhoseRows:
    """A finding names the rows, their lines in the file, and the patients."""

    def test_rows_lines_and_patients(self, read: Read):
        text = GOOD.replace("\n2,", "\nP-2,").replace("20,0", "-3,0")
        errors, said = refused(lambda: read(text))
        assert (errors[0].rows, errors[0].lines, errors[0].subjects) == ((2,), (3,), ("P-2",))
        assert said.endswith("[data row 2 (line 3 of the file); patient P-2]")

    def test_no_line_is_named_where_a_cell_has_several(self, read: Read):
        text = 'id,arm,time,died,note\n1,control,-1,1,"a\nb"\n2,new,5,0,\n'
        errors, said = refused(lambda: read(text))
        assert errors[0].lines == ()
        assert said.endswith("[data row 1; patient 1]")

    def test_the_first_ten_patients(self, read: Read):
        rows = "".join(f"P{n},{('control', 'new')[n % 2]},-1,0\n" for n in range(1, 31))
        errors, _ = refused(lambda: read("id,arm,time,died\n" + rows))
        assert errors[0].subjects == tuple(f"P{n}" for n in range(1, 11))


class TestDates:
    """What a date breaks is said with both dates, and once."""

    @pytest.fixture
    def protocol(self, trial: Make) -> Protocol:
        death = EventSource("death", "patients", date="died", when="dead == 1")
        relapse = FirstOf("os", (death,), "patients", last_contact_date="seen")
        return trial(relapse, subjects=Subjects("patients", "id", "arm", randomized="rand"))

    def text(self, second: str) -> str:
        first = "1,control,2024-01-01,2024-02-01,1,2024-02-01\n"
        return f"id,arm,rand,seen,dead,died\n{first}{second}\n"

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("2,new,2024-01-05,2024-03-01,1,2024-01-02",
             ["(patient 2: 2024-01-02, randomized 2024-01-05). Correct one of the two dates."]),
            ("2,new,2024-01-05,2024-01-03,0,",
             ["seen, the date of last contact, is before randomization (patient 2: 2024-01-03, "]),
            ("2,new,,2024-01-03,0,",
             ["the date of randomization rand is missing. Complete it: times and the data cut"]),
            ("2,new,,2024-03-03,1,2024-03-01", ["the date of randomization rand is missing."]),
            ("2,new,2024-01-05,2024-01,1,UNK",
             ["seen is used as a date but holds '2024-01'", "died is used as a date but holds 'U"]),
            ("2,new,2024-02,2024-03-03,1,2024-03", ["rand is used as a date", "died is used as"]),
        ],
    )  # fmt: skip
    def test_told_once(self, read: Read, protocol: Protocol, row: str, words: list[str]):
        errors, said = refused(lambda: read(self.text(row), protocol))
        assert len(errors) == len(words), said
        for fact in words:
            assert fact in said

    def test_good(self, read: Read, protocol: Protocol):
        snapshot = read(self.text("2,new,2024-01-05,2024-03-05,0,"), protocol)
        assert snapshot.findings == ()
        assert snapshot.followups["os"].time.tolist() == [31, 60]


class TestNeverTrue:
    """Conditions that hold nowhere and values that never occur are doubted, with what is there."""

    def test_an_answer_that_nobody_gives(self, read: Read, trial: Make):
        text = "id,arm,response\n1,control,CR\n2,new,PR\n3,new,\n"
        source = Response("mrd", "patients", 'response == "CRPR"')
        snapshot = read(text, trial(source, Binary("mrd", "MRD")))
        assert snapshot.findings[0].rule == "event-value-absent"
        assert snapshot.findings[0].message == (
            "patients.csv: `response == \"CRPR\"` holds in no row: no row has response 'CRPR'; "
            "it holds 'CR', 'PR'. Check data.endpoints.mrd.yes."
        )

    @pytest.mark.parametrize(
        ("condition", "words"),
        [
            ("died == 2", "no row has died 2; it holds 0, 1. Check data.endpoints.os.event."),
            ("time > 99", "`time > 99` holds in no row: time holds 8, 10, 15, 20. Check data."),
            ('arm == "New" or died == 1', "no row has arm 'New' (did you mean 'new'?); it holds"),
        ],
    )
    def test_events(self, read: Read, trial: Make, condition: str, words: str):
        source = SingleTime("os", "patients", "time", event=condition)
        assert words in remark(read(GOOD, trial(source)), "event-value-absent").message

    def test_a_rare_flag_is_only_noted(self, read: Read, trial: Make):
        harm = AdverseEventRecords("ae", "events", "term", fatal='fatal == "Y"')
        tables = {"patients": "patients.csv", "events": "events.csv"}
        protocol = trial(harm, AdverseEvents("ae", "Harm"), tables)
        snapshot = read(GOOD, protocol, events="id,term,fatal\n1,Rash,N\n")
        assert remark(snapshot, "event-value-absent").severity == "note"

    def test_a_happening_that_never_happens(self, read: Read, trial: Make):
        death = EventSource("death", "patients", time="dtime")
        source = FirstOf("os", (death,), "patients", last_contact_time="time")
        snapshot = read("id,arm,time,dtime\n1,control,10,\n2,new,20,\n", trial(source))
        finding = remark(snapshot, "never-happens")
        assert "death never happens: no row has a time in dtime. Check" in finding.message

    def test_a_filter_that_keeps_nothing(self, read: Read, trial: Make):
        tables = (Table("patients", "patients.csv"), Table("late", "patients.csv", "time > 99"))
        harm = AdverseEventRecords("ae", "late", "arm")
        data = DataMap(tables, Subjects("patients", "id", "arm"), endpoints=(harm,))
        protocol = replace(trial(endpoint=AdverseEvents("ae", "Harm")), data=data)
        finding = remark(read(GOOD, protocol), "no-row-selected")
        assert "`time > 99`: time holds 8, 10, 15, 20. Check data.tables.late.where" in (
            finding.message
        )

    def test_a_mapped_value_that_never_occurs(self, read: Read, trial: Make):
        sex = Variable("sex", "Sex", "categorical", ("F", "M"))
        protocol = trial(variables=(sex,))
        source = VariableSource(
            "sex", column="arm", values=(("new", "F"), ("control", "M"), ("x", "M"))
        )
        protocol = replace(protocol, data=replace(protocol.data, variables=(source,)))
        finding = remark(read(GOOD, protocol), "value-absent")
        assert "no row has arm 'x'; it holds 'control', 'new'. Check the values under data.var" in (
            finding.message
        )

    def test_the_gravest_doubt_comes_first(self, read: Read, trial: Make):
        age = Variable("age", "Age", "continuous")
        source = SingleTime("os", "patients", "time", event="died == 3")
        text = "id,arm,time,died,age\n1,control,10,0,\n2,new,20,0,50\n"
        snapshot = read(text, trial(source, variables=(age,)))
        found = [finding.rule for finding in snapshot.findings]
        assert found == ["event-value-absent", "no-events", "missing-baseline"]
