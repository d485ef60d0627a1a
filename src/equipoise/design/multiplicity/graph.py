"""A graph of hypotheses that pass their alpha on when they are rejected.

Hypothesis j starts with the share w_j of alpha and hands it on along edges g_jk once rejected
(Bretz, Maurer, Brannath & Posch 2009).  Taking j out of the graph gives every other l, k

    w_l  ←  w_l + w_j g_jl,        g_lk  ←  (g_lk + g_lj g_jk) / (1 - g_lj g_jl),

with g_lk = 0 where the denominator is; the order of several removals does not matter.
Shares add up to at most 1, and so do the edges that leave each hypothesis.  What is removed
keeps its name, with no share and no edge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector, flags, frozen

SLACK = 1e-10  # by how much shares typed as decimals may add up to more than 1
MOST = 14  # hypotheses for which all intersections are drawn up


@dataclass(frozen=True, slots=True)
class Graph:
    """Hypotheses, their shares of alpha, and where each share goes on rejection."""

    hypotheses: tuple[str, ...]
    weights: Vector  # (hypotheses,) shares of alpha
    transitions: Matrix  # (hypotheses, hypotheses) row j: shares passed on from j
    removed: frozenset[str] = frozenset()

    @property
    def active(self) -> Flags:
        """Which hypotheses are still in the graph."""
        return flags([name not in self.removed for name in self.hypotheses])

    def weight(self, hypothesis: str) -> float:
        """Give one hypothesis's share of alpha."""
        return float(self.weights[self.position(hypothesis)])

    def position(self, hypothesis: str) -> int:
        """Find a hypothesis.

        Raises:
            DesignError: There is none of that name.
        """
        if hypothesis not in self.hypotheses:
            named = ", ".join(self.hypotheses)
            raise DesignError(
                f"The graph has no hypothesis {hypothesis!r}. Name one of {named}, or draw it in."
            )
        return self.hypotheses.index(hypothesis)


@dataclass(frozen=True, slots=True)
class Closure:
    """The weights of every intersection of hypotheses, all of them together first.

    Rows count down in binary with the first hypothesis as the highest digit: 111, 110, 101, ...
    """

    hypotheses: tuple[str, ...]
    members: Flags  # (2^n - 1, n)
    weights: Matrix  # (2^n - 1, n); 0 outside the intersection


def draw_graph(
    weights: ArrayLike | Mapping[str, float],
    transitions: ArrayLike | Mapping[str, Mapping[str, float]],
    hypotheses: Sequence[str] | None = None,
) -> Graph:
    """Draw a graph; hypotheses are H1, H2, ... unless named.

    Args:
        weights: (hypotheses,) shares of alpha; or a share for each name.
        transitions: (hypotheses, hypotheses) row j: the shares passed on from j; or by name,
            {from: {to: share}}, edges left out being none.
        hypotheses: names, where not given by `weights`.

    Raises:
        DesignError: Shares or edges are negative, add up to more than 1, or a hypothesis passes
            alpha to itself.
    Witness: laws (weights never fall when another hypothesis is removed, nor add up to more
        than 1), graphicalMCP and lrstat closures.

    >>> holm = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
    >>> reject_hypotheses(holm, "H1").weights.tolist()
    [0.0, 1.0]
    >>> named = draw_graph({"OS": 0.4, "PFS": 0.6}, {"PFS": {"OS": 1}})
    >>> reject_hypotheses(named, "PFS").weight("OS")
    1.0
    """
    if isinstance(weights, Mapping):
        hypotheses = tuple(weights) if hypotheses is None else hypotheses
        weights, transitions = _by_name(weights, transitions, hypotheses)
    elif isinstance(transitions, Mapping):
        raise DesignError(
            "Transitions by name need shares of alpha by name; give {name: share} for both."
        )
    shares = np.array(weights, dtype=np.float64)
    edges = np.array(transitions, dtype=np.float64)
    size = shares.size
    names = tuple(hypotheses or [f"H{position + 1}" for position in range(size)])
    _check_shape(shares, edges, names)
    _check_shares(shares, "the shares of alpha", "Lower one of them")
    for name, row in zip(names, edges, strict=True):
        _check_shares(row, f"the edges that leave {name}", "Lower one of them")
    for name, own in zip(names, np.diag(edges), strict=True):
        if own != 0.0:
            raise DesignError(
                f"A hypothesis cannot pass alpha to itself; {name} passes {own:g}. "
                "Set the diagonal of the transitions to 0."
            )
    return Graph(names, frozen(shares), frozen(edges))


def _by_name(
    weights: Mapping[str, float],
    transitions: ArrayLike | Mapping[str, Mapping[str, float]],
    names: Sequence[str],
) -> tuple[ArrayLike, ArrayLike]:
    """Put shares and edges given by name in the order of the names."""
    if set(names) != set(weights):
        raise DesignError(
            f"Shares of alpha are given for {', '.join(weights)}, and the hypotheses are "
            f"{', '.join(names)}; name the same ones."
        )
    shares = [weights[name] for name in names]
    if not isinstance(transitions, Mapping):
        return shares, transitions
    mentioned = [*transitions, *(name for edges in transitions.values() for name in edges)]
    unknown = next((name for name in mentioned if name not in weights), None)
    if unknown is not None:
        raise DesignError(
            f"An edge names {unknown!r}, which has no share of alpha; give it one (0 will do), or "
            f"name one of {', '.join(names)}."
        )
    edges = [[transitions.get(here, {}).get(there, 0.0) for there in names] for here in names]
    return shares, edges


def _check_shape(shares: Vector, edges: Matrix, names: tuple[str, ...]) -> None:
    if shares.ndim != 1 or not shares.size:
        raise DesignError("A graph needs one share of alpha per hypothesis, and at least one.")
    if edges.shape != (shares.size, shares.size):
        raise DesignError(
            f"{shares.size} hypotheses need {shares.size} rows of {shares.size} transitions; "
            f"found {' by '.join(map(str, edges.shape))}. Give every pair, 0 where no edge is."
        )
    if len(names) != shares.size or len(set(names)) != len(names):
        raise DesignError(
            f"{shares.size} hypotheses need as many different names; found {', '.join(names)}. "
            "Name each once."
        )


def _check_shares(shares: Vector, what: str, remedy: str) -> None:
    wrong = ~(np.isfinite(shares) & (shares >= 0.0) & (shares <= 1.0 + SLACK))
    if wrong.any():
        found = f"{shares[wrong][0]:g}"
        raise DesignError(f"{what[0].upper()}{what[1:]} lie between 0 and 1; found {found}.")
    if shares.sum() > 1.0 + SLACK:
        raise DesignError(
            f"{what[0].upper()}{what[1:]} add up to at most 1; found {shares.sum():.6g}. {remedy}."
        )


def reject_hypotheses(start: Graph, rejected: str | Iterable[str]) -> Graph:
    """Take hypotheses out of the graph and pass their alpha on.

    Args:
        start: the graph they are in.
        rejected: names, one or several.

    Raises:
        DesignError: A hypothesis is unknown, or was taken out before.
    Witness: tests/twice (removal in every order), Bretz et al. (2009).

    >>> sequence = draw_graph([1, 0, 0], [[0, 1, 0], [0, 0, 1], [0, 0, 0]])
    >>> reject_hypotheses(sequence, ["H1", "H2"]).weights.tolist()
    [0.0, 0.0, 1.0]
    """
    names = (rejected,) if isinstance(rejected, str) else tuple(rejected)
    weights, transitions = start.weights, start.transitions
    removed = set(start.removed)
    for name in names:
        position = start.position(name)
        if name in removed:
            raise DesignError(f"{name} is out of the graph already. Reject each hypothesis once.")
        weights, transitions = without(weights, transitions, position)
        removed.add(name)
    return Graph(start.hypotheses, frozen(weights), frozen(transitions), frozenset(removed))


def without(weights: Vector, transitions: Matrix, j: int) -> tuple[Vector, Matrix]:
    """Give the shares and edges after hypothesis j has passed its alpha on.

    Args:
        weights: (..., hypotheses), of one graph or of several.
        transitions: (..., hypotheses, hypotheses) likewise.
        j: position.
    """
    into, out_of = transitions[..., :, j], transitions[..., j, :]
    shares = weights + weights[..., j, None] * out_of
    shares[..., j] = 0.0
    returning = 1.0 - into * out_of  # what does not come straight back, for each l
    loops = returning > SLACK
    edges = transitions + into[..., :, None] * out_of[..., None, :]
    edges /= np.where(loops, returning, 1.0)[..., None]
    edges[~loops] = 0.0
    edges[..., j, :] = 0.0
    edges[..., :, j] = 0.0
    every = np.arange(weights.shape[-1])
    edges[..., every, every] = 0.0
    return shares, edges


def intersection_weights(start: Graph) -> Closure:
    """Draw up the weights of all 2^n - 1 intersections.

    Raises:
        DesignError: There are more hypotheses than intersections can be listed for.
    Witness: lrstat fwgtmat, graphicalMCP graph_generate_weights.

    >>> intersection_weights(draw_graph([0.5, 0.5], [[0, 1], [1, 0]])).weights.tolist()
    [[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]]
    """
    size = len(start.hypotheses)
    table = weight_table(start)
    masks = np.arange(2**size - 1, 0, -1)
    members = (masks[:, None] >> np.arange(size - 1, -1, -1)) & 1
    return Closure(start.hypotheses, flags(members == 1), frozen(table[masks]))


def weight_table(start: Graph) -> Matrix:
    """Give the weights of each set of remaining hypotheses, the first as the highest binary digit.

    Each hypothesis in turn stays in the sets so far, and leaves them: they double.
    """
    size = len(start.hypotheses)
    if size > MOST:
        raise DesignError(
            f"{size} hypotheses have {2**size - 1} intersections; at most {MOST} hypotheses are "
            "listed. Use the sequentially rejective test (`shortcut_test`), which needs no list."
        )
    weights, transitions = start.weights[None], start.transitions[None]
    for j in range(size):
        shares, edges = without(weights, transitions, j)
        weights = np.stack([shares, weights], axis=1).reshape(-1, size)
        transitions = np.stack([edges, transitions], axis=1).reshape(-1, size, size)
    return weights
