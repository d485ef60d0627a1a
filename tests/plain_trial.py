"""One simulated trial the slow, obvious way: plain NumPy, patient by patient.

The second program of a rehearsal.  It knows nothing of `equipoise.simulate`: random numbers are
NumPy's own, `Generator(Philox(key=[seed, scenario], counter=[0, purpose, trial, who]))`, tests
are the public ones of real data.  What each random number is for is written in the documentation
of the streams, and told again here in plain words.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from equipoise.analyze.log_rank import log_rank

Pieces = tuple[tuple[float, float], ...]  # (from time, hazard or rate)
ARRIVAL, CELL, ALLOCATION, DROPOUT, COURSE, ENDPOINT = 0, 1, 2, 3, 6, 512


@dataclass(frozen=True)
class PlainWorld:
    patients: int
    rates: Pieces  # patients a time unit
    hazards: dict[str, list[list[Pieces]]] = field(default_factory=dict)  # [arm][cell]
    process: str = "poisson"
    duration: float = np.inf
    ratio: tuple[int, ...] = (1, 1)
    shares: tuple[float, ...] = (1.0,)  # of the cells
    stratum: tuple[int, ...] = (0,)  # of each cell
    members: tuple[bool, ...] = (False,)  # of each cell: in the biomarker population
    dropout: float = 0.0
    longest_follow_up: float = np.inf
    lag: float = 0.0
    course: Callable[["Draws", "Person"], None] | None = None  # instead of hazards


@dataclass(frozen=True)
class Changes:
    """What adaptations have changed."""

    patients: int
    arm_closes: dict[int, float] = field(default_factory=dict)
    cell_closes: dict[int, float] = field(default_factory=dict)


@dataclass
class Person:
    number: int  # among all who arrived
    entry: float
    arm: int
    cell: int
    stratum: int
    lost: float = np.inf  # since entry
    event: dict[str, float] = field(default_factory=dict)  # endpoint → time since entry
    answer: dict[str, tuple[float, int]] = field(default_factory=dict)  # endpoint → (when, what)


@dataclass(frozen=True)
class Draws:
    """The random numbers of one trial."""

    seed: int
    scenario: int
    trial: int

    def numbers(self, purpose: int, size: int, who: int = 0):
        bits = np.random.Philox(
            key=np.array([self.seed, self.scenario], np.uint64),
            counter=np.array([0, purpose, self.trial, who], np.uint64),
        )
        return np.random.Generator(bits).random(size)


def when_reached(pieces: Pieces, needed: float) -> float:
    """Walk along the pieces until the hazards (or rates) add up to what is needed."""
    for k, (start, hazard) in enumerate(pieces):
        end = pieces[k + 1][0] if k + 1 < len(pieces) else np.inf
        if hazard > 0 and needed <= hazard * (end - start):
            return start + needed / hazard
        needed -= hazard * (end - start) if hazard > 0 else 0.0
    return np.inf


def added_up(pieces: Pieces, until: float) -> float:
    total = 0.0
    for k, (start, hazard) in enumerate(pieces):
        end = min(pieces[k + 1][0] if k + 1 < len(pieces) else np.inf, until)
        total += hazard * max(end - start, 0.0)
    return total


def arrivals(world: PlainWorld, draws: Draws, size: int) -> list[float]:
    if world.process == "even":
        return [when_reached(world.rates, i + 1.0) for i in range(size)]
    gaps = -np.log1p(-draws.numbers(ARRIVAL, max(size, world.patients + 1)))
    if world.process == "poisson":
        return [when_reached(world.rates, gap) for gap in np.cumsum(gaps)[:size]]
    whole, times = gaps[: world.patients + 1].sum(), []
    for i in range(size):
        share = gaps[: i + 1].sum() / whole
        times.append(when_reached(world.rates, share * added_up(world.rates, world.duration)))
    return times


def recruit(world: PlainWorld, draws: Draws, changes: Changes) -> list[Person]:
    """Screen one patient after the other until enough are enrolled."""
    size = 8 * changes.patients
    entry = arrivals(world, draws, size if world.process != "uniform" else world.patients)
    kind, place = draws.numbers(CELL, size), draws.numbers(ALLOCATION, size)
    cumulative = np.cumsum(world.shares)[:-1]
    block: dict[int, list[int]] = {}
    enrolled: list[Person] = []
    for i, now in enumerate(entry):
        cell = int(np.sum(kind[i] >= cumulative))
        if now >= changes.cell_closes.get(cell, np.inf):
            continue
        arms = [a for a in range(len(world.ratio)) if now < changes.arm_closes.get(a, np.inf)]
        stratum = world.stratum[cell]
        left = [arm for arm in block.get(stratum, []) if arm in arms]
        if not left:
            block[stratum] = [a for a, r in enumerate(world.ratio) for _ in range(r)]
            left = [arm for arm in block[stratum] if arm in arms]
        arm = left[int(place[i] * len(left))]
        block[stratum].remove(arm)
        enrolled.append(Person(i, now, arm, cell, stratum))
        if len(enrolled) == changes.patients:
            break
    return enrolled


def follow(world: PlainWorld, draws: Draws, people: list[Person]) -> None:
    """Say what becomes of everyone."""
    size = people[-1].number + 1
    gone = -np.log1p(-draws.numbers(DROPOUT, size))
    needed = {
        endpoint: -np.log1p(-draws.numbers(ENDPOINT + 16 * e, size))
        for e, endpoint in enumerate(world.hazards)
    }
    for person in people:
        dropout = gone[person.number] / world.dropout if world.dropout else np.inf
        person.lost = min(dropout, world.longest_follow_up)
        for endpoint, hazards in world.hazards.items():
            pieces = hazards[person.arm][person.cell]
            person.event[endpoint] = when_reached(pieces, needed[endpoint][person.number])
        if world.course is not None:
            world.course(draws, person)


def a_trial(world: PlainWorld, draws: Draws, changes: Changes | None = None) -> list[Person]:
    people = recruit(world, draws, changes or Changes(world.patients))
    follow(world, draws, people)
    return people


def news(world: PlainWorld, people: list[Person], endpoint: str) -> list[float]:
    """List the calendar times at which events become known."""
    times = [
        person.entry + person.event[endpoint] + world.lag
        for person in people
        if person.event[endpoint] <= person.lost
    ]
    return sorted(time for time in times if time < np.inf)


@dataclass(frozen=True)
class Cut:
    """The follow-up of one endpoint as known at a calendar time."""

    people: list[Person]
    time: list[float]
    event: list[bool]

    def z(self, control: int, experimental: int, *, stratified=False, world=None, members=False):
        """Give (z, variance, events) of the log-rank test of two arms."""
        rows = [
            i
            for i, person in enumerate(self.people)
            if person.arm in {control, experimental} and (not members or world.members[person.cell])
        ]
        test = log_rank(
            [self.time[i] for i in rows],
            [self.event[i] for i in rows],
            [int(self.people[i].arm == experimental) for i in rows],
            groups=2,
            stratum=[self.people[i].stratum for i in rows] if stratified else None,
        )
        events = sum(self.event[i] for i in rows)
        return float(test.statistic), float(test.variance[1, 1]), events


def cut(world: PlainWorld, people: list[Person], endpoint: str, at: float) -> Cut:
    seen = [person for person in people if person.entry <= at - world.lag]
    time, event = [], []
    for person in seen:
        own = person.event[endpoint]
        happened = own <= person.lost and person.entry + own + world.lag <= at
        event.append(happened)
        time.append(own if happened else min(person.lost, at - world.lag - person.entry, own))
    return Cut(seen, time, event)
