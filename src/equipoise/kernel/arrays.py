"""The arrays every kernel speaks: contiguous, float64 or int64, and read-only once frozen."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


def vector(values: ArrayLike) -> Vector:
    """Freeze numbers as a one-dimensional float64 array.

    >>> vector([1, 2]).flags.writeable
    False
    """
    return frozen(np.atleast_1d(np.array(values, dtype=np.float64)))


def codes(values: ArrayLike) -> Codes:
    """Freeze whole numbers that stand for labels."""
    return frozen_codes(np.atleast_1d(np.array(values, dtype=np.int64)))


def flags(values: ArrayLike) -> Flags:
    """Freeze truth values."""
    result = np.atleast_1d(np.array(values, dtype=np.bool_))
    result.setflags(write=False)
    return result


def frozen(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make a float array we own read-only, without a copy."""
    array.setflags(write=False)
    return array


def frozen_codes(array: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make an integer array we own read-only, without a copy."""
    array.setflags(write=False)
    return array
