"""Survival designs that other programs get wrong: see test_known_mistakes_design.py."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design import (
    FixedEfficacy,
    FlemingHarrington,
    HwangShihDeCani,
    SpendAlpha,
    SpendBeta,
    StoppingPlan,
    SurvivalQuestion,
    Timing,
    accrual,
    average_hazard_ratio_design,
    constant_rate,
    equally_spaced,
    expected_events,
    hazard_from_median,
    milestone_design,
    one_stratum,
    piecewise_rate,
    survival_design,
    weighted_hazard_ratio,
    weighted_log_rank_design,
    whole_survival_design,
)

MONTHLY = np.log(2) / 12  # the hazard of a median of 12 months


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


def test_each_arm_drops_out_as_it_does():
    """gsDesign 3.11, `etaE`: an interim of 59.74 events is put where 57.05 have come."""
    world = one_stratum(accrual(18, 16.464), MONTHLY, 0.6, dropout=(0.001, 0.03))
    at = 13.97829644
    leaving = np.array([MONTHLY + 0.001, 0.6 * MONTHLY + 0.03])
    waiting = at + np.expm1(-leaving * at) / leaving
    by_hand = 8.232 * np.array([MONTHLY, 0.6 * MONTHLY]) / leaving * waiting
    events = expected_events(world, [at])
    assert events.events.ravel() == pytest.approx(by_hand, rel=1e-9)
    assert events.total_events[0] == pytest.approx(57.05, abs=0.01)


def test_whole_events_come_from_every_stratum():
    """gsDesign 3.11 toInteger: looks at 8.3 and 12.0, where half of their events have come."""
    world = one_stratum(accrual(12, 18), 0.08, 0.7, dropout=0.002)
    (only,) = world.strata
    low = replace(only, name="low", share=2 / 3, control_hazard=constant_rate(0.03))
    world = replace(world, strata=(replace(only, name="high", share=1 / 3), low))
    efficacy, futility = SpendAlpha(HwangShihDeCani(-4)), SpendBeta(HwangShihDeCani(-2))
    stopping = StoppingPlan(equally_spaced(3), efficacy=efficacy, futility=futility)
    design = survival_design(SurvivalQuestion(world, stopping=stopping, follow_up=18.0))
    for plan in (design.plan, whole_survival_design(design).plan):
        assert [look.time for look in plan.looks[:2]] == pytest.approx([11.6, 18.9], abs=0.05)


def test_an_information_scale_sets_the_size_it_is_asked_for():
    """gsDesign2 1.1.8, `h0_info`, two to one: 285.87 as for `h1_info`; it has 0.880 by both."""
    slowly = piecewise_rate([0, 2, 4], [5, 10, 20])

    def world(patients=None):
        return one_stratum(
            accrual(12, slowly, patients=patients),
            MONTHLY,
            piecewise_rate([0, 4], [1.0, 0.5]),
            dropout=0.001,
            allocation=2.0,
        )

    end = Timing(36.0)
    plan = average_hazard_ratio_design(world(), end, power=0.9, variance="null").plan
    assert plan.patients == pytest.approx(305.8268, abs=1e-4)
    theirs = average_hazard_ratio_design(world(285.8735879), end, variance="null").plan
    assert theirs.power == pytest.approx(0.8798073, abs=1e-6)


def test_dropout_that_begins_later_costs_patients():
    """gsDesign2 1.1.8 fixed_design_milestone: 304.79 in both, by the first of the pieces."""
    months = np.linspace(0.0, 18.0, 180_001)
    for later, patients in ((0.001, 304.78775), (0.02, 335.85815)):
        dropout = piecewise_rate([0, 6], [0.001, later])
        world = one_stratum(accrual(12, 20), MONTHLY, 0.6, dropout=dropout)
        plan = milestone_design(world, Timing(36.0), milestone=18.0, power=0.9).plan
        followed = np.exp(-0.001 * months.clip(max=6) - later * (months - 6).clip(min=0))
        hazard = MONTHLY * np.array([[1.0], [0.6]])
        survival = np.exp(-hazard * 18)
        at_risk = np.exp(-hazard * months) * followed
        greenwood = survival**2 * np.trapezoid(hazard / at_risk, months)[:, None]
        needed = 2 * greenwood.sum() * ((ndtri(0.975) + ndtri(0.9)) / np.ptp(survival)) ** 2
        assert plan.patients == pytest.approx(needed, rel=1e-6)
        assert plan.patients == pytest.approx(patients, abs=1e-4)


def test_a_constant_ratio_is_constant_while_patients_still_come():
    """gsDesign2 1.1.8 gs_info_wlr: log ratios of 0.167 and 0.336 for 0.511, at 4 and 8 of 12."""
    world = one_stratum(accrual(12, 20), MONTHLY, 0.6, dropout=0.001)
    found = weighted_hazard_ratio(world, [4.0, 8.0, 12.0, 24.0])
    assert found == pytest.approx([0.6] * 4, abs=1e-9)
