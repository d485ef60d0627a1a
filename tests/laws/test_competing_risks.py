"""Laws of cumulative incidence and of Gray's test."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.cumulative_incidence import (
    cumulative_incidence,
    cumulative_incidence_difference,
)
from equipoise.analyze.estimates import Absent
from equipoise.analyze.gray import gray_test
from equipoise.analyze.selection import merged
from equipoise.analyze.snapshot import Followup
from equipoise.kernel.arrays import codes, vector

MODEST = settings(max_examples=40, deadline=None)
patients = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 3), st.integers(0, 1), st.integers(0, 4)),
    min_size=4,
    max_size=40,
)


def columns(rows):
    time, outcome, group, entry = map(np.array, zip(*rows, strict=True))
    return entry + time, outcome, group, entry.astype(float)


class TestEveryoneIsSomewhere:
    """At every time the patients are free of events or have had exactly one of them."""

    @MODEST
    @given(patients, st.booleans())
    def test_sum(self, rows, late):
        time, outcome, _, entry = columns(rows)
        course = cumulative_incidence(time, outcome, causes=3, entry=entry if late else None)
        whole = course.survival + course.incidence.sum(axis=0)
        assert whole == pytest.approx(np.ones(course.time.size), abs=1e-12)
        assert (np.diff(course.incidence, axis=1) >= 0).all()
        assert (course.variance >= 0).all()


class TestOneCause:
    """With one cause the incidence is 1 - Kaplan-Meier, and its variance Greenwood's."""

    @MODEST
    @given(patients)
    def test_kaplan_meier(self, rows):
        time, outcome, _, _ = columns(rows)
        course = cumulative_incidence(time, outcome > 0, causes=1)
        deaths, n = course.events[0], course.at_risk
        survival = np.cumprod(1 - deaths / n)
        alive = survival > 0
        greenwood = np.cumsum(deaths[alive] / (n[alive] * (n[alive] - deaths[alive])))
        assert course.incidence[0] == pytest.approx(1 - survival, abs=1e-12)
        expected = survival[alive] ** 2 * greenwood
        assert course.variance[0][alive] == pytest.approx(expected, rel=1e-9, abs=1e-14)


class TestOrderAndUnit:
    """Neither the order of the rows nor the unit of time changes anything."""

    @MODEST
    @given(patients, st.randoms(use_true_random=False), st.sampled_from([1 / 30.4375, 7.0, 365.25]))
    def test_same(self, rows, random, unit):
        time, outcome, _, _ = columns(rows)
        order = list(range(time.size))
        random.shuffle(order)
        first = cumulative_incidence(time, outcome, causes=3)
        second = cumulative_incidence((time * unit)[order], outcome[order], causes=3)
        assert second.incidence == pytest.approx(first.incidence, abs=1e-12)
        assert second.variance == pytest.approx(first.variance, abs=1e-12)


class TestSwappingArms:
    """Exchanging the arms turns the sign of every difference, and nothing else."""

    @MODEST
    @given(patients)
    def test_sign(self, rows):
        time, outcome, group, _ = columns(rows)
        if np.unique(group).size < 2:
            return
        one, other = (gray_test(time, outcome, g) for g in (group, 1 - group))
        if isinstance(one.statistic, Absent):
            assert other.statistic is one.statistic
            return
        assert other.statistic == pytest.approx(-one.statistic, rel=1e-8, abs=1e-8)
        assert other.p_one_sided == pytest.approx(1 - one.p_one_sided, abs=1e-8)
        arms = [
            cumulative_incidence(time[group == g], outcome[group == g], causes=3) for g in (0, 1)
        ]
        there, back = (
            cumulative_incidence_difference(*pair, 1, 3.0) for pair in (arms, arms[::-1])
        )
        if isinstance(there.estimate.value, float):
            assert back.estimate.value == pytest.approx(-there.estimate.value)
        sooner = gray_test(time, outcome, group, better="sooner")
        assert sooner.statistic == -one.statistic


class TestGrayAndLogRank:
    """Without competing events Gray's score is the log-rank's observed minus expected."""

    @MODEST
    @given(patients)
    def test_score(self, rows):
        from equipoise.kernel.gray import gray_score  # noqa: PLC0415

        time, outcome, group, _ = columns(rows)
        score = gray_score(time, (outcome > 0).astype(int), group, groups=2).score[1]
        expected = 0.0
        for t in np.unique(time):
            here, at_risk = (time == t) & (outcome > 0), time >= t
            expected += (here & (group == 1)).sum()
            expected -= here.sum() * (at_risk & (group == 1)).sum() / at_risk.sum()
        assert score == pytest.approx(expected, abs=1e-10)


class TestPiecesOfFollowUp:
    """A patient's rows, cut anywhere, are one stretch of observation again."""

    @MODEST
    @given(patients)
    def test_merged(self, rows):
        time, outcome, _, entry = columns(rows)
        whole = Followup(
            "e", codes(np.arange(time.size)), vector(time), codes(outcome), vector(entry)
        )
        middle = (time + entry) / 2
        cut = Followup(
            "e",
            codes(np.tile(np.arange(time.size), 2)),
            vector(np.concatenate([time, middle])),
            codes(np.concatenate([outcome, np.zeros_like(outcome)])),
            vector(np.concatenate([middle, entry])),
        )
        again = merged(cut)
        assert again.subject.tolist() == whole.subject.tolist()
        assert again.time.tolist() == whole.time.tolist()
        assert again.outcome.tolist() == whole.outcome.tolist()
        late = np.zeros(time.size) if again.entry is None else again.entry
        assert late.tolist() == entry.tolist()
