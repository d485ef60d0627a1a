"""How rows are put in order of time: whole days are counted, other times are sorted.

Whole numbers within a modest range need no sorting: each is its own place in a table.  Other
times are sorted as 64-bit keys that carry their row's label along, so that nothing has to be
gathered afterwards.  A float64 read as a whole number keeps its order once the bits of the
negative ones are flipped; its lowest bits, worth far less than a near-tie, give way to the
label.

Near-ties are told as in R's survival (`aeqSurv`): neighbours whose gap is within 1.5e-8, or
within 1.5e-8 of the mean absolute distinct time.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import compiled

TIE_TOLERANCE = 2.0**-26  # sqrt of the float64 epsilon, as R's timefix
EXACT = 2.0**52  # whole numbers up to here are float64 values of their own
MOST_BITS = 40
SPARSE, SMALL = 4, 256  # a table of days may have SPARSE cells a row, and SMALL at least

SIGN, TOP = np.uint64(1 << 63), np.uint64(63)
ZERO, ONE = np.uint64(0), np.uint64(1)

Keys: TypeAlias = NDArray[np.uint64]


@compiled
def survey(time: Vector) -> tuple[bool, float, float, float]:
    """Say whether all times are whole numbers; give the least, the greatest, the mean size.

    The mean size is NaN or infinite if any time is.
    """
    broken, low, high, total = 0, np.inf, -np.inf, 0.0
    for t in time:
        broken += t != np.floor(t)
        low = min(low, t)
        high = max(high, t)
        total += abs(t)
    whole = broken == 0 and low > -EXACT and high < EXACT
    return whole, low, high, total / max(time.size, 1)


def few_days(low: float, high: float, rows: int, tables: int = 1) -> bool:
    """Say whether so many tables of the days from low to high are smaller than sorting is slow."""
    return rows > 0 and tables * (high - low + 1) <= SPARSE * rows + SMALL


def labels_fit(bits: int, low: float, high: float, mean: float, *, whole: bool) -> bool:
    """Say whether a label of so many bits fits into bits of the times that carry nothing.

    Whole numbers leave their lowest bits empty; in other times what is lost must be far
    below a near-tie.
    """
    lost = 2.0 ** (bits - 52) * max(abs(low), abs(high), 1.0)
    return bits < MOST_BITS and (
        lost < 1.0 if whole else lost < 0.25 * TIE_TOLERANCE * max(1.0, mean)
    )


@compiled
def key_of(time: float, clear: np.uint64) -> np.uint64:
    """Turn a time into a whole number of the same order, the bits of `clear` set to zero."""
    bits = np.float64(time + 0.0).view(np.uint64)  # + 0.0: minus zero is zero
    negative = ZERO - (bits >> TOP)  # all bits set, or none
    return (bits ^ (negative | SIGN)) & ~clear


@compiled
def time_of(key: np.uint64, clear: np.uint64) -> float:
    """Read the time back; exact where the cleared bits were those of a whole number."""
    negative = (key >> TOP) - ONE
    bits = ((key & ~clear) | (clear & negative)) ^ (negative | SIGN)
    return np.uint64(bits).view(np.float64)


@compiled
def tie_threshold(ordered: Vector) -> float:
    """Give the gap up to which neighbours among the sorted times are one moment."""
    total, distinct, last = 0.0, 0, np.nan
    for t in ordered:
        if t != last:
            total += abs(t)
            distinct += 1
            last = t
    return TIE_TOLERANCE * max(1.0, total / max(distinct, 1))


def near(moments: Vector) -> float:
    """Give the gap within which a time looked up among distinct moments is one of them."""
    return TIE_TOLERANCE * max(1.0, float(np.abs(moments).mean())) if moments.size else 0.0
