"""Survival designs against gsDesign, lrstat, rpact, East and SAS."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.sequential.rules import (
    FixedFutility,
    SpendAlpha,
    SpendBeta,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
)
from equipoise.design.survival.constant_hazards import ConstantHazards, constant_hazard_size
from equipoise.design.survival.equivalence import EquivalenceLimits, survival_equivalence_design
from equipoise.design.survival.events import events_by_piece, expected_events, time_of_events
from equipoise.design.survival.formulas import power_of_events, required_events
from equipoise.design.survival.hazards import (
    accrual,
    hazard_from_median,
    hazard_from_probability,
    one_stratum,
    piecewise_rate,
)
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.survival_design import survival_design, survival_power
from equipoise.design.survival.whole_design import whole_survival_design
from equipoise.kernel.arrays import vector
from survival_design_gsdesign import gsdesign, largest_gap, lrstat
from survival_design_rpact import rpact

HERE = Path(__file__).parent
CASES = json.loads((HERE / "design_survival.json").read_text(encoding="utf-8"))
RPACT = json.loads((HERE / "design_survival_rpact.json").read_text(encoding="utf-8"))["cases"]
OTHER = {case["id"]: case for case in CASES["other"]}
OBRIEN_FLEMING = SpendAlpha(LanDeMetsOBrienFleming())
RPACT_TOLERANCE = 1e-5


def by_id(cases):
    return [pytest.param(case, id=case["id"]) for case in cases]


@pytest.mark.parametrize("case", by_id(CASES["gsdesign"]))
def test_gsdesign(case):
    found = gsdesign(case["inputs"])
    for field, expected in case["expected"].items():
        assert largest_gap(found[field], expected) < case["tolerance"], field


@pytest.mark.parametrize("case", by_id(CASES["lrstat"]))
def test_lrstat(case):
    found = lrstat(case["inputs"])
    for truth, groups in case["expected"].items():
        for group, fields in groups.items():
            for field, expected in fields.items():
                gap = largest_gap(found[truth][group][field], expected)
                assert gap < case["tolerance"], (truth, field)


@pytest.mark.parametrize("case", by_id(RPACT))
def test_rpact(case):
    scenarios = rpact(case["inputs"], case["expected"], power=case["area"].startswith("power"))
    for field, expected in case["expected"].items():
        values = [scenario[field] for scenario in scenarios]
        found = values[0] if len(values) == 1 else np.transpose(values).tolist()
        if np.size(found) != np.size(expected):  # the same in every scenario, printed once
            assert np.ptp(np.atleast_2d(values), axis=0).max() < 1e-9
            found = values[0]
        assert largest_gap(found, expected) < RPACT_TOLERANCE, field


def rpact_questions():
    """The five calls of `rpact_run`, asked here."""
    three = StoppingPlan((0.4, 0.7, 1.0), efficacy=OBRIEN_FLEMING)
    pocock = StoppingPlan(
        (0.5, 1.0), efficacy=SpendAlpha(LanDeMetsPocock()), futility=FixedFutility((0.3,))
    )
    four = StoppingPlan((0.25, 0.5, 0.75, 1.0), 0.05, 2, efficacy=WangTsiatis(0.0))
    both = replace(four, power_counts="both sides")
    hazard = piecewise_rate([0, 8], [0.04, 0.02])
    leaving = (hazard_from_probability(0.03, 12), hazard_from_probability(0.06, 12))
    relative = accrual(20, piecewise_rate([0, 4], [0.3, 0.7]))
    uneven = one_stratum(relative, hazard, 0.72, dropout=leaving, allocation=1.5)
    margin = one_stratum(accrual(12, piecewise_rate([0, 6], [15, 40])), 0.03, 0.95)
    absolute = accrual(24, piecewise_rate([0, 6], [10, 25]))
    freedman = one_stratum(absolute, hazard_from_median(18), 0.65, allocation=2.0)
    known = one_stratum(accrual(20, patients=400), hazard, 0.72, dropout=leaving)
    curved = one_stratum(accrual(20, patients=300), hazard_from_median(10, shape=1.6), 0.7)
    curved = replace(curved, weibull_shape=1.6)
    return {
        "A": SurvivalQuestion(uneven, "patients", three, 0.85, follow_up=14.0),
        "B": SurvivalQuestion(
            margin, "accrual duration", pocock, 0.8, follow_up=10.0, null_ratio=1.3
        ),
        "C": SurvivalQuestion(freedman, "follow-up", four, 0.9, method="freedman"),
        "D": SurvivalQuestion(known, "power", three, events=210.0),
        "E": SurvivalQuestion(curved, "power", both, events=180.0),
    }


@pytest.mark.parametrize("name", "ABCDE")
def test_rpact_as_run_here(name):
    expected = {k: v for k, v in CASES["rpact_run"][name].items() if k != "call"}
    design = survival_design(rpact_questions()[name])
    planned, looks = design.truths[-1], design.plan.looks
    found = {
        "patients": design.world.accrual.patients,
        "events": design.plan.events,
        "power": design.plan.power,
        "times": planned.time,
        "expected_events": planned.expected_events,
        "expected_events_midway": design.truths[1].expected_events,
        "expected_patients": planned.expected_patients,
        "expected_duration": planned.expected_duration,
        "accrual_duration": design.accrual_duration,
        "follow_up": design.follow_up,
        "rates": design.world.accrual.rates,
        "bounds": [look.efficacy.effect for look in looks],
        "futility": looks[0].futility.effect if looks[0].futility else None,
    }
    for field, value in expected.items():
        assert largest_gap(found[field], value) < 1e-6, field


def test_gsdesign_looks_early_with_unequal_dropout():
    """gsDesign times interim looks with the control arm's dropout in both arms (sv08)."""
    case = next(case for case in CASES["gsdesign"] if case["id"] == "sv08")
    world = gsdesign(case["inputs"])["design"].world
    alike = replace(
        world,
        strata=tuple(
            replace(stratum, experimental_dropout=stratum.control_dropout)
            for stratum in world.strata
        ),
    )
    theirs = [21.2508704703383, 26.7904918756452]
    assert time_of_events(alike, case["expected"]["n_I"][:2]) == pytest.approx(theirs, rel=1e-7)


def test_constant_hazards_as_nsurvival():
    half = np.log(2) / 12
    size = constant_hazard_size(ConstantHazards(half, 0.7 * half, 36, 24, dropout=0.005))
    expected = OTHER["sv01"]["expected"]
    assert size.patients == pytest.approx(expected["n"], rel=1e-12)
    assert size.events == pytest.approx(expected["nEvents"], rel=1e-12)


def test_events_as_nevents():
    expected = OTHER["sv02"]["expected"]
    assert required_events(0.7) == pytest.approx(expected["s1"][0], rel=1e-12)
    assert required_events(0.7, allocation=2) == pytest.approx(expected["s2"][0], rel=1e-12)


def test_expected_events_as_eevents():
    expected = OTHER["sv13"]["expected"]
    world = one_stratum(
        accrual(24, piecewise_rate([0, 3, 6], [5, 10, 20])),
        piecewise_rate([0, 6, 12], [0.06, 0.05, 0.03]),
        1.0,
        dropout=0.003,
    )
    seen = expected_events(world, expected["T"])
    assert seen.total_events == pytest.approx(expected["d"], rel=1e-12)
    assert seen.patients == pytest.approx(expected["n"], rel=1e-12)


def test_event_probabilities_as_rpact():
    expected = OTHER["rps06"]["expected"]
    world = one_stratum(
        accrual(24, patients=400),
        hazard_from_median(12),
        0.7,
        dropout=hazard_from_probability(0.05, 12),
    )
    seen = expected_events(world, expected["time"])
    for arm, field in ((1, "p1"), (0, "p2")):
        found = seen.events[:, 0, arm] / 200
        # rpact divides by all patients, so that before the end of enrollment p is of everybody
        assert found == pytest.approx(expected[field], rel=1e-9)
    assert seen.total_events / 400 == pytest.approx(expected["overall"], rel=1e-9)


@pytest.mark.parametrize(
    ("identity", "method", "allocation", "dropout"),
    [("rps02", "freedman", 1.0, 0.05), ("rps03", "hsieh-freedman", 2.0, 0.0)],
)
def test_fixed_designs_of_rpact(identity, method, allocation, dropout):
    expected = OTHER[identity]["expected"]
    world = one_stratum(
        accrual(24),
        hazard_from_median(12),
        0.7,
        dropout=hazard_from_probability(dropout, 12),
        allocation=allocation,
    )
    design = survival_design(SurvivalQuestion(world, follow_up=12.0, method=method))
    assert design.plan.events == pytest.approx(expected["eventsFixed"][0], rel=1e-12)
    assert design.plan.patients == pytest.approx(expected["numberOfSubjects"][0], rel=1e-9)
    bound = design.plan.looks[0].efficacy.effect
    assert bound == pytest.approx(expected["criticalValuesEffectScale"][0], rel=1e-9)


def test_times_as_caltime():
    half = np.log(2) / 12
    world = one_stratum(
        accrual(12, 400 / 12), half, piecewise_rate([0, 4], [1.0, 0.6]), dropout=0.001
    )
    found = time_of_events(world, [100, 150, 200])
    assert found == pytest.approx(OTHER["lr25"]["expected"]["t"], rel=1e-7)


def test_events_by_piece_as_gsdesign2():
    world = one_stratum(
        accrual(2, piecewise_rate([0, 1], [3, 2])),
        piecewise_rate([0, 4], [0.03, 0.06]),
        1.0,
        dropout=piecewise_rate([0, 4], [0.001, 0.002]),
    )
    starts, events = events_by_piece(world, vector([7.0]))
    assert starts.tolist() == [0.0, 4.0]
    expected = OTHER["design-0083"]["expected"]["events_by_piece"]
    assert events.sum(axis=(1, 2))[0] == pytest.approx(expected, abs=5.1e-8)


def test_five_formulas_on_one_design():
    """As measured on the peers: the same trial by five formulas (gsDesign 3.11, lrstat 0.3.3)."""
    world = one_stratum(
        accrual(24, piecewise_rate([0, 3, 6], [5, 10, 20])),
        piecewise_rate([0, 6, 12], [0.06, 0.05, 0.03]),
        0.7,
        dropout=0.003,
    )
    stopping = StoppingPlan((0.5, 0.75, 1.0), efficacy=OBRIEN_FLEMING)
    question = SurvivalQuestion(world, stopping=stopping, follow_up=12.0)
    for method, expected in (
        ("lachin-foulkes", 336.52),
        ("schoenfeld", 336.42),
        ("direct", 338.16),
        ("freedman", 343.57),
        ("bernstein-lagakos", 316.93),
    ):
        found = survival_design(replace(question, method=method)).plan.events
        assert found == pytest.approx(expected, abs=0.0061), method


def test_whole_numbers_as_tointeger():
    world = one_stratum(accrual(24), hazard_from_median(12), 0.7, dropout=0.005)
    stopping = StoppingPlan(
        (0.5, 0.75, 1.0), efficacy=OBRIEN_FLEMING, futility=SpendBeta(HwangShihDeCani(-2.0))
    )
    question = SurvivalQuestion(world, stopping=stopping, follow_up=12.0, method="lachin-foulkes")
    rounded = whole_survival_design(survival_design(question))
    expected = OTHER["sv16"]["expected"]
    assert [look.events for look in rounded.plan.looks] == expected["n_I"]
    assert rounded.plan.patients == pytest.approx(expected["N"][-1], rel=1e-12)
    assert rounded.sequential.upper == pytest.approx(expected["upper_z"], rel=1e-7)
    assert rounded.sequential.lower[:-1] == pytest.approx(expected["lower_z"][:-1], rel=3e-6)


def test_equivalence_as_lrpowerequiv():
    expected = OTHER["lr29"]["expected"]
    world = one_stratum(
        accrual(22, 100 / 9), 0.0533, 1.0, dropout=hazard_from_probability(0.05, 12)
    )
    stopping = StoppingPlan((0.5, 1.0), alpha=0.05, efficacy=OBRIEN_FLEMING)
    design = survival_equivalence_design(
        world, EquivalenceLimits(0.71, 1.4), 18.0, stopping=stopping
    )
    stages, found = expected["byStageResults"], design.result
    assert found.power_by_look == pytest.approx(stages["cumulativeRejection"], abs=1e-7)
    assert found.alpha_at_lower == pytest.approx(stages["cumulativeAttainedAlphaH10"][-1], abs=2e-7)
    assert found.above == pytest.approx(stages["efficacyHRLower"], rel=1e-6)
    assert found.below == pytest.approx(stages["efficacyHRUpper"], rel=1e-6)
    assert design.time == pytest.approx(stages["analysisTime"], rel=1e-7)
    assert found.events == pytest.approx(stages["numberOfEvents"], rel=1e-8)


@pytest.mark.parametrize(
    ("identity", "ratio", "median", "dropout"),
    # East shows the dropout hazards with three decimals, as 0.019 and 0.001; these give its times
    [("east01", 0.6, 9.4, 0.0186), ("east02", 0.65, 36.0, 0.0014)],
)
def test_east(identity, ratio, median, dropout):
    case = OTHER[identity]
    inputs, expected = case["inputs"], case["expected"]
    world = one_stratum(
        accrual(24, patients=inputs["N"]), hazard_from_median(median), ratio, dropout=dropout
    )
    futility = SpendBeta(HwangShihDeCani(-10.0)) if identity == "east01" else None
    stopping = StoppingPlan(
        tuple(inputs["info"]), inputs["alpha"], efficacy=OBRIEN_FLEMING, futility=futility
    )
    design = survival_design(
        SurvivalQuestion(world, "power", stopping, events=float(inputs["events"][-1]))
    )
    null, alternative = design.truths[0], design.truths[-1]
    assert design.plan.power == pytest.approx(expected["power"], abs=5.1e-4)
    assert alternative.time == pytest.approx(expected["analysis_times_H1"], abs=1.1e-3)
    assert null.time == pytest.approx(expected["analysis_times_H0"], abs=1.1e-3)
    assert alternative.expected_events == pytest.approx(expected["expected_events_H1"], abs=1e-3)
    assert null.expected_events == pytest.approx(expected["expected_events_H0"], abs=1e-3)
    if "expected_N_H0" in expected:
        assert null.expected_patients == pytest.approx(expected["expected_N_H0"], abs=2e-2)
        looks = design.plan.looks
        assert looks[0].efficacy.effect == pytest.approx(expected["HR_eff_IA"], rel=1e-6)
        assert looks[0].futility.effect == pytest.approx(expected["HR_fut_IA"], rel=1e-6)


def test_fixed_design_of_sas():
    world = one_stratum(accrual(24), hazard_from_median(20), 0.5)
    design = survival_design(SurvivalQuestion(world, follow_up=12.0))
    expected = OTHER["design-0064"]["expected"]
    assert design.plan.events == pytest.approx(expected["events"], abs=5e-5)
    assert design.plan.patients == pytest.approx(expected["subjects"], abs=2.0)


def test_power_of_a_fixed_design_of_east():
    expected = OTHER["design-0066"]["expected"]
    world = one_stratum(accrual(12, 4), hazard_from_median(10), 0.5)
    seen = expected_events(world, [42.0]).total_events[0]
    assert seen == pytest.approx(expected["events"], abs=5.1e-9)
    # East prints 0.58120457; Φ(√39.02121789 log(2)/2 - 1.95996398454) is 0.58120458890
    assert power_of_events(0.5, seen) == pytest.approx(expected["power"], abs=2e-8)
    question = SurvivalQuestion(world, "power", follow_up=30.0)
    assert survival_power(question) == pytest.approx(0.5812045889, abs=1e-10)


def test_group_sequential_design_of_sas():
    expected = OTHER["design-0084"]["expected"]
    world = one_stratum(accrual(24), hazard_from_median(9.4), 0.6, dropout=0.01859529594285081)
    stopping = StoppingPlan(
        (0.75, 1.0), 0.0125, efficacy=OBRIEN_FLEMING, futility=SpendBeta(HwangShihDeCani(-10.0))
    )
    design = survival_design(SurvivalQuestion(world, stopping=stopping, power=0.95, follow_up=10.0))
    looks, counts = design.plan.looks, design.truths[-1].counts
    assert [look.events for look in looks] == pytest.approx(expected["events_by_stage"], abs=5.1e-3)
    assert [look.time for look in looks] == pytest.approx(
        expected["analysis_time_by_stage"], abs=5.1e-5
    )
    information = [look.information for look in looks]
    assert information == pytest.approx(expected["information_by_stage"], abs=5.1e-3)
    arms = counts.events[:, 0, :].T
    assert arms[0] == pytest.approx(expected["events_by_stage_control"], abs=5.1e-3)
    assert arms[1] == pytest.approx(expected["events_by_stage_treatment"], abs=5.1e-3)
    assert design.plan.patients == pytest.approx(expected["subjects"], abs=5.1e-3)
    assert sum(design.plan.patients_whole) == expected["subjects_rounded_up"]


def test_aall1331_as_published():
    """131 events, ratio 0.58, one-sided 0.025, one look (NCT02101853's protocol: 85% and more)."""
    assert power_of_events(0.58, 131) == pytest.approx(0.8764, abs=5e-5)
