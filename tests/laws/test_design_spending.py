"""Laws of spending functions, whichever one it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.sequential.spending import (
    CustomSpending,
    ExponentialSpending,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
    XiGallo,
)
from equipoise.design.sequential.spending_families import (
    BetaDistributionSpending,
    CauchySpending,
    ExtremeValue2Spending,
    ExtremeValueSpending,
    LogisticSpending,
    NormalSpending,
    TDistributionSpending,
)
from equipoise.design.sequential.spending_names import TABLE, spending_named
from equipoise.design.sequential.spending_shapes import (
    GappedSpending,
    PiecewiseLinearSpending,
    SpendingByLook,
    StepSpending,
    TrimmedSpending,
    TruncatedSpending,
)
from equipoise.protocol.boundary_rules import SPENDING

TWO_PARAMETER = [
    LogisticSpending,
    NormalSpending,
    CauchySpending,
    ExtremeValueSpending,
    ExtremeValue2Spending,
    BetaDistributionSpending,
]
SLOPE = st.floats(0.2, 5.0)
PLACE = st.floats(-3.0, 3.0)
INSIDE = st.floats(0.01, 0.99)

functions = st.one_of(
    st.builds(LanDeMetsOBrienFleming, st.floats(0.1, 5.0)),
    st.just(LanDeMetsPocock()),
    st.builds(HwangShihDeCani, st.floats(-40.0, 40.0)),
    st.builds(PowerSpending, st.floats(0.1, 10.0)),
    st.builds(ExponentialSpending, st.floats(0.05, 5.0)),
    st.builds(XiGallo, st.just(1), st.floats(0.5, 0.99)),
    st.builds(XiGallo, st.sampled_from([2, 3]), st.floats(0.37, 0.99)),
    st.builds(LogisticSpending, PLACE, SLOPE),
    st.builds(NormalSpending, PLACE, SLOPE),
    st.builds(CauchySpending, PLACE, SLOPE),
    st.builds(ExtremeValueSpending, PLACE, SLOPE),
    st.builds(ExtremeValue2Spending, PLACE, SLOPE),
    st.builds(BetaDistributionSpending, SLOPE, SLOPE),
    st.builds(TDistributionSpending, PLACE, SLOPE, st.floats(1.0, 50.0)),
    st.just(PiecewiseLinearSpending((0.2, 0.7), (0.3, 0.4))),
    st.just(StepSpending((0.3, 0.6), (0.1, 0.5))),
)
confined = st.builds(
    lambda confine, function, ends: confine(function, min(ends), max(ends) + 0.01),
    st.sampled_from([TruncatedSpending, TrimmedSpending, GappedSpending]),
    functions,
    st.tuples(INSIDE, INSIDE),
)
totals = st.floats(1e-6, 0.5)
fractions = st.lists(st.floats(0.0, 1.5), min_size=1, max_size=12).map(sorted).map(np.array)


class TestSpendingStartsAtZeroNeverFallsAndEndsAtTheTotal:
    @given(st.one_of(functions, confined), fractions, totals)
    @settings(max_examples=300, deadline=None)
    def test_whatever_the_function(self, function, at, total):
        spent = function(np.concatenate([[0.0], at, [1.0, 2.0]]), total)
        assert spent[0] == 0.0
        assert np.all(np.diff(spent) >= -1e-15)
        assert spent[-2] == spent[-1] == total


class TestALookMoreOrLessChangesNoOther:
    @given(functions, fractions, totals)
    @settings(max_examples=100, deadline=None)
    def test_at_every_fraction(self, function, at, total):
        together = function(at, total)
        alone = [function(np.array([fraction]), total)[0] for fraction in at]
        np.testing.assert_allclose(together, alone, rtol=1e-12)


class TestAFamilyPassesThroughItsPoints:
    @given(
        st.sampled_from(TWO_PARAMETER),
        st.tuples(st.floats(0.1, 0.45), st.floats(0.55, 0.9)),
        st.tuples(st.floats(0.05, 0.45), st.floats(0.55, 0.95)),
    )
    @settings(max_examples=60, deadline=None)
    def test_two(self, family, t, p):
        function = family.through((t[0], p[0]), (t[1], p[1]))
        np.testing.assert_allclose(function(np.array(t), 0.1), 0.1 * np.array(p), rtol=1e-8)

    def test_two_and_degrees_of_freedom(self):
        function = TDistributionSpending.through((0.25, 0.1), (0.75, 0.6), 3.0)
        np.testing.assert_allclose(function(np.array([0.25, 0.75]), 1.0), [0.1, 0.6], rtol=1e-10)

    def test_three(self):
        known = TDistributionSpending(-1.0, 1.2, 4.0)
        at = np.array([0.3, 0.6, 0.9])
        points = tuple(zip(at.tolist(), known(at, 1.0).tolist(), strict=True))
        found = TDistributionSpending.through_three(*points)
        assert found.degrees_of_freedom == pytest.approx(4.0, rel=1e-6)


class TestClosedFormsOfAndersonAndClark:
    T = np.array([0.2, 0.5, 0.9])

    def test_logistic(self):
        odds = np.exp(-0.5) * (self.T / (1 - self.T)) ** 1.5
        np.testing.assert_allclose(
            LogisticSpending(-0.5, 1.5)(self.T, 0.025), 0.025 * odds / (1 + odds)
        )

    def test_extreme_values(self):
        first = np.exp(-np.exp(0.5) * (-np.log(self.T)) ** 1.5)
        np.testing.assert_allclose(ExtremeValueSpending(-0.5, 1.5)(self.T, 0.025), 0.025 * first)
        second = 1 - np.exp(-np.exp(-0.5) * (-np.log(1 - self.T)) ** 1.5)
        np.testing.assert_allclose(ExtremeValue2Spending(-0.5, 1.5)(self.T, 0.025), 0.025 * second)

    def test_t_with_one_degree_of_freedom_is_cauchy(self):
        np.testing.assert_allclose(
            TDistributionSpending(-0.5, 1.5, 1.0)(self.T, 0.025),
            CauchySpending(-0.5, 1.5)(self.T, 0.025),
        )

    def test_t_with_many_is_normal(self):
        np.testing.assert_allclose(
            TDistributionSpending(-0.5, 1.5, 1e8)(self.T, 0.025),
            NormalSpending(-0.5, 1.5)(self.T, 0.025),
            rtol=1e-6,
        )

    def test_lan_demets_at_published_times(self):
        """design-0051, East 6.5 to its stated tolerance; the equation gives 0.00964932."""
        spent = LanDeMetsOBrienFleming()(np.array([0.5, 0.75]), 0.025)
        np.testing.assert_allclose(spent, [0.00152532, 0.00965528], atol=1e-5)

    def test_xi_gallo_at_one_half_is_lan_demets(self):
        np.testing.assert_allclose(
            XiGallo(1, 0.5)(self.T, 0.025), LanDeMetsOBrienFleming()(self.T, 0.025)
        )


class TestConfinement:
    AT = np.array([0.1, 0.2, 0.5, 0.79, 0.8, 0.9])
    INNER = HwangShihDeCani(-2.0)

    def test_truncated_is_squeezed(self):
        spent = TruncatedSpending(self.INNER, 0.2, 0.8)(self.AT, 0.025)
        assert spent[[0, 1]].tolist() == [0.0, 0.0]
        assert spent[[4, 5]].tolist() == [0.025, 0.025]
        assert spent[2] == pytest.approx(self.INNER(np.array([0.5]), 0.025)[0])

    def test_trimmed_keeps_its_place(self):
        spent = TrimmedSpending(self.INNER, 0.2, 0.8)(self.AT, 0.025)
        np.testing.assert_allclose(spent[2:4], self.INNER(self.AT[2:4], 0.025))
        assert spent[1] == 0.0
        assert spent[4] == 0.025

    def test_gapped_rests(self):
        spent = GappedSpending(self.INNER, 0.2, 0.8)(self.AT, 0.025)
        np.testing.assert_allclose(spent[:4], self.INNER(np.minimum(self.AT[:4], 0.2), 0.025))
        assert spent[4] == 0.025


class TestTheWordsOfAProtocolFile:
    @pytest.mark.parametrize("name", TABLE)
    def test_every_name_has_its_parameters(self, name):
        values = {"method": 1.0, "gamma": 0.7, "fractions": (0.3, 0.6), "shares": (0.1, 0.5)}
        _, needed, _ = TABLE[name]
        function = spending_named(name, {word: values.get(word, 1.5) for word in needed})
        assert str(function)
        assert function(np.array([0.3, 0.6]), 0.025)[0] > 0.0

    def test_through_points(self):
        function = spending_named("Logistic", {"through": (0.25, 0.1, 0.75, 0.6)})
        assert function == LogisticSpending.through((0.25, 0.1), (0.75, 0.6))
        by_degrees = {"through": (0.25, 0.1, 0.75, 0.6), "degrees_of_freedom": 3.0}
        assert spending_named("t", by_degrees).degrees_of_freedom == 3.0

    def test_the_language_knows_the_same_names(self):
        assert set(SPENDING) == set(TABLE)
        for name, (_, needed, optional) in TABLE.items():
            assert set(needed) <= set(SPENDING[name].known) <= {*needed, *optional, "through"}

    def test_confined(self):
        function = spending_named("power", {"exponent": 2.0, "truncated": (0.2, 0.8)})
        assert function == TruncatedSpending(PowerSpending(2.0), 0.2, 0.8)


class TestAFunctionOfOnesOwn:
    def test_counts_like_any_other(self):
        own = CustomSpending(lambda t, total: total * t**2)
        at = np.array([0.3, 0.6, 1.0])
        np.testing.assert_allclose(own(at, 0.025), PowerSpending(2.0)(at, 0.025))

    def test_a_table_in_absolute_terms(self):
        points = SpendingByLook.spending((0.005, 0.01, 0.025), 0.025)
        np.testing.assert_allclose(points(np.array([0.3, 0.6, 1.0]), 0.025), [0.005, 0.01, 0.025])
