"""The calendar time of every look again, in plain Python from the patients themselves."""

import math

import numpy as np
import pytest

from equipoise.design.survival.world import constant_rate
from equipoise.monitor.bounds.rules import StoppingRules
from equipoise.simulate.conduct import (
    AfterEnrollment,
    AfterEvents,
    AfterLook,
    AfterPatients,
    AtTime,
    Conduct,
    Look,
)
from equipoise.simulate.conduct import Tested as Claim
from equipoise.simulate.look_times import nth_smallest
from equipoise.simulate.rehearsal import desk_for
from equipoise.simulate.replays.play import play, prepare
from equipoise.simulate.snapshots import generate
from equipoise.simulate.worlds.arrays import no_rules
from equipoise.simulate.worlds.world import (
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    Reporting,
    TimeTruth,
    World,
)


def law(hazard):
    return Law(constant_rate(hazard))


WORLD = World(
    ("control", "experimental"),
    (1, 2),
    Enrollment(100, constant_rate(5.0)),
    IndependentEndpoints(
        tuple(
            TimeTruth(name, ((law(rate), law(rate)), (law(rate / 2), law(rate / 2))))
            for name, rate in (("relapse", 0.05), ("death", 0.03))
        )
    ),
    populations=("positive",),
    cells=(Cell(0.5), Cell(0.5, 0, ("positive",))),
    dropout=((law(0.02), law(0.02)),) * 2,
    reporting=Reporting(lag=0.5, mean_delay=(1.0, 0.0)),
)
LOOKS = (
    Look((AtTime(3.0), AfterEvents(4, "relapse", "positive")), "first"),
    Look((AfterEvents(12, "relapse", arms=("experimental",)), AfterPatients(30, 2.0))),
    Look((AfterPatients(20, 6.0, "positive"),), gap=4.0),
    Look((AfterLook(2, 5.0), AfterEvents(18, "death")), "first", gap=1.0),
    Look((AfterEnrollment(3.0),)),
    Look((AfterEvents(45, "death"),)),
)


def news(world, patients, e, i):
    late = max(world.reporting.lag, patients.delay[e, i])
    return patients.entry[i] + patients.time[e, i] + late


def true_from(condition, patients, size, earlier):
    everyone = range(size)
    match condition:
        case AtTime(time=time):
            return time
        case AfterLook(look=look, time=time):
            return earlier[look - 1] + time
        case AfterEnrollment(followed=time):
            return patients.entry[size - 1] + time
        case AfterPatients(patients=count, followed=time, population=population):
            those = [i for i in everyone if population is None or patients.cell[i] == 1]
            return patients.entry[those[count - 1]] + time if len(those) >= count else math.inf
        case AfterEvents(events=count, endpoint=endpoint, population=population, arms=arms):
            e = WORLD.endpoints.index(endpoint)
            wanted = [WORLD.arms.index(arm) for arm in arms or WORLD.arms]
            found = sorted(
                news(WORLD, patients, e, i)
                for i in everyone
                if patients.time[e, i] <= patients.lost[i]
                and patients.arm[i] in wanted
                and (population is None or patients.cell[i] == 1)
            )
            return found[count - 1] if len(found) >= count else math.inf


def times_again(patients, size, maximum):
    reached, times, before = [], [], 0.0
    for k, look in enumerate(LOOKS):
        each = [true_from(condition, patients, size, times) for condition in look.conditions]
        when = min(each) if look.whichever == "first" else max(each)
        when = max(when, before + look.gap if k else before)
        reached.append(when <= maximum and math.isfinite(when))
        times.append(min(when, maximum))
        before = times[-1] if math.isfinite(times[-1]) else before
    return reached, times


@pytest.mark.parametrize("maximum", [math.inf, 30.0])
def test_looks_are_held_when_their_conditions_come_true(maximum):
    rehearsal = prepare(
        WORLD, Conduct(LOOKS, (Claim("H", "death"),), StoppingRules(()), maximum_duration=maximum)
    )
    table = play(rehearsal, seed=4, scenario=0, first=0, last=60)
    desk, rules = desk_for(rehearsal), no_rules(rehearsal.world_arrays)
    never = 0
    for trial in range(60):
        size = generate(rehearsal.world_arrays, 4, 0, trial, rules, desk.patients)
        reached, times = times_again(desk.patients, size, maximum)
        assert table.reached[trial].tolist() == reached
        np.testing.assert_array_equal(table.time[trial], times)
        never += np.isinf(times).sum()
    assert (never > 0) == math.isinf(maximum)


def test_looks_played_apart_are_those_played_together():
    rehearsal = prepare(WORLD, Conduct(LOOKS, (Claim("H", "death"),), StoppingRules(())))
    whole = play(rehearsal, seed=4, scenario=0, first=0, last=20)
    only = np.array([False, True, False, False, True, False])
    part = play(rehearsal, seed=4, scenario=0, first=10, last=20, looks=only)
    np.testing.assert_array_equal(part.time, whole.time[10:])
    np.testing.assert_allclose(part.z[:, only], whole.z[10:][:, only], rtol=1e-12)
    assert np.isnan(part.z[:, ~only]).all()


def test_the_nth_smallest_is_the_one_of_a_sorted_list():
    rng = np.random.default_rng(2)
    for size in (1, 2, 3, 17, 200):
        values = rng.integers(0, 50, size).astype(float)
        for number in range(1, size + 1, 3):
            found = nth_smallest(values.copy(), size, number)
            assert found == np.sort(values)[number - 1]
        assert nth_smallest(values.copy(), size, size + 1) == math.inf
