"""What is believed of an effect after a look: priors updated by the estimate, all normal.

On the scale of advantages (see `effect_scale`), a prior N(m, s²) and an estimate y with
standard error e give

    N((m/s² + y/e²) / (1/s² + 1/e²),  1 / (1/s² + 1/e²)).

Spiegelhalter, Freedman & Parmar (1994), JRSS A 157: 357; Parmar et al. (2001), Lancet 358: 375.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.design.adaptive.priors import NormalPrior
from equipoise.errors import DesignError
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.normal import upper_tail
from equipoise.monitor.beliefs.critical_prior import CriticalPrior, critical_prior
from equipoise.monitor.beliefs.priors import FLAT, Likelihood, likelihood_of, named_priors
from equipoise.monitor.look.look import HypothesisLook
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.monitoring import MonitoringPromise
from equipoise.protocol.planning import Prior

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class BetterThan:
    """The chance that the effect is better than a value."""

    what: str  # "none", "no difference", "planned", "margin"
    value: float  # on the effect's own scale
    before: float | None  # by the prior; None: flat
    after: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """One belief, before and after the look; effects on their own scale, spreads linear."""

    belief: str  # id
    kind: str  # "sceptical", "enthusiastic", "given", "design", "flat"
    prior: NormalPrior | None  # of the advantage; None: flat
    prior_effect: float | None  # its center
    prior_interval: tuple[float, float] | None  # lower, upper
    worth: float | None  # events (patients) at this look that would tell as much as the prior
    after: NormalPrior  # of the advantage
    effect: float
    interval: tuple[float, float]  # lower, upper
    level: float  # of the intervals
    better: tuple[BetterThan, ...]


@dataclass(frozen=True, slots=True)
class Beliefs:
    """All beliefs about one hypothesis at a look."""

    hypothesis: str
    why_not: str  # empty where there is something to update with
    scale: EffectScale
    likelihood: Likelihood | None
    posteriors: tuple[Posterior, ...]  # flat first, then the promised, then the design's
    assumed: tuple[str, ...]
    critical: CriticalPrior | None = None  # how much belief it takes to overturn the data

    def of(self, belief: str) -> Posterior | None:
        """Find a posterior by the id of its belief."""
        return next((each for each in self.posteriors if each.belief == belief), None)


def beliefs_at(
    look: HypothesisLook,
    promise: MonitoringPromise,
    scale: EffectScale,
    *,
    prior: Prior | None = None,
    level: float = LEVEL,
) -> Beliefs:
    """Give what each belief of the protocol has become at a look.

    Args:
        look: of one hypothesis.
        promise: the beliefs and margins of the protocol.
        scale: of the effect.
        prior: the design's own, if it has one for this hypothesis.
        level: of credible intervals.

    Raises:
        DesignError: A belief that is none, or a level not between 0 and 1.

    Witness: Spiegelhalter's formulas in closed form; Bayes' theorem on a grid.
    """
    if not 0.0 < level < 1.0:
        raise DesignError(f"The level of an interval is {level:g}; it must be between 0 and 1.")
    seen = likelihood_of(look, scale)
    if seen is None:
        why = look.seen.why_not or "The standard error of the effect is not known."
        return Beliefs(look.hypothesis, why, scale, None, (), ())
    each = [(FLAT, "flat", None), *named_priors(promise, scale, prior)]
    return Beliefs(
        hypothesis=look.hypothesis,
        why_not="",
        scale=scale,
        likelihood=seen,
        posteriors=tuple(
            updated(name, kind, given, seen, scale, margins=promise.margins, level=level)
            for name, kind, given in each
        ),
        assumed=(seen.source, *_said(promise, scale)),
        critical=critical_prior(seen, scale, level=level),
    )


def updated(
    name: str,
    kind: str,
    prior: NormalPrior | None,
    seen: Likelihood,
    scale: EffectScale,
    *,
    margins: Sequence[float] = (),
    level: float = LEVEL,
) -> Posterior:
    """Give a belief as the data have changed it.

    Args:
        name: id of the belief.
        kind: of it.
        prior: of the advantage; None: flat.
        seen: what the data say.
        scale: of the effect.
        margins: effects on their own scale; the chance of a better one is told.
        level: of credible intervals.

    Witness: closed form; Bayes' theorem on a grid.
    """
    weight = 0.0 if prior is None else prior.sd**-2
    mean = 0.0 if prior is None else prior.mean
    told = seen.standard_error**-2
    after = NormalPrior(
        (weight * mean + told * seen.advantage) / (weight + told), (weight + told) ** -0.5
    )
    values = [("none", scale.null)]
    if scale.null != scale.no_difference:
        values.append(("no difference", scale.no_difference))
    if scale.planned is not None:
        values.append(("planned", scale.planned))
    values.extend(("margin", margin) for margin in margins)
    return Posterior(
        belief=name,
        kind=kind,
        prior=prior,
        prior_effect=None if prior is None else scale.value(prior.mean),
        prior_interval=None if prior is None else _interval(prior, scale, level),
        worth=None if seen.counted is None else seen.counted * weight / told,
        after=after,
        effect=scale.value(after.mean),
        interval=_interval(after, scale, level),
        level=level,
        better=tuple(_better(what, value, prior, after, scale) for what, value in values),
    )


def _interval(of: NormalPrior, scale: EffectScale, level: float) -> tuple[float, float]:
    reach = normal_quantile(level) * of.sd
    ends = scale.value(of.mean - reach), scale.value(of.mean + reach)
    return min(ends), max(ends)


def _better(
    what: str, value: float, prior: NormalPrior | None, after: NormalPrior, scale: EffectScale
) -> BetterThan:
    at = scale.advantage(value)
    return BetterThan(
        what=what,
        value=value,
        before=None if prior is None else prior.above(at),
        after=upper_tail((at - after.mean) / after.sd),
    )


def _said(promise: MonitoringPromise, scale: EffectScale) -> tuple[str, ...]:
    linear = "logarithm of the " if scale.scale == "log" else ""
    said = [f"Beliefs are normal on the {linear}{scale.measure}."]
    if scale.planned is None and any(each.kind != "given" for each in promise.beliefs):
        said.append(
            "No effect is planned for this hypothesis, so there is no sceptical or enthusiastic "
            "belief about it."
        )
    if scale.null != scale.no_difference:
        said.append(
            f"Sceptical is centered at the value of the null hypothesis, {scale.null:g}, and "
            "`none` is better than that."
        )
    return tuple(said)
