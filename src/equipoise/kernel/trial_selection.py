"""When does the n-th event come?  Several order statistics of one trial, without sorting it.

Values are counted into buckets of equal width; only the buckets that hold a wanted rank are
collected, all in one pass, and sorted.  The width is a guess (`reach`, of the trial before): it
changes the time this takes, never the answer.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.compiling import borrowing

BUCKETS = 128
FEW = 24  # values that are sorted by insertion
ONE = np.uint64(1)


class SelectionRoom(NamedTuple):
    """What one selection after the other works in."""

    bucket: NDArray[np.uint32]  # (values,) where each value belongs
    counts: NDArray[np.uint32]  # (buckets,)
    wanted: NDArray[np.uint32]  # (buckets,) 1 where a bucket is collected
    held: Vector  # (values + 1,) what is collected


def room_for_selection(values: int) -> SelectionRoom:
    """Make room for selecting ranks among so many values."""
    return SelectionRoom(
        bucket=np.zeros(values, np.uint32),
        counts=np.zeros(BUCKETS, np.uint32),
        wanted=np.zeros(BUCKETS, np.uint32),
        held=np.zeros(values + 1),
    )


@borrowing
def sort_many(values: Vector) -> None:
    """Sort in place: by insertion at distances that fall to 1 (Shell 1959), quickly compiled."""
    distance = 1
    while distance < values.size // 9:
        distance = 3 * distance + 1
    while distance > 0:
        for place in range(distance, values.size):
            value, other = values[place], place
            while other >= distance and values[other - distance] > value:
                values[other] = values[other - distance]
                other -= distance
            values[other] = value
        distance //= 3


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
    bucket, count, wanted, held = room
    last, per = np.float64(BUCKETS - 1), BUCKETS / reach
    for place in range(size):
        bucket[place] = np.uint32(np.int32(min(values[place] * per, last)))
    count[:], wanted[:] = 0, 0
    for place in range(size):
        count[bucket[place]] += np.uint32(1)
    at, through, kept = -1, 0, 0
    for rank in range(ranks.size):
        out[rank] = np.inf
        if ranks[rank] <= size:
            while through < ranks[rank]:
                at += 1
                through += count[at]
            kept += count[at] * (1 - wanted[at])
            wanted[at] = 1
            out[rank] = kept - 1 - (through - ranks[rank])  # its place in what is collected
    collected = np.uint64(0)
    for place in range(size):
        held[collected] = values[place]
        collected += np.uint64(wanted[bucket[place]])
    sort_few(held[: np.int64(collected)])
    for rank in range(ranks.size):
        if out[rank] < np.inf:
            out[rank] = held[np.int64(out[rank])]
