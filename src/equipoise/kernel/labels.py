"""Rows of a grouped, stratified trial as 64-bit keys that sort by time.

A key is the row's time, then its stratum, group and kind in the lowest bits (see `ordering`).
"""

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.ordering import Keys, key_of, time_of

KIND_BITS = 2
CENSORED, EVENT, ENTERING, KINDS = 0, 1, 2, 3  # what a key says of its row


@compiled
def bits_of(count: int) -> int:
    """Count the bits that tell so many things apart."""
    bits = 0
    while (count - 1) >> bits:
        bits += 1
    return bits


@compiled
def label_bits(groups: int, strata: int) -> int:
    """Count the bits of a label: kind, group and stratum, from the lowest on."""
    return KIND_BITS + bits_of(groups) + bits_of(strata)


@compiled
def labelled(
    time: Vector,
    event: Flags,
    group: Codes,
    stratum: Codes,
    entry: Vector,
    groups: int,
    bits: int,
) -> Keys:
    """Write each time, and each entry time, with its label."""
    clear = np.uint64((1 << bits) - 1)
    width = bits_of(groups)
    keys = np.empty(time.size + entry.size, np.uint64)
    for i in range(time.size):
        cell = group[i] + (stratum[i] << width if stratum.size else 0)
        keys[i] = key_of(time[i], clear) | np.uint64(cell << KIND_BITS | event[i])
        if entry.size:
            keys[time.size + i] = key_of(entry[i], clear) | np.uint64(cell << KIND_BITS | ENTERING)
    return keys


@compiled
def mean_and_rows(keys: Keys, clear: np.uint64, rows: Codes) -> tuple[float, bool]:
    """Count the rows of each cell; give the mean size of distinct times, and if any enter late."""
    late, width = False, bits_of(rows.shape[1])
    total, distinct, last = 0.0, 0, ~keys[0]
    for key in keys:
        label = np.int64(key & clear)
        if label & 3 == ENTERING:
            late = True
        else:
            cell = label >> KIND_BITS
            rows[cell >> width, cell & ((1 << width) - 1)] += 1
        if key & ~clear != last:
            last = key & ~clear
            total += abs(time_of(key, clear))
            distinct += 1
    return total / distinct, late


@compiled
def dealt_out(keys: Keys, clear: np.uint64, shift: np.uint64, strata: int) -> Keys:
    """Deal the keys out to their strata, in order of time within each."""
    if strata == 1:
        return keys
    place = np.zeros(strata + 1, np.int64)
    for key in keys:
        place[np.int64((key & clear) >> shift) + 1] += 1
    for s in range(strata):
        place[s + 1] += place[s]
    dealt = np.empty_like(keys)
    for key in keys:
        here = np.int64((key & clear) >> shift)
        dealt[place[here]] = key
        place[here] += 1
    return dealt
