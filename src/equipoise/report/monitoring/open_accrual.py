"""Who came, against who was planned to come, and when enrollment will end: arms together."""

from equipoise.monitor.future.forecast_results import Forecast
from equipoise.monitor.pooled.accrual import AccrualMonth, PlannedAccrual, PooledAccrual
from equipoise.report.dates import MONTHS, day_in_words
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.forecast_course import (
    Counted,
    CourseText,
    Expected,
    Goal,
    course_figure,
)
from equipoise.report.format import count, decimal, percent
from equipoise.report.monitoring.open_context import NONE, TOGETHER, OpenContext
from equipoise.report.monitoring.open_course import (
    dates_in_words,
    days_of,
    fan_footnotes,
    fan_of,
    when_of,
)

BEYOND = 1.06  # the fan is drawn so much longer than enrollment lasts
LONG = 30  # months that are told one by one; more are told by quarter
QUARTER = 3


def accrual_section(context: OpenContext) -> Section:
    """Report who came when."""
    accrual = context.pooled.accrual
    if accrual is None:
        told = "No date of randomization is in the data, so that nothing is said of the accrual."
        return Section("accrual", "Accrual", (Paragraph(told),))
    blocks: list[Block] = [Paragraph(_in_words(context, accrual)), _figure(context, accrual)]
    blocks.append(_months(accrual))
    if accrual.strata:
        blocks.append(_strata(context, accrual))
    return Section("accrual", "Accrual against plan", tuple(blocks))


def _in_words(context: OpenContext, accrual: PooledAccrual) -> str:
    pooled, plan, forecast = context.pooled, accrual.planned, context.opened.forecast
    between = f"{day_in_words(accrual.first)} to {day_in_words(accrual.latest)}"
    told = [f"{count(pooled.patients)} patients were randomized from {between}."]
    if plan is not None:
        told.append(
            f"The plan had {decimal(plan.by_the_cut)} by the cut, and {decimal(plan.total, 0)} in "
            f"the end, {context.clock.length(plan.ends)} after the first."
        )
    if forecast is not None and forecast.enrollment_end is not None:
        middle, limits = dates_in_words(forecast.enrollment_end)
        told.append(
            f"At the pace so far the last of {count(forecast.patients)} comes on {middle} "
            f"({percent(forecast.level, 0)}% prediction interval {limits})."
        )
    elif forecast is not None:
        told.append("Nobody is to come any more: enrollment is closed or complete.")
    if accrual.undated:
        told.append(f"{count(accrual.undated)} patients have no date of randomization.")
    return " ".join(told)


def _figure(context: OpenContext, accrual: PooledAccrual) -> Figure:
    plan, forecast = accrual.planned, context.opened.forecast
    cut = context.pooled.as_of.toordinal()
    counted = Counted("Randomized", accrual.day, accrual.cumulative)
    expected: tuple[Expected, ...] = ()
    if plan is not None:
        day = days_of(context, plan.time, accrual.first)
        expected = (Expected("Planned", day, plan.patients),)
    ahead = forecast is not None and forecast.enrollment_end is not None
    fan = goals = None
    if forecast is not None and ahead:
        now = float(accrual.cumulative[-1])
        fan = fan_of(context, forecast, forecast.fan.enrolled, now, _until(forecast, plan))
        when = when_of(forecast.enrollment_end)
        goals = (Goal(float(forecast.patients), f"{count(forecast.patients)} planned", when),)
    elif (total := context.pooled.planned_patients) is not None:
        goals = (Goal(total, f"{decimal(total, 0)} planned", None),)
    return course_figure(
        counted,
        expected,
        fan,
        goals or (),
        cut,
        CourseText(
            identifier="accrual-plot",
            title="Patients randomized by date, arms together",
            axis="Patients randomized",
            alternative_text=f"Patients randomized by date. {_in_words(context, accrual)}",
            footnotes=(TOGETHER, *(fan_footnotes(forecast) if forecast and ahead else ())),
        ),
    )


def _until(forecast: Forecast, plan: PlannedAccrual | None) -> float | None:
    """Say up to when the fan is worth drawing: to the end of enrollment, or of its plan."""
    end = forecast.enrollment_end
    latest = None if end is None else end.upper
    if latest is None:
        return None
    return BEYOND * max(latest, 0.0 if plan is None else plan.ends)


def _months(accrual: PooledAccrual) -> Table:
    """Count by month, or by quarter where there are many months."""
    months = accrual.months
    step = 1 if len(months) <= LONG else QUARTER
    planned = accrual.planned is not None
    rows = []
    for start in range(0, len(months), step):
        group = months[start : start + step]
        last = group[-1]
        first, final = _named(group[0].month), _named(last.month)
        came = sum(each.patients for each in group)
        span = final if len(group) == 1 else f"{first} to {final}"
        rows.append(Row((span, count(came), count(last.cumulative), *_against_plan(last))))
    behind = " Behind the plan is negative." if planned else ""
    return Table(
        id="accrual-months",
        title=f"Patients randomized by {'month' if step == 1 else 'quarter'}, arms together",
        header=(
            "Months",
            "Randomized",
            "So far",
            *(("Planned by then", "Ahead of plan") if planned else ()),
        ),
        rows=tuple(rows),
        footnotes=(f"The last line ends with the data cut.{behind}",),
    )


def _against_plan(month: AccrualMonth) -> tuple[str, ...]:
    """Print what was planned by the end of a month, and the difference."""
    if month.planned is None:
        return ()
    return decimal(month.planned), decimal(month.cumulative - month.planned)


def _named(month: str) -> str:
    """Print a month.

    >>> _named("2014-12")
    'Dec 2014'
    """
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"


def _strata(context: OpenContext, accrual: PooledAccrual) -> Table:
    variables = [context.design.protocol.variable(each) for each in context.design.protocol.strata]
    total = sum(patients for _, patients in accrual.strata)
    return Table(
        id="accrual-strata",
        title="Patients by stratum of the randomization, arms together",
        header=(", ".join(each.label for each in variables), "Patients", "%"),
        rows=tuple(
            Row((name, count(patients), percent(patients / total) if total else NONE))
            for name, patients in accrual.strata
        ),
    )
