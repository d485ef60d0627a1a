"""The random numbers of the patients enrolled, where all who came have one each."""

import numpy as np

from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.philox import fill_uniforms
from equipoise.simulate.arrays import Key


@compiled
def fill_own(key: Key, purpose: int, arrivals: int, number: Codes, out: Vector) -> None:
    """Fill in each enrolled patient's uniform: those who arrived have one each."""
    if arrivals == out.size:
        fill_uniforms(key[0], key[1], key[2], purpose, 0, 0, out)
        return
    every = np.empty(arrivals)
    fill_uniforms(key[0], key[1], key[2], purpose, 0, 0, every)
    for k in range(out.size):
        out[k] = every[number[k]]
