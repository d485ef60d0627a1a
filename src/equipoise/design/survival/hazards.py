"""Hazards from what protocols say of a disease: a median, survival at times, a yearly loss.

    constant hazard λ:  S(t) = e^{-λt},  median = log 2 / λ
    through points:     S(t_i) = s_i and hazard log(s_{i-1} / s_i) / (t_i - t_{i-1}) between them
    Weibull:            S(t) = e^{-(λt)^κ}, which has the constant hazard λ^κ on the clock t^κ;
                        give it to a world with `weibull_shape` κ

After the last point the last piece goes on for ever, unless a cured fraction is given.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_above_zero
from equipoise.design.survival.world import (
    Accrual,
    Piecewise,
    StratumWorld,
    SurvivalWorld,
    constant_rate,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector

Rate = float | Piecewise


def piecewise_rate(starts: Sequence[float], values: Sequence[float]) -> Piecewise:
    """Make a rate that is constant on pieces.

    Args:
        starts: of each piece; the first is 0.
        values: of each piece.

    >>> piecewise_rate([0, 6], [0.05, 0.03]).at([5.9, 6.0]).tolist()
    [0.05, 0.03]
    """
    return Piecewise(vector(list(starts)), vector(list(values)))


def hazard_from_median(median: float, *, shape: float = 1.0) -> Piecewise:
    """Make the hazard with this median, on the clock of a Weibull shape if one is given.

    Args:
        median: of survival, in the time unit.
        shape: of a Weibull distribution; 1 is exponential.

    Witness:
        closed form; plan-rpact-0120 (Weibull).

    >>> round(float(hazard_from_median(12).values[0]), 6)
    0.057762
    """
    check_above_zero(median, "A median")
    check_above_zero(shape, "A Weibull shape")
    return constant_rate(math.log(2.0) / median**shape)


def hazard_from_survival(
    times: Sequence[float], survival: Sequence[float], *, shape: float = 1.0
) -> Piecewise:
    """Make the hazard whose survival goes through the points given, constant between them.

    With a Weibull shape it is constant on the clock t^shape, and starts are told on that clock.

    Args:
        times: increasing.
        survival: survival probabilities at these times.
        shape: of a Weibull distribution; 1 is exponential.

    Raises:
        DesignError: times that do not increase from above 0, or survival that does not fall.
    Witness:
        closed form.

    >>> hazard_from_survival([12, 24], [0.7, 0.7 * 0.6]).values.round(6).tolist()
    [0.029723, 0.042569]
    """
    check_above_zero(shape, "A Weibull shape")
    at = np.concatenate([[0.0], np.asarray(times, dtype=np.float64)])
    alive = np.concatenate([[1.0], np.asarray(survival, dtype=np.float64)])
    if at.size != alive.size or at.size == 1 or not float(np.diff(at).min()) > 0:
        raise DesignError(
            f"Survival needs times that increase from above 0, one for each value; found times "
            f"{list(times)} for survival {list(survival)}."
        )
    if not (float(np.diff(alive).max()) <= 0 and float(alive[-1]) > 0):
        raise DesignError(
            f"Survival must not rise and must stay above 0; found {list(survival)}. For a curve "
            "that ends at 0 stop at an earlier point."
        )
    clock = at**shape
    return Piecewise(vector(clock[:-1]), vector(-np.diff(np.log(alive)) / np.diff(clock)))


def hazard_from_probability(probability: float, by: float, *, shape: float = 1.0) -> Piecewise:
    """Make the constant hazard with this probability of an event (or of dropout) by a time.

    Args:
        probability: of an event.
        by: the time until which.
        shape: of a Weibull distribution; 1 is exponential.

    Witness:
        plan-rpact-0064 (event rates), rps02 (dropout), plan-rpact-0123 (Weibull).

    >>> round(float(hazard_from_probability(0.05, 12).values[0]), 7)  # 5% leave in a year
    0.0042744
    """
    check_above_zero(by, "The time of a probability")
    check_above_zero(shape, "A Weibull shape")
    if not 0 <= probability < 1:
        raise DesignError(f"A probability must be from 0 to below 1; found {probability:g}.")
    return constant_rate(-math.log1p(-probability) / by**shape)


def weibull_hazard(rate: float, shape: float) -> Piecewise:
    """Make the hazard of S(t) = exp(-(rate t)^shape), on the clock t^shape.

    Args:
        rate: per time unit.
        shape: of a Weibull distribution; 1 is exponential.

    Witness:
        plan-rpact-0122.

    >>> float(weibull_hazard(0.5, 2.0).values[0])
    0.25
    """
    check_above_zero(shape, "A Weibull shape")
    check_above_zero(rate, "A Weibull rate")
    return constant_rate(rate**shape)


def survival_at(
    hazard: Piecewise, time: ArrayLike, *, cured: float = 0.0, shape: float = 1.0
) -> Vector:
    """Give the survival at each time under a hazard.

    Args:
        hazard: per time unit.
        time: (times,) since entry.
        cured: share of patients who never have the event.
        shape: of a Weibull distribution; 1 is exponential.

    Witness:
        closed form.

    >>> survival_at(hazard_from_median(12), [12.0, 24.0]).round(12).tolist()
    [0.5, 0.25]
    """
    cumulative = hazard.cumulative(np.asarray(time, dtype=np.float64) ** shape)
    return vector(cured + (1.0 - cured) * np.exp(-cumulative))


def median_survival(hazard: Piecewise, *, cured: float = 0.0, shape: float = 1.0) -> float:
    """Give the median under a hazard; infinite where half never have the event.

    Args:
        hazard: per time unit.
        cured: share of patients who never have the event.
        shape: of a Weibull distribution; 1 is exponential.

    Witness:
        inverse of `hazard_from_median`; plan-rpact-0064.

    >>> round(median_survival(piecewise_rate([0, 10], [0.05, 0.1])), 6)
    11.931472
    """
    if cured >= 0.5:  # noqa: PLR2004 - half
        return math.inf
    needed = -math.log((0.5 - cured) / (1.0 - cured))
    reached = hazard.cumulative(hazard.starts)
    place = int(np.searchsorted(reached, needed, side="right")) - 1
    rate = float(hazard.values[place])
    if rate == 0.0:
        return math.inf
    return float((hazard.starts[place] + (needed - reached[place]) / rate) ** (1.0 / shape))


def accrual(duration: float, rate: Rate = 1.0, *, patients: float | None = None) -> Accrual:
    """Make an accrual from its duration and its rate, scaled to a number of patients if given.

    Args:
        duration: of enrollment.
        rate: patients per time unit, all arms; constant, or `Piecewise`.
        patients: to enroll in all, instead of a rate.

    >>> accrual(24, patients=240).rates.tolist()
    [10.0]
    """
    pieces = rate if isinstance(rate, Piecewise) else constant_rate(rate)
    made = Accrual(pieces.starts, pieces.values, duration)
    if patients is None:
        return made
    if not made.patients > 0:
        raise DesignError(
            "The accrual enrolls nobody, so it cannot be scaled; give a rate above 0."
        )
    return Accrual(made.starts, vector(made.rates * (patients / made.patients)), duration)


def one_stratum(
    enrollment: Accrual,
    control: Rate,
    hazard_ratio: Rate,
    *,
    dropout: Rate | tuple[Rate, Rate] = 0.0,
    allocation: float = 1.0,
    cured: float | tuple[float, float] = 0.0,
) -> SurvivalWorld:
    """Make the world of a trial without strata.

    Args:
        enrollment: who comes when.
        control: the control arm's hazard.
        hazard_ratio: experimental over control.
        dropout: its hazard, one for both arms or (control, experimental).
        allocation: patients in the experimental arm per patient in the control arm.
        cured: fraction who never have the event, one for both arms or (control, experimental).

    >>> world = one_stratum(accrual(24, 10), hazard_from_median(12), 0.7, dropout=0.005)
    >>> world.accrual.patients
    240.0
    """
    leaving = dropout if isinstance(dropout, tuple) else (dropout, dropout)
    never = cured if isinstance(cured, tuple) else (cured, cured)
    stratum = StratumWorld(
        name="all",
        share=1.0,
        control_hazard=rate_of(control),
        hazard_ratio=rate_of(hazard_ratio),
        control_dropout=rate_of(leaving[0]),
        experimental_dropout=rate_of(leaving[1]),
        control_cured=never[0],
        experimental_cured=never[1],
    )
    return SurvivalWorld(enrollment, (stratum,), allocation)


def rate_of(rate: Rate) -> Piecewise:
    """Give a rate as pieces."""
    return rate if isinstance(rate, Piecewise) else constant_rate(rate)
