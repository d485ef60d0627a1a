"""Several hypotheses, programmed a second time by brute force."""

import itertools

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from equipoise.design.multiplicity import procedures
from equipoise.design.multiplicity.closed_test import HypothesisGroup, closed_test
from equipoise.design.multiplicity.correlation import nested_correlation, shared_control_correlation
from equipoise.design.multiplicity.dunnett import dunnett_p_values
from equipoise.design.multiplicity.graph import draw_graph, intersection_weights, reject_hypotheses
from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.multiplicity.populations import population_bounds
from equipoise.design.multiplicity.shortcut import shortcut_test
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming, PowerSpending
from equipoise.kernel.normal_nested import nested_rectangle
from equipoise.kernel.normal_rectangle import rectangle, some_exceed

RNG = np.random.default_rng(11)


def random_graph(size):
    weights = RNG.dirichlet(np.ones(size))
    transitions = np.zeros((size, size))
    for j in range(size):
        transitions[j, np.arange(size) != j] = RNG.dirichlet(np.ones(size - 1))
    return draw_graph(weights, transitions)


def closed(p, intersection_p):
    """The closed test, in so many words."""
    adjusted = np.zeros(p.size)
    for size in range(1, p.size + 1):
        for members in map(list, itertools.combinations(range(p.size), size)):
            adjusted[members] = np.maximum(adjusted[members], intersection_p(p[members]))
    return np.minimum(adjusted, 1)


@pytest.mark.parametrize("size", [2, 3, 5, 6])
def test_shortcut_is_the_closed_test_by_bonferroni(size):
    for _ in range(5):
        drawn, p = random_graph(size), RNG.uniform(0, 0.08, size)
        fast = shortcut_test(drawn, p).adjusted_p
        assert closed_test(drawn, p).adjusted_p == pytest.approx(fast, abs=1e-12)


def test_hypotheses_leave_a_graph_in_any_order():
    drawn = random_graph(5)
    ends = [reject_hypotheses(drawn, order) for order in itertools.permutations(["H1", "H3", "H4"])]
    for end in ends[1:]:
        assert end.weights == pytest.approx(ends[0].weights, abs=1e-14)
        assert end.transitions == pytest.approx(ends[0].transitions, abs=1e-13)


def test_closure_removes_one_hypothesis_after_another():
    drawn = random_graph(4)
    every = intersection_weights(drawn)
    for members, weights in zip(every.members, every.weights, strict=True):
        gone = [name for name, kept in zip(drawn.hypotheses, members, strict=True) if not kept]
        assert reject_hypotheses(drawn, gone).weights == pytest.approx(weights, abs=1e-14)


@pytest.mark.parametrize("size", [2, 4, 7])
def test_classical_procedures_are_closed_tests(size):
    for _ in range(10):
        p = RNG.uniform(0, 0.2, size).round(3)

        def simes(own):
            return (np.sort(own) * own.size / np.arange(1, own.size + 1)).min()

        assert procedures.holm(p) == pytest.approx(closed(p, lambda own: own.size * own.min()))
        assert procedures.hommel(p) == pytest.approx(closed(p, simes))
        shrunk = closed(p, lambda own: (np.sort(own) * np.arange(own.size, 0, -1)).min())
        assert procedures.hochberg(p) == pytest.approx(shrunk)


def test_dunnett_steps_down_as_its_closed_test():
    z = np.array([2.4, 1.1, 2.2, 0.3])
    correlation = shared_control_correlation([50, 80, 120, 60], 100)[1]
    for degrees in (None, 12.0):
        adjusted = np.zeros(4)
        for size in range(1, 5):
            for members in map(list, itertools.combinations(range(4), size)):
                own = dunnett_p_values(
                    z[members], correlation[np.ix_(members, members)], degrees=degrees
                )
                adjusted[members] = np.maximum(adjusted[members], own.min())
        fast = dunnett_p_values(z, correlation, degrees=degrees)
        assert fast == pytest.approx(adjusted, abs=1e-9)


def test_dunnett_is_the_parametric_closed_test_of_equal_weights():
    z = np.array([2.4, 1.1, 2.2])
    correlation = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    even = draw_graph(np.full(3, 1 / 3), (1 - np.eye(3)) / 2)
    group = HypothesisGroup(even.hypotheses, "parametric", correlation)
    adjusted = closed_test(even, ndtr(-z), groups=[group]).adjusted_p
    assert dunnett_p_values(z, correlation) == pytest.approx(adjusted, abs=1e-9)


def test_one_factor_is_the_nested_integral():
    loading = np.array([0.8, 0.6, -0.5, 0.7])
    correlation = np.outer(loading, loading)
    np.fill_diagonal(correlation, 1)
    low, high = np.array([-1.0, -np.inf, -2, -0.5]), np.array([2.0, 1, 0.7, np.inf])
    fast = rectangle(low[None], high[None], correlation)[0]
    assert fast == pytest.approx(nested_rectangle(low, high, correlation), abs=1e-9)


def test_singular_correlations_by_simulation():
    inner, outer = np.sqrt(0.3), np.sqrt(0.7)
    correlation = np.array([[1, inner, outer], [inner, 1, 0], [outer, 0, 1]])
    noise = RNG.standard_normal((400_000, 2))
    noise = np.column_stack([noise @ [inner, outer], noise])
    limits = np.array([1.0, 1.2, 0.8])
    seen = (noise > limits).any(axis=1).mean()
    error = np.sqrt(seen * (1 - seen) / 400_000)
    assert abs(some_exceed(limits[None], correlation)[0] - seen) < 4 * error


def test_several_arms_are_a_multivariate_normal():
    time = np.array([0.4, 1.0])
    plan = multi_arm_bounds(2, time, PowerSpending(2.0), allocation=0.7)
    rho = 0.7 / 1.7
    correlation = np.kron(np.array([[1, rho], [rho, 1]]), nested_correlation(time))
    for drift in ([0.0, 0.0], [2.0, 3.0]):
        limits = np.concatenate([plan.upper - mean * np.sqrt(time) for mean in drift])
        direct = some_exceed(limits[None], correlation)[0]
        assert plan.some_claimed(drift)[-1] == pytest.approx(direct, abs=1e-8)
    assert plan.alpha_spent == pytest.approx([0.004, 0.025], abs=1e-9)


def test_arms_that_are_dropped_by_simulation():
    time = np.array([0.5, 1.0])
    plan = multi_arm_bounds(4, time, "triangular", 0.05)
    trials = 400_000
    control = np.cumsum(RNG.standard_normal((trials, 2, 1)), axis=1)
    arms = np.cumsum(RNG.standard_normal((trials, 2, 4)), axis=1)
    z = (arms + control) / np.sqrt(2 * np.arange(1, 3))[:, None]
    first = z[:, 0] >= plan.upper[0]
    going_on = ~first & (z[:, 0] > plan.lower[0])
    seen = (first | (going_on & (z[:, 1] >= plan.upper[1]))).any(axis=1).mean()
    assert abs(seen - 0.05) < 4 * np.sqrt(0.05 * 0.95 / trials)


def test_nested_populations_by_simulation():
    plan = population_bounds(
        [0.4, 1.0], [0.3, 0.7], information=[0.5, 1.0], spending=LanDeMetsOBrienFleming()
    )
    trials = 400_000
    inside = np.cumsum(RNG.standard_normal((trials, 2)) * np.sqrt(0.2), axis=1)
    outside = np.cumsum(RNG.standard_normal((trials, 2)) * np.sqrt(0.3), axis=1)
    z = np.stack([inside / np.sqrt([0.2, 0.4]), (inside + outside) / np.sqrt([0.5, 1.0])], axis=2)
    seen = (z >= plan.bounds).any(axis=(1, 2)).mean()
    assert abs(seen - 0.025) < 4 * np.sqrt(0.025 * 0.975 / trials)
    level = 2 * ndtr(np.sqrt(2) * ndtri(0.0125))
    assert plan.alpha_spent[0] == pytest.approx(level, rel=1e-9)


def test_wang_tsiatis_shape():
    plan = multi_arm_bounds(3, [0.3, 0.6, 1.0], WangTsiatis(0.25))
    assert plan.upper * np.array([0.3, 0.6, 1.0]) ** 0.25 == pytest.approx(plan.upper[-1])
