"""Survival designs drawn at random, against gsDesign, lrstat, gsDesign2 and rpact."""

import json
from pathlib import Path

import pytest

from survival_design_audit import ANSWERS
from survival_design_gsdesign import largest_gap

FILE = Path(__file__).parent / "design_audit_survival.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_case(case):
    found = ANSWERS[case["kind"]](case["call"])
    for field, expected in case["expected"].items():
        assert largest_gap(found[field], expected) < case["tolerance"], field
