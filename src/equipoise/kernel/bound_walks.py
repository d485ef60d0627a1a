"""The bounds that spend given errors, along many paths of information at once.

What `sequential_walk` does for one design with all care, compiled for thousands of paths that
all differ: the sub-density of the score over the trials still running, on Gauss-Legendre points,
stepped look by look, and at each look the z that spends what is due (Jennison & Turnbull 2000,
ch. 19).  Upper bounds spend on the first walk, lower bounds on the last; both stop both walks.

    one walk    the lower bounds are given, mirror the upper ones, or spend like them
    two walks   the lower bounds spend under another drift, and are binding

Newton's method on the logarithm of the tail starts at the z that spends as much without earlier
looks, which lies beyond the bound, and so comes down to it without overshooting.
"""

import math

import numpy as np

from equipoise.kernel.arrays import Flags, Matrix
from equipoise.kernel.compiling import compiled
from equipoise.kernel.quadrature import gauss_legendre

REACH = 7.6  # standard deviations kept around what matters; beyond lies < 1.5e-14
NODES_PER_SD = 2.3  # of the finer of the two steps that meet at a look
NODES_MORE = 12
PANEL = 64  # points
MOST = 40_000  # points: enough for looks that share all but a millionth of their information
BAND = 12.0  # standard deviations of a step: what comes from farther adds nothing
ROUNDING = 1e-14  # of an error due: spent already
OVER = 1e-11  # likewise: too much is
STEPS = 60
CLOSE = 1e-11  # of a standard deviation
ROOT_HALF, ROOT_TWO_PI = math.sqrt(0.5), math.sqrt(2.0 * math.pi)


def points_and_weights() -> tuple[Matrix, Matrix]:
    """Give Gauss-Legendre points and weights of 8, 16, ... 64 points, a row each."""
    nodes, weights = np.zeros((2, PANEL // 8, PANEL))
    for row in range(PANEL // 8):
        size = 8 * (row + 1)
        nodes[row, :size], weights[row, :size] = gauss_legendre(size)
    return nodes, weights


@compiled
def beyond(walk: Matrix, size: int, sd: float, side: float, cut: float) -> tuple[float, float]:
    """Give the chance of side × score ≥ cut on arriving, and the density of the score there."""
    tail, density = 0.0, 0.0
    for i in range(size):
        away = (cut - side * walk[0, i]) / sd
        tail += walk[1, i] * math.erfc(away * ROOT_HALF)
        density += walk[1, i] * math.exp(-0.5 * away * away)
    return 0.5 * tail, density / (sd * ROOT_TWO_PI)


@compiled
def shift(walk: Matrix, size: int, step: float) -> None:
    """Move all scores by a step of the mean."""
    for i in range(size):
        walk[0, i] += step


@compiled
def spending(walk: Matrix, size: int, sd: float, side: float, spend: float, start: float) -> float:
    """Give the cut with a chance of side × score ≥ cut that is `spend`; NaN: not found."""
    if size == 1:
        return start
    everyone, at = 0.0, start
    for i in range(size):
        everyone += walk[1, i]
    if spend >= everyone:
        return -np.inf
    for _ in range(STEPS):
        tail, density = beyond(walk, size, sd, side, at)
        if not (tail > 0.0 and density > 0.0):
            return np.nan
        move = math.log(tail / spend) * tail / density
        at += move
        if abs(move) < CLOSE * sd:
            return at
    return np.nan


@compiled
def bound(
    walk: Matrix,
    size: int,
    sd: float,
    side: float,
    cut: float,
    due: float,
    spent: float,
    start: float,
) -> tuple[float, float]:
    """Give side × bound as a score, as given (`cut`) or that spends, and what is spent with it."""
    if not math.isnan(cut):
        if abs(cut) < np.inf:
            spent += beyond(walk, size, sd, side, cut)[0]
        return cut, spent
    if due - spent < -OVER * due:
        return np.nan, spent
    if due - spent <= ROUNDING * due:
        return np.inf, spent
    return spending(walk, size, sd, side, due - spent, start), due


@compiled
def go_on(
    walk: Matrix,
    size: int,
    sd: float,
    low: float,
    high: float,
    ahead: float,
    mesh: tuple[Matrix, Matrix],
    fresh: Matrix,
) -> int:
    """Put the density of scores between two on points of its own; -1: it takes too many.

    Args:
        walk: (2, points) scores on arriving (their means), rising, and masses.
        size: how many there are.
        sd: of the step that arrives.
        low: score.
        high: score.
        ahead: standard deviation of the step to come.
        mesh: of `points_and_weights`.
        fresh: (2, points) to be filled.
    """
    if not low < high:
        return 0
    nodes, weights = mesh
    needed = NODES_PER_SD * (high - low) / min(sd, ahead)
    cuts = 1 if needed <= PANEL - NODES_MORE else math.ceil(needed / (PANEL - NODES_MORE))
    row = math.ceil((NODES_MORE + needed / cuts) / 8.0) - 1
    each = 8 * (row + 1)
    if cuts * each > fresh.shape[1]:
        return -1
    half = 0.5 * (high - low) / cuts
    filled = first = last = 0
    for cut in range(cuts):
        for node in range(each):
            score = low + half * (2 * cut + 1 + nodes[row, node])
            while first < size and walk[0, first] < score - BAND * sd:
                first += 1
            while last < size and walk[0, last] <= score + BAND * sd:
                last += 1
            density = 0.0
            for i in range(first, last):
                away = (score - walk[0, i]) / sd
                density += walk[1, i] * math.exp(-0.5 * away * away)
            fresh[0, filled] = score
            fresh[1, filled] = density * half * weights[row, node] / (sd * ROOT_TWO_PI)
            filled += 1
    return filled


@compiled
def draw_path(
    information: Matrix,
    mean: Matrix,
    upper: Matrix,
    lower: Matrix,
    floor: Matrix,
    mirrored: int,
    mesh: tuple[Matrix, Matrix],
    room: Matrix,
) -> int:
    """Find the bounds of one path, where they are NaN; 0: they were not all found.

    Args:
        information: (walks, looks) increasing.
        mean: (walks, looks) of the score.
        upper: (3, looks) z as given, or NaN; cumulative error to have spent; z to start from.
        lower: (3, looks) likewise, of side -1: -z, ...
        floor: (walks, looks) score below which a walk need not be followed.
        mirrored: 1: the lower bounds are the upper ones with the other sign.
        mesh: of `points_and_weights`.
        room: (walks, 2, 2, points) to work in.
    """
    walks, looks = information.shape
    size = np.ones(walks, dtype=np.int64)
    sd, root = np.zeros(walks), np.zeros(walks)
    for w in range(walks):
        room[w, 0, 0, 0], room[w, 0, 1, 0] = 0.0, 1.0
    spent = low_spent = 0.0
    last = walks - 1
    for k in range(looks):
        now = k % 2
        for w in range(walks):
            before = information[w, k - 1] if k else 0.0
            root[w], sd[w] = math.sqrt(information[w, k]), math.sqrt(information[w, k] - before)
            shift(room[w, now], size[w], mean[w, k] - (mean[w, k - 1] if k else 0.0))
        start = upper[2, k] * root[0] + mean[0, k]
        cut, spent = bound(
            room[0, now], size[0], sd[0], 1.0, upper[0, k] * root[0], upper[1, k], spent, start
        )
        upper[0, k] = cut / root[0]
        if mirrored:
            lower[0, k] = upper[0, k]
        else:
            start = lower[2, k] * root[last] - mean[last, k]
            given = lower[0, k] * root[last]
            cut, low_spent = bound(
                room[last, now], size[last], sd[last], -1.0, given, lower[1, k], low_spent, start
            )
            lower[0, k] = cut / root[last]
        if math.isnan(upper[0, k]) or math.isnan(lower[0, k]):
            return 0
        if lower[0, k] == -np.inf:  # all trials below: at the upper bound
            lower[0, k] = -upper[0, k]
        if k + 1 == looks:
            return 1
        for w in range(walks):
            top, bottom = upper[0, k] * root[w], -lower[0, k] * root[w]
            reach, ahead = REACH * root[w], math.sqrt(information[w, k + 1] - information[w, k])
            least = max(bottom, min(mean[w, k], top) - reach)
            least = max(least, floor[w, k])
            most = min(top, max(mean[w, k], bottom) + reach)
            size[w] = go_on(
                room[w, now], size[w], sd[w], least, most, ahead, mesh, room[w, 1 - now]
            )
            if size[w] < 0:
                return 0
    return 1


@compiled
def draw_paths(
    information: Matrix,
    mean: Matrix,
    upper: Matrix,
    lower: Matrix,
    floor: Matrix,
    mirrored: int,
    mesh: tuple[Matrix, Matrix],
) -> Flags:
    """Find the bounds of many paths, each (paths, ...) as of `draw_path`; tell where found.

    Accuracy: 1e-9 in z.
    Witness: `sequential_walk`, through designs drawn anew path by path.
    """
    paths, walks, _ = information.shape
    room = np.zeros((walks, 2, 2, MOST))
    found = np.zeros(paths, dtype=np.bool_)
    for path in range(paths):
        found[path] = draw_path(
            information[path],
            mean[path],
            upper[path],
            lower[path],
            floor[path],
            mirrored,
            mesh,
            room,
        )
    return found
