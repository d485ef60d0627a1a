"""What a result shows at the prompt: short, with the numbers of its fields."""

import dataclasses

import numpy as np
import pytest

import equipoise.design as room
from equipoise.design import (
    FixedFutility,
    HwangShihDeCani,
    HypothesisDesign,
    SafetyQuestion,
    SpendBeta,
    StoppingPlan,
    TwoRates,
    TwoStageQuestion,
    WangTsiatis,
    accrual,
    binary_design,
    draw_graph,
    draw_safety_boundary,
    fisher_combination,
    group_sequential,
    mean_difference,
    means_design,
    multi_arm_bounds,
    one_stratum,
    poisson_boundary,
    shortcut_test,
    simon,
    survival_design,
)
from equipoise.design.printing import MOST_ROWS, Printed, value_words
from equipoise.design.safety.poisson import PoissonQuestion
from equipoise.design.survival.question import SurvivalQuestion

LOOKS = StoppingPlan((0.5, 1.0), futility=SpendBeta(HwangShihDeCani(-2.0)))
TWO = StoppingPlan((0.4, 1.0), 0.05, 2, futility=FixedFutility((0.25,)))
WORLD = one_stratum(accrual(20, 24), 0.06, 0.7)
RESULTS = {
    "sequential": (lambda: group_sequential(LOOKS, power=0.9), ["power 0.9", "2.963", "non-bind"]),
    "two sides": (lambda: group_sequential(TWO, power=0.9), ["two-sided", "other side", "0.250"]),
    "fixed": (lambda: group_sequential(StoppingPlan(), power=0.8), ["one look", "1.960"]),
    "rates": (lambda: binary_design(TwoRates(0.3, 0.5), power=0.9), ["248 patients", "Farringt"]),
    "means": (
        lambda: means_design(mean_difference(1, 2), LOOKS, power=0.9),
        ["mean differ", "1.9"],
    ),
    "survival": (
        lambda: survival_design(SurvivalQuestion(WORLD, "follow-up", LOOKS, power=0.9)),
        ["hazard ratio 0.7 against 1", "events", "time", "Schoenfeld"],
    ),
    "Simon": (lambda: simon(TwoStageQuestion(0.1, 0.3, 0.05, 0.8)), ["minimax", "patients 29"]),
    "Fisher": (lambda: fisher_combination((0.4, 1.0)), ["critical", "alpha 0.025"]),
    "arms": (lambda: multi_arm_bounds(2, (0.5, 1.0), WangTsiatis(0.0)), ["upper", "alpha spent"]),
    "graph": (
        lambda: shortcut_test(draw_graph({"a": 1, "b": 0}, {"a": {"b": 1}}), [0.01, 0.02]),
        ["adjusted p", "yes, yes"],
    ),
    "safety": (lambda: poisson_boundary(PoissonQuestion(0.1, 50.0, 0.1)), ["critical value"]),
}


@pytest.mark.parametrize(("result", "told"), RESULTS.values(), ids=RESULTS.keys())
def test_a_result_prints_what_a_statistician_asks(result, told):
    words = repr(result())
    assert all(part in words for part in told)
    lines = words.splitlines()
    assert 2 <= len(lines) <= MOST_ROWS + 8
    assert max(map(len, lines)) <= 130
    assert "array(" not in words


def test_a_hypothesis_without_a_plan_prints_why():
    nothing = dict.fromkeys(each.name for each in dataclasses.fields(HypothesisDesign))
    bare = HypothesisDesign(**{**nothing, "hypothesis": "H2", "not_planned": "no effect"})
    assert "not planned  no effect" in repr(bare)


def test_a_safety_boundary_prints_its_steps():
    asked = SafetyQuestion("pocock", 0.1, 0.05, 40, unacceptable=0.25)
    assert "boundary        2, 2, 2; 3, 5, 3" in repr(draw_safety_boundary(asked))


def test_every_design_prints():
    results = [
        each
        for each in map(room.__getattr__, room.__all__)
        if dataclasses.is_dataclass(each) and each.__name__.endswith(("Design", "Boundary", "Test"))
    ]
    assert len(results) > 20
    assert [each.__name__ for each in results if not issubclass(each, Printed)] == []


def test_values_in_words():
    assert value_words(np.eye(2)) == "1, 0; 0, 1"
    assert value_words(np.zeros(100)) == "100 values"
    assert value_words(np.array(2.0)) == "2"
    assert value_words({"a": True}) == "a: yes"
    assert value_words(((0.5, 1), (2, 3))) == "0.5, 1; 2, 3"
    assert value_words(("x" * 90, "y" * 90)) == "2 values"
    assert value_words(StoppingPlan(tuple(np.linspace(0.1, 1, 10)))).startswith("information 0.1")
