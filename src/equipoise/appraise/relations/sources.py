"""Can two sources about one trial both be right?

What is counted once and for all (transplants, events, patients with something by any time) only
grows: an earlier source cannot have more.  The later source is that with the longer median
follow-up; else that with more events; else the second that is given.  Who was at risk at a time
still was then in a later source, unless an event before that time was found out later.
"""

from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Line
from equipoise.appraise.checks.reading import (
    arm_of,
    chosen,
    events_of,
    median_follow_up,
    patients_of,
)
from equipoise.appraise.checks.slips import one_digit_other, printed_so
from equipoise.appraise.checks.wording import (
    between,
    duration,
    finding,
    label_of,
    line,
    name_of,
    percent,
    printed_duration,
)
from equipoise.appraise.claims.claim import (
    ClaimedAtRisk,
    ClaimedCount,
    ClaimedEvents,
    ClaimedFollowUp,
    Claims,
)
from equipoise.appraise.claims.intervals import Range, exactly, range_of
from equipoise.appraise.relations.counts import count_range, counts_that_fit

WINDOW = 100  # denominators that are tried below the largest that can fit
NAMED = 4  # denominators that are named


def in_order(first: Claims, second: Claims) -> tuple[Claims, Claims]:
    """Give the earlier source, then the later.

    Args:
        first: one source.
        second: another of the same trial.

    Witness: the news (1.4 years) comes before the paper (2.9).
    """
    followed = [median_follow_up(each) for each in (first, second)]
    if followed[0] is not None and followed[1] is not None:
        return (second, first) if followed[0].middle > followed[1].middle else (first, second)
    endpoints = {each.endpoint for each in chosen(first, ClaimedEvents)}
    for endpoint in sorted(endpoints):
        seen = [events_of(each, endpoint, None) for each in (first, second)]
        if seen[0] is not None and seen[1] is not None and not seen[0].meets(seen[1]):
            return (second, first) if seen[0].middle > seen[1].middle else (first, second)
    return first, second


def between_sources(first: Claims, second: Claims) -> tuple[Finding, ...]:
    """Find what two sources about one trial say that cannot both be, or hardly."""
    earlier, later = in_order(first, second)
    return (
        *_patients(earlier, later),
        *_follow_up(earlier, later),
        *_counts(earlier, later),
        *_events(earlier, later),
        *_at_risk(earlier, later),
    )


def _shared_arms(earlier: Claims, later: Claims) -> list[str]:
    held = {arm.id for arm in later.arms}
    return [arm.id for arm in earlier.arms if arm.id in held]


def _patients(earlier: Claims, later: Claims) -> Iterator[Finding]:
    for arm in _shared_arms(earlier, later):
        one, other = arm_of(earlier, arm).patients, arm_of(later, arm).patients
        if one is not None and other is not None and not range_of(one).meets(range_of(other)):
            yield finding(
                "patients-between-sources",
                arm,
                "possible",
                f"{label_of(later, arm)}: {one.text} patients in {earlier.source}, {other.text} in "
                f"{later.source}.",
                arithmetic=[line("patients", each.text, range_of(each)) for each in (one, other)],
                numbers=[one, other],
                settles="Which patients each source counts.",
            )


def _counts(earlier: Claims, later: Claims) -> Iterator[Finding]:
    for each in chosen(earlier, ClaimedCount):
        for other in chosen(later, ClaimedCount):
            if (each.what, each.arm) == (other.what, other.arm):
                yield from _count_pair(earlier, later, each, other)


def _count_pair(
    earlier: Claims, later: Claims, each: ClaimedCount, other: ClaimedCount
) -> Iterator[Finding]:
    after = count_range(later, other)
    patients = patients_of(later, each.arm) or patients_of(earlier, each.arm)
    if after is None or patients is None:
        return
    of = range_of(each.of) if each.of is not None else patients.number
    before = _counted(each, of)
    if before is None:
        return
    shown = percent(each.percent) if each.percent is not None else each.count.text  # type: ignore[union-attr]
    about, label = name_of(each.what), label_of(later, each.arm)
    arithmetic = [
        line(f"count in {earlier.source}", f"{shown} of {between(of, 6)}", before),
        line(f"count in {later.source}", "as printed", after[0]),
    ]
    numbers = [each.percent, each.count, other.count, other.percent]
    if before.lower <= after[0].upper:
        yield finding(
            "counts-between-sources",
            each.what,
            "consistent",
            f"{about}, {label}: {between(before, 6)} patients in {earlier.source} and "
            f"{between(after[0], 6)} in {later.source} can both be right.",
            arithmetic=arithmetic,
            numbers=numbers,
        )
        return
    unless, lines, known = _explained(earlier, later, each, after[0], of)
    yield finding(
        "counts-between-sources",
        each.what,
        "possible" if known and each.of is None else "impossible",
        f"{about}, {label}: {shown} of {between(of, 6)} patients would be {between(before, 6)} in "
        f"{earlier.source}, more than the {between(after[0], 6)} of the later {later.source}, "
        f"whose count can only have grown.{unless}",
        arithmetic=[*arithmetic, *lines],
        numbers=numbers,
        settles="The count behind the percentage, and the number of patients it is of.",
    )


def _counted(each: ClaimedCount, of: Range) -> Range | None:
    if each.count is not None:
        return range_of(each.count)
    if each.percent is None:
        return None
    fits = [count for count, _ in counts_that_fit(range_of(each.percent), of)]
    return Range(min(fits), max(fits)) if fits else None


def _explained(
    earlier: Claims, later: Claims, each: ClaimedCount, most: Range, of: Range
) -> tuple[str, list[Line], bool]:
    """Name denominators of which the percentage fits, and one-digit slips that would."""
    if each.percent is None:
        return "", [], False
    share, known = range_of(each.percent), _denominators_printed(earlier, later, each.arm)
    widest = min(of.upper, most.upper / max(share.lower, 1 / of.upper))
    tried = [Range(max(1.0, widest - WINDOW), widest), *(Range(n, n) for n in sorted(known))]
    fits = dict.fromkeys(pair for each_of in tried for pair in counts_that_fit(share, each_of))
    own = [pair for pair in fits if pair[0] <= most.upper and pair[1] <= of.upper]
    near = sorted(own, key=lambda pair: (pair[1] not in known, -pair[1], -pair[0]))[:NAMED]
    digits = each.percent.text.strip().rstrip("%")
    slips = [
        (text, int(most.upper), patients)
        for text in one_digit_other(digits)
        for patients in sorted(known | {round(of.upper)})
        if printed_so(text, 0.01).contains(most.upper / patients)
    ]
    words = ""
    if near:
        named = ", ".join(f"{count}/{patients}" for count, patients in near)
        words += f" It can be right of fewer patients, such as {named}."
    if slips:
        named = ", ".join(f"{text}% would be {count}/{patients}" for text, count, patients in slips)
        words += f" With one digit other, {named}."
    lines = [
        line(f"{text}% of {patients}", f"{count}/{patients}", exactly(count / patients))
        for text, count, patients in slips
    ]
    return words, lines, any(patients in known for _, patients in own)


def _denominators_printed(earlier: Claims, later: Claims, arm: str) -> set[int]:
    """Give numbers of patients of an arm that either source counts something of."""
    return {
        round(each.of.value)
        for claims in (earlier, later)
        for each in chosen(claims, ClaimedCount)
        if each.arm == arm and each.of is not None
    }


def _events(earlier: Claims, later: Claims) -> Iterator[Finding]:
    for each in chosen(earlier, ClaimedEvents):
        after = events_of(later, each.endpoint, each.arm)
        if after is None or each.events.lower <= after.upper:
            continue
        where = "all arms" if each.arm is None else label_of(earlier, each.arm)
        yield finding(
            "events-between-sources",
            each.endpoint,
            "impossible",
            f"{name_of(each.endpoint)} ({where}): {each.events.text} events in {earlier.source} "
            f"are more than the {between(after, 6)} of the later {later.source}.",
            arithmetic=[
                line(earlier.source, "events", range_of(each.events)),
                line(later.source, "events", after),
            ],
            numbers=[each.events],
            settles="The data cut of each, and what counts as an event.",
        )


def _follow_up(earlier: Claims, later: Claims) -> Iterator[Finding]:
    """Hold the follow-up of each arm against the order in which the sources stand."""
    for arm in _shared_arms(earlier, later):
        before, after = (
            [f.median for f in chosen(each, ClaimedFollowUp) if f.arm == arm and f.median]
            for each in (earlier, later)
        )
        if not before or not after or before[0].lower <= after[0].upper:
            continue
        shown = [printed_duration(later, each[0]) for each in (before, after)]
        yield finding(
            "follow-up-between-sources",
            arm,
            "unlikely",
            f"{label_of(later, arm)}: a median follow-up of {shown[0]} in {earlier.source} and of "
            f"{shown[1]} in the later {later.source}: follow-up only grows.",
            arithmetic=[
                line(earlier.source, "median follow-up", range_of(before[0])),
                line(later.source, "median follow-up", range_of(after[0])),
            ],
            numbers=[before[0], after[0]],
            settles="The data cut of each source, and how follow-up was counted.",
        )


def _at_risk(earlier: Claims, later: Claims) -> Iterator[Finding]:
    after = {
        (each.endpoint, each.arm, time): number
        for each in chosen(later, ClaimedAtRisk)
        for time, number in zip(each.times, each.patients, strict=False)
    }
    for each in chosen(earlier, ClaimedAtRisk):
        for time, number in zip(each.times, each.patients, strict=False):
            other = after.get((each.endpoint, each.arm, time))
            if other is None or number.lower <= other.upper:
                continue
            yield finding(
                "at-risk-between-sources",
                each.endpoint,
                "unlikely",
                f"{name_of(each.endpoint)}, {label_of(later, each.arm)}: {number.text} at risk at "
                f"{duration(later, time)} in {earlier.source}, and only {other.text} in the later "
                f"{later.source}. With longer follow-up they can only be more, unless events "
                "before then were found out later.",
                arithmetic=[
                    line(earlier.source, "at risk", range_of(number)),
                    line(later.source, "at risk", range_of(other)),
                ],
                numbers=[number, other],
                settles="The data cut of each source, and events that were reported late.",
            )
