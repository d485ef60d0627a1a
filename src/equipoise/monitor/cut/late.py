"""Events by a cut that came into the database after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.analyze.snapshot import (
    AdverseEventLog,
    Answers,
    Followup,
    Measurements,
    Snapshot,
)
from equipoise.kernel.arrays import Codes, Flags
from equipoise.monitor.cut.adverse_events import late_adverse_events, onset_days
from equipoise.monitor.cut.answers import assessment_days, late_answers
from equipoise.monitor.cut.calendar import CutCalendar
from equipoise.monitor.cut.followup import ending_days, late_rows


@dataclass(frozen=True, slots=True)
class LateEvent:
    """An event on or before a cut that came into the database after it."""

    subject: str
    endpoint: str  # id
    happening: str  # as recorded; of answers and measurements: "answer", "value"
    on: date
    recorded: date
    counted: bool  # whether this look counts it all the same


@dataclass(frozen=True, slots=True)
class _Rows:
    """The dated rows of one endpoint."""

    subject: Codes
    day: Codes
    recorded: Codes | None
    late: Flags
    words: tuple[str, ...]
    word: Codes | None  # which of `words` each row has; None: the first


def late_events(whole: Snapshot, calendar: CutCalendar, *, counted: bool) -> Iterator[LateEvent]:
    """List what happened by the cut and came into the database after it, by endpoint."""
    sources = (whole.followups, whole.answers, whole.measurements, whole.adverse_events)
    for each in (data for source in sources for data in source.values()):
        rows = _rows(each, calendar)
        if rows.recorded is None:
            continue
        for row in np.flatnonzero(rows.late).tolist():
            yield LateEvent(
                subject=whole.subjects.id[int(rows.subject[row])],
                endpoint=each.endpoint,
                happening=rows.words[0 if rows.word is None else int(rows.word[row])],
                on=date.fromordinal(int(rows.day[row])),
                recorded=date.fromordinal(int(rows.recorded[row])),
                counted=counted,
            )


def _rows(
    data: Followup | Answers | Measurements | AdverseEventLog, calendar: CutCalendar
) -> _Rows:
    match data:
        case Followup():
            day, late = ending_days(data, calendar), late_rows(data, calendar)
            said = data.happening
            words, word = (("event",), None) if said is None else (said.levels, said.codes)
            return _Rows(data.subject, day, data.recorded, late, words, word)
        case AdverseEventLog():
            day, late = onset_days(data, calendar), late_adverse_events(data, calendar)
            term = data.term
            return _Rows(data.subject, day, data.recorded, late, term.levels, term.codes)
        case _:
            day, late = assessment_days(data, calendar), late_answers(data, calendar)
            everyone = np.arange(day.size)
            words = ("answer",) if isinstance(data, Answers) else ("value",)
            return _Rows(everyone, day, data.recorded, late, words, None)
