"""What the closed report rests on: conventions, methods, literature, software."""

from collections.abc import Iterator, Sequence

from equipoise.report.design.printing import text
from equipoise.report.design.references import works
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import count, footnote
from equipoise.report.monitoring.closed_context import ClosedContext
from equipoise.report.monitoring.closed_names import under_letters
from equipoise.report.monitoring.open_remarks import for_readers, of_the_coding

Facts = Sequence[tuple[str, str]]
METHODS = (
    (
        "The order of this report follows what monitoring committees are advised to be told "
        "(DAMOCLES; Ellenberg, Fleming & DeMets)."
    ),
    (
        "Boundaries are those of the design, read at the information observed: error is spent by "
        "the spending functions at the information of each look, and the last look spends all "
        "alpha that is left (Lan-DeMets; group-sequential designs of Jennison & Turnbull)."
    ),
    (
        "Conditional power is the chance of a later crossing given z now, by recursive numerical "
        "integration of the score's density over the looks to come (Lan, Simon & Halperin; the "
        "B-value of Lan & Wittes). Predictive power averages it over the effect as believed after "
        "this look (Spiegelhalter et al. 1986). Looked at backwards: reverse conditional power of "
        "Tan, Xiong & Kutner."
    ),
    (
        "Beliefs are normal and updated by the estimate (Spiegelhalter et al. 1994); the critical "
        "prior is that of Matthews 2018."
    ),
    (
        "Inference: orderings of the sample space stage by stage (Tsiatis, Rosner & Mehta), by "
        "likelihood ratio (Chang 1989), by sample mean (Emerson & Fleming 1990) and by score "
        "(Rosner & Tsiatis 1988); repeated intervals (Jennison & Turnbull 1989); the bias-adjusted "
        "mean (Whitehead 1986)."
    ),
)
OVERRUN = "Data that came in after stopping are read by deletion (Whitehead 1992)."
FORECAST = (
    "Dates are foretold from the patients at hand with their follow-up and those still to come, "
    "by replicates drawn from what is learned of hazards and enrollment (Bagiella and Heitjan; "
    "Anisimov and Fedorov)."
)


def conventions_section(context: ClosedContext) -> Section | None:
    """State every convention once, with what it concerns."""
    rows = tuple(Row(pair) for pair in _conventions(context))
    if not rows:
        return None
    table = Table(
        id="conventions-table",
        title="Conventions, and what is assumed",
        header=("Concerns", "Convention"),
        rows=rows,
        prose=(1,),
    )
    return Section("conventions", "Conventions and assumptions", (table,))


def _conventions(context: ClosedContext) -> Iterator[tuple[str, str]]:
    """Give every convention with what it concerns; those told beside their tables are not here."""
    result = context.result
    rules = () if result.rules is None else result.rules.assumed
    lines = [("The rules", line) for line in rules]
    lines += [(each.hypothesis, line) for each in context.look.hypotheses for line in each.assumed]
    if result.rules is not None:
        lines += [(name, f"Not decided at looks: {why}") for name, why in result.rules.left_out]
    forecast = result.forecast
    lines += [("Dates to come", line) for line in (forecast.assumed if forecast else ())]
    found = () if result.cut is None else result.cut.snapshot.findings
    lines += [
        ("Coding of the data", for_readers(under_letters(result, each.message)))
        for each in found
        if of_the_coding(each.message)
    ]
    owners: dict[str, list[str]] = {}
    for name, line in lines:
        owners.setdefault(footnote(text(line)), []).append(name)
    for line in result.assumed:
        owners.setdefault(footnote(text(line)), ["The look"])
    for line, names in owners.items():
        yield ", ".join(dict.fromkeys(names)), line


def methods_section(context: ClosedContext, software: Facts) -> Section:
    """Name the methods, their literature, and the software."""
    told = list(METHODS)
    if any(each.after.overrun is not None for each in context.result.outlooks):
        told.append(OVERRUN)
    if context.result.forecast is not None:
        told.append(FORECAST)
    blocks: list[Block] = [Paragraph(each) for each in told]
    if software:
        versions = ", ".join(f"{name} {version}" for name, version in software)
        blocks.append(Paragraph(f"Software: {versions}."))
    every = works([*told, *(line for _, line in _conventions(context))])
    rows = tuple(Row((count(place), work)) for place, work in enumerate(every, 1))
    if rows:
        blocks.append(Table("references", "References", ("Number", "Work"), rows, prose=(1,)))
    return Section("methods", "Methods and references", tuple(blocks))
