"""Bad inputs as a user meets them: what `equipoise analyze` says at the terminal.

Every message states the fact, the place and what to do; a doubt that does not stop the
analysis is told before the numbers, not in a report that nobody asked for.
"""

import sys

import polars as pl
import pytest

from degenerate_trial import adverse_events, patients, write_protocol
from equipoise.cli import main

LATE = ("event: died == 1}", "event: died == 1, entry: start}")
VISITS = [
    ("os: {time: days", "os: {table: visits, entry: start, time: days"),
    ("events: events.csv}", "events: events.csv, visits: visits.csv}"),
]


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Run the command line; give its exit code and, on one line each, what it printed."""

    def run(columns, *changes, visits=None):
        write_protocol(tmp_path, *changes)
        tables = {"patients": patients() | columns, "events": adverse_events(), "visits": visits}
        for name, table in tables.items():
            if table is not None:
                pl.DataFrame(table, strict=False).write_csv(tmp_path / f"{name}.csv")
        words = ["analyze", str(tmp_path / "protocol.yaml"), "--data", str(tmp_path)]
        monkeypatch.setattr(sys, "argv", ["equipoise", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return stopped.value.code, said.err if stopped.value.code else said.err + said.out

    return run


def changed(column, row, value):
    """One cell otherwise; rows count from 1."""
    cells = list(patients()[column])
    cells[row - 1] = value
    return {column: cells}


def visits(starts, first_events=0):
    """Two rows a patient; the second begins at `starts`, 10 unless named."""
    rows = {"id": [], "start": [], "days": [], "died": []}
    for who in patients()["id"]:
        late = starts.get(who, 10)
        for row in ((who, 0, 10, first_events * (who == "P03")), (who, late, 20, 1)):
            for name, value in zip(rows, row, strict=True):
                rows[name].append(value)
    return rows


REFUSED = [
    ("bad-003", {"arm": ["new"] * 24}, (), "no patient is in arm 'Standard'. Patients are in"),
    ("bad-004", changed("arm", 3, "third"), (), "Known are 'standard', 'new'. Say in data.subj"),
    ("bad-010", changed("days", 4, -4), (), "negative (lowest -4). Times count from randomization"),
    (
        "bad-011",
        changed("days", 4, float("inf")),
        (),
        "is infinite. Correct it. [data row 4 (line 5 of the file); patient P03]",
    ),
    ("bad-014", changed("died", 4, "Yes"), (), "died is used as a number but holds 'Yes'. Comp"),
    ("bad-015", {"start": changed("days", 2, 0)["days"]}, (LATE,), "entry is not before the time"),
    ("bad-019", changed("id", 4, "P02"), (), "1 patient is in two arms (id). This table must"),
    ("bad-025", changed("risk", 5, "medium"), (), "risk holds 'medium', which is no level of"),
    ("bad-046", changed("answer", 4, "maybe"), (), "answer is used as a number but holds 'maybe'"),
    ("bad-053", changed("days", 4, "1,5"), (), "days is used as a number but holds '1,5'"),
]


@pytest.mark.parametrize(
    ("columns", "changes", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_refused(told, columns, changes, words):
    code, said = told(columns, *changes)
    assert code == 1
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("starts", "events", "words"),
    [
        ({"P03": 5}, 0, "rows of one patient overlap. End each where the next begins."),
        ({}, 1, "more than one event, which can happen only once. Keep the first"),
    ],
    ids=["bad-016", "bad-018"],
)
def test_rows_of_one_patient_that_cannot_be(told, starts, events, words):
    code, said = told({}, *VISITS, visits=visits(starts, events))
    assert code == 1
    assert words in said
    assert "patient P03]" in said


def codes_1_and_2():
    return {"died": [died + 1 for died in patients()["died"]]}


WARNED = [
    ("bad-005", {"died": [0] * 24}, (), "Survival: there is no event."),
    ("bad-012", codes_1_and_2(), (), "died holds 1 and 2. In that coding 2 is usually the event"),
    (
        "bad-013",
        {"CNSR": [1 - died for died in patients()["died"]]},
        (("event: died == 1", "event: CNSR == 1"),),
        "a column of this name usually has 1 for censored and 0 for an event",
    ),
    ("bad-024", {"risk": ["high"] + ["low"] * 23}, (), "one arm"),
    ("bad-025", changed("risk", 5, None), (), "P04"),
    (
        "bad-046",
        changed("answer", 4, 9),
        (),
        "answer holds '9' beside 0 and 1; by `answer == 1` these answer no. If they mean missing",
    ),
]


@pytest.mark.parametrize(
    ("columns", "changes", "words"), [row[1:] for row in WARNED], ids=[row[0] for row in WARNED]
)
def test_told_before_the_numbers(told, columns, changes, words):
    code, said = told(columns, *changes)
    assert code == 0
    warned, _, after = said.partition("patients randomized")
    assert "Warning: " in warned
    assert words in warned
    assert "listed in the report" not in said
    assert after


def test_a_gap_is_told(told):  # bad-017
    code, said = told({}, *VISITS, visits=visits({"P03": 12}))
    assert code == 0
    assert "there is a gap between rows; nobody is at risk in it. " in said


def test_what_does_not_exist_is_told_with_its_reason(told):  # bad-005, bad-006, bad-026
    _, said = told({"died": [0] * 24})
    assert "hazard ratio not estimable (no events)" in said
    assert "P not estimable (no events); null hypothesis not decided" in said
    died = [int(arm == "new") for arm in patients()["arm"]]
    _, said = told({"died": died}, ("landmarks: [40]", "restricted_mean_until: 4000"))
    assert "hazard ratio not estimable (the likelihood has no finite maximum)" in said
    assert "Restricted means to 4000 days do not exist: the arms allow times up to 7" in said
