"""What is likely from a look on, against gsDesign, lrstat, rpact and published numbers."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import SpendAlpha, SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
)
from equipoise.monitor.likely.likely import likely_course
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.protocol.monitoring import Belief, MonitoringPromise
from likely_samples import ANY_RATIO, RATIO, look_at

FILE = Path(__file__).with_name("monitored_likely.json")
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
PROMISE = MonitoringPromise()
SPENDING = {
    "OF": LanDeMetsOBrienFleming(),
    "P": LanDeMetsPocock(),
    "HSD": HwangShihDeCani(-2.0),
    "power": PowerSpending(1.5),
}


def cases(software):
    found = [case for case in CASES if case["id"].startswith(software)]
    return pytest.mark.parametrize("case", found, ids=[case["id"] for case in found])


def spending(name, parameter):
    """By the names of lrstat and rpact."""
    if name.endswith("OF"):
        return LanDeMetsOBrienFleming()
    if name.endswith("HSD"):
        return HwangShihDeCani(parameter)
    return PowerSpending(parameter) if name.endswith("KD") else LanDeMetsPocock()


def drawn_of(case):
    two_sided, futile = case["type"] == 2, case["type"] == 4
    plan = StoppingPlan(
        tuple(case["planned"]),
        case["alpha"] * (2 if two_sided else 1),
        2 if two_sided else 1,
        efficacy=SpendAlpha(SPENDING[case["efficacy"]]),
        futility=SpendBeta(SPENDING[case["futility"]]) if futile else None,
    )
    design = group_sequential(plan, power=1.0 - case["beta"])
    assert design.drift == pytest.approx(case["drift"], abs=2e-6)
    return updated_design(design, case["seen"][: case["look"]])


class TestGsDesign:
    """Bounds updated at other information than planned; gsDesign finds them to about 1e-7.

    Effects are in units of the planned one, which is the drift of the design.
    """

    @staticmethod
    def course(case):
        drawn = drawn_of(case)
        scale = EffectScale("mean difference", 0.0, "identity", "higher", drawn.drift)
        belief = Belief("other", "given", 0.05, case["other"] * drawn.drift, drawn.drift / 2)
        return likely_course(
            look_at(drawn, case["look"], case["z"]),
            MonitoringPromise(beliefs=(belief,)),
            scale=scale,
            effects=(case["other"] * drawn.drift,),
            level=0.9,
        )

    @cases("gsdesign")
    def test_conditional_power_by_look(self, case):
        course = self.course(case)
        order = [course.under(name) for name in ("trend", "null", "design", "given")]
        upper = np.array(case["upper_prob"])
        np.testing.assert_allclose([each.efficacy for each in order], upper, atol=3e-7)
        ignored = [each.futility_ignored for each in order]
        np.testing.assert_allclose(ignored, case["ignored"], atol=3e-7)
        lower = np.array(case["lower_prob"])
        if case["type"] == 2:
            np.testing.assert_allclose([each.other_side for each in order], lower, atol=3e-7)
        if case["type"] == 4:  # at the last look what claims nothing is futility; there it is not
            futility = np.array([each.futility for each in order])
            np.testing.assert_allclose(futility[:, :-1], lower[:, :-1], atol=3e-7)

    @cases("gsdesign")
    def test_bounds(self, case):
        drawn = drawn_of(case)
        np.testing.assert_allclose(drawn.upper, case["upper"], atol=2e-6)

    @cases("gsdesign")
    def test_predictive_power(self, case):
        course = self.course(case)
        assert course.believing("other").futility_obeyed == pytest.approx(
            case["predictive"], abs=3e-7
        )
        assert course.believing("flat").futility_obeyed == pytest.approx(
            case["predictive_flat"], abs=3e-7
        )

    @cases("gsdesign")
    def test_prediction_intervals(self, case):
        """`uniroot` finds them to about 1e-4."""
        course = self.course(case)
        for belief, theirs in (("other", "interval"), ("flat", "interval_flat")):
            ours = course.believing(belief).end.z_interval
            assert ours == pytest.approx(case[theirs], abs=2e-4)


@cases("lrstat")
def test_lrstat(case):
    plan = StoppingPlan(
        tuple(case["rates"]),
        case["alpha"],
        efficacy=SpendAlpha(spending(case["efficacy"], case["parameter"])),
    )
    drawn = group_sequential(plan, drift=case["theta"] * np.sqrt(case["most"]))
    scale = EffectScale("mean difference", 0.0, "identity", "higher", case["theta"])
    course = likely_course(look_at(drawn, case["look"], case["z"]), PROMISE, scale=scale)
    for power in (course.under("design").futility_ignored, course.under("design").futility_obeyed):
        assert power == pytest.approx(case["power"], abs=2e-7)


@cases("rpact")
def test_rpact(case):
    """Its effect is a hazard ratio above 1 where that is better; power accumulates by look."""
    plan = StoppingPlan(
        tuple(np.array(case["events"]) / 200.0),
        efficacy=SpendAlpha(spending(case["efficacy"], case["parameter"])),
    )
    drawn = group_sequential(plan, drift=np.log(1.5) * np.sqrt(50.0))
    scale = EffectScale("hazard ratio", 1.0, "log", "higher", 1.5)
    look = look_at(drawn, case["look"], case["z"], planned=200.0)
    course = likely_course(look, PROMISE, scale=scale, effects=(case["ratio"],))
    ours = np.cumsum(course.under("given").efficacy_ignoring)
    np.testing.assert_allclose(ours, np.atleast_1d(case["power"]), atol=2e-7)


def aall1331():
    futility = SpendBeta(HwangShihDeCani(-2.0))
    rules = StoppingPlan(
        (0.2, 0.4, 0.6, 0.8, 1.0), efficacy=SpendAlpha(PowerSpending(2.0)), futility=futility
    )
    design = group_sequential(rules, drift=np.log(1 / 0.58) * np.sqrt(131 / 4))
    drawn = updated_design(design, (0.2, 0.4, 0.611))
    return likely_course(look_at(drawn, 3, 1.645), PROMISE, scale=RATIO, effects=(0.58, 1.0))


class TestAALL1331:
    """Stopped at 80 of 131 events: z 1.645 at information .611, one final analysis at 1.96."""

    def test_fixed_final_analysis(self):
        course = aall1331()
        found = [course.under(name).fixed for name in ("design", "trend", "null")]
        assert [round(each, 2) for each in found] == [0.81, 0.59, 0.14]
        t, z, drift = 0.611, 1.645, np.log(1 / 0.58) * np.sqrt(131 / 4)
        closed = [
            ndtr((z * np.sqrt(t) + theta * (1 - t) - 1.959963984540054) / np.sqrt(1 - t))
            for theta in (drift, z / np.sqrt(t), 0.0)
        ]
        assert found == pytest.approx(closed, abs=1e-13)

    def test_effects_by_number_are_those_named(self):
        course = aall1331()
        design, null, *_ = course.conditional
        given = course.conditional[-2:]
        for one, other in zip((design, null), given, strict=True):
            assert one.futility_obeyed == pytest.approx(other.futility_obeyed, abs=1e-13)
            assert one.effect == pytest.approx(other.effect, abs=1e-13)


def test_no_information_scale_is_needed_for_the_trend():
    drawn = group_sequential(StoppingPlan((0.5, 1.0)), power=0.9)
    course = likely_course(look_at(drawn, 1, 1.0), PROMISE, scale=ANY_RATIO)
    assert [each.assumed for each in course.conditional] == ["null", "trend", "optimistic"]
    assert course.under("trend").effect is None
