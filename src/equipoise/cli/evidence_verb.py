"""`equipoise evidence`: the shipped library of published figures."""

import json as json_format
import shlex
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from equipoise.cli.endings import ending_well, refusals
from equipoise.cli.options import Force, Formats, ResultsFolder, check_folder
from equipoise.errors import DataError

Verb: TypeAlias = Callable[..., None]
Chosen: TypeAlias = Mapping[str, Any]  # what was asked of the filters
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON instead, for machines.")]
FILTERS: Mapping[str, Any] = {  # every way to choose figures, as `Catalog.select` names it
    "cancer": Annotated[str | None, typer.Option(help="Breast, Lung, Colorectal or Prostate.")],
    "endpoint": Annotated[str | None, typer.Option(help="OS, PFS, DFS, ...")],
    "journal": Annotated[str | None, typer.Option(help='The journal, such as "Lancet Onc".')],
    "year": Annotated[str | None, typer.Option(help="Of the publication: 2015, or 2014-2016.")],
    "treatment": Annotated[str | None, typer.Option(help="Text in the arms' names or the title.")],
    "treatment_class": Annotated[
        str | None, typer.Option("--class", help='What is tested: "Immunotherapy", ...')
    ],
    "line": Annotated[
        str | None,
        typer.Option(
            help='"adjuvant", "first", "second or later", "maintenance": as the title says.'
        ),
    ],
    "metastatic": Annotated[
        bool | None,
        typer.Option("--metastatic/--not-metastatic", help="Whether the disease was; else both."),
    ],
}

app = typer.Typer(
    help="The shipped library: 304 published curves, turned back into patients.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def list_(chosen: Chosen, json: Json = False) -> None:
    """List figures, chosen by what their publications say."""
    from equipoise.verbs.evidence import list_evidence

    found = list_evidence(**chosen)
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
    chosen: Chosen,
    figure: Annotated[
        str | None, typer.Argument(help="The figure's id; all figures, unless one is named.")
    ] = None,
    json: Json = False,
) -> None:
    """Analyze one figure, or all that are chosen: medians, ratio, log-rank, restricted mean."""
    if figure is not None:
        if chosen:
            raise DataError(
                f"Figure {figure} is one; filters choose several. Leave out the figure, or the "
                "filters."
            )
        show(figure, None, None, json=json)
        return
    from equipoise.appraise.library.analysis import analyze_figures
    from equipoise.verbs.evidence import list_evidence

    found = analyze_figures(list_evidence(**chosen))
    if json:
        from equipoise.appraise.library.record import analysis_record

        _print_json({"figures": [analysis_record(each) for each in found]})
        return
    from equipoise.cli.evidence_summary import print_analyses

    print_analyses(found)


def compare(
    chosen: Chosen,
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
    with steps() as progress:
        found = compare_evidence(
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
            **chosen,
        )
    if json:
        from equipoise.appraise.library.record import comparison_record

        _print_json(comparison_record(found))
        return
    from equipoise.cli.evidence_summary import print_comparison

    print_comparison(found, out)


def priors(
    chosen: Chosen,
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Tell what comparable trials lead one to expect: hazard ratios and control arms."""
    from equipoise.cli.progress import steps
    from equipoise.verbs.asking import FORMATS
    from equipoise.verbs.evidence import evidence_priors

    check_folder(formats, out)
    with steps() as progress:
        found = evidence_priors(
            out=out,
            formats=FORMATS if formats is None else formats,
            progress=progress,
            command=shlex.join(["equipoise", *sys.argv[1:]]),
            force=force,
            **chosen,
        )
    if json:
        from equipoise.appraise.library.record import priors_record

        _print_json(priors_record(found))
        return
    from equipoise.cli.evidence_summary import print_priors

    print_priors(found, chosen, out)


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


def _years(text: str | None) -> int | tuple[int, int] | None:
    """Read a year or two.

    >>> _years("2015"), _years("2014-2016")
    (2015, (2014, 2016))
    """
    if text is None:
        return None
    parts = text.split("-")
    if not all(part.strip().isdigit() for part in parts) or len(parts) > 2:  # noqa: PLR2004 - ends
        raise typer.BadParameter(
            f"{text!r} is not a year; write 2015, or 2014-2016", param_hint="--year"
        )
    years = [int(part) for part in parts]
    return years[0] if len(years) == 1 else (years[0], years[1])


def _print_json(record: Mapping[str, Any]) -> None:
    typer.echo(json_format.dumps({"ok": True, **record}, ensure_ascii=False, allow_nan=False))


def _choosing(verb: Verb) -> Verb:
    """Give a verb the filters as options, in place of `chosen`: what was asked of them."""

    @wraps(verb)
    def told(**options: Any) -> None:  # noqa: ANN401 - as typer hands them
        asked = {key: options.pop(key) for key in FILTERS}
        asked["year"] = _years(asked["year"])
        verb({key: value for key, value in asked.items() if value is not None}, **options)

    (_, *own) = signature(verb).parameters.values()
    argument = [each for each in own if each.name == "figure"]
    filters = [
        Parameter(key, Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=option)
        for key, option in FILTERS.items()
    ]
    options = [each for each in own if each not in argument]
    told.__signature__ = Signature([*argument, *filters, *options])  # type: ignore[attr-defined]
    return told


def _telling(verb: Verb) -> Verb:
    """End a refusal in one message, told to machines, too, where they asked."""

    @wraps(verb)
    def told(**options: Any) -> None:  # noqa: ANN401 - as typer hands them
        with refusals(json=options["json"]):
            verb(**options)

    return told


for _name, _verb in (
    ("list", _choosing(list_)),
    ("show", show),
    ("analyze", _choosing(analyze)),
    ("compare", _choosing(compare)),
    ("priors", _choosing(priors)),
):
    app.command(name=_name)(ending_well(_telling(_verb)))
