"""Watching a count of responders patient by patient, exactly.

A trial of one arm stops at n patients when the responders X_n are at most low_n or at least
high_n.  Given X_n the order of the responses is uniform, so the chance of having got so far
does not depend on the response rate (sufficiency):

    c_n(x) = P(not stopped before n | X_n = x)
    c_n(x) = c_{n-1}(x - 1) · x / n  +  c_{n-1}(x) · (n - x) / n,

over the counts that went on at n - 1.  One walk over the patients therefore serves every
rate p: P_p(stop at n with x) = c_n(x) C(n, x) p^x (1 - p)^{n - x} (Schultz et al. 1973;
Jennison & Turnbull 2000, §12.1.2).  All terms are positive; no digits are lost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from equipoise.kernel.arrays import Codes, Matrix, Vector, codes, frozen, vector

CELLS_AT_ONCE = 2_000_000  # probabilities held in memory together
LEAST_LOG = -1e300


@dataclass(frozen=True, slots=True)
class CountWalk:
    """Where a trial of one arm can stop first, and the part of its chance free of the rate."""

    looks: Codes  # (looks,) patients at each
    look: Codes  # (cells,) index of the look
    count: Codes  # (cells,) responders
    reached: Vector  # (cells,) c_n(x)
    high: NDArray[np.bool_]  # (cells,) stopped high, not low


def count_walk(low: Codes, high: Codes, looks: Codes) -> CountWalk:
    """Follow the counts through all looks; whoever has not stopped at the last is not listed.

    Args:
        low: (looks,) stop at or below; -1 for none.
        high: (looks,) stop at or above; more than the patients for none.
        looks: (looks,) patients, increasing.
    """
    cells: list[tuple[NDArray[np.int64], Vector]] = []
    going = np.ones(1)
    at = 0
    count = np.arange(int(looks[-1]) + 1)
    for k in range(looks.size):
        for n in range(at + 1, int(looks[k]) + 1):
            following = np.zeros(n + 1)
            following[1:] = going * (count[1 : n + 1] / n)
            following[:n] += going * (count[n:0:-1] / n)
            going = following
        at = int(looks[k])
        first, last = max(int(low[k]) + 1, 0), min(int(high[k]), at + 1)
        for part in (slice(0, first), slice(max(last, first), at + 1)):
            stops = count[part][going[part] > 0]
            cells.append((stops, going[stops]))
            going[part] = 0.0
    sizes = [stops.size for stops, _ in cells]
    side = np.repeat(np.arange(len(cells)), sizes)
    return CountWalk(
        looks,
        codes(side // 2),
        codes(np.concatenate([stops for stops, _ in cells])),
        vector(np.concatenate([reached for _, reached in cells])),
        np.asarray(side % 2 == 1),
    )


def stopping_chances(walk: CountWalk, rates: Vector) -> tuple[Matrix, Matrix]:
    """Give the chance of stopping first at each look, (looks, rates), high and low.

    Witness: every course of nine patients, one by one (tests/twice/test_design_binary.py).

    >>> walk = count_walk(codes([-1, -1]), codes([2, 2]), codes([2, 3]))
    >>> stopping_chances(walk, vector([0.5]))[0].ravel().round(12).tolist()
    [0.25, 0.25]
    """
    high = np.zeros((walk.looks.size, rates.size))
    low = np.zeros_like(high)
    step = max(1, CELLS_AT_ONCE // max(rates.size, 1))
    for start in range(0, walk.count.size, step):
        part = slice(start, start + step)
        look, up = walk.look[part], walk.high[part]
        chance = walk.reached[part, None] * binomial_chance(
            walk.count[part, None], walk.looks[look][:, None], rates[None, :]
        )
        np.add.at(high, look[up], chance[up])
        np.add.at(low, look[~up], chance[~up])
    return frozen(high), frozen(low)


def stopping_high(stop_at: Codes, looks: Codes, rate: float) -> float:
    """Give the chance at one rate that the count is ever at least `stop_at` at a look.

    Args:
        stop_at: (looks,) count; more than the patients for none.
        looks: (looks,) patients, increasing.
        rate: of a response.

    Witness: `stopping_chances`.

    >>> round(stopping_high(codes([2, 2]), codes([2, 3]), 0.5), 12)
    0.5
    """
    going, at, stopped = np.ones(1), 0, 0.0
    for look, most in zip(looks.tolist(), stop_at.tolist(), strict=True):
        for _ in range(at, look):
            following = np.zeros(going.size + 1)
            following[1:] = rate * going
            following[:-1] += (1.0 - rate) * going
            going = following
        at = look
        stopped += float(going[most:].sum())
        going = going[:most]
    return stopped


def binomial_chance(count: NDArray[np.int64], n: NDArray[np.int64], rate: Vector) -> Matrix:
    """Give C(n, x) p^x (1 - p)^{n - x}, broadcasting.

    Witness: `scipy.stats.binom` (tests/twice).
    """
    choose = gammaln(n + 1.0) - gammaln(count + 1.0) - gammaln(n - count + 1.0)
    logarithm = choose + xlogy(count, rate) + xlog1py(n - count, -rate)
    return np.asarray(np.exp(logarithm), dtype=np.float64)


def binomial_chances(n: int, rate: float) -> Vector:
    """Give the chance of every count of `n`.

    Witness: `scipy.stats.binom` (tests/twice).
    """
    return np.asarray(binomial_rows(n, np.array([rate]))[0])


def binomial_rows(n: int, rates: Vector) -> Matrix:
    """Give the chance of every count of `n` at each rate: (rates, n + 1).

    Witness: `scipy.stats.binom` (tests/twice).

    >>> binomial_rows(2, vector([0.5, 1.0])).round(12).tolist()
    [[0.25, 0.5, 0.25], [0.0, 0.0, 1.0]]
    """
    logs = gammaln(np.arange(1.0, n + 2.0))
    count = np.arange(n + 1.0)
    with np.errstate(divide="ignore"):  # log 0: not -inf, which 0 times is no number
        yes, no = np.maximum(np.log(rates), LEAST_LOG), np.maximum(np.log1p(-rates), LEAST_LOG)
    each = yes[:, None] * count + no[:, None] * count[::-1]
    return np.asarray(np.exp(each + (logs[-1] - logs - logs[::-1])))


def upper_chances(chances: Vector) -> Vector:
    """Give P(X >= x) for x = 0 … n + 1, summed from the far end.

    Witness: `scipy.stats.binom` (tests/twice).
    """
    return np.append(np.cumsum(chances[::-1])[::-1], 0.0)
