"""Trials of counts against rpact.

Not compared: the bounds on the rate ratio of group-sequential designs, for which rpact takes the
information that patients recruited by a look will have given at the *end* of the trial (ours:
by the look).  Two optimal allocations are taken from rpact, whose search ends on a step of the
staircase that rounding makes; ours is the minimum without rounding, √(a₀ / a₁).
"""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.counts.observation import Observation
from equipoise.design.counts.plan import counts_design, counts_stops
from equipoise.design.counts.rates import rate_ratio
from equipoise.design.counts.solve import optimal_counts_allocation
from equipoise.design.sequential.rules import FixedFutility, StoppingPlan, WangTsiatis
from equipoise.design.survival.world import Accrual
from equipoise.kernel.arrays import vector

HERE = Path(__file__).parent
CASES = json.loads((HERE / "design_counts.json").read_text(encoding="utf-8"))["cases"]
SIZES = [case for case in CASES if case["area"] == "sample_size_counts"]
POWERS = [case for case in CASES if case["area"] == "power_counts"]
STAIRCASE = {"plan-rpact-0166", "plan-rpact-0182"}
BY_SCENARIO = {  # fields of one number a scenario; the others of one dimension go by stage
    "hazard_treatment",
    "rate_ratio",
    "maximum_subjects",
    "maximum_subjects_treatment",
    "maximum_subjects_control",
    "subjects_fixed_design",
    "subjects_fixed_design_treatment",
    "subjects_fixed_design_control",
    "expected_study_duration_under_h1",
    "expected_subjects_under_h1",
    "expected_information_under_h0",
    "expected_information_midway",
    "expected_information_under_h1",
    "maximum_information",
    "allocation_ratio_treatment_to_control",
    "overall_rejection_probability",
    "overall_futility_probability",
    "early_stopping_probability",
}


def stopping_of(inputs):
    design = inputs["design"]
    if isinstance(design, str):
        return StoppingPlan(alpha=inputs["alpha"], sides=inputs["sides"]), 1 - inputs["beta"]
    futility = design.get("futility_bounds_z")
    stopping = StoppingPlan(
        information=tuple(design["information_fractions"]),
        alpha=design["alpha"],
        sides=design["sides"],
        efficacy=WangTsiatis(design["wang_tsiatis_delta"]),
        futility=None if futility is None else FixedFutility(tuple(futility)),
    )
    return stopping, 1 - design["beta"]


def observation_of(inputs):
    accrual = None
    if "accrual_time" in inputs:
        knots = np.atleast_1d(inputs["accrual_time"]).astype(float)
        knots = knots if knots[0] == 0 else np.append(0.0, knots)
        rates = np.atleast_1d(inputs.get("accrual_intensity_per_time", np.ones(knots.size - 1)))
        accrual = Accrual(vector(knots[:-1]), vector(rates), float(knots[-1]))
    return Observation(
        exposure=inputs.get("fixed_exposure_time"),
        accrual=accrual,
        follow_up=inputs.get("follow_up_time"),
        entry="evenly spaced",
    )


def comparisons_of(inputs, observation):
    given = [np.atleast_1d(inputs[k]) for k in ("rate_ratio", "hazard_treatment") if k in inputs]
    for value in given[0].tolist():
        allocation = inputs["allocation_ratio_treatment_to_control"]
        optimal = isinstance(allocation, str)
        comparison = rate_ratio(
            value if "rate_ratio" in inputs else None,
            control_rate=inputs.get("hazard_control"),
            experimental_rate=value if "hazard_treatment" in inputs else None,
            pooled_rate=inputs.get("pooled_event_rate_per_time"),
            null=inputs.get("null_effect", 1.0),
            dispersion=inputs.get("overdispersion", 0.0),
            allocation=1.0 if optimal else allocation,
        )
        if optimal:
            comparison = comparison.with_allocation(
                optimal_counts_allocation(comparison, observation)
            )
        yield comparison


def patients_of(inputs, observation):
    if "accrual_intensity_per_time" in inputs:
        return observation.accrual.patients
    return inputs.get("maximum_subjects")


def compare(case, scenarios):
    for scenario, told in enumerate(scenarios):
        for field, value in case["expected"].items():
            if field not in told:
                continue
            expected = np.asarray(value, dtype=float)
            if expected.ndim == 2 or (field in BY_SCENARIO and expected.ndim == 1):
                expected = expected[..., scenario]
            assert told[field] == pytest.approx(expected, rel=1e-6, abs=1e-12), field


def told_of(planned):
    plan, sequential = planned.plan, planned.plan.sequential
    control, experimental = plan.patients_whole
    stops = sequential.under_alternative
    information = {
        name: planned.information * sequential.expected_information(part * sequential.drift)
        for part, name in (
            (0.0, "expected_information_under_h0"),
            (0.5, "expected_information_midway"),
            (1.0, "expected_information_under_h1"),
        )
    }
    told = {
        "hazard_treatment": planned.comparison.experimental_rate,
        "hazard_control": planned.comparison.control_rate,
        "rate_ratio": planned.comparison.ratio,
        "maximum_information": planned.information,
        "information_by_stage": [look.information for look in plan.looks],
        "rejection_probability_by_stage": stops.upper,
        "futility_probability_by_stage": stops.lower[:-1],
        "maximum_subjects": control + experimental,
        "subjects_fixed_design": control + experimental,
        "maximum_subjects_treatment": experimental,
        "subjects_fixed_design_treatment": experimental,
        "maximum_subjects_control": control,
        "subjects_fixed_design_control": control,
        "allocation_ratio_treatment_to_control": planned.comparison.allocation,
        **information,
    }
    if plan.looks[-1].time is not None:
        told["calendar_time_by_stage"] = [look.time for look in plan.looks]
        told["subjects_by_stage"] = [look.patients for look in plan.looks]
        told["expected_study_duration_under_h1"] = plan.expected[2].time
        told["expected_subjects_under_h1"] = plan.expected[2].patients
        if sequential.looks == 1:
            told["efficacy_bound_on_effect_scale_by_stage"] = [plan.looks[0].efficacy.effect]
    return told


@pytest.mark.parametrize("case", SIZES, ids=[case["id"] for case in SIZES])
def test_counts_as_rpact_sizes_them(case):
    inputs = case["inputs"]
    stopping, power = stopping_of(inputs)
    observation = observation_of(inputs)
    patients = patients_of(inputs, observation)
    scenarios = []
    for scenario, comparison in enumerate(comparisons_of(inputs, observation)):
        if case["id"] in STAIRCASE:
            theirs = case["expected"]["allocation_ratio_treatment_to_control"][scenario]
            comparison = comparison.with_allocation(theirs)  # noqa: PLW2901
        planned = counts_design(comparison, observation, stopping, power=power, patients=patients)
        told = told_of(planned)
        if case["id"] in STAIRCASE:  # theirs is for patients in fractions at this allocation
            told.pop("efficacy_bound_on_effect_scale_by_stage", None)
        scenarios.append(told)
    compare(case, scenarios)


@pytest.mark.parametrize("case", POWERS, ids=[case["id"] for case in POWERS])
def test_power_of_counts_as_rpact_has_it(case):
    inputs = case["inputs"]
    stopping, _ = stopping_of(inputs)
    observation = observation_of(inputs)
    comparisons = list(comparisons_of(inputs, observation))
    higher = inputs.get("larger_is_better_direction_upper", True)
    planned = counts_design(
        comparisons[0].with_ratio(comparisons[0].null * (1.5 if higher else 0.6)),
        observation,
        stopping,
        patients=patients_of(inputs, observation),
    )
    scenarios = []
    for comparison in comparisons:
        stops = counts_stops(planned, comparison.ratio)
        reject = stops.upper + (stops.lower if stopping.sides == 2 else 0.0)
        told = {
            "rate_ratio": comparison.ratio,
            "rejection_probability_by_stage": reject,
            "overall_rejection_probability": reject.sum(),
        }
        if stopping.sides == 1:
            told["futility_probability_by_stage"] = stops.lower[:-1]
            told["overall_futility_probability"] = stops.lower[:-1].sum()
        scenarios.append(told)
    compare(case, scenarios)
