"""The log-rank sums once more: one loop over the event times, no sorting, no tricks."""

import numpy as np
import pytest

from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from equipoise.kernel.labels import label_bits
from equipoise.kernel.log_rank import log_rank_of_trial, log_rank_sums
from equipoise.kernel.ordering import labels_fit, survey


def slow_sums(time, event, group, groups, stratum, entry, rho, gamma):
    observed, expected = np.zeros(groups), np.zeros(groups)
    variance = np.zeros((groups, groups))
    for s in np.unique(stratum):
        survival = 1.0
        for t in np.unique(time[event & (stratum == s)]):
            at_risk = (entry < t) & (t <= time) & (stratum == s)
            dies = at_risk & event & (time == t)
            n, d = at_risk.sum(), dies.sum()
            weight = survival**rho * (1 - survival) ** gamma
            share = np.array([(at_risk & (group == g)).sum() for g in range(groups)]) / n
            observed += weight * np.array([(dies & (group == g)).sum() for g in range(groups)])
            expected += weight * d * share
            if n > 1:
                spread = weight**2 * d * (n - d) / (n - 1)
                variance += spread * (np.diag(share) - np.outer(share, share))
            survival *= 1 - d / n
    return observed, expected, variance


def trial(seed, size, *, whole, groups, strata, late):
    rng = np.random.default_rng(seed)
    time = rng.exponential(20.0, size)
    entry = np.full(size, -np.inf)
    if whole:
        time = np.ceil(time)
    if late:
        entry = time - np.ceil(rng.exponential(15.0, size))
    event = rng.random(size) < 0.6
    return time, event, rng.integers(0, groups, size), rng.integers(0, strata, size), entry


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize(("groups", "strata"), [(2, 1), (2, 5), (4, 1), (4, 3), (2, 60)])
@pytest.mark.parametrize(("rho", "gamma"), [(0, 0), (0.5, 2)])
def test_the_sums_are_those_of_the_definition(whole, late, groups, strata, rho, gamma):
    time, event, group, stratum, entry = trial(
        1, 150, whole=whole, groups=groups, strata=strata, late=late
    )
    result = log_rank(
        time,
        event,
        group,
        groups=groups,
        stratum=None if strata == 1 else stratum,
        entry=entry if late else None,
        rho=rho,
        gamma=gamma,
    )
    slow = slow_sums(time, event, group, groups, stratum, entry, rho, gamma)
    for have, want in zip((result.observed, result.expected, result.variance), slow, strict=True):
        np.testing.assert_allclose(have, want, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("whole", [True, False])
def test_compiled_code_gives_a_simulated_trial_the_same_sums(whole):
    time, event, group, stratum, _ = trial(2, 300, whole=whole, groups=2, strata=4, late=False)
    weights = np.array([0.0, 1.0]), np.array([0.0, 0.5])
    sums = log_rank_sums(
        time, event, group, groups=2, stratum=stratum, strata=4, rho=weights[0], gamma=weights[1]
    )
    inside = log_rank_of_trial(time, event, group, stratum, 2, 4, *weights)
    pairs = zip((sums.observed, sums.expected, sums.covariance, sums.rows), inside, strict=True)
    for have, want in pairs:
        np.testing.assert_allclose(have, want, rtol=1e-12, atol=1e-12)


def test_counting_days_and_sorting_agree():
    """Days far apart are sorted; the same days close together are counted."""
    time, event, group, stratum, _ = trial(3, 400, whole=True, groups=3, strata=2, late=False)
    near = log_rank(time, event, group, stratum=stratum, rho=1.0)
    far = log_rank(time * 1e6, event, group, stratum=stratum, rho=1.0)
    np.testing.assert_allclose(near.variance, far.variance, rtol=1e-12)
    np.testing.assert_allclose(near.expected, far.expected, rtol=1e-12)


def test_labels_that_do_not_fit_into_the_times():
    """One time far out and room for 2¹⁸ strata: moments are numbered before they are labelled."""
    time, event, group, stratum, _ = trial(4, 400, whole=False, groups=2, strata=30, late=False)
    time[0] *= 1e3
    sums = log_rank_sums(
        time,
        event,
        group,
        groups=2,
        stratum=stratum * 2**13,
        strata=2**18,
        rho=np.zeros(1),
        gamma=np.zeros(1),
    )
    _, low, high, mean = survey(time)
    assert not labels_fit(label_bits(2, 2**18), low, high, mean, whole=False)
    slow = slow_sums(time, event, group, 2, stratum, np.full(400, -np.inf), 0, 0)
    np.testing.assert_allclose(sums.expected[0], slow[1], rtol=1e-11)
    np.testing.assert_allclose(sums.covariance[0, 0], slow[2], rtol=1e-11)


def test_covariances_between_weights_by_the_weight_halfway():
    """Cov(w₁, w₂) is the variance under the weight √(w₁ w₂)."""
    time, event, group, stratum, _ = trial(5, 200, whole=True, groups=2, strata=3, late=False)
    pairs = [(0, 0), (1, 0), (0, 1), (1, 1)]
    combo = max_combo(time, event, group, weights=pairs, stratum=stratum)

    def variance(rho, gamma):
        return log_rank(time, event, group, stratum=stratum, rho=rho, gamma=gamma).variance[1, 1]

    for i, (r_i, g_i) in enumerate(pairs):
        for j, (r_j, g_j) in enumerate(pairs):
            halfway = variance((r_i + r_j) / 2, (g_i + g_j) / 2)
            expected = halfway / np.sqrt(variance(r_i, g_i) * variance(r_j, g_j))
            np.testing.assert_allclose(combo.correlation[i, j], expected, rtol=1e-10)
