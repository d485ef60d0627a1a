"""Laws of proportions and their comparison."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from equipoise.analyze import proportions, ratios
from equipoise.analyze.estimates import Absent
from equipoise.analyze.stratified_proportions import (
    cochran_mantel_haenszel,
    common_difference,
    common_odds_ratio,
    stratified_miettinen_nurminen,
    stratified_miettinen_nurminen_test,
    stratified_tables,
)
from equipoise.kernel.one_proportion import METHODS

MODEST = settings(max_examples=40, deadline=None)
Z = float(ndtri(0.975))


@st.composite
def arms(draw):
    n1, n0 = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


def swapped(counts):
    return (*counts[2:], *counts[:2])


class TestEveryIntervalHoldsItsEstimate:
    """The limits lie inside [0, 1], or [-1, 1], either side of what was observed."""

    @MODEST
    @given(arms(), st.sampled_from(sorted(METHODS)))
    def test_one(self, counts, method):
        interval = proportions.proportion_interval(*counts[:2], method=method)
        p = counts[0] / counts[1]
        # Agresti-Coull is centred elsewhere, and stays near p only
        slack = 0.05 if method == "agresti-coull" else 1e-12
        assert 0 <= interval.lower <= p + slack
        assert p - slack <= interval.upper <= 1

    @MODEST
    @given(arms())
    def test_two(self, counts):
        for method in (proportions.miettinen_nurminen_difference, proportions.mee_difference):
            estimate = method(*counts)
            low, high = estimate.interval.lower, estimate.interval.upper
            assert -1 <= low <= estimate.value + 1e-12
            assert estimate.value - 1e-12 <= high <= 1
            assert low < high


class TestLimitsInvertTheTest:
    """A margin at a limit is rejected at exactly the limit's level."""

    @MODEST
    @given(arms())
    def test_difference(self, counts):
        interval = proportions.miettinen_nurminen_difference(*counts).interval
        for limit, target in ((interval.lower, Z), (interval.upper, -Z)):
            if abs(limit) > 1 - 1e-6:
                continue
            test = proportions.miettinen_nurminen_test(*counts, margin=limit)
            assert test.statistic == pytest.approx(target, abs=1e-5)

    @MODEST
    @given(st.lists(arms(), min_size=1, max_size=4))
    def test_common_difference(self, strata):
        tables = stratified_tables(*zip(*strata, strict=True))
        interval = stratified_miettinen_nurminen(tables).interval
        for limit, target in ((interval.lower, Z), (interval.upper, -Z)):
            if isinstance(limit, Absent) or abs(limit) > 1 - 1e-6:
                continue
            test = stratified_miettinen_nurminen_test(tables, margin=limit)
            assert test.statistic == pytest.approx(target, abs=1e-5)


class TestSwappingArms:
    """Exchanging the arms negates differences and Z, and inverts ratios."""

    @MODEST
    @given(arms())
    def test_sign(self, counts):
        here, there = (
            proportions.miettinen_nurminen_difference(*each) for each in (counts, swapped(counts))
        )
        assert there.value == pytest.approx(-here.value, abs=1e-12)
        assert there.interval.lower == pytest.approx(-here.interval.upper, abs=1e-7)
        fisher = [proportions.fisher_exact(*each) for each in (counts, swapped(counts))]
        assert fisher[0].p_two_sided == pytest.approx(fisher[1].p_two_sided, rel=1e-9)
        other_better = proportions.fisher_exact(*counts, better="no").p_one_sided
        assert other_better == pytest.approx(fisher[1].p_one_sided, rel=1e-9)
        ratio = [ratios.odds_ratio(*each) for each in (counts, swapped(counts))]
        if isinstance(ratio[0].value, Absent):
            assert ratio[1].value is ratio[0].value
        else:
            assert ratio[0].value * ratio[1].value == pytest.approx(1.0)


class TestOneStratum:
    """With a single stratum the stratified methods are the plain ones."""

    @MODEST
    @given(arms())
    def test_same(self, counts):
        tables = stratified_tables(*counts)
        n = counts[1] + counts[3]
        cmh, pearson = cochran_mantel_haenszel(tables), proportions.chi_square(*counts)
        if isinstance(pearson.statistic, Absent):
            assert isinstance(cmh.statistic, Absent)
        else:
            expected = pearson.statistic * math.sqrt((n - 1) / n)
            assert cmh.statistic == pytest.approx(expected, abs=1e-10)
        plain = proportions.miettinen_nurminen_difference(*counts)
        score = stratified_miettinen_nurminen(tables)
        assert score.value == pytest.approx(plain.value, abs=1e-12)
        assert score.interval.lower == pytest.approx(plain.interval.lower, abs=1e-9)
        assert score.interval.upper == pytest.approx(plain.interval.upper, abs=1e-9)


class TestEmptyStrata:
    """A stratum with patients of one arm only changes no answer."""

    @MODEST
    @given(arms(), arms())
    def test_skipped(self, first, second):
        both = [list(pair) for pair in zip(first, second, strict=True)]
        more = [*([*column, extra] for column, extra in zip(both, (2, 5, 0, 0), strict=True))]
        few, many = stratified_tables(*both), stratified_tables(*more)
        for method in (common_odds_ratio, common_difference, stratified_miettinen_nurminen):
            assert method(few) == method(many)
        assert cochran_mantel_haenszel(few).statistic == cochran_mantel_haenszel(many).statistic
        if isinstance(cochran_mantel_haenszel(many).statistic, float):
            notes = cochran_mantel_haenszel(many).assumed
            assert "1 without patients in both arms, skipped" in notes
