"""The rows that curves and rank tests accept, checked against the conventions.

A time is finite and, unless rows say when they came under observation, not negative; an event
is 0 or 1; entry < time; groups and strata are numbered from 0.  Rows are counted from 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.analyze.given import refuse_durations
from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.ordering import TIE_TOLERANCE

SHOWN = 10


@dataclass(frozen=True, slots=True)
class SurvivalRows:
    """Rows as the kernels take them: contiguous, writable, checked."""

    time: Vector
    event: Flags
    entry: Vector | None


def survival_rows(time: ArrayLike, event: ArrayLike, entry: ArrayLike | None) -> SurvivalRows:
    """Check the rows.

    Raises:
        DataError: naming the first rows that break a convention.
    """
    times = _times("time", time)
    if not times.size:
        raise DataError("There are no rows. Check the selection: a curve needs at least one.")
    events = _events(event, times.size)
    low = times.min()
    if entry is None:
        if low < 0:
            refuse(times < 0, "have a negative time", "Correct them, or give their entry times")
        return SurvivalRows(times, events, None)
    entries = _times("entry", entry)
    same_length("entry", entries.size, times.size)
    if (entries >= times).any():
        refuse(entries >= times, "end no later than they begin", "Give entry < time")
    noise = TIE_TOLERANCE * max(1.0, float(np.abs(times).mean()))
    short = (times - entries <= noise) & (times != np.floor(times))
    if short.any():
        refuse(short, "have a length within floating-point noise", "Round the times as measured")
    return SurvivalRows(times, events, entries)


def group_codes(what: str, values: ArrayLike, size: int) -> Codes:
    """Check whole numbers from 0 on, one a row.

    Raises:
        DataError: naming the first rows that break a convention.
    """
    given = np.asarray(values)
    if given.dtype.kind == "f" and bool((given == np.floor(given)).all()):
        given = given.astype(np.int64)
    if given.ndim != 1 or given.dtype.kind not in "biu":
        raise DataError(
            f"{what} must be whole numbers from 0 on, one a row, not {given.dtype} of shape "
            f"{given.shape}. Number the labels first."
        )
    same_length(what, given.size, size)
    codes = np.require(given, np.int64, ["C", "W"])
    if codes.size and codes.min() < 0:
        refuse(codes < 0, f"have no {what} (a code below 0)", "Leave these rows out")
    return codes


def same_length(what: str, size: int, expected: int) -> None:
    """Refuse a column that is not as long as the times.

    Raises:
        DataError: with both lengths.
    """
    if size != expected:
        raise DataError(f"There are {expected} times but {size} values of {what}. Give one a row.")


def refuse(broken: NDArray[np.bool_], what: str, remedy: str) -> None:
    """Name the rows that break a convention.

    Raises:
        DataError: always.
    """
    rows = np.flatnonzero(broken) + 1
    shown = ", ".join(str(row) for row in rows[:SHOWN])
    more = f" and {rows.size - SHOWN} more" if rows.size > SHOWN else ""
    raise DataError(f"{rows.size} row(s) {what}: {shown}{more}. {remedy}.")


def _times(what: str, values: ArrayLike) -> Vector:
    refuse_durations(what, values)
    try:
        times = np.require(values, np.float64, ["C", "W"])
    except (TypeError, ValueError) as reason:
        raise DataError(f"{what} must be numbers: {reason}. Convert it first.") from reason
    if times.ndim != 1:
        raise DataError(f"{what} must have one value a row, not the shape {times.shape}.")
    if times.size and not np.isfinite(times.min() + times.max()):
        bad = ~np.isfinite(times)
        if bad.any():
            refuse(bad, f"have a missing or infinite {what}", "Correct them or leave them out")
    return times


def _events(values: ArrayLike, size: int) -> Flags:
    given = np.asarray(values)
    if given.ndim != 1:
        raise DataError(f"event must have one value a row, not the shape {given.shape}.")
    same_length("event", given.size, size)
    if given.dtype.kind == "b":
        return np.require(given, np.bool_, ["C", "W"])
    if given.dtype.kind not in "iuf":
        seen = ", ".join(repr(str(value)) for value in np.unique(given.astype(str))[:SHOWN])
        raise DataError(f"event must be 0 (censored) or 1 (event); found {seen}. Map them first.")
    happened = given == 1
    strange = ~(happened | (given == 0))
    if strange.any():
        refuse(
            strange,
            f"have an event other than 0 and 1 (the first is {given[strange][0]:g})",
            "Say which codes are events",
        )
    return np.asarray(happened, dtype=np.bool_)
