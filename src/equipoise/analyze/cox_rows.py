"""The rows of a Cox model, checked against the conventions before anything is computed.

A fitted model keeps its rows, for residuals and tests asked of it later.  They are copies, so
that nothing the caller does to an array afterwards reaches them; only arrays that no one can
write to, such as those of a frozen snapshot, are kept as they are.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.analyze.cox_fit import CoxRows
from equipoise.analyze.given import layers, numbers
from equipoise.errors import DataError, NotEstimable
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, flags, frozen
from equipoise.kernel.cox_cells import cells
from equipoise.kernel.risk_sets import moments

SHOWN = 10


def cox_rows(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    stratum: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    offset: ArrayLike | None = None,
) -> CoxRows:
    """Check and place the rows of a Cox model.

    Raises:
        DataError: naming the first rows that break a convention.
        NotEstimable: when there are no rows.
    """
    times = _numbers("time", time, None)
    if not times.size:
        raise NotEstimable("A Cox model needs rows; there are none. Check the selection.")
    size = times.size
    died = _flags(event, size)
    entered = None if entry is None else _numbers("entry", entry, size)
    if entered is not None:
        _refuse(entered >= times, "end no later than they begin", "Give entry < time")
    weights = None if weight is None else _numbers("weight", weight, size)
    if weights is not None:
        _refuse(weights <= 0, "have a weight of 0 or less", "Leave these rows out")
    placed = moments(times, entered)
    if entered is not None and placed.first is not None:
        _refuse(
            (placed.first > placed.exit) & died,
            "have a length within floating-point noise",
            "Round the times to the precision they were measured with",
        )
    strata = None if stratum is None else _labels("stratum", stratum, size)
    return CoxRows(
        time=frozen(times),
        event=died,
        covariates=_matrix(covariates, size),
        stratum=strata,
        entry=None if entered is None else frozen(entered),
        weight=None if weights is None else frozen(weights),
        offset=None if offset is None else frozen(_numbers("offset", offset, size)),
        cluster=None if cluster is None else _labels("cluster", cluster, size),
        moments=placed,
        cells=cells(placed, died, strata),
    )


def _numbers(what: str, values: ArrayLike, size: int | None) -> Vector:
    array = np.atleast_1d(_own(what, values))
    if array.ndim != 1 or (size is not None and array.size != size):
        raise DataError(
            f"{what} has shape {array.shape}, not one number for each of the {size} rows. "
            "Give one number a row."
        )
    if not np.isfinite(array.sum()):  # one pass, and a closer look where it fails
        _refuse(~np.isfinite(array), f"have a missing or infinite {what}", "Leave these rows out")
    return array


def _flags(event: ArrayLike, size: int) -> Flags:
    array = np.atleast_1d(np.asarray(event))
    if array.shape != (size,):
        raise DataError(
            f"event has shape {array.shape}, not one value for each of the {size} rows. "
            "Give one value a row."
        )
    if array.dtype != np.bool_:
        known = (array == 0) | (array == 1)
        _refuse(~known, "have an event that is neither 0 nor 1", "Map the event column")
        array = array == 1
    return flags(array)


def _matrix(covariates: ArrayLike, size: int) -> Matrix:
    array = _own("covariates", covariates)
    if array.ndim == 1 and size > 0:
        array = array.reshape(size, -1) if array.size == size else array[None, :]
    if array.ndim != 2 or array.shape[0] != size:  # noqa: PLR2004 - rows and columns
        raise DataError(
            f"covariates have shape {array.shape}, not one line for each of the {size} rows. "
            "Give rows x columns."
        )
    if not np.isfinite(array.sum()):
        _refuse(
            np.asarray(~np.isfinite(array).all(axis=1)),
            "have a missing or infinite covariate",
            "Leave these rows out, and count them",
        )
    return frozen(array)


def _own(what: str, values: ArrayLike) -> Matrix:
    """Copy numbers, or keep them where no one can write to them."""
    if isinstance(values, np.ndarray) and values.dtype == np.float64 and _sealed(values):
        return np.ascontiguousarray(values)
    return numbers(what, values)


def _sealed(array: NDArray[np.float64]) -> bool:
    """Tell whether an array, and whatever it is a view of, are read-only arrays."""
    owner: object = array
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return False
        owner = owner.base
    return owner is None


def _labels(what: str, values: ArrayLike, size: int) -> Codes:
    array = np.atleast_1d(np.asarray(values))
    if array.shape != (size,):
        raise DataError(
            f"{what} has shape {array.shape}, not one label for each of the {size} rows. "
            "Give one label a row."
        )
    return layers(what, array)


def _refuse(broken: Flags, what: str, remedy: str) -> None:
    if not broken.any():
        return
    rows = (np.flatnonzero(broken) + 1).tolist()
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    raise DataError(f"Rows {rows[:SHOWN]}{more} {what}. {remedy}.")
