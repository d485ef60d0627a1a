"""How much belief it takes to overturn what the data say (Matthews).

With z the estimate over its standard error e, and c the normal quantile of the interval's level,

    sceptical   z > c:  N(0, τ²),  τ = e / √(z²/c² - 1),       limit c τ
    advocacy  0 < z < c:  N(c τ, τ²),  τ = 2 z c e / (c² - z²),  limit 2 c τ

are the priors under which the credible interval just touches no effect.  A finding is credible
at its level where effects beyond the sceptical limit are plausible; that limit is half the
interval's length squared over the root of its ends' product.

Matthews (2001), J Stat Plan Inference 94: 43; (2018), R Soc Open Sci 5: 171047.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.adaptive.priors import NormalPrior
from equipoise.errors import DesignError
from equipoise.kernel.confidence import normal_quantile
from equipoise.monitor.beliefs.priors import Likelihood
from equipoise.monitor.statistics.effect_scale import EffectScale


@dataclass(frozen=True, slots=True)
class CriticalPrior:
    """The belief at which a credible interval changes its mind about no effect."""

    kind: Literal["sceptical", "advocacy", "none"]  # none: no belief of these kinds would do
    level: float
    prior: NormalPrior | None  # of the advantage
    limit: float | None  # its limit farther from no effect, as an effect on its own scale
    worth: float | None  # events (patients) at this look that would tell as much as the prior


def critical_prior(seen: Likelihood, scale: EffectScale, *, level: float = 0.95) -> CriticalPrior:
    """Give the critical sceptical prior of a clear benefit, or the advocate's of an unclear one.

    There is none for data that favor the control arm, or none; nor for an interval that ends just
    at no effect.

    Args:
        seen: what the data say.
        scale: of the effect.
        level: of the credible interval.

    Raises:
        DesignError: The level is not between 0 and 1.

    Witness: closed form of the interval's ends; law: with the prior the interval ends at none.
    """
    if not 0.0 < level < 1.0:
        raise DesignError(f"The level of an interval is {level:g}; it must be between 0 and 1.")
    quantile, error = normal_quantile(level), seen.standard_error
    z = seen.advantage / error
    if z <= 0.0 or z == quantile:
        return CriticalPrior("none", level, None, None, None)
    clear = z > quantile
    if clear:
        spread = error / float(np.sqrt((z / quantile) ** 2 - 1.0))
    else:
        spread = 2.0 * z * quantile * error / (quantile**2 - z**2)
    prior = NormalPrior(0.0 if clear else quantile * spread, spread)
    return CriticalPrior(
        kind="sceptical" if clear else "advocacy",
        level=level,
        prior=prior,
        limit=scale.value(prior.mean + quantile * spread),
        worth=None if seen.counted is None else seen.counted * (error / spread) ** 2,
    )
