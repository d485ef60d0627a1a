"""Refusals of numbers no trial can have: alpha, power, allocation, whatever must be above 0.

Every part of the room refuses them here, in the same words.  What only one kind of trial can get
wrong is refused where that kind is planned; what a survival world must be, in `survival.checks`.
"""

import math
from types import UnionType

from equipoise.errors import DesignError

MOST_WORDS = 60  # characters of what was found, in a message


def check_alpha(alpha: float, *, below: float = 1.0) -> None:
    """Refuse an alpha outside its range.

    Raises:
        DesignError: with the value and what is usual.
    """
    if not 0.0 < alpha < below:
        percent = f" {alpha:g}% is {alpha / 100:g}." if 1.0 < alpha < 100.0 else ""  # noqa: PLR2004
        raise DesignError(
            f"Alpha must lie between 0 and {below:g}; found {alpha:g}. Give the type I error "
            f"allowed as a fraction: 0.025 one-sided, 0.05 two-sided.{percent}"
        )


def check_power(power: float, alpha: float = 0.0) -> None:
    """Refuse a power that no trial is designed for.

    Raises:
        DesignError: not above alpha, which no effect at all has, or not below 1.
    """
    if not alpha < power < 1.0:
        least = f"alpha ({alpha:g}), which no effect at all has," if alpha else "0"
        raise DesignError(
            f"Power must lie between {least} and 1, which no trial reaches; found {power:g}. "
            "Give a fraction, such as 0.9."
        )


def check_one_given(power: float | None, size: float | None, name: str = "patients") -> None:
    """Refuse a question with both the power and the size of the trial, or neither.

    Args:
        power: if given.
        size: if given.
        name: of the size, as it is given.

    Raises:
        DesignError: with the remedy.
    """
    if (power is None) == (size is None):
        raise DesignError(
            f"Give `power` to find the {name.replace('_', ' ')}, or `{name}` to find the power."
        )


def check_allocation(allocation: float) -> None:
    """Refuse an allocation that is none.

    Raises:
        DesignError: with what it counts.
    """
    if not (math.isfinite(allocation) and allocation > 0.0):
        raise DesignError(
            f"The allocation is patients in the experimental arm per control, above 0; found "
            f"{allocation:g}. Write 1 for equal arms, 2 for two to one."
        )


def check_above_zero(value: float, name: str) -> None:
    """Refuse what must be a number above 0 and is not.

    Args:
        value: found.
        name: what it is, to begin a sentence with.

    Raises:
        DesignError: with its name and value.
    """
    if not (math.isfinite(value) and value > 0.0):
        raise DesignError(f"{name} must be a number above 0; found {value:g}.")


def check_kind(value: object, kind: type | UnionType, name: str, remedy: str) -> None:
    """Refuse an argument of another kind than the one needed.

    Args:
        value: found.
        kind: needed.
        name: of the argument, to begin a sentence with.
        remedy: what to give, to follow "give".

    Raises:
        DesignError: with what was found.
    """
    if not isinstance(value, kind):
        needed = getattr(kind, "__name__", "rule")
        raise DesignError(
            f"{name} is {short_words(value)}, where {needed} is needed; give {remedy}."
        )


def numbers_of(value: object, name: str, example: str) -> tuple[float, ...]:
    """Give one number for each look as a tuple.

    Args:
        value: a tuple, list or array of numbers.
        name: what they are, to begin a sentence with.
        example: how to write them.

    Raises:
        DesignError: it is a single number, or something else.
    """
    listed = getattr(value, "tolist", lambda: value)()
    if not isinstance(listed, tuple | list) or not all(
        isinstance(each, int | float) or hasattr(each, "__float__") for each in listed
    ):
        raise DesignError(
            f"{name} is {short_words(value)}; give a tuple with one number for each look, such as "
            f"{example}."
        )
    return tuple(float(each) for each in listed)


def short_words(value: object) -> str:
    """Write what was found in a few characters.

    >>> short_words("abc"), short_words(3)
    ("'abc'", '3')
    """
    words = repr(value).split("\n", 1)[0]
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"
