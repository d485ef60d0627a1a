"""How much a pooled effect owes to single studies: without each, one by one, and by influence.

    deleted residual   (y_i - μ̂₋ᵢ) / √(v_i + τ²₋ᵢ + se₋ᵢ²)     beyond ±2: the study stands apart
    Cook's distance    (μ̂ - μ̂₋ᵢ)² / se²
    covariance ratio   se₋ᵢ² / se²                              below 1: the mean is surer without

Every analysis without a study estimates τ² anew.  (Viechtbauer & Cheung 2010)
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.estimates import Absent, Number
from equipoise.appraise.pooling.pool import ESTIMATORS, Pooled, pool
from equipoise.appraise.pooling.studies import StudyEffect
from equipoise.appraise.pooling.tables import pool_tables
from equipoise.errors import ClaimError, NotEstimable
from equipoise.kernel.heterogeneity import Estimator

TWO = 2


@dataclass(frozen=True, slots=True)
class WithoutStudy:
    """What the other studies say."""

    study: StudyEffect  # left out
    pooled: Pooled


@dataclass(frozen=True, slots=True)
class Influence:
    """What one study does to the pooled effect."""

    study: StudyEffect
    weight: float  # its share
    deleted_residual: Number  # in standard errors, from the mean of the others
    cook_distance: Number
    covariance_ratio: Number


def leave_one_out(pooled: Pooled) -> tuple[WithoutStudy, ...]:
    """Pool again without each study, in the order of the studies.

    Raises:
        NotEstimable: there is one study only, or the tables of the others give no effect.

    Witness: R metafor 3.8 `leave1out`.
    """
    if len(pooled.studies) < TWO:
        raise NotEstimable("There is one study; without it nothing is left. Give two or more.")
    return tuple(
        WithoutStudy(study, again(pooled, tuple(x for x in pooled.studies if x is not study)))
        for study in pooled.studies
    )


def cumulative(pooled: Pooled) -> tuple[Pooled, ...]:
    """Pool the first study, the first two, and so on, by year; ties in the order given.

    Raises:
        ClaimError: a study without a year.
        NotEstimable: the first tables give no effect.

    Witness: R metafor 3.8 `cumul`.
    """
    undated = next((study.id for study in pooled.studies if study.year is None), None)
    if undated is not None:
        raise ClaimError(
            f"Study {undated!r} has no year, and a cumulative analysis goes by year. Give it."
        )
    in_time = sorted(pooled.studies, key=lambda study: study.year or 0.0)
    return tuple(again(pooled, tuple(in_time[: k + 1])) for k in range(len(in_time)))


def influence(pooled: Pooled) -> tuple[Influence, ...]:
    """Tell how far each study stands from the others, and what it does to their mean.

    Raises:
        NotEstimable: there is one study only.
        ClaimError: it was pooled from tables.

    Witness: R metafor 3.8 `influence`, `rstudent`.
    """
    estimator(pooled)
    return tuple(
        _influence(pooled, weight, left)
        for weight, left in zip(pooled.weights, leave_one_out(pooled), strict=True)
    )


def again(pooled: Pooled, studies: tuple[StudyEffect, ...]) -> Pooled:
    """Pool other studies in the same way.

    Raises:
        NotEstimable: tables that give no effect.

    Witness: `pool`, `pool_tables`.
    """
    if pooled.measure is not None:
        of = {table.id: table for table in pooled.tables}
        return pool_tables(
            [of[study.id] for study in studies],
            measure=pooled.measure,
            method="Peto" if pooled.method == "Peto" else "Mantel-Haenszel",
            level=pooled.level,
        )
    return pool(
        studies, method=estimator(pooled), interval=pooled.interval_method, level=pooled.level
    )


def estimator(pooled: Pooled) -> Estimator:
    """Give the estimator of τ² that was used.

    Raises:
        ClaimError: it was pooled from tables.
    """
    if pooled.method == "Mantel-Haenszel" or pooled.method == "Peto":  # noqa: PLR1714 - narrows the type
        raise ClaimError(
            f"These are tables pooled by {pooled.method}; give `pool` the effect of each "
            f"(study_from_table) with a method such as {', '.join(ESTIMATORS)}."
        )
    return pooled.method


def _influence(pooled: Pooled, weight: float, left: WithoutStudy) -> Influence:
    study, others = left.study, left.pooled
    error, without = pooled.standard_error, others.standard_error
    if isinstance(error, Absent) or isinstance(without, Absent):
        state = without if isinstance(without, Absent) else error
        return Influence(study, weight, state, state, state)
    square = others.heterogeneity.tau_squared
    between = square if isinstance(square, float) else 0.0
    noise = np.sqrt(study.standard_error**2 + between + without**2)
    return Influence(
        study=study,
        weight=weight,
        deleted_residual=float((study.estimate - others.mean) / noise),
        cook_distance=((pooled.mean - others.mean) / error) ** 2,
        covariance_ratio=(without / error) ** 2,
    )
