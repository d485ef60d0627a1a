"""Do rates at a time agree with the hazard ratio?

Under proportional hazards S₁(t) = S₀(t)^HR, so that the rates alone give log S₁ / log S₀.  That
and Cox's estimate differ by chance, and by more where hazards are not proportional: `changing`
tells how far.  Without printed errors the rates have the least,

    Var(log(-log S)) ≥ (1 - S) / (n S log² S).

A difference beyond both chance and plausible changes of the hazard ratio is unlikely.
"""

import math

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import (
    RatePair,
    Ratio,
    patients_of,
    rate_pairs,
    ratios_of,
)
from equipoise.appraise.checks.wording import (
    between,
    duration,
    finding,
    line,
    name_of_pair,
    percent,
)
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.claims.intervals import Range, exactly, image, range_of
from equipoise.appraise.relations.against_ratio import (
    BY_CHANCE,
    as_printed,
    change_needed,
    inverse_fits,
    ratio_itself,
    spread_lines,
    told_against,
)
from equipoise.appraise.relations.changing import apart_at, two_sided
from equipoise.appraise.relations.rates import errors_of

NOMINAL = 0.01  # chance below which something is unlikely
INVERSE = (
    "Its inverse would fit: was control over experimental printed, or are the arms of the rates "
    "exchanged?"
)


def rates_ratio(pair: RatePair) -> Range | None:
    """Give the hazard ratio that two rates imply under proportional hazards.

    Args:
        pair: both strictly between 0 and 1; None otherwise.

    Witness: FACTS: ln .593 / ln .410 = .586.
    """
    one, other = range_of(pair.experimental.rate), range_of(pair.control.rate)
    if min(one.lower, other.lower) <= 0.0 or max(one.upper, other.upper) >= 1.0:
        return None
    return image(lambda a, b: math.log(a) / math.log(b), one, other)


def variance_of_log_hazard(claims: Claims, pair: RatePair) -> float | None:
    """Give the variance of the log of the rates' ratio: from their errors, or else the least.

    Args:
        claims: that hold the arms' patients.
        pair: of rates; none where one is 0 or 1.

    Witness: the delta method on Greenwood's variance, uncensored.
    """
    total = 0.0
    for rate in (pair.experimental, pair.control):
        value = rate.rate.value
        if not 0.0 < value < 1.0:
            return None
        error, _ = errors_of(rate)
        patients = patients_of(claims, rate.arm)
        if error is not None:
            variance = error.middle**2
        elif patients is not None:
            variance = value * (1 - value) / max(1.0, patients.number.lower)
        else:
            return None
        total += variance / (value * math.log(value)) ** 2
    return total


def ratio_of_rates(claims: Claims) -> tuple[Finding, ...]:
    """Find whether the rates give the hazard ratio, or how far from proportional hazards were."""
    return tuple(
        found
        for pair in rate_pairs(claims)
        for ratio in ratios_of(claims, pair.endpoint)
        if ratio.arms == pair.arms and (found := _rates_and_ratio(claims, pair, ratio)) is not None
    )


def _rates_and_ratio(claims: Claims, pair: RatePair, ratio: Ratio) -> Finding | None:
    implied = rates_ratio(pair)
    variance = variance_of_log_hazard(claims, pair)
    if implied is None or variance is None:
        return None
    rates = pair.experimental.rate.value, pair.control.rate.value
    apart, time = apart_at(claims, ratio, rates, variance), duration(claims, pair.time)
    distance = implied.image(math.log).gap(ratio.log)
    alone, chance = two_sided(distance, apart.chance), two_sided(distance, apart.all)
    grade: Grade = "unlikely" if chance < NOMINAL else "possible"
    grade = "consistent" if alone >= BY_CHANCE else grade
    needed, changes = change_needed(apart, implied, ratio, time)
    turned = INVERSE if inverse_fits(implied, ratio) else "Is the ratio of this endpoint and time?"
    told = (
        f"the printed {as_printed(ratio)} agrees."
        if not distance
        else told_against(ratio, (alone, chance), needed, turned if grade == "unlikely" else "")
    )
    return finding(
        "ratio-of-rates",
        pair.endpoint,
        grade,
        f"{name_of_pair(claims, pair.endpoint, pair.arms)}: {percent(pair.experimental.rate)} v "
        f"{percent(pair.control.rate)} at {time} gives a hazard ratio of {between(implied)} if "
        f"hazards are proportional; {told}",
        arithmetic=[
            line("rates' hazard ratio", "log S(experimental) / log S(control)", implied),
            line("printed hazard ratio", "experimental over control", ratio_itself(ratio)),
            line("distance on the log scale", "0 where their rounding overlaps", exactly(distance)),
            *spread_lines(apart, time),
            *([] if grade == "consistent" else changes),
        ],
        numbers=[*pair.numbers, *ratio.numbers],
        settles="" if grade == "consistent" else "The curves, or a test of proportional hazards.",
        chance=chance,
    )
