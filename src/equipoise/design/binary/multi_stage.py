"""One arm looked at several times, with exact binomial chances.

At look k, after n_k patients, the trial stops and claims activity if at least `high` respond,
stops without if at most `low` do.  Boundaries come from elsewhere, from Fleming's procedure
(1982, Biometrics 38:143), or from Wald's sequential probability ratio test (1947), truncated:

    Fleming   high_k = ⌊n_k p₀ + z_α √(N p₀(1 - p₀))⌉ + 1,
              low_k  = ⌊n_k p̃ - z_α √(N p̃(1 - p̃))⌉,
              p̃ = (√(N p₀) + z_α √(1 - p₀))² / (N + z_α²)
    Wald      x ≥ (log((1 - β)/α) + n a) / b,   x ≤ (log(β/(1 - α)) + n a) / b,
              a = log((1 - p₀)/(1 - p₁)),  b = log(p₁/p₀) + a
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, codes, frozen, vector
from equipoise.kernel.binomial_walk import count_walk, stopping_chances
from equipoise.kernel.normal import upper_quantile

MOST_PATIENTS = 3000


@dataclass(frozen=True, slots=True)
class Stages:
    """Looks and stopping counts: cumulative patients, stop if ≤ low, claim if ≥ high."""

    patients: tuple[int, ...]
    low: tuple[int, ...]  # -1 for no stopping low
    high: tuple[int, ...]  # more than the patients for no stopping high


@dataclass(frozen=True, slots=True)
class StagesAt:
    """What the stages do at one true response rate."""

    rate: float
    claim: float
    claim_by_look: tuple[float, ...]
    futility_by_look: tuple[float, ...]
    expected_patients: float


@dataclass(frozen=True, slots=True, repr=False)
class MultiStage(Printed):
    """Stages and their exact characteristics."""

    stages: Stages
    rates: tuple[StagesAt, ...]
    assumed: tuple[str, ...]


def multi_stage(stages: Stages, rates: tuple[float, ...]) -> MultiStage:
    """Give the exact chances of stopping at every look, and the expected patients.

    Raises:
        DesignError: Looks do not increase, or a stopping count passes its partner.

    Accuracy: 1e-12.

    Witness: East 6.5 (design-0052); full enumeration of all courses (tests/twice).

    >>> design = multi_stage(Stages((50, 100), (-1, -1), (13, 17)), (0.1, 0.2))
    >>> [round(at.claim, 7) for at in design.rates]
    [0.0208045, 0.8081594]
    """
    _check(stages, rates)
    looks = codes(stages.patients)
    walk = count_walk(codes(stages.low), codes(stages.high), looks)
    high, low = stopping_chances(walk, vector(rates))
    return MultiStage(
        stages,
        tuple(_at(rate, high[:, i], low[:, i], looks) for i, rate in enumerate(rates)),
        ("Exact binomial; both stopping bounds are binding.",),
    )


def fleming(patients: tuple[int, ...], null: float, alpha: float) -> Stages:
    """Draw Fleming's stopping counts for looks after so many patients.

    Args:
        patients: enrolled at the end of each stage, in all.
        null: response rate under the null hypothesis.
        alpha: one-sided.

    Raises:
        DesignError: Looks do not increase, or the rate or alpha is impossible.

    Witness: formula of Fleming (1982) by hand (tests/twice).
    """
    if not (0 < null < 1 and 0 < alpha < 1):
        raise DesignError(
            f"The null rate and alpha must lie between 0 and 1, found {null:g} and {alpha:g}."
        )
    n = np.asarray(patients, dtype=np.float64)
    most, z = n[-1], upper_quantile(alpha)
    other = (np.sqrt(most * null) + z * np.sqrt(1 - null)) ** 2 / (most + z**2)
    high = np.floor(n * null + z * np.sqrt(most * null * (1 - null)) + 0.5) + 1
    low = np.floor(n * other - z * np.sqrt(most * other * (1 - other)) + 0.5)
    low[-1] = high[-1] - 1
    stages = Stages(
        tuple(int(x) for x in patients),
        tuple(int(x) for x in np.maximum(low, -1)),
        tuple(int(x) for x in np.minimum(high, n + 1)),
    )
    _check(stages, (null,))
    return stages


def sequential_probability_ratio(
    null: float, alternative: float, alpha: float, beta: float, *, first: int, patients: int
) -> Stages:
    """Draw Wald's test of one rate, looked at after every patient from `first` to the last.

    Raises:
        DesignError: Rates or errors are impossible, or no look could stop.

    Witness: gsDesign `binomialSPRT` (same bounds); Wald's lines (tests/twice).

    >>> stages = sequential_probability_ratio(0.05, 0.25, 0.1, 0.15, first=10, patients=35)
    >>> stages.patients[0], stages.high[0], stages.low[-1]
    (10, 3, 3)
    """
    if not (0 < null < alternative < 1 and 0 < alpha < 1 and 0 < beta < 1 - alpha):
        raise DesignError(
            f"The test needs 0 < null < alternative < 1 and alpha + beta < 1, found rates "
            f"{null:g}, {alternative:g} and errors {alpha:g}, {beta:g}."
        )
    n = np.arange(first, patients + 1)
    slope = np.log((1 - null) / (1 - alternative))
    per_response = np.log(alternative / null) + slope
    high = np.ceil((np.log((1 - beta) / alpha) + n * slope) / per_response)
    low = np.maximum(np.floor((np.log(beta / (1 - alpha)) + n * slope) / per_response), -1)
    acts = (high <= n) | (low >= 0)
    if not acts.any():
        raise DesignError(
            f"Within {patients} patients the test cannot stop. Plan more patients or larger errors."
        )
    return Stages(*(tuple(int(x) for x in row[acts]) for row in (n, low, high)))


def _at(
    rate: float, high: NDArray[np.float64], low: NDArray[np.float64], looks: NDArray[np.int64]
) -> StagesAt:
    leaving = high + low
    expected = float(looks @ leaving + looks[-1] * (1.0 - leaving.sum()))
    return StagesAt(rate, float(high.sum()), tuple(high.tolist()), tuple(low.tolist()), expected)


def claim_chances(stages: Stages, rates: NDArray[np.float64]) -> Matrix:
    """Give the chance of a claim at each look for many rates, (looks, rates).

    Witness: `multi_stage`.
    """
    walk = count_walk(codes(stages.low), codes(stages.high), codes(stages.patients))
    return frozen(stopping_chances(walk, vector(rates))[0])


def _check(stages: Stages, rates: tuple[float, ...]) -> None:
    n, low, high = (np.asarray(row) for row in (stages.patients, stages.low, stages.high))
    if n.size == 0 or not n.size == low.size == high.size:
        raise DesignError(
            f"Each look needs patients and two stopping counts, found {n.size}, {low.size} and "
            f"{high.size}."
        )
    if n[0] < 1 or (np.diff(n) <= 0).any() or n[-1] > MOST_PATIENTS:
        raise DesignError(
            f"Patients must increase from look to look, to at most {MOST_PATIENTS}, found "
            f"{n.tolist()}. Reorder the looks or drop one."
        )
    if (low >= high).any():
        look = int((low >= high).argmax())
        raise DesignError(
            f"At look {look + 1} the trial would both claim (at {high[look]} or more) and stop "
            f"(at {low[look]} or less). Keep low below high."
        )
    if not all(0 <= rate <= 1 for rate in rates):
        raise DesignError(f"Response rates must lie from 0 to 1, found {list(rates)}.")
