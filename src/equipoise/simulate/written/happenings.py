"""What happened to simulated patients, in the protocol's own words, and their adverse events.

A course says which of an endpoint's events it was, by the state that was entered.  Where endpoints
follow laws of their own, events of one endpoint are not told apart: the first that it names stands
for all.  Adverse events end with follow-up, or when no state follows the one entered (death).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector, flags, vector
from equipoise.protocol.course import Course, ReadTime
from equipoise.protocol.endpoints import AdverseEvents, TimeToEvent
from equipoise.protocol.trial import Protocol
from equipoise.simulate.arrays import Key
from equipoise.simulate.course.histories import Paths, happenings, paths
from equipoise.simulate.planned.laws import endpoint_truths, layers_of
from equipoise.simulate.planned.patients import kinds_of
from equipoise.simulate.replays.trial import PlannedSimulation
from equipoise.simulate.snapshots import TrialSnapshot
from equipoise.simulate.worlds.adverse_events import (
    AdverseEventList,
    adverse_event_arrays,
    adverse_events,
)
from equipoise.simulate.worlds.arrays import world_arrays
from equipoise.simulate.worlds.world import CourseTruth, IndependentEndpoints, World

NEARLY = 1 + 1e-9  # what happens at the very cut is known: entry and time do not add up exactly
DEATHS = ("death", "died", "dead")
Words: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """What ended each patient's follow-up, by endpoint; empty where nothing has."""

    words: tuple[tuple[str, Words], ...]  # (time-to-event endpoint, a word a patient)
    until: Vector  # (patients,) since entry: as long as a patient lives and is followed
    died: Flags  # (patients,) as far as the scenario tells

    def of(self, endpoint: str) -> Words:
        """Give the words of one endpoint."""
        return dict(self.words)[endpoint]


def happened_to(
    planned: PlannedSimulation,
    scenario: int,
    world: World,
    data: TrialSnapshot,
    key: Key,
    arrival: Codes,
) -> tuple[Happened, Words]:
    """Say what happened to each patient by the data cut, and what had to be assumed.

    Witness: the outcomes of the snapshot; the states of each path.
    """
    timed = {each.id: each for each in planned.protocol.endpoints if isinstance(each, TimeToEvent)}
    known = [(at, timed[name]) for at, name in enumerate(data.endpoints) if name in timed]
    followed = _followed(world, data)
    if isinstance(world.truth, CourseTruth):
        return _by_course(world.truth.course, world, data, key, arrival, known, followed)
    words = []
    said: Words = ()
    for at, endpoint in known:
        names = ("", endpoint.events[0], *_competing(planned, scenario, world, endpoint))
        ended = np.maximum(data.outcome[at], 0)
        words.append((endpoint.id, tuple(names[code] for code in ended.tolist())))
        if len(endpoint.events) > 1:
            stands = f"all stand as {endpoint.events[0]!r}"
            said += (f"{endpoint.label}: which event it was is not assumed; {stands}.",)
    return Happened(tuple(words), *_alive(data, known, followed)), said


def _followed(world: World, data: TrialSnapshot) -> Vector:
    """Give how long each patient is followed if nothing happens, since entry."""
    until = np.asarray(data.at - world.reporting.lag - data.entry, dtype=np.float64)
    return np.minimum(until, world.longest_follow_up)


def _by_course(
    course: Course,
    world: World,
    data: TrialSnapshot,
    key: Key,
    arrival: Codes,
    known: list[tuple[int, TimeToEvent]],
    followed: Vector,
) -> tuple[Happened, Words]:
    arrays = world_arrays(world).course
    lost = followed.copy()
    for at, _ in known:  # who was lost is not followed on for any endpoint
        lost = np.where(data.lost & (data.outcome[at] == 0), data.time[at], lost)
    found = paths(
        arrays, data.arm, data.cell, lost * NEARLY, seed=key[0], scenario=key[1], trial=key[2],
        arrival=arrival,
    )  # fmt: skip
    words = []
    for at, endpoint in known:
        reading = next(each for each in course.readings if each.endpoint == endpoint.id)
        assert isinstance(reading, ReadTime)  # noqa: S101 - a time-to-event endpoint is read so
        ended = data.outcome[at] > 0
        every = happenings(course, reading, found)
        words.append(
            (endpoint.id, tuple(w if e else "" for w, e in zip(every, ended, strict=True)))
        )
    return Happened(tuple(words), *_living(course, found, lost)), ()


def _living(course: Course, found: Paths, lost: Vector) -> tuple[Vector, Flags]:
    """End what is followed where a state is entered that is never left."""
    left = {each.source for each in course.transitions}
    lasting = np.array([each.id not in left for each in course.states])
    last = found.first[1:] - 1
    ended = lasting[found.state[last]]
    return vector(np.where(ended, np.minimum(lost, found.entered[last]), lost)), flags(ended)


def _alive(
    data: TrialSnapshot, known: list[tuple[int, TimeToEvent]], followed: Vector
) -> tuple[Vector, Flags]:
    """End what is followed at death, where an endpoint is death alone, and at dropout."""
    until, died = followed.copy(), np.zeros(followed.size, dtype=np.bool_)
    for at, endpoint in known:
        of_death = any(word in endpoint.events[0].casefold() for word in DEATHS)
        ended = (data.outcome[at] == 1) & (of_death and len(endpoint.events) == 1)
        gone = data.lost & (data.outcome[at] == 0)
        until = np.where(ended | gone, np.minimum(until, data.time[at]), until)
        died |= ended
    return vector(until), flags(died)


def _competing(
    planned: PlannedSimulation, scenario: int, world: World, endpoint: TimeToEvent
) -> Words:
    """Name the competing events of a world, in the order of its outcomes from 2."""
    if not isinstance(world.truth, IndependentEndpoints):
        return endpoint.competing
    layers = layers_of(planned.protocol, planned.rehearsals[scenario].scenario)
    kinds = kinds_of(planned.protocol, layers)
    truths = endpoint_truths(planned.protocol, planned.design, kinds, layers)
    told = {
        each.event
        for truth in truths
        if truth.endpoint.id == endpoint.id
        for each in truth.change.competing
    }
    return tuple(each for each in endpoint.competing if each in told)


def adverse_events_of(
    world: World,
    data: TrialSnapshot,
    key: Key,
    arrival: Codes,
    happened: Happened,
    protocol: Protocol,
) -> tuple[AdverseEventList | None, Words]:
    """List the adverse events by the data cut; none where nothing is assumed of them.

    Witness: `adverse_events`.
    """
    if not world.adverse_events:
        return None, tuple(_untold(protocol, world))
    found = adverse_events(
        adverse_event_arrays(world.adverse_events, world.arms),
        np.ascontiguousarray(data.arm),
        np.ascontiguousarray(happened.until),
        seed=key[0],
        scenario=key[1],
        trial=key[2],
        arrival=arrival,
    )
    return found, tuple(_untold(protocol, world))


def _untold(protocol: Protocol, world: World) -> Iterator[str]:
    """Say of which endpoints nothing is assumed, so that nothing is recorded."""
    untold = [
        each.label
        for each in protocol.endpoints
        if each.id not in world.endpoints
        and not (isinstance(each, AdverseEvents) and world.adverse_events)
    ]
    if untold:
        yield (
            "The scenario tells nothing of these endpoints. The data record no event and no value "
            f"of them, which is no finding: {', '.join(untold)}."
        )
