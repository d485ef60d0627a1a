"""The moments of a two-arm comparison: events and numbers at risk, stratum by stratum.

One pass over the rows in order of time gives at each moment with an event

    d₀, d₁  events,   n₀, n₁  at risk (time ≥ t),   of control and experimental,

and from these come log-rank, Cox and Kaplan-Meier.  Rows are sorted keys (`kernel.labels`);
near-ties are one moment, as in `analyze` (`kernel.ordering`).
"""

from typing import NamedTuple

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.labels import KIND_BITS, dealt_out, mean_and_rows
from equipoise.kernel.ordering import TIE_TOLERANCE, Keys, time_of


class Moments(NamedTuple):
    """Moments with events, all strata one after the other."""

    stop: Codes  # (strata,) where each stratum's moments end
    time: Vector  # (moments,)
    deaths: Matrix  # (moments, 2)
    at_risk: Matrix  # (moments, 2)


def room_for_moments(rows: int, strata: int) -> Moments:
    """Make room for the moments of any comparison of so many patients."""
    return Moments(
        np.zeros(strata, np.int64), np.empty(rows), np.empty((rows, 2)), np.empty((rows, 2))
    )


@compiled
def count_moments(keys: Keys, bits: int, strata: int, moments: Moments) -> int:
    """Count along the sorted keys; give how many moments have events."""
    clear, rows = np.uint64((1 << bits) - 1), np.zeros((strata, 2), np.int64)
    moments.stop[:] = 0
    if not keys.size:
        return 0
    mean, _ = mean_and_rows(keys, clear, rows)
    threshold = TIE_TOLERANCE * max(1.0, mean)
    dealt = dealt_out(keys, clear, np.uint64(KIND_BITS + 1), strata)
    start = found = 0
    for s in range(strata):
        stop = start + rows[s, 0] + rows[s, 1]
        here = dealt[start:stop]
        found = _count_stratum(here, clear, threshold, rows[s, 0], rows[s, 1], found, moments)
        moments.stop[s] = found
        start = stop
    return found


@compiled
def _count_stratum(
    keys: Keys,
    clear: np.uint64,
    threshold: float,
    n_0: int,
    n_1: int,
    found: int,
    moments: Moments,
) -> int:
    """Count the moments of one stratum, from place `found` on."""
    none = n_0 - n_0  # a typed 0
    d_0 = d_1 = left_0 = left_1 = none
    first = last = -np.inf
    for i in range(keys.size + 1):
        now = time_of(keys[i], clear) if i < keys.size else np.inf
        if now - last > threshold:
            if d_0 + d_1:
                moments.time[found] = first
                moments.deaths[found, 0], moments.deaths[found, 1] = d_0, d_1
                moments.at_risk[found, 0], moments.at_risk[found, 1] = n_0, n_1
                found += 1
            n_0, n_1 = n_0 - left_0, n_1 - left_1
            d_0 = d_1 = left_0 = left_1 = none
            first = now
        if i < keys.size:
            last, label = now, int(np.int64(keys[i] & clear))
            event, second = label & 1, label >> KIND_BITS & 1
            d_0, d_1 = d_0 + (event & 1 - second), d_1 + (event & second)
            left_0, left_1 = left_0 + 1 - second, left_1 + second
    return found
