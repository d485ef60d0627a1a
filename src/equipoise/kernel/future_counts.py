"""When a drawn trial has had so many events, and how many patients and events it has by then.

An event counts if it comes not after the end of its patient's follow-up; it happens at entry plus
its time.  The k-th event of a replicate is the k-th smallest of these calendar times.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import borrowing, compiled
from equipoise.kernel.futures import Future, FutureArrays, HandArrays, fill_future

Numbers = NDArray[np.int32]


class FutureCounts(NamedTuple):
    """What is asked of every replicate, and a row of answers each."""

    targets: Codes  # (targets,) of events, each 1 or more
    grid: Vector  # (times,) calendar, ascending
    reached: Matrix  # (replicates, targets) calendar time; infinite: never
    came: Numbers  # (replicates, targets) patients randomized by then
    last_entry: Vector  # (replicates,) of the last patient; infinite: never
    enrolled: Numbers  # (replicates, times) patients
    events: Numbers  # (replicates, times)


@compiled
def count_futures(
    seed: int,
    first: int,
    stop: int,
    model: FutureArrays,
    hand: HandArrays,
    future: Future,
    happened: Vector,
    counts: FutureCounts,
) -> None:
    """Draw replicates `first`, ... before `stop`, and fill in their rows.

    Args:
        seed: of all replicates.
        first: replicate; row 0 of `counts` is replicate 0.
        stop: replicate that is not drawn any more.
        model: of the future.
        hand: those randomized.
        future: room for one replicate.
        happened: (patients,) work space.
        counts: rows filled in.

    Witness: NumPy's sort and searchsorted (`tests/twice`).
    """
    for replicate in range(first, stop):
        fill_future(seed, replicate, model, hand, future)
        events = 0
        for patient in range(future.entry.size):
            when = future.entry[patient] + future.event[patient]
            if future.event[patient] <= future.loss[patient] and when < np.inf:
                happened[events] = when
                events += 1
        happened[:events].sort()
        future.entry.sort()
        last = future.entry[future.entry.size - 1] if future.entry.size else hand.cut
        counts.last_entry[replicate] = last
        for place in range(counts.targets.size):
            target = counts.targets[place]
            when = happened[target - 1] if target <= events else np.inf
            counts.reached[replicate, place] = when
            came = np.searchsorted(future.entry, when, side="right") if when < np.inf else 0
            counts.came[replicate, place] = came
        _cumulate(future.entry, future.entry.size, counts.grid, counts.enrolled[replicate])
        _cumulate(happened, events, counts.grid, counts.events[replicate])


@borrowing
def _cumulate(times: Vector, size: int, grid: Vector, out: Numbers) -> None:
    """Fill in how many of ascending times have come by each time of the grid."""
    done = 0
    for place in range(grid.size):
        while done < size and times[done] <= grid[place]:
            done += 1
        out[place] = done
