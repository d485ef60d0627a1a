"""Looks drawn at random and held elsewhere than planned, beside gsDesign, lrstat and rpact."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sample_design
from equipoise.monitor.inference.after_stopping import after_stopping
from equipoise.monitor.likely.likely import likely_course
from equipoise.monitor.statistics.effect_scale import effect_scale
from equipoise.protocol.monitoring import Belief, MonitoringPromise
from monitored_looks import designed, held

FILE = Path(__file__).with_name("monitored_audit.json")
CASES = {each["id"]: each for each in json.loads(FILE.read_text("utf-8"))["cases"]}
SPENDING = {
    "sfOF": "lan-demets o'brien-fleming",
    "sfP": "lan-demets pocock",
    "sfHSD": "hwang-shih-decani, gamma: {}",
    "sfKD": "power, exponent: {}",
}
EFFECTS = ("design", "null", "trend", "optimistic", "given")


def spending(rule):
    return f"spending: {SPENDING[rule[0]].format(rule[1])}"


def protocol(case):
    sides = "one" if case["sides"] == 1 else "two"
    text = (
        f"{sample_design.SURVIVAL}"
        f"analysis: {{alternative: {sides}-sided, alpha: {case['alpha'] * case['sides']:g}}}\n"
        f"design:\n  power: {case['power']}\n  looks: {{information: {case['planned']}}}\n"
        f"  efficacy: {{{spending(case['efficacy'])}}}\n"
    )
    if case["futility"]:
        binding = str(case["binding"]).lower()
        text += f"  futility: {{{spending(case['futility'])}, binding: {binding}}}\n"
    return text


@cache
def last_of(name):
    """The last look of a case, with the drift that power alone asks for, as others have it."""
    case = CASES[name]
    design, rules = designed(protocol(case))
    own = rules.stopping.hypotheses[0]
    bounds = replace(own.bounds, design=design.main.plan.sequential)
    stopping = replace(rules.stopping, hypotheses=(replace(own, bounds=bounds),))
    asked = []
    for z, fraction, planned in zip(case["z"], case["looks"], case["which"], strict=True):
        final = {"final": True} if case["final"] and len(asked) + 1 == len(case["z"]) else {}
        number = None if planned is None else planned + 1
        asked.append(({"H1": (z, fraction)}, {"number": number, **final}))
    looks = held(design, replace(rules, stopping=stopping), asked)
    assert not any(look.stop for look in looks[:-1])
    scale = effect_scale(design.main, design.protocol.endpoint("os"))
    return looks[-1].hypotheses[0], scale


def course_of(name):
    case = CASES[name]
    look, scale = last_of(name)
    mean, spread = case["prior"]
    belief = Belief("mine", "given", 0.05, mean, spread)
    promise = MonitoringPromise(beliefs=(belief,))
    return likely_course(look, promise, scale=scale, effects=(case["given"],))


def having(part):
    return pytest.mark.parametrize("name", [n for n in CASES if part in CASES[n]["expected"]])


@having("bounds")
def test_bounds_at_the_information_observed(name):
    """Theirs are searched for, to 2e-6; a bound beyond 6 hardly matters, and they cap it."""
    drawn = last_of(name)[0].drawn
    for software, bounds in CASES[name]["expected"]["bounds"].items():
        near = np.array(bounds) < 6.0
        found, wanted = drawn.upper[near], np.array(bounds)[near]
        assert found == pytest.approx(wanted, abs=2e-6), software


@having("alpha_by_look")
def test_errors_spent(name):
    case = CASES[name]
    look, _ = last_of(name)
    here = look.place - 1
    alpha = case["expected"]["alpha_by_look"][here] * case["sides"]  # of both sides together
    assert look.alpha_spent == pytest.approx(alpha, abs=1e-9)
    beta = case["expected"].get("beta_by_look")
    if beta is not None and look.place < look.drawn.looks:
        assert look.beta_spent == pytest.approx(beta[here], abs=1e-7)


@having("conditional")
def test_conditional_power(name):
    course, expected = course_of(name), CASES[name]["expected"]
    for effect in EFFECTS:
        chances = course.under(effect)
        found = [chances.futility_ignored, chances.futility_obeyed, chances.at_last, chances.fixed]
        assert found == pytest.approx(expected["conditional"][effect], abs=3e-7), effect
    assert course.under("given").efficacy == pytest.approx(expected["by_look"], abs=3e-7)


@having("predictive")
def test_predictive_power(name):
    course = course_of(name)
    for belief, wanted in CASES[name]["expected"]["predictive"].items():
        told = course.believing(belief)
        found = [told.futility_ignored, told.futility_obeyed, told.at_last, told.fixed]
        assert [*found, *told.end.z_interval] == pytest.approx(wanted, abs=5e-7), belief


@having("stagewise")
def test_inference_after_stopping(name):
    found = after_stopping(*last_of(name)).by("stage-wise")
    told = [each.theta for each in (found.estimate, found.lower, found.upper)]
    wanted = CASES[name]["expected"]["stagewise"]
    assert found.p_value == pytest.approx(wanted[0], abs=1e-7)
    assert told == pytest.approx(wanted[1:], abs=1e-6)


@having("lrstat")
def test_inference_of_lrstat(name):
    said, expected = after_stopping(*last_of(name)), CASES[name]["expected"]["lrstat"]
    for method, theirs in (("stage-wise", "getCI"), ("repeated", "getRCI")):
        found = said.by(method)
        told = [each.theta for each in (found.estimate, found.lower, found.upper)]
        assert [found.p_value, *told] == pytest.approx(expected[theirs], abs=1e-5), theirs


def test_the_cases_hold_what_their_names_say():
    """Looks moved, left out, added; last ones early and late; all kinds of futility, both sides."""
    kinds = {(case["how"], case["sides"], case["binding"]) for case in CASES.values()}
    assert len(CASES) == 60
    assert len(kinds) >= 15
    for case in CASES.values():
        if case["how"] == "final over":
            assert case["looks"][-1] > 1.0
        if case["how"] == "final under":
            assert case["looks"][-1] < 1.0
        assert (case["how"] == "extra") == (None in case["which"])
