"""Degenerate looks: what is said after stopping where little or nothing can be."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendBeta, StoppingPlan, WangTsiatis
from equipoise.design.sequential.spending import HwangShihDeCani
from equipoise.errors import DesignError
from equipoise.monitor.inference.after_stopping import after_stopping
from equipoise.monitor.inference.orderings import ordered_inference
from equipoise.monitor.inference.overrunning import by_combination, by_deletion
from equipoise.monitor.inference.unbiased import unbiased_estimate
from equipoise.monitor.statistics.effect_scale import EffectScale
from sample_held_look import HAZARD_RATIO, held, seen

PLAN = StoppingPlan((0.4, 0.75, 1.0))
DESIGN = group_sequential(PLAN, power=0.9)
ONE = group_sequential(StoppingPlan((1.0,)), power=0.9)


def numbers(found):
    for each in found.inferences:
        yield from (each.p_value, each.estimate.theta, each.lower.theta, each.upper.theta)


def test_no_statistic_is_a_state_with_its_reason():
    found = after_stopping(held(DESIGN, 150.0, [None], (60.0,)), HAZARD_RATIO)
    assert found.why_not == "There is no statistic at this look: no events in an arm."
    assert found.inferences == ()
    assert found.sentences == (found.why_not,)


def test_no_information_is_a_state_too():
    look = held(DESIGN, 150.0, [1.0], (60.0,))
    found = after_stopping(replace(look, seen=replace(look.seen, score_information=None)))
    assert "information" in found.why_not


def test_one_look_only_is_a_fixed_design():
    found = after_stopping(held(ONE, 150.0, [2.2], (150.0,)), HAZARD_RATIO)
    naive = found.by("naive")
    for method in ("stage-wise", "likelihood ratio", "sample mean", "score"):
        assert found.by(method).estimate.theta == pytest.approx(naive.estimate.theta, abs=1e-9)
        assert found.by(method).lower.theta == pytest.approx(naive.lower.theta, abs=1e-9)
        assert found.by(method).p_value == pytest.approx(naive.p_value, abs=1e-12)
    assert found.bias == pytest.approx(0.0, abs=1e-12)
    assert found.unbiased.theta == pytest.approx(naive.estimate.theta, abs=1e-12)
    assert found.ending == "efficacy"


def test_stopped_without_crossing_at_the_first_look_nothing_is_adjusted():
    found = after_stopping(held(DESIGN, 150.0, [1.645], (60.0,)), HAZARD_RATIO)
    assert found.ending == "without crossing"
    assert found.by("stage-wise").p_value == pytest.approx(found.by("naive").p_value, abs=1e-12)
    assert found.by("repeated").p_value > found.by("naive").p_value
    assert "as if the trial ended at this look" in found.sentences[0]


@pytest.mark.parametrize("z", [-9.0, 0.0, 8.0, 25.0])
def test_extreme_statistics_give_numbers_or_named_absence(z):
    found = after_stopping(held(DESIGN, 150.0, [1.0, z], (60.0, 112.5)), HAZARD_RATIO)
    for each in numbers(found):
        assert each is None or np.isfinite(each)
    assert found.by("stage-wise").estimate.theta is not None


def test_information_beyond_the_plan_leaves_no_look_to_come():
    found = after_stopping(held(DESIGN, 150.0, [1.0, 2.5], (60.0, 170.0)), HAZARD_RATIO)
    stage, mean = found.by("stage-wise"), found.by("sample mean")
    assert mean.estimate.theta == pytest.approx(stage.estimate.theta, abs=1e-9)
    assert found.ending == "efficacy"


def test_a_hypothesis_that_is_not_drawn_is_still_read():
    look = held(DESIGN, 150.0, [1.8], (60.0,))
    bare = replace(look, drawn=None, place=0, bound=None, futility=None, tested=False)
    found = after_stopping(bare, HAZARD_RATIO)
    (alone,) = found.inferences
    assert alone.method == "naive"
    assert alone.p_value == pytest.approx(float(ndtr(-1.8)))
    (said,) = found.sentences
    assert said.startswith("Not adjusted for the looks")


def test_bounds_that_are_not_spent_have_no_repeated_p():
    design = group_sequential(replace(PLAN, efficacy=WangTsiatis(0.0)), power=0.9)
    found = after_stopping(held(design, 150.0, [1.0, 2.6], (60.0, 112.5)), HAZARD_RATIO)
    repeated = found.by("repeated")
    assert repeated.p_value is None
    assert repeated.lower.theta is not None
    other = after_stopping(
        held(design, 150.0, [1.0, 2.6], (60.0, 112.5)), HAZARD_RATIO, level=0.9
    ).by("repeated")
    assert other.lower.theta is None
    assert "none is known at this level" in other.remark


def test_binding_futility_is_obeyed_and_non_binding_on_request():
    beta = SpendBeta(HwangShihDeCani(-2.0))
    loose = group_sequential(replace(PLAN, futility=beta), power=0.9)
    look = held(loose, 150.0, [1.2, 2.2], (60.0, 112.5))
    ignored = after_stopping(look, HAZARD_RATIO)
    obeyed = after_stopping(look, HAZARD_RATIO, futility_obeyed=True)
    assert "ignored" in ignored.assumed[1]
    assert "obeyed" in obeyed.assumed[1]
    assert obeyed.by("stage-wise").p_value < ignored.by("stage-wise").p_value


def test_a_wedge_of_futility_is_ignored_and_said_to_be():
    plan = replace(PLAN, alpha=0.05, sides=2, futility=SpendBeta(HwangShihDeCani(-2.0)))
    look = held(group_sequential(plan, power=0.9), 150.0, [1.0, 1.4], (60.0, 112.5))
    found = after_stopping(look, HAZARD_RATIO)
    assert any("inner bounds" in each for each in found.assumed)
    assert found.by("stage-wise").estimate.theta is not None


def test_what_decided_and_what_p_says_agree_wherever_looks_come():
    """Whatever unit the estimate's information has, p is at most the alpha spent at the bound."""
    rng = np.random.default_rng(8)
    for _ in range(12):
        events = 30.0 + 50.0 * rng.random(), 90.0 + 50.0 * rng.random()
        bound = held(DESIGN, 150.0, [1.0, 2.0], events).bound
        for side in (-1.0, 1.0):
            look = held(DESIGN, 150.0, [1.0, bound + side * 1e-7], events)
            other = look.seen.score_information * rng.uniform(0.8, 1.2)
            look = replace(look, seen=replace(look.seen, score_information=other))
            p_value = after_stopping(look, HAZARD_RATIO).by("stage-wise").p_value
            assert (p_value <= look.alpha_spent) == (side > 0.0)


def test_without_a_scale_all_is_told_of_theta():
    found = after_stopping(held(DESIGN, 150.0, [1.6, 2.8], (60.0, 112.5)))
    assert found.by("stage-wise").estimate.effect is None
    assert "z / √information" in found.sentences[0]


def test_a_difference_with_a_margin_is_told_from_the_margin():
    scale = EffectScale("risk difference", -0.1, "identity", "higher", 0.05)
    found = after_stopping(held(DESIGN, 150.0, [1.6, 2.8], (60.0, 112.5)), scale)
    stage = found.by("stage-wise")
    assert stage.estimate.effect == pytest.approx(stage.estimate.theta - 0.1, abs=1e-12)
    assert stage.lower.effect < stage.upper.effect
    assert any("-0.1" in each for each in found.assumed)


def test_what_does_not_fit_is_refused():
    look = held(DESIGN, 150.0, [1.6, 2.8], (60.0, 112.5))
    with pytest.raises(DesignError, match="level of an interval is 95"):
        after_stopping(look, level=95.0)
    with pytest.raises(DesignError, match="more of it"):
        after_stopping(look, overrun=seen(2.8, 100.0))
    with pytest.raises(DesignError, match="not known; name one of"):
        ordered_inference("alphabetical", 1.0, 0, [1.0], [2.0])
    with pytest.raises(DesignError, match="give each for every look"):
        ordered_inference("score", 1.0, 2, [1.0, 2.0], [2.0, 2.0])
    with pytest.raises(DesignError, match="information increasing"):
        unbiased_estimate(1.0, 0, [2.0, 1.0], [2.0, 2.0])
    nothing = np.zeros(0), np.zeros(0), np.zeros(0)
    with pytest.raises(DesignError, match="above 0"):
        by_deletion(1.0, 0.0, nothing)
    with pytest.raises(DesignError, match="came in later"):
        by_combination((2.0, 30.0), 2.1, 29.0, nothing)


def test_no_trials_at_all_are_none():
    found = ordered_inference("sample mean", [], [], [1.0, 2.0], [2.0, 2.0])
    assert found.p_value.size == 0
    assert np.isnan(ordered_inference("score", np.nan, 0, [1.0], [2.0]).estimate[0])
