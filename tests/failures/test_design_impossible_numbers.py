"""Numbers no trial can have: each once ended in a warning, a foreign error or an endless search."""

import math

import pytest

from equipoise.design.binary.exact import ExactBinaryQuestion, exact_binary_power
from equipoise.design.binary.one_arm import OneRateQuestion, one_rate_patients
from equipoise.design.binary.rates import TwoRates
from equipoise.design.binary.stratified import paired_design
from equipoise.design.continuous.comparison import mean_difference, mean_ratio, one_mean
from equipoise.design.continuous.equivalence import means_equivalence_power
from equipoise.design.continuous.plan import means_design
from equipoise.design.safety.boundary import SafetyQuestion, given_safety_boundary
from equipoise.design.sequential.conditional_power import conditional_power
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.predictive_power import DriftBelief, probability_of_success
from equipoise.design.sequential.rules import ConditionalPowerFutility, StoppingPlan
from equipoise.errors import DesignError

THREE = StoppingPlan((0.3, 0.6, 1.0))
FISHER = ExactBinaryQuestion(TwoRates(0.3, 0.5), "fisher")
HALF = mean_difference(0.5, 1.0)
SAFETY = SafetyQuestion("pocock", 0.2, 0.05, 30)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: conditional_power(design(), 1, 1.0, math.nan), "drift assumed .* finite"),
        (lambda: conditional_power(design(), 1, 1.0, math.inf), "drift assumed .* finite"),
        (lambda: stops_below(0.1, 0.2, 0.3), "3 thresholds for 2 interim looks"),
        (lambda: stops_below(0.1, 1.0), "chance of success of 1; it must"),
        (lambda: DriftBelief(math.nan, 1.0), "mean nan"),
        (lambda: DriftBelief(1.0, 1e-12), "1e-12; it must be 1e-09"),
        (lambda: paired_design(1.0, 0.0, power=0.9), "below 1"),
        (lambda: exact_binary_power(FISHER, math.nan, 10), "Each arm needs a patient"),
        (lambda: exact_binary_power(FISHER, 10, 10.5), "Each arm needs a patient"),
        (lambda: given_safety_boundary(SAFETY, ((10, -1),)), "1 harm or more"),
        (lambda: means_design(HALF, patients=-5), "patients in all are -5"),
        (lambda: means_design(HALF, patients=math.inf), "patients in all are inf"),
        (lambda: means_design(HALF, patients=math.inf, power=0.9), "patients in all are inf"),
        (lambda: means_equivalence_power(HALF, -5, lower=-1, upper=1), "patients in all are -5"),
        (lambda: means_design(one_mean(0.5, 1e-300), power=0.9), "deviation is 1e-300"),
        (lambda: means_design(one_mean(0.5, 1e300), power=0.9), "deviation is 1e[+]300"),
        (lambda: means_design(one_mean(0.5, 1e-9), power=0.9), "standard errors .* units"),
        (lambda: means_design(mean_ratio(1e12, 0.5), power=0.9), "standard errors .* units"),
    ],
)
def test_refused(make, says):
    with pytest.raises(DesignError, match=says):
        make()


def stops_below(*thresholds):
    rule = ConditionalPowerFutility(thresholds, "trend")
    return group_sequential(StoppingPlan((0.3, 0.6, 1.0), futility=rule), power=0.9)


def design():
    return group_sequential(THREE, power=0.9)


def test_one_patient_is_enough_for_what_is_certain():
    question = OneRateQuestion(1e-9, 1 - 1e-9, alpha=0.05)
    assert one_rate_patients(question, power=0.9, choice="lasting").patients == 1


def test_a_belief_that_is_nearly_certain_gives_the_power():
    three = design()
    for spread in (1e-6, 1e-9):
        found = probability_of_success(three, DriftBelief(1.0, spread), futility="obeyed")
        assert abs(found - 0.9) < 1e-9
