"""How likely each competing event is to have come first by a time, and how sure we are.

The estimate is Aalen-Johansen's (`kernel.aalen_johansen`); its limits are symmetric on a
scale g and brought back, g(F) ± z g'(F) se (Choudhury 2002, Statist. Med. 21:1129):

    log-log   log(-log F)     log       log F      plain   F
    logit     log(F / (1-F))  arcsine   arcsin √F

as in R's survival, where a limit past 0 or 1 is set there.  Two arms at one time are compared
by the difference and its normal test.  Events precede censorings at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit, logit, ndtr

from equipoise.analyze import printing
from equipoise.analyze.estimates import Absent, Estimate, Interval, Number, TestResult, number
from equipoise.analyze.given import numbers
from equipoise.analyze.results import Curve, DifferenceAt
from equipoise.errors import DataError
from equipoise.kernel.aalen_johansen import Incidence, Variance, aalen_johansen
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, vector
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.ordering import near

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Scale = Literal["log-log", "log", "plain", "logit", "arcsine"]
NAMED_ROWS = 10
VARIANCE_NAMES: dict[Variance, str] = {"jackknife": "infinitesimal jackknife", "aalen": "Aalen"}


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """Incidence of causes 1, 2, ... in rows 0, 1, ...; right-continuous steps at `time`."""

    time: Vector
    at_risk: Vector
    censored: Vector
    events: Matrix
    survival: Vector  # free of every cause
    incidence: Matrix
    variance: Matrix
    start: float  # 0, or the earliest entry
    variance_method: Variance = "jackknife"

    def __repr__(self) -> str:
        return printing.cumulative_incidence(self)

    def at(self, time: float) -> Vector:
        """Give the incidence of every cause just after `time`; 0 before the first moment."""
        place = self._place(time)
        return vector(self.incidence[:, place] if place >= 0 else np.zeros(self.incidence.shape[0]))

    def estimate_at(
        self, cause: int, time: float, level: float = 0.95, scale: Scale = "log-log"
    ) -> Estimate:
        """Estimate the incidence of one cause by `time`.

        Past the last follow-up there is no estimate, unless everyone has had some event.

        Witness: aj_mgus2, aj_mgus2_ci_plain, aj_mgus2_ci_logit, aj_mgus2_ci_arcsin.
        """
        value, variance = self._value(cause, time)
        method = f"{scale}, {VARIANCE_NAMES[self.variance_method]}"
        name = "Aalen-Johansen"
        if isinstance(value, Absent):
            return Estimate(value, value, Interval(value, value, level, method), name)
        if variance <= 0.0:
            none = Absent.NO_EVENTS if value == 0 else Absent.NO_VARIANCE
            limits = Interval(none, none, level, method)
            return Estimate(value, Absent.NO_VARIANCE, limits, name)
        lower, upper = limits_of(np.array([value]), np.array([variance**0.5]), level, scale)
        low, high = (number(float(each[0]), Absent.UNBOUNDED) for each in (lower, upper))
        return Estimate(value, variance**0.5, Interval(low, high, level, method), name)

    def curve(self, cause: int, level: float = 0.95, scale: Scale = "log-log") -> Curve:
        """Draw one cause: steps with pointwise limits, NaN where these do not exist."""
        value, error = self.incidence[cause - 1], np.sqrt(self.variance[cause - 1])
        lower, upper = limits_of(value, error, level, scale)
        time = self.time
        if time.size == 0 or time[0] > self.start:
            time, value = np.append(self.start, time), np.append(0.0, value)
            lower, upper = np.append(np.nan, lower), np.append(np.nan, upper)
        ticks = vector(self.time[self.censored > 0])
        method = f"{scale}, {VARIANCE_NAMES[self.variance_method]}"
        return Curve(vector(time), vector(value), vector(lower), vector(upper), ticks, method)

    def _place(self, time: float) -> int:
        return int(np.searchsorted(self.time, time + self._slack, side="right")) - 1

    @property
    def _slack(self) -> float:
        return near(self.time)

    def _value(self, cause: int, time: float) -> tuple[Number, float]:
        if self.time.size == 0:
            return Absent.NO_PATIENTS, np.nan
        if time > self.time[-1] + self._slack and self.survival[-1] > 0:
            return Absent.BEYOND_FOLLOW_UP, np.nan
        place = self._place(time)
        if place < 0:
            return 0.0, 0.0
        return float(self.incidence[cause - 1, place]), float(self.variance[cause - 1, place])


def cumulative_incidence(
    time: ArrayLike,
    outcome: ArrayLike,
    *,
    causes: int | None = None,
    entry: ArrayLike | None = None,
    variance: Variance = "jackknife",
) -> CumulativeIncidence:
    """Estimate how often each cause comes first; `outcome` 0 is censored, 1, 2, ... a cause.

    Args:
        time: follow-up of each row, in any one unit; not below 0 unless `entry` is given.
        outcome: what ended each row: 0 censored, 1, 2, ... the cause that came first.
        causes: how many causes there are, if the last may not occur.
        entry: when each row came under observation, before `time`; at risk after it.
        variance: "jackknife" (infinitesimal, as R's survival) or "aalen" (as R's cmprsk).

    Raises:
        DataError: times missing, infinite, negative or not after entry; outcomes not 0, 1, ...

    Accuracy: rounding error, against R's survival and cmprsk.
    Witness: aj_mgus2, aj_lefttrunc, cuminc_mgus2, surv-0102.

    >>> course = cumulative_incidence([1, 2, 2, 3], [1, 2, 0, 1])
    >>> course.at(2).tolist()
    [0.25, 0.25]
    """
    at, late = checked_times(time, entry)
    how = checked_outcomes(outcome, at.size, causes)
    number_of_causes = causes or max(1, int(how.max(initial=0)))
    steps: Incidence = aalen_johansen(
        at, how, causes=number_of_causes, entry=late, variance=variance
    )
    return CumulativeIncidence(
        steps.time,
        steps.at_risk,
        steps.censored,
        steps.events,
        steps.survival,
        steps.incidence,
        steps.variance,
        0.0 if late is None else float(late.min(initial=0.0)),
        variance,
    )


def cumulative_incidence_difference(
    experimental: CumulativeIncidence,
    control: CumulativeIncidence,
    cause: int,
    time: float,
    level: float = 0.95,
    better: Literal["later", "sooner"] = "later",
) -> DifferenceAt:
    """Compare two arms at one time: experimental minus control, and the normal test of 0.

    The statistic is positive in the direction that is `better` for patients: fewer events,
    or more of an event whose coming sooner is good.

    Args:
        experimental: the estimate of the experimental arm.
        control: the estimate of the control arm.
        cause: the cause to compare, 1, 2, ...
        time: when to compare, in the unit of the estimates.
        level: the confidence level of intervals, such as 0.95.
        better: "later" where fewer of these events are good, "sooner" where more are.

    Witness: closed form on two estimates that agree with R survival 3.5-3.
    """
    arms = [each._value(cause, time) for each in (experimental, control)]  # noqa: SLF001 - own class
    method, interval = "difference in cumulative incidence", f"plain, {_names(experimental)}"
    absent = next((value for value, _ in arms if isinstance(value, Absent)), None)
    (first, first_variance), (second, second_variance) = arms
    if isinstance(first, Absent) or isinstance(second, Absent):
        gone = absent or Absent.BEYOND_FOLLOW_UP
        nothing = Estimate(gone, gone, Interval(gone, gone, level, interval), method)
        return DifferenceAt(time, nothing, TestResult(method, gone, 1, gone, gone))
    difference, error = first - second, (first_variance + second_variance) ** 0.5
    if error <= 0.0:
        none = Absent.NO_VARIANCE
        flat = Estimate(difference, none, Interval(none, none, level, interval), method)
        return DifferenceAt(time, flat, TestResult(method, none, 1, none, none))
    reach = normal_quantile(level) * error
    limits = Interval(max(-1.0, difference - reach), min(1.0, difference + reach), level, interval)
    z = (difference if better == "sooner" else -difference) / error
    test = TestResult(
        f"{method}, normal",
        z,
        1,
        float(ndtr(-z)),
        float(2 * ndtr(-abs(z))),
        (f"variance: {_names(experimental)}",),
    )
    return DifferenceAt(time, Estimate(difference, error, limits, method), test)


def limits_of(value: Vector, error: Vector, level: float, scale: Scale) -> tuple[Vector, Vector]:
    """Give pointwise limits; NaN where the incidence is 0, is 1, or does not vary."""
    z = normal_quantile(level)
    inside = (value > 0) & (value < 1) & (error > 0)
    p, se = np.where(inside, value, 0.5), np.where(inside, error, 0.0)
    if scale == "log-log":
        reach = z * se / (p * np.log(p))  # negative
        lower, upper = p ** np.exp(-reach), p ** np.exp(reach)
    elif scale == "log":
        lower, upper = p * np.exp(-z * se / p), p * np.exp(z * se / p)
    elif scale == "logit":
        reach = z * se / (p * (1 - p))
        lower, upper = expit(logit(p) - reach), expit(logit(p) + reach)
    elif scale == "arcsine":
        middle, reach = np.arcsin(np.sqrt(p)), z * se / (2 * np.sqrt(p * (1 - p)))
        lower = np.sin(np.maximum(middle - reach, 0.0)) ** 2
        upper = np.sin(np.minimum(middle + reach, np.pi / 2)) ** 2
    else:
        lower, upper = p - z * se, p + z * se
    lower, upper = np.maximum(lower, 0.0), np.minimum(upper, 1.0)
    return np.where(inside, lower, np.nan), np.where(inside, upper, np.nan)


def checked_times(time: ArrayLike, entry: ArrayLike | None) -> tuple[Vector, Vector | None]:
    """Freeze follow-up times that keep the conventions, or name the rows that break them."""
    at = vector(numbers("time", time))
    refuse(~np.isfinite(at), "Times must be finite numbers", at, "Correct or exclude these rows")
    if entry is None:
        refuse(at < 0, "Times must not be negative", at, "Correct them, or give entry times")
        return at, None
    late = vector(numbers("entry", entry))
    if late.size != at.size:
        raise DataError(f"{at.size} times but {late.size} entry times. Give one entry a row.")
    refuse(~np.isfinite(late), "Entry times must be finite numbers", late, "Correct these rows")
    refuse(late >= at, "A row must end after its entry", at, "Correct entry or time")
    return at, late


def checked_outcomes(outcome: ArrayLike, rows: int, causes: int | None) -> Codes:
    """Freeze outcomes 0, 1, ..., or name the rows that are none."""
    given = np.atleast_1d(np.asarray(outcome))
    if given.size != rows:
        raise DataError(f"{rows} times but {given.size} outcomes. Give one outcome a row.")
    most = np.inf if causes is None else causes
    whole = given.dtype.kind in "biu" or (
        given.dtype.kind == "f" and (given == np.floor(given)).all()
    )
    if not (whole and (given.size == 0 or (given.min() >= 0 and given.max() <= most))):
        value = vector(given)
        wrong = ~((value >= 0) & (value <= most) & (value == np.floor(value)))
        refuse(wrong, "Outcomes must be 0 (censored), 1, 2, ...", value, "Map the codes explicitly")
    return np.asarray(given, dtype=np.int64)


def refuse(wrong: Flags, rule: str, values: Vector, remedy: str) -> None:
    """Raise, naming the first ten rows (1-based) that break a rule and their values.

    Raises:
        DataError: some row is wrong.
    """
    rows = np.flatnonzero(wrong)
    if rows.size == 0:
        return
    named = ", ".join(f"{row + 1} ({values[row]:g})" for row in rows[:NAMED_ROWS])
    more = f" and {rows.size - NAMED_ROWS} more" if rows.size > NAMED_ROWS else ""
    raise DataError(f"{rule}; rows {named}{more} do not. {remedy}.")


def _names(course: CumulativeIncidence) -> str:
    return VARIANCE_NAMES[course.variance_method]
