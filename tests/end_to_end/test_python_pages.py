"""What the pages say of Python runs as printed, and every method is on them."""

import ast
import doctest
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from equipoise import design, methods, verbs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
DESIGN_PAGE = ROOT / "docs" / "design.md"


@pytest.mark.parametrize("page", [PAGE, DESIGN_PAGE], ids=lambda page: page.stem)
def test_the_examples_of_the_page_run(monkeypatch, page):
    monkeypatch.chdir(ROOT)
    done = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
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


def test_every_method_and_verb_is_on_the_page():
    named = set(re.findall(r"`(\w+)", PAGE.read_text(encoding="utf-8")))
    types = {"Interval", "ProportionalHazards"}
    assert set(methods.__all__) - types <= named
    public = {n.name for n in ast.parse(Path(verbs.__file__).read_text()).body if is_public(n)}
    assert public - {"chosen_formats"} <= named


def is_public(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_")


@pytest.mark.parametrize("module", methods.HOME)
def test_every_public_method_is_offered(module: str):
    for name in methods.HOME[module]:
        assert getattr(methods, name) is getattr(import_module(f"equipoise.analyze.{module}"), name)


def test_types_are_told_of_the_same_names():
    tree = ast.parse(Path(methods.__file__).read_text(encoding="utf-8"))
    told = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("equipoise.")
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


def test_everything_of_the_design_room_is_on_its_page():
    by_task = DESIGN_PAGE.read_text(encoding="utf-8").split("## Coming from")[0]
    named = set(re.findall(r"\w+", " ".join(in_code(by_task))))
    assert set(design.__all__) - named == set()


def test_what_others_calls_become_exists():
    rows = DESIGN_PAGE.read_text(encoding="utf-8").split("| **gsDesign**")[1].splitlines()
    ours = in_code(" ".join(row.split(" | ")[1] for row in rows if " | " in row))
    called = {name for code in ours for name in re.findall(r"(?<![.\w])([A-Za-z]\w+)\(", code)}
    alone = {code for code in ours if re.fullmatch(r"[a-z]+_\w+|[A-Z][a-z]+[A-Z]\w+", code)}
    assert len(called) > 20
    assert len(alone) > 20
    assert called | alone <= set(design.__all__)


@pytest.mark.parametrize("module", design.HOME)
def test_everything_of_the_design_room_is_loaded_from_its_module(module):
    home = import_module(f"equipoise.design.{module}")
    for name in design.HOME[module].split():
        assert getattr(design, name) is getattr(home, name)


def test_the_stub_of_the_design_room_tells_the_same_names():
    stub = Path(design.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    told = [
        (node.module, alias.name, alias.asname)
        for node in ast.parse(stub).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert sorted(told) == sorted(
        (f"equipoise.design.{module}", name, name) for name, module in design.MODULE_OF.items()
    )
    assert len(design.MODULE_OF) == sum(len(names.split()) for names in design.HOME.values())


def test_a_design_that_does_not_exist():
    with pytest.raises(AttributeError, match=r"no 'simons'.*docs/design\.md"):
        design.simons  # noqa: B018 - asking is the test
    assert "simon" in dir(design)


def test_a_method_that_does_not_exist():
    with pytest.raises(AttributeError, match=r"no 'kaplan_mayer'.*docs/python\.md"):
        methods.kaplan_mayer  # noqa: B018 - asking is the test
    assert "cox" in dir(methods)
