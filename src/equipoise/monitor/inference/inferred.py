"""Numbers of θ put on the scale that readers know, each scale with its own lower limit."""

from dataclasses import replace

import numpy as np

from equipoise.monitor.inference.inference import Inference, Limits, Method, Told
from equipoise.monitor.statistics.effect_scale import EffectScale


def told(theta: float | None, scale: EffectScale | None) -> Told:
    """Give a number on both scales.

    Witness: `EffectScale.value`.
    """
    if theta is None or not np.isfinite(theta):
        return Told(None, None)
    return Told(theta, None if scale is None else scale.value(theta))


def inferred(
    method: Method, limits: Limits, scale: EffectScale | None, level: float, remark: str = ""
) -> Inference:
    """Put limits on both scales; each scale has its own lower limit.

    Witness: `EffectScale.value`.
    """
    low, high = told(limits.lower, scale), told(limits.upper, scale)
    if scale is not None and scale.sign < 0.0:
        low, high = replace(low, effect=high.effect), replace(high, effect=low.effect)
    estimate = told(limits.estimate, scale)
    return Inference(method, limits.p_value, estimate, low, high, level, remark)
