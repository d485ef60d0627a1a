"""Results are values: those of the same question are equal, arrays and all."""

from dataclasses import replace

import numpy as np

from equipoise.simulate.run import run
from sample_plan import plan


def test_the_same_run_gives_equal_characteristics():
    one, again = (run(plan(), executor="serial").results[0][0] for _ in range(2))
    assert one == again
    assert hash(one) == hash(again)


def test_another_correlation_is_another_result():
    one = run(plan(), executor="serial").results[0][0]
    first, *others = one.hypotheses
    moved = replace(first, z_correlation=np.where(first.z_correlation == 1, 1.0, 0.123))
    assert one != replace(one, hypotheses=(moved, *others))
    unknown = np.full_like(first.z_correlation, np.nan)
    assert replace(first, z_correlation=unknown) == replace(first, z_correlation=unknown.copy())
    assert first != "another kind of thing"
