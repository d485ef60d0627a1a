"""What the library leads one to expect of a new trial: its hazard ratio and its control arm.

The hazard ratios of the rebuilt patients are pooled with random effects; the next trial's true
ratio is believed to be normal on the log scale (Higgins, Thompson & Spiegelhalter 2009),

    log ratio ~ N(μ̂, τ̂² + se(μ̂)²)

Of control arms the medians and rates stand as they are, one a control arm, as quantiles.
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
    "Published trials are not a random sample of trials: expect less than they found.",
)
SHARED_CONTROL = "Some comparisons share a control arm; they are pooled as if they did not."


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A figure that is not used, and why."""

    figure: str
    reason: str


@dataclass(frozen=True, slots=True)
class ControlSpread:
    """How a number differs between control arms."""

    what: str  # "median" or the landmark
    months: float | None  # of a landmark
    shares: tuple[float, ...]  # of control arms at or below
    values: tuple[float, ...]  # months, or survival
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

    Left out, with the reason: figures whose experimental arm the labels do not tell, whose cancer
    the index contradicts, without events in both arms, and the smaller of two publications of one
    trial's endpoint.

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
        found = f"of {', '.join(endpoints)}" if endpoints else "there is none"
        raise DataError(
            f"Planning priors are of one endpoint; {len(given)} figures, {found}. "
            "Select one endpoint that the library holds."
        )
    used, left_out = _usable(given)
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
        trials=len({_trial(each) for each in used}),
        left_out=left_out,
        pooled=pooled,
        prior=prior,
        interval=(exp(pooled.mean - reach), exp(pooled.mean + reach)),
        favorable=_below(-pooled.mean / prior.standard_deviation),
        control=_controls([result for _, result in analyses]),
        assumed=(*ASSUMED, *((SHARED_CONTROL,) if _shares_control(used) else ())),
    )


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


def _usable(figures: Sequence[Figure]) -> tuple[tuple[Figure, ...], tuple[LeftOut, ...]]:
    largest: dict[str, Figure] = {}
    for each in figures:
        before = largest.get(_trial(each))
        if before is None or (each.patients, each.year) > (before.patients, before.year):
            largest[_trial(each)] = each
    used, left_out = [], []
    for each in figures:
        reason = _reason_against(each, largest[_trial(each)])
        if reason:
            left_out.append(LeftOut(each.id, reason))
        else:
            used.append(each)
    return tuple(used), tuple(left_out)


def _reason_against(figure: Figure, largest: Figure) -> str:
    if not figure.order.resolved:
        return "the labels do not tell which arm is experimental"
    if figure.doubts:
        return figure.doubts[0]
    if min(figure.event[figure.arm == side].sum() for side in (0, 1)) == 0:
        return "an arm has no events"
    if figure.pubmed != largest.pubmed:
        return f"the same trial is published with more patients in {largest.id}"
    return ""


def _trial(figure: Figure) -> str:
    return figure.registration or figure.trial


def _shares_control(figures: Sequence[Figure]) -> bool:
    named = [(each.pubmed, each.control.label, each.control.patients) for each in figures]
    return len(set(named)) < len(named)


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
