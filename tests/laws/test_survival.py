"""What must hold of curves and rank tests whatever the data."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.estimates import Absent
from equipoise.analyze.follow_up import reverse_kaplan_meier
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.log_rank import log_rank

SCALES = ("log-log", "log", "plain", "logit", "arcsin")
LAWS = settings(deadline=None, max_examples=60)

rows = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 30).map(float), st.floats(0.0, 30.0)),
        st.booleans(),
        st.integers(0, 1),
        st.integers(0, 3),
    ),
    min_size=2,
    max_size=40,
)


def columns(table):
    time, event, group, stratum = (np.array(column) for column in zip(*table, strict=True))
    return time.astype(float), event.astype(bool), group.astype(int), stratum.astype(int)


class TestCurves:
    """A curve falls from 1, and its limits hold it."""

    @LAWS
    @given(rows)
    def test_it_falls_within_its_limits(self, table):
        time, event, _, _ = columns(table)
        curve = kaplan_meier(time, event)
        steps = np.concatenate([[1.0], curve.survival])
        assert (np.diff(steps) <= 0).all()
        assert steps[-1] >= 0
        for scale in SCALES:
            lower, upper = curve.interval(0.9, scale)
            exists = ~np.isnan(lower)
            assert (lower[exists] <= curve.survival[exists] + 1e-12).all()
            assert (upper[exists] >= curve.survival[exists] - 1e-12).all()
            assert ((lower[exists] >= 0) & (upper[exists] <= 1)).all()

    @LAWS
    @given(rows)
    def test_numbers_balance(self, table):
        time, event, _, _ = columns(table)
        curve = kaplan_meier(time, event)
        left = curve.events + curve.censored
        assert left.sum() == time.size
        assert (curve.at_risk[1:] == curve.at_risk[:-1] - left[:-1]).all()
        assert curve.at_risk_at([-1.0, 31.0]).tolist() == [time.size, 0]

    @LAWS
    @given(rows)
    def test_without_censoring_it_is_the_empirical_survival(self, table):
        time = np.unique(columns(table)[0].round(3))
        curve = kaplan_meier(np.repeat(time, 2), np.ones(2 * time.size))
        share = 1 - np.arange(1, time.size + 1) / time.size
        np.testing.assert_allclose(curve.survival, share, atol=1e-12)

    @LAWS
    @given(rows)
    def test_survival_times_reverse_survival_counts_the_patients(self, table):
        """Ŝ(t) Ĝ(t) n is how many are followed beyond t, events and censorings never tied."""
        _, event, _, _ = columns(table)
        time = np.arange(1.0, event.size + 1.0)
        product = kaplan_meier(time, event).survival * reverse_kaplan_meier(time, event).survival
        left = np.arange(event.size - 1, -1, -1) / event.size
        np.testing.assert_allclose(product, left, atol=1e-12)

    @LAWS
    @given(rows, st.floats(0.05, 0.95))
    def test_quantiles_turn_the_curve_around(self, table, share):
        time, event, _, _ = columns(table)
        curve = kaplan_meier(time, event)
        value = curve.quantile(share).value
        if value is Absent.NOT_REACHED:
            assert curve.survival[-1] > 1 - share - 1e-7
        else:
            assert curve.at(value)[0] <= 1 - share + 1e-7
            assert curve.at(value - 1e-6 * (1 + value))[0] >= 1 - share - 1e-7

    @LAWS
    @given(rows)
    def test_entering_before_everything_is_no_late_entry(self, table):
        time, event, _, _ = columns(table)
        time = time.round(3)  # what is a near-tie depends on the mean of all times, entries too
        plain, late = kaplan_meier(time, event), kaplan_meier(time, event, entry=-1 - 0 * time)
        assert plain.at_risk.tolist() == late.at_risk.tolist()
        assert plain.survival.tolist() == late.survival.tolist()

    @LAWS
    @given(rows, st.integers(-2000, 2000))
    def test_the_origin_of_time_is_no_matter_with_entries(self, table, shift):
        """A peer detected late entry by entry > 0 and lost it for negative times."""
        time, event, _, _ = columns(table)
        time = np.floor(time) + 1
        entry = time - 1 - np.arange(time.size) % 7
        here = kaplan_meier(time, event, entry=entry)
        there = kaplan_meier(time + shift, event, entry=entry + shift)
        assert here.survival.tolist() == there.survival.tolist()
        assert here.at_risk.tolist() == there.at_risk.tolist()


class TestRankTests:
    """The tests see order, not scale, and are fair between the arms."""

    @LAWS
    @given(rows)
    def test_only_the_order_of_times_counts(self, table):
        time, event, group, stratum = columns(table)
        time, group[0], group[1] = np.floor(time), 0, 1
        here = log_rank(time, event, group, stratum=stratum, rho=0.5, gamma=1.0)
        there = log_rank(np.exp(time / 10), event, group, stratum=stratum, rho=0.5, gamma=1.0)
        np.testing.assert_allclose(here.observed, there.observed, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(here.variance, there.variance, rtol=1e-12, atol=1e-12)

    @LAWS
    @given(rows)
    def test_swapping_the_arms_turns_the_sign(self, table):
        time, event, group, stratum = columns(table)
        group[0], group[1] = 0, 1
        here = log_rank(time, event, group, stratum=stratum)
        swapped = log_rank(time, event, 1 - group, stratum=stratum)
        sooner = log_rank(time, event, group, stratum=stratum, better="sooner")
        if isinstance(here.statistic, Absent):
            assert swapped.statistic is here.statistic
        else:
            for other in (swapped, sooner):
                np.testing.assert_allclose(other.statistic, -here.statistic, atol=1e-9)
                np.testing.assert_allclose(
                    other.test.p_one_sided, 1 - here.test.p_one_sided, atol=1e-9
                )

    @LAWS
    @given(rows)
    def test_observed_and_expected_have_the_same_sum(self, table):
        time, event, group, stratum = columns(table)
        result = log_rank(time, event, group, groups=2, stratum=stratum)
        assert abs(result.observed.sum() - result.expected.sum()) < 1e-9
        assert result.observed.sum() == event.sum()
        np.testing.assert_allclose(result.variance.sum(axis=0), 0, atol=1e-12)

    @LAWS
    @given(rows)
    def test_two_groups_are_three_with_an_empty_one(self, table):
        time, event, group, _ = columns(table)
        group[0], group[1] = 0, 1
        two, three = log_rank(time, event, group), log_rank(time, event, group, groups=3)
        if not isinstance(two.statistic, Absent):
            np.testing.assert_allclose(three.statistic, two.statistic**2, rtol=1e-8, atol=1e-12)
            assert three.degrees_of_freedom == 1

    @LAWS
    @given(rows)
    def test_a_stratum_of_one_arm_says_nothing(self, table):
        time, event, group, stratum = columns(table)
        time = time.round(3)  # what is a near-tie depends on the mean of all times
        stratum[stratum == 3] = 2
        group[0], group[1] = 0, 1
        alone = np.concatenate([time, [1.0, 2.0, 3.0]])
        more = log_rank(
            alone,
            np.append(event, [True, True, False]),
            np.append(group, [1, 1, 1]),
            stratum=np.append(stratum, [3, 3, 3]),
        )
        less = log_rank(time, event, group, stratum=stratum)
        assert more.uninformative_strata == less.uninformative_strata + 1
        if not isinstance(less.statistic, Absent):
            np.testing.assert_allclose(more.statistic, less.statistic, rtol=1e-9, atol=1e-9)
