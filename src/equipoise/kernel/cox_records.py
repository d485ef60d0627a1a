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

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.cox_cells import Cells, counting_order

SAMPLE = 16384  # rows enough for a centre and a scale
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
    cells: Cells,
    *,
    weight: Vector | None = None,
    offset: Vector | None = None,
    collapse: bool = True,
) -> Records:
    """Prepare rows for the sweep, in the order of their places, like rows merged where few.

    Without `collapse` there is one record a row, in the rows' own order.
    """
    place, places = cells.place, 2 * cells.moment.size
    before = EMPTY if cells.before is None else cells.before
    case = np.ones(place.size) if weight is None else weight
    mean_weight = np.minimum(cells.events, 1).astype(np.float64)
    if weight is not None:
        total = np.bincount(place, weights=weight, minlength=places)[1::2]
        mean_weight = total / np.maximum(cells.events, 1)
    risk_weight, observed_offset, merged, order = case, 0.0, None, EMPTY
    if offset is not None:
        risk_weight = case * np.exp(offset)
        observed_offset = float((case * offset)[(place & 1) == 1].sum())
    elif collapse and cells.before is None:
        merged = _collapsed(covariates, place, case, places)
    if merged is not None:
        covariates, place, case = merged
        risk_weight = case
    elif collapse:
        order = counting_order(place, places, None)  # rows of one place stand together
    if cells.before is not None:
        risk_weight = np.where(before < place >> 1, risk_weight, 0.0)
    center, scale = _center_and_scale(covariates, place, case, cells.start)
    design, observed, reach = _standardized(
        covariates, place, case, cells.start, center, scale, order
    )
    if order.size:
        place = np.repeat(np.arange(places), np.bincount(place, minlength=places))
        before = before[order] if before.size else before
        if before.size or weight is not None or offset is not None:
            risk_weight = risk_weight[order]
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
    """Find the mean of each covariate in each stratum, and its spread about those means.

    Any centre and scale near these serve as well: without strata some rows speak for all.
    """
    stratum = _stratum_of_cell(start)
    stride = max(1, covariates.shape[0] // SAMPLE) if start.size == 2 else 1  # noqa: PLR2004 - one stratum
    center, scale = _moments(covariates, place, weight, stratum, start.size - 1, stride)
    if stride > 1 and (scale == 0).any():
        center, scale = _moments(covariates, place, weight, stratum, start.size - 1, 1)
    return center, scale


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _moments(
    covariates: Matrix, place: Codes, weight: Vector, stratum: Codes, strata: int, stride: int
) -> tuple[Matrix, Vector]:
    """Mean by stratum and pooled standard deviation of every stride-th row."""
    columns = covariates.shape[1]
    center = np.zeros((strata, columns))
    for _ in range(2):  # the mean, then the mean of what is left: its rounding error
        rest, square = np.zeros((strata, columns)), np.zeros(columns)
        mass, largest = np.full(strata, 1e-300), np.zeros(columns)
        for i in range(0, covariates.shape[0], stride):
            s = stratum[place[i] >> 1]
            mass[s] += weight[i]
            for j in range(columns):
                away = covariates[i, j] - center[s, j]
                rest[s, j] += weight[i] * away
                square[j] += weight[i] * away * away
                largest[j] = max(largest[j], abs(covariates[i, j]))
        for s in range(strata):
            center[s] += rest[s] / mass[s]
    spread = np.sqrt(square / mass.sum())
    return center, np.where(spread > NOISE * largest, spread, 0.0)


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def _standardized(
    covariates: Matrix,
    place: Codes,
    weight: Vector,
    start: Codes,
    center: Matrix,
    scale: Vector,
    order: Codes,
) -> tuple[Matrix, Vector, Vector]:
    """Centre and scale into the order given; a covariate without spread becomes zero."""
    rows, columns = covariates.shape
    stratum = _stratum_of_cell(start)
    design = np.zeros((columns, rows))
    observed, reach = np.zeros(columns), np.zeros(columns)
    per_scale = np.zeros(columns)
    for j in range(columns):
        if scale[j] > 0:
            per_scale[j] = 1.0 / scale[j]
    for i in range(rows):
        row = order[i] if order.size else i
        s = stratum[place[row] >> 1]
        event = place[row] & 1
        for j in range(columns):
            x = (covariates[row, j] - center[s, j]) * per_scale[j]
            design[j, i] = x
            reach[j] = max(reach[j], abs(x))
            if event:
                observed[j] += weight[row] * x
    return design, observed, reach
