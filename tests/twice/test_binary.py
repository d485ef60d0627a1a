"""Score limits by brute force: the likelihood maximized along the constraint by its slope."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtri

from equipoise.analyze.proportions import (
    fisher_exact,
    miettinen_nurminen_difference,
    miettinen_nurminen_test,
)
from equipoise.analyze.ratios import score_odds_ratio, score_risk_ratio

TABLES = [
    (36, 154, 12, 77),
    (0, 25, 5, 24),
    (10, 10, 8, 10),
    (7, 34, 1, 34),
    (3, 7, 2, 9),
    (1, 5, 4, 5),
]
Z = float(ndtri(0.975))


def constrained(x1, n1, x0, n0, p1_of, low, high):
    """Find the p0 where the likelihood along p1 = p1_of(p0) is highest, by its slope."""

    def slope(p0):
        p1, d1 = p1_of(p0)
        return d1 * (x1 / p1 - (n1 - x1) / (1 - p1)) + x0 / p0 - (n0 - x0) / (1 - p0)

    tiny = 1e-12 * (high - low)
    low, high = low + tiny, high - tiny
    if slope(low) <= 0:
        return low
    return high if slope(high) >= 0 else brentq(slope, low, high, xtol=1e-15, rtol=1e-14)


def z_difference(x1, n1, x0, n0, d):
    p0 = constrained(x1, n1, x0, n0, lambda p: (p + d, 1.0), max(0.0, -d), min(1.0, 1 - d))
    p1, n = p0 + d, n1 + n0
    variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * n / (n - 1)
    return (x1 / n1 - x0 / n0 - d) / math.sqrt(variance)


def z_ratio(x1, n1, x0, n0, ratio):
    p0 = constrained(x1, n1, x0, n0, lambda p: (p * ratio, ratio), 0.0, min(1.0, 1 / ratio))
    p1, n = p0 * ratio, n1 + n0
    variance = (p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0) * n / (n - 1)
    return (x1 / n1 - ratio * x0 / n0) / math.sqrt(variance)


def z_odds(x1, n1, x0, n0, odds):
    def p1_of(p):
        below = 1 + p * (odds - 1)
        return p * odds / below, odds / below**2

    p0 = constrained(x1, n1, x0, n0, p1_of, 0.0, 1.0)
    p1, n = p1_of(p0)[0], n1 + n0
    variance = 1 / (1 / (n1 * p1 * (1 - p1)) + 1 / (n0 * p0 * (1 - p0))) * n / (n - 1)
    return (x1 - n1 * p1) / math.sqrt(variance)


@pytest.mark.parametrize("counts", TABLES)
def test_difference(counts):
    found = miettinen_nurminen_difference(*counts)
    for limit, target in ((found.interval.lower, Z), (found.interval.upper, -Z)):
        assert -1 < limit < 1
        assert z_difference(*counts, limit) == pytest.approx(target, rel=1e-7)
    test = miettinen_nurminen_test(*counts)
    assert test.statistic == pytest.approx(z_difference(*counts, 0.0), rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("counts", [t for t in TABLES if t[0] > 0])
@pytest.mark.parametrize(
    ("method", "slow"), [(score_risk_ratio, z_ratio), (score_odds_ratio, z_odds)]
)
def test_ratios(counts, method, slow):
    found = method(*counts)
    for limit, target in ((found.interval.lower, Z), (found.interval.upper, -Z)):
        if isinstance(limit, float):
            assert slow(*counts, limit) == pytest.approx(target, rel=1e-6)


@pytest.mark.parametrize("counts", TABLES)
def test_fisher_with_whole_numbers(counts):
    """Every table with these margins, weighed exactly by binomial coefficients."""
    x1, n1, x0, n0 = counts
    m = x1 + x0
    support = range(max(0, m - n0), min(n1, m) + 1)
    weight = {k: math.comb(n1, k) * math.comb(n0, m - k) for k in support}
    total = sum(weight.values())
    two_sided = sum(w for w in weight.values() if w <= weight[x1]) / total
    more = sum(w for k, w in weight.items() if k >= x1) / total
    found = fisher_exact(*counts)
    assert found.p_two_sided == pytest.approx(two_sided, rel=1e-11)
    assert found.p_one_sided == pytest.approx(more, rel=1e-11)


def test_fisher_keeps_small_tails():
    """A tail of 1e-180 keeps its digits."""
    counts = (300, 300, 0, 300)
    exact = 1 / math.comb(600, 300)
    assert fisher_exact(*counts).p_one_sided == pytest.approx(exact, rel=1e-10)
    assert np.isfinite(fisher_exact(30_000, 60_000, 29_000, 60_000).p_two_sided)
