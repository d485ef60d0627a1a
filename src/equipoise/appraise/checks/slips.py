"""Which slip of the pen would make a number fit?

The slips that are tried are those that typists and spreadsheets make: a zero dropped or added after
the point, two neighboring digits exchanged, one digit another.  Each gives a text, and with it the
values that would be printed so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.appraise.claims.intervals import Range


@dataclass(frozen=True, slots=True)
class Slip:
    """What may have been meant, and how it became what is printed."""

    text: str
    values: Range
    how: str


def printed_so(text: str, unit: float = 1.0) -> Range:
    """Give the values that round to a text.

    Args:
        text: digits with or without a point.
        unit: of the text: 0.01 for percentages.

    Witness: half a unit of the last digit either way.

    >>> printed_so(".05")
    Range(lower=0.045, upper=0.055)
    """
    _, _, after = text.partition(".")
    half = 0.5 * 10.0 ** -len(after)
    value = float(text)
    places = len(after) + 2
    return Range(round(value - half, places) * unit, round(value + half, places) * unit)


def slips_of_p(text: str) -> tuple[Slip, ...]:
    """Give what a P may have been meant to be, the commonest slip first.

    Args:
        text: as printed; nothing is tried for "<.001" and the like.

    Witness: ".005" became ".05" in the news of AALL1331.

    >>> [slip.text for slip in slips_of_p(".05")]
    ['.005', '.5']
    """
    whole, point, after = text.strip().lstrip("0").partition(".")
    if whole or not point or not after.isdigit():
        return ()
    found = list(_slips(after))
    texts = dict.fromkeys(digits for digits, _ in found)
    told = dict(reversed(found))
    return tuple(
        Slip(f".{digits}", printed_so(f".{digits}"), told[digits])
        for digits in texts
        if digits != after and int(digits) > 0
    )


def _slips(after: str) -> Iterator[tuple[str, str]]:
    yield f"0{after}", "a zero after the point may have been dropped"
    if after.startswith("0"):
        yield after[1:], "a zero after the point may have been added"
    for place in range(len(after) - 1):
        swapped = after[:place] + after[place + 1] + after[place] + after[place + 2 :]
        if not swapped.endswith("0"):
            yield swapped, "two digits may have been exchanged"


def one_digit_other(text: str) -> tuple[str, ...]:
    """Give every text that differs in one digit.

    Args:
        text: as printed.

    Witness: nine for each digit.

    >>> len(one_digit_other("79")), "73" in one_digit_other("79")
    (18, True)
    """
    return tuple(
        text[:place] + digit + text[place + 1 :]
        for place, old in enumerate(text)
        if old.isdigit()
        for digit in "0123456789"
        if digit != old
    )
