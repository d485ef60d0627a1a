"""What the figures of accrual and of events share: days of the calendar, fans, predicted dates."""

from datetime import date

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector, vector
from equipoise.monitor.future.forecast_results import Forecast, PredictedDate
from equipoise.protocol.trial import DAYS_PER
from equipoise.report.dates import day_in_words
from equipoise.report.figures.forecast_course import Predicted
from equipoise.report.format import level_percent
from equipoise.report.monitoring.open_context import NONE, OpenContext

OUTER, INNER = (0.05, 0.95), (0.25, 0.75)  # heights of the fan
MIDDLE = 0.5
LATER = "later or never"
DIAMONDS = (
    "Diamonds: the predicted date of a number to be reached; whiskers: its {level} prediction "
    "interval, to the right edge where it has no upper limit."
)
FAN = "Fan: half (dark) and nine tenths (pale) of the predicted courses, and their median."


def days_of(context: OpenContext, time: Vector, first: date) -> Vector:
    """Turn calendar times since the first randomization into days of the calendar."""
    return vector(first.toordinal() + time * DAYS_PER[context.pooled.time_unit])


def fan_of(
    context: OpenContext,
    forecast: Forecast,
    rows: Matrix,
    now: float,
    until: float | None = None,
) -> Predicted:
    """Give the fan from the cut on, beginning at what is known now.

    Args:
        context: of the report.
        forecast: of the dates.
        rows: (heights, times) of patients or of events.
        now: the number at the cut.
        until: calendar time after which nothing is drawn; None: all there is.
    """
    fan = forecast.fan
    ahead = (fan.time > forecast.cut) & (fan.time <= (np.inf if until is None else until))
    time = np.concatenate([[forecast.cut], fan.time[ahead]])

    def row(height: float) -> Vector:
        found = rows[fan.heights.index(height)]
        return vector(np.concatenate([[now], found[ahead]]))

    return Predicted(
        name="Predicted",
        day=days_of(context, vector(time), forecast.opened),
        outer=(row(OUTER[0]), row(OUTER[1])),
        inner=(row(INNER[0]), row(INNER[1])),
        middle=row(MIDDLE),
    )


def when_of(predicted: PredictedDate | None) -> tuple[int, int, int | None] | None:
    """Give a predicted date as days of the calendar."""
    if predicted is None or predicted.lower_date is None or predicted.median_date is None:
        return None
    upper = predicted.upper_date
    return (
        predicted.lower_date.toordinal(),
        predicted.median_date.toordinal(),
        None if upper is None else upper.toordinal(),
    )


def dates_in_words(predicted: PredictedDate) -> tuple[str, str]:
    """Print the median and the interval of a predicted date."""
    if predicted.median_date is None and predicted.lower_date is None:
        return LATER, NONE
    middle = LATER if predicted.median_date is None else day_in_words(predicted.median_date)
    low, up = predicted.lower_date, predicted.upper_date
    first = LATER if low is None else day_in_words(low)
    return middle, f"{first} to {LATER if up is None else day_in_words(up)}"


def fan_footnotes(forecast: Forecast) -> tuple[str, ...]:
    """Say what fan and diamonds are."""
    return FAN, DIAMONDS.format(level=level_percent(forecast.level))
