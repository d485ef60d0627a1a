"""Proportions of two arms within strata, put together: Mantel-Haenszel and its relatives.

Strata with patients of one arm only say nothing and are skipped; strata without a success, or
without a failure, add nothing to the CMH test or the odds ratio.  `assumed` counts both.

Formulas and sources: `kernel.stratified_tables`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze.estimates import (
    Absent,
    Estimate,
    Interval,
    TestResult,
    absent_estimate,
    absent_test,
)
from equipoise.analyze.ratios import log_wald
from equipoise.analyze.two_arms import Better, checked_counts, normal_test
from equipoise.errors import DataError
from equipoise.kernel.arrays import vector
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.stratified_tables import (
    Tables,
    mantel_haenszel_difference,
    mantel_haenszel_log_odds,
    mantel_haenszel_log_ratio,
    mantel_haenszel_z,
    stratified_score_limits,
    stratified_score_z,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def stratified_tables(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Tables:
    """Check and freeze one 2 × 2 table a stratum.

    Args:
        x1: patients with the response in the experimental arm, a stratum each.
        n1: all patients of the experimental arm, a stratum each.
        x0: patients with the response in the control arm, a stratum each.
        n0: all patients of the control arm, a stratum each.

    Raises:
        DataError: unequal numbers of strata, or counts that cannot be.

    >>> stratified_tables([1, 2], [5, 5], [0, 3], [5, 6]).patients.tolist()
    [10.0, 11.0]
    """
    columns = [np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (x1, n1, x0, n0)]
    if len({column.size for column in columns}) != 1:
        sizes = ", ".join(str(column.size) for column in columns)
        raise DataError(f"Columns of {sizes} strata. Give x1, n1, x0, n0 for every stratum.")
    for successes, patients in (columns[:2], columns[2:]):
        for x, n in zip(successes, patients, strict=True):
            if n > 0 or x > 0:
                checked_counts(x, n)
    return Tables(*map(vector, columns))


def cochran_mantel_haenszel(
    tables: Tables, *, continuity: bool = False, better: Better = "yes"
) -> TestResult:
    """Test that within every stratum the arms do not differ.

    Args:
        tables: the strata, from `stratified_tables`.
        continuity: whether to take 1/2 off, as R does unless told not to.
        better: "yes" where the response is good for patients, "no" where it is bad.

    Accuracy: 1e-12.  Witness: prop-0137, prop-0138, prop-0140, mh_bcg, strat_mn.
    """
    z = mantel_haenszel_z(tables, continuity=continuity)
    if math.isnan(z):
        return absent_test("Cochran-Mantel-Haenszel", Absent.NO_VARIANCE)
    correction = "continuity correction 1/2" if continuity else "no continuity correction"
    return normal_test("Cochran-Mantel-Haenszel", z, better, (correction, *skipped(tables)))


def common_odds_ratio(tables: Tables, level: float = 0.95) -> Estimate:
    """Estimate the common odds ratio of Mantel and Haenszel.

    Args:
        tables: the strata, from `stratified_tables`.
        level: the confidence level of intervals, such as 0.95.

    Witness: prop-0137, prop-0138, prop-0140, mh_bcg.
    """
    log_ratio, variance = mantel_haenszel_log_odds(tables)
    return _ratio("Mantel-Haenszel odds ratio", log_ratio, variance, level)


def common_risk_ratio(tables: Tables, level: float = 0.95) -> Estimate:
    """Estimate the common risk ratio of Mantel and Haenszel.

    Args:
        tables: the strata, from `stratified_tables`.
        level: the confidence level of intervals, such as 0.95.

    Witness: mh_bcg.
    """
    log_ratio, variance = mantel_haenszel_log_ratio(tables)
    return _ratio("Mantel-Haenszel risk ratio", log_ratio, variance, level)


def common_difference(tables: Tables, level: float = 0.95) -> Estimate:
    """Estimate the common difference with Mantel-Haenszel weights and Sato's variance.

    Args:
        tables: the strata, from `stratified_tables`.
        level: the confidence level of intervals, such as 0.95.

    Witness: mh_bcg, strat_mn (metafor).
    """
    method, interval = "Mantel-Haenszel difference", "Sato variance"
    difference, variance = mantel_haenszel_difference(tables)
    if math.isnan(difference):
        return absent_estimate(method, Absent.NO_PATIENTS, level)
    if variance <= 0:
        limits = Interval(Absent.NO_VARIANCE, Absent.NO_VARIANCE, level, interval)
        return Estimate(difference, Absent.NO_VARIANCE, limits, method)
    error = math.sqrt(variance)
    reach = normal_quantile(level) * error
    lower, upper = max(-1.0, difference - reach), min(1.0, difference + reach)
    return Estimate(difference, error, Interval(lower, upper, level, interval), method)


def stratified_miettinen_nurminen(tables: Tables, level: float = 0.95) -> Estimate:
    """Estimate the common difference with Mantel-Haenszel weights and score limits.

    Args:
        tables: the strata, from `stratified_tables`.
        level: the confidence level of intervals, such as 0.95.

    Witness: strat_mn (ratesci, weighting MH, no skewness correction).
    """
    plain = common_difference(tables, level)
    if isinstance(plain.value, Absent):
        return plain
    lower, upper = stratified_score_limits(tables, normal_quantile(level))
    interval = Interval(lower, upper, level, "stratified Miettinen-Nurminen")
    return Estimate(plain.value, plain.standard_error, interval, plain.method)


def stratified_miettinen_nurminen_test(
    tables: Tables, *, margin: float = 0.0, better: Better = "yes"
) -> TestResult:
    """Test that the common difference is `margin`, by the score its limits invert.

    Args:
        tables: the strata, from `stratified_tables`.
        margin: the difference p1 - p0 to test against.
        better: "yes" where the response is good for patients, "no" where it is bad.

    Witness: the limits, which this statistic defines: strat_mn.
    """
    method = "stratified Miettinen-Nurminen"
    if not tables.both_arms.any():
        return absent_test(method, Absent.NO_PATIENTS)
    z = stratified_score_z(tables, margin)
    if not math.isfinite(z) or (margin == 0 and not tables.informative.any()):
        return absent_test(method, Absent.NO_VARIANCE)
    return normal_test(method, z, better, ("Mantel-Haenszel weights", *skipped(tables)))


def skipped(tables: Tables) -> tuple[str, ...]:
    """Count, in words, the strata that add nothing."""
    strata, both = tables.n1.size, int(tables.both_arms.sum())
    flat = both - int(tables.informative.sum())
    notes = [f"{strata} strata"]
    if both < strata:
        notes.append(f"{strata - both} without patients in both arms, skipped")
    if flat:
        notes.append(f"{flat} with a zero margin, adding nothing")
    return tuple(notes)


def _ratio(method: str, log_ratio: float, variance: float, level: float) -> Estimate:
    if not math.isfinite(log_ratio) or not variance > 0:
        state = Absent.NO_EVENTS if math.isnan(log_ratio) else Absent.NO_EVENTS_IN_AN_ARM
        return absent_estimate(method, state, level)
    return log_wald(method, log_ratio, math.sqrt(variance), level)
