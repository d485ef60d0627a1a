"""What the open report rests on: what is assumed, how it was computed, literature, software."""

from collections.abc import Iterable, Sequence

from equipoise.report.design.references import works
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import count, footnote
from equipoise.report.monitoring.open_context import OpenContext
from equipoise.report.monitoring.open_remarks import for_readers, of_the_coding

TOLD = {
    "accrual": (
        "Patients planned by a date: the design's accrual, scaled to the patients of all arms and "
        "counted from the first randomization. Events planned by a date: in closed form from that "
        "accrual and the hazards, dropout and effect of the design."
    ),
    "follow-up": (
        "Follow-up: reverse Kaplan-Meier (Schemper and Smith 1996). Survival: Kaplan-Meier of all "
        "patients (Kaplan and Meier 1958); competing events: Aalen and Johansen (1978)."
    ),
    "forecast": (
        "Dates to come: the events of patients at risk and of those still to come are simulated "
        "from hazards and an enrollment rate drawn from their posterior given the pooled data, in "
        "the manner of Bagiella and Heitjan (2001) and Anisimov and Fedorov (2007)."
    ),
    "times": "Size re-estimated without unblinding: the hazard of all patients against the plan.",
    "answers": "Size re-estimated without unblinding: from the pooled probability (Gould 1992).",
    "measures": (
        "Size re-estimated without unblinding: from the pooled standard deviation (Kieser and "
        "Friede 2003)."
    ),
}
SIZED = {"time-to-event": "times", "binary": "answers", "continuous": "measures"}


def methods_section(context: OpenContext, software: Sequence[tuple[str, str]]) -> Section:
    """State conventions, methods, literature and software."""
    used = list(_used(context))
    blocks: list[Block] = [Paragraph(TOLD[each]) for each in used]
    rows = tuple(Row((concerns, line)) for concerns, lines in _assumed(context) for line in lines)
    blocks.append(
        Table("conventions", "Conventions, and what is assumed", ("Concerns", "Convention"),
              rows, prose=(1,))
    )  # fmt: skip
    if software:
        versions = ", ".join(f"{name} {version}" for name, version in software)
        blocks.append(Paragraph(f"Software: {versions}."))
    said = [
        *(TOLD[each] for each in used),
        *(line for _, lines in _assumed(context) for line in lines),
    ]
    cited = tuple(Row((count(place), work)) for place, work in enumerate(works(said), 1))
    blocks.append(Table("references", "References", ("Number", "Work"), cited, prose=(1,)))
    return Section("methods", "Conventions, methods and references", tuple(blocks))


def _used(context: OpenContext) -> Iterable[str]:
    """Name the methods that this report rests on."""
    opened = context.opened
    yield from ("accrual", "follow-up")
    yield from ["forecast"] if opened.forecast is not None else []
    if opened.reestimation is not None:
        yield SIZED[opened.reestimation.kind]


def _assumed(context: OpenContext) -> Iterable[tuple[str, list[str]]]:
    opened = context.opened
    yield "Everything", [footnote(each) for each in opened.pooled.assumed]
    coding = [text for _, text in opened.pooled.findings.texts if of_the_coding(text)]
    yield "Coding of the data", [footnote(for_readers(each)) for each in coding]
    if opened.forecast is not None:
        yield "Dates to come", [footnote(each) for each in opened.forecast.assumed]
    if opened.reestimation is not None:
        told = (*opened.reestimation.assumed, opened.reestimation.alpha)
        yield "Size, re-estimated", [footnote(each) for each in told]
