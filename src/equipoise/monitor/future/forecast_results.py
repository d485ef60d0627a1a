"""What is predicted of a trial's course: dates with intervals, and numbers over time."""

from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.protocol.trial import TimeUnit

DAY = 1e-6  # of a day: a time made of whole days may be so much less


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which date a time is."""

    opened: date  # time 0
    days: float  # in a unit of time

    def on(self, time: float | None) -> date | None:
        """Give the date of a time since the first randomization; None beyond the calendar.

        >>> Calendar(date(2020, 2, 20), 30.4375).on(1.5)
        datetime.date(2020, 4, 5)
        """
        if time is None or time * self.days >= (date.max - self.opened).days:
            return None
        return self.opened + timedelta(days=int(time * self.days + DAY))


@dataclass(frozen=True, slots=True)
class PredictedDate:
    """When something happens, with its prediction interval; None: never, or not by the horizon."""

    median: float | None  # calendar time since the first randomization
    lower: float | None
    upper: float | None
    median_date: date | None
    lower_date: date | None
    upper_date: date | None


@dataclass(frozen=True, slots=True)
class TargetForecast:
    """When a number of events is reached."""

    target: int
    when: PredictedDate
    chance: float  # that it is ever reached, or by the horizon
    chance_error: float  # Monte Carlo standard error
    patients: tuple[int, int, int] | None  # randomized by then: median, lower, upper; None: never


@dataclass(frozen=True, slots=True)
class Fan:
    """Numbers by calendar time, with quantiles over the replicates."""

    time: Vector  # (times,) since the first randomization
    dates: tuple[date | None, ...]  # None: beyond the calendar
    heights: tuple[float, ...]
    enrolled: Matrix  # (heights, times)
    events: Matrix  # (heights, times)
    expected_enrolled: Vector  # (times,)
    expected_events: Vector  # (times,)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a model of the future predicts of the trial's course."""

    targets: tuple[TargetForecast, ...]
    enrollment_end: PredictedDate | None  # None: closed already
    fan: Fan
    cut: float
    events_at_cut: int
    patients_at_cut: int
    patients: int  # planned in all
    level: float  # of the intervals
    horizon: float | None
    replicates: int
    seed: int
    opened: date
    time_unit: TimeUnit
    groups: tuple[str, ...]
    assumed: tuple[str, ...]
