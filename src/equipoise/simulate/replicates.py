"""The replicate table: one row a trial, with what it takes to play that trial again.

Trial `trial` under (`seed`, `stream`) is made of NumPy's Philox(key=[seed, stream],
counter=[0, purpose, trial, who]); see `streams`.  Looks are numbered from 1; what does not exist
is null.  The table is written as it grows, so that memory stays flat.
"""

import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.progress import Progress
from equipoise.errors import SimulationError
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED
from equipoise.simulate.counting import Endings, endings_of
from equipoise.simulate.executors import Named, hands, opened, usual_workers
from equipoise.simulate.plan import SimulationPlan
from equipoise.simulate.rehearsed import Rehearsed
from equipoise.simulate.simulation import Simulation
from equipoise.simulate.work import rehearse
from equipoise.simulate.worlds.pace import Clock

if TYPE_CHECKING:
    import polars as pl

WORDS = {
    CONTINUE: "continue",
    EFFICACY: "efficacy",
    FUTILITY: "futility",
    HARM: "harm",
    NOT_TESTED: "not tested",
}
AHEAD = 2
Columns = dict[str, Any]


def replicate_table(
    plan: SimulationPlan, scenario: int, design: int, first: int, last: int
) -> "pl.DataFrame":
    """Play trials `first` ... `last - 1` and give a row for each; scenario and design by place.

    Raises:
        SimulationError: The world or the design cannot be rehearsed.

    Witness: `run` counts the same trials.
    """
    import polars as pl  # noqa: PLC0415 - only where a table is asked for

    rehearsed = rehearse(plan, scenario, design, first, last)
    columns = _columns(plan, scenario, design, rehearsed)
    return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def write_replicates(
    plan: SimulationPlan,
    path: Path | str,
    *,
    trials: Sequence[int] | None = None,
    executor: Named | Executor | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the trials of every scenario and design to a CSV or Parquet file, in order.

    Designs with other hypotheses, looks or arms leave the columns they lack empty.  Interrupted,
    it writes nothing.  Gives how many rows were written.

    Args:
        plan: Of which they are trials.
        path: The file to write; its ending tells which.
        trials: How many of each scenario, as a run has counted them (`counted`); none: all that
            the plan asks for.
        executor: As of `run`.
        workers: How many at a time.
        scheduler: Address of Dask's scheduler.
        progress: Told how it gets on.

    Raises:
        SimulationError: The name ends in neither `.csv` nor `.parquet`.

    Witness: the file is the same for any executor; its means are those of `run`.
    """
    target = Path(path)
    check_name(target)
    workers = usual_workers() if workers is None else workers
    target.parent.mkdir(parents=True, exist_ok=True)
    sizes = (plan.trials,) * len(plan.scenarios) if trials is None else tuple(trials)
    clock = Clock(sum(sizes) * len(plan.designs), progress)
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder,
        opened(executor or ("serial" if workers == 1 else "threads"), workers, scheduler) as pool,
    ):
        parts: list[Path] = []
        for frame in _frames(plan, sizes, pool, AHEAD * hands(pool, workers)):
            parts.append(Path(folder) / f"{len(parts):08d}.parquet")
            frame.write_parquet(parts[-1])
            clock.tell(frame.height)
        _join(parts, target, Path(folder) / f"whole{target.suffix}")
    return clock.played


def counted(simulation: Simulation) -> tuple[int, ...]:
    """Tell how many trials of each scenario a run has counted; fewer than asked, or as many.

    Witness: the operating characteristics say the same.
    """
    return tuple(row[0].trials if row else 0 for row in simulation.results)


def check_name(target: Path) -> None:
    """Refuse a name whose ending is not of a table we write.

    Raises:
        SimulationError: It ends in neither `.csv` nor `.parquet`.
    """
    if target.suffix not in {".csv", ".parquet"}:
        raise SimulationError(
            f"{target} is neither .csv nor .parquet; name the replicate table so.", about="file"
        )


def _frames(
    plan: SimulationPlan, sizes: Sequence[int], pool: Executor, ahead: int
) -> Iterator["pl.DataFrame"]:
    """Play chunk after chunk, some ahead of the one that is written."""
    waiting: deque[Future[pl.DataFrame]] = deque()
    for scenario, trials in enumerate(sizes):
        for design in range(len(plan.designs)):
            for first in range(0, trials, plan.chunk):
                last = min(first + plan.chunk, trials)
                waiting.append(pool.submit(replicate_table, plan, scenario, design, first, last))
                if len(waiting) >= ahead:
                    yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _join(parts: list[Path], target: Path, whole: Path) -> None:
    """Put chunks one after the other without holding them all, then the file in its place."""
    import polars as pl  # noqa: PLC0415 - only where a table is asked for

    frames = [pl.scan_parquet(part) for part in parts]
    table = pl.concat(frames, how="diagonal_relaxed")
    if target.suffix == ".csv":
        table.sink_csv(whole)
    else:
        table.sink_parquet(whole)
    shutil.move(whole, target)


def _columns(plan: SimulationPlan, scenario: int, design: int, found: Rehearsed) -> Columns:
    trials, ending = found.decisions.stopped.size, endings_of(found)
    world = plan.designs[design].world_in(plan.scenarios[scenario])
    rows, last = np.arange(trials), ending.last
    columns: Columns = {
        "scenario": [plan.scenarios[scenario].name] * trials,
        "design": [plan.designs[design].name] * trials,
        "seed": np.full(trials, plan.seed),
        "stream": np.full(trials, plan.stream(scenario)),
        "trial": found.first + rows,
        "look": last + 1,
        "time": _known(found.table.time[rows, last]),
        "patients": found.table.patients[rows, last],
        "dropouts": found.table.dropouts[rows, last],
        "planned_patients": found.patients,
    }
    for at, name in enumerate(world.endpoints):
        columns[f"events_{name}"] = found.table.events[rows, last, at].sum(axis=1)
    for at, name in enumerate(world.arms):
        if (found.arm_closed[:, at] >= 0).any() or plan.designs[design].conduct.adaptations:
            columns[f"dropped_{name}"] = _look(found.arm_closed[:, at])
    if plan.designs[design].conduct.adaptations:
        columns["enriched"] = _look(found.enriched)
    columns |= _at_looks(found, ending, world.endpoints)
    for at, each in enumerate(plan.designs[design].conduct.tested):
        columns |= _hypothesis(found, ending, at, each.hypothesis)
    return columns


def _at_looks(found: Rehearsed, ending: Endings, endpoints: tuple[str, ...]) -> Columns:
    table, columns = found.table, Columns()
    for look in range(table.time.shape[1]):
        came = ending.running[:, look]
        columns[f"time_{look + 1}"] = np.where(came, table.time[:, look], np.nan)
        columns[f"patients_{look + 1}"] = _count(table.patients[:, look], came)
        for at, name in enumerate(endpoints):
            events = table.events[:, look, at].sum(axis=1)
            columns[f"events_{name}_{look + 1}"] = _count(events, came)
    return columns


def _hypothesis(found: Rehearsed, ending: Endings, at: int, name: str) -> Columns:
    decision = found.decisions.decision[:, :, at]
    final = (decision != CONTINUE) & (decision != NOT_TESTED) & ending.running
    look = np.where(final.any(axis=1), final.argmax(axis=1), -1)
    look = np.where(ending.rejected[:, at], (final & (decision == EFFICACY)).argmax(axis=1), look)
    verdict = np.where(look >= 0, decision[np.arange(look.size), look], CONTINUE)
    columns: Columns = {
        f"{name}_decision": [WORDS[code] for code in verdict.tolist()],
        f"{name}_decided": _look(look),
    }
    per_look = {
        "z": found.table.z,
        "information": found.table.information,
        "bound": found.decisions.bound,
        "futility_bound": found.decisions.lower,
    }
    for what, values in per_look.items():
        for k in range(decision.shape[1]):
            seen = np.where(ending.running[:, k], values[:, k, at], np.nan)
            columns[f"{name}_{what}_{k + 1}"] = _known(seen)
    if found.effects is not None:
        for what in ("estimate", "error", "adjusted", "adjusted_lower", "adjusted_upper"):
            columns[f"{name}_{what}"] = _known(getattr(found.effects, what)[:, at])
    return columns


def _known(values: NDArray[Any]) -> NDArray[np.float64]:
    """Put nan, later null, where a number is not finite."""
    return np.where(np.isfinite(values), values, np.nan)


def _count(values: NDArray[Any], came: NDArray[np.bool_]) -> list[int | None]:
    return [int(each) if there else None for each, there in zip(values, came, strict=True)]


def _look(place: NDArray[Any]) -> list[int | None]:
    """Number looks from 1; none where it is -1."""
    return [int(each) + 1 if each >= 0 else None for each in place]
