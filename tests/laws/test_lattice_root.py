"""Roots that rough lattices find and finer ones correct."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from equipoise.errors import DidNotConverge
from equipoise.kernel.lattice_root import falling_root, where_it_falls_to, where_it_rises_to

FINE = 4093


class TestTheFinestLatticeDecides:
    """The answer is the root for the points asked for, whatever rougher lattices say."""

    @given(
        target=st.floats(1e-6, 1 - 1e-6),
        start=st.floats(-3.0, 3.0),
        error=st.floats(-0.03, 0.03),
        bend=st.floats(0.0, 0.1),
    )
    @settings(max_examples=100, deadline=None)
    def test_errors_of_rough_lattices(self, target, start, error, bend):
        asked = []

        def tail(z, points):
            asked.append(points)
            return float(ndtr(-z - bend * np.sin(z) + (error * 100.0 / points) * np.cos(z)))

        z = where_it_falls_to(tail, target, start, FINE)
        assert float(ndtri(tail(z, FINE))) == pytest.approx(float(ndtri(target)), abs=1e-6)
        assert asked.count(FINE) <= 4

    def test_an_exact_probability_is_met_to_rounding(self):
        x = where_it_rises_to(lambda x, _: float(ndtr(1.3 * x - 2.0)), 0.9, 1.0, FINE)
        assert x == pytest.approx((float(ndtri(0.9)) + 2.0) / 1.3, abs=1e-10)


def test_no_root():
    with pytest.raises(DidNotConverge, match="off by 1 probits"):
        falling_root(lambda _z, _points: 1.0, 0.0, FINE)
