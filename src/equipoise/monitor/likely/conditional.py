"""Conditional power at a look: under named effects, effects given, and along a curve of them.

An effect x has drift λ · advantage(x), with λ that of the design; where no effect is planned, that
of the information observed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential.conditional_power import Futility, design_drift
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.sequential import StoppingProbability
from equipoise.monitor.likely.predicted import split
from equipoise.monitor.likely.rest import Rest
from equipoise.monitor.likely.values import Assumption, ConditionalChances, PowerCurve
from equipoise.monitor.statistics.effect_scale import EffectScale

POINTS = 61
BEYOND = (-0.5, 1.5)  # of the planned drift: how far a curve goes at least
FARTHEST = 18.0  # E[Z] of what is to come: further, nothing of interest happens


@dataclass(frozen=True, slots=True)
class Assumed:
    """An effect assumed for the rest: its drift to each later look, and how it was come by."""

    assumed: Assumption
    drift: float  # mean, from now to the last look
    by_look: Vector | None = None  # (later looks,) where it changes


def _assumptions(
    rest: Rest, scale: EffectScale, effects: Sequence[float], level: float
) -> list[Assumed]:
    found: list[Assumed] = []
    if scale.planned is not None:
        by_look = rest.drift_of_design()
        changing = not isinstance(design_drift(rest.drawn), float)
        found.append(Assumed("design", float(by_look[-1]), by_look if changing else None))
    found.append(Assumed("null", 0.0))
    found.append(Assumed("trend", rest.trend))
    reach = normal_quantile(level) / float(np.sqrt(rest.at))
    found.append(Assumed("optimistic", rest.trend + reach))
    found.extend(Assumed("given", _drift_of(rest, scale, effect)) for effect in effects)
    return found


def _drift_of(rest: Rest, scale: EffectScale, effect: float) -> float:
    """Give the drift of an effect.

    Raises:
        DesignError: Nothing tells how much information such an effect comes with.
    """
    if rest.slope is None:
        raise DesignError(
            f"Conditional power for a {scale.measure} of {effect:g} needs the information on its "
            "linear scale, and neither a planned effect nor the data give it; plan an effect."
        )
    return rest.slope * scale.advantage(effect)


def effect_of(rest: Rest, scale: EffectScale, drift: float) -> float | None:
    """Give the effect with such a drift; None where the scale is not known."""
    return None if rest.slope is None else scale.value(drift / rest.slope)


def conditional_chances(
    rest: Rest, scale: EffectScale, effects: Sequence[float], level: float
) -> tuple[ConditionalChances, ...]:
    """Give conditional power under the design's effect, none, the trend, its limit, and others.

    Args:
        rest: the trial from here.
        scale: of the effect.
        effects: further ones assumed, on their own scale.
        level: of the interval whose better limit is assumed.

    Raises:
        DesignError: An effect that is none, or whose information is not known.

    Witness: gsDesign `gsCP`, lrstat `getCP`, rpact; closed forms.
    """
    assumed = _assumptions(rest, scale, effects, level)
    obeyed, ignored = _stops_of(rest, assumed, "obeyed"), _stops_of(rest, assumed, "ignored")
    drifts = np.array([each.drift for each in assumed])
    at_last, fixed = (
        rest.ends_above(critical, drifts) for critical in (rest.last_bound, rest.fixed_bound)
    )
    found = []
    for row, each in enumerate(assumed):
        efficacy, futility, other = split(rest, obeyed[row])
        found.append(
            ConditionalChances(
                assumed=each.assumed,
                effect=effect_of(rest, scale, each.drift),
                drift=each.drift,
                futility_ignored=float(ignored[row].upper.sum()),
                futility_obeyed=float(efficacy.sum()),
                at_last=float(at_last[row]),
                fixed=float(fixed[row]),
                efficacy=efficacy,
                futility=futility,
                other_side=other,
                efficacy_ignoring=vector(ignored[row].upper),
            )
        )
    return tuple(found)


def _stops_of(
    rest: Rest, assumed: Sequence[Assumed], futility: Futility
) -> list[StoppingProbability]:
    """Give the chances of stopping under each assumption: constant drifts in one walk."""
    constant = [each.drift for each in assumed if each.by_look is None]
    changing = [each.by_look for each in assumed if each.by_look is not None]
    walks = [rest.stops(np.array(constant), futility)]
    if changing:
        walks.insert(0, rest.stops(np.array(changing), futility))  # the design's comes first
    return [
        StoppingProbability(stops.upper[row], stops.lower[row], stops.inner[row])
        for stops in walks
        for row in range(stops.upper.shape[0])
    ]


def power_curve(rest: Rest, scale: EffectScale, effects: Sequence[float] | None) -> PowerCurve:
    """Give conditional power over effects, in one walk.

    Args:
        rest: the trial from here.
        scale: of the effect.
        effects: on their own scale; none: from beyond no effect to beyond the planned one.

    Raises:
        DesignError: An effect that is none, or whose information is not known.

    Witness: `conditional_chances`, effect by effect.
    """
    if effects is not None and len(effects):
        drifts = np.array([_drift_of(rest, scale, effect) for effect in effects])
    else:
        drifts = _range_of(rest)
    shown = None
    if rest.slope is not None:
        shown = vector([scale.value(float(drift) / rest.slope) for drift in drifts])
    return PowerCurve(
        effect=shown,
        drift=vector(drifts),
        futility_ignored=vector(rest.stops(drifts, "ignored").upper.sum(axis=1)),
        futility_obeyed=vector(rest.stops(drifts, "obeyed").upper.sum(axis=1)),
        at_last=vector(rest.ends_above(rest.last_bound, drifts)),
        fixed=vector(rest.ends_above(rest.fixed_bound, drifts)),
    )


def _range_of(rest: Rest) -> Vector:
    """Give drifts from beyond none to beyond the planned one, the trend among them."""
    planned = rest.drawn.drift
    most = FARTHEST / float(np.sqrt(rest.end - rest.at))
    low = max(min(BEYOND[0] * planned, rest.trend), -most)
    high = min(max(BEYOND[1] * planned, rest.trend), most)
    return np.linspace(low, high, POINTS)
