"""What is likely from a look on: chances add up, average out, and agree with trials drawn."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.adaptive.assurance import assurance
from equipoise.design.adaptive.priors import NormalPrior
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.predictive_power import DriftBelief, probability_of_success
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import (
    NoInterimEfficacy,
    SpendAlpha,
    SpendBeta,
    StoppingPlan,
)
from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsPocock, PowerSpending
from equipoise.monitor.likely.likely import likely_course
from equipoise.monitor.likely.reverse_power import discordance, reverse_power
from equipoise.protocol.monitoring import Belief, MonitoringPromise
from likely_samples import RATIO, look_at

PROMISE = MonitoringPromise()
DRIFT = float(np.log(1 / 0.58) * np.sqrt(131 / 4))


@cache
def design(sides=1, futility="non-binding"):
    kept = None
    if futility != "none":
        kept = SpendBeta(HwangShihDeCani(-2.0), binding=futility == "binding")
    rules = StoppingPlan(
        (0.3, 0.55, 0.8, 1.0),
        0.025 * sides,
        sides,
        efficacy=SpendAlpha(LanDeMetsPocock()),
        futility=kept,
    )
    return group_sequential(rules, drift=DRIFT)


@cache
def drawn(sides, futility, look, moved):
    planned = design(sides, futility)
    had = [*planned.information[: look - 1], planned.information[look - 1] + moved]
    return updated_design(planned, had)


looks = st.integers(1, 3)
moves = st.sampled_from([-0.1, 0.0, 0.05])
kinds = st.sampled_from(
    [(1, "none"), (1, "non-binding"), (1, "binding"), (2, "none"), (2, "binding")]
)
seen = st.floats(-1.0, 3.0)


def course_of(kind, look, moved, z, **asked):
    return likely_course(look_at(drawn(*kind, look, moved), look, z), PROMISE, scale=RATIO, **asked)


class TestChances:
    """Each trial ends once; obeying futility costs success; more effect brings more."""

    @settings(max_examples=60, deadline=None)
    @given(kinds, looks, moves, seen)
    def test_first_stops_add_to_one(self, kind, look, moved, z):
        course = course_of(kind, look, moved, z)
        for each in (*course.conditional, *course.predictive):
            whole = each.efficacy.sum() + each.futility.sum() + each.other_side.sum()
            assert whole == pytest.approx(1.0, abs=1e-9)
            assert each.efficacy.sum() == pytest.approx(each.futility_obeyed, abs=1e-12)
            assert each.futility_obeyed <= each.futility_ignored + 1e-10
            assert each.at_last <= each.futility_ignored + 1e-10
            assert each.fixed >= each.at_last - 1e-12 or kind == (1, "binding")

    @settings(max_examples=40, deadline=None)
    @given(kinds, looks, moves, seen)
    def test_curves_rise_and_pass_through_the_named_effects(self, kind, look, moved, z):
        course = course_of(kind, look, moved, z, curve=(1.0, 0.9, 0.7, 0.58, 0.4), effects=(0.7,))
        curve = course.curve
        ways = ("futility_ignored", "futility_obeyed", "at_last", "fixed")
        for way in ways:
            assert (np.diff(getattr(curve, way)) >= -1e-9).all()
        for place, name in ((0, "null"), (2, "given"), (3, "design")):
            named = [getattr(course.under(name), way) for way in ways]
            along = [getattr(curve, way)[place] for way in ways]
            assert along == pytest.approx(named, abs=1e-10)

    @settings(max_examples=40, deadline=None)
    @given(kinds, looks, moves, seen)
    def test_what_is_needed_leads_to_the_bound(self, kind, look, moved, z):
        course = course_of(kind, look, moved, z)
        for each in course.needed:
            whole = z * np.sqrt(course.information) + each.z * np.sqrt(
                each.information - course.information
            )
            assert whole / np.sqrt(each.information) == pytest.approx(each.bound, abs=1e-10)
            by_number = course_of(kind, look, moved, z, effects=(each.effect,))
            if each is course.needed[-1]:  # then the last look is reached half of the time
                assert by_number.conditional[-1].at_last == pytest.approx(0.5, abs=1e-9)
            assert each.of_planned == pytest.approx(-np.log(each.effect) / -np.log(0.58))


class TestPredictive:
    """Beliefs that are certain give conditional power, and wide ones what the data say."""

    @settings(max_examples=30, deadline=None)
    @given(kinds, looks, moves, seen, st.floats(0.4, 1.3))
    def test_certainty(self, kind, look, moved, z, effect):
        belief = Belief("sure", "given", 0.05, effect, 1e-5)
        course = likely_course(
            look_at(drawn(*kind, look, moved), look, z),
            MonitoringPromise(beliefs=(belief,)),
            scale=RATIO,
            effects=(effect,),
        )
        sure, known = course.believing("sure"), course.under("given")
        assert sure.futility_obeyed == pytest.approx(known.futility_obeyed, abs=1e-7)
        np.testing.assert_allclose(sure.futility, known.futility, atol=1e-7)
        assert sure.fixed == pytest.approx(known.fixed, abs=1e-7)

    @settings(max_examples=30, deadline=None)
    @given(kinds, looks, moves, seen)
    def test_flat(self, kind, look, moved, z):
        belief = Belief("wide", "given", 0.05, 0.58, 1e4)
        course = likely_course(
            look_at(drawn(*kind, look, moved), look, z),
            MonitoringPromise(beliefs=(belief,)),
            scale=RATIO,
        )
        wide, flat = course.believing("wide"), course.believing("flat")
        assert wide.futility_ignored == pytest.approx(flat.futility_ignored, abs=1e-7)
        assert wide.end.z_interval == pytest.approx(flat.end.z_interval, abs=1e-6)
        assert flat.at_last == pytest.approx(course.reverse.so_low, abs=1e-12)

    @settings(max_examples=30, deadline=None)
    @given(looks, moves, seen, st.floats(0.05, 1.0))
    def test_it_is_the_designs_assurance_after_the_look(self, look, moved, z, sd):
        trial = drawn(1, "non-binding", look, moved)
        belief = Belief("b", "given", 0.05, 0.7, sd)
        promise = MonitoringPromise(beliefs=(belief,))
        course = likely_course(look_at(trial, look, z), promise, scale=RATIO)
        slope = DRIFT / -np.log(0.58)
        prior = NormalPrior(-np.log(0.7) * slope, sd * slope)
        from equipoise.design.adaptive.assurance import InterimResult  # noqa: PLC0415 - one use

        expected = assurance(trial, prior, after=InterimResult(look, z))
        np.testing.assert_allclose(course.believing("b").efficacy, expected.by_look, atol=1e-9)


def over_first_look(trial, mean, sd, value):
    """Average over z at the first look, N(mean, sd²), where the trial goes on."""
    node, weight = np.polynomial.legendre.leggauss(40)
    low = max(trial.lower[0], mean - 8 * sd)
    high = min(trial.upper[0], mean + 8 * sd)
    at = low + (high - low) * (1 + node) / 2
    mass = weight * (high - low) / 2 * np.exp(-(((at - mean) / sd) ** 2) / 2)
    mass /= sd * np.sqrt(2 * np.pi)
    return float(mass @ [value(float(z)) for z in at])


class TestAverages:
    """Chances at a look, averaged over what it may show, are those before it."""

    @pytest.mark.parametrize("effect", [1.0, 0.75, 0.58])
    def test_conditional_power_averages_to_power(self, effect):
        trial = drawn(1, "non-binding", 1, 0.05)
        theta = -np.log(effect) * DRIFT / -np.log(0.58)
        at = trial.information[0]

        def power(z):
            course = likely_course(look_at(trial, 1, z), PROMISE, scale=RATIO, effects=(effect,))
            return course.under("given").futility_obeyed

        stops = trial.stops(theta)
        rest = over_first_look(trial, theta * np.sqrt(at), 1.0, power)
        assert stops.upper[0] + rest == pytest.approx(stops.upper.sum(), abs=1e-10)

    def test_predictive_power_averages_to_assurance(self):
        trial = drawn(1, "non-binding", 1, 0.05)
        at, slope = trial.information[0], DRIFT / -np.log(0.58)
        belief, mean, sd = Belief("b", "given", 0.05, 0.7, 0.2), -np.log(0.7) * slope, 0.2 * slope

        def power(z):
            promise = MonitoringPromise(beliefs=(belief,))
            course = likely_course(look_at(trial, 1, z), promise, scale=RATIO)
            return course.believing("b").futility_obeyed

        spread = np.sqrt(1 + at * sd**2)
        rest = over_first_look(trial, mean * np.sqrt(at), spread, power)
        believed = DriftBelief(mean / DRIFT, sd / DRIFT)
        whole = probability_of_success(trial, believed, futility="obeyed")
        left = probability_of_success(trial, believed, after=1, futility="obeyed")
        going_on = over_first_look(trial, mean * np.sqrt(at), spread, lambda _: 1.0)
        assert rest / going_on == pytest.approx(left, abs=1e-9)
        assert rest <= whole

    def test_trials_drawn(self):
        """Half a million trials from a look on; three Monte Carlo standard errors."""
        trial, z, look = drawn(1, "non-binding", 2, -0.1), 1.1, 2
        course = likely_course(look_at(trial, look, z), PROMISE, scale=RATIO, effects=(0.65,))
        rng, trials = np.random.default_rng(11), 500_000
        at = trial.information
        later, step = at[look:], np.diff(at[look - 1 :])
        told = (("given", course.under("given")), ("flat", course.believing("flat")))
        for name, found in told:
            theta = course.under("given").drift
            if name == "flat":
                theta = rng.normal(z / np.sqrt(at[1]), 1 / np.sqrt(at[1]), trials)[:, None]
            moves = theta * step + np.sqrt(step) * rng.standard_normal((trials, step.size))
            path = (z * np.sqrt(at[1]) + np.cumsum(moves, axis=1)) / np.sqrt(later)
            over, under = path >= trial.upper[look:], path <= trial.lower[look:]
            first = np.argmax(np.column_stack([over | under, np.ones(trials, bool)]), axis=1)
            rows = np.arange(trials)
            drawn_at = [
                np.mean((first == k) & over[rows, np.minimum(first, step.size - 1)])
                for k in range(step.size)
            ]
            error = np.sqrt(found.efficacy * (1 - found.efficacy) / trials)
            assert (np.abs(drawn_at - found.efficacy) < 3 * error).all()
            ever = over.any(axis=1).mean()
            assert abs(ever - found.futility_ignored) < 3 * np.sqrt(0.25 / trials)
            if name == "flat":
                inside = np.mean(
                    (path[:, -1] > found.end.z_interval[0])
                    & (path[:, -1] < found.end.z_interval[1])
                )
                assert abs(inside - 0.95) < 3 * np.sqrt(0.95 * 0.05 / trials)


class TestReverse:
    """Paths to a given end do not know the effect."""

    @given(st.floats(-4, 4), st.floats(0.05, 0.95), st.floats(0.5, 3.0))
    def test_both_ways_add_to_one(self, z, at, critical):
        found = reverse_power(z, at, critical)
        assert found.so_low + found.so_high == pytest.approx(1.0)

    @given(st.floats(0.05, 0.95), st.floats(0.5, 2.0))
    def test_a_longer_trial_is_the_same_with_its_own_fraction(self, at, end):
        one = reverse_power(0.7, at * end, 1.96, end=end)
        assert one.so_low == pytest.approx(reverse_power(0.7, at, 1.96).so_low, abs=1e-12)

    def test_bridges_drawn(self):
        """Paths that end exactly at the critical value, and which bounds they cross before."""
        rng, trials = np.random.default_rng(3), 400_000
        trial = design(1, "non-binding")
        at, critical = trial.information, float(trial.upper[-1])
        steps = np.diff(at, prepend=0.0)
        walk = np.cumsum(np.sqrt(steps) * rng.standard_normal((trials, at.size)), axis=1)
        score = walk - np.outer(walk[:, -1] - critical, at)
        z = score[:, :-1] / np.sqrt(at[:-1])
        over, under = z >= trial.upper[:-1], z <= trial.lower[:-1]
        first = np.argmax(np.column_stack([over | under, np.ones(trials, bool)]), axis=1)
        rows, last = np.arange(trials), np.minimum(first, 2)
        stopped = first < 3
        found = discordance(trial)
        for expected, side in ((found.efficacy, over), (found.futility, under)):
            seen = np.mean(stopped & side[rows, last])
            assert abs(seen - expected) < 3 * np.sqrt(expected * (1 - expected) / trials)
        so_low = np.mean(z[:, 1] <= 0.6)
        expected = reverse_power(0.6, float(at[1]), critical).so_low
        assert abs(so_low - expected) < 3 * np.sqrt(expected * (1 - expected) / trials)

    def test_one_interim_look_is_reverse_power_at_its_bounds(self):
        rules = StoppingPlan((0.6, 1.0), futility=SpendBeta(PowerSpending(2.0)))
        trial = group_sequential(rules, power=0.9)
        found, last = discordance(trial), float(trial.upper[-1])
        over = reverse_power(float(trial.upper[0]), 0.6, last).so_high
        under = reverse_power(float(trial.lower[0]), 0.6, last).so_low
        assert (found.efficacy, found.futility) == pytest.approx((over, under), abs=1e-12)

    def test_no_interim_bounds_contradict_nothing(self):
        trial = group_sequential(StoppingPlan((0.5, 1.0), efficacy=NoInterimEfficacy()), power=0.9)
        assert discordance(trial).efficacy == 0.0
        one_look = discordance(group_sequential(StoppingPlan(), power=0.9))
        assert (one_look.efficacy, one_look.futility) == (0.0, 0.0)
