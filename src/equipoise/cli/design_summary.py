"""The design on the screen: its sentences, the tables of its plan, and those of the trial."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from equipoise.cli.plan_tables import one_place, tables_of_plan, when
from equipoise.cli.table_layout import NONE, Cells, tables
from equipoise.design.planned.world import GRID_NAMES
from equipoise.design.trial_design import (
    Alternatives,
    MultiplicityDesign,
    SafetyDesign,
    TrialDesign,
)
from equipoise.design.wording.numbers import (
    Clock,
    decimal,
    percent,
    significant,
)

PROCEDURES = {
    "fixed sequence": "a fixed sequence",
    "graph": "a graph",
    "bonferroni": "Bonferroni's procedure",
    "holm": "Holm's procedure",
    "hochberg": "Hochberg's procedure",
    "hommel": "Hommel's procedure",
    "dunnett": "Dunnett's test",
    "co-primary": "co-primary hypotheses, which must all be met",
}
TIMES = frozenset({GRID_NAMES["accrual_duration"], GRID_NAMES["follow_up"]})
PAIR = 2  # arms
FEWEST = 2  # alternatives that are named when many are refused alike


def print_design(design: TrialDesign, out: Path | None) -> None:
    """Print what the trial takes, and where the design is written."""
    console = Console(highlight=False)
    trial = design.protocol.trial
    clock = Clock(trial)

    def tell(cells: Cells) -> None:
        for table in tables(cells, console.width):
            console.print(table, crop=False)

    console.print(f"[bold]{escape(trial.title)}[/bold] ({escape(trial.id)})")
    for text in design.paragraphs[:1]:
        console.print(escape(text))
    main = design.main
    if main is not None and main.plan is not None:
        for cells in tables_of_plan(
            main, main.plan, clock, whole=len(design.protocol.arms) <= PAIR
        ):
            tell(cells)
    for text in design.paragraphs[1:]:
        console.print(escape(text))
        console.print()
    for cells in _of_trial(design, clock):
        tell(cells)
    _below(console, design)
    if out is not None:
        console.print(f"Design: {escape(str(out))}", soft_wrap=True)


def _of_trial(design: TrialDesign, clock: Clock) -> Iterator[Cells]:
    """Give the tables of the trial as a whole."""
    if design.alternatives is not None:
        yield _alternatives(design.alternatives, clock)
    if design.multiplicity is not None:
        yield _levels(design.multiplicity)
    for each in design.safety:
        yield _safety(each)


def _below(console: Console, design: TrialDesign) -> None:
    for line in _refusals(design):
        console.print(escape(line))
    for each in design.hypotheses:
        if each.plan is None:
            console.print(f"{escape(each.hypothesis)}: not planned; {escape(each.not_planned)}")
    said = [line for each in design.hypotheses for line in each.assumed]
    rule = design.multiplicity
    if rule is not None:
        said += [*rule.assumed, *(rule.success.assumed if rule.success else ())]
    for note in (*design.notes, *said, *design.assumed):
        console.print(f"[dim]- {escape(note)}[/dim]")


def _refusals(design: TrialDesign) -> Iterator[str]:
    """Say why there is no design at a count or for an alternative."""
    for each in design.hypotheses:
        for reading in each.readings:
            if reading.refused:
                where = f"{significant(reading.count)} {reading.counted_in}"
                yield f"Not read at {where}: {reading.refused}"
    rows = design.alternatives.rows if design.alternatives else ()
    for reason in dict.fromkeys(row.refused for row in rows if row.refused):
        alike = [row for row in rows if row.refused == reason]
        which = "; ".join(
            ", ".join(f"{name} {significant(value)}" for name, value in row.settings)
            for row in alike[:FEWEST]
        )
        more = f" and {len(alike) - FEWEST} more" if len(alike) > FEWEST else ""
        yield f"No design for {which}{more}: {reason}"


def _alternatives(table: Alternatives, clock: Clock) -> Cells:
    told = {*table.varied, *({"effect"} if _varies_effect(table) else ())}
    header = [
        *table.varied,
        *(name for name in ("effect", "power", "patients", "events") if name not in told),
        clock.units,
        "patients, on average",
        f"{clock.units}, on average",
    ]
    rows = []
    for row in table.rows:
        given = [_setting(name, value, clock) for name, value in row.settings]
        given[0] += " (planned)" if row.planned else ""
        if row.refused:
            rows.append([*given, *["none"] * (len(header) - len(given))])
            continue
        found = {
            "effect": None if row.effect is None else decimal(row.effect, 3),
            "power": None if row.power is None else percent(row.power),
            "patients": None if row.patients_whole is None else str(row.patients_whole),
            "events": None if row.events_whole is None else str(row.events_whole),
        }
        kept = [value or NONE for name, value in found.items() if name not in told]
        average = [
            when(row.duration, clock),
            one_place(row.expected_patients),
            when(row.expected_duration, clock),
        ]
        rows.append([*given, *kept, *average])
    return Cells(
        f"Alternatives for {table.hypothesis}", header, rows, tuple(range(len(table.varied)))
    )


def _varies_effect(table: Alternatives) -> bool:
    """Say whether the effect is one of the columns already, by the name of its measure."""
    known = {"effect", "power", *GRID_NAMES.values()}
    return any(name not in known for name in table.varied)


def _setting(name: str, value: float, clock: Clock) -> str:
    return clock.length(value) if name in TIMES else significant(value)


def _levels(rule: MultiplicityDesign) -> Cells:
    rows = [
        [
            level.hypothesis,
            ", ".join(level.after) or "at the start",
            significant(level.alpha),
            ", ".join(NONE if z is None else decimal(z, 4) for z in level.z) or "not drawn",
        ]
        for level in rule.levels
    ]
    title = f"Alpha by {PROCEDURES.get(rule.procedure, rule.procedure)}"
    header = ["Hypothesis", "once rejected", "alpha", "efficacy z at each look"]
    return Cells(title, header, rows)


def _safety(safety: SafetyDesign) -> Cells:
    steps: list[tuple[int, int, int]] = []
    for check in safety.checks:
        if steps and steps[-1][2] == check.stop_at:
            steps[-1] = (steps[-1][0], check.patients, check.stop_at)
        else:
            steps.append((check.patients, check.patients, check.stop_at))
    rows = [
        [str(first) if first == last else f"{first} to {last}", str(stop_at)]
        for first, last, stop_at in steps
    ]
    return Cells(f"{safety.rule.label}: stop at", ["Patients", "Events"], rows)
