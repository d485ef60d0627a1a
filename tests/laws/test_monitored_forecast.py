"""Laws of forecasts: closed forms, what must not matter, and what must come in order."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from equipoise.design.survival.hazards import (
    accrual,
    one_stratum,
    piecewise_rate,
    survival_at,
)
from equipoise.design.survival.world import Accrual
from equipoise.kernel.arrays import vector
from equipoise.kernel.futures import fill_future, room_for_future
from equipoise.kernel.piecewise_exponential import Courses, expected_counts
from equipoise.monitor.future.forecast import forecast
from equipoise.monitor.future.future import FutureModel
from equipoise.monitor.future.model import AccrualPlan, fitted_future
from equipoise.monitor.future.model_arrays import future_arrays, hand_arrays
from equipoise.monitor.future.model_assumed import assumed_future
from equipoise.monitor.future.model_hazards import HazardPrior
from plain_future import busy_hand, busy_model, patients, rates

OPENED = date(2020, 1, 15)


def told(model, at_hand, targets, **asked):
    asked = {"opened": OPENED, "time_unit": "month", "replicates": 20_000} | asked
    return forecast(model, at_hand, targets, **asked)


def within(found, expected, replicates=20_000):
    return abs(found - expected) <= 3 * np.sqrt(expected * (1 - expected) / replicates) + 1e-12


class TestClosedForms:
    """Without enrollment the number of events by a time is a binomial, or a mixture of them."""

    AT_RISK = 40

    def hand(self):
        """40 at risk for different times, and 3 who had the event."""
        time = np.concatenate([np.linspace(1, 20, self.AT_RISK), [2.0, 5.0, 9.0]])
        event = np.arange(time.size) >= self.AT_RISK
        return patients(20.0, np.zeros(time.size), time, event=event)

    @pytest.mark.parametrize("target", [8, 13, 20])
    def test_a_known_hazard_gives_a_binomial(self, target):
        time = np.full(43, 20.0)
        at_hand = patients(20.0, np.zeros(43), time, event=np.arange(43) >= self.AT_RISK)
        hazard, dropout = 0.04, 0.03
        model = FutureModel(
            (rates([0], hazard),),
            (rates([0], dropout),),
            (vector([1.0]),),
            rates([0], 0.0),
            0,
            vector([1.0]),
            (),
        )
        found = told(model, at_hand, [target], horizon=28.0).targets[0]
        both = hazard + dropout
        chance = hazard / both * -np.expm1(-both * 8.0)
        assert within(found.chance, stats.binom(self.AT_RISK, chance).sf(target - 3 - 1))

    @pytest.mark.parametrize("target", [8, 13, 20])
    def test_a_hazard_learned_gives_a_gamma_mixture(self, target):
        at_hand = patients(
            20.0, np.zeros(43), np.full(43, 20.0), event=np.arange(43) >= self.AT_RISK
        )
        prior = HazardPrior(0.03, 4.0)
        model = fitted_future(
            at_hand,
            AccrualPlan(0),
            hazard="exponential",
            prior=prior,
            draws=20_000,
            dropout_prior=HazardPrior(1e-12, 1e9),
        )
        found = told(model, at_hand, [target], horizon=32.0).targets[0]
        law = stats.gamma(3 + 4, scale=1 / (43 * 20 + 4 / 0.03))
        expected, _ = integrate.quad(
            lambda rate: (
                law.pdf(rate) * stats.binom(self.AT_RISK, -np.expm1(-12 * rate)).sf(target - 4)
            ),
            0,
            0.1,
        )
        assert within(found.chance, expected)

    def test_time_forgets_where_hazards_are_constant(self):
        """Last seen long ago or now: an exponential from when they were last seen."""
        at_hand = self.hand()
        model = FutureModel(
            (rates([0], 0.05),), (rates([0], 0.0),), (vector([1.0]),), rates([0], 0.0), 0,
            vector([1.0]), (),
        )  # fmt: skip
        arrays, hand = future_arrays(model), hand_arrays(at_hand)
        room = room_for_future(arrays, hand)
        waits = []
        for replicate in range(500):
            fill_future(9, replicate, arrays, hand, room)
            waits.append((room.event - at_hand.time)[: self.AT_RISK])
        drawn = np.concatenate(waits)
        assert stats.kstest(drawn, stats.expon(scale=20).cdf).pvalue > 0.001


class TestAssumed:
    """The design's own world, drawn, is the world that the design computes with."""

    @pytest.mark.parametrize("ratio", [None, 1.0, 0.8, piecewise_rate([0, 5], [1.0, 0.4])])
    def test_expected_events_are_the_designs(self, ratio):
        control = piecewise_rate([0, 6], [0.08, 0.03])
        world = one_stratum(accrual(40, 10), control, 0.6, dropout=(0.01, 0.02), allocation=2.0)
        model = assumed_future(world, 0.0, to_come=500, ratio=ratio)
        nobody = patients(0.0, [], [], groups=("control", "experimental"))
        found = told(model, nobody, [1, 150], replicates=4000, horizon=24.0).fan
        effect = piecewise_rate([0], [0.6]) if ratio is None else ratio
        starts = np.array([0.0, 5.0, 6.0])
        courses = Courses(
            starts=starts,
            event_rate=np.array([control.at(starts), control.times(effect).at(starts)]),
            dropout_rate=np.array([[0.01] * 3, [0.02] * 3]),
            entry_starts=np.array([0.0, 40.0]),
            entry_rate=np.array([[10 / 3, 0.0], [20 / 3, 0.0]]),
            longest_follow_up=np.inf,
        )
        expected = expected_counts(courses, found.time).events.sum(axis=0)
        error = np.sqrt(np.maximum(expected, 0.01) / 4000)  # a Poisson number
        assert (np.abs(found.expected_events - expected) < 4 * error).all()

    def test_a_cured_fraction(self):
        """Survival of the drawn times is the mixture's, and the cured never have the event."""
        hazard = piecewise_rate([0, 6], [0.15, 0.05])
        world = one_stratum(accrual(10, 100), hazard, 0.5, cured=(0.4, 0.5))
        model = assumed_future(world, 0.0, to_come=2000)
        arrays = future_arrays(model)
        hand = hand_arrays(patients(0.0, [], [], groups=("control", "experimental")))
        room = room_for_future(arrays, hand)
        times = {0: [], 1: []}
        for replicate in range(50):
            fill_future(2, replicate, arrays, hand, room)
            for group in (0, 1):
                times[group].append(room.event[room.group == group].copy())
        for group, share, ratio in ((0, 0.4, 1.0), (1, 0.5, 0.5)):
            drawn = np.concatenate(times[group])
            at = np.array([1.0, 5.0, 10.0, 30.0, 1e4])
            expected = survival_at(hazard.times(ratio), at, cured=share)
            found = (drawn[:, None] > at).mean(axis=0)
            assert (np.abs(found - expected) < 4 * np.sqrt(0.25 / drawn.size)).all()

    def test_planned_rates_after_a_cut(self):
        """Pieces that have begun count from the cut; the last goes on."""
        enrollment = Accrual(vector([0.0, 6.0, 12.0]), vector([2.0, 5.0, 9.0]), 20.0)
        world = one_stratum(enrollment, 0.05, 0.7)
        model = assumed_future(world, 8.0, to_come=10)
        assert model.accrual.starts.tolist() == [0.0, 4.0]
        assert model.accrual.values.tolist() == [[5.0, 9.0]]
        late = assumed_future(world, 30.0, to_come=10)
        assert late.accrual.values.tolist() == [[9.0]]


def test_numbers_do_not_depend_on_the_workers():
    """Nor do replicates on how many there are."""
    model, at_hand = busy_model(), busy_hand()
    one, five = (told(model, at_hand, [30, 70], replicates=500, workers=w) for w in (1, 5))
    assert one.targets == five.targets
    assert one.fan.events.tobytes() == five.fan.events.tobytes()
    assert one.enrollment_end == five.enrollment_end


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**63 - 1),
    targets=st.lists(st.integers(1, 120), min_size=2, max_size=4, unique=True).map(sorted),
    size=st.integers(4, 80),
)
def test_order(seed, targets, size):
    """Later targets come later; limits lie about the median; curves rise; a horizon takes away."""
    model, at_hand = busy_model(), busy_hand(size, seed % 1000)
    asked = {"replicates": 80, "seed": seed, "workers": 1}
    free = told(model, at_hand, targets, **asked)
    bound = told(model, at_hand, targets, horizon=30.0, **asked)

    def known(value):
        return np.inf if value is None else value

    medians = [known(each.when.median) for each in free.targets]
    assert medians == sorted(medians)
    for each, limited in zip(free.targets, bound.targets, strict=True):
        when = each.when
        assert known(when.lower) <= known(when.median) <= known(when.upper)
        assert limited.chance <= each.chance
        assert known(limited.when.median) >= known(when.median)
        assert limited.when.median is None or limited.when.median <= 30.0
    for curve in (free.fan.events, free.fan.enrolled):
        assert (np.diff(curve, axis=0) >= 0).all()
        assert (np.diff(curve, axis=1) >= 0).all()
    at_cut = np.searchsorted(free.fan.time, at_hand.cut)
    if at_cut < free.fan.time.size:
        assert (free.fan.enrolled[:, at_cut] >= size).all()
        assert (free.fan.events[:, at_cut] >= at_hand.event.sum()).all()
