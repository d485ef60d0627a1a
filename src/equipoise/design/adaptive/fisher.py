"""Fisher's combination test over stages: critical values for the product of stage-wise p-values.

At stage k the trial rejects when Π p_j^{w_j} <= c_k, stops for futility when p_k > a_k (then, if
binding, alpha counts on it), and goes on otherwise; w_j = √((t_j - t_{j-1}) / t_1) (Bauer & Köhne
1994, Biometrics 50: 1029; Wassmer 1999; Wassmer & Brannath 2016, §6.2).  With level_k(c) that of
the product of k stages on its own, the bounds are drawn by one of

    equal levels      level_k(c_k) the same at every stage
    full alpha        level_K(c_K) = α, the others of one equal level; alike if none would be left
    no interaction    level_K(c_K) = α, c_k = c_{k+1} / a_k^{1/w_{k+1}} to c₂, c₁ spends the rest
    spent alpha       cumulative alpha as given
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import gammainccinv

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.root import root_between
from equipoise.kernel.uniform_products import stopping_for_efficacy

Bounds: TypeAlias = Literal["equal levels", "full alpha", "no interaction", "spent alpha"]
LEAST = 1e-30  # p-values and products below are taken as this
MOST_STAGES = 12


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


@dataclass(frozen=True, slots=True)
class FisherCombination:
    """A Fisher combination test of several stages."""

    asked: FisherQuestion
    weight: Vector  # (stages,) w_j, the exponent of each p-value; the first is 1
    critical: Vector  # (stages,) c_j; reject when the product is at most this
    level: Vector  # (stages,) of the product of so many stages on its own
    alpha_spent: Vector  # (stages,) cumulative
    futility: Vector  # (stages - 1,) a_j that alpha counts on; 1 where it counts on none
    assumed: tuple[str, ...]

    @property
    def stages(self) -> int:
        """How many stages there are at most."""
        return int(self.critical.size)

    def product(self, p_values: tuple[float, ...]) -> float:
        """Give the weighted product of the p-values of the first stages.

        Witness: its definition.
        """
        p = np.maximum(checked_p_values(p_values), LEAST)
        return float(np.exp(self.weight[: p.size] @ np.log(p)))


def fisher_combination(
    information: tuple[float, ...] = (0.5, 1.0),
    *,
    alpha: float = 0.025,
    bounds: Bounds = "equal levels",
    futility: tuple[float, ...] = (),
    binding: bool = True,
    spent: tuple[float, ...] = (),
    sides: Literal[1, 2] = 1,
) -> FisherCombination:
    """Draw the bounds of a Fisher combination test.

    Args:
        information: fractions at the end of each stage, increasing to 1.
        alpha: for `sides` together.
        bounds: how they are drawn.
        futility: a_k for all stages but the last; none: never stop for futility.
        binding: whether alpha counts on stopping for futility.
        spent: cumulative alpha of each stage, for "spent alpha", on each side.
        sides: of the test; for two, each side is tested with these bounds at half of alpha.

    Raises:
        DesignError: for information, futility or alpha out of order.

    Accuracy: 1e-11 in alpha.

    Witness: rpact getDesignFisher (gs-rpact-0062 to 0072); closed form for two stages.

    >>> test = fisher_combination(alpha=0.05, bounds="full alpha", futility=(0.5,))
    >>> [round(float(c), 6) for c in test.critical]
    [0.023315, 0.008705]
    """
    asked = FisherQuestion(information, alpha, bounds, futility, binding, spent, sides)
    checked_question(asked)
    fractions = np.asarray(information, dtype=np.float64)
    weight = np.sqrt(np.diff(fractions, prepend=0.0) / fractions[0])
    allowed = np.ones(fractions.size - 1)
    if futility and binding:
        allowed = np.asarray(futility, dtype=np.float64)
    critical, remark = _DRAW[bounds](asked, weight, allowed)
    return FisherCombination(
        asked=asked,
        weight=vector(weight),
        critical=vector(critical),
        level=vector([_level(c, weight[: k + 1]) for k, c in enumerate(critical)]),
        alpha_spent=vector(np.cumsum(stopping_for_efficacy(critical, allowed, weight))),
        futility=vector(allowed) if allowed.size else np.zeros(0),
        assumed=("p-values of the stages are independent and uniform under the null", *remark),
    )


def product_level(test: FisherCombination, p_values: tuple[float, ...]) -> float:
    """Give the chance under the null of a product as small, had there been only these stages.

    Witness: chi-squared on 2k degrees of freedom for equal weights; law: uniform under the null.
    """
    p = checked_p_values(p_values)
    return _level(test.product(p_values), test.weight[: p.size])


def fisher_conditional_error(test: FisherCombination, p_values: tuple[float, ...]) -> float:
    """Give the chance under the null of rejecting later, given the stages so far.

    0 once stopped for futility that binds; 1 once rejected.

    Witness: rpact getConditionalRejectionProbabilities; law: averages to the alpha left.
    """
    p = checked_p_values(p_values)
    done = p.size
    for k in range(done):
        if test.product(p_values[: k + 1]) <= test.critical[k]:
            return 1.0
        if k < test.stages - 1 and p[k] > test.futility[k]:
            return 0.0
    if done == test.stages:
        return 0.0
    left = np.minimum(test.critical[done:] / test.product(p_values), 1.0)
    return float(stopping_for_efficacy(left, test.futility[done:], test.weight[done:]).sum())


def checked_p_values(p_values: tuple[float, ...]) -> Vector:
    """Refuse what is not a p-value."""
    p = np.asarray(p_values, dtype=np.float64)
    if p.size == 0 or not ((p >= 0) & (p <= 1)).all():
        raise DesignError(f"The p-values are {p_values}; give one or more, each from 0 to 1.")
    return p


def _level(critical: float, weight: Vector) -> float:
    """Give P(Π U^w <= c): crossing a constant bound at any stage, as products only fall."""
    same = np.full(weight.size, critical)
    return float(stopping_for_efficacy(same, np.ones(weight.size - 1), weight).sum())


def _critical(level: float, weight: Vector) -> float:
    """Give the c whose product of all these stages has a level."""
    if weight.size == 1:
        return float(level ** weight[0])
    wanted, lowest = float(np.log(level)), -float(np.log(level)) * float(weight.min())
    highest = float(weight.max()) * float(gammainccinv(weight.size, level)) + 1e-9
    bound = _root(
        lambda b: float(np.log(_level(float(np.exp(-b)), weight))) - wanted, lowest, highest
    )
    return float(np.exp(-bound))


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
    lowest = _level(last, weight[:-1])  # below it c_{K-1} would be under c_K
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


_DRAW: dict[Bounds, Callable[[FisherQuestion, Vector, Vector], Drawn]] = {
    "equal levels": _equal_levels,
    "full alpha": _full_alpha,
    "no interaction": _no_interaction,
    "spent alpha": _spent_alpha,
}


def checked_question(asked: FisherQuestion) -> None:
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
