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
from numpy.typing import NDArray

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
Words: TypeAlias = NDArray[np.uint64]
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
def one_round(
    first: Word, second: Word, third: Word, fourth: Word, key: Word, other: Word
) -> Block:
    """Mix the four words once."""
    upper, lower = product(LEFT, first)
    top, bottom = product(RIGHT, third)
    return top ^ second ^ key, bottom, upper ^ fourth ^ other, lower


@compiled
def block_of(first: Word, second: Word, third: Word, fourth: Word, key: Word, other: Word) -> Block:
    """Give the four words of one counter under one key."""
    words = (first, second, third, fourth)
    for number in range(ROUNDS):
        words = one_round(
            words[0],
            words[1],
            words[2],
            words[3],
            key + LEFT_KEY * np.uint64(number),
            other + RIGHT_KEY * np.uint64(number),
        )
    return words


@compiled
def fill_words(
    second: Word, third: Word, fourth: Word, key: Word, other: Word, count: int, out: Words
) -> None:
    """Fill `out` with the blocks of counters `count`, `count` + 1, ...; its size is 4 a block.

    Three products of the first two rounds are the same in every block.
    """
    top, bottom = product(RIGHT, third)
    mixed = top ^ second ^ key
    upper, lower = product(LEFT, mixed)
    for block in range(out.size >> 2):
        left, rest = product(LEFT, np.uint64(count + block))
        top, last = product(RIGHT, left ^ fourth ^ other)
        words = (
            top ^ bottom ^ (key + LEFT_KEY),
            last,
            upper ^ rest ^ (other + RIGHT_KEY),
            lower,
        )
        for number in range(2, ROUNDS):
            words = one_round(
                words[0],
                words[1],
                words[2],
                words[3],
                key + LEFT_KEY * np.uint64(number),
                other + RIGHT_KEY * np.uint64(number),
            )
        out[4 * block] = words[0]
        out[4 * block + 1] = words[1]
        out[4 * block + 2] = words[2]
        out[4 * block + 3] = words[3]


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


@compiled
def fill_uniforms(
    seed: int, scenario: int, trial: int, purpose: int, who: int, first: int, out: Vector
) -> None:
    """Fill `out` with numbers `first`, `first` + 1, ... (from 0) of a stream.

    Witness: numpy.random.Philox, bit for bit.
    """
    head = min(-first & 3, out.size)  # up to where a block begins
    whole = (out.size - head) & ~3
    for place in range(head):
        out[place] = uniform_at(seed, scenario, trial, purpose, who, first + place)
    words = out[head : head + whole].view(np.uint64)
    fill_words(
        np.uint64(purpose),
        np.uint64(trial),
        np.uint64(who),
        np.uint64(seed),
        np.uint64(scenario),
        ((first + head) >> 2) + 1,
        words,
    )
    for place in range(whole):  # in place: each word becomes its number
        words[place] = np.float64(np.int64(words[place] >> MANTISSA) * ULP).view(np.uint64)
    if head + whole < out.size:
        fill_tail(seed, scenario, trial, purpose, who, first + head + whole, out[head + whole :])


@compiled
def fill_tail(
    seed: int, scenario: int, trial: int, purpose: int, who: int, first: int, out: Vector
) -> None:
    """Fill in the first one, two or three numbers of a block."""
    words = block_of(
        np.uint64((first >> 2) + 1),
        np.uint64(purpose),
        np.uint64(trial),
        np.uint64(who),
        np.uint64(seed),
        np.uint64(scenario),
    )
    for place in range(out.size):
        out[place] = np.int64(words[place] >> MANTISSA) * ULP
