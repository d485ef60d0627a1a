"""The chances of several hypotheses, once more: trial by trial, and by the multivariate normal."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from equipoise.design.multiplicity.graph import draw_graph, reject_hypotheses
from equipoise.design.multiplicity.procedures import hochberg
from equipoise.design.planned.trials import Statistic, step_by_step, step_up

TRIALS = 4000


def statistic(name, information, drift, looks, bounds, futility=None):
    t = np.asarray(information, dtype=float)
    futile = np.full(len(looks), -np.inf) if futility is None else np.asarray(futility)
    return Statistic(name, t, drift * np.sqrt(t), tuple(looks), futile, 0.5, tuple(bounds))


def drawn(hypotheses, correlation, trials, seed):
    """Draw the statistics as the module says, (trials, looks, hypotheses)."""
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.where(values > 1e-12, values, 0.0))
    random, looks = np.random.default_rng(seed), hypotheses[0].information.size
    walk, z = np.zeros((trials, len(hypotheses))), []
    for k in range(looks):
        noise = random.standard_normal(walk.shape) @ root.T
        for j, each in enumerate(hypotheses):
            before = each.information[k - 1] if k else 0.0
            walk[:, j] += np.sqrt(each.information[k] - before) * noise[:, j]
        z.append(
            np.column_stack(
                [
                    walk[:, j] / np.sqrt(each.information[k]) + each.mean[k]
                    for j, each in enumerate(hypotheses)
                ]
            )
        )
    return np.stack(z, axis=1)


def one_trial(z, hypotheses, bounds):
    """Read one trial look by look, one rejection at a time."""
    rejected, stopped = set(), set()
    for look in range(z.shape[0]):
        again = True
        while again:
            again = False
            for j, each in enumerate(hypotheses):
                held = bounds[each.name].get(frozenset(rejected))
                if each.name in rejected | stopped or look not in each.looks or held is None:
                    continue
                if z[look, j] >= held[each.looks.index(look)]:
                    rejected.add(each.name)
                    again = True
                    break
        for j, each in enumerate(hypotheses):
            if look in each.looks and z[look, j] <= each.futility[each.looks.index(look)]:
                stopped.add(each.name)
    return [each.name in rejected for each in hypotheses]


def test_reading_all_trials_at_once_is_reading_each():
    names = ("A", "B", "C")
    start = draw_graph([0.6, 0.4, 0], [[0, 0.5, 0.5], [0.5, 0, 0.5], [1, 0, 0]], names)
    bounds = {name: {} for name in names}
    for some in [(), ("A",), ("B",), ("C",), ("A", "B"), ("A", "C"), ("B", "C")]:
        now = reject_hypotheses(start, some)
        for name in names:
            if name not in some and now.weight(name) > 0:
                z = norm.isf(0.025 * now.weight(name))
                looks = 1 if name == "C" else 3
                bounds[name][frozenset(some)] = tuple(
                    z + 0.4 * (looks - 1 - k) for k in range(looks)
                )
    hypotheses = (
        statistic(
            "A", (0.4, 0.7, 1), 2.6, (0, 1, 2), bounds["A"][frozenset()], (0.0, 0.5, -np.inf)
        ),
        statistic("B", (0.2, 0.6, 1), 2.2, (0, 1, 2), bounds["B"][frozenset()]),
        statistic("C", (0.4, 0.7, 1), 2.8, (2,), (2.0,)),
    )
    correlation = np.array([[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]])
    found = step_by_step(hypotheses, correlation, bounds, TRIALS, 7).rejected
    z = drawn(hypotheses, correlation, TRIALS, 7)
    assert found.tolist() == [one_trial(each, hypotheses, bounds) for each in z]
    assert 0.2 < found.all(axis=1).mean() < 0.8


def test_step_up_is_hochberg_s_procedure():
    hypotheses = tuple(
        statistic(name, (1.0,), drift, (0,), (2.5,))
        for name, drift in zip("ABC", (2, 2.4, 1), strict=True)
    )
    correlation = np.full((3, 3), 0.3) + 0.7 * np.eye(3)
    critical = norm.isf(0.025 / np.arange(1, 4))
    found = step_up(hypotheses, correlation, critical, TRIALS, 3).rejected
    z = drawn(hypotheses, correlation, TRIALS, 3)[:, 0]
    assert found.tolist() == [(hochberg(norm.sf(each)) <= 0.025).tolist() for each in z]


@pytest.mark.parametrize("rho", [0.3, 0.8])
def test_all_met_over_two_looks_is_the_multivariate_normal(rho):
    """P(both) = 1 - P(not A) - P(not B) + P(neither), each of stages that stay below."""
    t, s = np.array([0.5, 1.0]), np.array([0.3, 1.0])
    upper = {"A": np.array([2.8, 1.98]), "B": np.array([3.2, 1.97])}
    drift = {"A": 3.3, "B": 2.9}
    cov = np.eye(4)
    cov[0, 1] = cov[1, 0] = np.sqrt(t[0])
    cov[2, 3] = cov[3, 2] = np.sqrt(s[0])
    between = np.empty((2, 2))
    for i in range(2):
        for k in range(2):
            shared = sum(
                np.sqrt((t[j] - (t[j - 1] if j else 0)) * (s[j] - (s[j - 1] if j else 0)))
                for j in range(min(i, k) + 1)
            )
            between[i, k] = rho * shared / np.sqrt(t[i] * s[k])
    cov[:2, 2:], cov[2:, :2] = between, between.T
    limits = np.concatenate(
        [upper["A"] - drift["A"] * np.sqrt(t), upper["B"] - drift["B"] * np.sqrt(s)]
    )
    below = multivariate_normal(cov=cov).cdf(limits)
    not_a = multivariate_normal(cov=cov[:2, :2]).cdf(limits[:2])
    not_b = multivariate_normal(cov=cov[2:, 2:]).cdf(limits[2:])
    exact = 1 - not_a - not_b + below
    hypotheses = tuple(
        Statistic(
            name,
            info,
            drift[name] * np.sqrt(info),
            (0, 1),
            np.full(2, -np.inf),
            1 - out,
            tuple(upper[name]),
        )
        for name, info, out in (("A", t, not_a), ("B", s, not_b))
    )
    bounds = {
        name: {frozenset(some): tuple(upper[name]) for some in ([], ["A"], ["B"])} for name in "AB"
    }
    trials = step_by_step(hypotheses, np.array([[1, rho], [rho, 1]]), bounds, 100_000, 1)
    share, error = trials.share(trials.rejected.all(axis=1))
    assert abs(share - exact) < 4 * error
    plain = np.sqrt(exact * (1 - exact) / 100_000)
    assert error < plain  # what is known of each alone tells of both
