"""`equipoise compare`: are two report folders the same, bit for bit?"""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

SHOWN = 60  # characters of a value


def compare(
    first: Annotated[
        Path, typer.Argument(help="A folder that `analyze` or `design` wrote.", metavar="FIRST")
    ],
    second: Annotated[Path, typer.Argument(help="Another.", metavar="SECOND")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
) -> None:
    """Compare two reports by their manifests and files; exit code 0 where they are the same."""
    from dataclasses import asdict

    from equipoise.verbs import compare as run

    differences = run(first, second)
    if json:
        told = {"same": not differences, "differences": [asdict(each) for each in differences]}
        typer.echo(json_format.dumps(told, ensure_ascii=False))
    else:
        for each in differences:
            typer.echo(f"{each.where}: {_short(each.first)} | {_short(each.second)}")
        count = "1 difference" if len(differences) == 1 else f"{len(differences)} differences"
        typer.echo(count if differences else "The same, bit for bit (clock and command aside).")
    if differences:
        raise typer.Exit(1)


def _short(value: object) -> str:
    """Cut what is long; a hash is known by its first digits."""
    if value is None:
        return "(nothing)"
    text = value if isinstance(value, str) else json_format.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:12]}…"
