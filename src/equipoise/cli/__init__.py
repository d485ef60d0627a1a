"""The command line: one verb a step in a trial's life."""

from typing import Annotated

import typer

from equipoise import __version__
from equipoise.cli.analyze_verb import analyze
from equipoise.cli.appraise_verb import appraise
from equipoise.cli.compare_verb import compare
from equipoise.cli.design_verb import design
from equipoise.cli.endings import ending_well
from equipoise.cli.evidence_verb import app as evidence
from equipoise.cli.monitor_verb import monitor
from equipoise.cli.pool_verb import pool
from equipoise.cli.protocol_verbs import check, init
from equipoise.cli.rebuild_verb import rebuild
from equipoise.cli.simulate_verb import simulate

app = typer.Typer(
    name="equipoise",
    help="A randomized clinical trial, written down once and carried through its whole life.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"equipoise {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Accept options that stand before the verb."""


for _verb in (init, check, design, simulate, monitor, analyze, compare, appraise, rebuild, pool):
    app.command()(ending_well(_verb))

app.add_typer(evidence, name="evidence")


def main() -> None:
    """Run a verb; a user's mistake ends in one clear message and exit code 1."""
    app()
