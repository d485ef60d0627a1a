"""What several hypotheses cannot be asked, and what to do instead."""

import numpy as np
import pytest

from equipoise.design.multiplicity import gatekeeping as gates
from equipoise.design.multiplicity import procedures
from equipoise.design.multiplicity.closed_test import HypothesisGroup, closed_test
from equipoise.design.multiplicity.co_primary import co_primary_factor, joint_power
from equipoise.design.multiplicity.correlation import (
    checked_correlation,
    nested_correlation,
    shared_control_correlation,
)
from equipoise.design.multiplicity.dunnett import dunnett_critical_value, dunnett_p_values
from equipoise.design.multiplicity.graph import draw_graph, intersection_weights, reject_hypotheses
from equipoise.design.multiplicity.graph_power import graph_power
from equipoise.design.multiplicity.group_sequential_graph import group_sequential_graph
from equipoise.design.multiplicity.multi_arm import multi_arm_bounds, multi_arm_factor
from equipoise.design.multiplicity.populations import population_bounds, remaining_level
from equipoise.design.multiplicity.promise import graph_of
from equipoise.design.multiplicity.repeated_p import hypothesis_schedule, repeated_p_values
from equipoise.design.multiplicity.shortcut import shortcut_test
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
from equipoise.errors import DesignError
from equipoise.protocol.planning import Multiplicity

PAIR = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
HALF = [[1, 0.5], [0.5, 1]]
SPENDING = LanDeMetsOBrienFleming()
PLAN = hypothesis_schedule(SPENDING, [0.5, 1.0])
ARMS = multi_arm_bounds(2, [1.0], WangTsiatis(0.5))
ONE = [gates.HypothesisFamily(("A", "B"))]
REFUSED = {
    "add up to at most 1": lambda: draw_graph([0.6, 0.5], np.zeros((2, 2))),
    "edges that leave H1": lambda: draw_graph([0.5, 0.5], [[0, 1.2], [0, 0]]),
    "alpha to itself": lambda: draw_graph([0.5, 0.5], [[0.1, 0], [0, 0]]),
    "rows of 2 transitions": lambda: draw_graph([0.5, 0.5], [[0, 1]]),
    "as many different names": lambda: draw_graph([0.5, 0.5], np.zeros((2, 2)), ["A", "A"]),
    "at least one": lambda: draw_graph([], np.zeros((0, 0))),
    "no hypothesis 'H9'": lambda: reject_hypotheses(PAIR, "H9"),
    "out of the graph already": lambda: reject_hypotheses(reject_hypotheses(PAIR, "H1"), "H1"),
    "intersections": lambda: intersection_weights(
        draw_graph(np.full(15, 1 / 15), np.zeros((15, 15)))
    ),
    "one per hypothesis": lambda: shortcut_test(PAIR, [0.1]),
    "between 0 and 1; found 1.2": lambda: shortcut_test(PAIR, [0.1, 1.2]),
    "found nan": lambda: procedures.holm([np.nan, 0.1]),
    "Alpha must lie": lambda: shortcut_test(PAIR, [0.1, 0.1], 0.0),
    "belongs to one group": lambda: closed_test(
        PAIR, [0.1, 0.1], groups=[HypothesisGroup(("H1",))]
    ),
    "needs the correlation": lambda: closed_test(PAIR, [0.1, 0.1], groups="parametric"),
    "Leave out `joint`": lambda: closed_test(PAIR, [0.1, 0.1], groups="simes", joint=True),
    "needs equal weights": lambda: closed_test(
        draw_graph([0.7, 0.3], np.zeros((2, 2))), [0.1, 0.1], groups="hochberg"
    ),
    "rows of 2 correlations": lambda: checked_correlation(np.eye(3), 2),
    "same both ways": lambda: checked_correlation([[1, 0.5], [0.4, 1]], 2),
    "with itself is 1": lambda: checked_correlation([[2, 0.5], [0.5, 2]], 2),
    "No statistics have": lambda: checked_correlation(1.8 * np.eye(3) - 0.8, 3),
    "Every arm needs patients": lambda: shared_control_correlation([0, 10], 10),
    "Order them from the smallest": lambda: nested_correlation([0.5, 0.5]),
    "truncation parameter": lambda: procedures.truncated_procedure([0.1, 0.1], 1.5),
    "belongs to one family": lambda: gates.gatekeeping({"A": 0.1}, ONE),
    "has no p-value": lambda: gates.gatekeeping({"A": 0.1, "B": 0.1}, ONE, serial={"B": ["C"]}),
    "own or a later family": lambda: gates.gatekeeping(
        {"A": 0.1, "B": 0.1}, ONE, serial={"B": ["A"]}
    ),
    "one truncation per pair": lambda: gates.two_sequences([0.1, 0.1, 0.1], [0.5]),
    "Information increases from look": lambda: hypothesis_schedule(SPENDING, [0.5, 0.5]),
    "Spending times never fall": lambda: hypothesis_schedule(SPENDING, [0.5, 1.0], [0.6, 0.5]),
    "3 statistics for 2 looks": lambda: repeated_p_values(PLAN, [1, 2, 3]),
    "2 schedules": lambda: group_sequential_graph(PAIR, [PLAN], [[1.0, 1.0]]),
    "no statistic at look 1": lambda: group_sequential_graph(PAIR, [PLAN] * 2, [[1.0, np.nan]]),
    "planned for 2 looks": lambda: group_sequential_graph(PAIR, [PLAN] * 2, np.ones((3, 2))),
    "degree of freedom": lambda: dunnett_critical_value(HALF, degrees=0.5),
    "Leave the arm out": lambda: dunnett_p_values([1.0, np.nan], HALF),
    "Levels lie": lambda: joint_power([1, 1], HALF, 0.0),
    "No number of patients finds an effect": lambda: co_primary_factor([1, 0], HALF, 0.9),
    "Power lies": lambda: co_primary_factor([1, 1], HALF, 1.0),
    "at least one trial": lambda: graph_power(PAIR, [1, 1], HALF, trials=0),
    "at least one arm with": lambda: multi_arm_bounds(0, [1.0], SPENDING),
    "increases from above 0 to 1": lambda: multi_arm_bounds(2, [0.5, 0.9], SPENDING),
    "integrated over all arms": lambda: multi_arm_bounds(2, np.arange(1, 7) / 6, SPENDING),
    "none at the last": lambda: multi_arm_bounds(2, [0.5, 1], SPENDING, futility=[0.0, 0.0]),
    "Arms need patients": lambda: multi_arm_bounds(2, [1.0], SPENDING, allocation=0.0),
    "finds an arm better": lambda: multi_arm_factor(ARMS, [0.0, -1.0], 0.9),
    "as many drifts": lambda: ARMS.some_claimed([1.0]),
    "end at 1": lambda: population_bounds([0.5, 0.9], [1, 1]),
    "positive weights": lambda: population_bounds([0.5, 1.0], [1, 0]),
    "need a spending function": lambda: population_bounds([1.0], [1], information=[0.5, 1]),
    "level of one population": lambda: remaining_level(0.03, 0.5),
    "Populations correlate": lambda: remaining_level(0.01, 1.0),
    "which has no weight": lambda: graph_of(
        Multiplicity("graph", (("A", 1.0),), (("A", "B", 1.0),))
    ),
}


@pytest.mark.parametrize("words", REFUSED)
def test_refusals_say_what_and_how_else(words):
    with pytest.raises(DesignError, match=words):
        REFUSED[words]()


def test_an_excess_by_rounding_rejects():
    """graphicalMCP's own failure: 0.75 × 0.025 is not quite 0.01875 in binary."""
    drawn = draw_graph(
        [0.5, 0.5, 0, 0], [[0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 1, 0, 0], [1, 0, 0, 0]]
    )
    assert shortcut_test(drawn, [0.001, 0.01875, 0.9, 0.9]).rejected.tolist()[:2] == [True, True]


def test_hypotheses_that_no_alpha_reaches():
    drawn = draw_graph([0.5, 0.5, 0], np.zeros((3, 3)))
    assert shortcut_test(drawn, [1, 0, 0]).adjusted_p.tolist() == [1, 0, 1]
    assert procedures.holm([0.01, 0.02], [1.0, 0.0]).tolist() == [0.01, 0.02]


def test_nothing_is_rejected_at_a_level_of_zero():
    plan = hypothesis_schedule(SPENDING, [0.5, 1.0])
    line = draw_graph([1, 0], [[0, 1], [0, 0]])
    result = group_sequential_graph(line, [plan] * 2, [[1.0, np.inf]])
    assert result.rejected_at == (None, None)


def test_alpha_gained_by_a_hypothesis_first_tested_later_is_spent_by_its_function():
    """lrstat 0.3.3 fseqbon rejects here at p = 0.0249: it tests at the whole alpha gained."""
    every, later = (
        hypothesis_schedule(SPENDING, [0.3, 0.65, 1.0]),
        hypothesis_schedule(SPENDING, [np.nan, 0.65, 1.0]),
    )
    for z, rejected in ((2.5, (2, None)), (2.6, (2, 2))):  # its bound: 2.55
        result = group_sequential_graph(PAIR, [every, later], [[0.0, np.nan], [4.3, z]])
        assert result.rejected_at == rejected
