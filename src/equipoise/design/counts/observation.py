"""For how long patients are observed, and the information that has come in by a calendar time.

A patient who entered at e and has not dropped out is observed at calendar time τ for
min(τ - e, cap).  Over n patients of an arm, N(x) the fraction entered by x and S(s) the chance
of no dropout by s, with f(s) = λs / (1 + kλs),

    information by τ = n ∫₀^min(τ, cap) f′(s) S(s) N(τ - s) ds,     f′(s) = λ / (1 + kλs)²;

expected events likewise with λ for f′.  N is piecewise linear (entry uniform within pieces), so
we integrate between its knots.  Alternatively patients enter at n evenly spaced moments from the
first day to the last (of each piece of the accrual), as in rpact: then it is a plain sum.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from equipoise.design.rounding import whole_number
from equipoise.design.survival.world import Accrual, Piecewise, constant_rate
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.quadrature import panels

TINY = 1e-300
GRADED = np.concatenate([[0.0], 0.5 ** np.arange(10, 0, -1)])  # finer where 1 + kλs bends


@dataclass(frozen=True, slots=True)
class Observation:
    """How patients come, how long they are followed, and how many leave."""

    exposure: float | None = None  # at most so long for each patient; None: to the end of the trial
    accrual: Accrual | None = None  # None: calendar time plays no part, all have the full exposure
    follow_up: float | None = None  # of the last patient; None: the exposure, or solved for
    control_dropout: Piecewise = field(default_factory=lambda: constant_rate(0.0))
    experimental_dropout: Piecewise = field(default_factory=lambda: constant_rate(0.0))
    entry: Literal["uniform", "evenly spaced"] = "uniform"

    def __post_init__(self) -> None:
        if self.exposure is None and self.accrual is None:
            raise DesignError(
                "Neither an exposure nor an accrual is given; give how long each patient is "
                "observed, or how patients enter and how long the last is followed."
            )
        for name, time in (("exposure", self.exposure), ("follow-up", self.follow_up)):
            if time is not None and not (np.isfinite(time) and time >= 0):
                raise DesignError(f"The {name} is {time:g}; give a time of 0 or more.")
        if self.exposure == 0:
            raise DesignError("The exposure is 0; give a time above 0.")
        if self.entry == "evenly spaced" and self.drops_out:
            raise DesignError(
                'Evenly spaced entry takes no dropout; use entry="uniform", or leave it out.'
            )

    @property
    def drops_out(self) -> bool:
        """Whether anyone leaves early."""
        rates = (self.control_dropout.values, self.experimental_dropout.values)
        return any(bool((rate > 0).any()) for rate in rates)

    @property
    def duration(self) -> float | None:
        """When the last patient's observation ends; None where it is to be solved for."""
        entered = 0.0 if self.accrual is None else self.accrual.duration
        if self.follow_up is not None:
            return entered + self.follow_up
        return None if self.exposure is None else entered + self.exposure

    @property
    def longest(self) -> float:
        """The longest that a patient can be observed."""
        return np.inf if self.exposure is None else self.exposure

    @property
    def full_exposure(self) -> bool:
        """Whether every patient who stays is observed for the whole exposure."""
        follow_up = np.inf if self.follow_up is None else self.follow_up
        return self.exposure is not None and follow_up >= self.exposure


@dataclass(frozen=True, slots=True)
class Seen:
    """What has been observed of an arm: each patient's time, or the weight of each moment."""

    time: Vector  # of each patient, or since entry
    weight: Vector | None  # patients (ds) S(s) N(τ - s); None where `time` is of each patient

    def information(self, rates: Vector, dispersion: float) -> Vector:
        """Give the information on the log rate for each of several rates."""
        if self.weight is None:
            mean = np.multiply.outer(rates, self.time)
            return np.asarray((mean / (1 + dispersion * mean)).sum(axis=1))
        bent = 1 + np.multiply.outer(dispersion * rates, self.time)
        return np.asarray((bent**-2.0) @ self.weight * rates)


@dataclass(frozen=True, slots=True)
class ArmCourse:
    """One arm of a trial, as observed."""

    observation: Observation
    dropout: Piecewise
    patients: float
    share: float  # of all patients

    def entered(self, time: float) -> float:
        """Give how many patients have entered by a calendar time."""
        accrual = self.observation.accrual
        if accrual is None:
            return self.patients
        if self.observation.entry == "evenly spaced":
            return float(np.count_nonzero(self.moments() <= time * (1 + 1e-12)))
        return self.patients * float(accrual.enrolled(time)[0]) / accrual.patients

    def moments(self) -> Vector:
        """Give the evenly spaced moments at which the patients enter, piece by piece."""
        accrual = self.observation.accrual
        if accrual is None:
            return np.zeros(max(1, whole_number(self.patients)))
        ends = np.append(accrual.starts[1:], accrual.duration)
        rate = accrual.rates * self.patients / accrual.patients
        wait = np.where(accrual.starts > 0, self.share / np.maximum(rate, TINY), 0.0)
        count = [whole_number(n) for n in (ends - accrual.starts) * rate]
        pieces = zip(accrual.starts + wait, ends, count, strict=True)
        return np.concatenate([np.linspace(*piece) for piece in pieces])

    def information(self, rate: float, dispersion: float, time: float) -> float:
        """Give the information on the log rate that has come in by a calendar time.

        Accuracy: 1e-12 relative.

        Witness: rpact's sums over patients (evenly spaced); double integration (uniform).
        """
        return float(self.seen(time).information(np.array([rate]), dispersion)[0])

    def events(self, rate: float, time: float) -> float:
        """Give the expected events by a calendar time.

        Witness: law: the information when the dispersion is 0.
        """
        return self.information(rate, 0.0, time)

    def seen(self, time: float) -> "Seen":
        """Give what has been observed of the arm by a calendar time."""
        seen = self.observation
        if seen.entry == "evenly spaced":
            return Seen(np.clip(time - self.moments(), 0.0, seen.longest), None)
        end = min(time, seen.longest)
        if end <= 0:
            return Seen(np.zeros(1), np.zeros(1))
        knots = [np.array([0.0, end]), self.dropout.starts]
        if seen.accrual is not None:
            knots += [time - seen.accrual.starts, np.array([time - seen.accrual.duration])]
        edges = np.unique(np.concatenate(knots))
        edges = edges[(edges >= 0) & (edges <= end)]
        fine = (edges[:-1, None] + np.diff(edges)[:, None] * GRADED).ravel()
        since, width = panels(np.append(fine, end))
        staying = np.exp(-self.dropout.cumulative(since))
        if seen.accrual is None:
            return Seen(since, self.patients * width * staying)
        fraction = seen.accrual.enrolled(time - since) / seen.accrual.patients
        return Seen(since, self.patients * width * staying * fraction)


def arms(
    observation: Observation, control: float, experimental: float
) -> tuple[ArmCourse, ArmCourse]:
    """Give the control and the experimental arm with so many patients each."""
    total = control + experimental
    return (
        ArmCourse(observation, observation.control_dropout, control, control / total),
        ArmCourse(
            observation, observation.experimental_dropout, experimental, experimental / total
        ),
    )
