"""Laws that every design under non-proportional hazards keeps."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.sequential.rules import (
    FixedEfficacy,
    SpendAlpha,
    SpendBeta,
    StoppingPlan,
)
from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsOBrienFleming
from equipoise.design.survival.average_hazard_ratio import (
    average_hazard_ratio,
    average_hazard_ratio_design,
)
from equipoise.design.survival.enrollment import with_rate
from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
from equipoise.design.survival.max_combo import max_combo_design
from equipoise.design.survival.milestone import milestone_design
from equipoise.design.survival.nonproportional_power import nonproportional_power
from equipoise.design.survival.restricted_mean import restricted_mean_design
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.weighted_log_rank import (
    weighted_hazard_ratio,
    weighted_log_rank_design,
)
from equipoise.design.survival.weights import (
    AtRiskWeight,
    FlemingHarrington,
    ModestlyWeighted,
    log_rank_weight,
)
from equipoise.kernel.arrays import vector

ratios = st.floats(0.4, 0.85)
delays = st.floats(0.0, 8.0)
O_BRIEN_FLEMING = SpendAlpha(LanDeMetsOBrienFleming())


def delayed(delay=4.0, ratio=0.6, unit=1.0):
    """A world whose time unit is `unit` months."""
    late = piecewise_rate([0, delay / unit], [1.0, ratio]) if delay > 0 else ratio
    return one_stratum(accrual(12 / unit, 20 * unit), 0.06 * unit, late, dropout=0.002 * unit)


def designs(world, unit=1.0):
    """Every method once, group-sequential."""
    timing = Timing(36 / unit, information=(0.7, 1.0))
    stopping = StoppingPlan(
        (0.7, 1.0), efficacy=O_BRIEN_FLEMING, futility=SpendBeta(HwangShihDeCani(-2.0))
    )
    asked = {"stopping": stopping, "power": 0.85}
    return [
        average_hazard_ratio_design(world, timing, **asked),
        weighted_log_rank_design(world, timing, weight=FlemingHarrington(0, 0.5), **asked),
        milestone_design(world, timing, milestone=18 / unit, **asked),
        restricted_mean_design(world, timing, horizon=20 / unit, **asked),
    ]


class TestOneWeight:
    """MaxCombo with one weight is that weighted log-rank test."""

    @settings(max_examples=8, deadline=None)
    @given(ratios, delays, st.sampled_from([0.3, 0.5, 1.0]))
    def test_patients_and_bounds(self, ratio, delay, gamma):
        weight, looks = FlemingHarrington(0, gamma), Timing(calendar=(18, 26, 36))
        world = delayed(delay, ratio)
        single = weighted_log_rank_design(
            world,
            looks,
            weight=weight,
            stopping=StoppingPlan(efficacy=FixedEfficacy((3.0, 2.5, 2.1))),
            power=0.9,
        )
        largest = max_combo_design(
            world,
            looks,
            weights=[weight],
            stopping=StoppingPlan(efficacy=FixedEfficacy((3.0, 2.5, 2.1))),
            power=0.9,
        )
        assert largest.plan.patients == pytest.approx(single.plan.patients, rel=1e-8)
        ours, theirs = (d.plan.sequential.under_null.upper for d in (largest, single))
        assert ours == pytest.approx(theirs, abs=1e-9)

    def test_spending_by_the_same_information(self):
        looks, weight = Timing(calendar=(18, 26, 36)), FlemingHarrington(0.5, 0.5)
        spending = StoppingPlan(efficacy=O_BRIEN_FLEMING)
        world = delayed()
        largest = max_combo_design(world, looks, weights=[weight], stopping=spending)
        spent_by = tuple(largest.plan.sequential.information.tolist())
        single = weighted_log_rank_design(
            world, looks, weight=weight, stopping=replace(spending, spending_time=spent_by)
        )
        assert largest.plan.sequential.upper == pytest.approx(
            single.plan.sequential.upper, abs=1e-8
        )
        assert largest.plan.power == pytest.approx(single.plan.power, abs=1e-8)


class TestMaxCombo:
    """A combination is dearer than its best test and cheaper than a test split for Bonferroni."""

    WEIGHTS = (log_rank_weight(), FlemingHarrington(0, 1), FlemingHarrington(1, 0))

    def test_between_the_best_test_and_bonferroni(self):
        world = delayed()
        combined = max_combo_design(world, Timing(36), weights=self.WEIGHTS, power=0.9)
        best = min(
            weighted_log_rank_design(world, Timing(36), weight=w, power=0.9).plan.patients
            for w in self.WEIGHTS
        )
        split = weighted_log_rank_design(
            world,
            Timing(36),
            weight=FlemingHarrington(0, 1),
            stopping=StoppingPlan(alpha=0.025 / 3),
            power=0.9,
        )
        assert best < combined.plan.patients < split.plan.patients

    @settings(max_examples=5, deadline=None)
    @given(st.floats(0.005, 0.1), ratios)
    def test_alpha_is_spent(self, alpha, ratio):
        design = max_combo_design(
            delayed(4.0, ratio),
            Timing(calendar=(20, 36)),
            weights=self.WEIGHTS[:2],
            stopping=StoppingPlan(alpha=alpha, efficacy=O_BRIEN_FLEMING),
        )
        sequential = design.plan.sequential
        assert sequential.alpha_spent[-1] == pytest.approx(alpha, abs=1e-7)
        assert np.all(np.diff(sequential.upper) < 0)

    def test_power_and_futility_add_up(self):
        """What is not a success is a futile end: nothing is counted twice."""
        stopping = StoppingPlan(efficacy=O_BRIEN_FLEMING, futility=SpendBeta(HwangShihDeCani(-2.0)))
        design = max_combo_design(
            delayed(),
            Timing(calendar=(20, 36)),
            weights=self.WEIGHTS[:2],
            stopping=stopping,
            power=0.9,
        )
        assert design.plan.power == pytest.approx(0.9, abs=1e-7)
        assert design.plan.sequential.beta_spent[-1] == pytest.approx(0.1, abs=1e-7)
        again = max_combo_design(
            design.world,
            Timing(calendar=(20, 36)),
            weights=self.WEIGHTS[:2],
            stopping=stopping,
        )
        assert again.plan.power == pytest.approx(0.9, abs=1e-6)

    def test_order_of_the_weights_is_nothing(self):
        forward, backward = (
            max_combo_design(delayed(), Timing(36), weights=order, power=0.9).plan
            for order in (self.WEIGHTS, self.WEIGHTS[::-1])
        )
        assert forward.patients == pytest.approx(backward.patients, rel=1e-9)


class TestTimeUnit:
    """Months or years, the trial is the same."""

    def test_every_method(self):
        for months, years in zip(
            designs(delayed()), designs(delayed(unit=12.0), 12.0), strict=True
        ):
            assert years.plan.patients == pytest.approx(months.plan.patients, rel=1e-8)
            assert years.evidence.time * 12 == pytest.approx(months.evidence.time, rel=1e-8)


class TestPower:
    """The patients solved for have the power asked for, whatever was solved for."""

    def test_every_method(self):
        for design in designs(delayed()):
            assert design.plan.power == pytest.approx(0.85, abs=1e-9)
            evidence, sequential = design.evidence, design.plan.sequential
            assert sequential.drift == pytest.approx(evidence.mean_z[-1], rel=1e-9)

    @pytest.mark.parametrize("solve_for", ["patients", "accrual duration", "follow-up"])
    def test_whatever_was_solved_for(self, solve_for):
        design = average_hazard_ratio_design(
            with_rate(delayed(), 1.7),
            Timing(36, information=(0.6, 1.0)),
            power=0.9,
            solve_for=solve_for,
        )
        timing = Timing(float(design.evidence.time[-1]), information=(0.6, 1.0))
        again = average_hazard_ratio_design(design.world, timing)
        assert again.plan.power == pytest.approx(0.9, abs=1e-8)
        assert again.plan.patients == pytest.approx(design.plan.patients, rel=1e-12)

    @settings(max_examples=10, deadline=None)
    @given(st.floats(1.1, 3.0))
    def test_more_patients_more_power(self, factor):
        few, many = (
            weighted_log_rank_design(world, Timing(30), weight=FlemingHarrington(0, 1)).plan.power
            for world in (delayed(), with_rate(delayed(), factor))
        )
        assert many > few


class TestProportionalHazards:
    """Where the ratio is constant, every average of it is that constant."""

    @settings(max_examples=10, deadline=None)
    @given(ratios)
    def test_average(self, ratio):
        world, times = delayed(0.0, ratio), [10.0, 20.0, 40.0]
        assert average_hazard_ratio(world, times).hazard_ratio == pytest.approx([ratio] * 3)
        for weight in (log_rank_weight(), FlemingHarrington(1, 1), AtRiskWeight(1.0)):
            seen = weighted_hazard_ratio(world, vector(times), weight=weight)
            assert seen == pytest.approx([ratio] * 3, rel=1e-12)

    def test_log_rank_is_then_the_best_test(self):
        world = delayed(0.0, 0.7)
        plain, *others = (
            weighted_log_rank_design(world, Timing(36), weight=w, power=0.9).plan.patients
            for w in (log_rank_weight(), FlemingHarrington(0, 1), FlemingHarrington(1, 0))
        )
        assert plain < min(others)

    def test_planned_world_has_planned_power(self):
        world = delayed(0.0, 0.7)
        design = weighted_log_rank_design(world, Timing(36, information=(0.5, 1.0)), power=0.9)
        again = nonproportional_power(design.plan, design.world)
        assert again.power == pytest.approx(0.9, abs=1e-9)


class TestStrata:
    """A stratum cut in two of the same hazards changes nothing."""

    def test_every_method(self):
        world = delayed()
        (whole,) = world.strata
        halves = (replace(whole, name="x", share=0.4), replace(whole, name="y", share=0.6))
        cut = replace(world, strata=halves)
        for one, two in zip(designs(world), designs(cut), strict=True):
            assert two.plan.patients == pytest.approx(one.plan.patients, rel=1e-7)


class TestWeights:
    """Weights that say the same are the same."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (ModestlyWeighted(until=5.0), FlemingHarrington(-1, 0, until=5.0)),
            (AtRiskWeight(0.0), log_rank_weight()),
            (ModestlyWeighted(largest=1.0 + 1e-9), log_rank_weight()),
        ],
    )
    def test_same_power(self, one, other):
        first, second = (
            weighted_log_rank_design(delayed(), Timing(36), weight=w).plan.power
            for w in (one, other)
        )
        assert first == pytest.approx(second, abs=1e-8)


class TestOneLook:
    """A look without a bound changes nothing, and one look is the fixed design."""

    def test_silent_look(self):
        world = delayed()
        silent = StoppingPlan(efficacy=SpendAlpha(LanDeMetsOBrienFleming(), looks=(2,)))
        two = weighted_log_rank_design(world, Timing(calendar=(20, 36)), stopping=silent, power=0.9)
        one = weighted_log_rank_design(world, Timing(36), power=0.9)
        assert two.plan.patients == pytest.approx(one.plan.patients, rel=1e-9)
        assert two.plan.fixed_patients == pytest.approx(one.plan.patients, rel=1e-9)
