"""What a multi-state course implies: the chance of each state, and of each endpoint, over time.

A Markov course with hazards constant on pieces has, from one end of a piece to the next,

    p(t + d) = p(t) exp(Q d),

Q the hazards between the states, each row adding up to 0 (Andersen, Borgan, Gill & Keiding 1993,
§II.6).  The chance of an endpoint's events is that of being in their states when nobody leaves
them.  A move on the clock since entry has no such form, unless its hazard never changes, when the
two clocks agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector, frozen, vector
from equipoise.protocol.course import Course, ReadAnswer, ReadTime, Transition
from equipoise.simulate.course.arrays import hazard_of, outcomes_of, value_at
from equipoise.simulate.course.checks import check_course, refusal


@dataclass(frozen=True, slots=True)
class ImpliedTime:
    """How often an endpoint has happened by each time."""

    endpoint: str
    time: Vector
    free: Vector  # (times,) neither the event nor what competes with it
    happened: tuple[str, ...]  # in the endpoint's own words
    incidence: Matrix  # (happened, times)
    event: Vector  # (times,) of the endpoint's own events together


@dataclass(frozen=True, slots=True)
class ImpliedAnswer:
    """How often an answer is yes."""

    endpoint: str
    at: float
    probability: float


def state_probabilities(
    course: Course, arm: str, times: Sequence[float], *, of: Iterable[str] = ()
) -> Matrix:
    """Give the probability of each state at each time, in one arm.

    Args:
        course: a Markov one.
        arm: its id.
        times: since randomization, in any order; 0 or more.
        of: the stratum levels and populations of the patients meant.

    Returns:
        (times, states).

    Raises:
        SimulationError: if the course makes no sense, or depends on the time since entry.

    Witness: closed forms of the illness-death model; simulated paths; the AALL1331 course.
    """
    _check(course, arm, of)
    return _occupied(course, arm, times, of, frozenset())


def implied(
    course: Course, arm: str, times: Sequence[float], *, of: Iterable[str] = ()
) -> tuple[ImpliedTime | ImpliedAnswer, ...]:
    """Say what a course implies for every endpoint that is read from it, in one arm.

    Raises:
        SimulationError: if the course makes no sense, or depends on the time since entry.

    Witness: closed forms of competing risks; simulated paths; the published AALL1331 course.
    """
    _check(course, arm, of)
    return tuple(
        _implied_answer(course, arm, reading, of)
        if isinstance(reading, ReadAnswer)
        else _implied_time(course, arm, reading, times, of)
        for reading in course.readings
    )


def _implied_answer(
    course: Course, arm: str, reading: ReadAnswer, of: Iterable[str]
) -> ImpliedAnswer:
    held = _occupied(course, arm, [reading.at], of, frozenset())[0]
    yes = [each.id in reading.states for each in course.states]
    return ImpliedAnswer(reading.endpoint, reading.at, float(held[yes].sum()))


def _implied_time(
    course: Course, arm: str, reading: ReadTime, times: Sequence[float], of: Iterable[str]
) -> ImpliedTime:
    outcome = outcomes_of(reading)
    held = _occupied(course, arm, times, of, frozenset(outcome))
    place = {each.id: number for number, each in enumerate(course.states)}
    words = dict((*reading.entering, *reading.competing))
    happened = tuple(dict.fromkeys(words.values()))
    incidence = np.zeros((len(happened), len(times)))
    event = np.zeros(len(times))
    for state, word in words.items():
        incidence[happened.index(word)] += held[:, place[state]]
        event += held[:, place[state]] if outcome[state] == 1 else 0.0
    free = held[:, [each.id not in words for each in course.states]].sum(axis=1)
    return ImpliedTime(
        reading.endpoint, vector(times), vector(free), happened, frozen(incidence), vector(event)
    )


def _check(course: Course, arm: str, of: Iterable[str]) -> None:
    """Refuse a course that makes no sense, or none of whose probabilities have this form."""
    named = {mark for each in course.transitions for mark, _ in each.ratios}
    named |= {mark for each in course.transitions for _, mark, _ in each.arm_ratios}
    check_course(course, tuple(arm for arm, _ in course.start), frozenset({*named, *of}))
    if arm not in dict(course.start):
        known = ", ".join(arm for arm, _ in course.start)
        raise refusal(f"The course has no arm {arm!r}", f"use one of {known}")
    for each in course.transitions:
        pieces = hazard_of(each, arm, frozenset(of))
        if each.clock == "since entry" and len({value for _, value in pieces}) > 1:
            raise refusal(
                f"The hazard from {each.source!r} to {each.target!r} changes with the time since "
                "entry, so that probabilities have no closed form",
                "simulate the course instead",
            )


def _occupied(
    course: Course,
    arm: str,
    times: Sequence[float],
    of: Iterable[str],
    kept: frozenset[str],
) -> Matrix:
    """Carry the shares at the start through every piece; nobody leaves the states `kept`."""
    from scipy.linalg import expm  # noqa: PLC0415 - heavy

    asked = np.asarray(times, dtype=np.float64)
    if not (np.isfinite(asked).all() and (asked >= 0).all()):
        raise refusal(f"Probabilities are asked for at {list(times)}", "give times of 0 or more")
    marks = frozenset(of)
    moving = [each for each in course.transitions if each.source not in kept]
    cuts = {start for each in moving for start, _ in hazard_of(each, arm, marks)}
    last = float(asked.max(initial=0.0))
    moments = sorted({0.0, *asked.tolist(), *(cut for cut in cuts if cut < last)})
    start = dict(dict(course.start)[arm])
    held = np.array([start.get(each.id, 0.0) for each in course.states])
    at = {0.0: held}
    for begin, end in pairwise(moments):
        held = held @ expm(_hazards(course, moving, arm, marks, begin) * (end - begin))
        at[end] = held
    return frozen(np.array([at[time] for time in asked.tolist()]).reshape(-1, len(course.states)))


def _hazards(
    course: Course,
    moving: Sequence[Transition],
    arm: str,
    marks: frozenset[str],
    time: float,
) -> Matrix:
    place = {each.id: number for number, each in enumerate(course.states)}
    hazards = np.zeros((len(place), len(place)))
    for each in moving:
        value = value_at(hazard_of(each, arm, marks), time)
        hazards[place[each.source], place[each.target]] += value
        hazards[place[each.source], place[each.source]] -= value
    return hazards
