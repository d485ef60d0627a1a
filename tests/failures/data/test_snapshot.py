"""Answers, measurements, adverse events, arms received and the disposition."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from degenerate_trial import frames, patients, write_protocol
from document_walk import blocks
from equipoise.analyze.snapshot import Snapshot
from equipoise.errors import DataError
from equipoise.io.data.findings import DataCheckError
from equipoise.io.data.frames import read_frame
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol
from equipoise.protocol.data_map import (
    AdverseEventRecords,
    Measurement,
    Response,
    SingleTime,
    Subjects,
)
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, TimeToEvent
from equipoise.protocol.estimands import Estimand, Summary
from equipoise.protocol.trial import (
    Comparison,
    Hypothesis,
    Population,
    Protocol,
    Test,
    TestMethod,
    Variable,
)
from equipoise.report.build import build_document
from equipoise.report.document import Table
from equipoise.verbs import analyze

GOOD = "id,arm,time,died\n1,control,10,1\n2,new,20,0\n3,control,15,0\n4,new,8,1\n"
Read = Callable[..., Snapshot]
Make = Callable[..., Protocol]


def rules(snapshot: Snapshot) -> set[str]:
    return {finding.rule for finding in snapshot.findings}


def test_answers_and_their_missing_ones(read: Read, trial: Make):
    text = "id,arm,cells\n1,control,1\n2,new,\n3,control,9\n4,new,4\n"
    source = Response("mrd", "patients", "cells < 5")
    snapshot = read(text, trial(source, Binary("mrd", "MRD", missing="excluded")))
    assert snapshot.answers["mrd"].value.tolist() == [1, -1, 0, 1]
    (left_out,) = snapshot.disposition.exclusions
    assert (left_out.what, left_out.reason, left_out.count) == ("MRD", "answer missing", 1)
    assert left_out.by_arm == {"control": 0, "new": 1}
    assert left_out.subjects == ("2",)
    assert [f.message for f in snapshot.findings] == [
        "MRD: the answer is missing for 1 patient, left out."
    ]
    snapshot = read(text, trial(source, Binary("mrd", "MRD")))
    assert snapshot.disposition.exclusions == ()  # nobody leaves: the answer counts as no
    assert snapshot.findings[0].message.endswith("missing for 1 patient, which counts as no.")


def test_yes_and_no_at_once_are_refused(read: Read, trial: Make):
    source = Response("mrd", "patients", "cells < 5", "cells > 3")
    with pytest.raises(DataCheckError, match="hold at once") as caught:
        read("id,arm,cells\n1,control,1\n2,new,4\n", trial(source, Binary("mrd", "MRD")))
    assert caught.value.findings[0].rows == (2,)


def test_measurements(read: Read, trial: Make):
    protocol = trial(Measurement("hb", "patients", "hb"), Continuous("hb", "Hemoglobin"))
    snapshot = read("id,arm,hb\n1,control,1.5\n2,new,.\n", protocol)
    assert str(snapshot.measurements["hb"].value.tolist()) == "[1.5, nan]"
    assert snapshot.disposition.exclusions[0].reason == "value missing"
    with pytest.raises(DataCheckError, match="hb is infinite"):
        read("id,arm,hb\n1,control,inf\n2,new,1\n", protocol)


class TestCauses:
    """A column of causes: every value must be named, none is guessed."""

    ENDPOINT = TimeToEvent("rel", "Relapse", ("relapse",), ("death",), ("transplant",))
    VALUES = (("0", "censored"), ("1", "relapse"), ("2", "death"), ("3", "transplant"))

    def protocol(self, trial: Make) -> Protocol:
        source = SingleTime("rel", "patients", "time", cause="end", cause_values=self.VALUES)
        return trial(source, self.ENDPOINT)

    def text(self, *cells: str) -> str:
        arms = ("control", "new", "control", "new")
        rows = (
            f"{n},{arm},{n},{cell}"
            for n, (arm, cell) in enumerate(zip(arms, cells, strict=True), 1)
        )
        return "id,arm,time,end\n" + "\n".join(rows)

    def test_roles(self, read: Read, trial: Make):
        followup = read(self.text("1", "2", "3", "0"), self.protocol(trial)).followups["rel"]
        assert followup.outcome.tolist() == [1, 2, 0, 0]
        assert followup.happening is not None
        names = [followup.happening.levels[place] for place in followup.happening.codes]
        assert names == ["relapse", "death", "transplant", "censored"]

    @pytest.mark.parametrize("cell", ["4", ""])
    def test_unknown_and_missing_causes(self, read: Read, trial: Make, cell: str):
        with pytest.raises(DataCheckError, match="does not say what it means") as caught:
            read(self.text("1", "2", cell, "0"), self.protocol(trial))
        assert caught.value.findings[0].rows == (3,)


class TestAdverseEvents:
    """Every record belongs to a known patient; what does not count is counted."""

    HEADER = "id,term,soc,grade,ser,rel,te\n"

    def protocol(self, trial: Make, **parts: Any) -> Protocol:
        source = AdverseEventRecords(
            "ae", "events", "term", "soc", "grade", serious='ser == "Y"', related='rel == "Y"',
            treatment_emergent='te == "Y"',
        )  # fmt: skip
        tables = {"patients": "patients.csv", "events": "events.csv"}
        return trial(replace(source, **parts), AdverseEvents("ae", "Events"), tables)

    def test_read(self, read: Read, trial: Make):
        events = "2,Nausea,GI,3,Y,Y,Y\n1,Rash,Skin,1,N,,Y\n2,Nausea,GI,2,N,N,\n"
        snapshot = read(GOOD, self.protocol(trial), events=self.HEADER + events)
        found = snapshot.adverse_events["ae"]
        assert found.subject.tolist() == [1, 0]
        assert found.term.levels == ("Nausea", "Rash")
        assert found.grade.tolist() == [3, 1]
        assert found.serious.tolist() == [True, False]
        assert found.has == {"grade", "serious", "related"}
        assert found.left_out == 1
        (left_out,) = snapshot.disposition.exclusions
        assert (left_out.what, left_out.reason) == ("records of Events", "not treatment-emergent")
        assert "missing-flag" in rules(snapshot)

    def test_no_events_at_all_is_no_error(self, read: Read, trial: Make):
        snapshot = read(GOOD, self.protocol(trial), events=self.HEADER)
        assert snapshot.adverse_events["ae"].subject.size == 0

    def test_words_for_grades(self, read: Read, trial: Make):
        protocol = self.protocol(trial, grade_values=(("MILD", 1), ("SEVERE", 3)))
        events = self.HEADER + "1,Rash,Skin,SEVERE,N,N,Y\n1,Rash,,,N,N,Y\n"
        snapshot = read(GOOD, protocol, events=events)
        assert snapshot.adverse_events["ae"].grade.tolist() == [3, -1]
        assert {"missing-grade", "missing-term"} <= rules(snapshot)
        with pytest.raises(DataCheckError, match="grade holds 'BAD'"):
            read(GOOD, protocol, events=self.HEADER + "1,Rash,Skin,BAD,N,N,Y\n")

    @pytest.mark.parametrize("grade", ["0", "6", "2.5"])
    def test_grades_are_whole_from_1_to_5(self, read: Read, trial: Make, grade: str):
        with pytest.raises(DataCheckError, match="whole numbers from 1 to 5"):
            read(GOOD, self.protocol(trial), events=self.HEADER + f"1,Rash,Skin,{grade},N,N,Y\n")

    def test_events_of_strangers(self, read: Read, trial: Make):
        with pytest.raises(DataCheckError, match="adverse events of patients who are not in"):
            read(GOOD, self.protocol(trial), events=self.HEADER + "9,Rash,Skin,1,N,N,Y\n")

    def test_events_of_untreated_patients(self, read: Read, trial: Make):
        subjects = Subjects("patients", "id", "arm", treated="time > 9")
        protocol = replace(
            self.protocol(trial), data=replace(self.protocol(trial).data, subjects=subjects)
        )
        snapshot = read(GOOD, protocol, events=self.HEADER + "4,Rash,Skin,1,N,N,Y\n")
        assert "event-without-treatment" in rules(snapshot)


class TestDisposition:
    """Everyone assessed is accounted for: not randomized, not treated, gone, or analyzed."""

    TEXT = (
        "id,arm,got,fas,state,why\n1,control,control,Y,DONE,\n2,new,control,Y,LEFT,Death\n"
        "3,Screen Failure,,N,,\n4,new,,N,LEFT,Withdrew\n5,new,new,,DONE,\n6,,,N,,\n"
    )
    SUBJECTS = Subjects(
        "patients", "id", "arm", received="got", screened="id is not missing",
        completed='state == "DONE"', discontinued="why",
    )  # fmt: skip

    def test_counts(self, read: Read, trial: Make):
        populations = (
            Population("itt", "All"),
            Population("safety", "Treated", arms="received"),
            Population("fas", "FAS", where='fas == "Y"'),
        )
        protocol = trial(subjects=self.SUBJECTS, populations=populations)
        both = ("control", "new")
        estimands = tuple(
            Estimand(name, name, "os", name, both, Summary.HAZARD_RATIO)
            for name in ("safety", "fas")
        )
        protocol = replace(protocol, data=replace(protocol.data, endpoints=()), estimands=estimands)
        snapshot = read(self.TEXT, protocol)
        told = snapshot.disposition
        assert (told.assessed, told.not_randomized) == (6, 2)
        assert told.randomized == {"control": 1, "new": 3}
        assert told.treated == {"control": 1, "new": 2}
        assert told.completed == {"control": 1, "new": 1}
        assert told.discontinued == {"control": {}, "new": {"Death": 1, "Withdrew": 1}}
        assert told.populations["safety"] == {"control": 2, "new": 1}
        assert told.populations["fas"] == {"control": 1, "new": 1}
        why = {(each.what, each.reason): each.count for each in told.exclusions}
        assert why == {
            ("Treated", "no study treatment"): 1,
            ("FAS", 'outside its definition (fas == "Y")'): 2,
        }
        assert snapshot.subjects.received.tolist() == [0, 0, -1, 1]
        assert rules(snapshot) == {"unknown-population"}

    def test_screen_failures_need_to_be_declared(self, read: Read, trial: Make):
        subjects = replace(self.SUBJECTS, screened=None)
        with pytest.raises(DataCheckError, match="Screen Failure") as caught:
            read(self.TEXT, trial(subjects=subjects))
        assert {finding.rule for finding in caught.value.findings} >= {"missing-arm", "unknown-arm"}


class TestFrames:
    """A data frame in Python is as good as a file, and refused as clearly."""

    def test_missing_in_every_spelling(self, trial: Make):
        frame = pd.DataFrame(
            {
                "id": pd.Series([1, 2, 3], dtype="Int64"),
                "arm": pd.Categorical(["control", "new", "control"]),
                "time": [1.0, 2.0, 3.0],
                "died": pd.array([True, False, True], dtype="boolean"),
                "age": [np.nan, 50, 60],
            }
        )
        source = SingleTime("os", "patients", "time", event="died == true")
        snapshot = read_snapshot(trial(source), {"patients": frame})
        assert snapshot.subjects.id == ("1", "2", "3")
        assert snapshot.followups["os"].outcome.tolist() == [1, 0, 1]

    def test_no_frame_for_a_table(self, trial: Make):
        with pytest.raises(DataCheckError, match="Given are 'people'; name one of them 'patients'"):
            read_snapshot(trial(), {"people": pl.DataFrame({"id": [1]})})

    @pytest.mark.parametrize("frame", [{"id": [1]}, "patients.csv", None, np.zeros(3)])
    def test_not_a_frame(self, frame: object):
        with pytest.raises(DataError, match="not a data frame"):
            read_frame(frame, "patients")

    def test_columns_named_by_numbers_or_twice(self):
        with pytest.raises(DataError, match="column"):
            read_frame(pd.DataFrame([[1, 2]]), "patients")
        with pytest.raises(DataError, match="column"):
            read_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]), "patients")


def test_many_rows_need_no_loop_over_rows(read: Read):
    count = 200_000  # a loop over the rows would be felt here
    rng = np.random.default_rng(1)
    time = rng.integers(1, 3000, count)
    lines = (
        f"P{n},{('control', 'new')[n % 2]},{t},{n % 3 % 2}" for n, t in enumerate(time.tolist())
    )
    snapshot = read("id,arm,time,died\n" + "\n".join(lines))
    assert snapshot.followups["os"].time.sum() == time.sum()


class TestWithoutStratum:
    """Who has no stratum leaves the stratified analyses, is counted by arm, and is named."""

    TEXT = (
        "id,arm,time,died,risk,sex\n1,control,10,1,low,F\n2,new,20,0,,M\n3,control,15,0,high,\n"
        "4,new,8,1,high,M\n5,control,9,1,,F\n"
    )

    def protocol(self, trial: Make, *tests: tuple[str, ...]) -> Protocol:
        variables = tuple(
            Variable(name, name.capitalize(), "categorical", levels)
            for name, levels in (("risk", ("low", "high")), ("sex", ("F", "M")))
        )
        estimand = Estimand("e", "E", "os", "itt", ("control", "new"), Summary.HAZARD_RATIO)
        return trial(
            variables=variables,
            strata=("risk",),
            estimands=(estimand,),
            comparisons=(Comparison("c", "New v control", "new", "control"),),
            hypotheses=tuple(
                Hypothesis(f"H{n}", f"H{n}", "e", "c", Test(TestMethod.LOG_RANK, strata))
                for n, strata in enumerate(tests)
            ),
        )

    def test_by_the_strata_of_randomization(self, read: Read, trial: Make):
        snapshot = read(self.TEXT, self.protocol(trial))
        (out,) = snapshot.disposition.exclusions
        assert (out.what, out.reason) == (
            "stratified analysis of Overall survival", "stratum missing: Risk",
        )  # fmt: skip
        assert (out.count, out.by_arm, out.subjects) == (2, {"control": 1, "new": 1}, ("2", "5"))
        (told,) = (each for each in snapshot.findings if each.rule == "missing-stratum")
        assert told.severity == "warning"
        assert told.message == (
            "Risk is missing: 2 patients leave the stratified analysis of Overall survival. "
            "They count in every other analysis."
        )
        assert (told.rows, told.subjects) == ((2, 5), ("2", "5"))

    def test_by_the_strata_of_each_test(self, read: Read, trial: Make):
        snapshot = read(self.TEXT, self.protocol(trial, ("risk", "sex"), (), ("sex",)))
        found = [(each.reason, each.count) for each in snapshot.disposition.exclusions]
        assert found == [("stratum missing: Risk, Sex", 3), ("stratum missing: Sex", 1)]

    def test_an_analysis_without_strata_loses_nobody(self, read: Read, trial: Make):
        snapshot = read(self.TEXT, self.protocol(trial, ()))
        assert snapshot.disposition.exclusions == ()
        assert "no analysis is stratified by it" in snapshot.findings[0].message


def test_the_report_lists_who_has_no_stratum_once(tmp_path):
    columns = patients()
    columns["risk"][3] = None
    protocol = read_protocol(write_protocol(tmp_path))
    document = build_document(analyze(protocol, frames(columns)))
    (table,) = (each for each in blocks(document, Table) if each.id == "exclusions")
    assert [row.cells[0] for row in table.rows] == [
        f"Stratified analysis of {label}: stratum missing: Risk"
        for label in ("Survival", "Relapse", "Response", "Score")
    ]
    assert {row.cells[1:] for row in table.rows} == {("0", "1", "1", "P03")}
