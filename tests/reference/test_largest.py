"""Where the largest of several normals falls, against R's mvtnorm."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.kernel.bivariate_normal import bivariate
from equipoise.kernel.largest import Normals, density_of_largest, largest_within

GIVEN = json.loads((Path(__file__).parent / "largest.json").read_text(encoding="utf-8"))
CORRELATION = np.array(GIVEN["correlation"])
LAST = 2.104  # the limit of the tests of the last look
NOBODY = np.zeros(0, dtype=np.int64)


@pytest.mark.parametrize("case", GIVEN["cases"], ids=[case["id"] for case in GIVEN["cases"]])
def test_rectangles(case):
    places, upper = np.array(case["places"]), np.array(case["upper"])
    normals = Normals(np.array(case["mean"]), CORRELATION[np.ix_(places, places)])
    largest = np.flatnonzero(upper == LAST)
    others = np.flatnonzero(upper != LAST)
    ours = largest_within(normals, largest, (-np.inf, LAST), others, upper[others], points=16381)
    assert ours.value == pytest.approx(case["expected"], abs=case["tolerance"]["value"])
    assert ours.error <= case["tolerance"]["value"]


def test_two_correlated_normals():
    """mvtnorm 1.1.3, TVPACK: upper (1, -0.5), correlation -0.7."""
    assert bivariate(np.array([1.0]), np.array([-0.5]), -0.7)[0] == pytest.approx(
        0.187048933981265, abs=1e-15
    )


@pytest.mark.parametrize("size", [2, 3, 5])
def test_inside_and_outside_add_up(size):
    """The chances below, within and above two limits add up to one."""
    normals = Normals(np.linspace(-0.5, 1.0, size), CORRELATION[:size, :size])
    everyone = np.arange(size)
    parts = [
        largest_within(normals, everyone, interval, NOBODY, np.zeros(0))
        for interval in ((-np.inf, 0.3), (0.3, 1.7), (1.7, np.inf))
    ]
    error = 1e-13 + 6.0 * sum(part.error for part in parts)
    assert sum(part.value for part in parts) == pytest.approx(1.0, abs=error)


def test_density_is_the_slope():
    normals = Normals(np.array([0.2, 0.4, 1.0]), CORRELATION[:3, :3])
    now, before = np.array([1, 2]), np.array([0])
    steps = [
        largest_within(normals, now, (-np.inf, 1.0 + h), before, np.array([0.9])).value
        for h in (-1e-4, 1e-4)
    ]
    slope = (steps[1] - steps[0]) / 2e-4
    density = density_of_largest(normals, now, 1.0, before, np.array([0.9]))
    assert density == pytest.approx(slope, rel=1e-7)


def test_one_that_is_the_sum_of_two_others():
    """Z₃ = a (Z₁ + Z₂): the limits of all three cut the plane of two, summed over a fine grid."""
    a = np.sqrt(0.5)
    correlation = np.array([[1, 0, a], [0, 1, a], [a, a, 1]])
    ours = largest_within(
        Normals(np.zeros(3), correlation), np.arange(3), (-np.inf, 1.2), NOBODY, np.zeros(0)
    )
    step = 0.002
    grid = np.arange(-8, 8, step) + step / 2
    mass = np.exp(-(grid**2) / 2) * step / np.sqrt(2 * np.pi)
    kept = (grid <= 1.2) * mass
    reached = np.searchsorted(grid, 1.2 / a - grid)
    slow = kept @ np.concatenate([[0.0], np.cumsum(kept)])[reached]
    assert ours.value == pytest.approx(slow, abs=5e-4)
    assert ours.error == 0.0
