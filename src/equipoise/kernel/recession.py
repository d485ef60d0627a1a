"""Whether the partial likelihood climbs for ever in a direction v, read off the data.

It does, exactly when no one at risk at an event ever had a larger vᵀx than those who had the
event:  max over the risk set of vᵀx  ≤  min over the events of vᵀx,  at every event time, and
somewhere less (Jacobsen 1989).  The largest score of each risk set is found by painting the
cells each row is at risk in, rows with the largest scores first, every cell once.

Newton's own direction usually passes.  Where it does not, a linear program looks for one that
does, told only of the comparisons that earlier answers failed (Kelley 1960).
"""

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.cox_records import Records

SMALL = 1e-4  # parts of a direction below this share of the largest are still converging
NEAR, EXACT = 1e-3, 1e-9  # shares of the range of scores that count as equal
ROUNDS = 500


def infinite_along(records: Records, step: Vector) -> Flags | None:
    """Name the coefficients that a flat step sends to infinity; None if it does not.

    Scores within 1e-3 of their range count as equal, for the step is near a direction only:
    to be asked where the likelihood has stopped rising while β moves.
    """
    if not step.any():
        return None
    moving = np.abs(step) >= SMALL * np.abs(step).max()
    below, _ = _outdone(records, np.where(moving, step, 0.0), NEAR)
    return None if below.size else moving


def infinite_anywhere(records: Records, score: Vector) -> Flags | None:
    """Look for any direction without a maximum; `score` is the gradient at β = 0.

    The gradient is a sum, with positive weights, of every comparison's difference: a direction
    that fails none of them goes uphill exactly if some comparison is strict.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import and seldom needed

    scale = max(float(np.abs(score).max()), 1e-300)
    columns = records.design.shape[0]
    cuts = np.empty((0, columns))
    for _ in range(ROUNDS):
        answer = linprog(-score / scale, A_ub=-cuts, b_ub=np.zeros(len(cuts)), bounds=(-1, 1))
        if answer.x is None or -answer.fun <= EXACT:
            return None
        direction = np.asarray(answer.x, dtype=np.float64)
        below, above = _outdone(records, direction, EXACT)
        if not below.size:
            return np.abs(direction) > EXACT
        difference = records.design.T[below] - records.design.T[above]
        cuts = np.vstack([cuts, difference / np.abs(difference).max(axis=1, keepdims=True)])
    return None


def _outdone(records: Records, direction: Vector, slack: float) -> tuple[Codes, Codes]:
    """List events with someone at risk who scored more, and who that was."""
    score = direction @ records.design
    last = records.place >> 1
    if records.before.size:
        first = records.before + 1
    else:  # the cell after that without events
        first = np.repeat(records.start[:-1] + 1, np.diff(records.start))[last]
    top = np.full(records.deaths.size, -1)
    _paint(np.argsort(-score), first, last, top, np.arange(records.deaths.size + 1))
    event = np.flatnonzero(records.place & 1)
    above = top[records.place[event] >> 1]
    outdone = score[above] > score[event] + slack * np.ptp(score)
    return event[outdone], above[outdone]


@compiled
def _paint(order: Codes, first: Codes, last: Codes, top: Codes, bare: Codes) -> None:
    """Paint each cell with the first row, in the order given, that is at risk in it.

    `bare` leads from a cell to one at or after it that may still be unpainted.
    """
    for row in order:
        cell = first[row]
        while cell <= last[row]:
            while bare[cell] != cell:
                bare[cell] = bare[bare[cell]]
                cell = bare[cell]
            if cell <= last[row]:
                top[cell] = row
                bare[cell] = cell + 1
                cell += 1
