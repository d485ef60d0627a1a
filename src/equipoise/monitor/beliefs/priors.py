"""What is believed of an effect before a look, and what its data say by themselves: all normal.

On the scale of advantages (see `effect_scale`):

    sceptical      N(0, s²)        P(as good as planned or better) = tail
    enthusiastic   N(planned, s²)  P(no better than the null value) = tail

both with s = planned / z_tail (Spiegelhalter, Freedman & Parmar 1994, JRSS A 157: 357).
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.estimates import Absent
from equipoise.design.adaptive.priors import NormalPrior
from equipoise.errors import DesignError
from equipoise.kernel.normal import upper_quantile
from equipoise.monitor.look.look import HypothesisLook
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.monitoring import Belief, MonitoringPromise
from equipoise.protocol.planning import Prior

FLAT, DESIGN = "flat", "design"  # ids of beliefs that no protocol lists


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What the data say: the estimated advantage is normal about the true one."""

    advantage: float
    standard_error: float
    counted: float | None  # events (or patients) it rests on
    source: str  # how it was found, as a sentence


def named_priors(
    promise: MonitoringPromise, scale: EffectScale, prior: Prior | None = None
) -> list[tuple[str, str, NormalPrior]]:
    """Give (id, kind, prior of the advantage) of each belief that can be stated.

    Sceptical and enthusiastic ones need a planned effect, and are left out where there is none.

    Raises:
        DesignError: A belief that is none.
    """
    found: list[tuple[str, str, NormalPrior]] = []
    for belief in promise.beliefs:
        if belief.kind != "given" and scale.planned is None:
            continue
        found.append((belief.id, belief.kind, prior_of(belief, scale)))
    if prior is not None:
        center = NormalPrior(scale.advantage(prior.mean), prior.standard_deviation)
        found.append((DESIGN, "design", center))
    return found


def prior_of(belief: Belief, scale: EffectScale) -> NormalPrior:
    """Give a belief as a normal prior of the advantage.

    Raises:
        DesignError: The tail is not between 0 and 1/2, a number is missing, or no effect is
            planned where the belief is about one.

    Witness: closed form; law: the tail is the chance it is said to be.
    """
    if belief.kind == "given":
        if belief.mean is None or belief.standard_deviation is None:
            raise DesignError(
                f"The belief {belief.id} is given without mean or standard deviation; give both."
            )
        return NormalPrior(scale.advantage(belief.mean), belief.standard_deviation)
    planned = scale.planned_advantage
    if planned is None:
        raise DesignError(
            f"The belief {belief.id} is {belief.kind} of the planned effect, and none is planned; "
            "plan one, or give the belief a mean and a standard deviation."
        )
    if not 0.0 < belief.tail < 0.5:  # noqa: PLR2004 - a tail is less than half
        raise DesignError(
            f"The belief {belief.id} has a tail of {belief.tail:g}; give one above 0 and below 0.5."
        )
    center = 0.0 if belief.kind == "sceptical" else planned
    return NormalPrior(center, planned / upper_quantile(belief.tail))


def likelihood_of(look: HypothesisLook, scale: EffectScale) -> Likelihood | None:
    """Give what the data of a look say of the effect; None where that is not known.

    The estimate with its standard error, where they are on the same linear scale; otherwise
    z/√I, with the information I of the linear scale, and else that which the design plans for.

    Witness: closed form.
    """
    seen = look.seen
    counted = seen.information if seen.information > 0.0 else None
    if seen.effect is not None and seen.effect.scale == scale.scale:
        value, error = seen.effect.value, seen.effect.standard_error
        if not isinstance(value, Absent) and not isinstance(error, Absent) and error > 0.0:
            told = "The likelihood is that of the estimate, normal with its standard error."
            return Likelihood(scale.advantage(value), error, counted, told)
    if seen.z is None:
        return None
    information = seen.score_information
    told = "The likelihood is that of z: the estimate is z/√I, its standard error 1/√I."
    planned, drawn = scale.planned_advantage, look.drawn
    if information is None and planned is not None and drawn is not None:
        information = (drawn.drift / planned) ** 2 * look.fraction
        told += " I is the information fraction of what the design plans for."
    if information is None or not information > 0.0:
        return None
    root = float(np.sqrt(information))
    return Likelihood(seen.z / root, 1.0 / root, counted, told)
