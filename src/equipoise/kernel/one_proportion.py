"""Limits for one proportion, x of n.

    wald             p ± z √(p q / n)                      wilson   |p - π| ≤ z √(π (1-π) / n)
    agresti-coull    wald about (x + z²/2) / (n + z²)      jeffreys Beta(x + ½, n - x + ½)
    clopper-pearson  both exact tails ≥ α/2                mid-p    the same, half the point's own
    logit            wald on log(p/q); exact where x is 0 or n
    complementary log-log   wald on log(-log p); exact likewise
    likelihood ratio        2 log L(p) / L(π) ≤ z²
    continuity       wilson with ½ taken off |x - n π|     (Newcombe 1998, Statist. Med. 17:857)

The wald and agresti-coull formulas may pass 0 and 1; they are given here as they come.  The
jeffreys limit at x = 0 is 0 and at x = n is 1, as in SAS (Brown, Cai & DasGupta 2001).
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import bdtr, bdtrc, betaincinv, expit, logit, xlogy

from equipoise.kernel.confidence import normal_quantile

ProportionMethod = Literal[
    "wilson",
    "clopper-pearson",
    "agresti-coull",
    "jeffreys",
    "wald",
    "logit",
    "mid-p",
    "complementary log-log",
    "likelihood ratio",
    "wald with continuity correction",
    "wilson with continuity correction",
]
HALVINGS = 60  # of [0, 1]


def proportion_limits(
    x: int, n: int, level: float, method: ProportionMethod
) -> tuple[float, float]:
    """Give the two limits.

    >>> [round(limit, 6) for limit in proportion_limits(0, 20, 0.95, "wilson")]
    [0.0, 0.161125]
    """
    lower, upper = METHODS[method](x, n, level)
    return float(lower), float(upper)


def _z(level: float) -> float:
    return normal_quantile(level)


def _wald(x: int, n: float, level: float) -> tuple[float, float]:
    p = x / n
    reach = _z(level) * np.sqrt(p * (1 - p) / n)
    return p - reach, p + reach


def _wilson(x: int, n: int, level: float) -> tuple[float, float]:
    z = _z(level)
    middle, reach = x + z**2 / 2, z * np.sqrt(x * (n - x) / n + z**2 / 4)
    lower = 0.0 if x == 0 else (middle - reach) / (n + z**2)
    return lower, 1.0 if x == n else (middle + reach) / (n + z**2)


def _wilson_corrected(x: int, n: int, level: float) -> tuple[float, float]:
    z, p = _z(level), x / n
    below = z * np.sqrt(max(z**2 - 2 - 1 / n + 4 * p * (n * (1 - p) + 1), 0.0))
    above = z * np.sqrt(max(z**2 + 2 - 1 / n + 4 * p * (n * (1 - p) - 1), 0.0))
    lower = 0.0 if x == 0 else (2 * x + z**2 - 1 - below) / (2 * (n + z**2))
    return lower, 1.0 if x == n else (2 * x + z**2 + 1 + above) / (2 * (n + z**2))


def _agresti_coull(x: int, n: int, level: float) -> tuple[float, float]:
    z2 = _z(level) ** 2
    p = (x + z2 / 2) / (n + z2)
    reach = np.sqrt(z2 * p * (1 - p) / (n + z2))
    return p - reach, p + reach


def _jeffreys(x: int, n: int, level: float) -> tuple[float, float]:
    tail, a, b = (1 - level) / 2, x + 0.5, n - x + 0.5
    return (
        0.0 if x == 0 else betaincinv(a, b, tail),
        1.0 if x == n else betaincinv(a, b, 1 - tail),
    )


def _clopper_pearson(x: int, n: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    return (
        0.0 if x == 0 else betaincinv(x, n - x + 1, tail),
        1.0 if x == n else betaincinv(x + 1, n - x, 1 - tail),
    )


def _logit(x: int, n: int, level: float) -> tuple[float, float]:
    if x in (0, n):
        return _clopper_pearson(x, n, level)
    reach = _z(level) * np.sqrt(1 / x + 1 / (n - x))
    return expit(logit(x / n) - reach), expit(logit(x / n) + reach)


def _complementary_log_log(x: int, n: int, level: float) -> tuple[float, float]:
    if x in (0, n):
        return _clopper_pearson(x, n, level)
    p = x / n
    reach = _z(level) * np.sqrt((1 - p) / (n * p)) / abs(np.log(p))
    return p ** np.exp(reach), p ** np.exp(-reach)


def _likelihood_ratio(x: int, n: int, level: float) -> tuple[float, float]:
    most = xlogy(x, x / n) + xlogy(n - x, 1 - x / n) - _z(level) ** 2 / 2

    def likely(p: float) -> bool:
        return bool(xlogy(x, p) + xlogy(n - x, 1 - p) >= most)

    lower = 0.0 if x == 0 else _bisect(lambda p: p < x / n and not likely(p))
    return lower, 1.0 if x == n else _bisect(lambda p: p <= x / n or likely(p))


def _wald_corrected(x: int, n: int, level: float) -> tuple[float, float]:
    lower, upper = _wald(x, n, level)
    return lower - 0.5 / n, upper + 0.5 / n


def _mid_p(x: int, n: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2

    def at_least(p: float) -> float:  # rises with p
        strictly = 0.0 if x == n else bdtrc(x, n, p)
        return float((strictly + (1.0 if x == 0 else bdtrc(x - 1, n, p))) / 2)

    def at_most(p: float) -> float:  # falls with p
        strictly = 0.0 if x == 0 else bdtr(x - 1, n, p)
        return float((strictly + (1.0 if x == n else bdtr(x, n, p))) / 2)

    lower = 0.0 if x == 0 else _bisect(lambda p: at_least(p) < tail)
    return lower, 1.0 if x == n else _bisect(lambda p: at_most(p) > tail)


def _bisect(still_below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if still_below(middle) else (low, middle)
    return (low + high) / 2


METHODS: dict[ProportionMethod, Callable[[int, int, float], tuple[float, float]]] = {
    "wilson": _wilson,
    "clopper-pearson": _clopper_pearson,
    "agresti-coull": _agresti_coull,
    "jeffreys": _jeffreys,
    "wald": _wald,
    "logit": _logit,
    "mid-p": _mid_p,
    "complementary log-log": _complementary_log_log,
    "likelihood ratio": _likelihood_ratio,
    "wald with continuity correction": _wald_corrected,
    "wilson with continuity correction": _wilson_corrected,
}
