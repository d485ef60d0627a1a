"""Where each row of a Cox model sits: the cells in which events happen.

Only moments with an event matter to the partial likelihood.  Within each stratum they are
numbered in time; before them stands a cell without events.  A row is at risk in the cells

    before < cell ≤ exit

of its stratum, and a row that ends in an event has its exit cell for itself and its ties.
So strata, left truncation and censoring become whole numbers, in memory of the order of
rows plus moments, whatever the number of strata.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, frozen_codes
from equipoise.kernel.compiling import compiled
from equipoise.kernel.risk_sets import Moments

EMPTY = frozen_codes(np.empty(0, dtype=np.int64))
Scalar = TypeVar("Scalar", np.int64, np.float64, np.bool_)
DENSE = 4  # a table of strata x moments may hold this many entries per row


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows placed on the event moments of their strata."""

    place: Codes  # row → twice the last event cell it is at risk in, plus one for an event
    before: Codes | None  # row → the cell before the first it is at risk in; None: no late entry
    start: Codes  # stratum → its cell without events; one more at the end
    moment: Codes  # cell → index of its moment; -1 for the cell without events
    events: Codes  # cell → rows that end in an event there

    @property
    def stratum(self) -> Codes:
        """Cell → stratum."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))


def cells(moments: Moments, event: Flags, stratum: Codes | None) -> Cells:
    """Number the event moments of every stratum, and place the rows on them."""
    leave, died = read_only(moments.exit), read_only(event)
    size = int(moments.time.size)
    own = read_only(np.zeros(leave.size, dtype=np.int64) if stratum is None else stratum)
    strata = 1 if stratum is None else int(own.max()) + 1
    if strata * size <= DENSE * leave.size + 1024:
        placed = _by_table(leave, died, own, strata, size)
    else:
        by_moment = frozen_codes(counting_order(leave, size, EMPTY))
        placed = _by_order(leave, died, own, strata, counting_order(own, strata, by_moment))
    place, start, moment, events = map(frozen_codes, placed)
    before = None
    if moments.first is not None:
        before = frozen_codes(_before(read_only(moments.first), own, start, moment))
    return Cells(place, before, start, moment, events)


def read_only(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Give a contiguous view that cannot be written to: compiled code then has one kind to meet."""
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view


@compiled
def _by_table(
    exit_moment: Codes, event: Flags, stratum: Codes, strata: int, size: int
) -> tuple[Codes, Codes, Codes, Codes]:
    """Look cells up in a table of strata x moments."""
    table = np.zeros(strata * size, np.int64)
    for i in range(exit_moment.size):
        table[stratum[i] * size + exit_moment[i]] += event[i]
    count = strata
    for deaths in table:
        if deaths > 0:
            count += 1
    start = np.empty(strata + 1, np.int64)
    moment = np.empty(count, np.int64)
    events = np.empty(count, np.int64)
    cell = -1
    for s in range(strata):
        cell += 1
        start[s], moment[cell], events[cell] = cell, -1, 0
        for m in range(size):
            here = s * size + m
            if table[here] > 0:
                cell += 1
                moment[cell] = m
                events[cell] = table[here]
            table[here] = cell
    start[strata] = count
    place = np.empty(exit_moment.size, np.int64)
    for i in range(exit_moment.size):
        place[i] = 2 * table[stratum[i] * size + exit_moment[i]] + event[i]
    return place, start, moment, events


@compiled
def _by_order(
    exit_moment: Codes, event: Flags, stratum: Codes, strata: int, order: Codes
) -> tuple[Codes, Codes, Codes, Codes]:
    """Walk the rows in the order of stratum and moment."""
    place = np.empty(exit_moment.size, np.int64)
    start = np.empty(strata + 1, np.int64)
    count = strata
    for died in event:
        count += died
    moment, events = np.empty(count, np.int64), np.empty(count, np.int64)
    cell, seen, i = -1, -1, 0
    while i < order.size:
        row = order[i]
        while seen < stratum[row]:  # strata may be empty
            seen += 1
            cell += 1
            start[seen], moment[cell], events[cell] = cell, -1, 0
        last, deaths = i, 0
        while (
            last < order.size
            and stratum[order[last]] == seen
            and exit_moment[order[last]] == exit_moment[row]
        ):
            deaths += event[order[last]]
            last += 1
        if deaths > 0:
            cell += 1
            moment[cell] = exit_moment[row]
            events[cell] = deaths
        for j in range(i, last):
            place[order[j]] = 2 * cell + event[order[j]]
        i = last
    while seen < strata - 1:
        seen += 1
        cell += 1
        start[seen], moment[cell], events[cell] = cell, -1, 0
    start[strata] = cell + 1
    return place, start, moment[: cell + 1].copy(), events[: cell + 1].copy()


@compiled
def _before(first: Codes, stratum: Codes, start: Codes, moment: Codes) -> Codes:
    """Find the last event cell earlier than each row's first moment at risk, by bisection."""
    before = np.empty(first.size, np.int64)
    for i in range(first.size):
        low, high = start[stratum[i]], start[stratum[i] + 1] - 1
        while low < high:  # moment[low] < first throughout: the cell without events has -1
            middle = (low + high + 1) // 2
            if moment[middle] < first[i]:
                low = middle
            else:
                high = middle - 1
        before[i] = low
    return before


@compiled
def counting_order(code: Codes, size: int, order: Codes) -> Codes:
    """Order rows by a small whole number, ties in the order given (their own where empty)."""
    position = np.zeros(size + 1, np.int64)
    for value in code:
        position[value + 1] += 1
    for j in range(size):
        position[j + 1] += position[j]
    result = np.empty(code.size, np.int64)
    for i in range(code.size):
        row = order[i] if order.size else i
        result[position[code[row]]] = row
        position[code[row]] += 1
    return result
