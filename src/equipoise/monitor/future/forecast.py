"""When will the trial have so many events, and when will everyone have come?

The rest of the trial is drawn many times (`kernel.futures`).  Of the dates on which a count is
reached the median and an equal-tailed prediction interval are told: the smallest date with at
least a share p of the replicates at or before it.  Where so many never reach it, by the horizon if
there is one, the date is "never" (None).  Dates are those on which events happen, not those on
which they become known.  Blinded or not is for the model: `model_groups`.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, codes, frozen, vector
from equipoise.monitor.future.forecast_results import (
    Calendar,
    Fan,
    Forecast,
    PredictedDate,
    TargetForecast,
)
from equipoise.monitor.future.future import FutureModel, PatientsAtHand
from equipoise.protocol.trial import DAYS_PER, TimeUnit

Numbers = NDArray[np.int32]
HEIGHTS = (0.05, 0.25, 0.5, 0.75, 0.95)  # of the fan
GRID = 121  # times of the fan
PILOT = 256  # replicates that tell how far the fan must reach
FAR = 0.95  # of them have their last target within it


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Rows of all replicates."""

    reached: Matrix
    came: Numbers
    last_entry: Vector
    enrolled: Numbers
    events: Numbers


def forecast(  # noqa: PLR0913 - each an open choice, told by name
    model: FutureModel,
    at_hand: PatientsAtHand,
    targets: Sequence[int],
    *,
    opened: date,
    time_unit: TimeUnit,
    replicates: int = 10_000,
    seed: int = 1,
    level: float = 0.9,
    horizon: float | None = None,
    workers: int | None = None,
) -> Forecast:
    """Predict when counts of events are reached, when enrollment ends, and the course until then.

    Args:
        model: of the future.
        at_hand: the patients at the cut, in the model's groups.
        targets: counts of events in all, from 1.
        opened: date of the first randomization, calendar time 0.
        time_unit: of all times.
        replicates: drawn futures.
        seed: of their random numbers.
        level: of the prediction intervals.
        horizon: calendar time at which the trial ends whatever has happened; None: never.
        workers: threads; the numbers are the same whatever their number.

    Raises:
        DesignError: A number that is none, or a horizon before the cut.

    Accuracy: Monte Carlo; 10,000 replicates give a chance to 0.005 (standard error).

    Witness: the binomial and beta-binomial laws of the number of events by a time, without
        enrollment; calibrated on simulated trials (docs/forecasts.md).
    """
    _check(targets, replicates, seed, level, horizon, at_hand)
    hands = max(1, workers or len(os.sched_getaffinity(0)))
    calendar = Calendar(opened, DAYS_PER[time_unit])
    pilot = _draw(model, at_hand, targets, np.empty(0), min(replicates, PILOT), seed, hands)
    grid = _grid(pilot, at_hand.cut, horizon)
    drawn = _draw(model, at_hand, targets, grid, replicates, seed, hands)
    return Forecast(
        targets=tuple(
            _target(target, drawn.reached[:, place], drawn.came[:, place], level, horizon, calendar)
            for place, target in enumerate(targets)
        ),
        enrollment_end=predicted_date(_by(drawn.last_entry, horizon), level, calendar)
        if model.to_come
        else None,
        fan=_fan(drawn, grid, calendar),
        cut=at_hand.cut,
        events_at_cut=int(at_hand.event.sum()),
        patients_at_cut=int(at_hand.entry.size),
        patients=int(at_hand.entry.size) + model.to_come,
        level=level,
        horizon=horizon,
        replicates=replicates,
        seed=seed,
        opened=opened,
        time_unit=time_unit,
        groups=at_hand.groups,
        assumed=(*model.assumed, _HAPPEN),
    )


_HAPPEN = "Dates are those on which events happen; they become known later."


def _check(
    targets: Sequence[int],
    replicates: int,
    seed: int,
    level: float,
    horizon: float | None,
    at_hand: PatientsAtHand,
) -> None:
    if any(target < 1 for target in targets):
        raise DesignError(f"A target of {min(targets)} events is none; give counts from 1.")
    if replicates < 1 or not 0 <= seed < 2**63:
        raise DesignError(
            f"{replicates} replicates from seed {seed}; give at least 1, and a seed from 0 to "
            "2^63 - 1."
        )
    if not 0 < level < 1:
        raise DesignError(f"A level of {level:g} is none; give one between 0 and 1, such as 0.9.")
    if horizon is not None and not horizon > at_hand.cut:
        raise DesignError(
            f"The horizon, {horizon:g}, does not lie after the cut at {at_hand.cut:g}; give a "
            "later one, or none."
        )


def _draw(
    model: FutureModel,
    at_hand: PatientsAtHand,
    targets: Sequence[int],
    grid: Vector,
    replicates: int,
    seed: int,
    hands: int,
) -> _Drawn:
    """Draw all replicates, a stretch of them a thread."""
    from equipoise.kernel.future_counts import FutureCounts, count_futures  # noqa: PLC0415
    from equipoise.kernel.futures import room_for_future  # noqa: PLC0415 - numba, where needed
    from equipoise.monitor.future.model_arrays import future_arrays, hand_arrays  # noqa: PLC0415

    arrays, hand = future_arrays(model), hand_arrays(at_hand)
    counts = FutureCounts(
        targets=codes(list(targets)),
        grid=vector(grid),
        reached=np.empty((replicates, len(targets))),
        came=np.empty((replicates, len(targets)), np.int32),
        last_entry=np.empty(replicates),
        enrolled=np.empty((replicates, grid.size), np.int32),
        events=np.empty((replicates, grid.size), np.int32),
    )

    def stretch(first: int, stop: int) -> None:
        room = room_for_future(arrays, hand)
        happened = np.empty(room.entry.size)
        count_futures(seed, first, stop, arrays, hand, room, happened, counts)

    edges = np.linspace(0, replicates, hands + 1).astype(int).tolist()
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(stretch, edges[:-1], edges[1:]))
    return _Drawn(counts.reached, counts.came, counts.last_entry, counts.enrolled, counts.events)


def _by(times: Vector, horizon: float | None) -> Vector:
    """Count what comes after the horizon as never."""
    return times if horizon is None else np.where(times <= horizon, times, np.inf)


def _target(
    target: int,
    reached: Vector,
    came: Numbers,
    level: float,
    horizon: float | None,
    calendar: Calendar,
) -> TargetForecast:
    times = _by(reached, horizon)
    ever = np.isfinite(times)
    chance = float(ever.mean())
    patients = None
    if ever.any():
        low, middle, high = _quantiles(came[ever].astype(np.float64), level)
        patients = (int(middle), int(low), int(high))
    return TargetForecast(
        target=target,
        when=predicted_date(times, level, calendar),
        chance=chance,
        chance_error=float(np.sqrt(chance * (1.0 - chance) / reached.size)),
        patients=patients,
    )


def predicted_date(times: Vector, level: float, calendar: Calendar) -> PredictedDate:
    """Give the median of drawn times, and an equal-tailed interval, with their dates.

    Witness: the quantiles, told on the calendar.
    """
    low, middle, high = (
        float(each) if np.isfinite(each) else None for each in _quantiles(times, level)
    )
    return PredictedDate(
        middle, low, high, calendar.on(middle), calendar.on(low), calendar.on(high)
    )


def _quantiles(values: Vector, level: float) -> Vector:
    heights = [(1.0 - level) / 2.0, 0.5, (1.0 + level) / 2.0]
    return np.asarray(np.quantile(values, heights, method="inverted_cdf"))


def _grid(pilot: _Drawn, cut: float, horizon: float | None) -> Vector:
    """Give times from 0 to where nearly all have come and had the last target's events."""
    end = cut
    for times in (*pilot.reached.T, pilot.last_entry):
        finite = times[np.isfinite(times)]
        most = float(np.quantile(times, FAR, method="inverted_cdf"))
        if np.isfinite(most) or horizon is not None:
            end = max(end, most)
        elif finite.size:  # many never get there: as far as the others
            end = max(end, float(np.quantile(finite, FAR)))
    end *= 1.0 + 1.0 / GRID
    return np.linspace(0.0, end if horizon is None else min(end, horizon), GRID)


def _fan(drawn: _Drawn, grid: Vector, calendar: Calendar) -> Fan:
    enrolled, events = (
        np.quantile(each, HEIGHTS, axis=0, method="inverted_cdf").astype(np.float64)
        for each in (drawn.enrolled, drawn.events)
    )
    return Fan(
        time=vector(grid),
        dates=tuple(calendar.on(float(each)) for each in grid),
        heights=HEIGHTS,
        enrolled=frozen(enrolled),
        events=frozen(events),
        expected_enrolled=vector(drawn.enrolled.mean(axis=0)),
        expected_events=vector(drawn.events.mean(axis=0)),
    )
