"""Adverse events by arm: overview, the commonest, what is new, worst grades, rates by exposure."""

from collections.abc import Iterator

from equipoise.analyze.results import AdverseEventAnalysis
from equipoise.monitor.safety.events import NewEvents, SafetyEvents
from equipoise.monitor.safety.safety import SafetyReview
from equipoise.protocol.estimands import Estimand, Summary
from equipoise.report.context import Context
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import (
    absent_footnotes,
    count,
    decimal,
    interval_footnote,
    patients_percent,
    ratio,
    sentence,
    with_interval,
)
from equipoise.report.monitoring.open_context import NONE, day
from equipoise.report.sections.adverse_events import butterfly, counts_table, grade_words, severe

TERM = "preferred term"


def harm_sections(review: SafetyReview, context: Context) -> tuple[Section, ...]:
    """Write the adverse events of every endpoint that has some."""
    return tuple(_section(each, review, context) for each in review.events)


def _section(events: SafetyEvents, review: SafetyReview, context: Context) -> Section:
    table, name = _as_analysis(events, review, context), f"safety-{events.endpoint.id}"
    blocks: list[Block] = [
        counts_table(table, events.overview, "overview", "Adverse events in short", context)
    ]
    if not events.rows:
        blocks.append(Paragraph("No adverse event is recorded by the cut."))
        return Section(name, events.endpoint.label, tuple(blocks))
    blocks += list(_new(events, table, context))
    if events.grades:
        blocks.append(_worst(events, table, context))
    if events.rates:
        blocks += _rates(events, table, context)
    terms = [row for row in events.rows if row.kind == TERM]
    if terms:
        blocks += [butterfly(table, terms, pair, context) for pair in table.comparisons]
    if events.frequent:
        title = "The most frequent adverse events, with differences"
        blocks.append(counts_table(table, events.frequent, "frequent", title, context))
    title = "All adverse events by system organ class and preferred term"
    every = counts_table(table, events.rows, "terms", title, context)
    return Section(
        name,
        events.endpoint.label,
        tuple(blocks),
        (Section(f"{name}-terms", "All classes and terms", (every,)),),
    )


def _as_analysis(
    events: SafetyEvents, review: SafetyReview, context: Context
) -> AdverseEventAnalysis:
    """Give the counts the form that tables of adverse events are written from."""
    endpoint, arms = events.endpoint, tuple(arm.id for arm in review.arms)
    estimand = next(
        (each for each in context.protocol.estimands if each.endpoint == endpoint.id),
        Estimand(
            endpoint.id,
            endpoint.label,
            endpoint.id,
            review.population.id,
            arms,
            Summary.INCIDENCE,
        ),
    )
    return AdverseEventAnalysis(
        endpoint=endpoint,
        estimand=estimand,
        population=review.population,
        arms=review.arms,
        patients=events.patients,
        overview=events.overview,
        rows=events.rows,
        comparisons=context.protocol.comparisons,
        grades=events.grades,
        left_out=0,
        assumed=(),
    )


def _heads(table: AdverseEventAnalysis, context: Context) -> tuple[str, ...]:
    return tuple(context.heading(arm, table.patients.get(arm.id, 0)) for arm in table.arms)


def _new(events: SafetyEvents, table: AdverseEventAnalysis, context: Context) -> Iterator[Block]:
    """Tell what came since the last look."""
    new = events.new
    if new is None:
        yield Paragraph(
            "What is new since an earlier look is not told: there was none, or nothing dates the "
            "events."
        )
        return
    yield _new_table(new, events, table, context)


def _new_table(
    new: NewEvents, events: SafetyEvents, table: AdverseEventAnalysis, context: Context
) -> Table:
    by_arm = {each.arm: each for each in new.by_arm}
    arms = [by_arm[arm.id] for arm in table.arms]
    of = table.patients
    rows = [
        Row(
            (
                "Patients with a new event, n (%)",
                *(patients_percent(each.patients, of.get(each.arm, 0)) for each in arms),
            ),
            strong=True,
        ),
        Row(("New events", *(count(each.events) for each in arms))),
    ]
    if events.grades:
        rows.append(Row((f"Of {_severe(table)}", *(count(each.severe) for each in arms)), 1))
    labels = {row.label for row in events.overview}
    for name, word in (("serious", "serious"), ("fatal", "fatal")):
        if any(word in label.casefold() for label in labels):
            rows.append(Row((sentence(name), *(count(getattr(a, name)) for a in arms)), 1))
    if new.terms:
        rows.append(Row(("The commonest of them, events", *("" for _ in arms))))
    rows += [
        Row((sentence(term), *(count(found.get(a.arm, 0)) for a in arms)), 1)
        for term, found in new.terms
    ]
    undated = f"{count(new.undated)} events without a date are not told to be new."
    return Table(
        id=f"{table.estimand.id}-new",
        title=f"New since the look of {day(new.since)}",
        header=("", *_heads(table, context)),
        rows=tuple(rows),
        footnotes=(
            f"New: the onset, or the record where that is dated, is after {day(new.since)}.",
            *((undated,) if new.undated else ()),
        ),
        estimand=table.estimand.label,
    )


def _severe(table: AdverseEventAnalysis) -> str:
    return grade_words(table) or "severe grades"


def _worst(events: SafetyEvents, table: AdverseEventAnalysis, context: Context) -> Table:
    """Count patients by the worst grade of anything they had."""
    anything = events.overview[0]
    rows = []
    for grade in events.grades:
        cells = (
            patients_percent(
                events.worst_grade.get(arm.id, {}).get(grade, 0), table.patients.get(arm.id, 0)
            )
            for arm in table.arms
        )
        rows.append(Row((f"Grade {grade}, n (%)", *cells)))
    least = events.endpoint.severe_from
    if least < max(events.grades):
        cells = (
            patients_percent(
                severe(anything.by_arm.get(arm.id), least), table.patients.get(arm.id, 0)
            )
            for arm in table.arms
        )
        rows.append(Row((f"{sentence(_severe(table))}, n (%)", *cells), strong=True))
    return Table(
        id=f"{table.estimand.id}-worst",
        title="Patients by the worst grade of any adverse event",
        header=("", *_heads(table, context)),
        rows=tuple(rows),
        footnotes=("A patient counts once.", f"Grades: {events.endpoint.grading}."),
        estimand=table.estimand.label,
    )


def _rates(events: SafetyEvents, table: AdverseEventAnalysis, context: Context) -> Iterator[Table]:
    """Set events against the time in which they came."""
    level = context.confidence
    rows = []
    for each in events.rates:
        cells = []
        for arm in table.arms:
            found = each.by_arm.get(arm.id)
            told = NONE if found is None else with_interval(found, decimal)
            cells.append(f"{told} [{count(each.events.get(arm.id, 0))}]")
        rows.append(Row((sentence(each.label), *cells)))
    years = events.rates[0].years
    lasted = "; ".join(
        f"{context.label(arm.id)} {decimal(years[arm.id], 1)}"
        for arm in table.arms
        if arm.id in years
    )
    estimates = [list(each.by_arm.values()) for each in events.rates]
    yield Table(
        id=f"{table.estimand.id}-rates",
        title="Adverse events per 100 patient-years",
        header=("", *_heads(table, context)),
        rows=tuple(rows),
        footnotes=(
            f"Cells: events per 100 patient-years ({level}) [events]. Patient-years: {lasted}.",
            *interval_footnote("Rates", next((e for line in estimates for e in line), None)),
            *absent_footnotes(estimates),
        ),
        estimand=table.estimand.label,
    )
    if not any(each.ratios for each in events.rates):
        return
    pairs = table.comparisons
    ratios = [each.ratios for each in events.rates]
    yield Table(
        id=f"{table.estimand.id}-rate-ratios",
        title="Rates of adverse events, compared",
        header=("", *(f"{pair.label},\nratio of rates ({level})" for pair in pairs)),
        rows=tuple(
            Row(
                (
                    sentence(each.label),
                    *(
                        with_interval(each.ratios[pair.id], ratio)
                        if pair.id in each.ratios
                        else NONE
                        for pair in pairs
                    ),
                )
            )
            for each in events.rates
        ),
        footnotes=(
            "Ratios are experimental over control.",
            *interval_footnote("Ratio", next((e for each in ratios for e in each.values()), None)),
            *absent_footnotes(ratios),
        ),
        estimand=table.estimand.label,
    )
