"""Our Philox against NumPy's, bit for bit."""

import numpy as np
import pytest

from equipoise.kernel.arrays import Vector
from equipoise.kernel.philox import fill_uniforms, uniform_at

LARGEST = 2**63 - 1


def numpy_uniforms(names: tuple[int, ...], first: int, size: int) -> Vector:
    """Numbers `first`, ... of the stream, by drawing all before them too."""
    seed, scenario, trial, purpose, who = names
    bits = np.random.Philox(
        key=np.array([seed, scenario], np.uint64),
        counter=np.array([0, purpose, trial, who], np.uint64),
    )
    return np.random.Generator(bits).random(first + size)[first:]


@pytest.mark.parametrize("most", [1, 30, LARGEST])
def test_every_stream_is_numpys(most: int) -> None:
    """Whatever its names, the number it starts with and how many are asked for."""
    chosen = np.random.default_rng(20260101)
    for _ in range(200):
        seed, scenario, trial, purpose, who = (
            int(each) for each in chosen.integers(0, most, 5, endpoint=True)
        )
        first, size = int(chosen.integers(0, 40)), int(chosen.integers(0, 30))
        found = np.full(size, -1.0)
        fill_uniforms(seed, scenario, trial, purpose, who, first, found)
        expected = numpy_uniforms((seed, scenario, trial, purpose, who), first, size + 1)
        assert found.tobytes() == expected[:size].tobytes()
        assert uniform_at(seed, scenario, trial, purpose, who, first) == expected[0]


def test_a_long_stream_in_pieces_is_the_stream() -> None:
    """Pieces of any length, put together, are the whole."""
    whole = np.empty(1000)
    fill_uniforms(7, 1, 81273, 512, 0, 0, whole)
    assert whole.tobytes() == numpy_uniforms((7, 1, 81273, 512, 0), 0, 1000).tobytes()
    begin = 0
    for size in (1, 2, 3, 5, 8, 300, 681):
        piece = np.empty(size)
        fill_uniforms(7, 1, 81273, 512, 0, begin, piece)
        assert piece.tobytes() == whole[begin : begin + size].tobytes()
        begin += size
    assert begin == 1000
