"""Forecasts where there is little to go by: nobody, no event, everyone had it, nobody to come."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
from equipoise.design.survival.world import constant_rate
from equipoise.errors import DataError, DesignError
from equipoise.kernel.arrays import codes, vector
from equipoise.monitor.future.forecast import forecast
from equipoise.monitor.future.model import AccrualPlan, fitted_future
from equipoise.monitor.future.model_arrays import future_arrays, hand_arrays
from equipoise.monitor.future.model_assumed import assumed_future
from equipoise.monitor.future.model_groups import grouped
from equipoise.monitor.future.model_hazards import HazardPrior
from plain_future import busy_hand, busy_model, patients, rates

MODELS = ["piecewise", "exponential", "weibull"]


def told(model, at_hand, targets, **asked):
    asked = {"opened": date(2020, 1, 15), "time_unit": "month", "replicates": 300} | asked
    return forecast(model, at_hand, targets, **asked)


@pytest.mark.parametrize("hazard", MODELS)
def test_nobody_yet(hazard):
    """The prior and the planned rates are all there is."""
    nobody = patients(0.0, [], [])
    plan = AccrualPlan(100, planned=accrual_rate(10.0), worth=20.0)
    model = fitted_future(nobody, plan, hazard=hazard, prior=HazardPrior(0.1, 10.0))
    found = told(model, nobody, [50])
    assert found.targets[0].chance == 1.0
    assert 5 < found.targets[0].when.median < 25
    assert 7 < found.enrollment_end.median < 14
    assert found.patients == 100


def accrual_rate(rate):

    return constant_rate(rate)


@pytest.mark.parametrize("hazard", MODELS)
def test_no_event_yet(hazard):
    """Refused without a prior; with one, the prior is weakened by what did not happen."""
    at_hand = patients(10.0, np.zeros(50), np.full(50, 10.0))
    with pytest.raises(DataError, match="give the hazard that the design assumes"):
        fitted_future(at_hand, AccrualPlan(0), hazard=hazard)
    model = fitted_future(at_hand, AccrualPlan(0), hazard=hazard, prior=HazardPrior(0.05, 2.0))
    first = model.event[0].values[:, 0]
    assert np.isfinite(model.event[0].values).all()
    assert np.median(first) < 0.02
    assert 0 <= told(model, at_hand, [10], horizon=200.0).targets[0].chance <= 1


@pytest.mark.parametrize("hazard", MODELS)
def test_everyone_had_the_event(hazard):
    """Reached in the past; one more will never come."""
    at_hand = patients(30.0, np.zeros(20), np.arange(1.0, 21.0), event=np.ones(20, bool))
    model = fitted_future(at_hand, AccrualPlan(0), hazard=hazard)
    found = told(model, at_hand, [20, 21])
    reached, never = found.targets
    assert reached.when.lower == reached.when.upper == 20.0
    assert reached.chance == 1.0
    assert reached.patients == (20, 20, 20)
    assert (never.chance, never.when.median, never.when.median_date) == (0.0, None, None)
    assert never.patients is None
    assert found.enrollment_end is None


@pytest.mark.parametrize("hazard", MODELS)
def test_one_event_at_time_0(hazard):
    """A single event on the day of randomization, and times of 0."""
    at_hand = patients(5.0, [0.0, 1.0, 5.0], [0.0, 4.0, 0.0], event=[True, False, False])
    model = fitted_future(at_hand, AccrualPlan(3), hazard=hazard)
    found = told(model, at_hand, [2])
    assert np.isfinite(model.event[0].values).all()
    assert 0 < found.targets[0].chance <= 1


@pytest.mark.parametrize("hazard", MODELS)
def test_a_group_without_patients_or_events(hazard):
    """It has the prior's hazard: that of all patients, worth one event."""
    whole = busy_hand()
    at_hand = patients(
        24, whole.entry, whole.time, event=whole.event, lost=whole.lost, groups=("a", "b", "c")
    )
    model = fitted_future(at_hand, AccrualPlan(10, shares=vector([0.5, 0.25, 0.25])), hazard=hazard)
    known = at_hand.event.sum() / at_hand.time.sum()
    assert 0.2 * known < np.median(model.event[2].values[:, 0]) < 3 * known
    assert told(model, at_hand, [40]).targets[0].chance > 0.5


def test_tails_with_few_events_stay_sane():
    """In twenty trials of 40 patients the last hazard anyone has reached is not far from others."""
    for seed in range(20):
        at_hand = busy_hand(40, seed)
        model = fitted_future(at_hand, AccrualPlan(0))
        pooled = at_hand.event.sum() / at_hand.time.sum()
        for draws in model.event:
            tail = draws.values[:, draws.starts < at_hand.time.max()][:, -1]
            low, high = np.quantile(tail, [0.05, 0.95])
            assert pooled / 30 < low < high < pooled * 30


def test_an_accrual_that_ends_brings_no_more():
    """Rates that end at 0: the last patients never come, and enrollment never ends."""
    at_hand = busy_hand()
    model = fitted_future(at_hand, AccrualPlan(1000, planned=ending()))
    found = told(model, at_hand, [5])
    assert found.enrollment_end.median is None
    assert found.fan.enrolled[-1, -1] < 1060


def ending():

    return piecewise_rate([0.0, 30.0], [3.0, 0.0])


def test_dates_are_calendar_dates():
    """Whole days from the first randomization; beyond the calendar there is a time only."""
    at_hand = patients(31.0, np.zeros(3), [10.0, 20.0, 30.0], event=[True, True, False])
    model = fitted_future(at_hand, AccrualPlan(0), hazard="exponential")
    found = told(model, at_hand, [1, 2], time_unit="day", opened=date(2020, 2, 20))
    assert found.targets[0].when.median_date == date(2020, 3, 1)
    assert found.targets[1].when.median_date == date(2020, 3, 11)
    late = fitted_future(
        at_hand,
        AccrualPlan(0),
        hazard="exponential",
        prior=HazardPrior(1e-9, 1e6),
        dropout_prior=HazardPrior(1e-30, 1e6),
    )
    when = told(late, at_hand, [3], time_unit="year").targets[0].when
    assert when.median > 1e6
    assert when.median_date is None


class TestGroups:
    """Groups are made of arms and strata that are known."""

    def both(self):
        hand = busy_hand(12)
        return patients(24, hand.entry, hand.time), codes(np.arange(12) % 2), codes([0, 1, 2] * 4)

    def test_by_arm_and_stratum(self):

        plain, arm, stratum = self.both()
        known = replace(plain, arm=arm, stratum=stratum)
        made = grouped(known, "arm and stratum", arms=("A", "B"), strata=("x", "y", "z"))
        assert made.groups == ("A, x", "A, y", "A, z", "B, x", "B, y", "B, z")
        np.testing.assert_array_equal(made.group, arm * 3 + stratum)
        assert grouped(known, "arm", arms=("A", "B")).groups == ("A", "B")
        assert grouped(known, "stratum", strata=("x", "y", "z")).group.tolist() == stratum.tolist()
        assert grouped(known, "everyone").groups == ("everyone",)
        assert grouped(known, "arm and stratum", arms=("A", "B")).groups == ("A", "B")

    def test_blinded_data_have_no_arms(self):
        plain, _, _ = self.both()
        with pytest.raises(DataError, match="not told"):
            grouped(plain, "arm", arms=("A", "B"))

    def test_unknown_stratum(self):

        plain, _, _ = self.both()
        known = replace(plain, stratum=codes([-1] + [0] * 11))
        with pytest.raises(DataError, match="no known stratum"):
            grouped(known, "stratum", strata=("x",))


class TestRefused:
    """What cannot be drawn is refused with what to do."""

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"replicates": 0}, "at least 1"),
            ({"seed": -1}, "a seed from 0"),
            ({"level": 1.0}, "between 0 and 1"),
            ({"horizon": 24.0}, "does not lie after the cut"),
        ],
    )
    def test_of_a_forecast(self, asked, words):
        with pytest.raises(DesignError, match=words):
            told(busy_model(), busy_hand(), [5], **asked)

    def test_targets(self):
        with pytest.raises(DesignError, match="counts from 1"):
            told(busy_model(), busy_hand(), [0, 5])

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"event": ()}, "one of each"),
            ({"shares": vector([0.5, 0.6])}, "add up to 1"),
            ({"shape": (vector([1.0]), vector([0.0]))}, "shapes above 0"),
            ({"to_come": -1}, "give 0 or more"),
            ({"accrual": rates([1.0], 3.0)}, "pieces from 0 on"),
            ({"accrual": rates([0.0], -3.0)}, "rates from 0"),
        ],
    )
    def test_of_a_model(self, change, words):

        with pytest.raises(DesignError, match=words):
            future_arrays(replace(busy_model(), **change))

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (((10.0, [11.0], [1.0]), {}), "after the cut"),
            (((10.0, [1.0], [np.nan]), {}), "not a number"),
            (((10.0, [1.0], [1.0, 2.0]), {}), "one of each a patient"),
            (((10.0, [1.0], [1.0]), {"event": [True], "lost": [True]}), "choose one"),
            (((10.0, [1.0], [1.0]), {"group": [1]}), "not one of the 1"),
        ],
    )
    def test_of_patients(self, given, words):
        arguments, named = given
        with pytest.raises(DesignError, match=words):
            hand_arrays(patients(*arguments, **named))

    def test_of_fitting(self):
        with pytest.raises(DesignError, match="at least 1 draw"):
            fitted_future(busy_hand(), AccrualPlan(0), draws=0)
        with pytest.raises(DesignError, match="above 0"):
            HazardPrior(0.0)
        with pytest.raises(DesignError, match="give 0 or more"):
            AccrualPlan(-1)
        with pytest.raises(DesignError, match="time above 0"):
            AccrualPlan(5, recent=0.0)
        nobody = patients(0.0, [], [])
        with pytest.raises(DataError, match="rate of enrollment cannot be learned"):
            fitted_future(nobody, AccrualPlan(5), prior=HazardPrior(0.1))

    def test_of_assumptions(self):
        world = one_stratum(accrual(10, 5), 0.1, 0.5)
        with pytest.raises(DesignError, match="a number from 0"):
            assumed_future(world, 0.0, to_come=5, ratio=-0.5)
        roles = ("control", "experimental", "experimental")
        with pytest.raises(DesignError, match="shares of 3 arms"):
            assumed_future(world, 0.0, to_come=5, roles=roles)
