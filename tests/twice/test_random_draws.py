"""Exponentials and times against NumPy, one by one."""

import numpy as np
import pytest

from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.random_draws import (
    exponential_of,
    fill_exponentials,
    reach_counts,
)
from twice.test_philox import numpy_uniforms

STEP = 2.0**-53


def chosen_uniforms() -> Vector:
    """From all over [0, 1), on the lattice of 2^-53, and close to both ends."""
    chosen = np.random.default_rng(20260102)
    spread = chosen.random(20_000)
    small = np.exp2(-chosen.uniform(0, 53, 20_000))
    both = np.concatenate([spread, small, 1 - small, STEP * np.arange(1, 50)])
    lattice: Vector = np.floor(both / STEP) * STEP
    return lattice[(lattice > 0) & (lattice < 1)]


def test_exponentials_are_minus_the_logarithm() -> None:
    """To half a unit in the last place or so, also where u is tiny."""
    uniforms = chosen_uniforms()
    found = np.array([exponential_of(float(each)) for each in uniforms])
    exact = -np.log1p(-uniforms.astype(np.longdouble))
    assert float(np.abs(found / exact - 1).max()) < 5e-16
    assert exponential_of(0.0) == 0.0
    assert exponential_of(1 - STEP) == pytest.approx(53 * np.log(2), rel=5e-16)


def test_a_stream_of_exponentials_is_numpys_philox() -> None:
    """Number by number, from any place of the stream."""
    found = np.empty(101)
    fill_exponentials(3, 1, 4, 512, 0, 7, found)
    uniforms = numpy_uniforms((3, 1, 4, 512, 0), 7, 101)
    np.testing.assert_allclose(found, -np.log1p(-uniforms), rtol=5e-16)
    assert found.tolist() == [exponential_of(float(each)) for each in uniforms]


def times_by_interpolation(counts: Vector, start: Vector, rate: Vector) -> Vector:
    """Times at which a cumulative rate reaches counts; the rate beyond goes on."""
    knots = np.append(start, start[-1] + 1e6)
    reached = np.concatenate([[0.0], np.cumsum(rate * np.diff(knots))])
    return np.interp(counts, reached, knots)


@pytest.mark.parametrize(
    ("start", "rate"),
    [([0], [2.5]), ([0, 6, 12], [3, 7, 11]), ([0, 1, 2, 8], [4, 0.5, 1e-3, 20])],
)
def test_times_are_where_the_cumulative_rate_is_reached(
    start: list[float], rate: list[float]
) -> None:
    """In order, the same as by interpolation."""
    starts, rates = vector(start), vector(rate)
    counts = np.sort(np.random.default_rng(5).exponential(20, 300))
    expected = times_by_interpolation(counts, starts, rates)
    times = counts.copy()
    reach_counts(starts, rates, times)
    np.testing.assert_allclose(times, expected, rtol=1e-12)
    assert np.all(np.diff(times) >= 0)


def test_what_is_never_reached_is_infinite() -> None:
    """A rate of zero lasts; a pause in enrollment only delays."""
    times = vector([0.0, 1.0, 2.0, 3.0]).copy()
    reach_counts(vector([0, 2, 5]), vector([1, 0, 0.5]), times)
    assert times.tolist() == [0.0, 1.0, 2.0, 7.0]
    nobody = vector([0.0, 1.0]).copy()
    reach_counts(vector([0]), vector([0]), nobody)
    assert nobody.tolist() == [0.0, np.inf]
