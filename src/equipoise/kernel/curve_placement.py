"""When patients were censored within an interval, told by the size of the curve's steps.

Between two known numbers at risk the counts of `kernel.curve_patients` spread censorings evenly.
Steps coarse beside the reading error say more: S d / n is known well enough to tell n.  A path
c₁ ≤ c₂ ≤ … of patients censored before each point is sought, of least

    Σ (F̂ - F)² / s²  +  mean of (c_k - C u_k)² / (C u_k (1 - u_k) + ½),

u the even (or marked) share and C their nominal number: dynamic programming over c, each state
keeping the rebuilt curve of its best path, within a band around the even one.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled, within_loops

NOBODY = 1e-12  # survival below is floating-point noise
REACH = 3.0  # standard deviations of an even spread, to either side
LEAST_REACH = 3.0  # patients
Cube = NDArray[np.int64]


@within_loops
def _band(share: Vector, censored: int, leaving: int, k: int) -> tuple[int, int]:
    """Give the fewest and most that may be censored before a point."""
    if k < 0:
        return 0, 0
    middle = censored * share[k]
    half = REACH * np.sqrt(max(middle * (1.0 - share[k]), 0.0)) + LEAST_REACH
    return max(0, int(np.ceil(middle - half))), min(leaving, int(np.floor(middle + half)))


@compiled
def place_censored(  # noqa: PLR0913, PLR0917 - compiled code takes no bundles
    target: Matrix,
    share: Vector,
    at_risk: int,
    leaving: int,
    censored: int,
    spread: float,
    start: Vector,
    price: float,
    together: float,
) -> tuple[float, Codes, Codes, Vector]:
    """Give the misfit, the censored before each point, events a cause and point, and F̂ at the end.

    Arguments as of `curve_patients.scan_counts`; `censored` is their nominal number C, and an
    event costs `price`: below 0, more events (and later censorings) are sought; one at the
    point of another costs `together`.  The misfit is infinite where no path fits.

    Witness: law (brute force over all placements of small trials).
    """
    causes, points = target.shape
    wide = 2 * int(REACH * np.sqrt(0.25 * censored) + LEAST_REACH) + 3
    cost = np.full((points + 1, wide), np.inf)
    had = np.zeros((points + 1, wide), np.int64)
    state = np.zeros((points + 1, wide, causes))
    came, events = np.zeros((points, wide), np.int64), np.zeros((points, wide, causes), np.int64)
    lows = np.zeros(points + 1, np.int64)
    cost[0, 0], state[0, 0] = 0.0, start
    trial, drawn = np.zeros(causes), np.zeros(causes, np.int64)
    for k in range(points):
        low, high = _band(share, censored, leaving, k)
        lows[k + 1] = low
        even = censored * share[k]
        scale = (even * (1.0 - share[k]) + 0.5) * points
        for c in range(low, min(high, low + wide - 1) + 1):
            aside = (c - even) * (c - even) / scale
            for i in range(min(wide, c - lows[k] + 1)):
                if not np.isfinite(cost[k, i]):
                    continue
                room = leaving - had[k, i] - c
                if room < 0:
                    continue
                off = _step(target[:, k], state[k, i], at_risk - had[k, i] - c, room, trial, drawn)
                many = drawn.sum()
                total = cost[k, i] + aside + off / (spread * spread) + price * many
                total += together * max(0, many - 1)
                if total < cost[k + 1, c - low]:
                    cost[k + 1, c - low], came[k, c - low] = total, i
                    had[k + 1, c - low] = had[k, i] + many
                    state[k + 1, c - low], events[k, c - low] = trial, drawn
    return _traced(cost, came, events, state, lows)


@within_loops
def _step(
    target: Vector, state: Vector, at_risk: int, room: int, trial: Vector, drawn: Codes
) -> float:
    """Bring the rebuilt curve nearest the target at one point; give the squared distance."""
    survival = 1.0
    for j in range(target.size):
        survival -= state[j]
    off = 0.0
    for j in range(target.size):
        d = 0
        if survival > NOBODY and at_risk > 0 and room > 0:
            d = int(np.floor(at_risk * (target[j] - state[j]) / survival + 0.5))
            d = max(0, min(d, room, at_risk))
        room -= d
        drawn[j] = d
        trial[j] = state[j] + (survival * d / at_risk if d > 0 else 0.0)
        off += (trial[j] - target[j]) * (trial[j] - target[j])
    return off


@within_loops
def _traced(
    cost: Matrix, came: Codes, events: Cube, state: NDArray[np.float64], lows: Codes
) -> tuple[float, Codes, Codes, Vector]:
    """Follow the best path back to the beginning."""
    points, causes = came.shape[0], state.shape[2]
    before, drawn = np.zeros(points, np.int64), np.zeros((causes, points), np.int64)
    at = int(np.argmin(cost[points]))
    least, end = cost[points, at], state[points, at].copy()
    for back in range(points):
        k = points - 1 - back
        before[k] = lows[k + 1] + at
        drawn[:, k] = events[k, at]
        at = came[k, at]
    return least, before, drawn, end
