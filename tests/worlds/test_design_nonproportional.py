"""Degenerate worlds of designs under non-proportional hazards."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.design.sequential.rules import SpendAlpha, SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsOBrienFleming
from equipoise.design.survival.average_hazard_ratio import (
    average_hazard_ratio,
    average_hazard_ratio_design,
)
from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
from equipoise.design.survival.max_combo import max_combo_design
from equipoise.design.survival.milestone import milestone_design
from equipoise.design.survival.nonproportional_power import nonproportional_power
from equipoise.design.survival.restricted_mean import restricted_mean_design
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.weighted_log_rank import weighted_log_rank_design
from equipoise.design.survival.weights import FlemingHarrington, early_zero_weight, log_rank_weight

O_BRIEN_FLEMING = SpendAlpha(LanDeMetsOBrienFleming())
DELAYED = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
ALIKE = one_stratum(accrual(12, 20), 0.06, 1.0)


def test_no_effect_is_found_with_probability_alpha():
    stopping = StoppingPlan((0.5, 0.8, 1.0), efficacy=O_BRIEN_FLEMING)
    plan = average_hazard_ratio_design(DELAYED, Timing(36), stopping=stopping, power=0.9).plan
    found = nonproportional_power(plan, replace(ALIKE, accrual=accrual(12, 50)))
    assert found.power == pytest.approx(0.025, abs=1e-5)  # fractions of V differ in the 5th digit
    assert found.hazard_ratio == pytest.approx([1.0, 1.0, 1.0])


def test_harm_is_found_with_less():
    plan = average_hazard_ratio_design(DELAYED, Timing(36), power=0.9).plan
    worse = one_stratum(accrual(12, 50), 0.06, piecewise_rate([0, 4], [1.0, 1.3]))
    assert nonproportional_power(plan, worse).power < 1e-3


def test_crossing_hazards_favor_the_control_early():
    crossing = one_stratum(accrual(12, 40), 0.06, piecewise_rate([0, 6], [1.5, 0.5]))
    design = average_hazard_ratio_design(
        crossing,
        Timing(calendar=(8, 20, 40)),
        stopping=StoppingPlan(efficacy=O_BRIEN_FLEMING, futility=SpendBeta(HwangShihDeCani(-4))),
        power=0.8,
    )
    assert design.evidence.shown[0] > 1 > design.evidence.shown[2]
    assert design.plan.power == pytest.approx(0.8)


def test_everybody_dies():
    """Follow-up for ever: every patient has the event, and the milestone is long past."""
    design = average_hazard_ratio_design(DELAYED, Timing(2000.0), power=0.9)
    assert design.plan.events == pytest.approx(design.plan.patients)
    milestone = milestone_design(DELAYED, Timing(2000.0), milestone=24, power=0.9)
    survival = np.exp(-0.06 * np.array([24, 4 + 0.6 * 20]))
    binomial = (survival * (1 - survival)).sum() / (survival[1] - survival[0]) ** 2
    z = 1.959963984540054 + 1.2815515655446004
    assert milestone.plan.patients == pytest.approx(2 * z**2 * binomial, rel=1e-9)


def test_restricted_mean_of_the_fully_followed_is_that_of_uncensored_times():
    design = restricted_mean_design(ALIKE_BUT_BETTER, Timing(100.0), horizon=10.0, power=0.9)
    means, variances = [], []
    for rate in (0.06, 0.03):
        kept = np.exp(-10 * rate)
        mean = (1 - kept) / rate
        square = 2 * (1 - kept * (1 + 10 * rate)) / rate**2
        means.append(mean)
        variances.append(square - mean**2)
    z = 1.959963984540054 + 1.2815515655446004
    patients = 2 * z**2 * sum(variances) / (means[1] - means[0]) ** 2
    assert design.plan.patients == pytest.approx(patients, rel=1e-9)


ALIKE_BUT_BETTER = one_stratum(accrual(12, 20), 0.06, 0.5)


def test_an_interim_look_before_the_delay_has_passed():
    """Nothing can be seen yet, in the mean; the test still has its variance."""
    late = one_stratum(accrual(12, 40), 0.06, piecewise_rate([0, 15], [1.0, 0.4]))
    design = weighted_log_rank_design(
        late, Timing(calendar=(12, 60)), stopping=StoppingPlan(efficacy=O_BRIEN_FLEMING), power=0.8
    )
    assert design.evidence.effect[0] == pytest.approx(0.0, abs=1e-12)
    assert design.evidence.shown[0] == pytest.approx(1.0)
    assert design.plan.power == pytest.approx(0.8)


def test_tests_that_determine_each_other():
    """(1 - S) + S = 1: the three weights have rank two, and the answer is exact."""
    weights = [log_rank_weight(), FlemingHarrington(1, 0), FlemingHarrington(0, 1)]
    design = max_combo_design(DELAYED, Timing(36), weights=weights, power=0.9)
    assert np.linalg.matrix_rank(design.combo.correlation, tol=1e-8) == 2
    assert design.power_error == 0.0
    assert design.plan.sequential.alpha_spent[0] == pytest.approx(0.025, abs=1e-9)


def test_four_tests_of_rank_three():
    weights = [
        log_rank_weight(),
        FlemingHarrington(1, 0),
        FlemingHarrington(0, 1),
        FlemingHarrington(0, 0.5),
    ]
    design = max_combo_design(DELAYED, Timing(36), weights=weights, power=0.9)
    assert design.power_error < 3e-6
    three = max_combo_design(DELAYED, Timing(36), weights=weights[1:], power=0.9)
    assert design.plan.sequential.upper[0] >= three.plan.sequential.upper[0] - 1e-4


def test_early_events_that_do_not_count():
    """A weight of 0 up to the delay leaves proportional hazards, and needs fewer patients."""
    plain, cut = (
        weighted_log_rank_design(DELAYED, Timing(36), weight=weight, power=0.9).plan
        for weight in (log_rank_weight(), early_zero_weight(4.0))
    )
    assert cut.effect.value == pytest.approx(0.6, rel=1e-10)
    assert cut.patients < plain.patients


def test_no_control_patient_is_cured_but_many_others_are():
    cured = one_stratum(accrual(12, 20), 0.06, 1.0, cured=(0.0, 0.3))
    design = weighted_log_rank_design(cured, Timing(48), power=0.9)
    assert design.evidence.shown[0] < 1
    assert average_hazard_ratio(cured, [48]).hazard_ratio[0] == pytest.approx(1.0)


def test_a_power_that_is_all_but_certain():
    design = weighted_log_rank_design(DELAYED, Timing(36), power=0.99999)
    assert design.plan.power == pytest.approx(0.99999, abs=1e-12)
