"""The fewest outcomes to change until the log-rank test crosses its threshold.

A patient who leaves at a moment t_j with n at risk (n₁ experimental) has, or has not, an event;
changing that leaves every risk set as it was.  With U = Σ (E₁ - O₁) and V = Σ v_j,

    ΔU = ± (n₁/n - 1)  experimental,   ± n₁/n  control;      v_j = d (n - d) n₁ n₀ / (n² (n - 1)),

so the search is for the smallest set of ΔU, ΔV with U - c √V below (or above) 0.  Since
√V ≤ λV + 1/(4λ) for every λ, and √V is no less than its chord, sorting ΔU - cλΔV gives both sets
that suffice and proofs that no smaller one does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.risk_sets import moments

AROUND = np.geomspace(0.5, 2.0, 15)  # times V, of the λ tried
PIECE = 1.02  # ratio of the ends of a chord
MOST_SETS = 10_000  # of changes that are tried one by one
NOISE = 1e-12  # in units of V, of a sum of the log-rank test


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Every patient's outcome, and what changing it does to the log-rank test."""

    score: float  # U, above 0 where the experimental arm is better
    variance: float  # V
    moment: Codes  # row → the moment it leaves
    step: Codes  # row → 1: the change adds an event; -1: it takes one away
    moved: Vector  # row → ΔU
    slope: Vector  # moment → dV per event: v_j (d + m) - v_j (d) = slope m - curve m²
    curve: Vector  # moment
    alone: Flags  # row → no one else leaves at its moment

    def mirrored(self) -> "Outcomes":
        """See the same test from the other arm."""
        return Outcomes(
            -self.score,
            self.variance,
            self.moment,
            self.step,
            -self.moved,
            self.slope,
            self.curve,
            self.alone,
        )

    def after(self, rows: Codes) -> tuple[Vector, Vector]:
        """Give U and V after each of these changes, made one after the other."""
        score = self.score + np.cumsum(self.moved[rows])
        variance, net = np.empty(rows.size), dict.fromkeys(self.moment[rows].tolist(), 0)
        now = self.variance
        for k, row in enumerate(rows.tolist()):
            j, s = int(self.moment[row]), int(self.step[row])
            before, net[j] = net[j], net[j] + s
            now += self.slope[j] * s - self.curve[j] * (net[j] ** 2 - before**2)
            variance[k] = now
        return score, np.maximum(variance, 0.0)

    def z_after(self, rows: Codes) -> Vector:
        """Give z after each change; 0 where the test is gone."""
        score, variance = self.after(rows)
        known = variance > NOISE * max(self.variance, 1.0)
        return np.divide(score, np.sqrt(variance), out=np.zeros_like(score), where=known)


@dataclass(frozen=True, slots=True)
class Found:
    """A set of changes that suffices, and the fewest that any such set must have."""

    rows: tuple[int, ...]
    at_least: int


def outcomes_of(time: Vector, event: Flags, group: Codes) -> Outcomes:
    """Lay out what each change of an outcome does.

    Witness: `log_rank` on the changed rows.
    """
    placed = moments(time)
    size, leaves = placed.time.size, placed.exit
    at_risk, others = (
        np.cumsum(np.bincount(leaves[who], minlength=size)[::-1])[::-1].astype(np.float64)
        for who in (np.ones(time.size, np.bool_), group == 0)
    )
    mine = at_risk - others
    died = np.bincount(leaves, weights=event, minlength=size)
    mine_died = np.bincount(leaves, weights=event & (group == 1), minlength=size)
    share = mine / at_risk
    curve = np.divide(share * (1.0 - share), at_risk - 1.0, out=np.zeros(size), where=at_risk > 1.0)
    step = np.where(event, -1, 1)
    return Outcomes(
        score=float((died * share - mine_died).sum()),
        variance=float((curve * died * (at_risk - died)).sum()),
        moment=leaves,
        step=step,
        moved=step * (share[leaves] - (group == 1)),
        slope=curve * (at_risk - 2.0 * died),
        curve=curve,
        alone=(np.bincount(leaves, minlength=size) == 1)[leaves],
    )


def fewest_to_lose(given: Outcomes, threshold: float, *, both: bool) -> Found | None:
    """Find the fewest changes after which z is no longer above the threshold.

    Args:
        given: with z above the threshold.
        threshold: of z.
        both: nor may it be below minus the threshold.

    Witness: every set of changes of small trials, one by one.
    """
    best: Codes | None = None
    for order in _orders(given, threshold, sign=1.0):
        z = given.z_after(order[: order.size if best is None else best.size - 1])
        enough = np.flatnonzero((z <= threshold) & ((z >= -threshold) | (not both)))
        if enough.size:
            best = order[: int(enough[0]) + 1]
    if best is None:
        return None
    needed = 1
    for weight in 1.0 / (2.0 * np.sqrt(given.variance * AROUND)):
        reach = np.cumsum(np.sort(_linear(given, threshold * weight, upper=True)))
        short = given.score - threshold * (weight * given.variance + 1.0 / (4.0 * weight)) + reach
        enough = np.flatnonzero(short <= NOISE)
        needed = max(needed, int(enough[0]) + 1 if enough.size else best.size)
    found = Found(tuple(best.tolist()), min(needed, best.size))
    return _settled(given, found, lambda z: z <= threshold and (z >= -threshold or not both))


def fewest_to_gain(given: Outcomes, threshold: float) -> Found | None:
    """Find the fewest changes after which z is above the threshold.

    Args:
        given: with z not above it.
        threshold: of z.

    Witness: every set of changes of small trials, one by one.
    """
    best: Codes | None = None
    for order in _orders(given, threshold, sign=-1.0):
        z = given.z_after(order[: order.size if best is None else best.size - 1])
        enough = np.flatnonzero(z > threshold)
        if enough.size:
            best = order[: int(enough[0]) + 1]
    if best is None:
        return None
    found = Found(tuple(best.tolist()), _fewest_that_gain(given, threshold, best.size))
    return _settled(given, found, lambda z: z > threshold)


def _settled(given: Outcomes, found: Found, enough: Callable[[float], bool]) -> Found:
    """Try every smaller set that is not ruled out, where they are few: many share a moment."""
    for many in range(found.at_least, len(found.rows)):
        if comb(given.moved.size, many) > MOST_SETS:
            return found
        for rows in combinations(range(given.moved.size), many):
            if enough(float(given.z_after(np.array(rows))[-1])):
                return Found(rows, many)
        found = Found(found.rows, many + 1)
    return found


def _orders(given: Outcomes, threshold: float, *, sign: float) -> list[Codes]:
    """Give orders of changes to try: the best of each λ first."""
    variance = given.variance
    if not variance > 0.0:
        variance = float(given.curve.sum()) or 1.0
    orders = []
    for weight in 1.0 / (2.0 * np.sqrt(variance * AROUND)):
        gain = sign * _linear(given, threshold * weight, upper=sign > 0.0)
        orders.append(np.argsort(gain, kind="stable"))
    return orders


def _linear(given: Outcomes, weight: float, *, upper: bool) -> Vector:
    """Give ΔU - weight ΔV of each change, with ΔV no less (or no more) than its share.

    A change alone at its moment has its own ΔV; of several the square of their net number is
    between 0 and their number times that of those who leave.
    """
    crowd = np.bincount(given.moment, minlength=given.slope.size)[given.moment]
    square = np.where(given.alone, 1.0, 0.0 if upper else crowd)
    of = given.moment
    return given.moved - weight * (given.slope[of] * given.step - given.curve[of] * square)


def _fewest_that_gain(given: Outcomes, threshold: float, found: int) -> int:
    """Tell how many changes are needed at the least: none fewer reach the threshold."""
    own = given.slope[given.moment] * given.step
    crowd = np.bincount(given.moment, minlength=given.slope.size)[given.moment]
    low = given.variance + np.cumsum(np.sort(own - given.curve[given.moment] * crowd))[:found]
    high = given.variance + np.cumsum(np.sort(own)[::-1])[:found]
    ends = _chords(max(float(low.min()), 0.0), max(float(high.max()), given.variance, 1e-9))
    needed = found
    for a, b in pairwise(ends.tolist()):
        slope = (np.sqrt(b) - np.sqrt(a)) / (b - a)
        level = np.sqrt(a) - slope * a
        reach = np.cumsum(np.sort(_linear(given, threshold * slope, upper=False))[::-1])
        short = given.score - threshold * (level + slope * given.variance) + reach
        enough = np.flatnonzero(short >= -NOISE)
        if enough.size:
            needed = min(needed, int(enough[0]) + 1)
    return max(needed, 1)


def _chords(least: float, most: float) -> Vector:
    """Cut a range of V into pieces on which the chord of √V is close to it."""
    smallest = max(least, most * 1e-4)
    pieces = max(1, int(np.ceil(np.log(most / smallest) / np.log(PIECE))))
    ends = np.geomspace(smallest, most, pieces + 1) if most > smallest else np.array([most])
    return ends if least >= smallest and ends.size > 1 else np.concatenate([[0.0], ends])
