"""The whole paths of one trial: which states its patients were in, and since when.

What `course.paths` reads endpoints from as it goes is kept here, for written data and pictures:
the same streams, so the same paths.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Vector, codes, vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.random_draws import exponential_of
from equipoise.protocol.course import Course, ReadTime
from equipoise.simulate.course.arrays import CourseArrays
from equipoise.simulate.course.moves import (
    NONE,
    ONE,
    Place,
    choose,
    leave,
    leave_by_two_clocks,
    start_in,
)
from equipoise.simulate.course.paths import AHEAD, ENDLESS, FIRST_MOVE, MOST_MOVES, fill_numbers


@dataclass(frozen=True, slots=True)
class Paths:
    """States in order of entry: patient i holds places `first[i]` to `first[i + 1]`, end excluded.

    The last state holds until the patient is lost, or forever.
    """

    first: Codes  # (patients + 1,)
    state: Codes  # (visits,) index into the course's states
    entered: Vector  # (visits,) time since entry into the trial

    def of(self, patient: int) -> tuple[tuple[int, float], ...]:
        """Give one patient's states and when each was entered."""
        visits = range(self.first[patient], self.first[patient + 1])
        return tuple((int(self.state[at]), float(self.entered[at])) for at in visits)


def paths(
    course: CourseArrays,
    arm: Codes,
    cell: Codes,
    lost: Vector,
    *,
    seed: int,
    scenario: int,
    trial: int,
    arrival: Codes | None = None,
) -> Paths:
    """Give the paths of one trial's patients until each is lost.

    Args:
        course: of `course.arrays`.
        arm: (patients,) index.
        cell: (patients,) index.
        lost: (patients,) time since entry; infinite: never.
        seed: of the run.
        scenario: its number.
        trial: its number.
        arrival: (patients,) place among all who came; None: everybody who came was enrolled.

    Raises:
        SimulationError: if some patient moves without end.

    Witness: a second program, path by path; `follow_course`, endpoint by endpoint.
    """
    if min(seed, scenario, trial) < 0:
        found = f"seed {seed}, scenario {scenario}, trial {trial}"
        raise SimulationError(f"Random streams have no negative numbers; found {found}.", "seed")
    came = np.arange(arm.size) if arrival is None else arrival
    state, entered = np.zeros(16, dtype=np.int64), np.zeros(16)
    begun = [0]
    found_states: list[Codes] = []
    found_times: list[Vector] = []
    for i in range(arm.size):
        who = (int(arm[i]), int(cell[i]), float(lost[i]), seed, scenario, trial, int(came[i]) + 1)
        visits = record_path(course, *who, state, entered)
        if visits > MOST_MOVES:
            raise SimulationError(ENDLESS, "hazard")
        if visits > state.size:
            state, entered = np.zeros(2 * visits, dtype=np.int64), np.zeros(2 * visits)
            record_path(course, *who, state, entered)
        found_states.append(state[:visits].copy())
        found_times.append(entered[:visits].copy())
        begun.append(begun[-1] + visits)
    nothing = np.zeros(0)
    return Paths(
        codes(begun),
        codes(np.concatenate([nothing, *found_states])),
        vector(np.concatenate([nothing, *found_times])),
    )


def happenings(course: Course, reading: ReadTime, found: Paths) -> tuple[str, ...]:
    """Say in words what each patient's first event of an endpoint was; empty: there was none."""
    words = dict((*reading.entering, *reading.competing))
    names = [each.id for each in course.states]
    return tuple(
        next((words[names[state]] for state, _ in found.of(i) if names[state] in words), "")
        for i in range(found.first.size - 1)
    )


@compiled
def record_path(  # noqa: PLR0913, PLR0917 - one patient of one trial
    course: CourseArrays,
    arm: int,
    cell: int,
    lost: float,
    seed: int,
    scenario: int,
    trial: int,
    who: int,
    visited: Codes,
    entered: Vector,
) -> int:
    """Note the states of one patient as far as there is room, and count them all.

    Witness: a second program, path by path.
    """
    numbers = np.empty(8)
    states = Place(course.may_read.size)
    kind = (Place(arm) * course.cells + Place(cell)) * states
    fill_numbers(seed, scenario, trial, who, 0, numbers)
    state = start_in(course.start, Place(arm) * states, numbers[0])
    row, now, place = course.row[kind + state], 0.0, FIRST_MOVE
    for move in range(MOST_MOVES + 1):
        if move < visited.size:
            visited[move], entered[move] = state, now
        if place == AHEAD:
            fill_numbers(seed, scenario, trial, who, 2 * move + 2, numbers)
            place = NONE
        own, wait = course.own_row[kind + state], exponential_of(numbers[place])
        if own == NONE:
            time, row = leave(course.end, course.hazard, row, now, wait)
        else:
            time, row, own = leave_by_two_clocks(course.end, course.hazard, row, own, now, wait)
        if time > lost or time == np.inf:
            return move + 1
        row, choice = choose(course.hazard, course.until, row, own, numbers[place + ONE])
        now, state, row = time, course.target[row, choice], course.entry_row[row, choice]
        place += FIRST_MOVE
    return MOST_MOVES + 1
