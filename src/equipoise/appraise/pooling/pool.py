"""What several studies say together: one effect, or the mean of effects that differ.

    μ̂ = Σ w y / Σ w,    w = 1 / (v + τ²);    τ² = 0 where one effect is assumed ("fixed")

    normal                   μ̂ ± z √(1/Σw)
    hartung-knapp            μ̂ ± t_{k-1} √(q/Σw),  q = Σ w (y - μ̂)² / (k - 1)
    hartung-knapp-modified   the same with q no less than 1, never narrower for agreeing studies
    prediction               μ̂ ± t_{k-2} √(τ² + se²): the effect in a new study

DerSimonian & Laird 1986; Hartung & Knapp 2001; Röver, Knapp & Friede 2015; Higgins, Thompson &
Spiegelhalter 2009.  The estimators of τ²: `kernel.heterogeneity`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy.special import ndtr, stdtr

from equipoise.analyze.estimates import Absent, Estimate, Interval, Number
from equipoise.appraise.pooling.heterogeneity import Heterogeneity, heterogeneity
from equipoise.appraise.pooling.studies import (
    Scale,
    StudyEffect,
    StudyTable,
    TableMeasure,
    check_level,
)
from equipoise.errors import ClaimError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.heterogeneity import Estimator
from equipoise.kernel.student import student_upper_quantile

IntervalMethod: TypeAlias = Literal["normal", "hartung-knapp", "hartung-knapp-modified"]
Method: TypeAlias = Estimator | Literal["Mantel-Haenszel", "Peto"]
AGREE = 1e-14  # of Σ w y²: residuals below are rounding, the effects identical
LARGEST_LOG = 700.0  # a ratio beyond e⁷⁰⁰ is no number
FEW = 5  # studies, below which a plain random-effects interval is known to be too narrow
ESTIMATORS = {
    "fixed": "one effect common to all studies (τ² = 0), inverse-variance weights",
    "DL": "random effects; τ² by DerSimonian and Laird",
    "REML": "random effects; τ² by restricted maximum likelihood",
    "PM": "random effects; τ² by Paule and Mandel",
    "ML": "random effects; τ² by maximum likelihood",
    "SJ": "random effects; τ² by Sidik and Jonkman",
    "HE": "random effects; τ² by Hedges and Olkin",
}


@dataclass(frozen=True, slots=True)
class Pooled:
    """Several studies put together; with all that a forest or funnel plot needs."""

    studies: tuple[StudyEffect, ...]
    method: Method
    interval_method: IntervalMethod
    level: float
    scale: Scale
    mean: float  # on the linear scale: logs of ratios
    standard_error: Number  # of the mean, as its interval uses it
    effect: Estimate  # the mean as it is printed (a ratio), with its interval
    statistic: Number  # z, or t where degrees of freedom are given
    degrees_of_freedom: int | None
    p: Number  # two-sided, of no effect
    weights: tuple[float, ...]  # one a study, adding to 1
    heterogeneity: Heterogeneity
    prediction: Interval | None  # of the effect in a new study, as printed; None: one effect
    assumed: tuple[str, ...]
    tables: tuple[StudyTable, ...] = ()  # of the studies, where tables were pooled
    measure: TableMeasure | None = None  # of them


def pool(
    studies: Sequence[StudyEffect],
    *,
    method: Estimator = "REML",
    interval: IntervalMethod = "normal",
    level: float = 0.95,
) -> Pooled:
    """Put the estimates of several studies together.

    One study gives itself; numbers that need more studies are absent, with the reason.

    Raises:
        ClaimError: no study, two of the same id, ratios mixed with differences, a method or
            interval that is not known, or a Hartung-Knapp interval of a fixed effect.

    Accuracy: 1e-10.

    Witness: R metafor 3.8 `rma`, `predict`, `confint`.

    >>> from equipoise.appraise.pooling.studies import study_from_ratio
    >>> both = pool(
    ...     [
    ...         study_from_ratio("AALL1331", 0.70, 0.47, 1.03),
    ...         study_from_ratio("Locatelli", 0.33, 0.18, 0.61),
    ...     ],
    ...     method="fixed",
    ... )
    >>> both.effect
    Estimate: 0.5618 (0.4039 to 0.7815), 95% normal
    >>> round(both.heterogeneity.q, 2), round(both.heterogeneity.i_squared, 2)
    (4.13, 0.76)
    """
    _check(studies, method, interval, level)
    value = np.array([study.estimate for study in studies])
    variance = np.array([study.standard_error for study in studies]) ** 2
    found = heterogeneity(value, variance, method, level)
    square = found.tau_squared if isinstance(found.tau_squared, float) else 0.0
    weight = 1.0 / (variance + square)
    mean = float(weight @ value / weight.sum())
    error = _error(value, weight, mean, interval)
    degrees = None if interval == "normal" else value.size - 1
    statistic, p = wald_p(mean, error, degrees)
    limits = spread(mean, error, quantile(level, degrees))
    scale = studies[0].scale
    words = interval if degrees is None else f"{interval}, t with {degrees} degrees of freedom"
    return Pooled(
        studies=tuple(studies),
        method=method,
        interval_method=interval,
        level=level,
        scale=scale,
        mean=mean,
        standard_error=error,
        effect=printed(mean, error, limits, scale, level, (ESTIMATORS[method], words)),
        statistic=statistic,
        degrees_of_freedom=degrees,
        p=p,
        weights=tuple((weight / weight.sum()).tolist()),
        heterogeneity=found,
        prediction=_prediction(mean, error, square, value.size, method, (scale, level)),
        assumed=_assumed(studies, method, interval),
    )


def printed(
    mean: float,
    error: Number,
    limits: tuple[Number, Number],
    scale: Scale,
    level: float,
    words: tuple[str, str],
) -> Estimate:
    """Give a mean and its limits as a paper prints them: exponentials of logs.

    Witness: exp.
    """
    ends = (as_printed(limits[0], scale), as_printed(limits[1], scale))
    value = as_printed(mean, scale)
    return Estimate(value, error, Interval(*ends, level, words[1]), words[0], scale)


def as_printed(number: Number, scale: Scale) -> Number:
    """Give a number of the linear scale as it is printed: the ratio of a log.

    Witness: exp.
    """
    if isinstance(number, Absent):
        return number
    if scale == "identity":
        return number
    return float(np.exp(number)) if number < LARGEST_LOG else Absent.UNBOUNDED


def spread(mean: float, error: Number, reach: float) -> tuple[Number, Number]:
    """Give mean ± reach × standard error; absent with the error."""
    if isinstance(error, Absent):
        return error, error
    return mean - reach * error, mean + reach * error


def wald_p(mean: float, error: Number, degrees: int | None) -> tuple[Number, Number]:
    """Give z (or t) and the two-sided P of no effect.

    Witness: R metafor 3.8 `rma`.
    """
    if isinstance(error, Absent):
        return error, error
    z = mean / error
    return z, float(2 * (ndtr(-abs(z)) if degrees is None else stdtr(degrees, -abs(z))))


def quantile(level: float, degrees: int | None) -> float:
    """Give the z, or t, of a two-sided interval."""
    if degrees is None:
        return normal_quantile(level)
    return student_upper_quantile((1 - level) / 2, degrees) if degrees else np.inf


def _error(value: Vector, weight: Vector, mean: float, interval: IntervalMethod) -> Number:
    plain = float(weight.sum() ** -0.5)
    if interval == "normal":
        return plain
    if value.size == 1:
        return Absent.TOO_FEW_STUDIES
    squares = float(weight @ (value - mean) ** 2)
    factor = squares / (value.size - 1)
    if interval == "hartung-knapp-modified":
        factor = max(1.0, factor)
    elif squares <= AGREE * float(weight @ value**2):
        return Absent.NO_VARIANCE
    return plain * float(np.sqrt(factor))


def _prediction(
    mean: float,
    error: Number,
    square: float,
    studies: int,
    method: Estimator,
    printing: tuple[Scale, float],
) -> Interval | None:
    if method == "fixed":
        return None
    scale, level = printing
    words = "prediction, t with k - 2 degrees of freedom"
    least = 3
    if studies < least:
        return Interval(Absent.TOO_FEW_STUDIES, Absent.TOO_FEW_STUDIES, level, words)
    if isinstance(error, Absent):
        return Interval(error, error, level, words)
    reach = student_upper_quantile((1 - level) / 2, studies - 2)
    lower, upper = spread(mean, float(np.hypot(np.sqrt(square), error)), reach)
    return Interval(as_printed(lower, scale), as_printed(upper, scale), level, words)


def _assumed(
    studies: Sequence[StudyEffect], method: Estimator, interval: IntervalMethod
) -> tuple[str, ...]:
    told = [
        f"Model: {ESTIMATORS[method]}.",
        "The standard errors of the studies are taken as known.",
    ]
    if method != "fixed":
        told.append(
            "The prediction interval is that of Higgins et al. (2009), with Student's t of k - 2 "
            "degrees of freedom; it needs three studies."
        )
        if interval == "normal" and 1 < len(studies) < FEW:
            told.append(
                f"With {len(studies)} studies τ² is hardly known, and an interval that takes it "
                "as known tends to be too narrow; see the Hartung-Knapp interval."
            )
    told.extend(study.remark for study in studies if study.remark)
    return tuple(told)


def _check(
    studies: Sequence[StudyEffect], method: Estimator, interval: IntervalMethod, level: float
) -> None:
    check_studies(studies)
    check_level(level)
    for word, known in ((method, tuple(ESTIMATORS)), (interval, get_args(IntervalMethod))):
        if word not in known:
            raise ClaimError(f"{word!r} is not known; use one of {', '.join(known)}.")
    if method == "fixed" and interval != "normal":
        raise ClaimError(
            f"The {interval} interval is of random effects, and the method is 'fixed'. Take "
            "method='REML' (or another), or interval='normal'."
        )


def check_studies(studies: Sequence[StudyEffect]) -> None:
    """Refuse studies that cannot be put together.

    Raises:
        ClaimError: no study, two of the same id, or ratios mixed with differences.
    """
    if not studies:
        raise ClaimError("There is no study to pool; give at least one.")
    seen: set[str] = set()
    for study in studies:
        if study.id in seen:
            raise ClaimError(f"Study {study.id!r} is there twice; each is counted once. Drop one.")
        seen.add(study.id)
    scales = {study.scale for study in studies}
    if len(scales) > 1:
        odd = next(study.id for study in studies if study.scale != studies[0].scale)
        raise ClaimError(
            f"Study {studies[0].id!r} gives a {_words(studies[0])} and study {odd!r} does not; "
            "pool ratios with ratios and differences with differences."
        )


def _words(study: StudyEffect) -> str:
    return "ratio" if study.scale == "log" else "difference"
