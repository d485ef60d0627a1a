"""One simulated trial at its looks: when they are held, what is counted, what is tested.

Looks that all wait for events of one endpoint are timed by order statistics made together;
others as in `look_times`.
"""

import numpy as np

from equipoise.kernel.compiling import inlined
from equipoise.kernel.trial_selection import order_statistics
from equipoise.kernel.trial_streams import EVENT
from equipoise.simulate.conduct_arrays import ConductArrays
from equipoise.simulate.cuts import enrolled_and_lost, events_known, known_from
from equipoise.simulate.engine.answers import compare_all_answers
from equipoise.simulate.engine.comparison import compare
from equipoise.simulate.engine.deal import deal
from equipoise.simulate.engine.room import Comparisons, EngineRoom, Found
from equipoise.simulate.look_times import hold_looks
from equipoise.simulate.rehearsal import Seen

BEYOND = 1.25  # times the last look of a trial: about as far as looks of the next reach


@inlined
def look_at_trial(
    conduct: ConductArrays,
    seen: Seen,
    comparisons: Comparisons,
    size: int,
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
    found: Found,
    r: int,
) -> None:
    """Fill in row r of what is found: every look of the trial whose patients are in the room."""
    patients, table = room.patients, found.table
    strata = 0
    if comparisons.counted:
        strata = deal(conduct, comparisons.model[0], seen, comparisons.everyone[0], size, room)
        if not naive:
            hold_event_looks(conduct, comparisons, size, room, found, r)
    else:
        known_from(patients, size, seen.lag, seen.kinds, room.known)
        if comparisons.ranks.size and not naive:
            hold_event_looks(conduct, comparisons, size, room, found, r)
    if not (naive or comparisons.ranks.size):
        hold_looks(
            conduct,
            conduct.awaited,
            patients,
            size,
            room.known,
            seen.member,
            room.work,
            table.reached[r],
            table.time[r],
        )
    for c in range(comparisons.model.size):
        if comparisons.answers[c]:
            compare_all_answers(conduct, comparisons, c, seen, size, room, found, r)
            continue
        if not comparisons.counted:
            strata = deal(conduct, comparisons.model[c], seen, comparisons.everyone[c], size, room)
        compare(conduct, comparisons, c, strata, seen.lag, naive, room, found, r)
    if not naive:
        count(comparisons, seen, size, room, found, r)


@inlined
def hold_event_looks(
    conduct: ConductArrays,
    comparisons: Comparisons,
    size: int,
    room: EngineRoom,
    found: Found,
    r: int,
) -> None:
    """Fill in the calendar time of looks that wait for events, as `look_times.hold_looks` does."""
    table, events, before = found.table, np.uint64(0), 0.0
    if comparisons.counted:
        for i in range(size):
            room.work[events] = room.until[i]
            events += np.uint64(room.label[i] & EVENT)
    else:
        news, outcome = (
            room.known[conduct.endpoint[0, 0]],
            room.patients.outcome[conduct.endpoint[0, 0]],
        )
        for i in range(size):
            room.work[events] = news[i]
            events += np.uint64((news[i] < np.inf) & (outcome[i] == 1))
    order_statistics(
        room.work,
        int(np.int64(events)),
        comparisons.ranks,
        room.guess[0],
        room.selection,
        room.picked,
    )
    for k in range(room.picked.size):
        when = max(room.picked[k], before + conduct.gap[k] if k else before)
        table.reached[r, k] = when <= conduct.maximum_duration and when < np.inf
        table.time[r, k] = min(when, conduct.maximum_duration)
        if table.time[r, k] < np.inf:
            before = table.time[r, k]
    if before > 0.0:
        room.guess[0] = BEYOND * before


@inlined
def count(
    comparisons: Comparisons, seen: Seen, size: int, room: EngineRoom, found: Found, r: int
) -> None:
    """Fill in patients, and events and dropouts where the comparison's streams do not tell."""
    patients, known, table = room.patients, room.known, found.table
    for k in range(table.time.shape[1]):
        at = table.time[r, k]
        if at == np.inf:
            continue
        if comparisons.counted:
            table.patients[r, k] = np.searchsorted(patients.entry[:size], at, side="right")
            continue
        events_known(patients, size, known, at, table.events[r, k])
        table.patients[r, k], table.dropouts[r, k] = enrolled_and_lost(
            patients, size, known, seen.kinds, seen.longest_follow_up, seen.lag, at
        )
