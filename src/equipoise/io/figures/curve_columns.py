"""Read a small table of numbers written by any program: its separator, its decimals, its names.

Cells keep the line they stand on, so that every message can name it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.errors import DataError
from equipoise.io.formats.delimited import clean

POINT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*%?")
COMMA = re.compile(r"[-+]?(\d+,?\d*|,\d+)([eE][-+]?\d+)?\s*%?")
MISSING = {"", "na", "nan", ".", "-", "null"}
COMMENT = ("#", "//")


@dataclass(frozen=True, slots=True)
class Column:
    """Numbers below one name; empty cells are none."""

    name: str
    group: str  # what a row above the names says
    cells: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of numbers of a file, and the one of words if there is one."""

    file: str
    columns: tuple[Column, ...]
    lines: tuple[int, ...]  # on which each row stands
    words: tuple[str, ...] | None
    assumed: tuple[str, ...]


def read_sheet(content: bytes, file: str) -> Sheet:
    """Read the bytes of a table.

    Raises:
        DataError: when it is no table of numbers; the message names the line.
    """
    empty = f"{file} is empty. Give times and values, one point a line."
    if not content.strip():
        raise DataError(empty)
    notes: list[str] = []
    text = clean(content, file, notes).decode("utf-8")
    lines = [
        (number, line.rstrip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip(" \t;,") and not line.lstrip().startswith(COMMENT)
    ]
    if not lines:
        raise DataError(empty)
    separator, comma = _separator([line for _, line in lines])
    rows = [(number, _cells(line, separator)) for number, line in lines]
    width = max(len(cells) for _, cells in rows)
    rows = [(number, cells + [""] * (width - len(cells))) for number, cells in rows]
    head = _heads(rows, comma=comma)
    if head == len(rows):
        raise DataError(f"{file} holds no numbers. Give times and values, one point a line.")
    if not head and separator == "," and _torn(rows, text):
        raise DataError(
            f"{file}:{rows[0][0]}: commas separate the columns and may also mark decimals. Write "
            "decimal points, or separate by semicolons."
        )
    if comma:
        notes.append(f"{file}: commas mark decimals.")
    return _sheet(rows[head:], [cells for _, cells in rows[:head]], file, tuple(notes), comma=comma)


def _separator(lines: Sequence[str]) -> tuple[str, bool]:
    """Tell what parts the cells, and whether commas mark decimals."""
    body = lines[len(lines) // 3 :]
    for mark in (";", "\t"):
        if all(mark in line for line in body):
            return mark, not any("." in line for line in body) and any("," in x for x in body)
    parts = [line.split() for line in body]
    if all(len(each) > 1 and all(COMMA.fullmatch(cell) for cell in each) for each in parts):
        return " ", any("," in line for line in body)
    if any("," in line for line in body):
        return ",", False
    return " ", False


def _cells(line: str, separator: str) -> list[str]:
    """Part a line."""
    parts = line.split() if separator == " " else line.split(separator)
    return [part.strip().strip('"').strip() for part in parts]


def _number(cell: str, *, comma: bool) -> float | None:
    """Read a number; none where the cell holds none."""
    if not (COMMA if comma else POINT).fullmatch(cell):
        return None
    return float(cell.rstrip("% ").replace(",", "."))


def _heads(rows: Sequence[tuple[int, list[str]]], *, comma: bool) -> int:
    """Count the lines of names above the first line with two numbers."""
    for k, (_, cells) in enumerate(rows):
        if sum(_number(cell, comma=comma) is not None for cell in cells) > 1:
            return k
    return len(rows)


def _torn(rows: Sequence[tuple[int, list[str]]], text: str) -> bool:
    """Tell whether decimals were torn apart at their commas: only whole numbers, in fours."""
    counts = Counter(len(cells) for _, cells in rows)
    return "." not in text and counts.most_common(1)[0][0] >= 4  # noqa: PLR2004 - two numbers, torn


def _sheet(
    rows: Sequence[tuple[int, list[str]]],
    heads: Sequence[list[str]],
    file: str,
    notes: tuple[str, ...],
    *,
    comma: bool,
) -> Sheet:
    """Put rows into columns.

    Raises:
        DataError: naming a cell that is neither a number nor empty.
    """
    width = len(rows[0][1])
    columns: list[Column] = []
    words: tuple[str, ...] | None = None
    for k in range(width):
        cells = [row[k] for _, row in rows]
        name = heads[-1][k] if heads else ""
        numbers = [_number(cell, comma=comma) for cell in cells]
        strange = [
            j
            for j, (cell, number) in enumerate(zip(cells, numbers, strict=True))
            if number is None and cell.lower() not in MISSING
        ]
        if len(strange) > len(cells) / 2 and words is None:
            words = tuple(cells)
        elif strange:
            raise DataError(
                f"{file}:{rows[strange[0]][0]}: {cells[strange[0]]!r} is no number. Correct it, or "
                "leave the cell empty."
            )
        elif any(number is not None for number in numbers):
            columns.append(Column(name, _group(heads, k), tuple(numbers)))
    return Sheet(file, tuple(columns), tuple(number for number, _ in rows), words, notes)


def _group(heads: Sequence[list[str]], column: int) -> str:
    """Read what a row above the names says of a column: the cell above, or the one before it."""
    if len(heads) < 2:  # noqa: PLR2004 - only names
        return ""
    above = heads[-2]
    return above[column] or (above[column - 1] if column % 2 else "")
