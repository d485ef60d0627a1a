"""Three arms in strata, and progression and death of the same patients, beside lrstat.

`lrsim3a` counts the events of arms 1 and 3 (the control) for its looks; it tests 1 and 2 against
3, and 1 against 2.  `lrsim2e` with uncorrelated times to progression and death is a course of three
states: PFS ends at the earlier of the two, and death comes as often after progression as before.
Its first looks count events of PFS, its last deaths.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.survival.hazards import piecewise_rate
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
from equipoise.protocol.course import Course, Transition
from equipoise.simulate.conduct import AfterEvents, Conduct, Look
from equipoise.simulate.conduct import Tested as Hypothesis
from equipoise.simulate.replays.play import play, prepare
from equipoise.simulate.worlds.world import (
    Cell,
    CourseTruth,
    Enrollment,
    IndependentEndpoints,
    Law,
    TimeTruth,
    World,
)
from simulated_courses import illness_death

TOLD = json.loads(Path(__file__).with_name("simulated_lrsim_more.json").read_text())
TRIALS = 10_000


def conduct_of(looks, tested):
    never = FixedBounds((math.inf,) * len(looks))
    rules = tuple(HypothesisRules(each.hypothesis, never) for each in tested)
    return Conduct(tuple(Look((each,)) for each in looks), tested, StoppingRules(rules))


def played(world, conduct):
    return play(prepare(world, conduct), seed=11, scenario=0, first=0, last=TRIALS)


def law(hazards, starts=(0,)):
    return Law(piecewise_rate(starts, hazards))


def distances(found, told):
    """Hold means and standard deviations of columns to theirs, in combined errors."""
    more = math.sqrt(1 / TRIALS + 1 / TOLD["iterations"])
    away = {}
    for name, ours in found.items():
        mean, sd = told["mean"][name], told["sd"][name]
        away[name] = abs(ours.mean() - mean) / max(sd * more, 1e-9)
        tails = np.mean(((ours - ours.mean()) / max(ours.std(), 1e-9)) ** 4)
        error = sd * more * math.sqrt(max(tails - 1.0, 0.0)) / 2
        away[f"spread of {name}"] = abs(ours.std() - sd) / max(error, 1e-9)
    return away


def statistics(table, look, hypothesis, names):
    """Give U, V and z with the sign of lrstat's: negative where patients live longer."""
    columns = (-table.score, table.information, -table.z)
    return dict(zip(names, (each[:, look, hypothesis] for each in columns), strict=True))


@pytest.fixture(scope="module")
def three_arms():
    call = TOLD["lrsim3a"]["call"]
    hazards = {arm: np.reshape(call[f"lambda{arm}"], (2, 2)) for arm in (3, 1, 2)}
    world = World(
        arms=("3", "1", "2"),
        allocation=(call["allocation3"], call["allocation1"], call["allocation2"]),
        enrollment=Enrollment(
            call["n"], piecewise_rate(call["accrualTime"], call["accrualIntensity"])
        ),
        truth=IndependentEndpoints(
            (
                TimeTruth(
                    "os",
                    tuple(
                        tuple(law(row, call["piecewiseSurvivalTime"]) for row in rows)
                        for rows in hazards.values()
                    ),
                ),
            )
        ),
        strata=("small", "large"),
        cells=tuple(Cell(share, at) for at, share in enumerate(call["stratumFraction"])),
        dropout=tuple((law([call[f"gamma{arm}"]]),) * 2 for arm in hazards),
    )
    tested = tuple(
        Hypothesis(name, "os", control=control, experimental=experimental, stratified=True)
        for name, control, experimental in (("13", 0, 1), ("23", 0, 2), ("12", 2, 1))
    )
    looks = [AfterEvents(each, "os", arms=("3", "1")) for each in call["plannedEvents"][:2]]
    return played(world, conduct_of(looks, tested))


@pytest.mark.parametrize("look", [0, 1])
def test_three_arms(three_arms, look):
    """Its third look waits for 150 events of 180 patients, and mostly in vain: not compared."""
    table = three_arms
    found = {"analysisTime": table.time[:, look], "totalAccruals": table.patients[:, look]}
    for at, arm in enumerate("312"):
        found[f"events{arm}"] = table.events[:, look, 0, at]
    for at, pair in enumerate(("13", "23", "12")):
        names = (f"uscore{pair}", f"vscore{pair}", f"logRankStatistic{pair}")
        found |= statistics(table, look, at, names)
    away = distances(found, TOLD["lrsim3a"]["looks"][str(look + 1)])
    assert {name: float(each) for name, each in away.items() if each > 4} == {}
    assert sum(each > 3 for each in away.values()) <= 1


@pytest.fixture(scope="module")
def progression_and_death():
    call = TOLD["lrsim2e"]["call"]

    def moves(source, target, arm_hazards):
        control, experimental = (((0.0, each),) for each in arm_hazards)
        return Transition(source, target, control, by_arm=(("experimental", experimental),))

    death = call["lambda2os"], call["lambda1os"]
    progression = call["lambda2pfs"] - death[0], call["lambda1pfs"] - death[1]
    course = illness_death(
        moves("well", "ill", progression),
        moves("well", "dead", death),
        moves("ill", "dead", death),
        arms=("control", "experimental"),
    )
    assert isinstance(course, Course)
    world = World(
        arms=("control", "experimental"),
        allocation=(1, 1),
        enrollment=Enrollment(call["n"], piecewise_rate([0], [call["accrualIntensity"]])),
        truth=CourseTruth(course),
        dropout=((law([call["gamma2os"]]),), (law([call["gamma1os"]]),)),
    )
    events = call["plannedEvents"]
    looks = [AfterEvents(n, name) for n, name in zip(events, ("pfs", "pfs", "os"), strict=True)]
    return played(world, conduct_of(looks, (Hypothesis("P", "pfs"), Hypothesis("D", "os"))))


@pytest.mark.parametrize("look", [0, 1, 2])
@pytest.mark.parametrize("endpoint", [0, 1])
def test_progression_and_death(progression_and_death, endpoint, look):
    table = progression_and_death
    found = {
        "analysisTime": table.time[:, look],
        "totalAccruals": table.patients[:, look],
        "events2": table.events[:, look, endpoint, 0],
        "events1": table.events[:, look, endpoint, 1],
    }
    found |= statistics(table, look, endpoint, ("uscore", "vscore", "logRankStatistic"))
    told = TOLD["lrsim2e"]["looks"][f"{('PFS', 'OS')[endpoint]} {look + 1}"]
    away = distances(found, told)
    assert {name: float(each) for name, each in away.items() if each > 4} == {}
    assert sum(each > 3 for each in away.values()) <= 1
