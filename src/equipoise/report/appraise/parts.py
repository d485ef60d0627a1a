"""What the sections of an appraisal's report share: findings as statements, names, tones."""

from typing import Literal

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import Pair
from equipoise.appraise.checks.telling import (
    UNVERIFIED,
    is_unverified,
    value_of,
    where,
)
from equipoise.appraise.checks.wording import name_of, name_of_pair
from equipoise.appraise.claims.claim import Claims
from equipoise.report.document import Ground, Statement

TONES: dict[Grade, Literal["severe", "warning", "verdict", "note", "sound"]] = {
    "impossible": "severe",
    "unlikely": "warning",
    "possible": "verdict",
    "cannot tell": "note",
    "consistent": "sound",
}


def statement_of(appraisal: Appraisal, finding: Finding) -> Statement:
    """Tell a finding: its sentence, the arithmetic below, and what would settle it."""
    closing = []
    if finding.settles:
        closing.append(f"What would settle it: {finding.settles}")
    if is_unverified(appraisal, finding):
        closing.append(UNVERIFIED)
    if places := where(finding):
        closing.append(f"Printed numbers at {places}.")
    return Statement(
        text=finding.sentence,
        word=finding.grade,
        tone=TONES[finding.grade],
        grounds=tuple(Ground(each.what, each.how, value_of(each)) for each in finding.arithmetic),
        closing=tuple(closing),
    )


def label_of(claims: Claims, about: str) -> str:
    """Name an endpoint, or what is counted, as the claims file does."""
    name = name_of(about)
    return dict(claims.labels).get(about, name[:1].upper() + name[1:])


def label_of_pair(claims: Claims, about: str, arms: Pair | None) -> str:
    """Name an endpoint with the arms that are compared, where there are more than two."""
    return label_of(claims, about) + name_of_pair(claims, about, arms).removeprefix(name_of(about))
