"""The rest of a trial, drawn once: what becomes of the patients at hand and of those to come?

A patient followed for t without event has it when the cumulative hazard has risen by an
exponential, H(T) = H(t) + E, and is lost likewise.  On the clock t^κ (Weibull) hazards are
constant on pieces of the clock.  Those to come arrive when the rates expect E_0 + ... + E_j of
them (a Poisson process) and belong to group g with the chance `shares` gives.

Stream (seed, FUTURE, replicate, purpose) of `kernel.philox`: patient i takes number i of EVENT and
of LOSS, those to come following those at hand; the j-th to come number j of ARRIVAL and of GROUP.
A replicate is a function of (seed, replicate) alone.  Replicate r takes row r mod rows of every
parameter that has been drawn.
"""

from typing import NamedTuple

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.compiling import borrowing, compiled
from equipoise.kernel.philox import fill_uniforms
from equipoise.kernel.random_draws import fill_exponentials, reach_counts

FUTURE = 2**62  # in the place of a scenario's number: no rehearsal has so many
EVENT, LOSS, ARRIVAL, GROUP = range(4)


class RateArrays(NamedTuple):
    """Rates by pieces, group after group."""

    first: Codes  # (groups + 1,) where the pieces of a group begin in `start`
    start: Vector  # (all pieces,) from 0 in each group; on the clock, where there is one
    row: Codes  # (groups,) where the rows of a group begin in `value`
    rows: Codes  # (groups,) how many: 1 where the rate is known
    value: Vector  # (rows * pieces of every group,)


class FutureArrays(NamedTuple):
    """A model of the future, as compiled code takes it."""

    event: RateArrays
    loss: RateArrays
    shape: RateArrays  # κ, one piece a group
    accrual: RateArrays  # one group; from the cut on
    share_below: Vector  # (groups,) of the groups up to and with this one
    to_come: int
    longest: float  # follow-up of each patient


class HandArrays(NamedTuple):
    """Those randomized by the cut."""

    cut: float
    entry: Vector
    time: Vector
    event: Flags
    lost: Flags
    group: Codes


class Future(NamedTuple):
    """One replicate, filled in: those at hand, in their order, then those to come."""

    entry: Vector  # (patients,) calendar time; infinite: never comes
    event: Vector  # (patients,) since entry; infinite: never.  It counts if not after `loss`
    loss: Vector  # (patients,) since entry, when follow-up ends; infinite: never
    group: Codes  # (patients,)
    reached: Vector  # work space: cumulative hazards at the pieces' starts,
    power: Vector  # (groups,) clocks,
    offset: Codes  # (groups,) and how far a piece's value lies from its start


def room_for_future(model: FutureArrays, hand: HandArrays) -> Future:
    """Give arrays for one replicate."""
    patients, groups = hand.entry.size + model.to_come, model.share_below.size
    return Future(
        entry=np.empty(patients),
        event=np.empty(patients),
        loss=np.empty(patients),
        group=np.zeros(patients, np.int64),
        reached=np.empty(max(model.event.start.size, model.loss.start.size)),
        power=np.ones(groups),
        offset=np.zeros(groups, np.int64),
    )


@compiled
def fill_future(
    seed: int, replicate: int, model: FutureArrays, hand: HandArrays, future: Future
) -> None:
    """Draw one replicate of the rest of the trial into `future`.

    Witness: a second program in NumPy (`tests/twice`); numpy.random.Philox for its numbers.
    """
    known, shape = hand.entry.size, model.shape
    for patient in range(known):
        future.entry[patient] = hand.entry[patient]
        future.group[patient] = hand.group[patient]
    _fill_to_come(seed, replicate, known, hand.cut, model, future)
    for group in range(future.power.size):
        future.power[group] = shape.value[shape.row[group] + replicate % shape.rows[group]]
    fill_exponentials(seed, FUTURE, replicate, EVENT, 0, 0, future.event)
    _waits_to_times(replicate, model.event, hand.time, future.event, future)
    future.power[:] = 1.0
    fill_exponentials(seed, FUTURE, replicate, LOSS, 0, 0, future.loss)
    _waits_to_times(replicate, model.loss, hand.time, future.loss, future)
    for patient in range(known, future.loss.size):
        future.loss[patient] = min(future.loss[patient], model.longest)
    for patient in range(known):
        seen = hand.time[patient]
        if hand.event[patient]:
            future.event[patient], future.loss[patient] = seen, np.inf
        elif hand.lost[patient]:
            future.event[patient], future.loss[patient] = np.inf, seen
        else:
            future.loss[patient] = min(future.loss[patient], max(model.longest, seen))


@borrowing
def _fill_to_come(
    seed: int, replicate: int, known: int, cut: float, model: FutureArrays, future: Future
) -> None:
    """Fill in when they come, in order, and their groups."""
    entry, label = future.entry[known:], future.event[known:]
    fill_exponentials(seed, FUTURE, replicate, ARRIVAL, 0, 0, entry)
    for one in range(1, entry.size):
        entry[one] += entry[one - 1]
    rates = model.accrual
    begin = rates.row[0] + (replicate % rates.rows[0]) * rates.start.size
    reach_counts(rates.start, rates.value[begin : begin + rates.start.size], entry)
    fill_uniforms(seed, FUTURE, replicate, GROUP, 0, 0, label)
    for one in range(entry.size):
        entry[one] += cut
        group = 0
        while label[one] >= model.share_below[group]:
            group += 1
        future.group[known + one] = group


@borrowing
def _waits_to_times(
    replicate: int, rates: RateArrays, followed: Vector, waits: Vector, future: Future
) -> None:
    """Replace exponentials by the times since entry at which the hazards have risen so far."""
    _accumulate(replicate, rates, future)
    reached = future.reached
    for patient in range(waits.size):
        group = future.group[patient]
        begin, end = rates.first[group], rates.first[group + 1]
        offset, power = future.offset[group], future.power[group]
        since, goal = 0.0, waits[patient]
        if patient < followed.size:
            since = followed[patient]
            clock = since if power == 1.0 else since**power
            piece = _piece(rates.start, begin, end, clock)
            goal += reached[piece] + rates.value[offset + piece] * (clock - rates.start[piece])
        piece = _piece(reached, begin, end, goal)
        rate, clock = rates.value[offset + piece], np.inf
        if rate > 0.0:
            clock = rates.start[piece] + (goal - reached[piece]) / rate
        waits[patient] = max(since, clock if power == 1.0 else clock ** (1.0 / power))


@borrowing
def _accumulate(replicate: int, rates: RateArrays, future: Future) -> None:
    """Fill in the cumulative hazards of this replicate's rows."""
    for group in range(rates.rows.size):
        begin, end = rates.first[group], rates.first[group + 1]
        row = replicate % rates.rows[group]
        offset = rates.row[group] + row * (end - begin) - begin
        future.offset[group], future.reached[begin] = offset, 0.0
        for piece in range(begin + 1, end):
            width = rates.start[piece] - rates.start[piece - 1]
            risen = rates.value[offset + piece - 1] * width
            future.reached[piece] = future.reached[piece - 1] + risen


@borrowing
def _piece(steps: Vector, begin: int, end: int, value: float) -> int:
    """Give the last step from `begin` on, before `end`, that is not above a value."""
    while end - begin > 1:
        middle = (begin + end) >> 1
        if steps[middle] <= value:
            begin = middle
        else:
            end = middle
    return begin
