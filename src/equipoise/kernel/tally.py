"""How many rows of each kind enter and leave at each moment.

What leaves is counted in one pass over a table of days, or along the sorted times: rows are
then keys that carry their kind in bits worth less than a near-tie (see `ordering`), so that
nothing is gathered.  Near-ties are told on the times themselves, sorted beside the keys.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.ordering import Keys, few_days, key_of, labels_fit, survey, tie_threshold
from equipoise.kernel.risk_sets import Moments, moments, writable

Kinds: TypeAlias = NDArray[np.uint8]
Counts: TypeAlias = NDArray[np.int32]
MOST_KINDS = 256


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by kind and moment."""

    time: Vector  # the moments: distinct exit times, ascending
    left: Counts
    joined: Counts  # at risk from this moment on; one column only where nobody enters late
    placed: Moments | None = None  # the rows, where some may enter late


def tally(
    time: Vector, kind: NDArray[np.generic], kinds: int, entry: Vector | None = None
) -> Tally:
    """Count the rows of kinds 0 ... `kinds` - 1; rows that enter as they leave do not count.

    >>> tally(np.array([2.0, 1, 2]), np.array([0, 1, 1]), 2).left.tolist()
    [[0, 1], [1, 1]]
    """
    if entry is None and kinds <= MOST_KINDS:
        at, which = writable(time), kind.astype(np.uint8, copy=False)
        whole, low, high, mean = survey(at)
        if whole and few_days(low, high, at.size, (kinds + 1) // 2):
            return Tally(*_count_days(at, which, kinds, low, int(high - low) + 1))
        bits = (kinds - 1).bit_length()
        if labels_fit(bits, low, high, mean, whole=whole):
            return Tally(*_count_sorted(at, which, kinds, bits, whole=whole))
    placed = moments(time, entry)
    size, code, leave = placed.time.size, kind.astype(np.int64), placed.exit
    if placed.first is None:
        left, joined = _by_cell(code * size + leave, (kinds, size)), _by_cell(code, (kinds, 1))
        return Tally(placed.time, left, joined)
    ever = placed.first <= placed.exit  # entry and exit may be near-ties
    code, leave, first = code[ever], leave[ever], placed.first[ever]
    left = _by_cell(code * size + leave, (kinds, size))
    return Tally(placed.time, left, _by_cell(code * size + first, (kinds, size)), placed)


def _by_cell(cell: Codes, shape: tuple[int, int]) -> Counts:
    return np.bincount(cell, minlength=shape[0] * shape[1]).astype(np.int32).reshape(shape)


@compiled
def _count_days(
    time: Vector, kind: Kinds, kinds: int, low: float, days: int
) -> tuple[Vector, Counts, Counts]:
    """Count by a table of days."""
    table = np.zeros(days * kinds, np.int32)
    for i in range(time.size):
        table[np.int64(time[i] - low) * kinds + kind[i]] += 1
    size = 0
    for day in range(days):
        some = 0
        for k in range(kinds):
            some |= table[day * kinds + k]
        size += some != 0
    found, left = np.empty(size), np.empty((kinds, size), np.int32)
    joined = np.zeros((kinds, 1), np.int32)
    j = 0
    for day in range(days):
        some = 0
        for k in range(kinds):
            some |= table[day * kinds + k]
        if some:
            found[j] = low + day
            for k in range(kinds):
                left[k, j] = table[day * kinds + k]
                joined[k, 0] += table[day * kinds + k]
            j += 1
    return found, left, joined


def _count_sorted(
    time: Vector, kind: Kinds, kinds: int, bits: int, *, whole: bool
) -> tuple[Vector, Counts, Counts]:
    """Count along the sorted times; their keys, sorted too, tell the kinds."""
    clear, ordered = (1 << bits) - 1, np.sort(time)
    keys = np.empty(time.size, np.uint64)
    _label(time, kind, clear, keys)
    keys.sort()
    threshold = 0.0 if whole else tie_threshold(ordered)
    size = _count_moments(ordered, threshold)
    found, left = np.empty(size), np.zeros((kinds, size), np.int32)
    _count_keys(keys, ordered, clear, threshold, found, left)
    return found, left, left.sum(axis=1, dtype=np.int32, keepdims=True)


@compiled
def _label(time: Vector, kind: Kinds, clear: int, keys: Keys) -> None:
    """Write each time with its kind in the lowest bits."""
    for i in range(time.size):
        keys[i] = key_of(time[i], np.uint64(clear)) | np.uint64(kind[i])


@compiled
def _count_moments(ordered: Vector, threshold: float) -> int:
    """Count the moments among the sorted times."""
    size = min(ordered.size, 1)
    for i in range(1, ordered.size):
        size += ordered[i] - ordered[i - 1] > threshold
    return size


@compiled
def _count_keys(
    keys: Keys, ordered: Vector, clear: int, threshold: float, found: Vector, left: Counts
) -> None:
    """Count along the keys: those of one moment stand where its times stand."""
    j = -1
    for i in range(keys.size):
        if i == 0 or ordered[i] - ordered[i - 1] > threshold:
            j += 1
            found[j] = ordered[i]
        left[np.int64(keys[i]) & clear, j] += 1
