"""Sequential bounds on a rate of harm per exposure, continuously or at looks, exactly.

With μ the events expected at the acceptable rate so far and x those seen, the statistic is

    max-sprt          x log(x/μ) - (x - μ)  for x > μ     (Kulldorff et al. 2011)
    pocock            -log P(N ≥ x; μ)
    o'brien-fleming   (x - μ) / √M, with M the μ of the last look: the same excess throughout

and the trial stops where it reaches the critical value, the smallest that stops an
acceptable arm with a chance of at most `level`.  Without looks surveillance is continuous:
the boundary is then the exposure by which the c-th event has come too early.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import xlogy

from equipoise.design.printing import Printed
from equipoise.design.safety.statistics import least_critical
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Matrix, Vector, codes, vector
from equipoise.kernel.poisson_walk import (
    expected_exposure,
    going_on,
    going_on_at,
    poisson_going,
    poisson_tail,
)
from equipoise.kernel.root import root_between

PoissonMethod = Literal["max-sprt", "pocock", "o'brien-fleming"]
HALVINGS = 80
CURVE = 41
DIGITS = 12  # statistics closer than this differ by rounding only
SLACK = 1e-9
MOST_EVENTS = 1000.0  # expected at the acceptable rate


@dataclass(frozen=True, slots=True)
class PoissonQuestion:
    """What was asked of a bound on a rate."""

    acceptable: float  # events per unit of exposure
    exposure: float  # at the end, in those units
    level: float  # largest chance of stopping an acceptable arm
    method: PoissonMethod = "max-sprt"
    looks: tuple[float, ...] | None = None  # exposures; None: continuously (max-sprt)
    unacceptable: float | None = None
    first_events: int = 1  # no stopping before so many events


@dataclass(frozen=True, slots=True)
class RateStoppingAt:
    """What the boundary does at one true rate."""

    rate: float
    stopping: float
    expected_exposure: float
    expected_events: float


@dataclass(frozen=True, slots=True, repr=False)
class PoissonBoundary(Printed):
    """When a rate of harm stops the trial, and how likely that is."""

    asked: PoissonQuestion
    boundary: tuple[tuple[int, float], ...]  # (events, stop if reached by this exposure)
    critical_value: float  # of the statistic; a tail probability for "pocock"
    acceptable: RateStoppingAt
    unacceptable: RateStoppingAt | None
    curve: tuple[RateStoppingAt, ...]
    assumed: tuple[str, ...]

    def at(self, rate: float) -> RateStoppingAt:
        """Give the chance of stopping, and what it costs, at any true rate.

        Witness: simulation-free recursion on a fine grid of looks (tests/twice).
        """
        return _stopping(_stops(self.asked, self.boundary), rate)


@dataclass(frozen=True, slots=True)
class _Stops:
    stop_at: Codes
    exposure: Vector
    going: Matrix
    continuous: bool


def poisson_boundary(asked: PoissonQuestion) -> PoissonBoundary:
    """Find the boundary with the largest chance of stopping that keeps the level.

    Raises:
        DesignError: The question contradicts itself, or no boundary keeps its level.

    Accuracy: 1e-10 in the critical value of the continuous test.

    Witness: Kulldorff et al. (2011), table 1, to 1e-6; discrete recursion (tests/twice).

    >>> question = PoissonQuestion(acceptable=1.0, exposure=10.0, level=0.05)
    >>> round(poisson_boundary(question).critical_value, 6)
    3.467952
    """
    _check(asked)
    if asked.looks is None:
        critical = _continuous_critical(asked)
        boundary = _continuous(asked, critical)
    else:
        critical, boundary = _at_looks(asked)
    stops = _stops(asked, boundary)
    furthest = 2.0 * (asked.unacceptable or 2.0 * asked.acceptable)
    return PoissonBoundary(
        asked=asked,
        boundary=boundary,
        critical_value=float(np.exp(-critical)) if asked.method == "pocock" else critical,
        acceptable=_stopping(stops, asked.acceptable),
        unacceptable=None if asked.unacceptable is None else _stopping(stops, asked.unacceptable),
        curve=tuple(_stopping(stops, rate) for rate in np.linspace(0.0, furthest, CURVE).tolist()),
        assumed=(
            "Events are a Poisson process with a constant rate per exposure.",
            "Surveillance is continuous."
            if asked.looks is None
            else f"Looked at {len(asked.looks)} times.",
        ),
    )


def _continuous(asked: PoissonQuestion, critical: float) -> tuple[tuple[int, float], ...]:
    """Give for each event the exposure by which it stops the trial, up to the last exposure."""
    most = asked.acceptable * asked.exposure
    count = np.arange(asked.first_events, _enough(most, critical) + 1, dtype=np.float64)
    by = _latest(count, critical)
    return tuple(
        (int(c), t / asked.acceptable) for c, t in zip(count, by.tolist(), strict=True) if t < most
    )


def _enough(mean: float, critical: float) -> int:
    """Count the events whose statistic at `mean` certainly reaches the critical value."""
    count = int(np.ceil(mean)) + 1
    while count * np.log(count / mean) - (count - mean) < critical:
        count += max(1, count // 16)
    return count


def _latest(count: Vector, critical: float) -> Vector:
    """Solve count log(count / μ) - (count - μ) = critical for μ < count, by halving log μ."""
    low, high = np.log(count) - critical / count - 1.0, np.log(count)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        mean = np.exp(middle)
        above = count * (np.log(count) - middle) - (count - mean) > critical
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(np.exp((low + high) / 2), dtype=np.float64)


def _continuous_critical(asked: PoissonQuestion) -> float:
    def chance(critical: float) -> float:
        return _chance_to_stop(asked, _continuous(asked, critical))

    low, high = 1e-9, 1.0
    if chance(low) < asked.level:
        raise DesignError(
            f"Within an exposure of {asked.exposure:g} an acceptable arm has {asked.first_events} "
            f"events or more with a chance of at most {chance(low):.3g}, below the level "
            f"{asked.level:g}. Lower the level, ask for fewer first events or plan more exposure."
        )
    while chance(high) > asked.level:
        low, high = high, 2 * high
    return root_between(lambda critical: chance(critical) - asked.level, low, high)


def _at_looks(asked: PoissonQuestion) -> tuple[float, tuple[tuple[int, float], ...]]:
    """Calibrate among all critical values that differ at the looks."""
    exposure = np.asarray(asked.looks, dtype=np.float64)
    mean = exposure * asked.acceptable
    size = int(np.ceil(mean[-1] + 12 * np.sqrt(mean[-1] + 12) + 12))
    count = np.arange(size + 1, dtype=np.float64)
    statistic = np.round(_statistic(asked.method, count, mean[:, None]), DIGITS)
    statistic[:, : asked.first_events] = -np.inf
    candidates = np.unique(statistic[np.isfinite(statistic) & (statistic > 0)])

    def rows(critical: float) -> tuple[tuple[int, float], ...]:
        reached = statistic >= critical
        first = np.where(reached.any(axis=1), reached.argmax(axis=1), size)
        return tuple(zip(first.tolist(), exposure.tolist(), strict=True))

    def chance(critical: float) -> float:
        return _chance_to_stop(asked, rows(critical))

    if chance(candidates[-1]) > asked.level:
        raise DesignError(f"No boundary keeps a level as small as {asked.level:g}. Raise it.")
    critical = least_critical(candidates, chance, asked.level)
    return critical, rows(critical)


def _statistic(method: PoissonMethod, count: Vector, mean: Vector) -> Matrix:
    if method == "max-sprt":
        ratio = xlogy(count, count / mean) - (count - mean)
        return np.where(count > mean, ratio, 0.0)
    if method == "pocock":
        with np.errstate(divide="ignore"):
            return np.asarray(-np.log(poisson_tail(count, mean)), dtype=np.float64)
    return np.asarray((count - mean) / np.sqrt(mean[-1]), dtype=np.float64)


def _stops(asked: PoissonQuestion, boundary: tuple[tuple[int, float], ...]) -> _Stops:
    stop_at, at = _courses(asked, boundary)
    return _Stops(stop_at, at, poisson_going(stop_at, at), continuous=asked.looks is None)


def _courses(
    asked: PoissonQuestion, boundary: tuple[tuple[int, float], ...]
) -> tuple[Codes, Vector]:
    """Give when the events are counted, and how many stop."""
    events = [count for count, _ in boundary]
    exposure = [at for _, at in boundary]
    if asked.looks is None:  # the event after the last of the boundary comes too late to stop
        events.append(events[-1] + 1 if events else asked.first_events)
        exposure.append(asked.exposure)
    return codes(np.maximum.accumulate(events)), vector(exposure)


def _chance_to_stop(asked: PoissonQuestion, boundary: tuple[tuple[int, float], ...]) -> float:
    """Give the chance of stopping an acceptable arm."""
    return 1.0 - going_on_at(*_courses(asked, boundary), asked.acceptable)


def _stopping(stops: _Stops, rate: float) -> RateStoppingAt:
    still = going_on(stops.going, stops.exposure, vector(rate))[:, 0]
    if stops.continuous:
        spent = expected_exposure(stops.going, stops.stop_at, stops.exposure, rate)
    else:
        spent = float(np.append(1.0, still[:-1]) @ np.diff(stops.exposure, prepend=0.0))
    return RateStoppingAt(rate, float(1.0 - still[-1]), spent, rate * spent)


def _check(asked: PoissonQuestion) -> None:
    if not (asked.acceptable > 0 and asked.exposure > 0):
        raise DesignError(
            f"The acceptable rate and the exposure must be positive, found {asked.acceptable:g} "
            f"and {asked.exposure:g}."
        )
    if asked.acceptable * asked.exposure > MOST_EVENTS:
        raise DesignError(
            f"{asked.acceptable * asked.exposure:g} expected events are more than the exact "
            f"recursion follows ({MOST_EVENTS:g}). Shorten the exposure."
        )
    if not 0 < asked.level < 1:
        raise DesignError(f"The level must lie between 0 and 1, found {asked.level:g}.")
    if asked.unacceptable is not None and asked.unacceptable <= asked.acceptable:
        raise DesignError(
            f"The unacceptable rate must exceed the acceptable {asked.acceptable:g}, found "
            f"{asked.unacceptable:g}."
        )
    if asked.first_events < 1:
        raise DesignError(f"First events must be at least 1, found {asked.first_events}.")
    if asked.looks is None and asked.method != "max-sprt":
        raise DesignError(
            f"Continuous surveillance uses max-sprt, found {asked.method}. Give looks for it."
        )
    looks = np.asarray(asked.looks if asked.looks is not None else (asked.exposure,))
    if looks.size == 0 or looks[0] <= 0 or (np.diff(looks) <= 0).any():
        raise DesignError(f"Exposures at looks must increase from above 0, found {looks.tolist()}.")
    if abs(looks[-1] / asked.exposure - 1) > SLACK:
        raise DesignError(
            f"The last look comes at {looks[-1]:g}, the exposure ends at {asked.exposure:g}. "
            "Make them equal."
        )
