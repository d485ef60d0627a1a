"""Futility by a bound means what it says in a two-sided test; all endings add to 1."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from equipoise.design import (
    Observation,
    SurvivalQuestion,
    Timing,
    TwoRates,
    accrual,
    average_hazard_ratio_design,
    binary_design,
    counts_design,
    mean_difference,
    means_design,
    one_stratum,
    rate_ratio,
    survival_design,
)
from equipoise.design.plan import Effect
from equipoise.design.sequential.conditional_power import conditional_power
from equipoise.design.sequential.describe import describe, power_curve
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    EffectFutility,
    FixedFutility,
    PampallonaTsiatis,
    PredictivePowerFutility,
    SpendBeta,
    SpendBothSides,
    SpendOnHarm,
    SpendUnderNull,
    StoppingPlan,
)
from equipoise.design.sequential.spending import HwangShihDeCani, PowerSpending
from equipoise.design.survival.needed import keep_bounds

HALF = (0.5, 1.0)
HAZARD = Effect("hazard ratio", 0.7, 1.0, "log", "lower")
CORRELATED = [[1.0, np.sqrt(0.5)], [np.sqrt(0.5), 1.0]]


def two_sided(futility, looks=HALF, **rest):
    return group_sequential(StoppingPlan(looks, 0.05, 2, futility=futility, **rest), power=0.9)


def looks_of(design):
    information = design.information * 40.0
    return describe(design, HAZARD, information=information, patients=information * 10)


@pytest.mark.parametrize("c", [0.5, 0.0, -0.5, -2.0])
class TestATwoSidedTestStopsAtOrBelowTheBound:
    def test_by_the_normal_distribution(self, c):
        design = two_sided(FixedFutility((c,)))
        low, high = design.lower[0], design.upper[0]
        stops = design.under_null
        assert stops.inner[0] == pytest.approx(norm.cdf(c) - norm.cdf(low), abs=1e-12)
        mean = design.drift * np.sqrt(design.information)
        joint = multivariate_normal(mean, CORRELATED, abseps=1e-10, releps=1e-10)
        last = design.upper[1]
        later = (
            norm.cdf(high - mean[0])
            - norm.cdf(c - mean[0])
            - (joint.cdf([high, last]) - joint.cdf([c, last]))
        )
        assert design.under_alternative.upper[1] == pytest.approx(later, abs=1e-7)
        assert design.power == pytest.approx(norm.sf(high - mean[0]) + later, abs=1e-7)

    def test_and_alpha_does_not_rely_on_it(self, c):
        plain, design = two_sided(None), two_sided(FixedFutility((c,)))
        np.testing.assert_array_equal(plain.upper, design.upper)
        assert design.alpha_spent[-1] == pytest.approx(0.05, rel=1e-10)
        assert design.rejection(0.0) < 0.05
        assert design.drift > plain.drift

    def test_and_every_table_tells_it(self, c):
        design = two_sided(FixedFutility((c,)))
        first, last = looks_of(design)
        assert first.futility.z == c
        assert first.futility.conditional_power_design == conditional_power(design, 1, c)
        assert first.futility_null == pytest.approx(design.under_null.inner[0])
        assert last.futility is None
        curve = power_curve(design, HAZARD)
        assert curve[0][1] == pytest.approx(design.rejection(0.0), abs=1e-12)
        assert design.rejections(np.array([0.0]))[0] == pytest.approx(curve[0][1], abs=1e-12)


class TestWhereFutilityIsNotAboveTheLowerEfficacyBound:
    def test_nothing_is_left_of_it(self):
        plain, design = two_sided(None), two_sided(FixedFutility((-3.5,)))
        assert design.drift == pytest.approx(plain.drift, abs=1e-10)
        assert looks_of(design)[0].futility is None
        assert any("look 1" in said for said in design.assumed)

    def test_without_a_lower_bound_all_below_stop(self):
        rule = SpendBothSides(PowerSpending(2.0), PowerSpending(50.0), 0.01, (2,))
        design = two_sided(FixedFutility((0.3,)), efficacy=rule)
        assert design.under_null.inner[0] == pytest.approx(norm.cdf(0.3), abs=1e-12)
        assert design.inner[0, 0] == -np.inf


RULES = [
    EffectFutility((0.1,)),
    ConditionalPowerFutility(0.1),
    ConditionalPowerFutility(0.1, "trend"),
    PredictivePowerFutility(0.1),
]


@pytest.mark.parametrize("futility", RULES)
def test_bounds_of_two_sides_are_those_of_one_at_half_of_alpha(futility):
    plan = StoppingPlan((0.4, 0.7, 1.0), 0.025, futility=futility)
    one = group_sequential(plan, power=0.9)
    two = two_sided(futility, plan.information)
    np.testing.assert_allclose(two.inner[:-1, 1], one.lower[:-1], atol=1e-3)
    assert two.power == pytest.approx(0.9, abs=1e-9)


def test_conditional_power_at_the_bound_is_the_threshold():
    design = two_sided(ConditionalPowerFutility(0.1))
    at = conditional_power(design, 1, float(design.inner[0, 1]), final_only=True)
    assert at == pytest.approx(0.1, abs=1e-9)


def test_read_at_other_looks_it_stays_a_bound():
    design = updated_design(two_sided(FixedFutility((-0.2, 0.4)), (0.3, 0.6, 1.0)), (0.35,))
    np.testing.assert_allclose(design.inner[:2, 1], [-0.2, 0.4])
    assert design.alpha_spent[-1] == pytest.approx(0.05, rel=1e-9)


LOOKS = (0.3, 0.6, 1.0)
SPENDING = HwangShihDeCani(-2.0)
PLANS = {
    "no futility": StoppingPlan(LOOKS),
    "one look": StoppingPlan(),
    "spending beta": StoppingPlan(LOOKS, futility=SpendBeta(SPENDING)),
    "binding": StoppingPlan(LOOKS, futility=SpendBeta(SPENDING, binding=True)),
    "z": StoppingPlan(LOOKS, futility=FixedFutility((-0.3, 0.5))),
    "conditional power": StoppingPlan(LOOKS, futility=ConditionalPowerFutility(0.15)),
    "harm": StoppingPlan(LOOKS, futility=SpendUnderNull(SPENDING, 0.1)),
    "harm beside": StoppingPlan(
        LOOKS, futility=SpendBeta(SPENDING), harm=SpendOnHarm(SPENDING, 0.1)
    ),
    "Pampallona-Tsiatis": StoppingPlan(LOOKS, efficacy=PampallonaTsiatis(0.1, 0.1)),
    "two-sided": StoppingPlan(LOOKS, 0.05, 2),
    "two-sided wedge": StoppingPlan(LOOKS, 0.05, 2, futility=SpendBeta(SPENDING)),
    "two-sided bound": StoppingPlan(LOOKS, 0.05, 2, futility=FixedFutility((-0.3, 0.5))),
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS.keys())
def test_the_endings_of_all_looks_add_to_one(plan):
    design = group_sequential(plan, power=0.85)
    looks = looks_of(design)
    for truth in ("null", "alternative"):
        kinds = [f"{kind}_{truth}" for kind in ("efficacy", "futility", "harm")]
        assert sum(getattr(look, kind) for look in looks for kind in kinds) == pytest.approx(1.0)
    claimed = sum(look.efficacy_alternative for look in looks)
    assert looks[-1].beta_spent == pytest.approx(1.0 - claimed, abs=1e-12)
    if plan.sides == 1:
        assert looks[-1].beta_spent == pytest.approx(1.0 - design.power, abs=1e-12)


WORLD = one_stratum(accrual(20, 24), 0.06, 0.7)
TWO_SIDED = StoppingPlan((0.5, 1.0), 0.05, 2)
KINDS = {
    "survival": lambda: (
        survival_design(SurvivalQuestion(WORLD, "follow-up", TWO_SIDED, power=0.9)).plan
    ),
    "average hazard ratio": lambda: (
        average_hazard_ratio_design(
            WORLD, Timing(40.0, information=TWO_SIDED.information), stopping=TWO_SIDED, power=0.9
        ).plan
    ),
    "rates": lambda: binary_design(TwoRates(0.3, 0.5), power=0.9, stopping=TWO_SIDED).plan,
    "means": lambda: means_design(mean_difference(1, 2), TWO_SIDED, power=0.9).plan,
    "counts": lambda: (
        counts_design(
            rate_ratio(0.7, control_rate=1.0), Observation(1.0), TWO_SIDED, power=0.9
        ).plan
    ),
}


@pytest.mark.parametrize("plan", KINDS.values(), ids=KINDS.keys())
def test_success_under_every_truth_counts_both_sides(plan):
    plan = plan()
    null, _, planned = plan.expected
    assert null.power == pytest.approx(0.05, abs=1e-6)
    assert plan.power_curve[0][1] == pytest.approx(null.power, abs=1e-9)
    assert sum(look.efficacy_null for look in plan.looks) == pytest.approx(null.power, abs=1e-9)
    claimed = sum(look.efficacy_alternative for look in plan.looks)
    assert claimed == pytest.approx(planned.power, abs=1e-9)
    assert any("count both sides" in said for said in plan.assumed)


@pytest.mark.parametrize(
    "futility",
    [None, FixedFutility((0.2,)), FixedFutility((0.2,), symmetric=True), SpendBeta(SPENDING)],
)
def test_bounds_kept_give_the_same_design(futility):
    drawn = two_sided(futility)
    plan = StoppingPlan(HALF, 0.05, 2)
    again = group_sequential(keep_bounds(drawn, plan), drift=drawn.drift)
    assert again.power == pytest.approx(drawn.power, abs=1e-12)
    assert again.rejection(0.0) == pytest.approx(drawn.rejection(0.0), abs=1e-12)
