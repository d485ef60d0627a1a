"""In which unit are printed risk differences: percentage points, or proportions?

One unit holds for a whole pool, decided once from all that is printed and never study by study:
a % sign, or any number beyond 1, makes all of them percentage points, and so does a pool of whole
numbers only; else they are proportions.  Where some carry the sign, and another without it could
be either, nothing is decided.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.appraise.claims.printed import printed_estimate
from equipoise.errors import ClaimError

Unit: TypeAlias = Literal["percent", "proportion"]
UNITS: tuple[Unit, ...] = ("percent", "proportion")
_LEVEL = re.compile(r"\d{2}(?:\.\d+)?\s*%?\s*(?:CI|confidence interval)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnitRead:
    """The unit of all printed risk differences of a pool, and what a reader should know of it."""

    unit: Unit
    assumed: str
    remark: str = ""  # a study that could have been meant otherwise


@dataclass(frozen=True, slots=True)
class _Seen:
    sign: bool
    beyond: bool  # some number is beyond 1
    whole: bool  # no number has a decimal point


def unit_of(estimates: Mapping[str, str], told: Unit | None = None) -> UnitRead:
    """Tell the one unit in which the risk differences of a pool are printed.

    Args:
        estimates: as printed with their limits, by the name of their study.
        told: the unit, where it is known; a % sign must not speak against it.

    Raises:
        ClaimError: some have a % sign and another could be of either unit, or a sign stands where
            proportions are told.

    >>> unit_of({"a": "1.8 (0.9 to 2.7)", "b": "0.4 (-0.1 to 0.9)"}).unit
    'percent'
    >>> unit_of({"a": "0.12 (0.02 to 0.22)"}).unit
    'proportion'
    """
    seen = {name: found for name, text in estimates.items() if (found := _seen(text)) is not None}
    signed = [name for name, each in seen.items() if each.sign]
    if told == "proportion" and signed:
        raise ClaimError(
            f"study {signed[0]!r} prints a % sign, and `unit` says proportion; write unit: percent,"
            " or every risk difference as a proportion"
        )
    if told is not None:
        return UnitRead(told, f"Printed risk differences are read as {_words(told)}, as told.")
    small = [name for name, each in seen.items() if not (each.sign or each.beyond or each.whole)]
    if signed and small:
        raise ClaimError(
            f"study {signed[0]!r} prints a % sign and study {small[0]!r} none, so that its numbers "
            "may be percentage points or proportions; write the sign in every estimate, or "
            "unit: percent"
        )
    if signed:
        return UnitRead("percent", f"{_READ['percent']}, by the % sign.")
    beyond = [name for name, each in seen.items() if each.beyond]
    if not beyond and seen and all(each.whole for each in seen.values()):
        return UnitRead("percent", f"{_READ['percent']}: all are whole numbers.")
    if not beyond:
        return UnitRead("proportion", f"{_READ['proportion']}: none has a % sign or is beyond 1.")
    remark = "" if not small else _doubt(small[0], beyond[0])
    return UnitRead("percent", f"{_READ['percent']}: study {beyond[0]!r} is beyond 1.", remark)


_READ = {
    "percent": "Printed risk differences are read as percentage points",
    "proportion": "Printed risk differences are read as proportions",
}


def _words(unit: Unit) -> str:
    return "percentage points" if unit == "percent" else "proportions"


def _doubt(small: str, beyond: str) -> str:
    return (
        f"Study {small!r} prints no number beyond 1 and is read in percentage points, as study "
        f"{beyond!r} must be. If its paper prints proportions, write them in percent; if not, "
        "unit: percent says so."
    )


def _seen(text: str) -> _Seen | None:
    """Tell the marks of a unit in a printed estimate; none where it cannot be read."""
    bare = _LEVEL.sub("", text)
    try:
        found = printed_estimate(bare.replace("%", ""), "number")
    except ClaimError:
        return None
    numbers = [found.number]
    if found.interval is not None:
        numbers += [found.interval.lower, found.interval.upper]
    return _Seen(
        sign="%" in bare,
        beyond=any(abs(each.value) > 1 for each in numbers),
        whole=not any("." in each.text for each in numbers),
    )
