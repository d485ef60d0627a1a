"""Honest trials: made, analyzed by the methods of the house, and reported with ordinary rounding.

They count false alarms: nothing in them is wrong.  Each trial has its own truth, of kinds that
differ from those of `matching`: Weibull hazards with a cured part, an effect that is
proportional, late, early or crossing, deaths after progression, strata that matter, accrual that
speeds up, loss that may differ between arms.  Trial number i takes stream (seed, i).
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector

EFFECTS = ("proportional", "late", "early", "crossing")
SHARES = (0.6, 0.15, 0.15, 0.1)
STEPS = 400  # of the table by which times are drawn
LONGEST = 20.0  # horizons


@dataclass(frozen=True, slots=True)
class Endpoint:
    """When each patient was last seen, and whether with the event."""

    time: Vector
    event: Flags


@dataclass(frozen=True, slots=True)
class HonestTrial:
    """The patients of one trial, arm 0 control; times in months."""

    arm: Codes
    stratum: Codes
    progression_free: Endpoint  # progression or death
    survival: Endpoint
    potential: Vector  # follow-up had nobody died or been lost
    responder: Flags
    assessed: Flags  # for response
    horizon: float  # at which rates are reported
    accrual: float  # duration


def honest_trial(rng: np.random.Generator) -> HonestTrial:
    """Draw one trial.

    Args:
        rng: of all its numbers.

    Witness: rates and hazard ratios of large trials are those of their truth.
    """
    control = int(np.exp(rng.uniform(np.log(25), np.log(300))))
    treated = control + int(rng.integers(-2, 3)) if rng.random() < 0.8 else 2 * control  # noqa: PLR2004
    arm = np.repeat([0, 1], [control, treated])
    horizon = float(rng.choice([12.0, 24.0, 36.0, 60.0]))
    stratum = (rng.random(arm.size) < rng.uniform(0.3, 0.7)).astype(np.int64)
    frail = np.exp(rng.choice([0.0, 0.4, 0.8]) * stratum)
    progression = _event_times(arm, frail, horizon, rng)
    fatal = rng.random(arm.size) < rng.uniform(0.1, 0.5)
    after = rng.exponential(horizon * rng.uniform(0.2, 1.5), arm.size)
    death = np.where(fatal, progression, progression + after)
    accrual = horizon * rng.uniform(0.3, 2.5)
    shortest = horizon * rng.uniform(0.0, 1.0)
    potential = shortest + accrual * rng.random(arm.size) ** rng.uniform(0.6, 1.5)
    lost = rng.exponential(1.0, arm.size) * _time_lost(arm, horizon, rng)
    seen = np.minimum(potential, lost)
    rate = rng.uniform(0.15, 0.7)
    odds = np.exp(rng.normal(0.4, 0.6))
    chance = np.where(arm == 1, rate * odds / (1 - rate + rate * odds), rate)
    return HonestTrial(
        arm=codes(arm),
        stratum=codes(stratum),
        progression_free=_observed(progression, seen),
        survival=_observed(death, seen),
        potential=vector(potential),
        responder=flags(rng.random(arm.size) < chance),
        assessed=flags(rng.random(arm.size) < (1.0 if rng.random() < 0.7 else 0.93)),  # noqa: PLR2004
        horizon=horizon,
        accrual=float(accrual),
    )


def _observed(event: Vector, seen: Vector) -> Endpoint:
    """Cut at the end of follow-up, and round to days."""
    happened = event <= seen
    days = np.maximum(np.ceil(np.minimum(event, seen) * 30.4375), 1.0)
    return Endpoint(vector(days / 30.4375), flags(happened))


def _time_lost(arm: Codes, horizon: float, rng: np.random.Generator) -> Vector:
    """Give each patient's mean time to loss: often alike in the arms."""
    first = horizon / -np.log1p(-rng.uniform(0.0, 0.12))
    other = first if rng.random() < 0.7 else horizon / -np.log1p(-rng.uniform(0.0, 0.12))  # noqa: PLR2004
    return np.asarray(np.where(arm == 1, other, first), dtype=np.float64)


def _event_times(arm: Codes, frail: Vector, horizon: float, rng: np.random.Generator) -> Vector:
    """Draw times by inverting the cumulative hazard on a fine table; cured patients never."""
    shape, left = rng.uniform(0.7, 1.5), rng.uniform(0.15, 0.85)
    time = np.linspace(0.0, LONGEST, STEPS * 4 + 1) * horizon
    hazard = -np.log(left) * np.diff((time / horizon) ** shape)
    middle = 0.5 * (time[1:] + time[:-1]) / horizon
    ratio = _ratio(middle, rng)
    cured = rng.uniform(0.0, 0.4) if rng.random() < 0.3 else 0.0  # noqa: PLR2004
    wanted = rng.exponential(1.0, arm.size) / frail
    result = np.empty(arm.size)
    for each, steps in ((0, hazard), (1, hazard * ratio)):
        total = np.concatenate([[0.0], np.cumsum(steps)])
        own = arm == each
        result[own] = np.interp(wanted[own], total, time, right=np.inf)
    return np.where(rng.random(arm.size) < cured, np.inf, result)


def _ratio(time: Vector, rng: np.random.Generator) -> Vector:
    """Give the hazard ratio by time, in horizons."""
    size = float(np.exp(np.clip(rng.normal(-0.35, 0.3), -1.2, 0.4)))
    match rng.choice(EFFECTS, p=SHARES):
        case "late":
            return np.where(time < rng.uniform(0.1, 0.35), 1.0, size)
        case "early":
            return np.where(time < rng.uniform(0.4, 0.8), size, 1.0)
        case "crossing":
            return np.where(time < rng.uniform(0.1, 0.25), 1.0 / size, size)
    return np.full(time.size, size)
