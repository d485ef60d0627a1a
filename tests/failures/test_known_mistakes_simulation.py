"""What programs that rehearse trials get wrong, held right here (docs/known-mistakes.md)."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.survival.events import time_of_events
from equipoise.design.survival.hazards import accrual, one_stratum
from equipoise.design.survival.weighted_log_rank import log_rank_evidence
from equipoise.design.survival.weights import log_rank_weight
from equipoise.kernel.sequential import stopping_probability
from equipoise.monitor.bounds.rules import (
    EFFICACY,
    FUTILITY,
    HARM,
    FixedBounds,
    HypothesisRules,
    StoppingRules,
)
from equipoise.simulate.conduct import AtTime, Look
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.replays.play import play, prepare
from equipoise.simulate.run import run
from lrsim_worlds import rehearsed
from sample_plan import DROPOUT, HAZARD, UPPER, conduct, plan, scenario, world

LRSTAT = json.loads((Path(__file__).parents[1] / "reference/simulation_cases.json").read_text())
CASES = LRSTAT["cases"]


def theory(events, *, dropout, allocation=1.0):
    """Give the large-sample power of the log-rank test, three looks at these events."""
    given = one_stratum(
        accrual(48, 220 / 48), HAZARD, 0.6, dropout=dropout[0], allocation=allocation
    )
    (stratum,) = given.strata
    lost = one_stratum(accrual(48, 220 / 48), HAZARD, 0.6, dropout=dropout[1]).strata[0]
    given = replace(given, strata=(replace(stratum, experimental_dropout=lost.control_dropout),))
    times = time_of_events(given, np.array(events, float))
    evidence = log_rank_evidence(given, times, weight=log_rank_weight())
    fraction = evidence.information / evidence.information[-1]
    drift = evidence.effect * np.sqrt(evidence.information[-1])
    never = np.full(3, -np.inf)
    return stopping_probability(np.array(UPPER), never, fraction, drift=drift).upper.sum()


def test_two_to_one_is_no_further_from_theory_than_a_point():
    """`lrpower`, by events alone: 0.7813, where its own simulation has 0.8046."""
    case = CASES["alloc2to1"]
    assert case["lrpower"]["power"] == pytest.approx(0.78125, abs=1e-5)
    told = theory((50, 90, 131), dropout=(DROPOUT, DROPOUT), allocation=2.0)
    assert told == pytest.approx(case["lrsim"]["power"], abs=0.0125)
    assert told == pytest.approx(case["lrstat_analytic"]["power"], abs=1e-4)


@pytest.mark.parametrize(
    ("control", "experimental", "lrsim"), [(0.0, 0.03, 0.7022), (0.03, 0.0, 0.7262)]
)
def test_which_arm_drops_out_matters(control, experimental, lrsim):
    """`lrpower` has 0.7383 for both; `lrsim`, 20,000 trials, 0.7022 and 0.7262."""
    events = (40, 72, 105)
    told = theory(events, dropout=(control, experimental))
    asked = CASES["base"]["parameters"] | {
        "gamma1": experimental,
        "gamma2": control,
        "plannedEvents": list(events),
    }
    power = rehearsed(asked, UPPER, trials=20_000, seed=3)[0].hypothesis("OS").power
    assert abs(power.value - lrsim) < 3 * math.sqrt(2) * power.error
    assert abs(told - power.value) < 0.0125
    assert abs(told - 0.7383) > 0.005


def test_a_hazard_ratio_has_one_power_whatever_else_is_asked():
    """rpact: 0.222 for a hazard ratio of 0.8 alone, 0.236 where 0.6 is asked too, of one seed."""
    alone = plan(scenarios=(scenario("0.8", 0.8),), trials=400, chunk=100, common_scenarios=True)
    both = replace(alone, scenarios=(scenario("0.6", 0.6), scenario("0.8", 0.8)))
    assert (
        repr(run(alone).of("0.8", "one look")).splitlines()[1:]
        == repr(run(both).of("0.8", "one look")).splitlines()[1:]
    )
    own = plan(scenarios=(scenario("0.8", 0.8, stream=1),), trials=400, chunk=100)
    streams = replace(own, scenarios=(scenario("0.6", 0.6), scenario("0.8", 0.8)))
    assert run(own).of("0.8", "one look").looks == run(streams).of("0.8", "one look").looks


@pytest.mark.parametrize("more", [7, 300])
def test_the_first_trials_are_the_same_however_many_follow(more):
    """FastSurvival: other trials where more of them are asked for."""
    rehearsal = prepare(world(), conduct())
    few = play(rehearsal, seed=3, scenario=0, first=0, last=50)
    many = play(rehearsal, seed=3, scenario=0, first=0, last=50 + more)
    for name, column in few._asdict().items():
        np.testing.assert_array_equal(column, getattr(many, name)[:50], err_msg=name)


def test_a_patient_more_changes_nobody_before():
    """The looks that come before the 200th patient are the same in a trial of 200 and of 220."""
    few, many = (
        play(prepare(world(patients=n), conduct()), seed=3, scenario=0, first=0, last=200)
        for n in (200, 220)
    )
    same = few.patients[:, 0] < 200
    assert same.sum() > 150
    np.testing.assert_array_equal(few.z[same, 0], many.z[same, 0])
    np.testing.assert_array_equal(few.time[same, 0], many.time[same, 0])


def test_a_look_without_events_has_no_statistic():
    """lrstat averages z = 0 and V = 0 there: 0.508 in a trial where we have 0.572 of those with."""
    early = replace(conduct(), looks=(Look((AtTime(1.0),)), Look((AtTime(30.0),))))
    bounds = FixedBounds((1.0, 1.0), (0.5, 0.5))
    early = replace(early, stopping=StoppingRules((HypothesisRules("OS", bounds),)))
    found = rehearse_range(
        prepare(world(), early), seed=3, scenario=0, first=0, last=500, estimates=False
    )
    events = found.table.events[:, 0].sum(axis=(1, 2))
    none = events == 0
    assert 300 < none.sum() < 500
    assert np.isnan(found.table.z[none, 0, 0]).all()
    assert not np.isnan(found.table.z[:, 1, 0]).any()
    assert (found.decisions.stopped[none] == 1).all()
    assert not np.isin(found.decisions.decision[none, 0, 0], (EFFICACY, FUTILITY, HARM)).any()
