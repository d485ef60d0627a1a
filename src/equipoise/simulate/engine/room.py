"""What the fused loop knows of a conduct beside its arrays, and the room it works in.

Hypotheses that compare the same patients share their order and risk sets: they are one
*comparison*.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.trial_merge import reciprocals
from equipoise.kernel.trial_selection import SelectionRoom, room_for_selection
from equipoise.kernel.trial_streams import OrderRoom, Stamps, room_for_order
from equipoise.simulate.arrays import TIME, LookTable, Patients, WorldArrays
from equipoise.simulate.conduct_arrays import (
    AFTER_EVENTS,
    LOG_RANK,
    NO_CONDITION,
    PROPORTIONS,
    ConductArrays,
)
from equipoise.simulate.statistics.moments import Moments, room_for_moments
from equipoise.simulate.worlds.arrays import room_for

PAIR = 2


class Comparisons(NamedTuple):
    """Who is compared, once for all hypotheses that share it."""

    of: Codes  # (hypotheses,) the comparison of each
    model: Codes  # (comparisons,) a hypothesis that has it
    plain: Flags  # (comparisons,) unweighted log-rank tests only, without a margin
    everyone: Flags  # (comparisons,) every patient takes part
    answers: Flags  # (comparisons,) of answers, not of times
    ranks: Codes  # (looks,) events awaited, where all looks wait for those of one endpoint; or ()
    counted: bool  # whether the one comparison tells when looks are, all events and dropouts


class Found(NamedTuple):
    """Where the loop writes what it finds."""

    table: LookTable
    covariances: NDArray[np.float64]  # (trials, looks, hypotheses, weights, weights), or empty


class EngineRoom(NamedTuple):
    """What one trial after the other works in."""

    patients: Patients
    known: Matrix  # (endpoints, patients)
    work: Vector  # (patients,)
    entry: Vector  # (patients,) of a comparison, stratum by stratum
    own: Vector
    until: Vector
    label: Stamps
    start: Codes  # (strata + 1,)
    ended: Stamps  # (patients + 2 strata,)
    ended_by: Vector
    cut_off: Stamps  # (patients + 2 strata,)
    size: Codes  # (strata,) rows of `ended`
    streams: Codes  # (strata, 5) as in `trial_streams.Streams`
    merged: Stamps  # (patients,)
    order: OrderRoom
    selection: SelectionRoom
    picked: Vector  # (looks,)
    moments: Moments
    score: Vector  # (weights,)
    covariance: Matrix  # (weights, weights)
    counts: Matrix  # (strata, 4)
    reciprocal: Vector  # (patients + 1,)
    guess: Vector  # (2,) the last look, and a typical time, of the trial before


def comparisons_of(world: WorldArrays, conduct: ConductArrays) -> Comparisons:
    """Group hypotheses by whom they compare."""
    groups: dict[tuple[int, ...], int] = {}
    of: list[int] = []
    model: list[int] = []
    for h in range(conduct.test.size):
        who = (
            int(conduct.tested_endpoint[h]),
            int(conduct.control[h]),
            int(conduct.experimental[h]),
            int(conduct.tested_population[h]),
            int(conduct.stratified[h]),
        )
        if who not in groups:
            groups[who] = len(model)
            model.append(h)
        of.append(groups[who])
    plain = [
        all(is_unweighted(conduct, h) for h in range(len(of)) if of[h] == c)
        for c in range(len(model))
    ]
    everyone = [
        conduct.tested_population[h] < 0 and world.arms == PAIR and not conduct.stratified[h]
        for h in model
    ]
    ranks = ranks_awaited(world, conduct)
    answers = conduct.test[model] == PROPORTIONS
    one = world.endpoint_kind.size == 1 and len(model) == 1
    alone = one and everyone[0] and not answers[0]
    return Comparisons(
        of=np.array(of, np.int64),
        model=np.array(model, np.int64),
        plain=np.array(plain, np.bool_),
        everyone=np.array(everyone, np.bool_),
        answers=answers,
        ranks=ranks,
        counted=bool(alone and ranks.size and world.longest_follow_up == np.inf),
    )


def is_unweighted(conduct: ConductArrays, h: int) -> bool:
    """Tell whether a hypothesis is tested by the log-rank test, unweighted and without a margin."""
    first = conduct.first_weight[h]
    return bool(
        conduct.test[h] == LOG_RANK
        and conduct.margin[h] == 0.0
        and conduct.rho[first] == 0.0
        and conduct.gamma[first] == 0.0
    )


def ranks_awaited(world: WorldArrays, conduct: ConductArrays) -> Codes:
    """Give the events that each look awaits, if that is all, of one endpoint; else nothing."""
    nothing = np.zeros(0, np.int64)
    alone = conduct.kind.shape[1] == 1 or (conduct.kind[:, 1:] == NO_CONDITION).all()
    endpoint = conduct.endpoint[0, 0]
    if not alone or endpoint < 0 or world.endpoint_kind[endpoint] != TIME:
        return nothing
    awaited = np.ceil(conduct.awaited[:, 0])
    everyone = (1 << world.arms) - 1
    fits = (
        (conduct.kind[:, 0] == AFTER_EVENTS).all()
        and (conduct.endpoint[:, 0] == endpoint).all()
        and (conduct.population[:, 0] < 0).all()
        and (conduct.arms[:, 0] == everyone).all()
        and (np.diff(awaited) >= 0).all()
        and awaited[0] >= 1
    )
    return awaited.astype(np.int64) if fits else nothing


def room_for_engine(world: WorldArrays, conduct: ConductArrays) -> EngineRoom:
    """Make room for the trials of one loop."""
    patients = room_for(world)
    rows, strata = patients.entry.size, int(world.strata)
    weights = max(int(np.diff(conduct.first_weight).max()), 1)
    spread = rows + 2 * strata
    return EngineRoom(
        patients=patients,
        known=np.empty((patients.time.shape[0], rows)),
        work=np.empty(rows),
        entry=np.empty(rows),
        own=np.empty(rows),
        until=np.empty(rows),
        label=np.zeros(rows, np.int64),
        start=np.zeros(strata + 1, np.int64),
        ended=np.zeros(spread, np.int64),
        ended_by=np.zeros(spread),
        cut_off=np.zeros(spread, np.int64),
        size=np.zeros(strata, np.int64),
        streams=np.zeros((strata, 5), np.int64),
        merged=np.zeros(rows, np.int64),
        order=room_for_order(rows),
        selection=room_for_selection(rows),
        picked=np.empty(conduct.kind.shape[0]),
        moments=room_for_moments(rows, strata),
        score=np.empty(weights),
        covariance=np.empty((weights, weights)),
        counts=np.zeros((strata, 4)),
        reciprocal=reciprocals(rows),
        guess=np.ones(2),
    )
