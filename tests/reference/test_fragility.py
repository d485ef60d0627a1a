"""Fragility against R: as many patients by the same rules, and no more where ours is the fewest."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.appraise.rebuilt.fragility import outcome_fragility, reassignment_fragility
from equipoise.appraise.rebuilt.fragility_tables import table_fragility

HERE = Path(__file__).parent
CASES = json.loads((HERE / "fragility.json").read_text(encoding="utf-8"))
COLON = {"colon_death_lev5fu": "Lev+5FU", "colon_death_lev": "Lev"}


def columns(case):
    """Give time, event and arm of a trial."""
    with (HERE / "data" / f"{case['data']}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    if case["data"] == "colon":
        new = COLON[case["id"]]
        rows = [row for row in rows if row["etype"] == "2" and row["rx"] in {"Obs", new}]
        event, arm = [row["status"] == "1" for row in rows], [row["rx"] == new for row in rows]
    elif case["data"] == "lung":
        event, arm = [row["status"] == "2" for row in rows], [row["sex"] == "2" for row in rows]
    else:
        event, arm = [row["status"] == "1" for row in rows], [row["trt"] == "2" for row in rows]
    return [float(row["time"]) for row in rows], event, np.array(arm, dtype=np.int64)


@pytest.mark.parametrize("case", CASES["trials"], ids=lambda case: case["id"])
class TestTrials:
    def test_best_survivors(self, case):
        for test, name in (("log-rank", "reassigned"), ("Cox", "reassigned_cox")):
            found = reassignment_fragility(*columns(case), test=test)
            assert found.p == pytest.approx(case["p" if test == "log-rank" else "cox_p"], rel=1e-9)
            assert found.patients == case[name][0]
            assert found.p_after == pytest.approx(case[name][1], rel=1e-9)

    def test_outcomes(self, case):
        found = outcome_fragility(*columns(case))
        assert found.exact
        assert found.patients <= case["outcomes"]
        assert (found.p_after < 0.05) != found.significant


@pytest.mark.parametrize("case", CASES["tables"], ids=lambda case: case["id"])
def test_tables(case):
    found = table_fragility(*case["counts"])
    assert found.index.patients == case["index"]
    assert found.index.p == pytest.approx(case["p"], rel=1e-9)
    assert found.fewest.patients <= case["index"]
