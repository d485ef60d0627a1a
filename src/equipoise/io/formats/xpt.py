"""Read SAS transport files, version 5 and version 8, and refuse broken ones.

A file is a sequence of 80-byte records: a library header, then members, each with a header,
one 140-byte description a variable (NAMESTR), and its observations as fixed-length rows padded
with blanks to a whole record.  Numbers are IBM hexadecimal floats of 2 to 8 bytes,

    value = ± fraction / 2⁵⁶ · 16^(exponent - 64),

where a first byte `.`, `_` or A ... Z before zeros is one of 28 missing values (all read as
missing).  A numeric column with a date format becomes a date: days since 1960-01-01.
Sources: SAS TS-140 (version 5) and the record layout of versions 8 and 9 by SAS.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.errors import DataError
from equipoise.io.data.findings import listed
from equipoise.io.formats.normal import FileContent, distinct_names, normalized

RECORD, NAMESTR = 80, 140
MARK = b"HEADER RECORD*******"
MEMBER = re.compile(rb"HEADER RECORD\*{7}(MEMBER |MEMBV8 ) HEADER RECORD")
DATES = re.compile(r"^(DATE|DDMMYY|MMDDYY|YYMMDD|E8601DA|B8601DA|IS8601DA|JULIAN|WORDDAT|MONYY)")
DATETIMES = re.compile(r"^(DATETIME|E8601DT|B8601DT|IS8601DT|DATEAMPM|MDYAMPM)")
EPOCH = date(1960, 1, 1)
FIRST_DAY, LAST_DAY = (date(1582, 10, 15) - EPOCH).days, (date(9999, 12, 31) - EPOCH).days
MISSING = np.frombuffer(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Variable:
    """One column as the member's header describes it."""

    name: str
    numeric: bool
    length: int
    position: int
    format: str


@dataclass(frozen=True, slots=True)
class Member:
    """One data set of the file: its name, and where its records begin and end."""

    name: str
    start: int
    end: int


def read_xpt(content: bytes, file: str, dataset: str | None = None) -> FileContent:
    """Read one member of a transport file.

    Raises:
        DataError: if the file is not a transport file, is cut short, or has no such member.
    """
    if not content.startswith((MARK + b"LIBRARY ", MARK + b"LIBV8   ")):
        raise broken(file, "it does not begin with a LIBRARY header record")
    if len(content) % RECORD:
        raise broken(file, f"its {len(content)} bytes are not whole records of {RECORD}: cut short")
    member = choose(members(content, file), dataset, file)
    variables, first, count = describe(content, member, file)
    distinct_names([variable.name for variable in variables], file)
    rows = observations(content[first : member.end], variables, count, file)
    notes: list[str] = []
    columns = [column(rows, variable, file, notes) for variable in variables]
    return FileContent(normalized(pl.DataFrame(columns)), tuple(dict.fromkeys(notes)))


def broken(file: str, reason: str) -> DataError:
    """Say why this is no readable transport file."""
    return DataError(
        f"{file} cannot be read as a SAS transport file: {reason}. Transfer the file again, in "
        "binary mode (CPORT files are another format: write it with the XPORT engine)."
    )


def members(content: bytes, file: str) -> list[Member]:
    """Find the members by their header records, which begin at whole records."""
    starts = [hit.start() for hit in MEMBER.finditer(content) if hit.start() % RECORD == 0]
    if not starts:
        raise broken(file, "it holds no data set (no MEMBER header record)")
    ends = [*starts[1:], len(content)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        version_8 = content[start + 20 : start + 26] == b"MEMBV8"
        record = content[start + 2 * RECORD : start + 3 * RECORD]
        name = record[8 : 40 if version_8 else 16]
        found.append(Member(name.decode("latin-1").strip(), start, end))
    return found


def choose(found: list[Member], dataset: str | None, file: str) -> Member:
    """Pick the member asked for; without a name there must be exactly one."""
    names = [member.name for member in found]
    if dataset is None:
        if len(found) == 1:
            return found[0]
        message = f"{file} holds {len(found)} data sets: {listed(names)}. Name one as `dataset`."
        raise DataError(message)
    for member in found:
        if member.name.upper() == dataset.upper():
            return member
    raise DataError(f"{file} has no data set {dataset!r}. It holds {listed(names)}.")


def describe(content: bytes, member: Member, file: str) -> tuple[list[Variable], int, int | None]:
    """Read the variables' descriptions, where the rows begin, and how many (version 8 only)."""
    at = member.start + 4 * RECORD
    header = content[at : at + RECORD]
    if not header.startswith((MARK + b"NAMESTR", MARK + b"NAMSTV8")):
        raise broken(file, f"data set {member.name} has no NAMESTR header record")
    version_8 = header.startswith(MARK + b"NAMSTV8")
    number = header[54:58] if not version_8 else header[48:58]
    if not number.strip().isdigit():
        raise broken(file, f"data set {member.name} does not say how many variables it has")
    count = int(number)
    at += RECORD
    stated = content[member.start + 74 : member.start + 78]
    size = int(stated) if stated in {b"0136", b"0140"} else NAMESTR  # 136 bytes on VAX
    block = content[at : at + count * size]
    if len(block) < count * size:
        raise broken(file, "it ends within the descriptions of its variables: cut short")
    variables = [
        variable(block[place : place + size], version_8=version_8, file=file)
        for place in range(0, len(block), size)
    ]
    at += -(-len(block) // RECORD) * RECORD
    begin = content.find(MARK + (b"OBSV8 " if version_8 else b"OBS "), at, member.end)
    if begin < 0 or begin % RECORD:
        raise broken(file, f"data set {member.name} has no OBS header record: cut short")
    announced = content[begin + 48 : begin + 63].strip() if version_8 else b""
    rows = int(announced) if announced.isdigit() and int(announced) else None
    return variables, begin + RECORD, rows


def variable(block: bytes, *, version_8: bool, file: str) -> Variable:
    """Read one 140-byte description."""
    kind, _, length, _ = np.frombuffer(block, ">i2", 4).tolist()
    position = int(np.frombuffer(block, ">i4", 1, 84)[0])
    short, long = block[8:16], block[88:120]
    name = (long if version_8 and long.strip(b" \0") else short).decode("latin-1").strip(" \0")
    numeric = kind == 1
    sane = kind in {1, 2} and position >= 0 and (2 <= length <= 8 if numeric else length >= 1)  # noqa: PLR2004 - bytes
    if not sane or not name:
        raise broken(file, f"the description of variable {name!r} is damaged")
    pattern = block[56:64].decode("latin-1").strip(" \0").upper()
    return Variable(name, numeric, length, position, pattern)


def observations(
    body: bytes, variables: list[Variable], count: int | None, file: str
) -> NDArray[np.void]:
    """Cut the records into rows, and refuse a file that ends within a row."""
    width = sum(variable.length for variable in variables)
    if not width:
        raise broken(file, "its data set has no variables")
    if any(variable.position + variable.length > width for variable in variables):
        raise broken(file, "a variable lies outside its row: the header is damaged")
    rows, rest = divmod(len(body), width)
    if body[rows * width :].strip(b" ") or (rest >= RECORD):
        raise broken(file, f"the last row has {rest} of {width} bytes: cut short")
    if count is not None:
        if count > rows:
            raise broken(file, f"{count} rows are announced, {rows} are there: cut short")
        rows = count
    blank = b" " * width
    while (
        rows and (rows * width > len(body) - RECORD) and body[(rows - 1) * width :][:width] == blank
    ):
        if count is not None:
            break
        rows -= 1  # padding of the last record, not a row
    kind = np.dtype(
        {
            "names": [variable.name for variable in variables],
            "formats": [f"V{variable.length}" for variable in variables],
            "offsets": [variable.position for variable in variables],
            "itemsize": width,
        }
    )
    return np.frombuffer(body, dtype=kind, count=rows)


def column(rows: NDArray[np.void], variable: Variable, file: str, notes: list[str]) -> pl.Series:
    """Turn one field of every row into a column."""
    size = variable.length
    cells = np.ascontiguousarray(rows[variable.name]).view(np.uint8).reshape(rows.size, size)
    if not variable.numeric:
        return text_column(cells, variable, file, notes)
    values = pl.Series(variable.name, ibm_floats(cells), dtype=pl.Float64).fill_nan(None)
    if DATETIMES.match(variable.format):
        if not (values / 86400).is_between(FIRST_DAY, LAST_DAY + 1).all():
            reason = f"{variable.name} has the format {variable.format} but holds no date-times"
            raise broken(file, reason)
        shift = int((datetime(1960, 1, 1) - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - SAS has no zone
        return ((values + shift) * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us"))
    if DATES.match(variable.format):
        if not values.is_between(FIRST_DAY, LAST_DAY).all():
            reason = f"{variable.name} has the date format {variable.format} but holds no dates"
            raise broken(file, reason)
        days = values.floor().cast(pl.Int32) + (EPOCH - date(1970, 1, 1)).days
        return days.cast(pl.Date)
    return values


def text_column(
    cells: NDArray[np.uint8], variable: Variable, file: str, notes: list[str]
) -> pl.Series:
    """Decode fixed-length text; trailing blanks are padding."""
    raw = cells.tobytes()
    size = variable.length
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    try:
        texts = [piece.decode("utf-8").rstrip(" \0") for piece in pieces]
    except UnicodeDecodeError:
        notes.append(f"{file}: {variable.name} is not UTF-8 and was read as Windows-1252.")
        texts = [piece.decode("cp1252", errors="replace").rstrip(" \0") for piece in pieces]
    return pl.Series(variable.name, texts, dtype=pl.String)


def ibm_floats(cells: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Convert IBM hexadecimal floats of 2 to 8 bytes, one a row; missing values become NaN.

    >>> one = np.frombuffer(bytes.fromhex("4110000000000000"), np.uint8).reshape(1, 8)
    >>> ibm_floats(one).tolist()
    [1.0]
    """
    wide = np.zeros((cells.shape[0], 8), dtype=np.uint8)
    wide[:, : cells.shape[1]] = cells
    bits = wide.view(">u8").ravel().astype(np.uint64)
    fraction = (bits & np.uint64(2**56 - 1)).astype(np.float64)
    exponent = (wide[:, 0] & 0x7F).astype(np.int64)
    value = np.ldexp(fraction, 4 * (exponent - 64) - 56)
    value[wide[:, 0] >= 128] *= -1  # noqa: PLR2004 - the sign bit
    absent = np.isin(wide[:, 0], MISSING) & ~wide[:, 1:].any(axis=1)
    value[absent] = np.nan
    return value
