"""From columns to follow-up: time, outcome, and what ended it, for each way of recording it.

FirstOf: the earliest happening decides; at equal times an event goes before a competing
event, that before a censoring, and all before the last contact.  SingleTime: one time and its
event or cause.  AdamTimeToEvent: AVAL with CNSR, where 0 is an event and every other code a
reason for censoring, unless the protocol names it a competing event.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.io.data.censor_coding import check_cause_coding
from equipoise.io.data.columns import TableData, dates, days_of, matched, numbers, text
from equipoise.io.data.conditions import certainly
from equipoise.io.data.date_checks import check_before
from equipoise.io.data.endpoint_rows import CENSORED, EndpointRows, known, roles, row_dates, times
from equipoise.io.data.event_coding import check_event_condition
from equipoise.io.data.findings import AlreadyTold, FindingLog, RowsError, listed
from equipoise.io.data.roster import Roster, whose
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, vector
from equipoise.protocol.data_map import EventSource, FirstOf, SingleTime
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import TimeUnit

NEVER = np.iinfo(np.int64).max


def single_time(
    endpoint: TimeToEvent,
    source: SingleTime,
    tables: Mapping[str, TableData],
    roster: Roster,
    log: FindingLog,
) -> EndpointRows:
    """Read one time and what ended it.

    Raises:
        DataError: where what ended it is missing or unknown, with the rows.
    """
    table = tables[source.table]
    subject = whose(table, source.subject, roster, log, records=f"times of {endpoint.id}")
    rule = "unreadable-endpoint"
    time = log.attempt(rule, table.id, lambda: numbers(table, source.time))
    entry, start = None, source.entry
    if start is not None:
        entry = log.attempt(rule, table.id, lambda: numbers(table, start))
    read = causes if source.cause is not None else event_or_not
    ended = log.attempt(rule, table.id, lambda: read(endpoint, source, table, log))
    if time is None or ended is None or (start is not None and entry is None):
        raise AlreadyTold(endpoint.id)
    levels, happening, outcome = ended
    on, came = row_dates(table, source.date, source.recorded, log)
    return EndpointRows(
        table, subject, time, outcome, levels, happening, table.row, entry, on, came
    )


def event_or_not(
    endpoint: TimeToEvent, source: SingleTime, table: TableData, log: FindingLog
) -> tuple[tuple[str, ...], Codes, Codes]:
    """Read an event by its condition; an unknown answer is refused, never censored."""
    condition = source.event or ""
    occurred, unknown = certainly(condition, table)
    if unknown.any():
        message = (
            f"{table.file}: whether `{condition}` holds is unknown because of missing cells. "
            "Complete them, or leave the rows out with the table's `where`."
        )
        raise RowsError(message, table.row[unknown])
    check_event_condition(condition, table, log)
    name = endpoint.events[0] if len(endpoint.events) == 1 else endpoint.label
    return (name, CENSORED), codes(np.where(occurred, 0, 1)), codes(occurred)


def causes(
    endpoint: TimeToEvent, source: SingleTime, table: TableData, log: FindingLog
) -> tuple[tuple[str, ...], Codes, Codes]:
    """Read what ended follow-up from a column of causes."""
    column = source.cause or ""
    outcome_of = roles(endpoint)
    levels = tuple(outcome_of)
    strange = [name for _, name in source.cause_values if name not in outcome_of]
    if strange:
        message = f"{listed(strange)} is no happening of {endpoint.id}: {listed(levels)}."
        raise DataError(message)
    meaning = {level: place for place, level in enumerate(levels)}
    recorded = {value: meaning[name] for value, name in source.cause_values}
    values = text(table, column)
    happening, unknown = matched(values, recorded or meaning)
    refused = unknown | (happening < 0)
    if refused.any():
        seen = values.filter(pl.Series(refused)).unique(maintain_order=True).to_list()
        message = (
            f"{table.file}: {column} holds {listed(seen)}, and the protocol does not say what it "
            f"means. Map each value to one of {listed(levels)}."
        )
        raise RowsError(message, table.row[refused])
    check_cause_coding(endpoint, source, table, log)
    return levels, happening, codes(np.array(list(outcome_of.values()))[happening])


def first_of(
    endpoint: TimeToEvent,
    source: FirstOf,
    tables: Mapping[str, TableData],
    roster: Roster,
    unit: TimeUnit,
    log: FindingLog,
) -> EndpointRows:
    """Let the earliest of several happenings decide, else the last contact.

    Raises:
        DataError: where a time is missing or a condition unknown, with the rows.
    """
    outcome_of = roles(endpoint)
    order = sorted(
        source.happenings, key=lambda each: list(outcome_of).index(known(each.event, endpoint))
    )
    table = tables[source.last_contact_table]
    number = whose(table, source.subject, roster, log, records=f"last contacts of {endpoint.id}")
    rule, doubtful = "unreadable-endpoint", np.zeros(roster.size, dtype=np.bool_)
    contact = log.attempt(
        rule, table.id, lambda: last_contacts(source, table, number, roster, unit, doubtful, log)
    )
    happened = [
        first
        for each in order
        if (first := log.attempt(rule, each.table, partial(
            earliest, each, source.subject, tables, roster, unit, log))) is not None
    ]  # fmt: skip
    if contact is None or len(happened) < len(order):
        raise AlreadyTold(endpoint.id)
    last, row = latest(contact, number, roster, table)
    time_of = np.vstack([first for first, _ in happened])
    decisive = np.argmin(time_of, axis=0)  # the first of equals, in the order of roles
    time = time_of[decisive, np.arange(roster.size)]
    nothing = ~np.isfinite(time)
    late = ~nothing & (time > last)
    decisive, time = np.where(nothing, len(order), decisive), np.where(nothing, last, time)
    if late.any():
        message = (
            f"{endpoint.label}: an event is later than the patient's last contact; the event's "
            "time was used. Check both times."
        )
        ids = roster.ids.filter(pl.Series(late)).to_list()
        log.add("warning", "event-after-last-contact", message, table=table.id,
                rows=row[late & (row > 0)], subjects=ids)  # fmt: skip
    levels = tuple(dict.fromkeys([*(each.event for each in order), CENSORED]))
    place = codes([levels.index(name) for name in (*(each.event for each in order), CENSORED)])
    outcome = codes([*(outcome_of[each.event] for each in order), 0])
    # a patient with neither has no follow-up, and no row; nor has one whose dates are refused
    here = (~nothing | (row > 0)) & ~doubtful
    rows = EndpointRows(
        table, codes(np.arange(roster.size)), vector(time), codes(outcome[decisive]), levels,
        codes(place[decisive]), codes(row), recorded=decisive_recorded(source, order, happened,
                                                                       decisive),
    )  # fmt: skip
    return rows.at(np.flatnonzero(here))


def last_contacts(
    source: FirstOf,
    table: TableData,
    number: Codes,
    roster: Roster,
    unit: TimeUnit,
    doubtful: Flags,
    log: FindingLog,
) -> Vector:
    """Give the time of every last contact; `doubtful` marks patients whose dates are refused."""
    contact = times(table, source.last_contact_time, source.last_contact_date, number, roster, unit)
    if source.last_contact_date is None or roster.randomized_on is None:
        return contact
    doubtful |= roster.randomized_on.is_null().to_numpy()
    early = (contact < 0) & (number >= 0)
    check_before(early, "last contact", source.last_contact_date, table, number, roster, log)
    doubtful[number[early]] = True
    return contact


def latest(time: Vector, number: Codes, roster: Roster, table: TableData) -> tuple[Vector, Codes]:
    """Give each patient's last contact (NaN if missing), and a row it stands in (0: none)."""
    counted = number >= 0
    row = np.zeros(roster.size, dtype=np.int64)
    row[number[counted]] = table.row[counted]
    last = np.full(roster.size, -np.inf)
    given = counted & ~np.isnan(time)
    np.maximum.at(last, number[given], time[given])
    return vector(np.where(np.isneginf(last), np.nan, last)), codes(row)


def earliest(
    source: EventSource,
    subject_column: str | None,
    tables: Mapping[str, TableData],
    roster: Roster,
    unit: TimeUnit,
    log: FindingLog,
) -> tuple[Vector, Codes]:
    """Give each patient's first time of one happening, infinite if none, and when it was recorded.

    The latter is `date.toordinal()`, -1 where it is not known.
    """
    table = tables[source.table]
    rule = "unreadable-endpoint"
    number = whose(table, subject_column, roster, log, records=f"records of {source.event}")
    time = times(table, source.time, source.date, number, roster, unit)
    absent = np.isnan(time) & (number >= 0)
    if source.when is None:
        occurred = ~absent
    else:
        occurred, unknown = certainly(source.when, table)
        check_event_condition(source.when, table, log, alone=False)
        if (doubtful := unknown & ~absent).any():
            message = (
                f"{table.file}: a time of {source.event} is recorded, but whether "
                f"`{source.when}` holds is unknown. Complete the cells."
            )
            log.add("error", rule, message, table=table.id, rows=table.row[doubtful])
        given = dates(table, source.date).is_not_null().to_numpy() if source.date else ~absent
        if (timeless := occurred & absent & ~given).any():
            message = (
                f"{table.file}: {source.event} happened (`{source.when}`), but "
                f"{source.time or source.date} is missing. Complete the time."
            )
            log.add("error", rule, message, table=table.id, rows=table.row[timeless])
    counted = occurred & (number >= 0) & ~absent
    if not counted.any():
        check_never(source, table, log)
    wrong = counted & (np.isinf(time) | (time < 0))
    if wrong.any() and source.date is not None:
        check_before(wrong, source.event, source.date, table, number, roster, log)
    elif wrong.any():
        message = (
            f"{table.file}: {source.time}, the time of {source.event}, is negative or infinite: "
            f"{', '.join(f'{value:g}' for value in time[wrong][:3])}. Times count from "
            "randomization; correct them."
        )
        log.add("error", rule, message, table=table.id, rows=table.row[wrong])
    counted &= ~wrong
    first = np.full(roster.size, np.inf)
    np.minimum.at(first, number[counted], time[counted])
    came = np.full(roster.size, NEVER, dtype=np.int64)
    if source.recorded is not None:
        day = days_of(table, source.recorded)
        told = counted & (time == first[number]) & (day >= 0)
        np.minimum.at(came, number[told], day[told])
    return vector(first), codes(np.where(came == NEVER, -1, came))


def decisive_recorded(
    source: FirstOf,
    order: Sequence[EventSource],
    happened: Sequence[tuple[Vector, Codes]],
    decisive: Codes,
) -> Codes | None:
    """Give when the decisive happening came into the database; None where nothing says so."""
    if all(each.recorded is None for each in source.happenings):
        return None
    unknown = np.full(decisive.size, -1, dtype=np.int64)
    came = np.vstack([*(day for _, day in happened), unknown])
    return codes(came[np.minimum(decisive, len(order)), np.arange(decisive.size)])


def check_never(source: EventSource, table: TableData, log: FindingLog) -> None:
    """Doubt a happening that is recorded for nobody."""
    column = source.time or source.date or ""
    where = f" where `{source.when}`" if source.when else ""
    message = (
        f"{table.file}: {source.event} never happens: no row has a time in {column}{where}. "
        "Check the column, or the values that the condition names."
    )
    log.add("warning", "never-happens", message, table=table.id)
