"""Trials in progress at their edges: nobody, nothing left, everything decided."""

from dataclasses import replace

import numpy as np
import pytest

import sample_rest as trials
from equipoise.errors import DataError, DesignError, SimulationError
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.simulate.rest.rest import Foretold, simulate_rest


def rest(design, hand, model, look=trials.NOBODY, **asked):
    asked = {"replicates": 200} | asked
    cut, rules = trials.cut_at(hand.cut), trials.rules_of(design)
    return simulate_rest(cut, design, rules, look, model, at_hand=hand, **asked)


@pytest.fixture(scope="module")
def design():
    return trials.design_of()


@pytest.fixture(scope="module")
def started():
    return trials.at_hand(400, 150)


def looked(design, hand, *told):
    return trials.looked(design, trials.rules_of(design), told, trials.cut_at(hand.cut))


def test_everyone_has_had_the_event(design):
    hand, _ = trials.at_hand(60, 60)
    found = rest(design, hand, trials.model_of(0))
    assert found.hypotheses[0].power.count in {0, 200}
    assert (found.every.information[:, :, 0] == 60).all()
    assert not found.every.reached.any()
    assert found.stopping_now.events.most == 0
    assert found.stopping_now.patients.most == 0


def test_no_event_ever(design):
    found = rest(design, trials.nobody(("control", "new")), trials.model_of(50, hazard=0.0))
    assert found.hypotheses[0].power.count == 0
    assert found.hypotheses[0].looks[-1].z is None
    assert found.hypotheses[0].looks[-1].effect is None
    assert found.stopping_now.patients.mean.value == 50


def test_nobody_ever_comes(design):
    found = rest(design, trials.nobody(("control", "new")), trials.model_of(50, accrual=0.0))
    assert found.hypotheses[0].power.count == 0
    assert found.stopping_now.patients.most == 0


def test_the_time_is_up(design, started):
    hand, left = started
    late = replace(hand, cut=150.0, time=vector(np.where(hand.event, hand.time, 150 - hand.entry)))
    found = rest(design, late, trials.model_of(left))
    assert (found.every.time == 150.0).all()
    assert found.stopping_now.time.most == 0.0


def test_claimed_already(design, started):
    hand, left = started
    events = float(hand.event.sum())
    look = looked(design, hand, (5.0, events, 0.5, 80.0))
    found = rest(design, hand, trials.model_of(left), look)
    first = found.of("H1")
    assert first.claimed
    assert first.power.value == first.alone.value == 1.0
    assert all(each.tested.count == 0 for each in first.looks)
    assert found.stopping_now.claim.value == 1.0


def test_what_waits_gets_its_alpha_once_the_other_is_claimed(design, started):
    hand, left = started
    model = trials.model_of(left, ratio=0.5)
    others = {"os": Foretold(hand, model)}
    before = rest(design, hand, model, others=others)
    assert before.of("H2").alone is None
    claimed = looked(design, hand, (5.0, float(hand.event.sum()), 0.5, 80.0))
    after = rest(design, hand, model, claimed, others=others)
    assert after.of("H2").alone is not None
    assert 0 < before.of("H2").power.count <= before.of("H1").power.count


def test_given_up_for_futility_counts_only_where_it_is_obeyed(started):
    design = trials.design_of(futility="futility: {z: [0, 0.5]}")
    hand, left = started
    look = looked(design, hand, (-1.0, float(hand.event.sum()), 0.5, 80.0))
    assert look.hypotheses[0].decision == 2
    model = trials.model_of(left, ratio=0.5)
    ignored = rest(design, hand, model, look, futility_obeyed=False)
    assert not ignored.of("H1").given_up
    assert ignored.of("H1").power.value > 0.5


def test_extra_and_skipped_looks(design, started):
    """An extra look leaves those planned to come; one left out does not come back."""
    hand, left = started
    events = float(hand.event.sum())
    model = trials.model_of(left)
    extra = looked(design, hand, (0.1, 0.9 * events, 0.1, 50.0), (0.2, events, 0.1, 60.0))
    assert numbers(rest(design, hand, model, extra)) == [3, 4]
    planned = trials.rules_of(design).stopping.hypotheses[0].bounds.planned
    late = looked(design, hand, (0.1, 0.76 * planned, 0.1, 50.0))
    assert late.number == 2
    assert numbers(rest(design, hand, model, late)) == [3]


def numbers(found):
    return [each.look for each in found.of("H1").looks]


def test_other_tests_are_simulated_or_named():
    hand, left = trials.at_hand(400, 150)
    largest = trials.design_of(test="{method: max-combo}")
    found = rest(largest, hand, trials.model_of(left, ratio=0.4))
    assert found.of("H1").power.value > 0.5
    assert dict(found.left_out)["H2"] == "what becomes of its endpoint is not foretold"


class TestRefusals:
    """Each says what is wrong, and what to do."""

    def test_nothing_left(self, design, started):
        hand, left = started
        planned = trials.rules_of(design).stopping.hypotheses[0].bounds.planned
        look = looked(design, hand, (0.1, planned, 0.1, 50.0))
        with pytest.raises(SimulationError, match="nothing of the trial is left"):
            rest(design, hand, trials.model_of(left), look)

    def test_nobody_at_all(self, design):
        with pytest.raises(SimulationError, match="Nobody is at hand and nobody is to come"):
            rest(design, trials.nobody(("control", "new")), trials.model_of(0))

    def test_blinded(self, design, started):
        hand, left = started
        with pytest.raises(DataError, match="arms of the patients at hand are not told"):
            rest(design, replace(hand, arm=None), trials.model_of(left))
        pooled = replace(hand, group=codes(np.zeros(hand.entry.size)), groups=("everyone",))
        one = trials.model_of(left)
        one = replace(
            one,
            event=one.event[:1],
            dropout=one.dropout[:1],
            shape=one.shape[:1],
            shares=vector([1.0]),
        )
        with pytest.raises(SimulationError, match="1 groups for 2 arms"):
            rest(design, pooled, one)

    def test_no_stratum(self, design, started):
        hand, left = started
        unknown = np.where(np.arange(hand.entry.size) == 3, -1, hand.stratum)
        with pytest.raises(DataError, match="1 patients at hand have no stratum"):
            rest(design, replace(hand, stratum=codes(unknown)), trials.model_of(left))

    def test_endpoints_of_other_patients(self, design, started):
        hand, left = started
        fewer = trials.at_hand(380, 150, seed=9)[0]
        other = Foretold(fewer, trials.model_of(left))
        with pytest.raises(DataError, match="patients at hand differ between endpoints"):
            rest(design, hand, trials.model_of(left), others={"os": other})
        more = Foretold(hand, trials.model_of(left + 1))
        with pytest.raises(SimulationError, match="differ in who is to come"):
            rest(design, hand, trials.model_of(left), others={"os": more})

    def test_numbers(self, design, started):
        hand, left = started
        for asked in ({"replicates": 0}, {"workers": 0}, {"seed": -1}):
            with pytest.raises(SimulationError, match=str(next(iter(asked.values())))):
                rest(design, hand, trials.model_of(left), **asked)
        twice = replace(hand, lost=flags(np.ones(hand.entry.size)))
        with pytest.raises(DesignError, match="both had the event and been lost"):
            rest(design, twice, trials.model_of(left))
