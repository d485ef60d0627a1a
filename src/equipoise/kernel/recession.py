"""Whether the partial likelihood climbs for ever in a direction v, read off the data.

It does, exactly when no one at risk at an event ever had a larger vᵀx than those who had the
event:  max over the risk set of vᵀx  ≤  min over the events of vᵀx,  at every event time
(Jacobsen 1989).  The largest score of each risk set is found by painting the cells each row
is at risk in, rows with the largest scores first, every cell once.
"""

import numpy as np
from numba import njit

from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.cox_records import Records

SMALL = 1e-4  # parts of a direction below this share of the largest are still converging


def recedes(records: Records, direction: Vector, slack: float) -> bool:
    """Tell whether the likelihood has no maximum along `direction`.

    Scores count as equal within `slack` of their range: Newton's direction is near, not exact.
    """
    kept = np.where(np.abs(direction) >= SMALL * np.abs(direction).max(), direction, 0.0)
    score = kept @ records.design
    largest = _largest_at_risk(
        np.argsort(-score), score, records.place, records.before, records.start
    )
    event = (records.place & 1) == 1
    lowest = np.full(largest.size, np.inf)
    np.minimum.at(lowest, records.place[event] >> 1, score[event])
    here = np.isfinite(lowest)
    return bool((largest[here] <= lowest[here] + slack * np.ptp(score)).all())


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _largest_at_risk(
    order: Codes, score: Vector, place: Codes, before: Codes, start: Codes
) -> Vector:
    """Paint each cell with the largest score of a row at risk in it."""
    cells = start[-1]
    origin = np.empty(cells, dtype=np.int64)
    for s in range(start.size - 1):
        origin[start[s] : start[s + 1]] = start[s]
    largest = np.full(cells, -np.inf)
    bare = np.arange(cells + 1)  # cell → a cell at or after it that may still be unpainted
    for row in order:
        last = place[row] >> 1
        cell = (before[row] if before.size else origin[last]) + 1
        while cell <= last:
            while bare[cell] != cell:
                bare[cell] = bare[bare[cell]]
                cell = bare[cell]
            if cell > last:
                break
            largest[cell] = score[row]
            bare[cell] = cell + 1
            cell += 1
    return largest
