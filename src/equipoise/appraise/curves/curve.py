"""A published curve as read off its figure, and the numbers at risk printed below it.

A curve is a step function: `value[k]` holds from `time[k]` on, until the next time; before
the first step survival is 1 (incidence 0).  What a digitiser writes is cleaned in
`curve_cleaning`, which reports whatever it changed; what cannot be so is refused.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from equipoise.appraise.claims.claim import ClaimedAtRisk
from equipoise.errors import ClaimError, DataError
from equipoise.kernel.arrays import Codes, Vector, codes, frozen, vector

Kind: TypeAlias = Literal["survival", "incidence"]
Reading: TypeAlias = Literal["steps", "samples"]


@dataclass(frozen=True, slots=True)
class Curve:
    """One arm's curve of one endpoint: monotone, in proportions, from time 0."""

    time: Vector  # distinct, increasing, from 0
    value: Vector  # proportion from each time on
    kind: Kind
    precision: float  # half the width within which a value was read
    time_precision: float  # likewise of times
    reading: Reading  # "steps": points lie where the curve steps; "samples": anywhere on it
    label: str = ""
    cleaned: tuple[str, ...] = ()  # what was changed of the points as given

    @property
    def end(self) -> float:
        """The last time to which the curve is drawn."""
        return float(self.time[-1])

    @property
    def incidence(self) -> Vector:
        """The proportion that had the event, from each time on."""
        return self.value if self.kind == "incidence" else frozen(1.0 - self.value)

    def at(self, time: ArrayLike) -> Vector:
        """Give the value just after each time.

        Witness: closed form (a step function).

        >>> plain = Curve(vector([0, 2]), vector([1, 0.5]), "survival", 0.0005, 0.05, "steps")
        >>> plain.at([1.9, 2.0]).tolist()
        [1.0, 0.5]
        """
        seen = np.searchsorted(self.time, np.atleast_1d(time), side="right")
        before = 1.0 if self.kind == "survival" else 0.0
        return frozen(np.concatenate([[before], self.value])[seen])


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Numbers at risk below a curve: patients whose follow-up reaches each time."""

    times: Vector
    patients: Codes


@dataclass(frozen=True, slots=True)
class Origin:
    """Where points or numbers came from, for messages: a file, and the line of each."""

    file: str = ""
    lines: tuple[int, ...] = ()

    def place(self, index: int, thing: str = "point") -> str:
        """Name one of them as a reader finds it."""
        if index < len(self.lines):
            return f"{self.file or 'input'}:{self.lines[index]}"
        return f"{self.file + ', ' if self.file else ''}{thing} {index + 1}"


NOWHERE = Origin()


def at_risk_table(
    times: ArrayLike, patients: ArrayLike, *, total: int | None = None, origin: Origin = NOWHERE
) -> AtRisk:
    """Check the numbers at risk below a curve.

    Args:
        times: of the columns, in the unit of the curve.
        patients: at risk at each.
        total: patients of the arm, where known.
        origin: file and lines, for messages.

    Raises:
        DataError: when they are not numbers, not whole, or not one a time.
        ClaimError: when they grow with time, or exceed the patients of the arm.

    Witness: law (what is given comes back, in the order of time).

    >>> at_risk_table([0, 6, 12], [100, 71, 30]).patients.tolist()
    [100, 71, 30]
    """
    at, many = numbers("times", times), numbers("numbers at risk", patients)
    if at.size != many.size:
        raise DataError(
            f"{at.size} times but {many.size} numbers at risk were given. Give one a time."
        )
    if not at.size:
        raise DataError("The table of numbers at risk is empty. Leave it out instead.")
    bad = np.flatnonzero((many < 0) | (many != np.floor(many)))
    if bad.size:
        where = origin.place(int(bad[0]), "number at risk")
        raise DataError(f"{where}: {many[bad[0]]:g} at risk is no whole number of patients.")
    if at.min() < 0:
        where = origin.place(int(at.argmin()), "number at risk")
        raise DataError(f"{where}: a number at risk stands at {at.min():g}, before time 0.")
    order = np.argsort(at, kind="stable")
    _refuse_growth(at, many, order, total, origin)
    return AtRisk(vector(at[order]), codes(many[order]))


def claimed_at_risk(claimed: ClaimedAtRisk, *, total: int | None = None) -> AtRisk:
    """Take the numbers at risk from a claims file.

    Raises:
        ClaimError: when they grow with time, or exceed the patients of the arm.

    Witness: law (equal to `at_risk_table` of the printed values).
    """
    places = [number.place for number in claimed.patients]
    lines = tuple(place.line for place in places if place is not None)
    file = next((place.file for place in places if place is not None), "")
    origin = Origin(file, lines if len(lines) == len(places) else ())
    patients = [number.value for number in claimed.patients]
    return at_risk_table(claimed.times, patients, total=total, origin=origin)


def numbers(what: str, values: ArrayLike) -> Vector:
    """Take a column of finite numbers.

    Raises:
        DataError: when it is anything else.
    """
    try:
        column = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as reason:
        raise DataError(f"{what} must be numbers: {reason}. Convert them first.") from reason
    if column.ndim != 1:
        raise DataError(f"{what} must be one column, not of shape {column.shape}.")
    bad = np.flatnonzero(~np.isfinite(column))
    if bad.size:
        raise DataError(
            f"{what} are missing or infinite at position {bad[0] + 1}. Leave such points out."
        )
    return column


def _refuse_growth(
    at: Vector, many: Vector, order: Codes, total: int | None, origin: Origin
) -> None:
    """Refuse numbers at risk that no arm can have.

    Raises:
        ClaimError: naming the first.
    """
    if total is not None and many.max() > total:
        row = int(many.argmax())
        raise ClaimError(
            f"{origin.place(row, 'number at risk')}: {many[row]:g} at risk at {at[row]:g}, but the "
            f"arm has {total} patients. Correct one of them."
        )
    same = np.flatnonzero(np.diff(at[order]) <= 0)
    for k in same:
        if many[order[k]] != many[order[k + 1]]:
            raise ClaimError(
                f"{origin.place(int(order[k + 1]), 'number at risk')}: {many[order[k]]:g} and "
                f"{many[order[k + 1]]:g} at risk at the same time {at[order[k]]:g}. Keep one."
            )
    grown = np.flatnonzero(np.diff(many[order]) > 0)
    if grown.size:
        before, after = order[grown[0]], order[grown[0] + 1]
        raise ClaimError(
            f"{origin.place(int(after), 'number at risk')}: the number at risk grows from "
            f"{many[before]:g} at {at[before]:g} to {many[after]:g} at {at[after]:g}; it can only "
            "fall. Check the row, and that it belongs to this arm."
        )
