"""What a data cut could not cut, in sentences."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from equipoise.analyze.snapshot import Answers, Measurements, Snapshot
from equipoise.monitor.cut.adverse_events import onset_days
from equipoise.monitor.cut.answers import assessment_days, due_by, given
from equipoise.monitor.cut.calendar import CutCalendar
from equipoise.protocol.data_map import Response
from equipoise.protocol.endpoints import Binary


def cut_remarks(
    whole: Snapshot, known: Snapshot, calendar: CutCalendar, latest: date, *, late: str
) -> Iterator[str]:
    """Say what has no date, how late events count, and whether the data reach the cut."""
    as_of = date.fromordinal(calendar.cut)
    if latest < as_of:
        yield (
            f"The data end on {latest}, {(as_of - latest).days} days before the cut on {as_of}: "
            "follow-up is not known until then."
        )
    yield from _followups(whole)
    yield from _answers(whole, calendar, late=late)
    yield from _adverse_events(whole, known, calendar)
    if _any_recorded(whole):
        rule = (
            "count all the same"
            if late == "counted"
            else "are left out, the patient being censored at their time"
        )
        yield f"Events by the cut that came into the database after it {rule}."
    if latest > as_of:
        yield from _undated(whole)


def _followups(whole: Snapshot) -> Iterator[str]:
    undated = [
        whole.protocol.endpoint(name).label
        for name, each in whole.followups.items()
        if each.on is None
    ]
    if undated:
        yield (
            f"{', '.join(undated)}: an event's day is taken as the date of randomization and its "
            "time in whole days. Where times count that date as day 1, events come a day late: "
            "name the column with their `date`."
        )


def _answers(whole: Snapshot, calendar: CutCalendar, *, late: str) -> Iterator[str]:
    sources = {each.endpoint: each for each in whole.protocol.data.endpoints}
    assessed: dict[str, Answers | Measurements] = {**whole.answers, **whole.measurements}
    for name, data in assessed.items():
        endpoint = whole.protocol.endpoint(name)
        mine = calendar.kept & given(data)
        undated = int((mine & (assessment_days(data, calendar) < 0)).sum())
        if undated:
            yield (
                f"{endpoint.label}: {undated} of {int(mine.sum())} assessments have no date and "
                "cannot be cut; they count. Name the column with their `date`."
            )
        source = sources.get(name)
        if not isinstance(endpoint, Binary) or not isinstance(source, Response):
            continue
        answers = whole.answers[name]
        longest = due_by(answers, calendar, late_counted=late == "counted")
        if source.due is None and longest is not None and endpoint.missing != "excluded":
            unit = whole.protocol.trial.time_unit
            yield (
                f"{endpoint.label}: patients without an answer are awaited until {longest:.3g} "
                f"{unit}s after randomization, the longest that an answer took; from then on a "
                f"missing answer {endpoint.missing}. Name `due` to say otherwise."
            )


def _adverse_events(whole: Snapshot, known: Snapshot, calendar: CutCalendar) -> Iterator[str]:
    for name, log in whole.adverse_events.items():
        stays = calendar.kept[log.subject] & (onset_days(log, calendar) < 0)
        undated, label = int(stays.sum()), whole.protocol.endpoint(name).label
        if undated:
            total = known.adverse_events[name].subject.size
            yield (
                f"{label}: {undated} of {total} records do not say when they began and cannot be "
                "cut; they count. Name the column with their `start`."
            )


def _any_recorded(whole: Snapshot) -> bool:
    told = [
        *(each.recorded for each in whole.followups.values()),
        *(each.recorded for each in whole.answers.values()),
        *(each.recorded for each in whole.measurements.values()),
        *(each.recorded for each in whole.adverse_events.values()),
    ]
    return any(each is not None and bool(np.any(each >= 0)) for each in told)


def _undated(whole: Snapshot) -> Iterator[str]:
    told = whole.disposition
    names = [
        name
        for name, there in (
            ("who was assessed", told.assessed is not None),
            ("who completed the study", bool(told.completed)),
            ("who discontinued it", any(told.discontinued.values())),
        )
        if there
    ]
    left_out = sum(each.left_out for each in whole.adverse_events.values())
    if left_out:
        names.append("which records of adverse events do not count")
    if names:
        yield f"Without a date, and so not told as of the cut: {', '.join(names)}."
    if whole.subjects.treated_from is None and (whole.subjects.received >= 0).any():
        yield "Who was treated by the cut is not dated: who was ever treated counts."
    if whole.findings:
        yield "The remarks of the data check speak of all data, those after the cut included."
