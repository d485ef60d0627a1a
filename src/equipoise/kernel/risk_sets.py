"""Who is at risk when: the one pass that Kaplan-Meier, log-rank and Cox all rest on.

A row is at risk at t when  entry < t ≤ exit.  A censoring at t counts as after an event
at t.  Time is cut into its distinct exit times, the *moments* t_0 < t_1 < ...; a row is then
three whole numbers: the first moment it is at risk at, the moment it leaves, and how.

Times that differ only by floating-point noise are one moment, the first of them (the rule
stands in `ordering`).  Whole numbers are exact and never merged.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Vector, frozen, frozen_codes
from equipoise.kernel.compiling import compiled
from equipoise.kernel.ordering import few_days, survey, tie_threshold


@dataclass(frozen=True, slots=True)
class Moments:
    """Rows placed on the distinct exit times."""

    time: Vector  # distinct exit times, ascending
    exit: Codes  # row → the moment it leaves
    first: Codes | None  # row → first moment it is at risk at (may be exit + 1: never)


def moments(time: Vector, entry: Vector | None = None) -> Moments:
    """Place rows on the distinct exit times, near-ties merged.

    >>> moments(np.array([0.1 + 0.2, 0.3, 1.0])).exit.tolist()
    [0, 0, 1]
    """
    none, time = np.empty(0), writable(time)
    whole, low, high, _ = survey(time)
    if entry is not None:
        entry = writable(entry)
        whole = whole and survey(entry)[0]
    if whole and few_days(low, high, time.size):
        found, leave, join = _place_days(
            time, none if entry is None else entry, low, int(high - low) + 1
        )
    else:
        together = time if entry is None else np.concatenate([time, entry])
        order = np.argsort(together)
        ordered = together[order]
        threshold = 0.0 if whole else tie_threshold(ordered)
        found, leave, join = _place_sorted(ordered, order, time.size, threshold)
    first = None if entry is None else frozen_codes(join)
    return Moments(frozen(found), frozen_codes(leave), first)


def writable(time: Vector) -> Vector:
    """Give times in the one layout that the loops are compiled for; a copy only where needed."""
    return time if time.flags.carray else np.require(time, np.float64, ["C", "W"])


@compiled
def _place_days(time: Vector, entry: Vector, low: float, days: int) -> tuple[Vector, Codes, Codes]:
    """Number the days that somebody leaves on, by a table of days."""
    number = np.zeros(days + 1, np.int64)  # day + 1 → moments up to and including the day
    for t in time:
        number[np.int64(t - low) + 1] = 1
    found = np.empty(number.sum())
    for day in range(days):
        if number[day + 1]:
            found[number[day]] = low + day
        number[day + 1] += number[day]
    leave = np.empty(time.size, np.int64)
    for i in range(time.size):
        leave[i] = number[np.int64(time[i] - low)]
    join = np.empty(entry.size, np.int64)
    for i in range(entry.size):
        join[i] = number[np.int64(min(max(entry[i] - low, -1.0), days - 1.0)) + 1]
    return found, leave, join


@compiled
def _place_sorted(
    ordered: Vector, order: Codes, exits: int, threshold: float
) -> tuple[Vector, Codes, Codes]:
    """Number the moments along the order of time; rows from `exits` on are entries."""
    size = order.size
    found = np.empty(exits)
    leave, join = np.empty(exits, np.int64), np.empty(size - exits, np.int64)
    count, start = 0, 0
    while start < size:
        stop, is_exit = start + 1, order[start] < exits
        while stop < size and ordered[stop] - ordered[stop - 1] <= threshold:
            is_exit |= order[stop] < exits
            stop += 1
        if is_exit:
            found[count] = ordered[start]
        for i in range(start, stop):
            if order[i] < exits:
                leave[order[i]] = count
            else:
                join[order[i] - exits] = count + is_exit
        count += is_exit
        start = stop
    return found[:count].copy(), leave, join
