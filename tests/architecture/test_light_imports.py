"""`import equipoise` and `equipoise --help` feel instant: heavy libraries load when used."""

import json
import subprocess
import sys

import pytest

HEAVY = ["numba", "scipy", "matplotlib", "pandas", "polars", "pyarrow", "typst", "docx"]
REPORT = f"import sys, json; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
IMPORT = f"import equipoise, equipoise.verbs, equipoise.methods, equipoise.errors; {REPORT}"
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


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["analyze", "--help"], ["check", "--help"], ["design", "--help"], ["--version"]],
)
def test_help_loads_nothing_heavy(arguments: list[str]):
    assert loaded_by(HELP, *arguments) == []
