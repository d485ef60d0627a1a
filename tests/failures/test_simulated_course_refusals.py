"""Courses and adverse events that make no sense are refused, with the fact and the remedy.

Degenerate ones that do make sense are followed: nothing happens, or everything at once.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.protocol.course import (
    AdverseEventRate,
    Course,
    CourseState,
    ReadAnswer,
    ReadTime,
    Transition,
)
from equipoise.simulate.arrays import Patients
from equipoise.simulate.course.arrays import course_arrays, no_course
from equipoise.simulate.course.histories import paths
from equipoise.simulate.course.paths import follow_course
from equipoise.simulate.course.probabilities import implied, state_probabilities
from equipoise.simulate.worlds.adverse_events import adverse_event_arrays, adverse_events
from equipoise.simulate.worlds.world import IndependentEndpoints
from simulated_courses import illness_death, patients_of, world_of

ILL = Transition("well", "ill", ((0, 0.3),))
DEAD = Transition("ill", "dead", ((0, 0.5),))
GOOD = illness_death(ILL, DEAD)


def reading(*readings: ReadTime | ReadAnswer) -> Course:
    return replace(GOOD, readings=readings)


def moving(**changes: object) -> Course:
    return replace(GOOD, transitions=(replace(ILL, **changes), DEAD))


def starting(*shares: tuple[str, float]) -> Course:
    return replace(GOOD, start=(("control", shares),))


BAD = [
    (replace(GOOD, states=()), "no states"),
    (replace(GOOD, states=(*GOOD.states, CourseState("ill", "Ill"))), "two states 'ill'"),
    (replace(GOOD, start=()), "No start is written for arm 'control'"),
    (replace(GOOD, start=GOOD.start * 2), "written twice"),
    (replace(GOOD, start=(*GOOD.start, ("other", (("well", 1.0),)))), "unknown arm 'other'"),
    (starting(("wel", 1.0)), "unknown state 'wel'"),
    (starting(("well", 0.6)), "add up to 0.6"),
    (starting(("well", 1.5), ("ill", -0.5)), "is 1.5"),
    (starting(("well", math.nan)), "is nan"),
    (starting(("well", 0.5), ("well", 0.5)), "'well' twice"),
    (starting(("dead", 1.0)), "a state that nobody leaves"),
    (starting(("well", 0.5), ("ill", 0.5)), "in which patients start"),
    (moving(target="gone"), "unknown state 'gone'"),
    (moving(target="well"), "leads nowhere"),
    (replace(GOOD, transitions=(ILL, DEAD, ILL)), "written twice"),
    (moving(hazard=((0, -0.1),)), "is -0.1 from time 0"),
    (moving(hazard=((0, 0.1), (1, math.inf))), "is inf from time 1"),
    (moving(hazard=((0, math.nan),)), "is nan"),
    (moving(hazard=()), "begins at nothing"),
    (moving(hazard=((1, 0.1),)), "begins at 1"),
    (moving(hazard=((0, 0.1), (0, 0.2))), "a piece from 0 after one from 0"),
    (moving(hazard=((0, 0.1), (math.inf, 0.2))), "a piece from inf"),
    (moving(by_arm=(("other", ((0, 0.1),)),)), "unknown arm 'other'"),
    (moving(by_arm=(("control", ((0, -1),)),)), "in arm 'control' is -1"),
    (moving(by_arm=(("control", ((0, 1),)),) * 2), "two hazards"),
    (moving(ratios=(("young", 0.5),)), "unknown stratum level or population 'young'"),
    (moving(ratios=(("all", -0.5),)), "is -0.5"),
    (moving(ratios=(("all", 0.5), ("all", 0.5))), "two hazard ratios"),
    (moving(arm_ratios=(("other", "all", 0.5),)), "unknown arm 'other'"),
    (moving(hazard=((0, 1e300),), ratios=(("all", 1e300),)), "add up to infinity"),
    (reading(), "Nothing is read"),
    (reading(ReadTime("os", ())), "names no state"),
    (reading(ReadTime("os", (), (("dead", "death"),))), "names no state"),
    (reading(ReadTime("os", (("gone", "death"),))), "unknown state 'gone'"),
    (reading(ReadTime("os", (("dead", "x"),), (("dead", "y"),))), "'dead' twice"),
    (reading(ReadTime("os", (("dead", "x"),)), ReadAnswer("os", 1, ("ill",))), "is read twice"),
    (reading(ReadAnswer("mrd", 0.0, ("ill",))), "at time 0"),
    (reading(ReadAnswer("mrd", math.inf, ("ill",))), "at time inf"),
    (reading(ReadAnswer("mrd", 1.0, ())), "names no state"),
    (replace(GOOD, transitions=(ILL,)), "'dead', which nobody can reach"),
]


@pytest.mark.parametrize(("course", "said"), BAD, ids=[said for _, said in BAD])
def test_refused(course: Course, said: str):
    with pytest.raises(SimulationError, match=said.replace(".", r"\.")) as refusal:
        course_arrays(world_of(course))
    assert refusal.value.about == "course"
    assert "; " in str(refusal.value)


def test_worlds_without_a_course():
    world = replace(world_of(GOOD), truth=IndependentEndpoints(()))
    with pytest.raises(SimulationError, match="no multi-state course"):
        course_arrays(world)
    empty, full = no_course(), course_arrays(world_of(GOOD))
    for mine, other in zip(empty, full, strict=True):
        assert type(mine) is type(other)
        if isinstance(mine, np.ndarray):
            assert (mine.dtype, mine.ndim) == (other.dtype, other.ndim)


def follow(course: Course, size: int = 5, lost: float = math.inf) -> Patients:
    patients = patients_of(course, np.zeros(size), lost=lost)
    follow_course(course_arrays(world_of(course)), 0, 0, 0, size, np.arange(size), patients)
    return patients


def test_nothing_ever_happens():
    answer = ReadAnswer("ill", 1.0, ("ill",))
    still = [replace(each, hazard=((0, 0.0),)) for each in (ILL, DEAD)]
    patients = follow(illness_death(*still, readings=(*GOOD.readings, answer)))
    assert np.all(np.isinf(patients.time[:2]))
    assert not patients.outcome.any()


def test_everything_happens_at_once():
    at_once = [replace(each, hazard=((0, 1e9),)) for each in (ILL, DEAD)]
    patients = follow(illness_death(*at_once))
    assert patients.time.max() < 1e-7
    assert np.all(patients.time[0] < patients.time[1])
    assert np.all(patients.outcome == 1)


def test_moves_without_end():
    endless = illness_death(
        replace(ILL, hazard=((0, 1e6),)),
        Transition("ill", "well", ((0, 1e6),)),
        Transition("ill", "dead", ((0, 1e-9),)),
    )
    with pytest.raises(SimulationError, match="more than 100,000 times"):
        follow(endless)
    arrays = course_arrays(world_of(endless))
    one = np.zeros(1, dtype=np.int64)
    with pytest.raises(SimulationError, match="more than 100,000 times"):
        paths(arrays, one, one, np.array([np.inf]), seed=0, scenario=0, trial=0)
    assert np.isinf(follow(endless, lost=0.001).time[1]).all()
    long = paths(arrays, one, one, np.array([0.001]), seed=0, scenario=0, trial=0)
    assert long.state.size > 16
    assert np.all(np.diff(long.entered) > 0)


def test_a_cycle_that_no_endpoint_waits_for():
    forever = illness_death(
        ILL, Transition("ill", "well", ((0, 1.0),)), readings=(ReadTime("first", (("ill", "x"),)),)
    )
    assert np.all(np.isfinite(follow(forever).time))


def test_answers_of_the_lost_and_the_dead():
    answer = ReadAnswer("well", 2.0, ("well",))
    course = illness_death(ILL, DEAD, readings=(*GOOD.readings, answer))
    whole, cut = follow(course, 500), follow(course, 500, lost=1.0)
    ill_by_then = whole.time[0] <= 1.0
    assert set(cut.outcome[2][ill_by_then]) == {0}  # could not become a yes
    assert set(cut.outcome[2][~ill_by_then]) == {-1}
    assert np.array_equal(whole.outcome[2] == 1, whole.time[0] > 2.0)
    assert np.all(follow(course, 5, lost=2.0).outcome[2] >= 0)  # seen at the landmark


def test_negative_seeds():
    arrays, one = course_arrays(world_of(GOOD)), np.zeros(1, dtype=np.int64)
    with pytest.raises(SimulationError, match="seed -1") as refusal:
        paths(arrays, one, one, np.array([np.inf]), seed=-1, scenario=0, trial=0)
    assert refusal.value.about == "seed"


def test_probabilities_refused():
    reset = replace(DEAD, hazard=((0, 0.5), (1, 0.1)), clock="since entry")
    with pytest.raises(SimulationError, match="changes with the time since entry"):
        implied(illness_death(ILL, reset), "control", [1.0])
    with pytest.raises(SimulationError, match="no arm 'other'"):
        implied(GOOD, "other", [1.0])
    for time in (-1.0, math.nan, math.inf):
        with pytest.raises(SimulationError, match="times of 0 or more"):
            state_probabilities(GOOD, "control", [time])
    assert state_probabilities(GOOD, "control", []).shape == (0, 3)
    assert state_probabilities(GOOD, "control", [0.0]).tolist() == [[1.0, 0.0, 0.0]]


KIND = AdverseEventRate(
    "fever", "general", (("control", ((0, 0.5),)),), (("control", (0.2,) * 5),), until=3.0
)
WRONG = [
    (replace(KIND, rates=()), "no rate or no grades"),
    (replace(KIND, rates=(("control", ((0, -1.0),)),)), "is -1"),
    (replace(KIND, rates=(("control", ((0, math.inf),)),)), "is inf"),
    (replace(KIND, grades=(("control", (0.5, 0.5)),)), "five shares"),
    (replace(KIND, grades=(("control", (0.3,) * 5),)), "add up to 1.5"),
    (replace(KIND, serious=1.2), "is 1.2"),
    (replace(KIND, related=math.nan), "is nan"),
    (replace(KIND, susceptible=(("control", 0.0),)), "above 0"),
    (replace(KIND, until=-1.0), "ends at -1"),
]


@pytest.mark.parametrize(("kind", "said"), WRONG, ids=[said for _, said in WRONG])
def test_adverse_events_refused(kind: AdverseEventRate, said: str):
    with pytest.raises(SimulationError, match=said.replace(".", r"\.")):
        adverse_event_arrays((kind,), ("control",))


def test_adverse_events_of_extreme_trials():
    asked = {"seed": 0, "scenario": 0, "trial": 0}
    arrays = adverse_event_arrays((KIND,), ("control",))
    one, forever = np.zeros(1, dtype=np.int64), np.array([math.inf])
    assert adverse_events(arrays, one, forever, **asked).time.max(initial=0) <= 3.0
    lasting = adverse_event_arrays((replace(KIND, until=None),), ("control",))
    with pytest.raises(SimulationError, match="follow-up has no end"):
        adverse_events(lasting, one, forever, **asked)
    often = adverse_event_arrays((replace(KIND, rates=(("control", ((0, 1e9),)),)),), ("control",))
    with pytest.raises(SimulationError, match="more than 65,536 adverse events"):
        adverse_events(often, one, forever, **asked)
    with pytest.raises(SimulationError, match="arms from 0"):
        adverse_events(arrays, one + 1, forever, **asked)
    nobody = np.zeros(0, dtype=np.int64)
    assert adverse_events(arrays, nobody, np.zeros(0), **asked).time.size == 0
    none = adverse_event_arrays((), ("control",))
    assert adverse_events(none, one, forever, **asked).time.size == 0
