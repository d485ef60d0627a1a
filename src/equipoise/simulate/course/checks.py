"""Whether a multi-state course makes sense, before anything is drawn from it.

Structure is judged by the transitions as written, whatever their hazards: a course in which
every hazard is zero is a world in which nothing happens, and is simulated as such.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from equipoise.errors import SimulationError
from equipoise.protocol.course import Course, ReadAnswer, Reading, ReadTime, Transition
from equipoise.protocol.planning import Pieces

SHARES_ADD_UP = 1e-9  # how far shares may be from adding up to 1
Item = TypeVar("Item")
MOST_ENDPOINTS = 62  # which of them are still open is kept in the bits of one whole number


def refusal(fact: str, remedy: str) -> SimulationError:
    """Say what is wrong with a course, and what to do."""
    return SimulationError(f"{fact}; {remedy}.", "course")


def check_course(course: Course, arms: tuple[str, ...], marks: frozenset[str]) -> None:
    """Refuse a course that cannot be followed.

    `marks` are the stratum levels and population ids that hazard ratios may name.

    Raises:
        SimulationError: naming the state, transition or reading that is wrong.
    """
    states = tuple(each.id for each in course.states)
    if not states:
        raise refusal("The course has no states", "write at least two")
    for twice in _repeated(states):
        raise refusal(f"The course has two states {twice!r}", "rename one")
    _check_start(course, arms)
    for transition in course.transitions:
        _check_transition(transition, states, arms, marks)
    moves = [(each.source, each.target) for each in course.transitions]
    for source, target in _repeated(moves):
        raise refusal(
            f"The transition from {source!r} to {target!r} is written twice",
            "add their hazards up in one",
        )
    _check_readings(course, states)


def check_pieces(pieces: Pieces, what: str) -> None:
    """Refuse a hazard that is not finite and 0 or more on pieces that begin at 0.

    Raises:
        SimulationError: with the piece that is wrong.
    """
    if not pieces or pieces[0][0] != 0:
        found = pieces[0][0] if pieces else "nothing"
        raise refusal(f"The {what} begins at {found}", "begin its first piece at time 0")
    for (before, _), (start, _) in pairwise(pieces):
        if not before < start < math.inf:
            raise refusal(
                f"The {what} has a piece from {start:g} after one from {before:g}",
                "give finite times in increasing order",
            )
    for start, value in pieces:
        if not 0 <= value < math.inf:
            raise refusal(
                f"The {what} is {value:g} from time {start:g}", "give a finite number, 0 or more"
            )


def reachable(course: Course, sources: Iterable[str]) -> set[str]:
    """Give the states that can be reached from some states, these included."""
    found = set(sources)
    for _ in course.states:
        found |= {each.target for each in course.transitions if each.source in found}
    return found


def starting_states(course: Course) -> set[str]:
    """Give the states in which some patient of some arm starts."""
    return {state for _, shares in course.start for state, share in shares if share > 0}


def _check_start(course: Course, arms: tuple[str, ...]) -> None:
    states = {each.id for each in course.states}
    moving = {each.source for each in course.transitions}
    given = [arm for arm, _ in course.start]
    for arm in _repeated(given):
        raise refusal(f"The start of arm {arm!r} is written twice", "keep one")
    for arm in arms:
        if arm not in given:
            raise refusal(f"No start is written for arm {arm!r}", "say where its patients start")
    for arm, shares in course.start:
        _known(arm, arms, "arm", "start")
        for state, share in shares:
            _known(state, states, "state", f"start of arm {arm!r}")
            if not 0 <= share <= 1:
                raise refusal(
                    f"The share of arm {arm!r} that starts in {state!r} is {share:g}",
                    "give a number from 0 to 1",
                )
        for state in _repeated([state for state, _ in shares]):
            raise refusal(f"Arm {arm!r} starts in {state!r} twice", "add the shares up")
        total = math.fsum(share for _, share in shares)
        if abs(total - 1) > SHARES_ADD_UP:
            raise refusal(
                f"The shares of arm {arm!r} at the start add up to {total:.10g}",
                "make them add up to 1",
            )
        if not any(share > 0 and state in moving for state, share in shares):
            raise refusal(
                f"Every patient of arm {arm!r} starts in a state that nobody leaves",
                "start some where a transition begins",
            )


def _check_transition(
    transition: Transition,
    states: tuple[str, ...],
    arms: tuple[str, ...],
    marks: frozenset[str],
) -> None:
    what = f"transition from {transition.source!r} to {transition.target!r}"
    for state in (transition.source, transition.target):
        _known(state, states, "state", what)
    if transition.source == transition.target:
        raise refusal(f"The {what} leads nowhere", "name another target or remove it")
    check_pieces(transition.hazard, f"hazard of the {what}")
    for arm in _repeated([arm for arm, _ in transition.by_arm]):
        raise refusal(f"The {what} gives arm {arm!r} two hazards", "keep one")
    for arm, pieces in transition.by_arm:
        _known(arm, arms, "arm", what)
        check_pieces(pieces, f"hazard of the {what} in arm {arm!r}")
    given = (*(("", *each) for each in transition.ratios), *transition.arm_ratios)
    for arm, mark in _repeated([(arm, mark) for arm, mark, _ in given]):
        where = f"{mark!r} in arm {arm!r}" if arm else repr(mark)
        raise refusal(f"The {what} gives {where} two hazard ratios", "keep one")
    for arm, mark, ratio in given:
        if arm:
            _known(arm, arms, "arm", what)
        _known(mark, marks, "stratum level or population", what)
        if not 0 <= ratio < math.inf:
            raise refusal(
                f"The hazard ratio of {mark!r} in the {what} is {ratio:g}",
                "give a finite number, 0 or more",
            )


def _check_readings(course: Course, states: tuple[str, ...]) -> None:
    if not course.readings:
        raise refusal("Nothing is read from the course", "write the readings of its endpoints")
    if len(course.readings) > MOST_ENDPOINTS:
        raise refusal(
            f"{len(course.readings)} endpoints are read from the course",
            f"read at most {MOST_ENDPOINTS}",
        )
    for endpoint in _repeated([each.endpoint for each in course.readings]):
        raise refusal(f"Endpoint {endpoint!r} is read twice", "keep one reading")
    started = starting_states(course)
    reached = reachable(course, started)
    for reading in course.readings:
        _check_reading(reading, states, started, reached)


def _check_reading(
    reading: Reading, states: tuple[str, ...], started: set[str], reached: set[str]
) -> None:
    what = f"reading of endpoint {reading.endpoint!r}"
    named = _named_states(reading)
    if not named or (isinstance(reading, ReadTime) and not reading.entering):
        raise refusal(f"The {what} names no state", "name the states that it is read from")
    for state in _repeated(named):
        raise refusal(f"The {what} names state {state!r} twice", "keep one")
    for state in named:
        _known(state, states, "state", what)
        if state not in reached:
            raise refusal(
                f"The {what} waits for state {state!r}, which nobody can reach",
                "write a transition into it or leave it out",
            )
        if isinstance(reading, ReadTime) and state in started:
            raise refusal(
                f"The {what} waits for state {state!r}, in which patients start",
                "start them in a state before it",
            )
    if isinstance(reading, ReadAnswer) and not 0 < reading.at < math.inf:
        raise refusal(f"The {what} is at time {reading.at:g}", "give a finite time above 0")


def _named_states(reading: Reading) -> list[str]:
    if isinstance(reading, ReadAnswer):
        return list(reading.states)
    return [state for state, _ in (*reading.entering, *reading.competing)]


def _repeated(items: Sequence[Item]) -> Iterator[Item]:
    return (each for place, each in enumerate(items) if each in items[:place])


def _known(name: str, names: Iterable[str], kind: str, where: str) -> None:
    known = sorted(names)
    if name not in known:
        raise refusal(
            f"The {where} names an unknown {kind} {name!r}",
            f"use one of {', '.join(known) or 'those declared (there are none)'}",
        )
