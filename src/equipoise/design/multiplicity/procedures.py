"""Adjusted p-values of the procedures that have a name.

The adjusted p-value is the smallest family-wise error rate at which a hypothesis is rejected.
With p_(1) ≤ ... ≤ p_(m) and weights w that add up to 1:

    Bonferroni  p_j / w_j                        Šidák  1 - (1 - p_j)^m
    Holm        running maximum of p_(i) over the weight still to be tested (Holm 1979)
    Hochberg    running minimum from above of (m - i + 1) p_(i)             (Hochberg 1988)
    Hommel      closed test by Simes                                          (Hommel 1988)
    fixed sequence  running maximum of p_j;  fallback: its graph          (Wiens 2003)
    truncated Holm, Hochberg, Hommel: between Bonferroni (γ = 0) and the full procedure
    (γ = 1), so that part of alpha remains for a next family (Dmitrienko & Tamhane 2011).

Hochberg and Hommel need p-values that are positively dependent; Šidák, at least that.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.multiplicity.graph import MOST, draw_graph
from equipoise.design.multiplicity.shortcut import checked_p_values, shortcut_test
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, frozen

Component = Literal["holm", "hochberg", "hommel"]


def bonferroni(p_values: ArrayLike, weights: ArrayLike | None = None) -> Vector:
    """Adjust by Bonferroni, weighted where weights are given.

    Args:
        p_values: (hypotheses,) one-sided.
        weights: (hypotheses,) shares of alpha; equal by default.

    Witness: R p.adjust; law (never below any other procedure of the same weights).

    >>> bonferroni([0.01, 0.04]).tolist()
    [0.02, 0.08]
    """
    p = checked_p_values(p_values)
    shares = _shares(p.size, weights)
    ratio = np.ones(p.size)
    np.divide(p, shares, out=ratio, where=shares > 0.0)
    return frozen(np.minimum(ratio, 1.0))


def sidak(p_values: ArrayLike, *, step_down: bool = False) -> Vector:
    """Adjust by Šidák's inequality for independent or positively dependent tests.

    Args:
        p_values: (hypotheses,) one-sided.
        step_down: each among those not yet rejected (Holm-Sidak).

    Witness: closed form; law (between p and Bonferroni).

    >>> sidak([0.01, 0.04]).round(6).tolist()
    [0.0199, 0.0784]
    """
    p = checked_p_values(p_values)
    order = np.argsort(p, kind="stable")
    exponent = np.full(p.size, float(p.size))
    if step_down:
        exponent[order] = np.arange(p.size, 0, -1)
    with np.errstate(divide="ignore"):  # p = 1 is adjusted to 1
        adjusted = -np.expm1(exponent * np.log1p(-p))
    if step_down:
        adjusted[order] = np.maximum.accumulate(adjusted[order])
    return frozen(np.minimum(adjusted, 1.0))


def holm(p_values: ArrayLike, weights: ArrayLike | None = None) -> Vector:
    """Adjust by Holm's step-down procedure, weighted where weights are given.

    The weight of a rejected hypothesis goes to the others in proportion to theirs.

    Args:
        p_values: (hypotheses,) one-sided.
        weights: (hypotheses,) shares of alpha; equal by default.

    Witness: R p.adjust; tests/twice (closed test by brute force).

    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    p = checked_p_values(p_values)
    shares = _shares(p.size, weights)
    reachable = np.flatnonzero(shares > 0.0)
    order = reachable[np.argsort(p[reachable] / shares[reachable], kind="stable")]
    left = np.cumsum(shares[order][::-1])[::-1]
    adjusted = np.ones(p.size)
    adjusted[order] = np.maximum.accumulate(p[order] * left / shares[order])
    if reachable.size < p.size:  # what has no weight is tested at the end, in the same way
        rest = np.flatnonzero(shares == 0.0)
        adjusted[rest] = np.maximum(holm(p[rest]), adjusted[order].max(initial=0.0))
    return frozen(np.minimum(adjusted, 1.0))


def hochberg(p_values: ArrayLike) -> Vector:
    """Adjust by Hochberg's step-up procedure.

    Args:
        p_values: (hypotheses,) one-sided.

    Witness: R p.adjust; graphicalMCP closed test with Hochberg tests.

    >>> hochberg([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    """
    p = checked_p_values(p_values)
    order = np.argsort(p, kind="stable")[::-1]
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum.accumulate(np.arange(1, p.size + 1) * p[order])
    return frozen(np.minimum(adjusted, 1.0))


def hommel(p_values: ArrayLike) -> Vector:
    """Adjust by Hommel's procedure: the closed test by Simes.

    Of the intersections of m members that hold a hypothesis, the one that is hardest to reject
    adds the largest p-values: so m tests for each, not 2^n.

    Args:
        p_values: (hypotheses,) one-sided.

    Witness: R p.adjust; tests/twice (closed test by brute force).

    >>> hommel([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    """
    p = checked_p_values(p_values)
    ordered = np.sort(p)
    adjusted = p.copy()
    for members in range(2, p.size + 1):
        rank = np.arange(2, members + 1)
        others = (members * ordered[p.size - members + 1 :] / rank).min()
        with_own = np.minimum(members * p, others)  # the own p-value is the smallest,
        largest = ordered[p.size - members :]
        among = float((members * largest / np.arange(1, members + 1)).min())
        with_own = np.where(p >= largest[0], among, with_own)  # or among the largest
        adjusted = np.maximum(adjusted, with_own)
    return frozen(np.minimum(adjusted, 1.0))


def fixed_sequence(p_values: ArrayLike) -> Vector:
    """Adjust when each hypothesis is tested at full alpha, as long as all before it are rejected.

    Args:
        p_values: (hypotheses,) in the order of testing.

    Witness: closed form; the graph of the same name.

    >>> fixed_sequence([0.01, 0.04, 0.03]).tolist()
    [0.01, 0.04, 0.04]
    """
    return frozen(np.maximum.accumulate(checked_p_values(p_values)))


def fallback(p_values: ArrayLike, weights: ArrayLike) -> Vector:
    """Adjust when each hypothesis, if rejected, passes its alpha to the next in line.

    Args:
        p_values: (hypotheses,) in the order of testing.
        weights: (hypotheses,) shares of alpha.

    Witness: its graph (`shortcut_test`), Wiens (2003).

    >>> fallback([0.01, 0.04, 0.03], [0.5, 0.3, 0.2]).round(6).tolist()
    [0.02, 0.05, 0.05]
    """
    p = checked_p_values(p_values)
    shares = _shares(p.size, weights)
    return shortcut_test(draw_graph(shares, np.eye(p.size, k=1)), p).adjusted_p


def truncated_procedure(
    p_values: ArrayLike, gamma: float, component: Component = "hommel"
) -> Vector:
    """Adjust by a truncated procedure, a mixture of Bonferroni and the full one.

    Args:
        p_values: (hypotheses,) one-sided.
        gamma: share of the procedure, 0 being Bonferroni and 1 the whole procedure.
        component: the procedure that is truncated.

    Raises:
        DesignError: Gamma outside [0, 1], or too many hypotheses to list.
    Witness: lrstat ftrunc; `holm`, `hochberg`, `hommel` at gamma 1, `bonferroni` at 0.

    >>> truncated_procedure([0.01, 0.04], 0.5, "holm").round(6).tolist()
    [0.02, 0.053333]
    """
    p = checked_p_values(p_values)
    check_truncation(gamma)
    if p.size > MOST:
        raise DesignError(
            f"{p.size} hypotheses have too many intersections to list; give at most {MOST}."
        )
    adjusted = np.zeros(p.size)
    for mask in range(1, 2**p.size):
        members = (mask >> np.arange(p.size)) & 1 == 1
        own = min(1.0, component_p(p[members], p.size, gamma, component))
        adjusted[members] = np.maximum(adjusted[members], own)
    return frozen(adjusted)


def component_p(p: Vector, family: int, gamma: float, component: Component) -> float:
    """Give the p of an intersection of hypotheses p within a family, by a truncated test."""
    ordered, size = np.sort(p), p.size
    rank = np.arange(1, size + 1)
    spare = (1.0 - gamma) / family
    match component:
        case "holm":
            return float(ordered[0] / (gamma / size + spare))
        case "hochberg":
            return float((ordered / (gamma / (size - rank + 1) + spare)).min())
        case "hommel":
            return float((ordered / (rank * gamma / size + spare)).min())


def check_truncation(gamma: float) -> None:
    """Check a truncation parameter."""
    if not 0.0 <= gamma <= 1.0:
        raise DesignError(
            f"A truncation parameter lies between 0 (Bonferroni) and 1 (no truncation); found "
            f"{gamma:g}. Use a value below 1 for all families but the last."
        )


def _shares(size: int, weights: ArrayLike | None) -> Vector:
    if weights is None:
        return np.full(size, 1.0 / size)
    return draw_graph(weights, np.zeros((size, size))).weights
