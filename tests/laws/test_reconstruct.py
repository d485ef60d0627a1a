"""What every reconstruction keeps, whatever the curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.curves.draws import hazard_ratio_spread, reconstructions
from equipoise.appraise.curves.fit import compare_rebuilt, fit_of
from equipoise.appraise.curves.reconstruct import reconstruct


@st.composite
def arms(draw):
    """Any monotone points, and any falling numbers at risk: they need not belong together."""
    size = draw(st.integers(1, 40))
    gaps = draw(st.lists(st.floats(0.01, 10.0), min_size=size, max_size=size))
    falls = draw(st.lists(st.floats(0.0, 0.3), min_size=size, max_size=size))
    decimals = draw(st.integers(1, 6))
    times = np.cumsum(gaps)
    values = np.round(np.maximum(1.0 - np.cumsum(falls), 0.0), decimals)
    many = sorted(draw(st.lists(st.integers(0, 200), min_size=1, max_size=8)), reverse=True)
    many[0] = max(many[0], 1)
    at = np.concatenate([[0.0], np.sort(draw(spaced(len(many) - 1, times[-1])))])
    events = draw(st.none() | st.integers(0, many[0]))
    return times, values, at, many, events


def spaced(size: int, end: float):
    return st.lists(
        st.floats(0.001, 1.3).map(lambda share: round(share * end, 6) + 1e-6),
        min_size=size,
        max_size=size,
        unique=True,
    )


class TestAnyCurve:
    """Numbers at risk come back exactly, all patients are there, nothing crashes or hangs."""

    @settings(max_examples=150, deadline=None)
    @given(arms())
    def test_with_numbers_at_risk(self, arm):
        times, values, at, many, events = arm
        curve = cleaned_curve(times, values, precision=0.002)
        made = reconstruct(curve, at_risk=at_risk_table(at, many), events=events)
        assert made.patients == many[0]
        assert [(made.time >= t).sum() for t in at] == many
        assert made.time.min() >= 0.0
        assert np.isfinite(made.time).all()
        fit = fit_of(made)
        assert 0.0 <= fit.mean_distance <= fit.farthest <= 1.0

    @settings(max_examples=100, deadline=None)
    @given(arms())
    def test_without(self, arm):
        times, values, _, many, events = arm
        curve = cleaned_curve(times, values)
        made = reconstruct(curve, patients=many[0], events=events)
        assert made.patients == many[0]
        assert made.time.max() <= curve.end
        if events is not None:
            fit = fit_of(made)
            assert fit.rebuilt_events == events or fit.remarks

    @settings(max_examples=20, deadline=None)
    @given(arms())
    def test_drawn(self, arm):
        times, values, at, many, events = arm
        curve = cleaned_curve(times, values, precision=0.002)
        many_made = reconstructions(
            curve, at_risk=at_risk_table(at, many), events=events, draws=3, seed=1
        )
        for made in many_made.drawn:
            assert [(made.time >= t).sum() for t in at] == many


@st.composite
def known(draw):
    """Few patients with distinct times, the last of whom is followed to the end of the curve."""
    size = draw(st.integers(3, 25))
    times = np.sort(draw(st.lists(st.integers(1, 400), min_size=size, max_size=size, unique=True)))
    died = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    died[0] = True
    return times.astype(float), died


class TestKnownPatients:
    """Deaths among few patients with distinct times come back, each, from a curve read exactly."""

    @settings(max_examples=150, deadline=None)
    @given(known())
    def test_deaths_come_back(self, arm):
        times, died = arm
        at = np.arange(0.0, times[-1] + 0.5, 20.0)
        table = at_risk_table(at, [(times >= t).sum() for t in at])
        made = reconstruct(printed(times, died), at_risk=table)
        assert made.time[made.event].tolist() == times[died].tolist()

    @settings(max_examples=100, deadline=None)
    @given(known())
    def test_of_two_causes(self, arm):
        times, died = arm
        cause = np.where(died, 1 + (times.astype(int) % 3 == 0), 0)
        course = kaplan_meier(times, died)
        before = np.concatenate([[1.0], course.survival[:-1]])
        jumps = np.where(died, before / course.at_risk, 0.0)
        curves = [
            cleaned_curve(
                times,
                np.cumsum(jumps * (cause == j)),
                kind="incidence",
                precision=1e-7,
                reading="steps",
                time_precision=0.0,
            )
            for j in (1, 2)
        ]
        at = np.arange(0.0, times[-1] + 0.5, 20.0)
        table = at_risk_table(at, [(times >= t).sum() for t in at])
        made = reconstruct(curves, at_risk=table)
        for j in (1, 2):
            assert made.time[made.outcome == j].tolist() == times[cause == j].tolist()


def printed(times, died):
    course = kaplan_meier(times, died)
    return cleaned_curve(
        course.time, course.survival, precision=1e-7, time_precision=0.0, reading="steps"
    )


class TestCleaning:
    """A clean curve stays; a monotone one comes of jitter; order and percents do not matter."""

    @settings(max_examples=100, deadline=None)
    @given(arms(), st.integers(0, 1000))
    def test_order_and_percents(self, arm, seed):
        times, values, *_ = arm
        if values.max() < 0.2:
            return
        plain = cleaned_curve(times, values)
        again = cleaned_curve(plain.time, plain.value)
        assert again.value.tolist() == plain.value.tolist()
        shuffled = np.random.default_rng(seed).permutation(times.size)
        other = cleaned_curve(times[shuffled], 100 * values[shuffled], percent=True)
        assert other.value == pytest.approx(plain.value, abs=1e-12)

    @settings(max_examples=100, deadline=None)
    @given(arms(), st.integers(0, 1000))
    def test_jitter(self, arm, seed):
        times, values, *_ = arm
        shaken = values + np.random.default_rng(seed).uniform(-0.009, 0.009, values.size)
        curve = cleaned_curve(times, shaken, jitter=0.02)
        assert (np.diff(curve.value) <= 0).all()
        assert np.abs(curve.at(times) - values).max() <= 0.03


def test_the_same_seed_draws_the_same_patients():
    curve = cleaned_curve([2, 4, 6, 9], [0.9, 0.7, 0.62, 0.5])
    one, two = (reconstructions(curve, patients=40, draws=4, seed=s) for s in (5, 5))
    for a, b in zip(one.drawn, two.drawn, strict=True):
        assert a.time.tolist() == b.time.tolist()
    spread = one.spread(lambda made: float(made.event.sum()))
    assert spread.lower <= spread.upper


def test_arms_alike_have_no_effect_but_a_spread():
    curve = cleaned_curve([2, 4, 6, 9], [0.9, 0.7, 0.62, 0.5])
    table = at_risk_table([0, 5], [40, 25])
    arm = reconstructions(curve, at_risk=table, draws=5, seed=2)
    other = reconstructions(curve, at_risk=table, draws=5, seed=3)
    spread = hazard_ratio_spread(arm, other)
    assert spread.ratio == pytest.approx(1.0)
    assert spread.lower < 1.0 < spread.upper
    compared = compare_rebuilt(arm.best, other.best, published=0.8)
    assert compared.off == pytest.approx(0.25)
