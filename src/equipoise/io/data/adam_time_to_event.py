"""Time to event as ADaM records it (ADTTE): AVAL with CNSR.

CNSR 0 is an event; every other code is a reason for censoring, unless the protocol names it
a competing event.  EVNTDESC, where mapped, says what ended each row.
"""

import re
from collections.abc import Mapping

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.io.data.censor_coding import check_censor_texts
from equipoise.io.data.columns import TableData, dates, matched, numbers, text
from equipoise.io.data.conditions import certainly, holds
from equipoise.io.data.endpoint_rows import CENSORED, EndpointRows, known, roles, row_dates
from equipoise.io.data.event_coding import check_parameter_unit, check_study_days
from equipoise.io.data.findings import AlreadyTold, FindingLog, RowsError, listed
from equipoise.io.data.roster import Roster, whose
from equipoise.kernel.arrays import Codes, Flags, codes, vector
from equipoise.protocol.data_map import AdamTimeToEvent
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import DAYS_PER, TimeUnit

WHOLE_CODE = re.compile(r"^\d+(\.0+)?$")


def adam_time_to_event(
    endpoint: TimeToEvent,
    source: AdamTimeToEvent,
    tables: Mapping[str, TableData],
    roster: Roster,
    unit: TimeUnit,
    log: FindingLog,
) -> EndpointRows:
    """Read one parameter of an ADTTE data set.

    Raises:
        DataError: if the parameter is not there, or CNSR is missing or no whole number.
    """
    whole = tables[source.table]
    chosen, _ = certainly(f"`{source.parameter_column}` == {quoted(source.parameter)}", whole)
    if not chosen.any():
        seen = text(whole, source.parameter_column).drop_nulls().unique(maintain_order=True)
        message = (
            f"{whole.file}: no row has {source.parameter_column} {source.parameter!r}. "
            f"It holds {listed(seen.to_list())}. Correct data.endpoints.{endpoint.id}.parameter."
        )
        raise DataError(message)
    table = whole.only(chosen)
    subject = whose(table, source.subject, roster, log, records=f"records of {source.parameter}")
    recorded_in = source.time_unit or unit
    check_parameter_unit(table, source.parameter, recorded_in, log)
    check_cut(table, roster, log)
    rule = "unreadable-endpoint"
    recorded = log.attempt(rule, table.id, lambda: numbers(table, source.time))
    code = log.attempt(rule, table.id, lambda: censor_codes(table, source))
    if recorded is None or code is None:
        raise AlreadyTold(endpoint.id)
    check_study_days(table, source.time, recorded_in, log)
    check_censor_texts(endpoint, source, table, code, log)
    time = vector(recorded * (DAYS_PER[recorded_in] / DAYS_PER[unit]))
    reason = text(table, source.description) if source.description else None
    outcome = np.where(code == 0, 1, 0)
    names = np.array([endpoint.events[0], CENSORED], dtype=object)[np.where(code == 0, 0, 1)]
    for value, name in source.competing:
        here = competing_rows(value, code, reason)
        outcome[here], names[here] = roles(endpoint)[known(name, endpoint)], name
    happening = pl.Series(names.astype(str), dtype=pl.String)
    if reason is not None:
        happening = reason.fill_null(happening)
    levels = tuple(happening.unique(maintain_order=True).to_list())
    place, _ = matched(happening, {level: index for index, level in enumerate(levels)})
    on, came = row_dates(table, source.date, source.recorded, log)
    return EndpointRows(
        table, subject, time, codes(outcome), levels, place, table.row, on=on, recorded=came
    )


def quoted(value: str) -> str:
    """Write a text as a constant of a condition."""
    return f"'{value}'" if '"' in value else f'"{value}"'


def censor_codes(table: TableData, source: AdamTimeToEvent) -> Codes:
    """Read CNSR: whole numbers from 0."""
    values = text(table, source.censor)
    refused = ~values.str.contains(WHOLE_CODE.pattern).fill_null(value=False).to_numpy()
    if refused.any():
        seen = values.filter(pl.Series(refused)).unique(maintain_order=True).to_list()
        message = (
            f"{table.file}: {source.censor} holds {listed(seen)}. It must be 0 for an event and "
            "a whole number above 0 for each reason of censoring."
        )
        raise RowsError(message, table.row[refused])
    return codes(values.cast(pl.Float64).cast(pl.Int64).to_numpy())


def competing_rows(value: str, code: Codes, reason: pl.Series | None) -> Flags:
    """Find the rows of a competing event, by its CNSR code or by its description."""
    if WHOLE_CODE.match(value):
        return np.asarray(code == int(float(value)))
    if reason is None:
        raise DataError(
            f"The competing value {value!r} is no CNSR code, and no `description` is named. "
            "Name the column with the descriptions, or give the code."
        )
    return (reason == value).fill_null(value=False).to_numpy()


def check_cut(table: TableData, roster: Roster, log: FindingLog) -> None:
    """Find analysis dates after the data cut."""
    if roster.data_cut is None or "ADT" not in table.frame.columns:
        return
    late = holds(f'ADT > "{roster.data_cut}"', table).fill_null(value=False).to_numpy()
    if late.any():
        days = dates(table, "ADT").filter(pl.Series(late)).cast(pl.String).to_list()
        message = (
            f"{table.file}: ADT is after the data cut {roster.data_cut}: {listed(days, 3)}. "
            "Cut the data again, or correct analysis.data_cut."
        )
        log.add("error", "after-data-cut", message, table=table.id, rows=table.row[late])
