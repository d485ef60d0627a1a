"""Write SAS transport files, version 5, which `xpt` reads.

A file is a library header, one member, one 140-byte description a variable (NAMESTR), and the
rows as fixed-length records padded with blanks.  Numbers are IBM hexadecimal floats of 8 bytes,

    value = ± fraction / 2⁵⁶ · 16^(exponent - 64),    1/16 ≤ fraction / 2⁵⁶ < 1,

which hold every float64 of size 16^-64 to 16^63 exactly.  Dates are days since 1960-01-01 with
the format DATE9.  Source: SAS TS-140.
"""

import re
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.errors import DataError
from equipoise.io.formats.xpt import EPOCH, NAMESTR, RECORD

NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
LONGEST_TEXT, LONGEST_LABEL = 200, 40
LEAST, MOST = 16.0**-65, 16.0**63  # what an IBM float can hold
ZEROS = "0" * 30
SAS_VERSION, SYSTEM = "9.4", "XPORT"
MISSING = b"." + bytes(7)


def write_xpt(
    frame: pl.DataFrame, name: str, labels: Mapping[str, str], *, created: datetime
) -> bytes:
    """Write a frame as one member of a transport file.

    Args:
        frame: columns of text, numbers or dates.
        name: of the data set, at most eight letters and digits.
        labels: of columns, by name; cut after 40 bytes.
        created: when it was made.

    Raises:
        DataError: A name, text or number has no place in a version 5 file.

    Witness: `read_xpt`; pyreadstat.
    """
    for each in (name, *frame.columns):
        if not NAME.fullmatch(each):
            raise DataError(
                f"{each!r} is no name in a transport file; use up to eight capital letters and "
                "digits."
            )
    cells = [_cells(column) for column in frame.get_columns()]
    widths = [block.shape[1] for block in cells]
    described = b"".join(
        _namestr(column, number, width, sum(widths[: number - 1]), labels.get(column.name, ""))
        for number, (column, width) in enumerate(
            zip(frame.get_columns(), widths, strict=True), start=1
        )
    )
    rows = np.concatenate(cells, axis=1).tobytes() if cells else b""
    stamp = created.strftime("%d%b%y:%H:%M:%S").upper()
    head = [
        _header("LIBRARY", ZEROS),
        _fields("SAS", "SAS", "SASLIB", SAS_VERSION, SYSTEM) + stamp.rjust(40),
        stamp.ljust(RECORD),
        _header("MEMBER", "000000000000000001600000000140"),
        _header("DSCRPTR", ZEROS),
        _fields("SAS", name, "SASDATA", SAS_VERSION, SYSTEM) + stamp.rjust(40),
        stamp.ljust(RECORD),
        _header("NAMESTR", f"000000{len(cells):04d}{'0' * 20}"),
    ]
    return b"".join(
        (
            "".join(head).encode("ascii"),
            _padded(described),
            _header("OBS", ZEROS).encode("ascii"),
            _padded(rows),
        )
    )


def _header(kind: str, numbers: str) -> str:
    return f"HEADER RECORD*******{kind.ljust(8)}HEADER RECORD!!!!!!!{numbers}  "


def _fields(*texts: str) -> str:
    return "".join(each.ljust(8) for each in texts)


def _padded(content: bytes) -> bytes:
    return content + b" " * (-len(content) % RECORD)


def _namestr(column: pl.Series, number: int, width: int, position: int, label: str) -> bytes:
    """Describe one column in 140 bytes."""
    shape = ("DATE", 9) if column.dtype == pl.Date else ("", 0)
    kind = 2 if column.dtype == pl.String else 1
    block = b"".join(
        (
            np.array([kind, 0, width, number], dtype=">i2").tobytes(),
            _text(column.name, 8),
            _text(label or column.name, LONGEST_LABEL),
            _text(shape[0], 8),
            np.array([shape[1], 0, 0, 0], dtype=">i2").tobytes(),
            _text("", 8),
            np.array([0, 0], dtype=">i2").tobytes(),
            np.array([position], dtype=">i4").tobytes(),
        )
    )
    return block.ljust(NAMESTR, b"\0")


def _text(text: str, width: int) -> bytes:
    """Cut a text to so many bytes, never within a letter, and pad it."""
    cut = text.encode("utf-8")[:width].decode("utf-8", errors="ignore")
    return cut.encode("utf-8").ljust(width)


def _cells(column: pl.Series) -> NDArray[np.uint8]:
    """Give the cells of a column as bytes, (rows, width)."""
    if column.dtype == pl.String:
        texts = [(each or "").encode("utf-8") for each in column.to_list()]
        width = max((len(each) for each in texts), default=1) or 1
        if width > LONGEST_TEXT:
            raise DataError(
                f"{column.name} holds a text of {width} bytes, and a transport file at most "
                f"{LONGEST_TEXT}. Shorten it."
            )
        flat = b"".join(each.ljust(width) for each in texts)
        return np.frombuffer(flat, dtype=np.uint8).reshape(len(texts), width)
    days = column.dtype == pl.Date
    numbers = column.to_physical().cast(pl.Float64).to_numpy()
    shift = (datetime(1970, 1, 1).date() - EPOCH).days if days else 0  # noqa: DTZ001 - a date
    return ibm_bytes(numbers + shift, column.name)


def ibm_bytes(values: NDArray[np.float64], name: str) -> NDArray[np.uint8]:
    """Write floats as IBM hexadecimal floats of 8 bytes, one a row; NaN is the missing value.

    >>> ibm_bytes(np.array([1.0, -0.5]), "x").tobytes().hex()
    '4110000000000000c080000000000000'

    Raises:
        DataError: A number is too large or too small.

    Witness: `xpt.ibm_floats`; pyreadstat.
    """
    size, given = np.abs(values), ~np.isnan(values)
    if (given & ((size >= MOST) | ((size > 0) & (size < LEAST)))).any():
        raise DataError(f"{name} holds a number that no transport file can; leave it out.")
    fraction, exponent = np.frexp(np.where(given, size, 0.0))
    sixteens = -(-exponent // 4)
    whole = np.ldexp(fraction, 56 + exponent - 4 * sixteens).astype(np.uint64)
    first = np.where(whole > 0, sixteens + 64, 0).astype(np.uint64)
    first |= np.where(given & (values < 0), np.uint64(128), np.uint64(0))
    bits = (first << np.uint64(56)) | whole
    cells: NDArray[np.uint8] = bits.astype(">u8").view(np.uint8).reshape(-1, 8).copy()
    cells[~given] = np.frombuffer(MISSING, dtype=np.uint8)
    return cells
