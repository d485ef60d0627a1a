"""What the partial likelihood is computed from: centred covariates, weights, and places.

Centring within strata and scaling leave the model as it is (the baseline hazard takes up
what is subtracted) and keep every digit: a date near 1e12 or an age plus a million costs
nothing.  Where covariates take few values, as an arm does, rows that agree in everything
are one record with their weights added: a million patients in two arms over three thousand
days are at most 12 000 records.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen, frozen_codes
from equipoise.kernel.compiling import compiled
from equipoise.kernel.cox_cells import EMPTY, Cells, counting_order

SAMPLE = 16384  # rows enough for a centre and a scale
LEVELS = 16  # a covariate with more distinct values is not collapsed
NOISE = 64 * np.finfo(np.float64).eps  # relative spread below which a covariate is constant


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
    case = frozen(np.ones(place.size)) if weight is None else weight
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
        order = frozen_codes(counting_order(place, places, EMPTY))  # by place
    if cells.before is not None:
        risk_weight = np.where(before < place >> 1, risk_weight, 0.0)
    stratum = cells.stratum
    center, scale = _center_and_scale(covariates, place, case, stratum, cells.start.size - 1)
    design = np.empty((scale.size, place.size))
    observed, reach = np.zeros(scale.size), np.zeros(scale.size)
    _standardize(covariates, place, case, stratum, center, scale, order, design, observed, reach)
    if order.size:
        place = np.repeat(np.arange(places), np.bincount(place, minlength=places))
        before = before[order] if before.size else before
        if before.size or weight is not None or offset is not None:
            risk_weight = risk_weight[order]
    return Records(
        frozen(design),
        frozen(risk_weight),
        frozen_codes(place),
        frozen_codes(before),
        cells.start,
        cells.events,
        frozen(mean_weight),
        frozen(observed),
        observed_offset,
        frozen(center),
        frozen(scale),
        frozen(reach),
    )


def _collapsed(
    covariates: Matrix, place: Codes, weight: Vector, places: int
) -> tuple[Matrix, Codes, Vector] | None:
    """Add up like rows, or decline where there are too many kinds of rows."""
    columns = covariates.shape[1]
    levels, count = np.empty((columns, LEVELS)), np.zeros(columns, dtype=np.int64)
    _find_levels(covariates, levels, count)
    patterns = int(np.prod(np.minimum(count, LEVELS + 1).astype(np.float64)))
    if not columns or count.max() > LEVELS or places * patterns > covariates.shape[0] // 4:
        return None
    total = np.zeros(places * patterns)
    _add_up(covariates, place, weight, levels, count, total)
    used = np.flatnonzero(total)
    pattern = used % patterns
    merged = np.empty((used.size, columns))
    for j in range(columns):
        merged[:, j] = levels[j][pattern % count[j]]
        pattern = pattern // count[j]
    return frozen(merged), frozen_codes(used // patterns), frozen(total[used])


@compiled
def _find_levels(covariates: Matrix, levels: Matrix, count: Codes) -> None:
    """List the distinct values of each covariate; give up past the space for them."""
    for j in range(covariates.shape[1]):
        for i in range(covariates.shape[0]):
            value = covariates[i, j]
            k = 0
            while k < count[j] and levels[j, k] != value:
                k += 1
            if k == count[j]:
                count[j] += 1
                if k == levels.shape[1]:
                    return
                levels[j, k] = value


@compiled
def _add_up(
    covariates: Matrix, place: Codes, weight: Vector, levels: Matrix, count: Codes, total: Vector
) -> None:
    """Sum the weights of every combination of place and covariate values."""
    for i in range(covariates.shape[0]):
        cell = place[i]
        for j in range(count.size - 1, -1, -1):
            k = 0
            while levels[j, k] != covariates[i, j]:
                k += 1
            cell = cell * count[j] + k
        total[cell] += weight[i]


def _center_and_scale(
    covariates: Matrix, place: Codes, weight: Vector, stratum: Codes, strata: int
) -> tuple[Matrix, Vector]:
    """Find the mean of each covariate in each stratum, and its spread about those means.

    Any centre and scale near these serve as well: without strata some rows speak for all.
    """
    stride = max(1, place.size // SAMPLE) if strata == 1 else 1
    center, scale = _moments(covariates, place, weight, stratum, strata, stride)
    if stride > 1 and (scale == 0).any():
        center, scale = _moments(covariates, place, weight, stratum, strata, 1)
    return center, scale


def _moments(
    covariates: Matrix, place: Codes, weight: Vector, stratum: Codes, strata: int, stride: int
) -> tuple[Matrix, Vector]:
    """Mean by stratum and pooled standard deviation of every stride-th row."""
    columns = covariates.shape[1]
    center = np.zeros((strata, columns))
    for _ in range(2):  # the mean, then the mean of what is left: its rounding error
        rest, mass = np.zeros((strata, columns)), np.full(strata, 1e-300)
        square, largest = np.zeros(columns), np.zeros(columns)
        _add_moments(
            covariates, place, weight, stratum, center, stride, rest, mass, square, largest
        )
        center += rest / mass[:, None]
    spread = np.sqrt(square / mass.sum())
    return center, np.where(spread > NOISE * largest, spread, 0.0)


@compiled
def _add_moments(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    covariates: Matrix,
    place: Codes,
    weight: Vector,
    stratum: Codes,
    center: Matrix,
    stride: int,
    rest: Matrix,
    mass: Vector,
    square: Vector,
    largest: Vector,
) -> None:
    """Sum distances from a centre and their squares over every stride-th row."""
    for i in range(0, covariates.shape[0], stride):
        s = stratum[place[i] >> 1]
        mass[s] += weight[i]
        for j in range(covariates.shape[1]):
            away = covariates[i, j] - center[s, j]
            rest[s, j] += weight[i] * away
            square[j] += weight[i] * away * away
            largest[j] = max(largest[j], abs(covariates[i, j]))


@compiled
def _standardize(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    covariates: Matrix,
    place: Codes,
    weight: Vector,
    stratum: Codes,
    center: Matrix,
    scale: Vector,
    order: Codes,
    design: Matrix,
    observed: Vector,
    reach: Vector,
) -> None:
    """Centre and scale into the order given; a covariate without spread becomes zero."""
    rows, columns = covariates.shape
    per_scale = np.empty(columns)
    for j in range(columns):
        per_scale[j] = 1.0 / scale[j] if scale[j] > 0 else 0.0
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
