"""What pooled data say of the trial's size: the blinded re-estimation, and what it would change."""

from equipoise.monitor.reestimation.reestimation import Reestimation
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import footnote, level_percent, percent, sentence, significant
from equipoise.report.monitoring.open_context import NONE, TOGETHER, OpenContext

NO_CHANGE = (
    "This changes nothing by itself: the planned effect, the level and the bounds stay, and a "
    "change of the trial's size is an amendment of its protocol."
)


def size_section(context: OpenContext) -> Section:
    """Report the re-estimation, or why there is none."""
    found = context.opened.reestimation
    title = "Size, re-estimated without unblinding"
    if found is None:
        why = context.opened.why_no_reestimation
        told = f"Nothing is re-estimated. {footnote(why)}" if why else "Nothing is re-estimated."
        return Section("size", title, (Paragraph(told),))
    blocks: list[Block] = [_nuisance(found), Paragraph(" ".join(found.sentences))]
    power = percent(found.power_unchanged)
    blocks.append(
        Paragraph(f"With the size as planned, were these values true, the power is {power}%.")
    )
    blocks.append(Callout(NO_CHANGE, "note"))
    return Section("size", title, tuple(blocks))


def _nuisance(found: Reestimation) -> Table:
    rows = []
    for each in found.nuisance:
        limits = (
            NONE
            if each.lower is None or each.upper is None
            else f"{significant(each.lower)} to {significant(each.upper)}"
        )
        rows.append(
            Row(
                (
                    sentence(each.name),
                    significant(each.planned),
                    significant(each.estimated),
                    limits,
                    each.based_on,
                )
            )
        )
    level = level_percent(found.nuisance[0].level) if found.nuisance else ""
    return Table(
        id="nuisance",
        title="What the plan assumed, and what the pooled data say",
        header=("", "Planned", "Estimated", f"{level} interval", "From"),
        rows=tuple(rows),
        footnotes=(TOGETHER, footnote(found.alpha)),
        prose=(4,),
    )
