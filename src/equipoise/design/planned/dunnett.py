"""What several arms' comparisons with one control are tested at, by Dunnett's test.

One look: the critical value c of the arms still in play, r_ij = λ_i λ_j, λ_j² = n_j / (n_j + n_0);
as an alpha, 1 - Φ(c) a side.  Several looks: one boundary for all arms still in play (`multi_arm`).
When an arm is found better, the rest are tested among themselves (a closed test, stepping down).
"""

import numpy as np

from equipoise.design.multiplicity.correlation import shared_control_correlation
from equipoise.design.multiplicity.dunnett import dunnett_critical_value
from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.planned.multiplicity import Level, Levels, subsets
from equipoise.design.planned.stopping import efficacy_rule
from equipoise.design.sequential.rules import SpendAlpha, Spending, WangTsiatis
from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector
from equipoise.kernel.normal import upper_tail
from equipoise.kernel.sequential import stopping_probability
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.trial import Protocol


def dunnett_levels(protocol: Protocol, promise: DesignPromise) -> Levels:
    """Give what every comparison is tested at, whichever arms are found better already.

    Raises:
        DesignError: bounds of several arms are not drawn for such looks or rules.

    Witness: `dunnett_critical_value`; `multi_arm_bounds`.
    """
    names = [each.id for each in protocol.hypotheses]
    comparisons = [protocol.comparison(each.comparison) for each in protocol.hypotheses]
    control = protocol.arm(comparisons[0].control).allocation
    sizes = {
        name: protocol.arm(each.experimental).allocation
        for name, each in zip(names, comparisons, strict=True)
    }
    known: dict[tuple[float, ...], Level] = {}
    found: Levels = {name: {} for name in names}
    for rejected in subsets(names):
        left = tuple(sorted(sizes[name] for name in names if name not in rejected))
        if left not in known:
            known[left] = _level(promise, left, control)
        for name in names:
            if name not in rejected:
                found[name][frozenset(rejected)] = known[left]
    return found


def _level(promise: DesignPromise, arms: tuple[float, ...], control: float) -> Level:
    """Give what the arms still in play are tested at."""
    information = vector(promise.looks.information)
    if information.size == 1:
        _, correlation = shared_control_correlation(arms, control)
        critical = dunnett_critical_value(correlation, promise.alpha, sides=promise.sides)
        return Level(promise.sides * upper_tail(critical))
    rule = efficacy_rule(promise.efficacy, information.size, promise.alpha)
    shape: Spending | WangTsiatis
    if isinstance(rule, SpendAlpha) and rule.looks is None:
        shape = rule.spending
    elif isinstance(rule, WangTsiatis):
        shape = rule
    else:
        raise DesignError(
            f"Dunnett's bounds over several looks are drawn by spending alpha at every look, or "
            f"by Wang and Tsiatis, not by {promise.efficacy.rule!r}; change `efficacy`, or share "
            "alpha by holm.",
            "efficacy",
        )
    upper = multi_arm_bounds(
        len(arms), information, shape, promise.alpha, allocation=arms[0] / control
    ).upper
    never = np.full(information.size, -np.inf)
    alone = float(stopping_probability(upper, never, information).upper.sum())
    return Level(alone, tuple(upper.tolist()))
