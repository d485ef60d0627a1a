"""Beliefs about an effect after a look: Bayes' theorem, published numbers, critical priors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import norm

from equipoise.analyze.estimates import Absent
from equipoise.design.adaptive.priors import NormalPrior
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.monitor.beliefs.beliefs import beliefs_at, updated
from equipoise.monitor.beliefs.critical_prior import critical_prior
from equipoise.monitor.beliefs.densities import densities
from equipoise.monitor.beliefs.priors import Likelihood, likelihood_of, prior_of
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.monitoring import Belief, MonitoringPromise
from equipoise.protocol.planning import Prior
from likely_samples import ANY_RATIO, RATIO, estimated, look_at

PROMISE = MonitoringPromise(margins=(0.8,))
DRAWN = group_sequential(StoppingPlan((0.5, 1.0)), drift=np.log(1 / 0.58) * np.sqrt(131 / 4))
ODDS = EffectScale("odds ratio", 1.0, "log", "lower", 0.6)
finite = st.floats(-1.5, 1.5)
spread = st.floats(0.05, 2.0)


class TestPriors:
    """A sceptic gives the planned effect, and an enthusiast none at all, the chance `tail`."""

    @given(st.floats(0.001, 0.4))
    def test_tails(self, tail):
        sceptic = prior_of(Belief("s", "sceptical", tail), RATIO)
        enthusiast = prior_of(Belief("e", "enthusiastic", tail), RATIO)
        assert sceptic.above(RATIO.planned_advantage) == pytest.approx(tail, rel=1e-9)
        assert 1.0 - enthusiast.above(0.0) == pytest.approx(tail, rel=1e-9)
        assert sceptic.sd == enthusiast.sd

    def test_a_given_one_is_on_its_own_scale(self):
        prior = prior_of(Belief("g", "given", 0.05, 0.8, 0.3), RATIO)
        assert (prior.mean, prior.sd) == pytest.approx((-np.log(0.8), 0.3))

    @pytest.mark.parametrize("better", ["lower", "higher"])
    @given(value=st.floats(0.05, 20.0), null=st.sampled_from([1.0, 1.3]))
    def test_advantages_and_effects_are_two_ways_to_say_the_same(self, better, value, null):
        scale = EffectScale("ratio", null, "log", better)
        assert scale.value(scale.advantage(value)) == pytest.approx(value)
        other = EffectScale("difference", null, "identity", better)
        assert other.value(other.advantage(value)) == pytest.approx(value)
        better_than_null = value > null if better == "higher" else value < null
        assert (scale.advantage(value) > 0) == better_than_null


class TestPosteriors:
    """What was believed times what the data say, normalized."""

    @settings(max_examples=40)
    @given(finite, spread, finite, spread)
    def test_bayes_on_a_grid(self, mean, sd, seen, error):
        found = updated("x", "given", NormalPrior(mean, sd), Likelihood(seen, error, 50, ""), RATIO)
        grid = np.linspace(-12, 12, 48_001)
        mass = norm.pdf(grid, mean, sd) * norm.pdf(seen, grid, error)
        mass /= mass.sum()
        middle = mass @ grid
        assert found.after.mean == pytest.approx(middle, abs=1e-9)
        assert found.after.sd == pytest.approx(np.sqrt(mass @ (grid - middle) ** 2), abs=1e-9)

    def test_flat_is_the_likelihood_alone(self):
        look = look_at(DRAWN, 1, 1.6, effect=estimated(0.7, 0.25))
        flat = beliefs_at(look, PROMISE, RATIO).of("flat")
        assert flat.effect == pytest.approx(0.7)
        assert flat.interval == pytest.approx(0.7 * np.exp(np.array([-1, 1]) * 1.959964 * 0.25))
        none = next(each for each in flat.better if each.what == "none")
        assert none.after == pytest.approx(ndtr(-np.log(0.7) / 0.25))
        assert none.before is None

    def test_great(self):
        """Pocock & Spiegelhalter (1992) on the GREAT trial, on the log odds ratio.

        Prior N(-.26, .13²), worth 4/.13² = 237 deaths.  Data: N(-.74, .36²), as 30.5 deaths.  So
        the posterior is N(-(237 · .26 + 30.5 · .74)/267, 4/267), an odds ratio of .73.
        """
        seen = Likelihood(0.74, 2 / np.sqrt(30.5), 30.5, "")
        found = updated("expert", "given", NormalPrior(0.26, 0.13), seen, ODDS)
        assert found.worth == pytest.approx(236.7, abs=0.05)
        assert found.after.mean == pytest.approx(0.31, abs=0.006)
        assert found.after.sd == pytest.approx(0.12, abs=0.003)
        assert found.effect == pytest.approx(0.73, abs=0.005)
        assert found.interval == pytest.approx((0.574, 0.928), abs=0.001)

    def test_a_prior_is_worth_four_over_its_variance_in_events(self):
        look = look_at(DRAWN, 1, 1.6, score_information=65.5 / 4)
        for each in beliefs_at(look, PROMISE, RATIO).posteriors[1:]:
            assert each.worth == pytest.approx(4.0 / each.prior.sd**2)

    def test_more_scepticism_means_less_benefit(self):
        look = look_at(DRAWN, 1, 2.2, score_information=16.0)
        chances = []
        for tail in (0.2, 0.1, 0.05, 0.01):
            promise = MonitoringPromise(beliefs=(Belief("s", "sceptical", tail),))
            chances.append(beliefs_at(look, promise, RATIO).of("s").better[0].after)
        assert chances == sorted(chances, reverse=True)

    def test_posteriors_average_to_the_prior(self):
        """E[P(benefit | data)] over data drawn from the prior is P(benefit)."""
        rng = np.random.default_rng(7)
        prior, error = NormalPrior(0.2, 0.3), 0.25
        truth = rng.normal(prior.mean, prior.sd, 4000)
        seen = rng.normal(truth, error)
        told = [
            updated("x", "given", prior, Likelihood(float(y), error, 64.0, ""), RATIO) for y in seen
        ]
        means = np.array([each.after.mean for each in told])
        chances = np.array([each.better[0].after for each in told])
        for values, expected in ((means, prior.mean), (chances, prior.above(0.0))):
            assert abs(values.mean() - expected) < 3 * values.std() / np.sqrt(values.size)
        within = np.array(
            [each.interval[0] < np.exp(-x) < each.interval[1] for each, x in zip(told, truth)]  # noqa: B905
        )
        assert abs(within.mean() - 0.95) < 3 * np.sqrt(0.95 * 0.05 / within.size)

    def test_the_designs_own_prior_and_the_margins(self):
        look = look_at(DRAWN, 1, 1.6, score_information=16.0)
        prior = Prior("hazard ratio", 0.7, 0.2)
        found = beliefs_at(look, PROMISE, RATIO, prior=prior)
        assert [each.belief for each in found.posteriors] == [
            "flat",
            "sceptical",
            "enthusiastic",
            "design",
        ]
        assert found.of("design").prior_effect == pytest.approx(0.7)
        assert [each.what for each in found.of("design").better] == ["none", "planned", "margin"]

    def test_non_inferiority_tells_of_no_difference_too(self):
        scale = EffectScale("hazard ratio", 1.3, "log", "lower", 1.0)
        look = look_at(DRAWN, 1, 1.6, effect=estimated(1.05, 0.2))
        found = beliefs_at(look, MonitoringPromise(), scale)
        values = [(each.what, each.value) for each in found.of("sceptical").better]
        assert values == [("none", 1.3), ("no difference", 1.0), ("planned", 1.0)]
        assert found.of("sceptical").prior_effect == pytest.approx(1.3)
        assert any("1.3" in said for said in found.assumed)


class TestLikelihoods:
    def test_the_estimate_goes_before_z(self):
        look = look_at(DRAWN, 1, 1.6, effect=estimated(0.7, 0.25), score_information=16.0)
        seen = likelihood_of(look, RATIO)
        assert (seen.advantage, seen.standard_error) == (pytest.approx(-np.log(0.7)), 0.25)

    def test_z_alone(self):
        seen = likelihood_of(look_at(DRAWN, 1, 1.6, score_information=16.0), RATIO)
        assert (seen.advantage, seen.standard_error) == pytest.approx((0.4, 0.25))

    def test_z_and_what_is_planned(self):
        seen = likelihood_of(look_at(DRAWN, 1, 1.6), RATIO)
        assert seen.standard_error == pytest.approx(2.0 / np.sqrt(131 / 2))

    def test_an_estimate_that_does_not_exist(self):
        effect = estimated(Absent.MONOTONE_LIKELIHOOD, Absent.MONOTONE_LIKELIHOOD)
        look = look_at(DRAWN, 1, 1.6, effect=effect, score_information=16.0)
        assert likelihood_of(look, RATIO).advantage == pytest.approx(0.4)

    def test_nothing(self):
        assert likelihood_of(look_at(DRAWN, 1, 1.6), ANY_RATIO) is None
        found = beliefs_at(look_at(DRAWN, 1, None), PROMISE, RATIO)
        assert found.posteriors == ()
        assert found.why_not == "there are no events yet"

    def test_without_a_planned_effect_only_given_beliefs_are_left(self):
        look = look_at(DRAWN, 1, 1.6, score_information=16.0)
        promise = MonitoringPromise(
            beliefs=(Belief("s", "sceptical"), Belief("g", "given", 0.05, 0.8, 0.3))
        )
        found = beliefs_at(look, promise, ANY_RATIO)
        assert [each.belief for each in found.posteriors] == ["flat", "g"]
        assert any("No effect is planned" in said for said in found.assumed)


class TestCriticalPriors:
    """With the critical prior the credible interval ends exactly at no effect."""

    @given(st.floats(0.05, 3.0), st.floats(0.05, 0.6))
    def test_the_interval_touches_none(self, advantage, error):
        seen = Likelihood(advantage, error, 100.0, "")
        found = critical_prior(seen, RATIO)
        if found.prior is None or abs(advantage / error - 1.959964) < 1e-3:
            return
        after = updated("critical", "given", found.prior, seen, RATIO).interval
        assert after[1] == pytest.approx(1.0, abs=1e-7)

    def test_matthews_formula(self):
        """The limit is (U - L)² / (4 √(U L)) of the interval; here .55 (.40 to .75)."""
        low, high = np.log(0.40), np.log(0.75)
        seen = Likelihood(-(low + high) / 2, (high - low) / (2 * 1.959963984540054), None, "")
        found = critical_prior(seen, RATIO)
        assert found.kind == "sceptical"
        assert np.log(found.limit) == pytest.approx(
            -((high - low) ** 2) / (4 * np.sqrt(high * low)), rel=1e-9
        )
        assert found.worth is None

    def test_the_advocates_limit(self):
        """-(U + L)(U - L)² / (2 U L) where it holds no effect; here .70 (.47 to 1.03)."""
        low, high = np.log(0.47), np.log(1.03)
        seen = Likelihood(-(low + high) / 2, (high - low) / (2 * 1.959963984540054), None, "")
        found = critical_prior(seen, RATIO)
        assert found.kind == "advocacy"
        assert np.log(found.limit) == pytest.approx(
            -(high + low) * (high - low) ** 2 / (2 * high * low), rel=1e-9
        )

    def test_it_stands_beside_the_beliefs(self):
        look = look_at(DRAWN, 1, 2.4, score_information=16.0)
        found = beliefs_at(look, PROMISE, RATIO)
        assert found.critical == critical_prior(found.likelihood, RATIO)
        assert found.critical.kind == "sceptical"
        assert beliefs_at(look_at(DRAWN, 1, None), PROMISE, RATIO).critical is None

    def test_no_belief_of_these_kinds_turns_harm_into_benefit(self):
        assert critical_prior(Likelihood(-0.1, 0.2, None, ""), RATIO).kind == "none"


class TestDensities:
    def test_each_holds_nearly_all(self):
        look = look_at(DRAWN, 1, 1.6, score_information=16.0)
        found = beliefs_at(look, PROMISE, RATIO)
        for each in found.posteriors:
            curve = densities(each, found.likelihood, RATIO, points=801)
            at = np.log(curve.effect)
            for mass in (curve.likelihood, curve.posterior):
                assert abs(np.trapezoid(mass, at)) == pytest.approx(1.0, abs=1e-3)
            assert (curve.prior is None) == (each.prior is None)
