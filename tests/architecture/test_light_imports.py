"""`import equipoise` and `equipoise --help` feel instant: heavy libraries load when used."""

import json
import subprocess
import sys

import pytest

HEAVY = ["numba", "scipy", "matplotlib", "pandas", "polars", "pyarrow", "typst", "docx"]
REPORT = f"import sys, json; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
IMPORT = (
    "import equipoise, equipoise.verbs, equipoise.methods, equipoise.design, equipoise.errors; "
    f"{REPORT}"
)
HELP = f"""
import sys
sys.argv = ["equipoise", *sys.argv[1:]]
from equipoise.cli import main
try:
    main()
except SystemExit:
    pass
{REPORT}
"""


def loaded_by(code: str, *arguments: str) -> list[str]:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    return json.loads(done.stdout.splitlines()[-1])


def test_import_loads_nothing_heavy():
    assert loaded_by(IMPORT) == []


def test_the_design_room_opens_without_numpy():
    code = "import equipoise.design, sys, json; print(json.dumps(['numpy' in sys.modules]))"
    assert loaded_by(code) == [False]


def test_designs_compile_nothing():
    code = f"from equipoise.design import *; {REPORT}"  # every module of the room
    assert set(loaded_by(code)) <= {"scipy"}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["analyze", "--help"], ["check", "--help"], ["design", "--help"], ["--version"]],
)
def test_help_loads_nothing_heavy(arguments: list[str]):
    assert loaded_by(HELP, *arguments) == []
