"""Arithmetic on numbers that are known only to lie between two limits.

A printed number stands for every value that would be printed so.  What follows from printed
numbers is then a range too: from all values they may stand for (Moore 1966).  A function that
rises or falls in each of its arguments has its extremes at the corners:

    f([a, b], [c, d]) = [min, max] of f(a, c), f(a, d), f(b, c), f(b, d).

An argument that stands twice in a formula makes the result wider than it need be, never narrower:
numbers are never called incompatible that are not.  All ranges are closed.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

from equipoise.appraise.claims.claim import PrintedNumber

TOUCH = 1e-9  # relative; ranges this close share a point: both ends of a rounding are let in


@dataclass(frozen=True, slots=True)
class Range:
    """All values from `lower` to `upper`, both included.

    >>> Range(0.39, 0.41) / Range(0.6, 0.6)
    Range(lower=0.65, upper=0.6833333333333333)
    """

    lower: float
    upper: float

    def __add__(self, other: "Range") -> "Range":
        return Range(self.lower + other.lower, self.upper + other.upper)

    def __neg__(self) -> "Range":
        return Range(-self.upper, -self.lower)

    def __sub__(self, other: "Range") -> "Range":
        return self + -other

    def __mul__(self, other: "Range") -> "Range":
        return image(lambda a, b: a * b if a and b else 0.0, self, other)

    def __truediv__(self, other: "Range") -> "Range":
        """Divide by a range above 0; by 0 itself the quotient is infinite."""
        return image(lambda a, b: a / b if b else math.copysign(math.inf, a), self, other)

    @property
    def middle(self) -> float:
        """The value halfway."""
        return 0.5 * (self.lower + self.upper)

    def meets(self, other: "Range") -> bool:
        """Tell whether the ranges share a value."""
        return self.gap(other) <= 0.0

    def gap(self, other: "Range") -> float:
        """Give the distance between ranges that share no value; 0 where they do."""
        apart = max(self.lower - other.upper, other.lower - self.upper)
        sizes = [abs(each) for each in (self.lower, self.upper, other.lower, other.upper)]
        slack = TOUCH * max((each for each in sizes if each < math.inf), default=1.0)
        return apart if apart > slack else 0.0

    def contains(self, value: float) -> bool:
        """Tell whether a value is in the range."""
        return self.meets(Range(value, value))

    def shared(self, other: "Range") -> "Range | None":
        """Give the values that both ranges hold."""
        if not self.meets(other):
            return None
        lower, upper = max(self.lower, other.lower), min(self.upper, other.upper)
        return Range(min(lower, upper), max(lower, upper))

    def widened(self, by: float) -> "Range":
        """Reach out on both sides."""
        return Range(self.lower - by, self.upper + by)

    def within(self, lower: float, upper: float) -> "Range":
        """Cut at two limits; what lies beyond them becomes the limit."""
        return Range(*(min(max(each, lower), upper) for each in (self.lower, self.upper)))

    def whole(self) -> range:
        """Give the whole numbers in the range, which is finite."""
        slack = TOUCH * max(1.0, abs(self.upper))
        return range(math.ceil(self.lower - slack), math.floor(self.upper + slack) + 1)

    def image(self, function: Callable[[float], float]) -> "Range":
        """Give the range of a function that only rises, or only falls."""
        return image(function, self)


def image(function: Callable[..., float], *arguments: Range) -> Range:
    """Give the range of a function that rises or falls in each argument, whatever the others.

    Args:
        function: of as many numbers as there are ranges.
        arguments: what each may be.

    Witness: values between the corners, drawn at random, lie inside.

    >>> image(lambda p, n: p * n, Range(0.75, 0.80), Range(100, 110))
    Range(lower=75.0, upper=88.0)
    """
    values = [function(*corner) for corner in itertools.product(*map(_ends, arguments))]
    return Range(min(values), max(values))


def _ends(argument: Range) -> tuple[float, ...]:
    return (argument.lower,) if argument.lower == argument.upper else _both(argument)


def _both(argument: Range) -> tuple[float, float]:
    return argument.lower, argument.upper


def range_of(number: PrintedNumber) -> Range:
    """Give the values that a printed number may stand for."""
    return Range(number.lower, number.upper)


def exactly(value: float) -> Range:
    """Give the range of one value."""
    return Range(value, value)
