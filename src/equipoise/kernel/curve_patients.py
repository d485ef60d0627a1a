"""Whole numbers of events and censorings that bring a curve back, between two known risk sets.

With n at risk at a point and Ŝ the rebuilt survival just before it, d_j events of cause j move

    F̂_j += Ŝ d_j / n,      Ŝ *= 1 - Σ d_j / n,                (Kaplan-Meier, Aalen-Johansen)

so the count that brings F̂_j nearest the curve's F_j is n (F_j - F̂_j) / Ŝ, rounded; what rounding
leaves over is carried to the next point.  Between R and R' at risk, C are censored on a given
schedule and D = R - R' - C have the event: every C is tried, and rounding up sooner or later
than at one half, and the misfit of each told in standard deviations of the reading.
"""

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled, within_loops

NOBODY = 1e-12  # survival below is floating-point noise
CAUTION = 2.0  # misfit per censoring that finds no place on the schedule


@within_loops
def _walk(  # noqa: PLR0913, PLR0917 - compiled code takes no bundles
    target: Matrix,
    share: Vector,
    at_risk: int,
    leaving: int,
    censored: int,
    threshold: float,
    spread: float,
    start: Vector,
    events: Codes,
    state: Vector,
) -> float:
    """Go through the points of one interval; `events` is written when it has room.

    `start` and `state` hold F̂ of each cause.  Returns the misfit; the events' number is
    `state[-1]`.
    """
    causes, points = target.shape
    survival = 1.0
    for j in range(causes):
        state[j] = start[j]
        survival -= start[j]
    left, misfit, keep = leaving - censored, 0.0, events.shape[0] > 0
    had = 0
    for k in range(points):
        n = at_risk - had - int(np.floor(censored * share[k] + 0.5))
        before = survival
        room = left - had
        for j in range(causes):
            d = 0
            if before > NOBODY and n > 0 and room > 0:
                d = int(np.floor(n * (target[j, k] - state[j]) / before + threshold))
                d = max(0, min(d, room, n))
            if d > 0:
                state[j] += before * d / n
                survival -= before * d / n
                had += d
                room -= d
                if keep:
                    events[j, k] = d
            off = (state[j] - target[j, k]) / spread
            misfit += off * off
        survival = max(survival, 0.0)
    state[causes] = had
    return misfit


@compiled
def walk_counts(  # noqa: PLR0913, PLR0917 - compiled code takes no bundles
    target: Matrix,
    share: Vector,
    at_risk: int,
    leaving: int,
    censored: int,
    threshold: float,
    spread: float,
    start: Vector,
    events: Codes,
) -> Vector:
    """Write events a cause and point; give F̂ of each cause afterwards, then events in all."""
    state = np.zeros(target.shape[0] + 1)
    _walk(target, share, at_risk, leaving, censored, threshold, spread, start, events, state)
    return state


@compiled
def scan_counts(
    target: Matrix,
    share: Vector,
    at_risk: int,
    leaving: int,
    thresholds: Vector,
    spread: float,
    start: Vector,
) -> tuple[Matrix, Codes]:
    """Tell the misfit and the events of every number censored, and every threshold.

    Args:
        target: F of each cause (row) at each point (column).
        share: of the interval's censorings that come before each point.
        at_risk: patients at its beginning.
        leaving: of these, those no longer at risk at its end.
        thresholds: of rounding up a count of events.
        spread: standard deviation of a value as read.
        start: F̂ of each cause at the beginning.

    Witness: law (brute force over all counts of small trials).
    """
    misfit = np.zeros((leaving + 1, thresholds.size))
    had = np.zeros((leaving + 1, thresholds.size), np.int64)
    nothing = np.zeros((0, 0), np.int64)
    state = np.zeros(target.shape[0] + 1)
    for c in range(leaving + 1):
        for i in range(thresholds.size):
            cost = _walk(
                target,
                share,
                at_risk,
                leaving,
                c,
                thresholds[i],
                spread,
                start,
                nothing,
                state,
            )
            had[c, i] = int(state[target.shape[0]])
            over = leaving - c - had[c, i]
            aside = thresholds[i] - 0.5
            misfit[c, i] = cost + CAUTION * over + aside * aside
    return misfit, had
