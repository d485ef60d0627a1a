"""`equipoise appraise`: can all that others printed about a trial be true at once?"""

import json as json_format
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from equipoise.cli.endings import refusals
from equipoise.cli.options import Force, Formats, ResultsFolder, check_folder

if TYPE_CHECKING:
    from equipoise.appraise.checks.check import Appraisal

Options: TypeAlias = dict[str, Any]
Printed: TypeAlias = str | None
UNITS = ("day", "week", "month", "year")


def appraise(  # noqa: PLR0917 - one parameter an option
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="The claims file (YAML), and others about the same trial to hold against it.",
            metavar="[CLAIMS [OTHER]...]",
            show_default=False,
        ),
    ] = None,
    percent: Annotated[
        Printed, typer.Option(help='A percentage of patients, of one arm or two: "79% v 45%".')
    ] = None,
    rates: Annotated[
        Printed,
        typer.Option(help='Rates of two arms at --time, experimental first: "59.3% v 41.0%".'),
    ] = None,
    medians: Annotated[Printed, typer.Option(help='Medians of two arms: "7.7 v 4.0".')] = None,
    hazard_ratio: Annotated[
        Printed, typer.Option(help='With its interval: "0.70 (0.47-1.03)".')
    ] = None,
    name: Annotated[Printed, typer.Option(help='Of what is checked: "OS", "Transplant".')] = None,
    p: Annotated[Printed, typer.Option("--p", help='".05", "<.0001".')] = None,
    patients: Annotated[
        Printed, typer.Option("--patients", "--of", help='By arm, "105 103", or in all: 208.')
    ] = None,
    events: Annotated[Printed, typer.Option(help='By arm, "48 59", or in all: 107.')] = None,
    follow_up: Annotated[Printed, typer.Option(help="Its median.")] = None,
    time: Annotated[float | None, typer.Option(help="At which the rates are. [default: 1]")] = None,
    unit: Annotated[
        str | None, typer.Option(help="Of times: day, week, month, year. [default: year]")
    ] = None,
    sides: Annotated[
        int | None, typer.Option(min=1, max=2, help="Of the P value, if stated.")
    ] = None,
    alpha: Annotated[
        Printed, typer.Option(help="Planned, one-sided, where the result is called significant.")
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option(min=0, help="Simulated for each P that the rest leaves open; 0: none."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the simulation.")] = 1,
    arithmetic: Annotated[
        bool, typer.Option("--arithmetic", help="Show the arithmetic below each finding.")
    ] = False,
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the whole appraisal as JSON instead.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of claims files, for editors.")
    ] = False,
) -> None:
    """Check whether all that a paper or news item prints can be true at once."""
    if schema:
        from equipoise.io.claims.publish import claims_schema_text

        typer.echo(claims_schema_text(), nl=False)
        return
    check_folder(formats, out)
    typed: Options = {
        "percent": percent,
        "rates": rates,
        "medians": medians,
        "hazard_ratio": hazard_ratio,
        "p": p,
        "patients": patients,
        "events": events,
        "follow_up": follow_up,
        "time": time,
        "time_unit": unit,
        "sides": sides,
        "alpha": alpha,
        "name": name,
    }
    typed = {option: value for option, value in typed.items() if value is not None}
    _refuse_mixed(files or [], typed, unit, out)
    asked: Options = {"trials": trials, "seed": seed}
    written: Options = {"out": out, "formats": formats, "force": force}
    with refusals(json=json):
        result = _run(files or [], typed, asked, written)
    if json:
        from equipoise.appraise.checks.record import appraisal_record

        told = {"ok": True, **appraisal_record(result)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.appraise_summary import print_appraisal

    print_appraisal(result, out, arithmetic=arithmetic or bool(typed))


def _refuse_mixed(files: list[Path], typed: Options, unit: str | None, out: Path | None) -> None:
    """Refuse options that would be ignored, and words that mean nothing."""
    if files and typed:
        option = next(iter(typed)).replace("_", "-").replace("time-unit", "unit")
        raise typer.BadParameter(
            f"a claims file holds its own numbers; leave --{option} out", param_hint=f"--{option}"
        )
    if not files and not typed:
        raise typer.BadParameter(
            "name a claims file, or give numbers to check, such as --percent 79 --of 105",
            param_hint="CLAIMS",
        )
    if typed and out is not None:
        raise typer.BadParameter("a report is written of a claims file", param_hint="--out")
    if unit is not None and unit not in UNITS:
        raise typer.BadParameter(f"use one of {', '.join(UNITS)}", param_hint="--unit")


def _run(files: list[Path], typed: Options, asked: Options, written: Options) -> "Appraisal":
    from equipoise.cli.progress import steps

    with steps() as progress:
        if typed:
            from equipoise.verbs import appraise_numbers

            return appraise_numbers(**typed, **asked, progress=progress)
        from equipoise.verbs import FORMATS
        from equipoise.verbs import appraise as run

        written["formats"] = FORMATS if written["formats"] is None else written["formats"]
        command = shlex.join(["equipoise", *sys.argv[1:]])
        first, *others = files
        return run(first, *others, **asked, **written, progress=progress, command=command)
