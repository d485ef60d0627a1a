"""Degenerate trials: a named state or a clear refusal, never NaN, a crash or a warning."""

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.analyze.estimates import Absent
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.landmark import landmark_difference, landmark_test
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from equipoise.analyze.restricted_mean import largest_common_time, restricted_mean_difference
from equipoise.errors import DataError, NotEstimable


@pytest.mark.parametrize("test", [log_rank, max_combo])
def test_no_events(test):
    result = test([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1]).test
    assert result.statistic is Absent.NO_EVENTS
    assert result.p_two_sided is Absent.NO_EVENTS


def test_one_patient():
    curve = kaplan_meier([7], [1])
    assert curve.quantile(0.5).value == 7
    assert curve.quantile(0.5).interval.upper is Absent.UNBOUNDED
    last = curve.survival_at(7)
    assert (last.value, last.standard_error) == (0.0, Absent.NO_VARIANCE)
    assert last.interval.lower is Absent.UNBOUNDED
    assert curve.survival_at(100).value == 0.0


def test_a_median_that_is_not_reached():
    median = kaplan_meier([1, 2, 3], [1, 0, 0]).quantile(0.5)
    assert median.value is Absent.NOT_REACHED
    assert median.interval.upper is Absent.UNBOUNDED


def test_beyond_follow_up():
    curve, ended = kaplan_meier([1, 2, 3], [1, 0, 0]), kaplan_meier([1, 2, 3], [1, 1, 1])
    assert curve.survival_at(3).value == pytest.approx(2 / 3)
    assert curve.survival_at(3.1).value is Absent.BEYOND_FOLLOW_UP
    found = landmark_difference(ended, curve, 4)
    assert found.estimate.value is Absent.BEYOND_FOLLOW_UP
    assert found.test.p_two_sided is Absent.BEYOND_FOLLOW_UP
    assert landmark_test(ended, curve, 3).statistic is Absent.NO_VARIANCE


def test_both_arms_without_events_at_the_landmark():
    calm = kaplan_meier([5, 6], [0, 1])
    found = landmark_difference(calm, calm, 5.5)
    assert found.estimate.value == 0.0
    assert found.test.statistic is Absent.NO_VARIANCE
    assert landmark_test(calm, calm, 5.5).statistic is Absent.NO_VARIANCE


def test_restricted_means_beyond_follow_up_are_refused_with_the_largest_time():
    """A peer gave -15098.8 with p 0.003 for τ = 99999."""
    censored, ended = kaplan_meier([4, 9], [1, 0]), kaplan_meier([2, 5], [1, 1])
    with pytest.raises(NotEstimable, match="up to 9"):
        restricted_mean_difference(censored, ended, 99999)
    with pytest.raises(NotEstimable, match="up to 9"):
        censored.restricted_mean(99999)
    assert restricted_mean_difference(censored, ended, 9).difference.value == 3.0
    assert largest_common_time([ended, ended]) == 5


def test_a_very_large_z_has_a_small_p_not_zero():
    """A peer wrote p as 2 (1 - Φ(z))."""
    arms = [kaplan_meier(np.arange(400.0) % 20 + start, np.ones(400)) for start in (9, 1)]
    result = restricted_mean_difference(*arms, 28)
    assert 0 < result.test.p_two_sided == pytest.approx(2 * norm.sf(result.test.statistic))
    time = np.concatenate([np.arange(300.0) + 1000, np.arange(300.0)])
    group = np.repeat([1, 0], 300)
    strong = log_rank(time, np.ones(600), group).test
    assert strong.statistic > 15
    assert strong.p_two_sided == pytest.approx(2 * norm.sf(strong.statistic), rel=1e-9)
    assert strong.p_two_sided > 0


def test_the_only_arm_at_risk():
    result = log_rank([1, 2, 3, 4], [1, 1, 0, 0], [0, 0, 0, 0], groups=2)
    assert result.statistic is Absent.NO_PATIENTS
    early = log_rank([1, 1, 5, 6], [0, 0, 1, 1], [1, 1, 0, 0])
    assert early.statistic is Absent.NO_VARIANCE


def test_comparisons_that_no_stratum_makes():
    """Groups 0, 1 in one stratum and 2, 3 in another: two degrees of freedom, not three."""
    rng = np.random.default_rng(1)
    group = np.repeat([0, 1, 2, 3], 20)
    time, event = rng.exponential(1.0, 80), np.ones(80)
    both = log_rank(time, event, group, stratum=group // 2)
    assert both.degrees_of_freedom == 2
    parts = [
        log_rank(time[group // 2 == s], event[:40], group[group // 2 == s] % 2).statistic ** 2
        for s in (0, 1)
    ]
    assert both.statistic == pytest.approx(sum(parts), rel=1e-9)


def test_a_thousand_strata():
    rng = np.random.default_rng(2)
    stratum, group = np.repeat(np.arange(1000), 4) * 10**7, np.tile([0, 1], 2000)
    result = log_rank(rng.exponential(1.0, 4000), np.ones(4000), group, stratum=stratum)
    assert result.uninformative_strata == 0
    assert abs(result.statistic) < 5


def test_the_risk_set_empties():
    """A peer raised an error here; R, and we, let the curve fall to 0 and stay there."""
    curve = kaplan_meier([2, 3, 7, 8], [1, 1, 1, 0], entry=[0, 0, 5, 5])
    assert curve.survival.tolist() == [0.5, 0.0, 0.0, 0.0]
    assert np.isinf(curve.log_variance[1:]).all()
    assert curve.survival_at(7).value == 0.0


def test_times_within_floating_point_noise_are_tied():
    time, event = [0.1 + 0.2, 0.3, 0.5, 0.7, 0.1 * 7, 1.0], [1, 1, 0, 1, 1, 0]
    assert kaplan_meier(time, event).events.tolist() == [2, 0, 2, 0]
    exact = [3, 3, 5, 7, 7, 10]
    group = [0, 1, 0, 1, 1, 0]
    noisy = log_rank(time, event, group)
    assert noisy.statistic == pytest.approx(log_rank(exact, event, group).statistic, rel=1e-12)


def test_an_event_at_time_zero_counts():
    curve = kaplan_meier([0, 0, 3], [1, 0, 1])
    assert curve.survival.tolist() == pytest.approx([2 / 3, 0.0])
    drawn = curve.curve()
    assert drawn.time.tolist() == [0.0, 3.0]
    assert drawn.censored_at.tolist() == [0.0]


def test_the_curve_to_draw_begins_at_one():
    drawn = kaplan_meier([2, 5], [1, 0]).curve()
    assert drawn.time.tolist() == [0.0, 2.0, 5.0]
    assert drawn.value.tolist() == [1.0, 0.5, 0.5]
    late = kaplan_meier([2, 5], [1, 0], entry=[-3, -1]).curve()
    assert late.time[0] == -3.0


REFUSED = [
    ({"time": []}, "no rows"),
    ({"time": [1, -2, 3]}, r"1 row\(s\) have a negative time: 2"),
    ({"time": [1, np.nan, np.inf]}, "missing or infinite time: 2, 3"),
    ({"time": ["a", "b", "c"]}, "must be numbers"),
    ({"event": [1, 2, 2]}, "event other than 0 and 1 .the first is 2.: 2, 3"),
    ({"event": [1, np.nan, 0]}, "event other than 0 and 1"),
    ({"event": ["Yes", "No", ""]}, "found '', 'No', 'Yes'"),
    ({"event": [1, 0]}, "3 times but 2 values of event"),
    ({"entry": [0, 2, 5]}, "end no later than they begin: 2, 3"),
    ({"entry": [0, np.nan, 1]}, "missing or infinite entry"),
    ({"entry": [0.0]}, "3 times but 1 values of entry"),
    ({"time": [1, 2, 0.3], "entry": [0, 0, 0.3 - 1e-12]}, "within floating-point noise: 3"),
    ({"group": [0, 0, 0]}, "codes from 0 to 1; the largest is 0"),
    ({"group": [0, -1, 1]}, "have no group"),
    ({"group": ["a", "b", "a"]}, "Name the control, such as control='a'"),
    ({"stratum": [0, 1, -1]}, "have no stratum .a code below 0.: 3"),
    ({"rho": -1.0}, "0 or more"),
]


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_bad_rows_are_named(wrong, message):
    good = {"time": [1, 2, 3], "event": [1, 0, 1], "group": [0, 1, 0]}
    with pytest.raises(DataError, match=message):
        log_rank(**(good | wrong))


def test_first_ten_rows_and_how_many_more():
    with pytest.raises(DataError, match="1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 15 more"):
        kaplan_meier(-np.ones(25), np.ones(25))


def test_three_arms_where_two_are_compared():
    with pytest.raises(DataError, match="codes from 0 to 1; the largest is 2"):
        max_combo([1, 2, 3], [1, 1, 1], [0, 1, 2])


def test_curves_cannot_be_altered():
    curve = kaplan_meier([1, 2], [1, 0])
    with pytest.raises(ValueError, match="read-only"):
        curve.survival[0] = 1.0
