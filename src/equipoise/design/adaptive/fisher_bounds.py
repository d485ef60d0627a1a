"""Draw the bounds of Fisher's combination test by one of the rules told in `fisher`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import gammaincc, gammainccinv

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.root import root_between
from equipoise.kernel.uniform_products import stopping_for_efficacy

Bounds: TypeAlias = Literal["equal levels", "full alpha", "no interaction", "spent alpha"]
LEAST = 1e-30  # no critical value is sought below this, to the power of the largest weight
MOST_STAGES = 12
ALIKE = 1e-13  # weights that differ by less are the same


@dataclass(frozen=True, slots=True)
class FisherQuestion:
    """What was asked of `fisher_combination`."""

    information: tuple[float, ...]
    alpha: float
    bounds: Bounds
    futility: tuple[float, ...]
    binding: bool
    spent: tuple[float, ...]
    sides: Literal[1, 2] = 1

    @property
    def level(self) -> float:
        """What each side may spend."""
        return self.alpha / self.sides


def product_law(critical: float, weight: Vector) -> float:
    """Give P(Π U^w <= c): crossing a constant bound at any stage, as products only fall.

    Witness: the matrix exponential of its phase-type law; chi-squared for equal weights.
    """
    if _alike(weight):
        return float(gammaincc(weight.size, -np.log(critical) / weight[0]))
    same = np.full(weight.size, critical)
    return float(stopping_for_efficacy(same, np.ones(weight.size - 1), weight).sum())


def _critical(level: float, weight: Vector) -> float:
    """Give the c whose product of all these stages has a level."""
    if _alike(weight):
        return float(np.exp(-weight[0] * gammainccinv(weight.size, level)))
    wanted, lowest = float(np.log(level)), -float(np.log(level)) * float(weight.min())
    highest = float(weight.max()) * float(gammainccinv(weight.size, level)) + 1e-9
    bound = _root(
        lambda b: float(np.log(product_law(float(np.exp(-b)), weight))) - wanted, lowest, highest
    )
    return float(np.exp(-bound))


def _alike(weight: Vector) -> bool:
    """Say whether the product's law is a chi-squared one."""
    return bool(np.ptp(weight) < ALIKE)


def _spent(critical: Vector, allowed: Vector, weight: Vector) -> float:
    return float(stopping_for_efficacy(critical, allowed[: critical.size - 1], weight).sum())


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    if function(low) * function(high) > 0:
        raise DesignError(
            "No critical value makes these bounds spend alpha: stopping for futility leaves too "
            "few trials, or later bounds spend all of it. Raise the futility p-values, or draw "
            'the bounds otherwise ("equal levels").'
        )
    return root_between(function, low, high)


Drawn: TypeAlias = tuple[Vector, tuple[str, ...]]


def _equal_levels(asked: FisherQuestion, weight: Vector, allowed: Vector) -> Drawn:
    def at(level: float) -> Vector:
        return np.array([_critical(level, weight[: k + 1]) for k in range(weight.size)])

    if weight.size == 1:
        return np.array([asked.level]), ()
    level = _root(
        lambda x: _spent(at(x), allowed, weight) - asked.level,
        asked.level / weight.size / 2,
        asked.level,
    )
    return at(level), ()


def _full_alpha(asked: FisherQuestion, weight: Vector, allowed: Vector) -> Drawn:
    last = _critical(asked.level, weight)

    def at(level: float) -> Vector:
        early = [_critical(level, weight[: k + 1]) for k in range(weight.size - 1)]
        return np.append(early, last)

    if weight.size == 1:
        return np.array([last]), ()
    least = np.full(weight.size, last)
    lowest = product_law(last, weight[:-1])  # below it c_{K-1} would be under c_K
    if _spent(at(lowest), allowed, weight) >= asked.level * (1 - 1e-12):
        return least, ("bounds are alike at all stages: the last alone takes all of alpha",)
    level = _root(lambda x: _spent(at(x), allowed, weight) - asked.level, lowest, asked.level)
    return at(level), ()


def _no_interaction(asked: FisherQuestion, weight: Vector, allowed: Vector) -> Drawn:
    critical = np.empty(weight.size)
    critical[-1] = _critical(asked.level, weight)
    for k in range(weight.size - 2, 0, -1):
        critical[k] = critical[k + 1] / allowed[k] ** (1 / weight[k + 1])

    def at(first: float) -> Vector:
        return np.append(first, critical[1:])

    critical[0] = _root(
        lambda x: _spent(at(x), allowed, weight) - asked.level, critical[1], asked.level
    )
    return critical, ()


def _spent_alpha(asked: FisherQuestion, weight: Vector, allowed: Vector) -> Drawn:
    critical = np.array([asked.spent[0] ** weight[0]])
    deepest = -float(np.log(LEAST)) * float(weight.max())
    for k in range(1, weight.size):
        drawn = critical

        def over(log: float, drawn: Vector = drawn, k: int = k) -> float:
            trial = np.append(drawn, np.exp(-log))
            return asked.spent[k] - _spent(trial, allowed, weight[: k + 1])

        critical = np.append(critical, np.exp(-_root(over, 1e-9, deepest)))
    return critical, ()


def draw(asked: FisherQuestion, weight: Vector, allowed: Vector) -> Drawn:
    """Give the critical values, and what must be remarked about them.

    Witness: rpact getDesignFisher (gs-rpact-0062 to 0072).
    """
    return _DRAW[asked.bounds](asked, weight, allowed)


_DRAW: dict[Bounds, Callable[[FisherQuestion, Vector, Vector], Drawn]] = {
    "equal levels": _equal_levels,
    "full alpha": _full_alpha,
    "no interaction": _no_interaction,
    "spent alpha": _spent_alpha,
}


def check_question(asked: FisherQuestion) -> None:
    """Refuse what no Fisher combination test can be drawn for."""
    stages, fractions = len(asked.information), np.asarray(asked.information, dtype=np.float64)
    if not 0 < asked.level < 0.5:  # noqa: PLR2004 - one-sided
        raise DesignError(f"Alpha is {asked.alpha:g}; give one between 0 and 0.5 on each side.")
    if not 1 <= stages <= MOST_STAGES:
        raise DesignError(f"There are {stages} stages; give 1 to {MOST_STAGES}.")
    rising = (np.diff(fractions, prepend=0.0) > 0).all()
    if not rising or abs(fractions[-1] - 1) > 1e-12:  # noqa: PLR2004 - of rounding
        raise DesignError(
            f"The information fractions are {asked.information}; they must increase to 1."
        )
    if asked.futility:
        allowed = np.asarray(asked.futility, dtype=np.float64)
        if allowed.size != stages - 1 or not ((allowed > asked.level) & (allowed <= 1)).all():
            raise DesignError(
                f"Futility p-values are {asked.futility}; give one for each of the first "
                f"{stages - 1} stages, above alpha and at most 1."
            )
    if asked.bounds == "no interaction" and (
        stages < 3 or not asked.binding or not asked.futility  # noqa: PLR2004
    ):
        raise DesignError(
            'Bounds with "no interaction" take three stages or more and binding futility; '
            'give `futility`, or take "equal levels".'
        )
    if asked.bounds == "spent alpha":
        spent = np.asarray(asked.spent, dtype=np.float64)
        given = spent.size == stages and (np.diff(spent, prepend=0.0) > 0).all()
        if not given or abs(spent[-1] - asked.level) > 1e-12:  # noqa: PLR2004 - of rounding
            raise DesignError(
                f"Cumulative alpha spent is {asked.spent}; give one value a stage, increasing to "
                f"alpha, {asked.level:g}."
            )
