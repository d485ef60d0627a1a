"""Laws of the search for a minimum."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.kernel.minimum import GOLDEN, least_between

PLACE = st.floats(-50.0, 50.0)


def by_golden_sections(function, low, high):
    for _ in range(120):
        left, right = low + GOLDEN * (high - low), high - GOLDEN * (high - low)
        low, high = (low, right) if function(left) < function(right) else (left, high)
    return 0.5 * (low + high)


class TestLeastBetween:
    """What is found has no smaller neighbor, wherever the minimum lies."""

    @given(PLACE, st.floats(0.1, 60.0), st.floats(0.1, 60.0), st.sampled_from([1.0, 2.0, 3.5]))
    def test_a_power_of_the_distance(self, place, below, above, power):
        found = least_between(lambda x: abs(x - place) ** power, place - below, place + above)
        assert found.at == pytest.approx(place, abs=1e-6 * (1.0 + abs(place)))
        assert found.value == abs(found.at - place) ** power

    @given(st.floats(0.01, 20.0))
    def test_a_skewed_valley(self, slope):
        def valley(x):
            return math.exp(x) - slope * x

        found = least_between(valley, -10.0, 10.0)
        assert found.at == pytest.approx(math.log(slope), abs=1e-6)
        assert found.at == pytest.approx(by_golden_sections(valley, -10.0, 10.0), abs=1e-6)

    @given(PLACE, st.floats(0.1, 50.0))
    def test_at_an_end(self, low, width):
        for function, end in ((lambda x: x, low), (lambda x: -x, low + width)):
            found = least_between(function, low, low + width)
            assert found.at == pytest.approx(end, abs=1e-6 * (1.0 + abs(end)))

    def test_smooth_ones_take_few_evaluations(self):
        seen = []
        least_between(lambda x: seen.append(x) or math.cos(x), 0.0, 6.0)
        assert len(seen) < 15
