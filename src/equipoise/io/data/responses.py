"""Binary answers and measurements: one value a patient.

An answer is yes where `yes` holds, no where `no` holds; without `no`, wherever `yes` can be told
to be false.  Everything else is missing, and the protocol says what missing counts as.
"""

from collections.abc import Mapping

import numpy as np

from equipoise.analyze.snapshot import Answers, Measurements
from equipoise.io.data.assessments import assessed
from equipoise.io.data.columns import TableData, numbers
from equipoise.io.data.conditions import certainly
from equipoise.io.data.event_coding import check_answer_condition, check_event_condition
from equipoise.io.data.findings import FindingLog, RowsError
from equipoise.io.data.roster import Roster, one_row_each, whose
from equipoise.kernel.arrays import codes, vector
from equipoise.protocol.data_map import Measurement, Response
from equipoise.protocol.trial import TimeUnit


def read_answers(
    source: Response,
    tables: Mapping[str, TableData],
    roster: Roster,
    unit: TimeUnit,
    log: FindingLog,
) -> Answers:
    """Read one binary endpoint.

    Raises:
        RowsError: where `yes` and `no` hold at once.
    """
    table = tables[source.table]
    number = whose(table, source.subject, roster, log, records=f"answers of {source.endpoint}")
    one_row_each(number, table, roster, log, what=source.endpoint)
    yes, unknown = certainly(source.yes, table)
    check_event_condition(source.yes, table, log, alone=False)
    if source.no is None:
        check_answer_condition(source.yes, table, log)
    no = ~yes & ~unknown
    if source.no is not None:
        no, _ = certainly(source.no, table)
        if (both := yes & no).any():
            message = (
                f"{table.file}: `{source.yes}` (yes) and `{source.no}` (no) hold at once. "
                "Make the conditions exclude each other."
            )
            raise RowsError(message, table.row[both])
    answer = np.where(yes, 1, np.where(no, 0, -1))
    value = np.full(roster.size, -1, dtype=np.int64)
    value[number[number >= 0]] = answer[number >= 0]
    when = assessed(source, table, number, roster, unit, log)
    return Answers(source.endpoint, codes(value), when.time, when.recorded)


def read_measurements(
    source: Measurement,
    tables: Mapping[str, TableData],
    roster: Roster,
    unit: TimeUnit,
    log: FindingLog,
) -> Measurements:
    """Read one continuous endpoint.

    Raises:
        RowsError: where a value is infinite or no number.
    """
    table = tables[source.table]
    number = whose(table, source.subject, roster, log, records=f"values of {source.endpoint}")
    one_row_each(number, table, roster, log, what=source.endpoint)
    values = numbers(table, source.column)
    if (infinite := np.isinf(values)).any():
        message = f"{table.file}: {source.column} is infinite. Correct it."
        raise RowsError(message, table.row[infinite])
    found = np.full(roster.size, np.nan)
    found[number[number >= 0]] = values[number >= 0]
    when = assessed(source, table, number, roster, unit, log)
    return Measurements(source.endpoint, vector(found), when.time, when.recorded)
