"""Spending written down point by point, and spending confined to a part of the trial.

A table says the share of the budget spent by each fraction of the information, and what
happens between: nothing until the next point (`StepSpending`), a straight line
(`PiecewiseLinearSpending`), or it speaks of the looks alone (`SpendingByLook`).  With a range
[low, high], as gsDesign does:

    truncated   0 up to low, f((t - low)/(high - low)) inside, all from high on
    trimmed     0 up to low, f(t) inside, all from high on
    gapped      f(t) below low, f(low) until high, all from high on
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from equipoise.design.sequential.rules import Spending
from equipoise.design.sequential.spending import SpendingFunction
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector

SHARE_ROUNDING = 1e-9  # a share of the budget given as a quotient may be rounded this much


@dataclass(frozen=True, slots=True)
class SpendingByLook(SpendingFunction):
    """The share spent by each look, in the order of the looks, wherever they fall.

    >>> SpendingByLook((0.1, 0.4, 1.0))(np.array([0.3, 0.7, 1.0]), 0.025).round(6).tolist()
    [0.0025, 0.01, 0.025]
    """

    shares: tuple[float, ...]  # cumulative, from 0 to 1

    def __post_init__(self) -> None:
        check_shares(self.shares)

    @classmethod
    def spending(cls, cumulative: tuple[float, ...], total: float) -> "SpendingByLook":
        """Give the table of error spent in absolute terms, as of a budget of `total`."""
        return cls(tuple(spent / total for spent in cumulative))

    def __str__(self) -> str:
        return f"spending by a table of the looks ({listed(self.shares)})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent at looks 1, 2, …; the fractions only order them.

        Raises:
            DesignError: There are more looks than shares.
        """
        _, order = np.unique(at, return_inverse=True)
        looks = int(order.max()) + 1
        if looks > len(self.shares):
            raise DesignError(
                f"The table of spending has {len(self.shares)} shares for {looks} looks before "
                "the end; give one share for each look."
            )
        return np.minimum(total * np.array(self.shares)[order], total)


@dataclass(frozen=True, slots=True)
class PiecewiseLinearSpending(SpendingFunction):
    """Straight lines from (0, 0) through the points to (1, 1)."""

    fractions: tuple[float, ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        check_table(self.fractions, self.shares)

    def __str__(self) -> str:
        return f"piecewise linear spending ({pairs(self.fractions, self.shares)})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        fractions, shares = (0.0, *self.fractions, 1.0), (0.0, *self.shares, 1.0)
        return total * np.interp(at, fractions, shares)


@dataclass(frozen=True, slots=True)
class StepSpending(SpendingFunction):
    """Nothing before the first point, each share from its fraction on, all at the end."""

    fractions: tuple[float, ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        check_table(self.fractions, self.shares)

    def __str__(self) -> str:
        return f"spending in steps ({pairs(self.fractions, self.shares)})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        reached = np.searchsorted(self.fractions, at, side="right")
        return total * np.array((0.0, *self.shares))[reached]


@dataclass(frozen=True, slots=True)
class SpendingInRange(SpendingFunction):
    """Another spending function, changed by a range of the information."""

    spending: Spending
    low: float
    high: float

    def __post_init__(self) -> None:
        check_range(self.low, self.high)


@dataclass(frozen=True, slots=True)
class TruncatedSpending(SpendingInRange):
    """A spending function squeezed into the range from low to high."""

    def __str__(self) -> str:
        return f"{self.spending}, squeezed into information {self.low:g} to {self.high:g}"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        moved = np.clip((at - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.where(at >= self.high, total, self.spending(moved, total))


@dataclass(frozen=True, slots=True)
class TrimmedSpending(SpendingInRange):
    """A spending function without what lies outside the range from low to high."""

    def __str__(self) -> str:
        return f"{self.spending}, trimmed to information {self.low:g} to {self.high:g}"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        untrimmed = np.where(at <= self.low, 0.0, self.spending(at, total))
        return np.where(at >= self.high, total, untrimmed)


@dataclass(frozen=True, slots=True)
class GappedSpending(SpendingInRange):
    """A spending function that rests from low to high, where all the remainder is spent."""

    def __str__(self) -> str:
        return f"{self.spending}, resting from information {self.low:g} to {self.high:g}"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        resting = self.spending(np.minimum(at, self.low), total)
        return np.where(at >= self.high, total, resting)


def check_range(low: float, high: float) -> None:
    """Refuse a range that is not within the trial.

    Raises:
        DesignError: It is not 0 ≤ low < high ≤ 1.
    """
    if not 0.0 <= low < high <= 1.0:
        raise DesignError(
            f"Spending cannot be confined to information {low:g} to {high:g}; "
            "the range must rise within 0 and 1."
        )


def check_table(fractions: tuple[float, ...], shares: tuple[float, ...]) -> None:
    """Refuse a table of spending whose columns do not rise together.

    Raises:
        DesignError: The columns differ in length, or one of them does not rise within 0 and 1.
    """
    if len(fractions) != len(shares):
        raise DesignError(
            f"A table of spending has {len(fractions)} fractions and {len(shares)} shares; "
            "give one share for each fraction."
        )
    if not all(low < high for low, high in zip((0.0, *fractions), (*fractions, 1.0), strict=True)):
        raise DesignError(
            f"The fractions of a table of spending are {listed(fractions)}; "
            "they must increase strictly between 0 and 1."
        )
    check_shares(shares)


def check_shares(shares: tuple[float, ...]) -> None:
    """Refuse shares of the budget that fall or leave the range from 0 to 1.

    Raises:
        DesignError: They do, or there are none.
    """
    within = bool(shares) and shares[0] >= 0.0 and shares[-1] <= 1.0 + SHARE_ROUNDING
    if not within or any(later < share for share, later in pairwise(shares)):
        raise DesignError(
            f"The cumulative shares of the budget are {listed(shares)}; "
            "they must not fall, from 0 or more to at most 1."
        )


def listed(numbers: tuple[float, ...]) -> str:
    """Write numbers in a row."""
    return ", ".join(f"{number:g}" for number in numbers) or "none"


def pairs(fractions: tuple[float, ...], shares: tuple[float, ...]) -> str:
    """Write the points of a table."""
    return ", ".join(f"{share:g} by {at:g}" for at, share in zip(fractions, shares, strict=True))
