"""Several hypotheses against published single numbers (design_multiplicity_published.json)."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design.multiplicity.closed_test import HypothesisGroup, closed_test
from equipoise.design.multiplicity.dunnett import dunnett_critical_value
from equipoise.design.multiplicity.graph import draw_graph, intersection_weights
from equipoise.design.multiplicity.group_sequential_graph import group_sequential_graph
from equipoise.design.multiplicity.multi_arm import (
    fewer_arms,
    multi_arm_bounds,
    multi_arm_factor,
)
from equipoise.design.multiplicity.repeated_p import (
    bounds_at_levels,
    efficacy_bounds,
    hypothesis_schedule,
    repeated_p_values,
)
from equipoise.design.multiplicity.shortcut import adjusted_p_values, shortcut_test
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
from equipoise.kernel.normal_rectangle import some_exceed
from equipoise.kernel.root import root_between

HERE = Path(__file__).parent
CASES = {
    case["id"]: case
    for case in json.loads(
        (HERE / "design_multiplicity_published.json").read_text(encoding="utf-8")
    )["cases"]
}
SUCCESSIVE = draw_graph(
    [0.5, 0.5, 0, 0], [[0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 1, 0, 0], [1, 0, 0, 0]]
)
PAIR = [[1.0, 0.5], [0.5, 1.0]]


def expected(identifier):
    return CASES[identifier]["expected"]


def test_adjusted_p_values_of_two_peers():
    p = [0.0111, 0.0065, 0.051, 0.0097]
    result = shortcut_test(SUCCESSIVE, p, 0.025)
    assert result.adjusted_p == pytest.approx(expected("lr30")["adjp"], abs=1e-12)
    assert result.adjusted_p == pytest.approx(expected("mcp01")["adjusted_p"], abs=1e-12)
    assert result.rejected.tolist() == expected("mcp01")["rejected"]


def test_order_and_levels_of_rejection():
    published = expected("mcp-shortcut-testing")
    result = shortcut_test(SUCCESSIVE, [0.018, 0.01, 0.105, 0.006], 0.025)
    assert result.adjusted_p == pytest.approx(published["adjusted_p"], abs=1e-12)
    assert list(result.order) == published["order"]
    assert result.levels / 0.025 == pytest.approx(published["weights"])
    assert result.graphs[-1].weights.tolist() == [0, 0, 1, 0]


def test_closed_tests_of_a_vignette():
    small = 1e-5
    drawn = draw_graph(
        [0.5, 0.5, 0, 0, 0, 0],
        [
            [0, 0.5, 0.25, 0, 0.25, 0],
            [0.5, 0, 0, 0.25, 0, 0.25],
            [0, 0, 0, 0, 1, 0],
            [small, 0, 0, 0, 0, 1 - small],
            [0, small, 1 - small, 0, 0, 0],
            [0, 0, 0, 1, 0, 0],
        ],
    )
    p, published = [0.015, 0.013, 0.01, 0.007, 0.1, 0.0124], expected("mcp-closed-testing")
    primary = HypothesisGroup(("H1", "H2"), "parametric", np.array(PAIR))
    tests = {
        "bonferroni": "bonferroni",
        "parametric": [primary, HypothesisGroup(("H3", "H4", "H5", "H6"))],
        "parametric_simes": [
            primary,
            HypothesisGroup(("H3", "H5"), "simes"),
            HypothesisGroup(("H4", "H6"), "simes"),
        ],
    }
    for name, groups in tests.items():
        adjusted = closed_test(drawn, p, groups=groups).adjusted_p
        assert adjusted == pytest.approx(published[name], abs=1e-8), name


def test_dunnett_tests_in_families():
    drawn = draw_graph([0.5, 0.5, 0, 0], [[0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0]])
    groups = [
        HypothesisGroup(pair, "parametric", np.array(PAIR)) for pair in (("H1", "H2"), ("H3", "H4"))
    ]
    sets = ([0.01, 0.005, 0.015, 0.022], [0.02, 0.015, 0.010, 0.023])
    for p, published in zip(sets, expected("fadjpdun-help"), strict=True):
        for joint in (False, True):
            adjusted = closed_test(drawn, p, groups=groups, joint=joint).adjusted_p
            assert adjusted == pytest.approx(published, abs=1e-8)


def test_the_case_study_of_maurer_and_bretz():
    p = np.array([[0.0062, 0.017, 0.009, 0.13], [0.0002, 0.0035, 0.002, 0.06]])
    plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [1 / 3, 2 / 3])
    published = expected("maurer-bretz-2013")
    for retest in (False, True):
        result = group_sequential_graph(SUCCESSIVE, [plan] * 4, -ndtri(p), retest_earlier=retest)
        assert [look or 0 for look in result.rejected_at] == published["rejected_at"]
    for j, row in enumerate(published["repeated_p"]):
        assert repeated_p_values(plan, -ndtri(p[:, j])) == pytest.approx(row, abs=1e-6)


def test_repeated_p_values():
    plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.4, 0.75, 1.0])
    truth = expected("mon_repeated_p")["p"]
    assert repeated_p_values(plan, [1.6, 2.1, 2.3]) == pytest.approx(truth, rel=1e-9)
    own = repeated_p_values(plan, -ndtri([0.0548, 0.01786, 0.010724]))
    assert own == pytest.approx(expected("lr09")["p"], abs=1e-6)  # its root finder's tolerance


def test_one_design_at_several_alphas():
    """Two information fractions, from one alpha's bounds, foretell the other alpha's."""
    table = expected("nph16")["table"]
    rows = [i for i, value in enumerate(table["Value"]) if value == "Z"]
    low, high = ([float(table[f"α={alpha}"][i]) for i in rows] for alpha in ("0.0125", "0.025"))
    spending = LanDeMetsOBrienFleming()

    def second(fraction):
        return (
            efficacy_bounds(hypothesis_schedule(spending, [first, fraction, 1.0]), 0.025)[1]
            - high[1]
        )

    first = root_between(
        lambda t: efficacy_bounds(hypothesis_schedule(spending, [t, 1.0]), 0.025)[0] - high[0],
        0.1,
        0.6,
    )
    plan = hypothesis_schedule(spending, [first, root_between(second, 0.5, 0.95), 1.0])
    bounds = bounds_at_levels(plan, [0.0125, 0.025])
    assert bounds[0] == pytest.approx(low, abs=2e-4)
    assert bounds[1] == pytest.approx(high, abs=2e-4)


def test_dunnett_critical_values():
    four = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    ours = [
        dunnett_critical_value(PAIR, 0.025),
        dunnett_critical_value(four, 0.05, sides=2),
        dunnett_critical_value(PAIR, 0.05, sides=2, degrees=20),
    ]
    assert ours == pytest.approx(expected("dunnett-mvtnorm"), abs=1e-5)  # theirs is Monte Carlo
    for arms, tabled in enumerate(expected("dunnett-table"), start=1):
        half = np.full((arms, arms), 0.5) + 0.5 * np.eye(arms)
        value = dunnett_critical_value(half, 0.05, sides=2, degrees=20)
        assert round(value, 2) == tabled


def test_several_arms():
    time = np.array([1, 2]) / 3
    once = np.sqrt(np.minimum.outer(time, time) / np.maximum.outer(time, time))
    limits = np.tile([3.886562, 2.748214], 2)
    chance = some_exceed(limits[None], np.kron(PAIR, once))[0]
    assert chance == pytest.approx(expected("mams-mvtnorm"), abs=8e-7)  # its error: 4e-7
    plan = multi_arm_bounds(2, [1 / 3, 2 / 3, 1], WangTsiatis(0.0))
    published = expected("mams-one-level")
    assert fewer_arms(plan)[1] == pytest.approx(published["lone_arm"], abs=6e-4)
    information = multi_arm_factor(plan, [0.3, 0.5], 0.9) ** 2
    assert information == pytest.approx(published["max_information"], abs=6e-3)


def test_all_sets_of_p_values_at_once():
    sets = np.random.default_rng(3).uniform(0, 0.1, (50, 4))
    each = [shortcut_test(SUCCESSIVE, p).adjusted_p for p in sets]
    assert adjusted_p_values(SUCCESSIVE, sets) == pytest.approx(np.array(each), abs=1e-15)
    assert intersection_weights(SUCCESSIVE).members.sum() == 32
