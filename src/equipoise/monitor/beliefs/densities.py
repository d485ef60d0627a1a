"""Prior, likelihood and posterior of an effect as curves, for a figure."""

from dataclasses import dataclass

import numpy as np

from equipoise.design.adaptive.priors import NormalPrior
from equipoise.kernel.arrays import Vector, vector
from equipoise.monitor.beliefs.beliefs import Posterior
from equipoise.monitor.beliefs.priors import Likelihood
from equipoise.monitor.statistics.effect_scale import EffectScale


@dataclass(frozen=True, slots=True)
class Densities:
    """Prior, likelihood and posterior over effects, for a figure; per unit of the linear scale."""

    effect: Vector  # (points,) on its own scale
    prior: Vector | None  # (points,)
    likelihood: Vector  # (points,) scaled to integrate to 1
    posterior: Vector  # (points,)


def densities(
    posterior: Posterior, seen: Likelihood, scale: EffectScale, *, points: int = 201
) -> Densities:
    """Give prior, likelihood and posterior over a range of effects that holds nearly all of each.

    Args:
        posterior: of one belief.
        seen: what the data say.
        scale: of the effect.
        points: of the grid, even on the linear scale.

    Witness: closed form; each integrates to 1 but for its farthest tails.
    """
    data = NormalPrior(seen.advantage, seen.standard_error)
    each = [data, posterior.after, *([] if posterior.prior is None else [posterior.prior])]
    low = min(one.mean - 4.0 * min(one.sd, 2.0 * data.sd) for one in each)
    high = max(one.mean + 4.0 * min(one.sd, 2.0 * data.sd) for one in each)
    grid = np.linspace(low, high, points)

    def density(of: NormalPrior) -> Vector:
        away = (grid - of.mean) / of.sd
        return vector(np.exp(-(away**2) / 2.0) / (of.sd * np.sqrt(2.0 * np.pi)))

    return Densities(
        effect=vector([scale.value(float(each)) for each in grid]),
        prior=None if posterior.prior is None else density(posterior.prior),
        likelihood=density(data),
        posterior=density(posterior.after),
    )
