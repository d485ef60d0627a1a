"""Whole numbers of arms as one types them: "177 123" in order, or "Obs=177 Lev+5FU=123" by name."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from equipoise.errors import DataError
from equipoise.evidence.arm_roles import found_label, listed

ByArm: TypeAlias = str | Sequence[int] | Mapping[str, int]
_NAMED = re.compile(r"\s*(?P<name>[^=]+?)\s*=\s*(?P<value>[^\s,;=]+)\s*[,;]?")


def numbers_by_arm(what: str, given: ByArm | None, labels: Sequence[str]) -> dict[str, int]:
    """Tell which arm each number is of.

    Args:
        what: the numbers are, for messages: "events".
        given: one an arm in the order of the figure, or by name; arms may then be left out.
        labels: of the arms.

    Raises:
        DataError: another count of numbers than arms, an unknown arm, or no whole number.

    Witness: law (numbers written either way come back).

    >>> numbers_by_arm("events", "Obs=177 Lev+5FU=123", ["Obs", "Lev", "Lev+5FU"])
    {'Obs': 177, 'Lev+5FU': 123}
    """
    if given is None:
        return {}
    told = _typed(what, given) if isinstance(given, str) else given
    if isinstance(told, Mapping):
        found: dict[str, int] = {}
        for name, value in told.items():
            label = found_label(name, labels)
            if label in found:
                raise DataError(f"Two numbers of {what} are given for {label!r}. Keep one.")
            found[label] = _whole(what, value)
        return found
    if len(told) != len(labels):
        counted = "1 number" if len(told) == 1 else f"{len(told)} numbers"
        raise DataError(
            f"{counted} of {what} for {len(labels)} arms ({listed(labels)}). "
            f"Give one an arm in this order, or by name: {labels[0]}=100."
        )
    return {label: _whole(what, each) for label, each in zip(labels, told, strict=True)}


def _typed(what: str, text: str) -> list[str] | dict[str, str]:
    """Take apart what was typed."""
    if "=" not in text:
        return [part for part in re.split(r"[\s,;]+", text.strip()) if part]
    named: dict[str, str] = {}
    place = 0
    while text[place:].strip():
        found = _NAMED.match(text, place)
        if found is None:
            left = text[place:].strip()
            raise DataError(
                f"{what.capitalize()} {text!r} are not by name throughout: {left!r} has none. "
                "Write name=number for each arm."
            )
        if found["name"] in named:
            raise DataError(f"Two numbers of {what} are given for {found['name']!r}. Keep one.")
        named[found["name"]] = found["value"]
        place = found.end()
    return named


def _whole(what: str, value: object) -> int:
    """Take a whole number.

    Raises:
        DataError: it is none, or below 0.
    """
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()):
        raise DataError(f"{text!r} is no number of {what}. Write a whole number, such as 120.")
    return int(text)
