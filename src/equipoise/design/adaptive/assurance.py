"""The chance that a trial succeeds, whatever the effect may be: power averaged over a belief.

    assurance = ∫ P(an efficacy bound is crossed | θ) π(θ) dθ       (O'Hagan, Stevens & Campbell
                                                             2005, Pharm Stat 4: 187; Spiegelhalter)

Success is the experimental arm's.  A normal belief needs no integral: the posterior mean walks
like the score, so that it is again a sequential trial (see `kernel.conditional_power`); for one
look it is Φ((η m - z_α) / √(1 + η² s²)).  Other beliefs are averaged over Gauss points.  After
an interim look the belief is first weighed with what the look has shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from equipoise.design.adaptive.priors import (
    EffectPrior,
    GridPrior,
    MixturePrior,
    NormalPrior,
    SimplePrior,
)
from equipoise.design.plan import Plan
from equipoise.design.sequential.conditional_power import (
    Futility,
    bounds,
    check_interim,
    conditional_stops,
)
from equipoise.design.sequential.describe import to_linear
from equipoise.design.sequential.design import GroupSequential
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.conditional_power import predictive_stopping
from equipoise.kernel.sequential import stopping_probability

NARROW = 1e-4  # variance of a belief about the drift


@dataclass(frozen=True, slots=True)
class InterimResult:
    """What a look has shown."""

    look: int  # from 1
    z: float


@dataclass(frozen=True, slots=True)
class Assurance:
    """The chance of success before the effect is known."""

    prior: EffectPrior
    after: InterimResult | None
    probability: float
    by_look: Vector  # chance of success first at each look still to come
    better: float  # chance that the experimental arm is better than the null value
    power: float  # under the planned effect, at the same point


def assurance(
    plan: Plan | GroupSequential,
    prior: EffectPrior,
    *,
    after: InterimResult | None = None,
    futility: Futility = "obeyed",
) -> Assurance:
    """Give the chance of success under a belief about the effect.

    Args:
        plan: of one hypothesis: then the prior is on its linear scale (the log of ratios); or
            a sequential design: then it is on the drift, E[Z] at full information.
        prior: the belief.
        after: an interim look and what it showed, which updates the belief.
        futility: whether futility bounds are obeyed.

    Raises:
        DesignError: where there is no such interim look.

    Accuracy: 1e-10 for normal priors and mixtures of them; 1e-9 for others.

    Witness: gsDesign `gsPOS`, `gsPP` (cp03); the closed form for one look; law: certainty gives
        the power.

    >>> from equipoise.design.sequential.group_sequential import group_sequential
    >>> from equipoise.design.sequential.rules import StoppingPlan
    >>> one_look = group_sequential(StoppingPlan(), power=0.9)
    >>> round(assurance(one_look, NormalPrior(one_look.drift, one_look.drift / 2)).probability, 4)
    0.7495
    """
    sequential = plan.sequential if isinstance(plan, Plan) else plan
    start, slope = _drift_of_effect(plan)
    told = after or InterimResult(0, 0.0)
    if after is not None:
        check_interim(sequential, after.look, after.z)
    by_look, _ = _averaged(sequential, prior, (start, slope), told, futility)
    planned = _at(sequential, sequential.drift, told, futility)
    better = prior.above(start) if slope > 0 else 1 - prior.above(start) - _mass_at(prior, start)
    return Assurance(
        prior=prior,
        after=after,
        probability=float(by_look.sum()),
        by_look=vector(by_look),
        better=better,
        power=float(planned.sum()),
    )


def assurance_curve(
    plan: Plan | GroupSequential,
    prior: EffectPrior,
    *,
    information: tuple[float, ...] = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    futility: Futility = "obeyed",
) -> tuple[tuple[float, float], ...]:
    """Give (information, assurance): what a larger trial with the same bounds would gain.

    Unlike power it does not rise to 1, but to the chance that the experimental arm is better.

    Args:
        plan: as for `assurance`.
        prior: the belief.
        information: multiples of the planned maximum (of patients, or of events).
        futility: whether futility bounds are obeyed.

    Witness: `assurance` at 1; the closed form for one look.
    """
    sequential = plan.sequential if isinstance(plan, Plan) else plan
    null, slope = _drift_of_effect(plan)
    start = InterimResult(0, 0.0)
    told = []
    for multiple in information:
        line = (null, slope * float(np.sqrt(multiple)))
        by_look, _ = _averaged(sequential, prior, line, start, futility)
        told.append((multiple, float(by_look.sum())))
    return tuple(told)


def _drift_of_effect(plan: Plan | GroupSequential) -> tuple[float, float]:
    """Give (null, slope): the drift of a linear effect x is slope (x - null)."""
    if not isinstance(plan, Plan):
        return 0.0, 1.0
    null = to_linear(plan.effect, plan.effect.null)
    return null, plan.sequential.drift / (to_linear(plan.effect, plan.effect.value) - null)


def _mass_at(prior: EffectPrior, value: float) -> float:
    """Give the chance of just this value, which only points have."""
    if isinstance(prior, MixturePrior):
        parts = [_mass_at(part, value) for part in prior.parts]
        return float(prior.shares @ np.array(parts))
    if isinstance(prior, GridPrior):
        values, weights = prior.nodes()
        return float(weights[values == value].sum())
    return 0.0


def _averaged(
    sequential: GroupSequential,
    prior: EffectPrior,
    line: tuple[float, float],
    told: InterimResult,
    futility: Futility,
) -> tuple[Vector, float]:
    """Give success at each later look, and the density of what the look has shown."""
    if isinstance(prior, MixturePrior):
        parts = [_averaged(sequential, part, line, told, futility) for part in prior.parts]
        weight = prior.shares * np.array([density for _, density in parts])
        mixed = sum(w * success for w, (success, _) in zip(weight, parts, strict=True))
        return np.asarray(mixed / weight.sum()), float(weight.sum())
    if isinstance(prior, NormalPrior):
        return _normal(sequential, prior, line, told, futility)
    return _over_nodes(sequential, prior, line, told, futility)


def _normal(
    sequential: GroupSequential,
    prior: NormalPrior,
    line: tuple[float, float],
    told: InterimResult,
    futility: Futility,
) -> tuple[Vector, float]:
    null, slope = line
    mean, variance = slope * (prior.mean - null), (slope * prior.sd) ** 2
    if variance < NARROW:  # the walk would lose its digits; power is all but linear there
        node, weight = hermegauss(8)
        points = GridPrior(tuple(prior.mean + prior.sd * node), tuple(weight))
        return _over_nodes(sequential, points, line, told, futility)
    seen = _information(sequential, told)
    stops = predictive_stopping(
        bounds(sequential, futility).after(told.look),
        seen,
        told.z,
        mean=mean,
        precision=1 / variance,
    )
    spread = 1 + variance * seen
    away = told.z - mean * float(np.sqrt(seen))
    return stops.upper, float(np.exp(-(away**2) / (2 * spread)) / np.sqrt(spread))


def _over_nodes(
    sequential: GroupSequential,
    prior: SimplePrior,
    line: tuple[float, float],
    told: InterimResult,
    futility: Futility,
) -> tuple[Vector, float]:
    value, weight = prior.nodes()
    drift = line[1] * (value - line[0])
    seen = _information(sequential, told)
    weight = weight * np.exp(-((told.z - drift * np.sqrt(seen)) ** 2) / 2)
    success = np.array([_at(sequential, float(each), told, futility) for each in drift])
    return np.asarray(weight @ success / weight.sum()), float(weight.sum())


def _at(
    sequential: GroupSequential, drift: float, told: InterimResult, futility: Futility
) -> Vector:
    """Give success at each later look under one drift."""
    if told.look:
        return conditional_stops(sequential, told.look, told.z, drift, futility=futility).upper
    kept = bounds(sequential, futility)
    return stopping_probability(
        kept.upper, kept.lower, kept.information, drift=drift, inner=kept.inner
    ).upper


def _information(sequential: GroupSequential, told: InterimResult) -> float:
    return float(sequential.information[told.look - 1]) if told.look else 0.0
