"""The weighted product of independent p-values, watched stage by stage.

Under the null -log p_j = E_j is a standard exponential.  A trial that stops at stage k when
Π p_j^{w_j} <= c_k, and goes on only if p_k <= a_k, watches the sum x = Σ w_j E_j: it rejects at
x >= b_k = -log c_k and goes on with E_k >= -log a_k (Brannath, Posch & Bauer 2002, JASA 97: 236;
Wassmer 1999).  We carry the density of x over the trials still running,

    g_k(x) = ∫ g_{k-1}(y) e^{-(x-y)/w_k} / w_k dy,    y <= x - w_k (-log a_k),

which is smooth between knots known beforehand, as a Legendre series on panels between them.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial.legendre import legvander

from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.quadrature import NODE, WEIGHT, panels

TERMS = NODE.size
WIDEST = 1.0  # of a panel, in units of the smaller of the weights that meet there
TO_SERIES = (np.arange(TERMS) + 0.5)[:, None] * legvander(NODE, TERMS - 1).T * WEIGHT


@dataclass(frozen=True, slots=True)
class Density:
    """A density on panels: `value` at sixteen Gauss points of each, between `edges`."""

    edges: Vector
    value: Vector  # (panels * 16,)


def stopping_for_efficacy(critical: Vector, futility: Vector, weight: Vector) -> Vector:
    """Give the chance under the null of first rejecting at each stage.

    Args:
        critical: (stages,) c_k for the weighted product of p-values, above 0 and at most 1.
        futility: (stages - 1,) a_k: go on only if p_k is at most this; 1 for no such rule.
        weight: (stages,) w_k; the first is 1 by custom.

    Accuracy: 1e-12.

    Witness: closed forms for two stages and for chi-squared products; rpact getDesignFisher.

    >>> bounds = vector([0.0233148515, 0.0087049407])
    >>> one = stopping_for_efficacy(bounds, vector([0.5]), vector([1.0, 1.0]))
    >>> round(float(one.sum()), 7)
    0.05
    """
    bound = -np.log(critical)
    delay = -np.log(futility) * weight[:-1]
    reject = np.zeros(critical.size)
    reject[0] = critical[0] ** (1 / weight[0])
    running = _first(bound[0], weight, delay)
    for k in range(1, critical.size):
        if running is None:
            break
        point, width = panels(running.edges)
        beyond = np.exp(-np.maximum(bound[k] - point, 0.0) / weight[k])
        reject[k] = float((width * running.value) @ beyond)
        if k + 1 < critical.size:
            narrow = min(weight[k], weight[k + 1])
            running = _step(running, bound[k], weight[k], delay[k], narrow)
    return vector(reject)


def _first(bound: float, weight: Vector, delay: Vector) -> Density | None:
    """Give the density after the first stage; None where nobody goes on."""
    if weight.size == 1 or delay[0] >= bound:
        return None
    edges = _fine(np.array([delay[0], bound]), min(weight[0], weight[1]))
    point, _ = panels(edges)
    return Density(edges, np.exp(-point / weight[0]) / weight[0])


def _step(
    running: Density, bound: float, weight: float, delay: float, narrow: float
) -> Density | None:
    """Carry the density through a stage of which trials go on below `bound`."""
    knots = running.edges + delay
    knots = np.append(knots[knots < bound], bound)
    if knots.size < 2 or knots[0] >= bound:  # noqa: PLR2004 - an interval has two ends
        return None
    edges = _fine(knots, narrow)
    point, _ = panels(edges)
    up_to = _decaying_integral(running, point - delay, weight)
    return Density(edges, up_to * np.exp(-delay / weight) / weight)


def _decaying_integral(running: Density, limit: Vector, weight: float) -> Vector:
    """Give H(L) = ∫ g(y) e^{-(L - y)/w} dy over y <= L, at each limit L."""
    left, width = running.edges[:-1], np.diff(running.edges)
    rising = np.exp((NODE + 1) / 2 * width[:, None] / weight)  # e^{(y - left)/w}
    series = (running.value.reshape(-1, TERMS) * rising) @ TO_SERIES.T
    whole = width * series[:, 0]  # of the panel: twice the half width times the mean
    fading = np.exp(-width / weight)
    at_left = np.zeros(left.size + 1)
    for k in range(left.size):
        at_left[k + 1] = (at_left[k] + whole[k]) * fading[k]
    where = np.searchsorted(running.edges, limit, side="right") - 1
    panel = np.clip(where, 0, left.size - 1)
    along = np.clip(2 * (limit - left[panel]) / width[panel] - 1, -1.0, 1.0)
    powers = legvander(along, TERMS)
    order = np.arange(1, TERMS)
    rising_terms = (powers[:, 2:] - powers[:, :-2]) / (2 * order + 1)
    partial = series[panel, 0] * (1 + along) + (series[panel, 1:] * rising_terms).sum(axis=1)
    inside = (at_left[panel] + partial * width[panel] / 2) * np.exp(
        -(np.minimum(limit, running.edges[panel + 1]) - left[panel]) / weight
    )
    past = np.exp(-np.maximum(limit - running.edges[-1], 0.0) / weight)
    return np.asarray(np.where(where < 0, 0.0, inside * past))


def _fine(knots: Vector, narrow: float) -> Vector:
    """Cut between knots so that no panel is wider than the narrower exponential."""
    parts = [
        np.linspace(a, b, 1 + max(1, int(np.ceil((b - a) / (WIDEST * narrow)))))[:-1]
        for a, b in pairwise(knots)
    ]
    return np.append(np.concatenate(parts), knots[-1])
