"""Laws of what is inferred after a trial has ended, by simulated Brownian trials."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendAlpha, SpendBeta, StoppingPlan, WangTsiatis
from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsPocock
from equipoise.monitor.inference.after_stopping import after_stopping
from equipoise.monitor.inference.bias_adjusted import bias_adjusted_mean, bias_of_estimate
from equipoise.monitor.inference.orderings import POWER, ordered_inference
from equipoise.monitor.inference.overrunning import by_combination, by_deletion, combined_z
from equipoise.monitor.inference.stagewise import stagewise_inference
from equipoise.monitor.inference.unbiased import unbiased_estimate
from sample_held_look import HAZARD_RATIO, brownian, held, seen

FIVE = tuple((np.arange(1, 6) / 5.0).tolist())
POCOCK = SpendAlpha(LanDeMetsPocock())
BINDING = SpendBeta(HwangShihDeCani(-2.0), binding=True)
DESIGNS = {
    "O'Brien-Fleming, 3 looks": StoppingPlan((0.3, 0.7, 1.0)),
    "O'Brien-Fleming, 5 looks": StoppingPlan(FIVE, efficacy=WangTsiatis(0.0)),
    "Pocock, 4 looks": StoppingPlan((0.25, 0.5, 0.75, 1.0), efficacy=POCOCK),
    "binding futility": StoppingPlan((0.4, 0.7, 1.0), futility=BINDING),
    "two-sided": StoppingPlan((0.3, 0.6, 1.0), alpha=0.05, sides=2, efficacy=POCOCK),
}
INFORMATION = 40.0


def ended(design, drift, trials, seed):
    """Give z and look of trials that ended where the design ends them, and its lower bounds."""
    obeyed = design.binding or design.sides == 2
    lower = np.array(design.lower) if obeyed else np.full(design.looks, -np.inf)
    z = brownian(np.random.default_rng(seed), design.information * INFORMATION, drift, trials)
    ends = (z >= design.upper) | (z <= lower)
    ends[:, -1] = True
    at = np.argmax(ends, axis=1)
    return z[np.arange(trials), at], at, lower if obeyed else None


def binomial_error(chance, trials):
    return np.sqrt(chance * (1.0 - chance) / trials)


class TestTheOrderings:
    """95% intervals hold the truth 95% of the time, estimates are median-unbiased, p is a p."""

    @pytest.mark.parametrize("ordering", list(POWER))
    @pytest.mark.parametrize("name", list(DESIGNS))
    def test_whatever_the_design_and_the_effect(self, name, ordering):
        trials = 2500
        design = group_sequential(DESIGNS[name], power=0.9)
        for part in (0.0, 0.7):
            drift = part * design.drift / np.sqrt(INFORMATION)
            seed = 1000 * list(DESIGNS).index(name) + int(10 * part)
            z, look, lower = ended(design, drift, trials, seed)
            at = design.information * INFORMATION
            found = ordered_inference(ordering, z, look, at, design.upper, lower=lower)
            covered = np.mean((found.lower <= drift) & (drift <= found.upper))
            assert covered == pytest.approx(0.95, abs=4.0 * binomial_error(0.95, trials))
            below = np.mean(found.estimate < drift)
            assert below == pytest.approx(0.5, abs=4.0 * binomial_error(0.5, trials))
            if part == 0.0:
                level = np.array([0.025, 0.2, 0.5, 0.9])
                share = (found.p_value[:, None] <= level).mean(axis=0)
                assert np.all(np.abs(share - level) <= 4.0 * binomial_error(level, trials))

    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from(list(POWER)), st.integers(0, 2), st.floats(-5.0, 5.0))
    def test_arms_exchanged_exchange_the_limits(self, ordering, look, z):
        """A two-sided design sees the other arm's advantage as it sees this one's."""
        at, upper = [10.0, 22.0, 40.0], np.array([3.0, 2.5, 2.0])
        found, mirror = (
            ordered_inference(ordering, side * z, look, at, upper, lower=-upper)
            for side in (1.0, -1.0)
        )
        there = found.lower[0], found.estimate[0], found.upper[0], found.p_value[0]
        back = -mirror.upper[0], -mirror.estimate[0], -mirror.lower[0], 1.0 - mirror.p_value[0]
        assert there == pytest.approx(back, abs=1e-8)

    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from(list(POWER)), st.floats(-6.0, 9.0))
    def test_at_the_only_look_nothing_is_adjusted(self, ordering, z):
        found = ordered_inference(ordering, z, 0, [25.0], [1.96])
        half = 1.959963984540054
        expected = (z - half) / 5.0, z / 5.0, (z + half) / 5.0
        assert (found.lower[0], found.estimate[0], found.upper[0]) == pytest.approx(
            expected, abs=1e-9
        )

    @settings(max_examples=40, deadline=None)
    @given(
        st.sampled_from(list(POWER)),
        st.integers(0, 3),
        st.floats(-12.0, 15.0),
        st.lists(st.floats(0.02, 3.0), min_size=4, max_size=4),
        st.lists(st.floats(0.5, 5.0), min_size=4, max_size=4),
    )
    def test_limits_stand_in_order(self, ordering, look, z, steps, upper):
        """Whatever the looks: the lower limit, the estimate and the upper limit rise."""
        found = ordered_inference(ordering, z, look, np.cumsum(steps), upper)
        assert found.lower[0] < found.estimate[0] < found.upper[0]
        assert 0.0 <= found.p_value[0] <= 1.0

    def test_trials_that_end_without_crossing_need_no_later_look(self):
        for ordering in POWER:
            found = ordered_inference(ordering, 1.4, 1, [10.0, 22.0, 40.0], [3.0, 2.5, 2.0])
            alone = ordered_inference(ordering, 1.4, 1, [10.0, 22.0], [3.0, np.nan])
            assert found.estimate == pytest.approx(alone.estimate, abs=1e-10)
            assert found.p_value == pytest.approx(alone.p_value, abs=1e-12)

    def test_a_confidence_set_that_is_no_interval_is_told(self):
        found = ordered_inference("score", 5.0, 0, [1.0, 400.0], [4.9, 2.0])
        assert found.hull.dtype == bool


class TestEstimates:
    """Unbiased estimates are right on average; the bias of the naive one is what is said of it."""

    def test_the_unbiased_estimate_even_where_trials_end_at_random(self):
        trials, drift = 60_000, 0.35
        rng = np.random.default_rng(3)
        at, upper = np.array([10.0, 22.0, 40.0]), np.array([2.6, 2.4, 2.1])
        z = brownian(rng, at, drift, trials)
        crossed = z >= upper
        looks = np.where(crossed.any(axis=1), np.argmax(crossed, axis=1), 2)
        look = np.minimum(looks, rng.integers(0, 3, size=trials))
        last = z[np.arange(trials), look]
        found = unbiased_estimate(last, look, at, upper)
        error = found.std() / np.sqrt(trials)
        assert found.mean() == pytest.approx(drift, abs=3.0 * error)
        naive = last / np.sqrt(at[look])
        assert naive.mean() - drift > 5.0 * error

    @settings(max_examples=30, deadline=None)
    @given(st.floats(-1.0, 2.0), st.floats(0.1, 4.0), st.floats(0.05, 0.9))
    def test_bias_after_one_interim_look_in_closed_form(self, drift, upper, share):
        """E[θ̂] - θ = φ(u - θ√I₁) √I₁ (1/I₁ - 1/I₂)."""
        first, second = 20.0 * share, 20.0
        density = np.exp(-0.5 * (upper - drift * np.sqrt(first)) ** 2) / np.sqrt(2.0 * np.pi)
        expected = density * np.sqrt(first) * (1.0 / first - 1.0 / second)
        found = bias_of_estimate(drift, [first, second], [upper, 2.0])
        assert found[0] == pytest.approx(expected, abs=1e-10)

    def test_the_bias_adjusted_mean_takes_the_bias_away(self):
        at, upper = [10.0, 22.0, 40.0], [2.6, 2.4, 2.1]
        adjusted = bias_adjusted_mean([0.5], at, upper)
        assert adjusted + bias_of_estimate(adjusted, at, upper) == pytest.approx([0.5], abs=1e-9)


class TestOverrunning:
    """Data that come in after a trial has stopped."""

    BEFORE = np.array([12.0]), np.array([2.9]), np.array([-np.inf])

    def test_deletion_is_the_look_in_its_place(self):
        found = by_deletion(2.2, 31.0, self.BEFORE)
        alone = stagewise_inference(2.2, 1, [12.0, 31.0], [2.9, np.nan])
        assert found.p_value == alone.p_value[0]
        assert found.estimate == alone.estimate[0]

    def test_next_to_nothing_that_comes_later_changes_next_to_nothing(self):
        """As the data that came later vanish, both are the inference where the trial stopped."""
        stage = stagewise_inference(2.5, 1, [12.0, 28.0], [2.9, np.nan])
        for found in (
            by_deletion(2.5, 28.0 + 1e-7, self.BEFORE),
            by_combination((2.5, 28.0), 2.5, 28.0 + 1e-7, self.BEFORE),
        ):
            assert found.estimate == pytest.approx(stage.estimate[0], abs=1e-4)
            assert found.lower == pytest.approx(stage.lower[0], abs=1e-4)
            assert found.p_value == pytest.approx(stage.p_value[0], abs=1e-4)

    def test_limits_of_the_combination_have_the_chances_they_are_named_for(self):
        found = by_combination((3.1, 28.0), 2.4, 36.0, self.BEFORE)
        for drift, expected in (
            (found.lower, 1.959963984540054),
            (found.estimate, 0.0),
            (found.upper, -1.959963984540054),
        ):
            at = combined_z(drift, (3.1, 28.0), 2.4, 36.0, self.BEFORE)
            assert at == pytest.approx(expected, abs=1e-9)

    @pytest.mark.parametrize("drift", [0.0, 0.4])
    def test_both_keep_their_chances_nearly(self, drift):
        """Neither is exact: the look left out depends on the data.  Within one in a hundred."""
        trials, rng = 4000, np.random.default_rng(17)
        at, upper = np.array([12.0, 24.0, 36.0]), np.array([2.7, 2.4, 2.1])
        whole = np.array([12.0, 17.0, 24.0, 29.0, 36.0])
        z = brownian(rng, whole, drift, trials)
        seen_z, later = z[:, [0, 2, 4]], z[:, [1, 3, 4]]
        crossed = seen_z >= upper
        look = np.where(crossed.any(axis=1), np.argmax(crossed, axis=1), 2)
        rows = np.arange(trials)
        information = np.broadcast_to(at, (trials, 3)).copy()
        information[rows, look] = np.array([17.0, 29.0, 36.0])[look]
        found = stagewise_inference(later[rows, look], look, information, upper)
        covered = np.mean((found.lower <= drift) & (drift <= found.upper))
        assert covered == pytest.approx(0.95, abs=0.01 + 3.0 * binomial_error(0.95, trials))
        some = rows[(look < 2)][:600]
        pivots = np.array(
            [
                combined_z(
                    drift,
                    (float(seen_z[i, look[i]]), float(at[look[i]])),
                    float(later[i, look[i]]),
                    float([17.0, 29.0][look[i]]),
                    (at[: look[i]], upper[: look[i]], np.full(look[i], -np.inf)),
                )
                for i in some
            ]
        )
        assert np.all(np.isfinite(pivots))


class TestALook:
    """All of it together, for one hypothesis at a look."""

    DESIGN = group_sequential(DESIGNS["O'Brien-Fleming, 3 looks"], power=0.9)

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.floats(-3.5, 5.0), min_size=1, max_size=3))
    def test_limits_on_both_scales_say_the_same(self, z):
        """The hazard ratio is exp(-θ): its lower limit belongs to the upper one of θ."""
        found = after_stopping(
            held(self.DESIGN, 100.0, z, (30.0, 70.0, 100.0)[: len(z)]), HAZARD_RATIO
        )
        for each in found.inferences:
            if each.lower.theta is None:
                continue
            assert each.lower.theta < each.estimate.theta < each.upper.theta
            assert each.lower.effect < each.estimate.effect < each.upper.effect
            assert each.lower.effect == pytest.approx(np.exp(-each.upper.theta), rel=1e-12)
            assert each.estimate.effect == pytest.approx(np.exp(-each.estimate.theta), rel=1e-12)
        assert found.sentences
        assert found.by(found.recommended) is not None

    def test_a_look_after_the_one_that_decided_is_read_as_what_came_in_later(self):
        first = after_stopping(
            held(self.DESIGN, 100.0, [1.0, 3.0], (30.0, 70.0)),
            HAZARD_RATIO,
            overrun=seen(2.7, 80.0),
        )
        second = after_stopping(
            held(self.DESIGN, 100.0, [1.0, 3.0, 2.7], (30.0, 70.0, 80.0)), HAZARD_RATIO
        )
        assert second.overrun is not None
        assert first.overrun is not None
        assert second.overrun.deletion == first.overrun.deletion
        assert second.by("stage-wise").p_value == pytest.approx(
            first.by("stage-wise").p_value, abs=1e-12
        )
        assert second.ending == "efficacy"
