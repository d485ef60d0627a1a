"""Was "significant" earned at the planned alpha?

A P is read in every way its sidedness allows: one-sided as it is, two-sided by half.  Alpha is that
of the test of curves; a P of rates at a time, or of counts, is held against it only where that P is
called significant, and then nothing worse than "possible" is said.  At an early stop the usual
boundary asks for more: with the fraction f of the information, the O'Brien-Fleming rule spends
2 (1 - Φ(z / √f)), z of alpha / 2 (Lan & DeMets 1983); which rule was planned is seldom printed, so
that this is told, not held against the claim.
"""

import math
from collections.abc import Mapping

from equipoise.appraise.checks.finding import Finding, Grade, Line
from equipoise.appraise.checks.reading import arms_of, chosen, rate_pairs
from equipoise.appraise.checks.sidedness import SidednessSet, one_sided_equivalents, sidedness_of_p
from equipoise.appraise.checks.wording import (
    duration,
    finding,
    label_of,
    line,
    name_of_pair,
    p_between,
    p_words,
    sides_words,
)
from equipoise.appraise.claims.claim import ClaimedCount, ClaimedP, Claims
from equipoise.appraise.claims.intervals import Range, exactly, range_of
from equipoise.appraise.relations.plan import EARLY, information_fraction, planned_alpha
from equipoise.appraise.relations.ratio import of_curves, ratio_of_p
from equipoise.kernel.normal import upper_quantile, upper_tail

SAID = {
    "earned": "meets it",
    "missed": "misses it",
    "edge": "is at the threshold itself, and the rounding hides on which side",
}


def significance(claims: Claims, sidedness: Mapping[str, SidednessSet]) -> tuple[Finding, ...]:
    """Find whether what is called significant is so at the planned alpha, in every reading of P."""
    alpha = planned_alpha(claims)
    if alpha is None:
        return tuple(_without_alpha(claims, p) for p in called_significant(claims))
    return tuple(
        _other_arm_ahead(claims, p, alpha) or _significance(claims, p, known, alpha)
        for p in called_significant(claims)
        for known in (sidedness_of_p(sidedness, p),)
    )


def _without_alpha(claims: Claims, p: ClaimedP) -> Finding:
    return finding(
        "significance",
        p.about,
        "cannot tell",
        f"{name_of_pair(claims, p.about, arms_of(claims, p))}{_when(claims, p)}: {p_words(p)} is "
        "called significant, and no planned alpha is given to hold that against.",
        arithmetic=[line("P", "as printed", range_of(p.p))],
        numbers=[p.p],
        settles="The planned alpha, and whether it is one- or two-sided.",
    )


def called_significant(claims: Claims) -> tuple[ClaimedP, ...]:
    """Give the P values that are called significant.

    Where a whole endpoint is called so, that is of the test of its curves; of rates at a time only
    where nothing else is printed.

    Args:
        claims: that say what is significant.

    Witness: the claim itself.
    """
    printed = chosen(claims, ClaimedP)
    main = {p.about for p in printed if is_main(claims, p)}
    return tuple(
        p
        for p in printed
        if p.significant
        or (
            p.significant is None
            and p.about in claims.significant
            and (is_main(claims, p) or p.about not in main)
        )
    )


def is_main(claims: Claims, p: ClaimedP) -> bool:
    """Tell whether a P tests the curves of an endpoint, as a plan's alpha is spent on."""
    counted = any(each.what == p.about for each in chosen(claims, ClaimedCount))
    return of_curves(p) and not counted


def _other_arm_ahead(claims: Claims, p: ClaimedP, alpha: float) -> Finding | None:
    """Say so where the estimate favors the control: alpha is planned for a benefit."""
    ratio, arms = ratio_of_p(claims, p), arms_of(claims, p)
    pairs = [
        pair
        for pair in rate_pairs(claims)
        if (pair.endpoint, pair.arms) == (p.about, arms) and p.time in {None, pair.time}
    ]
    if ratio is not None:
        behind, numbers = ratio.log.lower > 0.0, ratio.numbers
    elif pairs:
        both = pairs[-1].experimental.rate, pairs[-1].control.rate
        behind, numbers = both[0].upper < both[1].lower, both
    else:
        return None
    if not behind or arms is None:
        return None
    treated, control = (label_of(claims, arm) for arm in arms)
    return finding(
        "significance",
        p.about,
        "possible",
        f"{name_of_pair(claims, p.about, arms)}: {p_words(p)} is called significant, and the "
        f"estimate favors {control}, not {treated}: the planned one-sided alpha of {alpha:g} is "
        f"for a benefit of {treated}.",
        arithmetic=[line("planned alpha", "one-sided", exactly(alpha))],
        numbers=[p.p, *numbers],
        settles="For which arm it is called significant.",
    )


def _significance(claims: Claims, p: ClaimedP, known: SidednessSet, alpha: float) -> Finding:
    main = is_main(claims, p)
    readings = one_sided_equivalents(p, sorted(known.readings))
    state = {sides: _state(each, alpha) for sides, each in readings.items()}
    grade, verdict = _verdict(set(state.values()), main=main)
    told = "; ".join(f"read {sides_words([s])}, P {p.p.text} {SAID[state[s]]}" for s in readings)
    fraction = information_fraction(claims, p.about) if main else None
    early, lines = _early_bound(fraction, alpha, min(r.upper for r in readings.values()))
    of = "" if main else ", which is of the test of curves and not of this one"
    return finding(
        "significance",
        p.about,
        grade,
        f"{name_of_pair(claims, p.about, arms_of(claims, p))}{_when(claims, p)}: at the planned "
        f"one-sided alpha of {alpha:g}{of}, {verdict}: {told}.{early}",
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


def _state(p: Range, alpha: float) -> str:
    if p.upper <= alpha * (1 + 1e-9):
        return "earned"
    return "missed" if p.lower > alpha else "edge"


def _verdict(states: set[str], *, main: bool) -> tuple[Grade, str]:
    """Grade what the readings of a P come to; of a P with a level of its own, nothing is wrong."""
    if states == {"earned"}:
        return "consistent", "“significant” is earned"
    if not main:
        return "possible", "“significant” is not met in every reading"
    if states == {"missed"}:
        return "impossible", "“significant” is not earned"
    if "earned" in states:
        return "possible", "“significant” is earned in one reading only"
    if "missed" in states:
        return "unlikely", "“significant” is not earned by what is printed"
    return "cannot tell", "whether “significant” is earned cannot be told"


def _when(claims: Claims, p: ClaimedP) -> str:
    return "" if p.time is None else f" at {duration(claims, p.time)}"


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
