"""The examples' data become the same snapshot from every format and every data frame."""

import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.csv
import pytest

from equipoise.analyze.snapshot import Snapshot
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol

EXAMPLES = Path(__file__).parents[2] / "examples"


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def content(snapshot: Snapshot) -> list[Any]:
    parts = ("subjects", "followups", "answers", "measurements", "adverse_events", "disposition")
    return [getattr(snapshot, part) for part in parts]


def snapshot_of(example: str, data: Any = None) -> Snapshot:
    protocol = read_protocol(EXAMPLES / example / "protocol.yaml")
    return read_snapshot(protocol, EXAMPLES / example / "data" if data is None else data)


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pilot")
    script = EXAMPLES / "cdisc-pilot" / "make_data.py"
    subprocess.run([sys.executable, script, folder], check=True)  # noqa: S603 - our own script
    return folder


def test_colon_counts_are_the_published_ones():
    """Moertel 1995 and R: 929 patients; 468 recurrences, 452 deaths, 38 without recurrence."""
    snapshot = snapshot_of("colon")
    assert snapshot.disposition.randomized == {
        "observation": 315,
        "levamisole": 310,
        "levamisole-fluorouracil": 304,
    }
    assert np.bincount(snapshot.followups["dfs"].outcome).tolist() == [423, 506]
    assert np.bincount(snapshot.followups["os"].outcome).tolist() == [477, 452]
    assert np.bincount(snapshot.followups["recurrence"].outcome).tolist() == [423, 468, 38]


def test_colon_survival_agrees_with_a_loop_over_its_lines():
    frame = pd.read_csv(EXAMPLES / "colon" / "data" / "colon.csv", dtype=str)
    expected = []
    for _, rows in frame.groupby("id", sort=False):
        by_type = {
            row["etype"]: (float(row["time"]), int(row["status"])) for _, row in rows.iterrows()
        }
        happened = [time for time, status in by_type.values() if status]
        expected.append((min(happened), 1) if happened else (by_type["2"][0], 0))
    followup = snapshot_of("colon").followups["dfs"]
    found = list(zip(followup.time.tolist(), followup.outcome.tolist(), strict=True))
    assert sorted(found) == sorted(expected)


def test_myeloid_first_events():
    snapshot = snapshot_of("myeloid")
    assert snapshot.subjects.size == 646
    transplant = snapshot.followups["transplant"]
    assert transplant.happening is not None
    assert transplant.happening.levels == ("transplant", "relapse", "death", "censored")
    assert np.bincount(transplant.outcome).tolist() == [134, 265, 177, 70]
    assert np.bincount(snapshot.answers["early-remission"].value).tolist() == [288, 358]


@pytest.mark.parametrize("example", ["colon", "myeloid"])
@pytest.mark.parametrize("library", ["pandas", "pandas text", "polars", "pyarrow", "duckdb"])
def test_any_data_frame_gives_what_the_file_gives(example: str, library: str):
    path = str(EXAMPLES / example / "data" / f"{example}.csv")
    readers = {
        "pandas": lambda: pd.read_csv(path),
        "pandas text": lambda: pd.read_csv(path, dtype=str),
        "polars": lambda: pl.read_csv(path),
        "pyarrow": lambda: pyarrow.csv.read_csv(path),
        "duckdb": lambda: duckdb.connect().sql(f"select * from read_csv('{path}')"),  # noqa: S608 - a fixed path
    }
    frame = readers[library]()
    protocol = read_protocol(EXAMPLES / example / "protocol.yaml")
    from_frame = read_snapshot(protocol, {f"{example}.csv": frame})
    assert same(content(from_frame), content(snapshot_of(example)))


def test_one_table_has_one_hash_whichever_library_holds_it():
    frame = pl.read_csv(EXAMPLES / "myeloid" / "data" / "myeloid.csv")
    forms = [frame, frame.to_pandas(), frame.to_arrow(), frame.lazy()]
    hashes = {snapshot_of("myeloid", {"patients": form}).sources[0].sha256 for form in forms}
    assert len(hashes) == 1


def test_the_pilot_is_the_same_from_transport_json_and_parquet(pilot: Path):
    one, *others = (
        snapshot_of("cdisc-pilot", pilot / kind) for kind in ("xpt", "dataset-json", "parquet")
    )
    for other in others:
        assert same(content(one), content(other))
        assert [(f.rule, f.rows) for f in one.findings] == [
            (f.rule, f.rows) for f in other.findings
        ]
    assert one.disposition.treated == {"placebo": 86, "low": 84, "high": 84}
    assert one.disposition.completed == {"placebo": 58, "low": 25, "high": 27}
    assert one.disposition.discontinued["placebo"]["Lost to Follow-up"] == 1
    assert one.disposition.populations["efficacy"] == {"placebo": 79, "low": 81, "high": 74}


def test_the_pilots_numbers_agree_with_a_plain_count(pilot: Path):
    snapshot = snapshot_of("cdisc-pilot", pilot / "parquet")
    adtte = pd.read_parquet(pilot / "parquet" / "adtte.parquet")
    followup = snapshot.followups["ttde"]
    assert int((followup.outcome == 1).sum()) == int((adtte["CNSR"] == 0).sum()) == 152
    assert followup.time.sum() == adtte["AVAL"].sum()
    adae = pd.read_parquet(pilot / "parquet" / "adae.parquet")
    events = snapshot.adverse_events["ae"]
    emergent = adae[adae["TRTEMFL"] == "Y"]
    assert events.subject.size == len(emergent)
    assert events.left_out == len(adae) - len(emergent)
    assert int(events.serious.sum()) == int((emergent["AESER"] == "Y").sum())
    assert set(events.term.levels) == set(emergent["AEDECOD"])
    assert int((events.grade == 3).sum()) == int((emergent["AESEV"] == "SEVERE").sum())


def test_a_flipped_byte_changes_the_hash(pilot: Path, tmp_path: Path):
    for name in ("adsl", "adae", "adtte"):
        (tmp_path / f"{name}.xpt").write_bytes((pilot / "xpt" / f"{name}.xpt").read_bytes())
    content_of = bytearray((tmp_path / "adae.xpt").read_bytes())
    at = content_of.rindex(b"Y")
    content_of[at] = ord("N")
    (tmp_path / "adae.xpt").write_bytes(bytes(content_of))
    before, after = (snapshot_of("cdisc-pilot", folder) for folder in (pilot / "xpt", tmp_path))
    changed = [
        one.name
        for one, other in zip(before.sources, after.sources, strict=True)
        if one.sha256 != other.sha256
    ]
    assert changed == ["adae.xpt"]
