"""Survival designs in worlds that leave little to compute, or nothing to find."""

import math
from dataclasses import replace

import numpy as np
import pytest

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendAlpha, SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    PowerSpending,
)
from equipoise.design.survival.calendar_power import power_by_calendar
from equipoise.design.survival.equivalence import (
    EquivalenceLimits,
    survival_equivalence_events,
    survival_equivalence_power,
)
from equipoise.design.survival.events import expected_events, most_events, time_of_events
from equipoise.design.survival.formulas import power_of_events, required_events
from equipoise.design.survival.hazards import (
    accrual,
    hazard_from_median,
    hazard_from_probability,
    hazard_from_survival,
    one_stratum,
    piecewise_rate,
)
from equipoise.design.survival.look_rules import LookRule, look_calendar
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.survival_design import (
    expected_over_time,
    survival_design,
    survival_power,
)
from equipoise.design.survival.whole_design import whole_survival_design
from equipoise.errors import DesignError

WORLD = one_stratum(accrual(24, 12.5), hazard_from_median(12), 0.7, dropout=0.005)
LOOKS = StoppingPlan(
    (0.2, 0.4, 0.6, 0.8, 1.0),
    efficacy=SpendAlpha(PowerSpending(2.0)),
    futility=SpendBeta(HwangShihDeCani(-2.0)),
)


def test_nobody_has_an_event_without_a_hazard():
    world = one_stratum(accrual(12, 5), 0.0, 0.7, dropout=0.1)
    seen = expected_events(world, [0.0, 6.0, 90.0])
    assert seen.total_events.tolist() == [0, 0, 0]
    assert most_events(world) == 0
    with pytest.raises(DesignError, match="infinitely many"):
        time_of_events(world, 1)
    with pytest.raises(DesignError, match="No event is expected"):
        survival_design(SurvivalQuestion(world, follow_up=12.0))


def test_everybody_has_it_at_once_with_an_enormous_hazard():
    world = one_stratum(accrual(12, 5), 1e6, 0.7)
    assert expected_events(world, [6.0]).total_events == pytest.approx([30.0], rel=1e-5)


def test_nothing_at_time_zero():
    seen = expected_events(WORLD, [0.0])
    for counts in (seen.events, seen.at_risk, seen.enrolled):
        assert not np.any(counts)
    assert time_of_events(WORLD, [0.0]).tolist() == [0.0]


def test_the_cured_never_have_it():
    world = one_stratum(accrual(24, 10), 0.5, 1.0, cured=(0.3, 0.5))
    assert most_events(world) == pytest.approx(0.7 * 120 + 0.5 * 120)


def test_one_look_is_the_fixed_design():
    fixed = survival_design(SurvivalQuestion(WORLD, follow_up=12.0))
    assert fixed.plan.events == pytest.approx(required_events(0.7), rel=1e-10)
    assert fixed.plan.events == pytest.approx(fixed.plan.fixed_events, rel=1e-10)
    assert fixed.plan.patients == pytest.approx(fixed.plan.fixed_patients, rel=1e-10)


def test_power_under_no_effect_is_alpha():
    world = one_stratum(accrual(24, 12.5), hazard_from_median(12), 1.0)
    design = survival_design(SurvivalQuestion(world, "power", power=None, follow_up=12.0))
    assert design.plan.power == pytest.approx(0.025, abs=1e-12)
    assert len(design.truths) == 1


@pytest.mark.parametrize("method", ["direct", "schoenfeld", "lachin-foulkes"])
def test_power_under_no_effect_is_alpha_by_every_formula(method):
    world = one_stratum(accrual(24, 12.5), hazard_from_median(12), 1.0)
    looks = StoppingPlan((0.5, 1.0))
    asked = SurvivalQuestion(world, stopping=looks, follow_up=12.0, method=method)
    assert survival_power(asked) == pytest.approx(0.025, abs=2e-5)


@pytest.mark.parametrize("method", ["direct", "schoenfeld", "lachin-foulkes"])
def test_too_early_for_any_event(method):
    world = one_stratum(accrual(24, 12.5), piecewise_rate([0, 40], [0.0, 0.1]), 0.7)
    with pytest.raises(DesignError, match="No event is expected"):
        survival_design(SurvivalQuestion(world, follow_up=12.0, method=method))
    with pytest.raises(DesignError, match="No event is expected by 20"):
        survival_design(SurvivalQuestion(world, calendar=(20.0, 60.0), method=method))
    with pytest.raises(DesignError, match="too few for any test"):
        survival_power(SurvivalQuestion(world, follow_up=16.001, method=method))


def test_power_under_harm_is_less_than_alpha():
    world = one_stratum(accrual(24, 12.5), hazard_from_median(12), 1.3)
    asked = SurvivalQuestion(world, power=None, follow_up=12.0, better="lower")
    assert survival_power(asked) < 0.001
    drawn = group_sequential(LOOKS, power=0.9)
    under_harm = replace(asked, stopping=LOOKS, boundaries=drawn)
    assert survival_power(under_harm) < 0.001
    with pytest.raises(DesignError, match="boundaries"):
        survival_power(replace(asked, stopping=LOOKS))


def test_aall1331_with_five_looks():
    """131 events at 0.58: 87.6% with one look, 83.3% with five and non-binding futility.

    Hazard of the control arm: 45% without an event at two years, as a planning value.
    """
    world = one_stratum(
        accrual(57, patients=220),
        hazard_from_survival([24], [0.45]),
        0.58,
        dropout=hazard_from_probability(0.02, 12),
    )
    asked = SurvivalQuestion(world, "power", events=131.0, power=None)
    assert survival_power(asked) == pytest.approx(power_of_events(0.58, 131), rel=1e-10)
    five = survival_design(replace(asked, stopping=LOOKS))
    assert five.plan.power == pytest.approx(0.83342, abs=1e-5)
    assert five.sequential.alpha_spent == pytest.approx([0.001, 0.004, 0.009, 0.016, 0.025])


def test_more_events_than_there_can_be():
    asked = SurvivalQuestion(
        one_stratum(accrual(24, 10), 0.05, 0.7, cured=0.3), "follow-up", power=0.85
    )
    with pytest.raises(
        DesignError,
        match=r"At most 168 events .* 240 patients; power 0.85 needs 282.* Enroll at least 404 .*"
        r"accept power 0.64",
    ):
        survival_design(asked)
    by_events = replace(asked, events=200.0)
    with pytest.raises(DesignError, match=r"200 are asked for. Enroll at least 286"):
        survival_design(by_events)
    with pytest.raises(DesignError, match="200"):
        survival_design(replace(by_events, solve_for="power", power=None))


def test_accrual_that_never_reaches_the_patients():
    asked = SurvivalQuestion(WORLD, "accrual duration", study_duration=20.0)
    with pytest.raises(DesignError, match=r"Enroll 3.* times as fast, or accept power 0.39"):
        survival_design(asked)
    ending = one_stratum(accrual(24, piecewise_rate([0, 6], [10, 0])), 0.05, 0.7)
    with pytest.raises(DesignError, match="times as fast"):
        survival_design(SurvivalQuestion(ending, "accrual duration", follow_up=12.0))


def test_the_same_ratio_as_the_null():
    world = one_stratum(accrual(24, 10), 0.05, 1.0)
    with pytest.raises(DesignError, match="equals that of the null"):
        survival_design(SurvivalQuestion(world, follow_up=12.0))


def test_no_ratio_is_detected_by_freedman_on_three_events():
    world = one_stratum(accrual(24, 10), 0.05, 0.7)
    asked = SurvivalQuestion(world, "effect", events=3.0, method="freedman")
    with pytest.raises(DesignError, match="no hazard ratio"):
        survival_design(asked)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"solve_for": "patients"}, "give the follow-up or the study duration"),
        ({"follow_up": 12.0, "study_duration": 36.0}, "both given"),
        ({"follow_up": -1.0}, "follow_up must be 0 or more"),
        ({"follow_up": 12.0, "power": 1.0}, "Power must lie between"),
        ({"follow_up": 12.0, "power": 0.01}, "Power must lie between"),
        ({"follow_up": 12.0, "power": None}, "give the power or the number of events"),
        ({"follow_up": 12.0, "stopping": StoppingPlan(alpha=0.0)}, "Alpha must lie between"),
        ({"follow_up": 12.0, "method": "magic"}, "no formula called 'magic'"),
        ({"follow_up": 12.0, "solve_for": "luck"}, "not solved for 'luck'"),
        ({"follow_up": 12.0, "better": "higher"}, "other side of the null"),
        ({"follow_up": 12.0, "method": "freedman", "null_ratio": 1.3}, "null hazard ratio of 1"),
        ({"follow_up": 12.0, "solve_for": "follow-up"}, "leave out follow_up"),
        ({"solve_for": "power"}, "either the events or the follow-up"),
        ({"solve_for": "power", "events": 100.0, "follow_up": 9.0}, "either the events or"),
        ({"solve_for": "effect", "power": None, "follow_up": 9.0}, "give the power"),
        ({"follow_up": 12.0, "stopping": StoppingPlan((0.5, 0.9))}, "information fraction 1"),
        ({"calendar": (12.0, 9.0)}, "increase from 0"),
        ({"calendar": (12.0, 30.0), "solve_for": "accrual duration"}, "fix the accrual"),
    ],
)
def test_questions_at_odds_with_themselves(change, message):
    with pytest.raises(DesignError, match=message):
        survival_design(replace(SurvivalQuestion(WORLD), **change))


@pytest.mark.parametrize(
    ("world", "message"),
    [
        (one_stratum(accrual(0, 10), 0.05, 0.7), "last longer than 0"),
        (one_stratum(accrual(12, 0), 0.05, 0.7), "enrolls nobody"),
        (one_stratum(accrual(12, -3), 0.05, 0.7), "rates of 0 or more; found -3"),
        (one_stratum(accrual(12, 10), -0.05, 0.7), "control hazard .* found -0.05"),
        (one_stratum(accrual(12, 10), math.nan, 0.7), "rates of 0 or more"),
        (one_stratum(accrual(12, 10), 0.05, 0.0), "ratio .* above 0"),
        (one_stratum(accrual(12, 10), 0.05, 0.7, dropout=-1.0), "dropout .* found -1"),
        (one_stratum(accrual(12, 10), 0.05, 0.7, allocation=0.0), "allocation"),
        (one_stratum(accrual(12, 10), 0.05, 0.7, cured=1.0), "fraction cured"),
        (
            one_stratum(accrual(12, 10), piecewise_rate([0, 5, 5], [1, 2, 3]), 0.7),
            "increase from 0",
        ),
        (one_stratum(accrual(12, 10), piecewise_rate([1, 5], [1, 2]), 0.7), "increase from 0"),
        (replace(WORLD, strata=()), "at least one stratum"),
        (replace(WORLD, strata=WORLD.strata * 2), "add up to 1; found 2"),
        (replace(WORLD, weibull_shape=0.0), "Weibull shape"),
        (replace(WORLD, longest_follow_up=0.0), "follow-up of each patient"),
    ],
)
def test_worlds_that_cannot_be(world, message):
    with pytest.raises(DesignError, match=message):
        expected_events(world, [12.0])


def test_changing_hazard_ratios_have_designs_of_their_own():
    world = one_stratum(accrual(24, 10), 0.05, piecewise_rate([0, 4], [1.0, 0.6]))
    with pytest.raises(DesignError, match="ratios that change"):
        survival_design(SurvivalQuestion(world, follow_up=12.0))


def test_events_before_enrollment_ends_are_told():
    world = one_stratum(accrual(60, 40), 0.08, 0.6)
    design = survival_design(SurvivalQuestion(world, "follow-up", power=0.8))
    assert design.follow_up < 0
    assert any("before enrollment would end" in said for said in design.plan.assumed)
    assert design.plan.patients < 2400


def test_a_null_under_which_the_events_never_come():
    world = one_stratum(accrual(12, 15), 0.03, 2.0, dropout=0.06)
    design = survival_design(SurvivalQuestion(world, "follow-up", power=0.8))
    null = design.truths[0]
    assert null.time.tolist() == [math.inf]
    assert null.expected_duration == math.inf
    assert design.plan.expected[0].time is None


def test_events_over_time_rise_to_the_last_look():
    design = survival_design(SurvivalQuestion(WORLD, stopping=LOOKS, follow_up=12.0))
    seen = expected_over_time(design)
    assert seen.total_events[-1] == pytest.approx(design.plan.events, rel=1e-10)
    null = expected_over_time(design, hazard_ratio=1.0)
    assert np.all(null.total_events[1:] > seen.total_events[1:])
    halfway = design.under(math.sqrt(0.7))
    assert halfway.power == pytest.approx(design.truths[1].power, rel=1e-10)


def test_whole_designs_stay_whole():
    design = whole_survival_design(
        survival_design(SurvivalQuestion(WORLD, stopping=LOOKS, follow_up=12.0))
    )
    again = whole_survival_design(design)
    assert [look.events for look in again.plan.looks] == [look.events for look in design.plan.looks]
    assert again.plan.patients == pytest.approx(design.plan.patients, rel=1e-12)
    assert design.plan.power >= 0.9


def test_looks_by_the_calendar_under_the_planned_ratio_are_the_design():
    design = survival_design(SurvivalQuestion(WORLD, stopping=LOOKS, follow_up=12.0))
    same = power_by_calendar(design, 0.7)
    assert same.power == pytest.approx(0.9, rel=1e-9)
    assert same.sequential.upper == pytest.approx(design.sequential.upper, rel=1e-9)
    worse = power_by_calendar(design, 0.8)
    assert worse.counts.total_events[-1] > design.plan.events
    assert design.under(0.8).power < worse.power < 0.9
    with pytest.raises(DesignError, match="5 looks and 2 times"):
        power_by_calendar(design, 0.8, times=[12.0, 36.0])


def test_equivalence_of_a_fixed_design_in_closed_form():
    found = survival_equivalence_power(EquivalenceLimits(0.71, 1.4), 300.0)
    root = math.sqrt(75)
    phi = [
        0.5 * math.erfc(-z / math.sqrt(2))
        for z in (
            math.log(1.4) * root - 1.6448536269514722,
            math.log(0.71) * root + 1.6448536269514722,
        )
    ]
    assert found.power == pytest.approx(phi[0] - phi[1], abs=1e-10)
    events = survival_equivalence_events(EquivalenceLimits(0.71, 1.4), found.power)
    assert events == pytest.approx(300.0, rel=1e-8)
    with pytest.raises(DesignError, match="never shown"):
        survival_equivalence_events(EquivalenceLimits(0.71, 1.4), 0.8, hazard_ratio=1.5)
    with pytest.raises(DesignError, match="lower < upper"):
        EquivalenceLimits(1.4, 0.71)


def test_rules_that_are_never_met():
    with pytest.raises(DesignError, match="never enrolled"):
        look_calendar(WORLD, [LookRule(patients=301)])
    with pytest.raises(DesignError, match="never reached"):
        look_calendar(WORLD, [LookRule(events=300)])
    assert look_calendar(WORLD, [LookRule(time=30, events=300, longest_wait=6)]).tolist() == [36.0]


def test_survival_through_points_that_cannot_be():
    for times, survival in (([12, 6], [0.8, 0.5]), ([12], [0.8, 0.5]), ([6, 12], [0.5, 0.8])):
        with pytest.raises(DesignError):
            hazard_from_survival(times, survival)
    with pytest.raises(DesignError, match="above 0"):
        hazard_from_median(0)
    with pytest.raises(DesignError, match="below 1"):
        hazard_from_probability(1.0, 12)


def test_fixed_follow_up_of_each_patient_ends_the_events():
    world = replace(WORLD, longest_follow_up=18.0)
    late = expected_events(world, [42.0, 100.0])
    assert late.total_events[0] == pytest.approx(late.total_events[1], rel=1e-13)
    assert late.at_risk[0].sum() == pytest.approx(0.0, abs=1e-9)
    assert time_of_events(world, most_events(world)) == pytest.approx([42.0], rel=1e-6)


def test_lan_demets_is_the_default_spending():
    named = StoppingPlan((0.5, 1.0), efficacy=SpendAlpha(LanDeMetsOBrienFleming()))
    one = survival_design(SurvivalQuestion(WORLD, stopping=named, follow_up=12.0))
    two = survival_design(
        SurvivalQuestion(WORLD, stopping=StoppingPlan((0.5, 1.0)), follow_up=12.0)
    )
    assert one.plan.events == two.plan.events
