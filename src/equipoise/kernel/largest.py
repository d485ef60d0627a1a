"""Where the largest of several correlated normals falls while others stay below their limits.

Which of the candidates is the largest, and at which value s, splits the event into cases that
do not overlap:

    P(low < max Z ≤ high, X ≤ u) = Σ_i ∫_low^high φ(s - μ_i) P(Z_j ≤ s, X ≤ u | Z_i = s) ds

Every term is positive, so a tail keeps its relative accuracy however far out it is.  What stands
under the integral is smooth even where candidates are nearly the same.  Up to two others it is
integrated by Gauss-Legendre (the inner probability is normal, or bivariate normal by Owen's T);
with more, s and the others are drawn along a lattice, the most restricted first (Genz 1992).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.bivariate_normal import bivariate
from equipoise.kernel.lattice import Estimate, averaged, lattice
from equipoise.kernel.quadrature import panels

REACH = 8.6  # standard deviations below the mean beyond which nothing is left
TAIL = 74.0  # φ has fallen by e^-37 where s² has grown by this
NONE = 1e-10  # a conditional variance this small is none
FLAT = 1e-12  # a limit missed by this little is kept
FAR = 9.0  # a limit this many standard deviations up is none
PANEL = 1.0
STEEP = 3.0  # panels are no wider than this many widths of a step
NARROWEST = 0.02
EXACT = 2  # others that need no lattice


@dataclass(frozen=True, slots=True)
class Normals:
    """Correlated normal variables of variance 1."""

    mean: Vector
    correlation: Matrix


def largest_within(
    normals: Normals,
    candidates: Codes,
    interval: tuple[float, float],
    others: Codes,
    limits: Vector,
    *,
    points: int = 4093,
) -> Estimate:
    """Give P(low < max of the candidates ≤ high, others ≤ limits).

    Args:
        normals: the variables.
        candidates: the places of those whose largest counts; no two the same variable.
        interval: low and high, either infinite.
        others: the places of those that must stay below their limits.
        limits: one for each.
        points: of the lattice, each of eight shifts.

    Accuracy:
        1e-12 while no more than two variables remain beside the candidate; beyond, as the
        estimate's own error tells: some 1e-7 with four, 1e-6 with eight.
    Witness:
        mvtnorm; a candidate alone is the normal distribution.

    >>> pair = Normals(np.zeros(2), np.eye(2))
    >>> tail = largest_within(pair, np.array([0, 1]), (1.959963984540054, np.inf),
    ...                       np.array([], dtype=np.int64), np.array([]))
    >>> round(tail.value, 12)  # 1 - 0.975²
    0.049375
    """
    near = limits < normals.mean[others] + FAR
    others, limits = others[near], limits[near]
    total = Estimate(0.0, 0.0)
    for i in candidates:
        case = _case(normals, int(i), candidates[candidates != i], others, limits)
        total = total + _integral(case, interval, points)
    return total


def density_of_largest(
    normals: Normals,
    candidates: Codes,
    value: float,
    others: Codes,
    limits: Vector,
    *,
    points: int = 1021,
) -> float:
    """Give the density of the candidates' largest at a value, with the others below their limits.

    Witness:
        the difference quotient of `largest_within`.
    """
    near = limits < normals.mean[others] + FAR
    others, limits = others[near], limits[near]
    at = np.array([value])
    total = 0.0
    for i in candidates:
        case = _case(normals, int(i), candidates[candidates != i], others, limits)
        if case.offset.size > EXACT and _rank(case.covariance) > 1:
            draws = lattice(points, case.offset.size)
            inner = averaged(_below(case, np.repeat(at, draws.shape[0]), draws)).value
        else:
            inner = float(_inner(case, at)[0])
        total += float(_phi(value - case.mean)) * inner
    return total


@dataclass(frozen=True, slots=True)
class _Case:
    """One candidate is the largest, at s: the others' limits, less their means, given that.

    offset + slope s is how far up each of the others may go; their covariance is what remains.
    """

    mean: float  # of the candidate
    offset: Vector
    slope: Vector
    covariance: Matrix


def _case(normals: Normals, i: int, rivals: Codes, others: Codes, limits: Vector) -> _Case:
    """Condition everything on one candidate."""
    rest = np.concatenate([rivals, others]).astype(np.int64)
    along = normals.correlation[rest, i]
    covariance = normals.correlation[np.ix_(rest, rest)] - np.outer(along, along)
    mean = float(normals.mean[i])
    fixed = np.concatenate([np.zeros(rivals.size), limits])
    moving = np.concatenate([np.ones(rivals.size), np.zeros(others.size)])
    return _Case(mean, fixed - normals.mean[rest] + along * mean, moving - along, covariance)


def _integral(case: _Case, interval: tuple[float, float], points: int) -> Estimate:
    low, high = interval[0] - case.mean, interval[1] - case.mean
    if low >= high:
        return Estimate(0.0, 0.0)
    size = case.offset.size
    if size == 0:
        return Estimate(_between(low, high), 0.0)
    if size <= EXACT or _rank(case.covariance) <= 1:
        s, width = _mesh(case, low, high)
        return Estimate(float((width * _phi(s)) @ _inner(case, s + case.mean)), 0.0)
    draws = lattice(points, size)
    mass = _between(low, high)
    if mass <= 0.0:
        return Estimate(0.0, 0.0)
    if low > 0.0:
        s = -ndtri(ndtr(-high) + draws[:, 0] * mass)
    else:
        s = ndtri(ndtr(low) + draws[:, 0] * mass)
    return averaged(mass * _below(case, s + case.mean, draws))


def _between(low: float, high: float) -> float:
    """Give P(low < Z ≤ high), from the tail it lies in."""
    if low > 0.0:
        return float(ndtr(-low) - ndtr(-high))
    return float(ndtr(high) - ndtr(low))


def _phi(s: Vector | float) -> Vector:
    return np.asarray(np.exp(-0.5 * np.square(s)) / np.sqrt(2.0 * np.pi))


def _rank(covariance: Matrix) -> int:
    return int((np.linalg.eigvalsh(covariance) > NONE).sum())


def _mesh(case: _Case, low: float, high: float) -> tuple[Vector, Vector]:
    """Give panels for s - μ, short where a limit makes a step, ending where two limits meet."""
    low = max(low, -REACH)
    high = min(high, float(np.sqrt(max(low, 0.0) ** 2 + TAIL)))
    if low >= high:
        return np.zeros(0), np.zeros(0)
    sd = np.sqrt(np.maximum(np.diag(case.covariance), 0.0))
    steps = STEEP * sd / np.maximum(np.abs(case.slope), 1e-12)
    panel = max(min(PANEL, float(steps.min())), NARROWEST)
    edges = np.linspace(low, high, 1 + max(1, int(np.ceil((high - low) / panel))))
    kinks = [k - case.mean for k in _kinks(case, sd)]
    edges = np.unique(np.concatenate([edges, [k for k in kinks if low < k < high]]))
    return panels(edges)


def _kinks(case: _Case, sd: Vector) -> list[float]:
    """Give the s where limits meet that the same remaining variable must keep."""
    kinks = []
    for a in range(sd.size):
        if sd[a] ** 2 <= NONE:
            if case.slope[a] != 0.0:
                kinks.append(-case.offset[a] / case.slope[a])
            continue
        for b in range(a):
            if sd[b] ** 2 <= NONE:
                continue
            together = case.covariance[a, b] / (sd[a] * sd[b])
            if abs(together) < 1.0 - NONE:
                continue
            side = np.sign(together)
            slope = case.slope[a] / sd[a] - side * case.slope[b] / sd[b]
            offset = case.offset[a] / sd[a] - side * case.offset[b] / sd[b]
            if slope != 0.0:
                kinks.append(-offset / slope)
    return [float(kink) for kink in kinks]


def _inner(case: _Case, s: Vector) -> Vector:
    """Give P(others within their limits | s) where one or two variables remain."""
    room = case.offset + case.slope * s[:, None]
    sd = np.sqrt(np.maximum(np.diag(case.covariance), 0.0))
    loose = sd**2 <= NONE
    allowed = np.all(room[:, loose] >= 0.0, axis=1)
    room, sd = room[:, ~loose] / sd[~loose], sd[~loose]
    if sd.size == 0:
        return np.asarray(allowed * 1.0)
    scaled = case.covariance[np.ix_(~loose, ~loose)] / np.outer(sd, sd)
    if sd.size == EXACT and abs(scaled[0, 1]) < 1.0 - NONE:
        return np.asarray(allowed * bivariate(room[:, 0], room[:, 1], float(scaled[0, 1])))
    same = scaled[0] > 0.0
    high = room[:, same].min(axis=1)
    low = -room[:, ~same].min(axis=1, initial=np.inf)
    return np.asarray(allowed * np.maximum(ndtr(high) - ndtr(low), 0.0))


def _below(case: _Case, s: Vector, draws: Matrix) -> Vector:
    """Weigh every draw by the chance that the others keep their limits, one after the other."""
    order, root, rank = _ordered(case, float(np.median(s)))
    tied = [(row, _last(root[row], rank)) for row in range(rank, order.size)]
    drawn = np.empty((rank, s.size))
    weight = np.ones(s.size)

    def room(row: int, level: int) -> Vector:  # what the variables before leave of it
        left = case.slope[order[row]] * s
        left += case.offset[order[row]]
        if level:
            left -= root[row, :level] @ drawn[:level]
        return np.asarray(left)

    for row in [row for row, last in tied if last < 0]:
        weight *= room(row, 0) >= -FLAT
    for level in range(rank):
        high, low = room(level, level) / root[level, level], None
        for row in [row for row, last in tied if last == level]:
            bound = room(row, level) / root[row, level]
            if root[row, level] > 0.0:
                high = np.minimum(high, bound)
            else:
                low = bound if low is None else np.maximum(low, bound)
        chance, floor = ndtr(high), 0.0 if low is None else ndtr(low)
        if low is not None:
            chance = np.maximum(chance - floor, 0.0)
        weight *= chance
        if level + 1 < rank:
            chance *= draws[:, level + 1]
            chance += floor
            ndtri(np.minimum(np.maximum(chance, 1e-300), 1.0 - 1e-16), out=drawn[level])
    return weight


def _ordered(case: _Case, s: float) -> tuple[Codes, Matrix, int]:
    """Take the most restricted variable first (Genz & Bretz 2009): order, root of the covariance.

    Rows past the rank are determined by those before.
    """
    size = case.offset.size
    order = np.arange(size)
    root = np.zeros((size, size))
    room = case.offset + case.slope * s
    variance = case.covariance.diagonal().copy()
    for level in range(size):
        left = variance[level:]
        loose = left > NONE
        if not loose.any():
            return order, root, level
        spare = np.where(loose, room[level:] / np.sqrt(np.where(loose, left, 1.0)), np.inf)
        chosen = level + int(spare.argmin())
        for array in (order, room, variance, root):
            array[[level, chosen]] = array[[chosen, level]]
        limit = float(spare[chosen - level])
        pivot = float(np.sqrt(variance[level]))
        below = order[level + 1 :]
        column = case.covariance[below, order[level]]
        column = (column - root[level + 1 :, :level] @ root[level, :level]) / pivot
        root[level, level], root[level + 1 :, level] = pivot, column
        variance[level + 1 :] -= column**2
        room[level + 1 :] += column * float(_phi(limit)) / max(float(ndtr(limit)), 1e-300)
    return order, root, size


def _last(row: Vector, rank: int) -> int:
    """Give the last variable that a determined row depends on; -1 if none."""
    used = np.flatnonzero(np.abs(row[:rank]) > np.sqrt(NONE))
    return int(used[-1]) if used.size else -1
