"""A look at numbers alone, of every kind of design: it is held, or refused in words."""

import pytest

from equipoise.errors import DesignError
from equipoise.monitor.look.hold import planned_of
from equipoise.simulate.monitored.look import rules_of
from equipoise.verbs import monitor_statistics
from sample_design import KINDS, sample_design

HELD = tuple(kind for kind in KINDS if kind != "safety")


@pytest.mark.parametrize("fraction", [0.3, 0.5, 0.99, 1.0, 1.1])
@pytest.mark.parametrize("kind", HELD)
def test_any_design_is_held_at_any_information(kind, fraction):
    design = sample_design(kind)
    rules = rules_of(design)
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    counts = {name: fraction * planned_of(design, rules, j) for j, name in enumerate(names)}
    try:
        held = monitor_statistics(design.protocol, dict.fromkeys(names, 1.5), counts)
    except DesignError as refusal:
        said = str(refusal)
        held = None
    if held is None:
        assert "PampallonaTsiatis" in said
        assert "nan" not in said
        return
    assert held.look is not None
    tested = [each for each in held.look.hypotheses if each.tested]
    assert tested
    assert all("nan" not in each.sentence.split() for each in held.look.hypotheses)


def test_a_protocol_without_a_plan_has_no_looks():
    with pytest.raises(DesignError, match="no rule tells what a look decides"):
        monitor_statistics(sample_design("safety").protocol, 1.5, 40)
