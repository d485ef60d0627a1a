"""Intervals that may be looked at after every look, whether or not the trial stops there.

    (z_k ± c_k) / √I_k

with c_k the efficacy bound of look k at one-sided level a: all of them together hold the truth
with confidence 1 - 2a, whatever rule stops the trial (Jennison & Turnbull 1989; 2000, ch. 9).
Repeated p-values stand in `design.multiplicity.repeated_p`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, frozen


@dataclass(frozen=True, slots=True)
class RepeatedIntervals:
    """Limits at every look, of the shape of z; infinite where a look has no bound."""

    lower: Vector
    upper: Vector


def repeated_intervals(z: ArrayLike, bound: ArrayLike, information: ArrayLike) -> RepeatedIntervals:
    """Give the repeated confidence interval of every look.

    Args:
        z: any shape, as (trials, looks); nan where there is none.
        bound: efficacy bounds on z of the same shape, at one-sided level a; nan where none.
        information: likewise, 1 / variance of the estimate.

    Raises:
        DesignError: Information that is not above 0, where there is a z.

    Witness: mon_rci (independent integrator, rpact 3.3.4, lrstat 0.3.3), rpa01.

    >>> found = repeated_intervals(2.1, 2.344907, 28.125)
    >>> [round(float(each), 4) for each in (found.lower, found.upper)]
    [-0.0462, 0.8381]
    """
    statistic, at, seen = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (z, bound, information))
    )
    known = ~np.isnan(statistic)
    if np.any(known & ~(seen > 0.0)):
        wrong = float(seen[known & ~(seen > 0.0)][0])
        raise DesignError(f"Information is {wrong:g} where there is a statistic; give it above 0.")
    root = np.sqrt(np.where(known, seen, np.nan))
    width = np.where(np.isnan(at), np.inf, at)
    lower, upper = (np.asarray((statistic + side * width) / root) for side in (-1.0, 1.0))
    return RepeatedIntervals(frozen(lower), frozen(upper))
