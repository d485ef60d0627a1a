"""`equipoise simulate`: rehearse the trial of a protocol."""

import json as json_format
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import typer

from equipoise.cli.endings import INTERRUPTED, refusals
from equipoise.cli.options import (
    Force,
    Formats,
    ProtocolFile,
    ResultsFolder,
    check_folder,
    was_said,
)
from equipoise.cli.simulate_options import (
    Adjusted,
    Against,
    AsOf,
    Checkpoint,
    Data,
    DesignName,
    Exact,
    ExecutorName,
    HazardRatios,
    Json,
    Looks,
    Merge,
    Opened,
    Part,
    PatientsFolder,
    ReplayedNumber,
    Replicates,
    Scenarios,
    Scheduler,
    Seed,
    StandardError,
    TrialNumber,
    Trials,
    Workers,
)

if TYPE_CHECKING:
    from equipoise.simulate.replays.trial import TrialSimulation

Options: TypeAlias = dict[str, Any]


def simulate(  # noqa: PLR0917 - one parameter an option
    context: typer.Context,
    protocol: ProtocolFile,
    trials: Trials = 10_000,
    seed: Seed = 1,
    scenario: Scenarios = None,
    hazard_ratio: HazardRatios = None,
    against: Against = None,
    precision: StandardError = None,
    adjusted: Adjusted = False,
    looks: Looks = False,
    data: Data = None,
    workers: Workers = None,
    executor: ExecutorName = None,
    scheduler: Scheduler = None,
    checkpoint: Checkpoint = None,
    part: Part = None,
    merge: Merge = None,
    replicates: Replicates = None,
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    replay: ReplayedNumber = None,
    patients: PatientsFolder = None,
    trial: TrialNumber = 0,
    as_of: AsOf = None,
    opened: Opened = "2020-01-01",
    exact: Exact = False,
    design: DesignName = None,
    json: Json = False,
) -> None:
    """Rehearse the trial: play it thousands of times, in every scenario of its protocol."""
    check_folder(formats, out)
    both: Options = {"seed": seed, "against": against or (), "data": data, "force": force}
    one: Options = {"trial": trial, "as_of": as_of, "exact": exact, "design": design}
    told: Options = {"adjusted": adjusted, "out": out, "formats": formats}
    told["hazard_ratios"] = hazard_ratio or ()
    many: Options = {
        "precision": precision,
        "workers": workers,
        "executor": executor,
        "scheduler": scheduler,
        "checkpoint": checkpoint,
        "part": part,
        "merge": merge,
        "replicates": replicates,
    }
    if patients is not None or replay is not None:
        one["opened"] = opened
        plural: Options = {**many, "trials": was_said(context, "trials"), "looks": looks}
        if patients is None:
            _only_of_data(context, "exact", "as_of", "opened", "trial")
        _tell_one(protocol, patients, replay, scenario, both, one, told, plural, json=json)
        return
    said = {name: was_said(context, name) for name in ("trial", "opened")}
    _only_of_one_trial(**{**one, **said})
    _only_where_looks_are_printed(looks=looks, json=json, part=part)
    asked = {**both, **told, **many, "trials": trials, "scenarios": scenario or ()}
    _tell_many(protocol, asked, looks=looks, json=json)


def _tell_one(
    protocol: Path,
    patients: Path | None,
    replay: int | None,
    scenario: list[str] | None,
    both: Options,
    one: Options,
    told: Options,
    many: Options,
    *,
    json: bool,
) -> None:
    """Write one trial as data, or play it again, where nothing is asked about many."""
    from equipoise.cli.replay_summary import check_alone, one_scenario, tell_one

    others = {f"--{name}": given for name, given in many.items()}
    if patients is not None:
        others |= {"--hazard-ratio": told["hazard_ratios"], "--adjusted": told["adjusted"]}
    check_alone(patients, replay, others, out=told["out"])
    written = dict(one)
    asked = {**both, "scenario": one_scenario(scenario), "design": written.pop("design")}
    tell_one(protocol, patients, replay, asked, written, told, json=json)


def _tell_many(protocol: Path, asked: Options, *, looks: bool, json: bool) -> None:
    """Play the trials, and tell how they did; end in one message where they cannot be played."""
    part, out = asked["part"], asked["out"]
    played = {**asked, "part": _part(part), "merge": asked["merge"] or ()}
    from equipoise.verbs.rehearsal import TableInterruptedError

    with refusals(json=json):
        try:
            result = _run(protocol, played)
        except TableInterruptedError as stop:
            _tell(stop.result, out, looks=looks, json=json)
            typer.echo(f"interrupted: {stop}", err=True)
            raise typer.Exit(INTERRUPTED) from None
    if part is not None and not json:
        typer.echo(
            f"Part {part} is kept in {asked['checkpoint']}; --merge puts all parts together."
        )
        return
    _tell(result, out, looks=looks, json=json)
    if result.simulation.partial and part is None:
        typer.echo("interrupted: these are the trials that were played until then", err=True)
        raise typer.Exit(INTERRUPTED)


def _run(protocol: Path, asked: Options) -> "TrialSimulation":
    from equipoise.cli.progress import steps
    from equipoise.verbs import FORMATS
    from equipoise.verbs import simulate as run

    asked["formats"] = FORMATS if asked["formats"] is None else asked["formats"]
    with steps() as progress:
        command = shlex.join(["equipoise", *sys.argv[1:]])
        return run(protocol, **asked, progress=progress, command=command)


def _only_of_one_trial(**given: object) -> None:
    """Refuse what only --patients or --replay understand, before many trials are played."""
    alone = next((name for name, value in given.items() if value), None)
    if alone is not None:
        option = f"--{alone.replace('_', '-')}"
        raise typer.BadParameter(
            "one trial is written by --patients, or told by --replay; add either, or leave it out",
            param_hint=option,
        )


def _only_of_data(context: typer.Context, *options: str) -> None:
    """Refuse questions about the data of a trial, where its story is told."""
    for name in options:
        if was_said(context, name):
            option = f"--{name.replace('_', '-')}"
            raise typer.BadParameter(
                f"data are written by --patients; --replay tells the trial it numbers, so leave "
                f"{option} out",
                param_hint=option,
            )


def _only_where_looks_are_printed(*, looks: bool, json: bool, part: str | None) -> None:
    """Refuse --looks where no table of looks is printed."""
    other = "--json" if json else "--part" if part is not None else None
    if looks and other is not None:
        holds = "holds every look as it is" if json else "prints no results"
        raise typer.BadParameter(
            f"--looks is about printed tables, and {other} {holds}; leave either out",
            param_hint="--looks",
        )


def _part(text: str | None) -> tuple[int, int] | None:
    """Read which part of a batch array is played.

    >>> _part("3/10")
    (3, 10)
    """
    if text is None:
        return None
    index, slash, size = text.partition("/")
    if not (slash and index.isdecimal() and size.isdecimal()):
        raise typer.BadParameter(
            f"{text!r} is no part; write 3/10 for the third of ten", param_hint="--part"
        )
    return int(index), int(size)


def _tell(result: "TrialSimulation", out: Path | None, *, looks: bool, json: bool) -> None:
    if json:
        from equipoise.simulate.record import simulation_record

        told = {"ok": True, **simulation_record(result)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.simulation_summary import print_simulation

    print_simulation(result, out, looks=looks)
