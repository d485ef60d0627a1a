"""Answers and measurements as they were known on a date.

Whoever has no answer by the cut, and need not have one yet, is awaited: in no analysis of it, and
no non-responder.  An answer that was due by the cut and not known then is missing, and counts as
the protocol says, whatever came later.  It is due at the time the protocol names, else at the
longest that an answer known by the cut took.
"""

import numpy as np

from equipoise.analyze.snapshot import Answers, Measurements
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector
from equipoise.monitor.cut.calendar import NEARLY, CutCalendar


def assessment_days(data: Answers | Measurements, calendar: CutCalendar) -> Codes:
    """Give the day of each patient's assessment, -1 where it is not known."""
    if data.time is None:
        return codes(np.full(data.value.size, -1))
    return calendar.day(codes(np.arange(data.value.size)), data.time)


def given(data: Answers | Measurements) -> Flags:
    """Tell who has an answer, or a value."""
    return flags(data.value >= 0 if isinstance(data, Answers) else ~np.isnan(data.value))


def late_answers(data: Answers | Measurements, calendar: CutCalendar) -> Flags:
    """Tell whose answer was given by the cut and came into the database after it."""
    day = assessment_days(data, calendar)
    by_the_cut = (day >= 0) & (day <= calendar.cut) & calendar.kept
    return flags(given(data) & by_the_cut & calendar.later(data.recorded, day.size))


def due_by(answers: Answers, calendar: CutCalendar, *, late_counted: bool) -> float | None:
    """Give the longest that a dated answer known by the cut took; None: there is none.

    Witness: answer by answer in plain Python (tests/twice/test_monitored_cut.py).
    """
    if answers.time is None:
        return None
    known = _settled(answers, calendar, late_counted=late_counted) & given(answers)
    known &= np.isfinite(answers.time)
    return float(answers.time[known].max()) if known.any() else None


def cut_answers(
    answers: Answers, calendar: CutCalendar, *, due: float | None, late_counted: bool
) -> Answers:
    """Give answers as known at the cut, of the patients who stay.

    Args:
        answers: of everyone in the data.
        calendar: of the cut.
        due: time since randomization by which everyone should have answered; None: `due_by`.
        late_counted: whether answers count that came into the database after the cut.

    Witness: the answers that a simulated trial shows at the time of the cut
    (tests/laws/test_monitored_cut.py).
    """
    kept = calendar.kept
    settled = _settled(answers, calendar, late_counted=late_counted)
    awaited = np.zeros_like(settled)
    if answers.time is not None:
        until = due_by(answers, calendar, late_counted=late_counted) if due is None else due
        whole = np.inf if until is None else np.floor(until * calendar.days + NEARLY)
        awaited = ~settled & (calendar.randomized + whole > calendar.cut)
    return Answers(
        endpoint=answers.endpoint,
        value=codes(np.where(settled, answers.value, -1)[kept]),
        time=_times(answers.time, settled, kept),
        recorded=_recorded(answers.recorded, calendar, late_counted=late_counted),
        awaited=flags(awaited[kept]) if awaited[kept].any() else None,
    )


def cut_measurements(
    measured: Measurements, calendar: CutCalendar, *, late_counted: bool
) -> Measurements:
    """Give measurements as known at the cut, of the patients who stay.

    Witness: value by value in plain Python (tests/twice/test_monitored_cut.py).
    """
    kept = calendar.kept
    settled = _settled(measured, calendar, late_counted=late_counted)
    return Measurements(
        endpoint=measured.endpoint,
        value=vector(np.where(settled, measured.value, np.nan)[kept]),
        time=_times(measured.time, settled, kept),
        recorded=_recorded(measured.recorded, calendar, late_counted=late_counted),
    )


def _settled(data: Answers | Measurements, calendar: CutCalendar, *, late_counted: bool) -> Flags:
    """Tell whose assessment is known at the cut, with an answer or without."""
    day = assessment_days(data, calendar)
    dated, later = day >= 0, calendar.later(data.recorded, day.size)
    if late_counted:
        later = later & ~dated
    told = dated | given(data) if data.time is not None else np.ones_like(dated)
    return flags(told & (day <= calendar.cut) & ~later)


def _times(time: Vector | None, settled: Flags, kept: Flags) -> Vector | None:
    return None if time is None else vector(np.where(settled, time, np.nan)[kept])


def _recorded(recorded: Codes | None, calendar: CutCalendar, *, late_counted: bool) -> Codes | None:
    if recorded is None:
        return None
    hidden = (recorded > calendar.cut) & (not late_counted)
    return codes(np.where(hidden, -1, recorded)[calendar.kept])
