"""Whether a multi-state course can be, and tells of the protocol's endpoints in their words."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar

from equipoise.protocol.contradiction import Contradiction, repeated, unknown
from equipoise.protocol.course import AdverseEventRate, Course, ReadAnswer, ReadTime
from equipoise.protocol.endpoints import Binary, TimeToEvent
from equipoise.protocol.trial import Protocol

Path: TypeAlias = tuple[str | int, ...]
ROUNDING = 1e-6
Shares = TypeVar("Shares")


def course_contradictions(
    protocol: Protocol, course: Course, path: Path, adverse: Sequence[AdverseEventRate] = ()
) -> Iterator[Contradiction]:
    """Find what a course says and cannot be.

    Args:
        protocol: whose arms, strata and endpoints it names.
        course: as read.
        path: where the course stands.
        adverse: the adverse events told of with it.
    """
    states = [each.id for each in course.states]
    yield from repeated((*path, "states"), "state", states)
    yield from _start(course, path, states)
    yield from _transitions(protocol, course, path, states)
    read = [each.endpoint for each in course.readings]
    yield from repeated((*path, "readings"), "endpoint", read)
    for place, each in enumerate(course.readings):
        here = (*path, "readings", place)
        if isinstance(each, ReadTime):
            yield from _time(protocol, each, here, states)
        else:
            yield from _answer(protocol, each, here, states)
    yield from adverse_contradictions(adverse, path)


def _start(course: Course, path: Path, states: list[str]) -> Iterator[Contradiction]:
    here = (*path, "start")
    for arm, shares in _once(course.start):
        yield from unknown((*here, arm), "state", [state for state, _ in shares], states)
        total = sum(share for _, share in shares)
        if any(not 0 <= share <= 1 for _, share in shares) or abs(total - 1) > ROUNDING:
            what, remedy = "shares of the states add up to 1", "write what is missing"
            found = f"{total:g} in {arm}"
            yield Contradiction((*here, arm), what, found, remedy)


def _once(by_arm: Sequence[tuple[str, Shares]]) -> list[tuple[str, Shares]]:
    """Leave one arm of those that have the same shares, as where they are written for all."""
    return [each for k, each in enumerate(by_arm) if each[1] not in [one for _, one in by_arm[:k]]]


def _transitions(
    protocol: Protocol, course: Course, path: Path, states: list[str]
) -> Iterator[Contradiction]:
    levels = [level for each in protocol.variables for level in each.levels]
    known = [*levels, *(each.id for each in protocol.populations)]
    seen: set[tuple[str, str]] = set()
    for place, each in enumerate(course.transitions):
        here = (*path, "transitions", place)
        yield from unknown((*here, "from"), "state", [each.source], states)
        yield from unknown((*here, "to"), "state", [each.target], states)
        way = f"{each.source} to {each.target}"
        if each.source == each.target:
            what, remedy = "a move leads from one state to another", "name two states"
            yield Contradiction((*here, "to"), what, repr(each.target), remedy)
        if (each.source, each.target) in seen:
            what, remedy = "the same move twice", "add their hazards in one"
            yield Contradiction(here, what, way, remedy)
        seen.add((each.source, each.target))
        ratios = [((*here, "ratios", name), name, ratio) for name, ratio in each.ratios]
        for arm, name, ratio in each.arm_ratios:
            ratios.append(((*here, "arm_ratios", arm, name), name, ratio))
        for where, name, ratio in ratios:
            yield from unknown(where, "level of a stratum, or population", [name], known)
            if not ratio >= 0:
                what, remedy = "a hazard ratio is 0 or more", "write 1.3, or another"
                yield Contradiction(where, what, f"{ratio:g}", remedy)


def _time(
    protocol: Protocol, read: ReadTime, path: Path, states: list[str]
) -> Iterator[Contradiction]:
    endpoints = {each.id: each for each in protocol.endpoints}
    yield from unknown((*path, "endpoint"), "endpoint", [read.endpoint], endpoints)
    endpoint = endpoints.get(read.endpoint)
    if endpoint is not None and not isinstance(endpoint, TimeToEvent):
        what, remedy = "such an endpoint is not read by `entering`", "write `at` and `states`"
        yield Contradiction((*path, "entering"), what, repr(read.endpoint), remedy)
        return
    for key, held in (("entering", read.entering), ("competing", read.competing)):
        words = () if endpoint is None else (endpoint.events, endpoint.competing)
        for state, event in held:
            here = (*path, key, state)
            yield from unknown(here, "state", [state], states)
            if words:
                known = words[0] if key == "entering" else words[1]
                kind = "event" if key == "entering" else "competing event"
                yield from unknown(here, f"{kind} of {read.endpoint}", [event], known)
    if not read.entering:
        what, remedy = "an endpoint without an event", "name a state and what happened"
        yield Contradiction((*path, "entering"), what, repr(read.endpoint), remedy)
    both = {state for state, _ in read.entering} & {state for state, _ in read.competing}
    for state in sorted(both):
        what, remedy = "a state is an event and a competing one", "keep one of the two"
        yield Contradiction((*path, "competing", state), what, repr(state), remedy)


def _answer(
    protocol: Protocol, read: ReadAnswer, path: Path, states: list[str]
) -> Iterator[Contradiction]:
    endpoints = {each.id: each for each in protocol.endpoints}
    yield from unknown((*path, "endpoint"), "endpoint", [read.endpoint], endpoints)
    endpoint = endpoints.get(read.endpoint)
    if endpoint is not None and not isinstance(endpoint, Binary):
        what, remedy = "such an endpoint is not read by `at`", "write `entering`"
        yield Contradiction((*path, "at"), what, repr(read.endpoint), remedy)
    yield from unknown((*path, "states"), "state", read.states, states)
    yield from repeated((*path, "states"), "state", read.states)


def adverse_contradictions(
    adverse: Sequence[AdverseEventRate], path: Path
) -> Iterator[Contradiction]:
    """Find shares of adverse events that cannot be."""
    for place, each in enumerate(adverse):
        here = (*path, "adverse_events", place)
        for arm, grades in _once(each.grades):
            total = sum(grades)
            if any(not 0 <= share <= 1 for share in grades) or abs(total - 1) > ROUNDING:
                what, remedy = "shares of the grades add up to 1", "write what is missing"
                yield Contradiction((*here, "grades"), what, f"{total:g} in {arm}", remedy)
        shares = [("serious", each.serious), ("related", each.related)]
        shares += [("susceptible", share) for _, share in each.susceptible]
        for key, share in shares:
            if not 0 <= share <= 1:
                what, remedy = "a share lies between 0 and 1", "write 0.5 for half"
                yield Contradiction((*here, key), what, f"{share:g}", remedy)
