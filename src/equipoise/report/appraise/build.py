"""From an appraisal to its report, section by section, as a value."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress, only_notices
from equipoise.appraise.checks.check import Appraisal
from equipoise.report.appraise.findings import findings_section, overview_section
from equipoise.report.appraise.numbers import numbers_section
from equipoise.report.appraise.p_values import p_values_section
from equipoise.report.appraise.ratios import ratios_section
from equipoise.report.document import Document, Paragraph, Row, Section, Table

ROUNDING = (
    "A printed number stands for every value that would be printed so: half a unit of its last "
    "digit either way, both ends included. What follows from several numbers is calculated over "
    "all these values (interval arithmetic; Moore 1966), so that rounding alone never makes "
    "numbers incompatible."
)
SIMULATING = (
    "Where rates, patients and follow-up leave a P open, trials are simulated and those kept that "
    "print about the same (approximate Bayesian computation; Beaumont, Zhang & Balding 2002); how "
    "often they print a P as printed is the chance that is told."
)


def build_appraisal_document(
    appraisal: Appraisal,
    *,
    software: Sequence[tuple[str, str]] = (),
    progress: Progress = only_notices,
) -> Document:
    """Write the whole report of an appraisal.

    Args:
        appraisal: with its findings.
        software: names and versions, for the section on methods.
        progress: told what starts now.
    """
    progress("Tables and figures")
    sections = [
        overview_section(appraisal),
        findings_section(appraisal),
        p_values_section(appraisal),
        ratios_section(appraisal),
        numbers_section(appraisal),
        methods_section(appraisal, software),
    ]
    claims = appraisal.claims
    return Document(
        title=f"{claims.trial or 'A trial'}: what {claims.source} prints",
        subtitle="Can all of it be true at once?",
        facts=_facts(appraisal),
        sections=tuple(each for each in sections if each is not None),
    )


def methods_section(appraisal: Appraisal, software: Sequence[tuple[str, str]]) -> Section:
    """Say how numbers were checked, and with what."""
    paragraphs = [ROUNDING, SIMULATING, *appraisal.assumed]
    rows = tuple(Row(each) for each in software)
    table = Table("software", "Software", ("", "Version"), rows)
    blocks = tuple(Paragraph(each) for each in paragraphs)
    return Section("methods", "How it was checked", (*blocks, *((table,) if rows else ())))


def _facts(appraisal: Appraisal) -> tuple[tuple[str, str], ...]:
    claims = appraisal.claims
    facts = [("Trial", claims.trial)] if claims.trial else []
    facts.append(("Claims of", claims.citation or claims.source))
    facts += [("Held against", each.citation or each.source) for each in appraisal.others]
    arms = "; ".join(
        arm.label if arm.patients is None else f"{arm.label} ({arm.patients.text})"
        for arm in claims.arms
    )
    facts.append(("Arms", arms))
    return tuple(facts)
