"""The rows of a time-to-event endpoint before they are checked: who, when, and what happened."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from equipoise.errors import DataError
from equipoise.io.data.columns import TableData, dates, days_of, numbers
from equipoise.io.data.findings import FindingLog, listed
from equipoise.io.data.roster import Roster
from equipoise.kernel.arrays import Codes, Vector, codes, vector
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import DAYS_PER, TimeUnit

CENSORED = "censored"


@dataclass(frozen=True, slots=True)
class EndpointRows:
    """One entry a row; `row` is its place in `table`, for messages."""

    table: TableData
    subject: Codes
    time: Vector
    outcome: Codes
    levels: tuple[str, ...]
    happening: Codes  # index into `levels`
    row: Codes
    entry: Vector | None = None
    on: Codes | None = None  # `date.toordinal()` on which each row ended, -1 unknown
    recorded: Codes | None = None  # likewise: on which it came into the database

    def at(self, chosen: np.ndarray) -> "EndpointRows":
        """Give the rows chosen, in the order chosen."""
        entry = None if self.entry is None else vector(self.entry[chosen])
        return EndpointRows(
            self.table,
            codes(self.subject[chosen]),
            vector(self.time[chosen]),
            codes(self.outcome[chosen]),
            self.levels,
            codes(self.happening[chosen]),
            codes(self.row[chosen]),
            entry,
            None if self.on is None else codes(self.on[chosen]),
            None if self.recorded is None else codes(self.recorded[chosen]),
        )


def roles(endpoint: TimeToEvent) -> dict[str, int]:
    """Give the outcome of each happening: 1 the event, 2, 3, ... competing, 0 censored.

    >>> roles(TimeToEvent("x", "X", ("relapse",), ("death",), ("transplant",)))
    {'relapse': 1, 'death': 2, 'transplant': 0, 'censored': 0}
    """
    competing = {name: place for place, name in enumerate(endpoint.competing, start=2)}
    ends = dict.fromkeys((*endpoint.censoring, CENSORED), 0)
    return dict.fromkeys(endpoint.events, 1) | competing | ends


def known(event: str, endpoint: TimeToEvent) -> str:
    """Refuse a happening that the endpoint does not name."""
    names = [name for name in roles(endpoint) if name != CENSORED]
    if event not in names:
        raise DataError(f"{event!r} is no happening of {endpoint.id}: it names {listed(names)}.")
    return event


def times(
    table: TableData,
    column: str | None,
    date_column: str | None,
    subject: Codes,
    roster: Roster,
    unit: TimeUnit,
) -> Vector:
    """Give the time since randomization in the trial's unit, NaN where missing.

    From dates it is (date - date of randomization) in days, so that day 0 is the day of
    randomization, divided by the days of the unit.
    """
    if column is not None:
        return numbers(table, column)
    if date_column is None or roster.randomized_on is None:
        message = f"{table.file}: times from dates need data.subjects.randomized, a column."
        raise DataError(message)
    day = np.array(dates(table, date_column).to_physical().fill_null(0), dtype=np.float64)
    day[dates(table, date_column).is_null().to_numpy()] = np.nan
    return vector((day - randomization_days(roster)[subject]) / DAYS_PER[unit])


def row_dates(
    table: TableData, date_column: str | None, recorded: str | None, log: FindingLog
) -> tuple[Codes | None, Codes | None]:
    """Give the dates on which rows ended, and came into the database, as `date.toordinal()`.

    -1 is missing; None, that no column is named.  What is no date is told, with its rows.
    """
    found = [
        None
        if column is None
        else log.attempt("unreadable-endpoint", table.id, partial(days_of, table, column))
        for column in (date_column, recorded)
    ]
    return found[0], found[1]


def randomization_days(roster: Roster) -> Vector:
    """Give each patient's day of randomization since 1970, NaN where missing; the last is NaN.

    The extra entry serves the index -1, a row that belongs to nobody.
    """
    days = np.full(roster.size + 1, np.nan)
    if roster.randomized_on is not None:
        given = roster.randomized_on.is_not_null().to_numpy()
        days[:-1][given] = roster.randomized_on.drop_nulls().to_physical().to_numpy()
    return vector(days)
