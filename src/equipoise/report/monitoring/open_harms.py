"""Harms, deaths and who left, of all arms together."""

from equipoise.monitor.pooled.harms import PooledHarm, PooledHarms
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.pooled_harms import HarmBar, HarmText, pooled_harms_figure
from equipoise.report.format import count, patients_percent, sentence
from equipoise.report.monitoring.open_context import NONE, TOGETHER, OpenContext

MOST_TERMS = 20  # in the picture; the table has them all
ONCE = "A patient counts once in each row."


def harms_section(context: OpenContext) -> Section:
    """Report adverse events, deaths and withdrawals of everyone."""
    blocks: list[Block] = [_taking_part(context)]
    for harms in context.pooled.harms:
        terms = [line for line in harms.lines if line.kind == "preferred term"]
        if terms:
            blocks.append(_picture(harms, terms))
        if harms.lines:
            blocks.append(_table(harms))
        else:
            blocks.append(Paragraph(f"{harms.label}: none is recorded yet."))
    return Section("safety", "Patients, deaths and harms, arms together", tuple(blocks))


def _taking_part(context: OpenContext) -> Table:
    pooled, deaths = context.pooled, context.pooled.deaths
    of = pooled.patients
    rows = [Row(("Randomized, n", count(of)), strong=True)]
    rows += [Row((label, patients_percent(n, of)), 1) for label, n in pooled.populations]
    for name, told in (("Treated", pooled.treated), ("Completed", pooled.completed)):
        if told is not None:
            rows.append(Row((f"{name}, n (%)", patients_percent(told, of))))
    if pooled.withdrawals:
        left = sum(pooled.withdrawals.values())
        rows.append(Row(("Discontinued, n (%)", patients_percent(left, of)), strong=True))
        rows += [
            Row((sentence(reason), patients_percent(n, of)), 1)
            for reason, n in pooled.withdrawals.items()
        ]
    rows.append(Row(("Deaths, n (%)", patients_percent(deaths.deaths, of)), strong=True))
    causes = deaths.by_cause if len(deaths.by_cause) > 1 else {}
    rows += [Row((sentence(cause), patients_percent(n, of)), 1) for cause, n in causes.items()]
    if deaths.toxic is not None:
        rows.append(Row(("With a fatal adverse event, n (%)", patients_percent(deaths.toxic, of))))
    known = (
        "No endpoint follows everyone for death: deaths after an earlier event may be unknown."
        if deaths.complete is None
        else f"Deaths as {context.design.protocol.endpoint(deaths.complete).label} has them."
    )
    unknown = () if pooled.withdrawals else ("Who left by the cut is not in the data.",)
    return Table(
        id="taking-part",
        title="Patients, withdrawals and deaths, arms together",
        header=("", f"All patients\n(N = {count(of)})"),
        rows=tuple(rows),
        footnotes=(TOGETHER, known, *unknown),
    )


def _picture(harms: PooledHarms, terms: list[PooledHarm]) -> Figure:
    top = sorted(terms, key=lambda line: (-line.patients, line.label))[:MOST_TERMS]
    bars = [HarmBar(sentence(line.label), line.patients, line.severe) for line in top]
    severe = f"grade {harms.severe_from} or higher"
    told = "; ".join(
        f"{bar.term} {patients_percent(bar.patients, harms.patients).replace(')', '%)')}"
        + ("" if bar.severe is None else f", {severe} {count(bar.severe)}")
        for bar in bars
    )
    which = f"The {len(top)} most frequent of {len(terms)} terms."
    return pooled_harms_figure(
        bars,
        harms.patients,
        HarmText(
            identifier=f"{harms.endpoint}-harms",
            title=f"{harms.label}: the most frequent terms, arms together",
            severe=sentence(severe),
            alternative_text=f"{harms.label} of {count(harms.patients)} patients. {told}.",
            footnotes=(TOGETHER, which if len(terms) > len(top) else "All terms."),
        ),
    )


def _table(harms: PooledHarms) -> Table:
    of = harms.patients

    def cell(patients: int | None) -> str:
        return NONE if patients is None else patients_percent(patients, of)

    rows = tuple(
        Row(
            (
                sentence(line.label),
                cell(line.patients),
                count(line.events),
                cell(line.severe),
                cell(line.serious),
                cell(line.fatal),
            ),
            indent=1 if line.kind == "preferred term" else 0,
            strong=line.kind == "system organ class",
        )
        for line in harms.lines
    )
    return Table(
        id=f"{harms.endpoint}-table",
        title=f"{harms.label}, arms together (N = {count(of)})",
        header=(
            "",
            "Patients,\nn (%)",
            "Events",
            f"Grade {harms.severe_from} or\nhigher, n (%)",
            "Serious,\nn (%)",
            "Fatal,\nn (%)",
        ),
        rows=rows,
        footnotes=(TOGETHER, ONCE, f"Of: {harms.population}.", f"{NONE}: not recorded."),
    )
