"""`equipoise evidence`: the shipped library of published figures."""

import json as json_format
import shlex
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeAlias

import typer

from equipoise.cli.analyze_verb import refusal
from equipoise.cli.endings import ending_well
from equipoise.cli.options import Force, Formats, ResultsFolder, check_folder
from equipoise.errors import EquipoiseError

Arguments = ParamSpec("Arguments")
Cancer: TypeAlias = Annotated[
    str | None, typer.Option(help="Breast, Lung, Colorectal or Prostate.")
]
Endpoint: TypeAlias = Annotated[str | None, typer.Option(help="OS, PFS, DFS, ...")]
Journal: TypeAlias = Annotated[str | None, typer.Option(help='The journal, such as "Lancet Onc".')]
Year: TypeAlias = Annotated[
    str | None, typer.Option(help="Of the publication: 2015, or 2014-2016.")
]
Treatment: TypeAlias = Annotated[
    str | None, typer.Option(help="Text in the arms' names or the title.")
]
Class: TypeAlias = Annotated[
    str | None, typer.Option("--class", help='What is tested: "Immunotherapy", ...')
]
Line: TypeAlias = Annotated[
    str | None,
    typer.Option(help='"adjuvant", "first", "second or later", "maintenance": as the title says.'),
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON instead, for machines.")]

app = typer.Typer(
    help="The shipped library: 304 published curves, turned back into patients.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def list_(
    cancer: Cancer = None,
    endpoint: Endpoint = None,
    journal: Journal = None,
    year: Year = None,
    treatment: Treatment = None,
    treatment_class: Class = None,
    line: Line = None,
    json: Json = False,
) -> None:
    """List figures, chosen by what their publications say."""
    from equipoise.verbs.evidence import list_evidence

    asked = _chosen(cancer, endpoint, journal, year, treatment, treatment_class, line)
    found = list_evidence(**asked)
    if json:
        from equipoise.appraise.library.record import figure_record

        _print_json({"source": found.source, "figures": [figure_record(each) for each in found]})
        return
    from equipoise.cli.evidence_summary import print_list

    print_list(found)


def show(
    figure: Annotated[str, typer.Argument(help="The figure's id, as `list` names it.")],
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Show a figure: what is published, which arm is which, and its curves; --out draws them."""
    check_folder(formats, out)
    found = _analyzed(figure, out, formats, force=force)
    if json:
        from equipoise.appraise.library.record import analysis_record

        _print_json(analysis_record(found))
        return
    from equipoise.cli.evidence_summary import print_figure

    print_figure(found, out)


def analyze(
    figure: Annotated[
        str | None, typer.Argument(help="The figure's id; all figures, unless one is named.")
    ] = None,
    cancer: Cancer = None,
    endpoint: Endpoint = None,
    treatment: Treatment = None,
    json: Json = False,
) -> None:
    """Analyze one figure, or all that are chosen: medians, ratio, log-rank, restricted mean."""
    if figure is not None:
        show(figure, None, None, json=json)
        return
    from equipoise.appraise.library.analysis import analyze_figures
    from equipoise.verbs.evidence import list_evidence

    asked = _chosen(cancer, endpoint, None, None, treatment, None, None)
    found = analyze_figures(list_evidence(**asked))
    if json:
        from equipoise.appraise.library.record import analysis_record

        _print_json({"figures": [analysis_record(each) for each in found]})
        return
    from equipoise.cli.evidence_summary import print_analyses

    print_analyses(found)


def compare(
    cancer: Cancer = None,
    endpoint: Endpoint = None,
    journal: Journal = None,
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Set published hazard ratios beside re-analyzed ones, the outliers explained."""
    from equipoise.cli.progress import steps
    from equipoise.verbs.asking import FORMATS
    from equipoise.verbs.evidence import compare_evidence

    check_folder(formats, out)
    asked = _chosen(cancer, endpoint, journal, None, None, None, None)
    with steps() as progress:
        found = compare_evidence(
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
            **asked,
        )
    if json:
        from equipoise.appraise.library.record import comparison_record

        _print_json(comparison_record(found))
        return
    from equipoise.cli.evidence_summary import print_comparison

    print_comparison(found, out)


def priors(
    endpoint: Annotated[str, typer.Option(help="OS, PFS, DFS, ...: priors are of one endpoint.")],
    cancer: Cancer = None,
    journal: Journal = None,
    year: Year = None,
    treatment: Treatment = None,
    treatment_class: Class = None,
    line: Line = None,
    json: Json = False,
) -> None:
    """Tell what comparable trials lead one to expect: hazard ratios and control arms."""
    from equipoise.verbs.evidence import evidence_priors

    asked = _chosen(cancer, endpoint, journal, year, treatment, treatment_class, line)
    found = evidence_priors(**asked)
    if json:
        from equipoise.appraise.library.record import priors_record

        _print_json(priors_record(found))
        return
    from equipoise.cli.evidence_summary import print_priors

    print_priors(found, asked)


def _analyzed(figure: str, out: Path | None, formats: str | None, *, force: bool) -> Any:  # noqa: ANN401 - heavy, see the verb
    from equipoise.cli.progress import steps
    from equipoise.verbs.asking import FORMATS
    from equipoise.verbs.evidence import analyze_evidence

    with steps() as progress:
        return analyze_evidence(
            figure,
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
        )


def _chosen(
    cancer: str | None,
    endpoint: str | None,
    journal: str | None,
    year: str | None,
    treatment: str | None,
    treatment_class: str | None,
    line: str | None,
) -> dict[str, Any]:
    """Give what was asked for, without what was not."""
    asked = {
        "cancer": cancer,
        "endpoint": endpoint,
        "journal": journal,
        "year": _years(year),
        "treatment": treatment,
        "treatment_class": treatment_class,
        "line": line,
    }
    return {key: value for key, value in asked.items() if value is not None}


def _years(text: str | None) -> int | tuple[int, int] | None:
    """Read a year or two.

    >>> _years("2015"), _years("2014-2016")
    (2015, (2014, 2016))
    """
    if text is None:
        return None
    parts = text.split("-")
    if not all(part.strip().isdigit() for part in parts) or len(parts) > 2:  # noqa: PLR2004 - ends
        raise typer.BadParameter(f"{text!r} is not a year; write 2015, or 2014-2016")
    years = [int(part) for part in parts]
    return years[0] if len(years) == 1 else (years[0], years[1])


def _print_json(record: Mapping[str, Any]) -> None:
    typer.echo(json_format.dumps({"ok": True, **record}, ensure_ascii=False, allow_nan=False))


def _telling(verb: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Tell a refusal to machines, too, where they asked."""

    @wraps(verb)
    def told(*arguments: Arguments.args, **options: Arguments.kwargs) -> None:
        try:
            verb(*arguments, **options)
        except EquipoiseError as error:
            if options.get("json"):
                typer.echo(json_format.dumps(refusal(error), ensure_ascii=False))
            raise

    return told


for _verb, _name in (
    (list_, "list"),
    (show, "show"),
    (analyze, "analyze"),
    (compare, "compare"),
    (priors, "priors"),
):
    app.command(name=_name)(ending_well(_telling(_verb)))
