"""Who died, when and of what, as far as follow-up and adverse events tell.

A happening is a death when its name says so ("death", "death in remission", "died of infection"),
and names nothing else ("relapse or death" does not say).  Deaths are collected from all endpoints
that time them.  Only an endpoint whose events are all deaths, with none competing (overall
survival), follows everyone to the end: without one, deaths after an earlier event are not known.

A toxic death is one with a fatal adverse event (related to treatment, where that is recorded).  It
is timed by the death, or, if no endpoint times the death, by the onset of the fatal event.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.selection import Selection
from equipoise.analyze.snapshot import AdverseEventLog, Categories, Followup, Snapshot
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import Protocol

DEATH = re.compile(r"\b(deaths?|died|dead|deceased|mortality)\b", re.IGNORECASE)
SEVERAL = re.compile(r"\bor\b|/|\bwithout death\b|\bno death\b", re.IGNORECASE)
DEATH_BY_CTCAE = 5  # a grade


@dataclass(frozen=True, slots=True)
class KnownDeaths:
    """Every patient's death, as far as known."""

    time: Vector  # (patients,) since randomization; infinite: not known to have died
    cause: Categories  # (patients,) what the follow-up calls it; -1: alive, or only "fatal"
    complete: str | None  # the endpoint that follows everyone for death; None: there is none

    @property
    def died(self) -> Flags:
        """Whose death is timed."""
        return flags(np.isfinite(self.time))


@dataclass(frozen=True, slots=True)
class ArmDeaths:
    """Deaths of one arm."""

    arm: str  # id
    patients: int
    deaths: int  # timed by an endpoint, or a fatal adverse event
    by_cause: Mapping[str, int]  # as the follow-up names them; "not timed" for the rest
    toxic: int | None  # with a fatal (and related) adverse event; None: not recorded


@dataclass(frozen=True, slots=True)
class ToxicDeaths:
    """Who died with a fatal adverse event, and what counts as one."""

    patient: Flags
    onset: Vector  # of the first fatal event; NaN unknown
    called: str


def is_death(happening: str) -> bool:
    """Say whether a happening is a death and nothing else.

    >>> is_death("death in remission"), is_death("relapse or death"), is_death("relapse")
    (True, False, False)
    """
    return bool(DEATH.search(happening)) and not SEVERAL.search(happening)


def survival_endpoint(protocol: Protocol) -> TimeToEvent | None:
    """Find the endpoint whose events are all deaths, with nothing competing."""
    return next((each for each in _of_deaths(protocol) if not each.competing), None)


def mortality_endpoints(protocol: Protocol) -> tuple[TimeToEvent, ...]:
    """Find the endpoints whose events are deaths of some kind, others competing."""
    return tuple(each for each in _of_deaths(protocol) if each.competing)


def _of_deaths(protocol: Protocol) -> list[TimeToEvent]:
    return [
        each
        for each in protocol.endpoints
        if isinstance(each, TimeToEvent) and all(is_death(name) for name in each.events)
    ]


def known_deaths(snapshot: Snapshot) -> KnownDeaths:
    """Collect the deaths that any endpoint times.

    Witness: a loop over patients (tests/twice/test_monitored_safety.py).
    """
    protocol = snapshot.protocol
    survival = survival_endpoint(protocol)
    first = [] if survival is None else [survival.id]
    time = np.full(snapshot.subjects.size, np.inf)
    named: dict[str, int] = {}
    cause = np.full(snapshot.subjects.size, -1)
    for name in dict.fromkeys([*first, *snapshot.followups]):
        followup = snapshot.followups.get(name)
        endpoint = protocol.endpoint(name)
        if followup is None or not isinstance(endpoint, TimeToEvent):
            continue
        for happening, rows in _death_rows(endpoint, followup).items():
            subject = followup.subject[rows]
            new = subject[~np.isfinite(time[subject])]
            cause[new] = named.setdefault(happening, len(named))
            np.minimum.at(time, subject, followup.time[rows])
    complete = survival.id if survival and survival.id in snapshot.followups else None
    return KnownDeaths(vector(time), Categories(tuple(named), codes(cause)), complete)


def _death_rows(endpoint: TimeToEvent, followup: Followup) -> dict[str, Codes]:
    """Give the rows that a death ended, by its name."""
    if followup.happening is not None:
        ended = followup.happening
        return {
            level: np.flatnonzero(ended.codes == place)
            for place, level in enumerate(ended.levels)
            if is_death(level)
        }
    found = {}
    if all(is_death(name) for name in endpoint.events):
        found[" or ".join(endpoint.events)] = np.flatnonzero(followup.outcome == 1)
    for place, name in enumerate(endpoint.competing):
        if is_death(name):
            found[name] = np.flatnonzero(followup.outcome == place + 2)
    return found


def fatal_events(log: AdverseEventLog, grading: str) -> Flags | None:
    """Say which records are fatal: as recorded, or those of grade 5 by CTCAE; None: not recorded.

    Args:
        log: of the adverse events.
        grading: the scale of the grades.

    Witness: a loop over records (tests/twice/test_monitored_safety.py).
    """
    if "fatal" in log.has:
        return log.fatal
    if "grade" in log.has and grading.upper().startswith("CTCAE"):
        return flags(log.grade >= DEATH_BY_CTCAE)
    return None


def toxic_deaths(log: AdverseEventLog, grading: str, patients: int) -> ToxicDeaths | None:
    """Find who had a fatal adverse event, related to treatment where that is recorded.

    Args:
        log: of the adverse events.
        grading: the scale of the grades.
        patients: in the data.

    Witness: a loop over records (tests/twice/test_monitored_safety.py).
    """
    fatal = fatal_events(log, grading)
    if fatal is None:
        return None
    related = "related" in log.has
    counts = fatal & log.related if related else fatal
    patient = np.zeros(patients, dtype=np.bool_)
    patient[log.subject[counts]] = True
    onset = np.full(patients, np.nan)
    if log.onset is not None:
        first = np.full(patients, np.inf)
        at = np.where(np.isfinite(log.onset), log.onset, np.inf)
        np.minimum.at(first, log.subject[counts], at[counts])
        onset = np.where(np.isfinite(first), first, np.nan)
    said = "fatal" if "fatal" in log.has else "of grade 5, death by CTCAE,"
    called = f"{said} and related to treatment" if related else f"{said}; relation is not recorded"
    called = called.replace(",;", ";")
    return ToxicDeaths(flags(patient), vector(onset), called)


def deaths_by_arm(
    selection: Selection, deaths: KnownDeaths, fatal: Flags, toxic: ToxicDeaths | None
) -> tuple[ArmDeaths, ...]:
    """Count deaths by arm and cause.

    Args:
        selection: who is counted, by arm.
        deaths: as timed by endpoints.
        fatal: (patients,) with any fatal adverse event.
        toxic: those of them that count as toxic deaths.

    Witness: a loop over patients (tests/twice/test_monitored_safety.py).
    """
    told = []
    for arm in selection.arms:
        members = selection.members(arm.id)
        timed = members & deaths.died
        by_cause = {
            name: int((timed & (deaths.cause.codes == place)).sum())
            for place, name in enumerate(deaths.cause.levels)
        }
        untimed = int((members & fatal & ~deaths.died).sum())
        if untimed:
            by_cause["fatal adverse event, no death in the follow-up"] = untimed
        told.append(
            ArmDeaths(
                arm=arm.id,
                patients=int(members.sum()),
                deaths=int(timed.sum()) + untimed,
                by_cause=by_cause,
                toxic=None if toxic is None else int((members & toxic.patient).sum()),
            )
        )
    return tuple(told)
