"""When answers were given and measurements taken, and when they came into the database."""

from dataclasses import dataclass

import numpy as np

from equipoise.io.data.columns import TableData, ordinals
from equipoise.io.data.date_checks import NEARLY, check_before, check_recorded
from equipoise.io.data.endpoint_rows import row_dates, times
from equipoise.io.data.findings import FindingLog
from equipoise.io.data.roster import Roster
from equipoise.kernel.arrays import Codes, Vector, codes, vector
from equipoise.protocol.data_map import Measurement, Response
from equipoise.protocol.trial import DAYS_PER, TimeUnit


@dataclass(frozen=True, slots=True)
class Assessed:
    """One entry a patient; None where no column is named."""

    time: Vector | None  # since randomization, NaN unknown
    recorded: Codes | None  # `date.toordinal()`, -1 unknown


def assessed(
    source: Response | Measurement,
    table: TableData,
    number: Codes,
    roster: Roster,
    unit: TimeUnit,
    log: FindingLog,
) -> Assessed:
    """Read when patients were assessed; an assessment before randomization is refused."""
    mine = number >= 0
    time, came = None, row_dates(table, None, source.recorded, log)[1]
    if source.time is not None or source.date is not None:
        given = times(table, source.time, source.date, number, roster, unit)
        time = np.full(roster.size, np.nan)
        time[number[mine]] = given[mine]
        early = mine & (given < 0)
        if early.any() and source.date is not None:
            what = f"the assessment of {source.endpoint}"
            check_before(early, what, source.date, table, number, roster, log)
        elif (early | np.isinf(given)).any():
            message = (
                f"{table.file}: {source.time}, the time of {source.endpoint}, is negative or "
                "infinite. Times count from randomization; correct them."
            )
            rows = table.row[early | np.isinf(given)]
            log.add("error", "negative-time", message, table=table.id, rows=rows)
    if came is None:
        return Assessed(None if time is None else vector(time), None)
    if time is not None and roster.randomized_on is not None:
        day = ordinals(roster.randomized_on)[number] + np.nan_to_num(given) * DAYS_PER[unit]
        ahead = mine & (came >= 0) & np.isfinite(given) & (came < np.floor(day + NEARLY))
        check_recorded(ahead, source.endpoint, table, table.row, log)
    recorded = np.full(roster.size, -1, dtype=np.int64)
    recorded[number[mine]] = came[mine]
    return Assessed(None if time is None else vector(time), codes(recorded))
