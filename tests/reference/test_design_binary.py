"""Designs of response rates against rpact, gsDesign, East, R and published tables."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.binary.exact import ExactBinaryQuestion, exact_binary_power
from equipoise.design.binary.multi_stage import Stages, fleming, multi_stage
from equipoise.design.binary.one_arm import OneRateQuestion, one_rate_power
from equipoise.design.binary.one_arm_plan import one_arm_design
from equipoise.design.binary.rates import TwoRates
from equipoise.design.binary.two_arms import binary_design, detectable_rate
from equipoise.design.binary.two_stage import TwoStageQuestion, simon
from equipoise.design.sequential.rules import (
    FixedFutility,
    SpendAlpha,
    SpendBeta,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming

HERE = Path(__file__).parent
CASES = json.loads((HERE / "design_binary.json").read_text(encoding="utf-8"))["cases"]
MORE = {
    case["id"]: case
    for case in json.loads((HERE / "design_binary_more.json").read_text(encoding="utf-8"))["cases"]
}


def of_area(area):
    chosen = [case for case in CASES if case["area"] == area]
    assert chosen
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def stopping(design):
    futility = design.get("futility_bounds_z")
    return StoppingPlan(
        information=tuple(design["information_fractions"]),
        alpha=design["alpha"],
        sides=design["sides"],
        efficacy=WangTsiatis(design["wang_tsiatis_delta"]),
        futility=None if futility is None else FixedFutility(tuple(futility)),
    )


def two_rates(inputs, experimental):
    return TwoRates(
        control=inputs["event_rate_control"],
        experimental=experimental,
        measure="risk ratio" if inputs.get("effect_is_risk_ratio") else "risk difference",
        null=inputs["null_effect"],
        allocation=inputs["allocation_ratio_treatment_to_control"],
    )


def close(found, expected, tolerance=1e-5):
    found = [math.nan if math.isinf(x) else x for x in np.ravel(found).tolist()]
    wanted = [math.nan if x is None else x for x in np.ravel(expected).tolist()]
    assert found == pytest.approx(wanted, rel=tolerance, abs=1e-8, nan_ok=True)


def bounds(plan, name):
    return [getattr(look, name).effect for look in plan.looks if getattr(look, name) is not None]


def check_plan(plan, expected):
    told = {truth.truth: truth.patients for truth in plan.expected}
    if "maximum_subjects" in expected:
        close(plan.patients, expected["maximum_subjects"])
        close(told["null"], expected["expected_subjects_under_h0"])
        close(told["halfway"], expected["expected_subjects_midway"])
        close(told["alternative"], expected["expected_subjects_under_h1"])
    close([look.patients for look in plan.looks], expected["subjects_by_stage"])
    for name, kind in (
        ("efficacy_bound_on_effect_scale_by_stage", "efficacy"),
        ("upper_efficacy_bound_on_effect_scale_by_stage", "efficacy"),
        ("lower_efficacy_bound_on_effect_scale_by_stage", "lower_efficacy"),
        ("futility_bound_on_effect_scale_by_stage", "futility"),
    ):
        if name in expected:
            close(bounds(plan, kind), expected[name], 2e-5 if kind == "futility" else 1e-5)


@of_area("sample_size_proportions")
def test_patients(case):
    given, expected = case["inputs"], case["expected"]
    if "design" not in given:
        return check_farrington_manning(given, expected)
    plan_of_looks, power = stopping(given["design"]), 1 - given["design"]["beta"]
    if given["number_of_groups"] == 1:
        exact = None if given["normal_approximation"] else "smallest"
        null, rate = given["null_effect"], given["event_rate_treatment"]
        plan = one_arm_design(null, rate, power=power, stopping=plan_of_looks, exact=exact).plan
    else:
        rates = two_rates(given, given["event_rate_treatment"])
        plan = binary_design(rates, power=power, stopping=plan_of_looks).plan
    check_plan(plan, expected)
    close(plan.sequential.under_alternative.upper, expected["rejection_probability_by_stage"])
    return None


def check_farrington_manning(given, expected):
    rates = TwoRates(
        given["rate_control"],
        given["rate_treatment"],
        measure="risk ratio" if "null_risk_ratio" in given else "risk difference",
        null=given.get("null_risk_ratio", given.get("null_difference")),
        allocation=1 / given["ratio_control_to_treatment"],
    )
    plan = binary_design(
        rates, power=1 - given["beta"], stopping=StoppingPlan(alpha=given["alpha"])
    ).plan
    if "total_n" in expected:
        close(plan.patients, expected["total_n"], 1e-6)
    else:
        close([arm.patients for arm in plan.arms][::-1], expected["n_per_arm"], 1e-6)


@of_area("power_proportions")
def test_power(case):
    given, expected = case["inputs"], case["expected"]
    looks, n = stopping(given["design"]), given["maximum_subjects"]
    for i, rate in enumerate(given["event_rate_treatment"]):
        if given["number_of_groups"] == 1:
            if rate == given["null_effect"]:
                continue
            null = given["null_effect"]
            found = one_arm_design(null, rate, patients=n, stopping=looks, calibration="shift")
        else:
            rates = two_rates(given, rate)
            if abs(rates.effect - rates.null_effect) < 1e-9:
                continue
            found = binary_design(rates, patients=n, stopping=looks, calibration="shift")
        plan = found.plan
        alternative = plan.expected[-1]
        close(alternative.power, expected["overall_rejection_probability"][i])
        close(alternative.patients, expected["expected_subjects"][i])
        by_look = [row[i] for row in expected["rejection_probability_by_stage"]]
        close([look.efficacy_alternative for look in plan.looks], by_look)
        if plan.effect.better == "higher" or given["design"]["sides"] == 1:
            check_plan(plan, expected)


@of_area("power_one_proportion_exact")
def test_exact_power_of_one_rate(case):
    given = case["inputs"]
    asked = OneRateQuestion(given["null"], given["alternative"], given["alpha"])
    assert one_rate_power(asked, given["n"]).power == pytest.approx(
        case["expected"]["power"], abs=6e-9
    )


@of_area("exact_binomial_sequential")
def test_exact_stages(case):
    given, expected = case["inputs"], case["expected"]
    stages = Stages(
        tuple(given["cumulative_n"]),
        tuple(given["stop_low_if_successes_at_most"]),
        tuple(given["stop_high_if_successes_at_least"]),
    )
    low, high = multi_stage(stages, tuple(given["true_rates"])).rates
    assert low.claim_by_look == pytest.approx(expected["upper_by_look_p0.1"], abs=5.1e-9)
    assert high.claim_by_look == pytest.approx(expected["upper_by_look_p0.2"], abs=5.1e-8)
    assert [low.expected_patients, high.expected_patients] == pytest.approx(
        expected["expected_n"], abs=5.1e-6
    )


def test_fixed_sizes_of_rpact():
    case = MORE["rpact-rates"]
    for experimental, control, null, allocation, patients in case["difference"]:
        rates = TwoRates(control, experimental, null=null, allocation=allocation)
        close(binary_design(rates, power=0.85).plan.patients, patients, 1e-8)
    for experimental, control, null, allocation, patients in case["ratio"]:
        rates = TwoRates(control, experimental, "risk ratio", null, allocation=allocation)
        close(binary_design(rates, power=0.9).plan.patients, patients, 1e-8)
    for experimental, control, null, allocation, patients, power in case["power"]:
        rates = TwoRates(control, experimental, null=null, allocation=allocation)
        close(binary_design(rates, patients=patients).plan.power, power, 1e-8)


def test_sequential_sizes_of_rpact():
    case = MORE["rpact-sequential"]
    looks = StoppingPlan(information=(1 / 3, 2 / 3, 1.0), efficacy=WangTsiatis(0.0))
    plan = binary_design(TwoRates(0.3, 0.5), power=0.9, stopping=looks).plan
    close(plan.patients, case["patients"], 1e-6)
    close(bounds(plan, "efficacy"), case["bounds"], 1e-6)
    for rate, power in zip((0.4, 0.5), case["power"], strict=True):
        found = binary_design(
            TwoRates(0.3, rate), patients=250, stopping=looks, calibration="shift"
        )
        close(found.plan.power, power, 1e-6)


def test_beta_spending_of_rpact():
    case = MORE["rpact-beta-spending"]
    looks = StoppingPlan(
        information=(0.4, 0.7, 1.0),
        efficacy=SpendAlpha(LanDeMetsOBrienFleming()),
        futility=SpendBeta(LanDeMetsOBrienFleming()),
    )
    plan = binary_design(TwoRates(0.4, 0.25, allocation=2.0), power=0.8, stopping=looks).plan
    close(plan.patients, case["patients"], 1e-5)
    close(plan.expected[-1].patients, case["expected"], 1e-5)
    close(bounds(plan, "efficacy"), case["efficacy"], 1e-5)
    close(bounds(plan, "futility")[:2], case["futility"], 2e-5)


def test_power_prop_test():
    case = MORE["r-power-prop-test"]
    plan = binary_design(TwoRates(0.15, 0.3), power=0.8).plan
    close(plan.patients / 2, case["patients_per_arm"], 1e-8)
    found = detectable_rate(TwoRates(0.3, 0.4), power=0.9, patients=200)
    close(found.rates.experimental, case["rate"], 1e-8)
    close(binary_design(TwoRates(0.5, 0.75), patients=100).plan.power, case["power"], 1e-8)


def test_n_binomial():
    case, one_sided = MORE["gsdesign-nbinomial"], StoppingPlan(alpha=0.05)
    rates = TwoRates(0.1, 0.1, null=-0.2, allocation=1.5)
    plan = binary_design(rates, power=0.9, stopping=one_sided).plan
    close([arm.patients for arm in plan.arms][::-1], case["margin"], 1e-4)
    plan = binary_design(TwoRates(0.1, 0.15, "odds ratio"), power=0.8).plan
    close(plan.patients, case["odds_ratio"], 1e-6)
    rates = TwoRates(0.1, 0.15, "odds ratio", null=1.1, allocation=2 / 3)
    plan = binary_design(rates, power=0.8).plan
    close([arm.patients for arm in plan.arms][::-1], case["odds_ratio_margin"], 1e-5)


def test_fisher_in_r():
    case = MORE["r-fisher"]
    for n1, n0, experimental, control, alpha, sides, power in case["rows"]:
        asked = ExactBinaryQuestion(TwoRates(control, experimental), "fisher", alpha, sides)
        assert exact_binary_power(asked, n0, n1).power == pytest.approx(
            power, rel=case["tolerance"]
        )


def test_simon_tables():
    for null, alternative, alpha, beta, *rows in MORE["simon-1989"]["rows"]:
        found = simon(TwoStageQuestion(null, alternative, alpha, 1 - beta))
        for design, row in zip((found.optimal, found.minimax), rows, strict=True):
            counts = [
                design.first_futility,
                design.first_patients,
                design.futility,
                design.patients,
            ]
            assert counts == row[:4]
            assert design.expected_null == pytest.approx(row[4], abs=0.051)
            assert design.stops_early_null == pytest.approx(row[5], abs=0.0051)


def test_fleming_boundaries():
    stages = fleming((20, 40), 0.05, 0.05)
    assert list(stages.low) == MORE["fleming-1982"]["low"]
    assert list(stages.high) == MORE["fleming-1982"]["high"]
