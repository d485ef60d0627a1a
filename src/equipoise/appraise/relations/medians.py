"""Do medians agree with the hazard ratio?

With constant hazards the medians' ratio, control over experimental, is the hazard ratio; where
hazards change with time alike in both arms, as t^(k-1), log(ratio of medians) = log(HR) / k, of
the same sign.  By chance log(median) differs from the truth with variance

    1 / (n log² 2), or more,

and from Cox's estimate as `changing` tells of rates of a half.  Medians that point the other
way than the ratio need hazards that cross.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import Ratio, arm_of, chosen, ratios_of
from equipoise.appraise.checks.wording import (
    between,
    chance_words,
    finding,
    line,
    name_of,
    printed_duration,
)
from equipoise.appraise.claims.claim import ClaimedMedian, Claims
from equipoise.appraise.claims.intervals import exactly, range_of
from equipoise.appraise.relations.against_ratio import (
    BY_CHANCE,
    as_printed,
    change_needed,
    inverse_fits,
    ratio_itself,
    spread_lines,
)
from equipoise.appraise.relations.changing import apart_at, two_sided
from equipoise.kernel.confidence import normal_quantile

HALF = 0.5
SHAPE = 0.4  # standard deviation of 1 / k: hazards that change alike in both arms
RARE = 0.002  # chance below which medians alone raise an alarm
TIME = "the medians"


def ratio_of_medians(claims: Claims) -> tuple[Finding, ...]:
    """Find whether medians point the same way as the hazard ratio, and how far apart they are."""
    return tuple(_medians_and_ratio(claims))


def _medians_and_ratio(claims: Claims) -> Iterator[Finding]:
    medians = {(each.endpoint, each.arm): each for each in chosen(claims, ClaimedMedian)}
    for ratio in ratios_of(claims):
        pair = [medians.get((ratio.claimed.endpoint, arm)) for arm in ratio.arms]
        if pair[0] is None or pair[1] is None:
            continue
        one, other = (range_of(each.median) for each in (pair[0], pair[1]))
        if min(one.lower, other.lower) > 0.0 and math.inf not in {one.upper, other.upper}:
            yield _held(claims, ratio, (pair[0], pair[1]))


def _held(claims: Claims, ratio: Ratio, pair: tuple[ClaimedMedian, ClaimedMedian]) -> Finding:
    implied = range_of(pair[1].median) / range_of(pair[0].median)
    log = implied.image(math.log)
    apart, distance = apart_at(claims, ratio, (HALF, HALF), _variance(pair)), log.gap(ratio.log)
    opposed = log.upper < 0.0 < ratio.log.lower or ratio.log.upper < 0.0 < log.lower
    shape = 0.0 if opposed else SHAPE * abs(ratio.log.middle)
    alone = two_sided(distance, apart.chance)
    chance = two_sided(distance, math.hypot(apart.all, shape))
    grade: Grade = "possible" if opposed and alone < BY_CHANCE else "consistent"
    grade = "unlikely" if chance < RARE else grade
    needed, changes = change_needed(apart, implied, ratio, TIME)
    labels = [arm_of(claims, each.arm).label for each in pair]
    texts = [printed_duration(claims, each.median) for each in pair]
    return finding(
        "ratio-of-medians",
        ratio.claimed.endpoint,
        grade,
        f"{name_of(ratio.claimed.endpoint)}: medians of {texts[0]} ({labels[0]}) and {texts[1]} "
        f"({labels[1]}) give a hazard ratio of {between(implied)} if hazards are constant; "
        f"{as_printed(ratio)} is printed, "
        + _told(grade, alone, chance, needed, turned=inverse_fits(implied, ratio)),
        arithmetic=[
            line("medians' hazard ratio", "median control / median experimental", implied),
            line("printed hazard ratio", "experimental over control", ratio_itself(ratio)),
            line("distance on the log scale", "0 where their rounding overlaps", exactly(distance)),
            *spread_lines(apart, TIME),
            line(
                "standard deviation by hazards that change alike in both arms",
                f"{SHAPE:g} |log HR|, 0 where the medians point the other way",
                exactly(shape),
            ),
            *([] if grade == "consistent" else changes),
        ],
        numbers=[*(each.median for each in pair), *ratio.numbers],
        settles="" if grade == "consistent" else "The curves, and which arm the ratio is over.",
        chance=chance,
    )


def _told(grade: Grade, alone: float, chance: float, needed: str, *, turned: bool) -> str:
    if grade == "unlikely":
        inverse = " Its inverse would fit: was control over experimental printed?" if turned else ""
        return f"and honest trials differ so in {chance_words(chance)}.{inverse}"
    if alone >= BY_CHANCE:
        return "which chance allows."
    rare = f"chance alone sets them so far apart in {chance_words(alone)}"
    if grade == "consistent":
        return f"and {rare}; hazards that change with time allow it."
    return f"the other way, and {rare}; otherwise hazards changed, with {needed}."


def _variance(pair: tuple[ClaimedMedian, ClaimedMedian]) -> float | None:
    """Give the variance of the medians' log ratio by their intervals, where both have one."""
    total = 0.0
    for each in pair:
        if each.interval is None:
            return None
        low, middle, high = each.interval.lower.value, each.median.value, each.interval.upper.value
        if not 0.0 < low < middle:
            return None
        wide = math.log(middle / low) if math.isinf(high) else 0.5 * math.log(high / low)
        total += (wide / normal_quantile(each.interval.level)) ** 2
    return total
