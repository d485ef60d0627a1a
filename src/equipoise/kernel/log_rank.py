"""Do the groups have the event at the same rate?  Weighted log-rank sums over the risk sets.

At a moment with d events among n at risk, group g has n_g at risk and d_g events (strata apart):

    O_g = Σ w d_g,   E_g = Σ w d n_g / n,
    V_gh = Σ w² d (n - d) / (n - 1) · n_g (δ_gh n - n_h) / n²        (hypergeometric, ties kept)

with the Fleming-Harrington weight w = S(t-)^ρ (1 - S(t-))^γ of the stratum's pooled Kaplan-Meier
estimate just before t (Mantel 1966; Fleming & Harrington 1991, ch. 7).  Several weights are
carried at once, with the covariances between them, for MaxCombo.

Whole days are counted in a table by stratum, day and group.  Other rows are sorted by time, then
dealt out to their strata: thousands of strata need no more memory than one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.labels import label_bits, labelled
from equipoise.kernel.log_rank_walks import Sums, sums_in_order, sums_of_days
from equipoise.kernel.ordering import TIE_TOLERANCE, few_days, labels_fit, survey
from equipoise.kernel.risk_sets import moments


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
    size = rho.size
    sums: Sums = (
        np.zeros((size, groups)),
        np.zeros((size, groups)),
        np.zeros((size, size, groups, groups)),
        np.zeros((strata, groups), np.int64),
    )
    whole, low, high, mean = survey(time)
    if entry is None and whole and few_days(low, high, time.size, groups * strata * 2):
        counts = np.zeros(strata * (int(high - low) + 1) * groups * 2, np.int32)
        sums_of_days(time, event, group, one, low, counts, rho, gamma, sums)
        return LogRankSums(*sums)
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
    sums_in_order(keys, bits, tolerance, rho, gamma, sums)
    return LogRankSums(*sums)


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
    sums = (
        np.zeros((rho.size, groups)),
        np.zeros((rho.size, groups)),
        np.zeros((rho.size, rho.size, groups, groups)),
        np.zeros((strata, groups), np.int64),
    )
    sums_in_order(keys, bits, TIE_TOLERANCE, rho, gamma, sums)
    return sums
