"""What becomes of each patient: one path through the states, and every endpoint read from it.

Number 0 of a patient's stream says where the path starts; numbers 2 k + 2 and 2 k + 3 say when
and where to move k (from 0) goes; number 1 is spare.

A time is the first entry into one of its states.  An answer is read in the state held at its
landmark t, one entered at t included.  A path ends where the patient is lost: an answer due later
is missing (-1), unless it could no longer become a yes.
"""

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.compiling import borrowing, compiled
from equipoise.kernel.philox import MANTISSA, ULP, block_of
from equipoise.kernel.random_draws import exponential_of
from equipoise.simulate.arrays import Patients
from equipoise.simulate.course.arrays import CourseArrays, Table
from equipoise.simulate.course.moves import (
    NONE,
    ONE,
    Place,
    choose,
    leave_by_one_clock,
    leave_by_two_clocks,
    start_in,
)
from equipoise.simulate.streams import COURSE

MISSING = -1
BATCH = 32  # patients whose numbers are made together
AHEAD = Place(8)  # numbers made at a time: the start and three moves
FIRST_MOVE = Place(2)
MOST_MOVES = 100_000  # of one patient
ENDLESS = (
    "A patient of this course moves more than 100,000 times; lower the hazards of going back"
    " and forth, or give patients a longest follow-up."
)


@compiled
def fill_numbers(
    seed: int, scenario: int, trial: int, who: int, first: int, numbers: Vector
) -> None:
    """Fill in eight numbers of a patient's stream; `first` is a multiple of four.

    Witness: numpy.random.Philox, bit for bit.
    """
    for half in range(2):
        words = block_of(
            np.uint64((first >> 2) + half + 1),
            np.uint64(COURSE),
            np.uint64(trial),
            np.uint64(who),
            np.uint64(seed),
            np.uint64(scenario),
        )
        numbers[4 * half] = (words[0] >> MANTISSA) * ULP
        numbers[4 * half + 1] = (words[1] >> MANTISSA) * ULP
        numbers[4 * half + 2] = (words[2] >> MANTISSA) * ULP
        numbers[4 * half + 3] = (words[3] >> MANTISSA) * ULP


@borrowing
def draw_ahead(
    seed: int, scenario: int, trial: int, arrival: Codes, first: int, numbers: Table
) -> None:
    """Fill in the first eight numbers of patients `first`, ... (a column each), waits as such."""
    for half in range(2):
        for column in range(min(BATCH, arrival.size - first)):
            words = block_of(
                np.uint64(half + 1),
                np.uint64(COURSE),
                np.uint64(trial),
                np.uint64(arrival[first + column] + 1),
                np.uint64(seed),
                np.uint64(scenario),
            )
            for each in range(4):
                numbers[4 * half + each, column] = np.int64(words[each] >> MANTISSA) * ULP
    for move in range(1, 4):
        for column in range(BATCH):
            numbers[2 * move, column] = exponential_of(numbers[2 * move, column])


@borrowing
def draw_more(seed: int, scenario: int, trial: int, who: int, moves: int, numbers: Vector) -> None:
    """Fill in a column anew: the numbers of the four moves after so many."""
    fill_numbers(seed, scenario, trial, who, 2 * moves + 2, numbers)
    for move in range(4):
        numbers[2 * move] = exponential_of(numbers[2 * move])


@compiled
def follow_course(  # noqa: C901, PLR0912 - one loop
    course: CourseArrays,
    seed: int,
    scenario: int,
    trial: int,
    enrolled: int,
    arrival: Codes,
    patients: Patients,
) -> None:
    """Fill in the times and outcomes of the patients enrolled, until each one is `lost`.

    `arrival` is each one's place, from 0, among all who came (whether or not they were enrolled).

    Raises:
        SimulationError: if some patient moves without end.

    Witness: a second program, path by path; occupation probabilities of Markov courses.
    """
    numbers, more = np.zeros((AHEAD, BATCH)), np.empty(AHEAD)
    states, answers = Place(course.may_read.size), Place(course.landmark.size)
    for endpoint in range(patients.time.shape[0]):
        patients.time[endpoint, :enrolled] = np.inf
        patients.outcome[endpoint, :enrolled] = 0
    for i in range(Place(enrolled)):
        column = i % Place(BATCH)
        if column == NONE:
            draw_ahead(seed, scenario, trial, arrival[:enrolled], int(np.int64(i)), numbers)
        arm, lost = Place(patients.arm[i]), patients.lost[i]
        kind = (arm * course.cells + Place(patients.cell[i])) * states
        state = start_in(course.start, arm * states, numbers[NONE, column])
        row, now, answer, place, moves = course.row[kind + state], 0.0, NONE, FIRST_MOVE, 0
        still_open = course.timed
        while answer < answers or course.may_read[state] & still_open != NONE:
            if place == AHEAD:
                draw_more(seed, scenario, trial, arrival[i] + 1, moves, more)
                numbers[:, column], place = more, NONE
            own, wait = course.own_row[kind + state], numbers[place, column]
            if own == NONE:
                time, row = leave_by_one_clock(course, row, now, wait)
            else:
                time, row, own = leave_by_two_clocks(course.end, course.hazard, row, own, now, wait)
            over = time > lost or time == np.inf
            while answer < answers and (over or course.landmark[answer] < time):
                endpoint = course.answered[answer]
                patients.time[endpoint, i] = course.landmark[answer]
                if course.landmark[answer] <= lost:
                    patients.outcome[endpoint, i] = course.yes[answer, state]
                elif course.may_be_yes[answer, state]:
                    patients.outcome[endpoint, i] = MISSING
                answer += ONE
            if over:
                break
            row, move = choose(course.hazard, course.until, row, own, numbers[place + ONE, column])
            now, state, row = time, course.target[row, move], course.entry_row[row, move]
            place += FIRST_MOVE
            moves += 1
            if moves > MOST_MOVES:
                raise SimulationError(ENDLESS, "hazard")
            for reading in range(course.first_read[state], course.first_read[state + ONE]):
                endpoint = course.read[reading]
                if (still_open >> endpoint) & ONE:
                    patients.time[endpoint, i] = now
                    patients.outcome[endpoint, i] = course.read_as[reading]
                    still_open ^= ONE << endpoint
