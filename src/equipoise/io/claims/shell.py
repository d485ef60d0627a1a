"""A claim of a few numbers, as one would type them: no file, one endpoint or one count.

Of two numbers the first is the experimental arm's: "59.3% v 41.0%", "59.3% 41.0%", "105 103".
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedArm,
    ClaimedCount,
    ClaimedEvents,
    ClaimedFollowUp,
    ClaimedMedian,
    ClaimedP,
    ClaimedPlan,
    ClaimedRate,
    ClaimedRatio,
    Claims,
    PrintedNumber,
    Sides,
)
from equipoise.appraise.claims.printed import Kind, PrintedError, printed, printed_estimate
from equipoise.errors import ClaimError
from equipoise.io.claims.fields import counted, exact
from equipoise.protocol.trial import TimeUnit

TWO = 2
LARGEST_ALPHA = 0.5
_BETWEEN = re.compile(r"\s+(?:v\.?|vs\.?|versus|and)\s+|\s*;\s*")
EXPERIMENTAL, CONTROL = "experimental", "control"


@dataclass(frozen=True, slots=True)
class FewNumbers:
    """What is typed instead of a claims file; all as printed."""

    percent: str | None = None  # of patients, of one arm or two
    rates: str | None = None  # of two arms at `time`
    medians: str | None = None
    hazard_ratio: str | None = None
    p: str | None = None
    patients: str | None = None  # by arm, or of both together
    events: str | None = None  # likewise
    follow_up: str | None = None  # median
    time: float = 1.0
    time_unit: TimeUnit = "year"
    sides: Sides | None = None
    alpha: str | None = None  # one-sided; P is then taken to be called significant
    name: str = ""

    @property
    def about(self) -> str:
        """What the sentences speak of."""
        return self.name or ("The percentage" if self.percent is not None else "The endpoint")


def claims_of_numbers(typed: FewNumbers) -> Claims:
    """Put typed numbers into claims.

    Raises:
        ClaimError: a number cannot be read, too few are given, or more than two of one kind.
    """
    main = [
        option
        for option in ("percent", "rates", "medians", "hazard_ratio")
        if getattr(typed, option) is not None
    ]
    if not main:
        raise ClaimError(
            "There is nothing to check. Name a claims file, or give a percentage, rates, medians "
            "or a hazard ratio, with what is printed beside it."
        )
    if "percent" in main and len(main) > 1:
        raise ClaimError(
            "A percentage of patients and an endpoint are two claims. Check them one at a time, or "
            "write a claims file."
        )
    if not 0 < typed.time < math.inf:
        raise PrintedError("a time is a number above 0", f"{typed.time:g}", "write 2")
    if typed.alpha is not None and exact(typed.alpha) > LARGEST_ALPHA:
        raise PrintedError("alpha is at most 0.5", typed.alpha, "write it as 0.025")
    alone = "percent" in main and len(_parts("percent", typed.percent)) == 1
    arms, patients = _arms(typed, alone=alone)
    plan = ClaimedPlan() if typed.alpha is None else ClaimedPlan(exact(typed.alpha), sides=1)
    return Claims(
        id="numbers",
        source="what is typed",
        time_unit=typed.time_unit,
        arms=arms,
        patients=patients,
        claimed=tuple(_claimed(typed, [arm.id for arm in arms])),
        plan=plan,
        significant=() if typed.alpha is None else (typed.about,),
    )


def _arms(typed: FewNumbers, *, alone: bool) -> tuple[tuple[ClaimedArm, ...], PrintedNumber | None]:
    found = _numbers("patients", typed.patients, "count")
    if alone:
        if len(found) > 1:
            raise ClaimError("One percentage is of one number of patients; two are given.")
        patients = found[0] if found else None
        return (ClaimedArm(EXPERIMENTAL, "the arm", "experimental", patients),), None
    by_arm: list[PrintedNumber | None] = [*found] if len(found) == TWO else [None, None]
    arms = (
        ClaimedArm(EXPERIMENTAL, "Experimental", "experimental", by_arm[0]),
        ClaimedArm(CONTROL, "Control", "control", by_arm[1]),
    )
    return arms, found[0] if len(found) == 1 else None


def _claimed(typed: FewNumbers, arms: list[str]) -> Iterator[Claimed]:
    name = typed.about
    patients = _numbers("patients", typed.patients, "count")
    own = dict(zip(arms, patients, strict=True)) if len(patients) == len(arms) else {}
    for arm, text in zip(arms, _parts("percent", typed.percent), strict=False):
        count, share, of = counted(text if "%" in text or "/" in text else f"{text}%")
        numbers = (_optional(count, "count"), _optional(share, "proportion"))
        yield ClaimedCount(name, arm, *numbers, _optional(of, "count") or own.get(arm))
    for arm, text in _by_arm("rates", typed.rates, arms):
        read = printed_estimate(text, "proportion")
        error, interval = read.standard_error, read.interval
        yield ClaimedRate(name, arm, typed.time, read.number, error, interval)
    for arm, text in _by_arm("medians", typed.medians, arms):
        read = printed_estimate(text, "time")
        yield ClaimedMedian(name, arm, read.number, read.interval)
    if typed.hazard_ratio is not None:
        read = printed_estimate(typed.hazard_ratio, "ratio")
        yield ClaimedRatio(name, EXPERIMENTAL, CONTROL, read.number, read.interval)
    if typed.p is not None:
        yield ClaimedP(name, printed(typed.p, "P"), sides=typed.sides)
    events = _numbers("events", typed.events, "count")
    if len(events) == 1:
        yield ClaimedEvents(name, None, events[0])
    else:
        yield from (ClaimedEvents(name, *each) for each in zip(arms, events, strict=False))
    if typed.follow_up is not None:
        yield ClaimedFollowUp(printed(typed.follow_up, "time"))


def _optional(text: str | None, kind: Kind) -> PrintedNumber | None:
    return None if text is None else printed(text, kind)


def _by_arm(option: str, text: str | None, arms: list[str]) -> Iterator[tuple[str, str]]:
    parts = _parts(option, text)
    if text is not None and len(parts) != TWO:
        raise PrintedError(
            f"{option} are of two arms", text, 'give the experimental arm\'s first: "59% v 41%"'
        )
    yield from zip(arms, parts, strict=False)


def _numbers(option: str, text: str | None, kind: Kind) -> list[PrintedNumber]:
    return [printed(each, kind) for each in _parts(option, text)]


def _parts(option: str, text: str | None) -> list[str]:
    """Take apart what is given for two arms.

    >>> _parts("rates", "59.3% v 41.0%"), _parts("patients", "105 103")
    (['59.3%', '41.0%'], ['105', '103'])
    """
    if text is None:
        return []
    parts = [part.strip() for part in _BETWEEN.split(text.strip())]
    if len(parts) == 1 and not re.search(r"[(±\[/]| of ", text):
        parts = text.split()
    if len(parts) > TWO or not all(parts):
        raise PrintedError(f"{option}: one number, or one an arm, belongs here", text, "give two")
    return parts
