"""How often does the appraisal raise an alarm: falsely in honest trials, rightly in spoiled ones?

Trials are numbered; each takes its own stream, so that any part of them gives the same count as
the same part of a longer run, whatever the workers.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from equipoise.appraise.checks.check import Appraisal, appraise
from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.honest.printed import honest_claims, style_of
from equipoise.appraise.honest.spoiled import SPOILED, zero_dropped
from equipoise.appraise.honest.trials import honest_trial

ALARMS = ("impossible", "unlikely")
SCREEN = 1_500  # matching trials by which it is seen whether an alarm is near
CLOSE = 0.15  # chance below which it is
MATCHING = 10_000  # simulated trials for each P that rests on rates alone


@dataclass(slots=True)
class Counted:
    """What was counted so far."""

    trials: int = 0
    impossible: int = 0  # trials with such a finding
    unlikely: int = 0
    checked: Counter[str] = field(default_factory=Counter)  # findings by relation
    alarms: Counter[tuple[str, str]] = field(default_factory=Counter)  # (relation, grade)
    sided: int = 0  # P values whose sidedness was inferred from one source or more
    told: int = 0  # of them, to be one
    missed: int = 0  # of them, without the truth
    spoiled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Counted") -> None:
        """Add what another part counted."""
        for name in ("trials", "impossible", "unlikely", "sided", "told", "missed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("checked", "alarms", "spoiled", "found"):
            getattr(self, name).update(getattr(other, name))


def appraised(claims: Claims, matching: int, seed: int) -> Appraisal:
    """Appraise a claim; with few matching trials first, and with all where an alarm is near."""
    few = min(SCREEN, matching)
    result = appraise(claims, trials=few, seed=seed)
    chances = [each.chance for each in result.about("p-of-matching-trials")]
    near = any(chance is None or chance < CLOSE for chance in chances)
    return appraise(claims, trials=matching, seed=seed) if near and matching > few else result


def alarmed(findings: Iterable[Finding]) -> set[Grade]:
    """Give the alarming grades that occur."""
    return {each.grade for each in findings if each.grade in ALARMS}


def raised(findings: Iterable[Finding], grades: Iterable[str]) -> set[tuple[str, str]]:
    """Give what is raised with some grades: relation and what it is about."""
    return {(each.relation, each.about) for each in findings if each.grade in set(grades)}


def count_alarms(
    first: int, last: int, *, seed: int, matching: int = MATCHING, spoil: bool = True
) -> Counted:
    """Count alarms in trials number `first` up to but without `last`.

    An error counts as found where an alarm is raised that the honest claim did not raise.

    Args:
        first: number of the first trial.
        last: number after the last.
        seed: of everything.
        matching: simulated trials for each P that rests on rates alone; 0: that is left out.
        spoil: also plant errors.

    Witness: docs/appraise-errors.md; two halves add up to the whole.
    """
    result = Counted()
    for number in range(first, last):
        rng = np.random.Generator(np.random.Philox(key=[seed, number]))
        trial, style = honest_trial(rng), style_of(rng)
        claims = honest_claims(trial, style)
        appraisal = appraised(claims, matching, seed + number)
        grades = alarmed(appraisal.findings)
        result.trials += 1
        result.impossible += "impossible" in grades
        result.unlikely += "unlikely" in grades
        for each in appraisal.findings:
            result.checked[each.relation] += 1
            if each.grade in ALARMS:
                result.alarms[each.relation, each.grade] += 1
        for known in appraisal.sidedness.values():
            result.sided += bool(known.told_by)
            result.told += bool(known.told_by) and len(known.fits) == 1
            result.missed += bool(known.told_by) and style.sides not in known.fits
        if spoil:
            _count_spoiled(claims, appraisal.findings, (matching, seed + number), result)
    return result


def _count_spoiled(
    claims: Claims, before: tuple[Finding, ...], how: tuple[int, int], result: Counted
) -> None:
    matching, seed = how
    for name, spoil in SPOILED.items():
        spoiled = spoil(claims)
        if spoiled is not None:
            result.spoiled[name] += 1
            simulated = matching if spoil is zero_dropped else 0
            after = appraised(spoiled, simulated, seed).findings
            result.found[name] += bool(raised(after, ALARMS) - raised(before, ALARMS))
