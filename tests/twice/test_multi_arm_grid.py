"""Arms on a grid of all their scores, against each arm along every path of the control."""

import numpy as np
import pytest

from equipoise.kernel import multi_arm_walk as walk
from equipoise.kernel.arrays import vector
from equipoise.kernel.multi_arm_grid import start_on_grid
from equipoise.kernel.multi_arm_looks import TreeRunning, start
from equipoise.kernel.multi_arm_walk import arms_of
from equipoise.kernel.sequential import stopping_probability

UPPER = 2.1
DRIFTS = [[0.0, 0.0], [3.0, 1.0], [0.0] * 3, [3.0, 1.0, 1.0], [2.0, 1.0, -0.5]]


def tree(arms, information):
    return TreeRunning(arms, information, 0, walk.start(arms))


def everything(running, arms, information, lower):
    found = []
    for k, at in enumerate(information):
        arriving, upper = running.arrive(), UPPER / np.sqrt(at)
        found += [arriving.some_crossed(upper), *arriving.first_to_cross(upper)]
        found += [arriving.largest_to_cross(upper, kind) for kind in range(arms.drift.size)]
        if k + 1 < information.size:
            running = arriving.go_on(lower, upper)
            on = running.running_on()
            found += [on.trial, *on.arm, on.some_arm]
    return np.array(found)


@pytest.mark.parametrize("drift", DRIFTS)
@pytest.mark.parametrize("lower", [-np.inf, 0.0])
@pytest.mark.parametrize("correlation", [0.25, 0.5])
def test_the_grid_is_the_tree(drift, lower, correlation):
    arms, information = arms_of(np.array(drift), correlation), vector([0.4, 0.7, 1.0])
    grid = everything(start_on_grid(arms, information), arms, information, lower)
    paths = everything(tree(arms, information), arms, information, lower)
    assert grid == pytest.approx(paths, abs=1e-8)


@pytest.mark.parametrize("lower", [-np.inf, 0.3])
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.75])
def test_one_arm_is_a_sequential_trial(lower, correlation):
    information = vector([0.1, 0.3, 0.35, 0.6, 0.9, 1.0])
    upper = UPPER / np.sqrt(information)
    alone = stopping_probability(upper, np.full(6, lower), information, drift=2.5)
    running = start_on_grid(arms_of(np.array([2.5]), correlation), information)
    for k in range(6):
        arriving = running.arrive()
        assert arriving.first_to_cross(upper[k])[0] == pytest.approx(alone.upper[k], abs=2e-9)
        assert arriving.largest_to_cross(upper[k], 0) == pytest.approx(alone.upper[k], abs=2e-9)
        assert arriving.some_crossed(upper[k]) == pytest.approx(
            alone.upper[: k + 1].sum(), abs=5e-9
        )
        if k < 5:
            running = arriving.go_on(lower, upper[k])
            ended = alone.upper[: k + 1].sum() + alone.lower[: k + 1].sum()
            assert running.running_on().some_arm == pytest.approx(1.0 - ended, abs=5e-9)


def test_unequal_looks_and_arms_larger_than_the_control():
    """Looks close together and much shared noise are the hard case: two arms, by simulation."""
    generator, information = np.random.default_rng(7), np.array([0.3, 0.4, 0.9, 1.0])
    steps = np.sqrt(np.diff(information, prepend=0.0))
    shared, own = (
        generator.standard_normal((2, 400_000, 4)),
        generator.standard_normal((2, 400_000, 4)),
    )
    score = np.sqrt(0.75) * shared[:1] * steps + 0.5 * own * steps
    z = score.cumsum(axis=2) / np.sqrt(information) + np.array([2.0, 1.0])[:, None, None] * np.sqrt(
        information
    )
    crossed = (z >= UPPER / np.sqrt(information)).any(axis=0)
    running = start(arms_of(np.array([2.0, 1.0]), 0.75), vector(information))
    for k in range(4):
        arriving = running.arrive()
        seen = crossed[:, : k + 1].any(axis=1).mean()
        bound = float(UPPER / np.sqrt(information[k]))
        error = np.sqrt(seen * (1.0 - seen) / 400_000)
        assert abs(arriving.some_crossed(bound) - seen) < 4.0 * error
        if k < 3:
            running = arriving.go_on(-np.inf, bound)


def test_more_arms_go_along_the_paths():
    assert isinstance(start(arms_of(np.zeros(4), 0.5), vector([0.5, 1.0])), TreeRunning)
