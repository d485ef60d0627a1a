"""From the rule a protocol names to the graph or procedure that it means.

Fixed sequences, Bonferroni and Holm are graphs; Hochberg and Hommel are closed tests whose
hypotheses share alpha as Holm's do, and so are tested at the same levels (alpha over m to 1).
Co-primary hypotheses are no graph: each is met only together with the others.
"""

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.multiplicity.graph import Graph, draw_graph
from equipoise.design.multiplicity.procedures import hochberg, hommel
from equipoise.design.multiplicity.shortcut import checked_p_values, shortcut_test
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, frozen
from equipoise.protocol.planning import Multiplicity


def graph_of(multiplicity: Multiplicity) -> Graph:
    """Draw the graph of a protocol's rule for several hypotheses.

    Raises:
        DesignError: An edge names an unknown hypothesis, or shares add up to more than 1.
    Witness: closed forms; `holm`, `fixed_sequence`.

    >>> rule = Multiplicity("fixed sequence", (("PFS", 1.0), ("OS", 0.0)), (("PFS", "OS", 1.0),))
    >>> graph_of(rule).transitions.tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    names = tuple(name for name, _ in multiplicity.weights)
    weights = np.array([share for _, share in multiplicity.weights])
    match multiplicity.procedure:
        case "fixed sequence":
            first = np.eye(1, len(names))[0]
            return draw_graph(first, np.eye(len(names), k=1), names)
        case "bonferroni":
            return draw_graph(weights, np.zeros((len(names), len(names))), names)
        case "holm":
            return draw_graph(weights, _in_proportion(weights), names)
        case "hochberg" | "hommel":
            even = np.full(len(names), 1.0 / max(len(names), 1))
            return draw_graph(even, _in_proportion(even), names)
        case "graph":
            return draw_graph(weights, _edges(names, multiplicity.transitions), names)
        case "co-primary" | "dunnett":
            raise DesignError(
                f"The rule {multiplicity.procedure!r} is no graph. Use `adjusted_by` for "
                "co-primary p-values, `dunnett_p_values` for Dunnett's test."
            )


def adjusted_by(multiplicity: Multiplicity, p_values: ArrayLike) -> Vector:
    """Adjust p-values by a protocol's rule, in the order of its weights.

    Raises:
        DesignError: As `graph_of`, or p-values that are not one per hypothesis.
    Witness: R p.adjust; `shortcut_test`.

    >>> rule = Multiplicity("hochberg", (("A", 0.5), ("B", 0.5)))
    >>> adjusted_by(rule, [0.02, 0.03]).tolist()
    [0.03, 0.03]
    >>> adjusted_by(Multiplicity("co-primary", (("A", 1.0), ("B", 1.0))), [0.02, 0.03]).tolist()
    [0.03, 0.03]
    """
    p = checked_p_values(p_values, len(multiplicity.weights))
    match multiplicity.procedure:
        case "hochberg":
            return hochberg(p)
        case "hommel":
            return hommel(p)
        case "co-primary":
            return _all_met(p, np.array([weight for _, weight in multiplicity.weights]))
        case "dunnett":
            raise DesignError(
                "Dunnett's test adjusts statistics with their correlation, not p-values. Use "
                "`dunnett_p_values`."
            )
        case _:
            return shortcut_test(graph_of(multiplicity), p).adjusted_p


def _all_met(p: Vector, weights: Vector) -> Vector:
    """Give the largest p-value of those that must all be met; then of each before one, too."""
    primary = weights > 0.0
    together = np.where(primary, p[primary].max(), p)
    return frozen(np.where(primary, together, np.maximum.accumulate(together)))


def _in_proportion(weights: Vector) -> Vector:
    """Pass each share on to the others, in proportion to theirs."""
    others = np.tile(weights, (weights.size, 1))
    np.fill_diagonal(others, 0.0)
    total = others.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(others, total, out=np.zeros_like(others), where=total > 0.0))


def _edges(names: tuple[str, ...], transitions: tuple[tuple[str, str, float], ...]) -> Vector:
    edges = np.zeros((len(names), len(names)))
    for start, end, share in transitions:
        for name in (start, end):
            if name not in names:
                raise DesignError(
                    f"An edge names {name!r}, which has no weight. Give it one (0 will do), or "
                    f"name one of {', '.join(names)}."
                )
        edges[names.index(start), names.index(end)] = share
    return edges
