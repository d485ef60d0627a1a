"""How likely both of two one-sided tests reject, not necessarily at the same look.

Equivalence lies between two limits, and each is ruled out by a test of its own: one rejects where
z is above its bound, the other where z is below its bound, at any look (Schuirmann 1987;
Jennison & Turnbull 2000, §6.2).  With A and B the events that they have rejected by a look,

    P(A and B) = P(A) + P(B) - P(A or B),

three first passages of the same score.  Where the bounds have crossed, one of the two rejects
whatever is seen, and P(A or B) = 1.
"""

import numpy as np

from equipoise.kernel.arrays import Vector
from equipoise.kernel.sequential import stopping_probability


def both_rejected(above: Vector, below: Vector, information: Vector, drift: float) -> Vector:
    """Give the chance that both tests have rejected, by each look.

    Args:
        above: (looks,) the first test rejects at or above this z.
        below: (looks,) the second at or below this.
        information: (looks,) increasing.
        drift: E[Z_k] over √information_k.

    Accuracy: 1e-9.

    Witness: simulation; the bivariate normal for one look.

    >>> both_rejected(np.array([-1.0]), np.array([1.0]), np.ones(1), 0.0).round(4).tolist()
    [0.6827]
    """
    never = np.full(information.size, np.inf)
    first = stopping_probability(above, -never, information, drift=drift).upper.cumsum()
    second = stopping_probability(never, below, information, drift=drift).lower.cumsum()
    crossed = np.flatnonzero(above <= below)
    looks = int(crossed[0]) if crossed.size else information.size
    either = np.ones(information.size)
    if looks:
        stops = stopping_probability(above[:looks], below[:looks], information[:looks], drift=drift)
        either[:looks] = (stops.upper + stops.lower).cumsum()
    return np.asarray(np.maximum(first + second - either, 0.0))
