"""Adaptive closed tests: hypotheses chosen at an interim look, one alpha for all that was planned.

Arms against one control, or a full population and subgroups of it; at each look some may be
dropped, for any reason.  Every intersection J of the hypotheses first planned has a p-value at each
stage, from the data of that stage only and of those members still in the trial:

    Bonferroni m min p,   Šidák 1 - (1 - min p)^m,   Simes min m p_(i) / i,   in order: the first's
    parametric P(some Z_j ≥ the largest seen):  Dunnett for arms, Spiessens & Debois for populations

These are combined over stages by the inverse normal or Fisher's product, and J is rejected at the
first stage at which the combination test says so; a hypothesis, when every J that holds it is
(Bauer & Kieser 1999; Hommel 2001; Brannath et al. 2009; Wassmer & Brannath 2016, ch. 11).
In order: a member dropped has p = 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.design.adaptive.fisher import FisherCombination
from equipoise.design.adaptive.inverse_normal import combined_z
from equipoise.design.multiplicity.correlation import checked_correlation
from equipoise.design.multiplicity.dunnett import dunnett_p_values
from equipoise.design.printing import Printed
from equipoise.design.sequential.design import GroupSequential
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector, flags, frozen
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.student import student_upper_quantile

Intersection: TypeAlias = Literal["bonferroni", "sidak", "simes", "parametric", "in order"]
MOST = 10  # hypotheses
LEAST = 1e-300  # p-values below are taken as this


@dataclass(frozen=True, slots=True)
class AdaptiveQuestion:
    """What was asked of `adaptive_closed_test`."""

    combination: GroupSequential | FisherCombination
    p_values: Matrix  # (stages so far, hypotheses); nan once dropped
    intersection: Intersection
    correlation: tuple[Matrix, ...]  # per stage; parametric tests only
    degrees: tuple[float, ...]  # of freedom, per stage; none where variances are known


@dataclass(frozen=True, slots=True, repr=False)
class AdaptiveClosedTest(Printed):
    """Decisions of an adaptive closed test, and every intersection behind them."""

    asked: AdaptiveQuestion
    members: Flags  # (intersections, hypotheses)
    stage_p: Matrix  # (intersections, stages); nan once all members are dropped
    combined: Matrix  # likewise: z, or for Fisher's test the product
    rejected: Flags  # (intersections, stages) at this stage or before
    rejected_at: tuple[int | None, ...]  # (hypotheses,) stage, from 1
    assumed: tuple[str, ...]


def adaptive_closed_test(
    combination: GroupSequential | FisherCombination,
    p_values: ArrayLike,
    intersection: Intersection = "simes",
    *,
    correlation: Sequence[ArrayLike] = (),
    degrees: Sequence[float] = (),
) -> AdaptiveClosedTest:
    """Test hypotheses some of which were dropped at an interim look.

    Args:
        combination: A one-sided group-sequential design (inverse normal), or Fisher's.
        p_values: (stages so far, hypotheses) one-sided, each stage on its own data; nan from the
            stage on at which a hypothesis is no longer tested.
        intersection: How the members of an intersection are tested together.
        correlation: Per stage, (hypotheses, hypotheses) of the statistics; parametric only.
        degrees: Per stage, of freedom of the variance, where p-values are of t statistics.

    Raises:
        DesignError: More stages than planned, a hypothesis taken up again, a missing correlation.
    Witness: rpact getClosedCombinationTestResults, several arms and enrichment.

    >>> from equipoise.design.sequential.group_sequential import group_sequential
    >>> from equipoise.design.sequential.rules import StoppingPlan
    >>> design = group_sequential(StoppingPlan((0.5, 1.0)), power=0.9)
    >>> nan = float("nan")
    >>> test = adaptive_closed_test(design, [[0.04, 0.2], [0.004, nan]], "bonferroni")
    >>> test.combined[0].round(4).tolist(), test.rejected_at
    ([1.4051, 2.8688], (2, None))
    """
    asked = _checked(combination, p_values, intersection, correlation, degrees)
    p = asked.p_values
    members = every_intersection(p.shape[1])
    stage_p = np.array(
        [[_stage_p(asked, stage, row) for stage in range(p.shape[0])] for row in members]
    )
    combined, reached = np.full(stage_p.shape, np.nan), np.zeros(stage_p.shape, dtype=np.bool_)
    for row, own in enumerate(stage_p):
        tested = int(np.isfinite(own).sum())
        if tested:
            combined[row, :tested], reached[row, :tested] = _combine(combination, own[:tested])
    rejected = np.logical_or.accumulate(reached, axis=1)
    return AdaptiveClosedTest(
        asked=asked,
        members=flags(members),
        stage_p=frozen(stage_p),
        combined=frozen(combined),
        rejected=flags(rejected),
        rejected_at=tuple(first_rejection(rejected[members[:, j]]) for j in range(p.shape[1])),
        assumed=(
            "stages have different patients, so that their p-values are independent",
            "futility is not applied here; where it binds, a trial that reached it has stopped",
        ),
    )


def every_intersection(size: int) -> Flags:
    """List all intersections of hypotheses, from that of all on: (intersections, hypotheses)."""
    masks = np.arange(2**size - 1, 0, -1)
    return np.asarray((masks[:, None] >> np.arange(size - 1, -1, -1)) & 1 == 1)


def _stage_p(asked: AdaptiveQuestion, stage: int, members: Flags) -> float:
    """Give the p-value of one intersection at one stage; nan if it has no member left."""
    p = asked.p_values[stage]
    left = np.flatnonzero(members & ~np.isnan(p))
    if not left.size:
        return float("nan")
    own, count = np.sort(p[left]), left.size
    match asked.intersection:
        case "bonferroni":
            return float(min(count * own[0], 1.0))
        case "sidak":
            return float(-np.expm1(count * np.log1p(-own[0]))) if own[0] < 1.0 else 1.0
        case "simes":
            return float(min((count * own / np.arange(1, count + 1)).min(), 1.0))
        case "in order":
            first = int(np.flatnonzero(members)[0])
            return float(p[first]) if first in left else 1.0
        case "parametric":
            return _parametric(asked, stage, left)


def _parametric(asked: AdaptiveQuestion, stage: int, left: NDArray[np.intp]) -> float:
    p = asked.p_values[stage, left]
    if left.size == 1:
        return float(p[0])
    degrees = asked.degrees[stage] if asked.degrees else None
    z = [
        upper_quantile(float(each))
        if degrees is None
        else student_upper_quantile(float(each), degrees)
        for each in p
    ]
    correlation = asked.correlation[stage][np.ix_(left, left)]
    return float(dunnett_p_values(z, correlation, degrees=degrees, step_down=False).min())


def _combine(combination: GroupSequential | FisherCombination, p: Vector) -> tuple[Vector, Flags]:
    """Give the combined statistic after each stage, and whether it rejects."""
    own = tuple(p.tolist())
    if isinstance(combination, FisherCombination):
        product = np.array([combination.product(own[: k + 1]) for k in range(p.size)])
        return product, np.asarray(product <= combination.critical[: p.size])
    z = combined_z(combination, tuple(np.maximum(p, LEAST).tolist()))  # p = 1 outweighs p = 0
    return z, np.asarray(z >= combination.upper[: p.size])


def first_rejection(intersections: Flags) -> int | None:
    """Give the first stage, from 1, at which all of these are rejected."""
    reached = np.all(intersections, axis=0)
    return int(np.argmax(reached)) + 1 if reached.any() else None


def _checked(
    combination: GroupSequential | FisherCombination,
    p_values: ArrayLike,
    intersection: Intersection,
    correlation: Sequence[ArrayLike],
    degrees: Sequence[float],
) -> AdaptiveQuestion:
    p = np.atleast_2d(np.array(p_values, dtype=np.float64))
    stages, size = p.shape
    planned = (
        combination.stages if isinstance(combination, FisherCombination) else combination.looks
    )
    if stages > planned:
        raise DesignError(f"There are p-values of {stages} stages; {planned} were planned.")
    if not 1 <= size <= MOST:
        raise DesignError(f"A closed test takes 1 to {MOST} hypotheses here; found {size}.")
    sides = (
        combination.asked.sides if isinstance(combination, FisherCombination) else combination.sides
    )
    if sides != 1:
        raise DesignError("Adaptive closed tests are one-sided. Plan each side at half of alpha.")
    dropped = np.isnan(p)
    if not ((p >= 0.0) & (p <= 1.0) | dropped).all():
        raise DesignError(f"P-values lie between 0 and 1; found {p.tolist()}. Correct them.")
    if dropped[0].any() or (dropped[:-1] & ~dropped[1:]).any() or dropped.all(axis=1).any():
        raise DesignError(
            "All hypotheses are tested at the first stage, at least one at every stage, and none "
            "is taken up again; write nan only from the stage on at which one is dropped."
        )
    if intersection == "parametric" and len(correlation) < stages:
        raise DesignError(
            f"Parametric tests of {stages} stages need a correlation for each; found "
            f"{len(correlation)}. Give them, or test intersections by Simes or Bonferroni."
        )
    if degrees and len(degrees) < stages:
        raise DesignError(
            f"{stages} stages need degrees of freedom for each; found {len(degrees)}."
        )
    matrices = tuple(checked_correlation(each, size) for each in correlation)
    return AdaptiveQuestion(combination, frozen(p), intersection, matrices, tuple(degrees))
