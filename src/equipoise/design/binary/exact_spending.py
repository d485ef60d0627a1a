"""Stopping counts of one arm that spend error exactly: no normal approximation anywhere.

At look k the claim needs the fewest responders h_k with

    P₀(claim by look k) ≤ α-spent(n_k / N),

futility not obeyed unless it is binding, and the trial stops for futility at the most l_k with

    P₁(stopped for futility by look k) ≤ β-spent(n_k / N)

(Jennison & Turnbull 2000, §12.1; gsDesign's `toBinomialExact` draws such counts).  Whole
counts seldom spend all; what is left carries over to the next look.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.binary.multi_stage import MultiStage, Stages, multi_stage
from equipoise.design.checks import check_alpha
from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import Spending
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, codes, vector
from equipoise.kernel.binomial_walk import binomial_chance, count_walk

ROOM = 1e-12  # for rounding, in comparing a chance with its limit


@dataclass(frozen=True, slots=True)
class ExactSpendingQuestion:
    """What is asked of a one-arm trial that spends error exactly."""

    patients: tuple[int, ...]  # cumulative, at each look
    null: float
    alternative: float
    alpha: float
    efficacy: Spending
    beta: float | None = None  # with `futility`
    futility: Spending | None = None
    binding: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class ExactSpending(Printed):
    """The stopping counts, with their exact chances under the null and the alternative."""

    asked: ExactSpendingQuestion
    design: MultiStage  # at the null and at the alternative, futility obeyed
    alpha: float  # attained, futility not obeyed unless binding
    alpha_allowed: tuple[float, ...]  # cumulative, by look


def exact_spending(asked: ExactSpendingQuestion) -> ExactSpending:
    """Draw the stopping counts look by look.

    Raises:
        DesignError: The question contradicts itself, or no count can ever claim.

    Accuracy: 1e-12.

    Witness: every larger or smaller count breaks its limit (tests/twice).

    >>> from equipoise.design.sequential.spending import LanDeMetsPocock
    >>> asked = ExactSpendingQuestion((20, 40), 0.2, 0.4, 0.05, LanDeMetsPocock())
    >>> exact_spending(asked).design.stages.high
    (9, 13)
    """
    _check(asked)
    n = np.asarray(asked.patients, dtype=np.float64)
    allowed = np.asarray(asked.efficacy(vector(n / n[-1]), asked.alpha))
    lost = np.zeros(n.size)
    if asked.futility is not None and asked.beta is not None:
        lost = np.asarray(asked.futility(vector(n / n[-1]), asked.beta))
    high: list[int] = []
    low: list[int] = []
    for k in range(n.size):
        high.append(_fewest(asked, low if asked.binding else [-1] * k, high, float(allowed[k])))
        stops = _most(asked, low, high[:k], float(lost[k])) if asked.futility is not None else -1
        low.append(min(stops, high[k] - 1))
    if high[-1] > asked.patients[-1]:
        raise DesignError(
            f"Not even {asked.patients[-1]} of {asked.patients[-1]} responders claim at alpha "
            f"{asked.alpha:g}. Plan more patients or a larger alpha."
        )
    low[-1] = high[-1] - 1
    unbound = Stages(asked.patients, (*[-1] * (n.size - 1), low[-1]), tuple(high))
    stages = Stages(asked.patients, tuple(low), tuple(high))
    free = multi_stage(stages if asked.binding else unbound, (asked.null,))
    return ExactSpending(
        asked=asked,
        design=multi_stage(stages, (asked.null, asked.alternative)),
        alpha=free.rates[0].claim,
        alpha_allowed=tuple(allowed.tolist()),
    )


def _fewest(asked: ExactSpendingQuestion, low: list[int], high: list[int], allowed: float) -> int:
    """Find the fewest responders at the next look that keep the spending under the null."""
    claimed, reaching = _reaching(asked, low, high, asked.null)
    tail = np.append(np.cumsum(reaching[::-1])[::-1], 0.0)  # P(claim here), by the count needed
    return int((claimed[1] + tail <= allowed + ROOM).argmax())


def _most(asked: ExactSpendingQuestion, low: list[int], high: list[int], allowed: float) -> int:
    """Find the most responders at the next look that keep the loss under the alternative."""
    stopped, reaching = _reaching(asked, low, high, asked.alternative)
    return int(np.count_nonzero(stopped[0] + np.cumsum(reaching) <= allowed + ROOM)) - 1


def _reaching(
    asked: ExactSpendingQuestion, low: list[int], high: list[int], rate: float
) -> tuple[tuple[float, float], Vector]:
    """Give the chance of having stopped low and high before, and of each count at this look."""
    k = len(high)
    looks = codes(asked.patients[: k + 1])
    walk = count_walk(codes([*low, -1]), codes([*high, 0]), looks)  # everything stops here
    chance = walk.reached * binomial_chance(
        walk.count, walk.looks[walk.look], np.asarray(rate, dtype=np.float64)
    )
    here = walk.look == k
    reaching = np.zeros(asked.patients[k] + 1)
    reaching[walk.count[here]] = chance[here]
    before = float(chance[~here & ~walk.high].sum()), float(chance[~here & walk.high].sum())
    return before, reaching


def _check(asked: ExactSpendingQuestion) -> None:
    if not 0 < asked.null < asked.alternative < 1:
        raise DesignError(
            f"Response rates must satisfy 0 < null < alternative < 1, found {asked.null:g} and "
            f"{asked.alternative:g}. To show that a rate is low, count the non-responders."
        )
    check_alpha(asked.alpha)
    if (asked.futility is None) != (asked.beta is None):
        raise DesignError("Futility needs both a spending function and beta. Give both or none.")
    if asked.beta is not None and not 0 < asked.beta < 1 - asked.alpha:
        raise DesignError(f"Beta must lie between 0 and {1 - asked.alpha:g}, found {asked.beta:g}.")
    n = np.asarray(asked.patients)
    if n.size == 0 or n[0] < 1 or (np.diff(n) <= 0).any():
        raise DesignError(
            f"Patients must increase from look to look, found {n.tolist()}. Reorder the looks."
        )
