"""How findings are told: grouped by grade, their arithmetic in lines, what is unverified marked."""

import math
from collections.abc import Iterator
from pathlib import Path

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding, Grade, Line

HEADINGS: dict[Grade, str] = {
    "impossible": "Impossible as printed",
    "unlikely": "Unlikely as printed",
    "possible": "Possible, and worth knowing",
    "cannot tell": "Cannot be told from what is printed",
    "consistent": "Consistent",
}
CARE = (
    "A number that does not fit is a question to the authors, not an accusation: most are slips of "
    "the pen, other denominators or other data cuts."
)
OF_THE_PLAN = frozenset({"significance", "early-stopping", "estimates-between-sources"})
OPEN = frozenset[Grade]({"impossible", "unlikely"})  # what does not fit
FEW = 6  # findings, of which all are told at the prompt
UNVERIFIED = "This rests on what the claims file marks as unverified."


def by_grade(appraisal: Appraisal) -> Iterator[tuple[Grade, tuple[Finding, ...]]]:
    """Give the findings of each grade that has any, the gravest first."""
    for grade in HEADINGS:
        found = tuple(each for each in appraisal.findings if each.grade == grade)
        if found:
            yield grade, found


def tally(appraisal: Appraisal) -> str:
    """Count the findings: "1 unlikely, 2 possible, 5 consistent"."""
    counts = (f"{len(found)} {grade}" for grade, found in by_grade(appraisal))
    return ", ".join(counts) or "nothing to check"


def headline(appraisal: Appraisal) -> str:
    """Name the trial and its sources: "AALL1331: ASH 2019, held against JAMA 2021"."""
    claims = appraisal.claims
    against = "".join(f", held against {each.source}" for each in appraisal.others)
    return f"{claims.trial}: {claims.source}{against}" if claims.trial else ""


def summary(appraisal: Appraisal) -> Iterator[str]:
    """Tell in a few lines what was appraised and found: of many findings those that do not fit."""
    if title := headline(appraisal):
        yield title
    yield f"Findings: {tally(appraisal)}"
    for grade, found in by_grade(appraisal):
        if grade in OPEN or len(appraisal.findings) <= FEW:
            yield HEADINGS[grade]
            yield from (f"- {each.sentence}" for each in found)


def is_unverified(appraisal: Appraisal, finding: Finding) -> bool:
    """Tell whether a number takes part that was not read in the source."""
    sources = [
        claims
        for name, claims in zip(appraisal.names, appraisal.sources, strict=True)
        if finding.source in {"", name}
    ]
    if finding.relation in OF_THE_PLAN and any(each.plan.unverified for each in sources):
        return True
    doubted = {place for claims in sources for place in claims.unverified}
    return any(place in doubted for place in finding.places)


def value_of(line: Line) -> str:
    """Write what a line of arithmetic comes to; nothing where it only states something.

    >>> value_of(Line("HR", "ln .593 / ln .41", 0.5847, 0.5875))
    '0.5847 to 0.5875'
    """
    if line.lower is None or line.upper is None:
        return ""
    low, high = _written(line.lower), _written(line.upper)
    return low if low == high else f"{low} to {high}"


def _written(value: float) -> str:
    """Write four digits, whole numbers whole.

    >>> _written(105.0), _written(0.000012345), _written(math.inf), _written(12345.678)
    ('105', '1.2e-05', 'unbounded', '12346')
    """
    if math.isinf(value):
        return "unbounded" if value > 0 else "unbounded below"
    if value == round(value) or abs(value) >= 1000:  # noqa: PLR2004 - digits before the point
        return f"{value:.0f}"
    return f"{value:.4g}" if abs(value) >= 1e-4 else f"{value:.2g}"  # noqa: PLR2004 - zeros are many


def where(finding: Finding) -> str:
    """Name the lines of the claims files that take part: "claims.yaml:12, 15".

    Witness: the finding's places.
    """
    lines: dict[str, list[int]] = {}
    for place in finding.places:
        lines.setdefault(Path(place.file).name, []).append(place.line)
    return "; ".join(
        f"{file}:{', '.join(map(str, sorted(set(found))))}" for file, found in lines.items()
    )
