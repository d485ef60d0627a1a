"""`equipoise rebuild`: from a published figure to patients, and to what they say."""

import json as json_format
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from equipoise.cli.endings import refusals
from equipoise.cli.options import Force, Formats, ResultsFolder, check_folder

if TYPE_CHECKING:
    from equipoise.appraise.rebuilt.trial import RebuiltTrial

Text: TypeAlias = str | None


def rebuild(  # noqa: PLR0917 - one parameter an option
    figure: Annotated[
        Path,
        typer.Argument(
            help="A vector figure (PDF, SVG), or points as a digitizer writes them (CSV).",
            metavar="FIGURE",
        ),
    ],
    control: Annotated[
        Text, typer.Option(help="Label of the control arm, where the labels do not say it.")
    ] = None,
    experimental: Annotated[
        list[str] | None,
        typer.Option(help="Label of an arm to compare with it; may be repeated. [default: all]"),
    ] = None,
    at_risk: Annotated[
        Path | None, typer.Option(help="A file of numbers at risk: times, and a column an arm.")
    ] = None,
    patients: Annotated[
        Text, typer.Option(help='By arm, "315 304", or "Obs=315 Lev+5FU=304".')
    ] = None,
    events: Annotated[Text, typer.Option(help="Likewise, as published.")] = None,
    labels: Annotated[
        Text,
        typer.Option(
            help='Of the curves, in the order found: "control, active"; an empty one drops its '
            "curve."
        ),
    ] = None,
    page: Annotated[int | None, typer.Option(min=1, help="Of a PDF. [default: 1]")] = None,
    panel: Annotated[
        int | None, typer.Option(min=1, help="Which plot of the page. [default: 1]")
    ] = None,
    x_axis: Annotated[
        Text, typer.Option(help='Two places and their times, by hand: "134.4=0 555.7=8".')
    ] = None,
    y_axis: Annotated[
        Text, typer.Option(help='Two places and their values, by hand: "482.1=0 55.5=1".')
    ] = None,
    no_at_risk: Annotated[
        bool, typer.Option("--no-at-risk", help="Leave the figure's numbers at risk unread.")
    ] = False,
    layout: Annotated[
        Literal["pairs", "wide", "long"] | None, typer.Option(help="Of a file of points.")
    ] = None,
    kind: Annotated[
        Literal["survival", "incidence"] | None,
        typer.Option(help="Of a file of points. [default: survival]"),
    ] = None,
    unit: Annotated[
        Literal["day", "week", "month", "year"] | None,
        typer.Option(help="Of times, where the figure names none."),
    ] = None,
    hazard_ratio: Annotated[Text, typer.Option(help='As printed: "0.69 (0.55-0.87)".')] = None,
    p: Annotated[Text, typer.Option("--p", help='As printed: ".003".')] = None,
    claims: Annotated[
        Path | None, typer.Option(help="A claims file: what the publication prints.")
    ] = None,
    endpoint: Annotated[Text, typer.Option(help="Id of the figure's endpoint in it.")] = None,
    times: Annotated[Text, typer.Option(help='Of rates: "1 3 5".')] = None,
    until: Annotated[float | None, typer.Option(help="Of restricted means.")] = None,
    alpha: Annotated[
        float | None, typer.Option(help="At which P is significant. [default: 0.05]")
    ] = None,
    sides: Annotated[int | None, typer.Option(min=1, max=2, help="Of alpha. [default: 2]")] = None,
    planned: Annotated[
        float | None, typer.Option(help="Hazard ratio of the design, to be sceptical of.")
    ] = None,
    margin: Annotated[
        list[float] | None,
        typer.Option(help="A hazard ratio: how likely a better one is; may be repeated."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(help="Reconstructions of each arm. [default: 100]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the reconstructions.")] = 0,
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON instead.")] = False,
) -> None:
    """Rebuild the patients of a published figure, and analyze them."""
    check_folder(formats, out)
    asked: dict[str, Any] = {
        "control": control,
        "experimental": tuple(experimental or ()),
        "at_risk": at_risk,
        "patients": patients,
        "events": events,
        "labels": _labels(labels),
        "page": page,
        "panel": panel,
        "x_axis": _calibration("--x-axis", x_axis),
        "y_axis": _calibration("--y-axis", y_axis),
        "no_at_risk": no_at_risk,
        "layout": layout,
        "kind": kind,
        "unit": unit,
        "hazard_ratio": hazard_ratio,
        "p": p,
        "claims": claims,
        "endpoint": endpoint,
        "times": _numbers("--times", times),
        "until": until,
        "alpha": alpha,
        "sides": sides,
        "planned": planned,
        "margins": tuple(margin or ()),
        "draws": draws,
        "seed": seed,
    }
    with refusals(json=json):
        found = _run(figure, asked, out, formats, force=force)
    if json:
        from equipoise.appraise.rebuilt.record import rebuilt_record

        told = {"ok": True, **rebuilt_record(found)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.rebuild_summary import print_rebuilt

    print_rebuilt(found, out)


def _run(
    figure: Path, asked: dict[str, Any], out: Path | None, formats: Text, *, force: bool
) -> "RebuiltTrial":
    from equipoise.cli.progress import steps
    from equipoise.verbs.asking import FORMATS
    from equipoise.verbs.rebuilding import rebuild as run

    with steps() as progress:
        return run(
            figure,
            **asked,
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
        )


def _labels(text: Text) -> list[str] | None:
    """Take labels apart, at commas or, where there are any, at semicolons.

    >>> _labels("Obs, , Lev+5FU"), _labels("A, once; B, twice")
    (['Obs', '', 'Lev+5FU'], ['A, once', 'B, twice'])
    """
    if text is None:
        return None
    return [part.strip() for part in text.split(";" if ";" in text else ",")]


def _numbers(option: str, text: Text) -> list[float] | None:
    """Read numbers with spaces or commas between them."""
    if text is None:
        return None
    parts = [part for part in re.split(r"[\s,;]+", text.strip()) if part]
    return [_number(option, part, "1 3 5") for part in parts]


def _number(option: str, text: str, example: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(
            f'{text!r} is no number; write "{example}"', param_hint=option
        ) from None


def _calibration(option: str, text: Text) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Read two places and what stands there."""
    if text is None:
        return None
    example = "134.4=0 555.7=8"
    points = [part.split("=") for part in text.replace(",", " ").split()]
    if [len(point) for point in points] != [2, 2]:
        raise typer.BadParameter(
            f'two places and their values belong here; write "{example}"', param_hint=option
        )
    first, second = (
        (_number(option, place, example), _number(option, value, example))
        for place, value in points
    )
    return first, second
