"""From protocol and data to the report, through the command line as a user types it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from equipoise.report.manifest import compare_manifests, read_manifest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
EVERYTHING = {
    "report.html",
    "report.pdf",
    "report.docx",
    "results.json",
    "results.parquet",
    "reporting-event.json",
    "manifest.json",
}


def equipoise(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "equipoise", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


def analyzed(example: str, data: Path, out: Path) -> Path:
    protocol = EXAMPLES / example / "protocol.yaml"
    done = equipoise("analyze", protocol, "--data", data, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "nan" not in done.stdout.lower().split()
    return out


@pytest.fixture(scope="module")
def colon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return analyzed("colon", EXAMPLES / "colon" / "data", tmp_path_factory.mktemp("colon") / "out")


def test_everything_promised_is_written(colon: Path):
    names = {path.name for path in colon.iterdir()}
    assert names >= EVERYTHING
    figures = {path.name for path in (colon / "figures").iterdir()}
    assert {"dfs-survival.svg", "dfs-survival.png", "flow.svg"} <= figures


def test_report_is_self_contained_and_says_what_was_found(colon: Path):
    page = (colon / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)
    assert "@import" not in page
    assert "<script" not in page
    for words in ("Disease-free survival", "at risk", "95% confidence interval", "two-sided P"):
        assert words in page
    assert not re.search(r">\s*(?:nan|None|inf)\s*<", page)
    told = re.sub(r"<svg\b.*?</svg>", "", page, flags=re.DOTALL)  # coordinates are no results
    assert "0.000" not in told
    assert told.count("<table") > 10


def test_results_are_data_without_nan(colon: Path):
    rows = json.loads((colon / "results.json").read_text(encoding="utf-8"))
    table = pl.read_parquet(colon / "results.parquet")
    listed = rows if isinstance(rows, list) else rows["rows"]
    assert table.height == len(listed) > 1000
    assert {"group1", "variable", "stat_name", "stat", "warning", "error"} <= set(table.columns)
    assert not table["stat"].is_nan().any()


def test_a_second_run_is_the_same_bit_for_bit(colon: Path, tmp_path: Path):
    again = analyzed("colon", EXAMPLES / "colon" / "data", tmp_path / "again")
    first, second = (
        read_manifest((folder / "manifest.json").read_text(encoding="utf-8"))
        for folder in (colon, again)
    )
    assert compare_manifests(first, second) == ()


def test_json_holds_every_statistic(colon: Path):
    protocol = EXAMPLES / "colon" / "protocol.yaml"
    done = equipoise("analyze", protocol, "--data", EXAMPLES / "colon" / "data", "--json")
    assert done.returncode == 0
    written = json.loads((colon / "results.json").read_text(encoding="utf-8"))
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert told["results"] == written
    manifest = read_manifest((colon / "manifest.json").read_text(encoding="utf-8"))
    assert told["findings"] == manifest["findings"] != []


def test_warnings_are_told_on_the_error_stream_one_a_line():
    protocol = EXAMPLES / "colon" / "protocol.yaml"
    done = equipoise("analyze", protocol, "--data", EXAMPLES / "colon" / "data")
    warnings = [line for line in done.stderr.splitlines() if line.startswith("Warning: ")]
    assert len(warnings) == 2
    assert "lymph nodes is missing for 18 of 929 patients" in warnings[0]
    assert "Warning: " not in done.stdout


def test_myeloid_analyzes(tmp_path: Path):
    out = analyzed("myeloid", EXAMPLES / "myeloid" / "data", tmp_path / "out")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "simulated after a real trial" in page


def test_pilot_is_the_same_from_three_formats(tmp_path: Path):
    script = EXAMPLES / "cdisc-pilot" / "make_data.py"
    subprocess.run([sys.executable, script, tmp_path], check=True)  # noqa: S603 - our own script
    results = []
    for kind in ("xpt", "dataset-json", "parquet"):
        out = analyzed("cdisc-pilot", tmp_path / kind, tmp_path / f"out-{kind}")
        results.append((out / "results.parquet").read_bytes())
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyze", "missing.yaml", "--data", "."], "no such file"),
        (["analyze", EXAMPLES / "colon" / "protocol.yaml", "--data", "nowhere"], "nowhere"),
        (["analyze", EXAMPLES / "colon" / "protocol.yaml", "--data", EXAMPLES], "colon.csv"),
    ],
)
def test_a_mistake_gets_one_clear_error(arguments: list[str | Path], words: str):
    done = equipoise(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path):
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    protocol, data = EXAMPLES / "colon" / "protocol.yaml", EXAMPLES / "colon" / "data"
    done = equipoise("analyze", protocol, "--data", data, "--out", tmp_path)
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]
