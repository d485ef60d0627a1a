"""How much of alpha each hypothesis can be tested at, and its design at that level.

Alpha moves along the graph when hypotheses are rejected, whatever their order, so that the
hypotheses rejected so far say all: level = alpha × the share of the graph without them.  A
design at another level is what it would have been had the level been so from the first look:
the same rules, effect and budget for futility.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.multiplicity.graph import weight_table
from equipoise.design.multiplicity.group_sequential_graph import alpha_levels
from equipoise.design.sequential import one_sided, two_sided
from equipoise.design.sequential.assemble import assemble
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.rules import FixedEfficacy, SpendBothSides
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, vector
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules

SAME = 1e-9  # relative: two levels that are one


@dataclass(frozen=True, slots=True)
class Levels:
    """What each hypothesis can be tested at, by which are still in the graph."""

    names: tuple[str, ...]
    alpha: float
    shares: Matrix | None  # (sets of remaining hypotheses, hypotheses); None: no graph
    digit: tuple[int, ...]  # of each hypothesis in the number of a set
    own: tuple[float, ...]  # level of each without a graph

    def given(self, remaining: Flags) -> Matrix:
        """Give (trials, hypotheses) levels, 0 for what was rejected; likewise `remaining`."""
        if self.shares is None:
            return np.where(remaining, np.array(self.own), 0.0)
        return np.asarray(self.alpha * self.shares[remaining @ np.array(self.digit)])

    def within_reach(self, undecided: Flags, rejected: Flags) -> Flags:
        """Tell which hypotheses have a level, or would have one were all other open ones rejected.

        Args:
            undecided: (trials, hypotheses) that may still be rejected.
            rejected: (trials, hypotheses) that have been.
        """
        if self.shares is None:
            return undecided
        reach = np.zeros_like(undecided)
        digit = np.array(self.digit)
        kept = ~rejected & ~undecided
        for j in range(undecided.shape[1]):
            alone = kept.copy()
            alone[:, j] = True
            reach[:, j] = undecided[:, j] & (self.shares[alone @ digit, j] > 0.0)
        return reach


def levels_of(rules: StoppingRules) -> Levels:
    """Work out the levels of all hypotheses.

    Raises:
        DesignError: The graph names other hypotheses, or a hypothesis with bounds as given can
            get a level that they were not drawn for.
    """
    names = tuple(each.hypothesis for each in rules.hypotheses)
    own = tuple(_own_level(each, rules.alpha) for each in rules.hypotheses)
    if len(set(names)) != len(names) or not names:
        raise DesignError(f"Each hypothesis is decided once; found {', '.join(names) or 'none'}.")
    graph = rules.graph
    if graph is None:
        return Levels(names, rules.alpha, None, (), own)
    if set(graph.hypotheses) != set(names):
        raise DesignError(
            f"The graph is of {', '.join(graph.hypotheses)}, the rules are of {', '.join(names)}; "
            "name the same hypotheses in both."
        )
    places = [graph.position(name) for name in names]
    possible = alpha_levels(graph, rules.alpha)
    for name, each in zip(names, rules.hypotheses, strict=True):
        start = graph.weight(name) * rules.alpha
        lower = [level for level in possible[name] if 0.0 < level < (1 - SAME) * rules.alpha]
        if bounds_stay(each) and start == 0.0 and lower:
            raise DesignError(
                f"{name} starts without alpha and can get {lower[0]:g}, but its bounds are given, "
                f"for all of {rules.alpha:g}; give it bounds that spend."
            )
    digit = tuple(1 << (len(names) - 1 - place) for place in places)
    return Levels(names, rules.alpha, weight_table(graph)[:, places], digit, own)


def bounds_stay(rules: HypothesisRules) -> bool:
    """Tell whether the bounds of a hypothesis are as given, whatever its level."""
    if isinstance(rules.bounds, FixedBounds):
        return True
    return isinstance(rules.bounds.design.asked.stopping.efficacy, FixedEfficacy)


def _own_level(rules: HypothesisRules, alpha: float) -> float:
    if isinstance(rules.bounds, FixedBounds):
        return alpha
    return rules.bounds.design.asked.stopping.alpha


def at_level(design: GroupSequential, level: float) -> GroupSequential:
    """Give a design at another level of alpha, for the same effect.

    Witness: `group_sequential` at that alpha and drift.
    """
    asked, stopping = design.asked, design.asked.stopping
    if abs(level - stopping.alpha) <= SAME * level or isinstance(stopping.efficacy, FixedEfficacy):
        return design
    share = level / stopping.alpha
    efficacy = stopping.efficacy
    if isinstance(efficacy, SpendBothSides):
        efficacy = replace(efficacy, alpha_lower=efficacy.alpha_lower * share)
    question = replace(
        asked,
        stopping=replace(stopping, alpha=level, efficacy=efficacy),
        power=design.power if asked.power is None else asked.power,
        drift=design.drift,
    )
    if stopping.sides != 1:
        return two_sided.solve(replace(question, power=None))
    drawn, drift = one_sided.solve(question)
    return assemble(question, vector(drawn.upper), vector(drawn.lower), drift, harm=drawn.harm)
