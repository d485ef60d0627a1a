"""Rank-tested trials, played by a loop that puts patients in order once a trial.

The same trials and the same numbers as the loop over `statistics.statistic`, several times as
fast: what every look needs again is kept.  It takes two-arm comparisons of times to an event by
log-rank tests (any weights, strata, populations, margins), MaxCombo and Cox's model, and of
answers by two proportions, in any world without delayed news, under rules that nothing changes.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes
from equipoise.kernel.compiling import borrowing_from_python, kept
from equipoise.simulate.arrays import ANSWER, TIME, LookTable, Rules, WorldArrays
from equipoise.simulate.conduct_arrays import (
    COX_WALD,
    LOG_RANK,
    MAX_COMBO,
    PROPORTIONS,
    ConductArrays,
)
from equipoise.simulate.engine.looks import look_at_trial
from equipoise.simulate.engine.patients import (
    fill_plain,
    fill_plain_course,
    is_plain,
    is_plain_course,
)
from equipoise.simulate.engine.room import (
    Comparisons,
    EngineRoom,
    Found,
    comparisons_of,
    room_for_engine,
)
from equipoise.simulate.generate import generate
from equipoise.simulate.rehearsal import Rehearsal, Seen

OF_TIMES = (LOG_RANK, MAX_COMBO, COX_WALD)


def can_take(rehearsal: Rehearsal) -> bool:
    """Tell whether `play_fused` plays this rehearsal."""
    conduct, world = rehearsal.conduct_arrays, rehearsal.world_arrays
    kinds = world.endpoint_kind[conduct.tested_endpoint]
    times = np.isin(conduct.test, OF_TIMES) & (kinds == TIME)
    answers = (conduct.test == PROPORTIONS) & (kinds == ANSWER)
    return bool((times | answers).all() and not world.mean_delay.size)


def compiled_before(rehearsal: Rehearsal) -> bool:
    """Tell whether what `play_fused` needs for this rehearsal lies on disk, ready to run."""
    world = rehearsal.world_arrays
    if is_plain(world):
        return kept(_play_plain)
    return kept(_play_course if is_plain_course(world) else _play_any)


def play_fused(
    rehearsal: Rehearsal,
    *,
    seed: int,
    scenario: int,
    first: int,
    table: LookTable,
    covariances: NDArray[np.float64],
    naive: bool = False,
) -> None:
    """Fill the table with what all looks of trials `first`, ... found, one row a trial.

    Args:
        rehearsal: of `prepare`.
        seed: of the run.
        scenario: its number.
        first: the first trial.
        table: of looks not held; filled in.  MaxCombo's z is the largest of its statistics.
        covariances: (trials, looks, hypotheses, weights, weights) of them, filled in; or empty.
        naive: hold looks at the times that stand in the table, and only make estimates.

    Witness: the loop over `statistics.statistic`, trial by trial.
    """
    world, conduct, seen = rehearsal.world_arrays, rehearsal.conduct_arrays, rehearsal.seen
    comparisons = comparisons_of(world, conduct)
    found = Found(table, covariances)
    room, numbers = room_for_engine(world, conduct), (seed, scenario, first)
    if is_plain(world):
        _play_plain(world, conduct, seen, comparisons, numbers, naive, room, found)
        return
    if is_plain_course(world):
        arrival = np.arange(world.patients)
        _play_course(world, conduct, seen, comparisons, arrival, numbers, naive, room, found)
        return
    rules = Rules(
        np.full(world.arms, np.inf),
        np.full(world.cell_share.size, np.inf),
        world.patients,
        np.zeros((0, 0)),
    )
    _play_any(world, conduct, seen, comparisons, rules, numbers, naive, room, found)


@borrowing_from_python
def _play_plain(
    world: WorldArrays,
    conduct: ConductArrays,
    seen: Seen,
    comparisons: Comparisons,
    numbers: tuple[int, int, int],
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
    found: Found,
) -> None:
    """Play trial after trial of a plain world."""
    seed, scenario, first = numbers
    for r in range(found.table.time.shape[0]):
        fill_plain(world, seed, scenario, first + r, room.patients, room.work)
        look_at_trial(conduct, seen, comparisons, world.patients, naive, room, found, r)


@borrowing_from_python
def _play_course(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    world: WorldArrays,
    conduct: ConductArrays,
    seen: Seen,
    comparisons: Comparisons,
    arrival: Codes,
    numbers: tuple[int, int, int],
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
    found: Found,
) -> None:
    """Play trial after trial of a course with plain enrollment; `arrival` is 0, 1, ..."""
    seed, scenario, first = numbers
    for r in range(found.table.time.shape[0]):
        fill_plain_course(world, seed, scenario, first + r, arrival, room.patients, room.work)
        look_at_trial(conduct, seen, comparisons, world.patients, naive, room, found, r)


@borrowing_from_python
def _play_any(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    world: WorldArrays,
    conduct: ConductArrays,
    seen: Seen,
    comparisons: Comparisons,
    rules: Rules,
    numbers: tuple[int, int, int],
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
    found: Found,
) -> None:
    """Play trial after trial of any world."""
    seed, scenario, first = numbers
    for r in range(found.table.time.shape[0]):
        size = generate(world, seed, scenario, first + r, rules, room.patients)
        look_at_trial(conduct, seen, comparisons, size, naive, room, found, r)
