"""Look at one trial again and again: patients are put in order of time once, not at every look.

At a look, the follow-up of a patient has either ended (by an event, a loss) or is cut off:

    ended     at its own time, the same at every look: put in order once, before the first look
    cut off   at c - entry: in order already, that of entry reversed

so that the risk sets of a look come from merging two streams that are in order.  Times are
carried as whole numbers of the same order (a float's bits), the lowest two of which say whether
it is an event and in which of two groups.  One stratum is in hand at a time.

`ended` has a place before and after its rows for sentinels; so has `cut_off`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import borrowing, within_loops

Stamps = NDArray[np.int64]  # a time of 0 or more, its lowest bits a label
EVENT, SECOND = np.int64(1), np.int64(2)  # labels: an event; the second group
LABELS = np.int64(3)
TIME = np.int64(~3)
BEFORE, AFTER = np.int64(-1), np.int64(0x7FEFFFFFFFFFFFFF)  # sentinels
BUCKETS = 256
CROWD = 48  # rows in one bucket from which it is better to sort them all
ONE = np.uint64(1)


class OrderRoom(NamedTuple):
    """What one ordering after the other works in."""

    stamp: Stamps  # (rows,)
    until: Vector  # (rows,)
    bucket: NDArray[np.uint32]  # (rows,)
    counts: NDArray[np.uint32]  # (buckets,)


def room_for_order(rows: int) -> OrderRoom:
    """Make room for ordering so many rows; about one bucket a row, within limits."""
    buckets = BUCKETS
    while buckets < rows and buckets < 65536:  # noqa: PLR2004 - what fits into fast memory
        buckets *= 2
    return OrderRoom(
        np.zeros(rows, np.int64),
        np.zeros(rows),
        np.zeros(rows, np.uint32),
        np.zeros(buckets, np.uint32),
    )


@borrowing
def order_ended(
    own: Vector,
    until: Vector,
    label: Stamps,
    last: float,
    typical: float,
    room: OrderRoom,
    ended: Stamps,
    ended_by: Vector,
) -> int:
    """Put in order of own time whose follow-up ends by calendar time `last`; give how many.

    Counted into buckets of t / (t + typical), then finished by insertion.

    Args:
        own: (rows,) follow-up, were it never cut.
        until: (rows,) calendar time at which it ends.
        label: (rows,) `EVENT` and `SECOND`, or 0.
        last: calendar time of the last look.
        typical: a time; changes how long this takes, not the answer.
        room: of `room_for_order`.
        ended: (rows + 2,) filled in from place 1.
        ended_by: (rows + 2,) filled in from place 1, with `until`.

    Witness: numpy.sort.
    """
    stamp, kept, bucket, count = room
    rows = np.uint64(0)
    for place in range(own.size):
        stamp[rows] = (np.float64(own[place]).view(np.int64) & TIME) | label[place]
        kept[rows] = until[place]
        rows += np.uint64(until[place] <= last)
    size = int(np.int64(rows))
    buckets, most = np.float64(count.size), np.float64(count.size - 1)
    for place in range(size):
        time = np.int64(stamp[place]).view(np.float64)
        bucket[place] = np.uint32(min(buckets * (time / (time + typical)), most))
    count[:] = 0
    for place in range(size):
        count[bucket[place]] += np.uint32(1)
    start, crowd = np.uint32(1), np.uint32(0)
    for each in range(count.size):
        here = count[each]
        count[each] = start
        crowd = max(crowd, here)
        start += here
    if crowd > CROWD:
        _order_all(stamp[:size], kept, ended, ended_by)
        return size
    for place in range(size):
        mine = count[bucket[place]]
        count[bucket[place]] = mine + np.uint32(1)
        ended[mine], ended_by[mine] = stamp[place], kept[place]
    _finish_by_insertion(size, ended, ended_by)
    return size


@within_loops
def _order_all(stamp: Stamps, kept: Vector, ended: Stamps, ended_by: Vector) -> None:
    """Sort them all, where one bucket holds a crowd."""
    order = np.argsort(stamp)
    for place in range(stamp.size):
        ended[place + 1], ended_by[place + 1] = stamp[order[place]], kept[order[place]]


@borrowing
def _finish_by_insertion(size: int, ended: Stamps, ended_by: Vector) -> None:
    """Put in order rows that are almost in order; place 0 holds a sentinel."""
    ended[0] = BEFORE
    for place in range(2, size + 1):
        stamp = ended[place]
        if ended[place - 1] > stamp:
            until, other = ended_by[place], place
            while ended[other - 1] > stamp:
                ended[other], ended_by[other] = ended[other - 1], ended_by[other - 1]
                other -= 1
            ended[other], ended_by[other] = stamp, until


class Streams(NamedTuple):
    """How many rows the two streams of a look have."""

    ended: int
    cut_off: int
    second: int  # of both, in the second group
    events: int
    events_second: int


@borrowing
def cut_streams(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    size: int,
    at: float,
    lag: float,
    entry: Vector,
    until: Vector,
    label: Stamps,
    ended: Stamps,
    ended_by: Vector,
    cut_off: Stamps,
) -> Streams:
    """Cut the trial at calendar time `at`: keep of `ended` what had ended, and write the others.

    Looks must come in order from the last to the first, since `ended` loses what comes later.

    Args:
        size: rows of `ended`.
        at: calendar time of the look.
        lag: of the database: follow-up is known until `at` - `lag`.
        entry: (rows,) ascending, of the patients entered by then.
        until: (rows,) of `order_ended`.
        label: (rows,) of `order_ended`.
        ended: of `order_ended`; shortened.
        ended_by: of `order_ended`; shortened.
        cut_off: (rows + 2,) filled in from place 1.

    Witness: numpy.sort.
    """
    rows, late, horizon = ONE, ONE, at - lag
    for place in range(1, size + 1):
        by = ended_by[np.uint64(place)]
        ended[rows], ended_by[rows] = ended[np.uint64(place)], by
        rows += np.uint64(by <= at)
    for back in range(1, entry.size + 1):
        last_in = np.uint64(entry.size - back)
        followed = np.float64(horizon - entry[last_in]).view(np.int64)
        cut_off[late] = (followed & TIME) | (label[last_in] & SECOND)
        late += np.uint64(until[last_in] > at)
    second = events = events_second = 0
    for row in range(entry.size):
        second += int((label[row] >> 1) & EVENT)
    for row in range(1, np.int64(rows)):
        stamp = ended[row]
        events += int(stamp & EVENT)
        events_second += int(stamp & (stamp >> 1) & EVENT)
    ended[0], ended[rows] = BEFORE, AFTER
    cut_off[0], cut_off[late] = BEFORE, AFTER
    return Streams(int(np.int64(rows)) - 1, int(np.int64(late)) - 1, second, events, events_second)
