"""Told from the replicates: chances with their Monte Carlo error, spreads, dates, costs."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Flags
from equipoise.monitor.bounds.rules import EFFICACY, FUTILITY, HARM, NOT_TESTED
from equipoise.protocol.trial import DAYS_PER
from equipoise.simulate.characteristics.monte_carlo import (
    SHARES,
    Mean,
    Probability,
    Quantile,
    Spread,
    probability,
)
from equipoise.simulate.rest.values import (
    HypothesisRest,
    LookToCome,
    Replicates,
    StoppingNow,
)


@dataclass(frozen=True, slots=True)
class Now:
    """What is known at the cut."""

    look: int  # number of the latest look
    time: float  # calendar, since the first randomization
    first_randomized: date
    time_unit: str
    patients: int
    events: int


def chance(happened: Flags) -> Probability:
    """Give how often something happened, of one replicate or more."""
    found = probability(int(happened.sum()), int(happened.size))
    assert found is not None  # noqa: S101 - there is a replicate
    return found


def spread_of(values: NDArray[np.generic]) -> Spread | None:
    """Give mean, quantiles and extremes of the finite numbers; None where there are none.

    Witness: NumPy's mean and quantiles.

    >>> spread_of(np.array([1.0, 2.0, 3.0, np.inf])).median
    2.0
    """
    told = np.asarray(values, dtype=np.float64)
    told = told[np.isfinite(told)]
    if not told.size:
        return None
    sd = float(told.std(ddof=1)) if told.size > 1 else 0.0
    average = Mean(float(told.mean()), sd / sqrt(told.size), sd, int(told.size))

    def quantile(share: float) -> Quantile:
        step = sqrt(share * (1.0 - share) / told.size)
        asked = [max(share - step, 0.0), share, min(share + step, 1.0)]
        low, middle, high = np.quantile(told, asked).tolist()
        return Quantile(share, middle, (high - low) / 2.0)

    return Spread(average, tuple(map(quantile, SHARES)), float(told.min()), float(told.max()))


def hypothesis_rest(
    named: tuple[str, str, str],
    column: int,
    every: Replicates,
    now: Now,
    *,
    claimed: bool,
    given_up: bool,
    alone: Probability | None,
) -> HypothesisRest:
    """Tell what the looks to come bring one hypothesis.

    Args:
        named: its id, label and endpoint.
        column: its place in `every`.
        every: the looks to come.
        now: what is known at the cut.
        claimed: already.
        given_up: already.
        alone: chance of a claim by itself.
    """
    hypothesis, label, endpoint = named
    crossed = (every.decision[:, :, column] == EFFICACY).any(axis=1)
    return HypothesisRest(
        hypothesis=hypothesis,
        label=label,
        endpoint=endpoint,
        claimed=claimed,
        given_up=given_up,
        power=chance(crossed | claimed),
        alone=alone,
        looks=tuple(_look(column, look, every, now) for look in range(every.time.shape[1])),
    )


def _look(column: int, look: int, every: Replicates, now: Now) -> LookToCome:
    decided = every.decision[:, look, column]
    time = spread_of(every.time[:, look])
    return LookToCome(
        look=now.look + 1 + look,
        tested=chance(decided != NOT_TESTED),
        efficacy=chance(decided == EFFICACY),
        futility=chance(decided == FUTILITY),
        harm=chance(decided == HARM),
        time=time,
        dates=() if time is None else tuple(_date(now, each.value) for each in time.quantiles),
        information=spread_of(every.information[:, look, column]),
        z=spread_of(every.z[:, look, column]),
        effect=spread_of(every.effect[:, look, column]),
    )


def _date(now: Now, time: float) -> date:
    return now.first_randomized + timedelta(days=round(time * DAYS_PER[now.time_unit]))


def stopping_now(claim: Probability, every: Replicates, now: Now) -> StoppingNow:
    """Tell what going on until the rules end the trial takes, replicate by replicate."""
    rows = np.arange(every.stopped.size)
    end = every.stopped
    more = (
        spread_of(every.patients[rows, end] - now.patients),
        spread_of(every.events[rows, end] - now.events),
        spread_of(every.time[rows, end] - now.time),
    )
    patients, events, time = more
    assert patients is not None  # noqa: S101 - counts are finite, and there is a replicate
    assert events is not None  # noqa: S101
    return StoppingNow(
        claim=claim,
        patients=patients,
        events=events,
        time=time,
        ends=tuple(chance(end == look) for look in range(every.time.shape[1])),
    )
