"""What each row adds to a Cox model: martingale, score and Schoenfeld residuals, dfbeta.

With H the hazard a row gathered while at risk and x̄ the risk-weighted mean covariate,

    martingale   M = event - e^{xβ} H
    score        L = ∫ (x - x̄(t)) dM(t)                 (Therneau & Grambsch 2000, §4.6)
    Schoenfeld   x - x̄ at each event
    dfbeta       w L I⁻¹: what leaving a row out takes from β, nearly

Efron's ties enter all of them: x̄ is the mean over the d steps of a tie, and a row that has
its event in the tie gathers h₂, not h₁, of that cell's hazard (see `kernel.cox`).
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.cox import steps
from equipoise.kernel.cox_fit import Peak, Ties
from equipoise.kernel.cox_records import Records
from equipoise.kernel.cox_sums import fill, workspace


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the cells of a model have come to, at given coefficients (scaled covariates)."""

    risk: Vector  # row → weight e^{xβ + offset}
    hazard: Vector  # place → cumulative baseline hazard gathered by a row that leaves there
    pull: Matrix  # place x covariate → the same of x̄ times hazard
    mean: Matrix  # cell x covariate → x̄, averaged over the steps of a tie


def gathered(records: Records, beta: Vector, ties: Ties) -> Gathered:
    """Go through the cells once at coefficients in the covariates' own units."""
    space = workspace(records)
    fill(records, beta * records.scale, space)
    columns, places = records.scale.size, space.hazard.size
    hazard, pull = np.zeros(places), np.zeros((places, columns))
    mean = np.zeros((records.deaths.size, columns))
    _gather(
        space.sums,
        records.start,
        records.deaths,
        records.mean_weight,
        ties == "efron",
        hazard,
        pull,
        mean,
    )
    return Gathered(space.risk, hazard, pull, mean)


def martingale_residuals(
    records: Records, weight: Vector | None, beta: Vector, ties: Ties
) -> Vector:
    """Give observed minus expected events, one a row of uncollapsed records."""
    parts = gathered(records, beta, ties)
    relative_risk = parts.risk if weight is None else parts.risk / weight
    return _event(records) - relative_risk * _while_at_risk(records, parts.hazard)


def score_residuals(records: Records, weight: Vector | None, beta: Vector, ties: Ties) -> Matrix:
    """Give each row's part of the score, unweighted, in the covariates' own units."""
    parts = gathered(records, beta, ties)
    event = _event(records)
    relative_risk = parts.risk if weight is None else parts.risk / weight
    martingale = event - relative_risk * _while_at_risk(records, parts.hazard)
    residual = martingale[:, None] * records.design.T
    residual -= event[:, None] * parts.mean[records.place >> 1]
    residual += relative_risk[:, None] * _while_at_risk(records, parts.pull)
    return residual * records.scale


def schoenfeld_residuals(records: Records, beta: Vector, ties: Ties) -> tuple[Codes, Matrix]:
    """Give the rows that end in an event, and their covariates minus the mean at risk."""
    parts = gathered(records, beta, ties)
    rows = np.flatnonzero(_event(records))
    away = records.design.T[rows] - parts.mean[records.place[rows] >> 1]
    return rows, away * records.scale


def dfbeta(records: Records, weight: Vector | None, peak: Peak, ties: Ties) -> Matrix:
    """Give each row's influence on the coefficients, case weights included."""
    residual = score_residuals(records, weight, peak.beta, ties)
    return (residual if weight is None else residual * weight[:, None]) @ peak.covariance


def clustered(each: Matrix, cluster: Codes | None) -> Matrix:
    """Add rows up within clusters."""
    if cluster is None:
        return each
    total = np.zeros((int(cluster.max()) + 1, each.shape[1]))
    np.add.at(total, cluster, each)
    return total


def _event(records: Records) -> Flags:
    return np.asarray(records.place & 1, dtype=np.bool_)


def _while_at_risk(records: Records, cumulative: Matrix) -> Matrix:
    if not records.before.size:
        return cumulative[records.place]
    never = records.risk_weight == 0
    result = cumulative[records.place] - cumulative[2 * records.before]
    result[never] = 0.0
    return result


@compiled
def _gather(
    sums: Matrix,
    start: Codes,
    deaths: Codes,
    mean_weight: Vector,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
    hazard: Vector,
    pull: Matrix,
    mean: Matrix,
) -> None:
    """Go through each stratum's cells, cumulating."""
    columns = mean.shape[1]
    for s in range(start.size - 1):
        for cell in range(start[s] + 1, start[s + 1]):
            earlier, stay, leave = 2 * cell - 2, 2 * cell, 2 * cell + 1  # places
            inverse = 1.0 / sums[stay, 0]
            _, staying, leaving, square, cross, own = steps(
                sums[leave, 0] * inverse, deaths[cell], efron
            )
            step = mean_weight[cell] * inverse
            hazard[stay] = hazard[earlier] + step * staying
            hazard[leave] = hazard[earlier] + step * leaving
            for j in range(columns):
                a, b = sums[stay, j + 1] * inverse, sums[leave, j + 1] * inverse
                of_staying = step * (square * a - cross * b)
                of_leaving = step * ((square - cross) * a - (cross - own) * b)
                pull[stay, j] = pull[earlier, j] + of_staying
                pull[leave, j] = pull[earlier, j] + of_leaving
                mean[cell, j] = (staying * a - (staying - leaving) * b) / deaths[cell]
