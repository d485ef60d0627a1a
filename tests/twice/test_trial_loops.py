"""What one trial's loops count, against sorting it anew."""

import numpy as np
import pytest

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.log_rank import log_rank_of_trial
from equipoise.kernel.trial_merge import log_rank_of_streams, reciprocals
from equipoise.kernel.trial_selection import SelectionRoom, order_statistics, room_for_selection
from equipoise.kernel.trial_streams import (
    OrderRoom,
    Stamps,
    Streams,
    cut_streams,
    order_ended,
    room_for_order,
)

RANKS = np.array([1, 3, 3, 7, 40], dtype=np.int64)


@compiled
def selected(values: Vector, reach: float, room: SelectionRoom, out: Vector) -> None:
    """Call the selection, which can only be called by compiled code."""
    order_statistics(values, values.size, RANKS, reach, room, out)


@compiled
def looked_at(
    entry: Vector,
    own: Vector,
    label: Stamps,
    looks: Vector,
    typical: float,
    order: OrderRoom,
    reciprocal: Vector,
) -> Vector:
    """Give U and V of each look, from the last to the first."""
    ended, by = np.zeros(own.size + 2, np.int64), np.zeros(own.size + 2)
    late, until = np.zeros(own.size + 2, np.int64), entry + own
    found = np.empty((looks.size, 4))
    size = order_ended(own, until, label, looks[-1], typical, order, ended, by)
    for k in range(looks.size - 1, -1, -1):
        n = np.searchsorted(entry, looks[k], side="right")
        streams = cut_streams(size, looks[k], 0.0, entry[:n], until[:n], label[:n], ended, by, late)
        size = streams.ended
        score, variance, _ = log_rank_of_streams(ended, late, Streams(*streams), reciprocal)
        found[k, 0], found[k, 1] = score, variance
        found[k, 2], found[k, 3] = streams.events, streams.events_second
    return found


@pytest.mark.parametrize("reach", [1e-3, 1.0, 50.0, 1e6])
@pytest.mark.parametrize("size", [0, 1, 2, 39, 40, 500])
def test_order_statistics_are_those_of_a_sort(size: int, reach: float) -> None:
    """Whatever the guess of how far they reach, and where there are too few."""
    values = np.random.default_rng(size).exponential(20.0, size)
    out = np.empty(RANKS.size)
    selected(values, reach, room_for_selection(size), out)
    padded = np.append(np.sort(values), np.full(50, np.inf))
    assert out.tolist() == padded[RANKS - 1].tolist()


@pytest.mark.parametrize("typical", [1e-9, 1.0, 20.0, 1e9])
@pytest.mark.parametrize("size", [1, 2, 3, 50, 1000])
def test_each_look_is_the_log_rank_test_of_its_rows(size: int, typical: float) -> None:
    """Cut anew, sorted anew: to a few units in the last place, whatever time is typical."""
    chosen = np.random.default_rng(size)
    entry = np.sort(chosen.uniform(0, 40, size))
    own, event = chosen.exponential(20, size), chosen.random(size) < 0.8
    group = chosen.integers(0, 2, size)
    looks = np.array([15.0, 30.0, 60.0])
    label = event.astype(np.int64) | group << 1
    found = looked_at(entry, own, label, looks, typical, room_for_order(size), reciprocals(size))
    for k, at in enumerate(looks):
        inside = entry <= at
        time = np.minimum(own, at - entry)[inside]
        seen = (event & (entry + own <= at))[inside]
        if not time.size:
            assert found[k].tolist() == [0, 0, 0, 0]
            continue
        observed, expected, covariance, _ = log_rank_of_trial(
            time, seen, group[inside], np.empty(0, np.int64), 2, 1, np.zeros(1), np.zeros(1)
        )
        assert found[k, 0] == pytest.approx(expected[0, 1] - observed[0, 1], abs=1e-10)
        assert found[k, 1] == pytest.approx(covariance[0, 0, 1, 1], abs=1e-10)
        assert found[k, 2:].tolist() == [seen.sum(), (seen & (group[inside] == 1)).sum()]
