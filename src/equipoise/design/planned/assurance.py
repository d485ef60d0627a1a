"""The chance that the trial succeeds, averaged over what is believed of the effect."""

from math import log

from equipoise.design.plan import Plan
from equipoise.design.sequential.predictive_power import DriftBelief, probability_of_success
from equipoise.design.trial_design import Assurance
from equipoise.protocol.planning import Prior


def assurance_of(hypothesis: str, prior: Prior, plan: Plan) -> Assurance:
    """Give the probability of success of a plan under a prior on its effect.

    Witness: `probability_of_success`.
    """
    mean, spread = _belief(prior, plan)
    chance = probability_of_success(plan.sequential, DriftBelief(mean, spread), futility="obeyed")
    scale = "logarithm of the " if plan.effect.scale == "log" else ""
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
