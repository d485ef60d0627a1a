"""Trials drawn at random, beside `lrsim`: ten of the 130 that were compared, all of one mind.

Strata, pieces of hazards, accrual and dropout, arms of unequal size, fixed follow-up, weights,
margins, looks by events and by the calendar, futility obeyed: 20,000 trials of theirs.
"""

import json
from pathlib import Path

import pytest

from lrsim_worlds import NEVER, compared, distances, rehearsed

TOLD = json.loads(Path(__file__).with_name("simulated_audit.json").read_text())["cases"]
TRIALS = 5000


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case["id"])
def test_lrsim_finds_the_same(case):
    lower = (*case["futilityBounds"], -NEVER) if case["futilityBounds"] else ()
    asked = case["parameters"]
    results = rehearsed(asked, case["criticalValues"], trials=TRIALS, seed=3, lower=lower)
    rows = compared(results, case["lrsim"], asked["n"])
    away = distances(rows)
    assert len(rows) > 40
    assert [row for row, distance in zip(rows, away, strict=True) if distance > 4] == []
    assert (away > 3).sum() <= 2
