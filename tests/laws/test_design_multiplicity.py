"""Laws of several hypotheses at once."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.multiplicity import procedures
from equipoise.design.multiplicity.closed_test import closed_test
from equipoise.design.multiplicity.co_primary import co_primary_factor, joint_power
from equipoise.design.multiplicity.dunnett import (
    dunnett_critical_value,
    dunnett_factor,
    dunnett_power,
)
from equipoise.design.multiplicity.graph import draw_graph, reject_hypotheses
from equipoise.design.multiplicity.graph_power import graph_power
from equipoise.design.multiplicity.group_sequential_graph import (
    alpha_levels,
    group_sequential_graph,
)
from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.multiplicity.populations import population_bounds, remaining_level
from equipoise.design.multiplicity.promise import adjusted_by, graph_of
from equipoise.design.multiplicity.repeated_p import (
    efficacy_bounds,
    hypothesis_schedule,
    repeated_p_values,
    sequential_p_value,
)
from equipoise.design.multiplicity.shortcut import shortcut_test
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming, PowerSpending
from equipoise.kernel.normal import upper_quantile
from equipoise.protocol.planning import Multiplicity

MODEST = settings(max_examples=25, deadline=None)
SMALL_P = st.floats(0.0, 0.2)
SPENDING = LanDeMetsOBrienFleming()


@st.composite
def graphs(draw):
    size = draw(st.integers(2, 5))
    parts = st.lists(st.floats(0.01, 1.0), min_size=size, max_size=size)
    weights = np.array(draw(parts))
    transitions = np.array([draw(parts) for _ in range(size)])
    np.fill_diagonal(transitions, 0.0)
    return draw_graph(weights / weights.sum(), transitions / transitions.sum(axis=1, keepdims=True))


class TestAGraphPassesAlphaOn:
    """Removing a hypothesis never lowers another's share, and shares stay within alpha."""

    @MODEST
    @given(graphs())
    def test_shares_grow(self, drawn):
        for name in drawn.hypotheses:
            after = reject_hypotheses(drawn, name)
            others = np.array([each != name for each in drawn.hypotheses])
            assert (after.weights[others] >= drawn.weights[others] - 1e-12).all()
            assert after.weights.sum() <= 1 + 1e-9
            assert after.transitions.sum(axis=1).max() <= 1 + 1e-9

    @MODEST
    @given(graphs(), st.data())
    def test_a_smaller_p_never_hurts_another(self, drawn, data):
        p = np.array([data.draw(SMALL_P) for _ in drawn.hypotheses])
        lower = p.copy()
        lower[0] /= 2
        before, after = (shortcut_test(drawn, each).adjusted_p for each in (p, lower))
        assert (after <= before + 1e-12).all()

    @MODEST
    @given(graphs(), st.data())
    def test_simes_rejects_what_bonferroni_does(self, drawn, data):
        p = np.array([data.draw(SMALL_P) for _ in drawn.hypotheses])
        simes = closed_test(drawn, p, groups="simes").adjusted_p
        assert (simes <= closed_test(drawn, p).adjusted_p + 1e-12).all()


class TestProceduresAreOrdered:
    """Hommel is no weaker than Hochberg, Hochberg than Holm, Holm than Bonferroni."""

    @MODEST
    @given(st.lists(SMALL_P, min_size=1, max_size=8))
    def test_order(self, p):
        chain = [
            np.array(p),
            procedures.hommel(p),
            procedures.hochberg(p),
            procedures.holm(p),
            procedures.bonferroni(p),
        ]
        for stronger, weaker in itertools.pairwise(chain):
            assert (stronger <= weaker + 1e-12).all()
        assert (procedures.sidak(p) <= procedures.bonferroni(p) + 1e-12).all()
        assert (procedures.sidak(p, step_down=True) <= procedures.sidak(p) + 1e-12).all()

    @MODEST
    @given(st.lists(SMALL_P, min_size=2, max_size=5))
    def test_truncation_spans_bonferroni_and_the_procedure(self, p):
        for name in ("holm", "hochberg", "hommel"):
            whole = getattr(procedures, name)(p)
            assert procedures.truncated_procedure(p, 1.0, name) == pytest.approx(whole, abs=1e-12)
            least = procedures.truncated_procedure(p, 0.0, name)
            assert least == pytest.approx(procedures.bonferroni(p), abs=1e-12)


class TestLooks:
    """One look is the fixed test; a repeated p-value is the level its bound is met at."""

    @MODEST
    @given(graphs(), st.data())
    def test_one_look_is_the_graph(self, drawn, data):
        p = np.array([data.draw(st.floats(1e-6, 0.1)) for _ in drawn.hypotheses])
        plan = hypothesis_schedule(SPENDING, [1.0])
        z = [upper_quantile(each) for each in p]
        result = group_sequential_graph(drawn, [plan] * p.size, [z])
        once = shortcut_test(drawn, p)
        assert result.adjusted_p == pytest.approx(once.adjusted_p, rel=1e-7)
        assert [look is not None for look in result.rejected_at] == once.rejected.tolist()

    @MODEST
    @given(st.lists(st.floats(-1.0, 5.0), min_size=3, max_size=3))
    def test_bound_at_the_repeated_p_is_the_statistic(self, z):
        plan = hypothesis_schedule(PowerSpending(2.0), [0.3, 0.7, 1.0])
        repeated = repeated_p_values(plan, z)
        for look, level in enumerate(repeated):
            if level < 0.99:
                assert efficacy_bounds(plan, level)[look] == pytest.approx(z[look], abs=1e-7)
        assert sequential_p_value(plan, z) == repeated.min()

    def test_a_look_without_a_test_changes_nothing(self):
        with_gap = hypothesis_schedule(SPENDING, [0.3, np.nan, 1.0])
        without = hypothesis_schedule(SPENDING, [0.3, 1.0])
        gap = efficacy_bounds(with_gap, 0.025)
        assert gap[[0, 2]].tolist() == efficacy_bounds(without, 0.025).tolist()
        assert np.isnan(gap[1])

    def test_alpha_gained_later_can_count_for_an_earlier_look(self):
        plan = hypothesis_schedule(SPENDING, [0.5, 1.0])
        drawn = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
        z = [[3.1, 1.0], [1.5, 2.5]]  # H1 lies between its bounds at alpha/2 and alpha
        assert group_sequential_graph(drawn, [plan] * 2, z).rejected_at == (None, 2)
        again = group_sequential_graph(drawn, [plan] * 2, z, retest_earlier=True)
        assert again.rejected_at == (2, 2)
        decision = next(d for d in again.decisions if d.look == 2 and d.hypothesis == "H1")
        assert decision.reached_at == 1


class TestDegenerateDesigns:
    """One arm, one population and no correlation are what they always were."""

    def test_one_arm_is_the_group_sequential_design(self):
        time = [0.3, 0.6, 1.0]
        plan = multi_arm_bounds(1, time, SPENDING)
        alone = efficacy_bounds(hypothesis_schedule(SPENDING, time), 0.025)
        assert plan.upper == pytest.approx(alone, abs=2e-7)

    def test_one_look_is_dunnett(self):
        plan = multi_arm_bounds(3, [1.0], SPENDING, allocation=0.5)
        correlation = np.full((3, 3), 1 / 3) + 2 / 3 * np.eye(3)
        assert plan.upper[0] == pytest.approx(dunnett_critical_value(correlation), abs=1e-8)

    def test_one_population_is_the_group_sequential_design(self):
        plan = population_bounds([1.0], [1.0], information=[0.5, 1.0], spending=SPENDING)
        alone = efficacy_bounds(hypothesis_schedule(SPENDING, [0.5, 1.0]), 0.025)
        assert plan.bounds[:, 0] == pytest.approx(alone, abs=1e-8)

    def test_shared_patients_leave_more_than_bonferroni(self):
        left = [remaining_level(0.02, rho) for rho in (0.0, 0.5, 0.9)]
        assert left[0] == pytest.approx((0.025 - 0.02) / 0.98, rel=1e-9)
        assert left == sorted(left)
        bounds = population_bounds([0.5, 1.0], [1.0, 1.0]).bounds
        assert (bounds < upper_quantile(0.0125)).all()

    def test_uncorrelated_endpoints_multiply(self):
        power = joint_power([3.0, 2.5], np.eye(2), 0.025)
        assert power.every == pytest.approx(power.each.prod(), abs=1e-12)
        assert power.some == pytest.approx(1 - (1 - power.each).prod(), abs=1e-12)

    @pytest.mark.parametrize("success", ["all", "some"])
    def test_factors_have_their_power(self, success):
        correlation = np.array([[1, 0.3], [0.3, 1]])
        drift = np.array([1.0, 1.4])
        factor = co_primary_factor(drift, correlation, 0.8, success=success)
        power = joint_power(factor * drift, correlation, 0.025)
        assert (power.every if success == "all" else power.some) == pytest.approx(0.8, abs=1e-9)
        factor = dunnett_factor(drift, correlation, 0.8, success=success)
        reached = dunnett_power(factor * drift, correlation)
        assert (reached.every if success == "all" else reached.some) == pytest.approx(0.8, abs=1e-9)

    def test_simulated_power_is_the_integral(self):
        correlation = np.array([[1, 0.5], [0.5, 1]])
        drawn = draw_graph([0.5, 0.5], np.zeros((2, 2)))
        seen = graph_power(drawn, [3.0, 2.5], correlation, trials=200_000, seed=5)
        exact = joint_power([3.0, 2.5], correlation, 0.0125)
        assert (np.abs(seen.each - exact.each) < 4 * seen.standard_error).all()
        assert abs(seen.some - exact.some) < 4 * np.sqrt(exact.some * (1 - exact.some) / 200_000)


class TestPromises:
    """The rule a protocol names is the procedure of that name."""

    def test_rules(self):
        p = [0.011, 0.02, 0.03]
        weights = (("A", 1 / 3), ("B", 1 / 3), ("C", 1 / 3))
        for name in ("bonferroni", "holm", "hochberg", "hommel"):
            expected = getattr(procedures, name)(p)
            assert adjusted_by(Multiplicity(name, weights), p) == pytest.approx(expected)
        line = Multiplicity("fixed sequence", (("A", 1.0), ("B", 0.0), ("C", 0.0)))
        assert adjusted_by(line, p) == pytest.approx(procedures.fixed_sequence(p))
        assert alpha_levels(graph_of(line), 0.025)["C"] == (0.0, 0.025)
        drawn = Multiplicity("graph", (("A", 0.8), ("B", 0.2)), (("A", "B", 1.0),))
        assert alpha_levels(graph_of(drawn), 0.05)["B"] == pytest.approx((0.01, 0.05))
