"""The story of the news of AALL1331 says what `appraise`, `pool` and the library say now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "aall1331"
PAGE = (EXAMPLE / "appraisal.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())


def test_the_page_says_what_is_found():
    command = [sys.executable, "tools/tell_aall1331_appraisal.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stderr


def test_it_says_what_was_calculated_beforehand():
    for known in (
        "a P of .05 needs 16 deaths if one-sided and 23 if two-sided",
        "0.692 if one-sided and 0.645 if two-sided",
        "are 73% and 45%",
        "leave only the one-sided reading",
        "0.56 (0.40 to 0.78) | 76% |",
        "0.57 (0.38 to 0.86) |",
    ):
        assert known in WORDS, known


def test_what_it_says_in_short_is_what_is_graded():
    graded = [line for line in PAGE.splitlines() if line.startswith("- **")]
    assert any(line.startswith("- **unlikely**: OS: trials with") for line in graded)
    assert any("What would fit is .005" in line for line in graded)
    assert any(line.startswith("- **possible**: DFS: trials with") for line in graded)
    for endpoint in ("DFS", "OS"):
        (told,) = (line for line in graded if f": {endpoint}: at the planned one-sided" in line)
        assert "is not earned by what is printed" in told


def test_the_worst_grade_is_given_to_transplants_alone():
    impossible = [line for line in PAGE.splitlines() if line.startswith("- **impossible**")]
    assert len(impossible) == 1
    assert "Transplant, Blinatumomab: 79% of 105" in impossible[0]


def test_what_was_not_read_is_marked():
    cells = [cell for line in PAGE.splitlines() if line.startswith("|") for cell in line.split("|")]
    for told in ("2.9", ".03", ".02", "80/131", "107/131"):
        shown = [cell for cell in cells if cell.split()[:1] == [told]]
        assert shown, told
        assert all("[unverified]" in cell for cell in shown), told


def test_its_pictures_are_there():
    for name in ("appraisal-p", "appraisal-ratios", "appraisal-forest"):
        assert f"]({name}.svg)" in PAGE
        assert (EXAMPLE / f"{name}.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")
