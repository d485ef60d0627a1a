"""One simulated trial as its analysis would see it at a calendar time: for replay and for data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, codes, flags, frozen, vector
from equipoise.simulate.arrays import ANSWER, Rules, RulesOfTrials
from equipoise.simulate.cuts import known_from, shown_rows
from equipoise.simulate.generate import generate
from equipoise.simulate.rehearsal import (
    Desk,
    Rehearsal,
    check_range,
    desk_for,
    rules_of_trials,
)


@dataclass(frozen=True, slots=True)
class TrialSnapshot:
    """Patients enrolled by a calendar time, in order of entry, and what is known of them."""

    at: float
    endpoints: tuple[str, ...]
    entry: Vector  # (patients,) calendar time
    arm: Codes  # (patients,) index into `World.arms`
    stratum: Codes
    cell: Codes
    lost: Flags  # (patients,) dropped out by then, as far as is known
    time: Matrix  # (endpoints, patients) follow-up, or when an answer was given; 0 where none
    outcome: NDArray[np.int64]  # (endpoints, patients) as in `Followup`; -1: nothing known yet


def snapshot_of_trial(
    rehearsal: Rehearsal,
    *,
    seed: int,
    scenario: int,
    trial: int,
    at: float,
    rules: RulesOfTrials | None = None,
) -> TrialSnapshot:
    """Give one trial as it is known at a calendar time.

    Args:
        rehearsal: of `prepare`.
        seed: of the run.
        scenario: its number.
        trial: its number.
        at: calendar time of the data cut.
        rules: what adaptations have changed, one row; None: nothing.

    Raises:
        SimulationError: a negative seed or trial, or a calendar time that is none.

    Witness: the statistics of `play` from `analyze` on these rows.
    """
    check_range(seed, scenario, trial, trial + 1)
    if not 0.0 <= at < np.inf:
        raise SimulationError(
            f"The data cut is at {at:g}. Give a finite calendar time of 0 or more.", "time"
        )
    changed = rules_of_trials(rehearsal, rules)
    own = Rules(
        changed.arm_closes[0], changed.cell_closes[0], int(changed.patients[0]), changed.events[0]
    )
    desk = desk_for(rehearsal, own.patients)
    size = generate(rehearsal.world_arrays, seed, scenario, trial, own, desk.patients)
    known_from(desk.patients, size, rehearsal.seen.lag, rehearsal.seen.kinds, desk.known)
    return _seen_at(rehearsal, desk, size, at)


def _seen_at(rehearsal: Rehearsal, desk: Desk, size: int, at: float) -> TrialSnapshot:
    """Cut the trial at the desk."""
    patients, seen = desk.patients, rehearsal.seen
    enrolled = int(np.searchsorted(patients.entry[:size], at, side="right"))
    endpoints = len(rehearsal.world.endpoints)
    time, outcome = np.zeros((endpoints, size)), np.full((endpoints, size), -1, dtype=np.int64)
    for e in range(endpoints):
        answer = bool(seen.kinds[e] == ANSWER)
        shown_rows(patients, size, desk.known, e, answer, at, seen.lag, time[e], outcome[e])
    entry, lost = patients.entry[:enrolled], patients.lost[:enrolled]
    gone = (lost < seen.longest_follow_up) & (entry + lost + seen.lag <= at)
    outcome = np.ascontiguousarray(outcome[:, :enrolled])
    outcome.setflags(write=False)
    return TrialSnapshot(
        at=at,
        endpoints=rehearsal.world.endpoints,
        entry=vector(entry),
        arm=codes(patients.arm[:enrolled]),
        stratum=codes(patients.stratum[:enrolled]),
        cell=codes(patients.cell[:enrolled]),
        lost=flags(gone),
        time=frozen(np.ascontiguousarray(time[:, :enrolled])),
        outcome=outcome,
    )
