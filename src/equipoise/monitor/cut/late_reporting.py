"""What earlier looks did not know, knew otherwise, or know no more: the data against the record.

    late       dated by look k's cut, and not among the outcomes that look k knew
    changed    known to look k with another outcome, cause or time
    vanished   known to look k, and without an outcome now, or of a patient who is gone

An outcome counts as late at the first look that could have known it, and not again at later
looks.  Dates come from those of randomization; an outcome without a date cannot be called late.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.analyze.snapshot import Snapshot
from equipoise.monitor.cut.answers import assessment_days
from equipoise.monitor.cut.calendar import CutCalendar
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.cut.followup import ending_days
from equipoise.monitor.cut.known_data import fingerprint, known_data
from equipoise.monitor.record.record import Record, RecordedLook
from equipoise.protocol.trial import DAYS_PER


@dataclass(frozen=True, slots=True)
class ReportedOutcome:
    """One patient's outcome that a look did not know as it is known now."""

    endpoint: str
    patient: str  # id; for the closed report alone
    on: date | None  # as known now; None: not dated, or gone


@dataclass(frozen=True, slots=True)
class LookInHindsight:
    """What one earlier look had missed or had wrong."""

    look: int
    as_of: str
    late: tuple[ReportedOutcome, ...]
    changed: tuple[ReportedOutcome, ...]
    vanished: tuple[ReportedOutcome, ...]
    gone: int  # patients randomized then who are not in the data now

    def counts(self, endpoint: str) -> tuple[int, int, int]:
        """Give how many of an endpoint came late, changed, vanished: for the open report."""
        late, changed, vanished = (
            sum(each.endpoint == endpoint for each in found)
            for found in (self.late, self.changed, self.vanished)
        )
        return late, changed, vanished


@dataclass(frozen=True, slots=True)
class ReportedLate:
    """The data of a cut against all looks before it."""

    looks: tuple[LookInHindsight, ...]  # in order
    undated: int  # outcomes now known whose date is not
    assumed: tuple[str, ...]


def compared_with(
    record: Record | None, cut: DataCut, *, before: int | None = None
) -> ReportedLate:
    """Tell which outcomes earlier looks did not know as they are known now.

    Args:
        record: as read; None: no look was held yet.
        cut: the data of this look.
        before: the number of this look, where it is held again; only those before it count.

    Witness: dates compared patient by patient (tests/twice/test_monitored_record.py).
    """
    looks = () if record is None else record.looks
    looks = tuple(each for each in looks if before is None or each.look < before)
    if record is None or not looks:
        return ReportedLate((), 0, ASSUMED)
    here = _Here(cut.snapshot, record.opening.salt)
    told: list[LookInHindsight] = []
    seen: set[tuple[str, str]] = set()  # (endpoint, fingerprint) told to be late already
    for look in looks:
        told.append(_hindsight(look, here, seen))
        seen |= {(each.endpoint, here.patient[each.patient]) for each in told[-1].late}
    undated = sum(day is None for days in here.day.values() for day in days.values())
    return ReportedLate(tuple(told), undated, ASSUMED)


class _Here:
    """The outcomes of a snapshot by fingerprint, with their dates."""

    def __init__(self, snapshot: Snapshot, salt: str) -> None:
        names = snapshot.subjects.id
        self.patient = {name: fingerprint(salt, name) for name in names}
        self.name = {print_: name for name, print_ in self.patient.items()}
        self.known = {
            each.endpoint: dict(each.known) for each in known_data(snapshot, salt).outcomes
        }
        dated = {endpoint: _dates(snapshot, endpoint) for endpoint in self.known}
        self.day = {
            endpoint: {print_: days.get(self.name[print_]) for print_ in self.known[endpoint]}
            for endpoint, days in dated.items()
        }

    def outcome(self, endpoint: str, print_: str) -> ReportedOutcome:
        """Name a patient and the date of the outcome, as far as they are known."""
        day = self.day.get(endpoint, {}).get(print_)
        return ReportedOutcome(endpoint, self.name.get(print_, ""), day)


def _hindsight(look: RecordedLook, here: _Here, seen: set[tuple[str, str]]) -> LookInHindsight:
    then = {each.endpoint: each.known for each in look.known.outcomes}
    randomized, as_of = set(look.known.randomized), date.fromisoformat(look.as_of)
    late, changed, vanished = [], [], []
    for endpoint in dict.fromkeys([*then, *here.known]):
        knew, knows = then.get(endpoint, {}), here.known.get(endpoint, {})
        for print_, outcome in knows.items():
            day = here.day[endpoint][print_]
            if print_ in knew:
                if knew[print_] != outcome:
                    changed.append(here.outcome(endpoint, print_))
            elif day is not None and day <= as_of and (endpoint, print_) not in seen:
                late.append(here.outcome(endpoint, print_))
        vanished += [here.outcome(endpoint, print_) for print_ in knew if print_ not in knows]
    gone = sum(print_ not in here.name for print_ in randomized)
    return LookInHindsight(
        look.look, look.as_of, tuple(late), tuple(changed), tuple(vanished), gone
    )


def _dates(snapshot: Snapshot, endpoint: str) -> dict[str, date]:
    """Give the date of each patient's outcome, where it can be told."""
    randomized, names = snapshot.subjects.randomized, snapshot.subjects.id
    if randomized is None:
        return {}
    calendar = CutCalendar(randomized, DAYS_PER[snapshot.protocol.trial.time_unit], 0)
    followup = snapshot.followups.get(endpoint)
    held = snapshot.answers.get(endpoint) or snapshot.measurements.get(endpoint)
    if followup is not None:
        ended = followup.outcome > 0
        subject, day = followup.subject[ended], ending_days(followup, calendar)[ended]
    elif held is not None:
        subject, day = np.arange(len(names)), assessment_days(held, calendar)
    else:
        return {}
    told = np.flatnonzero((randomized[subject] >= 0) & (day > 0))
    pairs = zip(subject[told].tolist(), day[told].tolist(), strict=True)
    return {names[each]: date.fromordinal(on) for each, on in pairs}


_ONCE = (
    "Outcomes are compared by patient: an event dated by an earlier cut that the look did not "
    "know is late, once, at the first such look."
)
ASSUMED = (_ONCE, "Adverse events are not compared with those of earlier looks.")
