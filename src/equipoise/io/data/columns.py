"""One column of a table, seen as text, as numbers, as truth or as dates.

A delimited file holds text only, so what a column is depends on what is asked of it:
an identifier 001 stays text, a time 001 is the number 1.  As a number, `NA` and `.` are
missing like a blank; anything else that is not a number is refused with its rows.
Dates are whole ISO 8601 dates: a partial date is refused, never completed.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.io.data.findings import MissingColumn, RowsError, listed
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags

FIRST_DAY = date(1970, 1, 1).toordinal()
NOT_RECORDED = ("NA", ".")
ISO_DATE = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
FEW = 12  # distinct numbers that are listed; of more, the range is told
TRUTH = {"true": True, "t": True, "false": False, "f": False}


@dataclass(frozen=True, slots=True)
class TableData:
    """A table as read: its rows, and where in the file each stood (1 is the first data row)."""

    id: str
    file: str
    frame: pl.DataFrame
    row: Codes
    left_out: pl.DataFrame | None = None  # the rows that the table's own condition left out

    def column(self, name: str) -> pl.Series:
        """Find a column by its exact name.

        Raises:
            MissingColumn: naming the nearest column, if there is none of this name.
        """
        if name in self.frame.columns:
            return self.frame.get_column(name)
        lower = {column.lower(): column for column in self.frame.columns}
        near = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
        hint = f" Did you mean {lower[near[0]]!r}?" if near else ""
        message = (
            f"{self.file} has no column {name!r}.{hint} It has {listed(self.frame.columns, 40)}."
        )
        raise MissingColumn(message, self.id, name)

    def only(self, keep: Flags) -> "TableData":
        """Give the table with these rows only; they keep their row numbers."""
        row = self.row[keep]
        row.setflags(write=False)
        mask = pl.Series(keep)
        return TableData(self.id, self.file, self.frame.filter(mask), row, self.frame.filter(~mask))


def text(table: TableData, name: str) -> pl.Series:
    """See a column as text: whole numbers without a decimal point, dates as ISO 8601."""
    column = table.column(name)
    kind = column.dtype
    if kind == pl.String:
        return column
    if kind == pl.Float64:
        return number_text(column)
    if kind in (pl.Boolean, pl.Date):
        return column.cast(pl.String)
    if kind == pl.Datetime:
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S")
    raise unreadable(table, name, kind)


def number_text(column: pl.Series) -> pl.Series:
    """Write numbers as text, 1.0 as 1."""
    whole = (column == column.round()) & (column.abs() < 2**53)
    as_whole = column.cast(pl.Int64, strict=False).cast(pl.String)
    return as_whole.zip_with(whole.fill_null(value=False), column.cast(pl.String))


def numbers(table: TableData, name: str, *, in_condition: bool = False) -> Vector:
    """See a column as numbers, NaN where missing.

    Raises:
        RowsError: where a cell is neither a number nor missing, with the distinct values seen.
    """
    values, refused = parsed_numbers(table.column(name), table, name)
    if refused.any():
        cells = text(table, name).filter(pl.Series(refused))
        seen = cells.unique(maintain_order=True).to_list()
        remedy = (
            "Write numbers with a decimal point and without units, and leave missing cells empty."
        )
        if in_condition:
            remedy = (
                f'Compare with a text, such as `{name} == "{seen[0]}"`, or correct these cells.'
            )
        message = f"{table.file}: {name} is used as a number but holds {listed(seen)}. {remedy}"
        raise RowsError(message, table.row[refused])
    return values


def is_numeric(table: TableData, name: str) -> bool:
    """Tell whether a column holds at least one number, and nothing else but missing cells."""
    column = table.column(name)
    if column.dtype not in (pl.Float64, pl.String):
        return False
    values, refused = parsed_numbers(column, table, name)
    return not refused.any() and bool(np.isfinite(values).any())


def parsed_numbers(column: pl.Series, table: TableData, name: str) -> tuple[Vector, Flags]:
    """Give the numbers in a column, and where a cell is text that is no number."""
    if column.dtype in (pl.Float64, pl.Boolean):
        values = column.cast(pl.Float64)
        return as_vector(values), np.zeros(values.len(), dtype=np.bool_)
    if column.dtype != pl.String:
        raise unreadable(table, name, column.dtype)
    cells = column.str.strip_chars()
    values = cells.cast(pl.Float64, strict=False)
    refused = values.is_null() & cells.is_not_null() & ~cells.is_in(NOT_RECORDED)
    return as_vector(values), refused.fill_null(value=False).to_numpy()


def as_vector(values: pl.Series) -> Vector:
    """Give a series as float64, NaN where missing."""
    return values.fill_null(np.nan).to_numpy().astype(np.float64)


def truth(table: TableData, name: str) -> pl.Series:
    """See a column as true or false: truth values, 1 and 0, or the words.

    Raises:
        RowsError: where a cell is none of these.
    """
    column = table.column(name)
    if column.dtype == pl.Boolean:
        return column
    if is_numeric(table, name):
        values = numbers(table, name)
        refused = ~np.isnan(values) & (values != 0) & (values != 1)
        result = pl.Series(values == 1).set(pl.Series(np.isnan(values)), None)
    else:
        words = text(table, name).str.to_lowercase()
        result = words.replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)
        refused = (result.is_null() & words.is_not_null()).to_numpy()
    if refused.any():
        seen = text(table, name).filter(pl.Series(refused)).unique(maintain_order=True).to_list()
        message = f"{table.file}: {name} is compared with true or false but holds {listed(seen)}."
        raise RowsError(message, table.row[refused])
    return result


def dates(table: TableData, name: str) -> pl.Series:
    """See a column as calendar dates; of a date-time without a zone the date counts.

    Raises:
        RowsError: where a cell is a partial date, has a time zone, or is no date.
    """
    found, refused = parsed_dates(table, name)
    if refused.any():
        raise RowsError(no_date(table, name, refused), table.row[refused])
    return found


def ordinals(on: pl.Series) -> Codes:
    """Give dates as `date.toordinal()`, -1 where missing."""
    days = on.to_physical().cast(pl.Int64) + FIRST_DAY
    return codes(days.fill_null(-1).to_numpy())


def days_of(table: TableData, name: str) -> Codes:
    """See a column as dates, given as `date.toordinal()`, -1 where missing.

    Raises:
        RowsError: where a cell is no whole date.
    """
    return ordinals(dates(table, name))


def no_date(table: TableData, name: str, refused: Flags) -> str:
    """Say which cells are no whole dates, and how to write one."""
    seen = text(table, name).filter(pl.Series(refused)).unique(maintain_order=True).to_list()
    return (
        f"{table.file}: {name} is used as a date but holds {listed(seen)}. Give whole ISO 8601 "
        "dates without a time zone (2024-02-29); partial dates are not completed by guess."
    )


def parsed_dates(table: TableData, name: str) -> tuple[pl.Series, Flags]:
    """Give the dates in a column, and where a cell is text that is no whole date."""
    column = table.column(name)
    kind = column.dtype
    none_refused = np.zeros(column.len(), dtype=np.bool_)
    if kind == pl.Date:
        return column, none_refused
    if kind == pl.Datetime and getattr(kind, "time_zone", None) is None:
        return column.dt.date(), none_refused
    if kind != pl.String:
        message = (
            f"{table.file}: {name} is used as a date but holds {kind}. Give whole ISO 8601 dates "
            "without a time zone (2024-02-29), or a column with a date format."
        )
        raise DataError(message)
    cells = column.str.strip_chars().set(column.is_in(NOT_RECORDED).fill_null(value=False), None)
    whole = cells.str.contains(ISO_DATE)
    found = cells.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    refused = (cells.is_not_null() & (found.is_null() | ~whole)).fill_null(value=False)
    return found.set(refused, None), refused.to_numpy()


def held(table: TableData, column: str) -> str:
    """Say which values a column holds: all of them, or the range of many numbers."""
    values = text(table, column).drop_nulls().unique(maintain_order=True).to_list()
    if not values:
        return "nothing"
    if is_numeric(table, column):
        found = np.unique(numbers(table, column))
        found = found[np.isfinite(found)]
        if found.size > FEW:
            return f"numbers from {found[0]:g} to {found[-1]:g}"
        return ", ".join(f"{number:g}" for number in found.tolist())
    return listed(values)


def matched(values: pl.Series, meaning: Mapping[str, int]) -> tuple[Codes, Flags]:
    """Give each text its code, -1 where missing, and where a text has no code.

    Texts are compared as written; if that fails and both are numbers, as numbers (1.0 is 1).
    """
    number = exact_match(values, meaning)
    if number.null_count() > values.null_count():
        whole = {str(float(key)): code for key, code in meaning.items() if parses(key)}
        as_numbers = values.cast(pl.Float64, strict=False).cast(pl.String)
        number = number.zip_with(number.is_not_null(), exact_match(as_numbers, whole))
    unknown = (number.is_null() & values.is_not_null()).to_numpy()
    return codes(number.fill_null(-1).to_numpy()), flags(unknown)


def exact_match(values: pl.Series, meaning: Mapping[str, int]) -> pl.Series:
    """Replace each text by its code, null where it has none."""
    if not meaning:
        return pl.Series([None] * values.len(), dtype=pl.Int64)
    return values.replace_strict(dict(meaning), default=None, return_dtype=pl.Int64)


def parses(key: str) -> bool:
    """Tell whether a text is a number."""
    try:
        float(key)
    except ValueError:
        return False
    return True


def unreadable(table: TableData, name: str, kind: object) -> DataError:
    """Say that a column's kind has no meaning here."""
    return DataError(
        f"{table.file}: {name} holds {kind}, which is neither text, number, truth nor date here. "
        "Convert the column."
    )
