"""Tests of several hypotheses, drawn at random, against graphicalMCP and lrstat."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.multiplicity.closed_test import HypothesisGroup, closed_test
from equipoise.design.multiplicity.gatekeeping import (
    HypothesisFamily,
    gatekeeping,
    two_sequences,
)
from equipoise.design.multiplicity.graph import draw_graph
from equipoise.design.multiplicity.group_sequential_graph import group_sequential_graph
from equipoise.design.multiplicity.repeated_p import hypothesis_schedule
from equipoise.design.multiplicity.shortcut import rejection_orders, shortcut_test
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
)
from equipoise.kernel.normal import upper_quantile

FILE = Path(__file__).parent / "design_audit_multiplicity.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
SPENDING = {
    "sfOF": LanDeMetsOBrienFleming(),
    "sfP": LanDeMetsPocock(),
    "sfHSD": HwangShihDeCani(-2.0),
}


def graph_of(call):
    return draw_graph(call["weights"], call["transitions"])


def shortcut(call):
    return shortcut_test(graph_of(call), call["p"], call["alpha"]).adjusted_p


def closure(call):
    names = graph_of(call).hypotheses
    rows = zip(call["groups"], call["tests"], call["correlation"], strict=True)
    groups = [
        HypothesisGroup(
            tuple(names[j] for j in members), test, None if known is None else np.array(known)
        )
        for members, test, known in rows
    ]
    return closed_test(graph_of(call), call["p"], call["alpha"], groups).adjusted_p


def families(call):
    names = graph_of(call).hypotheses
    groups = []
    for row in call["family"]:
        members = np.flatnonzero(row)
        named = tuple(names[j] for j in members)
        if "correlation" in call:
            known = np.array(call["correlation"])[np.ix_(members, members)]
            groups.append(HypothesisGroup(named, "parametric", known))
        else:
            groups.append(HypothesisGroup(named, "simes"))
    joint = "correlation" in call
    return closed_test(graph_of(call), call["p"], groups=groups, joint=joint).adjusted_p


def sequential(call):
    fractions = [(look + 1) / call["looks"] for look in range(call["looks"])]
    plans = [hypothesis_schedule(SPENDING[name], fractions) for name in call["spending"]]
    z = [[upper_quantile(p) for p in row] for row in call["p"]]
    return [look or 0 for look in group_sequential_graph(graph_of(call), plans, z).rejected_at]


def gate(mixture):
    def answer(call):
        names = [f"H{j}" for j in range(len(call["p"]))]

        def named(row):
            return tuple(names[j] for j in np.flatnonzero(row))

        waits = {
            rule: {
                name: named(row) for name, row in zip(names, call[rule], strict=True) if any(row)
            }
            for rule in ("serial", "parallel")
        }
        rows = zip(call["family"], call["gamma"], strict=True)
        return gatekeeping(
            dict(zip(names, call["p"], strict=True)),
            [HypothesisFamily(named(row), gamma) for row, gamma in rows],
            component=call["test"],
            mixture=mixture,
            exhaust=call["exhaust"],
            **waits,
        )

    return answer


def pairs(call):
    return two_sequences(call["p"], call["gamma"], call["test"], retest=call["retest"])


ANSWERS = {
    "shortcut": shortcut,
    "closure": closure,
    "parametric closure": closure,
    "simes families": families,
    "joint families": families,
    "group-sequential graph": sequential,
    "fstdmix": gate("standard"),
    "fmodmix": gate("modified"),
    "two sequences": pairs,
}
ORDERS = [case for case in CASES if case["kind"] == "orders"]
OTHERS = [case for case in CASES if case["kind"] != "orders"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in OTHERS])
def test_case(case):
    found = ANSWERS[case["kind"]](case["call"])
    assert np.asarray(found) == pytest.approx(np.array(case["expected"]), abs=case["tolerance"])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in ORDERS])
def test_orders_of_rejection(case):
    found = rejection_orders(shortcut_test(graph_of(case["call"]), case["call"]["p"]))
    assert sorted([int(name[1:]) for name in order] for order in found) == sorted(case["expected"])
