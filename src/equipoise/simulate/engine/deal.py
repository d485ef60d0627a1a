"""Who is compared: rows of one comparison, stratum by stratum, in order of entry.

A row's follow-up ends at its own time T, the event's or the loss's; a censoring at the moment of
an event counts as after it.  Its outcome is known from entry + T + lag on, as in `cuts`.
"""

import numpy as np

from equipoise.kernel.compiling import borrowing, inlined
from equipoise.simulate.conduct_arrays import ConductArrays
from equipoise.simulate.engine.room import EngineRoom
from equipoise.simulate.rehearsal import Seen


@inlined
def deal(
    conduct: ConductArrays,
    h: int,
    seen: Seen,
    everyone: bool,  # noqa: FBT001 - compiled code has no keywords
    size: int,
    room: EngineRoom,
) -> int:
    """Write the rows that hypothesis h compares; give how many strata they lie in.

    Args:
        conduct: the tests.
        h: hypothesis.
        seen: what a data cut knows of the world.
        everyone: whether all patients take part, as one stratum.
        size: patients of the trial.
        room: that holds the patients; filled in.
    """
    if everyone:
        room.start[0], room.start[1] = 0, size
        _write_everyone(conduct.tested_endpoint[h], conduct.experimental[h], seen.lag, size, room)
        return 1
    strata = seen.strata if conduct.stratified[h] else 1
    room.start[:] = 0
    for i in range(size):
        stratum = _stratum_in(conduct, h, seen, i, room)
        if stratum >= 0:
            room.start[stratum + 1] += 1
    for s in range(strata):
        room.start[s + 1] += room.start[s]
        room.size[s] = room.start[s]
    _write_some(conduct, h, seen, size, room)
    return strata


@inlined
def _write_everyone(
    endpoint: int, experimental: int, lag: float, size: int, room: EngineRoom
) -> None:
    """Write all patients, in a loop that runs on vectors."""
    patients = room.patients
    time, outcome, lost = patients.time[endpoint], patients.outcome[endpoint], patients.lost
    for i in range(size):
        event = (time[i] <= lost[i]) & (outcome[i] == 1) & (time[i] < np.inf)
        own = min(time[i], lost[i])
        room.entry[i], room.own[i] = patients.entry[i], own
        room.until[i] = patients.entry[i] + own + lag
        room.label[i] = np.int64(event) | np.int64(patients.arm[i] == experimental) << 1


@borrowing
def _write_some(conduct: ConductArrays, h: int, seen: Seen, size: int, room: EngineRoom) -> None:
    """Write who takes part, each where the rows of the stratum have got to."""
    patients, endpoint = room.patients, conduct.tested_endpoint[h]
    time, outcome, lost = patients.time[endpoint], patients.outcome[endpoint], patients.lost
    for i in range(size):
        stratum = _stratum_in(conduct, h, seen, i, room)
        if stratum < 0:
            continue
        at, own = room.size[stratum], min(time[i], lost[i])
        room.size[stratum] += 1
        event = (time[i] <= lost[i]) & (outcome[i] == 1) & (time[i] < np.inf)
        second = patients.arm[i] == conduct.experimental[h]
        room.entry[at], room.own[at] = patients.entry[i], own
        room.until[at] = patients.entry[i] + own + seen.lag
        room.label[at] = np.int64(event) | np.int64(second) << 1


@borrowing
def _stratum_in(conduct: ConductArrays, h: int, seen: Seen, i: int, room: EngineRoom) -> int:
    """Give the stratum in which a patient is compared; -1 where it is not."""
    patients, population = room.patients, conduct.tested_population[h]
    arm = patients.arm[i]
    if arm not in (conduct.control[h], conduct.experimental[h]):
        return -1
    if population >= 0 and not seen.member[patients.cell[i]] >> population & 1:
        return -1
    return int(patients.stratum[i]) if conduct.stratified[h] else 0
