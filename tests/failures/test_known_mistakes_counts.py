"""Wrong results of other software with causes and proportions: see test_known_mistakes.py."""

import numpy as np
import pytest

from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.proportions import (
    fisher_exact,
    miettinen_nurminen_difference,
    miettinen_nurminen_test,
)
from equipoise.analyze.ratios import exact_odds_ratio
from known_mistakes import EXPECTED, mgus2


def test_17_ties_among_competing_events():
    """Lifelines jitters tied times: 0.0326 at 60 months, or 0.0334 with another seed."""
    time, outcome = mgus2()
    course, expected = cumulative_incidence(time, outcome), EXPECTED["mgus2_incidence"]
    for place, at in enumerate(expected["time"]):
        found = course.estimate_at(1, at)
        assert found.value == pytest.approx(expected["progression"][place], rel=1e-10)
        assert found.standard_error == pytest.approx(expected["standard_errors"][place], rel=1e-10)
    again = cumulative_incidence(time[::-1], outcome[::-1])
    assert np.array_equal(again.incidence, course.incidence)


def test_22_miettinen_nurminen():
    """Statsmodels: "f(a) and f(b) must have different signs" (a wrong coefficient of the cubic)."""
    interval = miettinen_nurminen_difference(36, 154, 12, 77).interval
    limits = [interval.lower, interval.upper]
    assert limits == pytest.approx([-0.036065258186825, 0.177495128689145], rel=1e-8)


@pytest.mark.parametrize("counts", [(0, 25, 5, 24), (0, 20, 0, 21), (10, 10, 8, 10), (0, 1, 1, 1)])
def test_22_miettinen_nurminen_with_empty_cells(counts):
    """Statsmodels: ZeroDivisionError.  Limits are where the score test gives its level."""
    interval = miettinen_nurminen_difference(*counts).interval
    x1, n1, x0, n0 = counts
    assert -1 <= interval.lower <= x1 / n1 - x0 / n0 <= interval.upper <= 1
    for limit in (interval.lower, interval.upper):
        if abs(limit) < 1:
            p = miettinen_nurminen_test(*counts, margin=limit).p_two_sided
            assert p == pytest.approx(0.05, rel=1e-7)


def test_30_arcsine_limits_of_incidence():
    """R's summary of these loses its shape; ours are numbers like any other."""
    limits = cumulative_incidence(*mgus2()).estimate_at(1, 120, scale="arcsine").interval
    p = EXPECTED["mgus2_incidence"]["progression"][1]
    error = EXPECTED["mgus2_incidence"]["standard_errors"][1]
    reach = 1.959963984540054 * error / (2 * np.sqrt(p * (1 - p)))
    by_hand = np.sin(np.arcsin(np.sqrt(p)) + np.array([-reach, reach])) ** 2
    assert [limits.lower, limits.upper] == pytest.approx(by_hand, rel=1e-10)


@pytest.mark.parametrize("counts", [(36, 154, 12, 77), (7, 34, 1, 34)])
def test_33_exact_limits_of_the_odds_ratio(counts):
    """R's fisher.test stops its search at 1e-4: 3.731827 for 3.731987."""
    expected = EXPECTED["fisher_{}_{}_{}_{}".format(*counts)]
    found = exact_odds_ratio(*counts)
    ours = [found.value, found.interval.lower, found.interval.upper]
    theirs = [expected[name] for name in ("estimate", "lower", "upper")]
    assert ours == pytest.approx(theirs, rel=1e-8)
    assert fisher_exact(36, 154, 12, 77).p_two_sided == pytest.approx(0.228190088757076, rel=1e-10)
