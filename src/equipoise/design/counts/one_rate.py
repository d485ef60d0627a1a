"""One event rate against a fixed value, exactly.

Events of n patients, each observed for the same exposure e, are Poisson with mean n e λ.  The
test claims a higher rate at r events or more, r the smallest with P(X ≥ r; n e λ₀) ≤ α; a lower
one at r or fewer likewise.  Because r moves in whole steps the power is a saw-tooth in n:
`smallest` is the first n with the power, `lasting` the first from which the next `LASTING`
sizes have it too.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import pdtr, pdtrc

from equipoise.design.checks import check_above_zero, check_alpha, check_power
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile

MOST_PATIENTS = 1_000_000
LASTING = 10
BEYOND = 3.0  # sizes are searched up to so many times the approximate one
EXTRA = 100


@dataclass(frozen=True, slots=True)
class EventRateQuestion:
    """What is asked of an exact test of one event rate."""

    null: float  # events per unit of exposure
    alternative: float
    exposure: float = 1.0  # of each patient
    alpha: float = 0.025


@dataclass(frozen=True, slots=True, repr=False)
class EventRateDesign(Printed):
    """Patients of one arm, the events that decide, and the exact errors."""

    asked: EventRateQuestion
    patients: int
    claim_at_least: int | None  # events; None if the alternative is lower
    claim_at_most: int | None  # events, -1 if none is few enough; None if it is higher
    alpha: float  # attained
    power: float
    solved_for: Literal["power", "patients"]
    assumed: tuple[str, ...]


def event_rate_power(asked: EventRateQuestion, patients: int) -> EventRateDesign:
    """Give the exact power of so many patients.

    Raises:
        DesignError: The rates, exposure, alpha or patients are impossible.

    Witness: lrstat 0.3.3 `getDesignOneRateExact`; sums of Poisson probabilities.

    >>> design = event_rate_power(EventRateQuestion(0.049, 0.012, exposure=0.5), 525)
    >>> design.claim_at_most, round(design.power, 4)
    (5, 0.9002)
    """
    _check(asked)
    if not 1 <= patients <= MOST_PATIENTS:
        raise DesignError(f"Patients must number 1 to {MOST_PATIENTS}, found {patients}.")
    return _design(asked, patients, "power")


def event_rate_patients(
    asked: EventRateQuestion, *, power: float, choice: Literal["smallest", "lasting"] = "smallest"
) -> EventRateDesign:
    """Find the smallest number of patients with the power, or the smallest that lasts.

    Args:
        asked: the question.
        power: to reach.
        choice: the first size with the power, or the first that the next ten share it with.

    Raises:
        DesignError: The question is impossible, or too many patients are needed.

    Witness: lrstat 0.3.3 `getDesignOneRateExact` (lasting); scan by `event_rate_power`.

    >>> question = EventRateQuestion(0.2, 0.3)
    >>> event_rate_patients(question, power=0.8, choice="lasting").patients
    204
    """
    _check(asked)
    check_power(power, asked.alpha)
    spread = upper_quantile(asked.alpha) * np.sqrt(asked.null)
    spread += upper_quantile(1 - power) * np.sqrt(asked.alternative)
    about = (spread / (asked.alternative - asked.null)) ** 2 / asked.exposure
    furthest = BEYOND * about + EXTRA / min(1.0, asked.exposure * asked.null)
    if not furthest <= MOST_PATIENTS:
        raise DesignError(
            f"About {about:.0f} patients are needed, more than are counted one by one. Plan for a "
            "larger difference or a longer exposure."
        )
    n = np.arange(1, int(furthest) + LASTING + 1)
    powers = _tails(asked, vector(n * asked.exposure), asked.alternative)[1]
    if choice == "lasting":
        powers = np.lib.stride_tricks.sliding_window_view(powers, LASTING).min(axis=1)
    enough = powers >= power
    if not enough.any():
        raise DesignError(
            f"No number of patients up to {int(furthest)} has the power {power:g}; ask for less."
        )
    return _design(asked, int(n[enough.argmax()]), "patients")


def _tails(asked: EventRateQuestion, exposure: Vector, rate: float) -> tuple[Vector, Vector]:
    """Give the deciding number of events at each total exposure, and the chance to claim."""
    null, true = exposure * asked.null, exposure * rate
    higher = asked.alternative > asked.null
    side = 1.0 if higher else -1.0
    start = null + side * upper_quantile(asked.alpha) * np.sqrt(null)
    count = np.maximum(np.ceil(start) if higher else np.floor(start), -1.0)

    def chance(events: Vector, mean: Vector) -> Vector:  # of so many events or more extreme
        if higher:
            return np.where(events >= 1, pdtrc(np.maximum(events - 1, 0), mean), 1.0)
        return np.where(events >= 0, pdtr(np.maximum(events, 0), mean), 0.0)

    while (often := chance(count, null) > asked.alpha).any():
        count = np.where(often, count + side, count)
    while (rare := chance(count - side, null) <= asked.alpha).any():
        count = np.where(rare, count - side, count)
    return count, chance(count, true)


def _design(
    asked: EventRateQuestion, patients: int, solved_for: Literal["power", "patients"]
) -> EventRateDesign:
    exposure = vector(patients * asked.exposure)
    count, power = _tails(asked, exposure, asked.alternative)
    higher = asked.alternative > asked.null
    return EventRateDesign(
        asked=asked,
        patients=patients,
        claim_at_least=int(count[0]) if higher else None,
        claim_at_most=None if higher else int(count[0]),
        alpha=float(_tails(asked, exposure, asked.null)[1][0]),
        power=float(power[0]),
        solved_for=solved_for,
        assumed=("Exact Poisson test.", "Every patient is observed for the same exposure."),
    )


def _check(asked: EventRateQuestion) -> None:
    check_above_zero(asked.null, "The rate under the null")
    check_above_zero(asked.alternative, "The rate planned for")
    check_above_zero(asked.exposure, "The exposure of a patient")
    check_alpha(asked.alpha)
    if asked.null == asked.alternative:
        raise DesignError(
            f"Both rates are {asked.null:g}: no number of patients tells them apart. "
            "Plan another alternative."
        )
