"""Follow-up as it was known on a date: rows end at the cut, and with them what came after it.

A row that ends by the cut stays as it is.  One that goes on is censored at the cut, after

    (date of the cut) - (date of randomization) days,

and one day more where times count the day of randomization as day 1, as ADaM does: that is so
where the dates on which rows end say it of most rows that end by the cut.  A late event that is
left out is censored at its own time: nobody knows more of that patient by the cut.
"""

from dataclasses import replace

import numpy as np

from equipoise.analyze.snapshot import Categories, Followup
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector
from equipoise.monitor.cut.calendar import CutCalendar
from equipoise.protocol.endpoints import TimeToEvent

AT_THE_CUT = "data cut"  # what ended a row that goes on
CENSORED = "censored"
DAY_ONE = 0.5  # of a day: from here on most times count the day of randomization


def ending_days(followup: Followup, calendar: CutCalendar) -> Codes:
    """Give the day on which each row ended: its date, or by its time where none is known."""
    by_time = calendar.day(followup.subject, followup.time)
    if followup.on is None:
        return by_time
    return codes(np.where(followup.on < 0, by_time, followup.on))


def late_rows(followup: Followup, calendar: CutCalendar) -> Flags:
    """Tell which rows end in an event by the cut that came into the database after it."""
    came_later = calendar.later(followup.recorded, followup.time.size)
    ended = ending_days(followup, calendar) <= calendar.cut
    return flags(ended & (followup.outcome > 0) & came_later)


def cut_followup(
    followup: Followup, endpoint: TimeToEvent, calendar: CutCalendar, *, late_counted: bool
) -> Followup:
    """Give follow-up as known at the cut, of the patients who stay, with their new numbers.

    Witness: the snapshot of the simulated trial, event for event; row by row in plain Python
    (tests/laws/test_monitored_cut.py, tests/twice/test_monitored_cut.py).
    """
    day = ending_days(followup, calendar)
    goes_on = day > calendar.cut
    too_late = np.zeros_like(goes_on) if late_counted else late_rows(followup, calendar)
    limit = _limits(followup, calendar)
    stays = calendar.kept[followup.subject]
    if followup.entry is not None:
        stays = stays & (~goes_on | (followup.entry < limit))
    number = codes(calendar.number[followup.subject[stays]])
    if not (goes_on | too_late).any() and stays.all():
        return replace(followup, subject=number)
    censored = (goes_on | too_late)[stays]

    def unless_censored(values: Codes | None, instead: int) -> Codes | None:
        return None if values is None else codes(np.where(censored, instead, values[stays]))

    on = unless_censored(followup.on, calendar.cut)
    if on is not None:
        on = codes(np.where(too_late[stays], day[stays], on))
    time = np.where(goes_on, np.minimum(followup.time, limit), followup.time)
    return Followup(
        endpoint=followup.endpoint,
        subject=number,
        time=vector(time[stays]),
        outcome=codes(np.where(censored, 0, followup.outcome[stays])),
        entry=None if followup.entry is None else vector(followup.entry[stays]),
        happening=_happening(followup.happening, endpoint, stays, censored),
        recorded=unless_censored(followup.recorded, -1),
        on=on,
    )


def _limits(followup: Followup, calendar: CutCalendar) -> Vector:
    """Give the time since randomization at the end of the day of the cut, by row."""
    start = calendar.randomized[followup.subject]
    ahead = 0.0
    if followup.on is not None:
        told = (followup.on >= 0) & (followup.on <= calendar.cut)
        surplus = followup.time[told] * calendar.days - (followup.on[told] - start[told])
        ahead = float(surplus.size > 0 and np.median(surplus) > DAY_ONE)
    return vector((calendar.cut - start + ahead) / calendar.days)


def _happening(
    happening: Categories | None, endpoint: TimeToEvent, stays: Flags, censored: Flags
) -> Categories | None:
    """Say of censored rows that they end at the cut; drop words that only later rows have."""
    if happening is None:
        return None
    levels = happening.levels
    if AT_THE_CUT not in levels:
        levels = (*levels, AT_THE_CUT)
    told = np.where(censored, levels.index(AT_THE_CUT), happening.codes[stays])
    named = {*endpoint.events, *endpoint.competing, *endpoint.censoring, CENSORED}
    seen = set(np.unique(told).tolist())
    here = [place for place, level in enumerate(levels) if level in named or place in seen]
    new = np.full(len(levels) + 1, -1, dtype=np.int64)  # the last entry serves -1
    new[here] = np.arange(len(here))
    return Categories(tuple(levels[place] for place in here), codes(new[told]))
