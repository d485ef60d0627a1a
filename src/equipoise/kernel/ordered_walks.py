"""How likely a sequential trial ends with an outcome at or above a given one, wherever it ends.

Outcomes (I, S) are ordered by (S - θI) / I^a, so that of those of a look at I_j

    at or above (I, s):    S_j ≥ θ I_j + (s - θI) (I_j / I)^a,
    a = 1    sample mean S / I, whatever θ (Emerson & Fleming 1990)
    a = 1/2  signed root of the likelihood ratio against θ (Chang 1989; Rosner & Tsiatis 1988)
    a = 0    score against θ (Rosner & Tsiatis 1988)

and G(θ) sums the chances, under θ, that the trial ends at a look with such an outcome.  Where the
order depends on θ, G need not rise throughout: {θ: G(θ) > q} is searched on a grid, its least
point is the limit (of {θ: G(θ) < q} the greatest), and a second crossing is told.  Walks are
carried as in `stopped_walks`.
"""

import math
from typing import TypeAlias

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.bound_walks import MOST, ROOT_HALF
from equipoise.kernel.compiling import compiled
from equipoise.kernel.stopped_walks import carry, near

STEPS = 120
PATIENCE = 12  # secants, after which every other step halves the range
CLOSE = 1e-11  # of a standard deviation of the estimate
SETTLED = 1e-12  # of a logit: what is left is rounding
SMALLEST, ROUNDING = 1e-300, 1e-16
GRID = 32  # intervals that the range of a limit is searched by
MIDDLE = 0.5

Outcome: TypeAlias = tuple[float, float, float]  # score, information, a
Path: TypeAlias = tuple[Vector, Vector, Vector]  # information from 0, upper and lower scores
Walked: TypeAlias = tuple[
    Outcome,
    Path,
    tuple[float, float],  # least and most drift that matter
    tuple[Matrix, Matrix],  # mesh of `bound_walks`
    Matrix,  # walks and their sizes, as of `carry`
    Codes,
]


@compiled
def chance_of(
    drift: float, center: float, outcome: Outcome, path: Path, walks: Matrix, sizes: Codes
) -> float:
    """Give G from walks that were carried under a drift near this one."""
    score, seen, power = outcome
    information, upper, lower = path
    looks, total = upper.size, 0.0
    for look in range(looks):
        before, at = information[look], information[look + 1]
        step, sd = at - before, math.sqrt(at - before)
        cut = drift * at + (score - drift * seen) * (at / seen) ** power
        last = look + 1 == looks
        above = cut if last else max(cut, upper[look])
        within = not last and cut < lower[look]
        tilt = 0.5 * (drift * drift - center * center) * before
        for i in range(sizes[look]):
            if walks[look, 1, i] <= 0.0:  # so far away that no drift near here leads there
                continue
            mean = walks[look, 0, i] + drift * step
            tail = math.erfc((above - mean) / sd * ROOT_HALF)
            if within:
                tail += math.erfc((cut - mean) / sd * ROOT_HALF)
                tail -= math.erfc((lower[look] - mean) / sd * ROOT_HALF)
            mass = walks[look, 1, i] * math.exp((drift - center) * walks[look, 0, i] - tilt)
            total += 0.5 * mass * tail
    return min(total, 1.0)  # but for rounding


@compiled
def chance_at(drift: float, center: float, trial: Walked) -> tuple[float, float]:
    """Give G, and the drift that the walks are under now; NaN: it takes too many points."""
    outcome, path, wide, mesh, walks, sizes = trial
    information, upper, lower = path
    if not near(drift, center, information):
        center = drift
        if carry(information, upper, lower, center, wide, mesh, walks, sizes) == 0:
            return np.nan, center
    return chance_of(drift, center, outcome, path, walks, sizes), center


@compiled
def logit(chance: float) -> float:
    """Give the logarithm of the odds, within what numbers can tell."""
    chance = min(max(chance, SMALLEST), 1.0 - ROUNDING)
    return math.log(chance / (1.0 - chance))


@compiled
def crossing(
    target: float, within: tuple[float, float], center: float, trial: Walked
) -> tuple[float, float]:
    """Find a drift between two at which G comes to the target; NaN: not found."""
    low, high = within
    goal, close = logit(target), CLOSE / math.sqrt(trial[1][0][-1])
    at = 0.5 * (low + high)
    before, value_before = np.nan, np.nan
    for count in range(STEPS):
        chance, center = chance_at(at, center, trial)
        if math.isnan(chance):
            return np.nan, center
        value = logit(chance) - goal
        low, high = (at, high) if value < 0.0 else (low, at)
        following = 0.5 * (low + high)
        halve = count > PATIENCE and count % 2 == 1  # where the secants crawl
        if value != value_before and not math.isnan(before) and not halve:
            secant = at - value * (at - before) / (value - value_before)
            following = secant if low <= secant <= high else following
        if abs(value) < SETTLED:
            return at, center
        if abs(following - at) < close or high - low < close:
            return following, center
        before, value_before, at = at, value, following
    return np.nan, center


@compiled
def searched(
    target: float, grid: Vector, chances: Vector, center: float, trial: Walked
) -> tuple[float, float, bool]:
    """Find the drift with G at the target: the least above it, or the greatest below.

    Below one half the least is sought, above it the greatest, at one half the middle of both.

    Returns:
        The drift, that which the walks are under now, and whether G crosses more than once.
    """
    first, last = 0, grid.size - 1
    while first < grid.size - 1 and chances[first] <= target:
        first += 1
    while last > 0 and chances[last] >= target:
        last -= 1
    several = last >= first
    least = greatest = np.nan
    if target <= MIDDLE:
        within = (grid[max(first - 1, 0)], grid[first])
        least, center = crossing(target, within, center, trial)
        if target < MIDDLE or not several:
            return least, center, several
    within = (grid[last], grid[min(last + 1, grid.size - 1)])
    greatest, center = crossing(target, within, center, trial)
    drift = greatest if target > MIDDLE else 0.5 * (least + greatest)
    return drift, center, several


@compiled
def farthest_drifts(outcome: Outcome, path: Path, farthest: float) -> tuple[float, float]:
    """Give drifts between which G comes to the targets, by the tail of each look alone."""
    score, seen, power = outcome
    information, upper, lower = path
    middle = score / seen
    low = high = middle
    for look in range(upper.size):
        at = information[look + 1]
        root = math.sqrt(at)
        if power < 1.0:  # |θ - θ̂| from which on the tail at the cut is beyond `farthest`
            reach = farthest / (root * (seen / at) ** (1.0 - power))
            low, high = min(low, middle - reach), max(high, middle + reach)
            continue
        cut, last = middle * at, look + 1 == upper.size
        above = cut if last or cut < lower[look] else max(cut, upper[look])
        below = cut if last or upper[look] < cut else min(cut, lower[look])
        low = min(low, above / at - farthest / root)
        high = max(high, below / at + farthest / root)
    return low, high


@compiled
def ordered_trial(
    outcome: Outcome,
    path: Path,
    targets: Vector,
    farthest: float,
    mesh: tuple[Matrix, Matrix],
    walks: Matrix,
    sizes: Codes,
    result: Vector,
) -> tuple[bool, bool]:
    """Fill in G(0) and the drifts with G at each target; tell if found, and if one is a hull."""
    score, seen, power = outcome
    information = path[0]
    center = score / seen
    low, high = farthest_drifts(outcome, path, farthest)
    intervals = GRID if power < 1.0 else 1
    grid, chances = np.zeros(intervals + 1), np.zeros(intervals + 1)
    for i in range(intervals + 1):
        grid[i] = low + (high - low) * i / intervals
    wide = (min(grid[0], 0.0), max(grid[-1], 0.0))
    chances[-1] = 1.0
    if carry(information, path[1], path[2], center, wide, mesh, walks, sizes) == 0:
        return False, False
    trial = (outcome, path, wide, mesh, walks, sizes)
    if power < 1.0:
        for i in range(intervals + 1):
            chances[i], center = chance_at(grid[i], center, trial)
            if math.isnan(chances[i]):
                return False, False
    found, hull = True, False
    for which in range(targets.size):
        drift, center, several = searched(targets[which], grid, chances, center, trial)
        result[1 + which] = drift
        found &= not math.isnan(drift)
        hull |= several
    result[0], center = chance_at(0.0, center, trial)
    return found and not math.isnan(result[0]), hull


@compiled
def ordered_trials(
    score: Vector,
    seen: Vector,
    paths: tuple[Matrix, Matrix, Matrix],
    looks: Codes,
    power: float,
    targets: Vector,
    farthest: float,
    mesh: tuple[Matrix, Matrix],
) -> tuple[Matrix, Flags, Flags]:
    """Give G(0) and the drifts at which G comes to each target, in many trials.

    Args:
        score: (trials,) where each ended, z √information.
        seen: (trials,) information there.
        paths: (trials, looks) each: information, increasing, of all looks it could have ended at;
            z at or above which it did, before the last, inf where none; likewise at or below,
            -inf where none.
        looks: (trials,) how many there are.
        power: a.
        targets: (targets,) increasing.
        farthest: z that the least target, and 1 less the largest, shared by all looks, have.
        mesh: of `bound_walks`.

    Returns:
        (trials, 1 + targets), whether they were found, and where G crosses a target repeatedly.

    Accuracy: 1e-9 in units of a standard error.
    Witness: `stopping_probability` with outcomes as bounds; quadrature over all looks at once.
    """
    information, upper, lower = paths
    trials, most = information.shape
    result = np.full((trials, 1 + targets.size), np.nan)
    found, hull = np.zeros(trials, dtype=np.bool_), np.zeros(trials, dtype=np.bool_)
    walks, sizes = np.zeros((most, 2, MOST)), np.zeros(most, dtype=np.int64)
    at, up, down = np.zeros(most + 1), np.zeros(most), np.zeros(most)
    for trial in range(trials):
        count = looks[trial]
        for look in range(count):
            root = math.sqrt(information[trial, look])
            at[look + 1] = information[trial, look]
            up[look], down[look] = upper[trial, look] * root, lower[trial, look] * root
        path = (at[: count + 1], up[:count], down[:count])
        outcome = (score[trial], seen[trial], power)
        found[trial], hull[trial] = ordered_trial(
            outcome, path, targets, farthest, mesh, walks, sizes, result[trial]
        )
    return result, found, hull
