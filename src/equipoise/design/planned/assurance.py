"""The chance that the trial succeeds, averaged over what is believed of the effect.

A prior is normal on the effect's own linear scale: the logarithm of a ratio.  Mostly z is linear
there, too, and the average needs no integral; where z is linear in the ratio itself (a score test
of a risk ratio) it is averaged over Gauss points.
"""

from math import log

import numpy as np

from equipoise.design.adaptive.assurance import assurance
from equipoise.design.adaptive.priors import GridPrior
from equipoise.design.plan import Plan
from equipoise.design.sequential.predictive_power import DriftBelief, probability_of_success
from equipoise.design.trial_design import Assurance
from equipoise.kernel.arrays import Vector
from equipoise.kernel.quadrature import panels
from equipoise.protocol.derive_design import RATIOS
from equipoise.protocol.planning import Prior

CERTAIN = 12.0  # a drift beyond it succeeds, or fails, for certain
REACH = 9.0  # standard deviations of a prior that are integrated over
PANEL = 1.5  # standard deviations, or steps of the drift


def assurance_of(hypothesis: str, prior: Prior, plan: Plan) -> Assurance:
    """Give the probability of success of a plan under a prior on its effect.

    Witness: `probability_of_success`; quadrature where z is linear in a ratio.
    """
    of_log = prior.measure in RATIOS
    if of_log and plan.effect.scale == "identity":
        chance = _over_ratios(prior, plan)
    else:
        belief = DriftBelief(*_belief(prior, plan))
        chance = probability_of_success(plan.sequential, belief, futility="obeyed")
    scale = "logarithm of the " if of_log else ""
    told = f"The {scale}{prior.measure} is believed to be normal."
    if plan.sequential.asked.stopping.futility is not None:
        told += " Futility is obeyed."
    said = (told, prior.source) if prior.source else (told,)
    return Assurance(hypothesis, prior, prior.measure, chance, said)


def _belief(prior: Prior, plan: Plan) -> tuple[float, float]:
    """Give the prior in units of the planned effect, on the scale where z is linear in it."""
    ratio = plan.effect.scale == "log"

    def linear(value: float) -> float:
        return log(value) if ratio else value

    whole = linear(plan.effect.value) - linear(plan.effect.null)
    return (linear(prior.mean) - linear(plan.effect.null)) / whole, abs(
        prior.standard_deviation / whole
    )


def _over_ratios(prior: Prior, plan: Plan) -> float:
    """Average over a prior that is normal on the log scale, z being linear in the ratio."""
    mean, sd, effect = log(prior.mean), prior.standard_deviation, plan.effect
    unit = (effect.value - effect.null) / plan.sequential.drift  # of the ratio, by drift
    limits = effect.null - CERTAIN * abs(unit), effect.null + CERTAIN * abs(unit)
    edges = _edges(mean - REACH * sd, mean + REACH * sd, sd, abs(unit), limits[1])
    logs, width = panels(edges)
    weight = width * np.exp(-(((logs - mean) / sd) ** 2) / 2)
    ratios = np.clip(np.exp(np.minimum(logs, log(limits[1]))), *limits)
    return assurance(plan, GridPrior(tuple(ratios), tuple(weight))).probability


def _edges(low: float, high: float, sd: float, unit: float, most: float) -> Vector:
    """Cut the logarithms of a ratio where neither the prior nor the drift moves far within."""
    edges = [low]
    while edges[-1] < high:
        step, at = PANEL * sd, edges[-1]
        if at < log(most):  # beyond it success does not change any more
            step = min(step, np.log1p(PANEL * unit / np.exp(at)), PANEL)
        edges.append(min(high, at + step))
    return np.array(edges)
