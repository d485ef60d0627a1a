"""Bounds on harm in degenerate worlds, and from a protocol's rule."""

import pytest

from equipoise.design.binary.multi_stage import Stages, multi_stage
from equipoise.design.safety.boundary import SafetyQuestion, draw_safety_boundary, safety_boundary
from equipoise.design.safety.poisson import PoissonQuestion, poisson_boundary
from equipoise.protocol.planning import SafetyRule


@pytest.mark.parametrize("method", ["pocock", "o'brien-fleming", "max-sprt", "beta-binomial"])
@pytest.mark.parametrize("every", [1, 10])
def test_a_rule_of_the_protocol(method, every):
    level = 0.95 if method == "beta-binomial" else 0.05
    rule = SafetyRule("death", "Toxic death", 0.05, level, 60, method, every, 0.15, (0.5, 9.5))
    found = safety_boundary(rule)
    assert found.kind == method
    assert found.unacceptable.stopping > 3 * found.acceptable.stopping
    assert all(n % every == 0 for n, _ in found.boundary)
    assert len(found.curve) > 20


def test_one_patient():
    found = draw_safety_boundary(SafetyQuestion("pocock", 0.04, 0.05, 1))
    assert found.boundary == ((1, 1),)
    assert found.acceptable.stopping == pytest.approx(0.04)


def test_certain_outcomes():
    stages = Stages((5, 10), (0, 4), (4, 5))
    never, always = multi_stage(stages, (0.0, 1.0)).rates
    assert (never.claim, never.expected_patients) == (0.0, 5.0)
    assert (always.claim, always.expected_patients) == (1.0, 5.0)


def test_no_rate_at_all():
    found = poisson_boundary(PoissonQuestion(1.0, 3.0, 0.05))
    still = found.at(0.0)
    assert (still.stopping, still.expected_exposure) == (0.0, 3.0)


def test_one_look_is_the_exact_tail():
    found = poisson_boundary(PoissonQuestion(2.0, 4.0, 0.05, "pocock", looks=(4.0,)))
    assert found.boundary == ((14, 4.0),)
    assert found.acceptable.stopping == pytest.approx(0.03418070179, abs=1e-10)
