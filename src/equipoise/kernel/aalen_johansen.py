"""How often each competing cause strikes first: the Aalen-Johansen estimate.

With d_k(u) events of cause k among n(u) at risk, and S the survival from every cause,

    F_k(t) = Σ_{u ≤ t} S(u-) d_k(u) / n(u),      S + Σ_k F_k = 1     (Aalen & Johansen 1978)

Two variances, both carried forward together with (S, F_k) by the delta method:

    jackknife   the increments d_k/n are multinomial; without left truncation this is the
                infinitesimal jackknife of R's survival.  With it, the jackknife is summed
                over rows exactly, in time proportional to rows + moments.
    aalen       the increments of the cause and of all others pooled are independent, with
                variances d (n - d) / (n² (n - 1))       (Gray 1988; R's cmprsk)

Once everyone has had an event and all of one cause, F is 1 and the jackknife 0, exactly.  Events
precede censorings at the same time; near-ties are merged (see `ordering`).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen
from equipoise.kernel.compiling import compiled
from equipoise.kernel.risk_sets import Moments
from equipoise.kernel.tally import Counts, tally

Variance = Literal["jackknife", "aalen"]
VARIANCES: tuple[Variance, ...] = ("jackknife", "aalen")


@dataclass(frozen=True, slots=True)
class Incidence:
    """Right-continuous steps at every distinct exit time; one row a cause."""

    time: Vector
    at_risk: Vector
    censored: Vector
    events: Matrix
    survival: Vector  # from every cause
    incidence: Matrix
    variance: Matrix


def aalen_johansen(
    time: Vector,
    outcome: Codes,
    *,
    causes: int,
    entry: Vector | None = None,
    variance: Variance = "jackknife",
) -> Incidence:
    """Estimate the cumulative incidence of causes 1 ... `causes`; outcome 0 is censored.

    >>> two = aalen_johansen(np.array([1.0, 2, 2, 3]), np.array([1, 2, 0, 1]), causes=2)
    >>> two.incidence.tolist()
    [[0.25, 0.25, 0.75], [0.0, 0.25, 0.25]]
    """
    counted = tally(time, outcome, causes + 1, entry)
    left, size, placed = counted.left, counted.time.size, counted.placed
    joined = counted.joined.sum(axis=0)
    at_risk, survival = np.empty(size), np.empty(size)
    events, incidence, squared = (np.empty((causes, size)) for _ in range(3))
    kind = VARIANCES.index(variance)
    _forward(left, joined, kind, at_risk, survival, events, incidence, squared)
    if placed is not None and variance == "jackknife":
        squared = np.stack([_jackknife(placed, outcome, events, at_risk, k) for k in range(causes)])
        squared[incidence == 1.0] = 0.0
    censored = left[0].astype(np.float64)
    columns = (at_risk, censored, events, survival, incidence, squared)
    return Incidence(frozen(counted.time), *map(frozen, columns))


@compiled
def _forward(
    left: Counts,
    joined: Codes,
    variance_kind: int,
    at_risk: Vector,
    survival: Vector,
    events: Matrix,
    incidence: Matrix,
    variance: Matrix,
) -> None:
    """Step (S, F_k) and their variances through the moments.

    left[0, j] are censored; nobody joins past the end of `joined`.
    """
    causes, size = events.shape
    f, f_variance, s_variance = np.zeros(causes), np.zeros(causes), np.zeros(causes)
    covariance = np.zeros(causes)  # of S with each F_k
    s, n = 1.0, 0.0
    for j in range(size):
        if j < joined.size:
            n += joined[j]
        d = left[1, j]
        for k in range(1, causes):
            d += left[k + 1, j]
        at_risk[j], stay = n, 1 - d / n if d > 0 else 1.0
        for k in range(causes):
            own = left[k + 1, j]
            if d > 0 and s > 0.0:  # then n > 0, and nothing moves past S = 0
                h = own / n
                v_own, v_all, shared = _spread(own, d, n, variance_kind)
                f[k] += s * h
                f_variance[k] += h * (2 * covariance[k] + h * s_variance[k]) + s * s * v_own
                if own == n and f.sum() == f[k]:  # all that was unsure cancels
                    f[k], f_variance[k] = 1.0, s * s * v_own
                covariance[k] = stay * (covariance[k] + h * s_variance[k]) - s * s * shared
                s_variance[k] = stay * stay * s_variance[k] + s * s * v_all
            events[k, j], incidence[k, j] = own, min(f[k], 1.0)
            variance[k, j] = max(f_variance[k], 0.0)
        s *= stay
        survival[j] = s
        n -= d + left[0, j]


@compiled
def _spread(own: int, every: int, n: float, variance_kind: int) -> tuple[float, float, float]:
    """Variances of a cause's d/n and of all causes' together, and their covariance."""
    if variance_kind == 0:  # jackknife
        inverse = 1 / n
        h, total = own * inverse, every * inverse
        return h * (1 - h) * inverse, total * (1 - total) * inverse, h * (1 - total) * inverse
    apart = _apart(own, n)
    return apart, apart + _apart(every - own, n), apart


@compiled
def _apart(events: int, n: float) -> float:
    """Variance of d/n with d events a moment: d (n - d) / (n² (n - 1)), or 1/n² for one."""
    return events * (n - events) / (n * n * (n - 1)) if events > 1 else events / (n * n)


def _jackknife(
    placed: Moments, outcome: Codes, events: Matrix, at_risk: Vector, cause: int
) -> Vector:
    """Sum over rows the squared influence on F_k, at every moment.

    A row that entered before moment e has, while at risk at t, the influence
    α_e + β_e F(t) + g(t); having left at x, it keeps A + L F(t).  Sums of squares of both
    kinds need only the cumulated coefficients of the rows that entered and left.
    """
    size = placed.time.size
    total = events.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, total / at_risk, 0.0)
        leave = np.where(at_risk > total, 1 / (at_risk - total), 0.0)  # d log S / d weight
        share = np.where(at_risk > 0, events[cause] / at_risk, 0.0)
        inverse = np.where(at_risk > 0, 1 / at_risk, 0.0)
    before = np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])  # S(u-)
    step = before * share
    incidence = np.cumsum(step)
    growth = np.cumsum(hazard * leave)  # H
    pulled = np.cumsum(step * (growth - hazard * leave))  # Σ dF H(u-)
    spread = np.cumsum(step * inverse)
    alongside = pulled - spread  # g
    prior = np.concatenate([[0.0], incidence]), np.concatenate([[0.0], growth])
    prior_alongside = np.concatenate([[0.0], alongside])

    first = np.zeros(outcome.size, dtype=np.int64) if placed.first is None else placed.first
    ever = first <= placed.exit
    first, last, how = first[ever], placed.exit[ever], outcome[ever]
    beta = -prior[1][first]
    alpha = -prior_alongside[first] - beta * prior[0][first]
    at_exit = alpha + beta * incidence[last] + alongside[last]
    at_exit += (how == cause + 1) * before[last] * inverse[last]
    slope = growth[last] + beta - (how > 0) * leave[last]
    constant = at_exit - slope * incidence[last]

    def still_in(weight: Vector) -> Vector:
        into = np.bincount(first, weights=weight, minlength=size + 1)[:size]
        out = np.bincount(last, weights=weight, minlength=size)
        return np.asarray(np.cumsum(into - out))  # past the exits at this moment

    def gone(weight: Vector) -> Vector:
        return np.asarray(np.cumsum(np.bincount(last, weights=weight, minlength=size)))

    f, g = incidence, alongside
    inside = still_in(alpha**2) + f**2 * still_in(beta**2) + g**2 * still_in(np.ones(last.size))
    inside += 2 * (f * still_in(alpha * beta) + g * still_in(alpha) + f * g * still_in(beta))
    outside = gone(constant**2) + 2 * f * gone(constant * slope) + f**2 * gone(slope**2)
    return np.asarray(np.maximum(inside + outside, 0.0))
