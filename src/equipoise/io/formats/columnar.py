"""Read Parquet and Arrow IPC (Feather) files."""

import io

import polars as pl

from equipoise.errors import DataError
from equipoise.io.formats.normal import FileContent, normalized

PARQUET_MARK, ARROW_MARK = b"PAR1", b"ARROW1"
POLARS_REFUSALS = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    OSError,
    ValueError,
    OverflowError,
)


def read_parquet(content: bytes, file: str) -> FileContent:
    """Read the bytes of a Parquet file.

    Raises:
        DataError: if the bytes are not a whole Parquet file.
    """
    if not (content.startswith(PARQUET_MARK) and content.endswith(PARQUET_MARK)):
        raise damaged(file, "Parquet", "its first or last four bytes are not PAR1")
    try:
        return FileContent(normalized(pl.read_parquet(io.BytesIO(content))))
    except POLARS_REFUSALS as error:
        raise damaged(file, "Parquet", first_line(error)) from None


def read_arrow(content: bytes, file: str) -> FileContent:
    """Read the bytes of an Arrow IPC file (Feather version 2).

    Raises:
        DataError: if the bytes are not a whole Arrow file.
    """
    if not (content.startswith(ARROW_MARK) and content.endswith(ARROW_MARK)):
        raise damaged(file, "Arrow", "its first or last six bytes are not ARROW1")
    try:
        return FileContent(normalized(pl.read_ipc(io.BytesIO(content))))
    except POLARS_REFUSALS as error:
        raise damaged(file, "Arrow", first_line(error)) from None


def damaged(file: str, kind: str, reason: str) -> DataError:
    """Say that a file is not what its name promises."""
    return DataError(f"{file} cannot be read as {kind}: {reason}. Write or copy the file again.")


def first_line(error: BaseException) -> str:
    """Give the first line of another library's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
