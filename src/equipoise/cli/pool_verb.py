"""`equipoise pool`: what do several studies say together?"""

import json as json_format
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.endings import refusals
from equipoise.cli.options import Force, Formats, ResultsFolder, check_folder


def pool(
    studies: Annotated[Path, typer.Argument(help="The file of studies (YAML).", metavar="STUDIES")],
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print all numbers as JSON instead.")
    ] = False,
) -> None:
    """Put published studies together: pooled effects, and networks of treatments."""
    from equipoise.cli.progress import steps
    from equipoise.verbs.asking import FORMATS
    from equipoise.verbs.pooling import pool_studies

    check_folder(formats, out)
    with refusals(json=json), steps() as progress:
        found = pool_studies(
            studies,
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
        )
    if json:
        from equipoise.appraise.pooling.record import pooled_evidence_record

        told = {"ok": True, **pooled_evidence_record(found)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.pool_summary import print_pooled

    print_pooled(found, out)
