"""Can a rate be what is printed: between 0 and 100%, falling with time, in its own interval?

The fraction without an event only falls: S(t) ≥ S(u) for t < u; and an estimate lies between the
limits of its interval, whatever the method.
"""

from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import rates_of
from equipoise.appraise.checks.wording import duration, finding, label_of, line, name_of, percent
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.claims.intervals import range_of


def rates_in_range(claims: Claims) -> tuple[Finding, ...]:
    """Find rates outside 0 to 100%, rates that rise with time, and rates outside their interval."""
    return (
        *_outside(claims),
        *_at_the_start(claims),
        *_rising(claims),
        *_not_in_interval(claims),
    )


def _outside(claims: Claims) -> Iterator[Finding]:
    for each in rates_of(claims):
        if each.rate.lower > 1.0 or each.rate.upper < 0.0:
            yield finding(
                "rate-in-range",
                each.endpoint,
                "impossible",
                f"{name_of(each.endpoint)}: a rate of {percent(each.rate)} is not between 0 and "
                "100%.",
                arithmetic=[line("rate", each.rate.text, range_of(each.rate))],
                numbers=[each.rate],
                settles="The rate that was meant.",
            )


def _at_the_start(claims: Claims) -> Iterator[Finding]:
    for each in rates_of(claims):
        if each.time == 0.0 and each.rate.upper < 1.0:
            yield finding(
                "rate-in-range",
                each.endpoint,
                "impossible",
                f"{name_of(each.endpoint)}: {percent(each.rate)} of {label_of(claims, each.arm)} "
                "at the very start is not possible: nobody has had an event then.",
                arithmetic=[line("rate at 0", each.rate.text, range_of(each.rate))],
                numbers=[each.rate],
                settles="At what time the rate is.",
            )


def _rising(claims: Claims) -> Iterator[Finding]:
    rates = rates_of(claims)
    for one in rates:
        for other in rates:
            same = (one.endpoint, one.arm) == (other.endpoint, other.arm)
            if same and one.time < other.time and one.rate.upper < other.rate.lower:
                yield finding(
                    "rate-falls-with-time",
                    one.endpoint,
                    "impossible",
                    f"{name_of(one.endpoint)}: {percent(one.rate)} of "
                    f"{label_of(claims, one.arm)} at {duration(claims, one.time)} cannot become "
                    f"{percent(other.rate)} at {duration(claims, other.time)}: such a rate only "
                    "falls.",
                    arithmetic=[
                        line(duration(claims, each.time), each.rate.text, range_of(each.rate))
                        for each in (one, other)
                    ],
                    numbers=[one.rate, other.rate],
                    settles="Which rate belongs to which arm and time.",
                )


def _not_in_interval(claims: Claims) -> Iterator[Finding]:
    for each in rates_of(claims):
        limits = each.interval
        if limits is None:
            continue
        inside = limits.lower.lower <= each.rate.upper and each.rate.lower <= limits.upper.upper
        if not inside:
            yield finding(
                "rate-in-its-interval",
                each.endpoint,
                "impossible",
                f"{name_of(each.endpoint)}: {percent(each.rate)} of {label_of(claims, each.arm)} "
                f"lies outside its own interval, {percent(limits.lower)} to "
                f"{percent(limits.upper)}.",
                arithmetic=[line("rate", each.rate.text, range_of(each.rate))],
                numbers=[each.rate, limits.lower, limits.upper],
                settles="Whether the interval belongs to this rate.",
            )
