"""How often a graph of hypotheses succeeds, by simulation of their statistics.

Statistics Z ~ N(δ, R) become one-sided p-values; each set is tested in the graph.  The Monte Carlo
standard error stands beside each chance; the same seed gives the same numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_alpha
from equipoise.design.multiplicity.correlation import checked_correlation
from equipoise.design.multiplicity.graph import Graph
from equipoise.design.multiplicity.shortcut import adjusted_p_values, at_most
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, frozen
from equipoise.kernel.normal import upper_tails

EIGENVALUE = 1e-12


@dataclass(frozen=True, slots=True, repr=False)
class GraphPower(Printed):
    """Chances of success in a graph, with the standard error of their simulation."""

    each: Vector  # (hypotheses,) this one is rejected
    some: float  # at least one is
    every: float  # all are
    rejections: float  # on average
    standard_error: Vector  # (hypotheses,) of `each`
    trials: int
    seed: int


def graph_power(
    graph: Graph,
    drift: ArrayLike,
    correlation: ArrayLike,
    alpha: float = 0.025,
    *,
    trials: int = 100_000,
    seed: int = 1,
) -> GraphPower:
    """Simulate how often hypotheses in a graph are rejected.

    Args:
        graph: Tested by weighted Bonferroni tests.
        drift: (hypotheses,) E[Z] of each; `z_α + z_β` for a marginal power 1 - β.
        correlation: (hypotheses, hypotheses) of the statistics.
        alpha: One-sided.
        trials: Simulated.
        seed: Of the random numbers.

    Raises:
        DesignError: Not one drift per hypothesis, or no trial.
    Accuracy: its `standard_error`.
    Witness: `joint_power` where the graph is Bonferroni's.

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> power = graph_power(draw_graph([1.0], [[0.0]]), [3.2415], [[1.0]], trials=10_000)
    >>> bool(abs(power.some - 0.9) < 4 * power.standard_error[0])
    True
    """
    mean = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    check_alpha(alpha)
    if mean.size != len(graph.hypotheses) or trials < 1:
        raise DesignError(
            f"{len(graph.hypotheses)} hypotheses need as many drifts and at least one trial; "
            f"found {mean.size} and {trials}."
        )
    values, vectors = np.linalg.eigh(checked_correlation(correlation, mean.size))
    root = vectors * np.sqrt(np.where(values > EIGENVALUE, values, 0.0))
    noise = np.random.default_rng(seed).standard_normal((trials, mean.size))
    rejected = at_most(adjusted_p_values(graph, upper_tails(mean + noise @ root.T)), alpha)
    each = rejected.mean(axis=0)
    return GraphPower(
        each=frozen(each),
        some=float(rejected.any(axis=1).mean()),
        every=float(rejected.all(axis=1).mean()),
        rejections=float(rejected.sum(axis=1).mean()),
        standard_error=frozen(np.sqrt(each * (1.0 - each) / trials)),
        trials=trials,
        seed=seed,
    )
