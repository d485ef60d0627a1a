"""A multi-state course as arrays: what a compiled loop needs to follow a patient.

A patient of an arm and cell who is in a state at risk of several moves leaves it at the sum of
their hazards, and goes where the hazards of that moment say, in proportion.  For each arm, cell
and state there are pieces ("rows") for the moves on the clock since randomization, and pieces
for those on the clock since entry; row 0 is the piece on which nothing happens, ever.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.kernel.arrays import Vector, frozen, vector
from equipoise.protocol.course import Course, ReadAnswer, ReadTime, Transition
from equipoise.protocol.planning import Pieces
from equipoise.simulate.course.checks import check_course, reachable, refusal
from equipoise.simulate.course.pieces import Piece, areas_of, one_after_another
from equipoise.simulate.worlds.world import CourseTruth, World

Places: TypeAlias = NDArray[np.uint64]
Outcomes: TypeAlias = NDArray[np.int8]
Table: TypeAlias = NDArray[np.float64]
Marks = frozenset[str]  # the stratum levels and populations of a kind of patient


class CourseArrays(NamedTuple):
    """A `Course` in a world, for compiled loops.  A kind of patient is an arm and a cell."""

    cells: np.uint64
    start: Vector  # (arms * states,) cumulative shares; infinite from the last one above 0
    row: Places  # (kinds * states,) first piece of the moves since randomization
    own_row: Places  # (kinds * states,) first piece of the moves since entry; 0: there are none
    begin: Vector  # (rows,) when the piece begins on its clock
    end: Vector  # (rows,) when the piece ends on its clock; infinite: never
    hazard: Vector  # (rows,) of all its moves together
    area: Vector  # (rows + 3,) hazard times length; infinite where it never ends, and after all
    until: Table  # (rows, moves) cumulative; infinite from the last one above 0
    target: Places  # (rows, moves) state
    entry_row: Places  # (rows, moves) where to look for the target's piece
    first_read: Places  # (states + 1,) where the readings on entering a state begin
    read: Places  # (readings,) the endpoint
    read_as: Outcomes  # (readings,) its outcome: 1 event, 2, 3, ... competing
    may_read: Places  # (states,) bit e: endpoint e may yet happen to who is in the state
    timed: np.uint64  # bit e: endpoint e is a time
    landmark: Vector  # (answers,) ascending
    answered: Places  # (answers,) the endpoint
    yes: Outcomes  # (answers, states) 1 where it is a yes to be in the state
    may_be_yes: Outcomes  # (answers, states) 1 where it may yet become one


def course_arrays(world: World) -> CourseArrays:
    """Turn the course of a world into arrays.

    Raises:
        SimulationError: if the course cannot be followed, with what to change.
    """
    if not isinstance(world.truth, CourseTruth):
        raise refusal("This world has no multi-state course", "give its truth as a course")
    kinds = tuple(marks_of(world, cell) for cell in range(len(world.cells)))
    check_course(world.truth.course, world.arms, frozenset(all_marks(world)))
    return _arrays(world.truth.course, world.arms, kinds)


def no_course() -> CourseArrays:
    """Give the arrays of a world that has no course."""
    return _arrays(Course((), (), (), ()), (), ())


def _arrays(course: Course, arms: tuple[str, ...], kinds: tuple[Marks, ...]) -> CourseArrays:
    rows, own_rows, pieces = _hazard_rows(course, arms, kinds)
    most = max(len(each.targets) for each in pieces)
    until = np.full((len(pieces), most), np.inf)
    target, entry_row = np.zeros((2, len(pieces), most), dtype=np.uint64)
    for row, piece in enumerate(pieces):
        until[row, : len(piece.targets)] = cumulative_shares(piece.hazards)
        target[row, : len(piece.targets)] = piece.targets
        entry_row[row, : len(piece.targets)] = piece.entered
    hazard = vector([math.fsum(each.hazards) for each in pieces])
    first_read, read, read_as = _time_readings(course)
    landmark, answered, yes, may_be_yes = _answer_readings(course)
    return CourseArrays(
        cells=np.uint64(len(kinds)),
        start=_start_shares(course, arms),
        row=rows,
        own_row=own_rows,
        begin=vector([each.start for each in pieces]),
        end=vector([each.end for each in pieces]),
        hazard=hazard,
        area=areas_of(pieces),
        until=frozen(until),
        target=places(target),
        entry_row=places(entry_row),
        first_read=first_read,
        read=read,
        read_as=read_as,
        may_read=_may_read(course),
        timed=np.uint64(_bits(course, {each.id for each in course.states})),
        landmark=landmark,
        answered=answered,
        yes=yes,
        may_be_yes=may_be_yes,
    )


def marks_of(world: World, cell: int) -> Marks:
    """Give the stratum levels and populations of the patients of a cell."""
    kind = world.cells[cell]
    levels = world.stratum_levels[kind.stratum] if world.stratum_levels else ()
    return frozenset({world.strata[kind.stratum], *levels, *kind.populations})


def all_marks(world: World) -> Marks:
    """Give every stratum level and population that a hazard ratio may name."""
    levels = (level for stratum in world.stratum_levels for level in stratum)
    return frozenset({*world.strata, *levels, *world.populations})


def hazard_of(transition: Transition, arm: str, marks: Marks) -> Pieces:
    """Give the hazard of a move for a patient of an arm and of some strata and populations."""
    pieces = dict(transition.by_arm).get(arm, transition.hazard)
    ratio = 1.0
    for mark, value in transition.ratios:
        ratio *= value if mark in marks else 1.0
    for where, mark, value in transition.arm_ratios:
        ratio *= value if where == arm and mark in marks else 1.0
    return tuple((start, value * ratio) for start, value in pieces)


def outcomes_of(reading: ReadTime) -> dict[str, int]:
    """Give what entering each state means: 1 the event, 2, 3, ... what competes, in order.

    States of which the same happened in words share an outcome.
    """
    words = list(dict.fromkeys(word for _, word in reading.competing))
    return dict.fromkeys((state for state, _ in reading.entering), 1) | {
        state: 2 + words.index(word) for state, word in reading.competing
    }


def value_at(pieces: Pieces, time: float) -> float:
    """Give the value of a piecewise-constant function, right-continuous."""
    return [value for start, value in pieces if start <= time][-1]


def cumulative_shares(parts: Sequence[float]) -> Vector:
    """Add parts up, so that a number below their sum falls on none that is 0."""
    total = np.cumsum(parts)
    last = int(np.max(np.flatnonzero(np.array(parts)), initial=0))
    total[last:] = np.inf
    return vector(total)


def _pieces_of(moves: Sequence[tuple[int, Pieces]]) -> list[Piece]:
    starts = sorted({start for _, pieces in moves for start, _ in pieces})
    targets = tuple(target for target, _ in moves)
    return [
        Piece(start, end, targets, tuple(value_at(pieces, start) for _, pieces in moves))
        for start, end in pairwise([*starts, math.inf])
    ]


def _hazard_rows(
    course: Course, arms: tuple[str, ...], kinds: tuple[Marks, ...]
) -> tuple[Places, Places, list[Piece]]:
    laid = [Piece()]  # row 0: nothing happens, ever
    row: list[int] = []
    own_row: list[int] = []
    for arm in arms:
        for kind in kinds:
            first = len(row)
            for state in course.states:
                for clock, rows in (("since randomization", row), ("since entry", own_row)):
                    pieces = _pieces_of(_moves(course, state.id, clock, arm, kind))
                    _refuse_infinite(pieces, state.id)
                    rows.append(len(laid) if pieces else 0)
                    laid.extend(pieces)
            _point_at_targets(laid, row[first:], own_row[first:])
    return places(row), places(own_row), laid


def _moves(
    course: Course, state: str, clock: str, arm: str, kind: Marks
) -> list[tuple[int, Pieces]]:
    number = {each.id: place for place, each in enumerate(course.states)}
    return [
        (number[each.target], hazard_of(each, arm, kind))
        for each in course.transitions
        if each.source == state and each.clock == clock
    ]


def _refuse_infinite(pieces: Sequence[Piece], state: str) -> None:
    for piece in pieces:
        if not math.isfinite(sum(piece.hazards)):
            raise refusal(
                f"The hazards out of state {state!r} from time {piece.start:g} add up to infinity",
                "give smaller hazards or ratios",
            )


def _point_at_targets(laid: list[Piece], row: list[int], own_row: list[int]) -> None:
    """Note, for each move of a kind of patient, the first piece in which its target is entered."""
    for clock, firsts in enumerate((row, own_row)):
        for first in firsts:
            for piece in one_after_another(laid, first):
                since = 0.0 if clock else piece.start
                piece.entered = tuple(
                    next(
                        place + row[target]
                        for place, each in enumerate(one_after_another(laid, row[target]))
                        if each.end > since
                    )
                    for target in piece.targets
                )


def _start_shares(course: Course, arms: tuple[str, ...]) -> Vector:
    given = {arm: dict(shares) for arm, shares in course.start}
    rows = [[given[arm].get(each.id, 0.0) for each in course.states] for arm in arms]
    return vector([share for row in rows for share in cumulative_shares(row)])


def _time_readings(course: Course) -> tuple[Places, Places, Outcomes]:
    first, read, read_as = [0], [], []
    for state in course.states:
        for endpoint, reading in enumerate(course.readings):
            if isinstance(reading, ReadTime) and state.id in outcomes_of(reading):
                read.append(endpoint)
                read_as.append(outcomes_of(reading)[state.id])
        first.append(len(read))
    return places(first), places(read), outcomes(read_as)


def _may_read(course: Course) -> Places:
    ahead = []
    for state in course.states:
        next_states = [each.target for each in course.transitions if each.source == state.id]
        ahead.append(_bits(course, reachable(course, next_states)))
    return places(ahead)


def _bits(course: Course, entered: set[str]) -> int:
    """Give the number in which bit e tells that endpoint e is read on entering one of these."""
    return sum(
        1 << endpoint
        for endpoint, reading in enumerate(course.readings)
        if isinstance(reading, ReadTime) and entered & outcomes_of(reading).keys()
    )


def _answer_readings(course: Course) -> tuple[Vector, Places, Outcomes, Outcomes]:
    answers = sorted(
        (each.at, endpoint, each.states)
        for endpoint, each in enumerate(course.readings)
        if isinstance(each, ReadAnswer)
    )
    shape = (len(answers), len(course.states))
    yes, may_be = np.zeros((2, *shape))
    for answer, (_, _, states) in enumerate(answers):
        for place, state in enumerate(course.states):
            yes[answer, place] = state.id in states
            may_be[answer, place] = bool(reachable(course, {state.id}) & set(states))
    landmarks = np.array([at for at, _, _ in answers], dtype=np.float64)
    answered = [endpoint for _, endpoint, _ in answers]
    return frozen(landmarks), places(answered), outcomes(yes), outcomes(may_be)


def places(values: ArrayLike) -> Places:
    """Freeze whole numbers, 0 or more, by which compiled loops find their place."""
    result = np.ascontiguousarray(values, dtype=np.uint64)
    result.setflags(write=False)
    return result


def outcomes(values: ArrayLike) -> Outcomes:
    """Freeze small whole numbers that stand for what happened."""
    result = np.ascontiguousarray(values, dtype=np.int8)
    result.setflags(write=False)
    return result
