"""Closed tests on a graph: every intersection by Bonferroni, Simes, Hochberg or parametric tests.

A hypothesis is rejected when every intersection J that holds it is.  Hypotheses are tested in
groups h, each by its own test on the weights w_j(J) of the graph, joined by Bonferroni:

    Bonferroni    min p_j / w_j
    Simes         min p_j / Σ{w_l: p_l ≤ p_j}                                   (Lu 2016)
    Hochberg      min p_(i) (m - i + 1) / Σ w, weights equal       (Xi & Bretz 2019)
    parametric    P(some P_j ≤ w_j q) / Σ w,  q = min p_j / w_j         (Xi et al. 2017)

The adjusted p of J is the smallest over its groups; that of a hypothesis, the largest over its
intersections.  With `joint` (Bretz et al. 2011, lrstat) the parametric and Bonferroni groups
share one q: the adjusted p of J is Σ_h P(some P_j ≤ w_j q).  Parametric tests are one-sided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from equipoise.design.checks import check_alpha
from equipoise.design.multiplicity.correlation import checked_correlation
from equipoise.design.multiplicity.graph import Closure, Graph, intersection_weights
from equipoise.design.multiplicity.shortcut import (
    GraphQuestion,
    at_most,
    checked_p_values,
)
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector, flags, frozen, vector
from equipoise.kernel.normal_rectangle import some_exceed

ROUNDED = 1e-9  # by how much equal weights may differ
TestKind = Literal["bonferroni", "simes", "hochberg", "parametric"]


@dataclass(frozen=True, slots=True)
class HypothesisGroup:
    """Hypotheses tested together; `correlation` is of their test statistics."""

    hypotheses: tuple[str, ...]
    test: TestKind = "bonferroni"
    correlation: Matrix | None = None  # (hypotheses, hypotheses); parametric tests only


@dataclass(frozen=True, slots=True, repr=False)
class ClosedTest(Printed):
    """Adjusted p-values and verdicts of a closed test, and of every intersection."""

    asked: GraphQuestion
    groups: tuple[HypothesisGroup, ...]
    adjusted_p: Vector  # (hypotheses,)
    rejected: Flags  # (hypotheses,)
    closure: Closure
    group_p: Matrix  # (intersections, groups); infinite where the group has no weight
    intersection_p: Vector  # (intersections,)
    assumed: tuple[str, ...]


def closed_test(
    graph: Graph,
    p_values: ArrayLike,
    alpha: float = 0.025,
    groups: Sequence[HypothesisGroup] | TestKind = "bonferroni",
    *,
    joint: bool = False,
) -> ClosedTest:
    """Test hypotheses in a graph by the closure principle.

    Args:
        graph: The weights of every intersection follow from it.
        p_values: (hypotheses,).
        alpha: The family-wise error rate.
        groups: Each hypothesis in one; or one kind of test for all together.
        joint: One level q for all groups, by Bonferroni or parametric tests.

    Raises:
        DesignError: Groups that overlap or leave hypotheses out, a parametric group without its
            correlation, Hochberg with unequal weights, Simes or Hochberg with `joint`.
    Accuracy: 1e-10 where correlations are of product form or among at most four; else 1e-6.
    Witness: graphicalMCP graph_test_closure, lrstat fadjpsim and fadjpdun, R p.adjust.

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> holm = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
    >>> closed_test(holm, [0.02, 0.024], groups="simes").adjusted_p.tolist()
    [0.024, 0.024]
    """
    p = checked_p_values(p_values, len(graph.hypotheses))
    check_alpha(alpha)
    intersections = intersection_weights(graph)
    chosen = _checked_groups(graph, groups, joint=joint)
    group_p, intersection_p = _intersections(graph, p, intersections, chosen, joint=joint)
    adjusted = np.where(intersections.members, intersection_p[:, None], 0.0).max(axis=0)
    return ClosedTest(
        asked=GraphQuestion(graph, vector(p), alpha),
        groups=chosen,
        adjusted_p=vector(adjusted),
        rejected=flags(at_most(adjusted, alpha)),
        closure=intersections,
        group_p=frozen(group_p),
        intersection_p=vector(intersection_p),
        assumed=_assumed(chosen),
    )


def _intersections(
    graph: Graph, p: Vector, every: Closure, groups: Sequence[HypothesisGroup], *, joint: bool
) -> tuple[Matrix, Vector]:
    """Give the adjusted p of each intersection, by group and joined."""
    positions = [[graph.position(name) for name in group.hypotheses] for group in groups]
    if joint:
        smallest = _smallest_ratio(p, every.weights)
        pairs = zip(groups, positions, strict=True)
        chance = [_chance_of(g, every.weights[:, at], smallest) for g, at in pairs]
        group_p = np.column_stack(chance)
        return group_p, np.minimum(group_p.sum(axis=1), 1.0)
    columns = [
        _group_p(group, p[at], every.weights[:, at], every.members[:, at])
        for group, at in zip(groups, positions, strict=True)
    ]
    group_p = np.column_stack(columns)
    return group_p, np.minimum(group_p.min(axis=1), 1.0)


def _group_p(group: HypothesisGroup, p: Vector, weights: Matrix, members: Flags) -> Vector:
    """Give the adjusted p of each intersection's part in one group; infinite without weight."""
    match group.test:
        case "bonferroni":
            return _smallest_ratio(p, weights)
        case "simes":
            below = (p[None, :] <= p[:, None]).astype(np.float64)  # [j, l]: p_l ≤ p_j
            return _smallest_ratio(p, np.where(members, weights @ below.T, 0.0))
        case "hochberg":
            return _hochberg(group, p, weights, members)
        case "parametric":
            total = weights.sum(axis=1)
            ratio = _smallest_ratio(p, weights)
            chance = _chance_of(group, weights, ratio)
            result = np.full(total.size, np.inf)
            np.divide(chance, total, out=result, where=total > 0.0)
            return result


def _smallest_ratio(p: Vector, weights: Matrix) -> Vector:
    ratio = np.full(weights.shape, np.inf)
    np.divide(p, weights, out=ratio, where=weights > 0.0)
    smallest: Vector = ratio.min(axis=1)
    return smallest


def _chance_of(group: HypothesisGroup, weights: Matrix, ratio: Vector) -> Vector:
    """Give P(some P_j ≤ w_j q) under the null, for q = `ratio`."""
    q = np.where(np.isfinite(ratio), ratio, 0.0)
    level = np.minimum(weights * q[:, None], 1.0)
    if group.correlation is None:  # nothing is known: Bonferroni
        return np.asarray(level.sum(axis=1))
    rows, back = np.unique(level, axis=0, return_inverse=True)
    certain = rows.max(axis=1) == 1.0
    exceed = some_exceed(-ndtri(np.where(certain[:, None], 0.0, rows)), group.correlation)
    chance: Vector = np.where(certain, 1.0, exceed)[back.ravel()]
    return chance


def _hochberg(group: HypothesisGroup, p: Vector, weights: Matrix, members: Flags) -> Vector:
    total, count = weights.sum(axis=1), members.sum(axis=1)
    equal = np.where(members, weights * count[:, None] - total[:, None], 0.0)
    if np.abs(equal).max() > ROUNDED:
        named = ", ".join(group.hypotheses)
        raise DesignError(
            f"Hochberg's test needs equal weights in every intersection; those of {named} differ. "
            "Use Simes tests, or a graph that treats them alike."
        )
    below = (p[None, :] <= p[:, None]).astype(np.float64)
    rank = members.astype(np.float64) @ below.T  # members with p no larger
    share = total[:, None] / (count[:, None] - rank + 1.0)
    return _smallest_ratio(p, np.where(members, share, 0.0))


def _checked_groups(
    graph: Graph, groups: Sequence[HypothesisGroup] | TestKind, *, joint: bool
) -> tuple[HypothesisGroup, ...]:
    chosen = (
        (HypothesisGroup(graph.hypotheses, groups),) if isinstance(groups, str) else tuple(groups)
    )
    named = sorted(name for group in chosen for name in group.hypotheses)
    if named != sorted(graph.hypotheses):
        raise DesignError(
            f"Every hypothesis belongs to one group: {', '.join(graph.hypotheses)}; "
            f"the groups hold {', '.join(named)}. Name each once."
        )
    return tuple(_checked(group, joint=joint) for group in chosen)


def _checked(group: HypothesisGroup, *, joint: bool) -> HypothesisGroup:
    words = ", ".join(group.hypotheses)
    if joint and group.test in ("simes", "hochberg"):
        raise DesignError(
            f"One level for all groups is for Bonferroni and parametric tests; {words} is tested "
            f"by {group.test}. Leave out `joint`."
        )
    if group.test != "parametric":
        return HypothesisGroup(group.hypotheses, group.test)
    if group.correlation is None:
        raise DesignError(
            f"The parametric test of {words} needs the correlation of its statistics. Give it, "
            "or use Bonferroni or Simes tests."
        )
    correlation = checked_correlation(group.correlation, len(group.hypotheses))
    return HypothesisGroup(group.hypotheses, group.test, correlation)


def _assumed(groups: Sequence[HypothesisGroup]) -> tuple[str, ...]:
    said = {
        "bonferroni": "Bonferroni tests: valid under any correlation",
        "simes": "Simes tests: the statistics of a group are positively dependent (MTP2)",
        "hochberg": "Hochberg tests: the statistics of a group are positively dependent (MTP2)",
        "parametric": "parametric tests: statistics normal, their correlation known",
    }
    return tuple(said[kind] for kind in dict.fromkeys(group.test for group in groups))
