"""Several hypotheses against R, graphicalMCP and lrstat (design_multiplicity.json)."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design.multiplicity import gatekeeping as gates
from equipoise.design.multiplicity import procedures
from equipoise.design.multiplicity.closed_test import HypothesisGroup, closed_test
from equipoise.design.multiplicity.graph import draw_graph, intersection_weights
from equipoise.design.multiplicity.group_sequential_graph import group_sequential_graph
from equipoise.design.multiplicity.repeated_p import hypothesis_schedule, repeated_p_values
from equipoise.design.multiplicity.shortcut import adjusted_p_values, shortcut_test
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
)

CASES = json.loads(
    (Path(__file__).parent / "design_multiplicity.json").read_text(encoding="utf-8")
)["cases"]
SPENDING = {
    "sfOF": LanDeMetsOBrienFleming(),
    "sfP": LanDeMetsPocock(),
    "sfHSD": HwangShihDeCani(-2.0),
    "sfKD": PowerSpending(2.0),
}


def starting(prefix):
    chosen = [case for case in CASES if case["id"].startswith(prefix)]
    assert chosen
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


@starting("p-adjust")
def test_named_procedures(case):
    for name, expected in case["expected"].items():
        adjusted = getattr(procedures, name)(case["input"]["p"])
        assert adjusted == pytest.approx(expected, abs=1e-12), name


@starting("graph-")
def test_graphs(case):
    drawn = draw_graph(case["input"]["weights"], case["input"]["transitions"])
    p, expected = case["input"]["p"], case["expected"]
    result = shortcut_test(drawn, p, 0.025)
    assert result.adjusted_p == pytest.approx(expected["shortcut"], abs=1e-9)
    assert result.adjusted_p == pytest.approx(expected["bonferroni"], abs=1e-12)
    assert result.rejected.tolist() == expected["rejected"]
    assert adjusted_p_values(drawn, p)[0] == pytest.approx(result.adjusted_p, abs=1e-14)
    assert intersection_weights(drawn).weights.ravel() == pytest.approx(
        np.ravel(expected["closure"]), abs=1e-12
    )
    simes = closed_test(drawn, p, groups="simes")
    assert simes.adjusted_p == pytest.approx(expected["simes"], abs=1e-9)


@starting("graph-")
def test_closed_tests_in_groups(case):
    drawn = draw_graph(case["input"]["weights"], case["input"]["transitions"])
    p, expected = case["input"]["p"], case["expected"]
    names = [
        tuple(drawn.hypotheses[j - 1] for j in np.ravel(group)) for group in case["input"]["groups"]
    ]

    def correlation(size):
        return np.full((size, size), 0.5) + 0.5 * np.eye(size)

    simes = closed_test(drawn, p, groups=[HypothesisGroup(group, "simes") for group in names])
    assert simes.adjusted_p == pytest.approx(expected["grouped_simes"], abs=1e-12)
    first = HypothesisGroup(names[0], "parametric", correlation(len(names[0])))
    mixed = closed_test(drawn, p, groups=[first, HypothesisGroup(names[1], "simes")])
    assert mixed.adjusted_p == pytest.approx(expected["mixed"], abs=2e-6)  # theirs is Monte Carlo
    second = HypothesisGroup(names[1], "parametric", correlation(len(names[1])))
    joint = closed_test(drawn, p, groups=[first, second], joint=True)
    assert joint.adjusted_p == pytest.approx(expected["joint"], abs=1e-8)


@starting("hochberg-")
def test_closed_test_by_hochberg(case):
    p = case["input"]["p"]
    size = len(p)
    even = draw_graph(np.full(size, 1 / size), (1 - np.eye(size)) / (size - 1))
    adjusted = closed_test(even, p, groups="hochberg").adjusted_p
    assert adjusted == pytest.approx(case["expected"], abs=1e-9)


@starting("sequential-graph")
def test_graphs_over_several_looks(case):
    given = case["input"]
    information = np.array(given["information"])
    plans = [
        hypothesis_schedule(SPENDING[kind], information[:, j])
        for j, kind in enumerate(given["spending"])
    ]
    drawn = draw_graph(given["weights"], given["transitions"])
    result = group_sequential_graph(drawn, plans, -ndtri(np.array(given["p"])), 0.025)
    assert [look or 0 for look in result.rejected_at] == case["expected"]


@starting("repeated-")
def test_repeated_p_values(case):
    given = case["input"]
    p, information = np.array(given["p"]), np.array(given["information"])
    if "spending_time" in given:
        plan = hypothesis_schedule(SPENDING["sfOF"], information, given["spending_time"])
        assert repeated_p_values(plan, -ndtri(p)) == pytest.approx(case["expected"], abs=1e-6)
        return
    for j, kind in enumerate(given["spending"]):
        plan = hypothesis_schedule(SPENDING[kind], information[:, j])
        expected = np.array(case["expected"], dtype=float)[j]
        assert repeated_p_values(plan, -ndtri(p[:, j])) == pytest.approx(
            expected, abs=1.1e-6
        )  # its root finder's


@starting("gate-")
def test_gatekeeping(case):
    given = case["input"]
    names = [f"H{j + 1}" for j in range(len(given["p"]))]

    def waiting(rows):
        return {
            names[j]: [names[int(k) - 1] for k in np.ravel(row)]
            for j, row in enumerate(rows)
            if len(row)
        }

    families = [
        gates.HypothesisFamily(tuple(names[int(j) - 1] for j in np.ravel(row)), gamma)
        for row, gamma in zip(given["families"], given["gamma"], strict=True)
    ]
    for mixture, expected in case["expected"].items():
        adjusted = gates.gatekeeping(
            dict(zip(names, given["p"], strict=True)),
            families,
            serial=waiting(given["serial"]),
            parallel=waiting(given["parallel"]),
            component=given["test"],
            mixture=mixture,
            exhaust=given["exhaust"],
        )
        assert adjusted == pytest.approx(expected, abs=1e-12), mixture


@starting("two-")
def test_two_sequences(case):
    given = case["input"]
    adjusted = gates.two_sequences(
        given["p"], given["gamma"], given["test"], retest=given["retest"]
    )
    agrees = adjusted == pytest.approx(case["expected"], abs=1e-12)
    assert agrees != ("disputed" in case)


@starting("truncated-")
def test_truncated_procedures(case):
    given = case["input"]
    adjusted = procedures.truncated_procedure(given["p"], given["gamma"], given["test"])
    assert adjusted == pytest.approx(case["expected"], abs=1e-12)
