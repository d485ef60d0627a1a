"""The first page of the open report: what it is, for whom, and where the trial stands."""

from equipoise.report.dates import day_in_words
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import count, decimal
from equipoise.report.monitoring.open_context import OpenContext, share, whole

FOR_WHOM = (
    "Open report: for the sponsor, the steering committee and the investigators. All arms are "
    "taken together; nothing here was computed from who was assigned or received what, and no "
    "result by arm is in it."
)
ELSEWHERE = (
    "Results by arm, statistics, boundaries and what follows from them are in the closed report, "
    "which only the monitoring committee and those who prepare its meeting may read."
)


def first_facts(context: OpenContext) -> tuple[tuple[str, str], ...]:
    """Collect the first page."""
    pooled = context.pooled
    facts = [("Report", "Open: all arms together"), ("Trial", pooled.trial)]
    if pooled.registry:
        facts.append(("Registry", pooled.registry))
    arms = "; ".join(arm.label for arm in context.design.protocol.arms)
    facts += [("Arms, as in the protocol", arms), ("Data cut", day_in_words(pooled.as_of))]
    if pooled.look is not None:
        facts.append(("Look", count(pooled.look)))
    facts.append(("Patients randomized", _of_planned(pooled.patients, pooled.planned_patients)))
    for each in pooled.information:
        if each.known is not None and each.counted == "events":
            facts.append((f"Events, {each.label}", _of_planned(int(each.known), each.planned)))
    return tuple(facts)


def _of_planned(found: int, planned: float | None) -> str:
    return count(found) if planned is None else f"{count(found)} of {decimal(planned, 0)} planned"


def overview_section(context: OpenContext) -> Section:
    """Say what the report is, and tell the trial on one page."""
    blocks: list[Block] = [Callout(FOR_WHOM, "note"), Paragraph(ELSEWHERE), _standing(context)]
    return Section("overview", "Where the trial stands", tuple(blocks))


def _standing(context: OpenContext) -> Table:
    """Set what is known against what was planned."""
    pooled = context.pooled
    accrual = pooled.accrual
    plan = None if accrual is None else accrual.planned
    by_now = None if plan is None else plan.by_the_cut
    rows = [
        Row(("Patients randomized", count(pooled.patients), whole(by_now),
             whole(pooled.planned_patients), share(pooled.patients, pooled.planned_patients)))
    ]  # fmt: skip
    for each in pooled.information:
        expected = None if each.events is None else each.events.alternative_by_the_cut
        rows.append(
            Row(
                (
                    f"{each.label}: {each.counted}",
                    whole(each.known),
                    whole(expected),
                    whole(each.planned),
                    share(each.known, each.planned),
                )
            )
        )
    return Table(
        id="standing",
        title=f"The trial as of {day_in_words(pooled.as_of)}, arms together",
        header=("", "By the cut", "Planned by now", "Planned in all", "Share of all (%)"),
        rows=tuple(rows),
    )
