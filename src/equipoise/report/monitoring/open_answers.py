"""When enrollment ends, and when the answers of the looks to come are known: arms together."""

from collections.abc import Iterator, Sequence

from equipoise.monitor.future.forecast_of_answers import AnswersForecast
from equipoise.report.document import Block, Paragraph, Row, Table
from equipoise.report.format import Clock, count, footnote, level_percent, percent
from equipoise.report.monitoring.open_context import NONE, TOGETHER
from equipoise.report.monitoring.open_course import dates_in_words


def answers_to_come(
    forecast: AnswersForecast, clock: Clock, planned: Sequence[float], *, identifier: str
) -> Iterator[Block]:
    """Tell how fast answers come, and on which dates there will be enough of them.

    Args:
        forecast: of the answers.
        clock: of the report.
        planned: answers at each look, as planned.
        identifier: of the table.
    """
    yield Paragraph(
        f"{count(forecast.known)} answers are known at the cut and {count(forecast.awaited)} are "
        f"awaited of the {count(forecast.randomized)} patients randomized. Half of the answers "
        f"came within {clock.length(forecast.median_delay)} of randomization, the longest took "
        f"{clock.length(forecast.longest_delay)}. Dates are predicted from everyone together, by "
        f"{count(forecast.replicates)} simulated courses of enrollment and answers (seed "
        f"{forecast.seed})."
    )
    rows = [
        Row((_named(each.target, planned), *dates_in_words(each.when), percent(each.chance)))
        for each in forecast.targets
    ]
    if forecast.enrollment_end is not None:
        name = f"Enrollment ends: {count(forecast.patients)} patients"
        rows.append(Row((name, *dates_in_words(forecast.enrollment_end), NONE)))
    rows.append(Row(("The last answer is known", *dates_in_words(forecast.complete), NONE)))
    yield Table(
        id=identifier,
        title="Answers to come, arms together",
        header=(
            "What",
            "Predicted",
            f"{level_percent(forecast.level)} prediction interval",
            "Reached (%)",
        ),
        rows=tuple(rows),
        footnotes=(
            TOGETHER,
            (
                "Reached: share of the simulated courses in which so many answers ever come. Where "
                "some never come, the last look is held when the last answer is known."
            ),
            *(footnote(each) for each in forecast.assumed),
        ),
        prose=(1, 2),
    )


def _named(target: int, planned: Sequence[float]) -> str:
    looks = [place for place, each in enumerate(planned, 1) if abs(each - target) < 1.0]
    return f"{count(target)} answers" + (f" (look {looks[0]})" if looks else "")
