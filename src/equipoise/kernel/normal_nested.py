"""The chance that correlated normal variables lie in a rectangle, one variable at a time.

Z = L Y with Y independent and L a Cholesky factor with pivoting, of as many columns as the
correlation has rank.  Then (Genz 1992)

    P = ∫ φ(y₁) ∫ φ(y₂) … [Φ(b(y)) - Φ(a(y))],

each y_i between the limits that those before it leave.  Gauss-Legendre in each variable; with
two, panels end at the kinks, where two sides meet; with more than five, points of a lattice
(Kronecker's, folded) take the place of the grid.
"""

import itertools

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.quadrature import even_panels, gauss_legendre

REACH = 8.5
RANK = 1e-10  # smaller pivots are none
NODES = {2: 64, 3: 64, 4: 48, 5: 24}  # per variable, by how many are integrated
FROM_LATTICE = 6
LATTICE = 200_000
PRIMES = np.array([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71])


def nested_rectangle(lower: Vector, upper: Vector, correlation: Matrix) -> float:
    """Give P(lower < Z < upper) for any correlation, singular ones included.

    Accuracy: 1e-12 at rank 2, 1e-9 at 3 and 4, 1e-6 at 5 of full rank; 1e-5 where singular; 1e-4
    from the lattice.
    Witness: mvtnorm; one common factor; simulation where singular.

    >>> wide = np.full(3, 1.0)
    >>> round(nested_rectangle(-wide, wide, np.eye(3)), 9)
    0.318177639
    """
    if (lower >= upper).any():
        return 0.0
    bounded = np.isfinite(lower) | np.isfinite(upper)
    if not bounded.any():
        return 1.0
    tightness = np.where(bounded, ndtr(upper) - ndtr(lower), 2.0)[bounded]
    low, high = lower[bounded], upper[bounded]
    root, order = pivoted_root(correlation[np.ix_(bounded, bounded)], tightness)
    low, high = low[order], high[order]
    rank = root.shape[1]
    if rank == 1:
        return float(np.diff(_last(root, low, high, np.empty((1, 0))))[0, 0])
    if rank == 2:  # noqa: PLR2004
        return _polygon(root, low, high)
    return _lattice(root, low, high) if rank >= FROM_LATTICE else _grid(root, low, high)


def pivoted_root(correlation: Matrix, tightness: Vector) -> tuple[Matrix, list[int]]:
    """Give L, of as many columns as the rank, and the order of its rows: pivots first.

    The tightest limits come first, as long as their pivots are not small.
    """
    rest = correlation.astype(np.float64).copy()
    columns, order = [], []
    waiting = list(range(correlation.shape[0]))
    while waiting:
        pivots = np.array([rest[i, i] for i in waiting])
        if pivots.max() <= RANK:
            break
        fair = [i for i in waiting if rest[i, i] > 0.1 * pivots.max()]
        pivot = min(fair, key=lambda i: tightness[i])
        column = rest[:, pivot] / np.sqrt(rest[pivot, pivot])
        rest = rest - np.outer(column, column)
        columns.append(column)
        order.append(pivot)
        waiting.remove(pivot)
    order += waiting
    return np.column_stack(columns)[order], order


def _last(root: Matrix, lower: Vector, upper: Vector, before: Matrix) -> Matrix:
    """Give Φ at both ends of the last variable's interval, given those before it."""
    rank = root.shape[1]
    floor, ceiling = np.full(before.shape[0], -np.inf), np.full(before.shape[0], np.inf)
    for row, low, high in zip(root[rank - 1 :], lower[rank - 1 :], upper[rank - 1 :], strict=True):
        shift, slope = before @ row[:-1], row[-1]
        if abs(slope) < RANK:
            outside = (shift < low) | (shift > high)
            ceiling = np.where(outside, -np.inf, ceiling)
            continue
        ends = np.sort(np.array([low - shift, high - shift]) / slope, axis=0)
        floor, ceiling = np.maximum(floor, ends[0]), np.minimum(ceiling, ends[1])
    return np.column_stack([ndtr(floor), ndtr(np.maximum(floor, ceiling))])


def _polygon(root: Matrix, lower: Vector, upper: Vector) -> float:
    """Integrate over the first variable in panels that end where two sides meet."""
    low, high = max(lower[0] / root[0, 0], -REACH), min(upper[0] / root[0, 0], REACH)
    if low >= high:
        return 0.0
    sides = [
        (row[0], row[1], limit)
        for row, floor, ceiling in zip(root[1:], lower[1:], upper[1:], strict=True)
        for limit in (floor, ceiling)
        if np.isfinite(limit)
    ]
    kinks = {low, high}
    for (a, b, limit), (c, d, other) in itertools.combinations(sides, 2):
        turn = a * d - b * c
        if abs(turn) > RANK:
            kinks.add((limit * d - b * other) / turn)
    steepest = max((abs(a / b) for a, b, _ in sides if abs(b) > RANK), default=0.0)
    edges = sorted(kink for kink in kinks if low <= kink <= high)
    panel = max(3.0 / max(1.0, steepest), (high - low) / 2000)
    total = 0.0
    for left, right in itertools.pairwise(edges):
        node, width = even_panels(left, right, widest=panel)
        ends = _last(root, lower, upper, node[:, None])
        density = np.exp(-(node**2) / 2.0) / np.sqrt(2.0 * np.pi)
        total += float((width * density) @ (ends[:, 1] - ends[:, 0]))
    return total


def _grid(root: Matrix, lower: Vector, upper: Vector) -> float:
    rank = root.shape[1]
    node, weight = gauss_legendre(NODES[rank])
    before, mass = np.empty((1, 0)), np.ones(1)
    for i in range(rank - 1):
        low, high = _limits(root[i], lower[i], upper[i], before)
        low, high = np.clip(low, -REACH, REACH), np.clip(high, -REACH, REACH)
        half = (high - low)[:, None] / 2.0
        points = low[:, None] + half * (1.0 + node)
        density = np.exp(-(points**2) / 2.0) / np.sqrt(2.0 * np.pi)
        mass = (mass[:, None] * half * weight * density).ravel()
        before = np.column_stack([np.repeat(before, node.size, axis=0), points.ravel()])
        kept = mass > 1e-18  # noqa: PLR2004
        before, mass = before[kept], mass[kept]
    ends = _last(root, lower, upper, before)
    return float(mass @ (ends[:, 1] - ends[:, 0]))


def _lattice(root: Matrix, lower: Vector, upper: Vector) -> float:
    rank = root.shape[1]
    step = np.sqrt(PRIMES[: rank - 1].astype(np.float64))
    place = (np.arange(1, LATTICE + 1)[:, None] * step) % 1.0
    folded = np.abs(2.0 * place - 1.0)
    before, mass = np.empty((LATTICE, 0)), np.ones(LATTICE)
    for i in range(rank - 1):
        low, high = _limits(root[i], lower[i], upper[i], before)
        floor, ceiling = ndtr(low), ndtr(high)
        mass = mass * (ceiling - floor)
        inner = np.clip(floor + folded[:, i] * (ceiling - floor), 1e-300, 1.0 - 1e-16)
        before = np.column_stack([before, ndtri(inner)])
    ends = _last(root, lower, upper, before)
    return float(np.mean(mass * (ends[:, 1] - ends[:, 0])))


def _limits(row: Vector, low: float, high: float, before: Matrix) -> tuple[Vector, Vector]:
    """Give the interval of the next variable, given those before it."""
    at = before.shape[1]
    shift = before @ row[:at]
    return np.asarray((low - shift) / row[at]), np.asarray((high - shift) / row[at])
