"""Pointwise limits for a survival probability, symmetric on a transformed scale.

With v the variance of log Ŝ and z the normal quantile of the level:

    plain     Ŝ ∓ z Ŝ √v                      log-log   Ŝ ^ exp(± z √v / log Ŝ)
    log       Ŝ exp(∓ z √v)                   logit     from logit Ŝ ∓ z √v / (1 - Ŝ)
    arcsin    sin²(arcsin √Ŝ ∓ ½ z √v √(Ŝ / (1 - Ŝ)))

Plain and log limits are cut at 0 and 1.  NaN where the scale has no finite value: at Ŝ = 0,
and, save for plain and log, at Ŝ = 1.  The same rules as R's survival (Kalbfleisch & Prentice
2002, §1.4; Borgan & Liestøl 1990).
"""

from typing import Literal, TypeAlias

import numpy as np
from scipy.special import expit, logit, ndtri

from equipoise.kernel.arrays import Vector

Scale: TypeAlias = Literal["log-log", "log", "plain", "logit", "arcsin"]
SCALES: tuple[Scale, ...] = ("log-log", "log", "plain", "logit", "arcsin")


def normal_quantile(level: float) -> float:
    """Give the z of a two-sided interval: 1.96 for a level of 0.95."""
    return float(-ndtri((1.0 - level) / 2.0))


def error_of_limits(lower: float, upper: float, level: float) -> float:
    """Give the standard error that a symmetric normal interval was made with.

    >>> round(error_of_limits(-1.96, 1.96, 0.95), 4)
    1.0
    """
    return (upper - lower) / (2.0 * normal_quantile(level))


def survival_limits(
    survival: Vector, log_variance: Vector, level: float, scale: Scale
) -> tuple[Vector, Vector]:
    """Give lower and upper limits at every point."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lower, upper = _limits(survival, normal_quantile(level) * np.sqrt(log_variance), scale)
    nothing = survival <= 0.0
    if scale in {"log-log", "logit", "arcsin"}:
        nothing |= survival >= 1.0
    return np.where(nothing, np.nan, lower), np.where(nothing, np.nan, upper)


def _limits(s: Vector, half: Vector, scale: Scale) -> tuple[Vector, Vector]:
    match scale:
        case "plain":
            return np.maximum(s - half * s, 0.0), np.minimum(s + half * s, 1.0)
        case "log":
            return s * np.exp(-half), np.minimum(s * np.exp(half), 1.0)
        case "log-log":
            power = np.exp(half / np.log(s))  # below 1
            return s ** (1.0 / power), s**power
        case "logit":
            step = half / (1.0 - s)
            return expit(logit(s) - step), expit(logit(s) + step)
        case "arcsin":
            angle, step = np.arcsin(np.sqrt(s)), 0.5 * half * np.sqrt(s / (1.0 - s))
            low, high = np.maximum(angle - step, 0.0), np.minimum(angle + step, np.pi / 2)
            return np.sin(low) ** 2, np.sin(high) ** 2


def transformed(survival: float, log_variance: float, scale: Scale) -> tuple[float, float]:
    """Give the transformed survival, rising with it, and its variance by the delta method."""
    s, v = survival, log_variance
    match scale:
        case "plain":
            return s, s * s * v
        case "log":
            return float(np.log(s)), v
        case "log-log":
            log = float(np.log(s))
            return -float(np.log(-log)), v / log**2
        case "logit":
            return float(logit(s)), v / (1.0 - s) ** 2
        case "arcsin":
            return float(np.arcsin(np.sqrt(s))), 0.25 * v * s / (1.0 - s)
