"""Looks held elsewhere than planned, beside gsDesign, lrstat and rpact."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import sample_design
from monitored_looks import designed, held

SOURCE = json.loads((Path(__file__).parent / "monitoring_looks.json").read_text("utf-8"))
CASES = {each["id"]: each for each in SOURCE["cases"]}
EFFICACY = {
    "of": "{spending: lan-demets o'brien-fleming}",
    "kd": "{spending: power, exponent: 2}",
    "hsd": "{spending: hwang-shih-decani, gamma: -4}",
}
LOOSE = {"gsDesign": 1e-6, "lrstat": 1e-6, "rpact": 1e-6}


def protocol(case):
    text = f"{sample_design.SURVIVAL}design:\n  power: 0.9\n"
    if "spending_time" in case:
        text = text.replace("  follow_up: 12\n", "")
        text += "  looks: {calendar: [20, 30, 36], spending_by: calendar}\n"
    else:
        text += "  looks: {information: [0.5, 0.75, 1]}\n"
    text += f"  efficacy: {EFFICACY[case['spending']]}\n"
    if "futility" in case:
        text += "  futility: {spending: hwang-shih-decani, gamma: -2}\n"
    if case["id"] == "look_two_sided":
        text = text.replace("design:", "analysis: {alternative: two-sided}\ndesign:")
    return text


def before_rounding(design, rules):
    """The rules with the drift that power alone asks for, as other software has it."""
    own = rules.stopping.hypotheses[0]
    bounds = replace(own.bounds, design=design.main.plan.sequential)
    stopping = replace(rules.stopping, hypotheses=(replace(own, bounds=bounds),))
    return replace(rules, stopping=stopping)


def looks_of(case):
    """Hold the case's looks, never crossing anything; the last of them final."""
    fractions = case["fractions"]
    design, rules = designed(protocol(case))
    rules = before_rounding(design, rules)
    times = case.get("spending_time", [None] * len(fractions))
    asked = []
    for place, (fraction, time) in enumerate(zip(fractions, times, strict=True)):
        words = {"spending_time": time}
        if place + 1 == len(fractions):
            words["final"] = True
        asked.append(({"H1": (1.0 + 0.3 * place, fraction)}, words))
    return held(design, rules, asked)


class TestAgainstOtherSoftware:
    """Bounds at the information observed are those that other software draws."""

    @pytest.mark.parametrize("name", CASES)
    def test_efficacy_bounds(self, name):
        case = CASES[name]
        looks = looks_of(case)
        for software, bounds in case["expected"].items():
            found = [look.hypotheses[0].bound for look in looks]
            told = dict(zip(case["fractions"], zip(found, bounds, strict=True), strict=True))
            for fraction, (ours, theirs) in told.items():
                if theirs < 6:  # beyond, software caps what a look can spend
                    assert ours == pytest.approx(theirs, abs=LOOSE[software]), (software, fraction)

    @pytest.mark.parametrize("name", [name for name, case in CASES.items() if "futility" in case])
    def test_futility_bounds_and_beta(self, name):
        case = CASES[name]
        looks = looks_of(case)
        interim = len(looks) - 1
        found = [look.hypotheses[0].futility for look in looks[:interim]]
        assert found == pytest.approx(case["futility"][:interim], abs=1e-4)
        spent = [look.hypotheses[0].beta_spent for look in looks[:interim]]
        assert spent == pytest.approx(case["beta_spent"][:interim], abs=1e-5)

    @pytest.mark.parametrize(
        "name", [name for name, case in CASES.items() if "alpha_spent" in case]
    )
    def test_alpha_spent(self, name):
        case = CASES[name]
        spent = [look.hypotheses[0].alpha_spent for look in looks_of(case)]
        assert spent == pytest.approx(case["alpha_spent"], abs=1e-9)
