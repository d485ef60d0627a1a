"""`equipoise design`: what the trial of a protocol will take."""

import json as json_format
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.endings import refusals
from equipoise.cli.options import Force, Formats, ProtocolFile, check_folder

if TYPE_CHECKING:
    from equipoise.design.trial_design import TrialDesign


def design(
    protocol: ProtocolFile,
    out: Annotated[
        Path | None, typer.Option(help="Write report, figures and the design into this folder.")
    ] = None,
    formats: Formats = None,
    force: Force = False,
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
    check_folder(formats, out)
    with refusals(json=json):
        result = _run(protocol, at or [], out, formats, force=force)
    if json:
        from equipoise.design.planned.record import design_record

        told = {"ok": True, **design_record(result)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.design_summary import print_design

    print_design(result, out)


def _run(
    protocol: Path, at: list[float], out: Path | None, formats: str | None, *, force: bool
) -> "TrialDesign":
    from equipoise.verbs import FORMATS
    from equipoise.verbs import design as run

    if out is None:
        return run(protocol, read_at=at)
    from equipoise.cli.progress import steps

    with steps() as progress:
        return run(
            protocol,
            read_at=at,
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
        )
