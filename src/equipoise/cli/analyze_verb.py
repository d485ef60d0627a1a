"""`equipoise analyze`: from protocol and data to the whole report."""

import json as json_format
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.options import Force, Formats, ProtocolFile, ResultsFolder, check_folder
from equipoise.errors import EquipoiseError

if TYPE_CHECKING:
    from equipoise.analyze.estimates import Finding
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
    try:
        result = _run(protocol, data, out, formats, force=force)
    except EquipoiseError as error:
        typer.echo(f"error: {error}", err=True)
        show_findings(getattr(error, "findings", ()))
        if json:
            typer.echo(json_format.dumps(refusal(error), ensure_ascii=False))
        raise typer.Exit(1) from None
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


def show_findings(findings: "tuple[Finding, ...]") -> None:
    """Tell the warnings of the data check, a line each; notes are counted, errors told before."""
    if not findings:
        return
    from equipoise.io.findings import place, where

    for each in findings:
        if each.severity == "warning":
            line = f"Warning: {place(each)}{each.message}{where(each)}"
            typer.echo(" ".join(line.split()), err=True)
    notes = sum(each.severity == "note" for each in findings)
    if notes:
        typer.echo(f"{notes} note{'s' * (notes > 1)} of the data check: see --json", err=True)


def _answer(result: "TrialAnalysis") -> str:
    """Give the findings beside the statistics, one statistic a line."""
    from equipoise.report.ard import ard, to_json
    from equipoise.report.manifest import recorded

    findings = [recorded(finding) for finding in result.snapshot.findings]
    told = json_format.dumps(findings, ensure_ascii=False)
    return f'{{"ok": true, "findings": {told}, "results": {to_json(ard(result)).rstrip()}}}\n'


def refusal(error: EquipoiseError) -> dict[str, Any]:
    """Give the problems of a refused run, as `equipoise check --json` does."""
    from dataclasses import asdict

    findings = getattr(error, "findings", ())
    problems = getattr(error, "problems", ())
    if findings:
        from equipoise.report.manifest import recorded

        errors = [recorded(each) for each in findings if each.severity == "error"]
        return {"ok": False, "problems": errors, "findings": [recorded(each) for each in findings]}
    if problems:
        return {"ok": False, "problems": [{**asdict(p), "message": str(p)} for p in problems]}
    return {"ok": False, "problems": [{"message": str(error)}]}
