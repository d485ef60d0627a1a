"""What a program hands over for a printed number: a text, or a whole number, which has one text.

0.70 and 0.7 are one number to Python and two to a reader, so that decimals must stay texts.
"""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import TypeAlias

from equipoise.appraise.claims.printed import PrintedError
from equipoise.protocol.trial import DAYS_PER

AsPrinted: TypeAlias = str | int  # 79, "79%", "0.70 (0.47-1.03)"


def as_printed(numbers: Mapping[str, object]) -> dict[str, str | None]:
    """Write each of several numbers, by the name of its option, as a text.

    Raises:
        PrintedError: one is neither a text nor a whole number.

    >>> as_printed({"percent": 79, "p": "<.0001", "rates": None})
    {'percent': '79', 'p': '<.0001', 'rates': None}
    """
    return {option: _text(option, value) for option, value in numbers.items()}


def _text(option: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Integral) and not isinstance(value, bool):
        return f"{int(value)}"
    if isinstance(value, Real) and not isinstance(value, bool):
        raise PrintedError(
            f"{option} has decimals, and Python cannot tell 0.70 from 0.7",
            f"{value}",
            f'write the number as printed, in quotes: {option}="{value}"',
        )
    raise PrintedError(
        f"{option} is a number as printed",
        f"{value!r}",
        f'write it in quotes, such as {option}="79", or "105 103" for two arms',
    )


def chosen_number(option: str, value: object) -> float:
    """Read a number that was chosen, not printed: a time.

    >>> chosen_number("time", 2)
    2.0
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    raise PrintedError(f"{option} is a number", f"{value!r}", f"write {option}=2")


def check_words(time_unit: object, sides: object, name: object) -> None:
    """Refuse a unit, a sidedness or a name that is none."""
    if time_unit not in tuple(DAYS_PER):
        raise PrintedError("no such time_unit", f"{time_unit}", f"use one of {', '.join(DAYS_PER)}")
    if sides not in (None, 1, 2):
        raise PrintedError("a P has one or two sides", f"{sides}", "write sides=1 or sides=2")
    if not isinstance(name, str):
        raise PrintedError("name is a text", f"{name!r}", 'write name="OS"')
