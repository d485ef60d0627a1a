"""The levels each hypothesis can come to be tested at, and the boundaries that go with them.

A hypothesis is tested at its share of alpha, which grows as others are rejected; by Hochberg and
Hommel as by Holm, alpha over the number still in play.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from equipoise.design.multiplicity.graph import reject_hypotheses
from equipoise.design.multiplicity.promise import graph_of
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.trial_design import AlphaLevel, MultiplicityDesign
from equipoise.errors import DesignError
from equipoise.protocol.planning import Multiplicity

DISTINCT = 1e-9
MOST = 10  # hypotheses whose rejection in every order is looked at


def levels_of(
    rule: Multiplicity, alpha: float
) -> dict[str, tuple[tuple[float, tuple[str, ...]], ...]]:
    """Give each hypothesis its levels from the least, with the fewest rejections each needs.

    Raises:
        DesignError: there are too many hypotheses to look at every order of rejection.

    Witness: closed forms (Holm: alpha over m to 1; fixed sequence); `alpha_levels`.

    >>> rule = Multiplicity("fixed sequence", (("H1", 1.0), ("H2", 0.0)), (("H1", "H2", 1.0),))
    >>> levels_of(rule, 0.025)["H2"]
    ((0.025, ('H1',)),)
    """
    names = [name for name, _ in rule.weights]
    if len(names) > MOST:
        raise DesignError(
            f"The levels of {len(names)} hypotheses cannot all be listed; name at most {MOST}, or "
            "test them in families."
        )
    start = graph_of(rule)
    found: dict[str, dict[float, tuple[str, ...]]] = {name: {} for name in names}
    for size in range(len(names)):
        for rejected in combinations(names, size):
            now = start
            for name in rejected:
                now = reject_hypotheses(now, name)
            for name in names:
                share = round(now.weight(name) / DISTINCT) * DISTINCT
                if name not in rejected and share > 0:
                    found[name].setdefault(share, rejected)
    return {
        name: tuple((share * alpha, after) for share, after in sorted(shares.items()))
        for name, shares in found.items()
    }


def starting_alpha(rule: Multiplicity | None, hypothesis: str, alpha: float) -> float:
    """Give the alpha a hypothesis has before any other is rejected."""
    if rule is None:
        return alpha
    return alpha * dict(rule.weights)[hypothesis]


def planned_alpha(rule: Multiplicity | None, hypothesis: str, alpha: float) -> float:
    """Give the alpha a hypothesis is planned at: its own at the start, or the least it waits for.

    0 where the share that comes to it is nothing to speak of.

    Witness: closed forms (fixed sequence: alpha; Bonferroni: its share).
    """
    start = starting_alpha(rule, hypothesis, alpha)
    if start > 0 or rule is None:
        return start
    levels = levels_of(rule, alpha)[hypothesis]
    return levels[0][0] if levels else 0.0


def multiplicity_design(
    rule: Multiplicity, alpha: float, stopping: Mapping[str, StoppingPlan | None], drift: float
) -> MultiplicityDesign:
    """Give every level of every hypothesis, with its efficacy bounds.

    Args:
        rule: how alpha is shared.
        alpha: of the trial, for both sides together.
        stopping: of each hypothesis, as it is tested; futility only where alpha relies on it;
            None where bounds at other levels are not drawn, as for a MaxCombo test.
        drift: of the design, for futility that alpha relies on.

    Raises:
        DesignError: no boundary can be drawn at one of the levels.

    Witness: nph16 (gsDesign2: the same design at two alphas); `group_sequential`.
    """
    drawn: dict[tuple[StoppingPlan, float], tuple[float | None, ...]] = {}
    levels = []
    for name, held in levels_of(rule, alpha).items():
        for level, after in held:
            rules = stopping[name]
            if rules is not None and (rules, level) not in drawn:
                drawn[rules, level] = _bounds(rules, level, drift)
            z = () if rules is None else drawn[rules, level]
            levels.append(AlphaLevel(name, after, level, z))
    return MultiplicityDesign(
        rule.procedure, rule.weights, rule.transitions, tuple(levels), _assumed(rule)
    )


def _bounds(stopping: StoppingPlan, level: float, drift: float) -> tuple[float | None, ...]:
    upper = group_sequential(replace(stopping, alpha=level), drift=drift).upper
    return tuple(float(z) if np.isfinite(z) else None for z in upper)


def _assumed(rule: Multiplicity) -> tuple[str, ...]:
    if rule.procedure == "hochberg":
        return ("Hochberg's procedure needs test statistics that are not negatively dependent.",)
    if rule.procedure == "hommel":
        return ("Hommel's procedure needs test statistics that are not negatively dependent.",)
    return (_GRAPHICAL,)


_GRAPHICAL = (
    "Shares of alpha pass on as in the graph of Bretz et al. (2009); valid under any correlation "
    "of the hypotheses."
)
