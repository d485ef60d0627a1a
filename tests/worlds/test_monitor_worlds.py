"""Degenerate trials: nothing happens, looks that never come, information that stands still."""

import numpy as np
import pytest

from equipoise.design.multiplicity.graph import draw_graph
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import FixedFutility, StoppingPlan
from equipoise.kernel.sequential import stopping_probability
from equipoise.monitor.bounds.bounds import bounds_at
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    EFFICACY,
    FUTILITY,
    NOT_TESTED,
    Evidence,
    FixedBounds,
    HypothesisRules,
    StoppingRules,
    UpdatedBounds,
)
from equipoise.monitor.inference.stagewise import inference_at_stopping, stagewise_inference
from equipoise.monitor.look.decide import decide, decide_look
from equipoise.monitor.look.standing import opened, withdrawn

LOOKS = (50 / 131, 90 / 131, 1.0)
DESIGN = group_sequential(StoppingPlan(LOOKS), power=0.9)
RULES = StoppingRules((HypothesisRules("OS", UpdatedBounds(DESIGN, 131.0)),))


def one(z, information, reached=(True, True, True), rules=RULES):
    """Decide a single trial of one hypothesis."""
    return decide(
        rules,
        Evidence(
            np.array(z, dtype=np.float64)[None, :, None],
            np.array(information, dtype=np.float64)[None, :, None],
            np.array([reached]),
        ),
    )


def test_nobody_has_an_event():
    found = one([np.nan] * 3, [0.0] * 3)
    assert found.decision.ravel().tolist() == [NOT_TESTED] * 3
    assert found.stopped.tolist() == [2]
    assert np.isnan(found.bound).all()
    never = one([np.nan] * 3, [0.0] * 3, (False, False, False))
    assert never.stopped.tolist() == [0]
    told = inference_at_stopping(RULES, found, np.full((1, 3, 1), np.nan), np.zeros((1, 3, 1)))
    assert np.isnan(told.estimate).all()


def test_no_trial_at_all():
    nothing = np.empty((0, 3, 1))
    found = decide(RULES, Evidence(nothing, nothing, np.empty((0, 3), dtype=bool)))
    assert found.decision.shape == (0, 3, 1)
    assert found.stopped.size == 0
    assert inference_at_stopping(RULES, found, nothing, nothing).estimate.shape == (0, 1)
    assert stagewise_inference([], [], [1.0, 2.0], [2.0, 2.0]).p_value.size == 0


def test_time_is_up_before_the_second_look():
    """The look held then is the last one: it spends all that is left."""
    found = one([1.0, 2.0, 2.0], [50.0, 70.0, 70.0], (True, False, False))
    expected = updated_design(DESIGN, (50 / 131, 70 / 131), final=True)
    assert found.stopped.tolist() == [1]
    assert found.bound[0, 1, 0] == pytest.approx(expected.upper[1])
    assert found.decision[0, :, 0].tolist() == [CONTINUE, EFFICACY, NOT_TESTED]


def test_a_look_not_held_makes_the_one_before_the_last():
    found = one([1.0, 2.0, np.nan], [50.0, 70.0, np.nan], (True, True, False))
    expected = updated_design(DESIGN, (50 / 131, 70 / 131), final=True)
    assert found.stopped.tolist() == [1]
    assert found.bound[0, 1, 0] == pytest.approx(expected.upper[1])


def test_fixed_bounds_of_a_last_look_that_comes_early_are_those_of_the_last_one():
    rules = StoppingRules((HypothesisRules("OS", FixedBounds((3.0, 2.4, 2.0))),))
    found = one([1.0, 2.1, 9.0], [1.0, 2.0, 3.0], (True, False, False), rules)
    assert found.bound[0, :2, 0].tolist() == [3.0, 2.0]
    assert found.decision[0, :, 0].tolist() == [CONTINUE, EFFICACY, NOT_TESTED]


def test_a_look_without_new_information_is_not_tested():
    found = one([1.0, 1.0, 2.1], [50.0, 50.0, 131.0])
    assert found.decision[0, :, 0].tolist() == [CONTINUE, NOT_TESTED, EFFICACY]
    expected = updated_design(DESIGN, (50 / 131, 1.0), final=True)
    assert found.bound[0, 2, 0] == pytest.approx(expected.upper[1])


def test_a_last_look_without_new_information_takes_the_place_of_the_one_before():
    """All that is left is spent there: P(Z ≥ u) = alpha for the only look."""
    found = one([1.0, 2.1, 2.1], [50.0, 90.0, 90.0])
    expected = updated_design(DESIGN, (50 / 131, 90 / 131), final=True)
    assert found.bound[0, 2, 0] == pytest.approx(expected.upper[1])
    assert found.decision[0, :, 0].tolist() == [CONTINUE, CONTINUE, EFFICACY]


def test_all_information_at_an_interim_look_ends_the_hypothesis():
    found = one([1.0, 1.9, 9.0], [50.0, 140.0, 150.0])
    assert found.decision[0, :, 0].tolist() == [CONTINUE, FUTILITY, NOT_TESTED]
    assert found.stopped.tolist() == [1]


def test_statistics_beyond_measure():
    assert one([50.0, 0.0, 0.0], [50.0, 90.0, 131.0]).decision[0, 0, 0] == EFFICACY
    assert one([np.inf, 0.0, 0.0], [50.0, 90.0, 131.0]).decision[0, 0, 0] == EFFICACY
    assert one([-50.0, -50.0, -50.0], [50.0, 90.0, 131.0]).decision[0, 2, 0] == FUTILITY
    for z in (-30.0, 30.0):
        for look in range(3):
            found = stagewise_inference(z, look, [50.0, 90.0, 131.0], DESIGN.upper)
            limits = [found.lower[0], found.estimate[0], found.upper[0]]
            assert np.all(np.isfinite(limits)), limits
            assert np.all(np.diff(limits) > 0.0)


@pytest.mark.parametrize("apart", [1e-3, 1e-5])
def test_looks_a_breath_apart(apart):
    information, bounds = np.array([1.0, 1.0 + apart, 2.0]), np.array([2.5, 2.4, 2.0])
    found = stagewise_inference(1.7, 2, information, bounds)
    cuts, nowhere = np.array([2.5, 2.4, 1.7]), np.full(3, -np.inf)
    stops = stopping_probability(cuts, nowhere, information, drift=float(found.lower[0]))
    assert float(stops.upper.sum()) == pytest.approx(0.025, abs=1e-9)
    path = np.array([[0.5, 0.5 + apart, 1.0]] * 25)
    design = group_sequential(StoppingPlan((0.4, 0.5, 1.0)), power=0.9)
    drawn = bounds_at(design, path, range(3), final=True)
    expected = updated_design(design, path[0].tolist(), final=True)
    assert drawn[0, 0] == pytest.approx(expected.upper[2], abs=1e-8)


def test_looks_nearer_than_that_are_one():
    found = stagewise_inference(1.7, 2, [1.0, 1.0 + 1e-7, 2.0], [2.5, 2.5, 2.0])
    alone = stagewise_inference(1.7, 1, [1.0, 2.0], [2.5, 2.0])
    assert found.estimate[0] == pytest.approx(alone.estimate[0], abs=1e-12)
    decided = one([1.0, 1.0, 2.1], [50.0, 50.0 + 1e-6, 131.0])
    assert decided.decision[0, :, 0].tolist() == [CONTINUE, NOT_TESTED, EFFICACY]


def test_a_hypothesis_that_can_get_no_alpha_holds_no_trial_open():
    """The key secondary waits for the primary, which is given up."""
    futile = group_sequential(StoppingPlan(LOOKS, futility=FixedFutility((0.0, 0.5))), power=0.9)
    rules = StoppingRules(
        (
            HypothesisRules("PFS", UpdatedBounds(futile, 131.0)),
            HypothesisRules("OS", UpdatedBounds(DESIGN, 131.0)),
        ),
        graph=draw_graph({"PFS": 1.0, "OS": 0.0}, {"PFS": {"OS": 1.0}}),
    )
    z = np.array([[[-1.0, 4.0], [3.0, 3.0], [3.0, 3.0]], [[4.0, 2.0], [3.0, 3.0], [3.0, 3.0]]])
    information = np.broadcast_to(np.array([50.0, 90.0, 131.0])[None, :, None], z.shape)
    found = decide(rules, Evidence(z, information, np.ones((2, 3), dtype=bool)))
    assert found.stopped.tolist() == [0, 1]
    assert found.decision[0, 0].tolist() == [FUTILITY, NOT_TESTED]
    assert found.decision[1, :2, 1].tolist() == [CONTINUE, EFFICACY]
    assert found.alpha_left[1].tolist() == [0.025, 0.025]


def test_a_hypothesis_that_is_withdrawn_is_decided_no_more():
    rules = StoppingRules(
        tuple(HypothesisRules(name, UpdatedBounds(DESIGN, 131.0)) for name in ("low", "high"))
    )
    standing = opened(rules, 2, 3)
    z = np.array([[1.0, 1.0], [1.0, 1.0]])
    standing = decide_look(rules, standing, 0, z, np.full((2, 2), 50.0))
    standing = withdrawn(standing, np.array([[True, False], [False, False]]))
    standing = decide_look(rules, standing, 1, z + 3.0, np.full((2, 2), 90.0))
    assert standing.had[1].decision.tolist() == [[NOT_TESTED, EFFICACY], [EFFICACY, EFFICACY]]
    assert standing.stopped.tolist() == [1, 1]
