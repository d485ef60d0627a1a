"""The calls of other software on survival designs, turned into ours.

One function for each peer's way of asking; each gives the peer's field names back, so that a
case is its inputs and what the peer printed.
"""

import math
from dataclasses import replace

import numpy as np

from equipoise.design.sequential.rules import (
    FixedFutility,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.survival.allocation import optimal_survival_allocation
from equipoise.design.survival.hazards import (
    accrual,
    hazard_from_probability,
    median_survival,
    one_stratum,
    piecewise_rate,
    survival_at,
    weibull_hazard,
)
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.survival_design import survival_design

METHODS = {"Schoenfeld": "schoenfeld", "Freedman": "freedman", "HsiehFreedman": "hsieh-freedman"}
ONE_LOOK = "fixed sample, one analysis"


def rpact(inputs, expected, *, power):
    """Answer getSampleSizeSurvival or getPowerSurvival: one dictionary for each scenario."""
    by_rates = None in np.ravel(np.array(expected.get("subjects_by_stage", []), dtype=object))
    return [
        _rpact_one(inputs, scenario, power=power, by_rates=by_rates)
        for scenario in _rpact_scenarios(inputs, power)
    ]


def _rpact_scenarios(inputs, power):
    """Give (control hazard, hazard ratio) of every scenario, hazards on the Weibull clock."""
    shape = inputs.get("weibull_shape", 1)
    by = inputs.get("time_at_which_event_rates_hold", 12)
    starts = inputs.get("piecewise_hazard_start_times", [0])
    if "hazard_control" in inputs:
        control = [hazard**shape for hazard in np.atleast_1d(inputs["hazard_control"])]
        control = piecewise_rate(starts, control)
    else:
        rate = inputs.get("event_rate_control", 0.2)
        control = hazard_from_probability(rate, by, shape=shape)
    base = float(control.values[0])
    if "hazard_ratio" in inputs:
        return [(control, ratio) for ratio in np.atleast_1d(inputs["hazard_ratio"])]
    if "hazard_treatment" in inputs:
        treated = np.atleast_1d(inputs["hazard_treatment"])
        if len(starts) > 1:
            return [(control, treated[0] / base)]
        return [(control, float(weibull_hazard(h, shape).values[0]) / base) for h in treated]
    usual = [0.2, 0.3, 0.4, 0.5] if power else [0.4, 0.5, 0.6]
    rates = np.atleast_1d(inputs.get("event_rate_treatment", usual))
    return [
        (control, float(hazard_from_probability(r, by, shape=shape).values[0]) / base)
        for r in rates
    ]


def _rpact_stopping(inputs):
    design = inputs.get("design", ONE_LOOK)
    if design == ONE_LOOK:
        return StoppingPlan(alpha=inputs.get("alpha", 0.025), sides=inputs.get("sides", 1)), (
            1 - inputs.get("beta", 0.2)
        )
    delta = design.get("wang_tsiatis_delta", 0.0)
    bounds = design.get("futility_bounds_z")
    stopping = StoppingPlan(
        tuple(design["information_fractions"]),
        design["alpha"],
        design["sides"],
        efficacy=WangTsiatis(delta),
        futility=FixedFutility(tuple(bounds)) if bounds else None,
    )
    return stopping, 1 - design.get("beta", 0.2)


def _rpact_enrollment(inputs):
    """Give the accrual, and whether its rates are people rather than proportions."""
    times = list(np.atleast_1d(inputs.get("accrual_time", [0, 12])).astype(float))
    rates = [float(rate) for rate in np.atleast_1d(inputs.get("accrual_intensity_per_time", []))]
    patients = inputs.get("maximum_subjects") or None
    if times[0] != 0:
        times = [0.0, *times]
    absolute = bool(rates) and all(rate >= 1 for rate in rates)
    if not rates:
        return accrual(times[-1], patients=patients), patients is not None
    if not absolute:
        rate = piecewise_rate(times[: len(rates)], rates)
        return accrual(times[-1], rate, patients=patients), patients is not None
    rate = piecewise_rate(times[: len(rates)], rates)
    if len(times) > len(rates):
        return accrual(times[-1], rate), True
    if patients is None:
        return accrual(max(times[-1], 1.0) * 2, rate), None  # the duration is to be found
    before = float(np.sum(np.diff(times) * rates[:-1]))
    return accrual(times[-1] + (patients - before) / rates[-1], rate), True


def _rpact_one(inputs, scenario, *, power, by_rates):
    control, ratio = scenario
    shape = inputs.get("weibull_shape", 1)
    stopping, wanted = _rpact_stopping(inputs)
    if power:
        stopping = replace(stopping, power_counts="both sides")
    enrollment, absolute = _rpact_enrollment(inputs)
    by = inputs.get("time_at_which_dropout_rates_hold", 12)
    dropout = tuple(
        hazard_from_probability(inputs.get(f"dropout_rate_{arm}", 0), by)
        for arm in ("control", "treatment")
    )
    allocation = inputs["allocation_ratio_treatment_to_control"]
    world = one_stratum(
        enrollment,
        control,
        ratio,
        dropout=dropout,
        allocation=1.0 if isinstance(allocation, str) else allocation,
    )
    world = replace(world, weibull_shape=shape)
    if by_rates:  # accountForObservationTimes = FALSE: all are followed to the time of the rates
        rated = inputs["time_at_which_event_rates_hold"]
        world = replace(world, longest_follow_up=rated)
        inputs = {**inputs, "follow_up_time": rated}
    question = SurvivalQuestion(
        world,
        stopping=stopping,
        power=wanted,
        method=METHODS[inputs.get("event_formula", "Schoenfeld")],
        null_ratio=inputs.get("null_effect", 1),
    )
    follow_up = inputs.get("follow_up_time", 6)
    follow_up = 6 if isinstance(follow_up, str) else follow_up
    if power:
        upper = inputs.get("larger_is_better_direction_upper", True)
        question = replace(
            question,
            solve_for="power",
            power=None,
            events=inputs["maximum_events"],
            better="higher" if upper else "lower",
        )
    elif absolute:
        question = replace(question, solve_for="follow-up")
    elif absolute is None:
        question = replace(question, solve_for="accrual duration", follow_up=follow_up)
    else:
        question = replace(question, follow_up=follow_up)
    if isinstance(allocation, str):
        best = optimal_survival_allocation(question)
        question = replace(question, world=replace(world, allocation=best))
    return _rpact_fields(survival_design(question), inputs)


def _rpact_fields(design, inputs):
    plan, world = design.plan, design.world
    two_sided = plan.sequential.sides == 2
    shape = world.weibull_shape
    stratum = world.strata[0]
    planned = design.truths[-1]
    by = inputs.get("time_at_which_event_rates_hold", 12)
    share = world.experimental_share
    total = world.accrual.patients
    stops = plan.sequential.under_alternative
    both = two_sided and plan.sequential.asked.stopping.power_counts == "both sides"
    rejecting = stops.upper + (stops.lower if both else 0)
    effect = [look.efficacy.effect for look in plan.looks]
    other = [look.lower_efficacy.effect if two_sided else None for look in plan.looks]
    pairs = [sorted(pair) for pair in zip(effect, other, strict=True)] if two_sided else []
    futility = [look.futility for look in plan.looks[:-1] if look.futility]
    # rpact stops two-sided sample-size designs on the side of the effect only, where it counts
    # the duration and the patients; in the events it counts both sides, as is right.
    early = rejecting[:-1] if two_sided and not both else planned.stopping[:-1]
    leaving = np.append(early, 1 - early.sum())
    expected = {one.truth: one for one in plan.expected}
    rate = world.accrual.rates
    root = 1 / shape
    hazards = (stratum.control_hazard, stratum.experimental_hazard)
    alive = [survival_at(hazard, by, shape=shape)[0] for hazard in hazards]
    return {
        "median_treatment": median_survival(stratum.experimental_hazard, shape=shape),
        "median_control": median_survival(stratum.control_hazard, shape=shape),
        "hazard_treatment": float(stratum.experimental_hazard.values[0]) ** root,
        "hazard_control": float(stratum.control_hazard.values[0]) ** root,
        "event_rate_treatment": 1 - float(alive[1]),
        "event_rate_control": 1 - float(alive[0]),
        "hazard_ratio": plan.effect.value,
        "allocation_ratio_treatment_to_control": plan.allocation,
        "accrual_time": [*world.accrual.starts[1:].tolist(), design.accrual_duration],
        "maximum_subjects": total,
        "maximum_subjects_treatment": total * share,
        "maximum_subjects_control": total * (1 - share),
        "subjects_by_stage": [look.patients for look in plan.looks],
        "subjects_by_stage_treatment": [look.patients * share for look in plan.looks],
        "subjects_by_stage_control": [look.patients * (1 - share) for look in plan.looks],
        "maximum_events": plan.events,
        "accrual_intensity": float(rate[0]) if rate.size == 1 else rate.tolist(),
        "total_accrual_time": design.accrual_duration,
        "follow_up_time": design.follow_up,
        "rejection_probability_by_stage": rejecting.tolist(),
        "overall_rejection_probability": plan.power,
        "early_stopping_probability": float(early.sum()),
        "futility_probability_by_stage": stops.lower[:-1].tolist(),
        "overall_futility_probability": float(stops.lower[:-1].sum()),
        "information_fraction_by_stage": [look.information_fraction for look in plan.looks],
        "analysis_time_by_stage": [look.time for look in plan.looks],
        "study_duration": float(leaving @ planned.time),
        "maximum_study_duration": design.study_duration,
        "cumulative_events_by_stage": [look.events for look in plan.looks],
        "expected_events_under_h0": expected["null"].events if "null" in expected else math.nan,
        "expected_events_midway": expected["halfway"].events if "halfway" in expected else math.nan,
        "expected_events_under_h1": planned.expected_events,
        "expected_events": planned.expected_events,
        "expected_subjects_under_h1": float(leaving @ planned.counts.patients),
        "expected_subjects": float(leaving @ planned.counts.patients),
        "efficacy_bound_on_effect_scale_by_stage": effect,
        "futility_bound_on_effect_scale_by_stage": [bound.effect for bound in futility],
        "futility_bound_one_sided_p_by_stage": [bound.p for bound in futility],
        "lower_efficacy_bound_on_effect_scale_by_stage": [pair[0] for pair in pairs],
        "upper_efficacy_bound_on_effect_scale_by_stage": [pair[1] for pair in pairs],
        "two_sided_nominal_level_by_stage": [2 * look.efficacy.p for look in plan.looks],
        "events_fixed_design": plan.fixed_events,
        "subjects_fixed_design": plan.fixed_patients,
        "subjects_fixed_design_treatment": plan.fixed_patients * share,
        "subjects_fixed_design_control": plan.fixed_patients * (1 - share),
    }
