"""The product-limit estimate of survival, and how sure we are of it.

A death and a censoring on the same day count as death first: the censored patient was still at
risk when the other died.  At risk at t: entry < t ≤ exit; near-ties are one moment.  The
equations and the Greenwood variance stand in `kernel.product_limit`, intervals in
`kernel.confidence` (log-log unless asked otherwise), quantiles in `kernel.quantiles`.

Not done: weights, and curves of rows that share patients with a variance that knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze import printing
from equipoise.analyze.estimates import Absent, Estimate, Interval, number
from equipoise.analyze.results import Curve
from equipoise.analyze.survival_rows import survival_rows
from equipoise.errors import DataError, NotEstimable
from equipoise.kernel.arrays import Codes, Vector, frozen, frozen_codes
from equipoise.kernel.confidence import SCALES, Scale, normal_quantile, survival_limits
from equipoise.kernel.ordering import near
from equipoise.kernel.product_limit import product_limit
from equipoise.kernel.quantiles import quantile
from equipoise.kernel.restricted_mean import restricted_mean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """A right-continuous step function: `survival[j]` holds from `time[j]` on."""

    time: Vector  # distinct exit times
    at_risk: Codes
    events: Codes
    censored: Codes
    survival: Vector
    log_variance: Vector  # Greenwood's, of log Ŝ; infinite where Ŝ is 0
    origin: float = 0.0  # where the curve begins, at 1

    def __repr__(self) -> str:
        return printing.survival_curve(self)

    def at(self, time: ArrayLike) -> Vector:
        """Survival just after each time; 1 before the first exit, the last step carried on."""
        seen = np.searchsorted(self.time, np.atleast_1d(time) + self._slack, side="right")
        return frozen(np.concatenate([[1.0], self.survival])[seen])

    def at_risk_at(self, time: ArrayLike) -> Codes:
        """Number at risk just before each time.

        With late entries it is the number at the next exit, as in R's `summary(extend=TRUE)`.
        """
        before = np.searchsorted(self.time, np.atleast_1d(time) - self._slack, side="left")
        return frozen_codes(np.append(self.at_risk, 0)[before])

    def interval(self, level: float = 0.95, scale: Scale = "log-log") -> tuple[Vector, Vector]:
        """Pointwise limits at every `time`; NaN where they do not exist."""
        _check(level, scale)
        lower, upper = survival_limits(self.survival, self.log_variance, level, scale)
        return frozen(lower), frozen(upper)

    def survival_at(self, time: float, level: float = 0.95, scale: Scale = "log-log") -> Estimate:
        """Survival at one landmark; before the first exit it is 1 with limits 1 and 1, as in R."""
        _check(level, scale)
        method = f"Kaplan-Meier, {scale} interval, Greenwood variance"
        limits = f"{scale}, Greenwood"
        if time > self.time[-1] + self._slack and self.survival[-1] > 0.0:
            nothing = Absent.BEYOND_FOLLOW_UP
            return Estimate(nothing, nothing, Interval(nothing, nothing, level, limits), method)
        last = int(np.searchsorted(self.time, time + self._slack, side="right")) - 1
        if last < 0:
            return Estimate(1.0, 0.0, Interval(1.0, 1.0, level, limits), method)
        here = slice(last, last + 1)
        lower, upper = survival_limits(self.survival[here], self.log_variance[here], level, scale)
        survival, variance = float(self.survival[last]), float(self.log_variance[last])
        error = survival * np.sqrt(variance) if np.isfinite(variance) else np.nan
        return Estimate(
            survival,
            number(error, Absent.NO_VARIANCE),
            Interval(
                number(lower[0], Absent.UNBOUNDED),
                number(upper[0], Absent.UNBOUNDED),
                level,
                limits,
            ),
            method,
        )

    def quantile(self, p: float, level: float = 0.95, scale: Scale = "log-log") -> Estimate:
        """Time by which a share p has had the event, with Brookmeyer-Crowley limits."""
        _check(level, scale)
        if not 0.0 < p < 1.0:
            raise DataError(f"A quantile needs a share between 0 and 1, not {p:g}.")
        lower, upper = survival_limits(self.survival, self.log_variance, level, scale)
        value, low, high = (
            quantile(self.time, curve, p, start=min(0.0, self.origin))
            for curve in (self.survival, lower, upper)
        )
        limits = Interval(
            number(low, Absent.UNBOUNDED),
            number(high, Absent.UNBOUNDED),
            level,
            f"Brookmeyer-Crowley, {scale}",
        )
        method = "Kaplan-Meier; midpoint where the curve is flat at the level"
        return Estimate(number(value, Absent.NOT_REACHED), Absent.NO_STANDARD_ERROR, limits, method)

    def restricted_mean(self, until: float, level: float = 0.95) -> Estimate:
        """Mean time without the event up to `until`, with a Wald interval.

        Raises:
            NotEstimable: the curve is not known up to `until`.
        """
        _check(level, "plain")
        known = self.known_until
        if known < until <= known + self._slack:
            until = known
        if not 0.0 < until <= known:
            raise NotEstimable(
                f"The restricted mean up to {until:g} does not exist here: it needs a time above "
                f"0 and the curve is known up to {known:g}. Ask for a time up to {known:g}."
            )
        mean, variance = restricted_mean(self.time, self.survival, self.at_risk, self.events, until)
        error = float(np.sqrt(variance))
        half = normal_quantile(level) * error
        method = "Area under Kaplan-Meier, Greenwood variance"
        if error == 0.0:  # nothing varied up to `until`, which is not certainty
            none = Absent.NO_VARIANCE
            return Estimate(mean, none, Interval(none, none, level, "Wald"), method)
        return Estimate(mean, error, Interval(mean - half, mean + half, level, "Wald"), method)

    @property
    def _slack(self) -> float:
        """Within this two times are one: see `kernel.ordering`."""
        return near(self.time)

    @property
    def known_until(self) -> float:
        """The last time, or infinity where the curve ends at 0."""
        return float(self.time[-1]) if self.survival[-1] > 0.0 else float("inf")

    def curve(self, level: float = 0.95, scale: Scale = "log-log") -> Curve:
        """Give the steps to draw, from the origin on."""
        lower, upper = self.interval(level, scale)
        begins = np.ones(int(self.time[0] > self.origin))
        return Curve(
            time=frozen(np.concatenate([self.origin * begins, self.time])),
            value=frozen(np.concatenate([begins, self.survival])),
            lower=frozen(np.concatenate([begins, lower])),
            upper=frozen(np.concatenate([begins, upper])),
            censored_at=frozen(self.time[self.censored > 0]),
            interval_method=f"{scale}, Greenwood",
        )


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    since: float | None = None,
) -> SurvivalCurve:
    """Estimate survival from follow-up times and whether each one ended in the event.

    With `since`, survival is conditional on being free of the event just before that time.

    Args:
        time: follow-up of each row, in any one unit; not below 0 unless `entry` is given.
        event: 1 or True where the follow-up ended in the event, 0 or False where it was censored.
        entry: when each row came under observation, before `time`; at risk after it.
        since: a time that the curve is conditional on having reached; it begins there, at 1.

    Raises:
        DataError: rows that break a convention, by number.

    Accuracy: 1e-13 relative to R.
    Witness: km_lung_full, km_lefttrunc_channing, deg_gap, surv-0098.

    >>> curve = kaplan_meier([1, 2, 2, 3], [1, 1, 0, 0])
    >>> curve.survival.tolist()
    [0.75, 0.5, 0.5]
    """
    rows = survival_rows(time, event, entry)
    times, events, entries = rows.time, rows.event, rows.entry
    origin = 0.0 if entries is None else float(entries.min())
    if since is not None:
        later = times >= since
        if not later.any():
            raise DataError(f"Nobody is followed up to {since:g}. Choose an earlier time.")
        times, events, origin = times[later], events[later], since
        entries = None if entries is None else entries[later]
    steps = product_limit(times, events, entries)
    return SurvivalCurve(
        time=frozen(steps.time),
        at_risk=frozen_codes(steps.at_risk),
        events=frozen_codes(steps.events),
        censored=frozen_codes(steps.censored),
        survival=frozen(steps.survival),
        log_variance=frozen(steps.log_variance),
        origin=origin,
    )


def _check(level: float, scale: str) -> None:
    if not 0.0 < level < 1.0:
        raise DataError(f"A confidence level lies between 0 and 1, not at {level:g}; try 0.95.")
    if scale not in SCALES:
        raise DataError(f"There is no interval scale {scale!r}. Choose from {', '.join(SCALES)}.")
