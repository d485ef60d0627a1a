"""Spending functions through any two points: f(t) = total · F(a + b F⁻¹(t)).

F is a continuous distribution function, b > 0 (Anderson & Clark 2010).  Two points
(t₀, p₀), (t₁, p₁) of the share spent fix a and b:

    b = (F⁻¹(p₁) - F⁻¹(p₀)) / (F⁻¹(t₁) - F⁻¹(t₀)),    a = F⁻¹(p₀) - b F⁻¹(t₀).

The beta family is f(t) = total · I_t(a, b) instead, and is fitted by iteration.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from scipy.special import betainc, expit, logit, ndtr, ndtri, stdtr, stdtrit

from equipoise.design.sequential.spending import SpendingFunction, require
from equipoise.errors import DesignError, DidNotConverge
from equipoise.kernel.arrays import Vector
from equipoise.kernel.root import root_between

LOG_SHAPES = (-20.0, 20.0)  # of beta distributions
WIDE = 35.0  # of one log shape from the other
LEAST = 1e-100  # fraction: scipy's quantile of t turns positive far below
Point: TypeAlias = tuple[float, float]  # (fraction of information, share of the budget spent)


@dataclass(frozen=True, slots=True)
class TwoParameter(SpendingFunction):
    """A location `a` and a slope `b` on the scale of a distribution's quantiles."""

    a: float
    b: float

    def __post_init__(self) -> None:
        require(np.isfinite(self.a), "a", self.a, "finite")
        require(0.0 < self.b < np.inf, "b", self.b, "above 0")

    @classmethod
    def through(cls, first: Point, second: Point) -> Self:
        """Give the member of the family that passes through two points.

        >>> logistic = LogisticSpending.through((0.25, 0.1), (0.75, 0.6))
        >>> logistic(np.array([0.25, 0.75]), 0.02).round(6).tolist()
        [0.002, 0.012]
        """
        (t0, p0), (t1, p1) = two_points(first, second)
        return cls(*line(cls.quantile(np.array([t0, t1])), cls.quantile(np.array([p0, p1]))))

    def __str__(self) -> str:
        return f"{self.named()} spending (a = {self.a:g}, b = {self.b:g})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        return total * self.distribution(self.a + self.b * self.quantile(at))

    @classmethod
    @abstractmethod
    def named(cls) -> str:
        """Give the name of the distribution."""

    @staticmethod
    @abstractmethod
    def distribution(x: Vector) -> Vector:
        """Give F(x)."""

    @staticmethod
    @abstractmethod
    def quantile(p: Vector) -> Vector:
        """Give the x with F(x) = p."""


@dataclass(frozen=True, slots=True)
class LogisticSpending(TwoParameter):
    """The logistic distribution: the odds of the share are e^a times a power of those of t."""

    @classmethod
    def named(cls) -> str:
        """Give the name of the distribution."""
        return "logistic"

    @staticmethod
    def distribution(x: Vector) -> Vector:
        """Give F(x)."""
        return np.asarray(expit(x))

    @staticmethod
    def quantile(p: Vector) -> Vector:
        """Give the x with F(x) = p."""
        return np.asarray(logit(p))


@dataclass(frozen=True, slots=True)
class NormalSpending(TwoParameter):
    """The normal distribution."""

    @classmethod
    def named(cls) -> str:
        """Give the name of the distribution."""
        return "normal"

    @staticmethod
    def distribution(x: Vector) -> Vector:
        """Give F(x)."""
        return np.asarray(ndtr(x))

    @staticmethod
    def quantile(p: Vector) -> Vector:
        """Give the x with F(x) = p."""
        return np.asarray(ndtri(p))


@dataclass(frozen=True, slots=True)
class CauchySpending(TwoParameter):
    """The Cauchy distribution: flat in the middle, steep near both ends."""

    @classmethod
    def named(cls) -> str:
        """Give the name of the distribution."""
        return "Cauchy"

    @staticmethod
    def distribution(x: Vector) -> Vector:
        """Give F(x), by its lower tail where that is small."""
        return np.arctan2(1.0, -x) / np.pi

    @staticmethod
    def quantile(p: Vector) -> Vector:
        """Give the x with F(x) = p."""
        return -1.0 / np.tan(np.pi * p)


@dataclass(frozen=True, slots=True)
class ExtremeValueSpending(TwoParameter):
    """The extreme-value distribution of maxima, F(x) = exp(-exp(-x))."""

    @classmethod
    def named(cls) -> str:
        """Give the name of the distribution."""
        return "extreme-value"

    @staticmethod
    def distribution(x: Vector) -> Vector:
        """Give F(x)."""
        return np.exp(-np.exp(-x))

    @staticmethod
    def quantile(p: Vector) -> Vector:
        """Give the x with F(x) = p."""
        return -np.log(-np.log(p))


@dataclass(frozen=True, slots=True)
class ExtremeValue2Spending(TwoParameter):
    """The extreme-value distribution of minima, F(x) = 1 - exp(-exp(x))."""

    @classmethod
    def named(cls) -> str:
        """Give the name of the distribution."""
        return "extreme-value (minima)"

    @staticmethod
    def distribution(x: Vector) -> Vector:
        """Give F(x)."""
        return -np.expm1(-np.exp(x))

    @staticmethod
    def quantile(p: Vector) -> Vector:
        """Give the x with F(x) = p."""
        return np.log(-np.log1p(-p))


@dataclass(frozen=True, slots=True)
class TDistributionSpending(SpendingFunction):
    """Student's t: between the Cauchy (1 degree of freedom) and the normal (many)."""

    a: float
    b: float
    degrees_of_freedom: float

    def __post_init__(self) -> None:
        require(np.isfinite(self.a), "a", self.a, "finite")
        require(0.0 < self.b < np.inf, "b", self.b, "above 0")
        degrees = self.degrees_of_freedom
        require(1.0 <= degrees < np.inf, "degrees of freedom", degrees, "1 or more")

    @classmethod
    def through(cls, first: Point, second: Point, degrees_of_freedom: float) -> Self:
        """Give the member with these degrees of freedom that passes through two points."""
        require(degrees_of_freedom >= 1.0, "degrees of freedom", degrees_of_freedom, "1 or more")
        (t0, p0), (t1, p1) = two_points(first, second)
        x, y = (stdtrit(degrees_of_freedom, np.array(p)) for p in ([t0, t1], [p0, p1]))
        return cls(*line(x, y), degrees_of_freedom)

    @classmethod
    def through_three(cls, first: Point, second: Point, third: Point) -> Self:
        """Give the member that passes through three points, if there is one.

        Raises:
            DesignError: No degrees of freedom from 1 to 200 reach the third point.
        """
        two_points(second, third)

        def miss(degrees: float) -> float:
            member = cls.through(first, second, degrees)
            return float(member.spent(np.array([third[0]]), 1.0)[0]) - third[1]

        low, high = miss(1.0), miss(200.0)
        if low * high > 0.0:
            reach = sorted((low + third[1], high + third[1]))
            raise DesignError(
                f"No t-distribution through {first} and {second} passes through {third}: at "
                f"{third[0]:g} the family spends from {reach[0]:.4g} to {reach[1]:.4g}."
            )
        return cls.through(first, second, root_between(miss, 1.0, 200.0))

    def __str__(self) -> str:
        return (
            f"t-distribution spending (a = {self.a:g}, b = {self.b:g}, "
            f"{self.degrees_of_freedom:g} degrees of freedom)"
        )

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        degrees = self.degrees_of_freedom
        quantile = stdtrit(degrees, np.maximum(at, LEAST))
        return np.asarray(total * stdtr(degrees, self.a + self.b * quantile))


@dataclass(frozen=True, slots=True)
class BetaDistributionSpending(SpendingFunction):
    """The beta distribution function of t."""

    a: float
    b: float

    def __post_init__(self) -> None:
        require(0.0 < self.a < np.inf, "a", self.a, "above 0")
        require(0.0 < self.b < np.inf, "b", self.b, "above 0")

    @classmethod
    def through(cls, first: Point, second: Point) -> Self:
        """Give the member of the family that passes through two points.

        Raises:
            DesignError: The points are out of order, or no member of the family meets both.
        """
        (t0, p0), (t1, p1) = two_points(first, second)

        def miss(log_a: float, log_b: float, t: float, p: float) -> float:
            share = betainc(np.exp(log_a), np.exp(log_b), t)
            return float(logit(np.clip(share, 1e-300, 1.0 - 1e-16)) - logit(p))

        def log_b(log_a: float) -> float:  # through the first point
            near = log_a - WIDE, log_a + WIDE
            return root_between(lambda at: miss(log_a, at, t0, p0), *near)

        try:
            log_a = root_between(lambda at: miss(at, log_b(at), t1, p1), *LOG_SHAPES)
        except DidNotConverge:
            raise DesignError(
                f"No beta distribution passes through {first} and {second}."
            ) from None
        return cls(float(np.exp(log_a)), float(np.exp(log_b(log_a))))

    def __str__(self) -> str:
        return f"beta-distribution spending (a = {self.a:g}, b = {self.b:g})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        return np.asarray(total * betainc(self.a, self.b, at))


def two_points(first: Point, second: Point) -> tuple[Point, Point]:
    """Check that two points rise within the unit square.

    Raises:
        DesignError: They do not.
    """
    (t0, p0), (t1, p1) = first, second
    if not (0.0 < t0 < t1 < 1.0 and 0.0 < p0 < p1 < 1.0):
        raise DesignError(
            f"A spending function through {first} and {second} needs both the fraction and the "
            "share to rise, strictly between 0 and 1."
        )
    return first, second


def line(x: Vector, y: Vector) -> Point:
    """Give the intercept and slope of the line through two points."""
    slope = float((y[1] - y[0]) / (x[1] - x[0]))
    return float(y[0] - slope * x[0]), slope
