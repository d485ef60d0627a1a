"""Operating characteristics of degenerate worlds: every number exists, or is said not to."""

import math
from dataclasses import replace

import pytest

from equipoise.errors import SimulationError
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
from equipoise.simulate.conduct import AfterEvents, Look
from equipoise.simulate.plan import Candidate, HypothesisTruth, Scenario
from equipoise.simulate.replays.replay import replay
from equipoise.simulate.run import run
from equipoise.simulate.worlds.world import IndependentEndpoints, TimeTruth
from sample_plan import conduct, law, plan, world

CAPPED = conduct(maximum_duration=60.0)


def played(true, how, **settings):
    truth = (HypothesisTruth("OS", null=True, effect=0.0, direction="none"),)
    asked = plan(
        scenarios=(Scenario("here", true, truth),),
        designs=(Candidate("this", how),),
        trials=60,
        chunk=25,
        estimates=True,
        **settings,
    )
    return asked, run(asked, executor="serial").of("here")


def constant(hazard, patients=220):
    truth = IndependentEndpoints((TimeTruth("os", ((law(hazard),), (law(hazard),))),))
    return replace(world(patients=patients), truth=truth)


def test_nobody_has_events_and_time_is_up():
    _, found = played(constant(0.0), CAPPED)
    assert found.duration.mean.value == found.duration.median == 60.0
    assert found.duration.mean.error == 0.0
    assert found.events[0].most == 0.0
    assert found.looks[0].condition_met.count == 0
    assert found.hypothesis("OS").power.count == 0
    assert found.hypothesis("OS").power.upper > 0.0
    assert found.hypothesis("OS").naive is None
    assert found.looks[1].at_look.time is None
    assert "never due" in repr(found)


def test_no_look_is_ever_held():
    asked, found = played(constant(0.0), conduct())
    assert found.duration is None
    assert sum(look.ended.count for look in found.looks) == 0
    assert "no trial ever came to a look" in repr(found)
    with pytest.raises(SimulationError, match="maximum duration"):
        replay(asked, "here", "this", 3)


def test_everybody_has_the_event_at_once():
    _, found = played(constant(1e9), conduct())
    assert found.events[0].median == 131.0
    assert found.patients.median == 131.0
    assert found.hypothesis("OS").power.count == 0


def test_one_patient():
    once = replace(
        CAPPED,
        looks=(Look((AfterEvents(1, "os"),)),),
        stopping=StoppingRules((HypothesisRules("OS", FixedBounds((1.96,))),)),
    )
    _, found = played(constant(0.05, patients=1), once)
    assert found.patients.mean.value == 1.0
    assert {each.value for each in found.events[0].quantiles} <= {0.0, 1.0}
    assert found.hypothesis("OS").power.count == 0


def test_one_trial():
    alone = plan(trials=1, chunk=0)
    found = run(alone).of("planned", "three looks")
    assert found.trials == 1
    assert found.duration.mean.sd == 0.0
    assert math.isfinite(found.at_least_one.upper)
    assert run(alone).differences("planned", "three looks", "one look") == ()
