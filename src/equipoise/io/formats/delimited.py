"""Read comma-, semicolon-, tab- or bar-separated text, keeping every cell as it was written.

Every column is text: an identifier 001, 1E5, NA or None stays what it is.  Whoever needs numbers
asks `columns.numbers`.  The file must be UTF-8 and rectangular; what is detected (a
byte-order mark, the separator, decimal commas) is said in a note, and nothing is repaired in
silence.  Quotes follow RFC 4180.
"""

import csv
import io

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.errors import DataError
from equipoise.io.formats.normal import FileContent, distinct_names, normalized

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
QUOTE, NEWLINE, RETURN = ord('"'), ord("\n"), ord("\r")
COMMA_NUMBER = r"^\s*[-+]?\d+(,\d+)?\s*$"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(content: bytes, file: str) -> FileContent:
    """Read the bytes of a delimited text file.

    Raises:
        DataError: if the file is empty, not UTF-8, not rectangular, or wrongly quoted.
    """
    notes: list[str] = []
    content = clean(content, file, notes)
    raw = np.frombuffer(content, dtype=np.uint8)
    outside = outside_quotes(raw, file)
    ends = np.flatnonzero((raw == NEWLINE) & outside)
    if (stray := np.flatnonzero((raw == RETURN) & outside)).size:
        row = int(np.searchsorted(ends, stray[0]))
        message = (
            f"{file}: a carriage return stands inside a cell in data row {row} "
            f"(line {line_of(stray[0], raw)} of the file). Quote the cell, or take it out."
        )
        raise DataError(message)
    header = content[: int(ends[0])].decode("utf-8")
    separator = separator_of(header, file)
    if separator != ",":
        notes.append(f"{file}: columns are separated by {SEPARATORS[separator]}.")
    check_quotes(raw, outside, separator, ends, file)
    names = column_names(header, separator, file, notes)
    check_rectangular(raw, outside, ends, separator, len(names), file)
    frame = parse(content[int(ends[0]) + 1 :], names, separator, ends.size - 1, file)
    if separator != ",":
        frame = decimal_points(frame, file, notes)
    line_a_row = not ((raw == NEWLINE) & ~outside).any()
    return FileContent(normalized(frame), tuple(notes), first_line=2 if line_a_row else None)


def clean(content: bytes, file: str, notes: list[str]) -> bytes:
    """Strip the byte-order mark, bring line ends to one kind, and refuse what is not UTF-8 text."""
    if content.startswith(UTF16_MARKS):
        raise DataError(f"{file} is encoded as UTF-16. Save it as UTF-8 and run again.")
    if content.startswith(b"\xef\xbb\xbf"):
        notes.append(f"{file}: a UTF-8 byte-order mark was skipped.")
        content = content[3:]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = (
            f"{file} is not UTF-8: byte 0x{content[error.start]:02x} on line {line}. "
            "Save it as UTF-8 (it may be Windows-1252 or Latin-1 now) and run again."
        )
        raise DataError(message) from None
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise DataError(f"{file} holds a zero byte on line {line}: this is not a text file.")
    content = content.replace(b"\r\n", b"\n")
    if b"\r" in content and b"\n" not in content:
        notes.append(f"{file}: lines end with a carriage return only.")
        content = content.replace(b"\r", b"\n")
    content = content.rstrip(b"\n") + b"\n"
    if content == b"\n":
        raise DataError(f"{file} is empty. Give a header line and one row a patient.")
    return content


def outside_quotes(raw: NDArray[np.uint8], file: str) -> NDArray[np.bool_]:
    """Tell for every byte whether it stands outside quoted text."""
    quotes = raw == QUOTE
    if not quotes.any():
        return np.ones(raw.size, dtype=np.bool_)
    outside = ~np.logical_xor.accumulate(quotes)
    if not outside[-1]:
        last = int(np.flatnonzero(quotes)[-1])
        line = int((raw[:last] == NEWLINE).sum()) + 1
        raise DataError(f"{file}: a quoted text opened on line {line} is never closed.")
    return outside


def check_quotes(
    raw: NDArray[np.uint8],
    outside: NDArray[np.bool_],
    separator: str,
    ends: NDArray[np.int64],
    file: str,
) -> None:
    """Refuse a quotation mark inside a cell that is not itself quoted."""
    at = np.flatnonzero(raw == QUOTE)
    if not at.size:
        return
    border = np.isin(raw, [ord(separator), NEWLINE, QUOTE])
    opening = at[~outside[at]]
    closing = at[outside[at]]
    stray = np.concatenate(
        [
            opening[(opening > 0) & ~border[np.maximum(opening - 1, 0)]],
            closing[~border[np.minimum(closing + 1, raw.size - 1)]],
        ]
    )
    if stray.size:
        row = int(np.searchsorted(ends, stray.min()))
        message = (
            f"{file}: a quotation mark stands inside a cell in data row {row} "
            f"(line {line_of(stray.min(), raw)} of the file). "
            'Quote the whole cell and double the mark inside it: "5"" tube".'
        )
        raise DataError(message)


def line_of(position: int, raw: NDArray[np.uint8]) -> int:
    """Tell on which line of the file a byte stands."""
    return int((raw[:position] == NEWLINE).sum()) + 1


def separator_of(header: str, file: str) -> str:
    """Find what separates the columns: the candidate that is most frequent in the header."""
    unquoted = "".join(header.split('"')[::2])
    count = {mark: unquoted.count(mark) for mark in SEPARATORS}
    most = max(count.values())
    found = [mark for mark in SEPARATORS if count[mark] == most]
    if most and len(found) > 1:
        names = " and ".join(SEPARATORS[mark] for mark in found)
        message = (
            f"{file}: the header has as many {names}, so the separator is not clear. "
            "Write the file with one separator, and quote names that contain others."
        )
        raise DataError(message)
    return found[0] if most else ","


def column_names(header: str, separator: str, file: str, notes: list[str]) -> list[str]:
    """Read the header line; a column without a name is called after its place."""
    if not header.strip():
        raise DataError(f"{file}: the first line is blank. It must name the columns.")
    cells = next(csv.reader(io.StringIO(header, newline=""), delimiter=separator))
    names = [name.strip() for name in cells]
    for place, name in enumerate(names, start=1):
        if not name:
            names[place - 1] = f"(column {place})"
            notes.append(f"{file}: column {place} has no name.")
    distinct_names(names, file)
    return names


def check_rectangular(
    raw: NDArray[np.uint8],
    outside: NDArray[np.bool_],
    ends: NDArray[np.int64],
    separator: str,
    columns: int,
    file: str,
) -> None:
    """Refuse rows with more or fewer cells than the header, naming the first ten."""
    marks = np.flatnonzero((raw == ord(separator)) & outside)
    cells = np.diff(np.searchsorted(marks, ends), prepend=0) + 1
    ragged = np.flatnonzero(cells[1:] != columns) + 1
    if ragged.size:
        shown = ", ".join(
            f"{row} (line {line_of(ends[row], raw)} of the file, {cells[row]} cells)"
            for row in ragged[:10].tolist()
        )
        more = f" and {ragged.size - 10} more" if ragged.size > 10 else ""  # noqa: PLR2004 - ten shown
        message = (
            f"{file}: the header has {columns} columns, but not so data row {shown}{more}. "
            "Quote cells that contain the separator, and complete short rows."
        )
        raise DataError(message)


def parse(body: bytes, names: list[str], separator: str, rows: int, file: str) -> pl.DataFrame:
    """Let polars split the rows that were just checked, every cell as text."""
    schema = dict.fromkeys(names, pl.String)
    if not rows:
        return pl.DataFrame(schema=schema)
    if len(names) == 1:  # polars skips blank lines, which here are missing values
        lines = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
        return pl.DataFrame({names[0]: [line[0] if line else None for line in lines]}, schema)
    frame = pl.read_csv(
        body, has_header=False, separator=separator, schema=schema, quote_char='"', null_values=[]
    )
    if frame.height != rows:
        raise DataError(f"{file}: {rows} rows were counted but {frame.height} could be read.")
    return frame


def decimal_points(frame: pl.DataFrame, file: str, notes: list[str]) -> pl.DataFrame:
    """Turn decimal commas into points, in columns where every value is such a number."""
    changed = []
    for column in frame.get_columns():
        if not column.str.contains(",", literal=True).any():
            continue
        written = column.is_null() | column.is_in(["NA", ".", ""])
        if (column.str.contains(COMMA_NUMBER) | written).all():
            frame = frame.with_columns(column.str.replace(",", ".", literal=True))
            changed.append(column.name)
    if changed:
        notes.append(f"{file}: a comma was read as the decimal mark in {', '.join(changed)}.")
    return frame
