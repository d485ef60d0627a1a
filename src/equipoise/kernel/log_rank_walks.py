"""The loops of the log-rank test, over rows in order of time or over a table of days.

Rows in order of time come as keys (see `labels`).  The sums and their equations stand in
`log_rank`.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.labels import (
    CENSORED,
    ENTERING,
    EVENT,
    KIND_BITS,
    KINDS,
    bits_of,
    dealt_out,
    mean_and_rows,
)
from equipoise.kernel.ordering import Keys, time_of

PAIR = 2

Sums = tuple[Matrix, Matrix, NDArray[np.float64], Codes]  # observed, expected, covariance, rows


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
def sums_in_order(
    keys: Keys,
    bits: int,
    tolerance: float,
    rho: Vector,
    gamma: Vector,
    sums: Sums,
) -> None:
    """Walk the sorted keys, stratum by stratum; `tolerance` is of the mean time, 0 for no ties."""
    rows = sums[3]
    strata, groups = rows.shape
    at_risk = np.empty(groups, np.int64)
    clear = np.uint64((1 << bits) - 1)
    mean, late = mean_and_rows(keys, clear, rows)
    threshold = tolerance * max(1.0, mean)
    dealt = dealt_out(keys, clear, np.uint64(KIND_BITS + bits_of(groups)), strata)
    start = stop = 0
    for s in range(strata):
        for g in range(groups):
            stop += rows[s, g] * (1 + late)
            at_risk[g] = 0 if late else rows[s, g]
        here = dealt[start:stop]
        if stop > start and groups == PAIR:
            _walk_pair(here, clear, threshold, at_risk, rho, gamma, sums)
        elif stop > start:
            _walk(here, clear, threshold, at_risk, rho, gamma, sums)
        start = stop
    _mirror(sums[2])


@compiled
def _walk_pair(
    keys: Keys,
    clear: np.uint64,
    threshold: float,
    start: Codes,
    rho: Vector,
    gamma: Vector,
    sums: Sums,
) -> None:
    """Walk the keys of one stratum and two groups; everything unweighted stays in registers."""
    weights = rho.size
    plain = weights == 1 and rho[0] == 0.0 and gamma[0] == 0.0
    n_0, n_1, survival = start[0], start[1], 1.0
    none = n_0 - n_0  # a typed 0: a literal would be compiled for once more
    d_0 = d_1 = leave_0 = leave_1 = none
    observed_0 = observed_1 = expected_1 = variance = 0.0
    last = time_of(keys[0], clear)
    for i in range(keys.size + 1):
        now = time_of(keys[i], clear) if i < keys.size else np.inf
        if now - last > threshold:
            d, n = d_0 + d_1, n_0 + n_1
            if d:
                share = n_1 / n
                spread = 1.0 if d == 1 else d * (n - d) / (n - 1.0)
                if plain:
                    observed_0, observed_1 = observed_0 + d_0, observed_1 + d_1
                    expected_1 += d * share
                    variance += spread * share * (1.0 - share)
                else:
                    _add_pair(survival, d_0, d_1, share, spread, rho, gamma, sums)
                    survival = survival * (1.0 - d / n) if d < n else 0.0
            n_0, n_1 = n_0 - leave_0, n_1 - leave_1
            d_0 = d_1 = leave_0 = leave_1 = none
        if i < keys.size:
            last, label = now, int(np.int64(keys[i] & clear))
            event, entering, second = label & 1, label >> 1 & 1, label >> KIND_BITS & 1
            d_0, d_1 = d_0 + (event & 1 - second), d_1 + (event & second)
            gone = 1 - 2 * entering
            leave_0, leave_1 = leave_0 + gone * (1 - second), leave_1 + gone * second
    if plain:
        observed, expected, covariance, _ = sums
        observed[0, 0], observed[0, 1] = observed[0, 0] + observed_0, observed[0, 1] + observed_1
        expected[0, 0] += observed_0 + observed_1 - expected_1
        expected[0, 1] += expected_1
        covariance[0, 0, 0, 0] += variance
        covariance[0, 0, 1, 1] += variance
        covariance[0, 0, 1, 0] -= variance


@compiled
def _add_pair(
    survival: float,
    d_0: int,
    d_1: int,
    share: float,
    spread: float,
    rho: Vector,
    gamma: Vector,
    sums: Sums,
) -> None:
    """Add one moment of two groups, for every weight."""
    observed, expected, covariance, _ = sums
    for a in range(rho.size):
        weight = fleming_harrington(survival, rho[a], gamma[a])
        observed[a, 0] += weight * d_0
        observed[a, 1] += weight * d_1
        expected[a, 0] += weight * (d_0 + d_1) * (1.0 - share)
        expected[a, 1] += weight * (d_0 + d_1) * share
        for b in range(a + 1):
            both = weight * fleming_harrington(survival, rho[b], gamma[b])
            part = both * spread * share * (1.0 - share)
            covariance[a, b, 0, 0] += part
            covariance[a, b, 1, 1] += part
            covariance[a, b, 1, 0] -= part


@compiled
def _walk(
    keys: Keys,
    clear: np.uint64,
    threshold: float,
    start: Codes,
    rho: Vector,
    gamma: Vector,
    sums: Sums,
) -> None:
    """Walk the keys of one stratum and any number of groups."""
    groups, survival = start.size, 1.0
    at_risk, waiting = np.empty(groups, np.int64), np.zeros((groups, KINDS), np.int64)
    share, within = np.empty(groups), (1 << bits_of(groups)) - 1
    for g in range(groups):
        at_risk[g] = start[g]
    last = time_of(keys[0], clear)
    for key in keys:
        now = time_of(key, clear)
        if now - last > threshold:
            survival = _settle(waiting, at_risk, share, survival, rho, gamma, sums)
        last, label = now, np.int64(key & clear)
        waiting[label >> KIND_BITS & within, label & 3] += 1
    _settle(waiting, at_risk, share, survival, rho, gamma, sums)


@compiled
def sums_of_days(  # noqa: PLR0913, PLR0917 - the rows of a trial have this many columns
    time: Vector,
    event: Flags,
    group: Codes,
    stratum: Codes,
    low: float,
    counts: NDArray[np.int32],
    rho: Vector,
    gamma: Vector,
    sums: Sums,
) -> None:
    """Count by stratum, day, group and kind in one pass; then walk the table."""
    rows = sums[3]
    strata, groups = rows.shape
    days = counts.size // (strata * groups * 2)
    for i in range(time.size):
        place = np.int64(time[i] - low)
        if stratum.size:
            place += stratum[i] * days
        counts[(place * groups + group[i]) * 2 + event[i]] += 1
    at_risk, share = np.empty(groups, np.int64), np.empty(groups)
    waiting = np.zeros((groups, KINDS), np.int64)
    for s in range(strata):
        cell = s * days * groups * 2
        for day in range(days):
            for g in range(groups):
                place = cell + (day * groups + g) * 2
                rows[s, g] += counts[place + CENSORED] + counts[place + EVENT]
        for g in range(groups):
            at_risk[g] = rows[s, g]
        survival = 1.0
        for day in range(days):
            for g in range(groups):
                place = cell + (day * groups + g) * 2
                waiting[g, CENSORED] = counts[place + CENSORED]
                waiting[g, EVENT] = counts[place + EVENT]
            survival = _settle(waiting, at_risk, share, survival, rho, gamma, sums)
    _mirror(sums[2])


@compiled
def _settle(
    waiting: Codes,
    at_risk: Codes,
    share: Vector,
    survival: float,
    rho: Vector,
    gamma: Vector,
    sums: Sums,
) -> float:
    """Add one moment, let its rows leave and enter, and step the pooled survival."""
    observed, expected, covariance, _ = sums
    groups, n, d = at_risk.size, 0, 0
    for g in range(groups):
        n += at_risk[g]
        d += waiting[g, EVENT]
    after = survival
    if d:
        after = survival * (1.0 - d / n) if d < n else 0.0
        spread = 1.0 if d == 1 else d * (n - d) / (n - 1.0)
        for g in range(groups):
            share[g] = at_risk[g] / n
        for a in range(rho.size):
            weight = fleming_harrington(survival, rho[a], gamma[a])
            for g in range(groups):
                observed[a, g] += weight * waiting[g, EVENT]
                expected[a, g] += weight * d * share[g]
            for b in range(a + 1):
                both = weight * fleming_harrington(survival, rho[b], gamma[b]) * spread
                for g in range(groups):
                    covariance[a, b, g, g] += both * share[g] * (1.0 - share[g])
                    for h in range(g):
                        covariance[a, b, g, h] -= both * share[g] * share[h]
    for g in range(groups):
        at_risk[g] += waiting[g, ENTERING] - waiting[g, CENSORED] - waiting[g, EVENT]
        waiting[g, CENSORED] = waiting[g, EVENT] = waiting[g, ENTERING] = 0
    return after


@compiled
def _mirror(covariance: NDArray[np.float64]) -> None:
    """Fill the upper triangles from the lower ones."""
    weights, groups = covariance.shape[0], covariance.shape[2]
    for a in range(weights):
        for b in range(a + 1):
            for g in range(groups):
                for h in range(g + 1):
                    covariance[a, b, h, g] = covariance[b, a, h, g] = covariance[a, b, g, h]
                    covariance[b, a, g, h] = covariance[a, b, g, h]
