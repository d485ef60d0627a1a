"""The sequential recursion against integrals written down directly, and on a far finer mesh."""

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import norm

from equipoise.kernel.arrays import vector
from equipoise.kernel.sequential import stopping_probability
from equipoise.kernel.sequential_walk import START, step

NODE, WEIGHT = leggauss(40)


def slowly(upper, lower, information, drift):
    """Carry the sub-density on panels three standard deviations wide, with 40 points each."""
    looks, mean = information.size, np.broadcast_to(drift, information.shape) * information
    above, below = np.zeros(looks), np.zeros(looks)
    score, mass, before, at = np.zeros(1), np.ones(1), 0.0, 0.0
    for k in range(looks):
        sd, root = np.sqrt(information[k] - before), np.sqrt(information[k])
        centre = score + mean[k] - at
        above[k] = mass @ ndtr((centre - upper[k] * root) / sd)
        below[k] = mass @ ndtr((lower[k] * root - centre) / sd)
        low = max(lower[k] * root, mean[k] - 10 * root)
        high = min(upper[k] * root, mean[k] + 10 * root)
        onward = np.sqrt(information[min(k + 1, looks - 1)] - information[k]) or sd
        edges = np.linspace(low, max(low, high), 2 + int((high - low) / (3 * min(sd, onward))))
        half = np.diff(edges)[:, None] / 2
        points, weights = (edges[:-1, None] + half * (1 + NODE)).ravel(), (half * WEIGHT).ravel()
        mass = weights * (norm.pdf((points[:, None] - centre) / sd) @ mass) / sd
        score, before, at = points, information[k], mean[k]
    return above, below


@pytest.mark.parametrize("looks", [1, 2, 3, 5, 8, 14])
@pytest.mark.parametrize("futility", [False, True])
def test_a_finer_mesh_changes_nothing(looks, futility):
    random = np.random.default_rng(looks)
    information = np.cumsum(random.exponential(size=looks) + 0.05)
    information /= information[-1]
    upper = random.uniform(1.8, 5.0, looks)
    lower = upper - random.uniform(1.0, 4.0, looks) if futility else np.full(looks, -np.inf)
    upper[random.random(looks) < 0.2] = np.inf
    drift = float(random.uniform(-1.0, 4.0))
    stops = stopping_probability(upper, lower, information, drift=drift)
    above, below = slowly(upper, lower, information, drift)
    np.testing.assert_allclose(stops.upper, above, rtol=1e-9, atol=2e-14)
    np.testing.assert_allclose(stops.lower, below, rtol=1e-9, atol=2e-14)


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5, 6, 7])
def test_looks_that_nearly_coincide(seed):
    """Short steps leave edges in the density, which the mesh must follow and may then forget."""
    random = np.random.default_rng(seed)
    looks = 6
    information = np.cumsum(random.choice([1e-3, 3e-3, 0.01, 0.1, 0.4], looks))
    information = (information + 0.1) / (information[-1] + 0.1)
    upper = random.uniform(1.0, 4.0, looks)
    lower = np.where(random.random(looks) < 0.4, -np.inf, upper - random.uniform(1.0, 4.0, looks))
    drift = float(random.uniform(-1.0, 4.0))
    stops = stopping_probability(upper, lower, information, drift=drift)
    above, below = slowly(upper, lower, information, drift)
    np.testing.assert_allclose(stops.upper, above, rtol=1e-9, atol=2e-14)
    np.testing.assert_allclose(stops.lower, below, rtol=1e-9, atol=2e-14)


def test_fifty_looks():
    information = np.arange(1.0, 51.0) / 50.0
    upper = 2.2 / information**0.4
    lower = upper - 6.0 * (1.0 - information) - 0.5
    stops = stopping_probability(upper, lower, information, drift=3.0)
    above, below = slowly(upper, lower, information, 3.0)
    np.testing.assert_allclose(stops.upper, above, rtol=1e-9, atol=2e-14)
    np.testing.assert_allclose(stops.lower, below, rtol=1e-9, atol=2e-14)


@pytest.mark.parametrize(
    "information", [(0.001, 0.01, 1.0), (0.5, 0.501, 1.0), (0.3, 0.30001, 0.9), (0.9, 0.99, 0.999)]
)
def test_very_unequal_looks(information):
    information = np.array(information)
    upper, lower = np.array([3.2, 2.6, 2.0]), np.array([-1.0, 0.1, 2.0])
    stops = stopping_probability(upper, lower, information, drift=2.5)
    coarse_enough = np.diff(information).min() > 1e-4  # the slow way would take thousands of panels
    if coarse_enough:
        above, below = slowly(upper, lower, information, 2.5)
        np.testing.assert_allclose(stops.upper, above, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(stops.lower, below, rtol=1e-10, atol=1e-13)
    assert stops.upper.sum() + stops.lower.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("ceiling", [2.0, 4.0, 9.0])
@pytest.mark.parametrize("part", [0.001, 0.3, 0.5, 0.95])
def test_two_looks_by_direct_integration(ceiling, part):
    first, second, drift = part, 1.0, 1.3

    def still_running(z):
        mean = (z * np.sqrt(first) + drift * (second - first)) - 1.96
        return norm.pdf(z - drift * np.sqrt(first)) * ndtr(mean / np.sqrt(second - first))

    expected, _ = quad(still_running, -1.0, min(ceiling, 9.0), epsabs=1e-15, limit=200)
    stops = stopping_probability(
        vector([ceiling, 1.96]), vector([-1.0, -np.inf]), vector([first, second]), drift=drift
    )
    assert stops.upper[1] == pytest.approx(expected, abs=1e-13)


def test_changing_drift():
    information, drift = np.array([0.2, 0.5, 0.7, 1.0]), np.array([0.5, 2.0, 1.5, 3.0])
    upper, lower = np.array([3.0, 2.7, 2.4, 2.0]), np.array([-1.0, 0.0, 0.7, 1.0])
    stops = stopping_probability(upper, lower, information, drift=drift)
    above, below = slowly(upper, lower, information, drift)
    np.testing.assert_allclose(stops.upper, above, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(stops.lower, below, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("spend", [0.4, 0.01, 1e-6, 1e-12, 1e-20, 1e-100])
@pytest.mark.parametrize("side", ["upper", "lower"])
def test_a_bound_spends_what_it_was_asked(spend, side):
    first = step(START, 0.3)
    running = first.go_on([(-np.sqrt(0.3), 1.5 * np.sqrt(0.3))], 0.8)
    second = step(running, 0.8, 0.4)
    z = getattr(second, side)(spend)
    spent = second.above(z) if side == "upper" else second.below(z)
    assert spent == pytest.approx(spend, rel=1e-11)


def test_nothing_to_spend_and_more_than_there_is():
    at = step(START, 1.0)
    assert at.upper(0.0) == np.inf
    assert at.lower(0.0) == -np.inf
    assert at.upper(1.0) == -np.inf
    assert at.lower(1.0) == np.inf
