"""Data frames that once stopped a run: without pyarrow, with odd columns, with times of day."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.io.data.findings import DataCheckError
from equipoise.io.data.frames import read_frame
from equipoise.io.data.snapshot import read_snapshot
from equipoise.protocol.data_map import EventSource, FirstOf, Subjects
from equipoise.protocol.trial import Protocol

Make = Callable[..., Protocol]
PATIENTS = {
    "id": ["001", "002", "003"],
    "arm": ["control", "new", "control"],
    "time": [1.0, 2.0, 3.0],
    "died": [1, 0, 1],
}
EVERY_KIND = {
    "text": ["001", None],
    "category": pd.Categorical(["x", None]),
    "whole": [1, 2],
    "whole or missing": pd.array([2, None], dtype="Int64"),
    "large": pd.array([2**62 + 1, None], dtype="Int64"),
    "truth": pd.array([True, None], dtype="boolean"),
    "number": [1.5, np.nan],
    "day": pd.to_datetime(["2024-02-29", None]),
    "date": [dt.date(2024, 2, 29), None],
    "moment": pd.to_datetime(["2024-02-29 10:30", None]),
    "nothing": [None, None],
}
WITHOUT_PYARROW = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "pyarrow":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import pandas as pd
from equipoise.verbs import analyze

result = analyze("examples/myeloid/protocol.yaml", {
    "myeloid.csv": pd.read_csv("examples/myeloid/data/myeloid.csv", dtype={"id": str}),
})
assert "pyarrow" not in sys.modules
print(len(result.endpoints), result.snapshot.subjects.id[0])
"""


def test_pandas_needs_no_pyarrow():
    command = [sys.executable, "-c", WITHOUT_PYARROW]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["5", "1"]


def test_every_kind_of_pandas_column():
    read = read_frame(pd.DataFrame(EVERY_KIND), "patients").frame
    assert read.row(0, named=True) == {
        "text": "001",
        "category": "x",
        "whole": 1.0,
        "whole or missing": 2.0,
        "large": str(2**62 + 1),
        "truth": True,
        "number": 1.5,
        "day": dt.date(2024, 2, 29),
        "date": dt.date(2024, 2, 29),
        "moment": "2024-02-29 10:30:00",
        "nothing": None,
    }
    assert set(read.row(1)) == {None, 2.0}


ODD = {
    "mixed": [1, "1E5", 2.5],
    "lists": [[1], [2, 3], []],
    "periods": pd.period_range("2024-01", periods=3, freq="M"),
    "records": [{"a": 1}, {"a": 2}, None],
    "lengths": pd.to_timedelta([1, 2, 3], unit="D"),
    "complex": [1j, 2j, 3j],
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_column_that_nobody_uses_stops_nothing(trial: Make, kind: str):
    snapshot = read_snapshot(trial(), {"patients": pd.DataFrame(PATIENTS | {"odd": ODD[kind]})})
    assert snapshot.subjects.id == ("001", "002", "003")
    plain = read_snapshot(trial(), {"patients": pd.DataFrame(PATIENTS)})
    assert snapshot.sources[0].sha256 != plain.sources[0].sha256


def test_an_odd_column_is_remarked(trial: Make):
    snapshot = read_snapshot(trial(), {"patients": pd.DataFrame(PATIENTS | {"odd": ODD["mixed"]})})
    told = [finding.message for finding in snapshot.findings]
    assert any("'odd'" in message and "float and int and str" in message for message in told)


@pytest.mark.parametrize("kind", ["mixed", "lists", "periods", "lengths"])
def test_an_odd_column_that_is_used_is_refused_by_name(trial: Make, kind: str):
    frame = pd.DataFrame(PATIENTS | {"time": ODD[kind]})
    with pytest.raises(DataCheckError, match="time holds") as refused:
        read_snapshot(trial(), {"patients": frame})
    assert "Convert the column" in str(refused.value)


def test_columns_of_polars_that_have_no_kind(trial: Make):
    frame = pl.DataFrame(PATIENTS | {"odd": [[1], [2], []], "bytes": [b"a", b"b", None]})
    assert read_snapshot(trial(), {"patients": frame}).subjects.id == ("001", "002", "003")


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_time_of_day_is_text_as_in_a_csv_file(library: str):
    moments = [dt.datetime(2024, 1, 1, 10, 30), dt.datetime(2024, 1, 2)]  # noqa: DTZ001 - no zone
    make = pd.DataFrame if library == "pandas" else pl.DataFrame
    read = read_frame(make({"on": moments}), "patients").frame
    assert read["on"].to_list() == ["2024-01-01 10:30:00", "2024-01-02 00:00:00"]


def test_a_time_of_day_is_no_date(trial: Make):
    source = FirstOf(
        "os",
        (EventSource("death", "patients", date="died_on"),),
        last_contact_table="patients",
        last_contact_date="seen_on",
    )
    frame = pd.DataFrame(
        {
            "id": ["1", "2"],
            "arm": ["control", "new"],
            "start": pd.to_datetime(["2024-01-01", "2024-01-01"]),
            "died_on": pd.to_datetime(["2024-02-01 10:30", None]),
            "seen_on": pd.to_datetime(["2024-02-01", "2024-03-01"]),
        }
    )
    protocol = trial(source, subjects=Subjects("patients", "id", "arm", randomized="start"))
    with pytest.raises(DataCheckError, match=r"died_on.*2024-02-01 10:30:00.*\[data row 1"):
        read_snapshot(protocol, {"patients": frame})
    frame["died_on"] = frame["died_on"].dt.normalize()
    assert read_snapshot(protocol, {"patients": frame}).followups["os"].time.tolist() == [31, 60]


def test_two_columns_of_one_name():
    with pytest.raises(DataError, match="column"):
        read_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]), "patients")
