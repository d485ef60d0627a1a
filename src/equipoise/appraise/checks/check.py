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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from equipoise.appraise.checks.believable import OF_ALL, Believable, believable
from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.matching import ASSUMED, DEFAULT_TRIALS
from equipoise.appraise.checks.reading import patients_of
from equipoise.appraise.checks.registry import AFTER_SIDEDNESS, BETWEEN_SOURCES, WITHIN
from equipoise.appraise.checks.sidedness import SidednessSet, sidedness_of
from equipoise.appraise.checks.wording import spoken
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
    sidedness: Mapping[str, SidednessSet]  # of the first, by what a P is about; see sidedness_of
    assumed: tuple[str, ...]

    @property
    def sources(self) -> tuple[Claims, ...]:
        """All that were appraised, the first first."""
        return self.claims, *self.others

    @property
    def names(self) -> tuple[str, ...]:
        """How findings call each source; empty of the only one."""
        return _names(self.sources)

    def __str__(self) -> str:
        """Tell what was appraised, how much was found, and what does not fit."""
        from equipoise.appraise.checks.telling import summary  # noqa: PLC0415 - it tells of this

        return "\n".join(summary(self))

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
        others: what others print about the same trial; each is checked in itself, too, and all are
            held against each other.
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
    sources = (claims, *others)
    names, kept = _names(sources), [believable(each) for each in sources]
    found, readings = list[Finding](), list[dict[str, SidednessSet]]()
    for source, name, left in zip(sources, names, kept, strict=True):
        if trials and progress is not None:
            of = f" of {name}" if name else ""
            progress(f"simulating trials that match what is printed{of}")
        own, sidedness = _within(source, left, trials, seed)
        found += [spoken(sources, each, name) for each in own]
        readings.append(sidedness)
    found += [
        spoken(sources, each)
        for first, second in itertools.combinations(kept, 2)
        for relation in BETWEEN_SOURCES
        for each in relation(first.claims, second.claims)
    ]
    return Appraisal(
        claims=claims,
        others=others,
        findings=tuple(found),
        sidedness=MappingProxyType(readings[0]),
        assumed=_assumed(sources, found),
    )


def _within(
    claims: Claims, left: Believable, trials: int, seed: int
) -> tuple[list[Finding], dict[str, SidednessSet]]:
    """Check one source in itself."""
    kept = left.claims
    found = [
        each for relation in WITHIN for each in relation(claims if relation in OF_ALL else kept)
    ]
    if trials:
        found += p_of_matching_trials(kept, trials=trials, seed=seed)
    found += p_alone(kept, found, simulated=trials > 0, spoiled=left.spoiled)
    sidedness = sidedness_of(kept, found)
    found += [each for relation in AFTER_SIDEDNESS for each in relation(kept, sidedness)]
    return found, sidedness


def _names(sources: Sequence[Claims]) -> tuple[str, ...]:
    """Name each of several sources, those that are called alike by their file, too."""
    if len(sources) == 1:
        return ("",)
    told = [each.source for each in sources]
    return tuple(
        each.source if told.count(each.source) == 1 else f"{each.source} ({each.id})"
        for each in sources
    )


def _assumed(sources: Sequence[Claims], found: list[Finding]) -> tuple[str, ...]:
    known = [patients_of(claims, arm.id) for claims in sources for arm in claims.arms]
    told = [each.assumed for each in known if each is not None and each.assumed]
    told.append(
        "A printed number stands for all values that round to it; percentages without a number of "
        "patients are of the arm's patients."
    )
    if any(each.relation == "p-of-matching-trials" for each in found):
        told += ASSUMED
    return tuple(dict.fromkeys(told))
