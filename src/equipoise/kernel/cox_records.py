"""What the partial likelihood is computed from: centred covariates, weights, and places.

Centring within strata and scaling leave the model as it is (the baseline hazard takes up
what is subtracted) and keep every digit: a date near 1e12 or an age plus a million costs
nothing.  Where covariates take few values, as an arm does, rows that agree in everything
are one record with their weights added: a million patients in two arms over three thousand
days are at most 12 000 records.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.cox_cells import Cells

LEVELS = 16  # a covariate with more distinct values is not collapsed
NOISE = 64 * np.finfo(np.float64).eps  # relative spread below which a covariate is constant
EMPTY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Records:
    """Rows, or groups of like rows, ready for the sweep over the cells."""

    design: Matrix  # covariate x record, centred and scaled
    risk_weight: Vector  # case weight times exp(offset); 0 if never at risk
    place: Codes  # twice the exit cell, plus one for an event
    before: Codes  # empty: no late entry
    start: Codes  # stratum → its first cell, and the end
    deaths: Codes  # cell → events
    mean_weight: Vector  # cell → mean case weight of its events
    observed: Vector  # Σ over events of weight times covariate
    observed_offset: float  # Σ over events of weight times offset
    center: Matrix  # stratum x covariate
    scale: Vector
    reach: Vector  # largest |design| of each covariate


def records(
    covariates: Matrix,
    event: Flags,
    cells: Cells,
    *,
    weight: Vector | None = None,
    offset: Vector | None = None,
    collapse: bool = True,
) -> Records:
    """Prepare rows for the sweep; `collapse` merges like rows where that is smaller."""
    place = 2 * cells.exit + event
    before = EMPTY if cells.before is None else cells.before
    case = np.ones(event.size) if weight is None else weight
    death_weight = np.bincount(place, weights=weight, minlength=2 * cells.moment.size)[1::2]
    mean_weight = death_weight / np.maximum(cells.events, 1)
    risk_weight, observed_offset = case, 0.0
    if offset is not None:
        risk_weight = case * np.exp(offset)
        observed_offset = float((case * offset)[event].sum())
    elif collapse and cells.before is None:
        merged = _collapsed(covariates, place, case, 2 * cells.moment.size)
        if merged is not None:
            covariates, place, risk_weight = merged
            case = risk_weight
    if cells.before is not None:
        risk_weight = np.where(before < cells.exit, risk_weight, 0.0)
    center, scale = _center_and_scale(covariates, place, case, cells.start)
    design, observed, reach = _standardized(covariates, place, case, cells.start, center, scale)
    return Records(
        design,
        risk_weight,
        place,
        before,
        cells.start,
        cells.events,
        mean_weight,
        observed,
        observed_offset,
        center,
        scale,
        reach,
    )


def _collapsed(
    covariates: Matrix, place: Codes, weight: Vector, places: int
) -> tuple[Matrix, Codes, Vector] | None:
    """Add up like rows, or decline where there are too many kinds of rows."""
    columns = covariates.shape[1]
    levels = np.empty((columns, LEVELS))
    count = _levels(covariates, levels)
    patterns = int(np.prod(np.minimum(count, LEVELS + 1).astype(np.float64)))
    if not columns or count.max() > LEVELS or places * patterns > covariates.shape[0] // 4:
        return None
    total = _total(covariates, place, weight, levels, count, places)
    used = np.flatnonzero(total)
    pattern = used % patterns
    merged = np.empty((used.size, columns))
    for j in range(columns):
        merged[:, j] = levels[j][pattern % count[j]]
        pattern = pattern // count[j]
    return merged, used // patterns, total[used]


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _levels(covariates: Matrix, levels: Matrix) -> Codes:
    """List the distinct values of each covariate; give up past the space for them."""
    count = np.zeros(covariates.shape[1], dtype=np.int64)
    for j in range(covariates.shape[1]):
        for i in range(covariates.shape[0]):
            value = covariates[i, j]
            k = 0
            while k < count[j] and levels[j, k] != value:
                k += 1
            if k == count[j]:
                count[j] += 1
                if k == levels.shape[1]:
                    return count
                levels[j, k] = value
    return count


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _total(
    covariates: Matrix, place: Codes, weight: Vector, levels: Matrix, count: Codes, places: int
) -> Vector:
    """Sum the weights of every combination of place and covariate values."""
    patterns = np.int64(1)
    for j in range(count.size):
        patterns *= count[j]
    total = np.zeros(places * patterns)
    for i in range(covariates.shape[0]):
        pattern, stride = np.int64(0), np.int64(1)
        for j in range(count.size):
            k = np.int64(0)
            while levels[j, k] != covariates[i, j]:
                k += 1
            pattern += k * stride
            stride *= count[j]
        total[place[i] * patterns + pattern] += weight[i]
    return total


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _stratum_of_cell(start: Codes) -> Codes:
    stratum = np.empty(start[-1], dtype=np.int64)
    for s in range(start.size - 1):
        stratum[start[s] : start[s + 1]] = s
    return stratum


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _center_and_scale(
    covariates: Matrix, place: Codes, weight: Vector, start: Codes
) -> tuple[Matrix, Vector]:
    """Find the mean of each covariate in each stratum, and its spread about those means."""
    rows, columns = covariates.shape
    stratum = _stratum_of_cell(start)
    center = np.zeros((start.size - 1, columns))
    mass = np.zeros(start.size - 1)
    for i in range(rows):
        mass[stratum[place[i] >> 1]] += weight[i]
    scale = np.ones(columns)
    rest = np.empty(start.size - 1)
    for j in range(columns):
        largest = 0.0
        for _ in range(2):  # the mean, then the mean of what is left
            rest[:] = 0.0
            for i in range(rows):
                s = stratum[place[i] >> 1]
                rest[s] += weight[i] * (covariates[i, j] - center[s, j])
            for s in range(rest.size):
                if mass[s] > 0:
                    center[s, j] += rest[s] / mass[s]
        square = 0.0
        for i in range(rows):
            away = covariates[i, j] - center[stratum[place[i] >> 1], j]
            square += weight[i] * away * away
            largest = max(largest, abs(covariates[i, j]))
        spread = np.sqrt(square / mass.sum())
        scale[j] = spread if spread > NOISE * largest else 0.0
    return center, scale


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _standardized(
    covariates: Matrix, place: Codes, weight: Vector, start: Codes, center: Matrix, scale: Vector
) -> tuple[Matrix, Vector, Vector]:
    """Centre and scale; a covariate without spread becomes zero."""
    rows, columns = covariates.shape
    stratum = _stratum_of_cell(start)
    design = np.zeros((columns, rows))
    observed = np.zeros(columns)
    reach = np.zeros(columns)
    for j in range(columns):
        if scale[j] > 0:
            for i in range(rows):
                x = (covariates[i, j] - center[stratum[place[i] >> 1], j]) / scale[j]
                design[j, i] = x
                reach[j] = max(reach[j], abs(x))
                if place[i] & 1:
                    observed[j] += weight[i] * x
    return design, observed, reach
