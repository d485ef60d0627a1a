"""Events of all arms against those planned, and the dates on which looks become due."""

import numpy as np

from equipoise.kernel.arrays import codes
from equipoise.monitor.future.forecast_results import Forecast, TargetForecast
from equipoise.monitor.pooled.accrual import PooledAccrual
from equipoise.monitor.pooled.information import EventsSeen, PooledInformation
from equipoise.report.dates import day_in_words
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.forecast_course import (
    Counted,
    CourseText,
    Expected,
    Goal,
    course_figure,
)
from equipoise.report.format import count, decimal, footnote, level_percent, percent
from equipoise.report.monitoring.open_answers import answers_to_come
from equipoise.report.monitoring.open_context import NONE, TOGETHER, OpenContext, whole
from equipoise.report.monitoring.open_course import (
    dates_in_words,
    days_of,
    fan_footnotes,
    fan_of,
    when_of,
)

PLANNED = (
    "Planned by now: expected by the date of the cut under the accrual, hazards, dropout and "
    "effect of the design."
)
NO_SIGN = (
    "More or fewer events than planned are no sign of an effect or of its absence: patients may do "
    "better or worse than was assumed whatever their arm."
)
EVENTS = (PLANNED, NO_SIGN)


def events_section(context: OpenContext) -> Section | None:
    """Report how far each hypothesis has come, and when it gets where it is to go."""
    known = context.pooled.information
    blocks: list[Block] = []
    if known:
        blocks.append(_table(context))
    lead = _lead(context)
    blocks += [
        _figure(context, each, leads=each is lead)
        for each in known
        if each.seen is not None and each.seen.day.size
    ]
    forecast = context.opened.forecast
    if forecast is not None:
        blocks += [Paragraph(_basis(forecast)), _dates(context, forecast)]
    elif context.opened.answers is not None:
        planned = () if lead is None else lead.planned_looks
        blocks += answers_to_come(
            context.opened.answers, context.clock, planned, identifier="answers-to-come"
        )
    elif context.opened.why_no_forecast:
        told = footnote(context.opened.why_no_answers or context.opened.why_no_forecast)
        blocks.append(Paragraph(f"No dates are predicted. {told}"))
    if not blocks:
        return None
    what = "Events" if any(each.counted == "events" for each in known) else "Answers"
    return Section("events", f"{what} against plan, and the dates to come", tuple(blocks))


def _lead(context: OpenContext) -> PooledInformation | None:
    """Find the hypothesis whose events the forecast counts."""
    main = context.design.main
    known = context.pooled.information
    return next((e for e in known if main is not None and e.hypothesis == main.hypothesis), None)


def _table(context: OpenContext) -> Table:
    known = context.pooled.information
    events = any(each.counted == "events" for each in known)
    notes = [f"{e.label}: not told here; {footnote(e.why_not)}" for e in known if e.why_not]
    return Table(
        id="information",
        title="How far each hypothesis has come, arms together",
        header=(
            "Hypothesis", "Counted by", "At the cut", "Planned\nby now",
            "Planned at\nthis look", "Planned\nin all", "% of all",
        ),
        rows=tuple(map(_row, known)),
        footnotes=(TOGETHER, *(EVENTS if events else ()), *notes),
        prose=(1,),
    )  # fmt: skip


def _row(each: PooledInformation) -> Row:
    plan = each.events
    return Row(
        (
            each.label,
            each.counted,
            whole(each.known),
            NONE if plan is None else decimal(plan.alternative_by_the_cut),
            whole(each.planned_now),
            whole(each.planned),
            NONE if each.fraction is None else percent(each.fraction),
        )
    )


def _figure(context: OpenContext, each: PooledInformation, *, leads: bool) -> Figure:
    seen, plan, accrual = each.seen, each.events, context.pooled.accrual
    assert seen is not None  # noqa: S101 - the caller has asked
    forecast = context.opened.forecast if leads else None
    expected: tuple[Expected, ...] = ()
    if plan is not None and accrual is not None:
        day = days_of(context, plan.time, accrual.first)
        expected = (Expected("Planned", day, plan.alternative),)
    fan = None
    if forecast is not None:
        now = float(forecast.events_at_cut)
        fan = fan_of(context, forecast, forecast.fan.events, now)
    return course_figure(
        _counted(seen, accrual),
        expected,
        fan,
        _goals(each, forecast),
        context.pooled.as_of.toordinal(),
        CourseText(
            identifier=f"events-{each.hypothesis}",
            title=f"{each.hypothesis}: events by date, arms together",
            axis="Events",
            alternative_text=_told(context, each, forecast),
            footnotes=(
                TOGETHER,
                "Level lines: the events planned at the looks.",
                *(fan_footnotes(forecast) if forecast is not None else ()),
                *((f"{count(seen.undated)} events without a date are left out.",)
                  if seen.undated else ()),
            ),
        ),
    )  # fmt: skip


def _counted(seen: EventsSeen, accrual: PooledAccrual | None) -> Counted:
    """Begin with no event at the first randomization."""
    if accrual is None:
        return Counted("Events", seen.day, seen.cumulative)
    first = accrual.first.toordinal()
    return Counted(
        "Events",
        codes(np.concatenate([[first], seen.day])),
        codes(np.concatenate([[0], seen.cumulative])),
    )


def _goals(each: PooledInformation, forecast: Forecast | None) -> tuple[Goal, ...]:
    """Give the planned counts, with their predicted dates where they are still to come."""
    predicted = {} if forecast is None else {t.target: t for t in forecast.targets}
    goals = []
    for place, planned in enumerate(each.planned_looks, 1):
        whole = rounded_up(planned)
        found = predicted.get(whole)
        name = f"{count(whole)}, look {place}"
        goals.append(Goal(float(whole), name, None if found is None else when_of(found.when)))
    return tuple(goals)


def rounded_up(planned: float) -> int:
    """Round a planned count up, as looks wait for whole events.

    >>> rounded_up(78.6), rounded_up(131.0000000001)
    (79, 131)
    """
    return int(-(-(planned - 1e-6) // 1))


def _told(context: OpenContext, each: PooledInformation, forecast: Forecast | None) -> str:
    cut = day_in_words(context.pooled.as_of)
    told = [f"{each.label}: {decimal(each.known or 0.0, 0)} events of all arms by {cut}."]
    if each.events is not None:
        told.append(f"Planned by then: {decimal(each.events.alternative_by_the_cut)}.")
    if each.planned is not None:
        told.append(f"{decimal(each.planned, 0)} are planned in all.")
    for target in () if forecast is None else forecast.targets:
        middle, limits = dates_in_words(target.when)
        told.append(f"{count(target.target)} events are predicted for {middle} ({limits}).")
    return " ".join(told)


def _basis(forecast: Forecast) -> str:
    return (
        f"Dates are predicted from everyone together, blinded: from {count(forecast.events_at_cut)}"
        f" events in {count(forecast.patients_at_cut)} patients, by {count(forecast.replicates)} "
        f"simulated courses of the rest of the trial (seed {forecast.seed})."
    )


def _dates(context: OpenContext, forecast: Forecast) -> Table:
    level = level_percent(forecast.level)
    rows = [
        Row(
            (
                _named(context, target),
                *dates_in_words(target.when),
                percent(target.chance),
                _came(target),
            )
        )
        for target in forecast.targets
    ]
    if forecast.enrollment_end is not None:
        middle, limits = dates_in_words(forecast.enrollment_end)
        name = f"Enrollment ends: {count(forecast.patients)} patients"
        rows.append(Row((name, middle, limits, NONE, NONE)))
    until = f" by {context.clock.length(forecast.horizon)}" if forecast.horizon else ""
    return Table(
        id="dates",
        title="Dates to come, arms together",
        header=(
            "What", "Predicted", f"{level} prediction interval", "Reached (%)",
            f"Patients by then\n({level})",
        ),
        rows=tuple(rows),
        footnotes=(
            TOGETHER,
            f"Reached: share of the simulated courses in which the number is ever reached{until}.",
            "What is assumed stands under conventions.",
        ),
        prose=(1, 2),
    )  # fmt: skip


def _named(context: OpenContext, target: TargetForecast) -> str:
    lead = _lead(context)
    looks = [] if lead is None else [rounded_up(each) for each in lead.planned_looks]
    if target.target not in looks:
        return f"{count(target.target)} events"
    return f"{count(target.target)} events (look {looks.index(target.target) + 1})"


def _came(target: TargetForecast) -> str:
    if target.patients is None:
        return NONE
    middle, low, high = target.patients
    return f"{count(middle)} ({count(low)} to {count(high)})"
