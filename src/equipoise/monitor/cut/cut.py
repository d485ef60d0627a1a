"""The data as they were known on a date: follow-up truncated, and what came too late listed.

The day of the cut counts: an event dated on it is in.  Patients randomized later leave, and all
that points at patients is numbered anew.  What has no date cannot be cut; it stays, or is left
untold, and a remark says so.  Nothing dated after the cut changes the snapshot.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from equipoise.analyze.snapshot import Snapshot
from equipoise.errors import DataError
from equipoise.monitor.cut.adverse_events import cut_adverse_events, onset_days
from equipoise.monitor.cut.answers import assessment_days, cut_answers, cut_measurements
from equipoise.monitor.cut.calendar import CutCalendar
from equipoise.monitor.cut.disposition import cut_disposition, findings_of
from equipoise.monitor.cut.followup import cut_followup, ending_days
from equipoise.monitor.cut.late import LateEvent, late_events
from equipoise.monitor.cut.remarks import cut_remarks
from equipoise.monitor.cut.subjects import cut_subjects
from equipoise.protocol.data_map import Response
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import DAYS_PER

if TYPE_CHECKING:
    from equipoise.kernel.arrays import Codes

__all__ = ["DataCut", "LateEvent", "snapshot_at"]


@dataclass(frozen=True, slots=True)
class DataCut:
    """The snapshot of a look."""

    as_of: date
    snapshot: Snapshot  # of the patients randomized by then, as followed by then
    late: tuple[LateEvent, ...]
    after: int  # patients in the data who were randomized after the cut
    first_randomized: date
    latest_seen: date  # the last date on which anyone in the data was seen
    remarks: tuple[str, ...]  # what the data did not allow to cut, as sentences


def snapshot_at(
    snapshot: Snapshot, as_of: date, *, late: Literal["left out", "counted"] = "left out"
) -> DataCut:
    """Give the data as they were known on a date.

    Args:
        snapshot: all that is in the data.
        as_of: date of the cut; what is dated by it is known.
        late: events by the cut that came into the database after it: left out, the patient being
            censored at their time, or counted all the same.

    Raises:
        DataError: The data have no dates of randomization, or nobody was randomized by the cut.

    Witness: a simulated trial as known at the same time, event for event; row by row in plain
    Python (tests/laws/test_monitored_cut.py, tests/twice/test_monitored_cut.py).
    """
    calendar = _calendar(snapshot, as_of)
    counted, latest = late == "counted", _latest(snapshot, calendar)
    due = {
        source.endpoint: source.due
        for source in snapshot.protocol.data.endpoints
        if isinstance(source, Response)
    }
    known = replace(
        snapshot,
        subjects=cut_subjects(snapshot.subjects, snapshot.protocol, calendar),
        followups={
            name: cut_followup(each, _timed(snapshot, name), calendar, late_counted=counted)
            for name, each in snapshot.followups.items()
        },
        answers={
            name: cut_answers(each, calendar, due=due.get(name), late_counted=counted)
            for name, each in snapshot.answers.items()
        },
        measurements={
            name: cut_measurements(each, calendar, late_counted=counted)
            for name, each in snapshot.measurements.items()
        },
        adverse_events={
            name: cut_adverse_events(each, calendar, late_counted=counted)
            for name, each in snapshot.adverse_events.items()
        },
    )
    changed = latest > calendar.cut
    events = tuple(late_events(snapshot, calendar, counted=counted))
    return DataCut(
        as_of=as_of,
        snapshot=replace(
            known,
            disposition=cut_disposition(known, changed=changed or bool(events)),
            findings=findings_of(known),
        ),
        late=events,
        after=int((~calendar.kept).sum()),
        first_randomized=date.fromordinal(int(calendar.randomized.min())),
        latest_seen=date.fromordinal(latest),
        remarks=tuple(cut_remarks(snapshot, known, calendar, date.fromordinal(latest), late=late)),
    )


def _calendar(snapshot: Snapshot, as_of: date) -> CutCalendar:
    """Find the dates of randomization, and refuse a cut that they do not allow."""
    randomized = snapshot.subjects.randomized
    if randomized is None:
        raise DataError(
            "The data cannot be cut at a date: the protocol names no column with the date of "
            "randomization. Add `randomized` under data.subjects."
        )
    unknown = np.flatnonzero(randomized < 0)
    if unknown.size or not randomized.size:
        who = "1 patient" if unknown.size == 1 else f"{unknown.size} patients"
        named = ", ".join(snapshot.subjects.id[place] for place in unknown[:3])
        raise DataError(
            f"The data cannot be cut at a date: the date of randomization is missing for "
            f"{who} ({named}). Complete it."
        )
    first = int(randomized.min())
    if as_of.toordinal() < first:
        raise DataError(
            f"Nobody was randomized by {as_of}: the first patient was on "
            f"{date.fromordinal(first)}. Give a later date."
        )
    unit = snapshot.protocol.trial.time_unit
    return CutCalendar(randomized, DAYS_PER[unit], as_of.toordinal())


def _timed(snapshot: Snapshot, name: str) -> TimeToEvent:
    endpoint = snapshot.protocol.endpoint(name)
    assert isinstance(endpoint, TimeToEvent)  # noqa: S101 - only such endpoints have follow-up
    return endpoint


def _latest(snapshot: Snapshot, calendar: CutCalendar) -> int:
    """Give the last day on which anyone in the data was seen."""
    days: list[Codes] = [calendar.randomized]
    days += [ending_days(each, calendar) for each in snapshot.followups.values()]
    days += [assessment_days(each, calendar) for each in snapshot.answers.values()]
    days += [assessment_days(each, calendar) for each in snapshot.measurements.values()]
    days += [onset_days(each, calendar) for each in snapshot.adverse_events.values()]
    subjects = snapshot.subjects
    days += [each for each in (subjects.treated_from, subjects.treated_until) if each is not None]
    return max(int(each.max(initial=-1)) for each in days)
