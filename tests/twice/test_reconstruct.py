"""The counts of an interval by brute force, and the published algorithm as a second program."""

from itertools import combinations_with_replacement, product

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.curves.reconstruct import reconstruct
from equipoise.kernel.curve_censoring import best_path, random_path
from equipoise.kernel.curve_patients import scan_counts
from equipoise.kernel.curve_placement import place_censored
from plain_guyot import plain_guyot

SPREAD = 0.001


def plain_scan(target, share, at_risk, leaving, censored, threshold):
    survival, state, had, misfit = 1.0, np.zeros(len(target)), 0, 0.0
    for k in range(target.shape[1]):
        n = at_risk - had - int(np.floor(censored * share[k] + 0.5))
        before = survival
        for j in range(len(target)):
            d = 0
            if n > 0 and before > 1e-12:
                d = int(np.floor(n * (target[j, k] - state[j]) / before + threshold))
                d = max(0, min(d, leaving - censored - had, n))
            had += d
            if d:
                state[j] += before * d / n
                survival -= before * d / n
            misfit += ((state[j] - target[j, k]) / SPREAD) ** 2
        survival = max(survival, 0.0)
    return misfit, had


@pytest.mark.parametrize("causes", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_scan_against_a_plain_loop(seed, causes):
    generator = np.random.default_rng(seed)
    target = np.sort(generator.uniform(0.0, 0.9 / causes, (causes, 6)), axis=1)
    share = np.sort(generator.random(6))
    thresholds = np.array([0.5, 0.2, 0.8])
    misfit, had = scan_counts(target, share, 30, 24, thresholds, SPREAD, np.zeros(causes))
    for c, i in product(range(25), range(3)):
        cost, number = plain_scan(target, share, 30, 24, c, thresholds[i])
        over, aside = 24 - c - number, thresholds[i] - 0.5
        assert had[c, i] == number
        assert misfit[c, i] == pytest.approx(cost + 2.0 * over + aside**2, rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_placement_no_worse_than_every_other(seed):
    """Where one event a point is enough, the recursion is exact: no path is better."""
    generator = np.random.default_rng(seed)
    true = np.sort(generator.integers(0, 5, 4))
    had = np.arange(1, 5)
    target = 1.0 - np.cumprod(1.0 - 1.0 / (20 - (had - 1) - true))
    share, leaving, nominal = np.array([0.2, 0.4, 0.6, 0.8]), 9, 5
    cost, before, events, _ = place_censored(
        target[None, :], share, 20, leaving, nominal, SPREAD, np.zeros(1), 0.0, 0.0
    )
    best = np.inf
    for path in combinations_with_replacement(range(6), 4):
        off, survival = 0.0, 1.0
        for k, c in enumerate(path):
            survival *= 1.0 - 1.0 / (20 - k - c)
            even = nominal * share[k]
            off += ((1.0 - survival - target[k]) / SPREAD) ** 2
            off += (c - even) ** 2 / ((even * (1.0 - share[k]) + 0.5) * 4)
        best = min(best, off)
    assert cost <= best + 1e-9
    assert events.tolist() == [[1, 1, 1, 1]]
    assert before.tolist() == true.tolist()


def test_paths_against_all_of_them():
    generator = np.random.default_rng(5)
    cost, events = generator.random((3, 4, 4)), generator.random((3, 4, 4))
    total = {
        path: sum(
            cost[s, path[s], path[s + 1]] + 0.7 * events[s, path[s], path[s + 1]] for s in range(3)
        )
        for path in product(range(4), repeat=4)
    }
    path, had, paid = best_path(cost, events, 0.7)
    assert tuple(path.tolist()) == min(total, key=total.__getitem__)
    assert paid + 0.7 * had == pytest.approx(min(total.values()))
    drawn = [
        tuple(random_path(cost, events, 0.7, generator.random(4)).tolist()) for _ in range(8000)
    ]
    weight = {path: np.exp(-0.5 * value) for path, value in total.items()}
    whole = sum(weight.values())
    for start in range(4):
        chance = sum(value for path, value in weight.items() if path[0] == start) / whole
        found = np.mean([path[0] == start for path in drawn])
        assert abs(found - chance) < 4 * np.sqrt(chance * (1 - chance) / 8000)


def two_arms(generator, patients=150):
    arms = []
    for ratio in (1.0, 0.65):
        wait = generator.exponential(18.0 / np.log(2) / ratio, patients)
        ends = np.minimum(
            generator.uniform(8.0, 40.0, patients), generator.exponential(80, patients)
        )
        arms.append((np.minimum(wait, ends), wait <= ends))
    return arms


def log_ratio(arms):
    time = np.concatenate([arm[0] for arm in arms])
    event = np.concatenate([arm[1] for arm in arms])
    group = np.repeat([0.0, 1.0], [arm[0].size for arm in arms])
    return cox(time, event, group[:, None]).coefficients[0]


def test_as_good_as_the_published_algorithm_and_nearer():
    """Both come near the patients' hazard ratio with numbers at risk; ours nearer."""
    generator = np.random.default_rng(17)
    ours, plain = [], []
    for _ in range(8):
        arms = two_arms(generator)
        at = np.arange(0.0, min(arm[0].max() for arm in arms), 6.0)
        made, second = [], []
        for arm in arms:
            course = kaplan_meier(*arm)
            keep = course.events > 0
            keep[-1] = True
            curve = cleaned_curve(
                np.round(course.time[keep], 1), np.round(course.survival[keep], 3)
            )
            many = [(arm[0] >= t).sum() for t in at]
            rebuilt = reconstruct(curve, at_risk=at_risk_table(at, many))
            made.append((rebuilt.time, rebuilt.event))
            old = plain_guyot(curve.time, curve.value, (at, many))
            second.append((old.time, old.event.astype(bool)))
        truth = log_ratio(arms)
        ours.append(abs(log_ratio(made) - truth))
        plain.append(abs(log_ratio(second) - truth))
    assert max(plain) < 0.1
    assert max(ours) < 0.02
    assert np.mean(ours) < 0.5 * np.mean(plain)
