"""The tail of the largest normal variable, by other integrals and by drawing."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from equipoise.kernel.multivariate_normal import exceedance


def equicorrelated(size, rho, limit, *, two_sided):
    """One common factor, the rest independent given it: a single integral."""
    own, common = np.sqrt(1 - rho), np.sqrt(rho)

    def within(x):
        below = norm.cdf((limit - common * x) / own)
        if two_sided:
            below -= norm.cdf((-limit - common * x) / own)
        return norm.pdf(x) * below**size

    edge = limit / common
    inside = quad(within, -10, 10, points=[-edge, edge], epsabs=1e-13, limit=500)[0]
    return 1 - inside


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("limit", [0.5, 2.0, 3.5])
@pytest.mark.parametrize("rho", [0.3, 0.9, 0.98, 0.9999])
@pytest.mark.parametrize("size", [2, 3])
def test_equal_correlations(size, rho, limit, two_sided):
    matrix = np.full((size, size), rho) + np.eye(size) * (1 - rho)
    have = exceedance(matrix, limit, two_sided=two_sided)
    want = equicorrelated(size, rho, limit, two_sided=two_sided)
    np.testing.assert_allclose(have, want, rtol=1e-8, atol=1e-13)


def test_four_variables_of_full_rank():
    matrix = np.full((4, 4), 0.9) + np.eye(4) * 0.1
    have = exceedance(matrix, 2.0, two_sided=True)
    assert have == pytest.approx(equicorrelated(4, 0.9, 2.0, two_sided=True), rel=1e-7)


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("limit", [-1.0, 1.0, 6.0])
def test_independent_variables(limit, two_sided):
    tail = 2 * norm.sf(limit) if two_sided else norm.sf(limit)
    want = -np.expm1(3 * np.log1p(-tail)) if limit > 0 or not two_sided else 1.0
    assert exceedance(np.eye(3), limit, two_sided=two_sided) == pytest.approx(want, rel=1e-10)


def test_a_singular_correlation_by_drawing():
    """Log-rank = FH(1, 0) + FH(0, 1): rank two.  Within five Monte Carlo standard errors."""
    second, third = np.array([1.0, 0.0]), np.array([0.6, 0.8])
    first = (2.0 * second + third) / np.linalg.norm(2.0 * second + third)
    root = np.vstack([first, second, third])
    have = exceedance(root @ root.T, 2.2, two_sided=True)
    draws = np.random.default_rng(7).standard_normal((400_000, 2)) @ root.T
    share = (np.abs(draws).max(axis=1) > 2.2).mean()
    assert abs(have - share) < 5 * np.sqrt(share / 400_000)


def test_a_variable_counted_twice_counts_once():
    pair = np.array([[1.0, 0.5], [0.5, 1.0]])
    again = pair[np.ix_([0, 1, 0], [0, 1, 0])]
    for two_sided in (True, False):
        alone = exceedance(pair, 2.5, two_sided=two_sided)
        assert exceedance(again, 2.5, two_sided=two_sided) == pytest.approx(alone, rel=1e-12)


def test_small_tails_keep_their_relative_accuracy():
    tail = exceedance(np.eye(2), 12.0, two_sided=False)
    assert tail == pytest.approx(2 * norm.sf(12.0), rel=1e-9)
