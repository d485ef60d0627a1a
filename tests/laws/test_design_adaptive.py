"""What must hold for every adaptive design."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import norm

from equipoise.design.adaptive.adapt import adapt
from equipoise.design.adaptive.assurance import assurance
from equipoise.design.adaptive.blinded import (
    blinded_probabilities,
    blinded_rates,
    blinded_standard_deviation,
)
from equipoise.design.adaptive.fisher import (
    fisher_combination,
    fisher_conditional_error,
    fisher_product_level,
)
from equipoise.design.adaptive.inverse_normal import combination_p, conditional_error
from equipoise.design.adaptive.priors import GridPrior, NormalPrior, log_ratios, pooled_evidence
from equipoise.design.adaptive.promising_zone import (
    promising_at_interim,
    promising_power,
    promising_zone,
    rest_for_power,
)
from equipoise.design.continuous.comparison import mean_difference
from equipoise.design.continuous.plan import means_design
from equipoise.design.counts.observation import Observation
from equipoise.design.counts.plan import counts_design
from equipoise.design.counts.rates import rate_ratio
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import FixedFutility, NoInterimEfficacy, StoppingPlan

FEW = settings(max_examples=8, deadline=None)
timings = st.floats(0.2, 0.8)


class TestCombination:
    """Under the null the p-value of a combination is uniform, whatever its weights."""

    @FEW
    @given(timings, st.floats(0.01, 0.6))
    def test_product(self, at, level):
        test = fisher_combination((at, 1.0), bounds="full alpha")

        product = brentq(
            lambda c: fisher_product_level(test, (c, 1.0)) - level, 1e-12, 1.0, xtol=1e-14
        )
        later = integrate.quad(lambda p: (product / p) ** (1 / test.weight[1]), product, 1.0)[0]
        assert product + later == pytest.approx(level, abs=1e-9)

    @FEW
    @given(timings, st.floats(0.01, 0.9))
    def test_inverse_normal(self, at, level):
        design = group_sequential(StoppingPlan((at, 1.0)), power=0.9)

        def second(z):  # the p₂ needed after z
            return ndtr((ndtri(level) + math.sqrt(at) * z) / math.sqrt(1 - at))

        total = integrate.quad(lambda z: second(z) * norm.pdf(z), -10, 10, epsabs=1e-11)[0]
        assert total == pytest.approx(level, abs=1e-9)
        p = (float(ndtr(-0.3)), float(second(0.3)))
        assert combination_p(design, p) == pytest.approx(level, abs=1e-12)


class TestConditionalError:
    """Averaged over what a look may show, it is the alpha that is left."""

    @FEW
    @given(timings, st.booleans())
    def test_group_sequential(self, at, binding):
        futility = FixedFutility((-0.2,), binding=binding)
        design = group_sequential(StoppingPlan((at, 1.0), futility=futility), power=0.9)
        low = -0.2 if binding else -9.0
        later = integrate.quad(
            lambda z: conditional_error(design, 1, z) * norm.pdf(z),
            low,
            float(design.upper[0]),
            epsabs=1e-12,
        )[0]
        spent = ndtr(-design.upper[0])
        assert spent + later == pytest.approx(0.025, abs=1e-9)

    @FEW
    @given(timings, st.floats(0.2, 0.9))
    def test_fisher(self, at, stop):
        test = fisher_combination((at * 0.6, at, 1.0), futility=(stop, stop))
        later = integrate.quad(
            lambda p: fisher_conditional_error(test, (p,)),
            float(test.critical[0]),
            stop,
            epsabs=1e-11,
            limit=200,
        )[0]
        assert test.critical[0] + later == pytest.approx(0.025, abs=1e-8)

    @FEW
    @given(timings, st.floats(-1.0, 2.0), st.floats(0.2, 5.0))
    def test_what_a_changed_rest_spends(self, at, z, information):
        design = group_sequential(StoppingPlan((at, 1.0)), power=0.9)
        for rest in ("planned weights", StoppingPlan((0.3, 1.0))):
            changed = adapt(
                design, 1.0, look=1, z=z, effect=1.0, rest=rest, information=information
            )
            error = conditional_error(design, 1, z)
            assert changed.rest.alpha_spent[-1] == pytest.approx(error, abs=1e-9)


class TestPromisingZone:
    """The weighted test keeps alpha, exactly, for any zone, cap and timing."""

    @FEW
    @given(timings, st.floats(1.0, 4.0), st.floats(0.05, 0.6), st.sampled_from(["trend", "design"]))
    def test_alpha(self, at, most, lowest, assume):
        design = group_sequential(StoppingPlan((at, 1.0)), power=0.85)
        grown = promising_zone(design, most_information=most, lowest=lowest, assume=assume)
        assert grown.type_one_error == pytest.approx(0.025, abs=1e-10)
        assert grown.power >= grown.planned_power - 1e-10

    @FEW
    @given(timings, st.floats(1.1, 4.0))
    def test_the_plain_test_keeps_alpha_when_half_is_promising(self, at, most):
        stopping = StoppingPlan((at, 1.0), efficacy=NoInterimEfficacy())
        design = group_sequential(stopping, power=0.9)
        for lowest in (0.5, None):
            grown = promising_zone(
                design, most_information=most, lowest=lowest, test="conventional"
            )
            assert grown.type_one_error <= 0.025 + 1e-10

    def test_alpha_with_three_looks(self):
        design = group_sequential(StoppingPlan((0.3, 0.6, 1.0)), power=0.9)
        grown = promising_zone(design, most_information=2.0)
        assert grown.type_one_error == pytest.approx(0.025, abs=1e-11)
        assert promising_power(grown, design.drift) == grown.power

    @FEW
    @given(timings, st.floats(0.8, 2.2))
    def test_power_restored(self, at, z):
        design = group_sequential(StoppingPlan((at, 1.0)), power=0.9)
        rest = rest_for_power(design, z, 0.9)
        own = (design.upper[-1] - z * math.sqrt(at)) / math.sqrt(1 - at)
        assert ndtr(z / math.sqrt(at) * math.sqrt(rest) - own) == pytest.approx(0.9)
        grown = promising_zone(design, most_information=50.0, lowest=0.01)
        told = promising_at_interim(grown, z)
        if told.zone == "promising":
            assert told.information == pytest.approx(at + rest)
            assert told.conditional_power_after == pytest.approx(0.9)


class TestAssurance:
    """Certainty gives the power; no belief gives more than the chance of being better allows."""

    @FEW
    @given(st.floats(-1.0, 6.0))
    def test_certainty(self, drift):
        design = group_sequential(StoppingPlan((0.4, 1.0)), power=0.9)
        sure = assurance(design, GridPrior((drift,))).probability
        assert sure == pytest.approx(design.stops(drift).upper.sum(), abs=1e-12)
        nearly = assurance(design, NormalPrior(drift, 1e-5)).probability
        assert nearly == pytest.approx(sure, abs=1e-8)

    @FEW
    @given(st.floats(-1.0, 4.0), st.floats(0.2, 3.0))
    def test_bound(self, mean, sd):
        design = group_sequential(StoppingPlan((0.4, 1.0)), power=0.9)
        told = assurance(design, NormalPrior(mean, sd))
        assert told.probability <= told.better + 0.025 * (1 - told.better) + 1e-12

    def test_on_the_scale_of_a_plan(self):
        looks = StoppingPlan((0.5, 1.0))
        means = means_design(mean_difference(-1.2, 2.0), looks, power=0.85).plan
        rates = rate_ratio(0.7, control_rate=1.0, dispersion=0.4)
        counts = counts_design(rates, Observation(exposure=1.0), looks, power=0.85).plan
        for plan, linear in ((means, -1.2), (counts, math.log(0.7))):
            told = assurance(plan, GridPrior((linear,)))
            assert told.probability == pytest.approx(0.85, abs=1e-9)
            assert told.better == 1.0
            wide = assurance(plan, NormalPrior(linear, abs(linear) / 2))
            assert wide.better == pytest.approx(ndtr(2.0))
            assert assurance(plan, NormalPrior(-linear, 0.01)).probability < 1e-3


class TestEvidence:
    """One trial is its own evidence; alike trials differ by nothing; limits give their error."""

    def test_one(self):
        told = pooled_evidence([(-0.3, 0.2)])
        assert (told.mean, told.standard_error, told.between) == (-0.3, pytest.approx(0.2), 0.0)

    def test_alike(self):
        told = pooled_evidence([(-0.3, 0.2)] * 4)
        assert told.between == 0.0
        assert told.new_trial.sd == pytest.approx(0.1)

    @FEW
    @given(st.floats(0.3, 2.0), st.floats(0.05, 0.5))
    def test_limits(self, ratio, error):
        reach = 1.959963984540054 * error
        limits = (ratio, ratio * math.exp(-reach), ratio * math.exp(reach))
        assert log_ratios([limits])[0] == pytest.approx((math.log(ratio), error))


class TestBlinded:
    """What is split between the arms has the average that was seen and the effect assumed."""

    @FEW
    @given(st.floats(0.1, 0.6), st.floats(0.4, 1.5), st.floats(0.3, 3.0))
    def test_probabilities(self, pooled, ratio, allocation):
        for measure in ("risk ratio", "odds ratio"):
            control, treated = blinded_probabilities(
                pooled, ratio, measure=measure, allocation=allocation
            )
            seen = (control + allocation * treated) / (1 + allocation)
            assert seen == pytest.approx(pooled)
            odds = [p / (1 - p) if measure == "odds ratio" else p for p in (treated, control)]
            assert odds[0] / odds[1] == pytest.approx(ratio)
        control, treated = blinded_rates(pooled, ratio, allocation=allocation)
        assert (control + allocation * treated) / (1 + allocation) == pytest.approx(pooled)

    @FEW
    @given(st.floats(0.5, 3.0), st.floats(0.0, 2.0), st.integers(5, 80), st.integers(5, 80))
    def test_deviation(self, deviation, difference, control, treated):
        patients = control + treated
        between = control * treated / patients * difference**2
        pooled = math.sqrt(deviation**2 + between / (patients - 1))  # as expected
        found = blinded_standard_deviation(
            pooled, patients, difference=difference, allocation=treated / control
        )
        assert found == pytest.approx(deviation, rel=1e-9)


def test_a_two_sided_product_test_is_two_at_half_of_alpha():
    both = fisher_combination((0.4, 1.0), alpha=0.05, futility=(0.5,), sides=2)
    one = fisher_combination((0.4, 1.0), alpha=0.025, futility=(0.5,))
    assert both.critical.tolist() == one.critical.tolist()
