"""The world a survival design assumes: who comes when, and what happens to them.

Rates are per unit of the trial's time, constant on pieces; the last piece lasts forever.
Patients enter uniformly within a piece of the accrual.  Event and dropout times are
independent given arm and stratum.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.kernel.arrays import Vector, vector


@dataclass(frozen=True, slots=True)
class Piecewise:
    """A rate that is constant on pieces: `values[i]` from `starts[i]` on."""

    starts: Vector  # starts[0] = 0, increasing
    values: Vector

    def at(self, time: ArrayLike) -> Vector:
        """Give the rate at each time, right-continuous."""
        piece = np.searchsorted(self.starts, np.asarray(time, dtype=np.float64), side="right") - 1
        return np.asarray(self.values[np.maximum(piece, 0)], dtype=np.float64)

    def cumulative(self, time: ArrayLike) -> Vector:
        """Give the integral from 0 to each time."""
        t = np.atleast_1d(np.asarray(time, dtype=np.float64))
        ends = np.append(self.starts[1:], np.inf)
        spent = np.clip(t[:, None], self.starts, ends) - self.starts
        return np.asarray(spent @ self.values, dtype=np.float64)

    def times(self, factor: "Piecewise | float") -> "Piecewise":
        """Give the product with a number or with another piecewise rate."""
        if isinstance(factor, Piecewise):
            starts = np.union1d(self.starts, factor.starts)
            return Piecewise(vector(starts), vector(self.at(starts) * factor.at(starts)))
        return Piecewise(self.starts, vector(self.values * factor))


def constant_rate(rate: float) -> Piecewise:
    """Give a rate that never changes."""
    return Piecewise(vector([0.0]), vector([rate]))


@dataclass(frozen=True, slots=True)
class Accrual:
    """Patients per time unit, on pieces, from the first patient to the last."""

    starts: Vector  # starts[0] = 0, increasing
    rates: Vector
    duration: float  # the last piece ends here

    def enrolled(self, time: ArrayLike) -> Vector:
        """Give the expected number enrolled by each calendar time."""
        t = np.minimum(np.atleast_1d(np.asarray(time, dtype=np.float64)), self.duration)
        return Piecewise(self.starts, self.rates).cumulative(t)

    @property
    def patients(self) -> float:
        """The expected number enrolled in all."""
        return float(self.enrolled(self.duration)[0])


@dataclass(frozen=True, slots=True)
class StratumWorld:
    """The truth in one stratum.  The experimental hazard is the control's times the ratio."""

    name: str
    share: float  # of the patients; all shares add up to 1
    control_hazard: Piecewise
    hazard_ratio: Piecewise  # experimental over control; one piece: proportional hazards
    control_dropout: Piecewise
    experimental_dropout: Piecewise
    control_cured: float = 0.0  # fraction who never have the event (mixture cure model)
    experimental_cured: float = 0.0

    @property
    def experimental_hazard(self) -> Piecewise:
        """The hazard of the experimental arm (of those not cured)."""
        return self.control_hazard.times(self.hazard_ratio)


@dataclass(frozen=True, slots=True)
class SurvivalWorld:
    """Accrual, allocation and the truth in every stratum."""

    accrual: Accrual
    strata: tuple[StratumWorld, ...]
    allocation: float = 1.0  # patients in the experimental arm per patient in the control arm
    longest_follow_up: float = math.inf  # of each patient; infinite: until the analysis
    weibull_shape: float = 1.0  # κ: event hazards and their starts are on the clock t^κ
    accrual_by_stratum: tuple[Accrual, ...] = ()  # where strata enroll each in their own way

    @property
    def experimental_share(self) -> float:
        """The fraction of patients in the experimental arm."""
        return self.allocation / (1.0 + self.allocation)
