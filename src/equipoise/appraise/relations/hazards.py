"""Do rates at a time, and medians, agree with the hazard ratio?

Under proportional hazards S₁(t) = S₀(t)^HR, so that the rates alone give log S₁ / log S₀.  That,
with variance V, and Cox's estimate, with SE, are let differ with variance

    max(V - SE², 0) + min(V, SE²) / 4 + FREE²,     V = Σ Var log(-log S) ≥ Σ (1 - S) / (n S log² S):

by chance (Hausman 1978; Cox's being efficient); because neither variance is known well, and Cox's
estimate may be adjusted or stratified; and because hazards are rarely quite proportional.  A
difference beyond all three is unlikely.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import (
    RatePair,
    Ratio,
    arm_of,
    chosen,
    events_of,
    patients_of,
    rate_pairs,
    ratios_of,
)
from equipoise.appraise.checks.wording import (
    between,
    chance_words,
    duration,
    finding,
    line,
    name_of,
    name_of_pair,
    percent,
    printed_duration,
)
from equipoise.appraise.claims.claim import ClaimedMedian, Claims
from equipoise.appraise.claims.intervals import Range, image, range_of
from equipoise.appraise.relations.rates import errors_of
from equipoise.appraise.relations.ratio import error_of
from equipoise.kernel.normal import upper_tail

FREE = 0.20  # standard deviation of log(rates' ratio / HR) from hazards not proportional
NOMINAL = 0.01  # chance below which something is unlikely
FREE_OF_MEDIANS = 0.35  # the same of medians: one point of each curve
RARE = 0.002  # chance below which medians alone raise an alarm
EXTREME = 0.4  # a late hazard ratio so far from 1 explains nothing
UNKNOWN_ERROR = 0.25  # of a log hazard ratio printed without interval


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
    error = error_of(ratio)
    own = UNKNOWN_ERROR**2 if error is None else error.middle**2
    spread = math.sqrt(max(variance - own, 0.0) + 0.25 * min(variance, own) + FREE**2)
    log = implied.image(math.log)
    distance = log.gap(ratio.log)
    chance = min(1.0, 2 * upper_tail(distance / spread))
    within = distance == 0.0 or _in_interval(implied, ratio)
    grade: Grade = "consistent" if within else "unlikely" if chance < NOMINAL else "possible"
    time, about = duration(claims, pair.time), name_of_pair(claims, pair.endpoint, pair.arms)
    rates = f"{percent(pair.experimental.rate)} v {percent(pair.control.rate)} at {time}"
    says = (
        f"{about}: {rates} gives a hazard ratio of {between(implied)} if hazards are proportional"
    )
    shown = Range(math.exp(ratio.log.lower), math.exp(ratio.log.upper))
    written = _as_printed(ratio)
    turned = (-log).gap(ratio.log) < 0.5 * distance
    late = late_ratio(claims, pair, ratio, implied)
    if grade == "consistent":
        told = f"; the printed {written} agrees."
    elif grade == "unlikely":
        told = f"; {written} is printed, and honest trials differ so in " + (
            f"{chance_words(chance)}. "
            + ("Its inverse would fit: was control over experimental printed?" if turned else "")
        )
    else:
        apart = (
            f"the ratio was {between(implied)} until {time} and about {late:.2f} afterwards"
            if EXTREME < late < 1 / EXTREME
            else f"hazards or censoring changed unevenly within {time}"
        )
        told = f"; {written} is printed. Chance allows it; or {apart}."
    return finding(
        "ratio-of-rates",
        pair.endpoint,
        grade,
        f"{says}{told}".rstrip(),
        arithmetic=[
            line("rates' hazard ratio", "log S(experimental) / log S(control)", implied),
            line("printed hazard ratio", "experimental over control", shown),
            line("distance on the log scale", f"standard deviation {spread:.3f}", _at(distance)),
            line("early ratio", f"until {time}", implied),
            line("late ratio", f"after {time}, to give the printed one over all", _at(late)),
        ],
        numbers=[*pair.numbers, *ratio.numbers],
        settles="" if grade == "consistent" else "The curves, or a test of proportional hazards.",
        chance=chance,
    )


def _as_printed(ratio: Ratio) -> str:
    """Write a ratio as printed, experimental over control."""
    text = ratio.claimed.ratio.text
    turned = Range(math.exp(ratio.log.lower), math.exp(ratio.log.upper))
    return f"{text} inverted ({between(turned)})" if ratio.claimed.inverted else text


def _in_interval(implied: Range, ratio: Ratio) -> bool:
    """Tell whether the rates' ratio lies in the printed one's interval."""
    if ratio.lower is None or ratio.upper is None:
        return False
    return implied.image(math.log).meets(Range(ratio.lower.lower, ratio.upper.upper))


def _at(value: float) -> Range:
    return Range(value, value)


def late_ratio(claims: Claims, pair: RatePair, ratio: Ratio, early: Range) -> float:
    """Give the hazard ratio after the time of the rates that would make the printed one overall.

    The overall log ratio is about the mean over events.  The share of events after that time is
    taken from the events printed, or else as a quarter.

    Args:
        claims: that hold the events.
        pair: of rates.
        ratio: as printed.
        early: until that time, from the rates.

    Witness: the mean of both over events is the printed log ratio.
    """
    before = 0.75
    all_events = events_of(claims, pair.endpoint, None)
    known = [patients_of(claims, each.arm) for each in (pair.experimental, pair.control)]
    if all_events is not None and known[0] is not None and known[1] is not None:
        by_then = sum(
            each.number.middle * (1 - rate.rate.value)
            for each, rate in zip(known, (pair.experimental, pair.control), strict=True)
            if each is not None
        )
        before = min(0.95, max(0.05, by_then / max(1.0, all_events.middle)))
    log = (ratio.log.middle - before * math.log(early.middle)) / (1 - before)
    return math.exp(min(max(log, -5.0), 5.0))


def ratio_of_medians(claims: Claims) -> tuple[Finding, ...]:
    """Find whether medians point the same way as the hazard ratio."""
    return tuple(_medians_and_ratio(claims))


def _medians_and_ratio(claims: Claims) -> Iterator[Finding]:
    medians = {(each.endpoint, each.arm): each for each in chosen(claims, ClaimedMedian)}
    for ratio in ratios_of(claims):
        printed = ratio.claimed
        pair = [
            medians.get((printed.endpoint, arm)) for arm in (printed.experimental, printed.control)
        ]
        if pair[0] is None or pair[1] is None:
            continue
        one, other = (range_of(each.median) for each in pair if each is not None)
        if not min(one.lower, other.lower) > 0.0 or math.inf in {one.upper, other.upper}:
            continue
        implied = other / one
        error = error_of(ratio)
        own = UNKNOWN_ERROR if error is None else error.middle
        spread = math.hypot(1.5 * own, FREE_OF_MEDIANS)
        distance = implied.image(math.log).gap(ratio.log)
        chance = min(1.0, 2 * upper_tail(distance / spread))
        grade: Grade = "unlikely" if chance < RARE else "consistent"
        labels = [arm_of(claims, arm).label for arm in (printed.experimental, printed.control)]
        texts = [printed_duration(claims, each.median) for each in pair if each is not None]
        yield finding(
            "ratio-of-medians",
            printed.endpoint,
            grade,
            f"{name_of(printed.endpoint)}: medians of {texts[0]} ({labels[0]}) and {texts[1]} "
            f"({labels[1]}) give a hazard ratio of {between(implied)} if hazards are constant; "
            f"{_as_printed(ratio)} is printed, "
            + (
                f"and trials differ so in {chance_words(chance)}."
                if grade == "unlikely"
                else "which chance and changing hazards allow."
            ),
            arithmetic=[
                line("medians' hazard ratio", "median control / median experimental", implied),
                line("distance on the log scale", f"sd {spread:.3f}", _at(distance)),
            ],
            numbers=[*(each.median for each in pair if each is not None), *ratio.numbers],
            settles="" if grade == "consistent" else "The curves, and which arm the ratio is over.",
            chance=chance,
        )
