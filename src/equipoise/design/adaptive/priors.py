"""What is believed of an effect before the trial, on the scale on which the test is linear.

A prior is a value: normal, truncated normal, a grid of points, or a mixture of these.  From
published estimates it is the random-effects predictive distribution of a new trial's effect,

    μ ± √(τ² + se(μ)²),    y_i ~ N(μ, s_i² + τ²)      (Higgins, Thompson & Spiegelhalter 2009),

with τ² by restricted maximum likelihood, DerSimonian & Laird (1986), or Paule & Mandel (1982);
see `kernel.heterogeneity`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.confidence import error_of_limits
from equipoise.kernel.heterogeneity import Estimator, tau_squared
from equipoise.kernel.normal import upper_tail
from equipoise.kernel.quadrature import even_panels

REACH = 9.0  # standard deviations of a normal prior that are integrated over
PANEL = 1.5  # standard deviations


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """Normal."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        check_spread(self.mean, self.sd)

    def nodes(self) -> tuple[Vector, Vector]:
        """Give values and the probability at each, to average over."""
        return _normal_nodes(self.mean, self.sd, -np.inf, np.inf)

    def above(self, value: float) -> float:
        """Give the chance of an effect above a value."""
        return upper_tail((value - self.mean) / self.sd)


@dataclass(frozen=True, slots=True)
class TruncatedNormalPrior:
    """Normal, known to lie between two limits."""

    mean: float
    sd: float
    lower: float = -np.inf
    upper: float = np.inf

    def __post_init__(self) -> None:
        check_spread(self.mean, self.sd)
        near = np.array([self.lower, self.upper]) - self.mean
        if not self.lower < self.upper or near[0] > REACH * self.sd or near[1] < -REACH * self.sd:
            raise DesignError(
                f"The prior N({self.mean:g}, {self.sd:g}) has nothing between {self.lower:g} and "
                f"{self.upper:g}; widen the limits."
            )

    def nodes(self) -> tuple[Vector, Vector]:
        """Give values and the probability at each, to average over."""
        return _normal_nodes(self.mean, self.sd, self.lower, self.upper)

    def above(self, value: float) -> float:
        """Give the chance of an effect above a value."""
        low, cut, high = (
            (x - self.mean) / self.sd
            for x in (self.lower, min(max(value, self.lower), self.upper), self.upper)
        )
        whole = ndtr(-low) - ndtr(-high)
        return float((ndtr(-cut) - ndtr(-high)) / whole)


@dataclass(frozen=True, slots=True)
class GridPrior:
    """Points, each with its weight; one point is certainty."""

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()  # empty: all alike; they need not add to 1

    def __post_init__(self) -> None:
        weights = self.weights or (1.0,) * len(self.values)
        if not self.values or len(weights) != len(self.values):
            raise DesignError(
                f"The prior has {len(self.values)} values and {len(weights)} weights; give one "
                "weight for each value, and at least one."
            )
        if not (np.isfinite(self.values).all() and min(weights) >= 0 < sum(weights)):
            raise DesignError("The prior's values must be numbers and its weights 0 or more.")

    def nodes(self) -> tuple[Vector, Vector]:
        """Give values and the probability at each, to average over."""
        weights = np.asarray(self.weights or np.ones(len(self.values)), dtype=np.float64)
        return np.asarray(self.values, dtype=np.float64), weights / weights.sum()

    def above(self, value: float) -> float:
        """Give the chance of an effect above a value."""
        values, weights = self.nodes()
        return float(weights[values > value].sum())


SimplePrior: TypeAlias = NormalPrior | TruncatedNormalPrior | GridPrior


@dataclass(frozen=True, slots=True)
class MixturePrior:
    """Several priors, each believed with a weight (a skeptical and an optimistic one, say)."""

    parts: tuple[SimplePrior, ...]
    weights: tuple[float, ...]  # they need not add to 1

    def __post_init__(self) -> None:
        if len(self.parts) != len(self.weights) or not self.parts:
            raise DesignError(
                f"The mixture has {len(self.parts)} parts and {len(self.weights)} weights; give "
                "one weight for each part, and at least one."
            )
        if not min(self.weights) >= 0 < sum(self.weights):
            raise DesignError(f"The weights of the mixture are {self.weights}; give 0 or more.")

    @property
    def shares(self) -> Vector:
        """The weights, adding to 1."""
        weights = np.asarray(self.weights, dtype=np.float64)
        return np.asarray(weights / weights.sum())

    def above(self, value: float) -> float:
        """Give the chance of an effect above a value."""
        return float(self.shares @ np.array([part.above(value) for part in self.parts]))


EffectPrior: TypeAlias = SimplePrior | MixturePrior


@dataclass(frozen=True, slots=True)
class PooledEvidence:
    """Published estimates, put together with random effects."""

    mean: float  # μ, on the linear scale
    standard_error: float  # of μ
    between: float  # τ, the standard deviation of true effects between trials
    method: str
    trials: int

    @property
    def new_trial(self) -> NormalPrior:
        """What they lead one to believe of a new trial's effect."""
        return NormalPrior(self.mean, float(np.hypot(self.between, self.standard_error)))

    @property
    def average(self) -> NormalPrior:
        """What they lead one to believe of the mean effect over trials."""
        return NormalPrior(self.mean, self.standard_error)


def pooled_evidence(
    estimates: Sequence[tuple[float, float]],
    *,
    method: Literal[
        "restricted maximum likelihood", "dersimonian-laird", "paule-mandel", "fixed"
    ] = ("restricted maximum likelihood"),
) -> PooledEvidence:
    """Put estimates of one effect together, with random effects between trials.

    Args:
        estimates: (estimate, standard error) of each, on the linear scale (logs of ratios).
        method: for τ²; "fixed" takes it as 0.

    Raises:
        DesignError: for no estimate, or a standard error that is none.

    Accuracy: 1e-10 in τ².

    Witness: DerSimonian & Laird's closed form; the estimating equations of the others; one
        trial: its own estimate.

    >>> told = pooled_evidence([(-0.5, 0.2), (-0.1, 0.15), (-0.4, 0.3)], method="dersimonian-laird")
    >>> round(told.mean, 4), round(told.between, 4)
    (-0.2881, 0.1303)
    """
    value = np.array([estimate for estimate, _ in estimates], dtype=np.float64)
    error = np.array([error for _, error in estimates], dtype=np.float64)
    if value.size == 0:
        raise DesignError("There is no estimate; give at least one, with its standard error.")
    if not (np.isfinite(value).all() and np.isfinite(error).all() and (error > 0).all()):
        raise DesignError("Every estimate must be a number and every standard error above 0.")
    square = 0.0
    if value.size > 1 and method != "fixed":
        square = tau_squared(value, error**2, _BETWEEN[method])
    weight = 1 / (error**2 + square)
    return PooledEvidence(
        mean=float(weight @ value / weight.sum()),
        standard_error=float(weight.sum() ** -0.5),
        between=float(np.sqrt(square)),
        method=method,
        trials=int(value.size),
    )


def log_ratios(
    ratios: Sequence[tuple[float, float, float]], *, level: float = 0.95
) -> list[tuple[float, float]]:
    """Give (log ratio, standard error) of published ratios with their confidence limits.

    Args:
        ratios: (ratio, lower limit, upper limit) of each.
        level: of the limits.

    Raises:
        DesignError: for limits out of order or not positive.

    Witness: law: symmetric limits on the log scale give back their standard error.

    >>> [(round(value, 4), round(error, 4)) for value, error in log_ratios([(0.5, 0.25, 1.0)])]
    [(-0.6931, 0.3537)]
    """
    told = []
    for ratio, lower, upper in ratios:
        if not 0 < lower < ratio < upper:
            raise DesignError(
                f"The ratio {ratio:g} with limits {lower:g} and {upper:g} is out of order; the "
                "limits must be positive and lie on either side of it."
            )
        error = error_of_limits(float(np.log(lower)), float(np.log(upper)), level)
        told.append((float(np.log(ratio)), error))
    return told


def check_spread(mean: float, sd: float) -> None:
    """Refuse a normal prior that is none."""
    if not (np.isfinite(mean) and np.isfinite(sd) and sd > 0):
        raise DesignError(
            f"The prior has mean {mean:g} and standard deviation {sd:g}; the deviation must be "
            "above 0. For certainty give a GridPrior of one value."
        )


def _normal_nodes(mean: float, sd: float, lower: float, upper: float) -> tuple[Vector, Vector]:
    low, high = max(lower, mean - REACH * sd), min(upper, mean + REACH * sd)
    value, width = even_panels(low, high, widest=PANEL * sd)
    mass = width * np.exp(-(((value - mean) / sd) ** 2) / 2)
    return value, mass / mass.sum()


_BETWEEN: dict[str, Estimator] = {
    "restricted maximum likelihood": "REML",
    "dersimonian-laird": "DL",
    "paule-mandel": "PM",
}
