"""How much the hazard differs: Cox's proportional hazards model.

    λ(t | x) = λ₀ₛ(t) exp(xβ + offset),      β maximizes the partial likelihood (Cox 1972)

Ties after Efron (default) or Breslow; strata have their own baseline; rows are at risk when
entry < t ≤ time.  Case weights multiply a row's terms, and Efron gives each tied event the
mean weight of its ties, as R's survival.  The robust variance is the sum of squared dfbeta,
added up within clusters first (Lin & Wei 1989), without small-sample factors.
Newton stops when the next step is below `tolerance` standard errors, and takes that step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze.cox_fit import CoxFit, CoxRows, chi_square, signed_test
from equipoise.analyze.cox_rows import cox_rows
from equipoise.analyze.estimates import Absent, Number, TestResult
from equipoise.analyze.given import named_columns
from equipoise.errors import DataError, NotEstimable
from equipoise.kernel.arrays import Matrix, Vector, frozen, vector
from equipoise.kernel.cox_fit import Peak, Ties, climb
from equipoise.kernel.cox_records import records
from equipoise.kernel.cox_residuals import clustered, dfbeta, score_residuals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


def cox(  # noqa: PLR0913 - each option is one choice of the model
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    stratum: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    ties: Ties = "efron",
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    robust: bool = False,
    offset: ArrayLike | None = None,
    level: float = 0.95,
    max_iterations: int = 60,
    tolerance: float = 1e-9,
) -> CoxFit:
    """Fit a Cox model to one row a patient, or to (entry, time] rows.

    A coefficient that does not exist carries its reason; score and likelihood-ratio tests
    stay valid where the likelihood has no maximum.

    Args:
        time: follow-up of each row, in any one unit; not below 0 unless `entry` is given.
        event: 1 or True where the follow-up ended in the event, 0 or False where it was censored.
        covariates: numbers, a row a patient and a column a covariate; or a data frame, whose
            columns name the coefficients.  A treatment is coded 1 experimental, 0 control.
        names: names of the coefficients; x1, x2, ... where nothing names them.
        stratum: numbers or labels; each stratum has a baseline hazard of its own.
        entry: when each row came under observation, before `time`; at risk after it.
        ties: "efron" or "breslow".
        weight: case weights, above 0.
        cluster: rows that belong together, for the robust variance.
        robust: whether intervals and the Wald test use the robust (sandwich) variance.
        offset: a known part of the log hazard.
        level: the confidence level of intervals, such as 0.95.
        max_iterations: Newton steps before giving up.
        tolerance: the last step, in standard errors.

    Raises:
        DataError: when rows break a stated convention; the message names them.
        NotEstimable: when there are no rows or no events.
        DidNotConverge: when Newton's iterations run out.

    Accuracy: coefficients to 1e-9 standard errors.  Witness: R survival 3.5-3 `coxph`.

    >>> fit = cox([9, 1, 1, 6, 6, 8], [1, 1, 0, 1, 1, 0], [0, 1, 1, 1, 0, 0], ties="breslow")
    >>> round(fit.coefficients[0], 6), round(float(np.log(1.5 + np.sqrt(33) / 2)), 6)
    (1.475285, 1.475285)
    """
    columns, names = named_columns(covariates, names)
    rows = cox_rows(
        time,
        event,
        columns,
        stratum=stratum,
        entry=entry,
        weight=weight,
        cluster=cluster,
        offset=offset,
    )
    if not rows.event.any():
        raise NotEstimable(
            f"A Cox model needs events; the {rows.event.size} rows have none. Report follow-up "
            "and the numbers at risk instead."
        )
    labels = _labels(names, rows.covariates.shape[1])
    known = records(rows.covariates, rows.cells, weight=rows.weight, offset=rows.offset)
    peak = climb(known, ties, tolerance, max_iterations)
    robust_parts = _robust(rows, peak, ties) if robust or cluster is not None else None
    return _fit(rows, peak, labels, ties, robust_parts, level, tolerance)


def _labels(names: Sequence[str] | None, columns: int) -> tuple[str, ...]:
    if names is None:
        return tuple(f"x{j + 1}" for j in range(columns))
    if len(names) != columns:
        raise DataError(
            f"{len(names)} names were given for {columns} covariates. Give one name a column."
        )
    return tuple(names)


def _robust(rows: CoxRows, peak: Peak, ties: Ties) -> tuple[Matrix, float]:
    """Give the sandwich variance, and the robust score chi-square at β = 0."""
    each = records(
        rows.covariates,
        rows.cells,
        weight=rows.weight,
        offset=rows.offset,
        collapse=False,
    )
    influence = clustered(dfbeta(each, rows.weight, peak, ties), rows.cluster)
    at_null = score_residuals(each, rows.weight, np.zeros(peak.beta.size), ties)
    weighted = at_null if rows.weight is None else at_null * rows.weight[:, None]
    total = clustered(weighted[:, peak.kept], rows.cluster)
    summed = total.sum(axis=0)
    return influence.T @ influence, chi_square(summed, total.T @ total)


def _fit(
    rows: CoxRows,
    peak: Peak,
    names: tuple[str, ...],
    ties: Ties,
    robust: tuple[Matrix, float] | None,
    level: float,
    tolerance: float,
) -> CoxFit:
    variance = peak.covariance if robust is None else robust[0]
    assumed = (
        f"{ties.capitalize()} ties",
        "model-based variance" if robust is None else "robust variance (Lin-Wei sandwich)",
        f"Newton iteration to {_plain(tolerance)} standard errors",
        *(("case weights",) if rows.weight is not None else ()),
        *(("stratified baseline",) if rows.stratum is not None else ()),
        *(("delayed entry (entry < t ≤ time)",) if rows.entry is not None else ()),
    )
    coefficients = _states(peak, peak.beta)
    degrees = int(peak.kept.sum())
    ratio = 2 * (peak.log_likelihood - peak.log_likelihood_null)
    direction = float(peak.score[peak.kept][0]) if degrees == 1 else 0.0
    return CoxFit(
        names=names,
        coefficients=coefficients,
        standard_errors=_states(peak, np.sqrt(np.diag(variance))),
        covariance=frozen(peak.covariance),
        robust_covariance=None if robust is None else frozen(robust[0]),
        log_likelihood_null=peak.log_likelihood_null,
        log_likelihood=peak.log_likelihood,
        score=vector(peak.score),
        iterations=peak.iterations,
        events=int(rows.event.sum()),
        rows=int(rows.event.size),
        ties=ties,
        wald=_wald(peak, variance, assumed),
        score_test=signed_test(
            "Score test (Cox model)", peak.score_chi_square, degrees, direction, assumed
        ),
        likelihood_ratio=signed_test(
            "Likelihood ratio test (Cox model)", ratio, degrees, direction, assumed
        ),
        robust_score_test=None
        if robust is None
        else signed_test("Robust score test (Cox model)", robust[1], degrees, direction, assumed),
        last_iterate=vector(peak.beta),
        assumed=assumed,
        data=rows,
        level=level,
    )


def _plain(number: float) -> str:
    """Write 1e-09 as people do: 1e-9."""
    mantissa, exponent, power = f"{number:g}".partition("e")
    return f"{mantissa}{exponent}{int(power)}" if power else mantissa


def _states(peak: Peak, values: Vector) -> tuple[Number, ...]:
    """Name the reason wherever a coefficient does not exist."""
    result: list[Number] = []
    for j, value in enumerate(values):
        if peak.flat[j]:
            result.append(Absent.NO_VARIANCE)
        elif peak.dependent[j]:
            result.append(Absent.COLLINEAR)
        elif peak.infinite[j]:
            result.append(Absent.MONOTONE_LIKELIHOOD)
        else:
            result.append(float(value))
    return tuple(result)


def _wald(peak: Peak, variance: Matrix, assumed: tuple[str, ...]) -> TestResult:
    """Test all coefficients together; absent if one of them is infinite."""
    method = "Wald test (Cox model)"
    kept = np.flatnonzero(peak.kept)
    if peak.infinite.any():
        state = Absent.MONOTONE_LIKELIHOOD
        return TestResult(method, state, kept.size, state, state, assumed)
    if not kept.size:
        return signed_test(method, 0.0, 0, 0.0, assumed)
    beta = peak.beta[kept]
    square = chi_square(beta, variance[np.ix_(kept, kept)])
    return signed_test(method, square, kept.size, float(beta[0]), assumed)


__all__ = ["CoxFit", "cox"]
