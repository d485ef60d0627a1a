"""What the pages say of Python runs as printed, and every method is on them."""

import ast
import doctest
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from equipoise import methods, verbs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"


def test_the_examples_of_the_page_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    done = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
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


def test_a_method_that_does_not_exist():
    with pytest.raises(AttributeError, match=r"no 'kaplan_mayer'.*docs/python\.md"):
        methods.kaplan_mayer  # noqa: B018 - asking is the test
    assert "cox" in dir(methods)
