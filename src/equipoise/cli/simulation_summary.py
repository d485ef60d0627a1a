"""The rehearsal on the screen: every scenario in a row, then look by look."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from equipoise.cli.table_layout import NONE, Cells, tables
from equipoise.design.wording.numbers import Clock, decimal
from equipoise.simulate.characteristics import (
    HypothesisCharacteristics,
    LookCharacteristics,
    OperatingCharacteristics,
)
from equipoise.simulate.monte_carlo import Mean, Probability, Spread
from equipoise.simulate.trial import TrialSimulation

SHARE = 100.0


def print_simulation(found: TrialSimulation, out: Path | None) -> None:
    """Print how the trial does, and where the report is written."""
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
    for cells in (_overview(found, clock), *_differences(found, clock), *_by_look(found, clock)):
        for table in tables(cells, console.width):
            console.print(table, crop=False)
    console.print(
        f"[dim]- {clock.units.capitalize()}, patients and events are averages: at the end of the "
        "trial, or at a look over the trials that came to it. Futile: stopped for futility, or not "
        "rejected at the last look.[/dim]"
    )
    for line in (*_imprecise(found), *found.design.notes, *_assumed(found)):
        console.print(f"[dim]- {escape(line)}[/dim]")
    if out is not None:
        console.print(f"Rehearsal: {escape(str(out))}", soft_wrap=True)


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
    """Say what is assumed once, and in which scenarios where not in all."""
    owners: dict[str, list[str]] = {}
    for rehearsal in found.rehearsals:
        for line in rehearsal.assumed:
            owners.setdefault(line, []).append(rehearsal.scenario.label)
    for line in found.assumed:
        names = owners.get(line, [])
        everywhere = len(names) in {0, len(found.rehearsals)}
        yield line if everywhere else f"{', '.join(names)}: {line}"


def chance(found: Probability | None) -> str:
    """Write a probability in percent with its standard error.

    >>> from equipoise.simulate.monte_carlo import probability
    >>> chance(probability(8199, 10000))
    '82.0 ± 0.4'
    """
    if found is None:
        return NONE
    places = 1 if found.error * SHARE >= 0.05 or found.value in {0.0, 1.0} else 2  # noqa: PLR2004
    return f"{found.value * SHARE:.{places}f} ± {found.error * SHARE:.{places}f}"


def _overview(found: TrialSimulation, clock: Clock) -> Cells:
    """Give a row for each scenario and design."""
    several = len(found.simulation.asked.designs) > 1
    names = [each.hypothesis for each in found.simulation.asked.designs[0].conduct.tested]
    first = next((row[0] for row in found.simulation.results if row), None)
    endpoints = first.endpoints if first else ()
    counted = [e for e in endpoints if first and first.events[endpoints.index(e)] is not None]
    main = _main_endpoint(found, counted)
    header = [
        "Scenario",
        *(["Design"] if several else []),
        *(f"{name} rejected" for name in names),
        *_several_header(found),
        "family-wise error",
        *([f"{main} events"] if main else []),
        "patients",
        clock.units,
        f"{clock.units}, 90% of trials",
    ]
    rows = [
        _row(found, at, each, names, main, clock, several=several)
        for at, row in enumerate(found.simulation.results)
        for each in row
    ]
    kept = (0, 1) if several else (0,)
    return Cells("How the trial ends", header, rows, kept)


def _row(
    found: TrialSimulation,
    at: int,
    result: OperatingCharacteristics,
    names: list[str],
    main: str | None,
    clock: Clock,
    *,
    several: bool,
) -> list[str]:
    label = found.rehearsals[at].scenario.label
    known = {each.hypothesis: each for each in result.hypotheses}
    events = result.events[result.endpoints.index(main)] if main in result.endpoints else None
    return [
        label,
        *([result.asked.design] if several else []),
        *(chance(known[name].power) if name in known else NONE for name in names),
        *_several(found, result),
        chance(result.familywise_error),
        *([_mean(events)] if main else []),
        _mean(result.patients),
        _mean(result.duration, clock.factor),
        _range(result.duration, clock.factor),
    ]


def _several_header(found: TrialSimulation) -> list[str]:
    """Head the chances of several primary hypotheses; co-primary ones count only all together."""
    if _primaries(found) == 1:
        return []
    return ["all co-primary"] if _together(found) else ["some primary", "all primary"]


def _several(found: TrialSimulation, result: OperatingCharacteristics) -> list[str]:
    if _primaries(found) == 1:
        return []
    some = [] if _together(found) else [chance(result.at_least_one)]
    return [*some, chance(result.all_primary)]


def _together(found: TrialSimulation) -> bool:
    return bool(found.simulation.asked.designs[0].conduct.stopping.together)


def _primaries(found: TrialSimulation) -> int:
    rules = found.simulation.asked.designs[0].conduct.stopping
    return len(rules.primary or rules.hypotheses)


def _main_endpoint(found: TrialSimulation, counted: list[str]) -> str | None:
    lead = found.design.main
    if lead is not None and lead.endpoint in counted:
        return lead.endpoint
    return counted[0] if counted else None


def _differences(found: TrialSimulation, clock: Clock) -> Iterator[Cells]:
    """Compare further designs with the protocol's own, trial by trial."""
    plan = found.simulation.asked
    own, *others = [each.name for each in plan.designs]
    primaries = ("at least one primary", "all primary")
    told = {"duration": clock.units, "patients": "patients", primaries[0]: "some primary rejected"}
    told[primaries[1]] = "all primary rejected"
    rows = []
    for at, row in enumerate(found.simulation.results):
        for other in others if row else ():
            for each in found.simulation.differences(plan.scenarios[at].name, other, own):
                if each.quantity in primaries and _primaries(found) == 1:
                    continue
                scale = {"duration": clock.factor, "patients": 1.0}.get(each.quantity, SHARE)
                rows.append(
                    [
                        found.rehearsals[at].scenario.label,
                        other,
                        told.get(each.quantity, f"{each.quantity} rejected"),
                        f"{each.value * scale:+.2f} ± {each.error * scale:.2f}",
                    ]
                )
    if rows:
        header = ["Scenario", "Design", "", f"more than {own}"]
        yield Cells(f"What other designs have more than {own}, on the same patients", header, rows)


def _by_look(found: TrialSimulation, clock: Clock) -> Iterator[Cells]:
    """Give each scenario's looks, of the hypotheses of the protocol's own design."""
    for at, row in enumerate(found.simulation.results):
        for result in row:
            several = len(row) > 1
            name = f"{found.rehearsals[at].scenario.label}" + (
                f", design {result.asked.design}" if several else ""
            )
            yield _looks(result, name, clock)


def _looks(result: OperatingCharacteristics, title: str, clock: Clock) -> Cells:
    futile = [each for each in result.hypotheses if each.futility.count or each.harm.count]
    header = [
        "Look",
        "held in",
        clock.units,
        "patients",
        *(
            f"{name} events"
            for name, each in zip(result.endpoints, result.events, strict=True)
            if each
        ),
        *(f"{each.hypothesis} rejected" for each in result.hypotheses),
        *(f"{each.hypothesis} futile" for each in futile),
        "ends the trial",
    ]
    rows = [_look(result, look, futile, clock) for look in result.looks]
    return Cells(f"{title}: look by look, percent of all trials", header, rows)


def _look(
    result: OperatingCharacteristics,
    look: LookCharacteristics,
    futile: list[HypothesisCharacteristics],
    clock: Clock,
) -> list[str]:
    at, place = look.at_look, look.look - 1
    return [
        str(look.look),
        _percent(look.came_to),
        _value(at.time, clock.factor),
        _value(at.patients),
        *(_value(each) for each, told in zip(at.events, result.events, strict=True) if told),
        *(_percent(each.by_look[place].efficacy) for each in result.hypotheses),
        *(_percent(each.by_look[place].futility) for each in futile),
        _percent(look.ended),
    ]


def _percent(found: Probability) -> str:
    return f"{found.value * SHARE:.1f}"


def _value(found: Mean | None, factor: float = 1.0) -> str:
    return NONE if found is None else decimal(found.value * factor, 1)


def _mean(found: Spread | None, factor: float = 1.0) -> str:
    return NONE if found is None else decimal(found.mean.value * factor, 1)


def _range(found: Spread | None, factor: float) -> str:
    if found is None:
        return NONE
    low, high = found.quantiles[0].value * factor, found.quantiles[-1].value * factor
    return f"{decimal(low, 1)} to {decimal(high, 1)}"
