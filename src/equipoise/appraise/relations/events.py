"""Do events, rates and numbers at risk of an arm agree, and what do they say of censoring?

Of n patients c censored at the very start and d events by t leave S = 1 - d / (n - c); censoring
later raises c for the same S.  Hence d ≤ n (1 - S) events by t, and with d events in all

    c ≥ n - d / (1 - S)    patients censored before t (none needed where this is below 0).

At risk at t are the Y just before it, and S is after it: m of them are left after the events at t,
however many these were.  From S = S(t-) m / Y with Y / n ≤ S(t-) ≤ 1, and from c above,

    max(S Y, Y - d) ≤ m ≤ min(Y, n S, d S / (1 - S)):    impossible where no whole m is.

If arms need different c, censoring differs between them.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.appraise.checks.finding import Finding, Grade, Line
from equipoise.appraise.checks.reading import chosen, events_of, patients_of, rate_pairs, rates_of
from equipoise.appraise.checks.wording import (
    between,
    duration,
    finding,
    label_of,
    line,
    name_of,
    name_of_pair,
    percent,
)
from equipoise.appraise.claims.claim import ClaimedAtRisk, ClaimedRate, Claims, PrintedNumber
from equipoise.appraise.claims.intervals import Range, exactly, image, range_of

SAME_DAY = 1.0  # events on the day at which a number at risk is given, of which nothing is said
SUSPECT = 0.04  # difference between arms in the part censored early that is pointed out


@dataclass(frozen=True, slots=True)
class EarlyCensoring:
    """How many patients of an arm were censored early, at the least."""

    patients: Range
    events: Range
    crude: Range  # events by t were nobody censored: n (1 - S)
    censored: Range  # n - d / (1 - S): below 0 where events came after t

    @property
    def least(self) -> int:
        """The fewest patients censored before t."""
        return max(0, math.ceil(self.censored.lower - 1e-9))


def early_censoring(claims: Claims, rate: ClaimedRate) -> EarlyCensoring | None:
    """Give how many patients must have been censored before a rate's time.

    Args:
        claims: that hold patients and events of the arm.
        rate: Kaplan-Meier's at a time; None where patients or events are not known.

    Witness: FACTS: 59 events with 39.0% of 103: 6.2 or more; simulated Kaplan-Meier estimates.
    """
    patients, events = patients_of(claims, rate.arm), events_of(claims, rate.endpoint, rate.arm)
    lost = exactly(1.0) - range_of(rate.rate)
    if patients is None or events is None or lost.lower <= 0.0:
        return None
    censored = image(lambda n, d, q: n - d / q, patients.number, events, lost)
    return EarlyCensoring(patients.number, events, patients.number * lost, censored)


def events_of_rates(claims: Claims) -> tuple[Finding, ...]:
    """Find whether events and rates of each arm agree, and what they say of censoring."""
    return tuple(
        _events_and_rate(claims, each, found)
        for each in rates_of(claims)
        if each.rate.lower < 1.0 and (found := early_censoring(claims, each)) is not None
    )


def _events_and_rate(claims: Claims, each: ClaimedRate, found: EarlyCensoring) -> Finding:
    label, time = label_of(claims, each.arm), duration(claims, each.time)
    about = f"{name_of(each.endpoint)}, {label}"
    arithmetic = [
        line("events by then, nobody censored", "patients × (1 - rate)", found.crude),
        line("events printed", "in all", found.events),
        line("censored before then, at least", "patients - events / (1 - rate)", found.censored),
    ]
    rate = percent(each.rate)
    told = f"{between(found.events, 6)} events and {rate} of {between(found.patients, 6)} patients"
    if found.events.upper < 1.0 and each.rate.upper < 1.0:
        words = f"a rate of {rate} needs at least one event, and none is printed."
        grade = "impossible"
    elif found.least > 0:
        low = max(0.0, found.censored.lower)
        words = (
            f"{told} at {time} mean that at least {found.least} were censored before then "
            f"({low:.1f} if at the very start, more if later)."
        )
        grade = "consistent"
    else:
        later = max(0, math.ceil((found.events - found.crude).lower - 1e-9))
        words = f"{told} at {time} agree with nobody censored before then" + (
            f"; at least {later} of the events came later." if later else "."
        )
        grade = "consistent"
    return finding(
        "events-of-rate",
        each.endpoint,
        "impossible" if grade == "impossible" else "consistent",
        f"{about}: {words}",
        arithmetic=arithmetic,
        numbers=[each.rate],
        settles="Events by arm and time." if grade == "impossible" else "",
    )


def differential_censoring(claims: Claims) -> tuple[Finding, ...]:
    """Find whether arms must differ in how many patients were censored early."""
    return tuple(_differential(claims))


def _differential(claims: Claims) -> Iterator[Finding]:
    for pair in rate_pairs(claims):
        found = [early_censoring(claims, each) for each in (pair.experimental, pair.control)]
        if found[0] is None or found[1] is None:
            continue
        parts = [image(lambda c, n: c / n, f.censored, f.patients) for f in found if f is not None]
        apart = parts[0].gap(parts[1])
        if apart < SUSPECT:
            continue
        more = 0 if parts[0].lower > parts[1].upper else 1
        arms = [label_of(claims, each.arm) for each in (pair.experimental, pair.control)]
        first, other = found[more], found[1 - more]
        assert first is not None and other is not None  # noqa: S101, PT018 - both were found
        many = Range(max(0.0, first.censored.lower), max(0.0, first.censored.upper))
        if first.least == 0:
            continue
        time = duration(claims, pair.time)
        top = math.ceil(first.patients.upper - max(0.0, first.events.lower - 1) / _lost(pair, more))
        need = "none" if other.least == 0 else f"at least {other.least}"
        yield finding(
            "differential-censoring",
            pair.endpoint,
            "possible",
            f"{name_of_pair(claims, pair.endpoint, pair.arms)}: events and rates differ in what "
            f"they say of censoring: about {many.lower:.0f} to {max(top, first.least)} patients of "
            f"{arms[more]}, or more, were censored before {time}, and {need} need be of "
            f"{arms[1 - more]}. Censoring that differs between arms can favor one of them if "
            "those who leave would have done worse or better.",
            arithmetic=[
                line(
                    f"{arms[more]}: censored early",
                    "patients - events / (1 - rate)",
                    first.censored,
                ),
                line(
                    f"{arms[1 - more]}: censored early",
                    "the same; below 0: events came later",
                    other.censored,
                ),
            ],
            numbers=pair.numbers,
            settles="How many of each arm were censored before then, when, and why.",
        )


def _lost(pair: object, place: int) -> float:
    rate = (pair.experimental, pair.control)[place].rate  # type: ignore[attr-defined]
    return max(1e-9, 1.0 - float(rate.upper))


def numbers_at_risk(claims: Claims) -> tuple[Finding, ...]:
    """Find whether numbers at risk fall, start at the arm's patients, and go with rates."""
    return tuple(
        found
        for each in chosen(claims, ClaimedAtRisk)
        for found in (*_falling(claims, each), *_room(claims, each))
    )


def _falling(claims: Claims, each: ClaimedAtRisk) -> Iterator[Finding]:
    about, label = name_of(each.endpoint), label_of(claims, each.arm)
    steps = zip(each.patients, each.patients[1:], each.times[1:], strict=False)
    for before, after, time in steps:
        if after.lower > before.upper:
            yield _risk_finding(
                each,
                f"{about}, {label}: the number at risk grows from {before.text} to {after.text} by "
                f"{duration(claims, time)}; it can only fall.",
                (before, after),
            )
    patients = patients_of(claims, each.arm)
    if patients is not None and each.patients and each.patients[0].lower > patients.number.upper:
        yield _risk_finding(
            each,
            f"{about}, {label}: {each.patients[0].text} at risk at the start are more than the "
            f"{between(patients.number, 6)} patients.",
            (each.patients[0],),
            "unlikely" if patients.assumed else "impossible",
        )


def left_after(patients: Range, rate: Range, at_risk: Range, events: Range | None) -> Range:
    """Give how many of those at risk just before a time are left after its own events.

    Args:
        patients: of the arm.
        rate: Kaplan-Meier's after that time.
        at_risk: just before it, or just after it.
        events: of the arm, up to any later time; None where they are not known.

    Witness: every small trial, with every number of events at one time.

    >>> left_after(Range(10, 10), Range(0.6, 0.6), Range(9, 9), None).whole()
    range(6, 7)
    """
    least, most = at_risk.lower * rate.lower, min(at_risk.upper, patients.upper * rate.upper)
    if events is not None:
        least = max(least, at_risk.lower - events.upper)
        if rate.upper < 1.0:
            most = min(most, events.upper * rate.upper / (1.0 - rate.upper))
    return Range(least, most)


def _room(claims: Claims, each: ClaimedAtRisk) -> Iterator[Finding]:
    for rate in rates_of(claims):
        if (rate.endpoint, rate.arm) != (each.endpoint, each.arm):
            continue
        for time, number in zip(each.times, each.patients, strict=False):
            if time == rate.time:
                yield from _rate_at_risk(claims, each, rate, number)


def _rate_at_risk(
    claims: Claims, each: ClaimedAtRisk, rate: ClaimedRate, number: PrintedNumber
) -> Iterator[Finding]:
    patients, events = patients_of(claims, each.arm), events_of(claims, each.endpoint, each.arm)
    if patients is None:
        return
    own = range_of(rate.rate).within(0.0, 1.0)
    left = left_after(patients.number, own, range_of(number), events)
    together = number.lower - math.floor(left.upper + 1e-9)
    if len(left.whole()) and together <= SAME_DAY:
        return
    counted = "" if events is None else f" ({between(events, 6)} events in all)"
    told = (
        f"{name_of(each.endpoint)}, {label_of(claims, each.arm)}: {number.text} at risk at "
        f"{duration(claims, rate.time)} and a rate of {percent(rate.rate)} of "
        f"{between(patients.number, 6)} patients{counted}"
    )
    if len(left.whole()):
        grade: Grade = "possible"
        said = (
            f"are both right only if {together:.0f} or more of the events fell at that very time, "
            "as they can where times are in whole weeks, months or visits."
        )
    else:
        grade = "unlikely" if patients.assumed else "impossible"
        said = (
            "cannot go together, even if many of the events fell at that very time: of those at "
            f"risk at least {left.lower:.4g} must be left after it and at most {left.upper:.4g} can"
            + ("." if left.lower > left.upper else ", and there is no whole number of these.")
        )
    arithmetic = [
        line(
            "left after that time, at least",
            "at risk × rate, at risk - events",
            exactly(left.lower),
        ),
        line(
            "left after that time, at most",
            "at risk, patients × rate, events × rate / (1 - rate)",
            exactly(left.upper),
        ),
    ]
    yield _risk_finding(each, f"{told} {said}", (number, rate.rate), grade, arithmetic)


def _risk_finding(
    each: ClaimedAtRisk,
    sentence: str,
    numbers: tuple[PrintedNumber, ...],
    grade: Grade = "impossible",
    arithmetic: Sequence[Line] = (),
) -> Finding:
    return finding(
        "numbers-at-risk",
        each.endpoint,
        grade,
        sentence,
        arithmetic=[
            *(line(number.text, "as printed", range_of(number)) for number in numbers),
            *arithmetic,
        ],
        numbers=numbers,
        settles="The numbers at risk of this endpoint and arm"
        + (", and how many events fell at that time." if arithmetic else "."),
    )
