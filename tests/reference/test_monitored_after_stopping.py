"""A whole look read after stopping, against an independent integrator, lrstat and rpact."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.monitor.inference.after_stopping import after_stopping
from sample_held_look import HAZARD_RATIO, held

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "monitoring.json").read_text(encoding="utf-8"))[
        "cases"
    ]
}
DESIGN = group_sequential(StoppingPlan((0.4, 0.75, 1.0)), power=0.9)
EVENTS = (60.0, 112.5, 150.0)  # a quarter of them: information 15, 28.125, 37.5


def look(*z):
    return after_stopping(held(DESIGN, 150.0, list(z), EVENTS[: len(z)]), HAZARD_RATIO)


@pytest.mark.parametrize(
    ("outcome", "z"),
    [
        ("look3_z2_3", (1.6, 2.1, 2.3)),
        ("look2_z2_8", (1.6, 2.8)),
        ("look1_z3_6", (3.6,)),
    ],
)
def test_the_stagewise_part_is_that_of_an_independent_integrator(outcome, z):
    case = CASES["mon_stagewise"]
    expected, found = case["expected"][outcome], look(*z).by("stage-wise")
    assert found.p_value == pytest.approx(expected["pvalue"], abs=case["tolerance"])
    told = [each.theta for each in (found.estimate, found.lower, found.upper)]
    wanted = [expected[part] for part in ("theta_mue", "lower", "upper")]
    assert told == pytest.approx(wanted, abs=case["tolerance"])
    effects = [each.effect for each in (found.estimate, found.upper, found.lower)]
    assert effects == pytest.approx(np.exp(-np.array(wanted)), rel=1e-9)


@pytest.mark.parametrize(("identifier", "z"), [("lr06", (1.6, 2.1, 2.3)), ("lr07", (1.6, 2.8))])
def test_the_stagewise_part_is_that_of_lrstat(identifier, z):
    case, found = CASES[identifier], look(*z).by("stage-wise")
    told = [found.p_value, *(each.theta for each in (found.estimate, found.lower, found.upper))]
    wanted = [case["expected"][part] for part in ("pvalue", "thetahat", "lower", "upper")]
    assert told == pytest.approx(wanted, abs=case["tolerance"])


def test_the_repeated_part_is_that_of_an_independent_integrator():
    case, found = CASES["mon_rci"], look(1.6, 2.1).by("repeated")
    wanted = [case["expected"][part] for part in ("lower", "upper")]
    told = [found.lower.theta, found.upper.theta]
    assert told == pytest.approx(wanted, abs=case["tolerance"])
    repeated = [look(*z).by("repeated").p_value for z in ((1.6,), (1.6, 2.1), (1.6, 2.1, 2.3))]
    wanted = CASES["mon_repeated_p"]
    assert repeated == pytest.approx(wanted["expected"]["p"], rel=1e-7)


@pytest.mark.parametrize("identifier", ["rpact-final-2", "rpact-final-3", "rpact-final-1"])
def test_p_values_at_the_end_are_those_of_rpact(identifier):
    case = CASES[identifier]
    found = look(*case["inputs"]["z"]).by("stage-wise")
    assert found.p_value == pytest.approx(case["expected"]["pvalue"], abs=case["tolerance"])
