"""A 2 × 2 table with both margins fixed: Fisher's test and the conditional odds ratio.

Given the margins the experimental successes X are hypergeometric, tilted by the odds ratio ψ,

    P(X = k; ψ) ∝ C(n1, k) C(n0, m - k) ψ^k,      m successes in all.

Probabilities come from the ratios of neighbours, scaled to the mode, so that tails keep their
relative accuracy.  Two-sided p: all tables no likelier than the one observed, with R's slack
of 1e-7 for rounding.  The conditional estimate solves E_ψ X = x; the limits give each tail
(1 - level) / 2 (Cornfield 1956).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Vector

SLACK = 1 + 1e-7  # two tables this close in probability are equally likely, as in R
HALVINGS = 64
REACH = 700.0  # |log ψ| sought


@dataclass(frozen=True, slots=True)
class Margins:
    """What X can be, and the log-probability of each value at ψ = 1 up to a constant."""

    support: Vector
    log_weight: Vector

    def probabilities(self, log_odds_ratio: float = 0.0) -> Vector:
        """Give P(X = k; ψ) along the support."""
        tilted = self.log_weight + self.support * log_odds_ratio
        weight = np.exp(tilted - tilted.max())
        return np.asarray(weight / weight.sum())


def margins(experimental: int, control: int, successes: int) -> Margins:
    """Fix the patients of both arms and the successes in all."""
    least, most = max(0, successes - control), min(experimental, successes)
    k = np.arange(least, most, dtype=np.float64)
    up = (experimental - k) * (successes - k) / ((k + 1) * (control - successes + k + 1))
    climbed = np.concatenate([[0.0], np.cumsum(np.log(up))])
    return Margins(np.arange(least, most + 1, dtype=np.float64), climbed)


@dataclass(frozen=True, slots=True)
class ExactTest:
    """Fisher's p-values: more successes than expected, fewer, and either."""

    more: float
    fewer: float
    two_sided: float


def fisher_p(x1: int, n1: int, x0: int, n0: int) -> ExactTest:
    """Test that the odds are equal.

    >>> round(fisher_p(3, 4, 1, 4).two_sided, 6)
    0.485714
    """
    table = margins(n1, n0, x1 + x0)
    p = table.probabilities()
    here = int(x1 - table.support[0])
    as_unlikely = p <= p[here] * SLACK
    more, fewer = (min(1.0, float(np.sort(part).sum())) for part in (p[here:], p[: here + 1]))
    return ExactTest(more, fewer, min(1.0, float(np.sort(p[as_unlikely]).sum())))


def conditional_odds_ratio(x1: int, n1: int, x0: int, n0: int) -> float:
    """Estimate ψ by conditional maximum likelihood; 0 or infinite at an end of the support."""
    table = margins(n1, n0, x1 + x0)
    if x1 == table.support[0]:
        return 0.0 if table.support.size > 1 else np.nan
    if x1 == table.support[-1]:
        return np.inf
    return _crossing(lambda s: float(table.probabilities(s) @ table.support) < x1)


def conditional_limits(x1: int, n1: int, x0: int, n0: int, level: float) -> tuple[float, float]:
    """Give the exact conditional limits of ψ; 0 and infinity at the ends of the support."""
    table, tail = margins(n1, n0, x1 + x0), (1 - level) / 2
    here = int(x1 - table.support[0])
    lower, upper = 0.0, np.inf
    if here > 0:
        lower = _crossing(lambda s: float(table.probabilities(s)[here:].sum()) < tail)
    if here < table.support.size - 1:
        upper = _crossing(lambda s: float(table.probabilities(s)[: here + 1].sum()) > tail)
    return lower, upper


def _crossing(too_low: Callable[[float], bool]) -> float:
    low, high = -REACH, REACH
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if too_low(middle) else (low, middle)
    return float(np.exp((low + high) / 2))
