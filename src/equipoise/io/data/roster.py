"""Whose record is it: finding the patient of every row, in whichever table it stands."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from equipoise.io.data.columns import TableData, text
from equipoise.io.data.findings import FindingLog
from equipoise.kernel.arrays import Codes, Flags, codes

TWICE = ("two-arms", "duplicate-subject")  # rules about patients who stand in a table twice


@dataclass(frozen=True, slots=True)
class Roster:
    """The randomized patients in the order of their table, and how to find them by identifier."""

    table: TableData  # randomized patients only
    id_column: str
    ids: pl.Series
    assigned: Codes
    received: Codes
    treated: Flags | None  # None: not recorded
    randomized_on: pl.Series | None  # dates
    known: pl.Series  # identifiers of patients known but not analyzed
    assessed: int | None
    data_cut: str | None

    @property
    def size(self) -> int:
        """How many patients were randomized."""
        return self.ids.len()

    def numbers_of(self, ids: pl.Series) -> Codes:
        """Give each identifier's place among the patients, -1 if it is none of theirs."""
        if ids.len() == self.size and ids.equals(self.ids):
            return codes(np.arange(self.size))
        place = pl.DataFrame({"id": self.ids, "place": np.arange(self.size)})
        wanted = pl.DataFrame({"id": ids})
        joined = wanted.join(place, on="id", how="left", maintain_order="left")
        return codes(joined["place"].fill_null(-1).to_numpy())


def whose(
    table: TableData, column: str | None, roster: Roster, log: FindingLog, *, records: str
) -> Codes:
    """Tell which patient each row of a table belongs to, -1 for rows that do not count.

    Rows of patients nobody knows are errors; rows of patients who were not randomized, or whom
    the subjects' own condition leaves out, are noted.
    """
    ids = text(table, column or roster.id_column)
    own = table.id == roster.table.id and ids.name == roster.id_column  # checked with the patients
    if ids.null_count() and not own:
        message = (
            f"{table.file}: the patient's identifier {ids.name} is missing. Complete it, or leave "
            "these rows out with the table's `where`."
        )
        log.add(
            "error", "missing-subject", message, table=table.id,
            rows=table.row[ids.is_null().to_numpy()],
        )  # fmt: skip
    number = roster.numbers_of(ids)
    stranger = pl.Series(number < 0) & ids.is_not_null()
    known = ids.is_in(roster.known.unique().implode()) if roster.known.len() else ids.is_null()
    orphan = (stranger & ~known.fill_null(value=False)).to_numpy()
    if orphan.any():
        people = ids.filter(pl.Series(orphan)).unique(maintain_order=True).to_list()
        message = (
            f"{table.file}: {records} of patients who are not in {roster.table.file} "
            f"(by {ids.name}). Correct the identifiers or complete the subjects' table."
        )
        rows = table.row[orphan]
        log.add("error", "orphan-record", message, table=table.id, rows=rows, subjects=people)
    outside = (stranger & known.fill_null(value=False)).to_numpy()
    if outside.any():
        message = f"{table.file}: {records} of patients who are not analyzed were left out."
        log.add("note", "not-analyzed", message, table=table.id, rows=table.row[outside])
    return number


def one_row_each(
    number: Codes, table: TableData, roster: Roster, log: FindingLog, *, what: str
) -> None:
    """Refuse a table with several rows a patient where one is meant."""
    counted = number[number >= 0]
    twice = np.bincount(counted, minlength=roster.size) > 1
    told = table.id == roster.table.id and log.told(TWICE)
    if not twice.any() or told:
        return
    people = roster.ids.filter(pl.Series(twice)).to_list()
    rows = table.row[(number >= 0) & twice[np.maximum(number, 0)]]
    message = (
        f"{table.file}: {having(len(people))} several rows for {what}, where one is meant. "
        "Choose the row with the table's `where`, or correct the data."
    )
    log.add("error", "duplicate-subject", message, table=table.id, rows=rows, subjects=people)


def having(patients: int) -> str:
    """Say how many patients have something.

    >>> having(1), having(2)
    ('1 patient has', '2 patients have')
    """
    return "1 patient has" if patients == 1 else f"{patients} patients have"
