"""Rare rejections by importance sampling, and single trials played again."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.errors import SimulationError
from equipoise.simulate import conduct as conducts
from equipoise.simulate.characteristics.tail import tail_probability
from equipoise.simulate.plan import Candidate
from equipoise.simulate.rehearsal import prepare
from equipoise.simulate.replays.replay import path_of, replay
from equipoise.simulate.replicates import replicate_table
from equipoise.simulate.snapshots import snapshot_of_trial
from equipoise.simulate.tilt import log_likelihood_ratio, tilt_of, tilted
from equipoise.simulate.worlds.world import (
    Cell,
    IndependentEndpoints,
    Law,
    Reporting,
    TimeTruth,
    World,
)
from sample_plan import HAZARD, conduct, law, plan, world

NULL = world(1.0)


class TestLikelihoodRatio:
    """In the tilted world the likelihood ratio has mean 1, whenever the trial is read."""

    def worlds(self):
        cured = Law(law(2 * HAZARD).hazard, shape=1.3, cured=0.3)
        truth = IndependentEndpoints((TimeTruth("os", ((cured, law(HAZARD)),) * 2),))
        cells = (Cell(0.4), Cell(0.6))
        yield NULL
        yield World(NULL.arms, (2, 1), NULL.enrollment, truth, cells=cells)

    @pytest.mark.parametrize("at", [12.0, 40.0])
    def test_mean_of_one(self, at):
        for true in self.worlds():
            tilt = tilt_of(true, conducts.Tested("OS", "os"), -0.25)
            rehearsal = prepare(tilted(true, tilt), conduct())
            ratios = np.array(
                [
                    math.exp(
                        log_likelihood_ratio(
                            true,
                            tilt,
                            snapshot_of_trial(rehearsal, seed=5, scenario=0, trial=trial, at=at),
                        )
                    )
                    for trial in range(1500)
                ]
            )
            assert abs(ratios.mean() - 1) <= 3 * ratios.std(ddof=1) / math.sqrt(1500)


class TestTailProbability:
    """Importance sampling finds what plain simulation finds, where that can be had."""

    @pytest.mark.parametrize(("look", "lrsim"), [(1, 0.000319), (2, 0.006554), (3, 0.018444)])
    def test_first_crossings_of_the_null(self, look, lrsim):
        found = tail_probability(NULL, conduct(), "OS", seed=3, trials=4000, look=look)
        plain = math.sqrt(lrsim * (1 - lrsim) / 1e6)
        assert abs(found.value - lrsim) <= 3 * math.hypot(found.error, plain)
        assert found.gain > (5 if look == 3 else 20)

    def test_far_out_it_is_near_the_normal_tail(self):
        """Of 400 events the log-rank statistic is normal to a few percent at 4 sd."""
        large = world(1.0, patients=800)
        once = conduct(upper=(4.0,), events=(400,))
        found = tail_probability(large, once, "OS", seed=3, trials=5000)
        assert found.value == pytest.approx(ndtr(-4.0), rel=0.15)
        assert found.error < 0.05 * found.value

    def test_refusals(self):
        late = World(
            NULL.arms, (1, 1), NULL.enrollment, NULL.truth, reporting=Reporting(0.0, (1.0,))
        )
        with pytest.raises(SimulationError, match="plain simulation"):
            tail_probability(late, conduct(), "OS", seed=1)
        with pytest.raises(SimulationError, match="one that is tested"):
            tail_probability(NULL, conduct(), "PFS", seed=1)
        with pytest.raises(SimulationError, match="count from 1 to 3"):
            tail_probability(NULL, conduct(), "OS", seed=1, look=4)
        never = conduct(upper=(math.inf, math.inf, 2.0))
        with pytest.raises(SimulationError, match="another look"):
            tail_probability(NULL, never, "OS", seed=1, look=1)


class TestReplay:
    """A trial played again is the row of its number, and its data give its events."""

    asked = plan(estimates=True)

    @pytest.mark.parametrize("trial", [0, 93, 81_273])
    def test_it_is_the_row_of_the_table(self, trial):
        found = replay(self.asked, "planned", "three looks", trial)
        row = replicate_table(self.asked, 0, 0, trial, trial + 1).row(0, named=True)
        assert (found.duration, found.looks[-1].look) == (row["time"], row["look"])
        information, z = path_of(found, "OS")
        for k, look in enumerate(found.looks, start=1):
            assert z[k - 1] == row[f"OS_z_{k}"]
            assert information[k - 1] == row[f"OS_information_{k}"]
            assert look.readings[0].bound == row[f"OS_bound_{k}"]
            assert look.data.entry.size == look.patients == row[f"patients_{k}"]
            events = [
                int((look.data.outcome[0][look.data.arm == arm] == 1).sum()) for arm in (0, 1)
            ]
            assert tuple(events) == look.events[0]
        assert found.looks[-1].readings[0].decision in {"efficacy", "futility"}
        assert found.estimates[0].estimate == row["OS_estimate"]
        assert repr(found).startswith(f"Trial {trial:,} of three looks in planned, seed 1")

    def test_refusals(self):
        with pytest.raises(SimulationError, match="count from 0"):
            replay(self.asked, "planned", "three looks", -1)
        with pytest.raises(SimulationError, match="no design"):
            replay(self.asked, "planned", "four looks", 1)


def test_designs_may_bring_their_own_patients():
    larger = Candidate("larger", conduct(), enrollment=world(patients=300).enrollment)
    table = replicate_table(plan(designs=(larger,)), 0, 0, 0, 5)
    assert table["planned_patients"].to_list() == [300] * 5
