"""Do counts, percentages and numbers of patients agree?

A percentage of n patients is that of a whole number k of them: k / n must print as it does
(Brown & Heathers 2017, the GRIM test).  With n and the percentage known only to their rounding,

    k in [p₋ n₋, p₊ n₊],    and k = 0, 1, ..., n.

Where no whole number fits, the percentage is of another number of patients than the arm's.
"""

import math
from collections.abc import Iterable, Iterator

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import chosen, patients_of
from equipoise.appraise.checks.wording import between, finding, label_of, line, name_of, percent
from equipoise.appraise.claims.claim import ClaimedCount, ClaimedEvents, Claims, PrintedNumber
from equipoise.appraise.claims.intervals import Range, range_of

MANY = 120  # numbers that are tried one by one
NAMED = 3  # denominators that are named


def counts_that_fit(share: Range, of: Range) -> tuple[tuple[int, int], ...]:
    """Give every (count, denominator) whose percentage prints as given.

    Args:
        share: the percentage as a proportion, with its rounding.
        of: the denominator.

    Witness: enumeration of k / n.

    >>> counts_that_fit(Range(0.785, 0.795), Range(105, 105))
    ((83, 105),)
    """
    return tuple(
        (count, patients)
        for patients in _some(of.whole())
        if patients > 0
        for count in _some((share * Range(patients, patients)).whole())
        if 0 <= count <= patients
    )


def _some(numbers: range) -> Iterable[int]:
    """Give all of a few numbers; of very many the ends and some between."""
    if len(numbers) <= MANY:
        return numbers
    return (*numbers[:: len(numbers) // MANY], numbers[-1])


def count_range(claims: Claims, claimed: ClaimedCount) -> tuple[Range, Range] | None:
    """Give what a count may be, and of how many; None where neither is known.

    Args:
        claims: that hold it.
        claimed: a count, a percentage, or both.

    Witness: 79% of 105 are 83 patients, 70% are 73 or 74.
    """
    of = denominator(claims, claimed)
    if of is None:
        return None
    if claimed.count is not None:
        return range_of(claimed.count), of
    assert claimed.percent is not None  # noqa: S101 - one of the two is there
    fits = [count for count, _ in counts_that_fit(range_of(claimed.percent), of)]
    return (Range(min(fits), max(fits)), of) if fits else None


def denominator(claims: Claims, claimed: ClaimedCount) -> Range | None:
    """Give of how many a count is: as printed, or else the arm's patients."""
    if claimed.of is not None:
        return range_of(claimed.of)
    patients = patients_of(claims, claimed.arm)
    return None if patients is None else patients.number


def percentages_in_range(claims: Claims) -> tuple[Finding, ...]:
    """Find percentages below 0 or above 100."""
    return tuple(
        finding(
            "percentage-in-range",
            each.what,
            "impossible",
            f"{name_of(each.what)}: {percent(each.percent)} of {label_of(claims, each.arm)} is not "
            "a percentage of patients: it must lie between 0 and 100.",
            arithmetic=[line("percentage", each.percent.text, range_of(each.percent))],
            numbers=[each.percent],
            settles="The number of patients that was counted.",
        )
        for each in chosen(claims, ClaimedCount)
        if each.percent is not None and (each.percent.lower > 1.0 or each.percent.upper < 0.0)
    )


def counts_within_patients(claims: Claims) -> tuple[Finding, ...]:
    """Find more patients with something than there are patients."""
    return tuple(_more_than_patients(claims))


def _more_than_patients(claims: Claims) -> Iterator[Finding]:
    for each in chosen(claims, ClaimedCount):
        of = denominator(claims, each)
        if each.count is not None and of is not None and each.count.lower > of.upper:
            what = f"{each.count.text} of {between(of, 6)} patients"
            numbers: list[PrintedNumber | None] = [each.count, each.of]
            about = each.what, "impossible" if each.of else _worst(claims, [each.arm])
            yield _too_many(claims, about, each.arm, what, (range_of(each.count), of), numbers)
    for one in chosen(claims, ClaimedEvents):
        arms = [one.arm] if one.arm is not None else [arm.id for arm in claims.arms]
        known = [patients_of(claims, arm) for arm in arms]
        found = [each.number for each in known if each is not None]
        if len(found) < len(arms):
            continue
        of = Range(sum(f.lower for f in found), sum(f.upper for f in found))
        if one.events.lower > of.upper:
            what = f"{one.events.text} first events in {between(of, 6)} patients"
            about, pair = (one.endpoint, _worst(claims, arms)), (range_of(one.events), of)
            yield _too_many(claims, about, one.arm, what, pair, [one.events])


def _worst(claims: Claims, arms: list[str]) -> Grade:
    guessed = any((known := patients_of(claims, arm)) and known.assumed for arm in arms)
    return "unlikely" if guessed and len(arms) < len(claims.arms) else "impossible"


def _too_many(
    claims: Claims,
    about: tuple[str, Grade],
    arm: str | None,
    what: str,
    pair: tuple[Range, Range],
    numbers: list[PrintedNumber | None],
) -> Finding:
    where = "all arms" if arm is None else label_of(claims, arm)
    return finding(
        "count-within-patients",
        *about,
        f"{name_of(about[0])}: {what} ({where}) are more than there are.",
        arithmetic=[line("count", "as printed", pair[0]), line("patients", "at most", pair[1])],
        numbers=numbers,
        settles="Which number of patients was counted, and whether patients or events.",
    )


def percentages_of_patients(claims: Claims) -> tuple[Finding, ...]:
    """Find whether a whole number of patients prints as each percentage does."""
    return tuple(
        _percentage_of_patients(claims, each, of)
        for each in chosen(claims, ClaimedCount)
        if each.percent is not None
        and 0.0 <= each.percent.value <= 1.0
        and (of := denominator(claims, each)) is not None
        and (each.count is None or each.count.lower <= of.upper)
    )


def _percentage_of_patients(claims: Claims, each: ClaimedCount, of: Range) -> Finding:
    assert each.percent is not None  # noqa: S101 - asked only of percentages
    printed = range_of(each.percent)
    fits = counts_that_fit(printed, of)
    if each.count is not None:
        fits = tuple(pair for pair in fits if range_of(each.count).contains(pair[0]))
    label, said = label_of(claims, each.arm), percent(each.percent)
    shown = said if each.count is None else f"{each.count.text} ({said})"
    about, numbers = name_of(each.what), [each.percent, each.count, each.of]
    arithmetic = [
        line("patients", "the denominator", of),
        line("count", f"{said} × patients", printed * of),
    ]
    if fits:
        counts = sorted({count for count, _ in fits})
        told = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        return finding(
            "percentage-of-patients",
            each.what,
            "consistent",
            f"{about}: {shown} of {label} is {told} of {between(of, 6)} patients.",
            arithmetic=arithmetic,
            numbers=numbers,
        )
    if each.count is not None and (more := _more_patients(claims, each, printed, of)) is not None:
        return more
    others = denominators(printed, of, each)
    named = ", ".join(f"{count}/{patients}" for count, patients in others)
    stated = each.of is not None
    return finding(
        "percentage-of-patients",
        each.what,
        "impossible" if stated else "possible",
        f"{about}: no whole number of {between(of, 6)} patients prints as {shown} of {label}."
        + (f" It would fit {named}." if named else "")
        + ("" if stated else " It may be of those who could be assessed."),
        arithmetic=arithmetic,
        numbers=numbers,
        settles="The count, and the number of patients it is a percentage of.",
    )


def _more_patients(claims: Claims, each: ClaimedCount, share: Range, of: Range) -> Finding | None:
    """Tell of a count whose percentage would be of more patients than there are."""
    assert each.count is not None and each.percent is not None  # noqa: S101, PT018 - both are asked
    if share.upper <= 0.0:
        return None
    needed = Range(each.count.lower / share.upper, each.count.upper / max(share.lower, 1e-9))
    if math.ceil(needed.lower - 1e-9) <= of.upper:
        return None
    shown, label = f"{each.count.text} ({percent(each.percent)})", label_of(claims, each.arm)
    return finding(
        "percentage-of-patients",
        each.what,
        "unlikely" if each.of is None else "impossible",
        f"{name_of(each.what)}: {shown} of {label} would be of {math.ceil(needed.lower - 1e-9)} "
        f"patients or more, and there are {between(of, 6)}."
        + (" It may be of another group." if each.of is None else ""),
        arithmetic=[
            line("patients", "the denominator", of),
            line("patients it would need", "count / percentage", needed),
        ],
        numbers=[each.percent, each.count, each.of],
        settles="The count, and the number of patients it is a percentage of.",
    )


def denominators(share: Range, of: Range, each: ClaimedCount) -> list[tuple[int, int]]:
    """Give the nearest smaller denominators of which a whole number prints so.

    Args:
        share: the percentage as a proportion.
        of: the denominator that does not fit.
        each: what is counted; its count, where printed, must be the whole number.

    Witness: `counts_that_fit` of the denominators given.
    """
    smaller = Range(max(1.0, of.upper - MANY + 1), max(1.0, of.upper))
    fits = counts_that_fit(share, smaller)
    if each.count is not None:
        fits = tuple(pair for pair in fits if range_of(each.count).contains(pair[0]))
    return sorted(fits, key=lambda pair: -pair[1])[:NAMED]


def arms_add_up(claims: Claims) -> tuple[Finding, ...]:
    """Find whether the arms' patients, and their events, add up to the total that is printed."""
    return (*_patients_add_up(claims), *_events_add_up(claims))


def _patients_add_up(claims: Claims) -> Iterator[Finding]:
    known = [arm.patients for arm in claims.arms if arm.patients is not None]
    if claims.patients is None or not known:
        return
    total, added = range_of(claims.patients), _sum(known)
    whole = len(known) == len(claims.arms)
    bad = not total.meets(added) if whole else added.lower > total.upper
    if whole or bad:
        words = " + ".join(each.text for each in known)
        yield finding(
            "arms-add-up",
            "patients",
            "impossible" if bad else "consistent",
            f"The arms have {words} patients, "
            + ("which is not" if bad else "which is")
            + f" the {claims.patients.text} printed for all.",
            arithmetic=[line("arms", words, added), line("all", claims.patients.text, total)],
            numbers=[claims.patients, *known],
            settles="Which patients are counted in all, and which in the arms." if bad else "",
        )


def _events_add_up(claims: Claims) -> Iterator[Finding]:
    events = chosen(claims, ClaimedEvents)
    for all_arms in (each for each in events if each.arm is None):
        parts = {e.arm: e.events for e in events if e.endpoint == all_arms.endpoint and e.arm}
        if not parts:
            continue
        total, added = range_of(all_arms.events), _sum(list(parts.values()))
        whole = set(parts) == {arm.id for arm in claims.arms}
        bad = not total.meets(added) if whole else added.lower > total.upper
        words = " + ".join(each.text for each in parts.values())
        yield finding(
            "arms-add-up",
            all_arms.endpoint,
            "impossible" if bad else "consistent",
            f"{name_of(all_arms.endpoint)}: {words} events in the arms"
            + (", which cannot be" if bad else ", in agreement with")
            + f" the {all_arms.events.text} printed for all.",
            arithmetic=[line("arms", words, added), line("all", all_arms.events.text, total)],
            numbers=[all_arms.events, *parts.values()],
            settles="The events of each arm at one data cut." if bad else "",
        )


def _sum(numbers: list[PrintedNumber]) -> Range:
    return Range(sum(n.lower for n in numbers), sum(n.upper for n in numbers))
