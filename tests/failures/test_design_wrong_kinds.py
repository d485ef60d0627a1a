"""Arguments of a wrong kind, or in the wrong order, end in one sentence with a remedy."""

import pytest

from equipoise.design import (
    Accrual,
    EffectFutility,
    FixedEfficacy,
    FixedFutility,
    InterimEfficacy,
    Observation,
    StoppingPlan,
    TwoRates,
    binary_design,
    conditional_power,
    counts_design,
    draw_graph,
    dunnett_critical_value,
    group_sequential,
    hazard_ratio_from_z,
    mean_difference,
    means_design,
    power_curve,
    rate_ratio,
    read_at,
    simon,
    survival_design,
    updated_design,
    z_from_hazard_ratio,
)
from equipoise.errors import DesignError

DESIGN = group_sequential(StoppingPlan((0.3, 0.6, 1.0)), power=0.9)
RATES = TwoRates(0.3, 0.5)
MEANS = mean_difference(1, 2)
WRONG = {
    "drift by name": (lambda: conditional_power(DESIGN, 1, 1.5, "foo"), "is 'foo'; give E"),
    "no design": (lambda: conditional_power(3, 1, 1.5), "result of `group_sequential`"),
    "looks by number": (lambda: StoppingPlan(3), r"Information is 3; give a tuple"),
    "looks by text": (lambda: StoppingPlan(("half", 1.0)), "Information is"),
    "futility by number": (lambda: FixedFutility(0.5), r"such as \(0.5,\)"),
    "futility by effect": (lambda: EffectFutility(0.5), "fraction of the planned effect is 0.5"),
    "efficacy by number": (lambda: FixedEfficacy(2.0), "z of efficacy is 2.0"),
    "interim by number": (lambda: InterimEfficacy(None), "z of efficacy is None"),
    "no rule": (
        lambda: group_sequential(StoppingPlan((0.5, 1.0), futility=0.0), power=0.9),
        "`futility` is 0.0, where",
    ),
    "no plan": (lambda: group_sequential((0.5, 1.0), power=0.9), "where StoppingPlan is needed"),
    "means by numbers": (lambda: means_design(8, 15), "is 8, where MeanComparison"),
    "means with looks": (lambda: means_design(MEANS, (0.5, 1.0), power=0.9), "`stopping` is"),
    "rates by numbers": (lambda: binary_design(0.3, power=0.9), "is 0.3, where TwoRates"),
    "rates with looks": (lambda: binary_design(RATES, power=0.9, stopping=[1]), "`stopping` is"),
    "counts by number": (lambda: counts_design(0.7, Observation(1.0), power=0.9), "RateCompar"),
    "no observation": (
        lambda: counts_design(rate_ratio(0.7, control_rate=1.0), 1.0, power=0.9),
        "where Observation",
    ),
    "no question": (lambda: survival_design(Accrual), "where SurvivalQuestion"),
    "Simon by numbers": (lambda: simon(0.1), "TwoStageQuestion"),
    "effect by number": (lambda: power_curve(DESIGN, 0.7), "is 0.7, where Effect"),
    "swapped": (lambda: z_from_hazard_ratio(100, 0.7), "hazard ratio first, then the events"),
    "swapped z": (lambda: hazard_ratio_from_z(131, 0.96), "z first, then the events"),
    "arms for correlations": (lambda: dunnett_critical_value(3), "found 3.*shared_control_corr"),
    "run over": (lambda: updated_design(DESIGN, (0.3, 0.7, 1.05)), "`final=True`"),
    "unknown edge": (lambda: draw_graph({"a": 1.0}, {"a": {"b": 1}}), "names 'b'"),
    "edges by name alone": (lambda: draw_graph([1.0], {"a": {}}), "shares of alpha by name"),
    "other names": (lambda: draw_graph({"a": 1.0}, [[0]], ["b"]), "name the same"),
}


@pytest.mark.parametrize(("ask", "says"), WRONG.values(), ids=WRONG.keys())
def test_the_refusal_says_what_to_give(ask, says):
    with pytest.raises(DesignError, match=says):
        ask()


def test_lists_are_looks_too():
    assert StoppingPlan([0.5, 1.0]) == StoppingPlan((0.5, 1.0))
    assert hash(StoppingPlan([0.5, 1.0], futility=FixedFutility([0.0])))


def test_which_look_was_moved_is_told():
    assert "Look 2, planned at 0.6, is read at 0.65." in read_at(DESIGN, 0.65).assumed
    assert not any("planned" in said for said in read_at(DESIGN, 0.6).assumed)


def test_a_graph_by_names_is_that_by_position():
    named = draw_graph({"a": 0.5, "b": 0.5, "c": 0}, {"a": {"b": 0.5, "c": 0.5}, "b": {"a": 1}})
    plain = draw_graph([0.5, 0.5, 0], [[0, 0.5, 0.5], [1, 0, 0], [0, 0, 0]], ["a", "b", "c"])
    assert named.hypotheses == plain.hypotheses
    assert (named.weights == plain.weights).all()
    assert (named.transitions == plain.transitions).all()
