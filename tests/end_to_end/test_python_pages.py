"""What the pages say of Python runs as printed, and every method is on them."""

import ast
import doctest
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise import appraisal, design, methods, monitoring, simulation, verbs
from equipoise.cli import app

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
DESIGN_PAGE = ROOT / "docs" / "design.md"
SIMULATE_PAGE = ROOT / "docs" / "simulate.md"
MONITOR_PAGE = ROOT / "docs" / "monitor.md"
APPRAISAL_PAGE = ROOT / "docs" / "appraisal.md"
PAGES = [PAGE, DESIGN_PAGE, SIMULATE_PAGE, MONITOR_PAGE, APPRAISAL_PAGE]
ROOMS = {  # what offers names, and their page
    design: DESIGN_PAGE,
    simulation: SIMULATE_PAGE,
    monitoring: MONITOR_PAGE,
    appraisal: APPRAISAL_PAGE,
}
HOMES = [
    (room, f"{prefix}.{module}", names)
    for room, prefix in (
        (design, "equipoise.design"),
        (simulation, "equipoise"),
        (monitoring, "equipoise"),
        (appraisal, "equipoise"),
    )
    for module, names in room.HOME.items()
]
NOTED = 'set -e; equipoise() { printf "%s\\n" "$(IFS="|"; echo "$*")"; }'  # in place of the command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_the_page_run(monkeypatch, page):
    monkeypatch.chdir(ROOT)
    done = doctest.testfile(
        str(page), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS
    )
    assert done.attempted > 20
    assert done.failed == 0


def test_the_examples_of_the_readme_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert blocks
    code = "\n".join(blocks)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stderr
    assert "0.64" in done.stdout
    assert "0.6887" in done.stdout  # of patients rebuilt from a figure
    assert "0.5618" in done.stdout  # of two trials together


def test_the_commands_of_the_readme_that_need_no_trial_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)).splitlines()
    calls = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("equipoise")]
    alone = [call for call in calls if call[0] in {"appraise", "rebuild", "evidence", "pool"}]
    assert {call[0] for call in alone} == {"appraise", "rebuild", "evidence", "pool"}
    for call in alone:
        fewer = {"rebuild": ["--draws", "10"], "appraise": ["--trials", "20000"]}
        done = CliRunner().invoke(app, [*call, *fewer.get(call[0], ())])
        assert done.exit_code == 0, (call, done.output)


def fewer_trials(call):
    if call[0] != "simulate" or {"--replay", "--patients"} & set(call):
        return []
    return ["--scenario", "planned"] if {"--part", "--merge"} & set(call) else ["--trials", "50"]


def without_rests_or_reports(call):
    rests = ["--replicates", "0"] if "--data" in call else []
    return [*rests, *(["--format", "none"] if "--out" in call else [])]


@pytest.mark.parametrize(
    ("page", "shortened", "least"),
    [(SIMULATE_PAGE, fewer_trials, 11), (MONITOR_PAGE, without_rests_or_reports, 9)],
    ids=["simulate", "monitor"],
)
def test_the_commands_of_a_page_run(tmp_path, monkeypatch, page, shortened, least):
    """The shell tells what it would call; what nothing hangs on is cut short."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    text = page.read_text(encoding="utf-8")
    code = "\n".join([NOTED, *re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)])
    told = subprocess.run(["/bin/bash", "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    calls = [line.split("|") for line in told.stdout.splitlines()]
    assert len(calls) >= least
    for call in calls:
        done = CliRunner().invoke(app, [*call, *shortened(call)])
        assert done.exit_code == 0, (call, done.output)


def test_every_method_and_verb_is_on_the_page():
    named = set(re.findall(r"`(\w+)", PAGE.read_text(encoding="utf-8")))
    types = {"Interval", "ProportionalHazards"}
    assert set(methods.__all__) - types <= named
    assert set(verbs.__all__) - {"FORMATS", "chosen_formats"} <= named


@pytest.mark.parametrize("module", methods.HOME)
def test_every_public_method_is_offered(module: str):
    for name in methods.HOME[module]:
        assert getattr(methods, name) is getattr(import_module(f"equipoise.analyze.{module}"), name)


def test_types_are_told_of_the_same_names():
    tree = ast.parse(Path(methods.__file__).read_text(encoding="utf-8"))
    told = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("equipoise.analyze.")
        for alias in node.names
    }
    assert told == {
        (f"equipoise.analyze.{module}", name)
        for module, names in methods.HOME.items()
        for name in names
    }
    assert sorted(methods.__all__) == sorted(methods.MODULE_OF)


def in_code(text):
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_everything_of_a_room_is_on_its_page(room):
    by_task = ROOMS[room].read_text(encoding="utf-8").split("## Coming from")[0]
    named = set(re.findall(r"\w+", " ".join(in_code(by_task))))
    assert set(room.__all__) - named == set()


@pytest.mark.parametrize(
    ("page", "first"),
    [
        (DESIGN_PAGE, "| **gsDesign**"),
        (SIMULATE_PAGE, "| **lrstat**"),
        (MONITOR_PAGE, "| **gsDesign**"),
    ],
    ids=["design", "simulate", "monitor"],
)
def test_what_others_calls_become_exists(page, first):
    rows = page.read_text(encoding="utf-8").split(first)[1].splitlines()
    ours = in_code(" ".join(row.split(" | ")[1] for row in rows if " | " in row))
    called = {name for code in ours for name in re.findall(r"(?<![.\w])([A-Za-z]\w+)\(", code)}
    alone = {code for code in ours if re.fullmatch(r"[a-z]+_\w+|[A-Z][a-z]+[A-Z]\w+", code)}
    assert len(called) > 15
    assert len(called | alone) > 18
    assert called | alone <= {*design.__all__, *simulation.__all__, *monitoring.__all__}


@pytest.mark.parametrize(("room", "module", "names"), HOMES, ids=[home for _, home, _ in HOMES])
def test_everything_of_a_room_is_loaded_from_its_module(room, module, names):
    home = import_module(module)
    for name in names.split():
        assert getattr(room, name) is getattr(home, name)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_the_stub_of_a_room_tells_the_same_names(room):
    stub = Path(room.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    told = [
        (node.module, alias.name, alias.asname)
        for node in ast.parse(stub).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    own = [(home, names.split()) for where, home, names in HOMES if where is room]
    offered = [(home, name, name) for home, names in own for name in names]
    assert sorted(told) == sorted(offered)
    assert len(room.MODULE_OF) == len(offered)


def test_a_design_that_does_not_exist():
    with pytest.raises(AttributeError, match=r"no 'simons'.*docs/design\.md"):
        design.simons  # noqa: B018 - asking is the test
    assert "simon" in dir(design)
    with pytest.raises(AttributeError, match=r"no 'replays'.*docs/simulate\.md"):
        simulation.replays  # noqa: B018 - asking is the test
    assert "replay" in dir(simulation)
    with pytest.raises(AttributeError, match=r"no 'hold_looks'.*docs/monitor\.md"):
        monitoring.hold_looks  # noqa: B018 - asking is the test
    assert "hold_look" in dir(monitoring)
    with pytest.raises(AttributeError, match=r"no 'pools'.*docs/appraisal\.md"):
        appraisal.pools  # noqa: B018 - asking is the test
    assert "pool" in dir(appraisal)


def test_a_method_that_does_not_exist():
    with pytest.raises(AttributeError, match=r"no 'kaplan_mayer'.*docs/python\.md"):
        methods.kaplan_mayer  # noqa: B018 - asking is the test
    assert "cox" in dir(methods)
