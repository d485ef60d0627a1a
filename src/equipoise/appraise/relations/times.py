"""Do times agree: medians with rates, follow-up with accrual and the data cut?

The median m is where the curve reaches one half: S(t) ≥ 1/2 before m, S(t) ≤ 1/2 from m on.
Nobody is followed longer than from the first patient to the data cut.  Who dies has had an event of
every endpoint that counts death, if both are of the same patients and nobody's time to it ends
before death (at a transplant, a new treatment): which claims do not say.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import chosen, events_of, median_follow_up, rates_of
from equipoise.appraise.checks.wording import (
    between,
    duration,
    finding,
    interval_words,
    label_of,
    line,
    name_of,
    percent,
    printed_duration,
)
from equipoise.appraise.claims.claim import ClaimedFollowUp, ClaimedMedian, Claims
from equipoise.appraise.claims.intervals import range_of

HALF = 0.5
UNLESS = "if it is of all randomized patients and nobody was censored at a new treatment"
CHANCE = 0.10  # by which survival may fall short, where few are followed so long
SURVIVAL = frozenset({"os", "overall survival"})
OF_RESPONDERS = frozenset(  # often counted from remission or surgery, in those who reached it
    {"dfs", "rfs", "disease-free survival", "relapse-free survival", "recurrence-free survival"}
)
CONTAIN_DEATH = OF_RESPONDERS | {
    *("efs", "pfs", "event-free survival", "progression-free survival"),
}


def medians_and_rates(claims: Claims) -> tuple[Finding, ...]:
    """Find whether medians and rates can be of one curve, and lie in their intervals."""
    return (*_medians_and_rates(claims), *_medians_in_intervals(claims))


def _medians_and_rates(claims: Claims) -> Iterator[Finding]:
    for median in chosen(claims, ClaimedMedian):
        when = range_of(median.median)
        for rate in rates_of(claims):
            if (rate.endpoint, rate.arm) != (median.endpoint, median.arm):
                continue
            early = rate.time < when.lower and rate.rate.upper < HALF
            late = rate.time > when.upper and rate.rate.lower > HALF
            if not (early or late):
                continue
            shown = printed_duration(claims, median.median)
            told = (
                f"a median that was {shown}" if math.isinf(when.lower) else f"a median of {shown}"
            )
            yield finding(
                "median-and-rate",
                median.endpoint,
                "impossible",
                f"{name_of(median.endpoint)}, {label_of(claims, median.arm)}: {told} and "
                f"{percent(rate.rate)} at {duration(claims, rate.time)} "
                "cannot be of one curve, which passes one half at the median.",
                arithmetic=[
                    line("median", "where the curve is one half", when),
                    line(f"rate at {duration(claims, rate.time)}", "printed", range_of(rate.rate)),
                ],
                numbers=[median.median, rate.rate],
                settles="The curve, and whether both are of the same arm, endpoint and data cut.",
            )


def _medians_in_intervals(claims: Claims) -> Iterator[Finding]:
    for each in chosen(claims, ClaimedMedian):
        limits = each.interval
        if limits is None:
            continue
        if each.median.upper < limits.lower.lower or each.median.lower > limits.upper.upper:
            yield finding(
                "median-in-its-interval",
                each.endpoint,
                "impossible",
                f"{name_of(each.endpoint)}, {label_of(claims, each.arm)}: the median, "
                f"{printed_duration(claims, each.median)}, lies outside its own interval, "
                f"{interval_words(limits)}.",
                arithmetic=[line("median", "as printed", range_of(each.median))],
                numbers=[each.median, limits.lower, limits.upper],
                settles="Whether median and interval belong together.",
            )


def follow_up_and_calendar(claims: Claims) -> tuple[Finding, ...]:
    """Find whether follow-up fits into the time from the first patient to the data cut."""
    return (*_outside_its_range(claims), *_longer_than_trial(claims), *_rates_beyond(claims))


def _outside_its_range(claims: Claims) -> Iterator[Finding]:
    for each in chosen(claims, ClaimedFollowUp):
        if each.median is None or each.range is None:
            continue
        low, high = each.range
        if each.median.upper < low.lower or each.median.lower > high.upper:
            yield finding(
                "follow-up-in-its-range",
                "follow-up",
                "impossible",
                f"The median follow-up, {printed_duration(claims, each.median)}, lies outside its "
                f"own range, {low.text} to {high.text}.",
                arithmetic=[line("median follow-up", "as printed", range_of(each.median))],
                numbers=[each.median, low, high],
                settles="Whether median and range are of the same patients.",
            )


def _longer_than_trial(claims: Claims) -> Iterator[Finding]:
    plan = claims.plan
    if plan.accrual is None or plan.data_cut is None:
        return
    longest = plan.data_cut - plan.accrual[0]
    arithmetic = [line("longest follow-up", "data cut - first patient")]
    for each in chosen(claims, ClaimedFollowUp):
        printed = [n for n in (each.median, each.range[1] if each.range else None) if n is not None]
        for number in printed:
            if number.lower > longest:
                yield finding(
                    "follow-up-and-calendar",
                    "follow-up",
                    "impossible",
                    f"A follow-up of {printed_duration(claims, number)} is longer than the "
                    f"{longest:.4g} from the first patient to the data cut.",
                    arithmetic=arithmetic,
                    numbers=[number],
                    settles="The data cut, and how follow-up was counted.",
                )
    for rate in rates_of(claims):
        if rate.time > longest:
            yield finding(
                "follow-up-and-calendar",
                rate.endpoint,
                "impossible",
                f"{name_of(rate.endpoint)}: nobody can have been followed for "
                f"{duration(claims, rate.time)}: from the first patient to the data cut it is "
                f"{longest:.4g}.",
                arithmetic=arithmetic,
                numbers=[rate.rate],
                settles="The data cut, and at what time the rate is.",
            )


def _rates_beyond(claims: Claims) -> Iterator[Finding]:
    told = set()
    for rate in rates_of(claims):
        followed = median_follow_up(claims, rate.arm)
        if followed is None or rate.time <= followed.upper or rate.endpoint in told:
            continue
        told.add(rate.endpoint)
        yield finding(
            "rate-beyond-follow-up",
            rate.endpoint,
            "possible",
            f"{name_of(rate.endpoint)}: rates are given at {duration(claims, rate.time)}, and "
            f"median follow-up is about {followed.middle:.3g}: most of those without an event "
            "had not been followed so long, so that these rates rest on few patients and may still "
            "move.",
            arithmetic=[line("median follow-up", "as printed", followed)],
            numbers=[rate.rate],
            settles="The numbers at risk then.",
        )


def survival_within_endpoints(claims: Claims) -> tuple[Finding, ...]:
    """Find deaths that outnumber events of an endpoint that counts them, in events and rates."""
    return (*_deaths(claims), *_rates_within(claims))


def _endpoints(claims: Claims) -> tuple[set[str], set[str]]:
    held = {getattr(each, "endpoint", "") for each in claims.claimed}
    survival = {each for each in held if each.lower() in SURVIVAL}
    return survival, {each for each in held if each.lower() in CONTAIN_DEATH}


def _worst(endpoint: str) -> Grade:
    return "possible" if endpoint.lower() in OF_RESPONDERS else "unlikely"


def _deaths(claims: Claims) -> Iterator[Finding]:
    survival, wider = _endpoints(claims)
    for arm in (None, *(each.id for each in claims.arms)):
        for death in sorted(survival):
            for other in sorted(wider):
                deaths, events = events_of(claims, death, arm), events_of(claims, other, arm)
                if deaths is None or events is None or deaths.lower <= events.upper:
                    continue
                where = "" if arm is None else f" ({label_of(claims, arm)})"
                yield finding(
                    "deaths-within-events",
                    other,
                    _worst(other),
                    f"{between(deaths, 6)} deaths{where} are more than the {between(events, 6)} "
                    f"events of {name_of(other)}, which counts every death {UNLESS}.",
                    arithmetic=[
                        line("deaths", "as printed", deaths),
                        line(f"events of {name_of(other)}", "as printed", events),
                    ],
                    numbers=[],
                    settles="Whether both are of the same patients and one data cut, and what the "
                    "endpoint counts.",
                )


def _rates_within(claims: Claims) -> Iterator[Finding]:
    survival, wider = _endpoints(claims)
    rates = rates_of(claims)
    for alive in (each for each in rates if each.endpoint in survival):
        for free in (each for each in rates if each.endpoint in wider):
            same = (alive.arm, alive.time) == (free.arm, free.time)
            apart = free.rate.lower - alive.rate.upper
            if same and apart > 0.0:
                yield finding(
                    "rates-within-rates",
                    free.endpoint,
                    _worst(free.endpoint) if apart > CHANCE else "possible",
                    f"{label_of(claims, alive.arm)} at {duration(claims, alive.time)}: "
                    f"{percent(alive.rate)} alive are fewer than the {percent(free.rate)} alive "
                    f"and free of an event ({name_of(free.endpoint)}), which counts every death "
                    f"{UNLESS}.",
                    arithmetic=[
                        line(name_of(each.endpoint), "as printed", range_of(each.rate))
                        for each in (alive, free)
                    ],
                    numbers=[alive.rate, free.rate],
                    settles="Which rate belongs to which endpoint and arm, and of which patients.",
                )
