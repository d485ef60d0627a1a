"""Evenly spread points in many dimensions, always the same ones: a shifted rank-1 lattice.

    x_i = tent(frac(i z / n + shift)),    i = 0, ..., n - 1,    tent(u) = 1 - |2u - 1|

The generator z was found component by component (Nuyens & Cools 2006) for the weights
1/(2 + 0.6 j) of the j-th dimension; the tent makes the error of a smooth integrand fall almost as
n⁻² (Hickernell 2002).  Several shifts, drawn once from a fixed seed, give as many independent
estimates: their mean is the answer and their spread tells its error (Cranley & Patterson 1976).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from equipoise.kernel.arrays import Matrix, frozen

GENERATORS = {  # points: z
    251: "1 70 132 87 27 51 109 15 64 75 231 8 178 34 80 213 193 83 205 195 152 95 158 127",
    1021: "1 374 154 420 891 37 585 450 917 667 214 989 86 895 299 409 232 552 53 359 7 393 "
    "846 402",
    4093: "1 1210 2551 2308 2153 141 1891 32 3050 2161 703 3688 3942 759 1529 1332 328 3747 3308 "
    "1294 2380 709 3408 593",
    16381: "1 9592 14533 6013 9316 3264 2873 12240 12745 8475 13662 6976 7146 5159 644 9261 11318 "
    "3687 15630 5360 10764 11365 5441 6924",
}
DIMENSIONS = 24
SHIFTS = 8
SEED = 20250601


@dataclass(frozen=True, slots=True)
class Estimate:
    """An integral, and the standard error that the spread over the shifts tells."""

    value: float
    error: float

    def __add__(self, other: "Estimate") -> "Estimate":
        return Estimate(self.value + other.value, float(np.hypot(self.error, other.error)))

    def times(self, factor: float) -> "Estimate":
        """Give so many times the integral."""
        return Estimate(self.value * factor, abs(factor) * self.error)


@lru_cache(maxsize=32)
def lattice(points: int, dimensions: int) -> Matrix:
    """Give the points of all shifts, one shift after the other: (shifts * points, dimensions).

    Each dimension lies together in memory, for they are used one by one.

    >>> lattice(1021, 2).shape
    (8168, 2)
    """
    generator = np.array(GENERATORS[points].split()[:dimensions], dtype=np.float64)
    shifts = np.random.default_rng(SEED).random((SHIFTS, DIMENSIONS))[:, :dimensions]
    steps = generator[:, None] * np.arange(points) % points / points
    spread = (steps[:, None, :] + shifts.T[:, :, None]) % 1.0
    tent = 1.0 - np.abs(2.0 * spread - 1.0)
    return frozen(np.clip(tent, 1e-15, 1.0 - 1e-15).reshape(dimensions, -1)).T


def averaged(values: Matrix) -> Estimate:
    """Average over the points of each shift, and tell the mean and its error.

    Args:
        values: (shifts * points,) of the integrand.
    """
    means = values.reshape(SHIFTS, -1).mean(axis=1)
    return Estimate(float(means.mean()), float(means.std(ddof=1) / np.sqrt(SHIFTS)))
