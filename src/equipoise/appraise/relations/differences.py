"""Do a difference, its interval and its P agree with the two numbers it is of?

    D = p₁ - p₀,    SE(D) = √(SE₁² + SE₀²),    z = D / SE(D).

An interval of a difference lies about evenly around it (score limits bend a little toward 0), so
that a difference far from the middle is a rounding, such as of the difference of two numbers that
were rounded first, or a slip.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import (
    RatePair,
    arms_of,
    chosen,
    patients_of,
    rate_pairs,
)
from equipoise.appraise.checks.sidedness import fits_against_only, p_of_z, sides_that_fit
from equipoise.appraise.checks.wording import (
    as_percent,
    between,
    duration,
    finding,
    interval_words,
    label_of,
    line,
    name_of_pair,
    p_between,
    p_words,
    percent,
    sides_words,
)
from equipoise.appraise.claims.claim import ClaimedCount, ClaimedDifference, ClaimedP, Claims
from equipoise.appraise.claims.intervals import Range, image, range_of
from equipoise.appraise.relations.counts import count_range
from equipoise.appraise.relations.rates import errors_of, least_error

OFF = 0.04  # of an interval's width, off its middle
FAR = 0.2  # of an interval's width: no usual method places it so
SLIP = 2.0  # roundings by which a difference of rounded numbers may be off
NEAR = 0.35  # of z: transformations of a rate move its test by so much


def differences(claims: Claims) -> tuple[Finding, ...]:
    """Find whether each difference is that of its two numbers, and where its interval lies."""
    return tuple(
        found
        for each in chosen(claims, ClaimedDifference)
        for found in (*_of_its_numbers(claims, each), *_in_its_interval(claims, each))
    )


def difference_range(claims: Claims, each: ClaimedDifference) -> tuple[Range, list[str]] | None:
    """Give the difference that the two numbers allow, and how they are printed.

    Args:
        claims: that hold rates, counts or percentages of both arms.
        each: the difference; None where its numbers are not printed.

    Witness: FACTS: 74/105 - 44/103 = 27.8 points.
    """
    for pair in rate_pairs(claims):
        arms = pair.experimental.arm, pair.control.arm
        same = (pair.endpoint, *arms) == (each.about, each.experimental, each.control)
        if same and each.time in {None, pair.time}:
            both = pair.experimental.rate, pair.control.rate
            return range_of(both[0]) - range_of(both[1]), [percent(one) for one in both]
    shares, words = [], []
    for arm in (each.experimental, each.control):
        counted = [c for c in chosen(claims, ClaimedCount) if (c.what, c.arm) == (each.about, arm)]
        if not counted:
            return None
        known = count_range(claims, counted[0])
        share = None if known is None else image(lambda x, n: x / n, *known)
        if counted[0].percent is not None:
            own = range_of(counted[0].percent)
            share = own if share is None else share.shared(own) or share
        if share is None:
            return None
        shares.append(share)
        words.append(
            f"{counted[0].count.text} of {between(known[1], 6)}"
            if counted[0].count is not None and known is not None
            else percent(counted[0].percent)  # type: ignore[arg-type]
        )
    return shares[0] - shares[1], words


def _about(claims: Claims, each: ClaimedDifference) -> str:
    """Name what a difference is of, with its arms where there are more than two, and its time."""
    name = name_of_pair(claims, each.about, (each.experimental, each.control))
    return name if each.time is None else f"{name} at {duration(claims, each.time)}"


def _of_its_numbers(claims: Claims, each: ClaimedDifference) -> Iterator[Finding]:
    found = difference_range(claims, each)
    if found is None:
        return
    calculated, words = found
    printed = range_of(each.difference)
    off, unit = printed.gap(calculated), printed.upper - printed.lower
    grade: Grade = "consistent" if not off else "possible" if off <= SLIP * unit else "unlikely"
    is_it = {
        "consistent": "agrees",
        "possible": "is near: the difference of two rounded or of two adjusted numbers may be",
        "unlikely": "is another number: it may be adjusted, or of another time or endpoint",
    }
    low, high = as_percent(calculated.lower), as_percent(calculated.upper)
    shown = low.rstrip("%") if low == high else f"{low.rstrip('%')} to {high.rstrip('%')}"
    yield finding(
        "difference-of-numbers",
        each.about,
        grade,
        f"{_about(claims, each)}: {words[0]} and {words[1]} differ by {shown} points; the printed "
        f"{each.difference.text} {is_it[grade]}.",
        arithmetic=[
            line("difference", "experimental - control", calculated),
            line("difference printed", each.difference.text, printed),
        ],
        numbers=[each.difference],
        settles="" if grade == "consistent" else "How the difference was calculated.",
    )


def _in_its_interval(claims: Claims, each: ClaimedDifference) -> Iterator[Finding]:
    limits = each.interval
    if limits is None:
        return
    own, low, high = range_of(each.difference), range_of(limits.lower), range_of(limits.upper)
    middle = image(lambda a, b: 0.5 * (a + b), low, high)
    width = high.middle - low.middle
    calculated = difference_range(claims, each)
    shown = f"{each.difference.text} ({interval_words(limits)})"
    about = _about(claims, each)
    arithmetic = [
        line("difference", "as printed", own),
        line("middle of the interval", "(lower + upper) / 2", middle),
    ]
    numbers = [each.difference, limits.lower, limits.upper]
    if own.upper < low.lower or own.lower > high.upper:
        yield finding(
            "difference-in-its-interval",
            each.about,
            "impossible",
            f"{about}: the difference {shown} lies outside its own interval.",
            arithmetic=arithmetic,
            numbers=numbers,
            settles="Whether difference and interval belong together.",
        )
        return
    off = abs(own.middle - middle.middle)
    elsewhere = calculated is not None and own.gap(calculated[0]) > 0.0
    uneven = own.gap(middle) > OFF * width or (elsewhere and off > 0.25 * (own.upper - own.lower))
    grade: Grade = "consistent" if not uneven else "possible" if off < FAR * width else "unlikely"
    fits = calculated is not None and elsewhere and calculated[0].meets(middle.widened(OFF * width))
    told = (
        "lies evenly in its interval."
        if grade == "consistent"
        else f"is off the middle of its interval, {as_percent(middle.middle).rstrip('%')}"
        + (
            f"; the middle fits {as_percent(calculated[0].middle).rstrip('%')}, the difference of "
            "the numbers themselves."
            if fits and calculated is not None
            else "."
        )
    )
    yield finding(
        "difference-in-its-interval",
        each.about,
        grade,
        f"{about}: the difference {shown} {told}",
        arithmetic=arithmetic,
        numbers=numbers,
        settles="" if grade == "consistent" else "The difference with one more digit.",
    )


def p_of_rates(claims: Claims) -> tuple[Finding, ...]:
    """Find whether a P that compares rates at a time follows from them and their errors."""
    return tuple(
        found
        for p in chosen(claims, ClaimedP)
        if p.test == "rates at a time" or (p.time is not None and p.test == "not stated")
        for pair in rate_pairs(claims)
        if (pair.endpoint, pair.arms) == (p.about, arms_of(claims, p))
        and p.time in {None, pair.time}
        if (found := _p_and_rates(claims, p, pair)) is not None
    )


def z_of_rates(claims: Claims, pair: RatePair) -> tuple[Range, bool] | None:
    """Give z of two rates at a time, and whether their errors are known; else z is the largest.

    Args:
        claims: that hold patients, where errors are not printed.
        pair: of rates.

    Witness: 79.4 ± 4.5 v 59.2 ± 6.0 give z 2.69.
    """
    errors, known = [], True
    for rate in (pair.experimental, pair.control):
        error, _ = errors_of(rate)
        if error is None:
            patients = patients_of(claims, rate.arm)
            if patients is None:
                return None
            error, known = least_error(range_of(rate.rate), patients.number), False
        errors.append(error)
    spread = image(math.hypot, *errors)
    if spread.lower <= 0.0:
        return None
    difference = range_of(pair.experimental.rate) - range_of(pair.control.rate)
    return difference / spread, known


def _p_and_rates(claims: Claims, p: ClaimedP, pair: RatePair) -> Finding | None:
    found = z_of_rates(claims, pair)
    if found is None:
        return None
    z, known = found
    reach = max(abs(z.lower), abs(z.upper)) + NEAR
    wide = z.widened(NEAR) if known else Range(-reach, reach)
    printed = range_of(p.p)
    fits = sides_that_fit(printed, wide)
    if known:
        fits = sides_that_fit(printed, z) or fits
    wrong = not fits or (p.sides is not None and p.sides not in fits)
    grade: Grade = (
        "consistent" if not wrong else "unlikely" if p.test != "not stated" else "possible"
    )
    against = known and 1 in fits and fits_against_only(printed, z.widened(NEAR))
    favored = f" in favor of {label_of(claims, pair.control.arm)}" if against else ""
    ranges = {1: p_of_z(-z if against else z, 1), 2: p_of_z(z, 2)}
    least, lowest = ("", "") if known else (" at the least", "least ")
    told = sides_words(fits).replace("one-sided", f"one-sided{favored}")
    told = "agrees" if p.sides in fits else f"is {told}"
    name = name_of_pair(claims, p.about, pair.arms)
    return finding(
        "p-of-rates",
        p.about,
        grade,
        f"{name} at {duration(claims, pair.time)}: the rates give{least} one-sided P "
        f"{p_between(ranges[1])}{favored}, two-sided {p_between(ranges[2])}; the printed "
        f"{p_words(p)} "
        + (told if fits else "fits neither")
        + (", not as stated" if fits and wrong else "")
        + (". It may be of the whole curves." if wrong and p.test == "not stated" else "."),
        arithmetic=[
            line("z", "difference / √(SE₁² + SE₀²)", z),
            line(
                f"{lowest}one-sided P{favored}", "1 - Φ(-z)" if against else "1 - Φ(z)", ranges[1]
            ),
            line(f"{lowest}two-sided P", "2 (1 - Φ(|z|))", ranges[2]),
        ],
        numbers=[p.p, *pair.numbers],
        settles="The test that was used, and its sidedness." if wrong else "",
        sides=None if not fits and p.test == "not stated" else fits,
        p=p,
    )
