"""Can all that a paper prints about a trial be true at once?

Every relation that ties printed numbers is a pure function of the claim that gives findings; they
are asked in a fixed order.  Trials that match the claim are simulated where it leaves a P open;
then come those relations that need to know which readings of each P are left, and those that hold
one source against another.

Grades.  Impossible: by arithmetic alone, whatever the trial.  Unlikely: rarer than the check's
nominal rate in honest trials that print the rest.  Possible: it can be, and something is worth
knowing.  Consistent: nothing is open.  Cannot tell: too little is printed.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.matching import ASSUMED, DEFAULT_TRIALS
from equipoise.appraise.checks.reading import patients_of
from equipoise.appraise.checks.registry import AFTER_SIDEDNESS, BETWEEN_SOURCES, WITHIN
from equipoise.appraise.checks.sidedness import SidednessSet, sidedness_of
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.claims.units import in_unit
from equipoise.appraise.relations.simulated import p_of_matching_trials
from equipoise.appraise.relations.unsaid import p_alone
from equipoise.errors import ClaimError

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What the numbers of a claim say of each other, and of other sources of the same trial."""

    claims: Claims
    others: tuple[Claims, ...]
    findings: tuple[Finding, ...]
    sidedness: Mapping[str, SidednessSet]  # by what a P is about; see sidedness_of
    assumed: tuple[str, ...]

    def about(self, relation: str, about: str | None = None) -> tuple[Finding, ...]:
        """Give the findings of a relation, of one endpoint or of all."""
        return tuple(
            each
            for each in self.findings
            if each.relation == relation and about in {None, each.about}
        )


def appraise(
    claims: Claims,
    *others: Claims,
    trials: int = DEFAULT_TRIALS,
    seed: int = 1,
    progress: Progress | None = None,
) -> Appraisal:
    """Check every relation between the printed numbers of a claim, and with other sources.

    Args:
        claims: what one source prints.
        others: what others print about the same trial; held against the first and each other.
        trials: to simulate for each P that rests on rates alone; 0: none.
        seed: of the simulation; nothing else matters to the numbers.
        progress: told what is being checked.

    Raises:
        ClaimError: fewer than no trials, or a claim without arms.

    Witness: news and papers of AALL1331; honest and spoiled trials (docs/appraise-errors.md).
    """
    if trials < 0:
        raise ClaimError(f"{trials} trials cannot be simulated; ask for 0 or more.")
    if not claims.arms:
        raise ClaimError(f"The claim {claims.id!r} has no arms; name those that are compared.")
    others = tuple(in_unit(each, claims.time_unit) for each in others)
    found = [each for relation in WITHIN for each in relation(claims)]
    if trials:
        if progress is not None:
            progress("simulating trials that match what is printed")
        found += p_of_matching_trials(claims, trials=trials, seed=seed)
    found += p_alone(claims, found, simulated=trials > 0)
    sidedness = sidedness_of(claims, found)
    found += [each for relation in AFTER_SIDEDNESS for each in relation(claims, sidedness)]
    sources = (claims, *others)
    found += [
        each
        for first, second in itertools.combinations(sources, 2)
        for relation in BETWEEN_SOURCES
        for each in relation(first, second)
    ]
    return Appraisal(
        claims=claims,
        others=others,
        findings=tuple(found),
        sidedness=MappingProxyType(sidedness),
        assumed=_assumed(claims, found),
    )


def _assumed(claims: Claims, found: list[Finding]) -> tuple[str, ...]:
    known = [patients_of(claims, arm.id) for arm in claims.arms]
    told = [each.assumed for each in known if each is not None and each.assumed]
    told.append(
        "A printed number stands for all values that round to it; percentages without a number of "
        "patients are of the arm's patients."
    )
    if any(each.relation == "p-of-matching-trials" for each in found):
        told += ASSUMED
    return tuple(told)
