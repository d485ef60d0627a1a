"""`import equipoise` and `equipoise --help` feel instant: heavy libraries load when used."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import equipoise

HEAVY = ["numba", "scipy", "matplotlib", "pandas", "polars", "pyarrow", "typst", "docx"]
REPORT = f"import sys, json; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
IMPORT = (
    "import equipoise, equipoise.verbs, equipoise.methods, equipoise.design; "
    "import equipoise.simulation, equipoise.monitoring, equipoise.evidence, equipoise.appraisal; "
    f"import equipoise.errors; {REPORT}"
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


@pytest.mark.parametrize("room", ["appraisal", "design", "evidence", "monitoring", "simulation"])
def test_a_room_opens_without_numpy(room: str):
    code = f"import equipoise.{room}, sys, json; print(json.dumps(['numpy' in sys.modules]))"
    assert loaded_by(code) == [False]


SLOW_TO_IMPORT = ("scipy.optimize", "scipy.stats", "scipy.integrate", "scipy.interpolate")
DESIGN = sorted((Path(equipoise.__file__).parent / "design").rglob("*.py"))


@pytest.mark.parametrize("module", DESIGN, ids=lambda path: path.stem)
def test_designs_import_no_slow_part_of_scipy(module: Path):
    """Not even inside a function, where the first design would pay for it."""
    tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    from_these = {node.module for node in tree if isinstance(node, ast.ImportFrom) and node.module}
    assert not [name for name in from_these if name.startswith(SLOW_TO_IMPORT)]


def test_designs_compile_nothing():
    code = f"from equipoise.design import *; {REPORT}"  # every module of the room
    assert set(loaded_by(code)) <= {"scipy"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["analyze", "--help"],
        ["check", "--help"],
        ["design", "--help"],
        ["evidence", "--help"],
        ["evidence", "list", "--help"],
        ["monitor", "--help"],
        ["simulate", "--help"],
        ["--version"],
    ],
)
def test_help_loads_nothing_heavy(arguments: list[str]):
    assert loaded_by(HELP, *arguments) == []
