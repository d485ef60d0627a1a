"""How a verb ends: in one clear message and an exit code, never in a traceback.

0 done, 1 refused with the reason, 2 not understood (typer's own), 130 interrupted.  Who asked for
JSON is told the reason in JSON, too.
"""

import json as json_format
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import typer

from equipoise.errors import EquipoiseError

if TYPE_CHECKING:
    from equipoise.analyze.estimates import Finding

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def ending_well(verb: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Turn what a verb may raise into a message and an exit code."""

    @wraps(verb)
    def spoken(*arguments: Arguments.args, **options: Arguments.kwargs) -> Answer:
        try:
            return verb(*arguments, **options)
        except EquipoiseError as problem:
            typer.echo(f"error: {problem}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("interrupted: nothing was left half-written", err=True)
            raise typer.Exit(INTERRUPTED) from None

    return spoken


@contextmanager
def refusals(
    *, json: bool, hints: Callable[[EquipoiseError], Iterable[str]] = lambda _: ()
) -> Iterator[None]:
    """End what is refused within: the reason, what the data check found, and the exit code 1.

    Args:
        json: tell it to machines, too.
        hints: lines that say how what the reason asks for is given here.
    """
    try:
        yield
    except EquipoiseError as error:
        typer.echo(f"error: {error}", err=True)
        show_findings(getattr(error, "findings", ()))
        for line in hints(error):
            typer.echo(line, err=True)
        if json:
            typer.echo(json_format.dumps(refusal(error), ensure_ascii=False))
        raise typer.Exit(1) from None


def show_findings(findings: "tuple[Finding, ...]") -> None:
    """Tell the warnings of the data check, a line each; notes are counted, errors told before."""
    if not findings:
        return
    from equipoise.io.data.findings import place, where

    for each in findings:
        if each.severity == "warning":
            line = f"Warning: {place(each)}{each.message}{where(each)}"
            typer.echo(" ".join(line.split()), err=True)
    notes = sum(each.severity == "note" for each in findings)
    if notes:
        typer.echo(f"{notes} note{'s' * (notes > 1)} of the data check: see --json", err=True)


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
