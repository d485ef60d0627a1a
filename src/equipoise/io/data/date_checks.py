"""What dates must fulfil: none before randomization, times that agree with them, no news ahead.

A time may count the day of randomization as day 0 or as day 1, and be exact or in whole days; so
it lies within one day of the days between the dates, but for rounding to hundredths of its unit.
"""

import numpy as np
import polars as pl

from equipoise.analyze.snapshot import Subjects
from equipoise.io.data.columns import TableData, dates, ordinals
from equipoise.io.data.endpoint_rows import EndpointRows
from equipoise.io.data.findings import ABOUT, FindingLog
from equipoise.io.data.roster import Roster
from equipoise.kernel.arrays import Codes, Flags
from equipoise.protocol.trial import DAYS_PER, TimeUnit

ROUNDED = 0.02  # of the time unit
NEARLY = 1e-6  # days


def check_row_dates(rows: EndpointRows, roster: Roster, unit: TimeUnit, log: FindingLog) -> None:
    """Check the dates on which rows ended and came into the database."""
    if roster.randomized_on is None or (rows.on is None and rows.recorded is None):
        return
    start = ordinals(roster.randomized_on)[rows.subject]
    days = rows.time * DAYS_PER[unit]
    with np.errstate(invalid="ignore"):
        whole = np.floor(np.nan_to_num(days, posinf=0.0, neginf=0.0) + NEARLY)
    ended = (start + whole).astype(np.int64)
    if rows.on is not None:
        _check_ends(rows, rows.on, start, days, unit, log)
        ended = np.where(rows.on >= 0, rows.on, ended)
    if rows.recorded is not None:
        ahead = (rows.recorded >= 0) & (start >= 0) & (rows.recorded < ended - 1)
        check_recorded(ahead, ABOUT, rows.table, rows.row, log)


def _check_ends(
    rows: EndpointRows, on: Codes, start: Codes, days: np.ndarray, unit: TimeUnit, log: FindingLog
) -> None:
    """Compare the dates on which rows ended with randomization, and with their times."""
    told, name = (on >= 0) & (start >= 0), f"{rows.table.file}: {ABOUT}"
    early = told & (on < start)
    if early.any():
        message = f"{name}: the date is before randomization. Correct one of the two dates."
        place = rows.row[early]
        log.add("error", "before-randomization", message, table=rows.table.id, rows=place)
    slack = 1 + ROUNDED * DAYS_PER[unit]
    with np.errstate(invalid="ignore"):
        apart = told & ~early & (np.abs(days - (on - start)) > slack)
    if apart.any():
        message = (
            f"{name}: the time is not that from randomization to the date in {unit}s. Check the "
            "unit and the dates."
        )
        place = rows.row[apart]
        log.add("warning", "time-disagrees-with-dates", message, table=rows.table.id, rows=place)
    absent = on < 0
    if absent.any():
        message = (
            f"{name}: the date is missing; at a data cut the day is taken from the time. "
            "Complete it."
        )
        log.add("warning", "missing-date", message, table=rows.table.id, rows=rows.row[absent])


def check_recorded(ahead: Flags, what: str, table: TableData, row: Codes, log: FindingLog) -> None:
    """Doubt what came into the database before it happened."""
    if ahead.any():
        message = (
            f"{table.file}: {what}: it came into the database before it happened. Check both dates."
        )
        log.add("warning", "recorded-before", message, table=table.id, rows=row[ahead])


def check_treatment(subjects: Subjects, table: TableData, log: FindingLog) -> None:
    """Doubt treatment that ends before it begins, or begins before randomization."""
    begun, ended, start = subjects.treated_from, subjects.treated_until, subjects.randomized
    if begun is not None and ended is not None:
        turned = (begun >= 0) & (ended >= 0) & (ended < begun)
        if turned.any():
            message = f"{table.file}: study treatment ends before it begins. Check both dates."
            rows = table.row[turned]
            log.add("warning", "treatment-dates", message, table=table.id, rows=rows)
    if begun is not None and start is not None:
        early = (begun >= 0) & (start >= 0) & (begun < start)
        if early.any():
            message = (
                f"{table.file}: study treatment begins before randomization. Check both dates."
            )
            rows = table.row[early]
            log.add("warning", "treatment-dates", message, table=table.id, rows=rows)


def check_before(
    early: Flags,
    event: str,
    column: str,
    table: TableData,
    number: Codes,
    roster: Roster,
    log: FindingLog,
) -> None:
    """Refuse dates before the patient was randomized, and say both dates."""
    if not early.any() or roster.randomized_on is None:
        return
    place, day = number[early].tolist(), dates(table, column).filter(pl.Series(early)).to_list()
    said = [
        f"patient {roster.ids[who]}: {when}, randomized {roster.randomized_on[who]}"
        for who, when in zip(place[:3], day[:3], strict=True)
    ]
    more = f" and {len(place) - 3} more" if len(place) > 3 else ""  # noqa: PLR2004 - three are told
    message = (
        f"{table.file}: {column}, the date of {event}, is before randomization "
        f"({'; '.join(said)}{more}). Correct one of the two dates."
    )
    log.add("error", "before-randomization", message, table=table.id, rows=table.row[early])
