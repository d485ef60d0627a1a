"""How alarming x harms among n patients are: one ordering for each kind of safety rule.

With p the acceptable probability, N the last patient and larger values more alarming,

    pocock              -log P(X_n ≥ x; p)         the same exact tail at every look
    wang-tsiatis        z (n/N)^{½ - Δ},  z = (x - np) / √(np(1 - p))
    o'brien-fleming     wang-tsiatis with Δ = 0: the same excess of harms at every look
    beta-binomial       P(rate > p | x of n) under a beta prior
    max-sprt            n KL(x/n, p) for x/n > p, the log of the largest likelihood ratio
    sprt                log likelihood ratio of the unacceptable rate to the acceptable one

A rule stops where its statistic reaches a critical value.  Ivanova, Qaqish & Schell 2005
(Biometrics 61:540); Jennison & Turnbull 2000, §12.1; Geller et al. 2003; Thall & Simon 1994;
Kulldorff et al. 2011 (Sequential Analysis 30:58); Wald 1945.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, betaincc, xlogy

from equipoise.kernel.arrays import Matrix, Vector

SafetyMethod = Literal[
    "pocock", "o'brien-fleming", "wang-tsiatis", "beta-binomial", "max-sprt", "sprt"
]
DIGITS = 12  # statistics closer than this are equal, and differ by rounding only
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the statistics depend on beside the counts."""

    acceptable: float
    unacceptable: float | None
    patients: int
    prior: tuple[float, float]
    delta: float  # of Wang & Tsiatis

    def of(self, method: SafetyMethod, harms: Counts, n: Counts) -> Matrix:
        """Give the statistic for every look (rows) and every count up to its patients.

        Witness: binomial and beta tails of `scipy.stats` (tests/twice).
        """
        possible = harms <= n
        value = STATISTICS[method](self, np.where(possible, harms, 0), n)
        return np.where(possible, np.round(value, DIGITS), -np.inf)


def _pocock(asked: Alarm, harms: Counts, n: Counts) -> Matrix:
    with np.errstate(divide="ignore"):
        tail = bdtrc(harms - 1.0, n, asked.acceptable)
        return np.asarray(-np.log(np.where(harms == 0, 1.0, tail)), dtype=np.float64)


def _wang_tsiatis(asked: Alarm, harms: Counts, n: Counts) -> Matrix:
    p = asked.acceptable
    z = (harms - n * p) / np.sqrt(n * p * (1 - p))
    return np.asarray(z * (n / asked.patients) ** (0.5 - asked.delta), dtype=np.float64)


def _posterior(asked: Alarm, harms: Counts, n: Counts) -> Matrix:
    a, b = asked.prior
    tail = betaincc(a + harms, b + n - harms, asked.acceptable)
    return np.asarray(tail, dtype=np.float64)


def _max_sprt(asked: Alarm, harms: Counts, n: Counts) -> Matrix:
    p, seen = asked.acceptable, harms / n
    ratio = xlogy(harms, seen / p) + xlogy(n - harms, (1 - seen) / (1 - p))
    return np.where(seen > p, ratio, 0.0)


def _sprt(asked: Alarm, harms: Counts, n: Counts) -> Matrix:
    p, worse = asked.acceptable, asked.unacceptable or np.nan
    ratio = harms * np.log(worse / p) + (n - harms) * np.log((1 - worse) / (1 - p))
    return np.asarray(ratio, dtype=np.float64)


STATISTICS: dict[SafetyMethod, Callable[[Alarm, Counts, Counts], Matrix]] = {
    "pocock": _pocock,
    "o'brien-fleming": _wang_tsiatis,
    "wang-tsiatis": _wang_tsiatis,
    "beta-binomial": _posterior,
    "max-sprt": _max_sprt,
    "sprt": _sprt,
}


def least_critical(candidates: Vector, chance: Callable[[float], float], level: float) -> float:
    """Give the smallest critical value that keeps the level; the largest candidate does.

    Args:
        candidates: increasing: every value at which the rule changes.
        chance: to stop at or above a critical value; never rising with it.
        level: to be kept.

    Witness: every candidate tried (tests/twice).
    """
    failing, keeping = -1, candidates.size - 1
    while keeping - failing > 1:
        middle = (failing + keeping) // 2
        if chance(float(candidates[middle])) <= level:
            keeping = middle
        else:
            failing = middle
    return float(candidates[keeping])
