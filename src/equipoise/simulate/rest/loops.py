"""The rest of a trial played in compiled loops: those at hand, those to come, the looks to come.

A replicate's future is drawn by `kernel.futures` and laid out as the patients of a rehearsed trial,
so that the loops of the rehearsal time its looks and compute its statistics.  Every endpoint takes
the same random numbers for the same patient: who is late in one is late in the other, and an
endpoint that contains another never comes after it where its hazard is the larger.

Who is to come has the arm of the group, and a stratum by number j of stream (seed, FUTURE,
replicate, STRATUM) where a group holds several.
"""

from typing import NamedTuple

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix
from equipoise.kernel.compiling import borrowing, borrowing_from_python, compiled
from equipoise.kernel.futures import FUTURE, Future, FutureArrays, HandArrays, fill_future
from equipoise.kernel.philox import uniform_at
from equipoise.simulate.arrays import LookTable, Patients
from equipoise.simulate.conduct_arrays import ConductArrays
from equipoise.simulate.cuts import enrolled_and_lost, events_known, known_from
from equipoise.simulate.engine.looks import look_at_trial
from equipoise.simulate.engine.room import Comparisons, EngineRoom, Found
from equipoise.simulate.look_times import hold_looks
from equipoise.simulate.rehearsal import Desk, Seen
from equipoise.simulate.statistics.statistics import statistic

STRATUM = 4  # a stream beside those of `kernel.futures`


class Placing(NamedTuple):
    """In which arm and stratum everyone is compared."""

    arm: Codes  # (patients at hand,) index into `World.arms`
    stratum: Codes  # (patients at hand,)
    group_arm: Codes  # (groups,) of those to come
    stratum_below: Matrix  # (groups, strata) share of the strata up to and with this one


class Rest(NamedTuple):
    """What the future is drawn from; everything in the order of the endpoints."""

    models: tuple[FutureArrays, ...]
    hands: tuple[HandArrays, ...]  # the same patients, in order of entry
    placing: Placing


@borrowing_from_python
def play_ranks(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    rest: Rest,
    conduct: ConductArrays,
    seen: Seen,
    comparisons: Comparisons,
    numbers: tuple[int, int],
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
    futures: tuple[Future, ...],
    found: Found,
) -> None:
    """Fill in the looks of replicates `first`, ... of rank tests; see `engine.play_fused`.

    Args:
        rest: what the future is drawn from.
        conduct: looks and tests.
        seen: what a data cut knows of the world.
        comparisons: of `comparisons_of`.
        numbers: seed and first replicate.
        naive: make estimates at the times that stand in the table.
        room: of `room_for_engine`.
        futures: of `room_for_future`, one an endpoint.
        found: filled in.
    """
    seed, first = numbers
    for r in range(found.table.time.shape[0]):
        size = _fill_patients(rest, seed, first + r, futures, room.patients)
        look_at_trial(conduct, seen, comparisons, size, naive, room, found, r)


@compiled
def play_any(
    rest: Rest,
    conduct: ConductArrays,
    seen: Seen,
    numbers: tuple[int, int],
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    desk: Desk,
    futures: tuple[Future, ...],
    table: LookTable,
) -> None:
    """Fill in the looks of replicates, whatever the test; arguments as of `play_ranks`."""
    seed, first = numbers
    patients, known = desk.patients, desk.known
    for r in range(table.time.shape[0]):
        size, time = _fill_patients(rest, seed, first + r, futures, patients), table.time[r]
        known_from(patients, size, seen.lag, seen.kinds, known)
        if not naive:
            hold_looks(
                conduct,
                conduct.awaited,
                patients,
                size,
                known,
                seen.member,
                desk.space,
                table.reached[r],
                time,
            )
        for k in range(time.size):
            if time[k] == np.inf:
                continue
            for h in range(conduct.test.size):
                z, score, information = statistic(conduct, h, seen, size, time[k], naive, desk)
                table.z[r, k, h], table.score[r, k, h] = z, score
                table.information[r, k, h] = information
            if not naive:
                events_known(patients, size, known, time[k], table.events[r, k])
                table.patients[r, k], table.dropouts[r, k] = enrolled_and_lost(
                    patients, size, known, seen.kinds, seen.longest_follow_up, seen.lag, time[k]
                )


@borrowing
def _fill_patients(
    rest: Rest, seed: int, replicate: int, futures: tuple[Future, ...], patients: Patients
) -> int:
    """Draw a replicate and lay it out as patients in order of entry; give how many ever come."""
    placing, known = rest.placing, rest.placing.arm.size
    size = futures[0].entry.size
    for e in range(len(futures)):
        fill_future(seed, replicate, rest.models[e], rest.hands[e], futures[e])
    for i in range(size):
        patients.entry[i], group = futures[0].entry[i], futures[0].group[i]
        if i < known:
            patients.arm[i], patients.stratum[i] = placing.arm[i], placing.stratum[i]
        else:
            patients.arm[i] = placing.group_arm[group]
            patients.stratum[i] = _stratum_of(placing, seed, replicate, group, i - known)
        patients.cell[i] = patients.stratum[i]
        patients.lost[i] = 0.0
    for e in range(len(futures)):
        future = futures[e]
        for i in range(size):
            event = future.event[i] <= future.loss[i] and future.event[i] < np.inf
            patients.time[e, i] = future.event[i] if event else future.loss[i]
            patients.outcome[e, i] = np.int8(event)
            patients.lost[i] = max(patients.lost[i], future.loss[i])
    while size > 0 and patients.entry[size - 1] == np.inf:
        size -= 1
    return size


@borrowing
def _stratum_of(placing: Placing, seed: int, replicate: int, group: int, one: int) -> int:
    """Give the stratum of one to come."""
    stratum, strata = 0, placing.stratum_below.shape[1]
    if strata == 1 or placing.stratum_below[group, 0] >= 1.0:
        return stratum
    number = uniform_at(seed, FUTURE, replicate, STRATUM, 0, one)
    while stratum + 1 < strata and number >= placing.stratum_below[group, stratum]:
        stratum += 1
    return stratum
