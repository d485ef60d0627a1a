"""Adverse events as they were known on a date: those that had begun, of the patients who stay.

Events of which it is not known when they began stay, unless they were recorded after the cut.
"""

from dataclasses import replace

import numpy as np

from equipoise.analyze.snapshot import AdverseEventLog, Categories
from equipoise.kernel.arrays import Codes, Flags, codes, flags, vector
from equipoise.monitor.cut.calendar import CutCalendar


def onset_days(log: AdverseEventLog, calendar: CutCalendar) -> Codes:
    """Give the day on which each event began, -1 where it is not known."""
    if log.onset is None:
        return codes(np.full(log.subject.size, -1))
    return calendar.day(log.subject, log.onset)


def late_adverse_events(log: AdverseEventLog, calendar: CutCalendar) -> Flags:
    """Tell which events began by the cut and came into the database after it."""
    day = onset_days(log, calendar)
    begun = (day >= 0) & (day <= calendar.cut) & calendar.kept[log.subject]
    return flags(begun & calendar.later(log.recorded, day.size))


def cut_adverse_events(
    log: AdverseEventLog, calendar: CutCalendar, *, late_counted: bool
) -> AdverseEventLog:
    """Give the adverse events that had begun by the cut.

    Witness: row by row in plain Python (tests/twice/test_monitored_cut.py).
    """
    day = onset_days(log, calendar)
    stays = calendar.kept[log.subject] & (day <= calendar.cut)
    stays &= ~((day < 0) & calendar.later(log.recorded, day.size))
    if not late_counted:
        stays &= ~late_adverse_events(log, calendar)
    number = codes(calendar.number[log.subject[stays]])
    if stays.all():
        return replace(log, subject=number)
    return AdverseEventLog(
        endpoint=log.endpoint,
        subject=number,
        system_organ_class=_occurring(log.system_organ_class, stays),
        term=_occurring(log.term, stays),
        grade=codes(log.grade[stays]),
        serious=flags(log.serious[stays]),
        related=flags(log.related[stays]),
        fatal=flags(log.fatal[stays]),
        has=log.has,
        left_out=log.left_out,
        onset=None if log.onset is None else vector(log.onset[stays]),
        recorded=None if log.recorded is None else codes(log.recorded[stays]),
    )


def _occurring(categories: Categories, stays: Flags) -> Categories:
    """Keep the levels that still occur, in their order."""
    code = categories.codes[stays]
    here = np.unique(code[code >= 0])
    new = np.full(len(categories.levels) + 1, -1, dtype=np.int64)  # the last entry serves -1
    new[here] = np.arange(here.size)
    return Categories(tuple(categories.levels[place] for place in here), codes(new[code]))
