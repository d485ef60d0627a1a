"""When the information will be there: what was seen, what was planned, what is foretold."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from equipoise.monitor.future.forecast_results import (
    Calendar,
    Forecast,
    PredictedDate,
    TargetForecast,
)
from equipoise.monitor.look.look import HypothesisLook
from equipoise.protocol.trial import DAYS_PER
from equipoise.report.dates import day_in_words
from equipoise.report.design.printing import NONE, fraction
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.projected_information import (
    Course,
    ForecastBand,
    Planned,
    ProjectionText,
    TargetLine,
    projected_figure,
)
from equipoise.report.format import count, footnote, level_percent
from equipoise.report.monitoring.closed_context import (
    ClosedContext,
    counted_in,
    share,
)

AFTER = 0.25  # of the span so far is shown beyond the last target
HALF = (0.25, 0.75)
STOPPED = (
    "The trial ends at this look. What follows is when the information would have come, were it to "
    "go on as designed."
)


def projection_section(context: ClosedContext) -> Section | None:
    """Write when looks to come will have their information; None without data."""
    result = context.result
    if result.cut is None:
        return None
    forecast = result.forecast
    if forecast is None:
        if not result.why_no_forecast:
            return None
        why = Paragraph(footnote(result.why_no_forecast))
        return Section("projection", "Information to come", (why,))
    look = result.hypothesis(context.leading)
    blocks: list[Block] = [Paragraph(STOPPED)] if context.look.stop else []
    blocks += [
        figure for figure in (projection_figure(context, look, forecast),) if figure is not None
    ]
    blocks.append(dates_table(context, look, forecast))
    return Section("projection", "Information to come", tuple(blocks))


def dates_table(context: ClosedContext, look: HypothesisLook, forecast: Forecast) -> Table:
    """Tell when each target is reached, by the model by arm and by the one that knows no arms."""
    result = context.result
    blind = None if result.opened is None else result.opened.forecast
    together = {} if blind is None else {each.target: each.when for each in blind.targets}
    level = level_percent(forecast.level)
    rows = []
    for each in forecast.targets:
        part = fraction(each.target / look.planned)
        cells = [f"{count(each.target)} {counted_in(look)} ({part})", *when(each.when)]
        cells += [*when(together.get(each.target))] if together else []
        cells += [share(each.chance), _patients(each)]
        rows.append(Row(tuple(cells)))
    if forecast.enrollment_end is not None:
        end = None if blind is None else blind.enrollment_end
        cells = ["Enrollment ends", *when(forecast.enrollment_end)]
        cells += [*when(end)] if together else []
        rows.append(Row((*cells, NONE, NONE)))
    return Table(
        id="projected-dates",
        title="Dates to come: by arm, and with the arms together",
        header=(
            "",
            "By arm",
            f"{level} interval",
            *(("Together", f"{level} interval") if together else ()),
            "Reached",
            "Patients\nby then",
        ),
        rows=tuple(rows),
        footnotes=(
            "Medians and prediction intervals; by arm: each arm with hazards of its own.",
            "Reached: the chance that it ever is, before all patients' time is up.",
        ),
        prose=(1, 2, 3, 4) if together else (1, 2),
    )


def when(found: PredictedDate | None) -> tuple[str, str]:
    """Print a predicted date with its interval."""
    if found is None:
        return NONE, NONE
    lower, upper = (
        "later" if each is None else day_in_words(each)
        for each in (found.lower_date, found.upper_date)
    )
    middle = "later" if found.median_date is None else day_in_words(found.median_date)
    return middle, f"{lower} to {upper}"


def _patients(each: TargetForecast) -> str:
    if each.patients is None:
        return NONE
    median, low, high = each.patients
    told = "" if low == high else f" ({count(low)} to {count(high)})"
    return f"{count(median)}{told}"


def projection_figure(
    context: ClosedContext, look: HypothesisLook, forecast: Forecast
) -> Figure | None:
    """Draw it; None where no look has a date."""
    held = held_course(context, look)
    targets = [
        TargetLine(
            each.target,
            f"{count(each.target)} ({fraction(each.target / look.planned)})",
            each.when.median_date,
        )
        for each in forecast.targets
    ]
    last = shown_until(forecast)
    band = band_of(forecast, last)
    if len(band.days) < 2 or not seen_course(forecast).days:  # noqa: PLR2004 - a point is no band
        return None
    return projected_figure(
        held,
        seen_course(forecast),
        planned_course(context, look, forecast, last),
        band,
        targets,
        ProjectionText(
            identifier="projection-plot",
            title=f"{look.hypothesis}: information seen, planned and foretold",
            axis=f"{context.endpoint(look)}: {counted_in(look)}",
            alternative_text=_told(look, held, forecast),
            footnotes=(
                "Lines across: the information of looks to come; diamonds: when it is expected.",
                (
                    f"Forecast: median, one half and {level_percent(forecast.level)} of the "
                    "replicates, each arm with hazards of its own."
                ),
            ),
            estimand=context.estimand(look),
        ),
    )


def held_course(context: ClosedContext, look: HypothesisLook) -> Course:
    """Give the information at each look so far."""
    days, numbers = [], []
    for each in look.past:
        days.append(date.fromisoformat(each.as_of))
        numbers.append(each.information)
    days.append(date.fromisoformat(context.result.as_of))
    numbers.append(look.seen.information)
    return Course(tuple(days), tuple(numbers))


def seen_course(forecast: Forecast) -> Course:
    """Give the events by the day they happened, up to the cut."""
    fan = forecast.fan
    places = [place for place, time in enumerate(fan.time) if time <= forecast.cut]
    days = tuple(each for place in places if (each := fan.dates[place]) is not None)
    return Course(days, tuple(float(fan.expected_events[place]) for place in places))


def shown_until(forecast: Forecast) -> date:
    """Choose how far the calendar is shown: beyond the last target's upper limit."""
    days = DAYS_PER[forecast.time_unit]
    calendar = Calendar(forecast.opened, days)
    ends = [each.when.upper or each.when.median or forecast.cut for each in forecast.targets]
    furthest = max([*ends, forecast.cut]) + AFTER * forecast.cut / 2
    found = calendar.on(min(furthest, float(forecast.fan.time[-1])))
    return found or forecast.opened + timedelta(days=int(forecast.cut * days) + 1)


def band_of(forecast: Forecast, last: date) -> ForecastBand:
    """Give the forecast of events as bands, up to a date."""
    fan = forecast.fan
    places = [
        place
        for place, each in enumerate(fan.dates)
        if each is not None and each <= last and fan.time[place] >= forecast.cut
    ]
    heights = np.asarray(fan.heights)

    def at(height: float) -> Sequence[float]:
        nearest = int(np.argmin(np.abs(heights - height)))
        return [float(fan.events[nearest, place]) for place in places]

    return ForecastBand(
        days=tuple(each for place in places if (each := fan.dates[place]) is not None),
        middle=tuple(at(0.5)),
        inner=tuple(zip(at(HALF[0]), at(HALF[1]), strict=True)),
        outer=tuple(zip(at(float(heights[0])), at(float(heights[-1])), strict=True)),
        level=level_percent(forecast.level),
    )


def planned_course(
    context: ClosedContext, look: HypothesisLook, forecast: Forecast, last: date
) -> Planned | None:
    """Give the events expected by the design over the calendar; None where there is no plan."""
    opened = context.result.opened
    every = () if opened is None else opened.pooled.information
    found = next((each for each in every if each.hypothesis == look.hypothesis), None)
    if found is None or found.events is None:
        return None
    plan, calendar = found.events, Calendar(forecast.opened, DAYS_PER[forecast.time_unit])
    days = [calendar.on(float(each)) for each in plan.time]
    kept = [place for place, each in enumerate(days) if each is not None and each <= last]

    def course(numbers: Sequence[float] | np.ndarray) -> Course:
        shown = tuple(each for place in kept if (each := days[place]) is not None)
        return Course(shown, tuple(float(numbers[place]) for place in kept))

    return Planned(course(plan.alternative), course(plan.null))


def _told(look: HypothesisLook, held: Course, forecast: Forecast) -> str:
    seen = ", ".join(
        f"{count(round(number))} on {day_in_words(day)}"
        for day, number in zip(held.days, held.numbers, strict=True)
    )
    later = "; ".join(
        f"{count(each.target)} expected {when(each.when)[0]} ({when(each.when)[1]})"
        for each in forecast.targets
    )
    return f"Events of {look.hypothesis}. Seen: {seen}. To come: {later or 'none'}."
