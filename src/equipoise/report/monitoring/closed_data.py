"""Which data the look rests on: the cut, what came late, what was known otherwise, and in whom."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from equipoise.analyze.results import TimeToEventAnalysis
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.cut.late_reporting import LookInHindsight, ReportedLate
from equipoise.report.context import Context
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.figures.flow import flow_figure
from equipoise.report.format import count, footnote
from equipoise.report.monitoring.closed_names import committee_context, under_letters
from equipoise.report.monitoring.open_context import NONE, day
from equipoise.report.monitoring.open_remarks import for_readers, of_the_coding
from equipoise.report.sections.exclusions import exclusions
from equipoise.report.sections.methods import SEVERITIES, rows_in_words
from equipoise.report.sections.patients import (
    baseline_table,
    disposition_table,
    flow_in_words,
    follow_up_table,
)
from equipoise.simulate.monitored.monitored import MonitoredTrial

ADVERSE = "adverse event"


def data_sections(result: MonitoredTrial) -> tuple[Section, ...]:
    """Write what the look rests on; nothing where the look is of numbers alone."""
    cut = result.cut
    if cut is None:
        return ()
    inner = [Section("data-late", "Events that came late", tuple(_late(result, cut)))]
    if result.late is not None and result.late.looks:
        known = tuple(_hindsight(result, result.late))
        inner.append(Section("data-known", "What earlier looks did not know", known))
    inner.append(Section("data-remarks", "Remarks on the data", tuple(_remarks(result, cut))))
    data = Section("data", "The data", (_cut_table(result, cut),), tuple(inner))
    return data, _patients(result, cut)


def _cut_table(result: MonitoredTrial, cut: DataCut) -> Table:
    size = cut.snapshot.subjects.size
    rows = [
        ("Data cut: all that was known at the end of", day(cut.as_of)),
        ("First patient randomized", day(cut.first_randomized)),
        ("Last date on which anyone in the data was seen", day(cut.latest_seen)),
        ("Patients randomized by the cut", count(size)),
        ("Patients in the data who were randomized after the cut, left out", count(cut.after)),
        ("Events by the cut that came into the database after it", count(len(cut.late))),
    ]
    policy = result.protocol.monitoring.late
    return Table(
        id="data-cut",
        title="The data cut",
        header=("", "As cut"),
        rows=tuple(Row(each) for each in rows),
        footnotes=(f"Late events are {policy}, as the protocol says.",),
    )


def _late(result: MonitoredTrial, cut: DataCut) -> Iterator[Block]:
    """List the events that had come, but were not in the database."""
    if not cut.late:
        recorded = _records_dates(cut)
        yield Paragraph(
            "No event by the cut came into the database after it."
            if recorded
            else "The data do not tell when a record came into the database: whether an event by "
            "the cut was known only later cannot be told."
        )
        return
    yield Table(
        id="data-late-events",
        title="Events by the cut that came into the database after it",
        header=("Patient", "Endpoint", "What", "On", "Recorded", "In this look"),
        rows=tuple(
            Row(
                (
                    each.subject,
                    result.protocol.endpoint(each.endpoint).label,
                    each.happening,
                    day(each.on),
                    day(each.recorded),
                    "counted" if each.counted else "left out",
                )
            )
            for each in cut.late
        ),
        footnotes=(
            (
                "An event left out is one that nobody knew of at the cut: the patient is censored "
                "at its time."
            ),
        ),
        prose=(0, 1, 2, 3, 4, 5),
    )


def _records_dates(cut: DataCut) -> bool:
    snapshot = cut.snapshot
    sources = (
        snapshot.followups, snapshot.answers, snapshot.measurements, snapshot.adverse_events,
    )  # fmt: skip
    return any(each.recorded is not None for source in sources for each in source.values())


def _hindsight(result: MonitoredTrial, late: ReportedLate) -> Iterator[Block]:
    """Hold the data of this look against what earlier looks knew."""
    rows = [row for look in late.looks for row in _of_look(result, look)]
    yield Table(
        id="data-hindsight",
        title="What each earlier look had not known, or had known otherwise",
        header=("Look", "Data cut", "Endpoint", "Late", "Changed", "Vanished"),
        rows=tuple(rows),
        footnotes=(
            (
                "Late: dated by the look's cut and not known to it. Changed: known with another "
                "outcome, cause or time. Vanished: known then, and not in the data now."
            ),
            *map(footnote, late.assumed),
            *((f"{count(late.undated)} outcomes have no date, and cannot be called late.",)
              if late.undated else ()),
        ),
        prose=(1, 2),
    )  # fmt: skip
    named = [row for look in late.looks for row in _patients_of(result, look)]
    if named:
        yield Table(
            id="data-hindsight-patients",
            title="These outcomes, by patient",
            header=("Look", "Patient", "Endpoint", "How", "Dated"),
            rows=tuple(named),
            prose=(1, 2, 3, 4),
        )
    for look in late.looks:
        if look.gone:
            who = "1 patient" if look.gone == 1 else f"{count(look.gone)} patients"
            said = f"Of those randomized by look {look.look}, {who} can no longer be found."
            yield Callout(f"{said} Find out why before the look is used.", "warning")


def _of_look(result: MonitoredTrial, look: LookInHindsight) -> Iterator[Row]:
    endpoints = dict.fromkeys(
        each.endpoint for found in (look.late, look.changed, look.vanished) for each in found
    )
    if not endpoints:
        none = count(0)
        yield Row((count(look.look), _of_iso(look.as_of), "All endpoints", none, none, none))
    for endpoint in endpoints:
        label = result.protocol.endpoint(endpoint).label
        yield Row(
            (count(look.look), _of_iso(look.as_of), label, *map(count, look.counts(endpoint)))
        )


def _patients_of(result: MonitoredTrial, look: LookInHindsight) -> Iterator[Row]:
    for how, found in (
        ("late", look.late),
        ("changed", look.changed),
        ("vanished", look.vanished),
    ):
        for each in found:
            label = result.protocol.endpoint(each.endpoint).label
            yield Row((count(look.look), each.patient or NONE, label, how, day(each.on)))


def _of_iso(value: str) -> str:
    return day(date.fromisoformat(value)) if value else NONE


def _remarks(result: MonitoredTrial, cut: DataCut) -> Iterator[Block]:
    """Say what could not be cut, and what the data check found."""
    for each in cut.remarks:
        yield Paragraph(for_readers(under_letters(result, each)))
    found = [each for each in cut.snapshot.findings if not of_the_coding(each.message)]
    findings = sorted(found, key=lambda each: SEVERITIES.index(each.severity))
    if not findings:
        yield Paragraph("The data check found nothing.")
        return
    yield Table(
        id="data-check-table",
        title="What the data check found",
        header=("Remark", "Kind", "Table", "Rows"),
        rows=tuple(
            Row(
                (
                    for_readers(under_letters(result, each.message)),
                    each.severity,
                    each.table or NONE,
                    rows_in_words(each),
                )
            )
            for each in findings
        ),
        footnotes=("Row numbers count data rows from 1; at most ten are named.",),
    )


def _patients(result: MonitoredTrial, cut: DataCut) -> Section:
    """Write who took part, by arm: flow, exclusions, baseline, follow-up."""
    context, analysis = committee_context(result), result.analysis
    if analysis is None:
        return _few_patients(cut, context)
    disposition = analysis.snapshot.disposition
    figure = flow_figure(context.protocol, disposition, flow_in_words(disposition, context))
    notes = ("What was recorded by the cut; most patients are still under way.",)
    figure = replace(figure, footnotes=(*figure.footnotes, *notes))
    inner = [
        Section(
            "disposition",
            "Flow of patients",
            (figure, disposition_table(disposition, context), *exclusions(analysis, context)),
        )
    ]
    if analysis.baseline:
        table = baseline_table(analysis.baseline, disposition, context)
        inner.append(Section("baseline", "Baseline by arm", (table,)))
    watched = [each for each in analysis.endpoints if isinstance(each, TimeToEventAnalysis)]
    if any(each.follow_up for each in watched):
        table = follow_up_table(watched, context)
        inner.append(Section("follow-up", "Follow-up by arm", (table,)))
    return Section("patients", "Patients by arm", (), tuple(inner))


def _few_patients(cut: DataCut, context: Context) -> Section:
    said = (
        f"{count(cut.snapshot.subjects.size)} patients were randomized by the cut, and an arm has "
        "nobody to analyze yet: there are no tables by arm."
    )
    assert context.protocol.arms  # noqa: S101 - every trial has arms
    return Section("patients", "Patients by arm", (Callout(said, "note"),))
