"""How many times the odds, or the risk: ratios of two arms, with limits.

Wald limits are symmetric on the log scale and do not exist with an empty cell; score and exact
limits do.  Ratios are experimental (x1 of n1) over control (x0 of n0).

Formulas and sources: `kernel.two_by_two`, `kernel.exact_tables`.
"""

from __future__ import annotations

import math

from equipoise.analyze.estimates import Absent, Estimate, Interval, number
from equipoise.analyze.two_arms import checked_counts, one_table
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.exact_tables import conditional_limits, conditional_odds_ratio
from equipoise.kernel.two_by_two import odds_limits, ratio_limits


def odds_ratio(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate the odds ratio with Wald limits on the log scale (Woolf); none with an empty cell.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: rd_36_154_12_77, prop-0090, prop-0101.
    """
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    cells = (a, n - a, b, m - b)
    if min(cells) == 0:
        return _no_ratio("odds ratio", "Wald on the log scale", level)
    log_ratio = math.log(a * (m - b) / (b * (n - a)))
    return log_wald("odds ratio", log_ratio, math.sqrt(sum(1 / c for c in cells)), level)


def score_odds_ratio(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate the odds ratio with the score limits of Miettinen and Nurminen.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: prop-0089, prop-0099, prop-0123.
    """
    lower, upper = odds_limits(*one_table(x1, n1, x0, n0), normal_quantile(level))
    plain = odds_ratio(x1, n1, x0, n0, level)
    return _with_limits(plain, float(lower[0]), float(upper[0]), level, "Miettinen-Nurminen score")


def exact_odds_ratio(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate the odds ratio by conditional likelihood, with exact (Cornfield) limits.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Accuracy: 1e-11 relative, where R's fisher.test reaches 1e-4.  Witness: rd_36_154_12_77.
    """
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    estimate = conditional_odds_ratio(a, n, b, m)
    lower, upper = conditional_limits(a, n, b, m, level)
    state = Absent.NO_EVENTS_IN_AN_ARM
    value = state if estimate == 0 else number(estimate, state)
    limits = Interval(lower, number(upper, Absent.UNBOUNDED), level, "exact conditional")
    return Estimate(value, Absent.UNBOUNDED, limits, "conditional odds ratio", "log")


def risk_ratio(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate p1 / p0 with Wald limits on the log scale; none where an arm has no successes.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: rd_36_154_12_77.
    """
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    if min(a, b) == 0:
        return _no_ratio("risk ratio", "Wald on the log scale", level)
    error = math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    return log_wald("risk ratio", math.log(a * m / (b * n)), error, level)


def score_risk_ratio(x1: int, n1: int, x0: int, n0: int, level: float = 0.95) -> Estimate:
    """Estimate p1 / p0 with the score limits of Miettinen and Nurminen.

    Args:
        x1: patients with the response in the experimental arm.
        n1: all patients of the experimental arm.
        x0: patients with the response in the control arm.
        n0: all patients of the control arm.
        level: the confidence level of intervals, such as 0.95.

    Witness: prop-0119, prop-0120, prop-0121.
    """
    lower, upper = ratio_limits(*one_table(x1, n1, x0, n0), normal_quantile(level))
    plain = risk_ratio(x1, n1, x0, n0, level)
    return _with_limits(plain, float(lower[0]), float(upper[0]), level, "Miettinen-Nurminen score")


def log_wald(method: str, log_ratio: float, error: float, level: float) -> Estimate:
    """Give a ratio with limits that are symmetric on the log scale."""
    reach = normal_quantile(level) * error
    limits = (math.exp(log_ratio - reach), math.exp(log_ratio + reach))
    interval = Interval(*limits, level, "Wald on the log scale")
    return Estimate(math.exp(log_ratio), error, interval, method, "log")


def _no_ratio(method: str, interval: str, level: float) -> Estimate:
    limits = Interval(Absent.UNBOUNDED, Absent.UNBOUNDED, level, interval)
    return Estimate(Absent.NO_EVENTS_IN_AN_ARM, Absent.UNBOUNDED, limits, method, "log")


def _with_limits(plain: Estimate, lower: float, upper: float, level: float, name: str) -> Estimate:
    interval = Interval(lower, number(upper, Absent.UNBOUNDED), level, name)
    return Estimate(plain.value, plain.standard_error, interval, plain.method, plain.scale)
