"""`equipoise analyze`: from protocol and data to the whole report."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

FORMATS_HELP = "Documents to write, separated by commas: html, pdf, docx, or none."


def analyze(
    protocol: Annotated[Path, typer.Argument(help="The protocol file (YAML).", metavar="PROTOCOL")],
    data: Annotated[Path, typer.Option(help="The folder the protocol's files lie in.")],
    out: Annotated[
        Path | None, typer.Option(help="Write report, figures and results into this folder.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", help=FORMATS_HELP, metavar="FORMATS")
    ] = "html,pdf,docx",
    json: Annotated[
        bool, typer.Option("--json", help="Print every statistic as JSON instead of a summary.")
    ] = False,
) -> None:
    """Analyze a trial: everything its protocol promises, from the data."""
    from equipoise.cli.progress import steps
    from equipoise.verbs import analyze as run

    with steps() as progress:
        result = run(
            protocol,
            data,
            out=out,
            formats=chosen_formats(formats),
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
        )
    if json:
        from equipoise.report.ard import ard, to_json

        typer.echo(to_json(ard(result)))
        return
    from equipoise.cli.summary import print_summary

    print_summary(result, out)


def chosen_formats(text: str) -> tuple[str, ...]:
    """Read the comma-separated formats; `none` writes results and figures only."""
    from equipoise.verbs import FORMATS

    if text.strip() == "none":
        return ()
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown or not chosen:
        message = f"unknown format {', '.join(unknown) or text!r}; choose from {', '.join(FORMATS)}"
        raise typer.BadParameter(message, param_hint="--format")
    return chosen
