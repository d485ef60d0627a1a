"""What is known of a simulated trial at a calendar time: the data cut.

With the lag of the database and the delay of each event's news, a snapshot at c shows patients
with  entry ≤ c - lag,  and of each

    the event, at its time T,               where T ≤ lost and entry + T + max(lag, delay) ≤ c,
    no event, after min(c - lag - entry, lost),                                     otherwise.

An event at the moment of dropout is seen: a censoring at t counts as after an event at t.
Competing events are known likewise.  One expression, `known_from`, decides both when a look
that waits for events is held and which events it then shows, so that the two never differ.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.labels import KIND_BITS
from equipoise.kernel.ordering import Keys, key_of
from equipoise.simulate.arrays import ANSWER, Patients

NOT_YET = -1  # outcome of a patient who is not in the snapshot, or whose answer is missing


@compiled
def known_from(patients: Patients, size: int, lag: float, kinds: Codes, known: Matrix) -> None:
    """Fill in from when each patient's outcome is known; infinite where it never is.

    Outcomes are events, competing events, and answers whether yes or no; missing ones never are.
    Who could no longer become a yes when lost has answered no, when the answer is due.
    """
    entry, lost, time = patients.entry, patients.lost, patients.time
    outcome, delay = patients.outcome, patients.delay
    for e in range(time.shape[0]):
        answer = kinds[e] == ANSWER
        for i in range(size):
            t, late = time[e, i], lag
            if delay.size:
                late = max(lag, delay[e, i])
            given = outcome[e, i] >= 0 if answer else t <= lost[i] and outcome[e, i] > 0
            seen = given and t < np.inf
            known[e, i] = entry[i] + t + late if seen else np.inf


@compiled
def compared_rows(  # noqa: PLR0913, PLR0917 - the rows of a trial have this many columns
    patients: Patients,
    size: int,
    news: Vector,
    endpoint: int,
    at: float,
    lag: float,
    pair: tuple[int, int],
    member: Codes,
    population: int,
    stratified: bool,  # noqa: FBT001 - compiled code has no keywords
    bits: int,
    keys: Keys,
) -> int:
    """Write the rows of a comparison as sortable keys; give how many there are.

    `news` says from when their outcomes are known.  A key is the time, then stratum, group
    (0 control, 1 experimental) and kind (see `kernel.labels`).
    """
    clear, rows = np.uint64((1 << bits) - 1), 0
    entry, arm, lost = patients.entry, patients.arm, patients.lost
    time, outcome = patients.time[endpoint], patients.outcome[endpoint]
    for i in range(size):
        followed = at - lag - entry[i]
        if followed < 0.0:
            break
        group = np.int64(0)
        if arm[i] == pair[1]:
            group = np.int64(1)
        elif arm[i] != pair[0]:
            continue
        if population >= 0 and not member[patients.cell[i]] >> population & 1:
            continue
        event = np.int64(0)
        if news[i] <= at:
            shown = time[i]
            event = np.int64(outcome[i] == 1)
        else:
            shown = min(followed, lost[i])
            if outcome[i] == 0:
                shown = min(shown, time[i])
        stratum = patients.stratum[i] if stratified else np.int64(0)
        label = (stratum << 1 | group) << KIND_BITS | event
        keys[rows] = key_of(shown, clear) | np.uint64(label)
        rows += 1
    return rows


@compiled
def shown_rows(  # noqa: PLR0913, PLR0917 - the rows of a trial have this many columns
    patients: Patients,
    size: int,
    known: Matrix,
    endpoint: int,
    answer: bool,  # noqa: FBT001 - compiled code has no keywords
    at: float,
    lag: float,
    time: Vector,
    outcome: Codes,
) -> None:
    """Fill in what a snapshot shows of one endpoint: follow-up and outcome of each patient.

    Times of patients not yet entered and of answers not known are 0, with outcome `NOT_YET`.
    """
    for i in range(size):
        followed = at - lag - patients.entry[i]
        truth = patients.outcome[endpoint, i]
        if followed >= 0.0 and known[endpoint, i] <= at:
            time[i], outcome[i] = patients.time[endpoint, i], np.int64(truth)
        elif followed < 0.0 or answer:
            time[i], outcome[i] = 0.0, NOT_YET
        else:
            shown = min(followed, patients.lost[i])
            time[i] = min(shown, patients.time[endpoint, i]) if truth == 0 else shown
            outcome[i] = 0


@compiled
def answer_tables(  # noqa: PLR0913, PLR0917 - the rows of a trial have this many columns
    patients: Patients,
    size: int,
    news: Vector,
    endpoint: int,
    at: float,
    lag: float,
    pair: tuple[int, int],
    member: Codes,
    population: int,
    stratified: bool,  # noqa: FBT001 - compiled code has no keywords
    due: float,
    left_out: bool,  # noqa: FBT001 - compiled code has no keywords
    counts: Matrix,
) -> None:
    """Count x1, n1, x0, n0 of each stratum (a row) among patients whose answer was due.

    An answer that was due and is not known counts as a no, unless the missing are left out.
    """
    counts[:] = 0.0
    if population < 0 and not stratified:
        told = (news, patients.time[endpoint], patients.outcome[endpoint])
        _answer_table(patients, size, told, at, lag, pair, due, left_out, counts[0])
        return
    for i in range(size):
        experimental = patients.arm[i] == pair[1]
        if not experimental and patients.arm[i] != pair[0]:
            continue
        if population >= 0 and not member[patients.cell[i]] >> population & 1:
            continue
        answered = news[i] <= at
        asked = patients.time[endpoint, i] if patients.time[endpoint, i] < np.inf else due
        if not answered and (left_out or patients.entry[i] + asked > at - lag):
            continue
        column = 0 if experimental else 2
        stratum = patients.stratum[i] if stratified else np.int64(0)
        counts[stratum, column + 1] += 1.0
        if answered and patients.outcome[endpoint, i] == 1:
            counts[stratum, column] += 1.0


@compiled
def _answer_table(  # noqa: PLR0913, PLR0917 - the rows of a trial have this many columns
    patients: Patients,
    size: int,
    told: tuple[Vector, Vector, NDArray[np.int8]],
    at: float,
    lag: float,
    pair: tuple[int, int],
    due: float,
    left_out: bool,  # noqa: FBT001 - compiled code has no keywords
    counts: Vector,
) -> None:
    """Count x1, n1, x0, n0 of two arms in all, in a loop that runs on vectors."""
    news, time, outcome = told
    entry, arm, cut, all_due = patients.entry, patients.arm, at - lag, not left_out
    yes_1 = all_1 = yes_0 = all_0 = np.int64(0)
    for i in range(size):
        answered = news[i] <= at
        asked = time[i] if time[i] < np.inf else due
        taken = answered | (all_due & (entry[i] + asked <= cut))
        yes, experimental, control = (
            answered & (outcome[i] == 1),
            arm[i] == pair[1],
            arm[i] == pair[0],
        )
        yes_1, all_1 = yes_1 + (yes & experimental), all_1 + (taken & experimental)
        yes_0, all_0 = yes_0 + (yes & control), all_0 + (taken & control)
    counts[0], counts[1], counts[2], counts[3] = yes_1, all_1, yes_0, all_0


@compiled
def events_known(
    patients: Patients, size: int, known: Matrix, at: float, events: NDArray[np.int32]
) -> None:
    """Count events (and answers of yes) known at a calendar time, by endpoint and arm."""
    for e in range(known.shape[0]):
        news, outcome = known[e], patients.outcome[e]
        for arm in range(events.shape[1]):  # each arm in a loop that runs on vectors
            found = np.int64(0)
            for i in range(size):
                found += (news[i] <= at) & (outcome[i] == 1) & (patients.arm[i] == arm)
            events[e, arm] = found


@compiled
def enrolled_and_lost(
    patients: Patients,
    size: int,
    known: Matrix,
    kinds: Codes,
    longest: float,
    lag: float,
    at: float,
) -> tuple[int, int]:
    """Count patients enrolled, and those lost by then without any event.

    Follow-up that ends at its planned length is no loss.
    """
    enrolled = lost = 0
    for i in range(size):
        if patients.entry[i] > at:
            break
        enrolled += 1
        if patients.lost[i] >= longest or patients.entry[i] + patients.lost[i] + lag > at:
            continue
        eventful = False
        for e in range(known.shape[0]):
            eventful = eventful or (kinds[e] != ANSWER and known[e, i] < np.inf)
        lost += not eventful
    return enrolled, lost
