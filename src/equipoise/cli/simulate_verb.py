"""`equipoise simulate`: rehearse the trial of a protocol."""

import json as json_format
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from equipoise.cli.analyze_verb import FORMATS_HELP, check_folder, refusal
from equipoise.errors import EquipoiseError

if TYPE_CHECKING:
    from equipoise.simulate.trial import TrialSimulation

Options: TypeAlias = dict[str, Any]
INTERRUPTED = 130  # as shells have it; what was played is told all the same


def simulate(  # noqa: PLR0917 - one parameter an option
    protocol: Annotated[Path, typer.Argument(help="The protocol file (YAML).", metavar="PROTOCOL")],
    trials: Annotated[
        int, typer.Option(help="Trials of each scenario; with --precision, at most.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(help="Of the random numbers, 0 or more.")] = 1,
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="A scenario of the protocol; may be repeated. All unless said."),
    ] = None,
    hazard_ratio: Annotated[
        list[float] | None,
        typer.Option(help="Rehearse as planned but for this hazard ratio; may be repeated."),
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(help="Another protocol, whose design meets the same patients; repeatable."),
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(help="Go on until the standard error of power is this small, as 0.005."),
    ] = None,
    adjusted: Annotated[
        bool, typer.Option("--adjusted", help="Judge estimates adjusted for the looks, too.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="The protocol's data, where a scenario draws patients from them."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="How many at a time; as many as processors unless said.")
    ] = None,
    executor: Annotated[
        str | None, typer.Option(help="serial, threads (usual), processes, or dask.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of Dask's scheduler, such as tcp://host:8786.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Keep results so far in this file, and go on from it.")
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(help="Play part i of n into the checkpoint, as 3/10.", metavar="I/N"),
    ] = None,
    merge: Annotated[
        list[Path] | None,
        typer.Option(help="Merge the checkpoints of all parts instead; may be repeated."),
    ] = None,
    replicates: Annotated[
        Path | None,
        typer.Option(help="Write a row for each trial into this file (.csv or .parquet)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write report, figures and results into this folder.")
    ] = None,
    formats: Annotated[
        str | None, typer.Option("--format", help=FORMATS_HELP, metavar="FORMATS")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files of a report that were edited since.")
    ] = False,
    replay: Annotated[
        int | None,
        typer.Option(help="Play this one trial (from 0) again instead, and tell its story."),
    ] = None,
    patients: Annotated[
        Path | None,
        typer.Option(help="Write one simulated trial as data into this folder instead."),
    ] = None,
    trial: Annotated[int, typer.Option(help="With --patients: which trial, from 0.")] = 0,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="With --patients: when data are cut, as '2 years' or '80 events'; when the trial "
            "stopped, unless said."
        ),
    ] = None,
    opened: Annotated[
        str, typer.Option(help="With --patients: the date on which the trial opened.")
    ] = "2020-01-01",
    exact: Annotated[
        bool, typer.Option("--exact", help="With --patients: exact times, not whole days.")
    ] = False,
    design: Annotated[
        str | None,
        typer.Option(help="With --replay or --patients: under this design of --against."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print all operating characteristics as JSON instead.")
    ] = False,
) -> None:
    """Rehearse the trial: play it thousands of times, in every scenario of its protocol."""
    check_folder(formats, out)
    if patients is not None or replay is not None:
        others = {
            "--precision": precision,
            "--workers": workers,
            "--executor": executor,
            "--scheduler": scheduler,
            "--checkpoint": checkpoint,
            "--part": part,
            "--merge": merge,
            "--replicates": replicates,
            **({} if patients is None else {"--hazard-ratio": hazard_ratio}),
        }
        from equipoise.cli.replay_summary import check_alone, one_scenario, tell_one

        check_alone(patients, replay, others, out=out)
        one: Options = {
            "scenario": one_scenario(scenario),
            "design": design,
            "seed": seed,
            "against": against or (),
            "data": data,
            "force": force,
        }
        written_as = {"trial": trial, "as_of": as_of, "opened": opened, "exact": exact}
        told = {
            "hazard_ratios": hazard_ratio or (),
            "adjusted": adjusted,
            "out": out,
            "formats": formats,
        }
        tell_one(protocol, patients, replay, one, written_as, told, json=json)
        return
    _only_of_one_trial(trial=trial, as_of=as_of, exact=exact, design=design)
    asked: Options = {
        "trials": trials,
        "seed": seed,
        "scenarios": scenario or (),
        "hazard_ratios": hazard_ratio or (),
        "precision": precision,
        "adjusted": adjusted,
    }
    played: Options = {
        "executor": executor,
        "workers": workers,
        "scheduler": scheduler,
        "checkpoint": checkpoint,
        "part": _part(part),
        "replicates": replicates,
    }
    written: Options = {"out": out, "formats": formats, "force": force}
    try:
        result = _run(protocol, asked, played, written, against or [], data, merge or [])
    except EquipoiseError as error:
        typer.echo(f"error: {error}", err=True)
        if json:
            typer.echo(json_format.dumps(refusal(error), ensure_ascii=False))
        raise typer.Exit(1) from None
    if part is not None and not json:
        typer.echo(f"Part {part} is kept in {checkpoint}; --merge puts all parts together.")
        return
    _tell(result, out, json=json)
    if result.simulation.partial and part is None:
        typer.echo("interrupted: these are the trials that were played until then", err=True)
        raise typer.Exit(INTERRUPTED)


def _run(
    protocol: Path,
    asked: Options,
    played: Options,
    written: Options,
    against: list[Path],
    data: Path | None,
    merge: list[Path],
) -> "TrialSimulation":
    from equipoise.cli.progress import steps
    from equipoise.verbs import FORMATS
    from equipoise.verbs import simulate as run

    written["formats"] = FORMATS if written["formats"] is None else written["formats"]
    with steps() as progress:
        return run(
            protocol,
            **asked,
            **played,
            **written,
            against=against,
            data=data,
            merge=merge,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
        )


def _only_of_one_trial(**given: object) -> None:
    """Refuse what only --patients or --replay understand, before many trials are played."""
    alone = next((name for name, value in given.items() if value), None)
    if alone is not None:
        option = f"--{alone.replace('_', '-')}"
        raise typer.BadParameter(
            "one trial is written by --patients, or told by --replay; add either, or leave it out",
            param_hint=option,
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


def _tell(result: "TrialSimulation", out: Path | None, *, json: bool) -> None:
    if json:
        from equipoise.simulate.record import simulation_record

        told = {"ok": True, **simulation_record(result)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.simulation_summary import print_simulation

    print_simulation(result, out)
