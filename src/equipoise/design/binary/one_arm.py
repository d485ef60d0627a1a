"""One response rate against a fixed value, exactly.

The test claims activity if at least r of n respond, r the smallest with P(X ≥ r; p₀) ≤ α.
Because r moves in whole steps the power is a saw-tooth in n: `smallest` is the first n with
the power, `lasting` the first from which no larger n loses it (A'Hern 2001, Statist. Med.
20:859).  A rate below the null is tested by counting non-responders.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from equipoise.design.checks import check_alpha
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.normal import upper_quantile

MOST_PATIENTS = 200_000
BEYOND = 3.0  # a lasting size is checked up to so many times the approximate one


@dataclass(frozen=True, slots=True)
class OneRateQuestion:
    """What is asked of an exact test of one response rate."""

    null: float
    alternative: float
    alpha: float = 0.025
    sides: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True, repr=False)
class OneRateDesign(Printed):
    """Patients of one arm, the responders that decide, and the exact errors."""

    asked: OneRateQuestion
    patients: int
    claim_at_least: int | None  # responders; None if the alternative is lower and sides is 1
    claim_at_most: int | None  # responders; None if the alternative is higher and sides is 1
    alpha: float  # attained
    power: float
    solved_for: Literal["power", "patients"]
    assumed: tuple[str, ...]


def one_rate_power(asked: OneRateQuestion, patients: int) -> OneRateDesign:
    """Give the exact power of so many patients.

    Args:
        asked: the question.
        patients: in all.

    Raises:
        DesignError: The rates or alpha are impossible.

    Witness: East 6.5 (design-0055 to design-0059); R `pbinom`.

    >>> design = one_rate_power(OneRateQuestion(0.05, 0.2), 25)
    >>> design.claim_at_least, round(design.power, 8)
    (5, 0.57932569)
    """
    _check(asked)
    if not 1 <= patients <= MOST_PATIENTS:
        raise DesignError(f"Patients must number 1 to {MOST_PATIENTS}, found {patients}.")
    return _design(asked, patients, "power")


def one_rate_patients(
    asked: OneRateQuestion, *, power: float, choice: Literal["smallest", "lasting"] = "smallest"
) -> OneRateDesign:
    """Find the smallest number of patients with the power, or the smallest that lasts.

    Args:
        asked: the question.
        power: to reach.
        choice: the smallest size with the power, or the first from which no larger one loses it.

    Raises:
        DesignError: The rates, alpha or power are impossible, or too many patients are needed.

    Witness: gsDesign `nBinomial1Sample`; scan by `one_rate_power` (tests/laws).

    >>> question = OneRateQuestion(0.05, 0.2)
    >>> one_rate_patients(question, power=0.8).patients
    33
    >>> one_rate_patients(question, power=0.8, choice="lasting").patients
    39
    """
    _check(asked)
    if not asked.alpha < power < 1:
        raise DesignError(f"Power must lie between alpha {asked.alpha:g} and 1, found {power:g}.")
    each = asked.alpha / asked.sides
    p0, p1 = asked.null, asked.alternative
    z = upper_quantile(each) * np.sqrt(p0 * (1 - p0)) + upper_quantile(1 - power) * np.sqrt(
        p1 * (1 - p1)
    )
    furthest = int(BEYOND * (z / (p1 - p0)) ** 2 + 100)
    if furthest > MOST_PATIENTS:
        raise DesignError(
            f"About {(z / (p1 - p0)) ** 2:.0f} patients are needed, more than are enumerated. "
            "Use the normal approximation (one_arm_design) or plan for a larger difference."
        )
    n = np.arange(1, furthest + 1)
    enough = _powers(asked, n) >= power
    if choice == "smallest":
        return _design(asked, int(n[enough.argmax()]), "patients")
    return _design(asked, int(n[~enough].max(initial=0)) + 1, "patients")


def critical_counts(n: NDArray[np.int64], rate: float, alpha: float) -> Codes:
    """Give for each n the smallest r with P(X ≥ r) ≤ alpha; n + 1 where none has.

    Witness: R `qbinom` (tests/twice).

    >>> critical_counts(np.array([2, 25]), 0.05, 0.025).tolist()
    [2, 5]
    """
    size = n.astype(np.float64)
    spread = np.sqrt(size * rate * (1 - rate))
    r = np.clip(np.ceil(size * rate + upper_quantile(alpha) * spread), 0.0, size + 1)
    while (too_low := at_least(r, size, rate) > alpha).any():
        r = np.where(too_low, r + 1, r)
    while (too_high := (r > 0) & (at_least(r - 1, size, rate) <= alpha)).any():
        r = np.where(too_high, r - 1, r)
    return r.astype(np.int64)


def at_least(count: Vector, n: Vector, rate: float) -> Vector:
    """Give P(X ≥ count); 1 at 0 and 0 beyond n.

    Witness: R `pbinom`.
    """
    inside = (count >= 1) & (count <= n)
    tail = betainc(np.where(inside, count, 1.0), np.where(inside, n - count + 1, 1.0), rate)
    return np.where(inside, tail, np.where(count < 1, 1.0, 0.0))


def _powers(asked: OneRateQuestion, n: NDArray[np.int64]) -> Vector:
    high, low = _both_tails(asked, n, asked.alternative)
    return high + low


def _both_tails(asked: OneRateQuestion, n: NDArray[np.int64], rate: float) -> tuple[Vector, Vector]:
    """Give the chance of a claim on the high side, and on the low side, at a true rate."""
    each, size = asked.alpha / asked.sides, n.astype(np.float64)
    high = low = np.zeros(n.size)
    if _tests_high(asked):
        high = at_least(critical_counts(n, asked.null, each).astype(np.float64), size, rate)
    if _tests_low(asked):
        needed = critical_counts(n, 1 - asked.null, each).astype(np.float64)
        low = at_least(needed, size, 1 - rate)
    return high, low


def _design(
    asked: OneRateQuestion, patients: int, solved_for: Literal["power", "patients"]
) -> OneRateDesign:
    n, each = np.array([patients]), asked.alpha / asked.sides
    high = int(critical_counts(n, asked.null, each)[0]) if _tests_high(asked) else None
    low = patients - int(critical_counts(n, 1 - asked.null, each)[0]) if _tests_low(asked) else None
    attained, power = (
        float(sum(tail[0] for tail in _both_tails(asked, n, rate)))
        for rate in (asked.null, asked.alternative)
    )
    return OneRateDesign(
        asked=asked,
        patients=patients,
        claim_at_least=high,
        claim_at_most=low,
        alpha=attained,
        power=power,
        solved_for=solved_for,
        assumed=(
            "Exact binomial test.",
            *(("Each side has half of alpha.",) if asked.sides > 1 else ()),
        ),
    )


def _tests_high(asked: OneRateQuestion) -> bool:
    return asked.sides > 1 or asked.alternative > asked.null


def _tests_low(asked: OneRateQuestion) -> bool:
    return asked.sides > 1 or asked.alternative < asked.null


def _check(asked: OneRateQuestion) -> None:
    check_two_rates(asked.null, asked.alternative)
    check_alpha(asked.alpha)


def check_two_rates(null: float, alternative: float) -> None:
    """Refuse rates that are none, or that no number of patients tells apart."""
    if not (0 < null < 1 and 0 < alternative < 1):
        raise DesignError(
            f"Response rates must lie between 0 and 1, found {null:g} and {alternative:g}."
        )
    if null == alternative:
        raise DesignError(
            f"Both rates are {null:g}: no number of patients tells them apart. "
            "Plan another alternative."
        )
