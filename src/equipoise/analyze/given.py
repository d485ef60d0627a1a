"""What callers hand over, seen as numbers or as labels: lists, arrays, columns of data frames.

A time is a number in the caller's unit.  A duration or a date has no such unit here, so it is
refused, never read as nanoseconds.  Text labels are numbered; where a direction rests on the
numbers, the caller names the control, which becomes 0; the others follow in sorted order.
"""

from __future__ import annotations

import math
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, Matrix, codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Label: TypeAlias = str | int | float | bool
SHOWN = 10
MISSING = {"NAType", "NaTType", "NoneType"}


def refuse_durations(what: str, values: ArrayLike) -> None:
    """Refuse durations and dates, which are no numbers in a known unit.

    Raises:
        DataError: naming what is held.
    """
    array = np.asarray(values)
    held = None
    if array.dtype.kind == "O":
        held = next((v for v in array.ravel().tolist() if v is not None), None)
    if array.dtype.kind == "m" or isinstance(held, timedelta):
        raise DataError(
            f"{what} holds durations, which have no unit here. Give numbers: use .dt.days for days "
            f"(pandas), .dt.total_days() (polars)."
        )
    if array.dtype.kind == "M" or isinstance(held, date | time):
        raise DataError(
            f"{what} holds dates. Give the time since randomization as numbers: subtract the dates "
            "and use .dt.days (pandas), .dt.total_days() (polars)."
        )


def numbers(what: str, values: ArrayLike) -> NDArray[np.float64]:
    """Copy numbers.

    Raises:
        DataError: durations, dates, text or anything else that is no number.
    """
    refuse_durations(what, values)
    try:
        return np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError) as reason:
        raise DataError(
            f"{what} must hold numbers: {reason}. Give each label a column of its own that is 1 "
            "where it holds and 0 elsewhere, leaving out the label to compare with."
        ) from None


def are_labels(values: ArrayLike) -> bool:
    """Tell whether values are text or a mix, rather than numbers."""
    return np.asarray(values).dtype.kind in "OUST"


def numbered(what: str, values: ArrayLike, *, control: Label | None) -> Codes:
    """Number groups: the control is 0, the others follow in sorted order.

    >>> numbered("group", ["new", "old", "new"], control="old").tolist()
    [1, 0, 1]

    Raises:
        DataError: labels missing, or a control that is not named or does not occur.
    """
    labels, place = _sorted(what, values)
    if control is None:
        raise DataError(
            f"{what} holds the labels {_listed(labels)}. Name the control, such as "
            f"control={labels[0]!r}; a positive statistic then favors the other."
        )
    first = str(control) if are_labels(values) else control
    if first not in labels:
        raise DataError(
            f"There is no {what} {control!r}. Name as control one of {_listed(labels)}."
        )
    at = labels.index(first)
    return codes(np.where(place == at, 0, place + (place < at)))


def layers(what: str, values: ArrayLike) -> Codes:
    """Number labels in sorted order, where no direction rests on the numbers.

    Raises:
        DataError: labels missing.
    """
    return codes(_sorted(what, values)[1])


def named_columns(
    covariates: Any,  # noqa: ANN401 - an array, or a column or data frame of any library
    names: Sequence[str] | None,
) -> tuple[ArrayLike, Sequence[str] | None]:
    """Take the names of covariates from the column or data frame that holds them.

    Raises:
        DataError: a column that holds no numbers, by name.
    """
    if isinstance(covariates, np.ndarray | list | tuple):
        return covariates, names
    import narwhals as nw  # noqa: PLC0415 - only where a data frame is given

    held = nw.from_native(covariates, eager_only=True, allow_series=True, pass_through=True)
    if isinstance(held, nw.Series):
        name = str(held.name or "x1")
        return numbers(name, held.to_numpy()), names or (name,)
    if isinstance(held, nw.DataFrame):
        found = [str(name) for name in held.columns]
        columns = [numbers(name, held[name].to_numpy()) for name in held.columns]
        return _side_by_side(columns, len(held)), names or found
    return covariates, names


def _side_by_side(columns: list[NDArray[np.float64]], rows: int) -> Matrix:
    return np.column_stack(columns) if columns else np.empty((rows, 0))


def _sorted(what: str, values: ArrayLike) -> tuple[list[Any], NDArray[np.int64]]:
    """Give the distinct labels, sorted, and each row's place among them."""
    given = np.atleast_1d(np.asarray(values))
    if given.ndim != 1:
        raise DataError(f"{what} must have one label a row, not the shape {given.shape}.")
    if gone := _missing(given):
        more = f" and {len(gone) - SHOWN} more" if len(gone) > SHOWN else ""
        rows = ", ".join(map(str, gone[:SHOWN]))
        raise DataError(f"{len(gone)} row(s) have no {what}: {rows}{more}. Leave these rows out.")
    plain = given.astype(np.str_) if are_labels(given) else given
    found, place = np.unique(plain, return_inverse=True)
    return found.tolist(), place.astype(np.int64)


def _missing(given: NDArray[Any]) -> list[int]:
    """Give the rows without a label, counted from 1."""
    if given.dtype.kind == "f":
        return (np.flatnonzero(np.isnan(given)) + 1).tolist()
    if given.dtype.kind != "O":
        return []
    kinds = enumerate(given.tolist(), start=1)
    return [row for row, label in kinds if type(label).__name__ in MISSING or _is_nan(label)]


def _is_nan(label: object) -> bool:
    return isinstance(label, float) and math.isnan(label)


def _listed(labels: list[Any]) -> str:
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    return ", ".join(repr(label) for label in labels[:SHOWN]) + more
