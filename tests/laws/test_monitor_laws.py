"""Laws of what looks decide and of what can be said after them, by simulated Brownian trials."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.multiplicity.graph import draw_graph
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendAlpha, SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsPocock
from equipoise.kernel.sequential import stopping_probability
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    EFFICACY,
    Evidence,
    HypothesisRules,
    StoppingRules,
    UpdatedBounds,
)
from equipoise.monitor.inference.bias_adjusted import bias_adjusted_mean
from equipoise.monitor.inference.repeated_intervals import repeated_intervals
from equipoise.monitor.inference.stagewise import (
    inference_at_stopping,
    one_trial,
    stagewise_inference,
)
from equipoise.monitor.look.decide import decide, decide_look, decisions_of
from equipoise.monitor.look.standing import opened

PLANNED = np.array([50.0, 90.0, 131.0])
LOOKS = tuple((PLANNED / 131.0).tolist())
BETA = SpendBeta(HwangShihDeCani(-2.0))


def walks(rng, information, drift=0.0):
    """Give z of Brownian trials at (trials, looks) information, E[Z] = drift √information."""
    step = np.diff(information, axis=1, prepend=0.0)
    score = np.cumsum(rng.normal(size=step.shape) * np.sqrt(step) + drift * step, axis=1)
    return score / np.sqrt(information)


def binomial_error(chance, trials):
    return np.sqrt(chance * (1.0 - chance) / trials)


def evidence(z, information):
    return Evidence(z, information, np.ones(z.shape[:2], dtype=bool))


class TestAlphaIsKept:
    """Bounds that follow the information spend alpha, whenever the looks come."""

    def test_wherever_looks_fall(self):
        trials, rng = 100_000, np.random.default_rng(1)
        paths = PLANNED + rng.integers(-20, 21, size=(64, 3))
        information = paths[rng.integers(0, 64, size=trials)]
        design = group_sequential(StoppingPlan(LOOKS, futility=BETA), power=0.85)
        for obeyed in (True, False):
            rules = StoppingRules(
                (HypothesisRules("OS", UpdatedBounds(design, 131.0), futility_obeyed=obeyed),)
            )
            z = walks(rng, information)[:, :, None]
            found = decide(rules, evidence(z, information[:, :, None]))
            size = (found.decision == EFFICACY).any(axis=(1, 2)).mean()
            if obeyed:
                assert size < 0.025
            else:
                assert size == pytest.approx(0.025, abs=3.0 * binomial_error(0.025, trials))

    @pytest.mark.parametrize("truth", [(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1)])
    def test_in_a_graph_whatever_is_true(self, truth):
        """The chance of rejecting any true null is at most alpha: strong control."""
        trials, rng = 40_000, np.random.default_rng(2)
        graph = draw_graph([0.6, 0.4, 0.0], [[0, 0.5, 0.5], [0.5, 0, 0.5], [1, 0, 0]])
        pocock = SpendAlpha(LanDeMetsPocock())
        designs = [group_sequential(StoppingPlan(LOOKS, efficacy=pocock), power=0.9)] * 3
        rules = StoppingRules(
            tuple(
                HypothesisRules(f"H{j + 1}", UpdatedBounds(each, 131.0))
                for j, each in enumerate(designs)
            ),
            graph=graph,
        )
        information = np.broadcast_to(PLANNED[None, :, None], (trials, 3, 3)).copy()
        shared = walks(rng, information[:, :, 0])
        own = np.stack([walks(rng, information[:, :, 0]) for _ in range(3)], axis=2)
        z = np.sqrt(0.5) * (own + shared[:, :, None])
        z = z + 0.45 * np.array(truth) * np.sqrt(information)
        found = decide(rules, evidence(z, information))
        rejected = (found.decision == EFFICACY).any(axis=1)
        wrong = rejected[:, np.array(truth) == 0].any(axis=1).mean()
        assert wrong <= 0.025 + 3.0 * binomial_error(0.025, trials)
        leading = np.array(truth[:2]) == 1  # the third waits for alpha
        assert np.all(rejected[:, :2][:, leading].mean(axis=0) > 0.9)

    def test_a_graph_uses_all_of_alpha(self):
        """Independent hypotheses, all null: 1 - (1 - alpha/2)² of either (Bonferroni)."""
        trials, rng = 100_000, np.random.default_rng(3)
        graph = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
        design = group_sequential(StoppingPlan(LOOKS), power=0.9)
        rules = StoppingRules(
            tuple(HypothesisRules(name, UpdatedBounds(design, 131.0)) for name in ("H1", "H2")),
            graph=graph,
        )
        information = np.broadcast_to(PLANNED[None, :, None], (trials, 3, 2)).copy()
        z = np.stack([walks(rng, information[:, :, 0]) for _ in range(2)], axis=2)
        found = decide(rules, evidence(z, information))
        either = (found.decision == EFFICACY).any(axis=(1, 2)).mean()
        expected = 1.0 - (1.0 - 0.0125) ** 2
        assert either == pytest.approx(expected, abs=3.0 * binomial_error(expected, trials))


class TestATrialIsDecidedAlone:
    """What is decided of a trial depends on nothing but the trial."""

    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 2**32), st.integers(1, 60))
    def test_in_any_company(self, seed, cut):
        rng = np.random.default_rng(seed)
        information = PLANNED + rng.integers(-9, 10, size=(64, 3))
        design = group_sequential(StoppingPlan(LOOKS, futility=BETA), power=0.85)
        rules = StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 131.0)),))
        z = walks(rng, information, 0.15)[:, :, None]
        whole = decide(rules, evidence(z, information[:, :, None]))
        parts = [
            decide(rules, evidence(z[part], information[part][:, :, None]))
            for part in (slice(0, cut), slice(cut, 64))
        ]
        both = np.concatenate([part.decision for part in parts])
        assert np.array_equal(whole.decision, both)
        bounds = np.concatenate([part.bound for part in parts])
        assert np.allclose(whole.bound, bounds, rtol=0.0, atol=1e-10, equal_nan=True)

    def test_look_by_look_as_all_at_once(self):
        rng = np.random.default_rng(4)
        information = PLANNED + rng.integers(-9, 10, size=(300, 3))
        design = group_sequential(StoppingPlan(LOOKS, futility=BETA), power=0.85)
        rules = StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 131.0)),))
        z = walks(rng, information, 0.15)[:, :, None]
        standing = opened(rules, 300, 3)
        for look in range(3):
            known = np.where(standing.running[:, None], z[:, look], np.nan)
            standing = decide_look(rules, standing, look, known, information[:, look, None])
        found = decisions_of(standing)
        whole = decide(rules, evidence(z, information[:, :, None]))
        assert np.array_equal(found.decision, whole.decision)
        assert np.array_equal(found.stopped, whole.stopped)


class TestTheStagewiseOrdering:
    """95% intervals hold the truth 95% of the time, and the estimate is median-unbiased."""

    @pytest.mark.parametrize("drift", [-0.1, 0.0, 0.15, 0.25, 0.4])
    def test_whatever_the_effect_and_the_looks(self, drift):
        trials, rng = 12_000, np.random.default_rng(int(100 * (drift + 1)))
        information = PLANNED + rng.uniform(-15.0, 15.0, size=(trials, 3))
        z = walks(rng, information, drift)
        design = group_sequential(StoppingPlan(LOOKS), power=0.9)
        crossed = z >= design.upper
        at = np.where(crossed.any(axis=1), np.argmax(crossed, axis=1), 2)
        last = z[np.arange(trials), at]
        found = stagewise_inference(last, at, information, design.upper)
        covered = np.mean((found.lower <= drift) & (drift <= found.upper))
        assert covered == pytest.approx(0.95, abs=3.0 * binomial_error(0.95, trials))
        below = np.mean(found.estimate < drift)
        assert below == pytest.approx(0.5, abs=3.0 * binomial_error(0.5, trials))
        if drift == 0.0:
            level = np.array([0.01, 0.025, 0.2, 0.5, 0.9])
            share = (found.p_value[:, None] <= level).mean(axis=0)
            assert np.all(np.abs(share - level) <= 3.5 * binomial_error(level, trials))

    def test_under_binding_futility_and_rules_of_two_sides(self):
        trials, drift, rng = 20_000, 0.12, np.random.default_rng(9)
        binding = SpendBeta(HwangShihDeCani(-2.0), binding=True)
        plans = StoppingPlan(LOOKS, futility=binding), StoppingPlan(LOOKS, alpha=0.05, sides=2)
        for plan in plans:
            design = group_sequential(plan, power=0.85)
            rules = StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 131.0)),))
            information = (PLANNED + rng.integers(-3, 4, size=(trials, 3)))[:, :, None]
            z = walks(rng, information[:, :, 0], drift)[:, :, None]
            decisions = decide(rules, evidence(z, information))
            found = inference_at_stopping(rules, decisions, z, information)
            covered = np.mean((found.lower <= drift) & (drift <= found.upper))
            assert covered == pytest.approx(0.95, abs=3.0 * binomial_error(0.95, trials))
            below = np.mean(found.estimate < drift)
            assert below == pytest.approx(0.5, abs=3.0 * binomial_error(0.5, trials))

    @settings(max_examples=40, deadline=None)
    @given(
        st.floats(-15.0, 15.0),
        st.integers(0, 4),
        st.lists(st.floats(0.05, 3.0), min_size=5, max_size=5),
        st.lists(st.floats(0.5, 5.0), min_size=5, max_size=5),
    )
    def test_limits_have_the_chances_they_are_named_for(self, z, look, steps, upper):
        """G(θ) is what it should be at every limit, by the walk that takes all care."""
        information, bounds = np.cumsum(steps), np.array(upper)
        found = stagewise_inference(z, look, information, bounds)
        until = slice(0, look + 1)
        cuts = np.append(bounds[:look], z)
        limits = (found.lower[0], found.estimate[0], found.upper[0], 0.0)
        for drift, chance in zip(limits, (0.025, 0.5, 0.975, found.p_value[0]), strict=True):
            stops = stopping_probability(
                cuts, np.full(cuts.size, -np.inf), information[until], drift=float(drift)
            )
            assert float(stops.upper.sum()) == pytest.approx(chance, abs=1e-9)

    def test_a_look_that_crossed_says_so(self):
        """At its bound, the p-value of a look is the alpha spent by it."""
        design = group_sequential(StoppingPlan(LOOKS, futility=BETA), power=0.85)
        found = stagewise_inference(design.upper, [0, 1, 2], PLANNED, design.upper)
        assert found.p_value == pytest.approx(design.alpha_spent, abs=1e-12)

    def test_rejection_and_interval_agree(self):
        """The hypothesis is rejected exactly where the lower limit lies above no effect."""
        trials, rng = 4000, np.random.default_rng(12)
        information = np.tile(PLANNED, (trials, 1))[:, :, None]
        design = group_sequential(StoppingPlan(LOOKS), power=0.85)
        rules = StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 131.0)),))
        z = walks(rng, information[:, :, 0], 0.2)[:, :, None]
        decisions = decide(rules, evidence(z, information))
        found = inference_at_stopping(rules, decisions, z, information)
        rejected = (decisions.decision == EFFICACY).any(axis=1)
        assert np.array_equal(found.lower > 0.0, rejected)
        assert np.array_equal(found.p_value <= 0.025, rejected)

    def test_one_by_one_it_is_the_same(self):
        found = stagewise_inference(1.1, 2, PLANNED, [3.0, 2.5, np.nan])
        lone = one_trial(
            1.1, PLANNED, np.array([3.0, 2.5, 0.0]), np.full(3, -np.inf), np.array([0.025, 0.5])
        )
        expected = [found.p_value[0], found.lower[0], found.estimate[0]]
        assert lone == pytest.approx(expected, abs=1e-10)


class TestRepeatedIntervals:
    """All repeated intervals together hold the truth with confidence 1 - 2 alpha."""

    def test_at_every_look_at_once(self):
        trials, drift, rng = 50_000, 0.2, np.random.default_rng(13)
        design = group_sequential(StoppingPlan(LOOKS), power=0.85)
        information = np.tile(PLANNED, (trials, 1))
        z = walks(rng, information, drift)
        found = repeated_intervals(z, design.upper, information)
        above = np.all(found.lower <= drift, axis=1).mean()
        assert above == pytest.approx(0.975, abs=3.0 * binomial_error(0.975, trials))


class TestTheBiasAdjustedMean:
    """Under the adjusted mean the estimate is expected to be what it was."""

    @pytest.mark.parametrize("lower", [None, (0.0, 0.7, 1.99)])
    def test_by_the_walk_of_each_look(self, lower):
        upper = np.array([3.0, 2.5, 1.99])
        down = np.full(3, -np.inf) if lower is None else np.array(lower)
        seen = np.array([-0.3, 0.0, 0.15, 0.3, 0.5])
        drifts = bias_adjusted_mean(seen, PLANNED, upper, lower)
        rng, trials = np.random.default_rng(14), 100_000
        for drift, estimate in zip(drifts, seen, strict=True):
            z = walks(rng, np.tile(PLANNED, (trials, 1)), drift)
            ended = (z >= upper) | (z <= down)
            ended[:, 2] = True
            at = np.argmax(ended, axis=1)
            found = z[np.arange(trials), at] / np.sqrt(PLANNED[at])
            error = found.std() / np.sqrt(trials)
            assert found.mean() == pytest.approx(estimate, abs=3.5 * error)

    def test_one_look_needs_no_adjustment(self):
        found = bias_adjusted_mean([-1.0, 0.2, np.nan], [40.0], [1.96])
        assert found[:2] == pytest.approx([-1.0, 0.2], abs=1e-12)
        assert np.isnan(found[2])


def test_a_hypothesis_decided_is_not_tested_again():
    rng = np.random.default_rng(15)
    information = np.broadcast_to(PLANNED[None, :, None], (500, 3, 2)).copy()
    design = group_sequential(StoppingPlan(LOOKS, futility=BETA), power=0.85)
    rules = StoppingRules(
        tuple(HypothesisRules(name, UpdatedBounds(design, 131.0)) for name in ("A", "B"))
    )
    z = np.stack([walks(rng, information[:, :, 0], 0.2) for _ in range(2)], axis=2)
    found = decide(rules, evidence(z, information))
    assert np.all((found.decision > CONTINUE).sum(axis=1) == 1)
