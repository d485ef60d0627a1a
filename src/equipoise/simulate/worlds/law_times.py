"""When does an event come whose cumulative hazard has to reach E?

    Λ(t^κ) = E,   Λ linear on pieces:   t = (start + (E - Λ(start)) / hazard)^{1/κ}

where a hazard of 0 leaves Λ where it is, so that E beyond its last value is never reached.  Of a
cured fraction c nobody has the event: of the others u / (1 - c) takes the place of u in
E = -log(1 - u).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import within_loops
from equipoise.kernel.random_draws import exponential_of

NEVER = np.inf


class Laws(NamedTuple):
    """Laws as rows; see `WorldArrays`."""

    law: NDArray[np.int64]  # (endpoints + 1, causes, arms, cells)
    pieces: Codes
    start: Matrix
    hazard: Matrix
    before: Matrix
    shape: Vector
    cured: Vector


@within_loops
def time_reached(laws: Laws, law: int, needed: float) -> float:
    """Give the time at which the cumulative hazard reaches what is needed; inf: never.

    Witness: scipy.optimize on the cumulative hazard; closed forms.
    """
    low, high = 0, laws.pieces[law]
    while high - low > 1:
        middle = (low + high) >> 1
        if laws.before[law, middle] < needed:
            low = middle
        else:
            high = middle
    hazard = laws.hazard[law, low]
    if hazard == 0.0:
        return NEVER
    clock = laws.start[law, low] + (needed - laws.before[law, low]) / hazard
    return float(clock if laws.shape[law] == 1.0 else clock ** (1.0 / laws.shape[law]))


@within_loops
def hazard_by(laws: Laws, law: int, time: float) -> float:
    """Give the cumulative hazard by a time.

    Witness: `design.survival.world.Piecewise.cumulative`.
    """
    clock = time if laws.shape[law] == 1.0 else time ** laws.shape[law]
    low, high = 0, laws.pieces[law]
    while high - low > 1:
        middle = (low + high) >> 1
        if laws.start[law, middle] <= clock:
            low = middle
        else:
            high = middle
    return float(laws.before[law, low] + (clock - laws.start[law, low]) * laws.hazard[law, low])


@within_loops
def fill_times(
    laws: Laws, row: int, cause: int, arm: Codes, cell: Codes, uniform: Vector, out: Vector
) -> None:
    """Fill in the times of one event; leave in `uniform` the cumulative hazards they had to reach.

    Args:
        laws: of the world.
        row: the endpoint, or after all of them the dropout.
        cause: 0: the event; 1, 2, ...: a competing event.
        arm: (enrolled,)
        cell: (enrolled,)
        uniform: (enrolled,) overwritten.
        out: (enrolled,) filled in; inf: never.
    """
    cured = False
    for law in range(laws.cured.size):
        cured = cured or laws.cured[law] > 0.0
    if cured:
        for k in range(out.size):
            law = laws.law[row, cause, arm[k], cell[k]]
            whole = 1.0 - laws.cured[law] if law >= 0 else 1.0
            uniform[k] = min(uniform[k] / whole, 1.0) if whole > 0.0 else 1.0
    for k in range(out.size):
        exponential = exponential_of(uniform[k])
        uniform[k] = exponential if uniform[k] < 1.0 else NEVER
    for k in range(out.size):
        law = laws.law[row, cause, arm[k], cell[k]]
        never = law < 0 or uniform[k] == NEVER
        out[k] = NEVER if never else time_reached(laws, law, uniform[k])
