"""docs/known-mistakes.md names only tests that exist, and every test of a numbered row."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "known-mistakes.md").read_text(encoding="utf-8")
TESTS = defaultdict(str)  # file name → what the files of that name, one a folder, hold
for path in ROOT.glob("tests/**/test_*.py"):
    TESTS[path.name] += path.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE)


def defined(files):
    return {
        name
        for file in files
        for name in re.findall(r"^\s*(?:def|class) (test_\w+|Test\w+)", TESTS[file], re.MULTILINE)
    }


def test_every_test_named_exists():
    named = set(re.findall(r"`(test_\w+|Test\w+)`", PAGE))
    assert len(named) >= 40
    assert named - defined(TESTS) == set()
    assert set(re.findall(r"`(test_\w+\.py)`", PAGE)) - set(TESTS) == set()


def test_every_numbered_test_is_named():
    files = ("test_known_mistakes.py", "test_known_mistakes_counts.py")
    numbered = {name for name in defined(files) if re.match(r"test_\d", name)}
    assert len(numbered) > 20
    assert {name for name in numbered if f"`{name}`" not in PAGE} == set()


def test_every_test_of_a_design_is_named():
    held = defined(["test_known_mistakes_design.py", "test_known_mistakes_survival_design.py"])
    assert len(held) >= 20
    assert {name for name in held if f"`{name}`" not in PAGE} == set()


def test_every_test_of_a_rehearsal_is_named():
    held = defined(["test_known_mistakes_simulation.py"])
    assert len(held) >= 6
    assert {name for name in held if f"`{name}`" not in PAGE} == set()


def test_every_row_is_there_once():
    assert list(map(int, ROWS)) == [*range(1, 34), *range(1, 14)]
