"""The chance that correlated standard normal variables all lie between their limits.

Where correlations are products of loadings, r_ij = λ_i λ_j (comparisons with one control; any
two variables), the variables are independent given one common factor (Dunnett & Sobel 1955):

    P(a_j < Z_j < b_j, all j) = ∫ φ(f) Π_j [Φ((b_j - λ_j f) / s_j) - Φ((a_j - λ_j f) / s_j)] df,

s_j² = 1 - λ_j².  Blocks that are uncorrelated with each other multiply.  Correlations of any other
form go to `normal_nested`; where the largest falls, and how densely, is in `largest`.  The chance
of *some* variable beyond its limits is summed from the tails, so that small ones keep their digits.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.normal_nested import nested_rectangle
from equipoise.kernel.quadrature import even_panels

REACH = 9.0  # standard deviations of the common factor; beyond lies < 1e-18
PANEL = 3.0  # widest panel, in the factor's standard deviations or the steepest step's
MOST_PANELS = 3000
NONE = 1e-13  # correlations below are zero
SAME = 1e-9  # variables closer than this in correlation are one


@dataclass(frozen=True, slots=True)
class Factor:
    """The quadrature of one common factor: the density at each node, and each variable's shift."""

    mass: Vector  # (nodes,)
    shift: Matrix  # (nodes, variables) λ_j f
    spread: Vector  # (variables,) s_j


def loadings(correlation: Matrix) -> Vector | None:
    """Give λ with r_ij = λ_i λ_j for all i ≠ j, or None where there is none.

    Witness: its products.

    >>> loadings(np.array([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]])).round(6).tolist()
    [0.707107, 0.707107, 0.707107]
    """
    size = correlation.shape[0]
    off = correlation - np.diag(np.diag(correlation))
    if np.abs(off).max(initial=0.0) < NONE:
        return np.zeros(size)
    if size == 2:  # noqa: PLR2004
        root = float(np.sqrt(abs(off[0, 1])))
        return np.array([root, np.copysign(root, off[0, 1])])
    if (np.abs(off[~np.eye(size, dtype=bool)]) < NONE).any():
        return None
    square = np.array([_squared_loading(off, i) for i in range(size)])
    if (square <= 0.0).any() or (square > 1.0).any():
        return None
    sign = np.where(np.arange(size) == 0, 1.0, np.sign(off[0]))
    found: Vector = np.sqrt(square) * sign
    left = off - np.outer(found, found)
    np.fill_diagonal(left, 0.0)
    return found if np.abs(left).max() < 1e-11 else None  # noqa: PLR2004


def _squared_loading(off: Matrix, i: int) -> float:
    """Give r_ij r_ik / r_jk of the two others."""
    j, k = [index for index in range(off.shape[0]) if index != i][:2]
    return float(off[i, j] * off[i, k] / off[j, k])


def factor(loading: Vector) -> Factor:
    """Lay the quadrature for a common factor, fine enough for its steepest step."""
    spread = np.sqrt(1.0 - loading**2)
    steepest = np.abs(loading / spread).max()
    panel = max(PANEL / max(1.0, steepest), 2.0 * REACH / MOST_PANELS)
    node, width = even_panels(-REACH, REACH, widest=panel)
    mass = width * np.exp(-(node**2) / 2.0) / np.sqrt(2.0 * np.pi)
    return Factor(mass, node[:, None] * loading, spread)


def rectangle(lower: Matrix, upper: Matrix, correlation: Matrix) -> Vector:
    """Give P(lower < Z < upper), for each row of limits.

    Args:
        lower: (rows, variables).
        upper: (rows, variables); the limits may be infinite.
        correlation: (variables, variables), semidefinite.

    Accuracy: 1e-12 for products of loadings, 1e-9 to 1e-10 up to four variables otherwise, 1e-6
    to five; beyond, quasi-random points, 1e-4.
    Witness: mvtnorm; `nested_rectangle`; closed form (1/3 below).

    >>> half = np.array([[1, 0.5], [0.5, 1]])
    >>> round(float(rectangle(np.full((1, 2), -np.inf), np.zeros((1, 2)), half)[0]), 12)
    0.333333333333
    """
    result = np.ones(lower.shape[0])
    low, high, kept = _merged(lower, upper, correlation)
    result[(low >= high).any(axis=1)] = 0.0
    for block in _blocks(kept):
        inside = _block(low[:, block], high[:, block], kept[np.ix_(block, block)])
        result *= inside
    return result


def some_outside(lower: Matrix, upper: Matrix, correlation: Matrix) -> Vector:
    """Give P(Z_j < lower_j or Z_j > upper_j for some j), for each row of limits, by the tails.

    Accuracy: as `rectangle`; relative where correlations are products of loadings.
    Witness: `rectangle`; closed form for uncorrelated variables.

    >>> beyond = np.full((1, 2), 1.959963984540054)
    >>> round(float(some_outside(-beyond, beyond, np.eye(2))[0]), 9)
    0.0975
    """
    low, high, kept = _merged(lower, upper, correlation)
    log_none = np.zeros(lower.shape[0])
    for block in _blocks(kept):
        part = kept[np.ix_(block, block)]
        loading = loadings(part)
        if loading is None or np.abs(loading).max() >= 1.0:
            inside = _block(low[:, block], high[:, block], part)
            log_none += np.log(np.maximum(inside, np.finfo(float).tiny))
        else:
            log_none += np.log1p(-_some_of_block(low[:, block], high[:, block], loading))
    return np.asarray(-np.expm1(log_none))


def some_exceed(limits: Matrix, correlation: Matrix) -> Vector:
    """Give P(Z_j > limit_j for some j), for each row of limits, by the tails.

    Accuracy: as `some_outside`.
    Witness: mvtnorm; `some_outside`.

    >>> chance = some_exceed(np.full((1, 2), 1.959963984540054), np.eye(2))
    >>> round(float(chance[0]), 9)
    0.049375
    """
    return some_outside(np.full(limits.shape, -np.inf), limits, correlation)


def _some_of_block(lower: Matrix, upper: Matrix, loading: Vector) -> Vector:
    common = factor(loading)
    log_inside = np.zeros((lower.shape[0], common.mass.size))
    for j in range(loading.size):
        above = ndtr((common.shift[:, j] - upper[:, j, None]) / common.spread[j])
        below = ndtr((lower[:, j, None] - common.shift[:, j]) / common.spread[j])
        with np.errstate(divide="ignore"):  # nothing is left between the limits
            log_inside += np.log1p(-np.minimum(above + below, 1.0))
    chance = -np.expm1(log_inside) @ common.mass
    return np.asarray(np.minimum(chance, 1.0 - 1e-16))


def _block(lower: Matrix, upper: Matrix, correlation: Matrix) -> Vector:
    loading = loadings(correlation)
    if loading is None or np.abs(loading).max() >= 1.0:
        rows = zip(lower, upper, strict=True)
        return np.array([nested_rectangle(low, high, correlation) for low, high in rows])
    common = factor(loading)
    inside = np.ones((lower.shape[0], common.mass.size))
    for j in range(loading.size):
        high = (upper[:, j, None] - common.shift[:, j]) / common.spread[j]
        low = (lower[:, j, None] - common.shift[:, j]) / common.spread[j]
        swap = low > 0.0  # by the smaller tails
        inside *= ndtr(np.where(swap, -low, high)) - ndtr(np.where(swap, -high, low))
    return np.asarray(inside @ common.mass)


def _merged(lower: Matrix, upper: Matrix, correlation: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Make variables that are the same, or each other's opposite, into one."""
    kept: list[int] = []
    low, high = lower.copy(), upper.copy()
    for j in range(correlation.shape[0]):
        twin = next((i for i in kept if abs(correlation[i, j]) > 1.0 - SAME), None)
        if twin is None:
            kept.append(j)
            continue
        floor, ceiling = (lower[:, j], upper[:, j])
        if correlation[twin, j] < 0.0:
            floor, ceiling = -ceiling, -floor
        low[:, twin] = np.maximum(low[:, twin], floor)
        high[:, twin] = np.minimum(high[:, twin], ceiling)
    return low[:, kept], high[:, kept], correlation[np.ix_(kept, kept)]


def _blocks(correlation: Matrix) -> list[list[int]]:
    """Find the sets of variables that are uncorrelated with all others."""
    waiting = list(range(correlation.shape[0]))
    blocks = []
    while waiting:
        block = [waiting.pop(0)]
        for member in block:  # grows while it is walked
            near = [j for j in waiting if abs(correlation[member, j]) >= NONE]
            block.extend(near)
            waiting = [j for j in waiting if j not in near]
        blocks.append(sorted(block))
    return blocks
