"""Play the looks to come of many replicates, and estimate effects there.

A replicate is a function of (seed, replicate) and of what is at hand: workers change nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.progress import Progress
from equipoise.kernel.futures import room_for_future
from equipoise.kernel.max_combo_tail import tails_of_largest
from equipoise.kernel.normal import upper_quantiles
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.conduct_arrays import MAX_COMBO
from equipoise.simulate.engine.engine import can_take
from equipoise.simulate.engine.room import Found, comparisons_of, room_for_engine
from equipoise.simulate.executors import opened
from equipoise.simulate.rehearsal import Rehearsal, desk_for
from equipoise.simulate.replays.play import empty_table
from equipoise.simulate.rest.loops import Rest, play_any, play_ranks

CHUNK = 500  # replicates a task


@dataclass(frozen=True, slots=True)
class Played:
    """What the looks found, the look at hand first."""

    table: LookTable
    effect: NDArray[np.float64]  # (replicates, looks, hypotheses); nan where not estimated


def play_rest(
    rehearsal: Rehearsal,
    rest: Rest,
    *,
    seed: int,
    replicates: int,
    workers: int,
    estimates: bool,
    progress: Progress,
) -> Played:
    """Play every look of every replicate, were no trial ever stopped.

    Args:
        rehearsal: of `rest_rehearsal`.
        rest: what the future is drawn from.
        seed: of the run, 0 or more.
        replicates: numbered from 0.
        workers: threads.
        estimates: whether to estimate the effect at every look, too.
        progress: told how many are done.

    Witness: a second program, replicate by replicate.
    """
    ranges = [(at, min(at + CHUNK, replicates)) for at in range(0, replicates, CHUNK)]
    parts: list[Played] = []
    with opened("serial" if workers == 1 else "threads", workers) as pool:
        waiting = [
            pool.submit(_play_range, rehearsal, rest, seed, first, last, estimates)
            for first, last in ranges
        ]
        for each, (_, last) in zip(waiting, ranges, strict=True):
            parts.append(each.result())
            progress(f"Rest of the trial: {last} of {replicates} replicates")
    columns = zip(*(part.table for part in parts), strict=True)
    table = LookTable(*(np.concatenate(column) for column in columns))
    return Played(table, np.concatenate([part.effect for part in parts]))


def _play_range(
    rehearsal: Rehearsal,
    rest: Rest,
    seed: int,
    first: int,
    last: int,
    estimates: bool,  # noqa: FBT001 - of a task
) -> Played:
    conduct = rehearsal.conduct_arrays
    table = empty_table(rehearsal, last - first, looks=len(rehearsal.conduct.looks))
    combined = np.flatnonzero(conduct.test == MAX_COMBO).tolist()
    widest = int(np.diff(conduct.first_weight).max())
    shape = (*table.z.shape, widest, widest) if combined else (0,) * 5
    covariances = np.full(shape, np.nan)
    _fill(rehearsal, rest, (seed, first), table, covariances, naive=False)
    for h in combined:
        weights = int(conduct.first_weight[h + 1] - conduct.first_weight[h])
        here = covariances[:, :, h, :weights, :weights].reshape(-1, weights, weights)
        tail = tails_of_largest(np.ascontiguousarray(here), table.z[:, :, h].ravel())
        table.z[:, :, h] = upper_quantiles(tail).reshape(table.time.shape)
    effect = np.full(table.z.shape, np.nan)
    if estimates:
        naive = empty_table(rehearsal, last - first, looks=len(rehearsal.conduct.looks))
        naive.time[:] = table.time
        _fill(rehearsal, rest, (seed, first), naive, np.empty((0,) * 5), naive=True)
        effect = naive.score
    return Played(table, effect)


def _fill(
    rehearsal: Rehearsal,
    rest: Rest,
    numbers: tuple[int, int],
    table: LookTable,
    covariances: NDArray[np.float64],
    *,
    naive: bool,
) -> None:
    """Fill a table by the loop that fits the tests."""
    world, conduct, seen = rehearsal.world_arrays, rehearsal.conduct_arrays, rehearsal.seen
    futures = tuple(
        room_for_future(model, hand) for model, hand in zip(rest.models, rest.hands, strict=True)
    )
    if can_take(rehearsal):
        comparisons = comparisons_of(world, conduct)
        room = room_for_engine(world, conduct)
        found = Found(table, covariances)
        play_ranks(rest, conduct, seen, comparisons, numbers, naive, room, futures, found)
        return
    play_any(rest, conduct, seen, numbers, naive, desk_for(rehearsal), futures, table)
