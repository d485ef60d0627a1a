"""What the page on reading figures says of Python runs as printed."""

import doctest
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_examples_of_the_page_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = ROOT / "docs" / "reconstruction-input.md"
    done = doctest.testfile(
        str(page), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS
    )
    assert done.attempted > 15
    assert done.failed == 0
