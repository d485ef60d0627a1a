"""Conditional and predictive power against gsDesign, lrstat and East."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.plan import Effect
from equipoise.design.sequential.conditional_power import (
    conditional_power,
    conditional_power_at_bounds,
    conditional_stops,
)
from equipoise.design.sequential.describe import describe, power_curve
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.predictive_power import (
    DriftBelief,
    predictive_interval,
    predictive_power,
    probability_of_success,
)
from equipoise.design.sequential.rules import SpendBeta, StoppingPlan, equally_spaced
from equipoise.design.sequential.spending import HwangShihDeCani

FILE = Path(__file__).with_name("design_conditional_power.json")
CASES = {case["id"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]}
DESIGN = group_sequential(  # gsd02, with 300 patients in a fixed design
    StoppingPlan(equally_spaced(3), futility=SpendBeta(HwangShihDeCani(-2.0))), power=0.9
)
PATIENTS = CASES["cp01"]["truth"]["n_I"][-1]


def expected(case):
    return CASES[case]["expected"]


def drift(theta):
    """gsDesign's theta is the effect per root patient."""
    return theta * np.sqrt(PATIENTS)


class TestConditionalPower:
    def test_by_look_obeying_futility_as_gsdesign_does(self):
        truth = CASES["cp01"]["truth"]
        by_look = [
            conditional_stops(DESIGN, 1, 1.2, assumed, futility="obeyed").upper
            for assumed in ("trend", "null", "design")
        ]
        np.testing.assert_allclose(by_look, truth["by_look"], rtol=1e-9)

    def test_ignoring_futility_by_default_where_it_is_not_binding(self):
        ours = [conditional_power(DESIGN, 1, 1.2, given) for given in ("trend", "null", "design")]
        np.testing.assert_allclose(ours, CASES["cp01"]["truth"]["cp_ignoring_futility"], rtol=1e-9)

    def test_lower_crossings(self):
        stops = [
            conditional_stops(DESIGN, 1, 1.2, assumed, futility="obeyed").lower
            for assumed in ("trend", "null", "design")
        ]
        np.testing.assert_allclose(np.transpose(stops), expected("cp01")["lower_prob"], atol=2e-8)

    def test_at_the_last_interim_look(self):
        ours = [conditional_power(DESIGN, 2, 1.9, drift(theta)) for theta in (0.05, 0.1)]
        np.testing.assert_allclose(ours, expected("cp02")["upper_prob"][0], atol=1e-8)

    def test_lrstat(self):
        design = group_sequential(StoppingPlan((0.4, 0.75, 1.0)), drift=0.3 * np.sqrt(37.5))
        assert conditional_power(design, 1, 1.2) == pytest.approx(
            expected("lr08")["cp"][0], abs=1e-7
        )

    def test_at_the_bounds(self):
        at_bounds = conditional_power_at_bounds(DESIGN, futility="obeyed")
        lower, upper = np.transpose(expected("cp04")["CP"])
        np.testing.assert_allclose(at_bounds.lower, lower, atol=2e-8)
        np.testing.assert_allclose(at_bounds.upper, upper, atol=2e-8)

    def test_east_to_the_four_digits_it_shares(self):
        """East 6.5 prints more digits, but for bounds that differ from these in the fourth."""
        design = group_sequential(StoppingPlan(equally_spaced(3)), power=0.9)
        printed = list(expected("design-0049").values())
        np.testing.assert_allclose(conditional_power_at_bounds(design).upper, printed, atol=1e-4)


class TestPredictivePower:
    BELIEF = DriftBelief(mean=1.0, sd=0.5)

    def test_at_an_interim_look(self):
        ours = predictive_power(DESIGN, 1, 1.2, self.BELIEF, futility="obeyed")
        assert ours == pytest.approx(expected("cp03")["predictive_power"], abs=1e-8)

    def test_before_the_trial(self):
        ours = probability_of_success(DESIGN, self.BELIEF, futility="obeyed")
        assert ours == pytest.approx(expected("cp03")["prob_of_success"], abs=1e-8)

    def test_where_the_next_statistic_will_be(self):
        ours = predictive_interval(DESIGN, 1, 1.2, at=2, belief=self.BELIEF)
        theirs = expected("cp03")["prediction_interval_z2"]
        assert ours == pytest.approx(theirs, abs=3e-6)  # gsDesign solves gsPI to about this


class TestPowerOfOtherEffects:
    def test_east(self):
        """design-0050: a design for 0.3 at effects of 0.225 and 0.075; East to its rounding."""
        design = group_sequential(StoppingPlan(equally_spaced(3)), power=0.9)
        ours = [design.rejection(design.drift * effect / 0.3) for effect in (0.225, 0.075)]
        np.testing.assert_allclose(ours, expected("design-0050")["power"], atol=1e-3)

    def test_the_curve_passes_through_alpha_and_power(self):
        effect = Effect("hazard ratio", 0.7, 1.0, "log", "lower")
        curve = np.array(power_curve(DESIGN, effect, points=4))
        assert curve[0] == pytest.approx([1.0, DESIGN.under_null.upper.sum()])
        assert curve[2] == pytest.approx([0.7, 0.9])


class TestEveryScale:
    def test_the_first_look(self):
        effect = Effect("mean difference", 0.5, 0.0, "identity", "higher")
        information = DESIGN.information * DESIGN.drift**2 / 0.5**2
        looks = describe(DESIGN, effect, information=information, patients=100 * DESIGN.information)
        first, last = looks[0], looks[-1]
        assert first.efficacy.z == DESIGN.upper[0]
        assert first.efficacy.effect == pytest.approx(DESIGN.upper[0] / np.sqrt(information[0]))
        assert first.efficacy.p == pytest.approx(0.00010350571814715285, rel=1e-9)
        assert first.futility.conditional_power_trend == pytest.approx(0.0015819, abs=1e-7)
        assert first.futility_alternative == pytest.approx(0.014833709805949238, abs=1e-11)
        assert last.efficacy.conditional_power_design == 1.0
        assert sum(look.efficacy_alternative for look in looks) == pytest.approx(0.9)

    def test_lower_is_better(self):
        effect = Effect("hazard ratio", 0.7, 1.0, "log", "lower")
        look = describe(
            DESIGN, effect, information=40 * DESIGN.information, patients=DESIGN.information
        )[0]
        assert look.efficacy.effect == pytest.approx(np.exp(-DESIGN.upper[0] / np.sqrt(40 / 3)))
        assert look.futility.effect > 1.0

    def test_the_curve_where_the_effect_changes_over_time(self):
        design = group_sequential(
            StoppingPlan((0.3, 0.7, 1.0)),
            power=0.9,
            drift_shape=np.array([0.3, 0.8, 1.0]),
            alternative_information=np.array([0.29, 0.69, 1.01]),
        )
        effect = Effect("hazard ratio", 0.7, 1.0, "log", "lower")
        assert power_curve(design, effect, points=4)[2] == pytest.approx((0.7, 0.9))
