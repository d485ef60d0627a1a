"""Rules that cannot be: each is refused with the value found and the remedy."""

import numpy as np
import pytest

from equipoise.design.sequential import spending_shapes as shapes
from equipoise.design.sequential.conditional_power import conditional_power
from equipoise.design.sequential.delayed_response import delayed_response
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.predictive_power import (
    DriftBelief,
    predictive_interval,
    probability_of_success,
)
from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    EffectFutility,
    FixedFutility,
    HaybittlePeto,
    OptimalWangTsiatis,
    PampallonaTsiatis,
    PredictivePowerFutility,
    SpendBeta,
    SpendBothSides,
    SpendUnderNull,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.spending import (
    CustomSpending,
    ExponentialSpending,
    HwangShihDeCani,
    PowerSpending,
    XiGallo,
)
from equipoise.design.sequential.spending_families import (
    BetaDistributionSpending,
    LogisticSpending,
    TDistributionSpending,
)
from equipoise.design.sequential.spending_names import spending_named
from equipoise.errors import DesignError

AT = np.array([0.3, 0.6, 1.0])
LOOKS = (0.3, 0.6, 1.0)
POWER = PowerSpending(2.0)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: PowerSpending(0.0), "exponent .* is 0; it must be above 0"),
        (lambda: HwangShihDeCani(41.0), "gamma .* is 41; it must be from -40 to 40"),
        (lambda: ExponentialSpending(float("nan")), "nu .* is nan"),
        (lambda: XiGallo(4, 0.7), "1, 2 or 3"),
        (lambda: XiGallo(1, 0.4), "from 0.5"),
        (lambda: XiGallo(3, 0.001)(AT, 0.025), "choose 0.0125 or more"),
        (lambda: XiGallo(2, 0.13)(AT, 0.025), "choose 0.1312 or more"),
        (lambda: POWER(np.array([-0.1]), 0.025), "from 0 on"),
        (lambda: POWER(np.array([np.nan]), 0.025), "from 0 on"),
        (lambda: POWER(AT, 0.0), "above 0"),
        (lambda: CustomSpending(lambda t, a: a * (1 - t))(AT, 0.1), "spends 0 of 0.1 by the end"),
        (lambda: CustomSpending(lambda t, a: a * (0.8 - t) if t < 1 else a)(AT, 0.1), "falls"),
        (lambda: LogisticSpending(0.0, -1.0), "b .* is -1"),
        (lambda: LogisticSpending.through((0.5, 0.5), (0.4, 0.6)), "rise"),
        (lambda: TDistributionSpending.through((0.2, 0.1), (0.6, 0.5), 0.5), "1 or more"),
        (
            lambda: TDistributionSpending.through_three((0.2, 0.1), (0.4, 0.2), (0.6, 0.99)),
            "spends from",
        ),
        (lambda: BetaDistributionSpending(0.0, 1.0), "a .* is 0"),
        (
            lambda: shapes.SpendingByLook((0.1, 1.0))(np.array([0.1, 0.3, 0.9]), 0.1),
            "2 shares for 3",
        ),
        (lambda: shapes.SpendingByLook(()), "none"),
        (lambda: shapes.StepSpending((0.5, 0.4), (0.1, 0.2)), "increase strictly"),
        (lambda: shapes.PiecewiseLinearSpending((0.5,), (0.1, 0.2)), "1 fractions and 2 shares"),
        (lambda: shapes.TruncatedSpending(POWER, 0.8, 0.2), "0.8 to 0.2"),
        (lambda: spending_named("pocok", {}), 'no spending function "pocok"; there are lan-'),
        (lambda: spending_named("power", {"gamma": 1.0}), "has the parameters gamma; it takes exp"),
        (lambda: spending_named("power", {"exponent": (1.0, 2.0)}), "2 numbers; it takes 1"),
        (lambda: spending_named("power", {"through": (0.1, 0.1, 0.5, 0.5)}), "two-parameter"),
        (lambda: spending_named("logistic", {"through": (0.1, 0.1)}), "2 numbers; it takes 4"),
    ],
)
def test_spending(make, says):
    with pytest.raises(DesignError, match=says):
        make()


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ({"efficacy": WangTsiatis(1.5)}, "delta is 1.5"),
        ({"efficacy": HaybittlePeto(-1.0)}, "bound is -1"),
        ({"efficacy": HaybittlePeto(1.0)}, "spend .* more than the 0.025"),
        ({"efficacy": HaybittlePeto(1.0), "sides": 2}, "more than the 0.0125"),
        ({"efficacy": PampallonaTsiatis(0.1, 0.1), "futility": FixedFutility((0.0, 0.0))}, "own"),
        ({"futility": EffectFutility((0.1, 0.2, 0.3))}, "3 fractions"),
        ({"futility": ConditionalPowerFutility(1.5)}, "1.5"),
        ({"futility": ConditionalPowerFutility(0.1, looks=(3,))}, "look 3; the interim looks"),
        ({"futility": PredictivePowerFutility(0.1, prior_sd=0.0)}, "standard deviation 0"),
        ({"futility": EffectFutility((3.0,))}, "(no room|No effect)"),
        ({"futility": FixedFutility((5.0, 0.0)), "sides": 2}, "not below its efficacy"),
        ({"futility": SpendUnderNull(POWER, 0.1), "sides": 2}, "give each side its own"),
        ({"efficacy": SpendBothSides(POWER, POWER, 0.03), "sides": 2}, "0.03 of alpha"),
        ({"efficacy": OptimalWangTsiatis("half")}, 'optimal under "half"; choose one of alt'),
        ({"efficacy": SpendBothSides(POWER, POWER, 0.01, (1, 2)), "sides": 2}, "last one, 3"),
        (
            {
                "efficacy": SpendBothSides(POWER, POWER, 0.01),
                "sides": 2,
                "futility": FixedFutility((0.0, 0.0), symmetric=True),
            },
            "cannot have a wedge",
        ),
        ({"information": (50.0, 75.0, 100.0)}, r"write \(0.5, 0.75, 1\)"),
        ({"information": (0.25, 0.5, 0.75)}, "ends_early=True"),
        ({"futility": FixedFutility((0.0, 0.0), binding=True), "sides": 2}, "non-binding"),
        ({"futility": FixedFutility((0.0, 0.0), symmetric=True)}, "sides to 2"),
        ({"futility": FixedFutility((-0.1, 0.0), symmetric=True), "sides": 2}, "leave `symmetric`"),
    ],
)
def test_designs(plan, says):
    with pytest.raises(DesignError, match=says):
        group_sequential(StoppingPlan(**({"information": LOOKS} | plan)), power=0.9)


def test_an_optimum_needs_a_power():
    with pytest.raises(DesignError, match="give a power"):
        group_sequential(StoppingPlan(LOOKS, efficacy=OptimalWangTsiatis()), drift=3.0)


def test_bounds_that_cannot_meet():
    plan = StoppingPlan(LOOKS, efficacy=PampallonaTsiatis(0.1, 0.1))
    with pytest.raises(DesignError, match="cannot meet"):
        group_sequential(plan, drift=1.0)


class TestConditionalPower:
    DESIGN = group_sequential(StoppingPlan(LOOKS, futility=SpendBeta(POWER)), power=0.9)

    @pytest.mark.parametrize("look", [0, 3, 4])
    def test_only_from_interim_looks(self, look):
        with pytest.raises(DesignError, match="not an interim look"):
            conditional_power(self.DESIGN, look, 1.0)

    def test_only_from_a_number(self):
        with pytest.raises(DesignError, match="finite"):
            conditional_power(self.DESIGN, 1, np.inf)

    def test_an_interval_looks_ahead(self):
        with pytest.raises(DesignError, match="does not come after"):
            predictive_interval(self.DESIGN, 2, 1.0, at=1)
        with pytest.raises(DesignError, match="between 0 and 1"):
            predictive_interval(self.DESIGN, 1, 1.0, at=2, level=1.0)

    def test_no_belief_no_chance(self):
        with pytest.raises(DesignError, match="spread"):
            probability_of_success(self.DESIGN, DriftBelief())
        with pytest.raises(DesignError, match="standard deviation -1"):
            DriftBelief(1.0, -1.0)

    def test_pipelines(self):
        with pytest.raises(DesignError, match="before the last look"):
            delayed_response(self.DESIGN, 0.5)
        with pytest.raises(DesignError, match="below 0"):
            delayed_response(self.DESIGN, -0.1)
        with pytest.raises(DesignError, match="futility bound"):
            delayed_response(group_sequential(StoppingPlan(LOOKS), power=0.9), 0.1)
