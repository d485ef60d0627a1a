"""Worlds in which survival designs once warned, divided by zero or stopped short of the answer."""

import numpy as np
import pytest

from equipoise.design.multiplicity.dunnett import dunnett_critical_value
from equipoise.design.sequential.rules import SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import HwangShihDeCani
from equipoise.design.survival.average_hazard_ratio import (
    average_hazard_ratio,
    average_hazard_ratio_design,
)
from equipoise.design.survival.calendar_power import power_by_calendar
from equipoise.design.survival.constant_hazards import ConstantHazards, constant_hazard_size
from equipoise.design.survival.conversions import (
    events_from_hazard_ratio,
    hazard_ratio_from_z,
    z_from_hazard_ratio,
)
from equipoise.design.survival.equivalence import EquivalenceLimits, survival_equivalence_power
from equipoise.design.survival.formulas import power_of_events, required_events
from equipoise.design.survival.hazards import (
    accrual,
    hazard_from_median,
    one_stratum,
    piecewise_rate,
    weibull_hazard,
)
from equipoise.design.survival.look_rules import LookRule, look_calendar
from equipoise.design.survival.milestone import milestone_design
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.restricted_mean import restricted_mean_design
from equipoise.design.survival.survival_design import survival_design, survival_power
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.weighted_log_rank import weighted_log_rank_design
from equipoise.design.survival.whole_design import whole_survival_design
from equipoise.errors import DesignError

END = Timing(24.0)


def designs(world):
    """Every test of hazards that need not be proportional."""
    yield lambda: average_hazard_ratio_design(world, END, power=0.9)
    yield lambda: weighted_log_rank_design(world, END, power=0.9)
    yield lambda: milestone_design(world, END, milestone=8.0, power=0.9)
    yield lambda: restricted_mean_design(world, END, horizon=8.0, power=0.9)


def test_no_hazard_is_refused():
    for plan in designs(one_stratum(accrual(12, 20), 0.0, 0.7)):
        with pytest.raises(DesignError, match="No event is ever expected"):
            plan()


def test_a_look_before_any_event_is_refused():
    late = one_stratum(accrual(12, 20), piecewise_rate([0, 6], [0.0, 0.1]), 0.7)
    early = Timing(calendar=(3.0, 24.0))
    for plan in (average_hazard_ratio_design, weighted_log_rank_design):
        with pytest.raises(DesignError, match="Look 1 at 3 sees nothing"):
            plan(late, early, power=0.9)
    assert average_hazard_ratio(late, [3.0]).events.tolist() == [0.0]


@pytest.mark.parametrize("hazard", [1e4, 1e9])
def test_hazards_that_leave_nobody(hazard):
    for plan in designs(one_stratum(accrual(12, 20), hazard, 0.7)):
        try:
            assert np.isfinite(plan().plan.patients)
        except DesignError:
            continue


@pytest.mark.parametrize("margin", [0.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("method", ["schoenfeld", "lachin-foulkes", "direct", "freedman"])
def test_a_margin_that_is_none(margin, method):
    world = one_stratum(accrual(12, 20), 0.06, 0.7)
    question = SurvivalQuestion(world, follow_up=12.0, null_ratio=margin, method=method)
    with pytest.raises(DesignError, match="null hazard ratio must be a number above 0"):
        survival_power(question)


def test_a_search_goes_past_durations_too_short_for_a_look():
    """With 10 months of accrual half the information is there before anybody reached 13."""
    world = one_stratum(accrual(10, 16), 0.05, 0.55)
    stopping = StoppingPlan((0.5, 0.7, 1.0))
    found = restricted_mean_design(
        world,
        Timing(27.0),
        horizon=13.0,
        stopping=stopping,
        power=0.9,
        solve_for="accrual duration",
    )
    assert found.plan.power == pytest.approx(0.9)
    assert found.plan.looks[0].time > 13.0


def test_the_alternative_has_one_power():
    """Under the alternative of the direct method information is not that under the null."""
    world = one_stratum(accrual(15, 27), 0.05, 0.717, allocation=0.5)
    question = SurvivalQuestion(
        world,
        "follow-up",
        StoppingPlan((0.3, 0.8, 1.0), 0.05),
        power=0.8,
        method="direct",
        null_ratio=1.17,
    )
    design = survival_design(question)
    assert design.truths[-1].power == pytest.approx(design.plan.power, abs=1e-9)
    assert design.under(0.717).power == pytest.approx(design.plan.power, abs=1e-9)


def test_freedman_at_another_ratio():
    """The design and a question about its power tell the same."""
    world = one_stratum(accrual(12, 20), 0.06, 0.6)
    design = survival_design(SurvivalQuestion(world, follow_up=12.0, method="freedman"))
    other = one_stratum(design.world.accrual, 0.06, 0.8)
    events = design.plan.events
    power = survival_power(SurvivalQuestion(other, events=events, method="freedman"))
    assert design.under(0.8).power == pytest.approx(power, abs=1e-9)
    planned = power_by_calendar(design, 0.6)
    assert planned.power == pytest.approx(0.9, abs=1e-9)


def test_whole_designs_have_their_events_in_time():
    world = one_stratum(accrual(24), 0.0578, 0.7, dropout=0.005, allocation=2.0)
    futility = SpendBeta(HwangShihDeCani(-2.0))
    stopping = StoppingPlan((0.5, 0.75, 1.0), futility=futility)
    design = survival_design(SurvivalQuestion(world, stopping=stopping, follow_up=12.0))
    rounded = whole_survival_design(design)
    assert rounded.study_duration <= 36.0
    assert rounded.plan.patients % 3 == pytest.approx(0.0, abs=1e-9)
    assert rounded.plan.looks[-2].beta_spent == pytest.approx(
        0.1 * float(np.expm1(2 * rounded.sequential.information[-2]) / np.expm1(2.0)), abs=1e-9
    )


WORLD = one_stratum(accrual(12, 20), 0.06, 0.7)
LIMITS = EquivalenceLimits(0.7, 1.4)
NO_SUCH_NUMBER = {
    "ratio from z": lambda x: hazard_ratio_from_z(1.0, x),
    "z from ratio": lambda x: z_from_hazard_ratio(x, 100.0),
    "events from ratio": lambda x: events_from_hazard_ratio(x, 2.0),
    "required events": lambda x: required_events(0.7, allocation=x),
    "power of events": lambda x: power_of_events(x, 100.0),
    "constant hazards": lambda x: constant_hazard_size(ConstantHazards(x, 0.03, 36.0, 24.0)),
    "constant allocation": lambda x: constant_hazard_size(
        ConstantHazards(0.05, 0.03, 36.0, 24.0, allocation=x)
    ),
    "equivalence": lambda x: survival_equivalence_power(LIMITS, x),
    "median": hazard_from_median,
    "shape": lambda x: weibull_hazard(0.1, x),
    "another ratio": lambda x: survival_design(SurvivalQuestion(WORLD, follow_up=12.0)).under(x),
}


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", NO_SUCH_NUMBER)
def test_what_must_be_above_zero(name, wrong):
    with pytest.raises(DesignError, match="above 0; found"):
        NO_SUCH_NUMBER[name](wrong)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_calendar_times_that_are_none(wrong):
    design = survival_design(SurvivalQuestion(WORLD, follow_up=12.0))
    for ask in (
        lambda: average_hazard_ratio(WORLD, [wrong]),
        lambda: look_calendar(WORLD, [LookRule(time=wrong)]),
        lambda: look_calendar(WORLD, [LookRule(events=wrong)]),
        lambda: power_by_calendar(design, 0.8, times=[wrong]),
    ):
        with pytest.raises(DesignError, match="must be"):
            ask()
    with pytest.raises(DesignError, match="must come at times that increase"):
        survival_design(SurvivalQuestion(WORLD, calendar=(6.0, wrong)))


def test_a_variance_with_infinite_degrees_of_freedom_is_known():
    half = [[1.0, 0.5], [0.5, 1.0]]
    known = dunnett_critical_value(half)
    assert dunnett_critical_value(half, degrees=np.inf) == pytest.approx(known, abs=1e-12)
