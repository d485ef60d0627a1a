"""One trial of a rehearsal: written as data, or played again and told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.errors import SimulationError
from equipoise.verbs.asking import FORMATS, chosen_formats, file_of
from equipoise.verbs.rehearsal import planned_simulation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.protocol.trial import Protocol
    from equipoise.report.document import Document
    from equipoise.report.manifest import Kind
    from equipoise.simulate.replays.record import ReplayedTrial
    from equipoise.simulate.replays.trial import PlannedSimulation, Settings
    from equipoise.simulate.written.trial import AsOfEvents, WrittenTrial

OPENED = date(2020, 1, 1)
PATIENTS: Kind = "simulated trial"  # kinds of folders
REPLAY: Kind = "replayed trial"


def simulate_patients(  # noqa: PLR0913 - the questions of the command line
    protocol: str | Path,
    out: str | Path,
    *,
    scenario: str | None = None,
    design: str | None = None,
    seed: int = 1,
    trial: int = 0,
    as_of: float | str | AsOfEvents | None = None,
    opened: str | date = OPENED,
    exact: bool = False,
    shares: Mapping[str, Mapping[str, float]] | None = None,
    against: Sequence[str | Path] = (),
    data: str | Path | None = None,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> WrittenTrial:
    """Write one simulated trial as data that `analyze` reads, plain and as ADaM.

    Args:
        protocol: the protocol's file, or its folder.
        out: the folder to write into; empty, or holding an earlier simulated trial.
        scenario: one of the protocol's; `planned` unless said.
        design: a further design, by name; None: the protocol's own.
        seed: of the random numbers, 0 or more.
        trial: its number, from 0.
        as_of: when the data are cut: a time since the trial opened (``24``, ``"2 years"``), or so
            many events (``"80 events"`` of the main endpoint, ``"57 os"``); None: when the trial
            stopped by its own rules.
        opened: the date on which the trial opened.
        exact: times to full precision, not in whole days.
        shares: of the levels of variables of which the protocol plans none.
        against: files of further designs.
        data: the protocol's data, where the scenario draws patients from them.
        progress: told what starts now.
        command: what the manifest records as the command.
        force: write over files that were edited since.

    Raises:
        ProtocolError: the protocol cannot be read.
        DesignError: no design satisfies what is promised.
        SimulationError: there is no such scenario or trial, or it cannot be cut so.
        EquipoiseError: the folder is not ours, or cannot be written.
    """
    from equipoise.io.protocol.yaml import protocol_file
    from equipoise.io.simulated.folder import simulated_files
    from equipoise.io.simulated.rows import SimulatedRows
    from equipoise.report.folder import check_ready
    from equipoise.report.written import Work, write_work
    from equipoise.simulate.replays.trial import Settings
    from equipoise.simulate.written.trial import written_trial

    started, target, source = datetime.now(UTC), Path(out), protocol_file(Path(protocol))
    check_ready(target, (), kind=PATIENTS, force=force)
    progress("Laying out the trial")
    settings = Settings(1, seed, (scenario or "planned",))
    planned = planned_simulation(source, settings, against=against, data=data)
    progress(f"Playing trial {trial:,}")
    made = written_trial(
        planned,
        planned.plan.scenarios[0].name,
        design=design,
        trial=trial,
        as_of=cut_of(planned, as_of),
        shares=shares,
    )
    rows = SimulatedRows(made, _date(opened), exact)
    work = Work(
        PATIENTS, made.protocol, simulated_files(rows, source), {"simulated": _question(rows)}
    )
    write_work(
        work,
        None,
        target,
        protocol_file=source,
        command=command,
        started=started,
        progress=progress,
        force=force,
    )
    return made


def _question(rows: Any) -> dict[str, Any]:  # noqa: ANN401 - SimulatedRows, imported where used
    trial = rows.trial
    return {
        "scenario": trial.scenario,
        "design": trial.candidate,
        "seed": trial.seed,
        "stream": trial.stream,
        "trial": trial.trial,
        "as_of": trial.data.at,
        "stopped": trial.stopped,
        "time_unit": trial.protocol.trial.time_unit,
        "opened": rows.opened.isoformat(),
        "cut": rows.cut.isoformat(),
        "exact": rows.exact,
        "patients": trial.size,
    }


def _date(text: str | date) -> date:
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SimulationError(f"{text!r} is no date; write 2019-06-30.", "opened") from None


def cut_of(
    planned: PlannedSimulation, as_of: float | str | AsOfEvents | None
) -> float | AsOfEvents | None:
    """Read when the data are cut.

    Raises:
        SimulationError: It is neither a time nor a number of events.
    """
    if not isinstance(as_of, str):
        return as_of
    from pydantic_core import PydanticCustomError

    from equipoise.io.protocol.fields import moment
    from equipoise.simulate.written.trial import AsOfEvents

    number, _, word = as_of.strip().partition(" ")
    endpoints = planned.plan.scenarios[0].world.endpoints
    if number.isdecimal() and (word.strip() in {"event", "events", *endpoints}):
        named = None if word.strip() in {"event", "events"} else word.strip()
        return AsOfEvents(int(number), named)
    try:
        return moment(as_of.strip()).measured_in(planned.protocol.trial.time_unit)
    except PydanticCustomError:
        raise SimulationError(
            f"{as_of!r} does not say when the data are cut; write a time since the trial opened "
            f"(24, or 2 years), or so many events (80 events, or 57 {endpoints[0]}).",
            "as of",
        ) from None


def replay_trial(  # noqa: PLR0913 - the questions of the command line
    protocol: Protocol | str | Path,
    trial: int,
    *,
    scenario: str | None = None,
    design: str | None = None,
    seed: int = 1,
    hazard_ratios: Sequence[float] = (),
    against: Sequence[str | Path] = (),
    adjusted: bool = False,
    data: str | Path | None = None,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> ReplayedTrial:
    """Play one trial of a rehearsal again, and tell its story look by look.

    Args:
        protocol: the protocol, or its file.
        trial: its number, from 0, as in the replicate table.
        scenario: one of the protocol's; `planned` (or the hazard ratio given) unless said.
        design: a further design, by name; None: the protocol's own.
        seed: of the random numbers, as in the rehearsal.
        hazard_ratios: without a scenario, one as planned but for this hazard ratio is played;
            with one, it is played on the random numbers of a rehearsal of all of these.
        against: files of further designs.
        adjusted: also give the estimate adjusted for having looked.
        data: the protocol's data, where the scenario draws patients from them.
        out: the folder to write documents, figures and data into.
        formats: the documents to write, as for `analyze`; ``"none"`` for data only.
        progress: told what starts now.
        command: what the manifest records as the command.
        force: write over files that were edited since.

    Raises:
        ProtocolError: the protocol cannot be read.
        DesignError: no design satisfies what is promised.
        SimulationError: there is no such scenario, design or trial.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours.
    """
    started, chosen = datetime.now(UTC), chosen_formats(formats)
    if out is not None:
        from equipoise.report.folder import check_ready

        check_ready(Path(out), chosen, kind=REPLAY, force=force)
    settings = _of_one_scenario(seed, scenario, hazard_ratios, adjusted=adjusted)
    progress("Laying out the trial")
    planned = planned_simulation(protocol, settings, against=against, data=data)
    progress(f"Playing trial {trial:,}")
    found = _replayed(planned, design, trial)
    if out is not None:
        from equipoise.report.simulation.replay_write import write_replay

        write_replay(
            found,
            _document(found, progress) if chosen else None,
            Path(out),
            formats=chosen,
            protocol_file=file_of(protocol),
            command=command,
            started=started,
            progress=progress,
            force=force,
        )
    return found


def _of_one_scenario(
    seed: int, scenario: str | None, hazard_ratios: Sequence[float], *, adjusted: bool
) -> Settings:
    from equipoise.simulate.replays.trial import Settings

    if len(hazard_ratios) > 1 and scenario is None:
        raise SimulationError(
            "One trial is of one scenario; name one, or give one hazard ratio.", "scenario"
        )
    named = () if hazard_ratios and scenario is None else (scenario or "planned",)
    return Settings(1, seed, named, tuple(hazard_ratios), adjusted=adjusted)


def _replayed(planned: PlannedSimulation, design: str | None, trial: int) -> ReplayedTrial:
    """Play one trial of the first scenario under the design of that name, or the protocol's own."""
    from equipoise.simulate.replays.record import ReplayedTrial
    from equipoise.simulate.replays.replay import replay

    plan, rehearsal = planned.plan, planned.rehearsals[0]
    name = plan.designs[0].name if design is None else design
    told = replay(plan, plan.scenarios[0].name, name, trial)
    candidate = plan.designs[plan.design(name)]
    return ReplayedTrial(
        planned.protocol,
        planned.design,
        rehearsal.scenario,
        candidate.world_in(plan.scenarios[0]),
        candidate.conduct,
        rehearsal.truths,
        plan.identity,
        told,
        rehearsal.assumed,
    )


def _document(found: ReplayedTrial, progress: Progress) -> Document:
    from equipoise.report.manifest import versions
    from equipoise.report.simulation.replay import build_replay_document

    progress("Tables and figures")
    return build_replay_document(found, software=tuple(versions().items()))
