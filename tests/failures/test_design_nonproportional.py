"""What designs under non-proportional hazards refuse, and what they say."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.design.sequential.rules import SpendBeta, StoppingPlan, WangTsiatis
from equipoise.design.sequential.spending import HwangShihDeCani
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
from equipoise.design.survival.weights import (
    AtRiskWeight,
    FlemingHarrington,
    ModestlyWeighted,
    PiecewiseWeight,
    early_zero_weight,
    log_rank_weight,
)
from equipoise.design.survival.world import constant_rate
from equipoise.errors import DesignError

DELAYED = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
ALIKE = one_stratum(accrual(12, 20), 0.06, 1.0)


def refused(*words):
    return pytest.raises(DesignError, match=".*".join(words))


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing(), "last look"),
        (Timing(-1.0), "longer than 0; found -1"),
        (Timing(calendar=(12, 12, 36)), "increase"),
        (Timing(36, information=(0.5, 0.8)), "from above 0 to 1"),
        (Timing(36, information=(0.8, 0.5, 1.0)), "increase"),
        (Timing(calendar=(12, 36), information=(0.2, 0.5, 1.0)), "same number.*2, 3"),
        (Timing(24, calendar=(30.0, 20.0)), "increase"),
        (Timing(30, calendar=(40.0,), information=()), None),
        (Timing(events=(50.0, 500.0)), "never reached"),
        (Timing(36, information=(1e-9, 1.0)), None),
    ],
)
def test_looks(timing, words):
    if words is None:
        assert average_hazard_ratio_design(DELAYED, timing).plan.looks
        return
    with refused(words):
        average_hazard_ratio_design(DELAYED, timing)


@pytest.mark.parametrize("power", [0.0, 0.025, 1.0, np.nan])
def test_power(power):
    with refused("between alpha", "and 1"):
        average_hazard_ratio_design(DELAYED, Timing(36), power=power)
    with refused("between alpha", "and 1"):
        max_combo_design(DELAYED, Timing(36), weights=[log_rank_weight()], power=power)


def test_no_effect():
    with refused("not better than 1", "no trial can show it"):
        average_hazard_ratio_design(ALIKE, Timing(36), power=0.9)
    with refused("not better than 0"):
        milestone_design(ALIKE, Timing(36), milestone=24, power=0.9)
    with refused("None of the tests"):
        max_combo_design(ALIKE, Timing(36), weights=[log_rank_weight()], power=0.9)


def test_a_margin_that_the_effect_does_not_reach():
    with refused("not better than 0.2"):
        milestone_design(DELAYED, Timing(36), milestone=24, null=0.2, power=0.9)
    with refused("above 0; found -1"):
        milestone_design(DELAYED, Timing(36), milestone=24, scale="ratio", null=-1.0)


def test_a_look_before_its_milestone():
    with refused("look at 20 cannot see the milestone 24"):
        milestone_design(DELAYED, Timing(calendar=(20, 36)), milestone=24, power=0.9)
    with refused("look at 24 cannot see the horizon 24"):
        restricted_mean_design(DELAYED, Timing(24), horizon=24, power=0.9)
    with refused("after the longest follow-up"):
        milestone_design(replace(DELAYED, longest_follow_up=12.0), Timing(36), milestone=24)
    with refused("above 0; found 0"):
        restricted_mean_design(DELAYED, Timing(24), horizon=0.0)


def test_scales():
    with refused("'hazard'", "difference, ratio, log-log, odds ratio"):
        milestone_design(DELAYED, Timing(36), milestone=24, scale="hazard")
    with refused("difference, ratio"):
        restricted_mean_design(DELAYED, Timing(36), horizon=24, scale="log-log")


def test_a_follow_up_that_never_gives_the_power():
    with refused("not reached however long the follow-up", "times as fast"):
        average_hazard_ratio_design(DELAYED, Timing(36), power=0.97, solve_for="follow-up")


def test_what_cannot_be_solved_for():
    with refused("Looks at numbers of events fix the power"):
        average_hazard_ratio_design(DELAYED, Timing(events=(60.0, 100.0)), power=0.9)
    with refused("by information fractions"):
        average_hazard_ratio_design(
            DELAYED, Timing(calendar=(20, 36)), power=0.9, solve_for="follow-up"
        )
    with refused("before its accrual"):
        average_hazard_ratio_design(DELAYED, Timing(10), power=0.9, solve_for="accrual duration")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FlemingHarrington(0, -1), "gamma from 0 on"),
        (lambda: FlemingHarrington(np.inf, 0), "number rho"),
        (lambda: ModestlyWeighted(until=0.0), "above 0"),
        (lambda: ModestlyWeighted(largest=1.0), "above 1; found 1"),
        (lambda: AtRiskWeight(-0.5), "from 0 on; found -0.5"),
        (lambda: PiecewiseWeight(constant_rate(0.0)), "one at least above"),
        (lambda: early_zero_weight(-3.0), "above 0; found -3"),
    ],
)
def test_weights(make, words):
    with refused(words):
        make()


def test_at_risk_weights_at_several_looks():
    with refused("Gehan-Breslow", "max_combo_design"):
        weighted_log_rank_design(DELAYED, Timing(calendar=(20, 36)), weight=AtRiskWeight())
    allowed = max_combo_design(DELAYED, Timing(calendar=(20, 36)), weights=[AtRiskWeight()])
    assert 0 < allowed.plan.power < 1


def test_a_beta_of_its_own():
    futile = StoppingPlan((0.5, 1.0), futility=SpendBeta(HwangShihDeCani(-2.0)))
    with refused("leave beta out"):
        average_hazard_ratio_design(DELAYED, Timing(36), stopping=futile, power=0.9, beta=0.1)
    with refused("non-binding futility that spends"):
        average_hazard_ratio_design(DELAYED, Timing(calendar=(20, 36)), beta=0.1)
    with refused("between 0 and 1; found 1.5"):
        average_hazard_ratio_design(DELAYED, Timing(36), stopping=futile, beta=1.5)
    with refused("meets the efficacy bound"):
        steep = StoppingPlan((0.5, 1.0), futility=SpendBeta(HwangShihDeCani(30.0)))
        average_hazard_ratio_design(DELAYED, Timing(36), stopping=steep, beta=0.999)


class TestMaxCombo:
    def test_too_many_tests(self):
        weights = [FlemingHarrington(0, k / 8) for k in range(9)]
        with refused("27 tests over all looks", "fewer weights"):
            max_combo_design(DELAYED, Timing(calendar=(20, 28, 36)), weights=weights)

    def test_no_weight(self):
        with refused("at least one weight"):
            max_combo_design(DELAYED, Timing(36), weights=[])

    def test_the_same_test_twice(self):
        with refused("log-rank", "are the same"):
            max_combo_design(
                DELAYED, Timing(36), weights=[log_rank_weight(), FlemingHarrington(0, 0)]
            )

    def test_tests_of_the_looks(self):
        with refused("for 1 looks, but there are 2"):
            max_combo_design(
                DELAYED, Timing(calendar=(20, 36)), weights=[log_rank_weight()], tested=((0,),)
            )
        with refused(r"Look 2 tests the weights \[\]"):
            max_combo_design(
                DELAYED, Timing(calendar=(20, 36)), weights=[log_rank_weight()], tested=((0,), ())
            )

    def test_two_sides(self):
        with refused("one-sided"):
            max_combo_design(
                DELAYED, Timing(36), weights=[log_rank_weight()], stopping=StoppingPlan(sides=2)
            )

    def test_families_of_bounds(self):
        with refused("WangTsiatis is none of these"):
            max_combo_design(
                DELAYED,
                Timing(calendar=(20, 36)),
                weights=[log_rank_weight()],
                stopping=StoppingPlan((0.5, 1.0), efficacy=WangTsiatis(0.25)),
            )

    def test_a_weight_that_has_seen_nothing(self):
        with refused("has weighed no event yet"):
            max_combo_design(
                DELAYED,
                Timing(calendar=(8, 36)),
                weights=[log_rank_weight(), early_zero_weight(10.0)],
            )

    def test_points(self):
        with refused("1000 points"):
            max_combo_design(DELAYED, Timing(36), weights=[log_rank_weight()], points=1000)


def test_a_plan_of_another_kind():
    plan = average_hazard_ratio_design(DELAYED, Timing(36), power=0.9).plan
    with refused("binary"):
        nonproportional_power(replace(plan, kind="binary"), DELAYED)
    with refused("never reached"):
        nonproportional_power(plan, one_stratum(accrual(12, 1), 0.06, 0.5))


def test_a_world_that_cannot_be():
    with refused("allocation"):
        average_hazard_ratio(replace(DELAYED, allocation=-1.0), [12])
