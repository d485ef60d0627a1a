"""A bound of futility that is not binding and is overruled: what later looks say of the trial."""

from dataclasses import replace

import pytest

import sample_design
from equipoise.monitor.after_stopping import after_stopping
from equipoise.monitor.effect_scale import effect_scale
from equipoise.monitor.rules import EFFICACY, FUTILITY
from equipoise.monitor.sampled_looks import stopped_before
from monitored_looks import designed, held, past_of

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
