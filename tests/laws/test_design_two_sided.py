"""Laws of the classical families, of two-sided designs, and of futility by a chance of success."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.sequential.conditional_power import conditional_power
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.predictive_power import DriftBelief, predictive_power
from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    EffectFutility,
    FixedEfficacy,
    FixedFutility,
    HaybittlePeto,
    PampallonaTsiatis,
    PredictivePowerFutility,
    SpendAlpha,
    SpendBeta,
    SpendBothSides,
    StoppingPlan,
    WangTsiatis,
    equally_spaced,
)
from equipoise.design.sequential.spending import HwangShihDeCani, PowerSpending
from equipoise.errors import DesignError
from equipoise.kernel.many_drifts import one_by_one, stopping_for_drifts
from equipoise.kernel.sequential import stopping_probability

information = (
    st.lists(st.floats(0.05, 1.0), min_size=2, max_size=6)
    .map(np.cumsum)
    .map(lambda total: tuple(float(v) for v in total / total[-1]))
)
alphas = st.floats(0.001, 0.2)
powers = st.floats(0.5, 0.99)
QUICK = settings(max_examples=25, deadline=None)


def size(design):
    stops = stopping_probability(
        design.upper,
        design.lower if design.sides == 2 or design.binding else np.full(design.looks, -np.inf),
        design.information,
        inner=design.inner if design.binding else None,
    )
    return stops.upper.sum() + (stops.lower.sum() if design.sides == 2 else 0.0)


class TestEveryFamilyKeepsAlphaAndReachesThePower:
    @given(information, alphas, powers, st.sampled_from([1, 2]), st.floats(-0.5, 0.7))
    @QUICK
    def test_wang_tsiatis(self, looks, alpha, power, sides, delta):
        plan = StoppingPlan(looks, alpha, sides, WangTsiatis(delta))
        design = group_sequential(plan, power=power)
        assert size(design) == pytest.approx(alpha, rel=1e-9)
        assert design.power == pytest.approx(power, abs=1e-10)
        constant = design.upper / design.information ** (delta - 0.5)
        np.testing.assert_allclose(constant, constant[0], rtol=1e-12)

    @given(information, st.floats(0.01, 0.2), st.sampled_from([1, 2]))
    @QUICK
    def test_haybittle_peto(self, looks, alpha, sides):
        design = group_sequential(StoppingPlan(looks, alpha, sides, HaybittlePeto(3.5)), power=0.8)
        assert size(design) == pytest.approx(alpha, rel=1e-9)
        assert np.all(design.upper[:-1] == 3.5)

    @given(
        st.integers(2, 5).map(equally_spaced),
        st.floats(0.01, 0.1),
        st.sampled_from([1, 2]),
        st.booleans(),
        st.floats(0.0, 0.4),
        st.floats(0.0, 0.4),
    )
    @QUICK
    def test_pampallona_tsiatis_bounds_meet(self, looks, alpha, sides, binding, first, second):
        rule = PampallonaTsiatis(first, second, binding)
        design = group_sequential(
            StoppingPlan(looks, alpha, sides, rule, power_counts="both sides"), power=0.9
        )
        assert size(design) == pytest.approx(alpha, rel=1e-9)
        assert design.power == pytest.approx(0.9, abs=1e-10)
        last = design.lower[-1] if sides == 1 else design.inner[-1, 1]
        assert last == pytest.approx(design.upper[-1])


class TestAConstantScoreIsTheClosedRelationOfOBrienFleming:
    @given(information, alphas)
    @QUICK
    def test_bounds_by_root_information(self, looks, alpha):
        design = group_sequential(StoppingPlan(looks, alpha, efficacy=WangTsiatis(0.0)), power=0.9)
        np.testing.assert_allclose(
            design.upper * np.sqrt(design.information), design.upper[-1], rtol=1e-12
        )


class TestTwoSidedIsTwiceOneSidedWhereCrossingBothIsNegligible:
    @given(information, st.floats(0.002, 0.02))
    @QUICK
    def test_spending(self, looks, alpha):
        rule = SpendAlpha(HwangShihDeCani(-4.0))
        two = group_sequential(StoppingPlan(looks, alpha, 2, rule), power=0.9)
        one = group_sequential(StoppingPlan(looks, alpha / 2, 1, rule), power=0.9)
        np.testing.assert_allclose(two.upper, one.upper, atol=1e-4)
        np.testing.assert_array_equal(two.lower, -two.upper)
        assert np.all(two.upper <= one.upper + 1e-12)  # what stops below cannot cross above

    @given(information)
    @QUICK
    def test_equal_sides_spent_apart(self, looks):
        rule = PowerSpending(2.0)
        same = group_sequential(StoppingPlan(looks, 0.05, 2, SpendAlpha(rule)), power=0.9)
        apart = group_sequential(
            StoppingPlan(looks, 0.05, 2, SpendBothSides(rule, rule, 0.025)), power=0.9
        )
        np.testing.assert_allclose(apart.upper, same.upper, atol=1e-9)
        np.testing.assert_allclose(apart.lower, same.lower, atol=1e-9)


class TestEachSideSpendsItsBudget:
    @given(information, st.floats(0.001, 0.04))
    @QUICK
    def test_unequal(self, looks, lower):
        rule = SpendBothSides(PowerSpending(3.0), PowerSpending(1.0), lower)
        design = group_sequential(StoppingPlan(looks, 0.05, 2, rule), power=0.8)
        assert design.under_null.upper.sum() == pytest.approx(0.05 - lower, rel=1e-9)
        assert design.under_null.lower.sum() == pytest.approx(lower, rel=1e-9)


FUTILITY = [
    EffectFutility((0.2,)),
    ConditionalPowerFutility(0.15),
    ConditionalPowerFutility(0.1, "trend"),
    ConditionalPowerFutility(0.1, 0.5),
    PredictivePowerFutility(0.15),
    PredictivePowerFutility(0.15, 0.8, 0.4),
    FixedFutility((-0.5, 0.3)),
    FixedFutility((0.0, 0.3), symmetric=True),
    SpendBeta(PowerSpending(2.0)),
]
WEDGES = FUTILITY[-2:]


@pytest.mark.parametrize("futility", FUTILITY)
@pytest.mark.parametrize("binding", [False, True])
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("efficacy", [None, WangTsiatis(0.25), HaybittlePeto(3.0)])
class TestFutilityKeepsAlphaAndPower:
    def test_and_the_drift_found_gives_the_same_design(self, futility, binding, sides, efficacy):
        rule = replace(futility, binding=binding)
        plan = StoppingPlan((0.3, 0.6, 1.0), 0.05, sides, efficacy, rule)
        if (sides == 2 and binding and futility not in WEDGES) or (
            sides == 1 and getattr(futility, "symmetric", False)
        ):
            with pytest.raises(DesignError, match=r"binding|symmetric"):
                group_sequential(plan, power=0.85)
            return
        design = group_sequential(plan, power=0.85)
        assert size(design) == pytest.approx(0.05, rel=1e-9)
        assert design.power == pytest.approx(0.85, abs=1e-10)
        again = group_sequential(plan, drift=design.drift)
        np.testing.assert_allclose(again.upper, design.upper, atol=1e-9)
        assert again.power == pytest.approx(0.85, abs=1e-9)


class TestFutilityStopsAtItsThreshold:
    LOOKS = (0.3, 0.6, 1.0)

    @pytest.mark.parametrize("binding", [False, True])
    @pytest.mark.parametrize("given_", ["design", "trend"])
    def test_conditional_power(self, binding, given_):
        plan = StoppingPlan(
            self.LOOKS, futility=ConditionalPowerFutility(0.2, given_, binding=binding)
        )
        design = group_sequential(plan, power=0.9)
        found = [
            conditional_power(design, look, float(design.lower[look - 1]), given_, final_only=True)
            for look in (1, 2)
        ]
        np.testing.assert_allclose(found, 0.2, atol=1e-9)

    @pytest.mark.parametrize("sd", [None, 0.5])
    def test_predictive_power(self, sd):
        plan = StoppingPlan(self.LOOKS, futility=PredictivePowerFutility(0.1, 0.8, sd))
        design = group_sequential(plan, power=0.9)
        belief = DriftBelief(0.8, sd)
        found = [
            predictive_power(design, look, float(design.lower[look - 1]), belief, final_only=True)
            for look in (1, 2)
        ]
        np.testing.assert_allclose(found, 0.1, atol=1e-9)

    def test_effect(self):
        design = group_sequential(
            StoppingPlan(self.LOOKS, futility=EffectFutility((0.1, 0.4))), power=0.9
        )
        estimate = design.lower[:-1] / np.sqrt(design.information[:-1])
        np.testing.assert_allclose(estimate, design.drift * np.array([0.1, 0.4]))


class TestTheWedgeSpendsBeta:
    @given(st.floats(1.0, 3.0), st.booleans(), st.booleans())
    @QUICK
    def test_at_every_look(self, exponent, binding, respread):
        looks = np.array([0.15, 0.4, 0.7, 1.0])
        plan = StoppingPlan(
            tuple(looks),
            0.05,
            2,
            futility=SpendBeta(PowerSpending(exponent), binding, respread=respread),
            power_counts="both sides",
        )
        design = group_sequential(plan, power=0.9)
        due = 0.1 * looks**exponent
        judged = np.isfinite(design.inner[:, 0])
        first = int(np.argmax(judged))
        if respread and first > 0:
            due = 0.1 * (due - due[first - 1]) / (0.1 - due[first - 1])
        np.testing.assert_allclose(design.beta_spent[judged], due[judged], atol=1e-9)
        assert np.all(design.beta_spent[:first] == 0.0)


class TestManyDriftsAreOneWalkEach:
    @given(
        information,
        st.lists(st.floats(-6.0, 8.0), min_size=1, max_size=5).map(np.array),
        st.floats(-2.0, 1.0),
    )
    @QUICK
    def test_whatever_the_bounds(self, looks, drifts, lower):
        looks = np.array(looks)
        bounds = np.full(looks.size, 2.3), np.full(looks.size, lower)
        together = stopping_for_drifts(*bounds, looks, drifts)
        apart = one_by_one(*bounds, looks, drifts)
        np.testing.assert_allclose(together.upper, apart.upper, atol=1e-12)
        np.testing.assert_allclose(together.lower, apart.lower, atol=1e-12)


class TestABoundGivenIsABoundKept:
    def test_fixed_efficacy_says_what_alpha_it_spends(self):
        plan = StoppingPlan((0.5, 1.0), 0.05, 2, FixedEfficacy((2.8, 1.977)))
        design = group_sequential(plan, power=0.8)
        known = group_sequential(StoppingPlan((0.5, 1.0), 0.05, 2, WangTsiatis(0.0)), power=0.8)
        assert design.upper.tolist() == [2.8, 1.977]
        assert design.alpha_spent[-1] == pytest.approx(known.alpha_spent[-1], abs=1e-3)
