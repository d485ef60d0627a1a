"""Adverse events: one row an event, those that are not treatment-emergent counted and left out.

A flag that is missing (blank) means no, as in ADaM; how often is said in a note.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from equipoise.analyze.snapshot import AdverseEventLog, Categories
from equipoise.io.data.columns import TableData, matched, numbers, text
from equipoise.io.data.conditions import certainly
from equipoise.io.data.endpoint_rows import row_dates, times
from equipoise.io.data.findings import FindingLog, RowsError, listed
from equipoise.io.data.roster import Roster, whose
from equipoise.kernel.arrays import Codes, Flags, codes, flags
from equipoise.protocol.data_map import AdverseEventRecords
from equipoise.protocol.trial import TimeUnit

NOT_CODED = "(not coded)"


def read_adverse_events(
    source: AdverseEventRecords,
    tables: Mapping[str, TableData],
    roster: Roster,
    unit: TimeUnit,
    log: FindingLog,
) -> AdverseEventLog:
    """Read the adverse events of one endpoint; problems go to `log`."""
    table = tables[source.table]
    number = whose(table, source.subject, roster, log, records="adverse events")
    emergent = np.ones(table.frame.height, dtype=np.bool_)
    if source.treatment_emergent is not None:
        emergent, _ = certainly(source.treatment_emergent, table)
    keep = flags(emergent & (number >= 0))
    left_out = int((~emergent & (number >= 0)).sum())
    number, table = codes(number[keep]), table.only(keep)
    check_untreated(number, table, roster, log)
    term = categories(table, source.term, log)
    none = Categories((), codes(np.full(number.size, -1)))
    found = source.system_organ_class
    system_organ_class = none if found is None else categories(table, found, log)
    conditions = {"serious": source.serious, "related": source.related, "fatal": source.fatal}
    marks = {
        name: mark(condition, name, table, log)
        for name, condition in conditions.items()
        if condition is not None
    }
    no = flags(np.zeros(number.size, dtype=np.bool_))
    dated = source.start is not None or source.start_time is not None
    onset = times(table, source.start_time, source.start, number, roster, unit) if dated else None
    _, came = row_dates(table, None, source.recorded, log)
    return AdverseEventLog(
        endpoint=source.endpoint,
        subject=number,
        system_organ_class=system_organ_class,
        term=term,
        grade=grades(source, table, log),
        serious=marks.get("serious", no),
        related=marks.get("related", no),
        fatal=marks.get("fatal", no),
        has=frozenset(marks) | ({"grade"} if source.grade else frozenset()),
        left_out=left_out,
        onset=onset,
        recorded=came,
    )


def check_untreated(number: Codes, table: TableData, roster: Roster, log: FindingLog) -> None:
    """Find adverse events of patients who received no study treatment."""
    untreated = roster.received[number] < 0
    if untreated.any():
        people = roster.ids[number[untreated].tolist()].unique(maintain_order=True).to_list()
        message = (
            f"{table.file}: adverse events of patients without study treatment; they are in no "
            "arm as treated. Check data.subjects.treated and received, or these records."
        )
        rows = table.row[untreated]
        log.add("warning", "event-without-treatment", message, table=table.id, rows=rows,
                subjects=people)  # fmt: skip


def categories(table: TableData, column: str, log: FindingLog) -> Categories:
    """Read terms as categories in alphabetical order; a missing term is called not coded."""
    values = text(table, column)
    if values.null_count():
        rows = table.row[values.is_null().to_numpy()]
        message = f"{table.file}: {column} is missing; these events are counted as {NOT_CODED!r}."
        log.add("warning", "missing-term", message, table=table.id, rows=rows)
        values = values.fill_null(NOT_CODED)
    levels = tuple(sorted(values.unique().to_list()))
    code, _ = matched(values, {level: index for index, level in enumerate(levels)})
    return Categories(levels, code)


def grades(source: AdverseEventRecords, table: TableData, log: FindingLog) -> Codes:
    """Read grades as whole numbers from 1 to 5, from numbers or from words."""
    if source.grade is None:
        return codes(np.full(table.frame.height, -1))
    values = text(table, source.grade)
    if source.grade_values:
        grade, refused = matched(values, dict(source.grade_values))
        remedy = f"Known are {listed([word for word, _ in source.grade_values])}."
    else:
        number = numbers(table, source.grade)
        refused = flags(~np.isnan(number) & ~np.isin(number, [1, 2, 3, 4, 5]))
        grade = codes(np.where(np.isnan(number) | refused, -1, number))
        remedy = "Grades are whole numbers from 1 to 5; map words with `values`."
    if refused.any():
        seen = values.filter(pl.Series(refused)).unique(maintain_order=True).to_list()
        message = f"{table.file}: {source.grade} holds {listed(seen)}. {remedy}"
        raise RowsError(message, table.row[refused])
    if (absent := grade < 0).any():
        message = f"{table.file}: {source.grade} is missing; these events have no grade."
        log.add("warning", "missing-grade", message, table=table.id, rows=table.row[absent])
    return grade


def mark(condition: str, name: str, table: TableData, log: FindingLog) -> Flags:
    """Tell which events are serious, related or fatal; an unknown answer counts as no."""
    certain, unknown = certainly(condition, table)
    if unknown.any():
        message = f"{table.file}: whether an event is {name} is missing, and counts as no."
        log.add("note", "missing-flag", message, table=table.id, rows=table.row[unknown])
    return flags(certain)
