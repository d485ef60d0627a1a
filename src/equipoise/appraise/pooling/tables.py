"""Several 2 × 2 tables of events put together, sparse ones too.

Mantel-Haenszel: ψ, ρ or δ with the variances of Robins, Breslow & Greenland, Greenland &
Robins, and Sato (`kernel.stratified_tables`); no 1/2 is added to any table.

    Peto's log odds ratio    Σ (O - E) / Σ V,   E = n₁ m / N,   V = n₁ n₀ m (N - m) / (N² (N - 1))

Q is Σ w (y - μ̂)² over the studies whose own effect exists, with inverse-variance weights.
Studies without an event in either arm say nothing of a ratio; they are counted in `assumed`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Number
from equipoise.analyze.stratified_proportions import (
    common_difference,
    common_odds_ratio,
    common_risk_ratio,
    stratified_tables,
)
from equipoise.appraise.pooling.heterogeneity import q_heterogeneity
from equipoise.appraise.pooling.pool import Pooled, check_studies, printed, quantile, spread, wald_p
from equipoise.appraise.pooling.studies import (
    StudyEffect,
    StudyTable,
    TableMeasure,
    check_level,
    study_from_events,
    study_from_table,
)
from equipoise.errors import ClaimError, NotEstimable
from equipoise.kernel.arrays import Vector
from equipoise.kernel.stratified_tables import Tables

TableMethod: TypeAlias = Literal["Mantel-Haenszel", "Peto"]
COMMON = {
    "odds ratio": common_odds_ratio,
    "risk ratio": common_risk_ratio,
    "risk difference": common_difference,
}


def pool_tables(
    tables: Sequence[StudyTable],
    *,
    measure: TableMeasure = "odds ratio",
    method: TableMethod = "Mantel-Haenszel",
    level: float = 0.95,
) -> Pooled:
    """Put 2 × 2 tables together without adding 1/2 to any; one effect common to all.

    For random effects, pool `study_from_table` of each.

    Raises:
        ClaimError: no table, or Peto's method for another measure than the odds ratio.
        NotEstimable: no study has an event, so that no ratio exists.

    Accuracy: 1e-12.

    Witness: R metafor 3.8 `rma.mh` (mh_bcg), `rma.peto`.

    >>> both = [StudyTable("a", "A", 4, 123, 11, 139), StudyTable("b", "B", 6, 306, 29, 303)]
    >>> pool_tables(both, measure="risk ratio").effect
    Estimate: 0.2588 (0.1315 to 0.5094), 95% normal
    """
    if method == "Peto" and measure != "odds ratio":
        raise ClaimError(f"Peto's method gives an odds ratio, not a {measure}; use one of them.")
    if measure not in COMMON or method not in {"Mantel-Haenszel", "Peto"}:
        known = f"{', '.join(COMMON)} by Mantel-Haenszel or Peto"
        raise ClaimError(f"A {measure} by {method} is not known; use {known}.")
    check_level(level)
    if not tables:
        raise ClaimError("There is no study to pool; give at least one.")
    telling = [table for table in tables if _tells(table, measure)]
    if not telling:
        raise NotEstimable(
            f"None of the {len(tables)} studies has an event (or everyone has one), so no "
            f"{measure} exists. Pool risk differences."
        )
    columns = stratified_tables(
        [table.experimental_events for table in telling],
        [table.experimental for table in telling],
        [table.control_events for table in telling],
        [table.control for table in telling],
    )
    told = (
        _peto(telling, columns, len(tables), level)
        if method == "Peto"
        else _mantel_haenszel(telling, columns, (measure, level), len(tables))
    )
    return replace(told, tables=tuple(telling), measure=measure)


def _tells(table: StudyTable, measure: TableMeasure) -> bool:
    if measure == "risk difference":
        return True
    events = table.experimental_events + table.control_events
    every = table.experimental + table.control
    return events > 0 and (events < every or measure == "risk ratio")


def _mantel_haenszel(
    tables: Sequence[StudyTable], columns: Tables, asked: tuple[TableMeasure, float], given: int
) -> Pooled:
    measure, level = asked
    common: Estimate = COMMON[measure](columns, level)
    if isinstance(common.value, Absent):
        raise NotEstimable(
            f"The common {measure} has no finite value: all events of the {len(tables)} studies "
            "are in one arm. Pool risk differences, or use Peto's method."
        )
    studies = tuple(_alone(table, measure) for table in tables)
    x1, n1, x0 = columns.x1, columns.n1, columns.x0
    weight = {
        "odds ratio": (n1 - x1) * x0 / columns.patients,
        "risk ratio": x0 * n1 / columns.patients,
        "risk difference": columns.weight,
    }[measure]
    mean = common.value if measure == "risk difference" else float(np.log(common.value))
    notes = (f"Mantel-Haenszel {measure}; one effect common to all studies.",)
    return _result(studies, weight, (mean, common.standard_error), level, given, notes)


def _alone(table: StudyTable, measure: TableMeasure) -> StudyEffect:
    """Give a study's own effect; where 1/2 was added, say that the pooled effect does without."""
    study = study_from_table(table, measure)
    if study.remark == table.remark:
        return study
    return replace(study, remark=f"{study.remark} The pooled effect does without.")


def _peto(tables: Sequence[StudyTable], columns: Tables, given: int, level: float) -> Pooled:
    events, n = columns.x1 + columns.x0, columns.patients
    variance = columns.n1 * columns.n0 * events * (n - events) / (n**2 * (n - 1))
    excess = columns.x1 - columns.n1 * events / n
    studies = tuple(
        replace(
            study_from_events(
                table.id, beyond, known, label=table.label, year=table.year, group=table.group
            ),
            remark=table.remark,
        )
        for table, beyond, known in zip(tables, excess.tolist(), variance.tolist(), strict=True)
    )
    mean = float(excess.sum() / variance.sum())
    error = float(variance.sum() ** -0.5)
    notes = (
        (
            "Peto's one-step odds ratio; one effect common to all studies. It is biased where arms "
            "are very unequal or the effect is large."
        ),
    )
    return _result(studies, variance, (mean, error), level, given, notes)


def _result(
    studies: tuple[StudyEffect, ...],
    weight: Vector,
    found: tuple[float, Number],
    level: float,
    given: int,
    notes: tuple[str, ...],
) -> Pooled:
    check_studies(studies)
    mean, error = found
    method: TableMethod = "Peto" if notes[0].startswith("Peto") else "Mantel-Haenszel"
    scale = studies[0].scale
    q = sum(((study.estimate - mean) / study.standard_error) ** 2 for study in studies)
    statistic, p = wald_p(mean, error, None)
    limits = spread(mean, error, quantile(level, None))
    silent = given - len(studies)
    left = f"{silent} of {given} studies have events in neither arm (or in everyone): not used."
    total = float(weight.sum())
    return Pooled(
        studies=studies,
        method=method,
        interval_method="normal",
        level=level,
        scale=scale,
        mean=mean,
        standard_error=error,
        effect=printed(mean, error, limits, scale, level, (notes[0], "normal")),
        statistic=statistic,
        degrees_of_freedom=None,
        p=p,
        weights=tuple((weight / total).tolist()),
        heterogeneity=q_heterogeneity(float(q), len(studies) - 1, level),
        prediction=None,
        assumed=(*notes, *((left,) if silent else ())),
    )
