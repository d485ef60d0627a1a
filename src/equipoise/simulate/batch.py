"""A batch array: many independent processes play ranges of one plan, and one merges their files.

    part i of n         run(plan, chunks=array_range(plan, i, n), checkpoint=f"part-{i}")
    or by trials        run(plan, chunks=plan.chunks_of(0, 50_000), checkpoint="part-0")
    afterwards          merge_parts(plan, ["part-0", "part-1", ...])

Each file is a checkpoint, so that a process that was killed goes on where it was.
"""

from collections.abc import Iterable
from pathlib import Path

from equipoise.errors import SimulationError
from equipoise.simulate.checkpoint import read_parts
from equipoise.simulate.ledger import Ledger
from equipoise.simulate.plan import SimulationPlan
from equipoise.simulate.simulation import Simulation, simulation_of


def array_range(plan: SimulationPlan, index: int, size: int) -> tuple[int, int]:
    """Give the chunks of part `index` (from 1) of `size`, as even as whole chunks allow.

    Raises:
        SimulationError: There is no such part, or there are more parts than chunks.

    Witness: the ranges of all parts are every chunk, once.
    """
    if not 1 <= index <= size:
        raise SimulationError(
            f"There is no part {index} of {size}; count from 1 to {size}.", about="range"
        )
    if size > plan.chunks:
        raise SimulationError(
            f"{plan.trials:,} trials are played {plan.chunk:,} at a time and cannot be shared by "
            f"{size} parts; use {plan.chunks} at most, or ask for more trials.",
            about="range",
        )
    return plan.chunks * (index - 1) // size, plan.chunks * index // size


def merge_parts(
    plan: SimulationPlan, paths: Iterable[Path | str], *, partial: bool = False
) -> Simulation:
    """Merge the files of a batch array; a chunk in two of them counts once.

    Args:
        plan: Of which they are parts.
        paths: The files, in any order.
        partial: Where trials are missing, tell of those before them, labelled as partial.

    Raises:
        SimulationError: A file is not this plan's, or trials are missing.

    Witness: one run of the whole plan, bit for bit.
    """
    ledgers = [Ledger(plan, at, 0, plan.chunks) for at in range(len(plan.scenarios))]
    for path in paths:
        for part in read_parts(Path(path), plan):
            ledgers[plan.scenario(part.scenario)].take(part)
    if not partial:
        _check_whole(plan, ledgers)
    if not any(ledger.part.from_the_first for ledger in ledgers):
        raise SimulationError(
            "None of these files holds the first trials; name the files of all ranges.",
            about="checkpoint",
        )
    return simulation_of(plan, ledgers)


def _check_whole(plan: SimulationPlan, ledgers: Iterable[Ledger]) -> None:
    """Refuse to leave out trials that were played, because others before them are missing."""
    for ledger in ledgers:
        gaps = [] if ledger.precise else _gaps(plan, ledger)
        if gaps:
            of = f" of {ledger.part.scenario!r}" if len(plan.scenarios) > 1 else ""
            raise SimulationError(
                f"Trials {' and '.join(gaps)}{of} are missing: give the part that holds them, "
                "or let it go on to its end.",
                about="merge",
            )


def _gaps(plan: SimulationPlan, ledger: Ledger) -> list[str]:
    """Name the trials that are not there, range by range."""
    missing = {at for at in range(plan.chunks) if not ledger.part.holds(at)}
    first = sorted(at for at in missing if at - 1 not in missing)
    last = sorted(at for at in missing if at + 1 not in missing)
    return [
        f"{start * plan.chunk:,} to {min((end + 1) * plan.chunk, plan.trials) - 1:,}"
        for start, end in zip(first, last, strict=True)
    ]
