"""Proportions, one and two: estimates with limits, and tests of no difference.

Successes and patients of the experimental arm come first (x1 of n1), then the control's (x0 of
n0); differences and ratios are experimental against control.  Score limits (the default for
two arms) exist for 0/n and n/n; the Wald limits of a ratio do not, and say so.  A test's
statistic is positive when the arm that is `better` (more yes, or more no) is experimental.

Formulas and sources: `kernel.one_proportion`, `kernel.two_by_two`, `kernel.exact_tables`.
"""

from __future__ import annotations

import math

import numpy as np

from equipoise.analyze.estimates import (
    Absent,
    Estimate,
    Interval,
    Number,
    TestResult,
    absent_test,
    number,
)
from equipoise.analyze.two_arms import Better, checked_counts, normal_test, one_table
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.exact_tables import fisher_p
from equipoise.kernel.one_proportion import ProportionMethod, proportion_limits
from equipoise.kernel.stratified_tables import Tables, mantel_haenszel_z
from equipoise.kernel.two_by_two import (
    difference_limits,
    difference_score,
    pooled_z,
)


def proportion(
    successes: int, patients: int, level: float = 0.95, method: ProportionMethod = "wilson"
) -> Estimate:
    """Estimate a proportion, with limits set inside [0, 1].

    Args:
        successes: patients with the response.
        patients: all patients.
        level: the confidence level of intervals, such as 0.95.
        method: the interval, such as "wilson", "clopper-pearson" or "wald".

    Raises:
        DataError: counts that are not whole, more successes than patients, or no patients.

    Accuracy: 1e-10.
    Witness: prop_1_20, prop_20_20, prop_36_154, ..., prop-0001 ... prop-0130.

    >>> half = proportion(10, 20)
    >>> round(half.interval.lower, 4), round(half.interval.upper, 4)
    (0.2993, 0.7007)
    """
    x, n = checked_counts(successes, patients)
    p = x / n
    error = number(math.sqrt(p * (1 - p) / n), Absent.NO_VARIANCE) if 0 < x < n else None
    interval = proportion_interval(x, n, level, method)
    return Estimate(p, Absent.NO_VARIANCE if error is None else error, interval, "proportion")


def proportion_interval(
    successes: int, patients: int, level: float = 0.95, method: ProportionMethod = "wilson"
) -> Interval:
    """Give the confidence limits of a proportion, set inside [0, 1].

    Args:
        successes: patients with the response.
        patients: all patients.
        level: the confidence level of intervals, such as 0.95.
        method: the interval, such as "wilson", "clopper-pearson" or "wald".

    Raises:
        DataError: counts that are not whole, more successes than patients, or no patients.

    Witness: prop_1_20, prop_20_20, prop_36_154, ..., prop-0001 ... prop-0130.
    """
    lower, upper = proportion_limits(*checked_counts(successes, patients), level, method)
    name, _, rest = method.partition(" ")
    return Interval(max(0.0, lower), min(1.0, upper), level, f"{name.title()} {rest}".strip())


def miettinen_nurminen_difference(
    x1: int, n1: int, x0: int, n0: int, level: float = 0.95
) -> Estimate:
    """Estimate p1 - p0 with the score limits of Miettinen and Nurminen.

    The standard error is the unconstrained one; the limits do not rest on it.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Raises:
        DataError: counts that are not whole, more successes than patients, or no patients.

    Accuracy: 1e-10.  Witness: rd_36_154_12_77, rd_0_20_0_21, prop-0073, prop-0097.

    >>> sas = miettinen_nurminen_difference(36, 154, 12, 77)
    >>> round(sas.interval.lower, 6), round(sas.interval.upper, 6)
    (-0.036065, 0.177495)
    """
    return _score_difference(x1, n1, x0, n0, level, corrected=True)


def mee_difference(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate p1 - p0 with Mee's score limits: without the factor N / (N - 1).

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: prop-0076, prop-0114.
    """
    return _score_difference(x1, n1, x0, n0, level, corrected=False)


def newcombe_difference(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate p1 - p0 with Newcombe's limits, put together from two Wilson intervals.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: rd_36_154_12_77, prop-0074, prop-0094.
    """
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    (l1, u1), (l0, u0) = (proportion_limits(*each, level, "wilson") for each in ((a, n), (b, m)))
    p1, p0 = a / n, b / m
    lower = p1 - p0 - math.hypot(p1 - l1, u0 - p0)
    return _difference(
        a, n, b, m, Interval(lower, p1 - p0 + math.hypot(u1 - p1, p0 - l0), level, "Newcombe")
    )


def wald_difference(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate p1 - p0 with Wald limits, which collapse for 0/n and n/n: prefer the score's.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: rd_36_154_12_77, prop-0095.
    """
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    p1, p0 = a / n, b / m
    reach = normal_quantile(level) * math.sqrt(p1 * (1 - p1) / n + p0 * (1 - p0) / m)
    limits = Interval(max(-1.0, p1 - p0 - reach), min(1.0, p1 - p0 + reach), level, "Wald")
    return _difference(a, n, b, m, limits)


def agresti_caffo_difference(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate p1 - p0 with Wald limits about one success and one failure added to each arm.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: prop-0072, prop-0096.
    """
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    added = wald_difference(a + 1, n + 2, b + 1, m + 2, level).interval
    return _difference(a, n, b, m, Interval(added.lower, added.upper, level, "Agresti-Caffo"))


def miettinen_nurminen_test(
    x1: int, n1: int, x0: int, n0: int, *, margin: float = 0.0, better: Better = "yes"
) -> TestResult:
    """Test that p1 - p0 is `margin`, by the score the Miettinen-Nurminen limits invert.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        margin: the difference p1 - p0 to test against, such as -0.1 for non-inferiority.
        better: "yes" where the response is good for patients, "no" where it is bad.

    Accuracy: 1e-10.  Witness: fm_36_154_12_77 and others, times the factor N / (N - 1).
    """
    z = float(difference_score(*one_table(x1, n1, x0, n0), np.array([margin]))[0])
    if margin == 0 and not 0 < x1 + x0 < n1 + n0:
        return absent_test("Miettinen-Nurminen", Absent.NO_VARIANCE)
    return normal_test("Miettinen-Nurminen", z, better, ("variance: constrained fit, N / (N - 1)",))


def chi_square(x1: int, n1: int, x0: int, n0: int, *, better: Better = "yes") -> TestResult:
    """Test that the proportions are equal: the signed root of Pearson's chi-square.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        better: "yes" where the response is good for patients, "no" where it is bad.

    Witness: rd_36_154_12_77.
    """
    z = float(pooled_z(*one_table(x1, n1, x0, n0))[0])
    if not 0 < x1 + x0 < n1 + n0:
        return absent_test("Pearson chi-square", Absent.NO_VARIANCE)
    sides = "one-sided: normal tail of the signed root of chi-square"
    return normal_test("Pearson chi-square", z, better, ("no continuity correction", sides))


def fisher_exact(x1: int, n1: int, x0: int, n0: int, *, better: Better = "yes") -> TestResult:
    """Test that the odds are equal, exactly, given both margins.

    Two-sided: all tables no likelier than the observed, as in R.  The statistic is the
    standardized deviate; it only shows the direction.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        better: "yes" where the response is good for patients, "no" where it is bad.

    Accuracy: 1e-12 relative.  Witness: rd_36_154_12_77, rd_0_25_5_24.
    """
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    p = fisher_p(a, n, b, m)
    z = mantel_haenszel_z(Tables(*one_table(a, n, b, m)))
    favorable = z if better == "yes" else -z
    one_sided = p.more if better == "yes" else p.fewer
    assumed = (
        "two-sided: tables no likelier than the observed",
        "one-sided: tables at least as favorable to the experimental arm as the observed",
        "statistic: hypergeometric deviate",
    )
    statistic = number(favorable, Absent.NO_VARIANCE)
    return TestResult("Fisher exact", statistic, 1, one_sided, p.two_sided, assumed)


def _score_difference(
    x1: int, n1: int, x0: int, n0: int, level: float, *, corrected: bool
) -> Estimate:
    lower, upper = difference_limits(
        *one_table(x1, n1, x0, n0), normal_quantile(level), corrected=corrected
    )
    name = "Miettinen-Nurminen" if corrected else "Mee"
    interval = Interval(float(lower[0]), float(upper[0]), level, name)
    return _difference(x1, n1, x0, n0, interval)


def _difference(x1: int, n1: int, x0: int, n0: int, interval: Interval) -> Estimate:
    p1, p0 = x1 / n1, x0 / n0
    variance = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    error: Number = math.sqrt(variance) if variance > 0 else Absent.NO_VARIANCE
    return Estimate(p1 - p0, error, interval, "difference in proportions")
