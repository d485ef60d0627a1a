"""Adverse events and deaths of all arms together.

A patient counts once a line; severe is the endpoint's grade or higher.  What was not recorded
(seriousness, grades) has no count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from equipoise.analyze.adverse_events import adverse_event_analysis
from equipoise.analyze.results import AdverseEventAnalysis, AdverseEventCount
from equipoise.analyze.selection import select
from equipoise.analyze.snapshot import AdverseEventLog, Categories, Snapshot
from equipoise.kernel.arrays import Flags, codes, flags, vector
from equipoise.monitor.pooled.snapshot import EVERYONE
from equipoise.monitor.safety.deaths import (
    ArmDeaths,
    deaths_by_arm,
    fatal_events,
    known_deaths,
    toxic_deaths,
)
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.estimands import Estimand

Line = tuple[str, str, str | None]  # kind, label, system organ class


@dataclass(frozen=True, slots=True)
class PooledHarm:
    """One line: an overview line, a system organ class, or a preferred term."""

    kind: str  # "overview" | "system organ class" | "preferred term"
    label: str
    system_organ_class: str | None
    patients: int  # with any
    events: int
    severe: int | None  # patients; None: grades were not recorded
    serious: int | None
    fatal: int | None
    by_worst_grade: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PooledHarms:
    """One endpoint of adverse events."""

    endpoint: str
    label: str
    population: str  # label
    patients: int  # at risk
    severe_from: int  # grade
    lines: tuple[PooledHarm, ...]


@dataclass(frozen=True, slots=True)
class PooledDeaths:
    """Deaths of everyone randomized, as far as known."""

    deaths: int
    by_cause: Mapping[str, int]
    toxic: int | None  # with a fatal (and related) adverse event; None: not recorded
    complete: str | None  # the endpoint that follows everyone for death; None: there is none


def pooled_harms(pooled: Snapshot, estimand: Estimand) -> PooledHarms:
    """Count the adverse events of everyone.

    Args:
        pooled: a snapshot without arms.
        estimand: about an endpoint of adverse events.

    Witness: `adverse_event_analysis`, arms added up (tests/twice/test_monitored_pooled.py).
    """
    endpoint = pooled.protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, AdverseEvents)  # noqa: S101 - the caller dispatched on the kind
    log = pooled.adverse_events[endpoint.id]
    every = adverse_event_analysis(pooled, estimand)
    serious = _patients(pooled, estimand, log.serious) if "serious" in log.has else None
    died = fatal_events(log, endpoint.grading)
    fatal = None if died is None else _patients(pooled, estimand, died)  # grade 5 where not told
    lines = []
    for row in (*every.overview, *every.rows):
        line = (row.kind, row.label, row.system_organ_class)
        count = row.by_arm[EVERYONE.id]
        lines.append(
            PooledHarm(
                *line,
                patients=count.patients,
                events=count.events,
                severe=_severe(count, endpoint) if "grade" in log.has else None,
                serious=None if serious is None else serious.get(line, 0),
                fatal=None if fatal is None else fatal.get(line, 0),
                by_worst_grade=count.by_worst_grade,
            )
        )
    return PooledHarms(
        endpoint=endpoint.id,
        label=endpoint.label,
        population=every.population.label,
        patients=every.patients[EVERYONE.id],
        severe_from=endpoint.severe_from,
        lines=tuple(lines),
    )


def _severe(count: AdverseEventCount, endpoint: AdverseEvents) -> int:
    graded = count.by_worst_grade.items()
    return sum(patients for grade, patients in graded if grade >= endpoint.severe_from)


def _patients(pooled: Snapshot, estimand: Estimand, which: Flags) -> dict[Line, int]:
    """Count the patients of every line by some of the records only."""
    endpoint = pooled.protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, AdverseEvents)  # noqa: S101 - as above
    endpoint = replace(endpoint, minimum_percent=0.0)
    log = records(pooled.adverse_events[estimand.endpoint], which)
    others = tuple(each for each in pooled.protocol.endpoints if each.id != endpoint.id)
    some: AdverseEventAnalysis = adverse_event_analysis(
        replace(
            pooled,
            protocol=replace(pooled.protocol, endpoints=(*others, endpoint)),
            adverse_events={**pooled.adverse_events, endpoint.id: log},
        ),
        estimand,
    )
    return {
        (row.kind, row.label, row.system_organ_class): row.by_arm[EVERYONE.id].patients
        for row in (*some.overview, *some.rows)
    }


def records(log: AdverseEventLog, which: Flags) -> AdverseEventLog:
    """Keep some records of a log."""

    def kept(held: Categories) -> Categories:
        return Categories(held.levels, codes(held.codes[which]))

    return replace(
        log,
        subject=codes(log.subject[which]),
        system_organ_class=kept(log.system_organ_class),
        term=kept(log.term),
        grade=codes(log.grade[which]),
        serious=flags(log.serious[which]),
        related=flags(log.related[which]),
        fatal=flags(log.fatal[which]),
        onset=None if log.onset is None else vector(log.onset[which]),
        recorded=None if log.recorded is None else codes(log.recorded[which]),
    )


def pooled_deaths(pooled: Snapshot) -> PooledDeaths:
    """Count the deaths of everyone randomized.

    Args:
        pooled: a snapshot without arms.

    Witness: `deaths_by_arm` of the closed report, arms added up.
    """
    size = pooled.subjects.size
    fatal, toxic = np.zeros(size, dtype=np.bool_), None
    for name, log in pooled.adverse_events.items():
        endpoint = pooled.protocol.endpoint(name)
        grading = endpoint.grading if isinstance(endpoint, AdverseEvents) else ""
        died = fatal_events(log, grading)
        if died is not None:
            fatal[log.subject[died]] = True
        toxic = toxic or toxic_deaths(log, grading, size)
    known = known_deaths(pooled)
    found: ArmDeaths = deaths_by_arm(select(pooled, "itt"), known, flags(fatal), toxic)[0]
    return PooledDeaths(found.deaths, found.by_cause, found.toxic, known.complete)
