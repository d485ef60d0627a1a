"""Which patients a safety rule counts, in the order they entered: harmed, or known not to be.

    adverse events   harmed with one that counts; everyone treated can be judged as of the cut
    yes or no        harmed with the answer that is not the better one; judged once answered
    time to event    harmed with the event by `within`; judged then, once followed for as long
                     without it, or after a competing event

Patients enter on their first day of treatment, else on the day they were randomized, else in the
order of the data.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.selection import select
from equipoise.analyze.snapshot import AdverseEventLog, Answers, Followup, Snapshot
from equipoise.kernel.arrays import Codes, Flags, codes, flags
from equipoise.kernel.ordering import near
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.safety.deaths import fatal_events
from equipoise.protocol.endpoints import AdverseEvents, Binary, TimeToEvent
from equipoise.protocol.monitoring import SafetyCount
from equipoise.protocol.trial import DAYS_PER

FATAL_AND_RELATED = "fatal and related"


@dataclass(frozen=True, slots=True)
class Harms:
    """Patients of some arms in the order they entered."""

    ids: tuple[str, ...]
    evaluable: Flags
    harmed: Flags
    early: Flags  # harmed, before the time for the harm was over
    why_not: str  # why nobody can be judged; empty where some can
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """All patients of the data, in its order."""

    evaluable: Flags
    harmed: Flags
    early: Flags
    why_not: str = ""
    assumed: tuple[str, ...] = ()


def harms_of(cut: DataCut, count: SafetyCount, arms: tuple[str, ...]) -> Harms:
    """Judge the patients of some arms, by the arm they were treated in.

    Args:
        cut: the data.
        count: who counts as harmed.
        arms: ids; patients of all of them are counted together.

    Witness: a loop over patients (tests/twice/test_monitored_safety.py).
    """
    snapshot = cut.snapshot
    endpoint = snapshot.protocol.endpoint(count.endpoint)
    if isinstance(endpoint, AdverseEvents):
        judged = _by_adverse_events(snapshot, count)
    elif isinstance(endpoint, Binary):
        judged = _by_answers(snapshot, endpoint)
    elif isinstance(endpoint, TimeToEvent):
        judged = _by_time(cut, count)
    else:
        judged = _nobody(snapshot, f"{endpoint.label} is a measurement, and tells of no harm.")
    order, entered = _order(snapshot, arms)
    ids = snapshot.subjects.id
    return Harms(
        ids=tuple(ids[each] for each in order.tolist()),
        evaluable=flags(judged.evaluable[order]),
        harmed=flags(judged.harmed[order]),
        early=flags(judged.early[order]),
        why_not=judged.why_not,
        assumed=(entered, *judged.assumed),
    )


def _order(snapshot: Snapshot, arms: tuple[str, ...]) -> tuple[Codes, str]:
    """Give the patients of some arms in the order they entered, and say by what."""
    subjects = snapshot.subjects
    members = np.flatnonzero(select(snapshot, "safety", arms).arm >= 0)
    for days, named in (
        (subjects.treated_from, "first day of treatment"),
        (subjects.randomized, "day of randomization"),
    ):
        if days is not None and members.size and (days[members] >= 0).all():
            order = members[np.argsort(days[members], kind="stable")]
            return codes(order), f"Patients are in the order of their {named}."
    return codes(members), (
        "Patients are in the order of the data: not everyone's day of treatment or randomization "
        "is known."
    )


def _nobody(snapshot: Snapshot, why: str) -> _Judged:
    none = np.zeros(snapshot.subjects.size, dtype=np.bool_)
    return _Judged(none, none, none, why)


def _by_adverse_events(snapshot: Snapshot, count: SafetyCount) -> _Judged:
    log = snapshot.adverse_events.get(count.endpoint)
    if log is None:
        return _nobody(snapshot, f"The data hold no adverse events of {count.endpoint!r}.")
    needed = {"any": (), FATAL_AND_RELATED: ("fatal", "related")}.get(count.harm, (count.harm,))
    endpoint = snapshot.protocol.endpoint(count.endpoint)
    fatal = fatal_events(log, endpoint.grading if isinstance(endpoint, AdverseEvents) else "")
    has = log.has | ({"fatal"} if fatal is not None else set())
    lacking = [each for each in needed if each not in has]
    if lacking:
        return _nobody(
            snapshot, f"The data do not record which adverse events are {' or '.join(lacking)}."
        )
    if count.grade_from is not None and "grade" not in log.has:
        return _nobody(snapshot, "The data do not record the grades of adverse events.")
    size = snapshot.subjects.size
    harmed = np.zeros(size, dtype=np.bool_)
    harmed[log.subject[_counts(log, count, log.fatal if fatal is None else fatal)]] = True
    everyone, none = np.ones(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    graded = "" if count.grade_from is None else f", or of grade {count.grade_from} or higher"
    which = "any adverse event" if count.harm == "any" else f"an adverse event that is {count.harm}"
    return _Judged(
        everyone,
        harmed,
        none,
        assumed=(
            (
                f"Harmed is who had {which}{graded}; everyone treated is judged by what was "
                "recorded until the cut: those treated only lately have had little time for it."
            ),
        ),
    )


def _counts(log: AdverseEventLog, count: SafetyCount, fatal: Flags) -> Flags:
    """Say which records count as harm."""
    kinds: dict[str, Flags] = {
        "any": flags(np.ones(log.subject.size, dtype=np.bool_)),
        "serious": log.serious,
        "related": log.related,
        "fatal": fatal,
        FATAL_AND_RELATED: flags(fatal & log.related),
    }
    found = kinds[count.harm]
    if count.grade_from is not None:
        found = flags(found | (log.grade >= count.grade_from))
    return found


def _by_answers(snapshot: Snapshot, endpoint: Binary) -> _Judged:
    answers: Answers | None = snapshot.answers.get(endpoint.id)
    if answers is None:
        return _nobody(snapshot, f"The data hold no answers of {endpoint.label}.")
    harm = 1 if endpoint.better == "no" else 0
    answered = answers.value >= 0
    word = "yes" if harm else "no"
    return _Judged(
        answered,
        answered & (answers.value == harm),
        np.zeros(answered.size, dtype=np.bool_),
        assumed=(f"Harmed is whose answer to {endpoint.label} is {word}; judged, who has one.",),
    )


def _by_time(cut: DataCut, count: SafetyCount) -> _Judged:
    snapshot = cut.snapshot
    followup: Followup | None = snapshot.followups.get(count.endpoint)
    if followup is None:
        return _nobody(snapshot, f"The data hold no follow-up of {count.endpoint!r}.")
    size = snapshot.subjects.size
    until = np.inf if count.within is None else count.within + near(followup.time)
    harmed, other = (np.zeros(size, dtype=np.bool_) for _ in range(2))
    harmed[followup.subject[(followup.outcome == 1) & (followup.time <= until)]] = True
    other[followup.subject[followup.outcome > 1]] = True
    seen = np.full(size, -np.inf)
    np.maximum.at(seen, followup.subject, followup.time)
    if count.within is None:
        return _Judged(
            np.isfinite(seen),
            harmed,
            np.zeros(size, dtype=np.bool_),
            assumed=("Everyone followed is judged by what was known at the cut.",),
        )
    over = seen >= count.within - near(followup.time)
    return _Judged(
        harmed | over | other,
        harmed,
        harmed & _still_in_time(snapshot, count.within, cut.as_of.toordinal()),
        assumed=(
            (
                f"Judged is who had the event within {count.within:g}, was followed for as long "
                "without it, or had a competing event."
            ),
        ),
    )


def _still_in_time(snapshot: Snapshot, within: float, cut: int) -> Flags:
    """Say whose time for the harm goes on after the cut, where that is known."""
    randomized = snapshot.subjects.randomized
    if randomized is None:
        return flags(np.zeros(snapshot.subjects.size, dtype=np.bool_))
    since = (cut - randomized) / DAYS_PER[snapshot.protocol.trial.time_unit]
    return flags((randomized >= 0) & (since < within))
