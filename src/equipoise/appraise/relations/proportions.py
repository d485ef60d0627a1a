"""Does the P of two proportions follow from them?

Every pair of counts that prints as the percentages do is tested by Pearson's chi-square with and
without Yates's correction, by z with a variance not pooled, by Wald's test of logistic regression
(log odds ratio over √Σ 1/count) and by Fisher's exact test, one- and two-sided; the P values of
each test over all pairs make a range.  A printed P outside all of them needs another test
(stratified, adjusted), other counts or another denominator.
"""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import arms_of, chosen
from equipoise.appraise.checks.wording import (
    finding,
    label_of,
    line,
    name_of_pair,
    p_between,
    p_words,
    sides_words,
)
from equipoise.appraise.claims.claim import ClaimedCount, ClaimedP, Claims
from equipoise.appraise.claims.intervals import Range, range_of
from equipoise.appraise.relations.counts import count_range, counts_that_fit
from equipoise.kernel.exact_tables import fisher_p
from equipoise.kernel.normal import upper_quantile, upper_tail

PAIRS = 60  # tables that are tested exactly; of more, those at the corners
LARGE = 20_000  # patients; with more the exact test is that corrected for continuity
EACH = 40  # pairs of count and patients that are tried in each arm
NEAR = 0.25  # of z: what a stratified or adjusted test may differ by
SMALLEST = 1e-300
OTHER = ", other direction"  # one-sided against what was seen


@dataclass(frozen=True, slots=True)
class ProportionTests:
    """The P values of two proportions: by test and sidedness, over all counts that print so."""

    ranges: tuple[tuple[str, int, Range], ...]

    def fitting(self, p: Range) -> tuple[tuple[str, int], ...]:
        """Give the tests that print as a P does."""
        return tuple((test, sides) for test, sides, values in self.ranges if values.meets(p))

    @property
    def in_the_direction_seen(self) -> "ProportionTests":
        """Those that ask for the difference that was seen, not for one the other way."""
        return ProportionTests(tuple(each for each in self.ranges if not each[0].endswith(OTHER)))

    def distance(self, p: Range) -> float:
        """Give how far a P is, as z, from the nearest."""
        low, high = (upper_quantile(max(SMALLEST, each)) for each in (p.upper, p.lower))
        gaps = []
        for _, sides, values in self.ranges:
            ends = [max(SMALLEST, each) / sides for each in (values.upper, values.lower)]
            z = Range(*(upper_quantile(min(each, 1.0)) for each in ends))
            asked = z if sides == 1 else Range(z.lower, z.upper)
            halved = Range(
                *(upper_quantile(max(SMALLEST, each) / sides) for each in (p.upper, p.lower))
            )
            gaps.append(asked.gap(halved if sides == 2 else Range(low, high)))  # noqa: PLR2004
        return min(gaps)


def proportion_tests(tables: Iterable[tuple[int, int, int, int]]) -> ProportionTests:
    """Test tables (x1, n1, x0, n0) in every usual way.

    Args:
        tables: counts and patients of the experimental arm, then of the control.

    Witness: R's prop.test and fisher.test of 74/105 v 44/103.

    >>> tests = proportion_tests([(74, 105, 44, 103)])
    >>> [f"{values.upper:.1e}" for _, _, values in tests.ranges][:2]
    ['2.7e-05', '5.3e-05']
    """
    found: dict[tuple[str, int], list[float]] = {}
    for x1, n1, x0, n0 in tables:
        for (test, sides), p in _p_values(x1, n1, x0, n0):
            found.setdefault((test, sides), []).append(p)
    return ProportionTests(
        tuple((test, sides, Range(min(p), max(p))) for (test, sides), p in found.items())
    )


def _p_values(x1: int, n1: int, x0: int, n0: int) -> Iterator[tuple[tuple[str, int], float]]:
    share, difference = (x1 + x0) / (n1 + n0), abs(x1 / n1 - x0 / n0)
    error = math.sqrt(share * (1 - share) * (1 / n1 + 1 / n0))
    less = 0.5 * (1 / n1 + 1 / n0)
    for test, z in (
        ("chi-square", difference / error if error else 0.0),
        ("corrected chi-square", max(0.0, difference - less) / error if error else 0.0),
        *_by_wald(x1, n1, x0, n0),
    ):
        yield (test, 1), upper_tail(z)
        yield (test, 2), 2 * upper_tail(z)
        yield (f"{test}{OTHER}", 1), upper_tail(-z)
    if n1 + n0 > LARGE:
        return
    exact = fisher_p(x1, n1, x0, n0)
    yield ("Fisher's exact test", 1), min(exact.more, exact.fewer)
    yield (f"Fisher's exact test{OTHER}", 1), max(exact.more, exact.fewer)
    yield ("Fisher's exact test", 2), exact.two_sided


def _by_wald(x1: int, n1: int, x0: int, n0: int) -> Iterator[tuple[str, float]]:
    """Give z by Wald's tests, of the difference and of the odds ratio, where they exist."""
    unpooled = x1 * (n1 - x1) / n1**3 + x0 * (n0 - x0) / n0**3
    if unpooled > 0.0:
        yield "unpooled z", abs(x1 / n1 - x0 / n0) / math.sqrt(unpooled)
    cells = (x1, n1 - x1, x0, n0 - x0)
    if min(cells) > 0:
        ratio = math.log(x1 / (n1 - x1)) - math.log(x0 / (n0 - x0))
        yield "logistic regression", abs(ratio) / math.sqrt(sum(1 / each for each in cells))


def tables_of(
    first: tuple[Range, Range], second: tuple[Range, Range], shares: tuple[Range | None, ...]
) -> tuple[tuple[int, int, int, int], ...]:
    """Give the tables whose counts print as given; where there are many, the corners.

    Args:
        first: counts and patients of the experimental arm.
        second: counts and patients of the control.
        shares: the percentages of both, None where the count itself is printed.

    Witness: `counts_that_fit`.
    """
    sides = []
    for (count, of), share in zip((first, second), shares, strict=True):
        fits = counts_that_fit(share, of) if share is not None else ()
        pairs = [(x, n) for x, n in fits if count.contains(x)] or [
            (x, n) for x in count.whole() for n in of.whole() if 0 <= x <= n and n
        ]
        sides.append(_ends_of(pairs, EACH))
    tables = [(x1, n1, x0, n0) for (x1, n1), (x0, n0) in itertools.product(*sides)]
    if len(tables) <= PAIRS:
        return tuple(tables)
    order = sorted(tables, key=lambda t: t[0] / t[1] - t[2] / t[3])
    edge = PAIRS // 4
    by_size = sorted(tables, key=lambda t: t[1] + t[3])
    return tuple(dict.fromkeys((*order[:edge], *order[-edge:], *by_size[:edge], *by_size[-edge:])))


def _ends_of(pairs: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Give all of a few pairs; of many those with the largest and smallest shares and sizes."""
    if len(pairs) <= most:
        return pairs
    edge = most // 4
    by_share, by_size = sorted(pairs, key=lambda t: t[0] / t[1]), sorted(pairs, key=lambda t: t[1])
    ends = (*by_share[:edge], *by_share[-edge:], *by_size[:edge], *by_size[-edge:])
    return list(dict.fromkeys(ends))


def p_of_proportions(claims: Claims) -> tuple[Finding, ...]:
    """Find whether each P of counted patients follows from the counts."""
    return tuple(
        found
        for p in chosen(claims, ClaimedP)
        if (arms := arms_of(claims, p)) is not None
        and (found := _check(claims, p, *arms)) is not None
    )


def _check(claims: Claims, p: ClaimedP, treated: str, control: str) -> Finding | None:
    counted = {each.arm: each for each in chosen(claims, ClaimedCount) if each.what == p.about}
    if treated not in counted or control not in counted:
        return None
    pair = counted[treated], counted[control]
    known = [count_range(claims, each) for each in pair]
    if known[0] is None or known[1] is None:
        return None
    shares = tuple(None if each.percent is None else range_of(each.percent) for each in pair)
    tables = tables_of(known[0], known[1], shares)
    if not tables:
        return None
    tests, printed = proportion_tests(tables), range_of(p.p)
    seen = tests.in_the_direction_seen
    sides = {each for _, each in seen.fitting(printed)}
    distance = tests.distance(printed)
    against = bool(tests.fitting(printed)) or distance <= NEAR < seen.distance(printed)
    turned = {1} if against and not sides else set()
    arithmetic = [
        line(f"{test}, {sides_words([n])}", f"over {len(tables)} pairs of counts", values)
        for test, n, values in tests.ranges
    ]
    if turned and p.sides != 2:  # noqa: PLR2004 - two sides know no direction
        grade, told = _told_of_the_other_direction(claims, tables, (treated, control))
    else:
        grade, told = _told(p, sides, distance)
    values = [each for _, _, each in seen.ranges]
    ends = Range(min(each.lower for each in values), max(each.upper for each in values))
    return finding(
        "p-of-proportions",
        p.about,
        grade,
        f"{name_of_pair(claims, p.about, (treated, control))}: the counts give P "
        f"{p_between(ends)} by the usual tests; the printed {p_words(p)} {told}",
        arithmetic=arithmetic,
        numbers=[p.p, *(n for each in pair for n in (each.count, each.percent))],
        settles="" if grade == "consistent" else "The counts, the test and its sidedness.",
        sides=sides or turned or (set() if distance > NEAR else {1, 2}),
        p=p,
    )


def _told_of_the_other_direction(
    claims: Claims, tables: Iterable[tuple[int, int, int, int]], arms: tuple[str, str]
) -> tuple[Grade, str]:
    """Say for which direction a one-sided P was asked that fits only against what was seen."""
    ahead = {x1 / n1 > x0 / n0 for x1, n1, x0, n0 in tables}
    labels = [label_of(claims, arm) for arm in arms]
    if len(ahead) == 1:
        more, fewer = labels if ahead == {True} else labels[::-1]
        asked = f"more in {fewer} than in {more}, while {more} has more"
    else:
        asked = "the other direction than was seen"
    return "possible", f"fits a one-sided test only, and one that asks for {asked}."


def _told(p: ClaimedP, sides: set[int], distance: float) -> tuple[Grade, str]:
    if p.sides in sides or (p.sides is None and sides):
        both = "" if p.sides else f" ({sides_words(sides)})"
        return "consistent", f"agrees{both}."
    if distance <= NEAR:
        return "possible", "is near; a stratified or adjusted test may give it."
    if sides:
        return (
            "unlikely",
            f"would be {sides_words(sides)}, and {sides_words([p.sides or 2])} is stated.",
        )
    return "unlikely", "is given by none of them: it needs other counts or another comparison."
