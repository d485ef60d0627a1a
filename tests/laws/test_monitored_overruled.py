"""A bound of futility that is not binding, overruled or followed: what is said of the trial."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import sample_design
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import HwangShihDeCani
from equipoise.monitor.bounds.rules import EFFICACY, FUTILITY
from equipoise.monitor.inference.after_stopping import after_stopping
from equipoise.monitor.inference.sampled_looks import stopped_before
from equipoise.monitor.inference.stagewise import stagewise_inference
from equipoise.monitor.statistics.effect_scale import effect_scale
from equipoise.simulate.monitored.after import undecided
from monitored_looks import designed, held, past_of
from sample_held_look import brownian

FUTILE = (
    f"{sample_design.SURVIVAL}design:\n  power: 0.9\n  looks: {{information: [0.4, 0.7, 1]}}\n"
    "  futility: {spending: hwang-shih-decani, gamma: -2}\n"
)
PLAIN = FUTILE.partition("  futility:")[0]


def read(text, *looks):
    design, rules = designed(text)
    scale = effect_scale(design.main, design.protocol.endpoint("os"))
    found = held(design, rules, [({"H1": each}, {}) for each in looks])
    return found, after_stopping(found[-1].hypotheses[0], scale)


def test_a_trial_that_went_on_is_not_read_at_the_look_that_gave_it_up():
    """Without futility in the plan all is the same: what was overruled ended nothing."""
    looks, said = read(FUTILE, (-0.2, 0.4), (2.6, 0.7))
    assert [look.hypotheses[0].decision for look in looks] == [FUTILITY, EFFICACY]
    assert said.ending == "efficacy"
    assert said.overrun is None
    _, plain = read(PLAIN, (-0.2, 0.4), (2.6, 0.7))
    for each, other in zip(said.inferences, plain.inferences, strict=True):
        assert each.method == other.method
        assert each.p_value == pytest.approx(other.p_value, abs=1e-8)


def test_once_overruled_it_may_end_without_crossing():
    _, said = read(FUTILE, (-0.2, 0.4), (1.2, 0.7))
    assert said.ending == "without crossing"
    assert said.z == pytest.approx(1.2)


def test_given_up_again_it_ends_there():
    looks, said = read(FUTILE, (-0.2, 0.4), (0.1, 0.7))
    assert looks[-1].hypotheses[0].decision == FUTILITY
    assert (said.ending, said.z) == ("futility", pytest.approx(0.1))


def test_what_stopped_the_trial_in_the_end_is_what_later_data_come_after():
    looks, _ = read(FUTILE, (-0.2, 0.4), (2.6, 0.7))
    last = looks[-1]
    here = past_of(last)["H1"]
    one = last.hypotheses[0]
    later = replace(one, tested=False, past=(*one.past, here))
    assert stopped_before(later).look == 2
    untested = replace(one, tested=False)
    assert stopped_before(untested).look == 1


def test_a_trial_that_ends_for_futility_is_told_with_futility_obeyed_beside():
    """Both estimates in the sentence: with bounds that do not bind left out, and obeyed."""
    looks, said = read(FUTILE, (0.6, 0.4), (0.4, 0.7))
    assert looks[-1].hypotheses[0].decision == FUTILITY
    look, best = looks[-1].hypotheses[0], said.by("stage-wise")
    obeyed = after_stopping(look, said.scale, futility_obeyed=True)
    assert said.obeying == obeyed.by("stage-wise")
    assert obeyed.obeying is None
    assert said.obeying.estimate.effect < best.estimate.effect
    told = [each for each in said.sentences if "not binding" in each]
    assert len(told) == 1
    assert f"{said.obeying.estimate.effect:.3g} (95% interval" in told[0]
    assert f"{best.estimate.effect:.3g} (95% interval" in said.sentences[0]


def test_at_a_first_look_it_is_the_same_and_said_so():
    _, said = read(FUTILE, (-0.2, 0.4))
    assert said.obeying.p_value == pytest.approx(said.by("stage-wise").p_value, abs=1e-9)
    assert "the adjusted estimate is the same here" in said.sentences[1]


@pytest.mark.parametrize(
    "looks",
    [
        ((0.6, 0.4), (2.7, 0.7)),
        ((0.6, 0.4), (1.2, 0.7)),
        ((-0.2, 0.4), (0.1, 0.7)),
    ],
    ids=["efficacy", "goes on", "overruled once"],
)
def test_elsewhere_there_is_nothing_to_obey(looks):
    _, said = read(FUTILE, *looks)
    assert said.obeying is None
    assert not [each for each in said.sentences if "binding" in each]


def test_obeyed_it_covers_where_left_out_it_does_not():
    """Futility that is always followed: 95% hold with it obeyed, fewer with it left out."""
    rule = SpendBeta(HwangShihDeCani(-2.0))
    design = group_sequential(StoppingPlan((0.4, 0.7, 1.0), futility=rule), power=0.9)
    trials, information = 20000, design.information * 40.0
    drift = design.drift / np.sqrt(40.0)
    z = brownian(np.random.default_rng(5), information, drift, trials)
    ends = (z >= design.upper) | (z <= design.lower)
    ends[:, -1] = True
    at = np.argmax(ends, axis=1)
    last = z[np.arange(trials), at]
    hold = {}
    for name, lower in (("left out", None), ("obeyed", design.lower)):
        found = stagewise_inference(last, at, information, design.upper, lower=lower)
        hold[name] = float(np.mean((found.lower <= drift) & (drift <= found.upper)))
    error = np.sqrt(0.95 * 0.05 / trials)
    assert hold["obeyed"] == pytest.approx(0.95, abs=3.0 * error)
    assert hold["left out"] < 0.95 - 6.0 * error


class TestAfterTheTrialWasStopped:
    """All data of a stopped trial are told with the look that ended it, not with one overruled."""

    @staticmethod
    def told(*looks):
        found, _ = read(FUTILE, *looks)
        _, rules = designed(FUTILE)
        last = found[-1]
        hypotheses = tuple(
            replace(each, past=(*each.past, past_of(last)[each.hypothesis]), tested=True)
            for each in last.hypotheses
        )
        whole = replace(last, hypotheses=hypotheses)
        return undecided(whole, rules, "by its committee", date(2021, 1, 1)).hypotheses[0]

    def test_given_up_and_stopped(self):
        look = self.told((-0.2, 0.4))
        assert look.sentence.endswith("at look 1 it was given up for futility.")
        assert stopped_before(look).look == 1

    def test_overruled_and_claimed_later(self):
        look = self.told((-0.2, 0.4), (2.6, 0.7))
        assert look.sentence.endswith("at look 2 it was rejected that there is no benefit.")

    def test_overruled_and_stopped_for_other_reasons(self):
        look = self.told((-0.2, 0.4), (1.2, 0.7))
        assert "what had given it up was overruled, and it was open when" in look.sentence
        assert stopped_before(look) is None

    def test_never_given_up(self):
        assert "it had crossed no bound when" in self.told((1.0, 0.4)).sentence
