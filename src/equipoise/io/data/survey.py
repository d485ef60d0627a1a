"""Whether what the protocol speaks of is in the tables at all, before anything is read.

Every missing column is an error, all told at once.  A condition that holds in no row, and a
recorded value that never occurs, are doubts: they are usually misspelled.
"""

import difflib
from collections.abc import Iterator

import numpy as np

from equipoise.errors import DataError
from equipoise.io.data.columns import TableData, held, matched, text
from equipoise.io.data.conditions import certainly, evaluate
from equipoise.io.data.findings import FindingLog, MissingColumn, listed
from equipoise.io.data.mentions import Mention, mentions
from equipoise.io.data.tables import Tables
from equipoise.protocol.expression import (
    Among,
    And,
    Column,
    Compare,
    Condition,
    Constant,
    Not,
    Or,
    columns_of,
    parse_condition,
)
from equipoise.protocol.trial import Protocol

SPELLING = 0.75  # how close a value must be to another to be taken for a slip of the pen


def survey(protocol: Protocol, tables: Tables, log: FindingLog) -> None:
    """Look for every column, condition and recorded value of the protocol's data section."""
    for mention in mentions(protocol):
        if mention.table in tables.whole and every_column(mention, tables, log):
            table = tables.get(mention.table)
            if table is None or not table.frame.height:
                continue
            try:
                check_condition(mention, table, log)
                check_values(mention, table, log)
            except DataError:  # told, with its rows, where the column is read
                continue


def every_column(mention: Mention, tables: Tables, log: FindingLog) -> bool:
    """Tell whether the table has the columns; those that it lacks are told once."""
    whole = tables.whole[mention.table]
    missing = [column for column in mention.columns if column not in whole.frame.columns]
    for column in missing:
        if (whole.id, column) in log.columns_told:
            continue
        log.columns_told.add((whole.id, column))
        try:
            whole.column(column)
        except MissingColumn as error:
            message = f"{error} {mention.path} names it."
            log.add("error", "missing-column", message, table=whole.id)
    return not missing


def check_condition(mention: Mention, table: TableData, log: FindingLog) -> None:
    """Doubt a condition that holds in no row, and a text in it that is written otherwise."""
    if mention.condition is None:
        return
    certain, _ = certainly(mention.condition, table)
    parsed = parse_condition(mention.condition)
    absent = [
        (column, value)
        for column, value in constants(parsed)
        if not evaluate(Compare(Column(column), "==", Constant(value)), table).any()
    ]
    facts = [
        f"no row has {column} {shown(value)}{hint}; it holds {held(table, column)}"
        for column, value in absent
        if (hint := misspelled(table, column, value)) or not certain.any()
    ]
    if not certain.any():
        columns = columns_of(parsed)
        facts = facts or [f"{column} holds {held(table, column)}" for column in columns]
        fact = f"`{mention.condition}` holds in no row: {'; '.join(facts)}"
    elif facts:
        fact = "; ".join(facts)
    else:
        return
    doubtful = mention.decides or certain.any()
    message = f"{table.file}: {fact}. Check {mention.path}."
    log.add("warning" if doubtful else "note", "event-value-absent", message, table=table.id)


def constants(condition: Condition) -> Iterator[tuple[str, float | str | bool]]:
    """List the values that columns are compared with for equality."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from constants(part)
        case Not(inner):
            yield from constants(inner)
        case Among(column, values):
            yield from ((column.name, value.value) for value in values)
        case Compare(Column(name), "==", Constant(value)):
            yield name, value
        case _:
            return


def check_values(mention: Mention, table: TableData, log: FindingLog) -> None:
    """Doubt recorded values, mapped in the protocol, that no row holds."""
    if mention.column is None or not mention.values:
        return
    place = {value: index for index, value in enumerate(mention.values)}
    code, _ = matched(text(table, mention.column), place)
    absent = [value for value in mention.values if place[value] not in set(np.unique(code))]
    if absent:
        column = mention.column
        message = (
            f"{table.file}: no row has {column} {listed(absent)}; it holds {held(table, column)}. "
            f"Check the values under {mention.path}."
        )
        log.add("warning", "value-absent", message, table=table.id)


def misspelled(table: TableData, column: str, value: float | str | bool) -> str:  # noqa: FBT001 - a constant of a condition
    """Say which text of the column was probably meant."""
    if not isinstance(value, str):
        return ""
    there = {word.casefold(): word for word in text(table, column).drop_nulls().unique().to_list()}
    near = difflib.get_close_matches(value.casefold(), sorted(there), n=1, cutoff=SPELLING)
    return f" (did you mean {there[near[0]]!r}?)" if near else ""


def shown(value: float | str | bool) -> str:  # noqa: FBT001 - a constant of a condition
    """Write a constant as the protocol does."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else f"{value:g}"
