"""Every 2 × 2 table of two arms: which reject, how likely, and the worst case under the null.

A rejection region is a table of flags over (x1, x0).  Its chance at the rates (p1, p0) is
b(p1)ᵀ R b(p0), b the binomial probabilities; its size is the largest chance over all pairs
of rates that satisfy the null (Barnard 1947; Suissa & Shuster 1985).  The largest is sought
on a grid and then polished between the neighbours of the best point.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.kernel.binomial_walk import binomial_chance

GRID = 201  # nuisance rates
GOLDEN = (np.sqrt(5) - 1) / 2
NARROWINGS = 40
TIE = 1e-9  # statistics closer than this are equal

NullCurve = Callable[[Vector], Vector]  # control rates to the experimental rates of the null


def region_chance(region: Flags, experimental: Vector, control: Vector) -> Vector:
    """Give the chance of a rejection at each pair of rates.

    Witness: sum over all tables (tests/twice).
    """
    n1, n0 = region.shape[0] - 1, region.shape[1] - 1
    first = binomial_chance(np.arange(n1 + 1), np.asarray(n1), experimental[:, None])
    second = binomial_chance(np.arange(n0 + 1), np.asarray(n0), control[:, None])
    return np.asarray(((first @ region.astype(np.float64)) * second).sum(axis=1))


def region_size(region: Flags, null: NullCurve, low: float, high: float) -> tuple[float, float]:
    """Give the largest chance of a rejection under the null, and the control rate there.

    Args:
        region: (n1 + 1, n0 + 1) rejections.
        null: experimental rates for control rates, under the null.
        low: least control rate that satisfies the null.
        high: largest.

    Witness: a grid of 2001 rates (tests/twice).

    >>> both = np.array([[False, False], [False, True]])
    >>> region_size(both, lambda p: p, 0.0, 0.5)
    (0.25, 0.5)
    """

    def chance(control: Vector) -> Vector:
        return region_chance(region, np.clip(null(control), 0.0, 1.0), control)

    grid = np.linspace(low, high, GRID)
    found = chance(grid)
    best = int(found.argmax())
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, GRID - 1)]
    for _ in range(NARROWINGS):
        inner = np.array([right - GOLDEN * (right - left), left + GOLDEN * (right - left)])
        lower, upper = chance(inner)
        left, right = (inner[0], right) if lower < upper else (left, inner[1])
    polished = (left + right) / 2
    value = float(chance(np.array([polished]))[0])
    if value > found[best]:
        return value, float(polished)
    return float(found[best]), float(grid[best])


def largest_region(
    statistic: Matrix, alpha: float, null: NullCurve, low: float, high: float
) -> tuple[Flags, float]:
    """Give the region {statistic ≥ c} with the smallest c whose size is at most alpha, and c.

    An infinite c means that no table rejects.

    Witness: the next tables break the size (tests/twice).
    """
    values = np.unique(np.round(statistic[np.isfinite(statistic)] / TIE)) * TIE
    failing, keeping = -1, values.size

    def rejects(index: int) -> Flags:
        return np.asarray(statistic >= values[index] - TIE / 2)

    while keeping - failing > 1:
        middle = (failing + keeping) // 2
        size, _ = region_size(rejects(middle), null, low, high)
        if size <= alpha:
            keeping = middle
        else:
            failing = middle
    if keeping == values.size:
        return np.zeros_like(statistic, dtype=np.bool_), float("inf")
    return rejects(keeping), float(values[keeping])


def smallest_region(statistic: Matrix, experimental: float, control: float, power: float) -> Flags:
    """Give the region {statistic ≥ c} with the largest c whose chance is at least `power`.

    Witness: sizes found by it are found by scan (tests/laws).
    """
    n1, n0 = statistic.shape[0] - 1, statistic.shape[1] - 1
    first = binomial_chance(np.arange(n1 + 1), np.asarray(n1), np.asarray(experimental))
    second = binomial_chance(np.arange(n0 + 1), np.asarray(n0), np.asarray(control))
    steps = np.round(statistic / TIE)
    order = np.argsort(-steps, axis=None)
    chance = np.cumsum((first[:, None] * second).ravel()[order])
    last = min(int(np.searchsorted(chance, power)), chance.size - 1)
    return np.asarray(steps >= steps.ravel()[order[last]])


def fisher_tails(n1: int, n0: int) -> Matrix:
    """Give P(X1 ≥ x1 | margins) under equal odds, for every table (x1, x0).

    Witness: `scipy.stats.fisher_exact` (tests/twice); R `fisher.test` (tests/reference).
    """
    x1, x0 = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)[None, :]
    first, second = _log_choose(n1), _log_choose(n0)
    chance = np.exp(first[x1] + second[x0] - _log_choose(n1 + n0)[x1 + x0])
    tail = np.zeros_like(chance)
    running = np.zeros(n0 + 1)
    for x in range(n1, -1, -1):  # the same margins: one more in x1, one less in x0
        running = chance[x] + np.append(0.0, running[:-1])
        tail[x] = running
    return np.asarray(np.minimum(tail, 1.0))


def fisher_two_sided(n1: int, n0: int) -> Matrix:
    """Give Fisher's two-sided p of every table: all tables as likely or less, given the margins.

    Witness: `scipy.stats.fisher_exact` (tests/twice); R `fisher.test` (tests/reference).
    """
    x1, x0 = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)[None, :]
    first, second = _log_choose(n1), _log_choose(n0)
    chance = np.exp(first[x1] + second[x0] - _log_choose(n1 + n0)[x1 + x0])
    p = np.empty_like(chance)
    for successes in range(n1 + n0 + 1):
        here = np.arange(max(0, successes - n0), min(n1, successes) + 1)
        along = chance[here, successes - here]
        order = np.argsort(along)
        summed = np.cumsum(along[order])
        as_likely = np.searchsorted(along[order], along * (1 + 1e-7), side="right")
        p[here, successes - here] = summed[as_likely - 1]
    return np.asarray(np.minimum(p, 1.0))


def _log_choose(n: int) -> NDArray[np.float64]:
    x = np.arange(n + 1)
    return np.asarray(gammaln(n + 1.0) - gammaln(x + 1.0) - gammaln(n - x + 1.0))
