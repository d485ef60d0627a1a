"""What is left of a claim when numbers that cannot be are taken out of it.

More deaths than patients, a percentage over 100, a ratio outside its own interval: that is found,
and then nothing else is held against such a number.
"""

from dataclasses import dataclass, replace

from equipoise.appraise.checks.registry import ALONE
from equipoise.appraise.claims.claim import Claimed, Claims
from equipoise.appraise.relations.counts import arms_add_up

OF_ALL = ALONE | {arms_add_up}  # relations that are asked of what cannot be, too


@dataclass(frozen=True, slots=True)
class Believable:
    """A claim without what cannot be, and what that was printed of."""

    claims: Claims
    spoiled: frozenset[str]  # endpoints, or what is counted


def believable(claims: Claims) -> Believable:
    """Take out every number that is impossible by itself, or beside the patients of its arm."""
    kept = tuple(each for each in claims.claimed if not _impossible(claims, each))
    if len(kept) == len(claims.claimed):
        return Believable(claims, frozenset())
    out = [each for each in claims.claimed if each not in kept]
    return Believable(replace(claims, claimed=kept), frozenset(map(_about, out)))


def _impossible(claims: Claims, each: Claimed) -> bool:
    alone = replace(claims, claimed=(each,))
    found = (finding for relation in ALONE for finding in relation(alone))
    return any(finding.grade == "impossible" for finding in found)


def _about(each: Claimed) -> str:
    names = (getattr(each, name, None) for name in ("endpoint", "what", "about"))
    return next((name for name in names if name is not None), "")
