"""Futility bounds that spend a beta as given, in a trial whose power is what it is.

    P_θ(Z_k ≤ a_k, none crossed before) = β(t_k) - β(t_{k-1}),    k before the last look

under the alternative of the trial as planned.  What is then missing from 1 is power or a miss at
the last look, so that beta and the power need not add up to 1.
"""

from dataclasses import replace

import numpy as np

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import FixedFutility, SpendBeta, StoppingPlan
from equipoise.design.sequential.schedule import cumulative_spending, looks_tested
from equipoise.design.survival.evidence import Evidence
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability

REACH = (-40.0, 40.0)  # z


def spending_beta(stopping: StoppingPlan, evidence: Evidence, beta: float) -> StoppingPlan:
    """Give the stopping plan with its futility bounds found for this beta and fixed.

    Raises:
        DesignError: futility is not non-binding spending, or its bounds meet those of efficacy.
    Accuracy:
        1e-10 in z.
    Witness:
        nph04 (gsDesign2), whose bounds these are for its patients.
    """
    rule = stopping.futility
    if not isinstance(rule, SpendBeta) or rule.binding or stopping.sides != 1:
        raise DesignError(
            "A beta of its own is for one-sided non-binding futility that spends; leave beta out."
        )
    if not 0.0 < beta < 1.0:
        raise DesignError(f"Futility must spend a beta between 0 and 1; found {beta:g}.")
    alone = group_sequential(replace(stopping, futility=None), drift=1.0)
    information = evidence.information
    spent_by = stopping.spending_time or tuple(information / information[-1])
    tested = looks_tested(rule.looks, information.size, "Futility")
    due = cumulative_spending(rule.spending, vector(spent_by), beta)
    lower = np.full(information.size, -np.inf)
    spent = 0.0
    for look in np.flatnonzero(tested[:-1] & (due[:-1] > 0.0)):
        lower[look] = _bound(alone.upper, lower, evidence, int(look), float(due[look] - spent))
        spent = float(due[look])
        if lower[look] >= alone.upper[look]:
            raise DesignError(
                f"By look {look + 1} futility is to spend {spent:.4g}, so much that its bound "
                "meets the efficacy bound; spend less."
            )
    return replace(stopping, futility=FixedFutility(tuple(lower[:-1].tolist())))


def _bound(upper: Vector, lower: Vector, evidence: Evidence, look: int, spend: float) -> float:
    """Find the z at one look that spends so much."""
    to_here = slice(0, look + 1)
    goal = upper_quantile(spend)

    def excess(z: float) -> float:
        tried = np.append(lower[:look], z)
        chances = stopping_probability(
            upper[to_here], tried, evidence.information[to_here], drift=evidence.effect[to_here]
        )
        return goal - upper_quantile(max(float(chances.lower[look]), 1e-300))

    start = float(evidence.mean_z[look]) - goal
    return rising_root(excess, start, slope=1.0, within=REACH)
