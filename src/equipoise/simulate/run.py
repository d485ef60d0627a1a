"""Rehearse a plan: hand out ranges of trials, merge what comes back, tell what there is.

The numbers depend on the plan alone.  Ctrl-C ends a run with what is there without a gap from
the first trial on, labelled as partial; a checkpoint keeps every chunk that was finished.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import ExitStack
from pathlib import Path

from equipoise.analyze.progress import Notice, Progress
from equipoise.errors import SimulationError
from equipoise.simulate.checkpoint import Checkpoint
from equipoise.simulate.checkpoint import checkpoint as opened_checkpoint
from equipoise.simulate.executors import Named, hands, opened, usual_workers
from equipoise.simulate.ledger import Ledger, Task, tasks_of
from equipoise.simulate.part import Part
from equipoise.simulate.plan import SimulationPlan
from equipoise.simulate.simulation import Simulation, simulation_of
from equipoise.simulate.work import simulate_part
from equipoise.simulate.worlds.pace import Clock

AHEAD = 2  # tasks a worker has in hand or waiting
WAKE = 0.5  # seconds after which the waiting thread looks up
MOST_CHUNKS = 16  # in one task that travels far


def run(
    plan: SimulationPlan,
    *,
    executor: Named | Executor | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    checkpoint: Path | str | None = None,
    progress: Progress | None = None,
    chunks: tuple[int, int] | None = None,
) -> Simulation:
    """Rehearse every scenario under every design.

    Args:
        plan: What is to be rehearsed.
        executor: "serial", "threads" (usual), "processes", "dask", or an executor of one's own.
        workers: How many at a time; none: as many as there are processors.
        scheduler: Address of Dask's scheduler; none: workers of its own on this machine.
        checkpoint: File that keeps the results so far; where it exists, the run goes on from it.
        progress: Told how the run gets on.
        chunks: Play these chunks only, `chunks[0]` to `chunks[1] - 1`, for a batch array; what
            is without a gap from the first trial on is told, and the checkpoint keeps the rest.

    Raises:
        SimulationError: The plan cannot be rehearsed, or the checkpoint is not this plan's.
        KeyboardInterrupt: It was interrupted before the first chunk was there.

    Witness: any executor and number of workers, interrupted or not, gives the same bits; lrstat's
        simulated operating characteristics.
    """
    workers = usual_workers() if workers is None else workers
    _check_range(plan, workers, chunks)
    first, last = chunks or (0, plan.chunks)
    ledgers = [Ledger(plan, at, first, last) for at in range(len(plan.scenarios))]
    with ExitStack() as stack:
        log = None
        if checkpoint is not None:
            log = stack.enter_context(opened_checkpoint(Path(checkpoint), plan))
        clock = _taken_up(ledgers, plan, log, progress)
        kind = executor or ("serial" if workers == 1 else "threads")

        def took(part: Part) -> None:
            if log is not None:
                log.append(part)
            clock.tell(ledgers[plan.scenario(part.scenario)].take(part))

        interrupted = False
        if not all(ledger.done for ledger in ledgers):
            pool = stack.enter_context(opened(kind, workers, scheduler))
            interrupted = _played(plan, ledgers, pool, hands(pool, workers), took)
    clock.tell(0, always=True)
    if interrupted and not any(ledger.part.from_the_first for ledger in ledgers):
        raise KeyboardInterrupt
    return simulation_of(plan, ledgers)


def _check_range(plan: SimulationPlan, workers: int, chunks: tuple[int, int] | None) -> None:
    if workers < 1:
        raise SimulationError(f"{workers} workers play nothing; give at least 1.", about="workers")
    if chunks is None:
        return
    if not 0 <= chunks[0] < chunks[1] <= plan.chunks:
        raise SimulationError(
            f"Chunks {chunks[0]} to {chunks[1]} are not among the {plan.chunks} of the plan; "
            "count them from 0.",
            about="range",
        )
    if plan.precision is not None:
        raise SimulationError(
            "A range of chunks cannot tell when the whole run is precise enough. Leave precision "
            "out, and merge the parts.",
            about="precision",
        )


def _taken_up(
    ledgers: list[Ledger], plan: SimulationPlan, log: Checkpoint | None, progress: Progress | None
) -> Clock:
    """Take up what an earlier run has left, and start the clock."""
    clock = Clock(sum(ledger.asked for ledger in ledgers), progress)
    if log is not None:
        known = {each.name: ledger for each, ledger in zip(plan.scenarios, ledgers, strict=True)}
        clock.found = sum(known[part.scenario].take(part) for part in log.parts())
        if log.lost and progress is not None:
            progress(
                Notice(f"The checkpoint ended in {log.lost} bytes cut short; they are dropped.")
            )
    return clock


def _played(
    plan: SimulationPlan,
    ledgers: list[Ledger],
    pool: Executor,
    workers: int,
    took: Callable[[Part], None],
) -> bool:
    """Play what is still to be played, and tell whether it was interrupted."""
    tasks = tasks_of(ledgers, _span(plan, pool, workers))
    pending: set[Future[Part]] = set()
    try:
        while True:
            _fill(plan, pool, tasks, pending, AHEAD * workers if workers > 1 else 1)
            if not pending:
                return False
            done, pending = wait(pending, timeout=WAKE, return_when=FIRST_COMPLETED)
            for future in done:
                took(future.result())
    except KeyboardInterrupt:
        return True
    except BrokenExecutor as problem:
        raise SimulationError(
            "A worker ended before its work was done, perhaps for want of memory. Run again with "
            "fewer workers or smaller chunks; a checkpoint keeps what was finished.",
            about="workers",
        ) from problem
    finally:
        for future in pending:
            future.cancel()


def _fill(
    plan: SimulationPlan,
    pool: Executor,
    tasks: Iterator[Task],
    pending: set[Future[Part]],
    most: int,
) -> None:
    while len(pending) < most and (task := next(tasks, None)) is not None:
        last = min(task.last * plan.chunk, plan.trials)
        pending.add(pool.submit(simulate_part, plan, task.scenario, task.first * plan.chunk, last))


def _span(plan: SimulationPlan, pool: Executor, workers: int) -> int:
    """Send several chunks at a time where a task travels far, and there are plenty."""
    if plan.precision is not None or not hasattr(pool, "_client"):
        return 1
    span, tasks = 1, plan.chunks * len(plan.scenarios)
    while 2 * span <= MOST_CHUNKS and tasks >= 16 * span * workers:
        span *= 2
    return span
