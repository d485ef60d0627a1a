"""Whole numbers of events and censorings for every interval of a curve, for `reconstruct`.

Every interval is scanned for all its possible counts (`kernel.curve_patients`), given what the
ones before left over.  Where the total of events is told, the counts are shared out among the
intervals at the least misfit in all: exactly, by adding up interval after interval.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.appraise.reconstruct_parts import Part, Steps
from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.curve_patients import scan_counts, walk_counts

THRESHOLDS = np.array([0.5, 0.35, 0.65, 0.2, 0.8])
WIDE = 400  # patients leaving, beyond which only the plain threshold is tried


@dataclass(frozen=True, slots=True)
class Counted:
    """What one interval came to."""

    part: Part
    events: Codes  # cause × point
    censored: int
    late: int  # of these, without a place on the schedule: censored as the interval ends
    misfit: float


def count_parts(
    steps: Steps,
    parts: tuple[Part, ...],
    spread: float,
    total: int | None,
    generator: np.random.Generator | None,
) -> tuple[Counted, ...]:
    """Count every interval; share out a total of events where one is told."""
    if total is None:
        return _forward(steps, parts, spread, None, generator)[0]
    counted, least = _forward(steps, parts, spread, None, None)
    had = sum(int(part.events.sum()) for part in counted)
    if had == total and generator is None:
        return counted
    shared = _shared(least, total)
    return _forward(steps, parts, spread, shared, generator)[0]


def _forward(
    steps: Steps,
    parts: tuple[Part, ...],
    spread: float,
    events: Codes | None,
    generator: np.random.Generator | None,
) -> tuple[tuple[Counted, ...], tuple[Vector, ...]]:
    """Go through the intervals; give also the least misfit of each number of events."""
    state = np.zeros(steps.incidence.shape[0])
    counted, least, missing = [], [], 0
    for i, part in enumerate(parts):
        target = np.ascontiguousarray(steps.incidence[:, part.first : part.last])
        thresholds = THRESHOLDS if part.leaving <= WIDE else THRESHOLDS[:1]
        misfit, had = scan_counts(
            target, part.share, part.at_risk, part.leaving, thresholds, spread, state
        )
        best = np.full(part.leaving + 1, np.inf)
        np.minimum.at(best, had.ravel(), misfit.ravel())
        least.append(best)
        wanted = None if events is None else int(events[i]) + missing
        censored, threshold, number = _choice(misfit, had, wanted, generator)
        missing = 0 if wanted is None else wanted - number
        drawn = np.zeros(target.shape, np.int64)
        end = walk_counts(
            target,
            part.share,
            part.at_risk,
            part.leaving,
            censored,
            float(thresholds[threshold]),
            spread,
            state,
            drawn,
        )
        state = end[:-1].copy()
        out = part.leaving - number
        counted.append(
            Counted(part, drawn, out, out - censored, float(misfit[censored, threshold]))
        )
    return tuple(counted), tuple(least)


def _choice(
    misfit: Matrix, had: Codes, wanted: int | None, generator: np.random.Generator | None
) -> tuple[int, int, int]:
    """Choose how many are censored and the threshold, best or as likely as they fit."""
    cost = misfit
    if wanted is not None:
        off = np.abs(had - wanted)
        cost = np.where(off == off.min(), misfit, np.inf)
    if generator is None:
        at = int(cost.argmin())
    else:
        weight = np.exp(-0.5 * (cost - cost.min())).ravel()
        reach = generator.random() * weight.sum()
        at = min(int(np.searchsorted(np.cumsum(weight), reach)), weight.size - 1)
    row, column = divmod(at, misfit.shape[1])
    return row, column, int(had[row, column])


def _shared(least: tuple[Vector, ...], total: int) -> Codes:
    """Share a total of events out among the intervals at the least misfit in all."""
    ahead = np.zeros(1)
    tables, picks = [], []
    for cost in least:
        wide = np.full((cost.size, ahead.size + cost.size - 1), np.inf)
        for d in np.flatnonzero(np.isfinite(cost)):
            wide[d, d : d + ahead.size] = ahead + cost[d]
        picks.append(wide.argmin(axis=0))
        ahead = wide.min(axis=0)
        tables.append(ahead)
    possible = np.flatnonzero(np.isfinite(ahead))
    left = int(possible[np.abs(possible - total).argmin()])
    shared = np.zeros(len(least), np.int64)
    for i in range(len(least) - 1, -1, -1):
        shared[i] = picks[i][left]
        left -= int(shared[i])
    return shared
