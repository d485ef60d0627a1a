"""Impossible designs: each refused with the fact, the value and the remedy."""

import numpy as np
import pytest

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import read_at, updated_design
from equipoise.design.sequential.rules import (
    EffectFutility,
    FixedEfficacy,
    FixedFutility,
    InterimEfficacy,
    NoInterimEfficacy,
    PampallonaTsiatis,
    SpendAlpha,
    SpendBeta,
    SpendBothSides,
    SpendOnHarm,
    StoppingPlan,
    equally_spaced,
)
from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsPocock
from equipoise.errors import DesignError

THREE = equally_spaced(3)
LATE = HwangShihDeCani(-2.0)
HARM = SpendOnHarm(LATE, 0.1)


def falling(at, total):
    return total * np.where(at < 1.0, 0.9 - 0.5 * at, 1.0) * (at > 0.0)


def greedy(at, total):
    return 2.0 * total * at


def early(at, total):
    return total * (0.1 + 0.9 * at)


def lost(at, total):
    return np.where(at > 0.5, np.nan, total * at)


PLANS = {
    "look 3 has 0.5 after 0.55": StoppingPlan((0.3, 0.55, 0.5, 1.0)),
    "look 1 has 0": StoppingPlan((0.0, 1.0)),
    "look 2 has nan": StoppingPlan((0.5, np.nan)),
    "hardly increases: look 2": StoppingPlan((0.5, 0.5000001, 1.0)),
    "51 looks": StoppingPlan(equally_spaced(51)),
    "0 looks": StoppingPlan(()),
    "between 0 and 0.5; found 0": StoppingPlan(alpha=0.0),
    "between 0 and 0.5; found 1": StoppingPlan(alpha=1.0),
    "5% is 0.05": StoppingPlan(alpha=5.0),
    "between 0 and 0.5; found 0.6": StoppingPlan(alpha=0.6),
    "1 or 2 sides, not 3": StoppingPlan(sides=3),
    "Spending time has 2 values for 3 looks": StoppingPlan(THREE, spending_time=(0.5, 1.0)),
    "gives 0.0141667 at look 2 (fraction 0.666667) after 0.0183333": StoppingPlan(
        THREE, efficacy=SpendAlpha(falling)
    ),
    "gives 0.05 at fraction 1": StoppingPlan(THREE, efficacy=SpendAlpha(greedy)),
    "gives 0.0025 at fraction 0": StoppingPlan(THREE, efficacy=SpendAlpha(early)),
    "nan": StoppingPlan(THREE, efficacy=SpendAlpha(lost)),
    "the looks are 1 to 3": StoppingPlan(
        THREE, futility=SpendBeta(HwangShihDeCani(-2.0), looks=(1, 4))
    ),
    "not at the last one, 3": StoppingPlan(
        THREE, efficacy=SpendAlpha(HwangShihDeCani(-2.0), looks=(1, 2))
    ),
    "2 efficacy bounds": StoppingPlan(THREE, efficacy=FixedEfficacy((3.0, 2.0))),
    "1 interim efficacy bounds": StoppingPlan(THREE, efficacy=InterimEfficacy((3.0,))),
    "spend 0.0379866, more than the 0.025": StoppingPlan(
        THREE, efficacy=InterimEfficacy((2.0, 2.0))
    ),
    "no room to go on after look 2: its bound is z = 2.6": StoppingPlan(
        THREE, futility=FixedFutility((0.0, 2.6))
    ),
    "not an efficacy rule of a one-sided test": StoppingPlan(
        THREE, efficacy=SpendBothSides(LanDeMetsPocock(), LanDeMetsPocock(), 0.01)
    ),
    "give the bound for harm as the futility rule": StoppingPlan(THREE, harm=HARM),
    "set sides to 1": StoppingPlan(THREE, sides=2, futility=SpendBeta(LATE), harm=HARM),
    "no more than alpha leaves, 0.975": StoppingPlan(
        THREE, futility=SpendBeta(LATE), harm=SpendOnHarm(LATE, 0.98)
    ),
    "A bound for harm is to be tested at looks [4]": StoppingPlan(
        THREE, futility=SpendBeta(LATE), harm=SpendOnHarm(LATE, 0.1, (4,))
    ),
}


@pytest.mark.parametrize("says", PLANS)
def test_a_plan_that_cannot_be(says):
    with pytest.raises(DesignError) as refusal:
        group_sequential(PLANS[says], power=0.9)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "give one of them"),
        ({"power": 0.9, "drift": 3.0}, "give one of them"),
        ({"power": 0.02}, "between alpha .0.025."),
        ({"power": 1.0}, "which no trial reaches"),
        ({"drift": 0.0}, "must be a positive number"),
        ({"drift": -2.0}, "must be a positive number"),
        ({"drift": np.nan}, "must be a positive number"),
        ({"power": 0.9, "drift_shape": np.ones(2)}, "2 values for 3 looks"),
        ({"power": 0.9, "drift_shape": np.array([1.0, 1.0, 0.0])}, "must be positive"),
        ({"power": 0.9, "alternative_information": np.array([0.5, 0.4, 1.0])}, "look 2 has 0.4"),
    ],
)
def test_an_effect_that_cannot_be(asked, says):
    with pytest.raises(DesignError, match=says):
        group_sequential(StoppingPlan(THREE), **asked)


@pytest.mark.parametrize("strict", [0.7, 0.9])
def test_more_futility_than_the_power_allows(strict):
    plan = StoppingPlan(THREE, futility=EffectFutility((strict,)))
    with pytest.raises(DesignError, match=r"The most power that leaves room is about") as refusal:
        group_sequential(plan, power=0.9)
    most = float(str(refusal.value).split("about ")[1].split(",")[0])
    assert group_sequential(plan, power=most - 0.005).power == pytest.approx(most - 0.005)
    with pytest.raises(DesignError, match="no room"):
        group_sequential(plan, power=most + 0.1)


def test_a_power_that_no_effect_has():
    """Binding bounds follow the effect so closely that alpha cannot be spent: the best is told."""
    plan = StoppingPlan(
        equally_spaced(12),
        alpha=0.0125,
        efficacy=NoInterimEfficacy(),
        futility=EffectFutility((0.4,), binding=True),
    )
    with pytest.raises(DesignError, match=r"the most is about 0\.\d+"):
        group_sequential(plan, power=0.9)


def test_bounds_that_claim_too_easily():
    plan = StoppingPlan(THREE, efficacy=FixedEfficacy((0.5, 0.5, 0.5)))
    with pytest.raises(DesignError, match="under next to no effect"):
        group_sequential(plan, power=0.2)


def test_binding_futility_that_leaves_less_than_alpha():
    futility = FixedFutility((1.5, 2.3), binding=True)
    plan = StoppingPlan(THREE, efficacy=SpendAlpha(HwangShihDeCani(-8.0)), futility=futility)
    with pytest.raises(DesignError, match="so strict that at look 3"):
        group_sequential(plan, drift=3.0)


def test_a_reading_that_cannot_be():
    design = group_sequential(StoppingPlan(THREE), power=0.9)
    with pytest.raises(DesignError, match="`final=True` if this is the last"):
        updated_design(design, (0.3, 0.7, 1.1))
    with pytest.raises(DesignError, match="give 0 to 2"):
        read_at(design, 0.5, after=3)
    with pytest.raises(DesignError, match=r"look 2 has 0\.3 after"):
        read_at(design, 0.3, after=1)
    fixed = StoppingPlan(THREE, efficacy=FixedEfficacy((3.0, 2.5, 2.0)))
    with pytest.raises(DesignError, match="Look 3 was not planned"):
        updated_design(group_sequential(fixed, power=0.9), (0.2, 0.4, 0.5))
    together = StoppingPlan(THREE, efficacy=PampallonaTsiatis(0.2, 0.3))
    with pytest.raises(DesignError, match="cannot be read at other looks"):
        read_at(group_sequential(together, power=0.9), 0.5)
