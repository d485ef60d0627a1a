"""A world and a conduct made ready for compiled loops, once for any number of trials."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.ordering import Keys
from equipoise.simulate.arrays import Patients, RulesOfTrials, WorldArrays
from equipoise.simulate.conduct import Conduct
from equipoise.simulate.conduct_arrays import ConductArrays, conduct_arrays
from equipoise.simulate.statistics.moments import Moments, room_for_moments
from equipoise.simulate.worlds.arrays import room_for, world_arrays
from equipoise.simulate.worlds.world import World


class Seen(NamedTuple):
    """What a data cut needs to know of the world."""

    kinds: Codes  # (endpoints,) `TIME` or `ANSWER`
    member: Codes  # (cells,) bit b: belongs to population b
    assessed: Vector  # (endpoints,) when an answer is due, since entry
    strata: int
    lag: float
    longest_follow_up: float


class Desk(NamedTuple):
    """Room to work in: what a loop over trials fills anew in each."""

    patients: Patients
    known: Matrix  # (endpoints, patients) from when an outcome is known
    space: Vector  # (patients,)
    keys: Keys  # (patients,)
    spare: Keys  # (patients,)
    moments: Moments
    counts: Matrix  # (strata, 4)
    score: Vector  # (weights,)
    covariance: Matrix  # (weights, weights)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is rehearsed, as values and as compiled loops see it."""

    world: World
    conduct: Conduct
    world_arrays: WorldArrays
    conduct_arrays: ConductArrays
    seen: Seen


def prepare(world: World, conduct: Conduct) -> Rehearsal:
    """Check a world and a conduct, and lay them out.

    Raises:
        SimulationError: what in them cannot be rehearsed.
    """
    arrays = world_arrays(world)
    seen = Seen(
        kinds=arrays.endpoint_kind,
        member=arrays.cell_member,
        assessed=arrays.assessed,
        strata=int(arrays.strata),
        lag=float(arrays.lag),
        longest_follow_up=float(arrays.longest_follow_up),
    )
    return Rehearsal(world, conduct, arrays, conduct_arrays(world, conduct), seen)


def desk_for(rehearsal: Rehearsal, most: int | None = None) -> Desk:
    """Make room for the trials of one loop, of so many patients at most (None: as planned)."""
    patients = room_for(rehearsal.world_arrays, most)
    endpoints, rows = patients.time.shape
    strata = rehearsal.seen.strata
    weights = max(int(np.diff(rehearsal.conduct_arrays.first_weight).max()), 1)
    return Desk(
        patients=patients,
        known=np.empty((endpoints, rows)),
        space=np.empty(rows),
        keys=np.empty(rows, np.uint64),
        spare=np.empty(rows, np.uint64),
        moments=room_for_moments(rows, strata),
        counts=np.zeros((strata, 4)),
        score=np.empty(weights),
        covariance=np.empty((weights, weights)),
    )


def rules_of_trials(rehearsal: Rehearsal, rules: RulesOfTrials | None) -> RulesOfTrials:
    """Give rules as compiled loops take them; without any, one row under which nothing changes."""
    if rules is not None:
        return RulesOfTrials(
            np.ascontiguousarray(rules.arm_closes, dtype=np.float64),
            np.ascontiguousarray(rules.cell_closes, dtype=np.float64),
            np.ascontiguousarray(rules.patients, dtype=np.int64),
            np.ascontiguousarray(rules.events, dtype=np.float64),
        )
    arms, cells = len(rehearsal.world.arms), len(rehearsal.world.cells)
    return RulesOfTrials(
        np.full((1, arms), np.inf),
        np.full((1, cells), np.inf),
        np.array([rehearsal.world.enrollment.patients], dtype=np.int64),
        np.full((1, *rehearsal.conduct_arrays.kind.shape), np.inf),
    )


def check_range(seed: int, scenario: int, first: int, last: int) -> None:
    """Refuse numbers that no stream of random numbers has.

    Raises:
        SimulationError: which one it is.
    """
    for what, number in (("seed", seed), ("scenario", scenario), ("first trial", first)):
        if not 0 <= number < 2**63:
            raise SimulationError(
                f"The {what} is {number}. Give a whole number from 0 to 2**63 - 1.", what
            )
    if not first <= last < 2**63:
        raise SimulationError(
            f"Trials {first} to {last} are no range. Give a last that is not before the first.",
            "trials",
        )
