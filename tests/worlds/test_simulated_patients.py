"""Worlds at the edge of what can be: generated all the same, and rightly."""

from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.design.survival.world import constant_rate
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol
from equipoise.simulate.generate import generate
from equipoise.simulate.resampling import real_patients
from equipoise.simulate.worlds.arrays import no_rules, room_for, world_arrays
from equipoise.simulate.worlds.laws import NEVER, law
from equipoise.simulate.worlds.world import Cell, Enrollment, IndependentEndpoints, TimeTruth, World
from sample_snapshot import snapshot
from sample_world import plain_world

COLON = Path(__file__).parents[2] / "examples" / "colon"


def made(world):
    arrays = world_arrays(world)
    patients = room_for(arrays)
    assert generate(arrays, 0, 0, 0, no_rules(arrays), patients) == arrays.patients
    return patients


def timed(each):
    return IndependentEndpoints((TimeTruth("os", ((each,), (each,))),))


def test_a_world_without_events_or_dropout():
    patients = made(plain_world(truth=timed(NEVER), dropout=((NEVER,), (NEVER,))))
    assert np.isinf(patients.time).all()
    assert np.isinf(patients.lost).all()
    assert not patients.outcome.any()


def test_a_world_where_all_are_cured():
    patients = made(plain_world(truth=timed(law(1.0, cured=1.0))))
    assert np.isinf(patients.time).all()


def test_hazards_of_a_billion():
    patients = made(plain_world(truth=timed(law(1e9))))
    assert (patients.time > 0).all()
    assert (patients.time < 1e-7).all()
    assert (patients.outcome == 1).all()


def test_one_patient():
    patients = made(plain_world(enrollment=Enrollment(1, constant_rate(1e-3))))
    assert patients.entry[0] > 0


@pytest.mark.parametrize("process", ["poisson", "even", "uniform"])
def test_a_million_patients(process):
    patients = made(plain_world(enrollment=Enrollment(10**6, constant_rate(1e5), process, 10.0)))
    assert np.diff(patients.entry).min() >= 0
    assert patients.entry[-1] == pytest.approx(10.0, abs=0.05)
    assert abs(2 * patients.arm.sum() - 10**6) <= 1


def test_one_arm_and_rare_cells():
    cells = (Cell(0.0), Cell(1.0), Cell(0.0))
    world = World(
        arms=("only",),
        allocation=(3,),
        enrollment=Enrollment(500, constant_rate(1.0)),
        truth=IndependentEndpoints((TimeTruth("os", ((law(0.1),) * 3,)),)),
        cells=cells,
    )
    patients = made(world)
    assert set(patients.cell) == {1}
    assert not patients.arm.any()


def test_patients_of_a_snapshot():
    data = snapshot()
    real = real_patients(data, ["hsct", "mrd"], by="risk", answered_at={"mrd": 2.0})
    world = World(
        arms=real.arms,
        allocation=(1, 1),
        enrollment=Enrollment(5000, constant_rate(10.0)),
        truth=real.truth,
        strata=real.strata,
        cells=real.cells,
    )
    patients = made(world)
    followup = data.followups["hsct"]
    assert set(patients.time[0]) <= {0.0, *followup.time}
    for arm in range(2):
        there = data.subjects.assigned[followup.subject] == arm
        share = np.mean(followup.outcome[there] == 1)
        assert np.mean(patients.outcome[0, patients.arm == arm] == 1) == pytest.approx(
            share, abs=0.08
        )
    pooled = real_patients(data, ["hsct"], pooled=True)
    assert (pooled.truth.arm == -1).all()


def test_patients_of_the_colon_trial():
    """Patients drawn from an arm survive as the Kaplan-Meier estimate of that arm does."""
    data = read_snapshot(read_protocol(COLON / "protocol.yaml"), COLON / "data")
    arms = ("observation", "levamisole-fluorouracil")
    real = real_patients(data, ["dfs", "os"], arms=arms, by="node-group")
    world = World(
        arms=real.arms,
        allocation=(1, 1),
        enrollment=Enrollment(20_000, constant_rate(10.0)),
        truth=real.truth,
        strata=real.strata,
        cells=real.cells,
    )
    patients = made(world)
    followup = data.followups["os"]
    at = [365.0, 1000.0, 2000.0]
    for arm, name in enumerate(arms):
        place = [each.id for each in data.protocol.arms].index(name)
        own = data.subjects.assigned[followup.subject] == place
        truth = kaplan_meier(followup.time[own], followup.outcome[own] == 1)
        mine = patients.arm == arm
        drawn = kaplan_meier(patients.time[1, mine], patients.outcome[1, mine] == 1)
        np.testing.assert_allclose(drawn.at(at), truth.at(at), atol=0.02)
    assert (patients.lost >= patients.time[1] - 1e-9)[patients.outcome[1] == 0].all()
