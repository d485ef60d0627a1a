"""Read and write CDISC Dataset-JSON 1.1, checking what the file promises.

One object with `columns` (name, dataType, perhaps targetDataType) and `rows`, an array of
arrays; the line-by-line form (.ndjson) has the object on the first line and one row a line.
A date with targetDataType "integer" is a number in SAS and becomes a date here; one without
is text and may be partial, so it stays text.  Specification: CDISC Dataset-JSON v1.1.0.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NoReturn

import polars as pl

from equipoise.errors import DataError
from equipoise.io.data.findings import listed
from equipoise.io.formats.normal import FileContent, distinct_names, normalized

VERSION = re.compile(r"^1\.1(\.\d+)?$")
REQUIRED = ("datasetJSONVersion", "itemGroupOID", "records", "name", "label", "columns")
NUMBERS = {"integer", "float", "double"}
TEXTS = {"string", "decimal", "datetime", "date", "time", "URI"}
NOT_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)')


def read_dataset_json(content: bytes, file: str, *, lines: bool = False) -> FileContent:
    """Read one Dataset-JSON file.

    Raises:
        DataError: if the file is not JSON, or breaks the standard, naming the place.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not UTF-8 at byte {error.start}.") from None
    if lines:
        first, *rest = text.splitlines()
        described = loads(first, file)
        rows = [loads(line, file, line=place) for place, line in enumerate(rest, 2) if line.strip()]
    else:
        described = loads(text, file)
        rows = described.get("rows", []) if isinstance(described, dict) else []
    columns = check(described, rows, file)
    data = [cell_column(rows, place, column, file) for place, column in enumerate(columns)]
    return FileContent(normalized(pl.DataFrame(data)))


def loads(text: str, file: str, line: int = 1) -> Any:  # noqa: ANN401 - JSON has any shape
    """Parse strict JSON: no NaN, no Infinity, no key twice, no bottomless nesting."""

    def refuse_constant(name: str) -> NoReturn:
        at = next((hit.start() for hit in NOT_JSON.finditer(text) if hit[1]), 0)
        raise DataError(f"{file}: {name} {position(text, at, line)} is not JSON; write null.")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            at = [hit.start() for hit in re.finditer(re.escape(json.dumps(twice)), text)][-1]
            raise DataError(f"{file}: the key {twice!r} stands twice, {position(text, at, line)}.")
        return dict(pairs)

    try:
        return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        place = position(text, error.pos, line)
        raise DataError(f"{file} is not JSON: {error.msg.lower()}, {place}.") from None
    except RecursionError:
        deepest = re.search(r"[\[{]{50}", re.sub(r"\s", "", text))
        at = deepest.start() if deepest else 0
        message = f"{file} is nested too deeply, {position(text, at, line)}: not Dataset-JSON."
        raise DataError(message) from None
    except ValueError as error:  # a number with thousands of digits
        raise DataError(f"{file} is not readable JSON: {error}.") from None


def position(text: str, at: int, line: int) -> str:
    r"""Say where in a text a character is.

    >>> position("a\nbc", 3, 1)
    'line 2, character 2'
    """
    return f"line {line + text.count(chr(10), 0, at)}, character {at - text.rfind(chr(10), 0, at)}"


def check(described: Any, rows: Any, file: str) -> list[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    """Check the object's promises about itself, and give its columns."""
    if not isinstance(described, dict):
        raise DataError(f"{file} is JSON, but not a Dataset-JSON object.")
    lacking = [key for key in REQUIRED if key not in described]
    if lacking:
        raise DataError(f"{file} is not Dataset-JSON 1.1: it lacks {listed(lacking)}.")
    version = described["datasetJSONVersion"]
    if not (isinstance(version, str) and VERSION.match(version)):
        message = f"{file} is Dataset-JSON version {version!r}; versions 1.1 and 1.1.x are read."
        raise DataError(message)
    columns = described["columns"]
    if not (isinstance(columns, list) and columns and all(map(is_column, columns))):
        raise DataError(f"{file}: `columns` must list objects with a name and a dataType.")
    distinct_names([column["name"] for column in columns], file)
    if not isinstance(rows, list):
        raise DataError(f"{file}: `rows` must be an array of arrays.")
    if described["records"] != len(rows):
        message = f"{file} announces {described['records']} records but holds {len(rows)} rows."
        raise DataError(f"{message} It may be cut short; write it again.")
    width = len(columns)
    wrong = [n for n, row in enumerate(rows, 1) if not isinstance(row, list) or len(row) != width]
    if wrong:
        raise DataError(f"{file}: every row must have {width} values; not so row {listed(wrong)}.")
    return columns


def is_column(column: object) -> bool:
    """Tell whether an entry of `columns` names a column and its type."""
    return (
        isinstance(column, dict)
        and isinstance(column.get("name"), str)
        and column.get("dataType") in NUMBERS | TEXTS | {"boolean"}
    )


def cell_column(
    rows: Sequence[Sequence[Any]], place: int, column: Mapping[str, Any], file: str
) -> pl.Series:
    """Check the cells of one column against its type, and freeze them as a column."""
    name, kind, target = column["name"], column["dataType"], column.get("targetDataType")
    cells = [row[place] for row in rows]
    allowed: tuple[type, ...] = (int, float) if kind in NUMBERS else (str,)
    if kind == "boolean":
        allowed = (bool,)
    wrong = [
        number
        for number, cell in enumerate(cells, 1)
        if cell is not None
        and (not isinstance(cell, allowed) or (isinstance(cell, bool) and kind != "boolean"))
    ]
    if wrong:
        shown = listed([cells[number - 1] for number in wrong], 3)
        raise DataError(f"{file}: {name} is {kind}, but not so {shown} in row {listed(wrong)}.")
    if kind == "boolean":
        return pl.Series(name, cells, dtype=pl.Boolean)
    if kind in NUMBERS:
        return number_column(name, cells, file, whole=kind == "integer")
    if kind == "decimal":
        return decimal_column(name, cells, file)
    if kind in {"date", "datetime"} and target == "integer":
        return date_column(name, cells, file, kind)
    return pl.Series(name, cells, dtype=pl.String)


def number_column(name: str, cells: list[Any], file: str, *, whole: bool) -> pl.Series:
    """Freeze numbers; an integer column may hold whole numbers only."""
    if whole:
        broken = [n for n, cell in enumerate(cells, 1) if cell is not None and cell != int(cell)]
        if broken:
            raise DataError(f"{file}: {name} is integer, but not so row {listed(broken)}.")
    try:
        return pl.Series(name, cells, dtype=pl.Float64, strict=False)
    except OverflowError:
        raise DataError(f"{file}: {name} holds a number beyond 10³⁰⁸.") from None


def decimal_column(name: str, cells: list[Any], file: str) -> pl.Series:
    """Read decimals, which are written as text to keep their digits."""
    text = pl.Series(name, [cell or None for cell in cells], dtype=pl.String)
    values = text.cast(pl.Float64, strict=False)
    if values.null_count() > text.null_count():
        bad = text.filter(values.is_null() & text.is_not_null()).to_list()
        raise DataError(f"{file}: {name} is decimal, but not so {listed(bad, 3)}.")
    return values


def date_column(name: str, cells: list[Any], file: str, kind: str) -> pl.Series:
    """Read whole ISO 8601 dates or date-times, as SAS stores them as numbers."""
    text = pl.Series(name, [cell or None for cell in cells], dtype=pl.String)
    if kind == "date":
        values = text.str.to_date("%Y-%m-%d", strict=False)
    else:
        values = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    if values.null_count() > text.null_count():
        bad = text.filter(values.is_null() & text.is_not_null()).to_list()
        raise DataError(f"{file}: {name} is a {kind}, but not so {listed(bad, 3)}.")
    return values


def write_dataset_json(
    frame: pl.DataFrame, name: str, labels: Mapping[str, str], *, created: datetime | None = None
) -> str:
    """Write a frame as Dataset-JSON 1.1; dates become ISO text with targetDataType "integer".

    Args:
        frame: the rows.
        name: of the data set.
        labels: of columns, by name.
        created: when it was made; now, where not given.
    """
    kinds = {pl.String: "string", pl.Boolean: "boolean", pl.Date: "date"}
    columns = []
    for column in frame.get_columns():
        kind = kinds.get(type(column.dtype), "integer" if column.dtype.is_integer() else "float")
        entry = {
            "itemOID": f"IT.{name}.{column.name}",
            "name": column.name,
            "label": labels.get(column.name) or column.name,
            "dataType": kind,
        }
        columns.append(entry | ({"targetDataType": "integer"} if kind == "date" else {}))
    rows = [
        [cell.isoformat() if isinstance(cell, date) else cell for cell in row]
        for row in frame.iter_rows()
    ]
    document = {
        "datasetJSONCreationDateTime": (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S"),
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "records": frame.height,
        "name": name,
        "label": name,
        "columns": columns,
        "rows": rows,
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
