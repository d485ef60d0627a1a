"""Student's t with an effect: how often an estimated standard error lets it be seen.

An estimate with noncentrality δ (its mean in true standard errors) is divided by an estimated
standard error.  That is u times the true one, with u² ~ χ²_f / f independent of the estimate:

    P(T > t) = E Φ(δ - t u),        P(lower + t u < X < upper - t u), X ~ N(0, 1):
    E [Φ(upper - t u) - Φ(lower + t u)]⁺       (Owen 1965; two one-sided tests)

We integrate over w = log u, whose density 2 a^a / Γ(a) exp(2aw - a e^{2w}), a = f/2, is smooth
for every f > 0, on Gauss-Legendre panels.  Degrees of freedom need not be whole.
"""

from functools import lru_cache

import numpy as np
from scipy.special import gammaln, ndtr, stdtrit

from equipoise.kernel.arrays import Vector
from equipoise.kernel.quadrature import even_panels

NEGLIGIBLE = 84.0  # twice -log of the density, over its peak, where we stop: e⁻⁴² < 1e-18
STIRLING_FROM = 12.0  # above this, log Γ by its series: no cancellation
WIDEST_PANEL = 0.75


def student_upper_quantile(p: float, degrees: float) -> float:
    """Give the t with P(T > t) = p.

    Witness: R's `qt`.

    >>> round(student_upper_quantile(0.025, 10.0), 6)
    2.228139
    """
    return float(-stdtrit(degrees, p))


def noncentral_t_upper_tail(t: float, degrees: float, noncentrality: float) -> float:
    """Give P(T > t) for Student's t with a noncentrality.

    Accuracy: 1e-13 absolute, for degrees of freedom of 0.5 to 1e8.

    Witness: quadrature of 30 digits and R's `pt`; the central t when δ = 0.

    >>> round(noncentral_t_upper_tail(2.0, 10.0, 1.5), 6)
    0.340846
    """
    spread, mass = spread_mesh(degrees, abs(noncentrality))
    return float(mass @ ndtr(noncentrality - t * spread))


def within_both_margins(t: float, degrees: float, lower: float, upper: float) -> float:
    """Give P(lower + t u < X < upper - t u): both of two one-sided t-tests succeed.

    Args:
        t: the critical value of each test.
        degrees: of freedom of the estimated standard error.
        lower: (lower margin - true effect) over the true standard error.
        upper: (upper margin - true effect) over the true standard error.

    Accuracy: 1e-13 absolute.

    Witness: two-dimensional integration; SAS PROC POWER's equivalence of two means.
    """
    if upper <= lower:
        return 0.0
    if t <= 0:  # a level of one half or more: the region never closes
        spread, mass = spread_mesh(degrees, max(abs(lower), abs(upper)))
    else:
        sharpness = max(abs(lower), abs(upper))
        spread, mass = spread_mesh(degrees, sharpness, highest=(upper - lower) / (2 * t))
    return float(mass @ (ndtr(upper - t * spread) - ndtr(lower + t * spread)))


def spread_mesh(
    degrees: float, sharpness: float, *, highest: float = np.inf
) -> tuple[Vector, Vector]:
    """Give nodes for u, estimated over true standard error, and the probability at each.

    Args:
        degrees: of freedom.
        sharpness: of what will be integrated, in units of 1/log u (a noncentrality).
        highest: leave out u above this.

    Witness: the probabilities add to 1.
    """
    half = degrees / 2
    log_low, log_high = _reach(degrees)
    log_high = min(log_high, float(np.log(highest)))
    if log_high <= log_low:
        return np.zeros(1), np.zeros(1)
    panel = min(WIDEST_PANEL, 3 / np.sqrt(2 * degrees), 3 / max(sharpness, 1.0))
    log_spread, width = even_panels(log_low, log_high, widest=panel)
    twice = 2 * log_spread
    growth = np.expm1(twice)
    mass = width * np.exp(_log_peak(half) - half * (growth - twice))
    return np.exp(log_spread), mass


@lru_cache(maxsize=4096)
def _log_peak(half: float) -> float:
    """Give the log-density of log u at 0: log 2 + a log a - a - log Γ(a)."""
    if half < STIRLING_FROM:
        return float(np.log(2.0) + half * np.log(half) - half - gammaln(half))
    inverse = 1 / half
    square = inverse * inverse
    series = inverse * (
        1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))
    )
    return float(np.log(2.0) + 0.5 * np.log(half / (2 * np.pi)) - series)


def _reach(degrees: float) -> tuple[float, float]:
    """Give the log u beyond which e^{2w} - 1 - 2w exceeds what matters."""
    depth = NEGLIGIBLE / degrees
    low = -(depth + 1) / 2 if depth > 2 else -np.sqrt(depth / 2) * (1 + depth)  # noqa: PLR2004
    high = min(np.sqrt(depth / 2), 0.5 * np.log1p(2 * depth + 2 * np.sqrt(depth)))
    return float(low), float(high)
