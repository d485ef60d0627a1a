"""Honest claims with one error planted: what a slip, a mix-up or a misreading would print."""

import math
from collections.abc import Callable
from dataclasses import replace

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedCount,
    ClaimedP,
    ClaimedRate,
    ClaimedRatio,
    Claims,
    PrintedInterval,
    PrintedNumber,
    Sides,
)
from equipoise.appraise.claims.printed import printed

Spoil = Callable[[Claims], Claims | None]
LARGEST_P = 0.0095  # of which a zero can be lost


def _each(claims: Claims, spoil: Callable[[Claimed], Claimed]) -> Claims | None:
    """Spoil every number of a kind; None where nothing has changed."""
    claimed = tuple(spoil(each) for each in claims.claimed)
    return None if claimed == claims.claimed else replace(claims, claimed=claimed)


def zero_dropped(claims: Claims) -> Claims | None:
    """Lose a zero after the point of the first survival P: .005 becomes .05."""
    done: list[Claimed] = []

    def spoil(each: Claimed) -> Claimed:
        small = isinstance(each, ClaimedP) and each.p.text.startswith(".0") and not done
        if not small or each.about == "response" or each.p.value > LARGEST_P:  # type: ignore[union-attr]
            return each
        done.append(each)
        assert isinstance(each, ClaimedP)  # noqa: S101 - it is small
        return replace(each, p=printed("." + each.p.text[2:], "P"))

    return _each(claims, spoil)


def sidedness_swapped(claims: Claims) -> Claims | None:
    """State the other sidedness of every survival P."""

    def spoil(each: Claimed) -> Claimed:
        if not isinstance(each, ClaimedP) or each.sides is None or each.about == "response":
            return each
        other: Sides = 1 if each.sides == 2 else 2  # noqa: PLR2004 - two sides
        return replace(each, sides=other)

    return _each(claims, spoil)


def wrong_denominator(claims: Claims) -> Claims | None:
    """Print the experimental count as a percentage of the control's patients."""
    counts = {e.arm: e for e in claims.claimed if isinstance(e, ClaimedCount)}
    sizes = {arm.id: arm.patients for arm in claims.arms}
    own, other = counts.get("experimental"), sizes.get("control")
    if own is None or own.count is None or own.percent is None or other is None:
        return None
    part = own.count.value / other.value
    text = f"{100 * part:.{_decimals(own.percent)}f}%"
    if part > 1.0 or text == own.percent.text:
        return None
    spoiled = replace(own, percent=printed(text, "proportion"))
    return _each(claims, lambda each: spoiled if each is own else each)


def _decimals(number: PrintedNumber) -> int:
    return len(number.text.rstrip("%").partition(".")[2])


def ratio_inverted(claims: Claims) -> Claims | None:
    """Print hazard ratios as control over experimental, without saying so."""

    def spoil(each: Claimed) -> Claimed:
        if not isinstance(each, ClaimedRatio) or each.interval is None:
            return each
        ends = each.interval.upper, each.interval.lower
        if min(each.ratio.value, *(end.value for end in ends)) <= 0.0:
            return each
        low, high = (printed(f"{1 / end.value:.2f}", "ratio") for end in ends)
        ratio = printed(f"{1 / each.ratio.value:.2f}", "ratio")
        return replace(each, ratio=ratio, interval=PrintedInterval(low, high))

    return _each(claims, spoil)


def interval_of_another(claims: Claims) -> Claims | None:
    """Print the interval of survival's hazard ratio beside that of the other endpoint."""
    ratios = {e.endpoint: e for e in claims.claimed if isinstance(e, ClaimedRatio)}
    first, other = ratios.get("pfs"), ratios.get("os")
    if first is None or other is None or first.interval == other.interval:
        return None
    spoiled = replace(first, interval=other.interval)
    return _each(claims, lambda each: spoiled if each is first else each)


def deviation_as_error(claims: Claims) -> Claims | None:
    """Print standard deviations where standard errors are said to be."""
    sizes = {arm.id: arm.patients for arm in claims.arms}

    def spoil(each: Claimed) -> Claimed:
        if not isinstance(each, ClaimedRate) or each.standard_error is None:
            return each
        size = sizes[each.arm]
        if size is None:
            return each
        value = min(1.0, each.standard_error.value * math.sqrt(size.value))
        text = f"{100 * value:.{_decimals(each.standard_error)}f}%"
        return replace(each, standard_error=printed(text, "proportion"))

    return _each(claims, spoil)


def arms_swapped(claims: Claims) -> Claims | None:
    """Exchange the arms of every rate."""
    turned = {"control": "experimental", "experimental": "control"}

    def spoil(each: Claimed) -> Claimed:
        return replace(each, arm=turned[each.arm]) if isinstance(each, ClaimedRate) else each

    return _each(claims, spoil)


def digit_of_rate(claims: Claims) -> Claims | None:
    """Exchange the two first digits of the first rate."""
    done: list[Claimed] = []

    def spoil(each: Claimed) -> Claimed:
        if not isinstance(each, ClaimedRate) or done:
            return each
        text = each.rate.text
        if not text[:2].isdigit() or text[0] == text[1]:
            return each
        done.append(each)
        return replace(each, rate=printed(text[1] + text[0] + text[2:], "proportion"))

    return _each(claims, spoil)


SPOILED: dict[str, Spoil] = {
    "a zero of P dropped (.005 for .05)": zero_dropped,
    "sidedness of P swapped": sidedness_swapped,
    "percentage of the other arm's patients": wrong_denominator,
    "hazard ratio inverted": ratio_inverted,
    "interval of another endpoint": interval_of_another,
    "standard deviation for standard error": deviation_as_error,
    "arms of the rates swapped": arms_swapped,
    "two digits of a rate exchanged": digit_of_rate,
}
