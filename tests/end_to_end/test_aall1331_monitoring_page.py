"""The story of the example monitored to 80 events says what the looks say now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "aall1331"
PAGE = (EXAMPLE / "monitoring.md").read_text(encoding="utf-8")


def test_the_page_says_what_the_looks_say():
    command = [sys.executable, "tools/tell_aall1331_monitoring.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stderr


def test_conditional_power_is_as_calculated_beforehand():
    told = [
        line.split(" | ") for line in PAGE.splitlines() if "**" in line and line.startswith("|")
    ]
    assert [cells[2] for cells in told] == ["**0.81**", "**0.59**", "**0.14**"]


def test_the_page_calls_its_patients_simulated():
    assert "SIMULATED, NOT REAL PATIENTS" in PAGE.splitlines()[2]


def test_no_record_and_no_key_lies_in_the_example():
    assert not [*EXAMPLE.glob("*monitoring.jsonl"), *EXAMPLE.glob("*key*")]
