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

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.adaptive.fisher_bounds import (
    Bounds,
    FisherQuestion,
    check_question,
    draw,
    product_law,
)
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.uniform_products import stopping_for_efficacy

LEAST = 1e-30  # p-values below are taken as this


@dataclass(frozen=True, slots=True, repr=False)
class FisherCombination(Printed):
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
    check_question(asked)
    fractions = np.asarray(information, dtype=np.float64)
    weight = np.sqrt(np.diff(fractions, prepend=0.0) / fractions[0])
    allowed = np.ones(fractions.size - 1)
    if futility and binding:
        allowed = np.asarray(futility, dtype=np.float64)
    critical, remark = draw(asked, weight, allowed)
    return FisherCombination(
        asked=asked,
        weight=vector(weight),
        critical=vector(critical),
        level=vector([product_law(c, weight[: k + 1]) for k, c in enumerate(critical)]),
        alpha_spent=vector(np.cumsum(stopping_for_efficacy(critical, allowed, weight))),
        futility=vector(allowed) if allowed.size else np.zeros(0),
        assumed=("p-values of the stages are independent and uniform under the null", *remark),
    )


def fisher_product_level(test: FisherCombination, p_values: tuple[float, ...]) -> float:
    """Give the chance under the null of a product as small, had there been only these stages.

    Witness: chi-squared on 2k degrees of freedom for equal weights; law: uniform under the null.
    """
    p = checked_p_values(p_values)
    return product_law(test.product(p_values), test.weight[: p.size])


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
