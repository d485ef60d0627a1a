"""What a claim holds, asked by the question: whose rates, how many patients, which ratio.

Hazard ratios are turned to experimental over control here, once.  Where an arm's patients are not
printed they follow from the total: the rest of it for the last arm, or an even split of two arms
(randomized 1:1, it is then assumed, and within 3% of the total).
"""

import math
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedArm,
    ClaimedDifference,
    ClaimedEvents,
    ClaimedFollowUp,
    ClaimedP,
    ClaimedRate,
    ClaimedRatio,
    Claims,
    PrintedNumber,
)
from equipoise.appraise.claims.intervals import Range, range_of

Kind = TypeVar("Kind", bound=Claimed)
UNEVEN = 0.03  # of all patients: how far two arms of a 1:1 randomization are taken to differ
Pair: TypeAlias = tuple[str, str]  # ids of arms: experimental, control
TWO = 2


@dataclass(frozen=True, slots=True)
class Patients:
    """How many patients an arm has, and on what that rests where it is not printed."""

    number: Range
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class RatePair:
    """The rates of one endpoint at one time in two arms."""

    endpoint: str
    time: float
    experimental: ClaimedRate
    control: ClaimedRate

    @property
    def arms(self) -> Pair:
        """The ids of both, experimental first."""
        return self.experimental.arm, self.control.arm

    @property
    def numbers(self) -> tuple[PrintedNumber, ...]:
        """The printed numbers that take part."""
        both = (self.experimental, self.control)
        errors = [each.standard_error for each in both if each.standard_error is not None]
        return *(each.rate for each in both), *errors


@dataclass(frozen=True, slots=True)
class Ratio:
    """A hazard ratio, experimental over control, on the log scale."""

    log: Range
    lower: Range | None  # log of the lower limit
    upper: Range | None
    level: float
    claimed: ClaimedRatio

    @property
    def arms(self) -> Pair:
        """The ids of both, experimental first."""
        return self.claimed.experimental, self.claimed.control

    @property
    def numbers(self) -> tuple[PrintedNumber, ...]:
        """The printed numbers that take part."""
        limits = self.claimed.interval
        ends = () if limits is None else (limits.lower, limits.upper)
        return self.claimed.ratio, *ends


def chosen(claims: Claims, kind: type[Kind]) -> tuple[Kind, ...]:
    """Give all numbers of one kind."""
    return tuple(each for each in claims.claimed if isinstance(each, kind))


def arm_of(claims: Claims, arm: str) -> ClaimedArm:
    """Give an arm by its id."""
    return next(each for each in claims.arms if each.id == arm)


def pairs_of_arms(claims: Claims) -> tuple[tuple[ClaimedArm, ClaimedArm], ...]:
    """Give every experimental arm with every control, and what else the source compares."""
    control = [each for each in claims.arms if each.role == "control"]
    treated = [each for each in claims.arms if each.role == "experimental"]
    pairs = [(first, second) for first in treated for second in control]
    for each in claims.claimed:
        if isinstance(each, ClaimedRatio | ClaimedP | ClaimedDifference):
            named = each.experimental, each.control
            if named[0] is not None and named[1] is not None:
                pairs.append((arm_of(claims, named[0]), arm_of(claims, named[1])))
    return tuple(dict.fromkeys(pairs))


def arms_of(claims: Claims, p: ClaimedP) -> Pair | None:
    """Give the arms that a P compares: as said, or the only two; None where it cannot be told."""
    if p.experimental is not None and p.control is not None:
        return p.experimental, p.control
    pairs = pairs_of_arms(claims)
    return (pairs[0][0].id, pairs[0][1].id) if len(pairs) == 1 else None


def patients_of(claims: Claims, arm: str) -> Patients | None:
    """Give how many patients an arm has; None where nothing says so."""
    own = arm_of(claims, arm).patients
    if own is not None:
        return Patients(range_of(own))
    if claims.patients is None:
        return None
    total = range_of(claims.patients)
    others = [each for each in claims.arms if each.id != arm]
    known = [range_of(each.patients) for each in others if each.patients is not None]
    if len(known) == len(others):
        return Patients(total - Range(sum(k.lower for k in known), sum(k.upper for k in known)))
    if len(claims.arms) != TWO:
        return None
    label = arm_of(claims, arm).label
    half, slack = total.middle / 2, max(1.0, UNEVEN * total.middle)
    number = Range(math.floor(half - slack), math.ceil(half + slack))
    return Patients(
        number,
        f"The number of patients of {label} is not printed: about half of {claims.patients.text} "
        f"({number.lower:g} to {number.upper:g}) are assumed.",
    )


def rates_of(claims: Claims) -> tuple[ClaimedRate, ...]:
    """Give the rates without an event."""
    return tuple(each for each in chosen(claims, ClaimedRate) if each.kind == "survival")


def rate_pairs(claims: Claims) -> tuple[RatePair, ...]:
    """Give the rates that can be compared: one endpoint, one time, two arms."""
    rates = rates_of(claims)
    return tuple(
        RatePair(one.endpoint, one.time, one, other)
        for treated, control in pairs_of_arms(claims)
        for one in rates
        if one.arm == treated.id
        for other in rates
        if other.arm == control.id and (other.endpoint, other.time) == (one.endpoint, one.time)
    )


def ratios_of(claims: Claims, endpoint: str | None = None) -> tuple[Ratio, ...]:
    """Give hazard ratios, experimental over control; those not above 0 are left out."""
    found = chosen(claims, ClaimedRatio)
    wanted = (each for each in found if endpoint is None or each.endpoint == endpoint)
    return tuple(_ratio(each) for each in wanted if each.ratio.lower > 0)


def _ratio(claimed: ClaimedRatio) -> Ratio:
    limits = claimed.interval
    level = 0.95 if limits is None else limits.level
    log = _log(claimed.ratio)
    low, high = (None, None) if limits is None else (_log(limits.lower), _log(limits.upper))
    if claimed.inverted:
        turned = [None if each is None else -each for each in (high, low)]
        return Ratio(-log, turned[0], turned[1], level, claimed)
    return Ratio(log, low, high, level, claimed)


def _log(number: PrintedNumber) -> Range:
    return range_of(number).image(lambda value: math.log(value) if value > 0 else -math.inf)


def events_of(claims: Claims, endpoint: str, arm: str | None) -> Range | None:
    """Give the events of an endpoint in an arm, or in all: printed, or added up over the arms."""
    found = [each for each in chosen(claims, ClaimedEvents) if each.endpoint == endpoint]
    own = [range_of(each.events) for each in found if each.arm == arm]
    if own or arm is not None:
        return own[0] if own else None
    parts = {each.arm: range_of(each.events) for each in found}
    if set(parts) != {each.id for each in claims.arms}:
        return None
    return Range(sum(p.lower for p in parts.values()), sum(p.upper for p in parts.values()))


def median_follow_up(claims: Claims, arm: str | None = None) -> Range | None:
    """Give the median follow-up of an arm, or else of all."""
    printed = {
        each.arm: range_of(each.median)
        for each in chosen(claims, ClaimedFollowUp)
        if each.median is not None and math.isfinite(each.median.value)
    }
    return printed.get(arm, printed.get(None))
