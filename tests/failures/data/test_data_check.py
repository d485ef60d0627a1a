"""Bad data, each case with what must be said about it (rule, rows, patients)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from equipoise.analyze.estimates import Finding
from equipoise.analyze.snapshot import Snapshot
from equipoise.errors import DataError
from equipoise.io.data.findings import DataCheckError
from equipoise.protocol.data_map import (
    AdamTimeToEvent,
    DataMap,
    EventSource,
    FirstOf,
    SingleTime,
    Subjects,
    Table,
    VariableSource,
)
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import AnalysisPlan, Protocol, Trial, Variable

Read = Callable[..., Snapshot]
Make = Callable[..., Protocol]
GOOD = "id,arm,time,died\n1,control,10,1\n2,new,20,0\n3,control,15,0\n4,new,8,1\n"


def refusal(call: Callable[[], object], rule: str) -> Finding:
    with pytest.raises(DataCheckError) as caught:
        call()
    errors = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert rule in [finding.rule for finding in errors], caught.value
    return next(finding for finding in errors if finding.rule == rule)


def remark(snapshot: Snapshot, rule: str) -> Finding:
    found = [finding for finding in snapshot.findings if finding.rule == rule]
    assert found, snapshot.findings
    return found[0]


def test_good_data_raise_no_remark(read: Read):
    snapshot = read(GOOD)
    assert snapshot.findings == ()
    assert snapshot.followups["os"].time.tolist() == [10, 20, 15, 8]
    assert snapshot.followups["os"].outcome.tolist() == [1, 0, 0, 1]
    assert snapshot.disposition.randomized == {"control": 2, "new": 2}


def test_header_only_names_the_file(read: Read):  # bad-001
    finding = refusal(lambda: read("id,arm,time,died\n"), "unreadable-subjects")
    assert "patients.csv has no rows" in finding.message


def test_one_arm_only_names_it(read: Read):  # bad-003
    finding = refusal(lambda: read("id,arm,time,died\n1,new,10,1\n"), "empty-arm")
    assert "no patient is in arm 'Control'" in finding.message
    assert "Patients are in 'New'" in finding.message


def test_a_third_arm_is_named(read: Read):  # bad-004
    finding = refusal(lambda: read(GOOD + "5,low,1,1\n"), "unknown-arm")
    assert "arm holds 'low'" in finding.message
    assert "'control', 'new'" in finding.message
    assert finding.rows == (5,)


def test_no_events_is_a_warning(read: Read):  # bad-005
    assert remark(read(GOOD.replace(",1\n", ",0\n")), "no-events").severity == "warning"


def test_time_zero_is_kept_and_said(read: Read):  # bad-009
    snapshot = read(GOOD.replace("10,1", "0,1"))
    assert remark(snapshot, "zero-time").rows == (1,)
    assert snapshot.followups["os"].time[0] == 0


def test_negative_time(read: Read):  # bad-010
    finding = refusal(lambda: read(GOOD.replace("20,0", "-3,0")), "negative-time")
    assert finding.rows == (2,)
    assert "lowest -3" in finding.message


@pytest.mark.parametrize(
    ("cell", "rule"), [("", "missing-time"), ("NA", "missing-time"), ("inf", "infinite-time")]
)
def test_missing_or_infinite_time(read: Read, cell: str, rule: str):  # bad-011
    assert refusal(lambda: read(GOOD.replace("20,0", f"{cell},0")), rule).rows == (2,)


def test_first_ten_rows_are_named_and_the_rest_counted(read: Read):
    rows = "".join(f"{n},{('control', 'new')[n % 2]},-1,0\n" for n in range(1, 31))
    with pytest.raises(DataCheckError, match="data rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more"):
        read("id,arm,time,died\n" + rows)


def test_event_coded_1_and_2_is_not_guessed(read: Read):  # bad-012
    text = GOOD.replace(",0\n", ",2\n")
    assert "write `died == 2`" in remark(read(text), "event-coded-1-2").message


def test_event_codes_outside_0_1_are_named(read: Read):
    finding = remark(read(GOOD + "5,new,3,9\n"), "event-outside-0-1")
    assert finding.rows == (5,)
    assert "'0', '1', '9'" in finding.message


def test_codes_of_kinds_are_no_event_codes(read: Read, trial: Make):
    """A condition that picks one happening of several may use any code, and is not doubted."""
    relapse = EventSource("death", "patients", time="time", when="died == 1")
    source = FirstOf("os", (relapse,), "patients", last_contact_time="time")
    snapshot = read(GOOD.replace(",0\n", ",2\n") + "5,new,9,3\n", trial(source))
    assert snapshot.findings == ()
    assert snapshot.followups["os"].outcome.tolist() == [1, 0, 0, 1, 0]


def test_happening_without_a_time_and_time_without_an_answer(read: Read, trial: Make):
    death = EventSource("death", "patients", time="dtime", when="died == 1")
    source = FirstOf("os", (death,), "patients", last_contact_time="time")
    text = "id,arm,time,died,dtime\n1,control,10,1,\n2,new,20,0,\n"
    finding = refusal(lambda: read(text, trial(source)), "unreadable-endpoint")
    assert "death happened (`died == 1`), but dtime is missing" in finding.message
    text = "id,arm,time,died,dtime\n1,control,10,1,9\n2,new,20,,8\n"
    finding = refusal(lambda: read(text, trial(source)), "unreadable-endpoint")
    assert finding.rows == (2,)


def test_event_after_last_contact_is_said(read: Read, trial: Make):
    death = EventSource("death", "patients", time="dtime")
    source = FirstOf("os", (death,), "patients", last_contact_time="time")
    snapshot = read("id,arm,time,dtime\n1,control,10,12\n2,new,20,\n", trial(source))
    assert remark(snapshot, "event-after-last-contact").subjects == ("1",)
    assert snapshot.followups["os"].time.tolist() == [12, 20]


def test_a_table_the_protocol_does_not_list(read: Read, trial: Make):
    source = SingleTime("os", "nowhere", "time", event="died == 1")
    finding = refusal(lambda: read(GOOD, trial(source)), "unreadable-endpoint")
    assert "no table 'nowhere'" in finding.message


def test_column_named_cnsr_taken_as_event(read: Read, trial: Make):  # bad-013
    protocol = trial(SingleTime("os", "patients", "time", event="CNSR == 1"))
    assert remark(read(GOOD.replace("died", "CNSR"), protocol), "censor-named-event")


def test_more_than_nine_in_ten_with_an_event(read: Read):  # bad-013
    rows = "".join(f"{n},{('control', 'new')[n % 2]},{n},1\n" for n in range(1, 20))
    finding = remark(read("id,arm,time,died\n" + rows), "mostly-events")
    assert "100% of patients" in finding.message


@pytest.mark.parametrize("words", [("Yes", "No"), ("TRUE", "FALSE")])
def test_events_in_words_need_a_mapping(read: Read, words: tuple[str, str]):  # bad-014
    text = GOOD.replace(",1\n", f",{words[0]}\n").replace(",0\n", f",{words[1]}\n")
    finding = refusal(lambda: read(text), "unreadable-endpoint")
    assert f"'{words[0]}', '{words[1]}'" in finding.message
    assert f'died == "{words[0]}"' in finding.message


def test_blank_event_is_refused_not_censored(read: Read):  # bad-014
    finding = refusal(lambda: read(GOOD.replace("20,0", "20,")), "unreadable-endpoint")
    assert "is unknown because of missing cells" in finding.message
    assert finding.rows == (2,)


def test_an_event_value_that_never_occurs_is_said(read: Read, trial: Make):
    protocol = trial(SingleTime("os", "patients", "time", event='died == "yes"'))
    text = GOOD.replace(",1\n", ",Yes\n").replace(",0\n", ",No\n")
    assert "it holds 'Yes', 'No'" in remark(read(text, protocol), "event-value-absent").message


class TestCountingProcess:
    """(entry, time] rows: each inside the other's gaps, and one event at the very end."""

    @pytest.fixture
    def protocol(self, trial: Make) -> Protocol:
        source = SingleTime("os", "spells", "stop", event="died == 1", entry="start")
        return trial(source, tables={"patients": "patients.csv", "spells": "spells.csv"})

    def rows(self, *spells: str) -> str:
        return "id,start,stop,died\n" + "".join(f"{spell}\n" for spell in spells)

    def test_good(self, read: Read, protocol: Protocol):
        spells = self.rows("2,5,9,1", "1,0,4,0", "1,4,7,1", "2,0,5,0")
        followup = read(GOOD, protocol, spells=spells).followups["os"]
        assert followup.subject.tolist() == [0, 0, 1, 1]
        assert followup.entry is not None
        assert followup.entry.tolist() == [0, 4, 0, 5]
        assert followup.outcome.tolist() == [0, 1, 0, 1]

    @pytest.mark.parametrize(  # bad-015, bad-016, bad-018, bad-019
        ("spells", "rule", "rows", "patients"),
        [
            (("1,4,4,0",), "empty-interval", (1,), ("1",)),
            (("1,5,4,0",), "empty-interval", (1,), ("1",)),
            (("1,0,5,0", "1,4,7,1"), "overlapping-rows", (2,), ("1",)),
            (("1,0,5,1", "1,5,7,1"), "two-terminal-events", (1, 2), ("1",)),
            (("1,0,5,1", "1,5,7,0"), "event-before-last-row", (2,), ("1",)),
            (("1,,5,1",), "missing-entry", (1,), ("1",)),
        ],
    )
    def test_refused(
        self,
        read: Read,
        protocol: Protocol,
        spells: tuple[str, ...],
        rule: str,
        rows: tuple[int, ...],
        patients: tuple[str, ...],
    ):
        finding = refusal(lambda: read(GOOD, protocol, spells=self.rows(*spells)), rule)
        assert finding.rows == rows
        assert finding.subjects == patients

    def test_gap_is_allowed_and_said(self, read: Read, protocol: Protocol):  # bad-017
        snapshot = read(GOOD, protocol, spells=self.rows("1,0,5,0", "1,6,7,1"))
        assert remark(snapshot, "gap-in-rows").subjects == ("1",)
        assert remark(snapshot, "no-data").subjects == ("2", "3", "4")

    def test_several_rows_without_entry_are_refused(self, read: Read, trial: Make):
        protocol = trial(
            SingleTime("os", "spells", "stop", event="died == 1"),
            tables={"patients": "patients.csv", "spells": "spells.csv"},
        )
        spells = self.rows("1,0,5,0", "1,5,7,1")
        finding = refusal(lambda: read(GOOD, protocol, spells=spells), "duplicate-subject")
        assert finding.rows == (1, 2)


def test_duplicate_subject(read: Read):  # bad-019
    finding = refusal(lambda: read(GOOD + "1,control,3,0\n"), "duplicate-subject")
    assert finding.rows == (1, 5)
    assert finding.subjects == ("1",)


def test_patient_in_two_arms(read: Read):
    finding = refusal(lambda: read(GOOD + "1,new,3,0\n"), "two-arms")
    assert finding.subjects == ("1",)


def test_missing_identifier_and_missing_arm(read: Read):
    assert refusal(lambda: read(GOOD + ",new,3,0\n"), "unreadable-subjects").rows == (5,)
    assert refusal(lambda: read(GOOD + "5,,3,0\n"), "missing-arm").rows == (5,)


def test_records_of_nobody(read: Read, trial: Make):
    protocol = trial(
        SingleTime("os", "deaths", "time", event="died == 1"),
        tables={"patients": "patients.csv", "deaths": "deaths.csv"},
    )
    deaths = "id,time,died\n1,1,1\n9,1,1\n2,1,0\n"
    finding = refusal(lambda: read(GOOD, protocol, deaths=deaths), "orphan-record")
    assert finding.rows == (2,)
    assert finding.subjects == ("9",)


def test_patients_left_out_by_the_protocol_are_no_orphans(read: Read, trial: Make):
    protocol = trial(SingleTime("os", "deaths", "time", event="died == 1"))
    tables = (Table("patients", "patients.csv", where="id != 3"), Table("deaths", "patients.csv"))
    protocol = replace(protocol, data=replace(protocol.data, tables=tables))
    snapshot = read(GOOD, protocol)
    assert remark(snapshot, "not-analyzed").rows == (3,)
    assert snapshot.subjects.id == ("1", "2", "4")


def test_arms_may_be_called_na_and_none(read: Read, trial: Make):  # bad-054
    subjects = Subjects("patients", "id", "arm", (("NA", "control"), ("None", "new")))
    text = "id,arm,time,died\n001,NA,10,1\n1E5,None,20,0\nNA,NA,5,0\nNone,None,6,1\n"
    snapshot = read(text, trial(subjects=subjects))
    assert snapshot.subjects.id == ("001", "1E5", "NA", "None")
    assert snapshot.subjects.assigned.tolist() == [0, 1, 0, 1]


def test_semicolons_and_decimal_commas(read: Read):  # bad-053
    text = GOOD.replace(",", ";").replace(";10;", ";10,5;")
    snapshot = read(b"\xef\xbb\xbf" + text.encode())
    assert snapshot.followups["os"].time[0] == 10.5
    said = [finding.message for finding in snapshot.findings if finding.rule == "file-format"]
    assert len(said) == 3


def test_markup_in_labels_is_text(read: Read, trial: Make):  # bad-059
    subjects = Subjects("patients", "id", "arm", (("<script>", "control"), ("\u202e=1+1", "new")))
    text = "id,arm,time,died\n<b>,<script>,10,1\n@2,\u202e=1+1,20,0\n"
    assert read(text, trial(subjects=subjects)).subjects.id == ("<b>", "@2")


class TestDates:
    """Times from calendar dates are whole days since randomization; nothing is completed."""

    @pytest.fixture
    def protocol(self, trial: Make) -> Protocol:
        subjects = Subjects("patients", "id", "arm", randomized="rand")
        plan = AnalysisPlan(data_cut="2024-03-01")
        return trial(subjects=subjects, analysis=plan)

    def text(self, second: str = "2024-01-02", time: str = "20") -> str:
        return (
            "id,arm,rand,time,died\n1,control,2024-01-01,10,1\n"
            f"2,new,{second},{time},0\n3,new,2024-01-05T08:30,9,1\n"
        )

    def test_good(self, read: Read, protocol: Protocol):
        assert read(self.text(), protocol).findings == ()

    @pytest.mark.parametrize(  # bad-058
        "cell",
        ["2024-02", "2024-02-UN", "2024-02-30", "2024-01-02T10:00Z", "2024-01-02+01:00", "1/2/24"],
    )
    def test_partial_and_zoned_dates_are_refused(self, read: Read, protocol: Protocol, cell: str):
        finding = refusal(lambda: read(self.text(cell), protocol), "unreadable-subjects")
        assert repr(cell) in finding.message
        assert finding.rows == (2,)

    def test_missing_date(self, read: Read, protocol: Protocol):
        assert refusal(lambda: read(self.text(""), protocol), "missing-date").rows == (2,)

    def test_after_the_cut(self, read: Read, protocol: Protocol):
        finding = refusal(lambda: read(self.text(time="61"), protocol), "after-data-cut")
        assert finding.rows == (2,)
        assert read(self.text(time="60"), protocol)
        assert refusal(lambda: read(self.text("2024-03-02"), protocol), "after-data-cut")


@pytest.mark.parametrize(
    ("unit", "times"),
    [("month", (300, 900)), ("year", (30, 400)), ("week", (2000, 3100)), ("day", (3.25, 17.5))],
)
def test_units_that_look_wrong(read: Read, trial: Make, unit: str, times: tuple[float, float]):
    protocol = trial(trial=Trial("T", "T", time_unit=unit))  # type: ignore[arg-type]
    text = f"id,arm,time,died\n1,control,{times[0]},1\n2,new,{times[1]},0\n"
    assert f"taken as {unit}s" in remark(read(text, protocol), "unit-looks-wrong").message


def test_few_distinct_times(read: Read):
    rows = "".join(f"{n},{('control', 'new')[n % 2]},5,{n % 2}\n" for n in range(1, 20))
    assert remark(read("id,arm,time,died\n" + rows), "few-distinct-times")


class TestVariables:
    """Missing, unknown and contradictory levels are told by patient."""

    def protocol(self, trial: Make, source: VariableSource, **parts: object) -> Protocol:
        variable = Variable("risk", "Risk", "categorical", ("low", "high"))
        base = trial(variables=(variable,), **parts)
        return replace(base, data=replace(base.data, variables=(source,)))

    def text(self, *cells: str) -> str:
        lines = zip(GOOD.splitlines(), ("risk", *cells), strict=True)
        return "".join(f"{line},{cell}\n" for line, cell in lines)

    def test_missing_stratum_and_one_arm_stratum(self, read: Read, trial: Make):  # bad-024, bad-025
        protocol = self.protocol(trial, VariableSource("risk", column="risk"), strata=("risk",))
        snapshot = read(self.text("low", "low", "", "high"), protocol)
        assert remark(snapshot, "missing-stratum").subjects == ("3",)
        finding = remark(snapshot, "one-arm-stratum")
        assert "1 of 2 strata have patients of one arm only (1 patients): 'high'" in finding.message

    def test_unknown_level(self, read: Read, trial: Make):
        protocol = self.protocol(trial, VariableSource("risk", column="risk"))
        text = self.text("low", "medium", "low", "high")
        finding = refusal(lambda: read(text, protocol), "unreadable-variable")
        assert "risk holds 'medium'" in finding.message
        assert finding.rows == (2,)

    def test_recorded_values_match_as_text_then_as_number(self, read: Read, trial: Make):
        source = VariableSource("risk", column="risk", values=(("0", "low"), ("1", "high")))
        snapshot = read(self.text("0.0", "1", "0", "1.0"), self.protocol(trial, source))
        assert snapshot.subjects.variables["risk"].codes.tolist() == [0, 1, 0, 1]  # type: ignore[union-attr]

    def test_conditions_must_exclude_each_other(self, read: Read, trial: Make):
        source = VariableSource("risk", when=(("low", "risk < 5"), ("high", "risk > 3")))
        text = self.text("1", "4", "9", "9")
        finding = refusal(lambda: read(text, self.protocol(trial, source)), "unreadable-variable")
        assert finding.rows == (2,)

    def test_conditions_should_cover_everyone(self, read: Read, trial: Make):
        source = VariableSource("risk", when=(("low", "risk < 3"), ("high", "risk > 3")))
        snapshot = read(self.text("1", "3", "", "9"), self.protocol(trial, source))
        assert remark(snapshot, "no-level").rows == (2,)
        assert snapshot.subjects.variables["risk"].codes.tolist() == [0, -1, -1, 1]  # type: ignore[union-attr]

    def test_words_in_a_continuous_variable(self, read: Read, trial: Make):
        protocol = trial(variables=(Variable("risk", "Risk", "continuous"),))
        text = self.text("1", "high", ".", "NA")
        finding = refusal(lambda: read(text, protocol), "unreadable-variable")
        assert finding.rows == (2,)
        snapshot = read(self.text("1", "2.5", ".", "NA"), protocol)
        assert str(snapshot.subjects.variables["risk"].tolist()) == "[1.0, 2.5, nan, nan]"  # type: ignore[union-attr]


class TestAdamTimeToEvent:
    """ADTTE: CNSR 0 is the event, and nothing else is guessed."""

    HEADER = "id,PARAMCD,PARAM,AVAL,CNSR,EVNTDESC,STARTDT,ADT\n"
    ROWS = (
        "1,OS,Overall survival (days),10,0,DEATH,2024-01-01,2024-01-10\n",
        "2,OS,Overall survival (days),20,1,ALIVE,2024-01-01,2024-01-20\n",
        "3,OS,Overall survival (days),15,2,LOST,2024-01-01,2024-01-15\n",
        "4,OS,Overall survival (days),8,0,DEATH,2024-01-01,2024-01-08\n",
        "1,PFS,Progression-free survival (days),5,0,PD,2024-01-01,2024-01-05\n",
    )

    def protocol(self, trial: Make, source: AdamTimeToEvent | None = None) -> Protocol:
        default = AdamTimeToEvent("os", "adtte", "OS", description="EVNTDESC")
        endpoint = TimeToEvent("os", "Overall survival", ("death",), competing=("lost",))
        tables = {"patients": "patients.csv", "adtte": "adtte.csv"}
        return trial(source or default, endpoint=endpoint, tables=tables)

    def adtte(self, *changes: tuple[str, str]) -> str:
        text = self.HEADER + "".join(self.ROWS)
        for old, new in changes:
            text = text.replace(old, new)
        return text

    def test_good(self, read: Read, trial: Make):
        snapshot = read(GOOD, self.protocol(trial), adtte=self.adtte())
        followup = snapshot.followups["os"]
        assert snapshot.findings == ()
        assert followup.outcome.tolist() == [1, 0, 0, 1]
        assert followup.happening is not None
        assert followup.happening.levels == ("DEATH", "ALIVE", "LOST")

    @pytest.mark.parametrize("value", ["2", "LOST"])
    def test_competing_events_by_code_or_description(self, read: Read, trial: Make, value: str):
        source = AdamTimeToEvent(
            "os", "adtte", "OS", description="EVNTDESC", competing=((value, "lost"),)
        )
        snapshot = read(GOOD, self.protocol(trial, source), adtte=self.adtte())
        assert snapshot.followups["os"].outcome.tolist() == [1, 0, 2, 1]

    def test_units_are_converted(self, read: Read, trial: Make):
        source = AdamTimeToEvent("os", "adtte", "OS", time_unit="week")
        adtte = self.adtte((",10,0,", ",1.43,0,"))
        snapshot = read(GOOD, self.protocol(trial, source), adtte=adtte)
        assert snapshot.followups["os"].time[0] == pytest.approx(10.01)
        assert remark(snapshot, "unit-disagrees")
        assert remark(snapshot, "time-disagrees-with-dates").rows == (2, 3, 4)

    def test_unknown_parameter(self, read: Read, trial: Make):
        source = AdamTimeToEvent("os", "adtte", "DFS")
        call = lambda: read(GOOD, self.protocol(trial, source), adtte=self.adtte())  # noqa: E731 - called later
        assert "It holds 'OS', 'PFS'" in refusal(call, "unreadable-endpoint").message

    def test_two_rows_a_patient(self, read: Read, trial: Make):
        adtte = self.adtte(("1,PFS", "1,OS"))
        finding = refusal(
            lambda: read(GOOD, self.protocol(trial), adtte=adtte), "duplicate-subject"
        )
        assert finding.rows == (1, 5)

    @pytest.mark.parametrize("code", ["", "Y", "-1", "0.5"])
    def test_censoring_codes_must_be_whole(self, read: Read, trial: Make, code: str):
        adtte = self.adtte((",15,2,", f",15,{code},"))
        call = lambda: read(GOOD, self.protocol(trial), adtte=adtte)  # noqa: E731 - called later
        assert refusal(call, "unreadable-endpoint").rows == (3,)

    def test_dates_after_the_cut(self, read: Read, trial: Make):
        protocol = replace(self.protocol(trial), analysis=AnalysisPlan(data_cut="2024-01-18"))
        finding = refusal(lambda: read(GOOD, protocol, adtte=self.adtte()), "after-data-cut")
        assert finding.rows == (2,)


def test_all_problems_are_told_at_once(read: Read, trial: Make):
    protocol = trial(variables=(Variable("age", "Age", "continuous"),))
    with pytest.raises(DataCheckError, match=r"found 2 errors") as caught:
        read(GOOD.replace("20,0", "-3,0"), protocol)
    assert "no column 'age'" in str(caught.value)
    assert "negative" in str(caught.value)


def test_a_missing_column_names_the_nearest(read: Read, trial: Make):
    protocol = trial(SingleTime("os", "patients", "Time", event="died == 1"))
    finding = refusal(lambda: read(GOOD, protocol), "missing-column")
    assert "Did you mean 'time'?" in finding.message
    assert finding.message.endswith("data.endpoints.os.time names it.")


def test_no_data_section_is_refused(trial: Make, read: Read):
    with pytest.raises(DataError, match="add `data` to it"):
        read(GOOD, trial(data=DataMap()))
