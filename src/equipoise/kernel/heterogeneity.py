"""How much true effects differ between studies: τ² of the random-effects model, by seven methods.

    y_i = x_i'β + u_i + e_i,    u_i ~ N(0, τ²),  e_i ~ N(0, v_i) with v_i known

With weights w = 1/(v + τ²), W = diag(w) and P = W - WX(X'WX)⁻¹X'W (P y: weighted residuals):

    DL    (y'Py - (k - p)) / tr P  at τ = 0                         (DerSimonian & Laird 1986)
    PM    y'Py = k - p                                              (Paule & Mandel 1982)
    REML  y'PPy = tr P,    ML  y'PPy = tr W                         (the highest of their peaks)
    HE    (y'P₀y - tr P₀V) / (k - p),  P₀ unweighted                (Hedges & Olkin 1985)
    SJ    τ₀² y'Py / (k - p) at τ₀² = Σ(y - ȳ)² / k                 (Sidik & Jonkman 2005)

None is below 0.  Q-profile limits: y'Py equal to quantiles of chi-square (Viechtbauer 2007).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import chdtri

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.root import root_between

Estimator: TypeAlias = Literal["DL", "REML", "PM", "fixed", "ML", "SJ", "HE"]
STEPS = 60  # values of τ² between which the likelihood is searched for peaks
LEAST = 1e-6  # of the largest τ² searched: the first value above 0


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted regression on known variances: what every estimator is made of."""

    weight: Vector
    coefficients: Vector
    covariance: Matrix  # (X'WX)⁻¹
    residual: Vector
    q: float  # y'Py
    trace: float  # of P


def constant(size: int) -> Matrix:
    """Give the design of a plain mean."""
    return np.ones((size, 1))


def weighted(value: Vector, variance: Vector, square: float, design: Matrix) -> Weighted:
    """Fit y = Xβ with weights 1/(v + τ²).

    Args:
        value: y, one a study.
        variance: v, one a study.
        square: τ².
        design: X, a row a study; of full column rank.
    """
    weight = 1.0 / (variance + square)
    weighed = design * weight[:, None]
    covariance: Matrix = np.asarray(np.linalg.inv(design.T @ weighed), dtype=np.float64)
    coefficients = covariance @ (weighed.T @ value)
    residual = value - design @ coefficients
    trace = float(weight.sum() - np.trace(covariance @ (weighed.T @ weighed)))
    q = float(weight @ residual**2)
    return Weighted(weight, coefficients, covariance, residual, q, trace)


def tau_squared(
    value: Vector, variance: Vector, method: Estimator, design: Matrix | None = None
) -> float:
    """Estimate the variance of true effects between studies, 0 or more.

    Args:
        value: estimates, one a study; more studies than columns of the design.
        variance: their squared standard errors.
        method: the estimator; "fixed" takes τ² as 0.
        design: moderators with a constant; a plain mean where it is left out.

    Accuracy: 1e-10 relative, save near 0.

    Witness: R metafor 3.8 `rma(method=)`; the estimating equations.

    >>> y, v = np.array([-0.5, -0.1, -0.4]), np.array([0.04, 0.0225, 0.09])
    >>> round(tau_squared(y, v, "DL"), 6)
    0.016967
    """
    x = constant(value.size) if design is None else design
    match method:
        case "fixed":
            return 0.0
        case "DL":
            known = weighted(value, variance, 0.0, x)
            return max(0.0, (known.q - _spare(x)) / known.trace)
        case "PM":
            return _crossed(value, variance, x, float(_spare(x))) or 0.0
        case "HE":
            return _hedges_olkin(value, variance, x)
        case "SJ":
            first = float(np.var(value))
            spread = weighted(value, variance, first, x).q if first else 0.0
            return first * spread / _spare(x)
    return _highest_peak(value, variance, x, restricted=method == "REML")


def q_profile(
    value: Vector, variance: Vector, level: float, design: Matrix | None = None
) -> tuple[float, float] | None:
    """Give the values of τ² that Cochran's Q does not contradict; None where there is none.

    Witness: R metafor 3.8 `confint`.

    >>> y, v = np.array([-0.9, -0.1, 0.4]), np.array([0.04, 0.0225, 0.09])
    >>> lower, upper = q_profile(y, v, 0.95)
    >>> round(lower, 4), round(upper, 3)
    (0.059, 16.923)
    """
    x = constant(value.size) if design is None else design
    tail, spare = (1.0 - level) / 2.0, _spare(x)
    upper = _crossed(value, variance, x, float(chdtri(spare, 1.0 - tail)))
    if upper is None:
        return None
    return _crossed(value, variance, x, float(chdtri(spare, tail))) or 0.0, upper


def _hedges_olkin(value: Vector, variance: Vector, design: Matrix) -> float:
    hat = design @ np.linalg.pinv(design)
    residual = value - hat @ value
    noise = float(variance @ (1.0 - np.diag(hat)))
    return max(0.0, (float(residual @ residual) - noise) / _spare(design))


def _spare(design: Matrix) -> int:
    """Give k - p."""
    return int(design.shape[0] - design.shape[1])


def _crossed(value: Vector, variance: Vector, design: Matrix, target: float) -> float | None:
    """Find the τ² at which Q, which falls with it, is a target; None where it starts below."""

    def excess(square: float) -> float:
        return weighted(value, variance, square, design).q - target

    if excess(0.0) < 0.0:
        return None
    return _falling_root(excess, float(np.var(value)) + 1e-12)


def _falling_root(function: Callable[[float], float], high: float) -> float:
    while function(high) > 0.0:
        high *= 2.0
    return root_between(function, 0.0, high)


def _highest_peak(value: Vector, variance: Vector, design: Matrix, *, restricted: bool) -> float:
    """Find the largest (restricted) likelihood; there can be several peaks, and one at 0."""

    def score(square: float) -> float:
        fit = weighted(value, variance, square, design)
        curved = fit.trace if restricted else float(fit.weight.sum())
        return float(fit.weight**2 @ fit.residual**2) - curved

    def height(square: float) -> float:
        fit = weighted(value, variance, square, design)
        told = float(np.log(fit.weight).sum()) - fit.q
        return told + float(np.linalg.slogdet(fit.covariance)[1]) if restricted else told

    most = float(np.var(value)) * value.size + float(variance.max())
    while score(most) > 0.0:
        most *= 2.0
    points = [0.0, *np.geomspace(LEAST * most, most, STEPS).tolist()]
    slopes = [score(point) for point in points]
    peaks = [0.0] if slopes[0] <= 0.0 else []
    for low, high, rising, falling in zip(points, points[1:], slopes, slopes[1:], strict=False):
        if rising > 0.0 >= falling:
            peaks.append(root_between(score, low, high))
    return max(peaks, key=height)
