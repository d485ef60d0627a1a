"""Read points of published curves from what a digitizer writes, and numbers at risk likewise.

Any separator, decimal points or commas, percents or proportions, a header or none.  Columns are

    pairs   time, value, time, value, ...     (WebPlotDigitizer with several data sets)
    wide    time, value of each curve         (DigitizeIt; numbers at risk)
    long    time, value, name of the curve

and which of these is told from the columns themselves, or by `layout`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from equipoise.appraise.curves.cleaning import PERCENT_ABOVE, cleaned_curve, in_percent
from equipoise.appraise.curves.curve import AtRisk, Curve, Kind, Origin, Reading, at_risk_table
from equipoise.errors import DataError
from equipoise.io.figures.curve_columns import Column, Sheet, read_sheet
from equipoise.kernel.arrays import vector

Layout: TypeAlias = Literal["pairs", "wide", "long"]
TIMES = {"x", "t", "time", "times", "month", "months", "year", "years", "day", "days", "week"}
TIMES |= {"weeks", "mo", "yr", "time_months", "time_years"}
VALUES = {"y", "s", "survival", "surv", "value", "value_s", "probability", "s_t", "km", "est"}


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one curve as they stand in a file."""

    label: str
    time: tuple[float, ...]
    value: tuple[float, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CurveFile:
    """The curves of a file, and what was assumed in reading it."""

    curves: tuple[Curve, ...]
    assumed: tuple[str, ...]


def read_curves(
    path: Path | str,
    *,
    kind: Kind = "survival",
    layout: Layout | None = None,
    labels: Sequence[str] | None = None,
    reading: Reading | None = None,
    jitter: float = 0.02,
) -> CurveFile:
    """Read the curves of a digitizer's file.

    Args:
        path: of the file.
        kind: "survival" falls from 1; "incidence" rises from 0.
        layout: of the columns; told from them where not given.
        labels: of the curves, in the order of the file.
        reading: whether points lie where the curves step, or anywhere on them.
        jitter: how far, in proportions, a curve may move the wrong way and be smoothed.

    Raises:
        DataError: when the file is no table of numbers; the message names the line.
        ClaimError: when no curve can have these points; likewise.

    Witness: law (points written to a file in any of its forms come back).
    """
    file = Path(path)
    sheet = _sheet(file)
    points, told = _points(sheet, layout, rising=kind == "incidence")
    names = _named(points, labels, file.name)
    percent = _in_percent(points, file.name, kind)
    curves = tuple(
        cleaned_curve(
            one.time,
            np.array(one.value) / 100.0 if percent else one.value,
            kind=kind,
            percent=False,  # told of the whole file, and divided once
            label=name,
            reading=reading,
            jitter=jitter,
            origin=Origin(file.name, one.lines),
        )
        for one, name in zip(points, names, strict=True)
    )
    notes = (*sheet.assumed, *told)
    if percent:
        notes = (*notes, f"Values are percents: some are beyond {PERCENT_ABOVE}.")
    return CurveFile(curves, notes)


def read_at_risk(path: Path | str, *, layout: Layout | None = None) -> dict[str, AtRisk]:
    """Read numbers at risk: times, and patients of each arm.

    Raises:
        DataError: when the file is no table of whole numbers; the message names the line.
        ClaimError: when the numbers grow; likewise.

    Witness: law (numbers written to a file in any of its forms come back).
    """
    file = Path(path)
    points, _ = _points(_sheet(file), layout, rising=False)
    names = _named(points, None, file.name)
    return {
        name: at_risk_table(one.time, one.value, origin=Origin(file.name, one.lines))
        for one, name in zip(points, names, strict=True)
    }


def _in_percent(points: Sequence[Points], file: str, kind: Kind) -> bool:
    """Tell whether the values of a file are percents.

    Raises:
        DataError: when some survival curves are percents and others proportions.
        ClaimError: when values of one are.
    """
    beyond = [
        in_percent(vector(one.time), vector(one.value), kind, Origin(file, one.lines))
        for one in points
    ]
    if any(beyond) and not all(beyond) and kind == "survival":
        one = points[beyond.index(False)]
        raise DataError(
            f"{file}:{one.lines[0]}: {one.label or 'a curve'} is in proportions, another is in "
            "percents. Write them alike, or give layout if the columns were taken wrongly."
        )
    return any(beyond)


def _sheet(file: Path) -> Sheet:
    """Read the file.

    Raises:
        DataError: when it cannot be opened, or is no table.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file.name} cannot be opened: {error.strerror}.") from None
    return read_sheet(content, file.name)


def _points(
    sheet: Sheet, layout: Layout | None, *, rising: bool
) -> tuple[tuple[Points, ...], tuple[str, ...]]:
    """Take the curves from the columns.

    Raises:
        DataError: when the columns are not such as the layout has.
    """
    how = layout or _layout(sheet, rising=rising)
    told = () if layout else _said(how, len(sheet.columns))
    if len(sheet.columns) < 2:  # noqa: PLR2004 - time and value
        raise DataError(f"{sheet.file} has one column. Give times and values.")
    if how == "long":
        return _by_name(sheet), told
    if how == "pairs":
        if len(sheet.columns) % 2:
            raise DataError(
                f"{sheet.file} has {len(sheet.columns)} columns, which make no pairs of time and "
                "value. Give layout as 'wide' if the first column holds the times of all."
            )
        pairs = zip(sheet.columns[::2], sheet.columns[1::2], strict=True)
        points = [_joined(time, value, value.group or _own(value), sheet) for time, value in pairs]
        return tuple(points), told
    first, *others = sheet.columns
    single = len(others) == 1
    points = [_joined(first, one, _own(one) if single else one.name, sheet) for one in others]
    return tuple(points), told


def _own(column: Column) -> str:
    """Name a curve by its column, unless that only says that it holds values."""
    return "" if _plain(column.name) in VALUES else column.name


def _said(how: Layout, columns: int) -> tuple[str, ...]:
    """Say what the columns were taken for, where that could be otherwise."""
    if columns <= 2:  # noqa: PLR2004 - time and value
        return ()
    return (
        {
            "pairs": "Columns were taken as pairs of time and value, one pair a curve.",
            "wide": "The first column was taken for the times of all curves in the others.",
            "long": "The column of words was taken for the names of the curves.",
        }[how],
    )


def _layout(sheet: Sheet, *, rising: bool) -> Layout:
    """Tell what the columns hold.

    Raises:
        DataError: when they could be either.
    """
    columns = sheet.columns
    if sheet.words is not None:
        return "long"
    if len(columns) < 4 or len(columns) % 2:  # noqa: PLR2004 - two pairs
        return "wide"
    named = [_plain(column.name) for column in columns]
    if all(name in TIMES for name in named[::2]) or all(column.group for column in columns[1::2]):
        return "pairs"
    if any(named):
        return "pairs" if set(named[2::2]) <= {"", *TIMES, named[0]} else "wide"
    if rising:
        raise DataError(
            f"{sheet.file} has {len(columns)} columns without names: pairs of time and value, or "
            "one of times and others of values? Give layout as 'pairs' or 'wide'."
        )
    grows = [_rises(column) for column in columns]
    return "pairs" if all(grows[::2]) and not any(grows[1::2]) else "wide"


def _rises(column: Column) -> bool:
    """Tell whether numbers grow from first to last."""
    cells = [cell for cell in column.cells if cell is not None]
    return len(cells) > 1 and cells[-1] > cells[0]


def _joined(time: Column, value: Column, label: str, sheet: Sheet) -> Points:
    """Put times and values together, leaving out empty cells.

    Raises:
        DataError: naming a line that has one but not the other.
    """
    rows: list[tuple[float, float, int]] = []
    for t, v, line in zip(time.cells, value.cells, sheet.lines, strict=True):
        if t is not None and v is not None:
            rows.append((t, v, line))
        elif v is not None:
            raise DataError(f"{sheet.file}:{line}: a value, {v:g}, has no time. Give it one.")
    if not rows:
        raise DataError(f"{sheet.file} has no points of {label or 'the curve'}.")
    times, values, lines = zip(*rows, strict=True)
    return Points(label, times, values, lines)


def _by_name(sheet: Sheet) -> tuple[Points, ...]:
    """Part the rows by the names of their curves.

    Raises:
        DataError: when there are no names, or more than two columns of numbers.
    """
    if sheet.words is None or len(sheet.columns) != 2:  # noqa: PLR2004 - time and value
        raise DataError(
            f"{sheet.file} has {len(sheet.columns)} columns of numbers"
            f"{'' if sheet.words else ' and none of names'}; the long layout needs two, and one "
            "of names."
        )
    time, value = sheet.columns
    points: list[Points] = []
    for name in dict.fromkeys(sheet.words):
        rows = [k for k, word in enumerate(sheet.words) if word == name]
        part = Sheet(sheet.file, (), tuple(sheet.lines[k] for k in rows), None, ())
        picked = [
            Column(each.name, "", tuple(each.cells[k] for k in rows)) for each in (time, value)
        ]
        points.append(_joined(picked[0], picked[1], name, part))
    return tuple(points)


def _named(points: Sequence[Points], labels: Sequence[str] | None, file: str) -> list[str]:
    """Name the curves.

    Raises:
        DataError: when labels are given, but not one a curve, or names repeat.
    """
    if labels is not None and len(labels) != len(points):
        raise DataError(
            f"{len(labels)} labels were given for {len(points)} curves of {file}. Give one each."
        )
    given = labels or [one.label for one in points]
    names = [name or (f"curve {k + 1}" if len(points) > 1 else "") for k, name in enumerate(given)]
    for k, name in enumerate(names):
        if name in names[:k]:
            raise DataError(f"{file} has two curves named {name!r}. Name them apart.")
    return names


def _plain(name: str) -> str:
    """Reduce a column's name to compare it: `Time (months)` is `time`."""
    return name.lower().split("(")[0].split("[")[0].strip().replace(" ", "_")
