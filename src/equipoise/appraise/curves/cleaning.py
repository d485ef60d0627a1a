"""Make a curve of points as a digitiser writes them: jitter, duplicates, percents, gaps.

    points (t, value)  →  sorted, one a time, monotone, in proportions, from (0, 1)

Jitter within the tolerance is averaged away (least squares under monotonicity); a curve that
moves the wrong way by more is refused, for then it is another arm, another kind, or misread.
Every change is reported in a sentence.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from equipoise.appraise.curves.curve import NOWHERE, Curve, Kind, Origin, Reading, numbers
from equipoise.errors import ClaimError, DataError
from equipoise.kernel.arrays import Codes, Vector, vector

LEAST_PRECISION = 0.0005  # what is believed of a digitiser that says nothing of its own
DECIMALS, OF_TIMES = range(2, 5), range(4)  # in which values, and times, are written
PERCENT_ABOVE = 1.5  # values beyond are percents
EVEN = 0.3  # gaps that vary less, relative to their mean, are samples at even distances
FEW = 8  # points below which nothing is said of their spacing
FAR = 0.05  # of the range: a step back in time that is no jitter
LEAP = 20.0  # from the last value up to 1 to the next: no incidence in percents rises so at once
START = 0.1  # by how much the first point at time 0 may miss 1 (incidence 0)


@dataclass
class _Points:
    """Points on their way to a curve, and what was done to them."""

    time: Vector
    value: Vector
    row: Codes  # position as given
    kind: Kind
    origin: Origin
    jitter: float
    notes: list[str] = field(default_factory=list)

    def take(self, rows: Codes) -> None:
        """Keep these, in this order."""
        self.time, self.value, self.row = self.time[rows], self.value[rows], self.row[rows]

    def place(self, index: int) -> str:
        """Name a point as the reader finds it."""
        return self.origin.place(int(self.row[index]))


def cleaned_curve(  # noqa: PLR0913 - what a figure says about its curve
    time: ArrayLike,
    value: ArrayLike,
    *,
    kind: Kind = "survival",
    percent: bool | None = None,
    label: str = "",
    precision: float | None = None,
    time_precision: float | None = None,
    reading: Reading | None = None,
    jitter: float = 0.02,
    origin: Origin = NOWHERE,
) -> Curve:
    """Turn digitised points into a curve, and say what had to be changed.

    Args:
        time: of the points, in any one unit.
        value: proportions or percents still without the event (`kind` "survival"), or with it.
        kind: "survival" falls from 1; "incidence" rises from 0.
        percent: whether values are percents; told from those above 1.5 where not given.
        label: of the arm or cause.
        precision: half the width within which values were read, in proportions; taken from the
            decimals where not given, from whole percents (0.005) down to 0.0005.
        time_precision: likewise of times, in their unit.
        reading: whether points lie where the curve steps, or anywhere on it; told from their
            spacing where not given.
        jitter: how far, in proportions, the curve may move the wrong way and be smoothed.
        origin: file and lines, for messages.

    Raises:
        DataError: when points are not numbers, or times lie before 0.
        ClaimError: when no curve can have these points; the message names the first.

    Witness: law (a clean curve comes back as it is; jitter within tolerance leaves a monotone one).

    >>> curve = cleaned_curve([5, 2, 9], [80, 90, 70.5])
    >>> curve.time.tolist(), curve.value.tolist()
    ([0.0, 2.0, 5.0, 9.0], [1.0, 0.9, 0.8, 0.705])
    """
    points = _given(time, value, kind, origin, jitter)
    _to_proportions(points, percent=percent)
    spacing = precision if precision is not None else _half_unit(points.value, DECIMALS)
    ticks = time_precision if time_precision is not None else _half_unit(points.time, OF_TIMES, 0.0)
    _in_order(points)
    _begins(points)
    _one_a_time(points)
    _monotone(points)
    how = reading or _reading(points.time)
    _from_the_start(points)
    return Curve(
        time=vector(points.time),
        value=vector(points.value),
        kind=kind,
        precision=max(spacing, LEAST_PRECISION) if precision is None else spacing,
        time_precision=ticks,
        reading=how,
        label=label,
        cleaned=tuple(points.notes),
    )


def _given(time: ArrayLike, value: ArrayLike, kind: Kind, origin: Origin, jitter: float) -> _Points:
    """Take the columns, and refuse what is no point of any curve."""
    at, values = numbers("times", time), numbers("values", value)
    if at.size != values.size:
        raise DataError(f"{at.size} times but {values.size} values were given. Give one a time.")
    if at.size == 0:
        raise DataError("The curve has no points. Give at least one, later than time 0.")
    points = _Points(at, values, np.arange(at.size), kind, origin, jitter)
    early = np.flatnonzero(at < -FAR * max(np.ptp(at), 1e-12))
    if early.size:
        raise DataError(
            f"{points.place(int(early[0]))}: a point stands at {at[early[0]]:g}, before time 0. "
            "Check where the axis begins."
        )
    if at.max() <= 0:
        raise DataError("All points stand at time 0. Give points later than that.")
    if at.min() < 0:
        points.notes.append(f"{int((at < 0).sum())} points a little before time 0 were put there")
        points.time = np.maximum(at, 0.0)
    return points


def in_percent(time: Vector, value: Vector, kind: Kind, origin: Origin = NOWHERE) -> bool:
    """Tell whether values of a curve are percents.

    Raises:
        ClaimError: a curve has both proportions and percents; the message names a value.

    Witness: law (values and their hundredfold are told apart; one of each is refused).

    >>> in_percent(vector([0, 5]), vector([1, 0.4]), "survival")
    False
    """
    if value.max() <= PERCENT_ABOVE:
        return False
    small = value[(value > 0.0) & (value <= 1.0)]
    if kind == "incidence":
        least = value[value > 1.0].min()
        mixed = small.size > 1 and least > LEAP * small.max()
    else:
        first = time == time.min()
        mixed = value[first].max() <= 1.0 or (
            small.size > 0 and value[~first].max(initial=0.0) <= 1.0
        )
    if mixed:
        beyond = int(np.argmax(value))
        other = int(np.argmax(np.where(value <= 1.0, value, -np.inf)))
        raise ClaimError(
            f"{origin.place(beyond)}: {value[beyond]:g} would be a percent, but {value[other]:g} "
            f"({origin.place(other)}) a proportion. Correct the value that is wrong, or write all "
            "of them alike."
        )
    return True


def _to_proportions(points: _Points, *, percent: bool | None) -> None:
    """Divide percents by 100, and refuse values that are neither."""
    values = points.value
    if percent is None:
        percent = in_percent(points.time, values, points.kind, points.origin)
    if percent:
        points.notes.append("values are percents, and were divided by 100")
        values = points.value = values / 100.0
    for wrong, rule in (
        (values > 1.0 + points.jitter, "above 100%"),
        (values < -points.jitter, "below 0%"),
    ):
        rows = np.flatnonzero(wrong)
        if rows.size:
            raise ClaimError(
                f"{points.place(int(rows[0]))}: a curve cannot be {rule}, found "
                f"{100 * values[rows[0]]:g}%. Correct the value, or check the axis and whether "
                "values are percents."
            )
    outside = int(((values > 1.0) | (values < 0.0)).sum())
    if outside:
        points.notes.append(f"{outside} values a little outside 0 to 1 were put on the edge")
        points.value = np.clip(values, 0.0, 1.0)


def _in_order(points: _Points) -> None:
    """Sort by time; at one time, in the order in which the curve passes them."""
    direction = -1.0 if points.kind == "survival" else 1.0
    back = -np.diff(points.time)
    order = np.lexsort((direction * points.value, points.time))
    if (back > 0).any():
        far = int(back.argmax())
        span = float(np.ptp(points.time))
        place, start = points.place(far + 1), points.time[far]
        end = points.time[far + 1]
        points.take(order)
        wrong, row = _against(points)
        if back[far] > FAR * span and wrong > points.jitter:
            raise ClaimError(
                f"{place}: time goes back from {start:g} to {end:g}, and sorted by time the curve "
                f"moves the wrong way by {wrong:.3g} at {points.time[row]:g}. Give one curve at a "
                "time, in the order of time."
            )
        points.notes.append("points were sorted by time")
    else:
        points.take(order)


def _begins(points: _Points) -> None:
    """Refuse a curve whose first point, at time 0, is far from where curves begin."""
    value, start = points.value[0], 1.0 if points.kind == "survival" else 0.0
    if points.time[0] == 0.0 and abs(value - start) > START:
        raise ClaimError(
            f"{points.place(0)}: the {points.kind} curve stands at {100 * value:.4g}% at time 0, "
            f"where every such curve begins at {100 * start:g}%. Correct the value; check the axis "
            "and whether values are percents; or, if so many have the event at once, give its "
            f"start at time 0 ({100 * start:g}%), too."
        )


def _against(points: _Points) -> tuple[float, int]:
    """Tell by how much the curve moves the wrong way at worst, and where."""
    falling = points.value if points.kind == "survival" else -points.value
    wrong = falling - np.minimum.accumulate(falling)
    row = int(wrong.argmax())
    return float(wrong[row]), row


def _one_a_time(points: _Points) -> None:
    """Keep, of points at one time, the one the curve leaves from."""
    last = np.append(np.diff(points.time) > 0, True)
    if not last.all():
        points.notes.append(
            f"{int((~last).sum())} points at the time of another were merged into it"
        )
        points.take(np.flatnonzero(last))


def _monotone(points: _Points) -> None:
    """Average jitter away; refuse a curve that truly moves the wrong way."""
    wrong, row = _against(points)
    if wrong > points.jitter:
        what, other = (
            ("rises", "an incidence")
            if points.kind == "survival"
            else (
                "falls",
                "a survival",
            )
        )
        raise ClaimError(
            f"{points.place(row)}: the {points.kind} curve {what} by {wrong:.3g} by time "
            f"{points.time[row]:g}, more than the {points.jitter:g} of jitter allowed. Check the "
            f"point, whether two curves are mixed, or whether this is {other} curve."
        )
    if wrong > 0.0:
        from scipy.optimize import isotonic_regression  # noqa: PLC0415 - slow to load

        rising = points.kind == "incidence"
        smooth = isotonic_regression(points.value, increasing=rising).x
        moved = int((np.abs(smooth - points.value) > 0).sum())
        points.notes.append(
            f"{moved} points moved the wrong way, by up to {wrong:.2g}, and were averaged with "
            "their neighbors"
        )
        points.value = np.clip(smooth, 0.0, 1.0)


def _from_the_start(points: _Points) -> None:
    """Let the curve begin at time 0, where it is 1 (incidence 0)."""
    if points.time[0] > 0.0:
        start = 1.0 if points.kind == "survival" else 0.0
        points.notes.append(f"the start of the curve, {start:g} at time 0, was added")
        points.time = np.concatenate([[0.0], points.time])
        points.value = np.concatenate([[start], points.value])


def _half_unit(values: Vector, usual: range, otherwise: float = LEAST_PRECISION) -> float:
    """Tell half a unit of the last decimal in which values were written."""
    for decimals in usual:
        scaled = values * 10.0**decimals
        if np.allclose(scaled, np.round(scaled), rtol=0.0, atol=1e-6):
            return 0.5 / 10.0**decimals
    return otherwise


def _reading(time: Vector) -> Reading:
    """Tell whether points lie at even distances."""
    if time.size < FEW:
        return "steps"
    gaps = np.diff(time)
    return "samples" if gaps.std() < EVEN * gaps.mean() else "steps"
