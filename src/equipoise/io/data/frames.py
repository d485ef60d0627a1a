"""Any data frame as a table: pandas, polars, pyarrow, a duckdb relation (through narwhals).

A frame is brought to the same kinds as a file, so that it gives the same results; its hash is
taken over the canonical text of those kinds, and so is the same whichever library held it.
A moment with a time of day becomes text, as in a CSV file.  A column that is of no one kind is
kept as it is: it is refused by name if the protocol uses it, and stops nothing if not.
pandas is read column by column through numpy, which needs no pyarrow.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.exceptions import NarwhalsError

from equipoise.analyze.snapshot import Source
from equipoise.errors import DataError
from equipoise.io.formats.normal import FileContent, distinct_names, normalized

REFUSALS = (ValueError, TypeError, ImportError, pl.exceptions.PolarsError, NarwhalsError)
BEYOND_TEXT = (pl.Object, pl.List, pl.Array, pl.Struct, pl.Binary)  # a CSV holds none of these


def read_frame(frame: Any, name: str) -> FileContent:  # noqa: ANN401 - any library's frame
    """Bring a data frame of any supported library to a polars frame of the five kinds.

    Raises:
        DataError: if it is no data frame, or its columns have no names of their own.
    """
    try:
        table = nw.from_native(frame)
        names = list(table.collect_schema().names())
        if isinstance(table, nw.LazyFrame):
            table = table.collect("polars")
    except TypeError as error:
        if hasattr(frame, "columns"):
            raise inconvertible(name, error) from None
        message = (
            f"{name} is a {type(frame).__name__}, not a data frame. Give a pandas or polars "
            "DataFrame, a pyarrow Table or a duckdb relation."
        )
        raise DataError(message) from None
    except (ValueError, ImportError, pl.exceptions.PolarsError, NarwhalsError) as error:
        raise inconvertible(name, error) from None
    unnamed = [column for column in names if not isinstance(column, str)]
    if unnamed:
        raise DataError(f"{name} has a column named {unnamed[0]!r}: name the columns by text.")
    distinct_names(names, name)
    read = normalized(pl.DataFrame([column_of(table[each], each) for each in names]))
    notes = tuple(
        f"{name} has a column {each.name!r} that holds {kinds_of(each.to_list())}, no one kind of "
        "value; it cannot be used."
        for each in read.get_columns()
        if each.dtype == pl.Object
    )
    moments = [each for each, kind in read.schema.items() if kind == pl.Datetime("us")]
    return FileContent(read.with_columns(pl.col(moments).dt.to_string("%Y-%m-%d %H:%M:%S")), notes)


def column_of(column: nw.Series[Any], name: str) -> pl.Series:
    """Bring one column to polars; what polars has no kind for stays a column of objects."""
    if column.implementation.is_pandas_like():
        array = column.to_numpy()
        whole = array.dtype.kind == "f" and column.dtype.is_integer()  # missing made them floats
        if array.dtype.kind in "biuf" and not whole:
            return pl.Series(name, array)
        if array.dtype.kind == "M" and getattr(column.dtype, "time_zone", None) is None:
            return pl.Series(name, array.astype("datetime64[us]"))
        gone = column.is_null().to_numpy()
        values = [None if out else v for v, out in zip(column.to_list(), gone, strict=True)]
        return from_values(name, values)
    try:
        return column.to_polars()
    except REFUSALS:
        return from_values(name, column.to_list())


def from_values(name: str, values: Sequence[Any]) -> pl.Series:
    """Make a column of values that are all of one kind, or missing.

    >>> from_values("day", [1, None, 2.5]).to_list()
    [1.0, None, 2.5]
    """
    kinds = {type(value) for value in values if value is not None}

    def all_are(*kind: type) -> bool:
        return all(issubclass(each, kind) for each in kinds)

    try:
        if all_are(str):  # nothing but missing values, too
            return pl.Series(name, values, dtype=pl.String)
        if all_are(bool, np.bool_):
            return pl.Series(name, [None if v is None else bool(v) for v in values])
        if all_are(Integral) and not kinds & {bool, np.bool_}:
            return pl.Series(name, [None if v is None else int(v) for v in values])
        if all_are(Real, Decimal) and not kinds & {bool, np.bool_}:
            numbers = [None if v is None else float(v) for v in values]
            return pl.Series(name, numbers, dtype=pl.Float64)
        if all_are(datetime) or (all_are(date) and not any(map(is_moment, kinds))):
            return pl.Series(name, values)
    except (*REFUSALS, OverflowError):
        pass
    return pl.Series(name, values, dtype=pl.Object)


def is_moment(kind: type) -> bool:
    """Tell whether a kind of date has a time of day."""
    return issubclass(kind, datetime)


def kinds_of(values: Sequence[Any]) -> str:
    """Name the types of the values, as Python does."""
    return " and ".join(sorted({type(value).__name__ for value in values if value is not None}))


def inconvertible(name: str, error: Exception) -> DataError:
    """Say in the other library's words why a frame cannot be converted."""
    reason = " ".join(str(error).split())[:200]
    return DataError(
        f"{name} has a column that cannot be converted: {reason}. Give each column one kind "
        "(text, number, truth, date) and a name of its own."
    )


def frame_source(frame: pl.DataFrame, name: str) -> Source:
    """Describe a frame as if it were a file: the hash and size of its canonical text."""
    odd = [column for column in frame.get_columns() if column.dtype.base_type() in BEYOND_TEXT]
    written = [pl.Series(column.name, map(str, column.to_list())) for column in odd]
    content = frame.with_columns(written).write_csv().encode()
    digest = hashlib.sha256(content).hexdigest()
    return Source(name, digest, len(content), frame.height, frame.width)
