"""Do the events of both arms point the same way as the hazard ratio?

Under proportional hazards, with follow-up C alike in both arms, the shares with an event are
ordered as the hazards, and by less: log(share₁ / share₀) lies between 0 and log(HR).  For small
effects, where all are followed until the cumulative hazard is L, and q = 1 - e^(-L),

    log(share₁ / share₀) ≈ c log(HR),     c = L e^(-L) / q,

and about half of it where follow-up differs much between patients.  Given Cox's estimate the
shares vary by chance with at most SE² (1 - q), as binomial shares do, by follow-up that differs
between the arms, and by hazards that change (`changing`).  Beyond all these is unlikely.
"""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import Ratio, events_of, patients_of, ratios_of
from equipoise.appraise.checks.wording import (
    between,
    chance_words,
    finding,
    label_of,
    line,
    name_of_pair,
)
from equipoise.appraise.claims.claim import ClaimedEvents, ClaimedRate, Claims, PrintedNumber
from equipoise.appraise.claims.intervals import Range, exactly
from equipoise.appraise.relations.against_ratio import CLEAR, as_printed, ratio_itself
from equipoise.appraise.relations.changing import (
    WITHIN,
    own_variance,
    two_sided,
    weight_of_change,
)

FOLLOWED = 0.15  # standard deviation of the log of the arms' ratio of follow-up
PART = 0.5  # of c: follow-up that differs between patients
MOST = 0.99  # share with an event, of which c is taken
NOMINAL = 0.01  # chance below which something is unlikely
CROSSING = 0.5  # of the change that rates at a time allow: of the sign only crossing takes all


def direction_of_events(claims: Claims) -> tuple[Finding, ...]:
    """Find whether the arm with more events is the one that the hazard ratio is against."""
    return tuple(_directions(claims))


def _directions(claims: Claims) -> Iterator[Finding]:
    competing = {
        each.endpoint
        for each in claims.claimed
        if isinstance(each, ClaimedRate) and each.kind == "incidence"
    }
    for ratio in ratios_of(claims):
        endpoint = ratio.claimed.endpoint
        events = [events_of(claims, endpoint, arm) for arm in ratio.arms]
        sizes = [patients_of(claims, arm) for arm in ratio.arms]
        if endpoint in competing or None in events or None in sizes:
            continue
        held = [(e, n.number) for e, n in zip(events, sizes, strict=True) if e and n]
        if len(held) == len(ratio.arms) and all(e.lower > 0 and n.lower > 0 for e, n in held):
            yield _held(claims, ratio, (held[0], held[1]))


def _held(
    claims: Claims, ratio: Ratio, held: tuple[tuple[Range, Range], tuple[Range, Range]]
) -> Finding:
    shares = [events / size for events, size in held]
    ratio_seen = shares[0] / shares[1]
    seen = ratio_seen.image(math.log)
    part, spread = _expected(claims, ratio, (shares[0].middle, shares[1].middle))
    ends = [PART * part * ratio.log.lower, PART * part * ratio.log.upper]
    allowed = Range(min(*ends, ratio.log.lower), max(*ends, ratio.log.upper))
    distance = allowed.gap(seen)
    chance = two_sided(distance, spread)
    opposed = seen.upper < 0.0 < ratio.log.lower or ratio.log.upper < 0.0 < seen.lower
    grade: Grade = "unlikely" if opposed and chance < NOMINAL else "consistent"
    longer = ratio_seen.middle / math.exp(ratio.log.middle)
    labels = [label_of(claims, arm) for arm in ratio.arms]
    turned = allowed.gap(-seen) < CLEAR * distance
    told = "which chance, follow-up and changing hazards allow." if distance else "which agrees."
    told = _unlikely(labels, chance, longer, turned=turned) if grade == "unlikely" else told
    counts = [f"{between(e, 6)} of {between(n, 6)}" for e, n in held]
    return finding(
        "direction-of-events",
        ratio.claimed.endpoint,
        grade,
        f"{name_of_pair(claims, ratio.claimed.endpoint, ratio.arms)}: events in {counts[0]} "
        f"({labels[0]}) and {counts[1]} ({labels[1]}) are {between(ratio_seen)} times as "
        f"frequent; the hazard ratio {as_printed(ratio)} is printed, {told}",
        arithmetic=[
            line("ratio of shares with an event", "experimental over control", ratio_seen),
            line("printed hazard ratio", "experimental over control", ratio_itself(ratio)),
            line("log ratio of shares, expected", f"{PART:g} c log HR to log HR", allowed),
            line("distance on the log scale", "0 where they overlap", exactly(distance)),
            line("standard deviation", "chance, follow-up, changing hazards", exactly(spread)),
            line("time at risk, experimental over control", "shares / HR", exactly(longer)),
        ],
        numbers=[*_printed(claims, ratio), *ratio.numbers],
        settles=""
        if grade == "consistent"
        else "The follow-up of each arm, and which arm the ratio is over.",
        chance=chance,
    )


def _unlikely(labels: list[str], chance: float, longer: float, *, turned: bool) -> str:
    told = (
        f"and honest trials differ so in {chance_words(chance)}: with constant hazards, patients "
        f"of {labels[0]} would have been at risk {longer:.2g} times as long as those of "
        f"{labels[1]}."
    )
    return told + (
        " Its inverse would fit: was control over experimental printed?" if turned else ""
    )


def _expected(claims: Claims, ratio: Ratio, shares: tuple[float, float]) -> tuple[float, float]:
    """Give c, and the standard deviation of the log of the shares' ratio."""
    left = math.sqrt(math.prod(max(1.0 - MOST, 1.0 - each) for each in shares))
    cumulative = -math.log(left)
    part = cumulative * left / (1.0 - left)
    changing = CROSSING * WITHIN * weight_of_change(cumulative)
    chance = math.sqrt(own_variance(claims, ratio) * left)
    return part, math.hypot(chance, FOLLOWED * part, changing)


def _printed(claims: Claims, ratio: Ratio) -> list[PrintedNumber]:
    return [
        each.events
        for each in claims.claimed
        if isinstance(each, ClaimedEvents)
        and each.endpoint == ratio.claimed.endpoint
        and each.arm in ratio.arms
    ]
