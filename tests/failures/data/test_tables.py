"""Finding files: by exact name, by stem, by case; never outside the folder."""

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from equipoise.analyze.snapshot import Snapshot
from equipoise.errors import DataError
from equipoise.io.data.findings import DataCheckError, FindingLog
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.data.tables import find_file
from equipoise.protocol.data_map import DataMap, Subjects, Table
from equipoise.protocol.trial import Protocol

GOOD = "id,arm,time,died\n1,control,10,1\n2,new,20,0\n"
Read = Callable[..., Snapshot]
Make = Callable[..., Protocol]


def found(folder: Path, name: str) -> tuple[str, FindingLog]:
    log = FindingLog()
    return find_file(folder, name, log).name, log


def test_by_exact_name_and_by_stem(tmp_path: Path):
    (tmp_path / "adsl.csv").write_text(GOOD)
    (tmp_path / "adsl.pdf").write_text("not data")
    assert found(tmp_path, "adsl.csv")[0] == "adsl.csv"
    name, log = found(tmp_path, "adsl")
    assert (name, log.findings) == ("adsl.csv", [])


def test_by_case_with_a_note(tmp_path: Path):
    (tmp_path / "ADSL.CSV").write_text(GOOD)
    name, log = found(tmp_path, "adsl.csv")
    assert name == "ADSL.CSV"
    assert [finding.rule for finding in log.findings] == ["file-name"]


def test_two_files_of_one_stem_are_ambiguous(tmp_path: Path):
    for ending in ("csv", "parquet"):
        (tmp_path / f"adsl.{ending}").write_text(GOOD)
    with pytest.raises(DataError, match=r"could be 'adsl.csv', 'adsl.parquet'"):
        found(tmp_path, "adsl")


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a/../../secret.csv", "link.csv"])
def test_nothing_outside_the_folder(tmp_path: Path, name: str):
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text(GOOD)
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(DataError, match="outside the data folder"):
        found(folder, name)


def test_absent_file_names_the_nearest_and_the_rest(tmp_path: Path):
    (tmp_path / "patients.csv").write_text(GOOD)
    with pytest.raises(DataError, match=r"Did you mean 'patients.csv'\? It holds 'patients.csv'"):
        found(tmp_path, "patient.csv")
    with pytest.raises(DataError, match="does not exist"):
        found(tmp_path / "nowhere", "patients.csv")


def test_unknown_format(tmp_path: Path):
    (tmp_path / "patients.docx").write_bytes(b"PK")
    with pytest.raises(DataError, match="no known format"):
        found(tmp_path, "patients.docx")


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("xlsx", "Excel workbooks are not read: save the sheet as CSV"),
        ("XLS", "Excel workbooks are not read"),
        ("sas7bdat", "SAS data sets are not read: export them as XPT"),
        ("sav", "SPSS files are not read"),
        ("rds", "R objects are not read: use `write.csv"),
        ("dta", "Stata files are not read"),
    ],
)
@pytest.mark.parametrize("named", ["patients.{}", "patients", "patients.csv"])
def test_files_of_other_programs(tmp_path: Path, named: str, ending: str, words: str):
    (tmp_path / f"patients.{ending}").write_bytes(b"anything")
    with pytest.raises(DataError, match=words):
        found(tmp_path, named.format(ending))


def zipped(*names: str) -> bytes:
    with zipfile.ZipFile(archive := io.BytesIO(), "w") as file:
        for name in names:
            file.writestr(name, "")
    return archive.getvalue()


PARQUET = io.BytesIO()
pl.DataFrame({"id": ["1"]}).write_parquet(PARQUET)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel workbooks"),
        (zipped("mimetype", "content.xml"), "OpenDocument sheets"),
        (zipped("patients.csv"), "compressed files are not read: unpack"),
        (b"PK\x03\x04 broken", "compressed files"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), "Excel workbooks"),
        (bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011") + b"x", "SAS data"),
        (b"$FL2@(#) SPSS DATA FILE", "SPSS files"),
        (gzip.compress(b"X\n\x00\x00\x00\x03", mtime=0), "R objects"),
        (gzip.compress(GOOD.encode(), mtime=0), "compressed files"),
        (b"\x1f\x8b broken", "compressed files"),
        (PARQUET.getvalue(), "this is a Parquet file: let its name end in .parquet"),
    ],
)
def test_files_of_other_programs_under_our_name(tmp_path: Path, trial: Make, content, words):
    (tmp_path / "patients.csv").write_bytes(content)
    with pytest.raises(DataCheckError, match=r"patients\.csv cannot be read as it is: " + words):
        read_snapshot(trial(), tmp_path)


def test_only_a_near_name_is_suggested(tmp_path: Path):
    (tmp_path / "visits.csv").write_text(GOOD)
    with pytest.raises(DataError) as refused:
        found(tmp_path, "adsl.csv")
    assert "Did you mean" not in str(refused.value)
    assert "It holds 'visits.csv'" in str(refused.value)


def test_a_folder_inside_the_data_folder(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "adsl.csv").write_text(GOOD)
    assert found(tmp_path, "raw/adsl.csv")[0] == "adsl.csv"


def test_sources_hold_the_hash_of_every_file_once(tmp_path: Path, read: Read):
    snapshot = read(GOOD)
    content = (tmp_path / "patients.csv").read_bytes()
    (source,) = snapshot.sources
    assert source.name == "patients.csv"
    assert source.sha256 == hashlib.sha256(content).hexdigest()
    assert (source.bytes, source.rows, source.columns) == (len(content), 2, 4)


def test_unreadable_files_are_told_together(tmp_path: Path, trial: Make):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    tables = (Table("a", "a.parquet"), Table("b", "b.csv"))
    protocol = trial(data=DataMap(tables=tables, subjects=Subjects("a", "id", "arm")))
    with pytest.raises(DataCheckError) as caught:
        read_snapshot(protocol, tmp_path)
    assert [finding.table for finding in caught.value.findings] == ["a", "b"]


def test_a_condition_that_selects_nothing_is_said(tmp_path: Path, trial: Make):
    (tmp_path / "patients.csv").write_text(GOOD)
    tables = (Table("patients", "patients.csv", where="time > 99"),)
    protocol = trial(data=DataMap(tables=tables, subjects=Subjects("patients", "id", "arm")))
    with pytest.raises(DataCheckError) as caught:
        read_snapshot(protocol, tmp_path)
    assert {finding.rule for finding in caught.value.findings} >= {"no-row-selected"}


def test_an_unknown_condition_leaves_the_row_out_and_says_so(read: Read, trial: Make):
    tables = (Table("patients", "patients.csv", where="age > 1"),)
    data = DataMap(tables=tables, subjects=Subjects("patients", "id", "arm"))
    text = "id,arm,age\n1,control,5\n2,new,\n3,new,7\n"
    snapshot = read(text, trial(data=data))
    assert snapshot.subjects.id == ("1", "3")
    assert [finding.rows for finding in snapshot.findings] == [(2,)]


def test_writing_over_the_input_is_never_needed(tmp_path: Path, read: Read):
    before = read(GOOD)
    assert (tmp_path / "patients.csv").read_text() == GOOD
    assert isinstance(pl.read_csv(tmp_path / "patients.csv"), pl.DataFrame)
    assert before.sources == read(GOOD).sources
