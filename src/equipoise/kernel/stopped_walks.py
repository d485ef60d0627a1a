"""How likely, under any drift, a sequential trial ends beyond where a given trial ended.

In the stage-wise ordering a trial that ended at look k with z lies below all that crossed an
upper bound before, and above all that crossed a lower one, so that

    G(θ) = P_θ(cross an upper bound before k) + P_θ(reach k, Z_k ≥ z)

rises with the drift θ = E[Z_k] / √I_k.  The walk is carried under a drift θ₀ near that of the
trial; the density under another is it times exp((θ - θ₀) S - (θ² - θ₀²) I / 2) on every path
(Jennison & Turnbull 2000, §3.4 and §8.4), and where θ is far the walk is carried anew.  The θ with
G(θ) = q is found by Newton's method on the logit of G, nearly a line, within what follows from

    G(θ) ≤ Σ_j Φ(θ√I_j - u_j) + Φ(θ√I_k - z),    1 - G(θ) ≤ Σ_j Φ(l_j - θ√I_j) + Φ(z - θ√I_k).
"""

import math

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.bound_walks import BAND, MOST, REACH, ROOT_HALF, ROOT_TWO_PI, go_on, shift
from equipoise.kernel.compiling import compiled

STEPS = 80
WALKS = 8  # under drifts that come nearer to the one that is sought
CLOSE = 1e-11  # of a standard deviation of the estimate


@compiled
def chance_beyond(
    drift: float, center: float, information: Vector, cuts: Vector, walks: Matrix, sizes: Codes
) -> tuple[float, float]:
    """Give G and its slope.

    Args:
        drift: θ.
        center: θ₀, under which the walks were carried.
        information: (looks + 1,) from 0.
        cuts: (looks,) score at or above which a trial counts.
        walks: (looks, 2, points) scores and masses of the trials that set out for each look.
        sizes: (looks,) how many points.
    """
    total, slope = 0.0, 0.0
    for look in range(cuts.size):
        before = information[look]
        step = information[look + 1] - before
        sd = math.sqrt(step)
        shift = 0.5 * (drift * drift - center * center) * before
        for i in range(sizes[look]):
            score = walks[look, 0, i]
            mass = walks[look, 1, i] * math.exp((drift - center) * score - shift)
            away = (cuts[look] - score - drift * step) / sd
            tail = 0.5 * math.erfc(away * ROOT_HALF)
            total += mass * tail
            near = sd * math.exp(-0.5 * away * away) / ROOT_TWO_PI
            slope += mass * ((score - drift * before) * tail + near)
    return total, slope


@compiled
def carry(
    information: Vector,
    upper: Vector,
    lower: Vector,
    center: float,
    within: tuple[float, float],
    mesh: tuple[Matrix, Matrix],
    walks: Matrix,
    sizes: Codes,
) -> int:
    """Carry the trials that go on to every look; 0: it takes too many points.

    Args:
        information: (looks + 1,) from 0.
        upper: (looks,) score; the last is not asked.
        lower: likewise.
        center: drift.
        within: least and most drift that matter.
        mesh: of `bound_walks`.
        walks: (looks, 2, points) to be filled.
        sizes: (looks,) likewise.
    """
    walks[0, 0, 0], walks[0, 1, 0], sizes[0] = 0.0, 1.0, 1
    for look in range(upper.size - 1):
        step = information[look + 1] - information[look]
        reach = REACH * math.sqrt(information[look + 1])
        low = max(lower[look], within[0] * information[look + 1] - reach)
        high = min(upper[look], within[1] * information[look + 1] + reach)
        ahead = math.sqrt(information[look + 2] - information[look + 1])
        size = sizes[look]
        shift(walks[look], size, center * step)
        filled = go_on(walks[look], size, math.sqrt(step), low, high, ahead, mesh, walks[look + 1])
        shift(walks[look], size, -center * step)
        if filled < 0:
            return 0
        sizes[look + 1] = filled
    return 1


@compiled
def drift_with(
    target: float,
    within: tuple[float, float],
    center: float,
    information: Vector,
    cuts: Vector,
    walks: Matrix,
    sizes: Codes,
) -> float:
    """Find the drift at which G is the target."""
    low, high = within
    close = CLOSE / math.sqrt(information[-1])
    goal = math.log(target / (1.0 - target))
    at = min(max(center, low), high)
    for _ in range(STEPS):
        chance, slope = chance_beyond(at, center, information, cuts, walks, sizes)
        low, high = (at, high) if chance < target else (low, at)
        inside = 0.0 < chance < 1.0 and slope > 0.0
        move = 0.0
        if inside:
            logit = math.log(chance / (1.0 - chance))
            move = (goal - logit) * chance * (1.0 - chance) / slope
            if abs(move) < close:
                return at + move
        if not inside or not low <= at + move <= high:
            move = 0.5 * (low + high) - at
            if high - low < close:
                return at + move
        at += move
    return np.nan


@compiled
def near(drift: float, center: float, information: Vector) -> bool:
    """Tell whether what a walk under one drift leaves out is nothing under another, too."""
    largest = 0.0
    for look in range(information.size - 1):
        largest = max(largest, information[look + 1] - information[look])
    return abs(drift - center) * math.sqrt(largest) <= BAND - REACH


@compiled
def settle(
    target: float,
    within: tuple[float, float],
    path: tuple[Vector, Vector, Vector],
    center: float,
    mesh: tuple[Matrix, Matrix],
    walks: Matrix,
    sizes: Codes,
) -> tuple[float, float]:
    """Find the drift at which G is the target, by walks under a drift near it; NaN: not found.

    Args:
        target: of G.
        within: least and most that the drift can be.
        path: information from 0, scores of the upper bounds with the last z, of the lower ones.
        center: drift that `walks` are under.
        mesh: of `bound_walks`.
        walks: of `carry`, carried anew where the drift found is far.
        sizes: likewise.

    Returns:
        The drift, and the one that the walks are under now.
    """
    information, cuts, below = path
    wide = (min(within[0], 0.0), max(within[1], 0.0))
    for _ in range(WALKS):
        drift = drift_with(target, within, center, information, cuts, walks, sizes)
        if math.isnan(drift) or near(drift, center, information):
            return drift, center
        center = drift
        if carry(information, cuts, below, center, wide, mesh, walks, sizes) == 0:
            return np.nan, center
    return np.nan, center


@compiled
def stopped_trials(
    z: Vector,
    information: Matrix,
    upper: Matrix,
    lower: Matrix,
    looks: Codes,
    targets: Vector,
    farthest: float,
    mesh: tuple[Matrix, Matrix],
) -> tuple[Matrix, Flags]:
    """Give G(0) and the drifts at which G is each target, in many stopped trials.

    Args:
        z: (trials,) where each ended.
        information: (trials, looks) increasing, up to the look at which it did.
        upper: (trials, looks) z of the looks before; inf where none.
        lower: likewise, -inf where none.
        looks: (trials,) how many there are, the last one included.
        targets: (targets,) increasing.
        farthest: z that the least target, and 1 less the largest, shared by all looks, have.
        mesh: of `bound_walks`.

    Returns:
        (trials, 1 + targets), and whether they were found.

    Accuracy: 1e-9 in units of a standard error.
    Witness: `stopping_probability` under the drifts found.
    """
    trials = z.size
    result = np.full((trials, 1 + targets.size), np.nan)
    found = np.zeros(trials, dtype=np.bool_)
    most = information.shape[1]
    walks, sizes = np.zeros((most, 2, MOST)), np.zeros(most, dtype=np.int64)
    path, up, down = np.zeros(most + 1), np.zeros(most), np.zeros(most)
    for trial in range(trials):
        count = looks[trial]
        last = math.sqrt(information[trial, count - 1])
        center, above = z[trial] / last, -np.inf
        low, high = center - farthest / last, center + farthest / last
        for look in range(count):
            root = math.sqrt(information[trial, look])
            path[look + 1] = information[trial, look]
            up[look], down[look] = upper[trial, look] * root, lower[trial, look] * root
            if look + 1 < count:
                low = min(low, (upper[trial, look] - farthest) / root)
                high = max(high, (lower[trial, look] + farthest) / root)
                center = min(center, upper[trial, look] / root)
                above = max(above, lower[trial, look] / root)
        up[count - 1], center = z[trial] * last, max(center, above)
        here, cuts, below = path[: count + 1], up[:count], down[:count]
        wide = (min(low, 0.0), max(high, 0.0))
        if carry(here, cuts, below, center, wide, mesh, walks, sizes) == 0:
            continue
        found[trial] = True
        for which in range(targets.size):
            drift, center = settle(
                targets[which], (low, high), (here, cuts, below), center, mesh, walks, sizes
            )
            result[trial, 1 + which] = drift
            found[trial] &= not math.isnan(drift)
        if not near(0.0, center, here):
            center = 0.0
            found[trial] &= carry(here, cuts, below, center, wide, mesh, walks, sizes) == 1
        result[trial, 0] = chance_beyond(0.0, center, here, cuts, walks, sizes)[0]
    return result, found
