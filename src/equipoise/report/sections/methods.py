"""What the numbers rest on: the data check, the conventions of every method, software, sources."""

from collections.abc import Sequence

from equipoise.analyze.estimates import Finding
from equipoise.analyze.results import EndpointAnalysis, TrialAnalysis
from equipoise.protocol.trial import Alternative
from equipoise.report.context import Context
from equipoise.report.conventions import told
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import alpha_text, count, footnote, level_percent
from equipoise.report.sections.parts import distinct

RISK_SETS = ("Patients are at risk", "At risk at")
SEVERITIES = ("error", "warning", "note")


def data_check_section(analysis: TrialAnalysis) -> Section:
    """Report what the data check found, errors first."""
    findings = sorted(analysis.snapshot.findings, key=lambda f: SEVERITIES.index(f.severity))
    if not findings:
        return Section("data-check", "Data check", (Paragraph("The data check found nothing."),))
    blocks: list[Block] = []
    doubtful = sum(1 for each in findings if each.severity != "note")
    if doubtful:
        remark = "remark needs" if doubtful == 1 else "remarks need"
        blocks.append(Callout(f"{count(doubtful)} {remark} attention before the numbers are used.",
                              "warning"))  # fmt: skip
    blocks.append(
        Table(
            id="data-check-table",
            title="What the data check found",
            header=("Remark", "Kind", "Table", "Rows"),
            rows=tuple(
                Row((each.message, each.severity, each.table or "–", rows_in_words(each)))
                for each in findings
            ),
            footnotes=("Row numbers count data rows from 1; at most ten are named.",),
        )
    )
    return Section("data-check", "Data check", tuple(blocks))


def rows_in_words(finding: Finding) -> str:
    """Name the first rows and how many more there are."""
    if not finding.rows:
        return count(finding.rows_in_all) if finding.rows_in_all else "–"
    more = finding.rows_in_all - len(finding.rows)
    text = ", ".join(map(str, finding.rows))
    return f"{text} and {count(more)} more" if more > 0 else text


def methods_section(
    analysis: TrialAnalysis, context: Context, software: Sequence[tuple[str, str]]
) -> Section:
    """State conventions, software and sources."""
    plan = context.protocol.analysis
    sided = plan.alternative.value
    direction = (
        "in the direction of benefit for the experimental arm"
        if plan.alternative is Alternative.ONE_SIDED
        else "of a difference in either direction"
    )
    blocks: list[Block] = [
        Paragraph(
            f"P-values are {sided}, {direction}, unless labelled otherwise; hypotheses are tested "
            f"at a {sided} level of {alpha_text(plan.alpha)}. Intervals are two-sided at "
            f"{level_percent(plan.level)}."
        ),
        Paragraph(
            "Patients are at risk at a time if they entered before it and were still observed at "
            "it; a censoring counts as after an event of the same time. Times that differ only by "
            "floating-point noise are tied."
        ),
        Paragraph(randomization(context)),
    ]
    blocks += [Paragraph(text) for text in shared_conventions(analysis.endpoints, context)]
    if software:
        rows = tuple(Row((name, version)) for name, version in software)
        blocks.append(Table("software", "Software", ("Program", "Version"), rows))
    if analysis.snapshot.sources:
        blocks.append(sources(analysis))
    return Section("methods", "Methods and sources", tuple(blocks))


def randomization(context: Context) -> str:
    """State how randomization was stratified."""
    protocol = context.protocol
    if not protocol.strata:
        return "The protocol names no stratification of the randomization."
    labels = ", ".join(protocol.variable(each).label for each in protocol.strata)
    return f"Randomization was stratified by: {labels}."


def shared_conventions(endpoints: Sequence[EndpointAnalysis], context: Context) -> list[str]:
    """State conventions once for all the estimands that share them."""
    shared: dict[str, list[str]] = {}
    for each in endpoints:
        said = " ".join(map(footnote, conventions(each, context.alternative)))
        shared.setdefault(said, []).append(each.estimand.label)
    return [f"{'; '.join(labels)}. {said}" for said, labels in shared.items() if said]


def conventions(analysis: EndpointAnalysis, alternative: Alternative) -> tuple[str, ...]:
    """Collect what an analysis assumed; risk sets are told above, tests beneath their tables."""
    return distinct(
        each for each in told(analysis.assumed, alternative) if not each.startswith(RISK_SETS)
    )


def sources(analysis: TrialAnalysis) -> Table:
    """List every file read with its hash, so that a second run can be compared."""
    half = 32
    return Table(
        id="sources",
        title="Files read",
        header=("File", "Rows", "Columns", "Bytes", "SHA-256"),
        rows=tuple(
            Row(
                (
                    each.name,
                    count(each.rows),
                    count(each.columns),
                    count(each.bytes),
                    f"{each.sha256[:half]} {each.sha256[half:]}".strip(),
                )
            )
            for each in analysis.snapshot.sources
        ),
        footnotes=("The hash is cut in two for print; leave the space out.",),
    )
