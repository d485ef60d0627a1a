"""When do patients come?

With A(t) the integral of the rates and E_i exponential gaps, patient i (from 0) comes

    Poisson   when A(t) = E_0 + ... + E_i
    even      when A(t) = i + 1
    uniform   when A(t) / A(duration) = (E_0 + ... + E_i) / (E_0 + ... + E_n),

the last being the order statistics of n independent times (Devroye 1986, ch. V.2), in order and
without a sort.  Patients n, n + 1, ..., whom adaptations add to a uniform enrollment, come after
its duration by a Poisson process of the average rate, from the gaps E_{n+1} on.
"""

from typing import NamedTuple

import numpy as np

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import within_loops
from equipoise.kernel.random_draws import fill_exponentials, reach_counts
from equipoise.simulate.arrays import EVEN, UNIFORM, Key
from equipoise.simulate.streams import ARRIVAL


class Coming(NamedTuple):
    """How patients come; see `WorldArrays`."""

    process: int
    patients: int
    start: Vector
    rate: Vector
    duration: float
    expected: float


@within_loops
def all_gaps(coming: Coming, key: Key) -> float:
    """Give E_0 + ... + E_n of a uniform enrollment; 0 for others, which do not need it."""
    if coming.process != UNIFORM:
        return 0.0
    gaps = np.empty(coming.patients + 1)
    fill_exponentials(key[0], key[1], key[2], ARRIVAL, 0, 0, gaps)
    total = 0.0
    for gap in gaps:
        total += gap
    return total


@within_loops
def fill_arrivals(
    coming: Coming,
    key: Key,
    first: int,
    spent: float,
    whole: float,
    out: Vector,
) -> float:
    """Fill in the arrivals of patients `first`, ...; give the gaps spent, for those who follow.

    Args:
        coming: how they come.
        key: seed, scenario and trial.
        first: number of the first of these patients, from 0.
        spent: sum of the gaps before them.
        whole: of `all_gaps`.
        out: calendar times.
    """
    if coming.process == EVEN:
        for k in range(out.size):
            out[k] = first + k + 1.0
        reach_counts(coming.start, coming.rate, out)
        return spent
    late = first if coming.process == UNIFORM else first + out.size
    if coming.process != UNIFORM or first < coming.patients:
        fill_exponentials(key[0], key[1], key[2], ARRIVAL, 0, first, out)
        scale = coming.expected / whole if coming.process == UNIFORM else 1.0
        for k in range(out.size):
            spent += out[k]
            out[k] = spent * scale
        reach_counts(coming.start, coming.rate, out)
        late = coming.patients if coming.process == UNIFORM else late
    if late < first + out.size:
        spent = spent if first > coming.patients else 0.0
        later = out[late - first :]
        fill_exponentials(key[0], key[1], key[2], ARRIVAL, 0, late + 1, later)
        for k in range(later.size):
            spent += later[k]
            later[k] = coming.duration * (1.0 + spent / coming.patients)
    return spent
