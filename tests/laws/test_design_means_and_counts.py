"""What must hold for every trial of means or of counts."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.continuous.comparison import mean_difference, one_mean
from equipoise.design.continuous.equivalence import (
    means_equivalence_patients,
    means_equivalence_power,
)
from equipoise.design.continuous.fixed import (
    detectable_mean_effect,
    means_patients,
    means_power,
    tail_miss,
    tail_power,
)
from equipoise.design.continuous.plan import means_design
from equipoise.design.counts.observation import Observation
from equipoise.design.counts.plan import counts_design, counts_stops
from equipoise.design.counts.rates import rate_ratio
from equipoise.design.counts.solve import optimal_counts_allocation, optimally_allocated
from equipoise.design.sequential.rules import FixedFutility, StoppingPlan
from equipoise.design.survival.world import Accrual
from equipoise.kernel.arrays import vector

FEW = settings(max_examples=12, deadline=None)
effects = st.floats(0.2, 3.0)
deviations = st.floats(0.3, 4.0)
powers = st.floats(0.5, 0.97)
allocations = st.floats(0.3, 3.0)


class TestPatientsAndPower:
    """Patients for a power have that power; the effect found for them is the one planned."""

    @FEW
    @given(effects, deviations, powers, allocations, st.sampled_from(["t", "z"]))
    def test_means(self, effect, deviation, power, allocation, test):
        comparison = mean_difference(effect, deviation, allocation=allocation)
        patients = means_patients(comparison, power, test=test)
        if means_power(comparison, patients, test=test) <= power + 1e-9:
            assert means_power(comparison, patients, test=test) == pytest.approx(power, abs=1e-10)
            found = detectable_mean_effect(comparison, patients, power, test=test)
            assert found == pytest.approx(effect, rel=1e-8)

    @FEW
    @given(st.floats(0.3, 0.9), powers, allocations, st.floats(0.0, 2.0))
    def test_counts(self, ratio, power, allocation, dispersion):
        comparison = rate_ratio(
            ratio, control_rate=1.1, dispersion=dispersion, allocation=allocation
        )
        observation = Observation(accrual=Accrual(vector([0]), vector([1.0]), 2.0), follow_up=1.0)
        plan = counts_design(comparison, observation, power=power).plan
        back = counts_design(comparison, observation, patients=plan.patients).plan
        assert back.power == pytest.approx(power, abs=1e-9)
        again = counts_design(comparison, observation, power=power, patients=plan.patients)
        assert again.comparison.ratio == pytest.approx(ratio, rel=1e-8)
        open_end = replace(observation, follow_up=None)
        timed = counts_design(comparison, open_end, power=power, patients=plan.patients)
        assert timed.follow_up == pytest.approx(1.0, rel=1e-7)

    @FEW
    @given(effects, deviations, powers)
    def test_both_tails_add_to_one(self, effect, deviation, power):
        comparison = mean_difference(effect, deviation, correlation=0.3, covariates=2)
        patients = max(10.0, means_patients(comparison, power))
        shift = effect * math.sqrt(patients / comparison.variance)
        success = tail_power(comparison, patients, shift, 0.025, "t")
        assert success + tail_miss(comparison, patients, shift, 0.025, "t") == pytest.approx(1.0)


class TestUnits:
    """Changing the unit of the endpoint, or of time, changes no number of patients."""

    @FEW
    @given(effects, deviations, st.floats(0.01, 100.0))
    def test_of_the_endpoint(self, effect, deviation, unit):
        here = means_patients(mean_difference(effect, deviation), 0.9)
        there = means_patients(mean_difference(effect * unit, deviation * unit), 0.9)
        assert there == pytest.approx(here, rel=1e-9)

    @FEW
    @given(st.floats(0.4, 0.9), st.floats(0.01, 100.0))
    def test_of_time(self, ratio, unit):
        def planned(unit):
            accrual = Accrual(vector([0, 2 * unit]), vector([1.0, 3.0]), 5 * unit)
            comparison = rate_ratio(ratio, control_rate=0.8 / unit, dispersion=0.7)
            observation = Observation(accrual=accrual, follow_up=3 * unit)
            return counts_design(comparison, observation, StoppingPlan((0.5, 1.0)), power=0.9).plan

        here, there = planned(1.0), planned(unit)
        assert there.patients == pytest.approx(here.patients, rel=1e-9)
        assert there.looks[0].time == pytest.approx(here.looks[0].time * unit, rel=1e-8)


class TestMirror:
    """Turning effect and null round leaves the size; so does exchanging the arms of means."""

    @FEW
    @given(effects, deviations, allocations)
    def test_means(self, effect, deviation, allocation):
        there = mean_difference(effect, deviation, null=-0.1, allocation=allocation)
        back = mean_difference(-effect, deviation, null=0.1, allocation=1 / allocation)
        looks = StoppingPlan((0.4, 1.0), futility=FixedFutility((0.0,)))
        first, second = (means_design(each, looks, power=0.85).plan for each in (there, back))
        assert first.patients == pytest.approx(second.patients, rel=1e-10)
        assert {first.effect.better, second.effect.better} == {"higher", "lower"}
        for a, b in zip(first.looks, second.looks, strict=True):
            assert a.efficacy.effect == pytest.approx(-b.efficacy.effect, rel=1e-9)

    @FEW
    @given(st.floats(-0.03, 0.03), st.floats(20, 300))
    def test_equivalence(self, truth, patients):
        comparison = mean_difference(truth, 0.1)
        power = means_equivalence_power(comparison, patients, lower=-0.05, upper=0.06)
        mirrored = comparison.with_effect(-truth)
        turned = means_equivalence_power(mirrored, patients, lower=-0.06, upper=0.05)
        assert turned == pytest.approx(power, abs=1e-12)
        limits = {"lower": -0.05, "upper": 0.06}
        needed = means_equivalence_patients(comparison, 0.8, **limits)
        assert means_equivalence_power(comparison, needed, **limits) == pytest.approx(0.8, abs=1e-9)


class TestLimits:
    """Many patients make t a z; no dispersion makes negative binomial a Poisson; no look, fixed."""

    def test_t_becomes_z(self):
        comparison = mean_difference(0.01, 1.0)
        t, z = (means_patients(comparison, 0.9, test=test) for test in ("t", "z"))
        assert 0 < t - z < 3

    def test_variance_costs_two_patients_or_so(self):
        for effect in (0.5, 1.0, 2.0):
            t, z = (means_patients(one_mean(effect, 2.0), 0.9, test=test) for test in ("t", "z"))
            assert 1.5 < t - z < 3

    def test_unequal_variances_that_are_equal(self):
        pooled = means_power(mean_difference(1.0, 2.0), 400)
        welch = means_power(mean_difference(1.0, 2.0, experimental_standard_deviation=2.0), 400)
        assert welch == pytest.approx(pooled, abs=1e-4)

    def test_dispersion_vanishes(self):
        observation = Observation(exposure=2.0)
        sizes = [
            counts_design(
                rate_ratio(0.7, control_rate=1.0, dispersion=k), observation, power=0.9
            ).plan.patients
            for k in (0.0, 1e-9)
        ]
        assert sizes[0] == pytest.approx(sizes[1], rel=1e-8)

    def test_one_look_is_the_fixed_test(self):
        comparison = mean_difference(1.0, 2.0, allocation=1.5)
        plan = means_design(comparison, power=0.9).plan
        assert plan.patients == plan.fixed_patients == means_patients(comparison, 0.9)
        two = StoppingPlan(alpha=0.4, sides=2, power_counts="both sides")
        plan = means_design(comparison, two, power=0.6).plan
        exact = means_patients(comparison, 0.6, alpha=0.4, sides=2)
        assert plan.patients == pytest.approx(exact, rel=1e-9)


class TestAllocation:
    """The optimal allocation needs no more patients than those beside it."""

    @FEW
    @given(st.floats(0.3, 3.0), st.floats(0.0, 3.0))
    def test_counts(self, ratio, dispersion):
        comparison = rate_ratio(ratio, control_rate=1.0, dispersion=dispersion)
        observation = Observation(exposure=1.5)
        best = optimal_counts_allocation(comparison, observation)
        if abs(math.log(ratio)) < 0.05:
            return
        sizes = [
            counts_design(
                comparison.with_allocation(best * f), observation, power=0.9
            ).plan.patients
            for f in (0.95, 1.0, 1.05)
        ]
        assert sizes[1] <= min(sizes)

    @FEW
    @given(st.floats(0.3, 0.8), st.floats(0.0, 3.0))
    def test_counts_with_a_pooled_rate(self, ratio, dispersion):
        observation = Observation(exposure=1.5)

        def planned(allocation):
            comparison = rate_ratio(
                ratio, pooled_rate=0.6, dispersion=dispersion, allocation=allocation
            )
            return counts_design(comparison, observation, power=0.9).plan.patients

        start = rate_ratio(ratio, pooled_rate=0.6, dispersion=dispersion)
        best = optimally_allocated(start, observation, pooled_rate=0.6).allocation
        assert planned(best) <= min(planned(best * 0.97), planned(best * 1.03))

    @FEW
    @given(deviations, deviations)
    def test_means(self, control, experimental):
        sizes = [
            means_patients(
                mean_difference(
                    1.0,
                    control,
                    experimental_standard_deviation=experimental,
                    allocation=experimental / control * f,
                ),
                0.9,
                test="z",
            )
            for f in (0.95, 1.0, 1.05)
        ]
        assert sizes[1] <= min(sizes)


def test_under_the_null_a_count_trial_keeps_alpha():
    planned = counts_design(
        rate_ratio(0.7, control_rate=1.0, dispersion=0.5),
        Observation(exposure=1.0),
        StoppingPlan((0.4, 0.8, 1.0)),
        power=0.9,
    )
    assert counts_stops(planned, 1.0).upper.sum() == pytest.approx(0.025, abs=1e-10)


def test_a_plan_that_ends_short_of_its_full_information():
    """The unit of information is free: looks at 0.3 and 0.6 are looks at a half and the whole."""
    means = mean_difference(1.0, 2.0)
    counts = rate_ratio(0.7, control_rate=1.0, dispersion=0.5)
    looks = [StoppingPlan((0.3, 0.6), ends_early=True), StoppingPlan((0.5, 1.0))]
    looks[0] = replace(looks[0], spending_time=(0.5, 1.0))
    for ask in ({"power": 0.9}, {"patients": 90.0}, {"power": 0.9, "patients": 150.0}):
        short, whole = (means_design(means, each, **ask) for each in looks)
        assert short.plan.patients == pytest.approx(whole.plan.patients, rel=1e-7)
        assert short.plan.power == pytest.approx(whole.plan.power, abs=1e-8)
        assert short.plan.effect.value == pytest.approx(whole.plan.effect.value, rel=1e-7)
        short, whole = (
            counts_design(counts, Observation(exposure=1.0), each, **ask) for each in looks
        )
        assert short.plan.patients == pytest.approx(whole.plan.patients, rel=1e-7)
        assert short.plan.power == pytest.approx(whole.plan.power, abs=1e-8)
        assert short.information == pytest.approx(whole.information, rel=1e-7)
        assert counts_stops(short, 0.8).upper.sum() == pytest.approx(
            counts_stops(whole, 0.8).upper.sum(), abs=1e-8
        )
