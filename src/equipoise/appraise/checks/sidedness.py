"""Is a printed P one-sided or two-sided?  The set of readings that its neighbors allow.

    z in [z₋, z₊]   ⇒   one-sided P in [1 - Φ(z₊), 1 - Φ(z₋)],   two-sided P twice that.

A reading fits where the printed P and the calculated range share a value.  The set is {1}, {2},
{1, 2} (it cannot be told), or empty (neither fits).  The ratio and its interval usually come from
Cox's model and the P from the log-rank test: z may then differ by `SLACK` + `RELATIVE`·|z| +
`FEW_EVENTS`·SE², chosen on honest trials that are analyzed both ways.
"""

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import arms_of, pairs_of_arms
from equipoise.appraise.claims.claim import ClaimedP, Claims, Sides
from equipoise.appraise.claims.intervals import Range, range_of
from equipoise.kernel.normal import upper_tail

SLACK, RELATIVE = 0.04, 0.02  # of z: what Cox's Wald test and the log-rank test differ by
FEW_EVENTS = 0.25  # times the variance of the log hazard ratio: more where events are few
HALF = 0.5  # of the narrower range: less in common fits only just
BOTH: frozenset[Literal[1, 2]] = frozenset((1, 2))


@dataclass(frozen=True, slots=True)
class SidednessSet:
    """Which readings of a P fit the other printed numbers."""

    about: str
    fits: frozenset[Literal[1, 2]]
    stated: Sides | None
    told_by: tuple[str, ...]  # relations that had a say; empty: the claim cannot tell
    p: ClaimedP  # that it is of

    @property
    def readings(self) -> frozenset[Literal[1, 2]]:
        """What may be assumed: as stated, or else what fits, or else both."""
        if self.stated is not None:
            return frozenset((self.stated,))
        return self.fits or BOTH


def p_of_z(z: Range, sides: int) -> Range:
    """Give the P values of all z in a range; one-sided in the direction of benefit.

    Args:
        z: signed, positive in favor of the experimental arm.
        sides: 1 or 2.

    Witness: FACTS: HR .70 (.47-1.03) gives one-sided .032 to .043.

    >>> p_of_z(Range(1.96, 1.96), 2).upper.__round__(4)
    0.05
    """
    if sides == 1:
        return Range(upper_tail(z.upper), upper_tail(z.lower))
    far = max(abs(z.lower), abs(z.upper))
    near = 0.0 if z.lower <= 0.0 <= z.upper else min(abs(z.lower), abs(z.upper))
    return Range(2 * upper_tail(far), 2 * upper_tail(near))


def sides_that_fit(
    p: Range, z: Range, *, slack: bool = True, error: float = 0.0
) -> frozenset[Literal[1, 2]]:
    """Give the sidednesses under which a printed P agrees with a range of z.

    A one-sided P may be printed in the direction of benefit, or in that which was seen.

    Args:
        p: as printed.
        z: signed, positive in favor of the experimental arm.
        slack: let z differ by as much as Cox's and the log-rank test do.
        error: of the log hazard ratio; with few events the two differ more.

    Witness: the low-risk paper of AALL1331: .089 and .11 are one-sided only.

    >>> sorted(sides_that_fit(Range(0.0885, 0.0895), Range(1.28, 1.38)))
    [1]
    """
    wide = as_tests_differ(z, error) if slack else z
    one = (p_of_z(wide, 1), p_of_z(-wide, 1))
    fits: set[Literal[1, 2]] = set()
    if any(p.meets(each) for each in one):
        fits.add(1)
    if p.meets(p_of_z(wide, 2)):
        fits.add(2)
    return frozenset(fits)


def fits_against_only(p: Range, z: Range, *, error: float = 0.0) -> bool:
    """Tell whether a P, read as one-sided, fits only the direction that favors the control.

    Args:
        p: as printed.
        z: signed, positive in favor of the experimental arm.
        error: as for `sides_that_fit`.

    Witness: z of 1.8 with its sign turned.

    >>> fits_against_only(Range(0.03, 0.04), Range(-1.85, -1.75))
    True
    """
    wide = as_tests_differ(z, error)
    return p.meets(p_of_z(-wide, 1)) and not p.meets(p_of_z(wide, 1))


def as_tests_differ(z: Range, error: float) -> Range:
    """Give the z of log-rank tests that Cox's z allows: both are of the same patients.

    Args:
        z: from a ratio and its interval.
        error: of the log hazard ratio.

    Witness: honest trials that are analyzed both ways, docs/appraise-errors.md.

    >>> as_tests_differ(Range(2.0, 2.0), 0.2)
    Range(lower=1.91, upper=2.09)
    """
    far = max(abs(z.lower), abs(z.upper))
    return z.widened(SLACK + RELATIVE * far + FEW_EVENTS * error**2)


def well_inside(printed: Range, calculated: Range) -> bool:
    """Tell whether a good part of what prints so, or all that is calculated, is in the other.

    >>> well_inside(Range(0.0045, 0.0055), Range(0.001, 0.003))
    False
    """
    shared = printed.shared(calculated)
    if shared is None:
        return False
    least = min(printed.upper - printed.lower, calculated.upper - calculated.lower)
    return shared.upper - shared.lower >= HALF * least


def sidedness_of(claims: Claims, findings: Iterable[Finding]) -> dict[str, SidednessSet]:
    """Put together what all findings say of the sidedness of each P, by what it is about.

    Where an endpoint has several P values, the arms, time and test tell them apart: "os: high v
    control", "dfs: at 2 years".

    Args:
        claims: in which they are printed.
        findings: of its relations; those without `sides` have no say.

    Witness: JAMA 2021;325:833: {1} for DFS and OS; the news item: {1, 2} for DFS.
    """
    held = tuple(findings)
    result: dict[str, SidednessSet] = {}
    for each in claims.claimed:
        if isinstance(each, ClaimedP):
            telling = [f for f in held if f.p == each and f.sides is not None]
            fits = BOTH
            for one in telling:
                fits &= one.sides or frozenset()
            told = tuple(dict.fromkeys(one.relation for one in telling))
            key = _key(claims, each, result)
            result[key] = SidednessSet(each.about, fits, each.sides, told, each)
    return result


def _key(claims: Claims, p: ClaimedP, taken: Collection[str]) -> str:
    """Name a P by what it is about, and by what tells it from others."""
    arms = arms_of(claims, p) if len(pairs_of_arms(claims)) > 1 else None
    more = [] if arms is None else [f"{arms[0]} v {arms[1]}"]
    if p.time is not None:
        more.append(f"at {p.time:g} {claims.time_unit}{'' if p.time == 1 else 's'}")
    key = ": ".join([p.about, *([", ".join(more)] if more else [])])
    if key in taken and p.test != "not stated":
        key += f" ({p.test})"
    others = (f"{key} ({number})" for number in itertools.count(2))
    return key if key not in taken else next(each for each in others if each not in taken)


def sidedness_of_p(sidedness: Mapping[str, SidednessSet], p: ClaimedP) -> SidednessSet:
    """Give the readings of one P."""
    return next(each for each in sidedness.values() if each.p == p)


def one_sided_equivalents(p: ClaimedP, readings: Iterable[int]) -> dict[int, Range]:
    """Give, by reading, the one-sided P in favor of the experimental arm."""
    printed = range_of(p.p)
    half = Range(printed.lower / 2, printed.upper / 2)
    return {sides: printed if sides == 1 else half for sides in readings}
