"""Whole numbers of events and censorings for every interval of a curve, for `reconstruct`.

Every interval is scanned for all its possible counts (`kernel.curve_patients`), given what the
ones before left over.  Where the total of events is told, the counts are shared out among the
intervals at the least misfit in all: exactly, by adding up interval after interval.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.appraise.curves.parts import Held, Part, Steps, parts_of
from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.curve_patients import scan_counts, walk_counts
from equipoise.kernel.curve_placement import place_censored

THRESHOLDS = np.array([0.5, 0.35, 0.65, 0.2, 0.8])
DEAREST = 40.0  # an event, in units of squared standard deviations of a value
HALVINGS = 12
MOST_MOVED = 12  # events at times of numbers at risk, that are tried before them
FEW = 30  # patients
TOGETHER = 4.0  # the cost of an event at the point of another, in squared deviations
WIDE = 400  # patients leaving, beyond which only the plain threshold is tried


@dataclass(frozen=True, slots=True)
class Counted:
    """What one interval came to."""

    part: Part
    events: Codes  # cause × point
    before: Codes  # censored before each point
    censored: int  # in all
    incidence: Vector  # rebuilt, of each cause, at its end
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
    counted, least = _forward(steps, parts, spread, None, generator)
    if events_of(counted) != total:
        counted = _priced_to(steps, counted, spread, total)
    if events_of(counted) == total:
        return counted
    return _forward(
        steps, parts, spread, _shared(_carried(counted, least, spread), total), generator
    )[0]


def settled(steps: Steps, held: Held, marks: Vector, spread: float, tick: float) -> Steps:
    """Put events read at the very time of a number at risk before it, where they fit better so.

    Times are read within `tick`: an event printed at 12.0 may have come at 11.96.
    """
    at = np.flatnonzero(np.isin(steps.time, held.times[1:]))
    if tick <= 0.0 or not at.size:
        return steps
    least = _misfit(steps, held, marks, spread)
    for k in at[:MOST_MOVED]:
        time = steps.time.copy()
        before = float(time[k - 1]) if k else 0.0
        time[k] = max(time[k] - tick / 2, (time[k] + before) / 2)
        moved = replace(steps, time=time, after=np.minimum(steps.after, time), until=time.copy())
        misfit = _misfit(moved, held, marks, spread)
        if misfit < least - 1.0:
            steps, least = moved, misfit
    return steps


def _misfit(steps: Steps, held: Held, marks: Vector, spread: float) -> float:
    """Tell how ill the intervals between numbers at risk fit."""
    parts = parts_of(steps, held, marks)[:-1]
    return sum(one.misfit for one in count_parts(steps, parts, spread, None, None))


def events_of(counted: tuple[Counted, ...]) -> int:
    """Tell the events in all."""
    return sum(int(part.events.sum()) for part in counted)


def counted_from(
    steps: Steps, parts: tuple[Part, ...], spread: float, state: Vector
) -> tuple[Counted, ...]:
    """Count some intervals, from what was rebuilt before them."""
    counted = []
    for part in parts:
        target = np.ascontiguousarray(steps.incidence[:, part.first : part.last])
        one, _ = _counted(part, target, spread, state, None, None)
        state = one.incidence
        counted.append(one)
    return tuple(counted)


def _priced_to(
    steps: Steps, nominal: tuple[Counted, ...], spread: float, total: int
) -> tuple[Counted, ...]:
    """Censor earlier or later within intervals, which takes fewer or more events."""
    low, high = -DEAREST, DEAREST  # many events, few
    for _ in range(HALVINGS):
        price = (low + high) / 2
        counted = _priced(steps, nominal, spread, price)
        had = events_of(counted)
        if had == total:
            return counted
        low, high = (price, high) if had > total else (low, price)
    return nominal


def _priced(
    steps: Steps, nominal: tuple[Counted, ...], spread: float, price: float
) -> tuple[Counted, ...]:
    """Go through the intervals, an event costing so much."""
    state = np.zeros(steps.incidence.shape[0])
    counted = []
    for one in nominal:
        part = one.part
        target = np.ascontiguousarray(steps.incidence[:, part.first : part.last])
        if not target.shape[1]:
            counted.append(one)
            continue
        cost, before, events, state = _placed(part, target, one.censored, spread, state, price)
        if not np.isfinite(cost):
            return nominal
        left = part.leaving - int(events.sum())
        counted.append(Counted(part, events, before, left, state, cost))
    return tuple(counted)


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
        wanted = None if events is None else int(events[i]) + missing
        one, best = _counted(part, target, spread, state, wanted, generator)
        state = one.incidence
        missing = 0 if wanted is None else wanted - int(one.events.sum())
        counted.append(one)
        least.append(best)
    return tuple(counted), tuple(least)


def _counted(
    part: Part,
    target: Matrix,
    spread: float,
    state: Vector,
    wanted: int | None,
    generator: np.random.Generator | None,
) -> tuple[Counted, Vector]:
    """Count one interval, its censorings spread evenly or as the steps have them."""
    thresholds = THRESHOLDS if part.leaving <= WIDE else THRESHOLDS[:1]
    misfit, had = scan_counts(
        target, part.share, part.at_risk, part.leaving, thresholds, spread, state
    )
    best = np.full(part.leaving + 1, np.inf)
    np.minimum.at(best, had.ravel(), misfit.ravel())
    row, column, number = _choice(misfit, had, wanted, generator)
    if target.shape[1] and part.leaving and not part.closing:
        out = part.leaving - number
        cost, before, events, end = _placed(part, target, out, spread, state, 0.0)
        placed = int(events.sum())
        best[placed] = min(best[placed], cost)
        if cost < misfit[row, column] and wanted in {None, placed}:
            return Counted(part, events, before, part.leaving - placed, end, cost), best
    events = np.zeros(target.shape, np.int64)
    end = walk_counts(
        target,
        part.share,
        part.at_risk,
        part.leaving,
        row,
        float(thresholds[column]),
        spread,
        state,
        events,
    )[:-1]
    before = np.floor(row * part.share + 0.5).astype(np.int64)
    cost = float(misfit[row, column])
    return Counted(part, events, before, part.leaving - number, end.copy(), cost), best


def _placed(
    part: Part, target: Matrix, censored: int, spread: float, state: Vector, price: float
) -> tuple[float, Codes, Codes, Vector]:
    """Place censorings as the steps have them; few patients hardly have their events together."""
    together = TOGETHER if part.at_risk <= FEW else 0.0
    cost, before, events, end = place_censored(
        target, part.share, part.at_risk, part.leaving, censored, spread, state, price, together
    )
    return cost, before, events, end


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


def _carried(
    counted: tuple[Counted, ...], least: tuple[Vector, ...], spread: float
) -> tuple[Vector, ...]:
    """Add what an event more or less in one interval costs in all that follow."""
    later = sum(one.events.shape[1] for one in counted)
    carried = []
    for one, cost in zip(counted, least, strict=True):
        later -= one.events.shape[1]
        survival = max(0.0, 1.0 - float(one.incidence.sum()))
        step = survival / max(1, one.part.at_risk - one.part.leaving) / spread
        more = np.arange(cost.size) - int(one.events.sum())
        carried.append(cost + later * (more * step) ** 2)
    return tuple(carried)


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
