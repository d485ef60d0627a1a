"""Counting by moment and kind, once more: every row placed on its moment, then counted there."""

import numpy as np
import pytest

from equipoise.kernel.risk_sets import moments
from equipoise.kernel.tally import tally

SIZE = 300


def times(world, rng):
    """Days, days far apart, real numbers, near-ties, and large times."""
    days = rng.integers(1, 60, SIZE).astype(float)
    match world:
        case "days":
            return days
        case "sparse":
            return days * 1e6
        case "real":
            return rng.exponential(size=SIZE)
        case "near-ties":
            return days / 10 + rng.choice([0.0, 1e-12, 4e-9, 2.5e-8], SIZE)
        case _:
            return days * 1e9 + rng.choice([0.0, 0.25, 1.0], SIZE)


@pytest.mark.parametrize("world", ["days", "sparse", "real", "near-ties", "large"])
@pytest.mark.parametrize("kinds", [2, 3, 9, 300])  # 300 are too many for a label
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_row_by_row(world, kinds, late, seed):
    rng = np.random.default_rng(seed)
    time, kind = times(world, rng), rng.integers(0, kinds, SIZE)
    entry = time * rng.choice([0.0, 0.5, 1.0], SIZE) if late else None
    counted, placed = tally(time, kind, kinds, entry), moments(time, entry)
    first = np.zeros(SIZE, int) if placed.first is None else placed.first
    left, joined = np.zeros((2, kinds, placed.time.size), int)
    for row in range(SIZE):
        if first[row] <= placed.exit[row]:
            left[kind[row], placed.exit[row]] += 1
            joined[kind[row], first[row]] += 1
    assert counted.time.tolist() == placed.time.tolist()
    assert counted.left.tolist() == left.tolist()
    assert counted.joined.tolist() == joined[:, : counted.joined.shape[1]].tolist()
    assert not joined[:, counted.joined.shape[1] :].any()


def test_near_ties_are_near_ties():
    near = times("near-ties", np.random.default_rng(0))
    assert moments(near).time.size < np.unique(near).size
