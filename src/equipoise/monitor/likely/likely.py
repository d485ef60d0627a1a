"""What is likely of one hypothesis from a look on: whether it will succeed, when, and if what.

With z at information t, S = z √t, and c the bound at the last look, T, the chance that z at the
last look reaches c is

    Φ((S + θ (T - t) - c √T) / √(T - t)),    θ = E[Z] at information 1,

and that of any later bound is a walk from S (see `kernel.conditional_power`).  θ is the design's,
none, the trend's z/√t, the upper confidence limit's, or that of an effect given.  An effect x has
θ = λ · advantage(x), with λ that of the design; where no effect is planned, that observed.
Lan, Simon & Halperin (1982); Lan & Wittes (1988); Spiegelhalter, Freedman & Blackburn (1986).
"""

from collections.abc import Sequence

import numpy as np

from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector
from equipoise.monitor.beliefs.priors import FLAT, named_priors
from equipoise.monitor.bounds.rules import EFFICACY, FUTILITY, HARM
from equipoise.monitor.likely.conditional import conditional_chances, effect_of, power_curve
from equipoise.monitor.likely.predicted import DriftLaw, law_of, predicted_chances
from equipoise.monitor.likely.rest import Rest, needed, rest_of, why_no_rest
from equipoise.monitor.likely.reverse_power import discordance, reverse_power
from equipoise.monitor.likely.values import (
    LikelyCourse,
    NeededRest,
    PredictedChances,
)
from equipoise.monitor.look.look import HypothesisLook
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.monitoring import MonitoringPromise
from equipoise.protocol.planning import Prior

LEVEL = 0.95
SUCCESS = (
    "Success is crossing an efficacy bound for the experimental arm at a later look; later looks "
    "come as planned, with bounds updated at the information observed so far and at the alpha that "
    "the hypothesis has now."
)
FIXED = "Fixed: the last look alone, against the critical value of one final analysis at this alpha"


def likely_course(
    look: HypothesisLook,
    promise: MonitoringPromise,
    *,
    scale: EffectScale,
    prior: Prior | None = None,
    effects: Sequence[float] = (),
    curve: Sequence[float] | None = None,
    level: float = LEVEL,
) -> LikelyCourse:
    """Give conditional, predictive and reverse power of one hypothesis at a look.

    Args:
        look: of one hypothesis.
        promise: the beliefs of the protocol.
        scale: of the effect, with the planned one.
        prior: the design's own, if it has one for this hypothesis.
        effects: on their own scale, assumed for the rest beside the design's, none and the trend.
        curve: effects of the curve, on their own scale; by default from beyond none to beyond
            the planned one and the trend.
        level: of the interval whose better limit is assumed, and of prediction intervals.

    Raises:
        DesignError: An effect or belief that is none, or a level not between 0 and 1.

    Accuracy: 1e-10.

    Witness: gsDesign (cp01 to cp04), lrstat (lr08), rpact, closed forms, simulated trials.
    """
    if not 0.0 < level < 1.0:
        raise DesignError(f"The level of an interval is {level:g}; it must be between 0 and 1.")
    why = why_no_rest(look)
    if why:
        return no_course(look, why)
    rest = rest_of(look, scale)
    last, fixed = rest.last_bound, rest.fixed_bound
    return LikelyCourse(
        hypothesis=look.hypothesis,
        why_not="",
        z=rest.z,
        information=rest.at,
        b_value=rest.z * float(np.sqrt(rest.at)),
        looks=vector(rest.later),
        bounds=vector(rest.drawn.upper[rest.look :]),
        fixed_bound=fixed,
        conditional=conditional_chances(rest, scale, effects, level),
        curve=power_curve(rest, scale, curve),
        predictive=_predictive(rest, promise, scale, prior, level),
        needed=_needed(rest, scale),
        reverse=reverse_power(rest.z, rest.at, last, end=rest.end) if np.isfinite(last) else None,
        reverse_fixed=reverse_power(rest.z, rest.at, fixed, end=rest.end),
        discordance=discordance(rest.drawn) if np.isfinite(last) else None,
        assumed=_said(look, rest, scale),
    )


def no_course(look: HypothesisLook, why: str) -> LikelyCourse:
    """Give the course of a hypothesis of which nothing can be foretold."""
    drawn = look.drawn
    at = float(drawn.information[look.place - 1]) if drawn and look.place else None
    z = look.seen.z
    b_value = None if z is None or at is None else z * float(np.sqrt(at))
    none = vector(np.empty(0))
    return LikelyCourse(
        hypothesis=look.hypothesis,
        why_not=why,
        z=z,
        information=at,
        b_value=b_value,
        looks=none,
        bounds=none,
        fixed_bound=None,
        conditional=(),
        curve=None,
        predictive=(),
        needed=(),
        reverse=None,
        reverse_fixed=None,
        discordance=None,
        assumed=(),
    )


def _predictive(
    rest: Rest, promise: MonitoringPromise, scale: EffectScale, prior: Prior | None, level: float
) -> tuple[PredictedChances, ...]:
    laws = [(FLAT, DriftLaw())]
    if rest.slope is not None:
        laws.extend(
            (name, law_of(belief, rest.slope))
            for name, _, belief in named_priors(promise, scale, prior)
        )
    return tuple(predicted_chances(rest, name, law, scale, level=level) for name, law in laws)


def _needed(rest: Rest, scale: EffectScale) -> tuple[NeededRest, ...]:
    drawn, found = rest.drawn, []
    planned = drawn.drift if scale.planned is not None else None
    for place in range(rest.look, drawn.looks):
        bound, then = float(drawn.upper[place]), float(drawn.information[place])
        if not np.isfinite(bound):
            continue
        drift = needed(rest.z, rest.at, bound, then)
        found.append(
            NeededRest(
                look=place + 1,
                information=then,
                bound=bound,
                z=drift * float(np.sqrt(then - rest.at)),
                drift=drift,
                effect=effect_of(rest, scale, drift),
                overall=effect_of(rest, scale, bound / float(np.sqrt(then))),
                of_planned=None if not planned else drift / planned,
            )
        )
    return tuple(found)


def _said(look: HypothesisLook, rest: Rest, scale: EffectScale) -> tuple[str, ...]:
    drawn = rest.drawn
    said = [
        SUCCESS,
        f"{FIXED}, z = {rest.fixed_bound:.4g}.",
    ]
    if scale.planned is not None:
        said.append(
            f"A {scale.measure} counts with the information that the design plans for it; the "
            "trend is z/√t, which may differ a little from the estimate."
        )
    elif rest.slope is not None:
        said.append(
            f"No effect is planned: a {scale.measure} counts with the information observed so far, "
            "growing in proportion to the information fraction."
        )
    if drawn.sides > 1:
        said.append("Of a two-sided test only the experimental arm's side counts as success.")
    if look.place < 1:
        said.append("The hypothesis is not tested at this look; its statistic is taken as seen.")
    if look.place < 1 and any(each.decision in {FUTILITY, HARM} for each in look.past):
        said.append(
            "The hypothesis was given up at an earlier look, by bounds that do not bind; these are "
            "its chances were it taken up again."
        )
    if look.decision == EFFICACY:
        said.append(
            "The efficacy bound is crossed already; these are chances of crossing later bounds, "
            "were the trial to go on."
        )
    return tuple(said)
