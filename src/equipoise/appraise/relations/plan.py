"""What was planned, and what an early stop says of the effect.

The information at an analysis is its events over those planned, or as stated.  Trials that stop
early show more than there is: what is left to believe is in `shrinkage`.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import (
    Pair,
    RatePair,
    events_of,
    rate_pairs,
    ratios_of,
)
from equipoise.appraise.checks.shrinkage import Shrinkage, shrinkage
from equipoise.appraise.checks.wording import (
    between,
    finding,
    line,
    name_of_pair,
)
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.claims.intervals import Range, exactly, range_of
from equipoise.appraise.relations.hazards import rates_ratio, variance_of_log_hazard
from equipoise.appraise.relations.ratio import error_of

EARLY = 0.99  # fraction of the information below which an analysis is early


def planned_alpha(claims: Claims) -> float | None:
    """Give the one-sided alpha that was planned; a plan without sidedness is read as one-sided.

    Args:
        claims: with a plan.

    Witness: 0.05 two-sided is 0.025.
    """
    plan = claims.plan
    if plan.alpha is None:
        return None
    return plan.alpha / 2 if plan.sides == 2 else plan.alpha  # noqa: PLR2004 - two sides


def information_fraction(claims: Claims, endpoint: str) -> Range | None:
    """Give the part of the planned information at the analysis: as stated, or events over planned.

    Args:
        claims: with a plan.
        endpoint: whose events count.

    Witness: 80 of 131 events are 0.61.
    """
    plan = claims.plan
    if plan.information is not None:
        return exactly(plan.information)
    events = events_of(claims, endpoint, None)
    if plan.events is None or events is None or plan.events.lower <= 0.0:
        return None
    return events / range_of(plan.events)


def early_stopping(claims: Claims) -> tuple[Finding, ...]:
    """Find by how much the effect of a trial stopped early is likely too good."""
    return tuple(_early_stopping(claims))


def effect_seen(
    claims: Claims, endpoint: str, arms: Pair | None = None
) -> tuple[float, float, str] | None:
    """Give the hazard ratio, the standard error of its log, and where they come from.

    Args:
        claims: with a ratio and interval, or with rates of both arms.
        endpoint: which.
        arms: which, experimental first; None: the first that are printed.

    Witness: FACTS: 79.4% v 59.2% give .44.
    """
    for ratio in ratios_of(claims, endpoint):
        error = error_of(ratio)
        if error is not None and arms in {None, ratio.arms}:
            return math.exp(ratio.log.middle), error.middle, "the printed ratio and interval"
    pairs = [
        pair
        for pair in rate_pairs(claims)
        if pair.endpoint == endpoint and arms in {None, pair.arms}
    ]
    return _from_rates(claims, pairs[-1]) if pairs else None


def _from_rates(claims: Claims, pair: RatePair) -> tuple[float, float, str] | None:
    implied, variance = rates_ratio(pair), variance_of_log_hazard(claims, pair)
    if implied is None or variance is None:
        return None
    return implied.middle, math.sqrt(variance), "the rates, hazards taken as proportional"


def shrunk(claims: Claims, endpoint: str, arms: Pair | None = None) -> Shrinkage | None:
    """Shrink the effect on an endpoint of a trial that was stopped early.

    None where the trial was not stopped early, or where nothing favors the experimental arm.

    Args:
        claims: with a plan that says so.
        endpoint: which.
        arms: which, experimental first; None: the first that are printed.

    Witness: `shrinkage`.
    """
    fraction, seen = information_fraction(claims, endpoint), effect_seen(claims, endpoint, arms)
    share = None if fraction is None or not 0.0 < fraction.middle < EARLY else fraction.middle
    if seen is None or seen[0] >= 1.0 or claims.plan.stopped_early is False:
        return None
    if share is None and not claims.plan.stopped_early:
        return None
    return shrinkage(seen[0], seen[1], fraction=share, planned=claims.plan.hazard_ratio)


def _early_stopping(claims: Claims) -> Iterator[Finding]:
    compared = dict.fromkeys(
        [(pair.endpoint, pair.arms) for pair in rate_pairs(claims)]
        + [(each.claimed.endpoint, each.arms) for each in ratios_of(claims)]
    )
    for endpoint, arms in compared:
        result, seen = shrunk(claims, endpoint, arms), effect_seen(claims, endpoint, arms)
        if result is None or seen is None:
            continue
        level = f"{100 * result.level:.0f}%"
        text = (
            f"{name_of_pair(claims, endpoint, arms)}: trials that stop early show, on average, "
            f"more than there is. From a hazard ratio of {result.seen:.2f} ({seen[2]}) one would "
            f"believe about {result.believed:.2f} ({level} interval "
            f"{_pair(result.believed_interval)})"
        )
        if result.final is not None and result.final_interval is not None:
            text += (
                f", and expect {result.final:.2f} ({_pair(result.final_interval)}) had the trial "
                "gone on as planned"
            )
        fraction = information_fraction(claims, endpoint)
        lines = [
            line("seen", seen[2], exactly(result.seen)),
            line("standard error of the log", seen[2], exactly(seen[1])),
            line("believed", result.assumed[0], Range(*result.believed_interval)),
        ]
        if fraction is not None:
            lines.append(line("information fraction", between(fraction), fraction))
        if result.final_interval is not None:
            lines.append(line("final estimate", "foreseen", Range(*result.final_interval)))
        yield finding(
            "early-stopping",
            endpoint,
            "possible",
            f"{text}.",
            arithmetic=lines,
            numbers=[
                number
                for pair in rate_pairs(claims)
                if (pair.endpoint, pair.arms) == (endpoint, arms)
                for number in pair.numbers
            ],
            settles="The results at the end of follow-up.",
        )


def _pair(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.2f} to {limits[1]:.2f}"
