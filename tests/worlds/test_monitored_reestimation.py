"""Blinded re-estimation where the data say too little, or nothing can be had."""

import numpy as np
import pytest

from equipoise.design.survival.hazards import accrual, one_stratum
from equipoise.design.survival.world import Accrual
from equipoise.errors import DataError, DesignError
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.reestimation.hazard import blinded_hazard
from equipoise.monitor.reestimation.reestimation import (
    PooledAnswers,
    PooledMeasurements,
    enrollment_pace,
    inflation_for_variance,
)
from equipoise.monitor.reestimation.trial import blinded_reestimation
from sample_design import sample_design

WORLD = one_stratum(accrual(24, 10), 0.05, 0.7)


def at_hand(time, event, cut=20.0):
    size = len(time)
    entry = np.linspace(0, cut - max(time), size) if size else []
    none = np.zeros(size)
    return PatientsAtHand(
        cut, vector(entry), vector(time), flags(event), flags(none), codes(none), ("all",)
    )


def test_no_event_yet():
    with pytest.raises(DataError, match="No event yet"):
        blinded_hazard([1.0, 2.0], [0, 0], WORLD)
    with pytest.raises(DataError, match="No event yet in the period"):
        blinded_hazard([1.0, 2.0], [1, 0], WORLD, starts=(0.0, 1.5))


def test_everyone_had_the_event():
    found = blinded_hazard([1.0, 2.0, 3.0], [1, 1, 1], WORLD)
    assert found.factor.values[0] > 1
    assert found.lower[0] < found.factor.values[0] < found.upper[0]


@pytest.mark.parametrize(
    ("time", "event", "starts", "match"),
    [
        ([1.0], [1, 0], (0.0,), "one a patient"),
        ([-1.0], [1], (0.0,), "not below 0"),
        ([np.nan], [1], (0.0,), "finite"),
        ([1.0], [1], (1.0,), "start at 0"),
    ],
)
def test_bad_data(time, event, starts, match):
    with pytest.raises(DataError, match=match):
        blinded_hazard(time, event, WORLD, starts=starts)


def test_the_plan_has_no_events():
    with pytest.raises(DataError, match="plan has none"):
        blinded_hazard([1.0], [1], one_stratum(accrual(24, 10), 0.0, 0.7))


def test_an_event_at_time_zero():
    found = blinded_hazard([0.0, 2.0], [1, 0], WORLD)
    assert np.isfinite(found.factor.values).all()


def test_events_that_never_come():
    design = sample_design("survival-looks")
    time = np.full(300, 14.0)
    time[:12] = 13.9
    found = blinded_reestimation(at_hand(time, np.arange(300) < 12), design)
    assert found.events.end is not None  # without dropout everyone has the event some day
    assert found.events.patients_for_end is None
    assert any("only waiting does" in line for line in found.sentences)


def test_the_planned_end_has_passed():
    design = sample_design("survival-looks")
    time = np.linspace(1, 39, 300)
    found = blinded_reestimation(at_hand(time, np.arange(300) % 2, cut=40.0), design)
    assert any("has passed" in line for line in found.sentences)


def test_nobody_and_too_late():
    plan = Accrual(vector([0.0]), vector([10.0]), 12.0)
    with pytest.raises(DataError, match="Nobody"):
        enrollment_pace(np.array([]), 6.0, plan)
    with pytest.raises(DataError, match="Cut the data"):
        enrollment_pace(vector([7.0]), 6.0, plan)


@pytest.mark.parametrize("yes", [0, 50])
def test_nobody_or_everybody_answers_yes(yes):
    with pytest.raises(DesignError, match="strictly between"):
        blinded_reestimation(PooledAnswers(yes, 50), sample_design("rate"))


def test_the_effect_does_not_fit_the_rate():
    with pytest.raises(DesignError, match="No two probabilities"):
        blinded_reestimation(PooledAnswers(2, 50), sample_design("rate"))


def test_refusals():
    rate, mean = sample_design("rate"), sample_design("mean")
    with pytest.raises(DesignError, match="another"):
        blinded_reestimation(PooledAnswers(20, 50), mean)
    with pytest.raises(DesignError, match="raise the cap"):
        blinded_reestimation(PooledAnswers(20, 50), rate, at_most=100)
    with pytest.raises(DesignError, match="leave the adjustment out"):
        blinded_reestimation(PooledMeasurements(1.0, 50), mean, adjust="planned difference")
    with pytest.raises(DesignError, match="arms"):
        blinded_reestimation(PooledAnswers(20, 50), sample_design("dunnett"))
    with pytest.raises(DesignError, match="two patients"):
        inflation_for_variance(1, alpha=0.025, power=0.9)
