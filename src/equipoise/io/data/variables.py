"""What is known of each patient at randomization, and which populations they belong to."""

import numpy as np
import polars as pl

from equipoise.analyze.exclusions import stratified_analyses, unrecorded
from equipoise.analyze.snapshot import Categories
from equipoise.io.data.columns import TableData, matched, numbers, text
from equipoise.io.data.conditions import certainly
from equipoise.io.data.findings import FindingLog, RowsError, listed
from equipoise.io.data.roster import Roster, one_row_each, whose
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, frozen
from equipoise.protocol.data_map import VariableSource
from equipoise.protocol.trial import Population, Protocol, Variable


def read_variables(
    protocol: Protocol, tables: dict[str, TableData], roster: Roster, log: FindingLog
) -> dict[str, Vector | Categories]:
    """Read every variable of the protocol; problems go to `log`."""
    sources = {source.variable: source for source in protocol.data.variables}
    found: dict[str, Vector | Categories] = {}
    for variable in protocol.variables:
        source = sources.get(variable.id, VariableSource(variable.id, column=variable.id))
        with log.keeping("unreadable-variable", source.table or roster.table.id):
            table = roster.table if source.table is None else tables[source.table]
            place = places(source, table, roster, log)
            found[variable.id] = read_variable(variable, source, table, place, log)
            check_missing(variable, found[variable.id], protocol, roster, log)
    return found


def places(
    source: VariableSource, table: TableData, roster: Roster, log: FindingLog
) -> Codes | None:
    """Tell where in another table each patient's row is, -1 for none; None: the patients' own."""
    subjects_table = source.table is None or source.table == roster.table.id
    if subjects_table:
        return None
    number = whose(table, None, roster, log, records="rows")
    one_row_each(number, table, roster, log, what=source.variable)
    place = np.full(roster.size, -1, dtype=np.int64)
    counted = np.flatnonzero(number >= 0)
    place[number[counted]] = counted
    return codes(place)


def read_variable(
    variable: Variable,
    source: VariableSource,
    table: TableData,
    place: Codes | None,
    log: FindingLog,
) -> Vector | Categories:
    """Read one variable in the order of the patients."""
    if variable.kind == "continuous":
        values = numbers(table, source.column or variable.id)
        infinite = np.isinf(values)
        if infinite.any():
            message = f"{table.file}: {source.column or variable.id} is infinite. Correct it."
            raise RowsError(message, table.row[infinite])
        if place is None:
            return frozen(values.copy())
        return frozen(np.where(place >= 0, values[np.maximum(place, 0)], np.nan))
    if source.when:
        levels, code = levels_by_condition(variable, source, table, log)
    else:
        levels, code = levels_by_value(variable, source, table)
    if place is not None:
        code = codes(np.where(place >= 0, code[np.maximum(place, 0)], -1))
    return Categories(levels, code)


def levels_by_value(
    variable: Variable, source: VariableSource, table: TableData
) -> tuple[tuple[str, ...], Codes]:
    """Read levels as recorded, or as the protocol relabels what is recorded."""
    column = source.column or variable.id
    values = text(table, column)
    if variable.levels:
        levels = variable.levels
    elif source.values:
        levels = tuple(dict.fromkeys(level for _, level in source.values))
    else:
        levels = tuple(sorted(values.drop_nulls().unique().to_list()))
    meaning = {level: index for index, level in enumerate(levels)}
    relabeled = {recorded: meaning[level] for recorded, level in source.values}
    code, unknown = matched(values, meaning | relabeled)
    if unknown.any():
        seen = values.filter(pl.Series(unknown)).unique(maintain_order=True).to_list()
        message = (
            f"{table.file}: {column} holds {listed(seen)}, which is no level of "
            f"{variable.label!r}. Levels are {listed(levels)}. Add the level, or say under "
            f"data.variables.{variable.id}.values which level each value means."
        )
        raise RowsError(message, table.row[unknown])
    return levels, code


def levels_by_condition(
    variable: Variable, source: VariableSource, table: TableData, log: FindingLog
) -> tuple[tuple[str, ...], Codes]:
    """Read each level where its own condition holds; no patient may have two levels."""
    levels = variable.levels or tuple(level for level, _ in source.when)
    code = np.full(table.frame.height, -1, dtype=np.int64)
    doubtful = np.zeros(table.frame.height, dtype=np.bool_)
    for level, condition in source.when:
        certain, unknown = certainly(condition, table)
        twice = certain & (code >= 0)
        if twice.any():
            message = (
                f"{table.file}: two levels of {variable.label!r} hold at once, the second by "
                f"`{condition}`. Make the conditions exclude each other."
            )
            raise RowsError(message, table.row[twice])
        code[certain] = levels.index(level)
        doubtful |= unknown
    neither = (code < 0) & ~doubtful
    if neither.any():
        message = (
            f"{table.file}: no condition for {variable.label!r} holds, though nothing is missing; "
            "the level counts as missing. Complete the conditions."
        )
        log.add("warning", "no-level", message, table=table.id, rows=table.row[neither])
    return levels, codes(code)


def check_missing(
    variable: Variable,
    values: Vector | Categories,
    protocol: Protocol,
    roster: Roster,
    log: FindingLog,
) -> None:
    """Say for how many patients a variable is missing, and what that leaves out."""
    absent = unrecorded(values)
    count = int(absent.sum())
    if not count:
        return
    if any(variable.id in analysis.variables for analysis in stratified_analyses(protocol)):
        return  # told with the analyses that these patients leave
    if variable.id in protocol.strata:
        rule, effect = "missing-stratum", "they are in no stratum; no analysis is stratified by it"
    elif variable.id in protocol.analysis.subgroups:
        rule, effect = "missing-baseline", "they are in no subgroup of it"
    else:
        rule, effect = "missing-baseline", "they are counted as missing"
    message = f"{variable.label} is missing for {count} of {roster.size} patients; {effect}."
    rows, ids = roster.table.row[absent], roster.ids.filter(pl.Series(absent)).to_list()
    log.add("warning", rule, message, table=roster.table.id, rows=rows, subjects=ids)


def read_populations(protocol: Protocol, roster: Roster, log: FindingLog) -> dict[str, Flags]:
    """Tell who belongs to each population; a patient not treated is in none by arm received."""
    found: dict[str, Flags] = {}
    for population in protocol.populations:
        member = np.ones(roster.size, dtype=np.bool_)
        if population.where is not None:
            with log.keeping("unreadable-population", roster.table.id):
                member, unknown = certainly(population.where, roster.table)
                treated = protocol.data.subjects.treated if protocol.data.subjects else None
                if unknown.any() and population.where != treated:  # else told with the patients
                    message = (
                        f"Whether `{population.where}` holds is unknown; these patients are not "
                        f"in {population.label}."
                    )
                    rows = roster.table.row[unknown]
                    log.add(
                        "warning", "unknown-population", message, table=roster.table.id, rows=rows
                    )
        if population.arms == "received":
            member = member & (roster.received >= 0)
        if not member.any():
            log.add("warning", "empty-population", nobody_in(population))
        found[population.id] = flags(member)
    return found


def nobody_in(population: Population) -> str:
    """Say that a population is empty, and what makes it so."""
    if population.where is not None:
        return f"{population.label}: nobody is in it. Check populations.{population.id}.where."
    return (
        f"{population.label}: nobody is in it. Check who was treated, and with what "
        "(data.subjects.treated, data.subjects.received)."
    )
