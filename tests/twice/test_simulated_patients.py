"""Generated patients against a second program that makes them one at a time from the `World`."""

import numpy as np
import pytest

from equipoise.design.survival.world import constant_rate
from equipoise.simulate.generate import generate
from equipoise.simulate.worlds.arrays import no_rules, room_for, world_arrays
from equipoise.simulate.worlds.world import Enrollment
from plain_patients import plain_patients
from sample_world import busy_world, plain_world, real_world


def check(world, trial, *, wanted=None, arm_closes=(), cell_closes=(), rtol=1e-12):
    """Compare the patients of a trial; give how many there are."""
    arrays = world_arrays(world)
    patients = room_for(arrays, wanted)
    rules = no_rules(arrays)._replace(patients=wanted or arrays.patients)
    for arm, time in arm_closes:
        rules.arm_closes[arm] = time
    for cell, time in cell_closes:
        rules.cell_closes[cell] = time
    enrolled = generate(arrays, 11, 3, trial, rules, patients)
    expected = plain_patients(
        world, 11, 3, trial, wanted=wanted, arm_closes=arm_closes, cell_closes=cell_closes
    )
    assert enrolled == len(expected)
    for name in ("arm", "cell", "stratum"):
        assert getattr(patients, name)[:enrolled].tolist() == [each[name] for each in expected]
    for name in ("entry", "lost"):
        found = getattr(patients, name)[:enrolled]
        np.testing.assert_allclose(found, [each[name] for each in expected], rtol=1e-12)
    outcomes = np.array([each["outcomes"] for each in expected])
    np.testing.assert_array_equal(patients.outcome[:, :enrolled].T, outcomes[:, :, 1])
    time = patients.time[:, :enrolled].T
    np.testing.assert_allclose(time, outcomes[:, :, 0], rtol=rtol)
    if world.reporting.mean_delay:
        delay = np.array([each["delay"] for each in expected])
        np.testing.assert_allclose(patients.delay[:, :enrolled].T, delay, rtol=1e-12)
    return enrolled


@pytest.mark.parametrize("trial", [0, 7, 81_273])
def test_a_plain_trial(trial):
    assert check(plain_world(), trial) == 220


RANDOMIZATIONS = [
    {"block": 8},
    {"block": (4, 8, 12)},
    {"by_stratum": False},
    {"method": "simple"},
    {"method": "minimization"},
    {"method": "minimization", "imbalance": "variance", "weights": (2.0, 0.5), "probability": 1.0},
    {"method": "minimization", "by_stratum": True, "probability": 0.6},
]


@pytest.mark.parametrize("how", RANDOMIZATIONS, ids=str)
def test_every_randomization(how):
    assert check(busy_world(**how), 2) == 150


@pytest.mark.parametrize("process", ["poisson", "even", "uniform"])
def test_every_arrival_process_with_more_patients_than_planned(process):
    assert check(busy_world(process=process), 1, wanted=190) == 190


@pytest.mark.parametrize("process", ["poisson", "even", "uniform"])
def test_closed_arms_and_cells(process):
    world = busy_world(process=process)
    assert check(world, 4, arm_closes=[(1, 25.0)], cell_closes=[(0, 22.0), (1, 24.0)]) == 150


@pytest.mark.parametrize("method", ["permuted blocks", "simple", "minimization"])
def test_arms_that_close_one_after_the_other_end_enrollment(method):
    closes = [(0, 30.0), (1, 24.0), (2, 27.0)]
    assert 18 < check(busy_world(method), 5, arm_closes=closes) < 150


def test_patients_drawn_from_real_ones():
    assert check(real_world(), 6) == 60


def test_one_patient():
    assert check(plain_world(enrollment=Enrollment(1, constant_rate(0.1))), 3) == 1


@pytest.mark.parametrize("trial", [8, 9])
def test_correlated_endpoints(trial):
    """Where 1 - Φ is 1e-5 the last digit of Φ is worth 1e-11 of it, and so is the time."""
    assert check(busy_world(correlated=True), trial, rtol=1e-10) == 150
