"""One kind of frame out of every format: text, float64, truth, date or date-time, and null.

Whole numbers become float64, which holds every integer up to 2⁵³ exactly; a column with larger
ones (some identifiers) becomes text.  Blank text is missing.
"""

from dataclasses import dataclass

import polars as pl

from equipoise.errors import DataError

EXACT = 2**53


@dataclass(frozen=True, slots=True)
class FileContent:
    """The rows of one file, and what its reader detected."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()
    first_line: int | None = None  # where the first row stands, if every row is one line of text


def normalized(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring every column to one of the five kinds; columns of other kinds are left as they are.

    >>> frame = pl.DataFrame({"id": ["001", ""], "day": [1, 2]})
    >>> normalized(frame).to_dict(as_series=False)
    {'id': ['001', None], 'day': [1.0, 2.0]}
    """
    return pl.DataFrame([normal_column(column) for column in frame.get_columns()])


def normal_column(column: pl.Series) -> pl.Series:
    """Bring one column to its kind."""
    kind = column.dtype
    if kind == pl.String or kind in (pl.Categorical, pl.Enum, pl.Null):
        text = column.cast(pl.String)
        blank = text.str.strip_chars() == ""
        return text if not blank.any() else text.set(blank.fill_null(value=False), None)
    if kind.is_integer():
        small = column.is_empty() or (column.abs() <= EXACT).all()
        return column.cast(pl.Float64 if small else pl.String)
    if kind.is_float() or kind.is_decimal():
        return column.cast(pl.Float64).fill_nan(None)
    if isinstance(kind, pl.Datetime) and kind.time_zone is None:
        midnight = (column.dt.truncate("1d") == column).all()
        return column.cast(pl.Date) if midnight else column.cast(pl.Datetime("us"))
    return column


def distinct_names(names: list[str], file: str) -> None:
    """Refuse a table that has two columns of one name.

    Raises:
        DataError: naming the columns.
    """
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = (
            f"{file} has more than one column named {', '.join(map(repr, twice))}. "
            "Rename the columns so that each name says which one is meant."
        )
        raise DataError(message)
