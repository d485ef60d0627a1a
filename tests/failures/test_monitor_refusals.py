"""Rules that contradict each other, looks out of order, and evidence that does not fit."""

import numpy as np
import pytest

from equipoise.design.multiplicity.graph import draw_graph
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import InterimEfficacy, PampallonaTsiatis, StoppingPlan
from equipoise.errors import DesignError
from equipoise.monitor.bounds.rules import (
    Evidence,
    FixedBounds,
    HypothesisRules,
    StoppingRules,
    UpdatedBounds,
)
from equipoise.monitor.inference.bias_adjusted import bias_adjusted_mean
from equipoise.monitor.inference.repeated_intervals import repeated_intervals
from equipoise.monitor.inference.stagewise import stagewise_inference
from equipoise.monitor.look.decide import decide, decide_look
from equipoise.monitor.look.standing import opened

TWO = FixedBounds((2.96, 1.97))
DESIGN = group_sequential(StoppingPlan((0.5, 1.0)), power=0.9)


def rules_of(*hypotheses, **more):
    return StoppingRules(tuple(hypotheses), **more)


@pytest.mark.parametrize(
    ("rules", "looks", "message"),
    [
        (rules_of(HypothesisRules("OS", FixedBounds((2.0,) * 3))), 2, "bounds for 3 looks"),
        (rules_of(HypothesisRules("OS", TWO, (1, 4))), 2, "looks 1 to 2"),
        (rules_of(HypothesisRules("OS", TWO, ())), 2, "at least one"),
        (rules_of(HypothesisRules("OS", FixedBounds((np.nan, 2.0)))), 2, "each a number"),
        (rules_of(HypothesisRules("OS", FixedBounds((3.0, 2.0), (0.0,)))), 2, "as many"),
        (rules_of(HypothesisRules("OS", UpdatedBounds(DESIGN, 0.0))), 2, "above 0"),
        (rules_of(HypothesisRules("OS", TWO), HypothesisRules("OS", TWO)), 2, "once"),
        (rules_of(), 2, "none"),
        (rules_of(HypothesisRules("OS", TWO), stop="primary decided"), 2, "OS"),
        (rules_of(HypothesisRules("OS", TWO), primary=("PFS",)), 2, "PFS"),
        (
            rules_of(HypothesisRules("OS", TWO), graph=draw_graph({"PFS": 1.0}, {})),
            2,
            "same hypotheses",
        ),
        (
            rules_of(
                *(HypothesisRules(name, TWO) for name in ("A", "B", "C")),
                graph=draw_graph({"A": 0.5, "B": 0.5, "C": 0.0}, {"A": {"C": 1.0}}),
            ),
            2,
            "bounds that spend",
        ),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(rules, looks, message):
    with pytest.raises(DesignError, match=message):
        opened(rules, 1, looks)


def test_a_look_is_decided_once_and_in_order():
    rules = rules_of(HypothesisRules("OS", TWO))
    standing = opened(rules, 1, 2)
    z = np.zeros((1, 1))
    with pytest.raises(DesignError, match="in order"):
        decide_look(rules, standing, 1, z, z + 1.0)
    after = decide_look(rules, standing, 0, z, z + 1.0)
    with pytest.raises(DesignError, match="Look 1 cannot be decided after 1"):
        decide_look(rules, after, 0, z, z + 1.0)


def test_evidence_of_another_shape_is_refused():
    rules = rules_of(HypothesisRules("OS", TWO))
    z = np.zeros((4, 2, 2))
    with pytest.raises(DesignError, match="1 hypotheses"):
        decide(rules, Evidence(z, z, np.ones((4, 2), dtype=bool)))


def test_bounds_that_depend_on_all_looks_together_cannot_be_moved():
    design = group_sequential(
        StoppingPlan((0.5, 1.0), efficacy=PampallonaTsiatis(0.0, 0.0)), power=0.9
    )
    rules = rules_of(HypothesisRules("OS", UpdatedBounds(design, 100.0)))
    z = np.zeros((1, 2, 1))
    planned = np.array([50.0, 100.0])[None, :, None]
    held = np.ones((1, 2), dtype=bool)
    assert decide(rules, Evidence(z, planned, held)).bound[0, 0, 0] == design.upper[0]
    with pytest.raises(DesignError, match="choose a rule that spends"):
        decide(rules, Evidence(z, planned + 3.0, held))


def test_interim_bounds_as_given_are_read_at_other_looks():
    """Reading such a design raised an IndexError: it has one bound less than looks."""
    design = group_sequential(StoppingPlan((0.5, 1.0), efficacy=InterimEfficacy((3.0,))), power=0.9)
    moved = updated_design(design, (0.6,))
    assert moved.upper[0] == 3.0
    assert moved.alpha_spent[-1] == pytest.approx(0.025)


def test_inference_says_what_it_lacks():
    with pytest.raises(DesignError, match="level"):
        stagewise_inference(1.0, 0, [1.0], [2.0], level=1.0)
    with pytest.raises(DesignError, match="every look"):
        stagewise_inference(1.0, 3, [1.0, 2.0], [2.0, 2.0])
    with pytest.raises(DesignError, match="above 0"):
        repeated_intervals(1.0, 2.0, 0.0)
    with pytest.raises(DesignError, match="increasing"):
        bias_adjusted_mean([0.1], [2.0, 1.0], [2.0, 2.0])
