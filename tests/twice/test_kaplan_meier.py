"""Curves, quantiles and moments once more: plain loops over the definition."""

import numpy as np
import pytest

from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.kernel.risk_sets import moments


def slow_curve(time, event, entry):
    survival, variance, rows = 1.0, 0.0, []
    for t in np.unique(time):
        n = int(((entry < t) & (t <= time)).sum())
        d = int((event & (time == t)).sum())
        survival = survival * (n - d) / n if survival else 0.0
        with np.errstate(divide="ignore"):
            variance += np.divide(d, n * (n - d)) if d else 0.0
        rows.append((t, n, d, int((~event & (time == t)).sum()), survival, variance))
    return np.array(rows).T


def data(seed, size, *, whole, late):
    rng = np.random.default_rng(seed)
    time = rng.exponential(30.0, size)
    if whole:
        time = np.floor(time)
    entry = time - np.ceil(rng.exponential(20.0, size)) if late else np.full(size, -np.inf)
    return time, rng.random(size) < 0.7, entry


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("size", [1, 7, 300])
def test_the_curve_is_that_of_the_definition(whole, late, size):
    for seed in range(5):
        time, event, entry = data(seed, size, whole=whole, late=late)
        curve = kaplan_meier(time, event, entry=entry if late else None)
        slow = slow_curve(time, event, entry)
        names = ("time", "at_risk", "events", "censored", "survival", "log_variance")
        for name, want in zip(names, slow, strict=True):
            np.testing.assert_allclose(getattr(curve, name), want, rtol=1e-11, err_msg=name)


def test_days_far_apart_give_the_same_steps():
    time, event, _ = data(1, 500, whole=True, late=False)
    near, far = kaplan_meier(time, event), kaplan_meier(time * 1e6, event)
    assert (near.time * 1e6).tolist() == far.time.tolist()
    assert near.survival.tolist() == far.survival.tolist()


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("late", [True, False])
def test_moments_are_the_distinct_exit_times(whole, late):
    time, _, entry = data(2, 200, whole=whole, late=late)
    placed = moments(time, entry if late else None)
    assert placed.time.tolist() == np.unique(time).tolist()
    assert (placed.time[placed.exit] == time).all()
    if late:
        assert placed.first.tolist() == [int((np.unique(time) <= e).sum()) for e in entry]


def test_moments_merge_as_aeqsurv():
    """R: 0.1 + 0.2 and 0.3 are one time; 1e9 and 1e9 + 2 are two whole numbers, not noise."""
    step = 1e-9
    chain = np.array([1.0, 1.0 + step, 1.0 + 2 * step, 1.0 + 1e-7, 5.0])
    assert moments(chain).exit.tolist() == [0, 0, 0, 1, 2]
    assert moments(np.array([1e9, 1e9 + 2.0])).exit.tolist() == [0, 1]


@pytest.mark.parametrize("until", [0.5, 10.0, 37.25])
def test_restricted_mean_by_a_fine_grid(until):
    time, event, _ = data(3, 80, whole=False, late=False)
    curve = kaplan_meier(time, event)
    grid = (np.arange(400_000) + 0.5) / 400_000 * until
    assert curve.restricted_mean(until).value == pytest.approx(
        curve.at(grid).mean() * until, rel=1e-5
    )
