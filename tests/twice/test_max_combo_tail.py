"""The tail of the largest of a few normal variables, by other integrals."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import log_ndtr, ndtr

from equipoise.analyze.max_combo import max_combo
from equipoise.kernel.bivariate_normal import bivariate
from equipoise.kernel.max_combo_tail import tail_of_largest, tails_of_largest
from equipoise.kernel.merge_sort import sort_keys
from equipoise.kernel.multivariate_normal import exceedance

LIMITS = (-3.0, -1.0, -0.3, 0.0, 0.4, 1.0, 1.6, 1.99, 2.01, 3.5)


@pytest.mark.parametrize("correlation", [-0.9, -0.5, 0.0, 0.3, 0.7, 0.95, 0.999, 1.0 - 1e-7])
def test_two_variables_by_owens_t(correlation):
    covariance = np.array([[4.0, 2.0 * correlation], [2.0 * correlation, 1.0]])
    for limit in LIMITS:
        at = np.array([limit])
        expected = 1.0 - bivariate(at, at, correlation)[0]
        assert tail_of_largest(covariance, limit) == pytest.approx(expected, abs=1e-8)
        if limit > 2.0:
            assert tail_of_largest(covariance, limit) == pytest.approx(expected, rel=2e-9)


@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize("correlation", [0.2, 0.5, 0.9, 0.99])
def test_equal_correlations_by_one_common_factor(size, correlation):
    covariance = np.full((size, size), correlation) + np.eye(size) * (1.0 - correlation)
    root, rest = np.sqrt(correlation), np.sqrt(1.0 - correlation)
    for limit in LIMITS:

        def beyond(x, at=limit):
            density = np.exp(-x * x / 2.0) / np.sqrt(2.0 * np.pi)
            return -np.expm1(size * log_ndtr((at - root * x) / rest)) * density

        points = [limit / root + step * rest for step in (-6.0, -2.0, 0.0, 2.0, 6.0)]
        points = [point for point in points if -9.0 < point < 9.0]
        expected = quad(beyond, -9.0, 9.0, points=points, epsabs=1e-13, limit=400)[0]
        assert tail_of_largest(covariance, limit) == pytest.approx(expected, abs=1e-7)


def test_weights_of_a_trial_by_the_integral_of_analyze():
    rng = np.random.default_rng(1)
    for _ in range(8):
        size = int(rng.integers(30, 300))
        rows = rng.exponential(1.0, size), rng.random(size) < 0.7, np.arange(size) % 2
        correlation = np.array(max_combo(*rows).correlation)
        limits = np.array([1.0, 2.0, 2.4, 4.5, 7.0])
        found = tails_of_largest(np.repeat(correlation[None], limits.size, axis=0), limits)
        expected = [exceedance(correlation, limit, two_sided=False) for limit in limits]
        np.testing.assert_allclose(found, expected, rtol=2e-8)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("correlation", [0.3, 0.9, 0.98])
@pytest.mark.parametrize("limit", [0.5, 2.0, 3.0])
def test_the_largest_size_is_the_largest_of_all_and_their_opposites(size, correlation, limit):
    own = np.full((size, size), correlation) + np.eye(size) * (1.0 - correlation)
    both = np.block([[own, -own], [-own, own]])
    root, rest = np.sqrt(correlation), np.sqrt(1.0 - correlation)

    def beyond(x):
        within = ndtr((limit - root * x) / rest) - ndtr((-limit - root * x) / rest)
        return (1.0 - within**size) * np.exp(-x * x / 2.0) / np.sqrt(2.0 * np.pi)

    turns = [side * limit / root + step * rest for side in (1, -1) for step in (-6, -2, 0, 2, 6)]
    points = sorted(turn for turn in turns if -9.0 < turn < 9.0)
    expected = quad(beyond, -9.0, 9.0, points=points, epsabs=1e-13, limit=800)[0]
    assert tail_of_largest(both, limit) == pytest.approx(expected, rel=2e-9)


def test_the_same_variable_twice_is_one():
    one = np.ones((3, 3)) * 2.0
    assert tail_of_largest(one, 1.3) == pytest.approx(ndtr(-1.3), rel=1e-14)


def test_opposite_variables_are_never_both_below_a_negative_limit():
    opposite = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert tail_of_largest(opposite, -0.5) == pytest.approx(1.0, abs=1e-14)
    assert tail_of_largest(opposite, 0.5) == pytest.approx(2.0 * ndtr(-0.5), rel=1e-9)


def test_keys_are_sorted():
    rng = np.random.default_rng(3)
    for size in (0, 1, 15, 16, 17, 33, 64, 65, 1000):
        keys = rng.integers(0, 2**63, size).astype(np.uint64)
        expected = np.sort(keys)
        sort_keys(keys, np.empty_like(keys))
        np.testing.assert_array_equal(keys, expected)
