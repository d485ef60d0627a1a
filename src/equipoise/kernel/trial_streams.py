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
from equipoise.kernel.bits import bits_in
from equipoise.kernel.compiling import borrowing

Stamps = NDArray[np.int64]  # a time of 0 or more, its lowest bits a label
Words = NDArray[np.uint64]
EVENT, SECOND = np.int64(1), np.int64(2)  # labels: an event; the second group
LABELS = np.int64(3)
TIME = np.int64(~3)
BEFORE, AFTER = np.int64(-1), np.int64(0x7FEFFFFFFFFFFFFF)  # sentinels
OCTAVES = 8  # doublings of time that have buckets, half of them below a typical time
FRACTION = 52  # bits of a float below its exponent
WORD = 6  # bits that number the bits of a word
WITHIN = np.uint64(63)
PROBES = 4  # a row, from which it is better to sort them all
ONE = np.uint64(1)


class OrderRoom(NamedTuple):
    """What one ordering after the other works in."""

    stamp: Stamps  # (rows,)
    until: Vector  # (rows,)
    bucket: NDArray[np.uint32]  # (rows,)
    taken: Words  # (buckets / 64 and a row's bit each,) a bit a bucket
    before: Words  # (buckets / 64,) the place of the first row of each word
    finer: int  # log2 of the buckets an octave


def room_for_order(rows: int) -> OrderRoom:
    """Make room for ordering so many rows; some 16 buckets a row, so that few share one."""
    finer = 4
    while OCTAVES << finer < 16 * rows:
        finer += 1
    words = (OCTAVES << finer >> WORD) + (rows >> WORD) + 1
    return OrderRoom(
        np.zeros(rows, np.int64),
        np.zeros(rows),
        np.zeros(rows, np.uint32),
        np.zeros(words, np.uint64),
        np.zeros(words, np.uint64),
        finer,
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

    Each takes a bucket of the logarithm of time to itself, or else the next that is free; how
    many are taken before it is its place, but for a few that insertion puts right.

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
    stamp, kept, bucket, taken, before, finer = room
    rows = np.uint64(0)
    for place in range(own.size):
        stamp[rows] = (np.float64(own[place]).view(np.int64) & TIME) | label[place]
        kept[rows] = until[place]
        rows += np.uint64(until[place] <= last)
    size = int(np.int64(rows))
    coarse, most = np.int64(FRACTION - finer), np.int64((OCTAVES << finer) - 1)
    lowest = (np.float64(typical).view(np.int64) >> coarse) - (most >> 1)
    for place in range(size):
        bucket[place] = np.uint32(max(min((stamp[place] >> coarse) - lowest, most), 0))
    if not _take_buckets(size, bucket, taken):
        _order_all(stamp[:size], kept, ended, ended_by)
        return size
    start = ONE
    for each in range(taken.size):
        before[each] = start
        start += bits_in(taken[each])
    for place in range(size):
        mine = np.uint64(bucket[place])
        word, bit = mine >> np.uint64(WORD), ONE << (mine & WITHIN)
        at = before[word] + bits_in(taken[word] & (bit - ONE))
        ended[at], ended_by[at] = stamp[place], kept[place]
    _finish_by_insertion(size, ended, ended_by)
    return size


@borrowing
def _take_buckets(size: int, bucket: NDArray[np.uint32], taken: Words) -> bool:
    """Give every row the first free bucket from its own on; false if they crowd."""
    taken[:] = 0
    probes = PROBES * (size + 16)
    for place in range(size):
        mine = np.uint64(bucket[place])
        word, bit = taken[mine >> np.uint64(WORD)], ONE << (mine & WITHIN)
        if word & bit:
            while word & bit:
                mine += ONE
                probes -= 1
                word, bit = taken[mine >> np.uint64(WORD)], ONE << (mine & WITHIN)
            bucket[place] = np.uint32(mine)
            if probes < 0:
                return False
        taken[mine >> np.uint64(WORD)] = word | bit
    return True


@borrowing
def _order_all(stamp: Stamps, kept: Vector, ended: Stamps, ended_by: Vector) -> None:
    """Sort them all, where one bucket holds a crowd: by insertion at falling distances."""
    distance, size = 1, stamp.size
    while distance < size // 9:
        distance = 3 * distance + 1
    for place in range(size):
        ended[place + 1], ended_by[place + 1] = stamp[place], kept[place]
    while distance > 0:
        for place in range(distance + 1, size + 1):
            one, until, other = ended[place], ended_by[place], place
            while other > distance and ended[other - distance] > one:
                ended[other], ended_by[other] = ended[other - distance], ended_by[other - distance]
                other -= distance
            ended[other], ended_by[other] = one, until
        distance //= 3


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
