"""Designs of response rates, and bounds on harm, that nothing satisfies."""

import pytest

from equipoise.design.binary.equivalence import binary_equivalence_design
from equipoise.design.binary.exact import (
    ExactBinaryQuestion,
    exact_binary_patients,
    exact_binary_power,
)
from equipoise.design.binary.multi_stage import Stages, multi_stage, sequential_probability_ratio
from equipoise.design.binary.one_arm import OneRateQuestion, one_rate_patients, one_rate_power
from equipoise.design.binary.one_arm_plan import one_arm_design
from equipoise.design.binary.rates import TwoRates, experimental_rate
from equipoise.design.binary.stratified import RateStratum, paired_design, stratified_design
from equipoise.design.binary.two_arms import binary_design, detectable_rate
from equipoise.design.binary.two_stage import TwoStageQuestion, simon, two_stage
from equipoise.design.safety.boundary import (
    SafetyQuestion,
    draw_safety_boundary,
    given_safety_boundary,
    safety_boundary,
)
from equipoise.design.safety.poisson import PoissonQuestion, poisson_boundary
from equipoise.design.sequential.rules import SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import LanDeMetsPocock
from equipoise.errors import DesignError
from equipoise.protocol.planning import SafetyRule

BINDING = StoppingPlan(information=(0.5, 1.0), futility=SpendBeta(LanDeMetsPocock(), binding=True))
TWO_SIDED = StoppingPlan(alpha=0.05, sides=2)


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        (TwoRates(0.0, 0.5), "control rate must lie between 0 and 1, found 0"),
        (TwoRates(0.5, 1.0), "experimental rate must lie between 0 and 1"),
        (TwoRates(0.4, 0.4), "equals the null 0: no number of patients"),
        (TwoRates(0.4, 0.3, null=-0.1), "Plan another effect or another margin"),
        (TwoRates(0.4, 0.3, null=-1.5), "must lie between -1 and 1, found -1.5"),
        (TwoRates(0.4, 0.3, "risk ratio", null=-1.0), "between 0 and inf, found -1"),
        (TwoRates(0.4, 0.3, allocation=0.0), "above 0; found 0. Write 1 for equal"),
        (TwoRates(0.4, 0.3, "odds ratio", test="arcsine"), "Choose one of: log score, log wald"),
        (TwoRates(0.1, 0.3, null=-0.2, test="arcsine"), "leaves the range of probabilities"),
    ],
)
def test_impossible_rates(rates, words):
    with pytest.raises(DesignError, match=words):
        binary_design(rates, power=0.9)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Neither power nor patients"),
        ({"power": 0.9, "patients": 100}, "Both power and patients"),
        ({"power": 0.02}, r"Power must lie between alpha \(0.025\).* and 1.*; found 0.02"),
        ({"power": 1.0}, "Power must lie between"),
        ({"patients": 0}, "more than 1, found 0"),
        ({"patients": -5}, "more than 1, found -5"),
        ({"patients": float("nan")}, "more than 1, found nan"),
    ],
)
def test_impossible_questions(asked, words):
    with pytest.raises(DesignError, match=words):
        binary_design(TwoRates(0.3, 0.5), **asked)


def test_continuity_with_a_margin():
    with pytest.raises(DesignError, match="Leave it out"):
        binary_design(TwoRates(0.3, 0.5, null=0.1), power=0.9, continuity=True)
    with pytest.raises(DesignError, match="larger than 4 patients can bear"):
        binary_design(TwoRates(0.3, 0.5), patients=4, continuity=True)


def test_binding_beta_spending_with_two_variances():
    with pytest.raises(DesignError, match="Make futility non-binding"):
        binary_design(TwoRates(0.1, 0.3), power=0.9, stopping=BINDING, calibration="variance ratio")


def test_undetectable_effects_name_the_patients_needed():
    with pytest.raises(DesignError, match=r"the easiest to find, 1, needs \d+\. Plan that many"):
        detectable_rate(TwoRates(0.95, 0.97), power=0.9, patients=60)
    with pytest.raises(DesignError, match=r"gives an experimental rate of 1\.2"):
        experimental_rate("risk ratio", 3.0, 0.4)


def test_exact_tests():
    asked = ExactBinaryQuestion(TwoRates(0.3, 0.5, null=0.1), "fisher")
    with pytest.raises(DesignError, match="has no margin"):
        exact_binary_power(asked, 20, 20)
    with pytest.raises(DesignError, match="at most 2000, found 3000 and 3000"):
        exact_binary_power(ExactBinaryQuestion(TwoRates(0.3, 0.5), "fisher"), 3000, 3000)
    with pytest.raises(DesignError, match="normal approximation"):
        exact_binary_patients(ExactBinaryQuestion(TwoRates(0.3, 0.31), "fisher"), power=0.9)
    with pytest.raises(DesignError, match="Use the method 'score'"):
        exact_binary_power(ExactBinaryQuestion(TwoRates(0.3, 0.5), "log wald"), 20, 20)
    with pytest.raises(DesignError, match="Alpha must lie"):
        exact_binary_power(ExactBinaryQuestion(TwoRates(0.3, 0.5), "score", alpha=0.0), 20, 20)
    with pytest.raises(DesignError, match="Power must lie"):
        exact_binary_patients(ExactBinaryQuestion(TwoRates(0.3, 0.5), "score"), power=1.0)


def test_one_arm():
    with pytest.raises(DesignError, match=r"Both rates are 0\.3"):
        one_rate_power(OneRateQuestion(0.3, 0.3), 20)
    with pytest.raises(DesignError, match="more than are enumerated"):
        one_rate_patients(OneRateQuestion(0.3, 0.3001), power=0.9)
    with pytest.raises(DesignError, match="Patients must number 1 to"):
        one_rate_power(OneRateQuestion(0.3, 0.5), 0)
    with pytest.raises(DesignError, match="Give `power` to find"):
        one_arm_design(0.3, 0.5)
    with pytest.raises(DesignError, match="leave `exact` out"):
        one_arm_design(0.3, 0.5, power=0.9, stopping=TWO_SIDED, exact="smallest")


def test_stages():
    with pytest.raises(DesignError, match="count the non-responders"):
        simon(TwoStageQuestion(0.4, 0.2, 0.05, 0.8))
    with pytest.raises(DesignError, match="at most 20 patients"):
        simon(TwoStageQuestion(0.2, 0.3, 0.05, 0.8), most_patients=20)
    with pytest.raises(DesignError, match="0 < n1 < n"):
        two_stage(TwoStageQuestion(0.2, 0.4, 0.05, 0.8), 30, 5, 20, 8)
    with pytest.raises(DesignError, match="At look 2 the trial would both claim"):
        multi_stage(Stages((10, 20), (1, 9), (5, 8)), (0.2,))
    with pytest.raises(DesignError, match="Reorder the looks"):
        multi_stage(Stages((20, 10), (1, 3), (5, 8)), (0.2,))
    with pytest.raises(DesignError, match="the test cannot stop"):
        sequential_probability_ratio(0.1, 0.11, 0.01, 0.01, first=1, patients=5)


def test_equivalence_and_strata():
    with pytest.raises(DesignError, match="must lie between the limits of equivalence"):
        binary_equivalence_design(TwoRates(0.5, 0.7), -0.1, 0.1, power=0.8)
    with pytest.raises(DesignError, match="Set sides to 1"):
        binary_equivalence_design(TwoRates(0.5, 0.5), -0.1, 0.1, power=0.8, stopping=TWO_SIDED)
    with pytest.raises(DesignError, match=r"sum of 0\.7"):
        stratified_design((RateStratum("a", 0.7, 0.2, 0.4),), power=0.9)
    cancel = (RateStratum("a", 0.5, 0.2, 0.4), RateStratum("b", 0.5, 0.4, 0.2))
    with pytest.raises(DesignError, match="effects of the strata cancel"):
        stratified_design(cancel, power=0.9)
    with pytest.raises(DesignError, match="Pairs disagree"):
        paired_design(0.7, 0.6, power=0.9)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"acceptable": 0.0}, "acceptable probability of harm must lie between 0 and 1"),
        ({"unacceptable": 0.05}, "unacceptable probability must lie between the acceptable 0.1"),
        ({"level": 0.0}, "level must lie between 0 and 1, found 0"),
        ({"patients": 0}, "Patients must number 1 to 2000, found 0"),
        ({"every": 40}, "Looks every 40 patients"),
        ({"prior": (0.0, 1.0)}, "two positive numbers"),
        ({"method": "sprt"}, "needs the unacceptable probability"),
        ({"level": 1e-9, "patients": 5}, "the strictest stops with 1e-05"),
        ({"level_is": "threshold", "level": 0.95}, "Only a beta-binomial rule"),
    ],
)
def test_impossible_bounds_on_harm(changed, words):
    asked = {"method": "pocock", "acceptable": 0.1, "level": 0.05, "patients": 30, **changed}
    with pytest.raises(DesignError, match=words):
        draw_safety_boundary(SafetyQuestion(**asked))


def test_posterior_thresholds():
    rule = SafetyRule("tox", "Toxicity", 0.3, 0.05, 20, "beta-binomial")
    with pytest.raises(DesignError, match=r"Give a threshold of 0\.5 or more"):
        safety_boundary(rule)
    asked = SafetyQuestion("beta-binomial", 0.9, 0.99999, 5, level_is="threshold")
    with pytest.raises(DesignError, match=r"never reaches 0\.99999 within 5 patients: at most"):
        draw_safety_boundary(asked)
    with pytest.raises(DesignError, match="Looks must increase"):
        given_safety_boundary(SafetyQuestion("pocock", 0.1, 0.05, 10), ((5, 2), (5, 3)))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"acceptable": 0.0}, "must be positive, found 0 and 10"),
        ({"exposure": 1e5}, "more than the exact recursion follows"),
        ({"level": 1.0}, "level must lie between 0 and 1"),
        ({"unacceptable": 0.5}, "must exceed the acceptable 1"),
        ({"first_events": 0}, "at least 1, found 0"),
        ({"method": "pocock"}, "Give looks for it"),
        ({"looks": (3.0, 2.0)}, "must increase from above 0"),
        ({"looks": (3.0, 8.0)}, "Make them equal"),
        ({"first_events": 30}, "ask for fewer first events"),
    ],
)
def test_impossible_bounds_on_rates(changed, words):
    asked = {"acceptable": 1.0, "exposure": 10.0, "level": 0.05, **changed}
    with pytest.raises(DesignError, match=words):
        poisson_boundary(PoissonQuestion(**asked))
