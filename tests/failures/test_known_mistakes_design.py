"""Designs that other programs get wrong: the part "Design" of docs/known-mistakes.md."""

import numpy as np
import pytest

from equipoise.design import (
    FixedEfficacy,
    FlemingHarrington,
    LanDeMetsOBrienFleming,
    NoInterimEfficacy,
    OneRateQuestion,
    SpendBeta,
    StoppingPlan,
    Timing,
    WangTsiatis,
    XiGallo,
    accrual,
    average_hazard_ratio_design,
    equally_spaced,
    group_sequential,
    hazard_from_median,
    multi_arm_bounds,
    one_rate_patients,
    one_rate_power,
    one_stratum,
    piecewise_rate,
    weighted_log_rank_design,
)
from equipoise.errors import DesignError


def late(patients):
    """Give a hazard ratio of 1 for four months, and 0.6 after, of a control median of 12."""
    return one_stratum(
        accrual(24, patients=patients),
        hazard_from_median(12),
        piecewise_rate([0, 4], [1.0, 0.6]),
        dropout=0.005,
    )


def test_two_looks_have_no_more_power_than_one_at_the_end():
    """gsDesign2 1.1.8, default info_scale: 0.9000 with looks at 24 and 36, 0.8992 at 36 alone."""
    world, looks = late(560.9388), StoppingPlan((0.5, 1.0))
    two = average_hazard_ratio_design(world, Timing(calendar=(24.0, 36.0)), stopping=looks).plan
    one = average_hazard_ratio_design(world, Timing(36.0)).plan
    assert one.power == pytest.approx(0.8992181, abs=1e-6)  # as theirs
    assert two.power == pytest.approx(0.891471, abs=1e-6)  # as theirs with info_scale="h1_info"


def test_an_early_look_of_a_weighted_log_rank_test():
    """Simulated: 0.205 of 6000 trials (error 0.005); gsDesign2 1.1.8 gs_power_wlr: 0.138."""
    plan = weighted_log_rank_design(
        late(240),
        Timing(calendar=(18.0, 36.0)),
        weight=FlemingHarrington(0, 1),
        stopping=StoppingPlan((0.5, 1.0), efficacy=FixedEfficacy((2.0, 1.96))),
    ).plan
    assert plan.looks[0].efficacy_alternative == pytest.approx(0.205, abs=0.02)


def test_exact_sizes_of_one_rate_are_the_smallest_or_last():
    """rpact 3.3.4: 43, which 39 make do for, and 35, after which 37 fall short."""
    for null, alternative, smallest, lasting in ((0.3, 0.5, 39, 43), (0.2, 0.4, 35, 38)):
        asked = OneRateQuestion(null, alternative, alpha=0.05)
        found = one_rate_patients(asked, power=0.8)
        assert found.patients == smallest
        assert found.power >= 0.8 > one_rate_power(asked, smallest - 1).power
        assert one_rate_patients(asked, power=0.8, choice="lasting").patients == lasting
        assert one_rate_power(asked, lasting - 1).power < 0.8


def test_conditional_error_too_small_to_be_spent():
    """gsDesign 3.11, sfXG2 with 0.02: 0.142 spent at 0.3 of the information, of 0.025."""
    with pytest.raises(DesignError, match=r"without falling; choose 0\.1312 or more"):
        XiGallo(2, 0.02)(np.array([0.3, 0.6, 1.0]), 0.025)


def test_binding_futility_counts_where_efficacy_is_tested_once():
    """rpact 3.3.4, noEarlyEfficacy with binding beta spending: 1.95996, and alpha unspent."""
    futility = SpendBeta(LanDeMetsOBrienFleming(), binding=True)
    rules = StoppingPlan(equally_spaced(3), efficacy=NoInterimEfficacy(), futility=futility)
    design = group_sequential(rules, power=0.9)
    assert design.upper[-1] == pytest.approx(1.926412, abs=1e-6)
    assert design.stops(0.0).upper.sum() == pytest.approx(0.025, abs=1e-12)


def test_two_arms_at_two_looks():
    """mvtnorm: 0.00578756; lrstat 0.3.3 exitprob_mams: 0.00580839."""
    bounds = multi_arm_bounds(2, (0.5, 1.0), WangTsiatis(0.0), 0.0057875563)
    assert bounds.upper == pytest.approx([3.8866, 2.7482], abs=2e-4)
