"""Options that several verbs have alike."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

ProtocolFile: TypeAlias = Annotated[
    Path, typer.Argument(help="The protocol file (YAML).", metavar="PROTOCOL")
]
ResultsFolder: TypeAlias = Annotated[
    Path | None, typer.Option(help="Write report, figures and results into this folder.")
]
Formats: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--format",
        help=(
            "Documents to write, separated by commas: html, pdf, docx (all three unless said), "
            "or none."
        ),
        metavar="FORMATS",
    ),
]
Force: TypeAlias = Annotated[
    bool, typer.Option("--force", help="Write over files of a report that were edited since.")
]


def check_folder(formats: str | None, out: Path | None) -> None:
    """Refuse documents that have no folder to go to."""
    if formats is not None and out is None:
        raise typer.BadParameter(
            "documents need a folder to be written into; add --out FOLDER", param_hint="--format"
        )


def was_said(context: typer.Context, option: str) -> bool:
    """Tell whether an option was given on the command line, be it as it is without."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"
