"""One simulated trial with all that data hold: who took part, and what became of them by a date.

What the rehearsal makes (arms, strata, times, answers) is as it was played: the trial is known at
its number, and cut as its looks were.  What only data need is added from streams of its own, so
that it moves nothing else: variables at randomization, the word for what happened, adverse events.
What nothing is assumed of is left empty, and said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.design.trial_design import TrialDesign
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Flags, codes, vector
from equipoise.protocol.trial import Protocol
from equipoise.simulate.plan import SimulationPlan
from equipoise.simulate.replays.replay import Replayed, replay, rules_of_trial
from equipoise.simulate.replays.trial import PlannedSimulation
from equipoise.simulate.snapshots import TrialSnapshot, snapshot_of_trial
from equipoise.simulate.work import prepared
from equipoise.simulate.worlds.adverse_events import AdverseEventList
from equipoise.simulate.worlds.world import World
from equipoise.simulate.written.arrivals import arrivals_of, time_of_event
from equipoise.simulate.written.baseline import Shares, Variables, variables_of
from equipoise.simulate.written.happenings import Happened, adverse_events_of, happened_to


@dataclass(frozen=True, slots=True)
class AsOfEvents:
    """The calendar time when so many events of an endpoint have become known."""

    events: int
    endpoint: str | None = None  # None: of the hypothesis that sizes the trial


@dataclass(frozen=True, slots=True)
class WrittenTrial:
    """One simulated trial, known at a calendar time; patients in order of entry."""

    protocol: Protocol
    design: TrialDesign
    world: World
    scenario: str
    candidate: str  # name of the design it was played under
    seed: int
    stream: int
    trial: int
    stopped: float  # calendar time of the look at which it ended by its own rules
    looks: tuple[float, ...]  # calendar times of those it came to
    data: TrialSnapshot
    variables: Variables
    populations: Mapping[str, Flags]
    happened: Happened
    adverse_events: AdverseEventList | None  # None: nothing is assumed of them
    assumed: tuple[str, ...]  # sentences

    @property
    def size(self) -> int:
        """How many patients the data hold."""
        return int(self.data.entry.size)

    @property
    def follow_up_until(self) -> float:
        """Calendar time until which patients were followed: the cut, less the lag of the data."""
        return self.data.at - self.world.reporting.lag


def written_trial(
    planned: PlannedSimulation,
    scenario: str,
    *,
    design: str | None = None,
    trial: int = 0,
    as_of: float | AsOfEvents | None = None,
    shares: Shares | None = None,
) -> WrittenTrial:
    """Make one simulated trial as its data would hold it.

    Args:
        planned: of `plan_simulation`.
        scenario: by its id.
        design: by name; None: the protocol's own.
        trial: its number, from 0.
        as_of: calendar time of the data cut, or so many events; None: when the trial stopped.
        shares: of the levels of variables of which the protocol plans none.

    Raises:
        SimulationError: There is no such scenario, design or trial, or it cannot be cut so.

    Witness: `replay` at its looks, through `analyze`; a second program for the streams.
    """
    plan = planned.plan
    name = plan.designs[0].name if design is None else design
    found = replay(plan, scenario, name, trial)
    where, which = plan.scenario(scenario), plan.design(name)
    rehearsal, rules = prepared(plan, where, which), rules_of_trial(plan, where, which, trial)
    key = (plan.seed, plan.stream(where), trial)
    cut = _cut(planned, plan, found, as_of)
    seed, stream, _ = key
    seen = snapshot_of_trial(
        rehearsal, seed=seed, scenario=stream, trial=trial, at=cut, rules=rules
    )
    world = rehearsal.world
    data = _followed(seen, cut - world.reporting.lag, planned.protocol.trial.time_unit)
    arrival = codes(arrivals_of(rehearsal, key, rules)[: data.entry.size])
    variables, said = variables_of(planned.protocol, world, data, key, arrival, shares or {})
    happened, words = happened_to(planned, where, world, data, key, arrival)
    events, told = adverse_events_of(world, data, key, arrival, happened, planned.protocol)
    return WrittenTrial(
        protocol=planned.protocol,
        design=planned.design,
        world=world,
        scenario=scenario,
        candidate=name,
        seed=seed,
        stream=stream,
        trial=trial,
        stopped=found.duration,
        looks=tuple(look.time for look in found.looks),
        data=data,
        variables=variables,
        populations=_members(world, data.cell),
        happened=happened,
        adverse_events=events,
        assumed=(*planned.rehearsals[where].assumed, *said, *words, *told),
    )


def _cut(
    planned: PlannedSimulation,
    plan: SimulationPlan,
    found: Replayed,
    as_of: float | AsOfEvents | None,
) -> float:
    """Give the calendar time of the data cut."""
    if as_of is None:
        return found.duration
    if not isinstance(as_of, AsOfEvents):
        return as_of
    where, which = plan.scenario(found.scenario), plan.design(found.design)
    endpoint = as_of.endpoint
    if endpoint is None:
        lead = planned.design.main
        endpoint = plan.designs[which].conduct.tested[0].endpoint if lead is None else lead.endpoint
    if endpoint not in found.endpoints:
        raise SimulationError(
            f"Scenario {found.scenario!r} does not tell of {endpoint!r}; count the events of one "
            f"of {', '.join(found.endpoints)}.",
            "as of",
        )
    return time_of_event(
        prepared(plan, where, which),
        (plan.seed, plan.stream(where), found.trial),
        rules_of_trial(plan, where, which, found.trial),
        endpoint,
        as_of.events,
    )


def _followed(seen: TrialSnapshot, until: float, time_unit: str) -> TrialSnapshot:
    """Leave out who was enrolled after the time that the data reach back to."""
    size = int(np.searchsorted(seen.entry, until, side="right"))
    if not size:
        raise SimulationError(
            f"Nobody is enrolled by {seen.at:g} {time_unit}s, so that there are no data. Cut "
            "later.",
            "as of",
        )
    if size == seen.entry.size:
        return seen
    return TrialSnapshot(
        seen.at,
        seen.endpoints,
        vector(seen.entry[:size]),
        codes(seen.arm[:size]),
        codes(seen.stratum[:size]),
        codes(seen.cell[:size]),
        seen.lost[:size],
        np.ascontiguousarray(seen.time[:, :size]),
        np.ascontiguousarray(seen.outcome[:, :size]),
    )


def _members(world: World, cell: Codes) -> dict[str, Flags]:
    """Tell who belongs to each population of the world."""
    return {
        name: np.array([name in world.cells[c].populations for c in cell.tolist()], dtype=np.bool_)
        for name in world.populations
    }
