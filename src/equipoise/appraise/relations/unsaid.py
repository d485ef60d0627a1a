"""Which printed numbers are held against nothing, and what would have to be printed beside them?

Where there are several experimental or control arms, a P that does not say which of them it
compares may be of all arms together.  A hazard ratio that prints as 0 has no logarithm.
"""

from collections.abc import Collection, Iterable

from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import arms_of, chosen, pairs_of_arms, ratios_of
from equipoise.appraise.checks.to_match import what_is_printed
from equipoise.appraise.checks.wording import (
    duration,
    finding,
    line,
    name_of,
    name_of_pair,
    p_words,
)
from equipoise.appraise.claims.claim import ClaimedCount, ClaimedP, ClaimedRatio, Claims
from equipoise.appraise.claims.intervals import range_of
from equipoise.appraise.relations.ratio import of_curves

BESIDE_CURVES = "a hazard ratio with its interval, or the rates and patients of both arms"
BESIDE_COUNTS = "the patients of both arms who have it, and of how many"


def ratios_of_nothing(claims: Claims) -> tuple[Finding, ...]:
    """Find each hazard ratio that prints as 0: an arm without events."""
    return tuple(
        finding(
            "ratio-of-nothing",
            each.endpoint,
            "cannot tell",
            f"{name_of_pair(claims, each.endpoint, (each.experimental, each.control))}: a hazard "
            f"ratio of {each.ratio.text} has no logarithm, so that it is held against nothing. One "
            "arm may have had no event.",
            arithmetic=[line("hazard ratio", "as printed", range_of(each.ratio))],
            numbers=[each.ratio],
            settles="The events of each arm, and the ratio with more digits.",
        )
        for each in chosen(claims, ClaimedRatio)
        if each.ratio.lower <= 0.0
    )


def p_alone(
    claims: Claims,
    found: Iterable[Finding],
    *,
    simulated: bool,
    spoiled: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Find each P that nothing which is printed says anything of.

    Args:
        claims: in which they are printed.
        found: what was found of them.
        simulated: whether trials were made where only rates are printed.
        spoiled: endpoints and counts of which something is impossible as printed.
    """
    held = [each.p for each in found if each.p is not None]
    return tuple(
        _alone(claims, p, spoiled=p.about in spoiled)
        for p in chosen(claims, ClaimedP)
        if p not in held and _is_alone(claims, p, simulated=simulated)
    )


def _is_alone(claims: Claims, p: ClaimedP, *, simulated: bool) -> bool:
    """Tell whether nothing else says why a P is held against nothing."""
    arms = arms_of(claims, p)
    if arms is None:
        return not pairs_of_arms(claims)  # of several it is not said which it compares
    return simulated or not of_curves(p) or what_is_printed(claims, p.about, arms) is None


def _alone(claims: Claims, p: ClaimedP, *, spoiled: bool) -> Finding:
    counted = any(each.what == p.about for each in chosen(claims, ClaimedCount))
    beside = BESIDE_COUNTS if counted or p.test == "proportions" else BESIDE_CURVES
    why, settles = f"that takes {beside}", f"{beside[:1].upper()}{beside[1:]}."
    if sum(each.arms == arms_of(claims, p) for each in ratios_of(claims, p.about)) > 1:
        why = "to which of the hazard ratios it belongs is not said"
        settles = "To which of the hazard ratios it belongs."
    if not pairs_of_arms(claims):
        why, settles = "it compares two arms, and one is given", "The numbers of the other arm."
    elif spoiled:
        why = "what is printed beside it is impossible"
        settles = "The numbers that it follows from."
    when = "" if p.time is None else f" at {duration(claims, p.time)}"
    return finding(
        "p-alone",
        p.about,
        "cannot tell",
        f"{name_of_pair(claims, p.about, arms_of(claims, p))}{when}: {p_words(p)} is held against "
        f"nothing: {why}.",
        arithmetic=[line("P", "as printed", range_of(p.p))],
        numbers=[p.p],
        settles=settles,
    )


def p_without_arms(claims: Claims) -> tuple[Finding, ...]:
    """Find each P of which it is not said which of several arms it compares."""
    return tuple(
        finding(
            "p-without-arms",
            p.about,
            "cannot tell",
            f"{name_of(p.about)}: there are {len(claims.arms)} arms, and which of them "
            f"{p_words(p)} compares is not said: it is held against nothing.",
            arithmetic=[line("P", "as printed", range_of(p.p))],
            numbers=[p.p],
            settles="The arms it compares: write them into the claims file, as `experimental` and "
            "`control` beside its `value`.",
        )
        for p in chosen(claims, ClaimedP)
        if arms_of(claims, p) is None and len(pairs_of_arms(claims)) > 1
    )
