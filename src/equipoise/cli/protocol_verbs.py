"""`equipoise init` writes a protocol to start from; `equipoise check` shows what one says."""

import json as json_format
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from equipoise.io.protocol.check import Entry


class Kind(Enum):
    """The starting protocols."""

    TIME_TO_EVENT = "two-arm-time-to-event"
    BINARY = "two-arm-binary"
    AALL1331 = "aall1331"


def init(
    target: Annotated[Path, typer.Argument(help="A folder, or a file ending in .yaml.")] = Path(),
    kind: Annotated[Kind, typer.Option(help="The trial to start from.")] = Kind.TIME_TO_EVENT,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented protocol to start from."""
    from equipoise.io.protocol.templates import write_template

    path = write_template(kind.value, target, force=force)
    typer.echo(f"Wrote {path}. See what it says with: equipoise check {path}")


def check(
    file: Annotated[Path | None, typer.Argument(help="The protocol, a YAML file.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of protocols and stop.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
) -> None:
    """Show every problem of a protocol, every remark, and what was understood of it."""
    from equipoise.errors import ProtocolError
    from equipoise.io.protocol.check import as_json, entries_of
    from equipoise.io.protocol.read import examine

    if schema:
        from equipoise.io.protocol.publish import json_schema_text

        typer.echo(json_schema_text(), nl=False)
        return
    if file is None:
        raise typer.BadParameter("name the protocol file, or give --schema", param_hint="FILE")
    try:
        reading = examine(file)
        entries, problems, remarks = entries_of(reading), reading.problems, reading.remarks
    except ProtocolError as error:
        entries, problems, remarks = (), error.problems, ()
    if json:
        told = as_json(str(file), entries, problems, remarks)
        typer.echo(json_format.dumps(told, ensure_ascii=False))
    else:
        for problem in problems:
            typer.secho(str(problem), fg=typer.colors.RED)
        for remark in remarks:
            said = str(replace(remark, what=f"remark: {remark.what}"))
            typer.secho(said, fg=typer.colors.YELLOW)
        _show_entries(entries)
        _show_count(file, len(problems), len(remarks))
    if problems:
        raise typer.Exit(1)


def _show_entries(entries: "tuple[Entry, ...]") -> None:
    """Print one aligned table: what, value, standing."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    styles = {"given": "", "defaulted": "dim", "derived": "cyan"}
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", ratio=3)
    table.add_column(overflow="fold", ratio=3)
    table.add_column(overflow="fold", ratio=2)
    section = ""
    for entry in entries:
        if entry.section != section:
            section = entry.section
            table.add_row(Text(section, style="bold"))
        if entry.path[-1] == "id" and entry.path[-2] == entry.value:
            continue  # the id is in every name below
        name = ".".join(entry.path[1:]) or entry.section
        standing = f"{entry.standing}: {entry.source}" if entry.source else entry.standing
        style = styles[entry.standing]
        table.add_row(Text(f"  {name}"), Text(entry.value), Text(standing, style=style))
    if entries:
        console = Console(highlight=False)
        console.print(table)


def _show_count(file: Path, problems: int, remarks: int) -> None:
    """Print the last line: how many problems, and remarks if there are any."""
    told = "no problems" if not problems else _counted(problems, "problem")
    if remarks:
        told += f", {_counted(remarks, 'remark')}"
    color = typer.colors.RED if problems else typer.colors.GREEN
    typer.secho(f"{file}: {told}", bold=True, fg=color)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
