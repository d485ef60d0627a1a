"""Who is at risk when: the one pass that Kaplan-Meier, log-rank and Cox all rest on.

A row is at risk at t when  entry < t ≤ exit.  A censoring at t counts as after an event
at t.  Time is cut into its distinct exit times, the *moments* t_0 < t_1 < ...; a row is then
three whole numbers: the first moment it is at risk at, the moment it leaves, and how.

Times that differ only by floating-point noise are one moment, as in R's survival
(`aeqSurv`): neighbours closer than 1.5e-8 of the mean absolute time are merged.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Vector, frozen, frozen_codes

TIE_TOLERANCE = 2.0**-26  # sqrt of the float64 epsilon, as R's timefix


@dataclass(frozen=True, slots=True)
class Moments:
    """Rows placed on the distinct exit times."""

    time: Vector  # distinct exit times, ascending
    exit: Codes  # row → the moment it leaves
    first: Codes | None  # row → first moment it is at risk at (may be exit + 1: never)


def moments(time: Vector, entry: Vector | None = None) -> Moments:
    """Place rows on the distinct exit times, near-ties merged.

    >>> moments(np.array([0.1 + 0.2, 0.3, 1.0])).exit.tolist()
    [0, 0, 1]
    """
    together = time if entry is None else np.concatenate([time, entry])
    distinct, place = np.unique(together, return_inverse=True)
    gap = np.diff(distinct)
    scale = np.abs(distinct).mean() if distinct.size else 0.0
    new = np.concatenate([[True], gap > TIE_TOLERANCE * scale])[: distinct.size]
    merged = np.cumsum(new) - 1
    values, place = distinct[new], merged[place]
    is_exit = np.zeros(values.size, dtype=np.bool_)
    is_exit[place[: time.size]] = True
    number = np.cumsum(is_exit)  # exit moments up to and including each value
    exit_moment = number[place[: time.size]] - 1
    first = None if entry is None else frozen_codes(number[place[time.size :]].astype(np.int64))
    return Moments(frozen(values[is_exit]), frozen_codes(exit_moment.astype(np.int64)), first)
