"""The verb that rehearses the trial before it begins, and while it runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from equipoise.analyze.progress import Progress, only_notices
from equipoise.errors import DesignError, SimulationError
from equipoise.verbs.asking import FORMATS, chosen_formats, file_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    from equipoise.analyze.snapshot import Snapshot
    from equipoise.protocol.trial import Protocol
    from equipoise.report.document import Document
    from equipoise.simulate.executors import Named
    from equipoise.simulate.replays.trial import PlannedSimulation, Settings, TrialSimulation
    from equipoise.simulate.simulation import Simulation


def simulate(  # noqa: PLR0913 - the questions of the command line
    protocol: Protocol | str | Path,
    *,
    trials: int = 10_000,
    seed: int = 1,
    scenarios: Sequence[str] = (),
    hazard_ratios: Sequence[float] = (),
    against: Sequence[str | Path] = (),
    precision: float | None = None,
    estimates: bool = True,
    adjusted: bool = False,
    common_scenarios: bool = False,
    data: str | Path | Mapping[str, Any] | None = None,
    executor: Named | Executor | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    checkpoint: str | Path | None = None,
    part: tuple[int, int] | None = None,
    merge: Sequence[str | Path] = (),
    replicates: str | Path | None = None,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> TrialSimulation:
    """Rehearse the trial a protocol promises: how often it succeeds, how long it takes, and why.

    The same seed gives the same numbers, whoever plays the trials, and however many at a time.

    Args:
        protocol: the protocol, or the file that holds it.
        trials: of each scenario and design; with `precision`, at most.
        seed: of the random numbers, 0 or more.
        scenarios: ids of the protocol's scenarios; all, where none is named.
        hazard_ratios: further scenarios, as planned but for this hazard ratio, on the same random
            numbers; without `scenarios`, these alone.
        against: further designs: files of protocols with the same arms and endpoints.
        precision: go on until the Monte Carlo standard error of power is no more than this.
        estimates: tell how the estimate at the end does (bias, coverage).
        adjusted: also of the estimate adjusted for having looked.
        common_scenarios: use the same random numbers in all scenarios.
        data: the protocol's data, where a scenario draws patients from them.
        executor: ``"serial"``, ``"threads"`` (usual), ``"processes"``, ``"dask"``, or any
            `concurrent.futures.Executor`.
        workers: how many at a time; none: as many as there are processors.
        scheduler: address of Dask's scheduler.
        checkpoint: file that keeps the results so far, from which a run goes on.
        part: (i, n): play the i-th of n parts (from 1) into the checkpoint.
        merge: play nothing, but merge the checkpoints of all parts.
        replicates: file (.csv or .parquet) to write the replicate table to, a row a trial that
            was counted.
        out: the folder to write documents, figures and JSON into.
        formats: the documents to write, as for `analyze`; ``"none"`` for JSON only.
        progress: told what starts now, and how far it is.
        command: what the manifest records as the command.
        force: write over files that were edited since.

    Raises:
        ProtocolError: the protocol cannot be read, or contradicts itself.
        DesignError: no design satisfies what is promised.
        SimulationError: the trial cannot be rehearsed as asked.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours.
        TableInterruptedError: all is done but the replicate table, which is not written.
    """
    started, chosen = datetime.now(UTC), chosen_formats(formats)
    _check_targets(out, chosen, replicates, force=force)
    if part is not None and replicates is not None:
        raise SimulationError(
            "The replicate table is of the whole run, not of a part; ask for it when the parts "
            "are merged.",
            "replicates",
        )
    from equipoise.simulate.replays.trial import Settings

    named, ratios = tuple(scenarios), tuple(float(each) for each in hazard_ratios)
    kept = _precision(precision)
    settings = Settings(trials, seed, named, ratios, kept, estimates, adjusted, common_scenarios)
    planned = planned_simulation(protocol, settings, against=against, data=data)
    by = Players(executor, workers, scheduler, progress)
    result = planned.simulated(_played(planned, by, checkpoint, part, merge))
    if out is not None:
        from equipoise.report.simulation.write import write_simulation

        write_simulation(
            result,
            _document(result, progress) if chosen else None,
            Path(out),
            formats=chosen,
            protocol_file=file_of(protocol),
            command=command,
            started=started,
            progress=progress,
            force=force,
        )
    if replicates is not None:
        _write_replicates(planned, result, Path(replicates), by)
    return result


class TableInterruptedError(KeyboardInterrupt):
    """The replicate table was interrupted and not written; everything else is done."""

    def __init__(self, result: TrialSimulation) -> None:
        super().__init__("the replicate table was not written")
        self.result = result


class Players(NamedTuple):
    """Who plays the trials, and who is told."""

    executor: Named | Executor | None
    workers: int | None
    scheduler: str | None
    progress: Progress


def _check_targets(
    out: str | Path | None,
    formats: tuple[str, ...],
    replicates: str | Path | None,
    *,
    force: bool,
) -> None:
    """Refuse, before any trial is played, what could not be written in the end."""
    if out is not None:
        from equipoise.report.folder import check_ready

        check_ready(Path(out), formats, kind="simulation", force=force)
    if replicates is not None:
        from equipoise.simulate.replicates import check_name

        check_name(Path(replicates))


def _played(
    planned: PlannedSimulation,
    by: Players,
    checkpoint: str | Path | None,
    part: tuple[int, int] | None,
    merge: Sequence[str | Path],
) -> Simulation:
    """Play the trials, or merge those that were played in parts."""
    if merge:
        from equipoise.simulate.batch import merge_parts

        return merge_parts(planned.plan, merge)
    from equipoise.simulate.run import run

    chunks = _chunks(planned, part, checkpoint)
    _tell_first_run(planned, by.progress)
    return run(planned.plan, **by._asdict(), checkpoint=checkpoint, chunks=chunks)


def _tell_first_run(planned: PlannedSimulation, progress: Progress) -> None:
    """Say so where the code that plays the trials is still to be compiled."""
    from equipoise.simulate.replays.play import compiled_before
    from equipoise.simulate.work import prepared
    from equipoise.verbs.analysis import FIRST_RUN

    if not compiled_before(prepared(planned.plan, 0, 0)):
        progress(FIRST_RUN)


def _write_replicates(
    planned: PlannedSimulation, result: TrialSimulation, file: Path, by: Players
) -> None:
    """Write the trials that the results are about, no more and no fewer."""
    from equipoise.simulate.replicates import counted, write_replicates

    by.progress("Writing the replicate table")
    trials = counted(result.simulation)
    try:
        write_replicates(planned.plan, file, trials=trials, **by._asdict())
    except KeyboardInterrupt:
        raise TableInterruptedError(result) from None


def planned_simulation(
    protocol: Protocol | str | Path,
    settings: Settings,
    *,
    against: Sequence[str | Path] = (),
    data: str | Path | Mapping[str, Any] | None = None,
) -> PlannedSimulation:
    """Lay out what `simulate` plays: worlds, designs, random numbers.

    Raises:
        ProtocolError: a protocol cannot be read, or contradicts itself.
        DesignError: no design satisfies what is promised.
        SimulationError: the trial cannot be rehearsed as asked.
    """
    from equipoise.simulate.replays.trial import names_of, plan_simulation

    promised, known = _read(protocol, data)
    files = [Path(each) for each in against]
    others = {name: _read(file, None)[0] for name, file in zip(names_of(files), files, strict=True)}
    try:
        return plan_simulation(promised, settings, against=others, data=known)
    except DesignError as refusal:
        source = file_of(protocol)
        if source is None:
            raise
        from equipoise.io.design_refusals import located

        raise located(refusal, source) from None


def _read(
    protocol: Protocol | str | Path, data: str | Path | Mapping[str, Any] | None
) -> tuple[Protocol, Snapshot | None]:
    """Read a protocol, and its data where they are given."""
    from equipoise.io.protocol.read import read_protocol

    promised = read_protocol(Path(protocol)) if isinstance(protocol, str | Path) else protocol
    if data is None:
        return promised, None
    from equipoise.io.data.snapshot import read_snapshot

    return promised, read_snapshot(promised, Path(data) if isinstance(data, str | Path) else data)


def _precision(error: float | None) -> Any:  # noqa: ANN401 - a Precision, which is heavy to import
    if error is None:
        return None
    from equipoise.simulate.plan import Precision

    return Precision(error)


def _chunks(
    planned: PlannedSimulation, part: tuple[int, int] | None, checkpoint: str | Path | None
) -> tuple[int, int] | None:
    """Give the chunks of one part of a batch array."""
    if part is None:
        return None
    if checkpoint is None:
        raise SimulationError(
            "A part of a batch array needs a checkpoint file to be kept in; give it one.", "part"
        )
    from equipoise.simulate.batch import array_range

    return array_range(planned.plan, *part)


def _document(result: TrialSimulation, progress: Progress) -> Document:
    from equipoise.report.manifest import versions
    from equipoise.report.simulation.build import build_simulation_document

    return build_simulation_document(result, software=tuple(versions().items()), progress=progress)
