"""The findings, the gravest first: each a sentence, with its arithmetic one click below."""

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.telling import (
    CARE,
    HEADINGS,
    OPEN,
    UNVERIFIED,
    by_grade,
    is_unverified,
    tally,
)
from equipoise.report.appraise.parts import statement_of
from equipoise.report.document import Block, Callout, Paragraph, Section, Statement
from equipoise.report.plain_text import slug


def overview_section(appraisal: Appraisal) -> Section:
    """Say in one place how much fits, and what does not."""
    grave = [each for grade, found in by_grade(appraisal) if grade in OPEN for each in found]
    said = f"{len(appraisal.findings)} relations between printed numbers were checked: "
    blocks: list[Block] = [Callout(f"{said}{tally(appraisal)}.", "verdict")]
    if grave:
        blocks += [Paragraph("What does not fit, or hardly:")]
        blocks += [_in_short(appraisal, each) for each in grave]
        blocks.append(Callout(CARE, "note"))
    else:
        blocks.append(Paragraph("Nothing that is printed contradicts the rest."))
    return Section("overview", "In short", tuple(blocks))


def _in_short(appraisal: Appraisal, finding: Finding) -> Statement:
    """Tell a finding without its arithmetic."""
    told = statement_of(appraisal, finding)
    doubt = f" {UNVERIFIED}" if is_unverified(appraisal, finding) else ""
    return Statement(f"{told.text}{doubt}", told.word, told.tone)


def findings_section(appraisal: Appraisal) -> Section:
    """Tell every finding, by grade."""
    opening = (
        "Each sentence is one relation between printed numbers, checked over all values that round "
        "to what is printed. Impossible: by arithmetic, whatever the trial. Unlikely: seldom in "
        "honest trials that print the rest. Possible: it can be, and is worth knowing. Consistent: "
        "nothing is open."
    )
    return Section(
        "findings",
        "Findings",
        (Paragraph(opening),),
        tuple(
            Section(
                f"findings-{slug(grade)}",
                HEADINGS[grade],
                tuple(statement_of(appraisal, each) for each in found),
            )
            for grade, found in by_grade(appraisal)
        ),
    )
