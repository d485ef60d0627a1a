"""How likely it is that the treatment helps at all, or by a margin, under priors.

The rebuilt hazard ratio, with the error of sampling and of reconstruction, updates normal priors
of its logarithm (`monitor.beliefs`).  Sceptical of a planned effect: centered at none, with a
chance of 5% of one as good.  Where none was planned: N(0, 0.35²), 95% within 0.50 and 1.99.
"""

from collections.abc import Sequence

import numpy as np

from equipoise.analyze.estimates import Absent
from equipoise.appraise.checks.shrinkage import USUAL_SD
from equipoise.appraise.rebuilt.values import RebuiltBeliefs, RebuiltNumber
from equipoise.kernel.confidence import error_of_limits
from equipoise.monitor.beliefs.beliefs import updated
from equipoise.monitor.beliefs.critical_prior import critical_prior
from equipoise.monitor.beliefs.priors import FLAT, Likelihood, prior_of
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.monitoring import Belief

USUAL = Belief("sceptical", "given", mean=1.0, standard_deviation=USUAL_SD)
PLANNED = Belief("sceptical", "sceptical")


def beliefs_of(
    ratio: RebuiltNumber,
    events: int,
    *,
    planned: float | None = None,
    beliefs: Sequence[Belief] | None = None,
    margins: Sequence[float] = (),
    level: float = 0.95,
) -> RebuiltBeliefs | None:
    """Update priors of the hazard ratio; None where there is no ratio to update them with.

    Args:
        ratio: of the rebuilt patients.
        events: it rests on.
        planned: hazard ratio of the design.
        beliefs: priors; a sceptical one unless given.  The flat one is always told.
        margins: hazard ratios; how likely a better one is.
        level: of credible intervals.

    Raises:
        DesignError: a belief that is none, or a planned ratio that is no benefit.

    Witness: `updated`; closed form.
    """
    limits = ratio.together
    if limits is None or isinstance(ratio.estimate.value, Absent):
        return None
    if isinstance(limits.lower, Absent) or isinstance(limits.upper, Absent):
        return None
    scale = EffectScale("hazard ratio", 1.0, "log", "lower", planned)
    error = error_of_limits(float(np.log(limits.lower)), float(np.log(limits.upper)), limits.level)
    source = "The likelihood is that of the rebuilt hazard ratio, errors of rebuilding included."
    seen = Likelihood(scale.advantage(ratio.estimate.value), error, float(events), source)
    if beliefs is None:
        beliefs = (USUAL,) if planned is None else (PLANNED,)
    each = [(FLAT, "flat", None), *((one.id, one.kind, prior_of(one, scale)) for one in beliefs)]
    return RebuiltBeliefs(
        likelihood=seen,
        posteriors=tuple(
            updated(name, kind, prior, seen, scale, margins=margins, level=level)
            for name, kind, prior in each
        ),
        critical=critical_prior(seen, scale, level=level),
        assumed=(source, "Beliefs are normal on the logarithm of the hazard ratio."),
    )
