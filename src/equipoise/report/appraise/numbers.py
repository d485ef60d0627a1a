"""Every number that was read, as printed, with the values that would be printed so."""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.reading import arms_of
from equipoise.appraise.checks.wording import duration, level_words
from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedAtRisk,
    ClaimedCount,
    ClaimedDifference,
    ClaimedEvents,
    ClaimedFollowUp,
    ClaimedMedian,
    ClaimedP,
    ClaimedRate,
    ClaimedRatio,
    Claims,
    PrintedInterval,
    PrintedNumber,
)
from equipoise.report.appraise.parts import label_of, label_of_pair
from equipoise.report.document import Row, Section, Table

Named = Iterator[tuple[str, PrintedNumber | None]]


def numbers_section(appraisal: Appraisal) -> Section:
    """List what each source prints."""
    sources = (appraisal.claims, *appraisal.others)
    tables = tuple(_table(each, place) for place, each in enumerate(sources, start=1))
    return Section("numbers", "What is printed", tables)


def _table(claims: Claims, place: int) -> Table:
    rows = []
    unverified = set(claims.unverified)
    for name, number in _named(claims):
        if number is not None:
            stands = number.place
            doubted = stands is not None and stands in unverified
            line = "" if stands is None else str(stands.line)
            mark = " (unverified)" if doubted else ""
            rows.append(Row((name, f"{number.text}{mark}", _stands_for(number), line)))
    return Table(
        f"numbers-{place}",
        f"{claims.source}: numbers as printed",
        ("", "Printed", "Stands for", "Line"),
        tuple(rows),
        (claims.citation or claims.source,),
        prose=(1, 2),
    )


def _stands_for(number: PrintedNumber) -> str:
    """Write the values that would be printed so.

    >>> _stands_for(PrintedNumber("59.3%", 0.593, 0.5925, 0.5935))
    '0.5925 to 0.5935'
    """
    if math.isinf(number.value):
        return "not reached"
    low, high = (f"{each:.6g}" for each in (number.lower, number.upper))
    if math.isinf(number.upper):
        return f"{low} or more"
    return low if low == high else f"{low} to {high}"


def _named(claims: Claims) -> Named:
    for arm in claims.arms:
        yield f"Patients, {arm.label}", arm.patients
    yield "Patients", claims.patients
    for each in claims.claimed:
        yield from _of(claims, each)
    yield "Events planned", claims.plan.events


def _of(claims: Claims, each: Claimed) -> Named:
    """Name the numbers of one claim."""
    match each:
        case ClaimedRate() | ClaimedMedian() | ClaimedRatio() | ClaimedDifference():
            yield from _estimated(claims, each)
        case ClaimedP():
            about = label_of_pair(claims, each.about, arms_of(claims, each))
            yield f"{about}, P{_at(claims, each.time)}", each.p
        case ClaimedEvents():
            name = f"{label_of(claims, each.endpoint)}, events{_in(claims, each.arm, 'all arms')}"
            yield name, each.events
        case ClaimedCount():
            name = f"{label_of(claims, each.what)}{_in(claims, each.arm)}"
            yield name, each.count
            yield f"{name}, percentage", each.percent
            yield f"{name}, of", each.of
        case ClaimedAtRisk():
            for time, patients in zip(each.times, each.patients, strict=True):
                name = f"{label_of(claims, each.endpoint)}, at risk{_at(claims, time)}"
                yield f"{name}{_in(claims, each.arm)}", patients
        case ClaimedFollowUp():
            yield f"Follow-up, median{_in(claims, each.arm)}", each.median
            for name, number in zip(("shortest", "longest"), each.range or (), strict=False):
                yield f"Follow-up, {name}{_in(claims, each.arm)}", number


def _estimated(
    claims: Claims, each: ClaimedRate | ClaimedMedian | ClaimedRatio | ClaimedDifference
) -> Named:
    match each:
        case ClaimedRate():
            about = f"{label_of(claims, each.endpoint)}{_at(claims, each.time)}"
            name, number = f"{about}{_in(claims, each.arm)}", each.rate
        case ClaimedMedian():
            about = f"{label_of(claims, each.endpoint)}, median"
            name, number = f"{about}{_in(claims, each.arm)}", each.median
        case ClaimedRatio():
            about = label_of_pair(claims, each.endpoint, (each.experimental, each.control))
            name, number = f"{about}, hazard ratio", each.ratio
        case ClaimedDifference():
            about = label_of_pair(claims, each.about, (each.experimental, each.control))
            name, number = f"{about}, difference{_at(claims, each.time)}", each.difference
    yield name, number
    if isinstance(each, ClaimedRate):
        yield f"{name}, standard error", each.standard_error
    yield from _limits(name, each.interval)


def _at(claims: Claims, time: float | None) -> str:
    return "" if time is None else f" at {duration(claims, time)}"


def _in(claims: Claims, arm: str | None, otherwise: str = "") -> str:
    found = {each.id: each.label for each in claims.arms}.get(arm or "", otherwise)
    return f", {found}" if found else ""


def _limits(name: str, interval: PrintedInterval | None) -> Named:
    if interval is not None:
        level = level_words(interval.level)
        yield f"{name}, lower limit of the {level}", interval.lower
        yield f"{name}, upper limit of the {level}", interval.upper
