"""Everyone had the event: F was 1.0000000000000002 with a variance of -2e-17.

`curve` took the root of that, which is a warning and a NaN; where rounding fell the other way
a standard error of 1e-8 was reported.
"""

import numpy as np
import pytest

from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.estimates import Absent


@pytest.mark.parametrize("variance", ["jackknife", "aalen"])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_incidence_and_variance_keep_their_bounds(seed, late, variance):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 40))
    entry = rng.choice([0.0, 0, 1, 3, 9], size) if late else np.zeros(size)
    time, outcome = entry + rng.integers(1, 7, size), rng.integers(1, seed % 3 + 2, size)
    given = entry if late else None
    course = cumulative_incidence(time, outcome, causes=3, entry=given, variance=variance)
    assert ((course.incidence >= 0) & (course.incidence <= 1)).all()
    assert (course.variance >= 0).all()
    assert not ((course.variance > 0) & (course.variance < 1e-12)).any()
    assert all(np.isfinite(course.curve(cause).value).all() for cause in (1, 2, 3))


@pytest.mark.parametrize("size", [3, 7, 1000])
@pytest.mark.parametrize("late", [False, True])
def test_certainty_is_a_named_state(size, late):
    time = np.arange(1.0, size + 1)
    entry = np.where(time > 2, 0.5, 0.0) if late else None
    course = cumulative_incidence(time, np.ones(size, int), entry=entry)
    last = course.estimate_at(1, size)
    assert last.value == 1.0
    assert last.standard_error is Absent.NO_VARIANCE
    assert course.estimate_at(1, size - 1).standard_error > 0


@pytest.mark.parametrize("variance", ["jackknife", "aalen"])
def test_certainty_stays_though_others_enter_later(variance):
    """With one patient left at the end, Gray's formula keeps the variance (1/n)²."""
    time, entry = [1, 2, 3, 8, 10, 11], [0, 0, 0, 4, 4, 10]
    course = cumulative_incidence(time, [1, 1, 1, 1, 1, 1], entry=entry, variance=variance)
    assert course.incidence[0, 2:].tolist() == [1.0] * 4
    expected = 0.0 if variance == "jackknife" else 1 / 9
    assert course.variance[0, 2:] == pytest.approx([expected] * 4, rel=1e-12)
