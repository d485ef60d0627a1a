"""Patients of multi-arm trials, by closed forms and by simulated patients."""

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design.multiplicity.dunnett import dunnett_critical_value
from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.multiplicity.multi_arm_design import (
    hazard_ratio_effects,
    mean_effects,
    multi_arm_design,
    rate_effects,
)
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.errors import DesignError

SHAPE = WangTsiatis(0.0)


def test_one_arm_and_look_is_schoenfeld():
    bounds = multi_arm_bounds(1, [1.0], SHAPE, allocation=2.0)
    plan = multi_arm_design(bounds, hazard_ratio_effects(0.7), power=0.8)
    events = (ndtri(0.975) + ndtri(0.8)) ** 2 * 9 / 2 / np.log(0.7) ** 2
    assert 3 * plan.exact == pytest.approx(events)
    assert plan.largest == np.ceil(events / 3) + np.ceil(2 * events / 3)
    by_patients = multi_arm_design(
        bounds, hazard_ratio_effects(0.7, event_probability=0.4), power=0.8
    )
    assert by_patients.exact == pytest.approx(plan.exact / 0.4)


def test_one_look_claims_one_arm_as_dunnett_does():
    bounds = multi_arm_bounds(3, [1.0], SHAPE)
    plan = multi_arm_design(
        bounds, mean_effects(4.0, 1.0, standard_deviation=8.0), power=0.85, goal="claim"
    )
    critical = dunnett_critical_value(np.full((3, 3), 0.5) + 0.5 * np.eye(3))
    exact = (critical + ndtri(0.85)) ** 2 * 2 * 8**2 / 4**2
    assert plan.exact == pytest.approx(exact, rel=1e-7)
    assert plan.effect_at_bound[0, 0] == pytest.approx(critical * np.sqrt(2 / plan.control[0]) * 8)


def test_published_patients_of_three_arms_and_looks():
    """MAMS: mams(K = 3, J = 3, p = 0.65, p0 = 0.55, alpha = 0.05), 29 patients an arm and look."""
    bounds = multi_arm_bounds(3, [1 / 3, 2 / 3, 1], SHAPE, 0.05, futility=[0, 0], binding=True)
    effect, other = np.sqrt(2) * ndtri([0.65, 0.55])
    arms = mean_effects(effect, other, standard_deviation=1.0)
    plan = multi_arm_design(bounds, arms, power=0.9)
    assert plan.control.tolist() == [29, 57, 85]
    asked = multi_arm_design(bounds, arms, control_patients=3 * 29)
    assert asked.largest == 348
    assert asked.power == pytest.approx(0.908, abs=3 * np.sqrt(0.08 / 50_000))


def test_rates_by_simulated_patients():
    bounds = multi_arm_bounds(2, [0.5, 1.0], SHAPE, futility=[0.0], allocation=0.5)
    plan = multi_arm_design(bounds, rate_effects(0.3, 0.42, 0.35), control_patients=400)
    rng, trials = np.random.default_rng(3), 100_000
    steps = np.diff(plan.control, prepend=0), np.diff(plan.each_arm, prepend=0)
    responders = [
        np.cumsum(rng.binomial(step, rate, (trials, 2)), axis=1)
        for step, rate in zip((steps[0], steps[1], steps[1]), (0.3, 0.42, 0.35), strict=True)
    ]
    control = responders[0] / plan.control
    z = []
    for arm in responders[1:]:
        rate = arm / plan.each_arm
        error = rate * (1 - rate) / plan.each_arm + control * (1 - control) / plan.control
        z.append((rate - control) / np.sqrt(error))
    first, second = z
    runs = [(arm[:, 0] < bounds.upper[0]) & (arm[:, 0] > 0) for arm in z]
    early = (first[:, 0] >= bounds.upper[0]) & (first[:, 0] > second[:, 0])
    rival = runs[1] & (second[:, 1] > first[:, 1])
    late = runs[0] & (second[:, 0] < bounds.upper[0]) & (first[:, 1] >= bounds.upper[1]) & ~rival
    assert plan.power == pytest.approx((early | late).mean(), abs=0.01)  # rates are not normal
    stopped = (np.maximum(first, second)[:, 0] >= bounds.upper[0]) | ~(runs[0] | runs[1])
    on = ~stopped
    patients = (
        plan.control[0]
        + 2 * plan.each_arm[0]
        + on * (steps[0][1] + steps[1][1] * (runs[0] + runs[1].astype(int)))
    )
    assert plan.expected_alternative == pytest.approx(patients.mean(), rel=0.005)


def test_designs_that_cannot_be():
    bounds = multi_arm_bounds(2, [0.5, 1.0], SHAPE)
    arms = mean_effects(1.0, standard_deviation=2.0)
    for given in ({}, {"power": 0.9, "control_patients": 100}):
        with pytest.raises(DesignError, match=r"Give `power`"):
            multi_arm_design(bounds, arms, **given)
    with pytest.raises(DesignError, match="at least one patient"):
        multi_arm_design(bounds, arms, control_patients=0)
    with pytest.raises(DesignError, match="above 0"):
        mean_effects(1.0, standard_deviation=0.0)
    with pytest.raises(DesignError, match="between 0 and 1"):
        rate_effects(0.0, 0.5)
    with pytest.raises(DesignError, match="Hazard ratios"):
        hazard_ratio_effects(-1.0)
    with pytest.raises(DesignError, match="chance of an event"):
        hazard_ratio_effects(0.7, event_probability=0.0)
