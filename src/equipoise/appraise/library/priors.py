"""What the library leads one to expect of a new trial: its hazard ratio and its control arm.

The hazard ratios of the rebuilt patients are pooled with random effects; the next trial's true
ratio is believed to be normal on the log scale (Higgins, Thompson & Spiegelhalter 2009),

    log ratio ~ N(μ̂, τ̂² + se(μ̂)²)

Of control arms the medians and rates stand as they are, one a control arm, as quantiles; fewer
than three have none, and stand one by one.
Published trials are not a random sample: positive ones are published sooner and more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, hypot, log

import numpy as np

from equipoise.analyze.estimates import Absent
from equipoise.appraise.library.analysis import (
    MONTHS,
    FigureAnalysis,
    analyze_figure,
)
from equipoise.appraise.library.counted_once import LeftOut, counted_once, trial_of
from equipoise.appraise.library.figure import Figure
from equipoise.appraise.pooling.pool import Pooled, pool
from equipoise.appraise.pooling.studies import StudyEffect
from equipoise.errors import DataError
from equipoise.kernel.heterogeneity import Estimator
from equipoise.kernel.normal import upper_quantile
from equipoise.protocol.planning import Prior
from equipoise.protocol.trial import DAYS_PER

SHARES = (0.10, 0.25, 0.50, 0.75, 0.90)
ASSUMED = (
    "Hazard ratios are those of patients rebuilt from the figures, unstratified and unadjusted.",
    "No patient counts twice: of comparisons that share an arm, one is used.",
    "Published trials are not a random sample of trials: expect less than they found.",
)
ENOUGH = 3  # control arms: with fewer, their values are told, and no quantiles
FEW = 5  # figures: with fewer, the variance between trials is hardly known


@dataclass(frozen=True, slots=True)
class ControlSpread:
    """How a number differs between control arms."""

    what: str  # "median" or the landmark
    months: float | None  # of a landmark
    shares: tuple[float, ...]  # of control arms at or below; empty where there are too few
    values: tuple[float, ...]  # months, or survival; of fewer than three arms their own
    arms: int
    not_reached: int = 0  # of medians: arms that did not come down to one half


@dataclass(frozen=True, slots=True)
class PlanningPriors:
    """What comparable trials found, put to use in planning the next one."""

    figures: tuple[str, ...]  # ids of those used
    trials: int
    left_out: tuple[LeftOut, ...]
    pooled: Pooled  # log hazard ratios
    prior: Prior  # of a new trial's hazard ratio
    interval: tuple[float, float]  # 95% of a new trial's ratio
    favorable: float  # chance that a new trial's true ratio is below 1
    control: tuple[ControlSpread, ...]
    assumed: tuple[str, ...]


def planning_priors(
    figures: Iterable[Figure], *, method: Estimator = "REML", level: float = 0.95
) -> PlanningPriors:
    """Put the figures of a setting together: what to expect of the next trial in it.

    Left out, with the reason: figures whose experimental arm the labels do not tell, that the index
    contradicts, without events in both arms, and all but one of those that share patients: of a
    trial with several experimental arms, one comparison counts.

    Args:
        figures: of one setting and one endpoint, such as a selection of the catalog.
        method: of the variance between trials.
        level: of intervals.

    Raises:
        DataError: no figure, figures of several endpoints, or none that can be used.

    Witness: `pool`, itself against R metafor; quantiles by hand.
    """
    given = tuple(figures)
    endpoints = sorted({each.endpoint for each in given})
    if len(endpoints) != 1:
        found = f"figures of {', '.join(endpoints)}" if endpoints else "no figure"
        raise DataError(
            f"Planning priors are of one endpoint; here are {found}. Choose one endpoint, such as "
            "OS."
        )
    used, left_out = counted_once(given)
    analyses = [(each, analyze_figure(each)) for each in used]
    effects = [effect for each, result in analyses if (effect := _effect(each, result))]
    if not effects:
        raise DataError(
            f"None of the {len(given)} figures can be used: {left_out[0].reason}. Widen the "
            "selection."
        )
    pooled = pool(effects, method=method, level=level)
    prior = Prior("hazard ratio", exp(pooled.mean), _predictive_spread(pooled))
    reach = upper_quantile(0.025) * prior.standard_deviation
    return PlanningPriors(
        figures=tuple(each.id for each in effects),
        trials=len({trial_of(each) for each in used}),
        left_out=left_out,
        pooled=pooled,
        prior=prior,
        interval=(exp(pooled.mean - reach), exp(pooled.mean + reach)),
        favorable=_below(-pooled.mean / prior.standard_deviation),
        control=_controls([result for _, result in analyses]),
        assumed=(*ASSUMED, *few_words(len(effects))),
    )


def few_words(figures: int) -> tuple[str, ...]:
    """Say what cannot be known from few figures; nothing where there are enough."""
    if figures == 1:
        return ("One figure tells nothing of how trials differ: the spread is too narrow.",)
    if figures < FEW:
        return (
            f"How trials differ is hardly known from {figures} figures: the spread may be far off.",
        )
    return ()


def _predictive_spread(pooled: Pooled) -> float:
    between = pooled.heterogeneity.tau_squared
    error = pooled.standard_error
    if isinstance(error, Absent):
        error = pooled.studies[0].standard_error
    return hypot(0.0 if isinstance(between, Absent) else between**0.5, error)


def _below(z: float) -> float:
    from equipoise.kernel.normal import upper_tail  # noqa: PLC0415 - beside its only use

    return 1.0 - upper_tail(z)


def _effect(figure: Figure, analysis: FigureAnalysis) -> StudyEffect | None:
    ratio = analysis.hazard_ratio
    if isinstance(ratio.value, Absent) or isinstance(ratio.standard_error, Absent):
        return None
    label = f"{figure.trial} {figure.year}"
    return StudyEffect(figure.id, label, log(ratio.value), ratio.standard_error, figure.year)


def _controls(analyses: Sequence[FigureAnalysis]) -> tuple[ControlSpread, ...]:
    """Give quantiles over control arms, each counted once."""
    once = {
        (a.asked.pubmed, a.control.label, a.control.patients, a.control.events): a for a in analyses
    }
    medians, missing = [], 0
    for each in once.values():
        if isinstance(each.control.median.value, Absent):
            missing += 1
        else:
            medians.append(each.control.median.value * _months(each.asked))
    spreads = [_spread("median", None, medians, missing)]
    for month in MONTHS:
        rates = [_rate(each, month) for each in once.values()]
        spreads.append(_spread("survival", month, [r for r in rates if r is not None]))
    return tuple(each for each in spreads if each.arms)


def _months(figure: Figure) -> float:
    return DAYS_PER[figure.time_unit] / DAYS_PER["month"]


def _rate(analysis: FigureAnalysis, month: float) -> float | None:
    estimate = analysis.control.curve.survival_at(month / _months(analysis.asked))
    return None if isinstance(estimate.value, Absent) else estimate.value


def _spread(
    what: str, months: float | None, values: Sequence[float], missing: int = 0
) -> ControlSpread:
    """Give quantiles; an arm whose median was not reached counts as later than all others."""
    arms = len(values) + missing
    if not arms:
        return ControlSpread(what, months, (), (), 0)
    if arms < ENOUGH:
        return ControlSpread(what, months, (), tuple(sorted(values)), arms, missing)
    whole = np.sort(np.array([*values, *([np.inf] * missing)]))
    found = [float(np.quantile(whole, share, method="inverted_cdf")) for share in SHARES]
    known = [(share, value) for share, value in zip(SHARES, found, strict=True) if value < np.inf]
    return ControlSpread(
        what,
        months,
        tuple(share for share, _ in known),
        tuple(value for _, value in known),
        arms,
        missing,
    )
