"""Was "significant" earned, and was the trial stopped early?

Against a planned one-sided alpha, a P is read in every way its sidedness allows: one-sided as it
is, two-sided by half.  At an early stop the usual boundary asks for more: with the fraction f of
the information, the O'Brien-Fleming rule spends 2 (1 - Φ(z / √f)), z of alpha / 2 (Lan & DeMets
1983); which rule was planned is seldom printed, so that this is told, not held against the claim.
"""

import math
from collections.abc import Iterator, Mapping

from equipoise.appraise.checks.finding import Finding, Grade, Line
from equipoise.appraise.checks.reading import RatePair, chosen, events_of, rate_pairs, ratios_of
from equipoise.appraise.checks.shrinkage import Shrinkage, shrinkage
from equipoise.appraise.checks.sidedness import SidednessSet, one_sided_equivalents
from equipoise.appraise.checks.wording import (
    between,
    finding,
    line,
    name_of,
    p_between,
    sides_words,
)
from equipoise.appraise.claims.claim import ClaimedP, Claims
from equipoise.appraise.claims.intervals import Range, exactly, range_of
from equipoise.appraise.relations.hazards import rates_ratio, variance_of_log_hazard
from equipoise.appraise.relations.ratio import error_of
from equipoise.kernel.normal import upper_quantile, upper_tail

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


def significance(claims: Claims, sidedness: Mapping[str, SidednessSet]) -> tuple[Finding, ...]:
    """Find whether what is called significant is so at the planned alpha, in every reading of P."""
    alpha = planned_alpha(claims)
    if alpha is None:
        return ()
    return tuple(
        _significance(claims, p, sidedness[p.about], alpha)
        for p in chosen(claims, ClaimedP)
        if p.about in claims.significant
    )


def _significance(claims: Claims, p: ClaimedP, known: SidednessSet, alpha: float) -> Finding:
    readings = one_sided_equivalents(p, sorted(known.readings))
    state = {
        sides: "earned"
        if each.upper <= alpha * (1 + 1e-9)
        else "missed"
        if each.lower > alpha
        else "edge"
        for sides, each in readings.items()
    }
    states = set(state.values())
    grade: Grade = (
        "consistent"
        if states == {"earned"}
        else "impossible"
        if states == {"missed"}
        else "possible"
        if "earned" in states
        else "unlikely"
        if "missed" in states
        else "cannot tell"
    )
    said = {
        "earned": "meets it",
        "missed": "misses it",
        "edge": "is at the threshold itself, and the rounding hides on which side",
    }
    told = "; ".join(f"read {sides_words([s])}, P {p.p.text} {said[state[s]]}" for s in readings)
    verdict = {
        "consistent": "“significant” is earned",
        "possible": "“significant” is earned in one reading only",
        "unlikely": "“significant” is not earned by what is printed",
        "impossible": "“significant” is not earned",
        "cannot tell": "whether “significant” is earned cannot be told",
    }
    fraction = information_fraction(claims, p.about)
    early, lines = _early_bound(fraction, alpha, min(r.upper for r in readings.values()))
    return finding(
        "significance",
        p.about,
        grade,
        f"{name_of(p.about)}: at the planned one-sided alpha of {alpha:g}, {verdict[grade]}: "
        f"{told}.{early}",
        arithmetic=[
            *(
                line(f"read {sides_words([s])}", "one-sided P in favor", each)
                for s, each in readings.items()
            ),
            line("planned alpha", "one-sided", exactly(alpha)),
            *lines,
        ],
        numbers=[p.p],
        settles="" if grade == "consistent" else "The sidedness of P, and P with more digits.",
    )


def _early_bound(fraction: Range | None, alpha: float, p: float) -> tuple[str, list[Line]]:
    if fraction is None or fraction.upper >= EARLY or fraction.lower <= 0.0:
        return "", []
    bound = 2 * upper_tail(upper_quantile(alpha / 2) / math.sqrt(fraction.middle))
    how = "O'Brien-Fleming spending, were this the first look"
    lines = [line("one-sided P asked for at this look", how, exactly(bound))]
    if p <= bound:
        return "", lines
    return (
        (
            f" With {100 * fraction.middle:.0f}% of the information, an O'Brien-Fleming rule would "
            f"ask for {p_between(exactly(bound))} one-sided."
        ),
        lines,
    )


def early_stopping(claims: Claims) -> tuple[Finding, ...]:
    """Find by how much the effect of a trial stopped early is likely too good."""
    return tuple(_early_stopping(claims))


def effect_seen(claims: Claims, endpoint: str) -> tuple[float, float, str] | None:
    """Give the hazard ratio, the standard error of its log, and where they come from.

    Args:
        claims: with a ratio and interval, or with rates of both arms.
        endpoint: which.

    Witness: FACTS: 79.4% v 59.2% give .44.
    """
    for ratio in ratios_of(claims, endpoint):
        error = error_of(ratio)
        if error is not None:
            return math.exp(ratio.log.middle), error.middle, "the printed ratio and interval"
    pairs = [pair for pair in rate_pairs(claims) if pair.endpoint == endpoint]
    return _from_rates(claims, pairs[-1]) if pairs else None


def _from_rates(claims: Claims, pair: RatePair) -> tuple[float, float, str] | None:
    implied, variance = rates_ratio(pair), variance_of_log_hazard(claims, pair)
    if implied is None or variance is None:
        return None
    return implied.middle, math.sqrt(variance), "the rates, hazards taken as proportional"


def shrunk(claims: Claims, endpoint: str) -> Shrinkage | None:
    """Shrink the effect on an endpoint of a trial that was stopped early; None where it was not.

    Args:
        claims: with a plan that says so.
        endpoint: which.

    Witness: `shrinkage`.
    """
    fraction, seen = information_fraction(claims, endpoint), effect_seen(claims, endpoint)
    share = None if fraction is None or not 0.0 < fraction.middle < EARLY else fraction.middle
    if seen is None or claims.plan.stopped_early is False:
        return None
    if share is None and not claims.plan.stopped_early:
        return None
    return shrinkage(seen[0], seen[1], fraction=share, planned=claims.plan.hazard_ratio)


def _early_stopping(claims: Claims) -> Iterator[Finding]:
    endpoints = dict.fromkeys(
        [pair.endpoint for pair in rate_pairs(claims)]
        + [r.claimed.endpoint for r in ratios_of(claims)]
    )
    for endpoint in endpoints:
        result, seen = shrunk(claims, endpoint), effect_seen(claims, endpoint)
        if result is None or seen is None:
            continue
        level = f"{100 * result.level:.0f}%"
        text = (
            f"{name_of(endpoint)}: trials that stop early show, on average, more than there is. "
            f"From a hazard ratio of {result.seen:.2f} ({seen[2]}) one would believe about "
            f"{result.believed:.2f} ({level} interval {_pair(result.believed_interval)})"
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
                n for pair in rate_pairs(claims) if pair.endpoint == endpoint for n in pair.numbers
            ],
            settles="The results at the end of follow-up.",
        )


def _pair(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.2f} to {limits[1]:.2f}"
