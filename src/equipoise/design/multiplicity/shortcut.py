"""Which hypotheses of a graph are rejected, by weighted Bonferroni tests, and in which order.

While any active hypothesis has p_j ≤ w_j alpha, reject one and update the graph (Bretz, Maurer,
Brannath & Posch 2009, algorithms 1 and 2).  The adjusted p-value is the smallest alpha at which
the hypothesis is rejected:

    j = argmin p_j / w_j,     adjusted p_j = max(p_j / w_j, the largest adjusted so far).

The same as closed testing by weighted Bonferroni, without its 2^n intersections.  A hypothesis
that no alpha can reach has adjusted p = 1.  Equality rejects; so does an excess by rounding,
below one part in 10¹².  One- or two-sided, as the p-values are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_alpha
from equipoise.design.multiplicity.graph import Graph, reject_hypotheses, weight_table, without
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector, flags, frozen, vector

ROUNDING = 1e-12  # relative
MOST_ORDERED = 8  # 8! = 40320 orders


@dataclass(frozen=True, slots=True)
class GraphQuestion:
    """What was asked of a test on a graph."""

    graph: Graph
    p_values: Vector
    alpha: float


@dataclass(frozen=True, slots=True, repr=False)
class GraphTest(Printed):
    """Adjusted p-values, what is rejected, and how the graph changed on the way."""

    asked: GraphQuestion
    adjusted_p: Vector  # (hypotheses,)
    rejected: Flags  # (hypotheses,)
    order: tuple[str, ...]  # the hypotheses rejected, first one first
    levels: Vector  # (rejected,) the alpha each was rejected at
    graphs: tuple[Graph, ...]  # before the first rejection, and after each
    assumed: tuple[str, ...]


def shortcut_test(graph: Graph, p_values: ArrayLike, alpha: float = 0.025) -> GraphTest:
    """Test hypotheses in a graph by weighted Bonferroni tests.

    Args:
        graph: from `draw_graph`.
        p_values: (hypotheses,) one-sided, in the graph's order.
        alpha: for the whole family.

    Raises:
        DesignError: A p-value outside [0, 1], too many or too few, or alpha not between 0 and 1.
    Witness: lr30, mcp01, graphicalMCP shortcuts, tests/twice (closed tests).

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> holm = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
    >>> shortcut_test(holm, [0.02, 0.01]).adjusted_p.tolist()
    [0.02, 0.02]
    """
    p = checked_p_values(p_values, len(graph.hypotheses))
    check_alpha(alpha)
    adjusted, sequence = _adjusted(graph, p)
    rejected = at_most(adjusted, alpha) & graph.active
    graphs, levels = [graph], []
    for j in sequence:
        if rejected[j]:
            levels.append(float(graphs[-1].weights[j]) * alpha)
            graphs.append(reject_hypotheses(graphs[-1], graph.hypotheses[j]))
    return GraphTest(
        asked=GraphQuestion(graph, vector(p), alpha),
        adjusted_p=vector(adjusted),
        rejected=flags(rejected),
        order=tuple(graph.hypotheses[j] for j in sequence if rejected[j]),
        levels=vector(levels) if levels else frozen(np.empty(0)),
        graphs=tuple(graphs),
        assumed=("weighted Bonferroni tests: valid under any correlation",),
    )


def rejection_orders(test: GraphTest) -> tuple[tuple[str, ...], ...]:
    """Give every order in which the rejected hypotheses could have been rejected one by one.

    Args:
        test: its result, with the p-values.

    Raises:
        DesignError: More than 8 were rejected, whose orders are too many to list.
    Witness: graphicalMCP graph_rejection_orderings; each order by updating the graph step by step.

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> holm = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
    >>> rejection_orders(shortcut_test(holm, [0.01, 0.02]))
    (('H1', 'H2'),)
    >>> rejection_orders(shortcut_test(holm, [0.01, 0.002]))
    (('H1', 'H2'), ('H2', 'H1'))
    """
    if len(test.order) > MOST_ORDERED:
        raise DesignError(
            f"{len(test.order)} rejected hypotheses have too many orders to list, at most "
            f"{MOST_ORDERED} can be; `order` has one of them."
        )
    question = test.asked

    def after(graph: Graph, left: frozenset[str]) -> Iterator[tuple[str, ...]]:
        if not left:
            yield ()
        for name in (hypothesis for hypothesis in graph.hypotheses if hypothesis in left):
            p = question.p_values[graph.position(name)]
            if p <= graph.weight(name) * question.alpha * (1.0 + ROUNDING):
                for following in after(reject_hypotheses(graph, name), left - {name}):
                    yield (name, *following)

    return tuple(after(question.graph, frozenset(test.order)))


def _adjusted(graph: Graph, p: Vector) -> tuple[Vector, list[int]]:
    """Give the adjusted p-values, and the order in which growing alpha would reject."""
    adjusted = np.where(graph.active, 1.0, np.nan)
    weights, transitions, largest = graph.weights, graph.transitions, 0.0
    active, sequence = graph.active.copy(), []
    while (active & (weights > 0.0)).any():
        ratio = np.full(p.size, np.inf)
        np.divide(p, weights, out=ratio, where=active & (weights > 0.0))
        j = int(np.argmin(ratio))
        largest = max(largest, min(float(ratio[j]), 1.0))
        adjusted[j] = largest
        active[j] = False
        sequence.append(j)
        weights, transitions = without(weights, transitions, j)
    return adjusted, sequence


def adjusted_p_values(graph: Graph, p_values: ArrayLike) -> Matrix:
    """Adjust many sets of p-values at once, each as `shortcut_test` does.

    Args:
        graph: With at most 14 hypotheses, none of them removed.
        p_values: (sets, hypotheses).
    Witness: lr30 (a matrix of p-values), laws (row by row equal to `shortcut_test`).

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> holm = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
    >>> adjusted_p_values(holm, [[0.02, 0.01], [0.04, 0.2]]).tolist()
    [[0.02, 0.02], [0.08, 0.2]]
    """
    size = len(graph.hypotheses)
    p = np.atleast_2d(np.asarray(p_values, dtype=np.float64))
    for row in p[:1]:
        checked_p_values(row, size)
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise DesignError("P-values lie between 0 and 1. Correct those that do not.")
    table = np.ascontiguousarray(weight_table(graph).T)
    each = np.ascontiguousarray(p.T)
    adjusted, largest = np.ones_like(each), np.zeros(p.shape[0])
    remaining, ratio = np.full(p.shape[0], 2**size - 1), np.empty_like(each)
    digit = 2.0 ** np.arange(size - 1, -1, -1)
    with np.errstate(divide="ignore", invalid="ignore"):  # p / 0: out of the graph, or no weight
        for _ in range(size):
            np.divide(each, table.take(remaining, axis=1, mode="clip"), out=ratio)
            least = np.fmin.reduce(ratio, axis=0)
            np.fmax(largest, np.fmin(least, 1.0), out=largest)
            leaves = ratio == least  # those that tie leave together: neither raises the other's
            np.minimum(adjusted, np.maximum(largest, ~leaves), out=adjusted)
            remaining &= ~(digit @ leaves).astype(np.int64)
    return frozen(np.ascontiguousarray(adjusted.T))


def at_most(adjusted: Vector | Matrix, alpha: float) -> Flags:
    """Say which adjusted p-values reach alpha, but for rounding."""
    return np.asarray(adjusted <= alpha * (1.0 + ROUNDING))


def checked_p_values(p_values: ArrayLike, size: int | None = None) -> Vector:
    """Check that p-values are numbers in [0, 1], as many as there are hypotheses."""
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or (size is not None and p.size != size) or not p.size:
        wanted = "at least one" if size is None else f"{size}"
        raise DesignError(
            f"P-values are one per hypothesis, {wanted}; found {p.size}. Give each hypothesis one."
        )
    wrong = ~((p >= 0.0) & (p <= 1.0))
    if wrong.any():
        raise DesignError(
            f"P-values lie between 0 and 1; found {p[wrong][0]:g}. Correct it, or write 1 for a "
            "hypothesis that was not tested."
        )
    return p
