"""`equipoise analyze`: from protocol and data to the whole report."""

import json as json_format
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.endings import refusals, show_findings
from equipoise.cli.options import Force, Formats, ProtocolFile, ResultsFolder, check_folder

if TYPE_CHECKING:
    from equipoise.analyze.results import TrialAnalysis


def analyze(
    protocol: ProtocolFile,
    data: Annotated[Path, typer.Option(help="The folder the protocol's files lie in.")],
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print findings and every statistic as JSON instead.")
    ] = False,
) -> None:
    """Analyze a trial: everything its protocol promises, from the data."""
    check_folder(formats, out)
    with refusals(json=json):
        result = _run(protocol, data, out, formats, force=force)
    show_findings(result.snapshot.findings)
    if json:
        typer.echo(_answer(result), nl=False)
        return
    from equipoise.cli.summary import print_summary

    print_summary(result, out)


def _run(
    protocol: Path, data: Path, out: Path | None, formats: str | None, *, force: bool
) -> "TrialAnalysis":
    from equipoise.cli.progress import steps
    from equipoise.verbs import FORMATS
    from equipoise.verbs import analyze as run

    with steps() as progress:
        return run(
            protocol,
            data,
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
        )


def _answer(result: "TrialAnalysis") -> str:
    """Give the findings beside the statistics, one statistic a line."""
    from equipoise.report.ard import ard, to_json
    from equipoise.report.manifest import recorded

    findings = [recorded(finding) for finding in result.snapshot.findings]
    told = json_format.dumps(findings, ensure_ascii=False)
    return f'{{"ok": true, "findings": {told}, "results": {to_json(ard(result)).rstrip()}}}\n'
