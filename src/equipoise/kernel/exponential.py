"""e to many powers at once, in a loop the compiler turns into vector instructions.

    eˣ = 2ᵏ eʳ,   k = round(x / log 2),   |r| ≤ (log 2)/2

eʳ is its Taylor polynomial of degree 13; k log 2 is subtracted in two parts so that r keeps
every digit (Cody & Waite 1980, ch. 6).  Relative error at most 2.3e-16.  Powers beyond ±700
are held at ±700: the caller sees to it that they do not occur.
"""

import math

import numpy as np

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import compiled

LIMIT = 700.0
PER_LOG_2 = 1.4426950408889634
LOG_2_HIGH = 6.93147180369123816490e-01  # 32 bits, so that k times it is exact
LOG_2_LOW = 1.90821492927058770002e-10
(C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13) = (1 / math.factorial(j) for j in range(2, 14))


@compiled
def exponentiate(powers: Vector) -> None:
    """Replace every x by eˣ, in place."""
    for i in range(powers.size):
        x = min(max(powers[i], -LIMIT), LIMIT)
        k = np.floor(x * PER_LOG_2 + 0.5)
        r = (x - k * LOG_2_HIGH) - k * LOG_2_LOW
        tail = C13
        tail = tail * r + C12
        tail = tail * r + C11
        tail = tail * r + C10
        tail = tail * r + C9
        tail = tail * r + C8
        tail = tail * r + C7
        tail = tail * r + C6
        tail = tail * r + C5
        tail = tail * r + C4
        tail = tail * r + C3
        tail = tail * r + C2
        power_of_two = np.int64((np.int64(k) + 1023) << 52).view(np.float64)
        powers[i] = (tail * r * r + r + 1.0) * power_of_two
