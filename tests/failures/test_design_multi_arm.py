"""Multi-arm and adaptive designs that cannot be, and what is said of them."""

import numpy as np
import pytest

from equipoise.design.adaptive.fisher import fisher_combination
from equipoise.design.multiplicity.adaptive_closed_test import adaptive_closed_test
from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.multiplicity.multi_arm_power import least_favorable_factor, multi_arm_power
from equipoise.design.multiplicity.pick_the_winner import (
    winner_bounds,
    winner_factor,
    winner_power,
)
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.errors import DesignError

NAN = float("nan")
SHAPE = WangTsiatis(0.0)


@pytest.mark.parametrize(
    ("p_values", "test", "said"),
    [
        ([[0.1, 1.2]], "simes", "between 0 and 1"),
        ([[0.1, NAN], [0.1, 0.2]], "simes", "taken up again"),
        ([[0.1, 0.2], [NAN, NAN]], "simes", "at least one at every stage"),
        ([[0.1, 0.2]] * 3, "simes", "2 were planned"),
        ([[0.1, 0.2]], "parametric", "need a correlation"),
    ],
)
def test_closed_tests_that_cannot_be(p_values, test, said):
    with pytest.raises(DesignError, match=said):
        adaptive_closed_test(fisher_combination(), p_values, test)


def test_a_p_of_one_outweighs_a_p_of_zero():
    test = adaptive_closed_test(fisher_combination(), [[0.0, 1.0], [1.0, 0.0]], "bonferroni")
    assert np.isfinite(test.combined).all()


def test_arms_without_an_effect():
    plan = multi_arm_bounds(2, [0.5, 1.0], SHAPE, futility=[0.5])
    for interesting, uninteresting in ((0.0, 0.0), (-1.0, -2.0), (1.0, 1.0), (NAN, 0.0)):
        with pytest.raises(DesignError, match="interesting effect is above"):
            least_favorable_factor(plan, interesting, uninteresting, 0.9)
    with pytest.raises(DesignError, match="as many drifts"):
        multi_arm_power(plan, [1.0])
    with pytest.raises(DesignError, match="each arm goes on by itself"):
        least_favorable_factor(plan, 1.0, 0.0, 0.9, stopping="each arm")
    with pytest.raises(DesignError, match="Power must lie between"):
        least_favorable_factor(plan, 1.0, 0.0, 1.0)


def test_power_that_no_number_of_patients_has():
    plan = multi_arm_bounds(3, [0.5, 1.0], SHAPE)
    with pytest.raises(DesignError, match=r"found with chance .* at best"):
        least_favorable_factor(plan, 1.0, 0.999, 0.9)
    with pytest.raises(DesignError, match="nearest to a power"):
        winner_factor(winner_bounds(3, [0.5, 1.0], SHAPE), [1.0, 1.0, 1.0], 0.01)


def test_winners_that_cannot_be():
    with pytest.raises(DesignError, match="before the last look"):
        winner_bounds(2, [1.0], SHAPE)
    with pytest.raises(DesignError, match="none to drop"):
        winner_bounds(2, [0.5, 1.0], "triangular")
    plan = winner_bounds(2, [0.5, 1.0], SHAPE)
    with pytest.raises(DesignError, match="as many drifts"):
        winner_power(plan, [1.0])
    with pytest.raises(DesignError, match="positive one"):
        winner_factor(plan, [0.0, -1.0], 0.9)
