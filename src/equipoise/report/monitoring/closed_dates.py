"""When the looks to come are held: by arm, without arms, and under each model of the rest."""

from collections.abc import Iterator
from datetime import date

from equipoise.monitor.future.forecast_results import Forecast, PredictedDate
from equipoise.report.design.printing import chance
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import count, footnote, level_percent, sentence
from equipoise.report.monitoring.closed_names import under_letters
from equipoise.report.monitoring.closed_rest_context import RestContext
from equipoise.report.monitoring.open_answers import answers_to_come
from equipoise.report.monitoring.open_context import NONE, day


def dates_section(context: RestContext) -> Section | None:
    """Write the dates to come; None where none is foretold."""
    blocks: list[Block] = list(_forecasts(context))
    if any(one.looks for _, rest in context.known for one in rest.hypotheses):
        blocks.append(_looks(context))
    if not blocks:
        return None
    return Section("rest-dates", "Dates to come", tuple(blocks))


def _forecasts(context: RestContext) -> Iterator[Block]:
    """Set the dates by each arm's hazards beside those of everyone together."""
    result = context.result
    blinded = None if result.opened is None else result.opened.forecast
    by_arm = result.forecast
    if by_arm is None:
        if result.opened is not None and result.opened.answers is not None:
            answers = result.opened.answers
            known = result.opened.pooled.information
            planned = next(
                (e.planned_looks for e in known if e.hypothesis == answers.hypothesis), ()
            )
            yield from answers_to_come(
                answers, context.clock, planned, identifier="rest-answers-to-come"
            )
        elif result.why_no_forecast and result.rests:
            yield Paragraph(f"No dates by arm. {result.why_no_forecast}")
        return
    rows = [
        Row(
            (
                f"{count(each.target)} events",
                *_cells(each.when, each.chance),
                *_blinded(blinded, each.target),
            )
        )
        for each in by_arm.targets
    ]
    if by_arm.enrollment_end is not None:
        ends = None if blinded is None else blinded.enrollment_end
        rows.append(
            Row(
                (
                    "Enrollment ends",
                    *_cells(by_arm.enrollment_end, None),
                    *(_cells(ends, None) if ends is not None else (NONE, NONE)),
                )
            )
        )
    level = level_percent(by_arm.level)
    yield Table(
        id="rest-forecast",
        title="Dates of the events planned for the looks, with and without arms",
        header=(
            "",
            f"By arm: median ({level} interval)",
            "Reached",
            f"Arms together: median ({level} interval)",
            "Reached",
        ),
        rows=tuple(rows),
        footnotes=(
            (
                "Prediction intervals; reached: the chance that the number is ever reached in the "
                "time that the trial allows."
            ),
            *_assumed(context, by_arm, blinded),
        ),
        prose=(1, 3),
    )


def _blinded(blinded: Forecast | None, target: int) -> tuple[str, str]:
    found = () if blinded is None else blinded.targets
    same = next((each for each in found if each.target == target), None)
    return (NONE, NONE) if same is None else _cells(same.when, same.chance)


def _cells(when: PredictedDate, reached: float | None) -> tuple[str, str]:
    told = f"{_later(when.median_date)} ({_later(when.lower_date)} to {_later(when.upper_date)})"
    return told, NONE if reached is None else chance(reached, 1)


def _later(value: date | None) -> str:
    return "later" if value is None else day(value)


def _assumed(context: RestContext, by_arm: Forecast, blinded: Forecast | None) -> tuple[str, ...]:
    told = [under_letters(context.result, " ".join(footnote(e).split())) for e in by_arm.assumed]
    others = () if blinded is None else blinded.assumed
    alone = [line for line in (" ".join(footnote(e).split()) for e in others) if line not in told]
    return (*told, *(f"Arms together: {line}" for line in alone))


def _looks(context: RestContext) -> Table:
    """Give the dates of the looks to come under each model."""
    leads = [(each, rest.of(rest.leading)) for each, rest in context.known]
    numbers = list(dict.fromkeys(look.look for _, lead in leads for look in lead.looks))
    rows = []
    for each, lead in leads:
        dates = {look.look: look.dates for look in lead.looks}
        rows.append(Row((sentence(each.label), *(_range(dates.get(n, ())) for n in numbers))))
    return Table(
        id="rest-look-dates",
        title="Dates of the looks to come, by model",
        header=("Hazards from now on", *(f"Look {number}" for number in numbers)),
        rows=tuple(rows),
        footnotes=("Median (5% to 95%), were no trial stopped before.",),
        prose=tuple(range(1, len(numbers) + 1)),
    )


def _range(dates: tuple[date, ...]) -> str:
    """Print the middle date with the first and last of the quantiles."""
    if not dates:
        return NONE
    return f"{day(dates[len(dates) // 2])} ({day(dates[0])} to {day(dates[-1])})"
