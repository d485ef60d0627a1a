"""How a run that fails, waits or is interrupted ends: as machines and people can read."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from equipoise.analyze.progress import Notice
from equipoise.cli import app
from equipoise.cli.endings import ending_well
from equipoise.cli.progress import steps
from equipoise.errors import DataError

ROOT = Path(__file__).parents[2]
PROTOCOL, DATA = (ROOT / "examples" / "colon" / name for name in ("protocol.yaml", "data"))


def as_json(*arguments: object) -> tuple[int, dict]:
    command = [sys.executable, "-m", "equipoise", "analyze", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.returncode, json.loads(done.stdout)


def test_bad_data_as_json(tmp_path):
    table = (DATA / "colon.csv").read_text(encoding="utf-8")
    (tmp_path / "colon.csv").write_text(table.replace('"Lev"', "Leev").replace(",Lev,", ",Leev,"))
    code, told = as_json(PROTOCOL, "--data", tmp_path)
    assert code == 1
    assert told["ok"] is False
    assert {problem["severity"] for problem in told["problems"]} == {"error"}
    assert any("Leev" in problem["message"] for problem in told["problems"])
    assert any(problem["rows"] for problem in told["problems"])


def test_a_bad_protocol_as_json(tmp_path):
    text = PROTOCOL.read_text(encoding="utf-8").replace("time_unit: day", "time_unit: dya")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    code, told = as_json(tmp_path / "protocol.yaml", "--data", DATA)
    assert (code, told["ok"]) == (1, False)
    (problem,) = told["problems"]
    assert problem["value"].strip("'") == "dya"
    assert problem["line"] > 1


def test_anything_else_as_json(tmp_path):
    code, told = as_json(PROTOCOL, "--data", tmp_path / "nowhere")
    assert (code, told["ok"]) == (1, False)
    assert "nowhere" in told["problems"][0]["message"]


def test_an_interruption_is_told(capsys):
    def verb():
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as ended:
        ending_well(verb)()
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "interrupted: nothing was left half-written\n"


SLOW_DISK = """
import sys, time
from pathlib import Path

real, written = Path.write_bytes, []

def slow(path, content):
    written.append(real(path, content))
    if len(written) == 3:
        print("halfway", flush=True)
        time.sleep(60)

Path.write_bytes = slow
sys.argv = ["equipoise", *sys.argv[1:]]
from equipoise.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are of POSIX")
def test_an_interrupted_run_leaves_nothing(tmp_path):
    (tmp_path / "deep").mkdir()
    words = ["analyze", PROTOCOL, "--data", DATA, "--out", tmp_path / "deep" / "out"]
    command = [sys.executable, "-c", SLOW_DISK, *map(str, words), "--format", "none"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as run:  # noqa: S603 - our own words
        assert run.stdout.readline() == "halfway\n"
        run.send_signal(signal.SIGINT)
        said = run.stderr.read()
    assert run.returncode == 130
    assert said.endswith("interrupted: nothing was left half-written\n")
    assert list((tmp_path / "deep").iterdir()) == []


def test_a_refusal_is_one_message(capsys):
    def verb():
        raise DataError("No rows. Give some.")

    with pytest.raises(typer.Exit) as ended:
        ending_well(verb)()
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "error: No rows. Give some.\n"


def test_every_verb_ends_well():
    for command in app.registered_commands:
        assert command.callback.__wrapped__.__name__ == command.callback.__name__


def test_steps_are_told_to_those_who_wait(monkeypatch):
    monkeypatch.setattr(sys, "stderr", said := io.StringIO())
    with steps(patience=0.05) as progress:
        progress("First")
        time.sleep(0.3)
        progress("Second")
    assert said.getvalue() == "First\nSecond\n"


def test_a_quick_run_says_nothing_but_notices(monkeypatch):
    monkeypatch.setattr(sys, "stderr", said := io.StringIO())
    with steps(patience=60) as progress:
        progress("First")
        progress(Notice("Removed [bold] report.pdf"))
    assert said.getvalue() == "Removed [bold] report.pdf\n"


def test_the_first_run_is_said_to_take_longer(tmp_path):
    """Once: with an empty folder of machine code, and not with that folder kept."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", COMPILED_BEFORE]
    done = [
        subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout  # noqa: S603 - our own words
        for _ in range(2)
    ]
    assert done == ["False\n", "True\n"]


COMPILED_BEFORE = """
from equipoise.kernel.product_limit import _multiply, compiled_before
import numpy as np

print(compiled_before())
counts = np.ones(1, np.int64)
_multiply(counts, counts, counts, counts.copy(), np.empty(1), np.empty(1))
"""
