"""What a conduct may not ask of its world, and worlds in which looks find nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest

from equipoise.design.survival.world import constant_rate
from equipoise.errors import SimulationError
from equipoise.monitor.bounds.rules import StoppingRules
from equipoise.simulate.conduct import (
    AfterEvents,
    AfterLook,
    AfterPatients,
    AtTime,
    Conduct,
    CoxWald,
    LogRank,
    Look,
    MaxCombo,
    Milestone,
    Proportions,
    RestrictedMean,
)
from equipoise.simulate.conduct import Tested as Claim
from equipoise.simulate.replays.play import estimates_at, play, prepare
from equipoise.simulate.snapshots import snapshot_of_trial
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    Enrollment,
    IndependentEndpoints,
    Law,
    TimeTruth,
    World,
)

DEATH = (Claim("H", "death"),)
FIRST = {"seed": 1, "scenario": 0, "first": 0}


def world(hazard=0.05, patients=60):
    law = Law(constant_rate(hazard))
    truths = (
        TimeTruth("death", ((law,), (law,))),
        AnswerTruth("response", ((0.3,), (0.5,)), at=2.0),
    )
    return World(
        ("control", "experimental"),
        (1, 1),
        Enrollment(patients, constant_rate(10.0)),
        IndependentEndpoints(truths),
    )


def conduct(*looks, tested=DEATH, **rest):
    held = looks or (Look((AfterEvents(20, "death"),)), Look((AfterEvents(40, "death"),)))
    return Conduct(held, tested, StoppingRules(()), **rest)


REFUSED = {
    "0 looks": replace(conduct(), looks=()),
    "tests 0 hypotheses": conduct(tested=()),
    "waits for 0 events": conduct(Look((AfterEvents(0, "death"),))),
    "waits for a time of -1": conduct(Look((AtTime(-1.0),))),
    "waits for a time of inf": conduct(Look((AtTime(math.inf),))),
    "has no condition": conduct(Look(())),
    "a gap of -2": conduct(Look((AtTime(1.0),), gap=-2.0)),
    "which is not before it": conduct(Look((AfterLook(1, 3.0),))),
    "'cure'": conduct(Look((AfterEvents(3, "cure"),))),
    "arm 'x'": conduct(Look((AfterEvents(3, "death", arms=("x",)),))),
    "population 'old'": conduct(Look((AfterPatients(3, 1.0, "old"),))),
    "61 events of 'death' among 60": conduct(Look((AfterEvents(61, "death"),))),
    "61 patients of 60": conduct(Look((AfterPatients(61),))),
    "maximum duration is 0": conduct(maximum_duration=0.0),
    "tests the endpoint 'cure'": conduct(tested=(Claim("H", "cure"),)),
    "compares arm 2": conduct(tested=(Claim("H", "death", experimental=2),)),
    "with itself": conduct(tested=(Claim("H", "death", experimental=0),)),
    "tests the population 'old'": conduct(tested=(Claim("H", "death", population="old"),)),
    "the margin nan": conduct(tested=(Claim("H", "death", margin=math.nan),)),
    "a yes or no, by a test of times": conduct(tested=(Claim("H", "response"),)),
    "a time, by Proportions": conduct(tested=(Claim("H", "death", Proportions()),)),
    "compares curves at 0": conduct(tested=(Claim("H", "death", Milestone(0.0)),)),
    "stratified comparison of curves": conduct(
        tested=(Claim("H", "death", RestrictedMean(5.0), stratified=True),)
    ),
    "MaxCombo with the margin": conduct(tested=(Claim("H", "death", MaxCombo(), margin=0.2),)),
    "pairs (rho, gamma) of 0 or more": conduct(tested=(Claim("H", "death", LogRank(-1.0)),)),
    "5 independent weights": conduct(
        tested=(Claim("H", "death", MaxCombo(((0, 0), (0, 0.5), (0.5, 0), (0.5, 0.5), (3, 1)))),)
    ),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_the_world_cannot_give_is_refused_with_a_remedy(sentence):
    with pytest.raises(SimulationError) as refusal:
        prepare(world(), REFUSED[sentence])
    message = str(refusal.value)
    assert sentence in message
    assert refusal.value.about
    assert message.endswith(".")


@pytest.mark.parametrize(
    "numbers", [{"seed": -1}, {"scenario": -1}, {"first": -1}, {"first": 3, "last": 2}]
)
def test_numbers_that_no_stream_has_are_refused(numbers):
    with pytest.raises(SimulationError):
        play(prepare(world(), conduct()), **{**FIRST, "last": 2, **numbers})


def test_no_trials_are_an_empty_table():
    table = play(prepare(world(), conduct()), **FIRST, last=0)
    assert table.z.shape == (0, 2, 1)


def test_where_nobody_has_events_looks_are_held_at_the_maximum_duration_and_find_nothing():
    every = (
        Claim("rank", "death"),
        Claim("combo", "death", MaxCombo()),
        Claim("cox", "death", CoxWald()),
    )
    rehearsal = prepare(world(0.0), conduct(tested=every, maximum_duration=36.0))
    table = play(rehearsal, **FIRST, last=5)
    assert not table.reached.any()
    assert (table.time == 36.0).all()
    assert (table.patients == 60).all()
    assert not table.events[:, :, 0].any()
    assert np.isnan(table.z).all()
    estimate, _ = estimates_at(rehearsal, **FIRST, look_time=np.full(5, 36.0))
    assert np.isnan(estimate).all()


def test_without_a_maximum_a_look_never_reached_is_not_held():
    table = play(prepare(world(0.0), conduct()), **FIRST, last=3)
    assert not table.reached.any()
    assert np.isinf(table.time).all()
    assert np.isnan(table.z).all()


def test_where_events_come_at_once_every_look_has_its_events():
    table = play(prepare(world(1e9), conduct()), **FIRST, last=5)
    assert table.reached.all()
    assert (table.events[:, :, 0].sum(axis=2) == [20, 40]).all()


def test_one_patient_is_a_trial_without_a_statistic():
    rehearsal = prepare(world(patients=1), conduct(Look((AfterEvents(1, "death"),))))
    table = play(rehearsal, **FIRST, last=4)
    assert table.reached.all()
    assert np.isnan(table.z).all()


@pytest.mark.parametrize("at", [-1.0, math.inf, math.nan])
def test_a_cut_is_made_at_a_finite_time(at):
    with pytest.raises(SimulationError):
        snapshot_of_trial(prepare(world(), conduct()), seed=1, scenario=0, trial=0, at=at)


def test_estimates_need_a_time_for_every_trial():
    rehearsal = prepare(world(), conduct())
    with pytest.raises(SimulationError):
        estimates_at(rehearsal, **FIRST, last=3, look_time=np.ones(2))
    with pytest.raises(SimulationError):
        estimates_at(rehearsal, **FIRST, look_time=np.full(2, np.nan))
