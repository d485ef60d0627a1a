"""Aalen-Johansen and Gray's test once more, slowly: loops over times and patients."""

import numpy as np
import pytest

from equipoise.kernel.aalen_johansen import aalen_johansen
from equipoise.kernel.gray import gray_score


def made_up(seed, late):
    rng = np.random.default_rng(seed)
    size = 30
    entry = rng.choice([0.0, 0.0, 0.5, 2.0], size) if late else np.zeros(size)
    time = entry + rng.integers(1, 8, size)
    return time, rng.integers(0, 4, size), entry, rng.integers(0, 3, size)


def at_every_time(time, outcome, entry, weight, cause):
    """The estimate with weighted patients, straight from the definition."""
    survival, incidence, found = 1.0, 0.0, []
    for t in np.unique(time):
        inside = (entry < t) & (t <= time)
        here = time == t
        n = (weight * inside).sum()
        incidence += survival * (weight * (here & (outcome == cause))).sum() / n
        survival *= 1 - (weight * (here & (outcome > 0))).sum() / n
        found.append(incidence)
    return np.array(found)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cause", [1, 2, 3])
def test_jackknife_by_moving_each_patients_weight(seed, late, cause):
    """The infinitesimal jackknife is the sum of squared derivatives by each patient's weight."""
    time, outcome, entry, _ = made_up(seed, late)
    if not at_every_time(time, outcome, entry, np.ones(time.size), cause)[-1]:
        pytest.skip("no event of this cause")
    found = aalen_johansen(time, outcome, causes=3, entry=entry if late else None)
    assert found.incidence[cause - 1] == pytest.approx(
        at_every_time(time, outcome, entry, np.ones(time.size), cause), rel=1e-12
    )
    step, squared = 1e-5, 0.0
    for patient in range(time.size):
        moved = []
        for sign in (1, -1):
            weight = np.ones(time.size)
            weight[patient] += sign * step
            moved.append(at_every_time(time, outcome, entry, weight, cause))
        squared = squared + ((moved[0] - moved[1]) / (2 * step)) ** 2
    # a numerical derivative: about step² off
    assert found.variance[cause - 1] == pytest.approx(squared, rel=1e-6, abs=1e-10)


def test_jackknife_without_truncation_is_the_forward_recursion():
    time, outcome, entry, _ = made_up(9, late=False)
    direct = aalen_johansen(time, outcome, causes=3)
    by_rows = aalen_johansen(time, outcome, causes=3, entry=entry)
    assert direct.variance == pytest.approx(by_rows.variance, rel=1e-10, abs=1e-15)


def slow_gray(time, outcome, group, cause, rho):
    """Gray's score and variance for all groups, term by term."""
    groups = group.max() + 1
    times = np.unique(time[outcome > 0])
    survival, incidence, null = np.ones(groups), np.zeros(groups), 0.0
    score, history = np.zeros(groups), []
    for t in times:
        at_risk = [(group == g)[time >= t].sum() for g in range(groups)]
        own = [((group == g) & (time == t) & (outcome == cause)).sum() for g in range(groups)]
        every = [((group == g) & (time == t) & (outcome > 0)).sum() for g in range(groups)]
        share = [at_risk[g] / survival[g] if at_risk[g] else 0.0 for g in range(groups)]
        adjusted = [share[g] * (1 - incidence[g]) for g in range(groups)]
        deaths, weight = sum(own), (1 - null) ** rho
        for g in range(groups):
            score[g] += weight * (own[g] - deaths * adjusted[g] / sum(adjusted))
        before, null_before = survival.copy(), null
        null += deaths / sum(share)
        for g in range(groups):
            if at_risk[g]:
                incidence[g] += survival[g] * own[g] / at_risk[g]
                survival[g] *= 1 - every[g] / at_risk[g]
        history.append(
            (at_risk, own, every, share, weight, deaths, before, survival.copy(), null_before, null)
        )
    variance = sum(slow_variance(history, r) for r in range(groups))
    return score, variance


def slow_variance(history, r):
    """What the events of group r add to the covariance."""
    effects = [  # of one more event in r, on every group's score
        np.array([w * share[g] * ((g == r) - share[r] / sum(share)) for g in range(len(share))])
        for _, _, _, share, w, *_ in history
    ]
    variance = np.zeros((len(effects[0]), len(effects[0])))
    for j, (at_risk, own, every, share, _, deaths, before, after, _, null) in enumerate(history):
        later = np.zeros(len(share))
        for k in range(j + 1, len(history)):
            _, _, _, share_k, _, deaths_k, _, _, null_before_k, _ = history[k]
            later += effects[k] * deaths_k / sum(share_k) / (1 - null_before_k)
        remaining = (1 - null) / after[r] if after[r] > 0 else 0.0
        through = effects[j] + (1 - remaining if after[r] > 0 else 1.0) * later
        if deaths and at_risk[r]:
            fraction = 1 - (deaths - 1) / (sum(share) * before[r] - 1) if deaths > 1 else 1.0
            size = fraction * before[r] * deaths / (sum(share) * at_risk[r])
            variance += size * np.outer(through, through)
        others = every[r] - own[r]
        if others:
            fraction = 1 - (others - 1) / (at_risk[r] - 1) if others > 1 else 1.0
            size = fraction * before[r] ** 2 * others / at_risk[r] ** 2
            variance += size * remaining**2 * np.outer(later, later)
    return variance


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rho", [0.0, 1.0])
def test_gray_term_by_term(seed, rho):
    time, outcome, _, group = made_up(seed, late=False)
    found = gray_score(time, outcome, group, groups=3, cause=1, rho=rho)
    score, variance = slow_gray(time, outcome, group, 1, rho)
    assert found.score == pytest.approx(score, rel=1e-10, abs=1e-12)
    assert found.covariance == pytest.approx(variance, rel=1e-10, abs=1e-12)
