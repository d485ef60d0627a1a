"""Networks by Rücker's graph, τ² by brute likelihood, weights by another solver."""

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import norm, ttest_1samp

from equipoise.appraise.indirect.bucher import bucher
from equipoise.appraise.indirect.weights import TargetCovariate, matching_weights
from equipoise.appraise.network.consistency import decompose, split_comparisons
from equipoise.appraise.network.fit import fit_network
from equipoise.appraise.network.network import network
from equipoise.appraise.network.studies import ArmContrast, several_arm_study, two_arm_study
from equipoise.appraise.pooling.pool import pool
from equipoise.appraise.pooling.studies import StudyEffect, StudyTable
from equipoise.appraise.pooling.tables import pool_tables
from equipoise.kernel.heterogeneity import tau_squared


def drawn_arms(seed, designs):
    """Studies with arm means and variances, so that every pair is known."""
    random, truth = np.random.default_rng(seed), {"A": 0.0, "B": -0.2, "C": -0.4, "D": 0.1}
    for names in designs:
        variance = random.uniform(0.01, 0.1, len(names))
        mean = [truth[name] + random.normal(0, 0.3) for name in names]
        yield names, np.array(mean), variance


def studies_of(arms):
    for number, (names, mean, variance) in enumerate(arms):
        pairs = [
            ArmContrast(names[j], names[i], mean[j] - mean[i], (variance[i] + variance[j]) ** 0.5)
            for i, j in combinations(range(len(names)), 2)
        ]
        yield several_arm_study(str(number), pairs)


def by_graph(arms, treatments, square):
    """Rücker 2012: edges as resistors; a study's edges get weights that make it one conductor."""
    edges, weight, value = [], [], []
    for names, mean, variance in arms:
        pairwise = variance[:, None] + variance[None, :] + square
        np.fill_diagonal(pairwise, 0.0)
        m = len(names)
        centering = np.eye(m) - 1 / m
        laplacian = np.linalg.pinv(-0.5 * centering @ pairwise @ centering)
        for i, j in combinations(range(m), 2):
            edges.append((names[i], names[j]))
            weight.append(-laplacian[i, j])
            value.append(mean[j] - mean[i])
    incidence = np.zeros((len(edges), len(treatments)))
    for row, (low, high) in enumerate(edges):
        incidence[row, treatments.index(low)], incidence[row, treatments.index(high)] = -1, 1
    weights = np.diag(weight)
    inverse = np.linalg.pinv(incidence.T @ weights @ incidence)
    potential = inverse @ incidence.T @ weights @ np.array(value)
    left = np.array(value) - incidence @ potential
    return potential, inverse, float(left @ weights @ left)


DESIGNS = {
    "pairs": ["AB", "AB", "AC", "BC", "CD", "AD"],
    "three arms": ["ABC", "AB", "CD", "AD", "BCD"],
    "four arms": ["ABCD", "AB", "ABCD", "CD"],
}


@pytest.mark.parametrize("designs", DESIGNS.values(), ids=DESIGNS)
@pytest.mark.parametrize("square", [0.0, 0.07])
def test_a_network_is_an_electrical_network(designs, square):
    arms = list(drawn_arms(len(designs), [tuple(names) for names in designs]))
    treatments = ["A", "B", "C", "D"]
    told = fit_network(list(studies_of(arms)), treatments, square)
    potential, inverse, q = by_graph(arms, treatments, square)
    assert told.effects == pytest.approx(potential - potential[0], abs=1e-10)
    for i, j in combinations(range(4), 2):
        resistance = inverse[i, i] + inverse[j, j] - 2 * inverse[i, j]
        found = told.covariance[i, i] + told.covariance[j, j] - 2 * told.covariance[i, j]
        assert found == pytest.approx(resistance, rel=1e-10)
    assert told.q == pytest.approx(q, rel=1e-9)


def test_a_chain_is_bucher():
    first, second = StudyEffect("a", "A", -0.5, 0.3), StudyEffect("b", "B", -0.2, 0.4)
    chain = [
        two_arm_study(first, experimental="A", control="C"),
        two_arm_study(second, experimental="B", control="C"),
    ]
    told, known = network(chain, method="fixed"), bucher(first, second)
    assert told.mean("A", "B") == pytest.approx((known.mean, known.standard_error))
    limits, expected = told.comparison("A", "B").interval, known.effect.interval
    assert (limits.lower, limits.upper) == pytest.approx((expected.lower, expected.upper))


def test_a_triangle_splits_as_bucher():
    pairs = {"AB": (-0.4, 0.2), "AC": (-0.1, 0.15), "BC": (0.1, 0.25)}
    studies = [
        two_arm_study(StudyEffect(name, name, *pairs[name]), experimental=name[1], control=name[0])
        for name in pairs
    ]
    told = network(studies, method="fixed")
    splits = {(each.control, each.experimental): each for each in split_comparisons(told)}
    split = splits["A", "B"]
    assert split.difference == pytest.approx(-0.4 - (-0.1 - 0.1))
    error = (0.2**2 + 0.15**2 + 0.25**2) ** 0.5
    assert split.standard_error == pytest.approx(error)
    z = split.difference / split.standard_error
    parts = decompose(told)
    assert parts.between.q == pytest.approx(z**2)  # one loop: one measure of inconsistency
    assert parts.between.p == pytest.approx(split.p)


def test_p_scores_are_means_of_one_sided_p():
    arms = list(drawn_arms(5, [tuple(names) for names in DESIGNS["pairs"]]))
    told = network(list(studies_of(arms)), better="lower")
    for name, score in zip(told.treatments, told.p_scores, strict=True):
        others = [told.mean(name, other) for other in told.treatments if other != name]
        assert score == pytest.approx(np.mean([norm.cdf(-mean / error) for mean, error in others]))
    turned = network(list(studies_of(arms)), better="higher")
    assert turned.p_scores == pytest.approx([1 - score for score in told.p_scores])


def restricted(square, value, variance):
    weight = 1 / (variance + square)
    mean = weight @ value / weight.sum()
    height = np.log(weight).sum() - weight @ (value - mean) ** 2
    return -(height - np.log(weight.sum()))


@pytest.mark.parametrize("seed", range(12))
def test_restricted_likelihood_is_highest(seed):
    random = np.random.default_rng(seed)
    variance = random.uniform(0.001, 0.3, 6)
    value = random.normal(0, (variance + random.choice([0, 0.3])) ** 0.5)
    found = tau_squared(value, variance, "REML")
    grid = np.concatenate([[0], np.geomspace(1e-8, 50, 4000)])
    best = grid[np.argmin([restricted(each, value, variance) for each in grid])]
    around = (best / 1.02, best * 1.02 + 1e-9)
    known = minimize_scalar(
        restricted, bounds=around, args=(value, variance), method="bounded",
        options={"xatol": 1e-12},
    )  # fmt: skip
    assert restricted(found, value, variance) <= known.fun + 1e-10
    assert found == pytest.approx(known.x, rel=1e-4, abs=1e-6)


def test_the_higher_of_two_peaks_is_taken():
    value, variance = np.array([0.0, 0.0, 0.0, 4.0]), np.array([1e-4, 1e-4, 1e-4, 1.2])
    grid = np.concatenate([[0], np.geomspace(1e-9, 100, 20000)])
    heights = [restricted(each, value, variance) for each in grid]
    assert tau_squared(value, variance, "REML") == pytest.approx(
        grid[int(np.argmin(heights))], rel=2e-3, abs=1e-8
    )


def test_weights_by_another_solver():
    random = np.random.default_rng(3)
    patients = random.normal([60, 0], [10, 1], (80, 2))
    target = [TargetCovariate("age", 57.0, 9.0), TargetCovariate("score", 0.4)]
    told = matching_weights(patients, target)
    moments = np.column_stack([patients[:, 0], patients[:, 0] ** 2, patients[:, 1]])
    centered = (moments - [57.0, 57.0**2 + 81.0, 0.4]) / moments.std(axis=0)
    known = minimize(lambda a: np.log(np.exp(centered @ a).sum()), np.zeros(3), tol=1e-12)
    weight = np.exp(centered @ known.x)
    assert told.weights == pytest.approx(80 * weight / weight.sum(), rel=1e-4)


def test_mantel_haenszel_by_hand():
    tables = [StudyTable("a", "A", 4, 123, 11, 139), StudyTable("b", "B", 6, 306, 29, 303)]
    top = 4 * 128 / 262 + 6 * 274 / 609
    bottom = 119 * 11 / 262 + 300 * 29 / 609
    assert pool_tables(tables).effect.value == pytest.approx(top / bottom)
    risks = (4 * 139 / 262 + 6 * 303 / 609) / (11 * 123 / 262 + 29 * 306 / 609)
    assert pool_tables(tables, measure="risk ratio").effect.value == pytest.approx(risks)


def test_dersimonian_and_laird_by_hand():
    value, error = np.array([-0.9, -0.1, 0.4]), np.array([0.2, 0.15, 0.3])
    w = error**-2
    q = w @ (value - w @ value / w.sum()) ** 2
    square = (q - 2) / (w.sum() - (w**2).sum() / w.sum())
    told = pool(
        [StudyEffect(str(k), "", y, s) for k, (y, s) in enumerate(zip(value, error, strict=True))],
        method="DL",
    )
    assert told.heterogeneity.tau_squared == pytest.approx(square)
    assert told.heterogeneity.i_squared == pytest.approx((q - 2) / q)


@pytest.mark.parametrize("seed", range(4))
def test_hartung_and_knapp_with_equal_errors_is_students_interval(seed):
    value = np.random.default_rng(seed).normal(0, 0.5, 6)
    told = pool(
        [StudyEffect(str(k), "", y, 0.2, scale="identity") for k, y in enumerate(value)],
        interval="hartung-knapp",
    )
    known = ttest_1samp(value, 0.0)
    assert told.p == pytest.approx(known.pvalue)
    limits = known.confidence_interval(0.95)
    assert told.effect.interval.lower == pytest.approx(limits.low)
    assert told.effect.interval.upper == pytest.approx(limits.high)
