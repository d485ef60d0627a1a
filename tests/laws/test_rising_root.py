"""A root is found wherever a rising function has one, and an end of the range where it has none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.kernel.rising_root import rising_root


@given(
    root=st.floats(0.01, 9.9),
    start=st.floats(0.0, 10.0),
    slope=st.floats(0.01, 100.0),
    power=st.sampled_from([1.0, 3.0, 0.2]),
)
@settings(max_examples=100, deadline=None)
def test_smooth_and_steep(root, start, slope, power):
    found = rising_root(
        lambda x: float(np.sign(x - root) * abs(x - root) ** power),
        start,
        slope=slope,
        within=(0.0, 10.0),
    )
    assert found == pytest.approx(root, abs=2e-3 if power > 1 else 1e-9)


@given(jump=st.floats(0.01, 9.9), start=st.floats(0.0, 10.0))
@settings(max_examples=50, deadline=None)
def test_a_jump_is_located(jump, start):
    found = rising_root(
        lambda x: -0.3 if x < jump else 2.0 + x, start, slope=1.0, within=(0.0, 10.0)
    )
    assert found == pytest.approx(jump, abs=1e-9)


@pytest.mark.parametrize(("shift", "end"), [(20.0, 0.0), (-20.0, 10.0)])
def test_no_root_inside(shift, end):
    calls = []

    def function(x):
        calls.append(x)
        return x + shift

    assert rising_root(function, 5.0, slope=1.0, within=(0.0, 10.0)) == end
    assert len(calls) <= 3
