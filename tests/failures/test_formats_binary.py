"""SAS transport, Dataset-JSON, Parquet and Arrow: whole files agree, broken ones are refused."""

import io
import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.io.formats.columnar import read_arrow, read_parquet
from equipoise.io.formats.dataset_json import read_dataset_json, write_dataset_json
from equipoise.io.formats.normal import normalized
from equipoise.io.formats.xpt import ibm_floats, read_xpt

FRAME = pl.DataFrame(
    {
        "USUBJID": ["01-701", "01-702", "01-703"],
        "AGE": [63.0, None, 81.5],
        "TRTSDT": [date(2014, 1, 2), None, date(1959, 12, 31)],
        "SEX": ["F", "M", None],
        "AVAL": [1e-30, -0.1, 12345678.9],
    }
)


def transport(path: Path, version: int, frame: pl.DataFrame = FRAME) -> bytes:
    formats = {name: "DATE9" for name, kind in frame.schema.items() if kind == pl.Date}
    pyreadstat.write_xport(
        frame, path, table_name="ADSL", file_format_version=version, variable_format=formats
    )
    return path.read_bytes()


def dataset_json(**changed: object) -> bytes:
    whole = json.loads(write_dataset_json(FRAME, "ADSL", {"AGE": "Age"}))
    whole |= changed
    return json.dumps({k: v for k, v in whole.items() if v is not None}).encode()


@pytest.mark.parametrize("version", [5, 8])
def test_transport_files_of_both_versions_are_read(tmp_path: Path, version: int):
    read = read_xpt(transport(tmp_path / "a.xpt", version), "a.xpt")
    assert read.frame.equals(FRAME)


@pytest.mark.parametrize("version", [5, 8])
def test_pyreadstat_reads_the_same(tmp_path: Path, version: int):
    path = tmp_path / "a.xpt"
    ours = read_xpt(transport(path, version), "a.xpt").frame
    theirs, _ = pyreadstat.read_xport(path, output_format="polars")
    assert ours.equals(normalized(theirs.cast({"TRTSDT": pl.Date})))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e70, max_value=1e70)))
@settings(deadline=None, max_examples=100)
def test_ibm_floats_invert_the_encoding(values: list[float]):
    """Encode by the definition, in exact integer arithmetic; decoding gives the number back."""
    values = [value for value in values if value == 0 or abs(value) > 1e-70]
    cells = np.array([list(ibm(value)) for value in values], dtype=np.uint8).reshape(-1, 8)
    assert ibm_floats(cells).tolist() == values


def ibm(value: float) -> bytes:
    if value == 0:
        return bytes(8)
    top, bottom = abs(value).as_integer_ratio()
    exponent = 0
    while top >= bottom:
        bottom *= 16
        exponent += 1
    while top * 16 < bottom:
        top *= 16
        exponent -= 1
    fraction = top * 2**56 // bottom
    return bytes([(exponent + 64) | (128 if value < 0 else 0)]) + fraction.to_bytes(7, "big")


def test_special_missing_values_are_missing():
    cells = np.zeros((3, 8), dtype=np.uint8)
    cells[:, 0] = [ord("."), ord("_"), ord("Z")]
    assert np.isnan(ibm_floats(cells)).all()


def test_several_members_need_a_name(tmp_path: Path):
    one = transport(tmp_path / "a.xpt", 5)
    two = one + one[240:].replace(b"ADSL    ", b"ADAE    ")
    with pytest.raises(DataError, match="2 data sets: 'ADSL', 'ADAE'"):
        read_xpt(two, "a.xpt")
    assert read_xpt(two, "a.xpt", "adae").frame.equals(FRAME)
    with pytest.raises(DataError, match="no data set 'ADTTE'"):
        read_xpt(two, "a.xpt", "ADTTE")


@pytest.mark.parametrize("version", [5, 8])
def test_truncated_transport_files_are_refused_wherever_they_are_cut(tmp_path: Path, version: int):
    wide = pl.DataFrame({f"V{n}": ["x" * 37, "y" * 37] for n in range(9)})
    content = transport(tmp_path / "a.xpt", version, wide)
    rows = content.index(b"HEADER RECORD*******OBS") + 80
    cuts = set(range(0, len(content) - 80, 40))
    if version == 5:
        cuts -= {rows}  # version 5 does not say how many rows there are: none is a whole file
    for length in sorted(cuts):
        with pytest.raises(DataError, match=r"cannot be read as a SAS transport file"):
            read_xpt(content[:length], "a.xpt")


def test_a_file_of_another_kind_is_no_transport_file():
    with pytest.raises(DataError, match="does not begin with a LIBRARY header"):
        read_xpt(b"id,time\n1,2\n", "a.xpt")


def test_a_damaged_variable_description_is_refused(tmp_path: Path):
    content = bytearray(transport(tmp_path / "a.xpt", 5))
    content[8 * 80] = 7  # the type of the first variable
    with pytest.raises(DataError, match="description of variable 'USUBJID' is damaged"):
        read_xpt(bytes(content), "a.xpt")


def test_a_date_format_over_numbers_that_are_no_dates_is_refused(tmp_path: Path):
    frame = pl.DataFrame({"DAY": [1e9]})
    pyreadstat.write_xport(frame, tmp_path / "a.xpt", variable_format={"DAY": "DATE9"})
    with pytest.raises(DataError, match="DAY has the date format DATE but holds no dates"):
        read_xpt((tmp_path / "a.xpt").read_bytes(), "a.xpt")


def test_dataset_json_gives_the_same_frame():
    assert read_dataset_json(dataset_json(), "a.json").frame.equals(FRAME)


def test_dataset_json_line_by_line():
    whole = json.loads(dataset_json())
    rows = whole.pop("rows")
    content = "\n".join(map(json.dumps, [whole, *rows])).encode()
    assert read_dataset_json(content, "a.ndjson", lines=True).frame.equals(FRAME)


COLUMN = {"itemOID": "IT", "name": "A", "label": "A"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"a": [1, NaN]}', r"NaN line 1, character 11 is not JSON"),
        (b'{"a": "NaN",\n "b": -Infinity}', r"-Infinity line 2, character 7"),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice, line 1, character 10"),
        (b"[" * 200_000 + b"]" * 200_000, "nested too deeply, line 1, character 1"),
        (b'{"a": 1', r"not JSON: .*line 1, character 8"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"[]", "not a Dataset-JSON object"),
        (b"{}", "it lacks 'datasetJSONVersion'"),
        (dataset_json(datasetJSONVersion="1.0.0"), "version '1.0.0'; versions 1.1"),
        (dataset_json(records=7), "announces 7 records but holds 3 rows"),
        (dataset_json(records=1, rows=[[1]]), "every row must have 5 values; not so row 1"),
        (dataset_json(columns=[{"name": "A"}]), "a name and a dataType"),
        (
            dataset_json(records=1, rows=[[1]], columns=[COLUMN | {"dataType": "string"}]),
            "A is string, but not so 1 in row 1",
        ),
        (
            dataset_json(records=1, rows=[[True]], columns=[COLUMN | {"dataType": "integer"}]),
            "A is integer, but not so True in row 1",
        ),
        (
            dataset_json(records=1, rows=[[1.5]], columns=[COLUMN | {"dataType": "integer"}]),
            "A is integer, but not so row 1",
        ),
        (
            dataset_json(
                records=1,
                rows=[["2024-02-UN"]],
                columns=[COLUMN | {"dataType": "date", "targetDataType": "integer"}],
            ),
            "A is a date, but not so '2024-02-UN'",
        ),
    ],
)
def test_dataset_json_that_breaks_the_standard_is_refused(content: bytes, says: str):
    with pytest.raises(DataError, match=says):
        read_dataset_json(content, "a.json")


def test_partial_dates_stay_text_where_the_standard_calls_them_text():
    content = dataset_json(records=1, rows=[["2024-02"]], columns=[COLUMN | {"dataType": "date"}])
    assert read_dataset_json(content, "a.json").frame["A"].to_list() == ["2024-02"]


def test_parquet_and_arrow_give_the_same_frame():
    parquet, arrow = io.BytesIO(), io.BytesIO()
    FRAME.write_parquet(parquet)
    FRAME.write_ipc(arrow)
    assert read_parquet(parquet.getvalue(), "a.parquet").frame.equals(FRAME)
    assert read_arrow(arrow.getvalue(), "a.arrow").frame.equals(FRAME)


def test_damaged_parquet_and_arrow_are_refused():
    parquet, arrow = io.BytesIO(), io.BytesIO()
    FRAME.write_parquet(parquet)
    FRAME.write_ipc(arrow)
    for cut in (0, 10, 200):
        with pytest.raises(DataError, match="cannot be read as Parquet"):
            read_parquet(parquet.getvalue()[:cut], "a.parquet")
        with pytest.raises(DataError, match="cannot be read as Arrow"):
            read_arrow(arrow.getvalue()[:cut], "a.arrow")
    hollow = b"PAR1" + bytes(200) + b"PAR1"
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_parquet(hollow, "a.parquet")


def test_large_whole_numbers_and_blank_text():
    frame = normalized(pl.DataFrame({"id": [2**60, 1], "n": [1, 2], "t": [" ", "x"]}))
    assert frame["id"].to_list() == [str(2**60), "1"]
    assert frame["n"].dtype == pl.Float64
    assert frame["t"].to_list() == [None, "x"]
