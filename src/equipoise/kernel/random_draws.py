"""From uniform random numbers to times: exponentials, and clocks that run at changing rates.

An exponential is E = -log(1 - u).  With 1 - u = 2^k (1 + f), f from √½ - 1 to √2 - 1, and
s = f / (2 + f), z = s²,

    log(1 + f) = f - f²/2 + s (f²/2 + z g(z)),    g(z) = 2/3 + 2/5 z + 2/7 z² + …

where g is a polynomial that agrees with the series to 5e-18 at Chebyshev points: free of branches,
so that a loop over patients runs on vectors.  No product is fused with a sum: the numbers are the
same on every machine.  The n-th arrival is where the cumulative rate reaches E₁ + … + E_n.

Every generator of trials uses these functions, so that all of them make the same trial.
"""

import numpy as np

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.philox import fill_uniforms

ROOT_HALF = np.int64(0x3FE6A09E667F3BCD)  # bits of √½
ONE = np.int64(0x3FF0000000000000)  # bits of 1
EXPONENT = np.int64(52)  # bits below a float's exponent
FRACTION = np.int64(0x000FFFFFFFFFFFFF)
LARGE = np.int64(0x4330000000000000)  # bits of 2^52: or-ing k in gives 2^52 + k
LARGE_AND_BIAS = 4503599627370496.0 + 1023.0
LOG_2 = 0.6931471805592082  # 40 bits, so that a whole multiple of it is exact ...
LOG_2_REST = 7.371002565167799e-13  # ... and the rest
G0, G1, G2, G3, G4, G5, G6 = (
    0.666666666666667,
    0.39999999999899505,
    0.28571428625975487,
    0.2222221113479508,
    0.18182889125261723,
    0.15331721600556042,
    0.14616449685043406,
)


@compiled
def exponential_of(uniform: float) -> float:
    """Turn a uniform from [0, 1) into an exponential of mean 1, -log(1 - u).

    Accuracy:
        5e-16 relative.

    Witness: numpy.log1p.
    """
    rest = np.float64(1.0 - uniform)
    shifted = rest.view(np.int64) + (ONE - ROOT_HALF)
    power = np.int64((shifted >> EXPONENT) | LARGE).view(np.float64) - LARGE_AND_BIAS
    f = np.int64((shifted & FRACTION) + ROOT_HALF).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = G0 + w * (G2 + w * (G4 + w * G6))
    odd = G1 + w * (G3 + w * G5)
    half = 0.5 * f * f
    small = s * (half + z * (even + z * odd)) + power * LOG_2_REST
    return ((half - small) - f) - power * LOG_2


@compiled
def fill_exponentials(
    seed: int, scenario: int, trial: int, purpose: int, who: int, first: int, out: Vector
) -> None:
    """Fill `out` with exponentials of mean 1 made of numbers `first`, ... of a stream.

    Witness: numpy.random.Philox and numpy.log1p.
    """
    fill_uniforms(seed, scenario, trial, purpose, who, first, out)
    for place in range(out.size):
        out[place] = exponential_of(out[place])


@compiled
def reach_counts(start: Vector, rate: Vector, counts: Vector) -> None:
    """Replace increasing counts by when the rates expect so many; infinite: never.

    Args:
        start: (pieces,) where each rate begins to hold, from 0; the last holds forever.
        rate: (pieces,) a unit of time.
        counts: ascending, 0 or more; overwritten by times.

    Witness: the closed form with one rate.
    """
    begun, done, size, pieces = 0.0, 0, counts.size, start.size
    if pieces == 1 and rate[0] > 0.0:
        pace = rate[0]
        for place in range(size):
            counts[place] = counts[place] / pace
        return
    for piece in range(pieces):
        last = piece == pieces - 1
        end = np.inf if last else start[piece + 1]
        until = np.inf if last else begun + rate[piece] * (end - start[piece])
        stop = size if last else done
        while stop < size and counts[stop] <= until:
            stop += 1
        for place in range(done, stop):
            more = counts[place] - begun
            wait = more / rate[piece] if rate[piece] > 0.0 else (np.inf if more > 0.0 else 0.0)
            counts[place] = min(start[piece] + wait, end)
        done, begun = stop, until
