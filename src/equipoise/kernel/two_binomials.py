"""Every 2 × 2 table of two arms: which reject, how likely, and the worst case under the null.

A rejection region is a table of flags over (x1, x0).  Its chance at the rates (p1, p0) is
b(p1)ᵀ R b(p0), b the binomial probabilities; its size is the largest chance over all pairs
of rates that satisfy the null (Barnard 1947; Suissa & Shuster 1985).  The largest is sought
on a grid and then polished between the neighbours of the best point.

Fisher's tests look at the tables of one total of successes at a time: an array (totals, n1 + 1)
has them in rows, by x1, with chance 0 where there is no such table.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.typing import NDArray
from scipy.special import gammaln

from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.kernel.binomial_walk import binomial_rows

GRID = 201  # nuisance rates
FINER = 17  # between the neighbors of the best
NARROWINGS = 8
TIE = 1e-9  # statistics closer than this are equal
EQUALLY_LIKELY = 1.0 + 1e-7  # ratio of chances

NullCurve = Callable[[Vector], Vector]  # control rates to the experimental rates of the null


def region_chance(region: Flags, experimental: Vector, control: Vector) -> Vector:
    """Give the chance of a rejection at each pair of rates.

    Witness: sum over all tables (tests/twice).
    """
    first = binomial_rows(region.shape[0] - 1, experimental)
    second = binomial_rows(region.shape[1] - 1, control)
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
    rate, value = grid[best], found[best]
    for _ in range(NARROWINGS):
        grid = np.linspace(grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)], FINER)
        found = chance(grid)
        best = int(found.argmax())
        if found[best] > value:
            rate, value = grid[best], found[best]
    return float(value), float(rate)


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
    chances = _table_chances(n1, n0, experimental, control)
    steps = np.round(statistic / TIE)
    order = np.argsort(-steps, axis=None)
    chance = np.cumsum(chances.ravel()[order])
    last = min(int(np.searchsorted(chance, power)), chance.size - 1)
    return np.asarray(steps >= steps.ravel()[order[last]])


def fisher_tails(n1: int, n0: int) -> Matrix:
    """Give P(X1 ≥ x1 | margins) under equal odds, for every table (x1, x0).

    Witness: `scipy.stats.fisher_exact` (tests/twice); R `fisher.test` (tests/reference).
    """
    return np.minimum(_as_tables(_upper_sums(_given_total(n1, n0)), n1, n0), 1.0)


def fisher_two_sided(n1: int, n0: int) -> Matrix:
    """Give Fisher's two-sided p of every table: all tables as likely or less, given the margins.

    Witness: `scipy.stats.fisher_exact` (tests/twice); R `fisher.test` (tests/reference).
    """
    chance = _given_total(n1, n0)
    order = np.argsort(chance, axis=1)
    p = _as_likely_or_less(np.take_along_axis(chance, order, axis=1))
    np.put_along_axis(chance, order, p, axis=1)
    return np.minimum(_as_tables(chance, n1, n0), 1.0)


def fisher_two_sided_region(n1: int, n0: int, alpha: float) -> Flags:
    """Tell which tables have a two-sided p of at most alpha: the least likely of each total.

    Witness: `fisher_two_sided`.
    """
    chance = _given_total(n1, n0)
    rising = np.sort(chance, axis=1)
    rejects = np.count_nonzero(_as_likely_or_less(rising) <= alpha, axis=1)
    edge = rising[np.arange(rejects.size), rejects - 1]
    return np.ascontiguousarray(
        _as_tables((chance <= edge[:, None]) & (rejects > 0)[:, None], n1, n0)
    )


def _as_likely_or_less(rising: Matrix) -> Matrix:
    """Add up chances that rise along each row, ties included: two, one each side of the mode."""
    p = np.cumsum(rising, axis=1)
    tied = rising[:, 1:] <= rising[:, :-1] * EQUALLY_LIKELY
    np.copyto(p[:, :-1], p[:, 1:], where=tied)
    return np.asarray(p)


def most_power_given_total(
    n1: int, n0: int, experimental: float, control: float, alpha: float
) -> float:
    """Give the power of Fisher's one-sided test made exact by rejecting at random on its edge.

    No test that keeps alpha given the total has more, and it grows with the patients of
    either arm: it is the most powerful unbiased test (Tocher 1950).

    Args:
        n1: experimental patients.
        n0: control patients.
        experimental: rate.
        control: rate; the test is against the side on which the experimental one lies.
        alpha: one-sided.

    Witness: Neyman and Pearson's test total by total (tests/twice).
    """
    if experimental < control:  # count who does not respond
        experimental, control = 1.0 - experimental, 1.0 - control
    chance = _given_total(n1, n0)
    beyond = np.zeros_like(chance)
    beyond[:, :-1] = _upper_sums(chance)[:, 1:]
    left = np.clip(alpha - beyond, 0.0, chance)
    rejects = np.divide(left, chance, out=np.ones_like(left), where=chance > 0.0)
    return float(
        np.vdot(_as_tables(rejects, n1, n0), _table_chances(n1, n0, experimental, control))
    )


def _given_total(n1: int, n0: int) -> Matrix:
    """Give the chance of x1 given each total, under equal odds: (totals, n1 + 1)."""
    first, second = _log_choose(n1), _log_choose(n0)
    every = sliding_window_view(_log_choose(n1 + n0), n0 + 1)  # [x1, x0]: of the total
    chance = np.zeros((n1 + n0 + 1, n1 + 1))
    _as_tables(chance, n1, n0)[...] = np.exp(first[:, None] + second - every)
    return chance


def _as_tables(by_total: Matrix, n1: int, n0: int) -> Matrix:
    """See an array (totals, n1 + 1) as the tables (n1 + 1, n0 + 1), without a copy."""
    total, x1 = by_total.strides
    return as_strided(by_total, (n1 + 1, n0 + 1), (total + x1, total))


def _upper_sums(by_total: Matrix) -> Matrix:
    """Add up from the largest x1 down."""
    return np.asarray(np.cumsum(by_total[:, ::-1], axis=1)[:, ::-1])


def _table_chances(n1: int, n0: int, experimental: float, control: float) -> Matrix:
    first = binomial_rows(n1, np.array([experimental]))
    return np.asarray(first.T * binomial_rows(n0, np.array([control])))


def _log_choose(n: int) -> NDArray[np.float64]:
    logs = gammaln(np.arange(1.0, n + 2.0))
    return np.asarray(logs[-1] - logs - logs[::-1])
