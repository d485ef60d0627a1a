"""Means, spreads and correlations that merge: what do all trials say, chunk by chunk?

With n numbers of mean m and sum of squared deviations s in each of two parts (Chan, Golub &
LeVeque 1983; δ is the difference of the means),

    n = n₁ + n₂,    m = m₁ + δ n₂ / n,    s = s₁ + s₂ + δ² n₁ n₂ / n,

and likewise for products of deviations.  Numbers that are not finite are missing: each element
counts its own.  Sums run in the order of trials and never through BLAS, so that the same
numbers give the same bits.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.kernel.arrays import Codes, Matrix
from equipoise.kernel.compiling import compiled

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many trials, of any shape."""

    counts: Codes

    def merged(self, other: Self) -> Self:
        """Add those of other trials."""
        return type(self)(self.counts + other.counts)

    def arrays(self) -> Arrays:
        """Give what must be written down."""
        return {"counts": self.counts}


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, spread and extremes of numbers of any shape, one number a trial."""

    count: Codes
    mean: Matrix  # 0 where nothing was counted
    squares: Matrix  # sum of squared deviations from the mean
    least: Matrix  # inf where nothing was counted
    most: Matrix

    def merged(self, other: Self) -> Self:
        """Take in those of other trials."""
        count = self.count + other.count
        whole = np.maximum(count, 1)
        step = np.where(self.count > 0, other.mean - self.mean, other.mean)
        mean = np.where(other.count > 0, self.mean + step * (other.count / whole), self.mean)
        between = step * step * (self.count * (other.count / whole))
        squares = self.squares + other.squares + between
        least, most = np.minimum(self.least, other.least), np.maximum(self.most, other.most)
        return type(self)(count, mean, squares, least, most)

    def arrays(self) -> Arrays:
        """Give what must be written down."""
        return {
            "count": self.count,
            "mean": self.mean,
            "squares": self.squares,
            "least": self.least,
            "most": self.most,
        }


@dataclass(frozen=True, slots=True)
class Comoments:
    """Moments of every pair of columns, over the trials where both are known.

    Columns are the first axis; further axes are as many separate tables.
    """

    count: Codes  # (columns, columns, ...)
    mean: Matrix  # [i, j]: mean of column i over the trials where j is known too
    products: Matrix  # [i, j]: sum of products of their deviations

    def merged(self, other: Self) -> Self:
        """Take in those of other trials."""
        count = self.count + other.count
        whole = np.maximum(count, 1)
        step = np.where(self.count > 0, other.mean - self.mean, other.mean)
        mean = np.where(other.count > 0, self.mean + step * (other.count / whole), self.mean)
        between = step * step.swapaxes(0, 1) * (self.count * (other.count / whole))
        return type(self)(count, mean, self.products + other.products + between)

    def arrays(self) -> Arrays:
        """Give what must be written down."""
        return {"count": self.count, "mean": self.mean, "products": self.products}


def counts_of(happened: ArrayLike) -> Counts:
    """Count the trials, along the first axis, in which each thing happened.

    >>> counts_of([[True, False], [True, True]]).counts.tolist()
    [2, 1]
    """
    return Counts(np.asarray(np.asarray(happened, dtype=np.bool_).sum(axis=0, dtype=np.int64)))


def moments_of(values: ArrayLike) -> Moments:
    """Give the moments along the first axis.

    >>> seen = moments_of([[1.0, 5.0], [3.0, float("nan")]])
    >>> seen.mean.tolist(), seen.squares.tolist(), seen.count.tolist()
    ([2.0, 5.0], [2.0, 0.0], [2, 1])

    Witness: NumPy's mean, variance and extremes of the whole table.
    """
    table = np.asarray(values, dtype=np.float64)
    shape = table.shape[1:]
    count = np.zeros(math.prod(shape), dtype=np.int64)
    mean, squares = np.zeros(count.size), np.zeros(count.size)
    least, most = np.full(count.size, np.inf), np.full(count.size, -np.inf)
    flat = np.ascontiguousarray(table).reshape(table.shape[0], count.size)
    _fill_moments(flat, count, mean, squares, least, most)
    kept = [each.reshape(shape) for each in (mean, squares, least, most)]
    return Moments(np.asarray(count.reshape(shape)), *map(np.asarray, kept))


@compiled
def _fill_moments(
    table: Matrix, count: Codes, mean: Matrix, squares: Matrix, least: Matrix, most: Matrix
) -> None:
    """Go through the rows in order: once for the means, once for the deviations."""
    for row in range(table.shape[0]):
        for at in range(table.shape[1]):
            value = table[row, at]
            if np.isfinite(value):
                count[at] += 1
                mean[at] += value
                least[at] = min(least[at], value)
                most[at] = max(most[at], value)
    for at in range(table.shape[1]):
        mean[at] /= max(count[at], 1)
    for row in range(table.shape[0]):
        for at in range(table.shape[1]):
            value = table[row, at]
            if np.isfinite(value):
                squares[at] += (value - mean[at]) * (value - mean[at])


def comoments_of(values: ArrayLike) -> Comoments:
    """Give the moments of all pairs of columns, (trials, columns, ...).

    >>> comoments_of([[1.0, 2.0], [3.0, 6.0]]).products.tolist()
    [[2.0, 4.0], [4.0, 8.0]]

    Witness: NumPy's covariance of the whole table.
    """
    table = np.asarray(values, dtype=np.float64)
    known = np.isfinite(table)
    center = np.where(known, table, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    away, there = np.where(known, table - center, 0.0), known.astype(np.float64)
    pairs = "ni...,nj...->ij..."
    count = np.einsum(pairs, there, there)
    shift = np.einsum(pairs, away, there)
    whole = np.maximum(count, 1.0)
    products = np.einsum(pairs, away, away) - shift * shift.swapaxes(0, 1) / whole
    mean = np.where(count > 0.0, center[:, None] + shift / whole, 0.0)
    return Comoments(count.astype(np.int64), mean, products)
