"""What a curve that is still at 1, or a time with floating-point noise, once got wrong."""

import numpy as np
import pytest

from equipoise.analyze.estimates import Absent
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.restricted_mean import restricted_mean_difference


@pytest.mark.parametrize("scale", ["log-log", "logit", "arcsin"])
def test_limits_do_not_exist_where_only_censorings_were_seen(scale):
    """R gives NA; 1 to the power NaN is 1, which printed as 100 (100 to 100)."""
    curve = kaplan_meier([1, 2, 3], [0, 1, 1])
    lower, upper = curve.interval(scale=scale)
    assert np.isnan([lower[0], upper[0]]).all()
    assert curve.survival_at(1, scale=scale).interval.lower is Absent.UNBOUNDED


def test_a_landmark_finds_its_time_through_floating_point_noise():
    curve = kaplan_meier([0.1 + 0.2, 0.5, 0.7], [1, 1, 0])
    for time in (0.3, 0.1 + 0.2):
        assert curve.survival_at(time).value == pytest.approx(2 / 3)
        assert curve.at(time)[0] == pytest.approx(2 / 3)
        assert curve.at_risk_at(time)[0] == 3
    assert kaplan_meier([0.1, 0.3], [1, 0]).restricted_mean(0.1 + 0.2).value == pytest.approx(0.2)


def test_a_ratio_of_restricted_means_of_nothing_is_absent():
    gone, alive = kaplan_meier([0], [1]), kaplan_meier([1, 2], [1, 1])
    for pair in ((gone, gone), (gone, alive), (alive, gone)):
        assert restricted_mean_difference(*pair, 1).ratio.value is Absent.NO_VARIANCE
