"""What the open report rests on: what is assumed, how it was computed, literature, software."""

from collections.abc import Iterable, Sequence

from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import footnote
from equipoise.report.monitoring.open_context import OpenContext

METHODS = (
    "Accrual planned: that of the design, scaled to the patients of all arms, counted from the "
    "first randomization.",
)


def methods_section(context: OpenContext, software: Sequence[tuple[str, str]]) -> Section:
    """State conventions, methods, literature and software."""
    blocks: list[Block] = [Paragraph(each) for each in METHODS]
    rows = tuple(Row((concerns, line)) for concerns, lines in _assumed(context) for line in lines)
    blocks.append(
        Table("conventions", "Conventions, and what is assumed", ("Concerns", "Convention"),
              rows, prose=(1,))
    )  # fmt: skip
    if software:
        versions = tuple(Row(pair) for pair in software)
        blocks.append(Table("software", "Software", ("Program", "Version"), versions))
    return Section("methods", "Conventions, methods and references", tuple(blocks))


def _assumed(context: OpenContext) -> Iterable[tuple[str, list[str]]]:
    opened = context.opened
    yield "Everything", [footnote(each) for each in opened.pooled.assumed]
    if opened.forecast is not None:
        yield "Dates to come", [footnote(each) for each in opened.forecast.assumed]
    if opened.reestimation is not None:
        told = (*opened.reestimation.assumed, opened.reestimation.alpha)
        yield "Size, re-estimated", [footnote(each) for each in told]
