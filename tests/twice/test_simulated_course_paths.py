"""Paths through a course a second time: patient by patient in plain Python, on NumPy's own Philox.

The waiting time is found by adding up hazards over every piece of either clock and inverting the
sum; endpoints are read from the finished path.  Times agree to rounding, states exactly.
"""

import math
from bisect import bisect_right

import numpy as np
import pytest

from equipoise.protocol.course import (
    AdverseEventRate,
    Course,
    CourseState,
    ReadAnswer,
    ReadTime,
    Transition,
)
from equipoise.simulate.course.arrays import course_arrays
from equipoise.simulate.course.histories import happenings, paths
from equipoise.simulate.course.paths import follow_course
from equipoise.simulate.worlds.adverse_events import (
    adverse_event_arrays,
    adverse_events,
    mark_severe,
)
from equipoise.simulate.worlds.world import Cell, World
from simulated_courses import (
    ARMS,
    COMMON,
    illness_death,
    patients_of,
    published_course,
    with_cycle_2,
    world_of,
)

SEED, SCENARIO, TRIAL = 11, 2, 5
COURSE, ADVERSE_EVENTS = 6, 7


def stream(purpose: int, who: int, first: int = 0) -> np.random.Generator:
    counter = [first // 4, purpose, TRIAL, who]
    return np.random.Generator(np.random.Philox(key=[SEED, SCENARIO], counter=counter))


def hazard_now(move: Transition, arm: str, marks: set[str], now: float, entered: float) -> float:
    pieces = dict(move.by_arm).get(arm, move.hazard)
    clock = now if move.clock == "since randomization" else now - entered
    # ends of pieces are reached exactly only up to rounding: look just after
    place = bisect_right([start for start, _ in pieces], clock + 1e-12) - 1
    ratio = math.prod(value for mark, value in move.ratios if mark in marks)
    ratio *= math.prod(
        value for where, mark, value in move.arm_ratios if where == arm and mark in marks
    )
    return pieces[place][1] * ratio


def slow_path(
    course: Course, arm: str, marks: set[str], lost: float, who: int
) -> list[tuple[str, float]]:
    numbers = stream(COURSE, who)
    where = numbers.random()
    numbers.random()
    shares = dict(dict(course.start)[arm])
    total = 0.0
    for state in (each.id for each in course.states):
        total += shares.get(state, 0.0)
        if where < total:
            break
    path = [(state, 0.0)]
    while True:
        state, entered = path[-1]
        left, where = -math.log1p(-numbers.random()), numbers.random()
        moves = [each for each in course.transitions if each.source == state]
        # in the order in which hazards are laid side by side: one clock after the other
        moves.sort(key=lambda each: each.clock == "since entry")
        cuts = sorted(
            {
                start + (entered if each.clock == "since entry" else 0.0)
                for each in moves
                for start, _ in dict(each.by_arm).get(arm, each.hazard)
            }
        )
        now = entered
        for end in [cut for cut in cuts if cut > entered] + [math.inf]:
            hazards = [hazard_now(each, arm, marks, now, entered) for each in moves]
            total = sum(hazards)
            spent = total * (end - now) if total > 0 else 0.0
            if left < spent:
                break
            left, now = left - spent, end
        else:
            return path
        now += left / total
        if now > lost:
            return path
        rest = where * total
        upper = np.cumsum(hazards)
        path.append((moves[int(np.searchsorted(upper, rest, "right"))].target, now))


def state_at(path: list[tuple[str, float]], time: float) -> str:
    return [state for state, entered in path if entered <= time][-1]


def slow_reading(reading, path, lost: float, hopeless: set[str]) -> tuple[float, int]:
    if isinstance(reading, ReadTime):
        entering = dict(reading.entering)
        words = list(dict.fromkeys(word for _, word in reading.competing))
        competing = {state: 2 + words.index(word) for state, word in reading.competing}
        for state, entered in path:
            if state in entering or state in competing:
                return entered, 1 if state in entering else competing[state]
        return math.inf, 0
    if reading.at <= lost:
        return reading.at, int(state_at(path, reading.at) in reading.states)
    return reading.at, 0 if path[-1][0] in hopeless else -1


def mixed_course() -> Course:
    """Give a course in which clocks mix, patients go back and forth, and strata differ."""
    states = ("well", "better", "ill", "treated", "dead")
    return Course(
        tuple(CourseState(each, each) for each in states),
        (
            ("chemotherapy", (("well", 0.75), ("better", 0.25))),
            ("blinatumomab", (("better", 1.0),)),
        ),
        (
            Transition("well", "better", ((0, 0.9), (0.5, 0.1), (2, 0.0))),
            Transition("better", "well", ((0, 0.3),), "since entry"),
            Transition("well", "ill", ((0, 0.2), (1, 0.6)), ratios=(("young", 0.5),)),
            Transition(
                "better",
                "ill",
                ((0, 0.0), (0.25, 0.8)),
                "since entry",
                arm_ratios=(("blinatumomab", "young", 0.25),),
            ),
            Transition("better", "dead", ((0, 0.05), (3, 0.2))),
            Transition("ill", "treated", ((0, 2.0), (0.3, 0.0)), "since entry"),
            Transition(
                "ill", "dead", ((0, 0.1), (1.5, 0.7)), by_arm=(("blinatumomab", ((0, 0.1),)),)
            ),
            Transition("treated", "dead", ((0, 0.02), (1, 1.0), (1.5, 0.0)), "since entry"),
        ),
        (
            ReadTime("efs", (("ill", "relapse"), ("dead", "death"))),
            ReadAnswer("response", 0.7, ("better",)),
            ReadTime("treatment", (("treated", "treated"),), (("dead", "death"),)),
            ReadTime("os", (("dead", "death"),)),
        ),
    )


CELLS = (Cell(0.5), Cell(0.5, populations=("young",)))
PUBLISHED = with_cycle_2(published_course(COMMON)[0])
WORLDS = [
    (world_of(mixed_course(), ARMS, CELLS), math.inf, {"ill", "treated", "dead"}),
    (world_of(mixed_course(), ARMS, CELLS), 1.1, {"ill", "treated", "dead"}),
    (world_of(mixed_course(), ARMS, CELLS), 0.5, {"ill", "treated", "dead"}),
    (world_of(PUBLISHED, ARMS), 36.0, set()),
]


@pytest.mark.parametrize(("world", "lost", "hopeless"), WORLDS)
def test_the_same_paths_and_endpoints(world: World, lost: float, hopeless: set[str]):
    course, size = world.truth.course, 400
    arm, cell = np.arange(size) % 2, np.arange(size) // 2 % len(world.cells)
    patients = patients_of(course, arm, lost=lost, cell=cell)
    arrays = course_arrays(world)
    arrival = 3 * np.arange(size)
    follow_course(arrays, SEED, SCENARIO, TRIAL, size, arrival, patients)
    found = paths(
        arrays,
        patients.arm,
        patients.cell,
        patients.lost,
        seed=SEED,
        scenario=SCENARIO,
        trial=TRIAL,
        arrival=arrival,
    )
    names = [each.id for each in course.states]
    longest = 0
    for i in range(size):
        marks = set(world.cells[cell[i]].populations)
        slow = slow_path(course, ARMS[arm[i]], marks, lost, 3 * i + 1)
        fast = [(names[state], entered) for state, entered in found.of(i)]
        assert [state for state, _ in fast] == [state for state, _ in slow]
        assert np.allclose([t for _, t in fast], [t for _, t in slow], rtol=1e-11, atol=1e-11)
        longest = max(longest, len(slow))
        for e, reading in enumerate(course.readings):
            time, outcome = slow_reading(reading, slow, lost, hopeless)
            assert patients.outcome[e, i] == outcome
            assert patients.time[e, i] == pytest.approx(time, rel=1e-11)
    assert longest > 3
    for reading in course.readings:
        if isinstance(reading, ReadTime):
            words = happenings(course, reading, found)
            told = patients.outcome[
                [each.endpoint for each in course.readings].index(reading.endpoint)
            ]
            assert [bool(word) for word in words] == [value > 0 for value in told]


def slow_events(kind, place: int, arm: str, exposed: float, who: int):
    """Draw one patient's events of a kind, unit by unit of cumulative intensity."""
    able = stream(ADVERSE_EVENTS, who).random()
    share = dict(kind.susceptible).get(arm, 1.0)
    if able >= share:
        return
    pieces = [*dict(kind.rates)[arm]]
    if kind.until is not None:
        pieces = [each for each in pieces if each[0] < kind.until] + [(kind.until, 0.0)]
    starts = np.array([start for start, _ in pieces])
    rates = np.array([value for _, value in pieces]) / share
    before = np.concatenate([[0.0], np.cumsum(np.diff(starts) * rates[:-1])])
    reached, event = 0.0, 0
    while True:
        numbers = stream(ADVERSE_EVENTS, who, 4 * ((place + 1) * 65536 + event)).random(4)
        reached -= math.log1p(-numbers[0])
        piece = int(np.flatnonzero(before < reached)[-1])
        if rates[piece] == 0.0:
            return
        time = starts[piece] + (reached - before[piece]) / rates[piece]
        if time > exposed:
            return
        grade = 1 + int(np.searchsorted(np.cumsum(dict(kind.grades)[arm]), numbers[1], "right"))
        yield time, grade, grade >= 3 and numbers[2] < kind.serious, numbers[3] < kind.related
        event += 1


def test_the_same_adverse_events():
    shares = (("chemotherapy", (0.2, 0.3, 0.3, 0.15, 0.05)), ("blinatumomab", (0, 0.5, 0.5, 0, 0)))
    kinds = (
        AdverseEventRate(
            "infection",
            "infections",
            (("chemotherapy", ((0, 0.4), (2, 1.5))), ("blinatumomab", ((0, 0.3),))),
            shares,
            0.4,
            0.6,
            3.5,
            (("chemotherapy", 0.7),),
        ),
        AdverseEventRate("fever", "general", tuple((arm, ((0, 0.6),)) for arm in ARMS), shares),
    )
    size = 300
    arm = np.arange(size) % 2
    exposed = np.linspace(0.1, 6.0, size)
    arrays = adverse_event_arrays(kinds, ARMS)
    found = adverse_events(arrays, arm, exposed, seed=SEED, scenario=SCENARIO, trial=TRIAL)
    slow = [
        (i, k, *event)
        for i in range(size)
        for k, kind in enumerate(kinds)
        for event in slow_events(kind, k, ARMS[arm[i]], float(exposed[i]), i + 1)
    ]
    assert len(slow) > 500
    patient, kind, time, grade, serious, related = map(np.array, zip(*slow, strict=True))
    assert np.array_equal(found.patient, patient)
    assert np.array_equal(found.kind, kind)
    assert np.allclose(found.time, time, rtol=1e-11)
    assert np.array_equal(found.grade, grade)
    assert np.array_equal(found.serious, serious)
    assert np.array_equal(found.related, related)
    severe = np.zeros(size, dtype=np.bool_)
    mark_severe(arrays, SEED, SCENARIO, TRIAL, np.arange(size), arm, exposed, severe)
    assert set(np.flatnonzero(severe)) == set(patient[grade >= 3].tolist())


def test_a_patient_s_path_does_not_depend_on_the_others():
    course = illness_death(
        Transition("well", "ill", ((0, 0.3),)), Transition("ill", "dead", ((0, 1),))
    )
    arrays = course_arrays(world_of(course))
    few, many = patients_of(course, np.zeros(5)), patients_of(course, np.zeros(50))
    follow_course(arrays, 1, 0, 7, 5, np.arange(5), few)
    follow_course(arrays, 1, 0, 7, 50, np.arange(50), many)
    assert np.array_equal(few.time, many.time[:, :5])
