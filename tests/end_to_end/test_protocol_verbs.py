"""`equipoise init` and `equipoise check`, as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from equipoise.cli.protocol_verbs import check, init
from equipoise.errors import ProtocolError
from equipoise.io.protocol.publish import json_schema_text

BROKEN = (
    "schema: 1\ntrial: {id: T, title: A trial}\n"
    "arms: [{id: a, role: control}, {id: b, role: experimental}]\n"
    "endpoints: [{id: os, type: time-to-event, evnts: [death]}]\n"
    "analysis: {alpha: 5}\n"
)


@pytest.fixture(name="run")
def fixture_run(monkeypatch):
    app = typer.Typer()
    app.command()(init)
    app.command()(check)
    monkeypatch.setenv("COLUMNS", "160")
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("kind", ["two-arm-time-to-event", "two-arm-binary", "aall1331"])
def test_what_init_writes_checks_without_problems(run, tmp_path, kind):
    written = run("init", tmp_path / "trial", "--kind", kind)
    assert written.exit_code == 0
    path = tmp_path / "trial" / "protocol.yaml"
    assert str(path) in written.output
    shown = run("check", path)
    assert shown.exit_code == 0
    assert shown.output.rstrip().endswith("protocol.yaml: no problems")
    for standing in ("given", "defaulted", "derived: "):
        assert standing in shown.output


def test_init_overwrites_only_when_told(run, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    refused = run("init", path)
    assert isinstance(refused.exception, ProtocolError)
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("init", path, "--force").exit_code == 0
    assert run("check", path).exit_code == 0


def test_check_points_at_every_problem(run, tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    shown = run("check", path)
    assert shown.exit_code == 1
    lines = shown.output.splitlines()
    assert f"{path}:4:43: unknown key in endpoints.os, found 'evnts'; write 'events'" in lines
    assert any(line.startswith(f"{path}:5:19: analysis.alpha") for line in lines)
    assert lines[-1].endswith("protocol.yaml: 2 problems")


def test_check_shows_what_it_understood_beside_the_problems(run, tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(BROKEN.replace("evnts", "events"), encoding="utf-8")
    shown = run("check", path)
    assert shown.exit_code == 1
    assert "level" in shown.output
    assert f"{path}:5:19: analysis.alpha: alpha is a proportion" in shown.output


def test_problems_come_first_and_their_number_last(run, tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    lines = run("check", path).output.splitlines()
    assert [line.startswith(f"{path}:") for line in lines[:3]] == [True, True, False]
    assert lines[-1] == f"{path}: 2 problems"


def test_no_default_is_shown_for_what_was_given_but_not_understood(run, tmp_path):
    path = tmp_path / "protocol.yaml"
    bad = BROKEN.replace("evnts", "events").replace(
        "alpha: 5", "alpha: much, ties: exat, landmarks: [1 yer, 2 years], alternative: two-sided"
    )
    path.write_text(bad.replace("A trial", "A trial, time_unit: fortnight"), encoding="utf-8")
    shown = " ".join(run("check", path).output.split())
    for entry in ("alpha much", "ties exat", "landmarks 1 yer, 2 years", "time_unit fortnight"):
        assert f"{entry} given: not understood" in shown
    assert "analysis.landmarks.1: a length of time belongs here, found '1 yer'" in shown


@pytest.mark.parametrize(
    ("analysis", "words"),
    [
        ("alpha: 0.05", "0.05 is as lenient as a two-sided one of 0.1, found 0.05 one-sided"),
        (
            "alpha: 0.025, alternative: two-sided",
            "0.025 is as strict as a one-sided one of 0.0125, found 0.025 two-sided",
        ),
    ],
)
def test_an_unusual_alpha_is_remarked_on(run, tmp_path, analysis, words):
    path = tmp_path / "protocol.yaml"
    good = BROKEN.replace("evnts", "events").replace("alpha: 5", analysis)
    path.write_text(good, encoding="utf-8")
    shown = run("check", path)
    assert shown.exit_code == 0
    first, *_, last = shown.output.splitlines()
    assert first.startswith(f"{path}:5:19: remark: analysis.alpha: a ")
    assert words in first
    assert last == f"{path}: no problems, 1 remark"
    told = json.loads(run("check", path, "--json").output)
    assert told["ok"] is True
    assert [words.split(",")[0] in each["what"] for each in told["remarks"]] == [True]
    for usual in ("alpha: 0.05, alternative: two-sided", "alpha: 0.025", "alpha: 0.1"):
        path.write_text(good.replace(analysis, usual), encoding="utf-8")
        assert "remark" not in run("check", path).output


def test_check_for_machines(run, tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    shown = run("check", path, "--json")
    assert shown.exit_code == 1
    told = json.loads(shown.output)
    assert told["ok"] is False
    assert told["problems"][0] == {
        "line": 4,
        "column": 43,
        "what": "unknown key in endpoints.os",
        "value": "'evnts'",
        "remedy": "write 'events'",
    }
    run("init", path, "--force")
    told = json.loads(run("check", path, "--json").output)
    assert told["ok"] is True
    assert told["problems"] == []
    assert {"path": "trial.id", "value": "EXAMPLE-1", "standing": "given"}.items() <= told[
        "entries"
    ][1].items()


def test_an_unreadable_file_is_told_in_both_forms(run, tmp_path):
    path = tmp_path / "missing.yaml"
    shown = run("check", path)
    assert shown.exit_code == 1
    assert f"{path}:1:1: there is no such file" in shown.output
    told = json.loads(run("check", path, "--json").output)
    assert told["entries"] == []
    assert len(told["problems"]) == 1


def test_the_schema_is_printed(run):
    assert run("check", "--schema").output == json_schema_text()
    assert run("check").exit_code == 2


def test_checking_loads_nothing_heavy():
    template = Path(__file__).parents[2] / "src/equipoise/io/templates/aall1331.yaml"
    code = (
        "import sys; from equipoise.io.protocol.check import understand; "
        f"understand({str(template)!r}); "
        "print({'numpy', 'numba', 'scipy', 'polars', 'pandas', 'matplotlib'} & {*sys.modules})"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout == "set()\n"
