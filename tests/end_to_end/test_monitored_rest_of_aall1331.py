"""AALL1331 cut early: the rest of the trial, simulated from the patients at hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

import sample_rest as trials
from equipoise.design.trial import design_trial
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, NOT_TESTED
from equipoise.monitor.cut.cut import snapshot_at
from equipoise.monitor.future.at_hand import patients_at_hand
from equipoise.monitor.future.model import AccrualPlan, fitted_future
from equipoise.monitor.future.model_assumed import assumed_future
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.statistics.statistics import seen_statistics
from equipoise.simulate.rest.rest import Foretold, simulate_rest

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331"
DAY = date(2017, 6, 30)
STRATA = ("high", "intermediate")  # as the design's world has them


class InProgress:
    """The trial at its second look."""

    def __init__(self):
        protocol = read_protocol(EXAMPLE / "protocol.yaml")
        self.design = design_trial(protocol)
        self.rules = trial_rules(self.design)
        self.cut = snapshot_at(read_snapshot(protocol, EXAMPLE / "data"), DAY)
        seen = seen_statistics(self.cut.snapshot, self.design, self.rules)
        self.look = hold_look(self.design, self.rules, seen, {}, as_of=DAY)
        self.hand = patients_at_hand(self.cut, "H1", strata=STRATA)
        self.survival = patients_at_hand(self.cut, "H2", strata=STRATA)
        self.left = 220 - self.hand.entry.size

    def assumed(self, ratio=None):
        world = self.design.main.world
        return assumed_future(world, self.hand.cut, to_come=self.left, ratio=ratio)

    def rest(self, model, **asked):
        return simulate_rest(
            self.cut,
            self.design,
            self.rules,
            self.look,
            model,
            at_hand=self.hand,
            **({"replicates": 2000, "workers": 2, "estimates": False} | asked),
        )


@pytest.fixture(scope="module")
def trial():
    return InProgress()


def test_power_falls_from_the_design_to_none(trial):
    fitted = fitted_future(trial.hand, AccrualPlan(to_come=trial.left))
    models = (trial.assumed(), fitted, trial.assumed(1.0))
    design, likely, null = (trial.rest(each).hypotheses[0].power.value for each in models)
    assert design > likely > null
    assert 0.8 < design < 0.97
    assert 0.1 < null < 0.3


def test_what_going_on_takes(trial):
    found = trial.rest(trial.assumed())
    assert [each.look for each in found.hypotheses[0].looks] == [3, 4, 5]
    assert [each.information.median for each in found.hypotheses[0].looks] == [79, 105, 131]
    assert found.stopping_now.patients.most <= trial.left
    assert found.stopping_now.events.most == 131 - trial.hand.event.sum()
    middle = found.hypotheses[0].looks[0].dates[2]
    assert DAY < middle < date(2019, 12, 31)
    assert dict(found.left_out) == {"H2": "what becomes of its endpoint is not foretold"}


def test_each_look_is_decided_as_the_real_one_would_be(trial):
    """`hold_look` of every simulated look draws the same bounds and decides the same."""
    model = trial.assumed(0.4)
    found = trial.rest(model, others={"os": Foretold(trial.survival, model)}, replicates=12)
    every, claims = found.every, 0
    for replicate in range(12):
        look, past = trial.look, {"H1": (), "H2": ()}
        for k in range(every.stopped[replicate] + 1):
            past = {
                each.hypothesis: (*past[each.hypothesis], trials.on_record(each, look))
                for each in look.hypotheses
            }
            seen = [
                trials.seen_of(name, every.z[replicate, k, j], every.information[replicate, k, j])
                for j, name in enumerate(("H1", "H2"))
            ]
            look = hold_look(trial.design, trial.rules, seen, past, as_of=DAY)
            for j, each in enumerate(look.hypotheses):
                assert each.decision == every.decision[replicate, k, j]
                if each.bound is not None:
                    assert every.bound[replicate, k, j] == pytest.approx(each.bound, abs=1e-7)
                if j and each.decision not in {CONTINUE, NOT_TESTED}:
                    claims += 1
            assert look.stop == (k == every.stopped[replicate])
    assert (every.decision[:, :, 0] == EFFICACY).any()
    assert claims + int(np.sum(every.decision[:, :, 1] == CONTINUE)) > 0
