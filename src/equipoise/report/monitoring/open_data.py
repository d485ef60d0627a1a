"""What came late, what the data check found, and what must be known of the cut: arms together."""

from equipoise.report.dates import day_in_words
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import count
from equipoise.report.monitoring.open_context import OpenContext
from equipoise.report.monitoring.open_remarks import for_readers, of_the_coding

SEVERITIES = ("error", "warning", "note")


def data_section(context: OpenContext) -> Section:
    """Report the cut, late data and the remarks."""
    pooled = context.pooled
    cut = day_in_words(pooled.as_of)
    told = (
        f"The data are cut at the end of {cut}; the latest date in them is "
        f"{day_in_words(pooled.latest_seen)}. Patients randomized after the cut and left out: "
        f"{count(pooled.after)}."
    )
    blocks: list[Block] = [Paragraph(told)]
    if pooled.late:
        blocks.append(_late(context))
    else:
        blocks.append(Paragraph("No event by the cut is recorded as having come in after it."))
    if pooled.remarks:
        rows = tuple(Row((for_readers(remark),)) for remark in pooled.remarks)
        blocks.append(Table("cut-remarks", "Remarks on the cut", ("Remark",), rows))
    blocks.append(_findings(context))
    return Section("data", "Data cut and data check", tuple(blocks))


def _late(context: OpenContext) -> Table:
    return Table(
        id="late",
        title="Events by the cut that came into the database after it, arms together",
        header=("Endpoint", "Events", "Counted all the same"),
        rows=tuple(
            Row((each.label, count(each.events), count(each.counted)))
            for each in context.pooled.late
        ),
    )


def _findings(context: OpenContext) -> Block:
    found = [each for each in context.pooled.findings.texts if not of_the_coding(each[1])]
    if not found:
        return Paragraph("The data check found nothing that can be told here.")
    told = sorted(found, key=lambda each: SEVERITIES.index(each[0]))
    return Table(
        id="data-check",
        title="What the data check found",
        header=("Remark", "Kind"),
        rows=tuple(Row((for_readers(text), severity)) for severity, text in told),
        footnotes=("Remarks that name an arm are in the closed report alone.",),
    )
