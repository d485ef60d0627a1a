"""Do two arms' hazards differ by more than a margin?  The score test of a hazard ratio θ.

At a moment with d events, n₁ experimental and n₀ control patients at risk, within each stratum

    p = θ n₁ / (θ n₁ + n₀),   U = Σ d p - d₁,   V = Σ d (n - d) / (n - 1) p (1 - p)

U > 0: fewer experimental events than θ expects.  θ = 1 is the log-rank test; the rehearsed trial
is tested so, too (`simulate.statistics.rank`).
"""

import numpy as np

from equipoise.analyze.contrast import Rows
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.risk_sets import moments


def margin_score(rows: Rows, ratio: float) -> tuple[float, float]:
    """Give the score and its variance at a hazard ratio, summed over strata.

    Args:
        rows: of both arms.
        ratio: experimental over control.

    Witness: the log-rank test at 1; lrstat's `hazardRatioH0`, as rehearsed.
    """
    strata = np.zeros(rows.time.size, dtype=np.int64) if rows.stratum is None else rows.stratum
    score = variance = 0.0
    for stratum in np.unique(strata):
        mine = strata == stratum
        entry = None if rows.entry is None else rows.entry[mine]
        found = _of_stratum(rows.time[mine], entry, rows.event[mine], rows.side[mine], ratio)
        score, variance = score + found[0], variance + found[1]
    return score, variance


def _of_stratum(
    time: Vector, entry: Vector | None, event: Flags, side: Codes, ratio: float
) -> tuple[float, float]:
    placed = moments(time, entry)
    size = placed.time.size
    deaths, at_risk = np.empty((2, size)), np.empty((2, size))
    for arm in (0, 1):
        mine = side == arm
        leaving = np.bincount(placed.exit[mine], minlength=size)
        deaths[arm] = np.bincount(placed.exit[mine & event], minlength=size)
        at_risk[arm] = leaving[::-1].cumsum()[::-1]
        if placed.first is not None:  # those not yet there
            joining = np.bincount(placed.first[mine], minlength=size + 1)
            at_risk[arm] -= joining[::-1].cumsum()[::-1][1 : size + 1]
    here = deaths.sum(axis=0) > 0
    (_, first), (control, experimental) = deaths[:, here], at_risk[:, here]
    events, everyone = deaths[:, here].sum(axis=0), control + experimental
    share = ratio * experimental / (ratio * experimental + control)
    ties = np.where(events > 1, (everyone - events) / np.maximum(everyone - 1.0, 1.0), 1.0)
    variance = events * ties * share * (1.0 - share)
    return float((events * share - first).sum()), float(variance.sum())
