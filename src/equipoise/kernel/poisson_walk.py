"""Watching a count of events grow with exposure, exactly.

Events arrive as a Poisson process.  A trial stops at exposure t_k when N(t_k) ≥ r_k.  Given
N(t_k) = x the earlier events are spread evenly, so the chance of having got so far does not
depend on the rate (sufficiency, as in `binomial_walk`):

    c_k(x) = Σ_j c_{k-1}(j) Binomial(j; x, t_{k-1} / t_k),     j < r_{k-1}.

Under continuous surveillance the c-th event stops the trial if it comes by exposure τ_c; that
is N(τ_c) ≥ c at looks τ_1 < τ_2 < …, with r_k = k (Kulldorff et al. 2011).
"""

import numpy as np
from scipy.special import gammainc, gammaln, pdtrc, xlogy

from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen


def poisson_going(stop_at: Codes, exposure: Vector) -> Matrix:
    """Give c_k(x) of the counts that go on after each look: (looks, largest stop_at).

    Args:
        stop_at: (looks,) stop at or above; never falling.
        exposure: (looks,) increasing, in any unit.

    Witness: plain Poisson steps (tests/twice/test_design_safety.py); Kulldorff et al. (2011).
    """
    size = int(stop_at.max())
    count = np.arange(size)
    since = np.maximum(count[:, None] - count, 0)
    choose = gammaln(count[:, None] + 1.0) - gammaln(count + 1.0) - gammaln(since + 1.0)
    choose = np.where(count[:, None] >= count, choose, -np.inf)
    going = np.zeros((stop_at.size, size))
    before, at = np.ones(1), 0.0
    for k, most in enumerate(stop_at.tolist()):
        share, cells = at / exposure[k], np.s_[:most, : before.size]
        thin = xlogy(count[: before.size], share) + xlogy(since[cells], 1.0 - share)
        before = np.exp(choose[cells] + thin) @ before
        going[k, :most], at = before, float(exposure[k])
    return frozen(going)


def going_on_at(stop_at: Codes, exposure: Vector, rate: float) -> float:
    """Give the chance at one rate of going on after the last look.

    Args:
        stop_at: (looks,) stop at or above; never falling.
        exposure: (looks,) increasing.
        rate: events per exposure.

    Witness: `going_on`.

    >>> from equipoise.kernel.arrays import codes, vector
    >>> round(going_on_at(codes([1, 2]), vector([1.0, 2.0]), 1.0), 6)
    0.270671
    """
    count = np.arange(int(stop_at.max()))
    added = rate * np.diff(exposure, prepend=0.0)[:, None]
    chance = np.exp(xlogy(count, added) - added - gammaln(count + 1.0))
    going = np.ones(1)
    for most, steps in zip(stop_at.tolist(), chance, strict=True):
        going = np.convolve(going, steps[:most])[:most]
    return float(going.sum())


def going_on(going: Matrix, exposure: Vector, rates: Vector) -> Matrix:
    """Give the chance of still going on after each look, (looks, rates).

    Witness: plain Poisson steps (tests/twice).

    >>> from equipoise.kernel.arrays import codes, vector
    >>> going = poisson_going(codes([1, 2]), vector([1.0, 2.0]))
    >>> going_on(going, vector([1.0, 2.0]), vector([1.0])).ravel().round(6).tolist()
    [0.367879, 0.270671]
    """
    count = np.arange(going.shape[1])
    mean = exposure[:, None] * rates
    log_chance = xlogy(count, mean[:, :, None]) - mean[:, :, None] - gammaln(count + 1.0)
    return frozen(np.einsum("krx,kx->kr", np.exp(log_chance), going))


def expected_exposure(going: Matrix, stop_at: Codes, exposure: Vector, rate: float) -> float:
    """Give the mean exposure at which continuous surveillance ends, at most the last.

    Between looks the trial stops at the event that reaches the next look's count:
    ∫₀^d P(N(u) ≤ m) du = Σ_{i ≤ m} P(N(d) > i) / rate.

    Witness: quadrature of the chance of going on (tests/twice).
    """
    size = going.shape[1]
    count = np.arange(size)
    start = np.concatenate([np.eye(1, size), going[:-1]])
    begin = np.concatenate([[0.0], exposure[:-1]])
    width = exposure - begin
    if rate == 0:
        return float(exposure[-1])
    arrived = gammainc(count + 1.0, rate * width[:, None])  # (looks, i): P(N(width) > i)
    until = np.cumsum(arrived, axis=1) / rate  # (looks, m)
    mean = begin[:, None] * rate
    chance = np.exp(xlogy(count, mean) - mean - gammaln(count + 1.0)) * start
    room = stop_at[:, None] - 1 - count
    spent = np.where(room >= 0, np.take_along_axis(until, np.maximum(room, 0), axis=1), 0.0)
    return float((chance * spent).sum())


def poisson_tail(count: Vector, mean: Vector) -> Vector:
    """Give P(N ≥ count).

    Witness: `scipy.stats.poisson` (tests/twice).
    """
    tail = np.where(count > 0, pdtrc(np.maximum(count - 1.0, 0.0), mean), 1.0)
    return np.asarray(tail, dtype=np.float64)
