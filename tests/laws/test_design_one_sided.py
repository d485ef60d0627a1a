"""What holds of every one-sided group-sequential design."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import read_at, updated_design
from equipoise.design.sequential.rules import (
    FixedEfficacy,
    FixedFutility,
    InterimEfficacy,
    SpendAlpha,
    SpendBeta,
    SpendUnderNull,
    StoppingPlan,
)
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
)
from equipoise.kernel.arrays import vector
from equipoise.kernel.normal import upper_quantile

spendings = st.one_of(
    st.just(LanDeMetsOBrienFleming()),
    st.just(LanDeMetsPocock()),
    st.floats(-6.0, 2.0).map(HwangShihDeCani),
    st.floats(0.6, 4.0).map(PowerSpending),
)
alphas = st.sampled_from([0.001, 0.0125, 0.025, 0.05, 0.1])
powers = st.sampled_from([0.5, 0.8, 0.9, 0.975])
steps = st.lists(st.floats(0.05, 1.0), min_size=1, max_size=6)
informations = steps.map(lambda gaps: tuple((np.cumsum(gaps) / np.sum(gaps)).tolist()))


@st.composite
def plans(draw, *, futility=True):
    information = draw(informations)
    rule = None
    if futility and len(information) > 1:
        kinds = st.one_of(
            st.none(),
            st.builds(SpendBeta, spendings, st.booleans()),
            st.builds(SpendUnderNull, spendings, st.floats(0.05, 0.6), st.booleans()),
        )
        rule = draw(kinds)
    return StoppingPlan(information, draw(alphas), 1, SpendAlpha(draw(spendings)), rule)


class TestBudgets:
    """All of alpha is spent, as the function says; power and beta add to one."""

    @given(plan=plans(), power=powers)
    @settings(max_examples=40, deadline=None)
    def test_spent_as_promised(self, plan, power):
        design = group_sequential(plan, power=power)
        at = vector(plan.information)
        np.testing.assert_allclose(
            design.alpha_spent, plan.efficacy.spending(at, plan.alpha), rtol=0, atol=1e-12
        )
        assert design.power == pytest.approx(power, abs=1e-10)
        if isinstance(plan.futility, SpendBeta):
            spent = plan.futility.spending(at, 1.0 - power)
            np.testing.assert_allclose(design.beta_spent, spent, rtol=0, atol=1e-10)
            assert design.lower[-1] == design.upper[-1]
        if isinstance(plan.futility, SpendUnderNull):
            harm = np.cumsum(design.under_null.lower)
            due = plan.futility.spending(at, plan.futility.total)
            np.testing.assert_allclose(harm, due, rtol=0, atol=1e-12)

    @given(plan=plans(), drift=st.floats(-2.0, 5.0))
    @settings(max_examples=30, deadline=None)
    def test_every_trial_ends_somewhere(self, plan, drift):
        design = group_sequential(plan, power=0.9)
        stops = design.stops(drift)
        ended = stops.upper.sum() + stops.lower.sum()
        assert ended <= 1.0 + 1e-12
        if isinstance(plan.futility, SpendBeta):
            assert ended == pytest.approx(1.0, abs=1e-11)


class TestThereAndBack:
    """The drift of a power has that power, with the same bounds."""

    @given(plan=plans(), power=powers)
    @settings(max_examples=30, deadline=None)
    def test_round_trip(self, plan, power):
        there = group_sequential(plan, power=power)
        back = group_sequential(plan, drift=there.drift)
        assert back.power == pytest.approx(power, abs=1e-9)
        np.testing.assert_allclose(back.upper, there.upper, atol=1e-8)
        np.testing.assert_allclose(back.lower, there.lower, atol=1e-8)


class TestOneLook:
    """One look is the fixed design: its bound is z_alpha, its drift z_alpha + z_beta."""

    @given(alpha=alphas, power=powers, spending=spendings)
    @settings(max_examples=25, deadline=None)
    def test_fixed_design(self, alpha, power, spending):
        plan = StoppingPlan(alpha=alpha, efficacy=SpendAlpha(spending))
        design = group_sequential(plan, power=power)
        assert design.upper[0] == pytest.approx(upper_quantile(alpha), abs=1e-13)
        expected = upper_quantile(alpha) + upper_quantile(1.0 - power)
        assert design.drift == pytest.approx(expected, abs=1e-11)
        assert design.inflation == pytest.approx(1.0, abs=1e-11)


class TestALookWithoutABound:
    """A look at which nothing is tested changes nothing."""

    @given(plan=plans(), where=st.floats(0.03, 0.97))
    @settings(max_examples=25, deadline=None)
    def test_changes_nothing(self, plan, where):
        assume(np.abs(np.array(plan.information) - where).min() > 1e-3)
        information = tuple(sorted((*plan.information, where)))
        extra = information.index(where) + 1
        looks = tuple(look for look in range(1, len(information) + 1) if look != extra)
        futility = plan.futility and replace(plan.futility, looks=looks)
        efficacy = replace(plan.efficacy, looks=looks)
        wider = replace(plan, information=information, efficacy=efficacy, futility=futility)
        one, other = group_sequential(plan, power=0.9), group_sequential(wider, power=0.9)
        kept = np.array(looks) - 1
        np.testing.assert_allclose(other.upper[kept], one.upper, atol=1e-10)
        np.testing.assert_allclose(other.lower[kept], one.lower, atol=1e-10)
        assert other.upper[extra - 1] == np.inf
        assert other.drift == pytest.approx(one.drift, abs=1e-10)


class TestMonotone:
    """More alpha, lower bounds; one look more, a final bound no lower."""

    @given(plan=plans(futility=False), more=st.floats(1.05, 3.0))
    @settings(max_examples=25, deadline=None)
    def test_in_alpha(self, plan, more):
        wider = replace(plan, alpha=plan.alpha * more)
        strict, mild = (group_sequential(each, power=0.9) for each in (plan, wider))
        spent_twice = plan.efficacy.spending(vector(plan.information), plan.alpha * more)
        assume(np.all(np.diff(spent_twice - strict.alpha_spent, prepend=0.0) >= 0.0))
        assert np.all(mild.upper <= strict.upper + 1e-9)

    @given(plan=plans(futility=False), where=st.floats(0.05, 0.95))
    @settings(max_examples=25, deadline=None)
    def test_in_looks(self, plan, where):
        assume(np.abs(np.array(plan.information) - where).min() > 1e-3)
        more = replace(plan, information=tuple(sorted((*plan.information, where))))
        last = [group_sequential(each, power=0.9).upper[-1] for each in (plan, more)]
        assert last[1] >= last[0] - 1e-10


class TestFutilityOnlyCosts:
    """Non-binding futility leaves the efficacy bounds; binding futility lowers them."""

    @given(plan=plans(futility=False), spending=spendings)
    @settings(max_examples=25, deadline=None)
    def test_bounds(self, plan, spending):
        assume(len(plan.information) > 1)
        alone, free, bound = (
            group_sequential(replace(plan, futility=futility), power=0.9)
            for futility in (None, SpendBeta(spending), SpendBeta(spending, binding=True))
        )
        np.testing.assert_allclose(free.upper, alone.upper, atol=1e-12)
        assert np.all(bound.upper <= alone.upper + 1e-10)
        assert bound.drift <= free.drift + 1e-10


class TestGivenBounds:
    """Bounds given as numbers come back, with the alpha and power they have."""

    @given(plan=plans(), power=powers)
    @settings(max_examples=25, deadline=None)
    def test_same_design(self, plan, power):
        design = group_sequential(plan, power=power)
        by_hand = replace(
            plan,
            efficacy=FixedEfficacy(tuple(design.upper.tolist())),
            futility=plan.futility and FixedFutility(tuple(design.lower), plan.futility.binding),
        )
        again = group_sequential(by_hand, power=power)
        assert again.drift == pytest.approx(design.drift, abs=1e-9)
        np.testing.assert_allclose(again.alpha_spent, design.alpha_spent, atol=1e-12)
        assert again.fixed_drift == pytest.approx(design.fixed_drift, abs=1e-9)

    @given(plan=plans(futility=False))
    @settings(max_examples=15, deadline=None)
    def test_last_bound_spends_the_rest(self, plan):
        design = group_sequential(plan, power=0.9)
        rest = replace(plan, efficacy=InterimEfficacy(tuple(design.upper[:-1].tolist())))
        assert group_sequential(rest, power=0.9).upper[-1] == pytest.approx(
            design.upper[-1], abs=1e-9
        )


class TestReading:
    """Read at the planned information, nothing moves; past bounds do not see the future."""

    @given(plan=plans(), data=st.data())
    @settings(max_examples=25, deadline=None)
    def test_as_planned(self, plan, data):
        design = group_sequential(plan, power=0.9)
        look = data.draw(st.integers(1, design.looks))
        final = look == design.looks
        again = updated_design(design, plan.information[:look], final=final)
        np.testing.assert_allclose(again.upper, design.upper, atol=1e-10)
        np.testing.assert_allclose(again.lower, design.lower, atol=1e-9)

    @given(plan=plans(), end=st.floats(0.7, 1.3))
    @settings(max_examples=25, deadline=None)
    def test_alpha_is_kept_whenever_the_trial_ends(self, plan, end):
        had = [at for at in plan.information[:-1] if at < end - 0.01]
        design = group_sequential(plan, power=0.9)
        read = updated_design(design, [*had, end], final=True)
        assert read.alpha_spent[-1] == pytest.approx(plan.alpha, abs=1e-12)
        np.testing.assert_allclose(read.upper[: len(had)], design.upper[: len(had)], atol=1e-10)
        assert read.drift == design.drift

    def test_aall1331_at_80_of_131_events(self):
        plan = StoppingPlan(
            (0.2, 0.4, 0.6, 0.8, 1.0),
            efficacy=SpendAlpha(PowerSpending(2.0)),
            futility=SpendBeta(HwangShihDeCani(-2.0)),
        )
        read = read_at(group_sequential(plan, power=0.85), 80 / 131)
        assert read.information[:3].tolist() == [0.2, 0.4, 80 / 131]
        assert read.upper[2] == pytest.approx(2.456, abs=5e-4)
        assert read.alpha_spent[2] == pytest.approx(0.025 * (80 / 131) ** 2, abs=1e-14)
