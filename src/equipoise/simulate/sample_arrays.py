"""Real follow-up laid out for compiled loops: rows by arm and cell.

Of a patient whose time-to-event endpoint is missing nothing is known from the start.
"""

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import codes, flags, frozen, frozen_codes
from equipoise.simulate.arrays import SampleArrays
from equipoise.simulate.worlds.world import ResampledPatients, World

ANY, MISSING = -1, -1


def sample_arrays(world: World) -> SampleArrays:
    """Lay real follow-up out by arm and cell.

    Raises:
        SimulationError: data that do not fit the world, with what to change.
    """
    truth = world.truth
    if not isinstance(truth, ResampledPatients):
        raise SimulationError("This world draws no real patients; give it `ResampledPatients`.")
    _check_sample(truth, world)
    order: list[int] = []
    first = np.zeros((len(world.arms), len(world.cells)), dtype=np.int64)
    rows = np.zeros_like(first)
    for arm, cell in np.ndindex(*first.shape):
        own = np.flatnonzero(((truth.arm == arm) | (truth.arm == ANY)) & (truth.cell == cell))
        if own.size == 0 and world.cells[cell].share > 0:
            raise SimulationError(
                f"No real patient can be drawn for arm {world.arms[arm]}, cell {cell}; give rows "
                "of that arm, or rows of any arm (-1).",
                "resampling",
            )
        first[arm, cell], rows[arm, cell] = len(order), own.size
        order.extend(own.tolist())
    binary = flags(truth.binary)
    missing = truth.outcome == MISSING
    unknown = missing & ~binary[:, None]
    time = np.where(unknown, 0.0, truth.time)
    outcome = np.where(unknown, 0, truth.outcome).astype(np.int8)
    censored = np.where((outcome == 0) & ~binary[:, None], time, -np.inf)
    followed = censored.max(axis=0, initial=-np.inf)
    outcome.setflags(write=False)
    return SampleArrays(
        first=frozen_codes(first),
        rows=frozen_codes(rows),
        row=codes(order),
        time=frozen(time),
        outcome=outcome,
        followed=frozen(np.where(np.isneginf(followed), np.inf, followed)),
        binary=binary,
    )


def no_sample() -> SampleArrays:
    """Give the arrays of a world that draws no real patients."""
    outcome = np.zeros((0, 0), dtype=np.int8)
    outcome.setflags(write=False)
    return SampleArrays(
        first=frozen_codes(np.zeros((0, 0), dtype=np.int64)),
        rows=frozen_codes(np.zeros((0, 0), dtype=np.int64)),
        row=frozen_codes(np.zeros(0, dtype=np.int64)),
        time=frozen(np.zeros((0, 0))),
        outcome=outcome,
        followed=frozen(np.zeros(0)),
        binary=flags(np.zeros(0)),
    )


def _check_sample(truth: ResampledPatients, world: World) -> None:
    rows, endpoints = truth.arm.size, len(truth.endpoints)
    shapes = (truth.cell.shape, truth.time.shape, truth.outcome.shape, truth.binary.shape)
    if shapes != ((rows,), (endpoints, rows), (endpoints, rows), (endpoints,)):
        raise SimulationError(
            f"Real follow-up of {rows} patients and {endpoints} endpoints needs as many cells, and "
            f"times and outcomes of (endpoints, patients); found {shapes}.",
            "resampling",
        )
    if rows and not (
        truth.arm.min() >= ANY
        and truth.arm.max() < len(world.arms)
        and truth.cell.min() >= 0
        and truth.cell.max() < len(world.cells)
    ):
        raise SimulationError(
            f"Arms of real patients are from -1 (any) to {len(world.arms) - 1} and cells from 0 to "
            f"{len(world.cells) - 1}; found arms {truth.arm.min()} to {truth.arm.max()}, cells "
            f"{truth.cell.min()} to {truth.cell.max()}.",
            "resampling",
        )
    known = truth.time[(truth.outcome != MISSING) | truth.binary[:, None]]
    if not bool(np.all(np.isfinite(known) & (known >= 0))):
        raise SimulationError(
            "Times of real follow-up must be from 0 on; some are not. Mark missing outcomes as -1.",
            "resampling",
        )
