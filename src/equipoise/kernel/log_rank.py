"""Do the groups have the event at the same rate?  Weighted log-rank sums over the risk sets.

At a moment with d events among n at risk, group g has n_g at risk and d_g events (strata apart):

    O_g = Σ w d_g,   E_g = Σ w d n_g / n,
    V_gh = Σ w² d (n - d) / (n - 1) · n_g (δ_gh n - n_h) / n²        (hypergeometric, ties kept)

with the Fleming-Harrington weight w = S(t-)^ρ (1 - S(t-))^γ of the stratum's pooled Kaplan-Meier
estimate just before t (Mantel 1966; Fleming & Harrington 1991, ch. 7).  Several weights are
carried at once, with the covariances between them, for MaxCombo.

Rows arrive in order of time; each stratum holds the rows of its latest moment back until the
next one begins, so that thousands of strata need no more memory than their numbers at risk.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.ordering import (
    TIE_TOLERANCE,
    Keys,
    few_days,
    key_of,
    labels_fit,
    survey,
    time_of,
)
from equipoise.kernel.risk_sets import moments

KINDS, KIND_BITS = 3, 2
CENSORED, EVENT, ENTERING = 0, 1, 2

Sums = tuple[Matrix, Matrix, NDArray[np.float64], Codes]


@dataclass(frozen=True, slots=True)
class LogRankSums:
    """Sums by weight and group; `covariance[a, b, g, h]` is between (a, g) and (b, h)."""

    observed: Matrix
    expected: Matrix
    covariance: NDArray[np.float64]
    rows: Codes  # stratum × group → rows


def log_rank_sums(  # noqa: PLR0913 - the rows of a trial have this many columns
    time: Vector,
    event: Flags,
    group: Codes,
    *,
    groups: int,
    stratum: Codes | None = None,
    strata: int = 1,
    entry: Vector | None = None,
    rho: Vector,
    gamma: Vector,
) -> LogRankSums:
    """Sum over moments and strata, by counting days where there are few, else by sorting.

    Times must be finite, codes within 0 ... groups - 1 and 0 ... strata - 1.
    """
    one = np.zeros(0, np.int64) if stratum is None else stratum
    whole, low, high, mean = survey(time)
    if entry is None and whole and few_days(low, high, time.size, groups * strata * 2):
        shape = (strata, int(high - low) + 1, groups)
        return LogRankSums(*_of_days(time, event, group, one, low, shape, rho, gamma))
    bits = label_bits(groups, strata)
    entries: Vector = np.empty(0)
    tolerance = 0.0 if whole else TIE_TOLERANCE
    if entry is not None or not labels_fit(bits, low, high, mean, whole=whole):
        placed = moments(time, entry)
        time, tolerance = placed.exit.astype(np.float64), 0.0
        if placed.first is not None:
            entries = np.subtract(placed.first, 1, dtype=np.float64)  # after the moment before
    keys = labelled(time, event, group, one, entries, groups, bits)
    keys.sort()
    return LogRankSums(*sums_in_order(keys, bits, tolerance, groups, strata, rho, gamma))


@compiled
def log_rank_of_trial(
    time: Vector,
    event: Flags,
    group: Codes,
    stratum: Codes,
    groups: int,
    strata: int,
    rho: Vector,
    gamma: Vector,
) -> Sums:
    """Give (observed, expected, covariance, rows) inside compiled code, for simulated trials.

    `stratum` may be empty: all rows are one stratum.  See `LogRankSums` for the shapes.
    """
    bits = label_bits(groups, strata)
    keys = labelled(time, event, group, stratum, np.empty(0), groups, bits)
    keys.sort()
    return sums_in_order(keys, bits, TIE_TOLERANCE, groups, strata, rho, gamma)


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
def fleming_harrington(survival: float, rho: float, gamma: float) -> float:
    """Weigh a moment by the pooled survival just before it."""
    weight = 1.0
    if rho == 1.0:
        weight = survival
    elif rho:
        weight = survival**rho
    if gamma == 1.0:
        weight *= 1.0 - survival
    elif gamma:
        weight *= (1.0 - survival) ** gamma
    return weight


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
    """Write each time, and each entry time, with stratum, group and kind in the lowest bits."""
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
def sums_in_order(
    keys: Keys, bits: int, tolerance: float, groups: int, strata: int, rho: Vector, gamma: Vector
) -> Sums:
    """Walk the sorted keys; a stratum's moment is settled when its next one begins."""
    weights = rho.size
    observed, expected = np.zeros((weights, groups)), np.zeros((weights, groups))
    covariance = np.zeros((weights, weights, groups, groups))
    sums = (observed, expected, covariance, np.empty(groups))
    waiting = np.zeros((strata, groups, KINDS), np.int64)
    moment_of = np.full(strata, -1)
    survival = np.ones(strata)
    rows = np.zeros((strata, groups), np.int64)
    clear = np.uint64((1 << bits) - 1)
    size, late = _mean_and_rows(keys, clear, rows)
    threshold = tolerance * max(1.0, size)
    at_risk = np.zeros_like(rows) if late else rows.copy()
    width, within = KIND_BITS + bits_of(groups), (1 << bits_of(groups)) - 1
    moment, last_key, last = 0, keys[0] & ~clear, time_of(keys[0], clear)
    for key in keys:
        if key & ~clear != last_key:
            last_key, now = key & ~clear, time_of(key, clear)
            if now - last > threshold:
                moment += 1
            last = now
        label = np.int64(key & clear)
        kind, g, s = label & 3, label >> KIND_BITS & within, label >> width
        if moment_of[s] != moment:
            if moment_of[s] >= 0:
                survival[s] = _settle(s, waiting, at_risk, survival[s], rho, gamma, sums)
            moment_of[s] = moment
        waiting[s, g, kind] += 1
    for last_of in range(strata):
        _settle(last_of, waiting, at_risk, survival[last_of], rho, gamma, sums)
    _mirror(covariance)
    return observed, expected, covariance, rows


@compiled
def _mean_and_rows(keys: Keys, clear: np.uint64, rows: Codes) -> tuple[float, bool]:
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
def _of_days(
    time: Vector,
    event: Flags,
    group: Codes,
    stratum: Codes,
    low: float,
    shape: tuple[int, int, int],
    rho: Vector,
    gamma: Vector,
) -> Sums:
    """Count by stratum, day, group and kind in one pass; then walk the table."""
    strata, days, groups = shape
    weights = rho.size
    observed, expected = np.zeros((weights, groups)), np.zeros((weights, groups))
    covariance = np.zeros((weights, weights, groups, groups))
    counts = np.zeros((strata, days, groups, 2), np.int32)
    flat = counts.ravel()
    for i in range(time.size):
        place = np.int64(time[i] - low)
        if stratum.size:
            place += stratum[i] * days
        flat[(place * groups + group[i]) * 2 + event[i]] += 1
    rows = np.zeros((strata, groups), np.int64)
    sums = (observed, expected, covariance, np.empty(groups))
    waiting, at_risk = np.zeros((1, groups, KINDS), np.int64), np.zeros((1, groups), np.int64)
    for s in range(strata):
        for day in range(days):
            for g in range(groups):
                rows[s, g] += counts[s, day, g, CENSORED] + counts[s, day, g, EVENT]
        at_risk[0], survival = rows[s], 1.0
        for day in range(days):
            for g in range(groups):
                waiting[0, g, CENSORED] = counts[s, day, g, CENSORED]
                waiting[0, g, EVENT] = counts[s, day, g, EVENT]
            survival = _settle(0, waiting, at_risk, survival, rho, gamma, sums)
    _mirror(covariance)
    return observed, expected, covariance, rows


@compiled
def _settle(
    s: int | np.int64,
    waiting: NDArray[np.int64],
    at_risk: Codes,
    survival: float,
    rho: Vector,
    gamma: Vector,
    sums: tuple[Matrix, Matrix, NDArray[np.float64], Vector],
) -> float:
    """Add one moment of stratum s, let its rows leave and enter, and step its survival."""
    observed, expected, covariance, share = sums
    groups, n, d = at_risk.shape[1], 0, 0
    for g in range(groups):
        n += at_risk[s, g]
        d += waiting[s, g, EVENT]
    after = survival
    if d:
        after = survival * (1.0 - d / n) if d < n else 0.0
        spread = 1.0 if d == 1 else d * (n - d) / (n - 1.0)
        for g in range(groups):
            share[g] = at_risk[s, g] / n
        for a in range(rho.size):
            weight = fleming_harrington(survival, rho[a], gamma[a])
            for g in range(groups):
                observed[a, g] += weight * waiting[s, g, EVENT]
                expected[a, g] += weight * d * share[g]
            for b in range(a + 1):
                both = weight * fleming_harrington(survival, rho[b], gamma[b]) * spread
                for g in range(groups):
                    covariance[a, b, g, g] += both * share[g] * (1.0 - share[g])
                    for h in range(g):
                        covariance[a, b, g, h] -= both * share[g] * share[h]
    for g in range(groups):
        at_risk[s, g] += waiting[s, g, ENTERING] - waiting[s, g, CENSORED] - waiting[s, g, EVENT]
        waiting[s, g, CENSORED] = waiting[s, g, EVENT] = waiting[s, g, ENTERING] = 0
    return after


@compiled
def _mirror(covariance: NDArray[np.float64]) -> None:
    """Fill the upper triangles from the lower ones."""
    weights, groups = covariance.shape[0], covariance.shape[2]
    for a in range(weights):
        for b in range(a + 1):
            for g in range(groups):
                for h in range(g):
                    covariance[a, b, h, g] = covariance[a, b, g, h]
            covariance[b, a] = covariance[a, b]
