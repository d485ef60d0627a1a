"""The risk sets of one look, by merging two streams that are in order (see `trial_streams`).

The row at place j of n has n - j + 1 at risk: only the second group's share n₁ / n must be
counted along.  The log-rank sums

    U = Σ_events (n₁ / n - [second group]),    V = Σ_events n₁ / n (1 - n₁ / n)

are made from both ends at once, which a processor does side by side.  Times closer than the
tolerance of `ordering` are one moment; that is rare, and found by the smallest gap before an
event: such a look is counted again with care.
"""

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import borrowing
from equipoise.kernel.ordering import TIE_TOLERANCE
from equipoise.kernel.trial_streams import EVENT, TIME, Stamps, Streams

ONE = np.uint64(1)
FAR = 1e300  # added to gaps before what is no event


def reciprocals(size: int) -> Vector:
    """Give 1 / n for n = 0 ... size (0 for n = 0)."""
    return np.concatenate([[0.0], 1.0 / np.arange(1.0, size + 1.0)])


@borrowing
def log_rank_of_streams(
    ended: Stamps, cut_off: Stamps, streams: Streams, reciprocal: Vector
) -> tuple[float, float, float]:
    """Give U, V and the smallest gap before an event, taking no two times as one.

    Witness: `log_rank.log_rank_of_trial`.
    """
    rows = np.uint64(streams.ended + streams.cut_off)
    half = rows >> ONE
    i, j = np.uint64(1), np.uint64(1)
    k, m = np.uint64(streams.ended), np.uint64(streams.cut_off)
    ahead, behind = streams.second, np.int64(0)
    expected = squares = later_expected = later_squares = 0.0
    gap, later_gap, before, after, late = np.inf, np.inf, -np.inf, np.inf, 0.0
    for place in range(half):
        one, other = ended[i], cut_off[j]
        first = one < other
        stamp = one if first else other
        i += np.uint64(first)
        j += ONE - np.uint64(first)
        share, event = ahead * reciprocal[rows - np.uint64(place)], np.float64(stamp & EVENT)
        share *= event
        expected += share
        squares += share * share
        ahead -= (stamp >> 1) & EVENT
        time = np.int64(stamp).view(np.float64)
        gap = min(gap, time - before + (1.0 - event) * FAR)
        before = time

        one, other = ended[k], cut_off[m]
        last = one > other
        stamp = one if last else other
        k -= np.uint64(last)
        m -= ONE - np.uint64(last)
        behind += (stamp >> 1) & EVENT
        share, event = behind * reciprocal[np.uint64(place) + ONE], np.float64(stamp & EVENT)
        share *= event
        later_expected += share
        later_squares += share * share
        time = np.int64(stamp).view(np.float64)
        later_gap = min(later_gap, after - time + (1.0 - late) * FAR)
        after, late = time, event
    if rows & ONE:
        stamp = min(ended[i], cut_off[j])
        share, event = ahead * reciprocal[half + ONE], np.float64(stamp & EVENT)
        share *= event
        expected += share
        squares += share * share
        time = np.int64(stamp).view(np.float64)
        gap = min(gap, time - before + (1.0 - event) * FAR)
        before = time
    later_gap = min(later_gap, after - before + (1.0 - late) * FAR)
    both = expected + later_expected
    return both - streams.events_second, both - (squares + later_squares), min(gap, later_gap)


@borrowing
def merge_streams(ended: Stamps, cut_off: Stamps, rows: int, merged: Stamps) -> None:
    """Write both streams in order of time."""
    i, j = np.uint64(1), np.uint64(1)
    for place in range(rows):
        one, other = ended[i], cut_off[j]
        first = one < other
        merged[place] = one if first else other
        i += np.uint64(first)
        j += ONE - np.uint64(first)


@borrowing
def moments_in_order(
    merged: Stamps,
    rows: int,
    second: int,
    tolerance: float,
    found: int,
    time: Vector,
    deaths: Matrix,
    at_risk: Matrix,
) -> tuple[int, float]:
    """Count events and numbers at risk of one stratum, from place `found` on.

    Times within `tolerance` of the one before are one moment; with 0, or less than every gap,
    every event is a moment of its own.  Gives one past the last moment, and the smallest gap
    before an event.

    Args:
        merged: of `merge_streams`.
        rows: how many there are.
        second: how many of them are of the second group.
        tolerance: in units of time; negative: no two times are one.
        found: moments written before.
        time: (moments,) filled in.
        deaths: (moments, 2) filled in.
        at_risk: (moments, 2) filled in.

    Witness: `simulate.statistics_moments.count_moments`.
    """
    if tolerance >= 0.0:
        return _moments_with_ties(merged, rows, second, tolerance, found, time, deaths, at_risk)
    at, gap, before = np.uint64(found), np.inf, -np.inf
    ahead = second
    for place in range(rows):
        stamp = merged[place]
        group, event = (stamp >> 1) & EVENT, stamp & EVENT
        now = np.int64(stamp & TIME).view(np.float64)
        time[at] = now
        deaths[at, 0], deaths[at, 1] = 1 - group, group
        at_risk[at, 0], at_risk[at, 1] = rows - place - ahead, ahead
        at += np.uint64(event)
        ahead -= group
        gap = min(gap, now - before + (1 - event) * FAR)
        before = now
    return int(np.int64(at)), gap


@borrowing
def _moments_with_ties(
    merged: Stamps,
    rows: int,
    second: int,
    tolerance: float,
    found: int,
    time: Vector,
    deaths: Matrix,
    at_risk: Matrix,
) -> tuple[int, float]:
    """Count with care: rows one after the other within the tolerance are one moment."""
    start = 0
    while start < rows:
        first = now = np.int64(merged[start] & TIME).view(np.float64)
        stop, events, events_second, leaving = start, 0, 0, 0
        while stop < rows:
            stamp = merged[stop]
            later = np.int64(stamp & TIME).view(np.float64)
            if later - now > tolerance:
                break
            now, stop = later, stop + 1
            group, event = (stamp >> 1) & EVENT, stamp & EVENT
            events, events_second = events + event, events_second + (event & group)
            leaving += group
        if events:
            time[found] = first
            deaths[found, 0], deaths[found, 1] = events - events_second, events_second
            at_risk[found, 0], at_risk[found, 1] = rows - start - second, second
            found += 1
        second -= leaving
        start = stop
    return found, np.inf


@borrowing
def tie_tolerance(merged: Stamps, rows: int) -> float:
    """Give within what times of these rows are one: relative to the mean of distinct times."""
    total, distinct, before = 0.0, 0, np.int64(-1)
    for place in range(rows):
        stamp = merged[place] & TIME
        if stamp != before:
            total += np.int64(stamp).view(np.float64)
            distinct += 1
        before = stamp
    return TIE_TOLERANCE * max(1.0, total / max(distinct, 1))
