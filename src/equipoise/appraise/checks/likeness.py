"""How far is what simulated trials print from what is printed, number by number?

Each number has a scale: of a rate its standard error without censoring, √(S (1 - S) / n); of a
printed standard error `OF_ERROR` of it; of events √(d + 1).  The distance of a trial is the root of
the sum of squared differences over their scales.

The nearest of many trials need not be near.  Where what is printed lies among them, the nearest lie
on all sides of it, and their mean difference is near 0; where it lies outside, all are on one side,
and the regression that sets z to what is printed goes on beyond the trials it is of.  A number from
which the mean of those kept is more than `FAR` of its scales is not matched.
"""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from equipoise.appraise.checks.to_match import Printed
from equipoise.appraise.claims.intervals import Range
from equipoise.kernel.arrays import Matrix, Vector, frozen

Kind: TypeAlias = Literal["rates", "standard errors", "events"]
OF_ERROR = 0.15
FAR = 1.5  # scales: about 1 in 100 honest trials have a number so far


class Aim(NamedTuple):
    """One printed number that trials must match."""

    kind: Kind
    arm: int | None  # 0 control, 1 experimental; None: both together
    time: float | None
    printed: float
    scale: float


class Unmatched(NamedTuple):
    """A printed number from which the trials that were kept are far."""

    aim: Aim
    kept: float  # mean


def aims_of(printed: Printed) -> tuple[Aim, ...]:
    """List what trials must match, in the order of `differences`.

    Args:
        printed: by the claim.

    Witness: the claim itself.
    """
    aims = []
    for arm, rates in enumerate(printed.rates):
        size = printed.patients[arm].middle
        for time, rate in zip(printed.times, rates, strict=True):
            aims.append(Aim("rates", arm, time, rate, float(np.sqrt(rate * (1 - rate) / size))))
    for place, own in enumerate(printed.errors):
        if own is not None:
            arm, at = divmod(place, len(printed.times))
            scale = OF_ERROR * own.middle
            aims.append(Aim("standard errors", arm, printed.times[at], own.middle, scale))
    for arm, count in enumerate(printed.events):
        if count is not None:
            aims.append(_events(arm, count))
    if printed.events_in_all is not None:
        aims.append(_events(None, printed.events_in_all))
    return tuple(aims)


def _events(arm: int | None, count: Range) -> Aim:
    return Aim("events", arm, None, count.middle, float(np.sqrt(count.middle + 1.0)))


def differences(printed: Printed, rate: Matrix, error: Matrix, events: Matrix) -> Matrix:
    """Give how far trials are from what is printed, in scales, by trial and aim.

    Args:
        printed: by the claim.
        rate: of trials, (trials, 2 · times), control first; nan where a trial has none.
        error: standard errors of the rates.
        events: (trials, 2).

    Witness: the numbers of the trials themselves.
    """
    columns = []
    for aim in aims_of(printed):
        if aim.kind == "events":
            found = events.sum(axis=1) if aim.arm is None else events[:, aim.arm]
        else:
            at = 0 if aim.time is None else printed.times.index(aim.time)
            source = rate if aim.kind == "rates" else error
            found = source[:, (aim.arm or 0) * len(printed.times) + at]
        columns.append((found - aim.printed) / aim.scale)
    return frozen(np.column_stack(columns))


def unmatched(aims: tuple[Aim, ...], off: Matrix, weight: Vector) -> tuple[Unmatched, ...]:
    """Give the numbers from which kept trials are far.

    Args:
        aims: what they should match.
        off: in scales, by trial and aim.
        weight: of the trials.

    Witness: none where what is printed is what one of the trials printed.
    """
    mean = weight @ off / weight.sum()
    return tuple(
        Unmatched(aim, float(aim.printed + aim.scale * each))
        for aim, each in zip(aims, mean, strict=True)
        if abs(each) > FAR
    )
