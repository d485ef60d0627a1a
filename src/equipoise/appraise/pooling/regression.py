"""Whether effects differ by something known of the studies: a moderator, or groups.

    y_i = β₀ + β₁ x_i + u_i + e_i,    u_i ~ N(0, τ²)   with τ² what the moderator leaves over
    between groups:  Q = Σ_g (μ̂_g - μ̄)² / se_g² ~ χ²_{G-1},  each group with its own τ²

The Hartung-Knapp forms multiply the variance by Σ w r² / (k - 2), with t of k - 2 degrees.
Groups and moderators of studies were not randomized: such differences are hints.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from equipoise.analyze.estimates import Absent, Interval, Number
from equipoise.appraise.pooling.heterogeneity import Heterogeneity, heterogeneity
from equipoise.appraise.pooling.pool import (
    ESTIMATORS,
    IntervalMethod,
    Pooled,
    check_studies,
    pool,
    quantile,
    spread,
    wald_p,
)
from equipoise.appraise.pooling.studies import StudyEffect, check_level
from equipoise.errors import ClaimError, NotEstimable
from equipoise.kernel.arrays import Vector
from equipoise.kernel.heterogeneity import Estimator, weighted

LEAST = 3  # studies of a regression


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient, on the linear scale."""

    value: float
    standard_error: float
    interval: Interval
    statistic: Number  # z or t
    p: Number


@dataclass(frozen=True, slots=True)
class MetaRegression:
    """How the effect changes with a moderator."""

    studies: tuple[StudyEffect, ...]
    moderator: tuple[float, ...]
    method: Estimator
    intercept: Coefficient  # effect where the moderator is 0
    slope: Coefficient  # change per unit of the moderator
    degrees_of_freedom: int | None  # of t; None: z
    heterogeneity: Heterogeneity  # what the moderator leaves over
    explained: Number  # share of τ² that it explains, from 0 to 1
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Studies pooled group by group, and whether the groups differ."""

    groups: tuple[tuple[str, Pooled], ...]  # in the order in which they appear
    q_between: float
    degrees_of_freedom: int
    p: Number
    assumed: tuple[str, ...]


def meta_regression(
    studies: Sequence[StudyEffect],
    moderator: Sequence[float],
    *,
    method: Estimator = "REML",
    interval: IntervalMethod = "normal",
    level: float = 0.95,
) -> MetaRegression:
    """Fit effects to a moderator of the studies.

    Args:
        studies: three or more.
        moderator: one number a study.
        method: the estimator of τ².
        interval: normal, or Hartung and Knapp's.
        level: of intervals.

    Raises:
        ClaimError: a number missing, or studies that cannot be put together.
        NotEstimable: too few studies, or a moderator that is the same in all.

    Accuracy: 1e-9.  Witness: R metafor 3.8 `rma(mods=)`.
    """
    check_level(level)
    x, value, variance = _checked(studies, moderator)
    design = np.column_stack([np.ones(x.size), x])
    left = heterogeneity(value, variance, method, level, design)
    square = left.tau_squared if isinstance(left.tau_squared, float) else 0.0
    fit = weighted(value, variance, square, design)
    degrees = None if interval == "normal" else x.size - 2
    factor = 1.0 if degrees is None else fit.q / degrees
    if interval == "hartung-knapp-modified":
        factor = max(1.0, factor)
    error = np.sqrt(np.diag(fit.covariance) * factor)
    first, second = (
        _coefficient(float(b), float(e), level, degrees)
        for b, e in zip(fit.coefficients, error, strict=True)
    )
    return MetaRegression(
        studies=tuple(studies),
        moderator=tuple(x.tolist()),
        method=method,
        intercept=first,
        slope=second,
        degrees_of_freedom=degrees,
        heterogeneity=left,
        explained=_explained(heterogeneity(value, variance, method, level), square),
        assumed=(
            f"Model: {ESTIMATORS[method]}, about a straight line in the moderator.",
            "Studies were not randomized to the moderator; within them it may not matter.",
        ),
    )


def subgroups(
    studies: Sequence[StudyEffect],
    *,
    method: Estimator = "REML",
    interval: IntervalMethod = "normal",
    level: float = 0.95,
) -> Subgroups:
    """Pool the studies of each group, and test whether the groups differ.

    Raises:
        ClaimError: a study without a group, or studies that cannot be put together.

    Witness: R metafor 3.8: a fixed-effect `rma` of the groups' means.
    """
    check_studies(studies)
    loose = next((study.id for study in studies if study.group is None), None)
    if loose is not None:
        raise ClaimError(f"Study {loose!r} has no group; give every study one.")
    names = dict.fromkeys(str(study.group) for study in studies)
    groups = tuple(
        (
            name,
            pool(
                [study for study in studies if study.group == name],
                method=method,
                interval=interval,
                level=level,
            ),
        )
        for name in names
    )
    plain = [pool(each.studies, method=method, level=level) for _, each in groups]
    mean = np.array([each.mean for each in plain])
    weight = np.array([1 / float(each.standard_error) ** 2 for each in plain])  # type: ignore[arg-type]
    q = float(weight @ (mean - weight @ mean / weight.sum()) ** 2)
    spare = len(groups) - 1
    return Subgroups(
        groups=groups,
        q_between=q,
        degrees_of_freedom=spare,
        p=float(chdtrc(spare, q)) if spare else Absent.TOO_FEW_STUDIES,
        assumed=("Each group has a variance between studies of its own; normal standard errors.",),
    )


def _checked(
    studies: Sequence[StudyEffect], moderator: Sequence[float]
) -> tuple[Vector, Vector, Vector]:
    """Give the moderator, the estimates and their variances."""
    check_studies(studies)
    x = np.asarray(moderator, dtype=np.float64)
    if x.shape != (len(studies),) or not np.isfinite(x).all():
        raise ClaimError(f"{x.size} numbers for {len(studies)} studies; give each study its own.")
    if len(studies) < LEAST or np.ptp(x) == 0.0:
        why = "are too few" if len(studies) < LEAST else "all have the same moderator"
        raise NotEstimable(
            f"The {len(studies)} studies {why} for a regression. Pool them, or tell them apart."
        )
    value = np.array([study.estimate for study in studies])
    return x, value, np.array([study.standard_error for study in studies]) ** 2


def _explained(plain: Heterogeneity, left: float) -> Number:
    """Give the share of τ² that is gone with the moderator."""
    before = plain.tau_squared
    if not isinstance(before, float) or before == 0.0:
        return Absent.NO_VARIANCE
    return max(0.0, (before - left) / before)


def _coefficient(value: float, error: float, level: float, degrees: int | None) -> Coefficient:
    state: Number = error if error > 0 else Absent.NO_VARIANCE
    statistic, p = wald_p(value, state, degrees)
    words = "normal" if degrees is None else f"t with {degrees} degrees of freedom"
    limits = Interval(*spread(value, state, quantile(level, degrees)), level, words)
    return Coefficient(value, error, limits, statistic, p)
