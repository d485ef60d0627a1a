"""Adverse events for a committee: tables, the commonest terms, what is new, rates by exposure.

Tables and differences are those of `analyze.adverse_events`.  New since an earlier look is an
event whose onset, or whose record where that is dated, is after that look's cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.analyze.adverse_events import adverse_event_table
from equipoise.analyze.estimates import Estimate
from equipoise.analyze.results import AdverseEventRow
from equipoise.analyze.selection import Selection
from equipoise.analyze.snapshot import AdverseEventLog, Snapshot
from equipoise.kernel.arrays import Flags, flags
from equipoise.monitor.safety.exposure import event_rate, rate_ratio
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.trial import DAYS_PER, Comparison

MOST_FREQUENT = 10
TERM = "preferred term"


@dataclass(frozen=True, slots=True)
class NewInArm:
    """Events of one arm that are new since the earlier look."""

    arm: str  # id
    patients: int  # with at least one
    events: int
    severe: int  # events of the severe grades
    serious: int
    fatal: int


@dataclass(frozen=True, slots=True)
class NewEvents:
    """What is new since an earlier look."""

    since: date
    by_arm: tuple[NewInArm, ...]
    terms: tuple[tuple[str, Mapping[str, int]], ...]  # (term, arm id → events), commonest first
    undated: int  # records whose onset is not known, nor when they were recorded


@dataclass(frozen=True, slots=True)
class ExposureRate:
    """How often one kind of adverse event came, per 100 patient-years."""

    label: str
    events: Mapping[str, int]  # arm id → events, every record
    years: Mapping[str, float]  # arm id → patient-years
    by_arm: Mapping[str, Estimate]
    ratios: Mapping[str, Estimate]  # comparison id → experimental over control


@dataclass(frozen=True, slots=True)
class SafetyEvents:
    """The adverse events of one endpoint, by arm."""

    endpoint: AdverseEvents
    patients: Mapping[str, int]  # arm id → patients, the denominators
    overview: tuple[AdverseEventRow, ...]  # any, severe, serious, related, fatal: if recorded
    rows: tuple[AdverseEventRow, ...]  # classes and terms
    frequent: tuple[AdverseEventRow, ...]  # the commonest terms, of any arm
    grades: tuple[int, ...]
    worst_grade: Mapping[str, Mapping[int, int]]  # arm id → worst grade → patients
    rates: tuple[ExposureRate, ...]  # of the overview's lines; empty without patient-time
    new: NewEvents | None  # None: no earlier look, or no dates


def safety_events(
    snapshot: Snapshot,
    endpoint: AdverseEvents,
    selection: Selection,
    years: Mapping[str, float],
    since: date | None = None,
) -> SafetyEvents:
    """Tabulate the adverse events of an endpoint for a committee.

    Args:
        snapshot: of the cut.
        endpoint: whose log is read.
        selection: who is counted, by arm.
        years: arm id → patient-years; empty: no rates.
        since: the earlier look's cut.

    Witness: `adverse_event_analysis`; a loop over records (tests/twice).
    """
    log, level = snapshot.adverse_events[endpoint.id], snapshot.protocol.analysis.level
    comparisons = snapshot.protocol.comparisons
    table = adverse_event_table(log, selection, comparisons, endpoint, level)
    anything = table.overview[0]
    return SafetyEvents(
        endpoint=endpoint,
        patients=table.patients,
        overview=table.overview,
        rows=table.rows,
        frequent=most_frequent(table.rows, table.patients),
        grades=table.grades,
        worst_grade={arm: count.by_worst_grade for arm, count in anything.by_arm.items()},
        rates=tuple(_rate(row, years, comparisons, level) for row in table.overview)
        if years
        else (),
        new=None if since is None else new_events(snapshot, endpoint, selection, since),
    )


def most_frequent(
    rows: tuple[AdverseEventRow, ...], patients: Mapping[str, int]
) -> tuple[AdverseEventRow, ...]:
    """Give the terms that the largest share of any arm's patients had.

    Witness: sorting by hand (tests/laws/test_monitored_safety.py).
    """
    terms = [row for row in rows if row.kind == TERM]

    def share(row: AdverseEventRow) -> float:
        return max(count.patients / max(patients[arm], 1) for arm, count in row.by_arm.items())

    return tuple(sorted(terms, key=lambda row: (-share(row), row.label))[:MOST_FREQUENT])


def _rate(
    row: AdverseEventRow,
    years: Mapping[str, float],
    comparisons: tuple[Comparison, ...],
    level: float,
) -> ExposureRate:
    events = {arm: count.events for arm, count in row.by_arm.items() if arm in years}
    pairs = {each.id: (each.experimental, each.control) for each in comparisons}
    return ExposureRate(
        label=row.label,
        events=events,
        years={arm: years[arm] for arm in events},
        by_arm={arm: event_rate(count, years[arm], level) for arm, count in events.items()},
        ratios={
            name: rate_ratio((events[a], years[a]), (events[b], years[b]), level)
            for name, (a, b) in pairs.items()
            if a in events and b in events
        },
    )


def new_events(
    snapshot: Snapshot, endpoint: AdverseEvents, selection: Selection, since: date
) -> NewEvents | None:
    """Count the events that are new since an earlier look; None where nothing is dated.

    Args:
        snapshot: of the cut.
        endpoint: whose log is read.
        selection: who is counted, by arm.
        since: the earlier look's cut.

    Witness: a loop over records (tests/twice/test_monitored_safety.py).
    """
    log = snapshot.adverse_events[endpoint.id]
    days = _onset_days(snapshot, log)
    recorded = np.full(log.subject.size, -1) if log.recorded is None else log.recorded
    arm = selection.arm[log.subject]
    dated = (days >= 0) | (recorded >= 0)
    if log.subject.size and not dated.any():
        return None
    new = (arm >= 0) & (np.maximum(days, recorded) > since.toordinal())
    return NewEvents(
        since=since,
        by_arm=tuple(
            _new_in(each.id, flags(new & (arm == place)), log, endpoint)
            for place, each in enumerate(selection.arms)
        ),
        terms=_terms(log, selection, flags(new)),
        undated=int(((arm >= 0) & ~dated).sum()),
    )


def _onset_days(snapshot: Snapshot, log: AdverseEventLog) -> "np.typing.NDArray[np.int64]":
    """Give the ordinal day of each onset; -1 where it is not known."""
    randomized = snapshot.subjects.randomized
    if log.onset is None or randomized is None:
        return np.full(log.subject.size, -1)
    start = randomized[log.subject]
    known = (start >= 0) & np.isfinite(log.onset)
    since = np.where(known, log.onset, 0.0) * DAYS_PER[snapshot.protocol.trial.time_unit]
    return np.where(known, start + np.rint(since).astype(np.int64), -1)


def _new_in(arm: str, which: Flags, log: AdverseEventLog, endpoint: AdverseEvents) -> NewInArm:
    return NewInArm(
        arm=arm,
        patients=int(np.unique(log.subject[which]).size),
        events=int(which.sum()),
        severe=int((which & (log.grade >= endpoint.severe_from)).sum()),
        serious=int((which & log.serious).sum()),
        fatal=int((which & log.fatal).sum()),
    )


def _terms(
    log: AdverseEventLog, selection: Selection, new: Flags
) -> tuple[tuple[str, Mapping[str, int]], ...]:
    arm = selection.arm[log.subject]
    counted = []
    for place, term in enumerate(log.term.levels):
        rows = new & (log.term.codes == place)
        if rows.any():
            by_arm = {
                each.id: int((rows & (arm == side)).sum())
                for side, each in enumerate(selection.arms)
            }
            counted.append((term, by_arm))
    counted.sort(key=lambda each: (-sum(each[1].values()), each[0]))
    return tuple(counted[:MOST_FREQUENT])
