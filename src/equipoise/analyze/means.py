"""Measurements on a scale: what they look like, and how far two arms' means are apart.

    mean         x̄ ± t s / √n,  n - 1 degrees of freedom
    Welch        x̄₁ - x̄₀, standard error √(s₁²/n₁ + s₀²/n₀), Satterthwaite's degrees of freedom
    ANCOVA       the arm's coefficient in least squares on arm and baseline covariates

Missing values (NaN) are left out and counted.  Quartiles are definition 2 of Hyndman & Fan
(1996): the mean of the two neighbours where a quartile falls between them, SAS's PCTLDEF=5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from equipoise.analyze.estimates import (
    Absent,
    Estimate,
    Interval,
    Number,
    TestResult,
    absent_estimate,
    absent_test,
)
from equipoise.analyze.results import ContinuousSummary
from equipoise.errors import DataError
from equipoise.kernel.linear_model import least_squares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from equipoise.kernel.arrays import Vector

Better = Literal["higher", "lower"]
PAIR = 2  # values needed for a variance


def summarize(values: ArrayLike) -> ContinuousSummary:
    """Describe a distribution; `patients` have a value, `missing` have none.

    Args:
        values: the measurements; NaN where missing.

    Witness: continuous-generated-1 ... -4 (R quantile, type 2).

    >>> four = summarize([1, 2, 3, 4])
    >>> four.lower_quartile, four.median, four.upper_quartile
    (1.5, 2.5, 3.5)
    """
    every = _numbers(values)
    known = every[~np.isnan(every)]
    missing = every.size - known.size
    if known.size == 0:
        none = Absent.NO_PATIENTS
        return ContinuousSummary(0, missing, none, none, none, none, none, none, none)
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75], method="averaged_inverted_cdf")
    spread: Number = float(known.std(ddof=1)) if known.size >= PAIR else Absent.TOO_FEW
    return ContinuousSummary(
        patients=int(known.size),
        missing=missing,
        mean=float(known.mean()),
        standard_deviation=spread,
        median=float(middle),
        lower_quartile=float(low),
        upper_quartile=float(high),
        minimum=float(known.min()),
        maximum=float(known.max()),
    )


def mean_estimate(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Estimate a mean with Student's limits.

    Args:
        values: the measurements; NaN where missing.
        level: the confidence level of intervals, such as 0.95.

    Witness: continuous-generated-1 ... -4 (R t.test).
    """
    known = _known(values)
    if known.size == 0:
        return absent_estimate("mean", Absent.NO_PATIENTS, level)
    if known.size < PAIR:
        limits = Interval(Absent.TOO_FEW, Absent.TOO_FEW, level, "Student's t")
        return Estimate(float(known[0]), Absent.TOO_FEW, limits, "mean")
    error = float(known.std(ddof=1)) / known.size**0.5
    return _estimate(float(known.mean()), error, known.size - 1, level, "mean")


def welch_difference(
    experimental: ArrayLike,
    control: ArrayLike,
    level: float = 0.95,
    *,
    better: Better = "higher",
) -> tuple[Estimate, TestResult]:
    """Estimate the difference in means and test it, without assuming equal variances.

    Args:
        experimental: measurements of the experimental arm; NaN where missing.
        control: measurements of the control arm.
        level: the confidence level of intervals, such as 0.95.
        better: "higher" where large values are good for patients, "lower" where they are bad.

    Witness: continuous-generated-1 ... -4 (R t.test).
    """
    first, second = _known(experimental), _known(control)
    name = "Welch"
    if min(first.size, second.size) < PAIR:
        state = Absent.TOO_FEW if min(first.size, second.size) else Absent.NO_PATIENTS
        return absent_estimate("difference in means", state, level), absent_test(name, state)
    difference = float(first.mean() - second.mean())
    share = np.array([first.var(ddof=1) / first.size, second.var(ddof=1) / second.size])
    variance = float(share.sum())
    if variance <= 0:
        return _flat(difference, name, level)
    freedom = variance**2 / float((share**2 / [first.size - 1, second.size - 1]).sum())
    estimate = _estimate(difference, variance**0.5, freedom, level, "difference in means")
    return estimate, _t_test(name, difference / variance**0.5, freedom, better)


def ancova(
    value: ArrayLike,
    experimental: ArrayLike,
    covariates: ArrayLike | None = None,
    level: float = 0.95,
    *,
    better: Better = "higher",
) -> tuple[Estimate, TestResult]:
    """Estimate the difference in means adjusted for covariates, and test it.

    `experimental` is 1 or 0; `covariates` has a column each.  Rows with anything missing are
    left out, and counted in `assumed`.

    Args:
        value: the measurements of both arms.
        experimental: 1 in the experimental arm, 0 in the control arm.
        covariates: baseline values to adjust for, a column each.
        level: the confidence level of intervals, such as 0.95.
        better: "higher" where large values are good for patients, "lower" where they are bad.

    Witness: continuous-generated-1 ... -4 (R lm).
    """
    y = _numbers(value)
    arm = _numbers(experimental)[:, None]
    others = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, np.float64)
    columns = np.hstack([arm, others.reshape(y.size, -1 if y.size else 0)])
    complete = ~(np.isnan(y) | np.isnan(columns).any(axis=1))
    fit_to, left_out = columns[complete], int((~complete).sum())
    name, what = "ANCOVA", "adjusted difference in means"
    if np.unique(fit_to[:, 0]).size < PAIR:
        state = Absent.NO_PATIENTS
        return absent_estimate(what, state, level), absent_test(name, state)
    fit = least_squares(y[complete], fit_to[:, [*range(1, columns.shape[1]), 0]])
    difference, freedom = float(fit.coefficients[-1]), fit.residual_degrees_of_freedom
    if not np.isfinite(difference) or freedom <= 0:
        state = Absent.TOO_FEW if freedom <= 0 else Absent.COLLINEAR
        return absent_estimate(what, state, level), absent_test(name, state)
    error = float((fit.covariance[-1, -1] * fit.variance) ** 0.5)
    if error <= 0:
        return _flat(difference, name, level)
    notes = (f"{others.shape[1]} covariate columns", f"{left_out} incomplete rows left out")
    test = _t_test(name, difference / error, freedom, better, notes)
    return _estimate(difference, error, freedom, level, what), test


def one_way(value: ArrayLike, group: ArrayLike) -> TestResult:
    """Test that the means of all groups are equal, by the F-test of analysis of variance.

    `degrees_of_freedom` is the numerator's; the denominator's stands in `assumed`.

    Args:
        value: the measurements; NaN where missing.
        group: numbers or labels.

    Accuracy: 1e-10, or what the data's own rounding leaves.
    Witness: NIST AtmWtAg, SiRstv, SmLs02, SmLs07.
    """
    y = _numbers(value)
    levels, place = np.unique(np.asarray(group), return_inverse=True)
    known = ~np.isnan(y)
    columns = (place[known, None] == np.arange(1, levels.size)).astype(np.float64)
    fit, null = least_squares(y[known], columns), least_squares(y[known], columns[:, :0])
    between = null.residual_sum_of_squares - fit.residual_sum_of_squares
    if fit.rank == 0 or not fit.variance > 0:
        return absent_test("one-way analysis of variance", Absent.NO_VARIANCE)
    f = between / fit.rank / fit.variance
    within = fit.residual_degrees_of_freedom
    p = float(fdtrc(fit.rank, within, f))
    notes = (f"F on {fit.rank} and {within} degrees of freedom",)
    direction = Absent.NO_DIRECTION
    return TestResult("one-way analysis of variance", f, fit.rank, direction, p, notes)


def _numbers(values: ArrayLike) -> Vector:
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    infinite = np.flatnonzero(np.isinf(array))
    if infinite.size:
        raise DataError(
            f"Infinite values in rows {', '.join(str(row + 1) for row in infinite[:10])}. "
            "Correct them, or set them to missing."
        )
    return array


def _known(values: ArrayLike) -> Vector:
    array = _numbers(values)
    return array[~np.isnan(array)]


def _estimate(value: float, error: float, freedom: float, level: float, what: str) -> Estimate:
    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    limits = Interval(value - reach, value + reach, level, f"Student's t, {freedom:.4g} df")
    return Estimate(value, error if error > 0 else Absent.NO_VARIANCE, limits, what)


def _t_test(
    name: str, t: float, freedom: float, better: Better, notes: tuple[str, ...] = ()
) -> TestResult:
    favorable = t if better == "higher" else -t
    one, both = float(stdtr(freedom, -favorable)), float(2 * stdtr(freedom, -abs(t)))
    return TestResult(name, favorable, 1, one, both, (f"t on {freedom:.6g} df", *notes))


def _flat(difference: float, name: str, level: float) -> tuple[Estimate, TestResult]:
    none = Absent.NO_VARIANCE
    limits = Interval(none, none, level, "Student's t")
    return Estimate(difference, none, limits, "difference in means"), absent_test(name, none)
