"""Networks a second time, arm by arm: each study an intercept of its own, each arm an error."""

from itertools import combinations

import numpy as np
import pytest

from equipoise.appraise.network.consistency import decompose
from equipoise.appraise.network.network import network
from equipoise.appraise.network.studies import ArmContrast, several_arm_study

TREATMENTS = ("a", "b", "c", "d", "e")


def random_studies(seed: int):
    """Give arms (treatment, mean, variance) of studies of two to four arms, all connected."""
    rng = np.random.default_rng(seed)
    studies = []
    for place in range(12):
        many = int(rng.choice([2, 2, 3, 4]))
        first = (0, 1 + place % 4)
        more = [each for each in rng.permutation(len(TREATMENTS)) if each not in first]
        arms = [*first, *more][:many]
        studies.append((arms, rng.normal(0.0, 0.4, many), rng.uniform(0.01, 0.1, many)))
    return studies


def as_contrasts(name: str, arms, means, variances):
    pairs = [
        ArmContrast(
            TREATMENTS[arms[j]],
            TREATMENTS[arms[i]],
            means[j] - means[i],
            np.sqrt(variances[i] + variances[j]),
        )
        for i, j in combinations(range(len(arms)), 2)
    ]
    return several_arm_study(name, pairs)


def by_arms(studies, square: float):
    """Give treatment effects, their covariance, Q, and the slope of its mean in τ²."""
    size = len(studies)
    rows, means, weights = [], [], []
    for place, (arms, own, variances) in enumerate(studies):
        for arm, mean, variance in zip(arms, own, variances, strict=True):
            row = np.zeros(size + len(TREATMENTS))
            row[place] = row[size + arm] = 1.0
            rows.append(row)
            means.append(mean)
            weights.append(1.0 / (variance + square / 2))
    x, y, weight = np.array(rows), np.array(means), np.diag(weights)
    inverse = np.linalg.pinv(x.T @ weight @ x)
    solution = inverse @ x.T @ weight @ y
    left = y - x @ solution
    slope = np.trace(weight - weight @ x @ inverse @ x.T @ weight) / 2
    return solution[size:], inverse[size:, size:], float(left @ weight @ left), float(slope)


@pytest.mark.parametrize("seed", range(8))
def test_contrasts_and_arms_give_one_network(seed: int):
    studies = random_studies(seed)
    found = network([as_contrasts(f"s{k}", *each) for k, each in enumerate(studies)])
    _, _, q, slope = by_arms(studies, 0.0)
    degrees = sum(len(arms) - 1 for arms, _, _ in studies) - (len(TREATMENTS) - 1)
    square = max(0.0, (q - degrees) / slope)
    assert found.heterogeneity.q == pytest.approx(q, abs=1e-9)
    assert found.heterogeneity.degrees_of_freedom == degrees
    assert found.heterogeneity.tau_squared == pytest.approx(square, abs=1e-10)
    effect, covariance, _, _ = by_arms(studies, square)
    for i, j in combinations(range(len(TREATMENTS)), 2):
        mean, error = found.mean(TREATMENTS[i], TREATMENTS[j])
        variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        assert (mean, error) == pytest.approx((effect[i] - effect[j], variance**0.5), abs=1e-10)


@pytest.mark.parametrize("seed", range(8))
def test_q_falls_into_designs_and_what_is_between(seed: int):
    studies = random_studies(seed)
    parts = decompose(network([as_contrasts(f"s{k}", *each) for k, each in enumerate(studies)]))
    designs: dict[frozenset[int], list] = {}
    for each in studies:
        designs.setdefault(frozenset(each[0]), []).append(each)
    within = sum(by_arms(own, 0.0)[2] for own in designs.values())
    assert parts.within.q == pytest.approx(within, abs=1e-9)
    assert parts.between.q == pytest.approx(by_arms(studies, 0.0)[2] - within, abs=1e-9)
    spare = sum((len(design) - 1) * (len(own) - 1) for design, own in designs.items())
    assert parts.within.degrees_of_freedom == spare
