"""A study's effect from the text that its paper prints: "0.70 (95% CI, 0.47-1.03)".

The digits tell how each number was rounded, and so whether the limits lie about their estimate as
far as rounding allows.
"""

import math
from dataclasses import replace
from typing import Literal, TypeAlias

from equipoise.appraise.claims.claim import PrintedNumber
from equipoise.appraise.claims.printed import DEFAULT_LEVEL, Kind, printed_estimate
from equipoise.appraise.pooling.limits import Range, remark_on_limits
from equipoise.appraise.pooling.studies import (
    StudyEffect,
    study_from_difference,
    study_from_ratio,
)
from equipoise.appraise.pooling.units import Unit, unit_of
from equipoise.errors import ClaimError

PrintedKind: TypeAlias = Literal["ratio", "risk difference", "difference"]
KINDS: dict[PrintedKind, Kind] = {
    "ratio": "ratio",
    "risk difference": "difference",
    "difference": "number",
}


def study_from_printed(
    id: str,  # noqa: A002 - the field's name
    text: str,
    *,
    kind: PrintedKind = "ratio",
    unit: Unit | None = None,
    level: float | None = None,
    label: str = "",
    year: float | None = None,
    group: str | None = None,
) -> StudyEffect:
    """Take a study's effect with its limits as its paper prints them.

    Args:
        id: of the study.
        text: the estimate and its limits, 0.70 (0.47-1.03).
        kind: a ratio, a difference of percentages, or another difference.
        unit: of a risk difference; None: as `unit_of` tells of this text alone. Studies of one
            pool need one unit: ask it of all their texts.
        level: of the limits; None: as the text says, or 0.95.
        label: its name.
        year: of publication.
        group: of studies.

    Raises:
        ClaimError: it cannot be read, has no limits, or they do not lie on either side of it.

    Witness: `study_from_ratio`, `study_from_difference`; every rounding by Python's `Decimal`.

    >>> study = study_from_printed("AALL1331", "0.70 (0.47-1.03)")
    >>> [round(each, 4) for each in study.limits()], study.shown()
    ([0.4729, 1.0363], (0.47, 1.03))
    """
    if kind not in KINDS:
        raise ClaimError(f"{kind!r} is not known; use one of {', '.join(KINDS)}.")
    if unit is not None and kind != "risk difference":
        raise ClaimError(f"study {id!r} has a unit, which is of a risk difference; leave it out")
    if kind == "risk difference" and unit is None:
        unit = unit_of({id: text}).unit
    numbers, told = _read(id, text, (kind, unit), level)
    take = study_from_ratio if kind == "ratio" else study_from_difference
    study = take(
        id,
        *(each.value for each in numbers),
        level=told,
        label=label,
        year=year,
        group=group,
    )
    log = kind == "ratio"
    known = tuple(math.log(each.value) if log else each.value for each in numbers)
    estimate, lower, upper = (_rounded(each, log=log) for each in numbers)
    remark = remark_on_limits(study.label, (known[0], known[1], known[2]), (estimate, lower, upper))
    return replace(study, remark=remark)


def _read(
    name: str, text: str, what: tuple[PrintedKind, Unit | None], level: float | None
) -> tuple[tuple[PrintedNumber, PrintedNumber, PrintedNumber], float]:
    """Read the estimate, its limits and their level."""
    kind, unit = what
    percent = None if unit is None else unit == "percent"
    found = printed_estimate(text, KINDS[kind], percent=percent)
    if found.interval is None:
        raise ClaimError(
            f"study {name!r} has no limits; write its estimate as printed, 0.70 (0.47-1.03)"
        )
    if found.number.relation != "=":
        raise ClaimError(
            f"study {name!r} prints no number but a bound, {found.number.text}; write its estimate "
            "as printed, 0.70 (0.47-1.03)"
        )
    told = found.interval.level
    if level is not None and told not in {level, DEFAULT_LEVEL}:
        raise ClaimError(
            f"study {name!r} has limits of {told:.0%} in its text, and `level` {level:g}; keep one"
        )
    numbers = (found.number, found.interval.lower, found.interval.upper)
    return numbers, told if level is None else level


def _rounded(number: PrintedNumber, *, log: bool) -> Range:
    """Give the values that would be printed so, on the linear scale."""
    if not log:
        return number.lower, number.upper
    return (math.log(number.lower) if number.lower > 0 else -math.inf), math.log(number.upper)
