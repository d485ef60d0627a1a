"""Rehearsed trials beside simtrial: its cuts, and seven tests of one cut.

`get_analysis_date` waits for the last of its conditions, but no longer than an extension allows.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.survival.hazards import piecewise_rate
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
from equipoise.simulate.conduct import (
    AfterEvents,
    AfterPatients,
    AtTime,
    Conduct,
    LogRank,
    Look,
    MaxCombo,
    Milestone,
    RestrictedMean,
)
from equipoise.simulate.conduct import Tested as Hypothesis
from equipoise.simulate.replays.play import play, prepare
from equipoise.simulate.worlds.world import (
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    Randomization,
    TimeTruth,
    World,
)

TOLD = json.loads(Path(__file__).with_name("simulated_simtrial.json").read_text())
CASES = {case["id"]: case for case in TOLD["cases"]}
TRIALS = 10_000
BOUND = 1.959963984540054
TESTS = {
    "log_rank": LogRank(),
    "fh01": LogRank(0.0, 1.0),
    "fh_half": LogRank(0.5, 0.5),
    "rmst": RestrictedMean(12.0),
    "milestone": Milestone(10.0),
    "milestone_log_log": Milestone(10.0, "log-log"),
    "max_combo": MaxCombo(((0.0, 0.0), (0.0, 1.0), (1.0, 0.0))),
}


def law(hazards, starts=(0,)):
    return Law(piecewise_rate(starts, hazards))


def world_of(patients, rates, arms, lost, shares=(1.0,)):
    return World(
        arms=("control", "experimental"),
        allocation=(1, 1),
        enrollment=Enrollment(patients, rates),
        truth=IndependentEndpoints((TimeTruth("os", arms),)),
        strata=tuple(f"stratum {at}" for at in range(len(shares))),
        cells=tuple(Cell(share, at) for at, share in enumerate(shares)),
        randomization=Randomization(block=4),
        dropout=((law([lost]),) * len(shares),) * 2,
    )


def conduct_of(looks, names, *, stratified):
    tested = tuple(Hypothesis(name, "os", TESTS[name], stratified=stratified) for name in names)
    never = FixedBounds((math.inf,) * len(looks))
    rules = tuple(HypothesisRules(name, never) for name in names)
    return Conduct(looks, tested, StoppingRules(rules))


def delayed():
    world = world_of(
        200,
        piecewise_rate([0, 6], [5, 12]),
        tuple((law(each, (0, 4)),) for each in ([0.07, 0.07], [0.07, 0.04])),
        0.005,
    )
    looks = (
        Look((AtTime(18.5), AfterEvents(60, "os"))),
        Look((AfterEvents(134, "os"), AfterPatients(200, 13.0)), gap=15.0),
    )
    return world, conduct_of(looks, tuple(TESTS), stratified=False)


def strata():
    control = law([0.12]), law([0.05, 0.03], (0, 6))
    experimental = law([0.07]), law([0.035, 0.02], (0, 6))
    world = world_of(
        240, piecewise_rate([0], [10]), (control, experimental), 0.003, shares=(0.3, 0.7)
    )
    looks = (
        Look((AtTime(20.5), AfterEvents(70, "os")), "first"),
        Look((AfterEvents(140, "os"),), gap=14.5),
    )
    return world, conduct_of(looks, ("log_rank", "fh01", "fh_half"), stratified=True)


PLAYED = {}


def columns(name):
    """Give every number of every trial, called as they are there."""
    if name in PLAYED:
        return PLAYED[name]
    world, conduct = {"delayed": delayed, "strata": strata}[name]()
    table = play(prepare(world, conduct), seed=11, scenario=0, first=0, last=TRIALS)
    found = {}
    for k in range(2):
        found[f"time{k + 1}"] = table.time[:, k]
        found[f"patients{k + 1}"] = table.patients[:, k]
        found[f"events{k + 1}"] = table.events[:, k, 0].sum(axis=1)
        found[f"events_experimental{k + 1}"] = table.events[:, k, 0, 1]
        for h, tested in enumerate(conduct.tested):
            found[f"{tested.hypothesis}{k + 1}"] = table.z[:, k, h]
    PLAYED[name] = found
    return found


@pytest.mark.parametrize("name", CASES)
def test_means_spreads_and_rejections(name):
    case, found = CASES[name], columns(name)
    more = math.sqrt(1 / TRIALS + 1 / case["trials"])
    away = {}
    for column, told in case["mean"].items():
        ours, sd = found[column], case["sd"][column]
        spread = max(sd, ours.std())
        away[column] = abs(ours.mean() - told) / max(spread * more, 1e-6)
        if spread > 0.2:  # months, patients, events, z; else a constant but for a few trials
            fourth = np.mean(((ours - ours.mean()) / spread) ** 4)
            error = spread * more * math.sqrt(fourth - 1.0) / 2
            away[f"sd of {column}"] = abs(ours.std() - sd) / error
    for column, told in case["above_1.96"].items():
        power = np.mean(found[column] >= BOUND)
        away[f"rejected by {column}"] = abs(power - told) / (more * math.sqrt(told * (1 - told)))
    assert len(away) > 25
    assert {each: float(error) for each, error in away.items() if error > 4} == {}
    assert sum(error > 3 for error in away.values()) <= 1
