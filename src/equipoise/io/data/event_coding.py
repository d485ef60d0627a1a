"""Signs that an event, a censoring code or a unit of time means something else than written."""

import re

import numpy as np

from equipoise.errors import DataError
from equipoise.io.data.censor_coding import CENSOR_NAMES
from equipoise.io.data.columns import TableData, dates, is_numeric, numbers, text
from equipoise.io.data.findings import FindingLog, listed
from equipoise.protocol.expression import Column, Compare, Constant, parse_condition
from equipoise.protocol.trial import DAYS_PER, TimeUnit

UNIT = re.compile(r"\b(day|week|month|year)s?\b", re.IGNORECASE)


def check_event_condition(
    condition: str, table: TableData, log: FindingLog, *, alone: bool = True
) -> None:
    """Look at the column that an event is read from: its name, its values, its coding.

    `alone` says that the condition alone tells events from censorings; a condition that picks
    one happening of several, or an answer, may use any code.
    """
    parsed = parse_condition(condition)
    if not (
        isinstance(parsed, Compare)
        and parsed.operator == "=="
        and isinstance(parsed.left, Column)
        and isinstance(parsed.right, Constant)
    ):
        return
    name, value = parsed.left.name, parsed.right.value
    if name.lower() in CENSOR_NAMES and value == 1:
        message = (
            f"`{condition}` counts {name} 1 as the event, but a column of this name usually has "
            "1 for censored and 0 for an event. If so, write "
            f"`{name} == 0`, or map it by its PARAMCD as an ADaM time to event."
        )
        log.add("warning", "censor-named-event", message, table=table.id)
    if isinstance(value, float) and is_numeric(table, name):
        check_number_coding(condition, name, value, table, log, alone=alone)


def check_number_coding(
    condition: str, name: str, value: float, table: TableData, log: FindingLog, *, alone: bool
) -> None:
    """Find events coded 1/2, and codes that the condition silently calls censored."""
    cells = numbers(table, name)
    seen = set(np.unique(cells[~np.isnan(cells)]).tolist())
    shown = listed([f"{number:g}" for number in sorted(seen)])
    if seen == {1.0, 2.0} and value == 1 and alone:
        message = (
            f"{table.file}: {name} holds 1 and 2. In that coding 2 is usually the event, but "
            f"`{condition}` counts 1. If 2 is the event, write `{name} == 2`."
        )
        log.add("warning", "event-coded-1-2", message, table=table.id)
    elif value in {0, 1} and (other := seen - {0.0, 1.0}) and alone:
        rows = table.row[np.isin(cells, list(other))]
        message = (
            f"{table.file}: {name} holds {shown}; by `{condition}` all but {value:g} are no event. "
            "If some other code means something else, say so with `cause`."
        )
        log.add("warning", "event-outside-0-1", message, table=table.id, rows=rows)


def check_answer_condition(condition: str, table: TableData, log: FindingLog) -> None:
    """Find codes beside 0 and 1 that an answer `column == 1` silently calls no, such as 9."""
    match parse_condition(condition):
        case Compare(Column(name), "==", Constant(float(value))) if value in {0.0, 1.0}:
            pass
        case _:
            return
    if not is_numeric(table, name):
        return
    cells = numbers(table, name)
    seen = set(np.unique(cells[~np.isnan(cells)]).tolist())
    if {0.0, 1.0} < seen:
        other = sorted(seen - {0.0, 1.0})
        message = (
            f"{table.file}: {name} holds {listed([f'{code:g}' for code in other])} beside 0 and 1; "
            f"by `{condition}` these answer no. If they mean missing, add `no: {name} == "
            f"{1 - value:g}`."
        )
        rows = table.row[np.isin(cells, other)]
        log.add("warning", "answer-outside-0-1", message, table=table.id, rows=rows)


def check_parameter_unit(table: TableData, parameter: str, unit: TimeUnit, log: FindingLog) -> None:
    """Compare the unit that AVALU or PARAM names with the unit assumed."""
    for column in ("AVALU", "PARAM"):
        if column not in table.frame.columns:
            continue
        for words in text(table, column).drop_nulls().unique(maintain_order=True).to_list():
            named = {hit.lower() for hit in UNIT.findall(words)}
            if len(named) == 1 and unit not in named:
                message = (
                    f"{table.file}: {column} of {parameter} says {words!r}, but its times are "
                    f"taken as {unit}s. State `time_unit` for this endpoint, or the trial's."
                )
                log.add("warning", "unit-disagrees", message, table=table.id)


def check_study_days(table: TableData, time: str, unit: TimeUnit, log: FindingLog) -> None:
    """Compare AVAL with ADT - STARTDT (+ 1), where both are columns of whole dates."""
    if not {"ADT", "STARTDT"} <= set(table.frame.columns):
        return
    try:
        span = (dates(table, "ADT") - dates(table, "STARTDT")).dt.total_days()
    except DataError:  # nothing rests on these columns: what is no date is not compared
        return
    days = span.cast(float).fill_null(np.nan).to_numpy()
    value = numbers(table, time) * DAYS_PER[unit]
    with np.errstate(invalid="ignore"):
        slack = 0.02 * DAYS_PER[unit] + 0.5  # times may be rounded to two decimals of the unit
        wrong = (value < days - slack) | (value > days + 1 + slack)
    if wrong.any():
        message = (
            f"{table.file}: {time} is not the time from STARTDT to ADT in {unit}s. "
            "Check the unit and the dates."
        )
        log.add("warning", "time-disagrees-with-dates", message, table=table.id,
                rows=table.row[wrong])  # fmt: skip
