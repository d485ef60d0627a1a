"""Any data frame as a table: pandas, polars, pyarrow, a duckdb relation (through narwhals).

A frame is brought to the same kinds as a file, so that it gives the same results; its hash is
taken over the canonical text of those kinds, and so is the same whichever library held it.
"""

import hashlib
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.exceptions import NarwhalsError

from equipoise.analyze.snapshot import Source
from equipoise.errors import DataError
from equipoise.io.formats.normal import FileContent, distinct_names, normalized


def read_frame(frame: Any, name: str) -> FileContent:  # noqa: ANN401 - any library's frame
    """Bring a data frame of any supported library to a polars frame of the five kinds.

    Raises:
        DataError: if it is no data frame, or its columns cannot be converted.
    """
    try:
        table = nw.from_native(frame)
        names = list(table.collect_schema().names())
        if isinstance(table, nw.LazyFrame):
            table = table.collect("polars")
        read = table.to_polars()
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
    return FileContent(normalized(read))


def inconvertible(name: str, error: Exception) -> DataError:
    """Say in the other library's words why a frame cannot be converted."""
    reason = " ".join(str(error).split())[:200]
    return DataError(
        f"{name} has a column that cannot be converted: {reason}. Give each column one kind "
        "(text, number, truth, date) and a name of its own."
    )


def frame_source(frame: pl.DataFrame, name: str) -> Source:
    """Describe a frame as if it were a file: the hash and size of its canonical text."""
    try:
        content = frame.write_csv().encode()
    except pl.exceptions.PolarsError as error:  # lists and structures have no such text
        raise inconvertible(name, error) from None
    digest = hashlib.sha256(content).hexdigest()
    return Source(name, digest, len(content), frame.height, frame.width)
