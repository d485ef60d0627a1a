"""Arms that must pass every stage, by the multivariate normal and by simulation."""

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design.multiplicity.dunnett import dunnett_p_values
from equipoise.design.multiplicity.staged_comparisons import staged_comparisons
from equipoise.errors import DesignError
from equipoise.kernel.normal_nested import nested_rectangle

LEVELS, POWERS = [0.4, 0.2, 0.025], [0.95, 0.94, 0.9]
EFFECTS = -np.log([0.7, 0.7, 0.75])


@pytest.fixture(scope="module")
def plan():
    return staged_comparisons(4, LEVELS, POWERS, EFFECTS, allocation=0.5, outcome_correlation=0.6)


def correlation_of(plan):
    ratio = plan.information[:, None] / plan.information
    correlation = np.sqrt(np.minimum(ratio, 1 / ratio))
    correlation[:-1, -1] *= 0.6
    correlation[-1, :-1] *= 0.6
    return correlation


def test_one_comparison_is_a_multivariate_normal(plan):
    bounds, correlation = -ndtri(LEVELS), correlation_of(plan)
    mean = bounds + ndtri(POWERS)
    assert plan.information == pytest.approx((mean / EFFECTS) ** 2)
    above = np.full(3, np.inf)
    alpha = nested_rectangle(bounds, above, correlation)
    power = nested_rectangle(bounds - mean, above, correlation)
    assert plan.pairwise_alpha == pytest.approx(alpha, abs=1e-9)
    assert plan.pairwise_power == pytest.approx(power, abs=1e-9)


def test_some_arm_passes_by_simulation(plan):
    trials, rho = 400_000, 0.5 / 1.5
    root = np.linalg.cholesky(correlation_of(plan))
    rng = np.random.default_rng(12)
    shared = rng.standard_normal((trials, 1, 3)) @ root.T
    own = rng.standard_normal((trials, 4, 3)) @ root.T
    z = np.sqrt(rho) * shared + np.sqrt(1 - rho) * own
    passing = np.logical_and.accumulate(z >= plan.bounds, axis=2).any(axis=1).mean(axis=0)
    error = np.sqrt(passing * (1 - passing) / trials)
    assert np.all(np.abs(plan.some_passing_null - passing) < 4 * error)


def test_one_stage_is_dunnetts_test():
    plan = staged_comparisons(3, 0.02, 0.9, 0.3)
    adjusted = dunnett_p_values(
        np.full(3, plan.bounds[0]), np.full((3, 3), 0.5) + 0.5 * np.eye(3), step_down=False
    )
    assert plan.family_wise_error == pytest.approx(adjusted[0], abs=1e-10)
    assert plan.pairwise_power == pytest.approx(0.9, abs=1e-12)


def test_one_arm_is_its_own_family():
    plan = staged_comparisons(1, [0.5, 0.25, 0.1, 0.025], [0.95, 0.95, 0.95, 0.9], -np.log(0.75))
    assert plan.pairwise_alpha < 0.025
    assert plan.pairwise_power < 0.9
    assert plan.pairwise_alpha == pytest.approx(plan.family_wise_error, abs=1e-7)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"alpha": [0.2, 0.4, 0.025]}, "never rise"),
        ({"alpha": [0.4, 0.4, 0.4], "power": [0.9, 0.9, 0.9], "effect": 0.3}, "increases"),
        ({"power": [0.95, 0.1, 0.9]}, "between the stage's level"),
        ({"effect": [0.3, -0.1, 0.3]}, "above 0"),
        ({"outcome_correlation": 0.0}, "correlate"),
        ({"alpha": [0.1]}, "a level and a power"),
        ({"arms": 0}, "arms with patients"),
    ],
)
def test_stages_that_cannot_be(change, said):
    asked = {"arms": 2, "alpha": LEVELS, "power": POWERS, "effect": EFFECTS} | change
    with pytest.raises(DesignError, match=said):
        staged_comparisons(**asked)
