"""Blinded re-estimation against blindrecalc 1.0.1, R's quantiles, and lrstat 0.3.3."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from equipoise.design.survival.hazards import accrual
from equipoise.design.survival.world import Piecewise, StratumWorld, SurvivalWorld, constant_rate
from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text
from equipoise.kernel.arrays import vector
from equipoise.monitor.reestimation.reestimation import (
    PooledAnswers,
    PooledMeasurements,
    events_reestimated,
    inflation_for_variance,
)
from equipoise.monitor.reestimation.sizes import planned_again
from equipoise.monitor.reestimation.trial import blinded_reestimation

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "monitored_reestimation.json").read_text())[
        "cases"
    ]
}
HEAD = """
schema: 1
trial: {{id: S, title: A sample, time_unit: month}}
arms:
  - {{id: control, label: Control, role: control}}
  - {{id: new, label: New, role: experimental, allocation: {r}}}
"""
RATE = """
endpoints: [{{id: response, label: Response, type: binary}}]
hypotheses: [{{id: H1, endpoint: response, effect: {{risk_difference: {delta}}}}}]
planning: {{endpoints: {{response: {{control: {{rate: 0.3}}}}}}}}
design: {{power: {power}}}
"""
MEAN = """
endpoints: [{{id: score, label: Score, type: continuous}}]
hypotheses: [{{id: H1, endpoint: score, effect: {{mean_difference: {delta}}}}}]
planning: {{endpoints: {{score: {{standard_deviation: 7}}}}}}
design: {{power: {power}, method: normal}}
"""


def designed(body, r, beta, delta):
    text = (HEAD + body).format(r=r, power=1 - beta, delta=delta)
    reading = examine_text(text, "sample.yaml")
    assert reading.protocol is not None, reading.problems
    return design_trial(reading.protocol)


def for_pooled_rate(design, pooled):
    answers = PooledAnswers(round(pooled * 12_000), 12_000)
    return blinded_reestimation(answers, design).size.unrestricted


def test_patients_for_a_pooled_rate():
    case = CASES["blinded_chi_square"]
    for r, beta, delta, pooled, patients in case["expected"]:
        found = for_pooled_rate(designed(RATE, r, beta, delta), pooled)
        assert found == pytest.approx(patients, rel=case["tolerance"])
    for r, beta, delta, pooled, patients in CASES["blinded_chi_square_published"]["expected"]:
        found = for_pooled_rate(designed(RATE, r, beta, delta), pooled)
        whole = (1 + r) * np.ceil(np.ceil(found) / (1 + r))
        assert whole == patients


def test_patients_for_a_pooled_standard_deviation():
    case = CASES["blinded_t"]
    for r, beta, delta, deviation, patients in case["expected"]:
        design = designed(MEAN, r, beta, delta)
        found = blinded_reestimation(PooledMeasurements(deviation, 40), design)
        assert found.size.unrestricted == pytest.approx(patients, rel=case["tolerance"])


def test_inflation_for_the_variance():
    case = CASES["inflation"]
    for patients, sides, factor in case["expected"]:
        found = inflation_for_variance(patients, alpha=0.05, power=0.9, sides=sides)
        assert found == pytest.approx(factor, rel=case["tolerance"])


def rejects(experimental, control, half):
    """One-sided chi-square test at 0.025, pooled variance."""
    pooled = (experimental + control) / (2 * half)
    variance = pooled * (1 - pooled) * 2 / half
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (experimental - control) / half / np.sqrt(variance)
    return (variance > 0) & (z > 1.959963984540054)


@pytest.mark.parametrize("place", range(4))
def test_size_and_power_of_the_test_after_reestimation(place):
    """Every course of 40 + 40 patients, then of as many more as the pooled rate asks for."""
    case = CASES["blinded_chi_square_size"]["expected"]
    nuisance = case["nuisance"][place]
    design = designed(RATE, 1, 0.2, 0.2)
    wanted = {}
    for yes in range(81):
        pooled = yes / 80
        feasible = 0.1 < pooled < 0.9 and 0 < yes < 80
        wanted[yes] = for_pooled_rate_exactly(design, pooled) if feasible else 80.0
    for rates, expected in (
        ((nuisance, nuisance), case["size"][place]),
        ((nuisance - 0.1, nuisance + 0.1), case["power"][place]),
    ):
        assert chance(wanted, *rates) == pytest.approx(expected, abs=1e-10)
    assert abs(chance(wanted, nuisance, nuisance) - 0.025) < 1e-3


def for_pooled_rate_exactly(design, pooled):
    plan = planned_again(design, design.main, lambda a: replace(a, rate=pooled - 0.1), power=0.8)
    return plan.patients


def chance(wanted, control, experimental):
    """Reject after stage two, summed over both arms' counts at stage one."""
    first = binom.pmf(np.arange(41), 40, control)
    second = binom.pmf(np.arange(41), 40, experimental)
    total = 0.0
    by_sum = {}
    for c in range(41):
        for e in range(41):
            by_sum.setdefault(c + e, []).append((c, e))
    for yes, cells in by_sum.items():
        half = max(40, int(np.ceil(np.ceil(wanted[yes] - 1e-9) / 2)))
        more = half - 40
        later_control = binom.pmf(np.arange(more + 1), more, control)
        later_new = binom.pmf(np.arange(more + 1), more, experimental)
        joint = np.zeros((half + 1, half + 1))
        for c, e in cells:
            joint[c : c + more + 1, e : e + more + 1] += (
                first[c] * second[e] * later_control[:, None] * later_new[None, :]
            )
        count = np.arange(half + 1)
        total += float(joint[rejects(count[None, :], count[:, None], half)].sum())
    return total


def test_events_by_the_new_rate():
    case = CASES["events_in_time"]
    hazard = Piecewise(vector([0.0, 12.0]), vector([0.038, 0.03]))
    planned = Piecewise(vector([0.0, 12.0]), vector([0.05, 0.05]))
    lost = constant_rate(0.004)
    stratum = StratumWorld("all", 1.0, planned, constant_rate(0.7), lost, lost)
    world = SurvivalWorld(accrual(24, 24), (stratum,))
    factor = Piecewise(hazard.starts, vector(hazard.values / 0.05))
    pace = Piecewise(vector([0.0, 18.0]), vector([427 / 18, 23.75]))
    found = events_reestimated(
        world, factor, pace, patients=569.5, cut=18.0, events=250.0, planned_end=36.0
    )
    told = [found.events_by_cut, found.events_by_planned_end]
    assert told == pytest.approx(case["expected"]["events"], rel=1e-12)
    assert found.end == pytest.approx(case["expected"]["time"], abs=case["tolerance"])
