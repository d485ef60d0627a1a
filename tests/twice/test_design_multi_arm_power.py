"""Several arms and one control: what such trials can do, programmed a second time."""

from itertools import pairwise

import numpy as np
import pytest

from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.multiplicity.multi_arm_power import least_favorable_factor, multi_arm_power
from equipoise.design.multiplicity.pick_the_winner import (
    winner_bounds,
    winner_factor,
    winner_power,
)
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendAlpha, StoppingPlan, WangTsiatis
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming, PowerSpending
from equipoise.kernel.normal_rectangle import rectangle

TRIALS = 400_000


def simulated_z(time, drift, allocation, seed):
    """Z of every trial, look and arm."""
    rng = np.random.default_rng(seed)
    step = np.sqrt(np.diff(time, prepend=0.0))
    rho = allocation / (1 + allocation)
    control = rng.standard_normal((TRIALS, len(time), 1)) * step[:, None]
    own = rng.standard_normal((TRIALS, len(time), len(drift))) * step[:, None]
    noise = np.cumsum(np.sqrt(rho) * control + np.sqrt(1 - rho) * own, axis=1)
    root = np.sqrt(time)[:, None]
    return noise / root + np.asarray(drift) * root


def followed(z, upper, lower, *, first_claim):
    """Follow the trials look by look, in so many words."""
    trials, looks, arms = z.shape
    running, claimed = np.ones((trials, arms), bool), np.zeros((looks, trials, arms), bool)
    recommended, treated = np.zeros_like(claimed), np.zeros_like(claimed)
    for look in range(looks):
        treated[look] = running
        crossed = running & (z[:, look] >= upper[look])
        claimed[look] = crossed
        height = np.where(crossed, z[:, look], -np.inf)
        best = np.zeros_like(crossed)
        best[np.arange(trials), height.argmax(axis=1)] = True
        recommended[look] = crossed & best
        running = running & ~crossed & (z[:, look] > lower[look])
        if first_claim:
            running &= ~crossed.any(axis=1, keepdims=True)
    return claimed, recommended, treated


def assert_simulated(chance, seen, trials=TRIALS):
    error = np.sqrt(np.maximum(chance * (1 - chance), 1e-6) / trials)
    assert np.all(np.abs(chance - seen) < 4.5 * error), (chance, seen)


@pytest.mark.parametrize("stopping", ["first claim", "each arm"])
def test_arms_that_are_claimed_and_dropped(stopping):
    time, drift = np.array([0.3, 0.6, 1.0]), [2.8, 1.0, 1.0, 0.0]
    bounds = multi_arm_bounds(
        4, time, LanDeMetsOBrienFleming(), allocation=0.8, futility=[-0.2, 0.6], binding=True
    )
    power = multi_arm_power(bounds, drift, stopping=stopping)
    z = simulated_z(time, drift, 0.8, seed=5)
    claimed, recommended, treated = followed(
        z, bounds.upper, bounds.lower, first_claim=stopping == "first claim"
    )
    assert_simulated(power.claimed, claimed.mean(axis=1))
    assert_simulated(power.treated, treated.mean(axis=1))
    assert_simulated(power.control_treated, treated.any(axis=2).mean(axis=1))
    assert_simulated(power.some, claimed.any(axis=(0, 2)).mean())
    if power.recommended is not None:
        assert_simulated(power.recommended, recommended.mean(axis=1))


def test_the_recommended_arm_is_a_multivariate_normal():
    time, (best, other), rho = np.array([0.4, 1.0]), (2.6, 0.9), 0.5
    bounds = multi_arm_bounds(2, time, PowerSpending(2.0), futility=[0.3])
    (u1, u2), l1, r = bounds.upper, 0.3, np.sqrt(0.4)
    # Z₁ and Z₂ at the first look, Z₁ at the second, and by how much it is the larger there
    covariance = np.array(
        [
            [1, rho, r, r * (1 - rho)],
            [rho, 1, rho * r, -r * (1 - rho)],
            [r, rho * r, 1, 1 - rho],
            [r * (1 - rho), -r * (1 - rho), 1 - rho, 2 - 2 * rho],
        ]
    )
    sd = np.sqrt(np.diag(covariance))
    mean = np.array([best * r, other * r, best, best - other])

    def chance(low, high):
        low, high = (np.array([(side - mean) / sd]) for side in (low, high))
        return rectangle(low, high, covariance / np.outer(sd, sd))[0]

    inf = np.inf
    at_first = np.array([[1, 1 - rho], [1 - rho, 2 - 2 * rho]])
    scale = np.sqrt(np.diag(at_first))
    shift = np.array([best * r, (best - other) * r])
    first = rectangle(
        ((np.array([[u1, 0]]) - shift) / scale),
        np.full((1, 2), inf),
        at_first / np.outer(scale, scale),
    )[0]
    both_run = chance([l1, l1, u2, 0], [u1, u1, inf, inf])
    other_dropped = chance([l1, -inf, u2, -inf], [u1, l1, inf, inf])
    power = multi_arm_power(bounds, [best, other])
    assert power.recommended[:, 0] == pytest.approx([first, both_run + other_dropped], abs=1e-8)
    claimed_later = chance([l1, -inf, u2, -inf], [u1, u1, inf, inf])
    assert power.claimed[1, 0] == pytest.approx(claimed_later, abs=1e-8)


def test_one_arm_is_the_group_sequential_trial():
    rule, time = LanDeMetsOBrienFleming(), (0.5, 0.75, 1.0)
    known = group_sequential(StoppingPlan(time, efficacy=SpendAlpha(rule)), power=0.9)
    bounds = multi_arm_bounds(1, time, rule)
    assert bounds.upper == pytest.approx(known.upper, abs=1e-7)
    for goal in ("recommend", "claim", "some"):
        assert least_favorable_factor(bounds, 1.0, 0.0, 0.9, goal=goal) == pytest.approx(
            known.drift, abs=1e-6
        )
    alone = winner_bounds(1, time, rule)
    assert alone.upper == pytest.approx(known.upper, abs=1e-9)
    assert winner_factor(alone, [1.0], 0.9) == pytest.approx(known.drift, abs=1e-9)


def test_chances_add_up():
    bounds = multi_arm_bounds(3, [0.5, 1.0], "triangular", 0.05)
    power = multi_arm_power(bounds, [2.0, 1.0, 0.5])
    assert power.recommended.sum() == pytest.approx(bounds.some_claimed([2.0, 1.0, 0.5])[-1])
    assert power.some == pytest.approx(power.recommended.sum())
    assert (power.claimed >= power.recommended - 1e-9).all()
    factor = least_favorable_factor(bounds, 1.0, 0.3, 0.8)
    found = multi_arm_power(bounds, factor * np.array([1.0, 0.3, 0.3]))
    assert found.recommended[:, 0].sum() == pytest.approx(0.8, abs=1e-8)
    each = multi_arm_power(bounds, [2.0, 1.0, 0.5], stopping="each arm")
    assert each.some == pytest.approx(power.some, abs=1e-8)
    assert each.expected_fraction > power.expected_fraction


def test_arms_that_are_never_dropped_are_all_treated():
    bounds = multi_arm_bounds(2, [0.5, 1.0], "last look")
    power = multi_arm_power(bounds, [1.0, 2.0])
    assert bounds.upper[0] == np.inf
    assert bounds.alpha_spent[-1] == pytest.approx(0.025, abs=1e-9)
    assert power.expected_fraction == pytest.approx(1.0)


@pytest.mark.parametrize("shape", [WangTsiatis(0.25), "last look", PowerSpending(2.0)])
def test_the_best_arm_goes_on(shape):
    time, drift = np.array([0.4, 0.7, 1.0]), [2.5, 2.0, 0.0]
    bounds = winner_bounds(3, time, shape, allocation=0.7, futility=[0.2, 0.7], binding=True)
    assert bounds.alpha_spent[-1] == pytest.approx(0.025, abs=1e-10)
    for truth in (drift, [0.0, 0.0, 0.0]):
        power = winner_power(bounds, truth)
        z = simulated_z(time, truth, 0.7, seed=8)
        best = z[:, 0].argmax(axis=1)
        z = z[np.arange(TRIALS), :, best]
        running = np.ones(TRIALS, bool)
        for look in range(3):
            claimed = running & (z[:, look] >= bounds.upper[look])
            seen = np.bincount(best[claimed], minlength=3) / TRIALS
            assert_simulated(power.claimed[look], seen)
            given_up = running & (z[:, look] <= bounds.lower[look])
            assert_simulated(power.stopped[look], np.bincount(best[given_up], minlength=3) / TRIALS)
            running &= ~claimed & ~given_up
        assert_simulated(power.selected, np.bincount(best, minlength=3) / TRIALS)


def test_dropping_the_losers_is_a_multivariate_normal():
    bounds = winner_bounds(2, [0.5, 1.0], "last look")
    c, r = bounds.upper[1], np.sqrt(0.5)
    # that the first arm is the better at the first look, and its Z at the last
    difference = (1 - 0.5) * r
    correlation = np.array([[1, difference], [difference, 1]])
    alpha = 2 * rectangle(np.array([[0, c]]), np.full((1, 2), np.inf), correlation)[0]
    assert alpha == pytest.approx(0.025, abs=1e-10)


def test_winner_bounds_between_those_of_one_arm_and_of_all():
    shape = WangTsiatis(0.5)
    of_all = multi_arm_bounds(3, [0.5, 1.0], shape).upper
    of_best = winner_bounds(3, [0.5, 1.0], shape).upper
    of_one = winner_bounds(1, [0.5, 1.0], shape).upper
    for smaller, larger in pairwise((of_one, of_best, of_all)):
        assert (smaller < larger).all()


def test_arms_that_stop_all_together():
    time, drift = np.array([0.3, 0.6, 1.0]), [2.0, 1.0, 0.0]
    bounds = multi_arm_bounds(3, time, LanDeMetsOBrienFleming(), futility=[0.3, 1.0])
    power = multi_arm_power(bounds, drift, stopping="all together")
    z = simulated_z(time, drift, 1.0, seed=6)
    best, running = z.max(axis=2), np.ones(TRIALS, bool)
    for look in range(3):
        assert_simulated(power.control_treated[look], running.mean())
        crossed = running & (best[:, look] >= bounds.upper[look])
        seen = np.bincount(z[crossed, look].argmax(axis=1), minlength=3) / TRIALS
        assert_simulated(power.recommended[look], seen)
        claimed = crossed[:, None] & (z[:, look] >= bounds.upper[look])
        assert_simulated(power.claimed[look], claimed.mean(axis=0))
        running &= ~crossed & (best[:, look] > bounds.lower[look])
    bounds = multi_arm_bounds(3, [0.5, 1.0], LanDeMetsOBrienFleming(), futility=[0.3])
    factor = least_favorable_factor(bounds, 1.0, 0.2, 0.8, goal="claim", stopping="all together")
    found = multi_arm_power(bounds, factor * np.array([1, 0.2, 0.2]), stopping="all together")
    assert found.claimed[:, 0].sum() == pytest.approx(0.8, abs=1e-8)
