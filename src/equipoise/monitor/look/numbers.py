"""Which look a look is: the planned one it stands for, or an extra one; and whether it is last.

Looks are numbered from 1 in the order they are held; numbers of looks left out are left out.  The
planned look is number - extra looks before it; an extra one that is repeated stays one.  Without a
number, a look by information stands for the planned look that is nearest to the leading
hypothesis's information fraction; where that one, or a later one, has been held, it is an extra
look.  One by the calendar is the next.

The last look spends all of alpha that is left, so that none is taken for the last by its number
alone: its information must be nearest to the last planned look's, or `final` must say so.  Nor is
one by its information alone: with less than 90% of it, a look that nobody called the last is an
extra one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.monitor.bounds.planned import plan_of
from equipoise.monitor.look.look import PastLook, TrialRules

SAME = 1e-9
NEARLY_ALL = 0.9  # of the information planned: the last look, if nobody says otherwise


@dataclass(frozen=True, slots=True)
class HeldLook:
    """A look as it is counted."""

    number: int  # from 1
    planned: int | None  # the planned look it stands for, from 1; None: an extra one


@dataclass(frozen=True, slots=True)
class ThisLook:
    """The look that is being held."""

    held: HeldLook
    before: tuple[HeldLook, ...]
    final: bool
    why_final: str  # "planned", "all information is there", "stopped", or empty
    skipped: tuple[int, ...]  # planned looks left out just before
    fraction: float  # of the leading hypothesis's information
    short_of_last: bool = False  # an extra look, for too little information to be the last one


def looks_before(past: Mapping[str, tuple[PastLook, ...]]) -> tuple[HeldLook, ...]:
    """Give the looks that were held, in order.

    Raises:
        DesignError: Hypotheses tell of different looks, or looks are out of order.
    """
    told: dict[int, bool] = {}
    for name, looks in past.items():
        numbers = [each.look for each in looks]
        if numbers != sorted(set(numbers)) or (numbers and numbers[0] < 1):
            raise DesignError(
                f"The looks of {name} are numbered {numbers}; give each once, in order, from 1."
            )
        for each in looks:
            extra = told.setdefault(each.look, each.unplanned)
            if extra != each.unplanned:
                raise DesignError(
                    f"Look {each.look} was planned for some hypotheses and not for {name}; "
                    "say the same of all."
                )
    found: list[HeldLook] = []
    extras = 0
    for number in sorted(told):
        extras += told[number]
        found.append(HeldLook(number, None if told[number] else number - extras))
    return tuple(found)


def this_look(
    design: TrialDesign,
    rules: TrialRules,
    past: Mapping[str, tuple[PastLook, ...]],
    fraction: float,
    *,
    number: int | None,
    final: bool | None,
    unplanned: bool = False,
) -> ThisLook:
    """Tell which look is being held.

    Args:
        design: of the trial.
        rules: of the trial.
        past: by hypothesis, the looks held before.
        fraction: of the leading hypothesis's planned information, as observed.
        number: of the look, where it is given.
        final: whether the trial ends with it; None: by the plan.
        unplanned: the look of this number is an extra one, as it was when it was first held.

    Raises:
        DesignError: The number was held before, or is past the last; or a last look has so little
            information that `final` must say so.
    """
    before = looks_before(past)
    planned = _planned(design, rules)
    calendar = design.protocol.design is not None and bool(design.protocol.design.looks.calendar)
    there = fraction >= planned[-1] * (1.0 - SAME)
    latest = max((each.planned or 0 for each in before), default=0)
    held = _numbered(number, before, rules.looks, unplanned=unplanned)
    if held is None:
        held = _inferred(planned, fraction, before, latest, calendar=calendar, there=there)
    if final is False and there:
        raise DesignError(
            f"All the information that was planned is there ({fraction:.1%}), so that this look "
            "is the last; leave `final` out."
        )
    unsaid = number is None and final is None and not calendar
    short = unsaid and held.planned == rules.looks > 1 and fraction < planned[-1] * NEARLY_ALL
    if held.planned == rules.looks and (final is False or short):
        held = HeldLook(held.number, None)
    nearest = int(np.argmin(np.abs(planned - fraction))) + 1
    last = held.planned == rules.looks
    if last and final is None and not calendar and nearest != rules.looks:
        raise DesignError(
            f"Look {held.number} would be the last one and spend all of alpha that is left, but "
            f"only {fraction:.1%} of the planned information is there, as planned for about look "
            f"{nearest}. Give `final=True` if the trial ends with it, `final=False` if it goes on, "
            "or leave the number out."
        )
    why = ""
    if last or there or final:
        why = "planned" if last else "all information is there" if there else "stopped"
    to = rules.looks + 1 if there and not last else held.planned
    skipped = () if to is None else tuple(range(latest + 1, to))
    return ThisLook(held, before, bool(why), why, skipped, fraction, bool(short))


def _planned(design: TrialDesign, rules: TrialRules) -> Vector:
    """Give the information fractions at which the leading hypothesis is to be looked at."""
    return plan_of(design.hypothesis(rules.leading)).sequential.information


def _numbered(
    number: int | None, before: tuple[HeldLook, ...], looks: int, *, unplanned: bool
) -> HeldLook | None:
    """Tell which look a number is; None where there is none."""
    if number is None:
        return None
    held = before[-1].number if before else 0
    extras = sum(each.planned is None for each in before)
    if number <= held or number < 1:
        raise DesignError(
            f"Look {number} cannot be held after look {held}; give look {held + 1} or later."
        )
    if unplanned:
        return HeldLook(number, None)
    if number - extras > looks:
        raise DesignError(
            f"Look {number} is past the last of {looks} planned looks"
            f"{f' and {extras} extra ones' if extras else ''}; leave the number out to hold an "
            "extra look."
        )
    return HeldLook(number, number - extras)


def _inferred(
    planned: Vector,
    fraction: float,
    before: tuple[HeldLook, ...],
    latest: int,
    *,
    calendar: bool,
    there: bool,
) -> HeldLook:
    """Tell which look this is by its information, or by the calendar the next."""
    looks = planned.size
    extras = sum(each.planned is None for each in before)
    following = (before[-1].number if before else 0) + 1
    if there and latest < looks:
        return HeldLook(max(following, looks + extras), looks)
    if calendar and latest < looks:
        return HeldLook(max(following, latest + 1 + extras), latest + 1)
    nearest = int(np.argmin(np.abs(planned - fraction))) + 1
    if nearest > latest:
        return HeldLook(max(following, nearest + extras), nearest)
    return HeldLook(following, None)
