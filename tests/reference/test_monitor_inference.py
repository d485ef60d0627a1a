"""Inference after stopping, against an independent integrator, rpact and lrstat."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendAlpha, StoppingPlan
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
)
from equipoise.monitor.inference.repeated_intervals import repeated_intervals
from equipoise.monitor.inference.stagewise import stagewise_inference

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "monitoring.json").read_text(encoding="utf-8"))[
        "cases"
    ]
}
SPENDING = {
    "OF": LanDeMetsOBrienFleming(),
    "P": LanDeMetsPocock(),
    "HSD": HwangShihDeCani(-2.0),
}
INFORMATION = np.array([15.0, 28.125, 37.5])
UPPER = group_sequential(StoppingPlan((0.4, 0.75, 1.0)), power=0.9).upper


def told(found, trial=0):
    parts = (found.p_value, found.estimate, found.lower, found.upper)
    return [float(part[trial]) for part in parts]


@pytest.mark.parametrize(
    ("outcome", "look", "z"),
    [("look3_z2_3", 2, 2.3), ("look2_z2_8", 1, 2.8), ("look1_z3_6", 0, 3.6)],
)
def test_stagewise_inference_is_that_of_an_independent_integrator(outcome, look, z):
    case = CASES["mon_stagewise"]
    found = stagewise_inference(z, look, INFORMATION, UPPER)
    expected = case["expected"][outcome]
    values = [expected[part] for part in ("pvalue", "theta_mue", "lower", "upper")]
    assert told(found) == pytest.approx(values, abs=case["tolerance"])


@pytest.mark.parametrize(("identifier", "look", "z"), [("lr06", 2, 2.3), ("lr07", 1, 2.8)])
def test_stagewise_inference_is_that_of_lrstat(identifier, look, z):
    case = CASES[identifier]
    found = stagewise_inference(z, look, INFORMATION, UPPER)
    expected = [case["expected"][part] for part in ("pvalue", "thetahat", "lower", "upper")]
    assert told(found) == pytest.approx(expected, abs=case["tolerance"])


@pytest.mark.parametrize(
    "identifier", ["getci-futile", "getci-harmful", "getci-hsd", "getci-skipped"]
)
def test_trials_that_end_without_crossing_are_told_as_lrstat_tells_them(identifier):
    case = CASES[identifier]
    given = case["inputs"]
    fractions = tuple(given["fractions"])
    efficacy = SpendAlpha(SPENDING[given["spending"]], given.get("tested"))
    whole = fractions if fractions[-1] == 1.0 else (*fractions, 1.0)
    upper = group_sequential(StoppingPlan(whole, efficacy=efficacy), power=0.9).upper
    found = stagewise_inference(
        given["z"], len(fractions) - 1, given["information"], upper[: len(fractions)]
    )
    expected = [case["expected"][part] for part in ("pvalue", "thetahat", "lower", "upper")]
    assert told(found) == pytest.approx(expected, abs=case["tolerance"])


def test_repeated_intervals_are_those_of_an_independent_integrator():
    case = CASES["mon_rci"]
    found = repeated_intervals(2.1, UPPER[1], 28.125)
    expected = [case["expected"][part] for part in ("lower", "upper")]
    assert [float(found.lower), float(found.upper)] == pytest.approx(
        expected, abs=case["tolerance"]
    )


def test_repeated_intervals_of_a_hazard_ratio_are_those_of_rpact():
    case = CASES["rpa01"]
    expected = case["expected"]
    assert pytest.approx(expected["criticalValues"], abs=case["tolerance"]) == UPPER
    found = repeated_intervals([1.6, 2.1], UPPER[:2], np.array([60.0, 112.0]) / 4.0)
    assert np.exp(found.lower) == pytest.approx(expected["RCI_lower"][:2], rel=case["tolerance"])
    assert np.exp(found.upper) == pytest.approx(expected["RCI_upper"][:2], rel=case["tolerance"])
