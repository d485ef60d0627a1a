"""Trials of means against rpact, SAS PROC POWER and R's pwr."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.continuous.comparison import mean_difference, mean_ratio, one_mean
from equipoise.design.continuous.equivalence import (
    means_equivalence_patients,
    means_equivalence_power,
)
from equipoise.design.continuous.fixed import means_patients, means_power
from equipoise.design.continuous.plan import means_design, means_stops
from equipoise.design.sequential.rules import FixedFutility, StoppingPlan, WangTsiatis

HERE = Path(__file__).parent
CASES = {c["id"]: c for c in json.loads((HERE / "design_means.json").read_text())["cases"]}
RPACT = [c for c in CASES.values() if c["id"].startswith("plan-rpact")]


def stopping_of(design):
    futility = design.get("futility_bounds_z")
    return StoppingPlan(
        information=tuple(design["information_fractions"]),
        alpha=design["alpha"],
        sides=design["sides"],
        efficacy=WangTsiatis(design["wang_tsiatis_delta"]),
        futility=None if futility is None else FixedFutility(tuple(futility)),
    )


def comparison_of(inputs, effect):
    deviation, null = inputs["standard_deviation"], inputs["null_effect"]
    if inputs["number_of_groups"] == 1:
        return one_mean(effect, deviation, null=null)
    compare = mean_ratio if inputs.get("effect_is_ratio_of_means") else mean_difference
    allocation = inputs["allocation_ratio_treatment_to_control"]
    return compare(effect, deviation, null=null, allocation=allocation)


def told(planned, *, size_was_solved_for):
    plan = planned.plan
    control, experimental = (
        [look.patients * share for look in plan.looks] for share in planned.comparison.shares
    )
    stops = plan.sequential.under_alternative
    reject = stops.upper  # rpact's sizes count the upper side, its powers both
    if plan.sequential.sides == 2 and not size_was_solved_for:
        reject = stops.upper + stops.lower
    sides = [
        [bound and bound.effect for bound in bounds]
        for bounds in (
            [look.efficacy for look in plan.looks],
            [look.lower_efficacy for look in plan.looks],
        )
    ]
    if plan.effect.better == "lower" and plan.sequential.sides == 2:
        sides.reverse()
    expected = [truth.patients for truth in plan.expected]
    return {
        "maximum_subjects": plan.patients,
        "maximum_subjects_control": control[-1],
        "maximum_subjects_treatment": experimental[-1],
        "subjects_by_stage": [look.patients for look in plan.looks],
        "subjects_by_stage_control": control,
        "subjects_by_stage_treatment": experimental,
        "rejection_probability_by_stage": reject,
        "overall_rejection_probability": reject.sum(),
        "overall_futility_probability": stops.lower[:-1].sum(),
        "futility_probability_by_stage": stops.lower[:-1],
        "efficacy_bound_on_effect_scale_by_stage": sides[0],
        "upper_efficacy_bound_on_effect_scale_by_stage": sides[0],
        "lower_efficacy_bound_on_effect_scale_by_stage": sides[1],
        "futility_bound_on_effect_scale_by_stage": [
            look.futility and look.futility.effect for look in plan.looks[:-1]
        ],
        "futility_bound_one_sided_p_by_stage": [
            look.futility and look.futility.p for look in plan.looks[:-1]
        ],
        "two_sided_nominal_level_by_stage": [2 * look.efficacy.p for look in plan.looks],
        "expected_subjects_under_h0": expected[0],
        "expected_subjects_midway": expected[1],
        "expected_subjects_under_h1": expected[2],
        "expected_subjects": expected[2],
        "information_fraction_by_stage": plan.sequential.information,
        "effect_minus_null": planned.comparison.distance,
    }


@pytest.mark.parametrize("case", RPACT, ids=[case["id"] for case in RPACT])
def test_group_sequential_means_as_rpact_plans_them(case):
    inputs, design = case["inputs"], case["inputs"]["design"]
    effects = np.atleast_1d(inputs["alternative_effect"]).tolist()
    sizes = case["area"] == "sample_size_means"
    for scenario, effect in enumerate(effects):
        planned = means_design(
            comparison_of(inputs, effect),
            stopping_of(design),
            power=1 - design["beta"] if sizes else None,
            patients=None if sizes else inputs["maximum_subjects"],
            test="z" if inputs["normal_approximation"] else "t",
        )
        found = told(planned, size_was_solved_for=sizes)
        for field, value in case["expected"].items():
            if field == "early_stopping_probability":
                continue
            expected = np.asarray(value, dtype=float)
            by_scenario = expected.ndim == 2 or field in {
                "overall_rejection_probability",
                "overall_futility_probability",
                "expected_subjects",
                "effect_minus_null",
            }
            if len(effects) > 1 and by_scenario:
                expected = expected[..., scenario]
            assert found[field] == pytest.approx(expected, rel=1e-6), field


def test_two_samples_as_sas_sizes_them():
    difference = mean_difference(8, 15)
    needed = means_patients(difference, 0.8, alpha=0.05, sides=2)
    assert 2 * np.ceil(needed / 2) == CASES["design-0086"]["expected"]["total_n"]
    power = means_power(difference, 114, alpha=0.05, sides=2)
    assert power == pytest.approx(CASES["design-0086"]["expected"]["actual_power"], abs=0.0005)


def test_equivalence_as_sas_sizes_it():
    difference, margins = mean_difference(0.01, 0.1), {"lower": -0.04, "upper": 0.06}
    needed = means_equivalence_patients(difference, 0.8, alpha=0.05, **margins)
    assert 2 * np.ceil(needed / 2) == CASES["design-0087"]["expected"]["total_n"]
    power = means_equivalence_power(difference, 140, alpha=0.05, **margins)
    assert power == pytest.approx(CASES["design-0087"]["expected"]["actual_power"], abs=0.0005)


@pytest.mark.parametrize("identity", ["design-0088", "design-0093", "design-0094"])
def test_t_tests_as_pwr_does(identity):
    inputs = CASES[identity]["inputs"]
    compare = one_mean if inputs["samples"] == 1 else mean_difference
    power = means_power(
        compare(inputs["effect_size_d"], 1.0),
        inputs["samples"] * inputs["n_per_sample"],
        alpha=inputs["alpha"],
        sides=2 if inputs["alternative"] == "two.sided" else 1,
    )
    assert power == pytest.approx(CASES[identity]["expected"]["power"], abs=1e-10)


def rpact(identity, field):
    return pytest.approx(CASES[identity]["expected"][field], rel=1e-6)


def test_fixed_designs_as_rpact_sizes_them():
    unequal = mean_difference(0.5, 1.3, allocation=2)
    needed = means_patients(unequal, 0.9, alpha=0.05, sides=2, both_tails=False)
    assert needed == rpact("means-rpact-fixed-2-to-1", "patients")
    margin = means_design(mean_difference(0.2, 3, null=-1), power=0.8).plan
    assert margin.patients == rpact("means-rpact-noninferiority", "patients")
    assert margin.looks[0].efficacy.effect == rpact("means-rpact-noninferiority", "critical")
    ratio = mean_ratio(1.6, 0.5, null=1.25, allocation="optimal")
    assert ratio.allocation == rpact("means-rpact-ratio-optimal", "allocation")
    assert means_patients(ratio, 0.8) == rpact("means-rpact-ratio-optimal", "patients")


def test_power_under_other_truths_as_rpact_has_it():
    unequal = mean_difference(0.5, 1.3, allocation=2)
    power = [means_power(unequal.with_effect(x), 60, alpha=0.05, sides=2) for x in (-0.5, 0.0, 0.5)]
    told = CASES["means-rpact-power-fixed"]["expected"]["power"]
    assert power == pytest.approx(told, abs=1e-6)  # rpact takes the far tail from the normal
    thirds = (1 / 3, 2 / 3, 1.0)
    plan = means_design(
        mean_difference(0.8, 1.5),
        StoppingPlan(thirds, futility=FixedFutility((0.0, 0.5))),
        patients=120,
    )
    stops = [means_stops(plan, effect) for effect in (-0.3, 0.0, 0.4, 0.8)]
    assert [s.upper.sum() for s in stops] == rpact("means-rpact-power-sequential", "power")
    leaving = [(s.upper + s.lower)[:2] for s in stops]
    mean = [40 * at[0] + 80 * at[1] + 120 * (1 - at.sum()) for at in leaving]
    assert mean == rpact("means-rpact-power-sequential", "expected")


def test_both_sides_counted_as_rpact_does():
    stopping = StoppingPlan((0.5, 1.0), alpha=0.05, sides=2, power_counts="both sides")
    planned = means_design(mean_difference(0.6, 1.3), stopping, power=0.9)
    assert planned.plan.patients == rpact("means-rpact-both-sides", "patients")
