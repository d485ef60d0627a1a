"""Claims about one trial in one unit of time, so that they can be held against each other."""

import math
from dataclasses import replace

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedAtRisk,
    ClaimedDifference,
    ClaimedFollowUp,
    ClaimedMedian,
    ClaimedP,
    ClaimedRate,
    Claims,
    PrintedInterval,
    PrintedNumber,
)
from equipoise.protocol.trial import DAYS_PER, TimeUnit

DIGITS = 12  # to which converted times are rounded, so that 24 months are 2 years


def in_unit(claims: Claims, unit: TimeUnit) -> Claims:
    """Turn every time of the claims into another unit.

    Args:
        claims: in any unit.
        unit: wanted.

    Witness: a month is a twelfth of a year.
    """
    if claims.time_unit == unit:
        return claims
    scale = DAYS_PER[claims.time_unit] / DAYS_PER[unit]
    plan = claims.plan
    accrual = plan.accrual and (plan.accrual[0] * scale, plan.accrual[1] * scale)
    cut = None if plan.data_cut is None else plan.data_cut * scale
    return replace(
        claims,
        time_unit=unit,
        claimed=tuple(_claimed(each, scale) for each in claims.claimed),
        plan=replace(plan, accrual=accrual, data_cut=cut),
    )


def _claimed(each: Claimed, scale: float) -> Claimed:
    match each:
        case ClaimedRate():
            return replace(each, time=_time(each.time, scale))
        case ClaimedP() | ClaimedDifference():
            return each if each.time is None else replace(each, time=_time(each.time, scale))
        case ClaimedMedian():
            interval = each.interval and scaled_interval(each.interval, scale)
            return replace(each, median=scaled(each.median, scale), interval=interval)
        case ClaimedAtRisk():
            return replace(each, times=tuple(_time(time, scale) for time in each.times))
        case ClaimedFollowUp():
            span = each.range and (scaled(each.range[0], scale), scaled(each.range[1], scale))
            median = each.median and scaled(each.median, scale)
            return replace(each, median=median, range=span)
        case _:
            return each


def _time(time: float, scale: float) -> float:
    return round(time * scale, DIGITS)


def scaled(number: PrintedNumber, scale: float) -> PrintedNumber:
    """Give a printed time in another unit, its text written anew.

    >>> scaled(PrintedNumber("18", 18.0, 17.5, 18.5), 1 / 12).text
    '1.5'
    """
    if scale == 1.0:
        return number
    value, lower, upper = (each * scale for each in (number.value, number.lower, number.upper))
    text = f"{value:.4g}" if math.isfinite(value) else number.text
    return replace(number, text=text, value=value, lower=lower, upper=upper)


def scaled_interval(interval: PrintedInterval, scale: float) -> PrintedInterval:
    """Give a printed interval of times in another unit."""
    lower, upper = scaled(interval.lower, scale), scaled(interval.upper, scale)
    return replace(interval, lower=lower, upper=upper)
