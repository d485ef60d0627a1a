"""What each row of a fitted Cox model says: residuals, influence, and the baseline hazard.

The definitions and the treatment of ties are those of `kernel.cox_residuals`; rows are in the
order they were given in, except Schoenfeld residuals, which are in the order of the events
(by stratum, then time).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyze.cox_fit import CoxFit
from equipoise.kernel import cox_residuals
from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen, frozen_codes
from equipoise.kernel.cox_records import Records, records


def martingale_residuals(fit: CoxFit) -> Vector:
    """Give observed minus expected events of every row; they sum to 0.

    Witness: resid_vet_breslow_martingale, surv-0071 (R survival, `residuals.coxph`).
    """
    return frozen(
        cox_residuals.martingale_residuals(
            _records(fit), fit.data.weight, fit.last_iterate, fit.ties
        )
    )


def deviance_residuals(fit: CoxFit) -> Vector:
    """Give martingale residuals made more symmetric (Therneau, Grambsch & Fleming 1990).

    Witness: resid_vet_breslow_deviance (R survival, `residuals.coxph`).
    """
    residual = martingale_residuals(fit)
    event = fit.data.event
    surprise = residual + np.where(event, np.log(np.where(event, 1 - residual, 1.0)), 0.0)
    return frozen(np.sign(residual) * np.sqrt(np.maximum(-2 * surprise, 0.0)))


def score_residuals(fit: CoxFit) -> Matrix:
    """Give every row's part of the score vector, without its case weight.

    Witness: resid_vet_breslow_score, surv-0070 (R survival, `residuals.coxph`).
    """
    return frozen(
        cox_residuals.score_residuals(_records(fit), fit.data.weight, fit.last_iterate, fit.ties)
    )


def dfbeta(fit: CoxFit, *, standardized: bool = False) -> Matrix:
    """Give what each row adds to the coefficients, nearly, or that in standard errors.

    Witness: resid_heart_ss_dfbeta, resid_vet_efron_dfbetas (R survival, `residuals.coxph`).
    """
    residual = score_residuals(fit)
    if fit.data.weight is not None:
        residual = residual * fit.data.weight[:, None]
    change = residual @ fit.covariance
    if standardized:
        variance = fit.covariance if fit.robust_covariance is None else fit.robust_covariance
        spread = np.sqrt(np.diag(variance))
        change = change / np.where(spread > 0, spread, 1.0)
    return frozen(change)


@dataclass(frozen=True, slots=True)
class Schoenfeld:
    """Covariates of those with events minus the mean of those at risk, in event order."""

    row: Codes
    time: Vector
    residual: Matrix


def schoenfeld_residuals(fit: CoxFit, *, scaled: bool = False) -> Schoenfeld:
    """Give one residual an event; scaled ones estimate the coefficients over time.

    Witness: resid_vet_efron_schoenfeld, resid_vet_efron_scaledsch (R survival,
    `residuals.coxph`).
    """
    row, residual = cox_residuals.schoenfeld_residuals(_records(fit), fit.last_iterate, fit.ties)
    data = fit.data
    stratum = np.zeros(row.size) if data.stratum is None else data.stratum[row]
    order = np.lexsort((data.moments.exit[row], stratum))
    row, residual = row[order], residual[order]
    if scaled:
        residual = residual @ fit.covariance * row.size + fit.last_iterate
    return Schoenfeld(frozen_codes(row), frozen(data.time[row]), frozen(residual))


@dataclass(frozen=True, slots=True)
class BaselineHazard:
    """Cumulative hazard of one stratum at given covariates, constant between event times."""

    time: Vector
    cumulative_hazard: Vector


def cumulative_hazards(
    fit: CoxFit, at: ArrayLike | None = None, *, offset: float = 0.0
) -> tuple[BaselineHazard, ...]:
    """Give each stratum's cumulative hazard for covariates `at` (default: all 0).

    With Efron ties the steps are Efron's, otherwise Breslow's.

    Witness: cox_basehaz_breslow, surv-0040 (R survival, `basehaz`).
    """
    known = _records(fit)
    covariates = np.zeros(len(fit.names)) if at is None else np.asarray(at, dtype=np.float64)
    hazard = cox_residuals.gathered(known, fit.last_iterate, fit.ties).hazard[::2]
    cells, result = fit.data.cells, []
    for s in range(cells.start.size - 1):
        inside = slice(cells.start[s] + 1, cells.start[s + 1])
        away = float((covariates - known.center[s]) @ fit.last_iterate) + offset
        time = fit.data.moments.time[cells.moment[inside]]
        result.append(BaselineHazard(frozen(time), frozen(hazard[inside] * np.exp(away))))
    return tuple(result)


def _records(fit: CoxFit) -> Records:
    data = fit.data
    return records(
        data.covariates,
        data.cells,
        weight=data.weight,
        offset=data.offset,
        collapse=False,
    )
