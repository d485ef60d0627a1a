"""A histogram that needs no range told beforehand, and merges: what are the quantiles?

A bucket holds the numbers whose floating-point form agrees in sign, exponent and the first ten
bits after the point: its width is at most 2^-10 of the number.  The grid is the same for every
trial, chunk and machine, so that counts simply add; within a bucket, quantiles are
interpolated.  Memory grows with the number of buckets met, not of trials.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from equipoise.kernel.arrays import Codes, Vector
from equipoise.simulate.characteristics.moments import Arrays

DROPPED = 42  # bits of a float that do not tell its bucket: 52 less ten
WIDEST_TABLE = 1 << 16  # buckets counted in a table rather than by sorting


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many numbers fell into each bucket, of those that are finite."""

    bucket: Codes  # ascending
    counts: Codes

    @property
    def total(self) -> int:
        """How many numbers there are."""
        return int(self.counts.sum())

    def merged(self, other: Self) -> Self:
        """Add those of other trials."""
        both = np.concatenate((self.bucket, other.bucket))
        bucket, place = np.unique(both, return_inverse=True)
        counts = np.zeros(bucket.size, dtype=np.int64)
        np.add.at(counts, place, np.concatenate((self.counts, other.counts)))
        return type(self)(bucket, counts)

    def quantile(self, share: float, *, whole: bool = False) -> float:
        """Give the number below which a share lies; nan where there are none.

        Whole numbers are not interpolated: they are the lower edges of their buckets.

        Witness: NumPy's quantile of the whole table, to a bucket's width.
        """
        if not self.bucket.size:
            return float("nan")
        up_to = np.cumsum(self.counts)
        rank = share * up_to[-1]
        at = min(int(np.searchsorted(up_to, rank)), self.bucket.size - 1)
        lower, upper = edges(self.bucket[at : at + 1])
        if whole:
            return float(lower[0])
        into = 1.0 - (up_to[at] - rank) / self.counts[at]
        return float(lower[0] + into * (upper[0] - lower[0]))

    def arrays(self) -> Arrays:
        """Give what must be written down."""
        return {"bucket": self.bucket, "counts": self.counts}


def histogram_of(values: ArrayLike) -> Histogram:
    """Sort numbers into buckets.

    >>> histogram_of([1.0, 1.0, -2.0, float("nan")]).counts.tolist()
    [1, 2]

    Witness: the number of finite values; each lies between the edges of its bucket.
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    bucket = buckets(numbers[np.isfinite(numbers)])
    if bucket.size and int(bucket.max() - bucket.min()) < WIDEST_TABLE:
        least = bucket.min()
        table = np.bincount(bucket - least)
        found = np.flatnonzero(table)
        return Histogram(found + least, table[found].astype(np.int64))
    found, counts = np.unique(bucket, return_counts=True)
    return Histogram(found, counts.astype(np.int64))


def buckets(numbers: Vector) -> Codes:
    """Find the bucket of finite numbers: rising with them, 0 or more where they are."""
    size = np.abs(numbers).view(np.int64) >> DROPPED
    return np.where(np.signbit(numbers) & (numbers != 0.0), -1 - size, size)


def edges(bucket: Codes) -> tuple[Vector, Vector]:
    """Give the lower and upper edge of buckets."""
    size = np.where(bucket < 0, -1 - bucket, bucket)
    inner = (size << DROPPED).view(np.float64)
    outer = ((size + 1) << DROPPED).view(np.float64)
    return np.where(bucket < 0, -outer, inner), np.where(bucket < 0, -inner, outer)
