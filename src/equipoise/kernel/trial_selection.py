"""When does the n-th event come?  Several order statistics of one trial, without sorting it.

Values are counted into buckets of equal width; only the buckets that hold a wanted rank are
collected, all in one pass, and sorted.  The width is a guess (`reach`, of the trial before): it
changes the time this takes, never the answer.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.compiling import borrowing, within_loops

BUCKETS = 128
FEW = 24  # values that are sorted by insertion
ONE = np.uint64(1)


class SelectionRoom(NamedTuple):
    """What one selection after the other works in."""

    bucket: NDArray[np.uint32]  # (values,) where each value belongs
    counts: NDArray[np.uint32]  # (buckets,)
    drawer: NDArray[np.uint64]  # (buckets,) the rank that a bucket is collected for, or none
    filled: NDArray[np.uint64]  # (ranks + 1,) where the next value of each drawer goes
    held: Vector  # ((ranks + 1) × values,) drawer after drawer


def room_for_selection(values: int, ranks: int) -> SelectionRoom:
    """Make room for selecting so many ranks among so many values."""
    return SelectionRoom(
        bucket=np.zeros(values, np.uint32),
        counts=np.zeros(BUCKETS, np.uint32),
        drawer=np.zeros(BUCKETS, np.uint64),
        filled=np.zeros(ranks + 1, np.uint64),
        held=np.zeros((ranks + 1) * max(values, 1)),
    )


@within_loops
def sort_many(values: Vector) -> None:
    """Sort in place."""
    values.sort()


@borrowing
def sort_few(values: Vector) -> None:
    """Sort in place: by insertion where there are few, as a bucket mostly holds.

    Witness: numpy.sort.
    """
    if values.size > FEW:
        sort_many(values)
        return
    for place in range(1, values.size):
        value, other = values[place], place
        while other > 0 and values[other - 1] > value:
            values[other] = values[other - 1]
            other -= 1
        values[other] = value


@borrowing
def order_statistics(
    values: Vector, size: int, ranks: Codes, reach: float, room: SelectionRoom, out: Vector
) -> None:
    """Find the values of these ranks among the first `size`; infinite where there are fewer.

    Args:
        values: finite, 0 or more, in any order.
        size: how many of them count.
        ranks: ascending, from 1.
        reach: about the largest value that matters, above 0.
        room: of `room_for_selection`.
        out: (ranks,) filled in.

    Witness: numpy.sort.
    """
    wanted, width = ranks.size, room.held.size // (ranks.size + 1)
    bucket, count, drawer, filled, held = room
    last, per = np.float64(BUCKETS - 1), BUCKETS / reach
    for place in range(size):
        bucket[place] = np.uint32(min(values[place] * per, last))
    count[:] = 0
    for place in range(size):
        count[bucket[place]] += np.uint32(1)
    drawer[:] = np.uint64(wanted)
    at, through = -1, 0
    for rank in range(wanted):
        filled[rank], out[rank] = np.uint64(rank * width), np.inf
        if ranks[rank] <= size:
            while through < ranks[rank]:
                at += 1
                through += count[at]
            drawer[at] = min(drawer[at], np.uint64(rank))
            out[rank] = at
    filled[wanted] = np.uint64(wanted * width)
    for place in range(size):
        mine = drawer[bucket[place]]
        held[filled[mine]] = values[place]
        filled[mine] += ONE
    _read_drawers(ranks, width, room, out)


@borrowing
def _read_drawers(ranks: Codes, width: int, room: SelectionRoom, out: Vector) -> None:
    """Sort what was collected, and replace buckets by the values of their ranks."""
    below, at = 0, 0
    for rank in range(ranks.size):
        start = rank * width
        sort_few(room.held[start : np.int64(room.filled[rank])])
        if out[rank] < np.inf:
            here = np.int64(out[rank])
            while at < here:
                below += room.counts[at]
                at += 1
            drawer = np.int64(room.drawer[here])
            out[rank] = room.held[drawer * width + ranks[rank] - 1 - below]
