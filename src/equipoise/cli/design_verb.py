"""`equipoise design`: what the trial of a protocol will take."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from equipoise.errors import EquipoiseError


def design(
    protocol: Annotated[Path, typer.Argument(help="The protocol file (YAML).", metavar="PROTOCOL")],
    out: Annotated[Path | None, typer.Option(help="Write the design into this folder.")] = None,
    at: Annotated[
        list[float] | None,
        typer.Option(
            help="Read the design at this count of events (or patients), too; may be repeated."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the whole design as JSON instead.")
    ] = False,
) -> None:
    """Design the trial: size, looks, boundaries and power, from what the protocol promises."""
    from equipoise.verbs import design as run

    try:
        result = run(protocol, read_at=at or (), out=out)
    except EquipoiseError as error:
        typer.echo(f"error: {error}", err=True)
        if json:
            from equipoise.cli.analyze_verb import refusal

            typer.echo(json_format.dumps(refusal(error), ensure_ascii=False))
        raise typer.Exit(1) from None
    if json:
        from equipoise.design.record import design_record

        told = {"ok": True, **design_record(result)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.design_summary import print_design

    print_design(result, out)
