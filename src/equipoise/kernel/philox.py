"""Random numbers that any trial can be given again: what is the j-th number of a stream?

Philox4x64 with ten rounds (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as
1, 2, 3"): four words of 64 bits are a function of a counter and a key, and of nothing before.

Stream (seed, scenario, trial, purpose, who) is bit for bit NumPy's

    Generator(Philox(key=[seed, scenario], counter=[0, purpose, trial, who])).random()

which counts up before its first block: number j is word j mod 4 of block j div 4 + 1, and a
uniform is its upper 53 bits times 2^-53, in [0, 1).  Nothing here checks its arguments: all must
be 0 or more.
"""

from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from llvmlite import ir
from numba.core.types import UniTuple, uint64
from numba.extending import intrinsic

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 10
LEFT, RIGHT = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)  # multipliers
LEFT_KEY, RIGHT_KEY = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)  # added a round
MANTISSA = np.uint64(11)  # bits that a float of 64 bits has no room for
ULP = 2.0**-53
Word: TypeAlias = np.uint64
Block: TypeAlias = tuple[Word, Word, Word, Word]


def _product(_: Any, left: Any, right: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Say how numba multiplies two words into the upper and the lower word of the product."""
    pair = cast("Any", UniTuple)(uint64, 2)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        wide = ir.IntType(128)
        whole = builder.mul(*(builder.zext(each, wide) for each in arguments))
        upper = builder.lshr(whole, ir.Constant(wide, 64))
        words = [builder.trunc(each, ir.IntType(64)) for each in (upper, whole)]
        return context.make_tuple(builder, signature.return_type, words)

    return pair(left, right), generate


product = cast("Callable[[Word, Word], tuple[Word, Word]]", intrinsic(_product))


@compiled
def block_of(first: Word, second: Word, third: Word, fourth: Word, key: Word, other: Word) -> Block:
    """Give the four words of one counter under one key."""
    for _ in range(ROUNDS):
        upper, lower = product(LEFT, first)
        top, bottom = product(RIGHT, third)
        first, second, third, fourth = top ^ second ^ key, bottom, upper ^ fourth ^ other, lower
        key += LEFT_KEY
        other += RIGHT_KEY
    return first, second, third, fourth


@compiled
def fill_uniforms(
    seed: int, scenario: int, trial: int, purpose: int, who: int, first: int, out: Vector
) -> None:
    """Fill `out` with numbers `first`, `first` + 1, ... (from 0) of a stream.

    Witness: numpy.random.Philox, bit for bit.
    """
    size = out.size
    done = -(first & 3)  # where the block that holds number `first` begins in `out`
    count = first >> 2
    while done < size:
        count += 1
        words = block_of(
            np.uint64(count),
            np.uint64(purpose),
            np.uint64(trial),
            np.uint64(who),
            np.uint64(seed),
            np.uint64(scenario),
        )
        if done >= 0 and done + 4 <= size:
            out[done] = (words[0] >> MANTISSA) * ULP
            out[done + 1] = (words[1] >> MANTISSA) * ULP
            out[done + 2] = (words[2] >> MANTISSA) * ULP
            out[done + 3] = (words[3] >> MANTISSA) * ULP
        else:
            for place in range(4):
                if 0 <= done + place < size:
                    out[done + place] = (words[place] >> MANTISSA) * ULP
        done += 4


@compiled
def uniform_at(seed: int, scenario: int, trial: int, purpose: int, who: int, number: int) -> float:
    """Give one number of a stream, the first being 0.

    Witness: numpy.random.Philox, bit for bit.
    """
    words = block_of(
        np.uint64((number >> 2) + 1),
        np.uint64(purpose),
        np.uint64(trial),
        np.uint64(who),
        np.uint64(seed),
        np.uint64(scenario),
    )
    return float((words[number & 3] >> MANTISSA) * ULP)
