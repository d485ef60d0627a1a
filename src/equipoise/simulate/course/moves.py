"""One move of a patient: when a state is left, and for which other state.

Who entered a state at s leaves it at the T that solves, exactly and without steps of time,

    ∫ h(u) + g(u - s) du  from s to T  =  E,        E exponential with mean 1,

h the hazards since randomization of all moves out of the state, g those since entry, constant on
pieces [start, end); and goes to state j with the probability of j's share of the hazard at T
(Beyersmann, Latouche, Buchholz & Schumacher 2009, Statistics in Medicine 28: 956).
"""

import numpy as np

from equipoise.kernel.arrays import Vector
from equipoise.kernel.compiling import borrowing, compiled
from equipoise.simulate.course.arrays import CourseArrays, Table

NONE, ONE, TWO, THREE = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
Place = np.uint64


@borrowing
def leave_by_one_clock(
    course: CourseArrays, row: Place, entered: float, exponential: float
) -> tuple[float, Place]:
    """Say when a state with moves since randomization only is left, and on which piece.

    `row` is the piece at entry or one before it.  Never: infinite.  Four pieces are passed at a
    time, or not, without a branch that depends on the numbers.

    Witness: closed forms with one and two pieces; a second program.
    """
    while course.end[row] <= entered:
        row += ONE
    until = course.end[row]
    here = course.hazard[row] * (until - entered) if until < np.inf else np.inf
    left, on = exponential, True
    while on:
        second, third, fourth = (
            course.area[row + ONE],
            course.area[row + TWO],
            course.area[row + THREE],
        )
        one, two = left - here, left - here - second
        three = two - third
        passed = left >= here
        also = passed & (one >= second)
        next_too = also & (two >= third)
        on = next_too & (three >= fourth)
        left = one if passed else left
        left = two if also else left
        left = three if next_too else left
        left = three - fourth if on else left
        row += np.uint64(passed) + np.uint64(also) + np.uint64(next_too) + np.uint64(on)
        here = course.area[row]
    hazard = course.hazard[row]
    wait = left / hazard if hazard > 0.0 else np.inf
    return max(entered, course.begin[row]) + wait, row


@compiled
def leave(
    end: Vector, hazard: Vector, row: Place, entered: float, exponential: float
) -> tuple[float, Place]:
    """Say when a state with moves since randomization only is left, and on which piece.

    `row` is the piece at entry or one before it.  Never: infinite.

    Witness: closed forms with one and two pieces; a second program.
    """
    now, left = entered, exponential
    while end[row] <= now:
        row += ONE
    while True:
        here = hazard[row] * (end[row] - now) if hazard[row] > 0.0 else 0.0
        if left < here:
            return now + left / hazard[row], row
        if end[row] == np.inf:
            return np.inf, row
        left, now = left - here, end[row]
        row += ONE


@compiled
def leave_by_two_clocks(
    end: Vector, hazard: Vector, row: Place, own: Place, entered: float, exponential: float
) -> tuple[float, Place, Place]:
    """Say when a state with moves since entry is left, and on which piece of either clock.

    Witness: closed forms of clock-reset moves; a second program.
    """
    now, left = entered, exponential
    while end[row] <= now:
        row += ONE
    while True:
        both = hazard[row] + hazard[own]
        common_end, own_end = end[row], entered + end[own]
        until = min(common_end, own_end)
        here = both * (until - now) if both > 0.0 else 0.0
        if left < here:
            return now + left / both, row, own
        if until == np.inf:
            return np.inf, row, own
        left, now = left - here, until
        if common_end == until:
            row += ONE
        if own_end == until:
            own += ONE


@compiled
def choose(
    hazard: Vector, until: Table, row: Place, own: Place, where: float
) -> tuple[Place, Place]:
    """Say which piece's move it is, and which of its moves; `where` is uniform on [0, 1).

    Witness: probabilities in proportion to the hazards; a second program.
    """
    common = hazard[row]
    rest = where * (common + hazard[own])
    if rest >= common:
        rest -= common
        row = own
    move = NONE
    for each in range(until.shape[1]):  # they ascend: without a branch that depends on the number
        move += np.uint64(rest >= until[row, each])
    return row, move


@compiled
def start_in(start: Vector, first: Place, where: float) -> Place:
    """Say in which state a patient starts, by the shares of an arm that begin at `first`.

    Witness: the shares of many patients; a second program.
    """
    state = NONE
    while where >= start[first + state]:
        state += ONE
    return state
