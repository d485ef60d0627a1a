"""Under the null hypothesis, whatever else is true: the error rate is alpha, nearly.

The log-rank test of 131 events rejects at three looks in 0.0253 of trials, not in 0.025 (`lrsim`, a
million trials); bounds that follow the information seen, at looks by the calendar, early or late,
add nothing to it.  100,000 trials of each gave 0.0255 to 0.0259, with an error of 0.0005.
"""

import math

import numpy as np
import pytest

from equipoise.design.multiplicity.graph import Graph
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.world import constant_rate
from equipoise.monitor.bounds.rules import EFFICACY, HypothesisRules, StoppingRules, UpdatedBounds
from equipoise.simulate.conduct import AfterEvents, AtTime, Conduct, Look
from equipoise.simulate.conduct import Tested as Hypothesis
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.replays.play import prepare
from equipoise.simulate.worlds.world import Enrollment, IndependentEndpoints, Law, TimeTruth, World

TRIALS = 20_000
SIZE = 0.0256  # of one log-rank test at these looks
DESIGN = group_sequential(StoppingPlan((50 / 131, 90 / 131, 1.0)), power=0.8)
HAZARD = math.log(2) / 15


def world_of(ratios, patients, rate):
    laws = tuple((Law(constant_rate(HAZARD * ratio)),) for ratio in ratios)
    return World(
        arms=tuple(f"arm {at}" for at in range(len(ratios))),
        allocation=(1,) * len(ratios),
        enrollment=Enrollment(patients, constant_rate(rate)),
        truth=IndependentEndpoints((TimeTruth("os", laws),)),
        dropout=((Law(constant_rate(0.0043)),),) * len(ratios),
    )


def conduct_of(conditions, arms, planned, graph=None):
    tested = tuple(Hypothesis(f"arm {arm}", "os", experimental=arm) for arm in arms)
    rules = tuple(
        HypothesisRules(each.hypothesis, UpdatedBounds(DESIGN, planned)) for each in tested
    )
    looks = tuple(Look((each,)) for each in conditions)
    return Conduct(looks, tested, StoppingRules(rules, graph=graph))


def rejected(world, conduct):
    """Tell which hypotheses each trial rejected."""
    found = rehearse_range(
        prepare(world, conduct), seed=5, scenario=0, first=0, last=TRIALS, estimates=False
    )
    return (found.decisions.decision == EFFICACY).any(axis=1)


def near(share, expected):
    return abs(share - expected) < 3 * math.sqrt(expected * (1 - expected) / TRIALS)


@pytest.mark.parametrize("times", [(24, 36, 60), (20, 30, 44), (30, 48, 90)])
def test_looks_by_the_calendar_with_updated_bounds(times):
    """As planned, with fewer events than planned, with more."""
    conduct = conduct_of([AtTime(float(each)) for each in times], [1], 131.0)
    assert near(rejected(world_of((1.0, 1.0), 220, 220 / 48), conduct).mean(), SIZE)


HOLM = Graph(("arm 1", "arm 2"), np.array([0.5, 0.5]), np.array([[0.0, 1.0], [1.0, 0.0]]))


@pytest.mark.parametrize("by", ["events", "calendar"])
def test_two_arms_and_one_control_by_a_graph(by):
    """Half of alpha each, and what both share is counted once: 0.0243."""
    conditions = {
        "events": [AfterEvents(each, "os") for each in (75, 135, 196)],
        "calendar": [AtTime(each) for each in (20.0, 30.0, 50.0)],
    }[by]
    conduct = conduct_of(conditions, [1, 2], 131.0, HOLM)
    assert near(rejected(world_of((1.0, 1.0, 1.0), 330, 8.0), conduct).any(axis=1).mean(), 0.0243)


def test_alpha_passed_on_by_a_true_effect():
    """One arm works and is nearly always claimed; the other is then tested at all of alpha."""
    conduct = conduct_of([AfterEvents(each, "os") for each in (70, 120, 180)], [1, 2], 120.0, HOLM)
    works, null = rejected(world_of((1.0, 0.45, 1.0), 330, 8.0), conduct).mean(axis=0)
    assert works > 0.95
    assert near(null, SIZE)
