"""The rehearsal on the screen: every scenario in a row, then look by look, then what to know."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from equipoise.cli.simulation_tables import (
    by_look,
    decided,
    differences,
    estimates,
    looks_left_out,
    taken,
)
from equipoise.cli.table_layout import tables
from equipoise.design.wording.numbers import Clock
from equipoise.simulate.characteristics.characterize import ASSUMED
from equipoise.simulate.replays.trial import TrialSimulation


def print_simulation(found: TrialSimulation, out: Path | None, *, looks: bool = False) -> None:
    """Print how the trial does, and where the report is written.

    Args:
        found: the rehearsal.
        out: where its report was written; None where it was not.
        looks: tell every scenario look by look, however many there are.
    """
    console = Console(highlight=False)
    trial, clock = found.protocol.trial, Clock(found.protocol.trial)
    plan = found.simulation.asked
    console.print(f"[bold]{escape(trial.title)}[/bold] ({escape(trial.id)})")
    played = max((row[0].trials for row in found.simulation.results if row), default=0)
    ended = "Interrupted after" if found.simulation.partial else "Rehearsed"
    scenarios = len(plan.scenarios)
    each = f" in each of {scenarios} scenarios" if scenarios > 1 else ""
    console.print(
        f"{ended} {played:,} {'time' if played == 1 else 'times'}{each}, seed "
        f"{plan.seed}. Chances are in percent, ± one Monte Carlo standard error."
    )
    for cells in (
        decided(found),
        taken(found, clock),
        *differences(found, clock),
        *estimates(found),
        *by_look(found, clock, every=looks),
    ):
        for table in tables(cells, console.width):
            console.print(table, crop=False)
    if looks_left_out(found) and not looks:
        console.print("--looks tells every scenario look by look.")
    happened = [f"{label}: {line}" for label, line in found.remarks]
    for line in (
        *happened,
        *_imprecise(found),
        *found.design.notes,
        *_assumed(found),
        *_read(clock),
    ):
        console.print(f"[dim]- {escape(line)}[/dim]")
    if out is not None:
        console.print(f"Rehearsal: {escape(str(out))}", soft_wrap=True)


def _read(clock: Clock) -> Iterator[str]:
    """Say how the tables are read."""
    yield "0 (to 0.08) or 100 (from 99.92): in none or all of the trials, with the 95% limit."
    yield (
        f"{clock.units.capitalize()}, patients and events are averages: at the end of the trial, "
        "or at a look over the trials that came to it."
    )
    yield (
        "Not shown: stopped for futility, dropped with its arm, or not rejected at the last look. "
        "Wrong side: the z that the trial ends with lies on the other side of no effect than the "
        "truth."
    )


def _imprecise(found: TrialSimulation) -> Iterator[str]:
    """Say where the trials allowed did not reach the precision asked for."""
    plan, played = found.simulation.asked, found.simulation.results
    asked = plan.precision
    errors = [each.success.error for row in played for each in row if each.trials]
    if asked is not None and errors and max(errors) > asked.error:
        yield (
            f"A standard error of {asked.error:g} was not reached in {plan.trials:,} trials; "
            "allow more."
        )


def _assumed(found: TrialSimulation) -> Iterator[str]:
    """Say what is assumed once, and in which scenarios where not in all.

    What every rehearsal assumes of its numbers stands in the report and in the data alone.
    """
    owners: dict[str, list[str]] = {}
    for rehearsal in found.rehearsals:
        for line in dict.fromkeys(rehearsal.assumed):
            owners.setdefault(line, []).append(rehearsal.scenario.label)
    for line in (each for each in found.assumed if each not in ASSUMED):
        names = owners.get(line, [])
        everywhere = len(names) in {0, len(found.rehearsals)}
        yield line if everywhere else f"{', '.join(names)}: {line}"
