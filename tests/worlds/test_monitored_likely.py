"""What is likely where little is: no statistic, nothing to come, hypotheses tested later only."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.plan import Effect
from equipoise.design.sequential.conditional_power import conditional_power, conditional_stops
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import (
    NoInterimEfficacy,
    SpendAlpha,
    SpendBeta,
    SpendBothSides,
    SpendOnHarm,
    StoppingPlan,
)
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    PowerSpending,
)
from equipoise.errors import DesignError
from equipoise.monitor.beliefs.beliefs import beliefs_at
from equipoise.monitor.beliefs.critical_prior import critical_prior
from equipoise.monitor.beliefs.priors import Likelihood, prior_of
from equipoise.monitor.bounds.rules import EFFICACY, FUTILITY
from equipoise.monitor.likely.likely import likely_course
from equipoise.monitor.likely.reverse_power import discordance, reverse_power
from equipoise.monitor.statistics.effect_scale import EffectScale, effect_scale
from equipoise.protocol.monitoring import Belief, MonitoringPromise
from equipoise.protocol.planning import PlannedEffect
from equipoise.verbs import design
from likely_samples import ANY_RATIO, RATIO, look_at, past_look

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331" / "protocol.yaml"
PROMISE = MonitoringPromise()
FUTILE = SpendBeta(HwangShihDeCani(-2.0))
DESIGN = group_sequential(StoppingPlan((0.3, 0.6, 1.0), futility=FUTILE), power=0.9)


def course_of(drawn, place, z, **asked):
    return likely_course(look_at(drawn, place, z, **asked), PROMISE, scale=RATIO)


def every_number(course):
    for each in course.conditional:
        yield from (each.futility_ignored, each.futility_obeyed, each.at_last, each.fixed)
        yield from (*each.efficacy, *each.futility, *each.other_side, *each.efficacy_ignoring)
    for each in course.predictive:
        yield from (each.futility_ignored, each.futility_obeyed, each.at_last, each.fixed)
        yield from (*each.efficacy, *each.futility, *each.other_side, *each.efficacy_ignoring)
    yield from (course.reverse.so_low, course.reverse.so_high)
    for way in ("futility_ignored", "futility_obeyed", "at_last", "fixed"):
        yield from getattr(course.curve, way)


def assert_chances(course):
    told = np.array(list(every_number(course)))
    assert told.size
    assert (told >= 0.0).all()
    assert (told <= 1.0 + 1e-12).all()


class TestNothingToTell:
    @pytest.mark.parametrize(
        ("look", "why"),
        [
            (look_at(DESIGN, 3, 1.5), "last look"),
            (look_at(DESIGN, 1, None), "no statistic at this look: there are no events yet"),
            (look_at(None, 0, 1.5), "No bounds are drawn"),
            (look_at(DESIGN, 0, 1.5, fraction=0.0), "no information"),
            (look_at(DESIGN, 0, 1.5, fraction=1.1), "last look"),
            (look_at(group_sequential(StoppingPlan(), power=0.9), 1, 1.5), "last look"),
        ],
    )
    def test_the_reason_is_said(self, look, why):
        course = likely_course(look, PROMISE, scale=RATIO)
        assert why in course.why_not
        assert course.conditional == course.predictive == course.needed == ()
        assert course.curve is course.reverse is course.discordance is None
        assert course.looks.size == 0

    def test_no_alpha_yet(self):
        look = replace(look_at(None, 0, 1.5), level=0.0)
        assert "no alpha yet" in likely_course(look, PROMISE, scale=RATIO).why_not

    def test_beyond_the_plan_at_the_last_look(self):
        drawn = updated_design(DESIGN, (0.3, 0.6, 1.2), final=True)
        course = course_of(drawn, 3, 1.5)
        assert "last look" in course.why_not
        assert course.b_value == pytest.approx(1.5 * np.sqrt(1.2))


class TestDecidedBefore:
    """What was decided is not foretold; what was given up by bounds that do not bind may be."""

    def course(self, drawn, decision, fraction=0.45, bound=2.5):
        past = (past_look(1, 0.3 * 131.0, decision, bound=bound),)
        return course_of(drawn, 0, 1.0, fraction=fraction, past=past)

    def test_efficacy(self):
        assert self.course(DESIGN, EFFICACY).why_not == "Efficacy was claimed at look 1."

    def test_futility(self):
        binding = replace(FUTILE, binding=True)
        drawn = group_sequential(StoppingPlan((0.3, 0.6, 1.0), futility=binding), power=0.9)
        assert self.course(drawn, FUTILITY).why_not == "The hypothesis was given up at look 1."
        again = self.course(DESIGN, FUTILITY)
        assert again.why_not == ""
        assert any("taken up again" in said for said in again.assumed)

    def test_no_more_information(self):
        assert "no more information" in self.course(DESIGN, 0, fraction=0.29).why_not
        assert self.course(DESIGN, 0, fraction=0.29, bound=None).why_not == ""


class TestNotTestedHere:
    """A hypothesis that is tested at later looks only has a statistic all the same."""

    def test_between_the_looks_of_its_design(self):
        course = course_of(DESIGN, 0, 1.1, fraction=0.45)
        assert course.looks.tolist() == [0.6, 1.0]
        assert any("not tested at this look" in said for said in course.assumed)
        rules = StoppingPlan(
            (0.3, 0.45, 0.6, 1.0), efficacy=SpendAlpha(LanDeMetsOBrienFleming(), looks=(1, 3, 4))
        )
        same = group_sequential(rules, drift=DESIGN.drift)
        assert course.under("trend").futility_ignored == pytest.approx(
            conditional_power(same, 2, 1.1, "trend"), abs=1e-10
        )
        assert_chances(course)

    def test_before_its_only_look(self):
        once = group_sequential(StoppingPlan(), power=0.9)
        course = course_of(once, 0, 1.1, fraction=0.5)
        assert course.under("design").at_last == pytest.approx(course.under("design").fixed)
        assert_chances(course)

    def test_at_the_place_of_a_look(self):
        course = course_of(DESIGN, 0, 1.1, fraction=0.6)
        same = course_of(DESIGN, 2, 1.1)
        assert course.under("trend") == same.under("trend") or np.array_equal(
            course.under("trend").efficacy, same.under("trend").efficacy
        )


class TestScales:
    """The scale of a hypothesis is its plan's, ratios on the log; or what suits its endpoint."""

    DESIGN = design(EXAMPLE)

    def scale_of(self, hypothesis, **changed):
        each = replace(self.DESIGN.hypothesis(hypothesis), **changed)
        return effect_scale(each, self.DESIGN.protocol.endpoint(each.endpoint))

    def test_planned(self):
        assert self.scale_of("H1") == RATIO

    def test_not_planned(self):
        assert self.scale_of("H2") == ANY_RATIO

    def test_a_risk_ratio_tested_on_another_scale(self):
        effect = Effect("risk ratio", 0.7, 1.0, "identity", "lower")
        plan = replace(self.DESIGN.main.plan, effect=effect)
        found = self.scale_of("H1", plan=plan)
        assert (found.scale, found.planned, found.no_difference) == ("log", 0.7, 1.0)

    def test_an_effect_without_a_plan(self):
        told = PlannedEffect("H2", "hazard ratio", (0.7,), margin=1.3)
        found = self.scale_of("H2", effect=told)
        assert (found.null, found.planned, found.better) == (1.3, 0.7, "lower")


class TestOtherDesigns:
    def test_two_sides_with_budgets_of_their_own(self):
        spending = LanDeMetsOBrienFleming()
        rules = StoppingPlan(
            (0.5, 1.0), 0.05, 2, efficacy=SpendBothSides(spending, PowerSpending(2.0), 0.03)
        )
        drawn = group_sequential(rules, power=0.9)
        course = course_of(drawn, 1, -1.0)
        assert course.fixed_bound == pytest.approx(2.053749, abs=1e-6)  # z of .02
        assert course.under("null").other_side[-1] > course.under("null").efficacy[-1]
        assert_chances(course)

    def test_two_sides_share_alpha(self):
        drawn = group_sequential(StoppingPlan((0.5, 1.0), 0.05, 2), power=0.9)
        course = course_of(drawn, 1, 1.0)
        assert course.fixed_bound == pytest.approx(1.959964, abs=1e-6)
        assert any("two-sided" in said for said in course.assumed)

    def test_harm_counts_with_futility(self):
        harm = SpendOnHarm(HwangShihDeCani(-2.0), 0.1)
        rules = StoppingPlan((0.3, 0.6, 1.0), futility=FUTILE, harm=harm)
        course = course_of(group_sequential(rules, power=0.9), 1, 0.4)
        assert_chances(course)
        null = course.under("null")
        assert null.efficacy.sum() + null.futility.sum() == pytest.approx(1.0)

    def test_no_efficacy_before_the_end(self):
        rules = StoppingPlan((0.3, 0.6, 1.0), efficacy=NoInterimEfficacy(), futility=FUTILE)
        course = course_of(group_sequential(rules, power=0.9), 1, 1.0)
        assert [each.look for each in course.needed] == [3]
        assert course.under("null").efficacy[0] == 0.0
        assert_chances(course)

    def test_an_effect_that_changes_over_the_looks(self):
        drawn = group_sequential(
            StoppingPlan((0.3, 0.6, 1.0), futility=FUTILE),
            power=0.9,
            drift_shape=np.array([0.2, 0.7, 1.0]),
            alternative_information=np.array([0.29, 0.6, 1.02]),
        )
        course = course_of(drawn, 1, 0.3)
        ours = course.under("design")
        theirs = conditional_stops(drawn, 1, 0.3, "design", futility="obeyed")
        np.testing.assert_allclose(ours.efficacy, theirs.upper, atol=1e-11)
        last = conditional_power(drawn, 1, 0.3, "design", final_only=True)
        assert ours.at_last == pytest.approx(last, abs=1e-12)
        assert_chances(course)
        between = course_of(drawn, 0, 0.3, fraction=0.4)
        assert between.under("design").at_last > ours.at_last * 0.5
        assert_chances(between)


class TestFarOut:
    @pytest.mark.parametrize("z", [-9.0, 0.0, 9.0])
    @pytest.mark.parametrize("fraction", [1e-4, 0.01, 0.95])
    def test_chances_stay_chances(self, z, fraction):
        drawn = updated_design(DESIGN, (fraction,))
        assert_chances(course_of(drawn, 1, z))

    def test_a_very_large_trial(self):
        drawn = group_sequential(StoppingPlan((0.5, 1.0)), drift=60.0)
        assert_chances(course_of(drawn, 1, 1.0))

    def test_a_bound_crossed_already(self):
        course = course_of(DESIGN, 2, 3.5, decision=EFFICACY)
        assert any("crossed already" in said for said in course.assumed)


class TestRefusals:
    LOOK = look_at(DESIGN, 1, 1.0)

    def test_impossible_ratio(self):
        with pytest.raises(DesignError, match="hazard ratio is -1; give a number above 0"):
            likely_course(self.LOOK, PROMISE, scale=RATIO, effects=(-1.0,))

    def test_effect_without_information(self):
        with pytest.raises(DesignError, match="plan an effect"):
            likely_course(self.LOOK, PROMISE, scale=ANY_RATIO, effects=(0.7,))

    def test_effect_with_observed_information(self):
        look = look_at(DESIGN, 1, 1.0, score_information=10.0)
        course = likely_course(look, PROMISE, scale=ANY_RATIO, effects=(0.7,))
        assert course.under("given").drift == pytest.approx(-np.log(0.7) * np.sqrt(10.0 / 0.3))
        assert course.under("trend").effect == pytest.approx(np.exp(-1.0 / np.sqrt(10.0)))
        assert any("No effect is planned" in said for said in course.assumed)

    @pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
    def test_level(self, level):
        with pytest.raises(DesignError, match="must be between 0 and 1"):
            likely_course(self.LOOK, PROMISE, scale=RATIO, level=level)
        with pytest.raises(DesignError, match="must be between 0 and 1"):
            beliefs_at(self.LOOK, PROMISE, RATIO, level=level)
        with pytest.raises(DesignError, match="must be between 0 and 1"):
            critical_prior(Likelihood(0.1, 0.1, None, ""), RATIO, level=level)

    def test_planned_effect_in_the_wrong_direction(self):
        with pytest.raises(DesignError, match="no better than 1"):
            EffectScale("hazard ratio", 1.0, "log", "lower", 1.2)

    @pytest.mark.parametrize("null", [0.0, -1.0])
    def test_null_of_a_ratio(self, null):
        with pytest.raises(DesignError, match="above 0"):
            EffectScale("hazard ratio", null, "log", "lower")

    @pytest.mark.parametrize("tail", [0.0, 0.5, 0.9])
    def test_tail(self, tail):
        with pytest.raises(DesignError, match="tail"):
            prior_of(Belief("s", "sceptical", tail), RATIO)

    def test_belief_without_a_plan_or_numbers(self):
        with pytest.raises(DesignError, match="none is planned"):
            prior_of(Belief("s", "sceptical"), ANY_RATIO)
        with pytest.raises(DesignError, match="give both"):
            prior_of(Belief("g", "given", mean=0.7), RATIO)

    def test_reverse_power_of_nothing(self):
        with pytest.raises(DesignError, match="before the end"):
            reverse_power(1.0, 1.0, 1.96)
        with pytest.raises(DesignError, match="finite"):
            reverse_power(np.nan, 0.5, 1.96)
        with pytest.raises(DesignError, match="finite"):
            discordance(DESIGN, critical=np.inf)
