"""Do a hazard ratio, its interval, its P and the number of events agree?

On the log scale the interval lies evenly around the estimate, with half-width z₀ SE, so that each
limit and the width give SE, and z = -log(HR) / SE gives P.  The information in a Cox model is

    1 / SE² = Σ p_j (1 - p_j) ≤ d / 4,     so     d ≥ 4 / SE²,

d the events and p_j the experimental share of risk at each, whatever the strata.  Robust errors
(Lin & Wei 1989) have no such bound, and are 0 where all have their event at one time: too few
events are never impossible.  Simulated, d + 1.2 √d < 4 / SE² in 1 of 1,000 with d of 20 or more.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import (
    Ratio,
    arms_of,
    chosen,
    events_of,
    patients_of,
    ratios_of,
)
from equipoise.appraise.checks.sidedness import (
    as_tests_differ,
    fits_against_only,
    p_of_z,
    sides_that_fit,
    well_inside,
)
from equipoise.appraise.checks.wording import (
    between,
    finding,
    interval_words,
    label_of,
    line,
    name_of_pair,
    p_between,
    p_words,
    sides_words,
    whole_between,
)
from equipoise.appraise.claims.claim import ClaimedP, Claims
from equipoise.appraise.claims.intervals import Range, exactly, range_of
from equipoise.kernel.confidence import normal_quantile

UNEVEN = 0.12  # of the half-width: what profile likelihood and rounding of digits may shift
WASTED = 1.7  # times the least number of events: beyond, the interval is too wide
QUARTER = 0.25
WHICH = "Events of this endpoint and analysis, and which model gave the interval."
TOO_FEW = ", too few for a Cox model unless its errors are robust (a sandwich)"
ROBUST = 1.2  # of √events: how many fewer robust errors may need
FEW = 12.0  # events; with fewer the normal approximation says little


def error_of(ratio: Ratio) -> Range | None:
    """Give the standard error of a log hazard ratio from the width of its interval.

    Args:
        ratio: with an interval; None otherwise.

    Witness: JAMA 2021;325:833: .70 (.47-1.03) gives 0.196 to 0.204.
    """
    if ratio.lower is None or ratio.upper is None:
        return None
    width = ratio.upper - ratio.lower
    if width.lower <= 0.0 or width.upper == float("inf"):
        return None
    return width / exactly(2 * normal_quantile(ratio.level))


def z_of(ratio: Ratio) -> Range | None:
    """Give z of a hazard ratio, positive in favor of the experimental arm.

    Args:
        ratio: with an interval; None otherwise.

    Witness: FACTS: 1.71 to 1.85, one-sided P .032 to .043.
    """
    return None if (error := error_of(ratio)) is None else -ratio.log / error


def least_events(error: Range) -> Range:
    """Give the fewest events that allow a standard error of a log hazard ratio.

    Args:
        error: the standard error.

    Witness: Cox's information of simulated trials is never above a quarter of their events.

    >>> least_events(Range(0.2, 0.2)).lower.__round__(6)
    100.0
    """
    return exactly(4.0) / (error * error)


def ratio_in_interval(claims: Claims) -> tuple[Finding, ...]:
    """Find whether each hazard ratio lies in its interval, evenly on the log scale."""
    return tuple(
        found for ratio in ratios_of(claims) if (found := _symmetry(claims, ratio)) is not None
    )


def _symmetry(claims: Claims, ratio: Ratio) -> Finding | None:
    low, high = ratio.lower, ratio.upper
    if low is None or high is None or math.isinf(low.lower) or math.isinf(high.upper):
        return None  # without a limit, or with one that is not estimable
    printed = ratio.claimed
    limits = printed.interval
    assert limits is not None  # noqa: S101 - it has limits
    shown = f"{printed.ratio.text} ({interval_words(limits)})"
    about = name_of_pair(claims, printed.endpoint, ratio.arms)
    below, above = ratio.log - low, high - ratio.log
    arithmetic = [
        line("half-width below", "log HR - log lower limit", below),
        line("half-width above", "log upper limit - log HR", above),
    ]
    if below.upper < 0.0 or above.upper < 0.0:
        return finding(
            "ratio-in-its-interval",
            printed.endpoint,
            "impossible",
            f"{about}: the hazard ratio {shown} lies outside its own interval.",
            arithmetic=arithmetic,
            numbers=ratio.numbers,
            settles="Whether ratio and interval belong together.",
        )
    off = below.gap(above)
    half = 0.25 * (below.lower + below.upper + above.lower + above.upper)
    grade: Grade = "consistent" if not off else "possible" if off < UNEVEN * half else "unlikely"
    words = {
        "consistent": "lies evenly around the estimate, as usual methods place it.",
        "possible": "is a little uneven around the estimate on the log scale; other methods of "
        "calculating it, or a slip of a digit, may be the reason.",
        "unlikely": "is not even around the estimate on the log scale, as every usual method "
        "places it; a digit may be wrong, or the interval belong to another estimate.",
    }
    return finding(
        "ratio-in-its-interval",
        printed.endpoint,
        grade,
        f"{about}: the interval of the hazard ratio {shown} {words[grade]}",
        arithmetic=arithmetic,
        numbers=ratio.numbers,
        settles="" if grade == "consistent" else "The ratio and limits with one more digit.",
    )


def p_of_ratio(claims: Claims) -> tuple[Finding, ...]:
    """Find whether each P follows from the hazard ratio and its interval, and with which sides."""
    return tuple(
        found
        for p in chosen(claims, ClaimedP)
        if of_curves(p)
        and (ratio := ratio_of_p(claims, p)) is not None
        and (found := _p_and_ratio(claims, p, ratio)) is not None
    )


def of_curves(p: ClaimedP) -> bool:
    """Tell whether a P compares whole curves, not rates at a time nor counts."""
    return p.time is None and p.test in {"log-rank", "cox", "not stated"}


def ratio_of_p(claims: Claims, p: ClaimedP) -> Ratio | None:
    """Give the hazard ratio of the arms that a P compares; of two it is not told which is meant.

    Args:
        claims: that hold both.
        p: of an endpoint.

    Witness: the claim itself.
    """
    arms = arms_of(claims, p)
    found = [each for each in ratios_of(claims, p.about) if each.arms == arms]
    return found[0] if len(found) == 1 else None


def _p_and_ratio(claims: Claims, p: ClaimedP, ratio: Ratio) -> Finding | None:
    z = z_of(ratio)
    if z is None:
        return None
    printed, error = range_of(p.p), error_of(ratio)
    few = 0.0 if error is None else error.middle
    fits = sides_that_fit(printed, z, slack=False) | sides_that_fit(printed, z, error=few)
    against = fits_against_only(printed, z, error=few)
    ranges = {1: p_of_z(-z if against else z, 1), 2: p_of_z(z, 2)}
    edge: set[int] = {each for each in fits if not well_inside(printed, ranges[each])}
    limits = ratio.claimed.interval
    assert limits is not None  # noqa: S101 - z came from it
    given = f"{ratio.claimed.ratio.text} ({interval_words(limits)})"
    favored = label_of(claims, ratio.claimed.control) if against else ""
    toward = f" in favor of {favored or label_of(claims, ratio.claimed.experimental)}"
    toward = toward if against or z.upper < 0.0 else ""
    from_ratio = (
        f"the hazard ratio {given} gives one-sided P {p_between(ranges[1])}{toward}, two-sided "
        f"{p_between(ranges[2])}"
    )
    grade, told = _graded_p(p, fits, favored, edge)
    return finding(
        "p-of-ratio",
        p.about,
        grade,
        f"{name_of_pair(claims, p.about, ratio.arms)}: {from_ratio}; the printed {p_words(p)} "
        f"{told}",
        arithmetic=[
            line("z", "-log(HR) / SE, SE from the width of the interval", z),
            line(f"one-sided P{toward}", "1 - Φ(-z)" if against else "1 - Φ(z)", ranges[1]),
            line("two-sided P", "2 (1 - Φ(|z|))", ranges[2]),
            line("z of other tests", "as Cox's and log-rank differ", as_tests_differ(z, few)),
        ],
        numbers=[p.p, *ratio.numbers],
        settles="" if grade == "consistent" else "The test, its sidedness, and P with more digits.",
        sides=fits,
        p=p,
    )


def _graded_p(p: ClaimedP, fits: frozenset[int], favored: str, edge: set[int]) -> tuple[Grade, str]:
    """Grade a P by the sides that fit, and those that only just do."""
    near, firm = "only just: it is near the end of what they allow", fits - edge
    just = f", though {near}" if edge and not firm else ""
    told = sides_words(fits)
    if favored and 1 in fits:
        told = told.replace("one-sided", f"one-sided in favor of {favored}")
    grade: Grade = "possible" if just or (favored and fits == {1}) else "consistent"
    if p.sides is None and len(fits) == 1:
        return grade, f"is {told}{just}."
    if p.sides is None and fits:
        best = f"; {sides_words(edge)} {near}" if edge and firm else ""
        return "consistent", f"fits either reading, {told}{best}."
    if p.sides in edge and firm:
        return "possible", f"fits {sides_words(firm)}; {sides_words(edge)}, as stated, {near}."
    if p.sides in fits:
        toward = f" in favor of {favored}" if favored and p.sides == 1 else ""
        return ("possible" if just or toward else "consistent"), f"agrees{toward}{just}."
    if fits:
        return "unlikely", f"is {told}, and {sides_words([p.sides or 2])} is stated."
    return "unlikely", "is neither: they come from different analyses, or a digit is wrong."


def events_of_ratio(claims: Claims) -> tuple[Finding, ...]:
    """Find whether the events printed can give an interval as narrow, or as wide, as printed."""
    return tuple(_events_and_ratio(claims))


def _events_and_ratio(claims: Claims) -> Iterator[Finding]:
    for ratio in ratios_of(claims):
        error, endpoint = error_of(ratio), ratio.claimed.endpoint
        pair = ratio.claimed.experimental, ratio.claimed.control
        events = _events_of_pair(claims, endpoint, pair)
        if error is None or events is None:
            continue
        least, z = least_events(error), normal_quantile(ratio.level)
        share = _share(claims, pair)
        expected = Range(least.lower * QUARTER / max(share), least.upper * QUARTER / max(share))
        grade, told = _graded_events(events, least, expected)
        yield finding(
            "events-of-ratio",
            endpoint,
            grade,
            f"{name_of_pair(claims, endpoint, pair)}: so narrow an interval of the hazard ratio "
            f"needs at least {whole_between(least)} events; {between(events, 6)} are printed{told}",
            arithmetic=[
                line("standard error of log HR", f"width of the interval / (2 · {z:.2f})", error),
                line("fewest events", "4 / SE²; robust errors may need 1.2 √events fewer", least),
                line("events", "as printed", events),
            ],
            numbers=ratio.numbers,
            settles="" if grade == "consistent" else WHICH,
        )


def _graded_events(events: Range, least: Range, expected: Range) -> tuple[Grade, str]:
    if events.upper < least.lower * (1 - 1e-9):
        robust = events.upper + ROBUST * math.sqrt(events.upper) >= least.lower
        return ("possible", f"{TOO_FEW}.") if robust else ("unlikely", f"{TOO_FEW}, and far so.")
    if events.lower > WASTED * expected.upper and events.lower > FEW:
        return "unlikely", (
            ", which would have given a much narrower one: it may belong to another endpoint."
        )
    return "consistent", ", which agrees."


def _events_of_pair(claims: Claims, endpoint: str, pair: tuple[str, str]) -> Range | None:
    own = [events_of(claims, endpoint, arm) for arm in pair]
    if own[0] is not None and own[1] is not None:
        return own[0] + own[1]
    return events_of(claims, endpoint, None) if len(claims.arms) == 2 else None  # noqa: PLR2004


def _share(claims: Claims, pair: tuple[str, str]) -> tuple[float]:
    """Give p (1 - p), p the experimental share of patients; a quarter where it is not known."""
    sizes = [patients_of(claims, arm) for arm in pair]
    if sizes[0] is None or sizes[1] is None:
        return (QUARTER,)
    first, second = (each.number.middle for each in sizes if each is not None)
    part = first / (first + second) if first + second > 0 else 0.5
    return (max(0.02, part * (1 - part)),)
