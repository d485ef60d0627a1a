"""Orderings of outcomes, by Simpson's rule on even grids and by ten million simulated trials."""

import numpy as np
import pytest
from scipy.integrate import simpson
from scipy.stats import norm

from equipoise.monitor.inference.orderings import POWER, ordered_inference
from equipoise.monitor.inference.unbiased import unbiased_estimate

INFORMATION = np.array([10.0, 17.0, 30.0, 41.0])
UPPER = np.array([3.2, 2.7, 2.3, 2.1])
LOWER = {
    "futility ignored": np.full(4, -np.inf),
    "futility obeyed": np.array([-0.4, 0.3, 1.1, 0.0]),
    "two-sided": -UPPER,
}
OUTCOMES = [(0, 4.4), (1, 2.9), (2, 2.35), (3, 1.0), (3, 2.6), (1, 1.2), (2, -0.2), (1, -3.6)]
POINTS = 801


def cut(ordering, drift, score, seen, at):
    """Give the score at information `at` from which on outcomes count."""
    if ordering == "sample mean":
        return score / seen * at
    if ordering == "likelihood ratio":
        return drift * at + (score - drift * seen) / np.sqrt(seen) * np.sqrt(at)
    return drift * at + score - drift * seen


def normal(at, mean, sd):
    return np.exp(-0.5 * ((at - mean) / sd) ** 2) / (sd * np.sqrt(2.0 * np.pi))


def chance(ordering, drift, z, look, lower):
    """Add up, look by look, how likely a trial ends with an outcome at or above this one."""
    crossed = z >= UPPER[look] or z <= lower[look]
    looks = 4 if crossed else look + 1
    score, seen = z * np.sqrt(INFORMATION[look]), INFORMATION[look]
    total, grid, density, before = 0.0, None, None, 0.0
    for k in range(looks):
        at = INFORMATION[k]
        root, sd = np.sqrt(at), np.sqrt(at - before)
        top, bottom, from_ = (
            UPPER[k] * root,
            lower[k] * root,
            cut(ordering, drift, score, seen, at),
        )

        def tail(edge, at=at, sd=sd, before=before, grid=grid, density=density):
            if grid is None:
                return norm.sf(edge, drift * at, sd)
            return simpson(density * norm.sf(edge, grid + drift * (at - before), sd), x=grid)

        if k + 1 == looks:
            return total + tail(from_)
        total += tail(max(from_, top))
        if from_ < bottom:
            total += tail(from_) - tail(bottom)
        fresh = np.linspace(
            max(bottom, drift * at - 9.0 * root), min(top, drift * at + 9.0 * root), POINTS
        )
        if grid is None:
            density = normal(fresh, drift * at, sd)
        else:
            density = simpson(
                normal(fresh[:, None], grid + drift * (at - before), sd) * density, x=grid, axis=1
            )
        grid, before = fresh, at
    raise AssertionError


@pytest.mark.parametrize("ordering", list(POWER))
@pytest.mark.parametrize("bounds", list(LOWER))
def test_limits_have_the_chances_they_are_named_for(ordering, bounds):
    lower = LOWER[bounds]
    for look, z in OUTCOMES:
        if bounds == "futility obeyed" and look < 3 and z < LOWER[bounds][look] - 1.0:
            continue
        given = None if bounds == "futility ignored" else lower
        found = ordered_inference(ordering, z, look, INFORMATION, UPPER, lower=given)
        limits = 0.0, found.lower[0], found.estimate[0], found.upper[0]
        for drift, expected in zip(limits, (found.p_value[0], 0.025, 0.5, 0.975), strict=True):
            assert chance(ordering, drift, z, look, lower) == pytest.approx(expected, abs=1e-8)


def test_p_values_are_those_of_ten_million_trials():
    rng, trials = np.random.default_rng(101), 10_000_000
    steps = np.diff(INFORMATION, prepend=0.0)
    lower = LOWER["futility obeyed"]
    score, running = np.zeros(trials), np.ones(trials, dtype=bool)
    ended_score, ended_at = np.zeros(trials), np.zeros(trials)
    for k, at in enumerate(INFORMATION):
        score += rng.normal(size=trials) * np.sqrt(steps[k])
        z = score / np.sqrt(at)
        ends = running & ((z >= UPPER[k]) | (z <= lower[k]) | (k == 3))
        ended_score[ends], ended_at[ends] = score[ends], at
        running &= ~ends
    for look, z in ((0, 3.4), (1, 2.9), (3, 2.0)):
        own = z * np.sqrt(INFORMATION[look])
        for ordering, power in POWER.items():
            beyond = ended_score / ended_at**power >= own / INFORMATION[look] ** power
            found = ordered_inference(ordering, z, look, INFORMATION, UPPER, lower=lower)
            expected = float(found.p_value[0])
            error = np.sqrt(expected * (1.0 - expected) / trials)
            assert beyond.mean() == pytest.approx(expected, abs=4.0 * error)


def test_the_unbiased_estimate_is_the_mean_of_the_first_given_the_last():
    """Two looks in closed form: the first score is normal about its share, cut at the bounds."""
    first, second = 12.0, 30.0
    for low, high in ((-np.inf, 2.4), (0.2, 2.4), (-1.0, np.inf)):
        for z in (-3.0, 0.4, 1.9, 2.6, 5.0):
            share = first / second
            mean, sd = z * np.sqrt(second) * share, np.sqrt(first * (1.0 - share))
            ends = (np.array([low, high]) * np.sqrt(first) - mean) / sd
            inside = np.diff(norm.cdf(ends))[0] if ends[1] < 5.0 else -np.diff(norm.sf(ends))[0]
            expected = (mean - sd * np.diff(norm.pdf(ends))[0] / inside) / first
            found = unbiased_estimate(z, 1, [first, second], [high, 2.0], [low, -np.inf])
            assert found[0] == pytest.approx(expected, abs=1e-9)


def test_the_unbiased_estimate_after_more_looks_is_that_of_simpsons_rule():
    lower = LOWER["two-sided"]
    z = 1.7
    grid, density, carried = None, None, None
    before = 0.0
    for k, at in enumerate(INFORMATION):
        sd = np.sqrt(at - before)
        if k == 3:
            step = norm.pdf(z * np.sqrt(at), grid, sd)
            expected = simpson(step * carried, x=grid) / simpson(step * density, x=grid)
            break
        fresh = np.linspace(lower[k] * np.sqrt(at), UPPER[k] * np.sqrt(at), POINTS)
        if grid is None:
            density = norm.pdf(fresh, 0.0, sd)
            carried = density * fresh
        else:
            step = norm.pdf(fresh[:, None], grid, sd)
            density, carried = (simpson(step * each, x=grid, axis=1) for each in (density, carried))
        grid, before = fresh, at
    found = unbiased_estimate(z, 3, INFORMATION, UPPER, lower)
    assert found[0] == pytest.approx(expected / INFORMATION[0], abs=1e-8)
