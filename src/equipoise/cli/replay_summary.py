"""One trial of a rehearsal on the command line: its story look by look, or where its data went."""

import json as json_format
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

from equipoise.cli.endings import refusals
from equipoise.cli.table_layout import NONE, Cells, tables

if TYPE_CHECKING:
    from equipoise.simulate.replays.record import ReplayedTrial
    from equipoise.simulate.written.trial import WrittenTrial


def one_scenario(scenarios: list[str] | None) -> str | None:
    """Take one scenario, as one trial has no more.

    >>> one_scenario(["late"]), one_scenario(None)
    ('late', None)
    """
    if scenarios and len(scenarios) > 1:
        raise typer.BadParameter("one trial is of one scenario; name one", param_hint="--scenario")
    return scenarios[0] if scenarios else None


def check_alone(
    patients: Path | None, replay: int | None, others: Mapping[str, object], *, out: Path | None
) -> None:
    """Refuse questions about one trial beside questions about thousands."""
    if patients is not None and replay is not None:
        raise typer.BadParameter(
            "data are written of one trial, by --trial; leave --replay out", param_hint="--replay"
        )
    one = "--replay" if patients is None else "--patients"
    for option, given in others.items():
        if given:
            raise typer.BadParameter(
                f"{one} is about one trial; leave {option} out", param_hint=option
            )
    if patients is not None and out is not None:
        raise typer.BadParameter(
            "--patients names the folder already; leave --out out", param_hint="--out"
        )


def tell_one(
    protocol: Path,
    patients: Path | None,
    replay: int | None,
    asked: dict[str, Any],
    written: dict[str, Any],
    told: dict[str, Any],
    *,
    json: bool,
) -> None:
    """Write one trial as data, or play it again; end in one message where that cannot be.

    Args:
        protocol: its file.
        patients: the folder to write data into.
        replay: the number of the trial to play again.
        asked: what both need.
        written: what data need.
        told: what a story needs.
        json: answer in JSON.
    """
    with refusals(json=json):
        if patients is not None:
            tell_patients(protocol, patients, {**asked, **written}, json=json)
        elif replay is not None:
            tell_replay(protocol, replay, {**asked, **told}, json=json)


def tell_patients(protocol: Path, out: Path, asked: Mapping[str, Any], *, json: bool) -> None:
    """Write one simulated trial as data, and say where."""
    from equipoise.cli.progress import steps
    from equipoise.verbs.rehearsed_trial import simulate_patients

    with steps() as progress:
        made = simulate_patients(protocol, out, **asked, progress=progress, command=_command())
    if json:
        typer.echo(json_format.dumps({"ok": True, **_written(made, out)}, ensure_ascii=False))
        return
    console = Console(highlight=False)
    clock = made.protocol.trial.time_unit
    console.print(
        f"[bold]Simulated, not real patients:[/bold] {made.size} of trial {made.trial:,}, "
        f"{escape(made.scenario)}, seed {made.seed}, as known at {clock} {made.data.at:.1f}."
    )
    for line in made.assumed:
        console.print(f"[dim]- {escape(line)}[/dim]")
    for name in ("protocol.yaml", "protocol-adam.yaml"):
        command = shlex.join(["equipoise", "analyze", str(out / name), "--data", str(out)])
        console.print(f"Analyze: {escape(command)}", soft_wrap=True)


def _written(made: "WrittenTrial", out: Path) -> dict[str, Any]:
    return {
        "folder": str(out),
        "scenario": made.scenario,
        "design": made.candidate,
        "seed": made.seed,
        "stream": made.stream,
        "trial": made.trial,
        "as_of": made.data.at,
        "stopped": made.stopped,
        "patients": made.size,
        "assumed": list(made.assumed),
    }


def tell_replay(protocol: Path, trial: int, asked: dict[str, Any], *, json: bool) -> None:
    """Play one trial again, and tell its story."""
    from equipoise.cli.progress import steps
    from equipoise.verbs import FORMATS
    from equipoise.verbs.rehearsed_trial import replay_trial

    asked["formats"] = FORMATS if asked["formats"] is None else asked["formats"]
    with steps() as progress:
        found = replay_trial(protocol, trial, **asked, progress=progress, command=_command())
    if json:
        from equipoise.simulate.replays.record import replay_record

        told = {"ok": True, **replay_record(found)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    print_replay(found, asked["out"])


def print_replay(found: "ReplayedTrial", out: Path | None) -> None:
    """Print the story of one trial."""
    from equipoise.report.simulation.replay import verdict_of
    from equipoise.report.simulation.replay_context import ReplayContext

    context, told = ReplayContext(found), found.replayed
    console, trial = Console(highlight=False), found.protocol.trial
    console.print(f"[bold]{escape(trial.title)}[/bold] ({escape(trial.id)})")
    console.print(
        f"Trial {told.trial:,} of {escape(found.scenario.label)}, design {escape(told.design)}, "
        f"seed {told.seed}, random stream {told.stream}."
    )
    for cells in _looks(context):
        for table in tables(cells, console.width):
            console.print(table, crop=False)
    console.print(escape(verdict_of(context)))
    for line in found.assumed:
        console.print(f"[dim]- {escape(line)}[/dim]")
    if out is not None:
        console.print(f"Replay: {escape(str(out))}", soft_wrap=True)


def _looks(context: Any) -> Iterator[Cells]:  # noqa: ANN401 - a ReplayContext, imported where used
    """Give a table of the looks, and one of each hypothesis."""
    from equipoise.report.simulation.replay import number
    from equipoise.report.simulation.replay_context import DECIDED

    told, clock = context.told, context.clock
    header = ["Look", clock.units, "patients", "lost"]
    header += [f"{each} events" for each in told.endpoints]
    rows = [
        [
            str(look.look) + ("" if look.condition_met else " (time up)"),
            clock.show(look.time),
            str(look.patients),
            str(look.dropouts),
            *(str(context.events(each, look)) for each in told.endpoints),
        ]
        for look in told.looks
    ]
    yield Cells("The trial look by look", header, rows)
    for at, tested in enumerate(context.tested):
        read = [look.readings[at] for look in told.looks]
        yield Cells(
            f"{tested.hypothesis}: {context.found.design.hypothesis(tested.hypothesis).label}",
            ["Look", "z", "efficacy from", "futility to", "information", "decision"],
            [
                [
                    str(look.look),
                    number(each.z),
                    number(each.bound),
                    number(each.futility_bound),
                    NONE if each.information is None else f"{each.information:.2f}",
                    DECIDED[each.decision],
                ]
                for look, each in zip(told.looks, read, strict=True)
            ],
        )


def _command() -> str:
    return shlex.join(["equipoise", *sys.argv[1:]])
