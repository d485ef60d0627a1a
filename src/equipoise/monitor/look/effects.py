"""About which effect a z stands for, on the effect's own scale.

linear effect = null ± z / √I,    I = 1 / variance of the effect seen, on its linear scale
"""

from math import exp, isfinite, log, sqrt

from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError
from equipoise.monitor.look.look import SeenStatistic
from equipoise.monitor.statistics.effect_scale import effect_scale
from equipoise.protocol.endpoints import TimeToEvent


def effect_at(
    design: TrialDesign, each: HypothesisDesign, seen: SeenStatistic, z: float
) -> float | None:
    """Give about the effect at a z; None where no effect, or no variance of it, was seen.

    Args:
        design: of the trial.
        each: the hypothesis as designed.
        seen: what the data say of it.
        z: such as a bound.

    Witness: closed form (z 2.35 at 80 events, 1:1: hazard ratio exp(-2.35 / √20)).
    """
    effect, information = seen.effect, seen.score_information
    if effect is None or information is None or not information > 0.0:
        return None
    try:
        scale = effect_scale(each, design.protocol.endpoint(each.endpoint))
    except DesignError:
        return None
    same = scale.scale == effect.scale
    in_time = isinstance(design.protocol.endpoint(each.endpoint), TimeToEvent)
    sign = -scale.sign if in_time and not same else scale.sign  # a mean time against a ratio
    if effect.scale == "log":
        null = log(scale.null) if same else 0.0
        found = null + sign * z / sqrt(information)
        return exp(found) if found < 700.0 else None  # noqa: PLR2004 - the largest number
    found = (scale.null if same else 0.0) + sign * z / sqrt(information)
    return found if isfinite(found) else None
