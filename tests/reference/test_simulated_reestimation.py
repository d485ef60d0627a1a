"""Trials whose size is chosen anew at a look, beside rpact's simulation of patients.

The meaning is the same: inverse normal, conditional power under the trend seen, events of the
second stage between 60 and 180 whatever conditional power is, patients at even intervals and not
increased.  rpact's increments weigh log-rank statistics by events, ours by their variances.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.world import constant_rate
from equipoise.monitor.bounds.rules import EFFICACY, HypothesisRules, StoppingRules, UpdatedBounds
from equipoise.simulate.conduct import AfterEvents, Conduct, Look, ReestimateSize
from equipoise.simulate.conduct import Tested as Hypothesis
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.replays.play import prepare
from equipoise.simulate.worlds.world import Enrollment, IndependentEndpoints, Law, TimeTruth, World

CASES = json.loads((Path(__file__).parent / "simulated_reestimation.json").read_text())["cases"]
TRIALS = 6000


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_events_chosen_from_conditional_power(case):
    monthly = np.log(2) / 15
    laws = tuple((Law(constant_rate(monthly * ratio)),) for ratio in (1.0, case["hazard_ratio"]))
    world = World(
        arms=("control", "experimental"),
        allocation=(1, 1),
        enrollment=Enrollment(300, constant_rate(50.0), "even"),
        truth=IndependentEndpoints((TimeTruth("os", laws),)),
    )
    design = group_sequential(StoppingPlan((0.5, 1.0)), power=0.8)
    conduct = Conduct(
        looks=(Look((AfterEvents(60, "os"),)), Look((AfterEvents(120, "os"),))),
        tested=(Hypothesis("OS", "os"),),
        stopping=StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 120.0)),)),
        adaptations=(ReestimateSize(1, "OS", target=0.9, promising=(0.0, 1.0), most=2.0),),
    )
    found = rehearse_range(
        prepare(world, conduct), seed=11, scenario=0, first=0, last=TRIALS, estimates=False
    )
    rows, stopped = np.arange(TRIALS), found.decisions.stopped
    claims = found.decisions.decision[:, :, 0] == EFFICACY
    events = found.table.events.sum(axis=(2, 3))[rows, stopped]
    told = case["expected"]
    near(claims.any(axis=1), told["reject"], case)
    near(claims[:, 0], told["reject_per_stage"][0], case)
    near(claims[:, 1], told["reject_per_stage"][1], case)
    near(events, told["events"], case)
    near(found.table.time[rows, stopped], told["duration"], case)
    near(found.table.time[:, 0], told["first_look"], case)


def near(ours, theirs, case):
    spread = float(np.std(ours))
    error = spread * np.sqrt(1 / TRIALS + 1 / case["iterations"])
    assert abs(float(np.mean(ours)) - theirs) < 3 * error
