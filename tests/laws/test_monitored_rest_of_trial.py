"""The rest of a trial obeys what is known of it without simulating."""

from dataclasses import replace

import numpy as np
import pytest

import sample_rest as trials
from equipoise.kernel.arrays import vector
from equipoise.kernel.sequential import stopping_probability
from equipoise.monitor.bounds.rules import EFFICACY, Evidence
from equipoise.monitor.look.decide import decide
from equipoise.simulate.planned.planned import planned_rehearsal
from equipoise.simulate.rehearsal import prepare
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.rest import playing
from equipoise.simulate.rest.deciding import go_on, standing_after
from equipoise.simulate.rest.rest import Foretold, simulate_rest
from equipoise.simulate.worlds.world import Randomization

GROUPS = ("control", "new")


def rest(design, hand, model, **asked):
    asked = {"replicates": 1000, "look": trials.NOBODY, "estimates": False} | asked
    rules, look = asked.pop("rules", None) or trials.rules_of(design), asked.pop("look")
    return simulate_rest(trials.cut_at(hand.cut), design, rules, look, model, at_hand=hand, **asked)


def same(one, two):
    return all(
        np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
        for name in ("time", "z", "information", "effect", "decision", "bound", "stopped")
    )


class TestNumbersOfAReplicate:
    """A replicate is a function of (seed, replicate) and of what is at hand."""

    def test_workers_change_no_bit(self):
        design = trials.design_of(futility="futility: {z: [0, 0]}")
        hand, left = trials.at_hand(400, 150, dropout=0.01, lag=1.0)
        one, two = (
            rest(design, hand, model_in(left), replicates=1300, workers=workers, estimates=True)
            for workers in (1, 3)
        )
        assert same(one.every, two.every)
        assert one.hypotheses == two.hypotheses
        assert one.stopping_now == two.stopping_now

    def test_more_replicates_leave_the_first_as_they_were(self):
        design, (hand, left) = trials.design_of(), trials.at_hand(400, 150)
        few, many = (rest(design, hand, model_in(left), replicates=n) for n in (300, 800))
        np.testing.assert_array_equal(few.every.z, many.every.z[:300])
        other = rest(design, hand, model_in(left), replicates=300, seed=2)
        assert not np.array_equal(few.every.z, other.every.z)

    def test_both_loops_find_the_same(self, monkeypatch):
        design = trials.design_of()
        hand, left = trials.at_hand(400, 150, dropout=0.01, lag=1.0, strata=2)
        model = trials.model_of(left, dropout=0.01, strata=2)
        others = {"os": Foretold(hand, model)}
        fused = rest(design, hand, model, others=others, estimates=True)
        monkeypatch.setattr(playing, "can_take", lambda _: False)
        general = rest(design, hand, model, others=others, estimates=True)
        np.testing.assert_array_equal(fused.every.time, general.every.time)
        np.testing.assert_allclose(fused.every.z, general.every.z, atol=1e-9)
        np.testing.assert_allclose(fused.every.effect, general.every.effect, atol=1e-9)
        np.testing.assert_array_equal(fused.every.decision, general.every.decision)


def model_in(left, **asked):
    return trials.model_of(left, dropout=0.01, **asked)


class TestPastIsHeldFixed:
    """Going on after any look decides what the whole trial decides on the same evidence."""

    @pytest.mark.parametrize("futility", ["", "futility: {z: [-0.2, 0.3]}"])
    @pytest.mark.parametrize("looks", [1, 2])
    def test_as_the_whole_trial(self, futility, looks):
        design = trials.design_of(futility=futility)
        rules = trials.rules_of(design)
        random, cut, agreed = np.random.default_rng(8), trials.cut_at(20.0), 0
        planned = [
            [each.bounds.planned * share for share in (0.47, 0.78, 1.02)]
            for each in rules.stopping.hypotheses
        ]
        information = np.array(planned).T
        for _ in range(40):
            steps = random.normal(0.9, 0.6, (3, 2)).cumsum(axis=0)
            z = steps * np.sqrt(3.0 / np.arange(1, 4))[:, None] / 1.2
            evidence = Evidence(z[None], information[None], np.ones((1, 3), np.bool_))
            whole = decide(rules.stopping, evidence)
            if whole.stopped[0] < looks:
                continue
            told = [(z[k, 0], information[k, 0], z[k, 1], information[k, 1]) for k in range(looks)]
            look = trials.looked(design, rules, told, cut)
            later = Evidence(
                z[None, looks:], information[None, looks:], np.ones((1, 3 - looks), np.bool_)
            )
            found = go_on(standing_after(rules, look, 1), later)
            np.testing.assert_array_equal(found.decision, whole.decision[:, looks:])
            np.testing.assert_allclose(found.bound, whole.bound[:, looks:], atol=1e-9)
            assert found.stopped[0] + looks == whole.stopped[0]
            agreed += 1
        assert agreed > 10


class TestBrownianMotion:
    """With proportional hazards and many patients z moves as Brownian motion with drift.

    The increments of the score over d events are about normal with variance d/4 and mean
    -log(hazard ratio) times it: an approximation of local alternatives, good to some hundredths of
    z at 0.8 and 600 events.
    """

    def test_conditional_power_at_each_look(self):
        design = trials.design_of(ratio=0.8, patients=1600)
        rules = trials.rules_of(design)
        hand, left = trials.at_hand(1600, 430, ratio=0.85, seed=2)
        events = float(hand.event.sum())
        z_now = _z_now(hand)
        told = [(z_now, events, 0.0, 100.0)]
        look = trials.looked(design, rules, told, trials.cut_at(hand.cut))
        found = rest(
            design,
            hand,
            trials.model_of(left, ratio=0.8, accrual=1600 / 24),
            replicates=8000,
            look=look,
            workers=2,
        )
        later = found.every.information[0, :, 0]
        bound = found.every.bound[:, :, 0]
        fixed = np.nanmax(bound, axis=0)
        more, score = (later - events) / 4.0, z_now * np.sqrt(events / 4.0)
        drift = -np.log(0.8)
        mean = (score + drift * more) / np.sqrt(later / 4.0)
        spread = np.sqrt(more / (later / 4.0))
        z = found.every.z[:, :, 0]
        np.testing.assert_allclose(z.mean(axis=0), mean, atol=0.05)
        np.testing.assert_allclose(z.std(axis=0), spread, rtol=0.03)
        upper = (fixed * np.sqrt(later / 4.0) - score) / np.sqrt(more)
        exact = stopping_probability(
            vector(upper), vector(np.full(upper.size, -np.inf)), vector(more), drift=drift
        ).upper
        told_here = [each.efficacy for each in found.hypotheses[0].looks]
        for simulated, expected in zip(told_here, exact, strict=True):
            assert simulated.value == pytest.approx(expected, abs=3 * simulated.error + 0.02)
        assert found.hypotheses[0].power.value == pytest.approx(
            exact.sum(), abs=3 * found.hypotheses[0].power.error + 0.015
        )


def _z_now(hand):
    from equipoise.analyze.log_rank import log_rank  # noqa: PLC0415

    return log_rank(hand.time, hand.event, hand.arm, groups=2).test.statistic


class TestFromTheBeginning:
    """From a start without patients, under the design's assumptions, it is the rehearsal."""

    def test_power_duration_and_looks(self):
        design = trials.design_of(
            futility="futility: {z: [0, 0.5]}", test="{method: log-rank, stratified_by: []}"
        )
        planned = planned_rehearsal(design.protocol, design)
        world = replace(planned.world, randomization=Randomization("simple"))
        trials_played = 6000
        played = rehearse_range(
            prepare(world, planned.conduct),
            seed=5,
            scenario=0,
            first=0,
            last=trials_played,
            estimates=False,
        )
        claimed = (played.decisions.decision[:, :, 0] == EFFICACY).mean(axis=0)
        found = rest(
            design,
            trials.nobody(GROUPS),
            trials.model_of(500),
            replicates=trials_played,
            workers=2,
        )
        told = found.hypotheses[0]
        for look, share in zip(told.looks, claimed, strict=True):
            assert look.efficacy.value == pytest.approx(share, abs=3 * 2**0.5 * 0.5 / 6000**0.5)
        both = (0.25 * 2 / trials_played) ** 0.5
        assert told.power.value == pytest.approx(claimed.sum(), abs=3 * both)
        end = played.table.time[np.arange(trials_played), played.decisions.stopped]
        saved = found.stopping_now.time.mean
        assert saved.value == pytest.approx(end.mean(), abs=4 * saved.error)

    def test_predictive_power_averages_to_power(self):
        """E[P(claim | interim data)] = P(claim), the effect being as assumed."""
        design = trials.design_of(looks="[1]", patients=250, ratio=0.6)
        claims = []
        for seed in range(120):
            hand, left = trials.at_hand(250, 60, seed=100 + seed, ratio=0.75)
            model = trials.model_of(left, ratio=0.75, accrual=250 / 24)
            claims.append(rest(design, hand, model, replicates=100).hypotheses[0].power.value)
        start = rest(
            design,
            trials.nobody(GROUPS),
            trials.model_of(250, ratio=0.75, accrual=250 / 24),
            replicates=4000,
        )
        error = np.std(claims) / len(claims) ** 0.5 + start.hypotheses[0].power.error
        assert np.std(claims) > 0.1
        assert np.mean(claims) == pytest.approx(start.hypotheses[0].power.value, abs=3 * error)


class TestOrder:
    """What can only help, helps."""

    def test_futility_obeyed_only_takes_claims_away(self):
        design = trials.design_of(futility="futility: {z: [0.5, 1.2]}")
        hand, left = trials.at_hand(400, 150, ratio=0.85)
        kept, ignored = (
            rest(design, hand, model_in(left, ratio=0.8), futility_obeyed=obeyed)
            for obeyed in (True, False)
        )
        one, two = (
            (each.every.decision[:, :, 0] == EFFICACY).any(axis=1) for each in (kept, ignored)
        )
        assert (two | ~one).all()
        assert (two & ~one).any()
        assert kept.hypotheses[0].looks[0].futility.count > 0
        assert ignored.hypotheses[0].looks[0].futility.count == 0

    def test_costs_add_up(self):
        design = trials.design_of()
        hand, left = trials.at_hand(400, 150)
        found = rest(design, hand, model_in(left))
        now = found.stopping_now
        assert sum(each.count for each in now.ends) == found.replicates
        assert now.claim == found.hypotheses[0].power
        assert now.patients.most <= left
        assert found.hypotheses[0].power.count == sum(
            each.efficacy.count for each in found.hypotheses[0].looks
        )
        assert found.hypotheses[0].alone == found.hypotheses[0].power

    def test_an_effect_that_comes_late_costs_power(self):
        design, (hand, left) = trials.design_of(), trials.at_hand(400, 150, ratio=0.9)
        usual = model_in(left, ratio=0.6, accrual=400 / 24)
        late = replace(
            usual,
            event=(
                usual.event[0],
                trials.RateDraws(
                    vector([0.0, 6.0]), np.array([[trials.HAZARD, trials.HAZARD * 0.6]])
                ),
            ),
        )
        powers = [rest(design, hand, each).hypotheses[0].power for each in (usual, late)]
        assert powers[1].value < powers[0].value - 3 * powers[0].error
