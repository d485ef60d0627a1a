"""`equipoise analyze`: from protocol and data to the whole report."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

FORMATS_HELP = (
    "Documents to write, separated by commas: html, pdf, docx (all three unless said), or none."
)


def analyze(
    protocol: Annotated[Path, typer.Argument(help="The protocol file (YAML).", metavar="PROTOCOL")],
    data: Annotated[Path, typer.Option(help="The folder the protocol's files lie in.")],
    out: Annotated[
        Path | None, typer.Option(help="Write report, figures and results into this folder.")
    ] = None,
    formats: Annotated[
        str | None, typer.Option("--format", help=FORMATS_HELP, metavar="FORMATS")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print every statistic as JSON instead of a summary.")
    ] = False,
) -> None:
    """Analyze a trial: everything its protocol promises, from the data."""
    from equipoise.cli.progress import steps
    from equipoise.verbs import FORMATS, chosen_formats
    from equipoise.verbs import analyze as run

    if formats is not None and out is None:
        raise typer.BadParameter(
            "documents need a folder to be written into; add --out FOLDER", param_hint="--format"
        )
    chosen = FORMATS if formats is None else chosen_formats(formats)
    with steps() as progress:
        result = run(
            protocol,
            data,
            out=out,
            formats=chosen,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
        )
    if json:
        from equipoise.report.ard import ard, to_json

        typer.echo(to_json(ard(result)))
        return
    from equipoise.cli.summary import print_summary

    print_summary(result, out)
