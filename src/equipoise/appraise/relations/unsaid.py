"""Which printed numbers cannot be held against others, for want of a word that the file could say.

Where there are several experimental or control arms, a P that does not say which of them it
compares is held against nothing: it may be of all arms together.
"""

from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import arms_of, chosen, pairs_of_arms
from equipoise.appraise.checks.wording import finding, line, name_of, p_words
from equipoise.appraise.claims.claim import ClaimedP, Claims
from equipoise.appraise.claims.intervals import range_of


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
