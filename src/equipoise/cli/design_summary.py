"""The design on one screen: its sentences, the looks, what it takes, and the alternatives."""

from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

from equipoise.design.plan import Bound, LookPlan, Plan
from equipoise.design.planned_world import GRID_NAMES
from equipoise.design.trial_design import (
    Alternatives,
    HypothesisDesign,
    MultiplicityDesign,
    Reading,
    SafetyDesign,
    TrialDesign,
)
from equipoise.design.wording_numbers import Clock, decimal, p_value, percent, significant

NARROWEST = 100  # columns: a line that wraps is better than a column left out
NONE = "–"
PROCEDURES = {
    "bonferroni": "Bonferroni's procedure",
    "holm": "Holm's procedure",
    "hochberg": "Hochberg's procedure",
    "hommel": "Hommel's procedure",
    "dunnett": "Dunnett's test",
    "co-primary": "co-primary hypotheses, which must all be met",
}
TIMES = frozenset({GRID_NAMES["accrual_duration"], GRID_NAMES["follow_up"]})
PAIR = 2  # arms
PADDING = 2  # columns between two cells


def print_design(design: TrialDesign, out: Path | None) -> None:
    """Print what the trial takes, and where the design is written."""
    console = Console(highlight=False)
    console.width = max(console.width, NARROWEST)
    trial = design.protocol.trial
    clock = Clock(trial)

    def tell(table: Table) -> None:
        console.print(table, width=max(console.width, _least_width(table)), crop=False)

    console.print(f"[bold]{escape(trial.title)}[/bold] ({escape(trial.id)})")
    for text in design.paragraphs[:1]:
        console.print(escape(text))
    main = design.main
    if main is not None and main.plan is not None:
        whole = len(design.arms) <= PAIR
        tell(_looks(main, main.plan, clock, whole=whole))
        tell(_chances(main.plan))
        tell(_expected(main.plan, clock, whole=whole))
        if main.readings:
            tell(_readings(main.readings, main.plan, clock))
    for text in design.paragraphs[1:]:
        console.print(escape(text))
        console.print()
    if design.alternatives is not None:
        tell(_alternatives(design.alternatives, clock))
    if design.multiplicity is not None:
        tell(_levels(design.multiplicity))
    for each in design.safety:
        tell(_safety(each))
    _below(console, design)
    if out is not None:
        console.print(f"Design: {escape(str(out))}", soft_wrap=True)


def _below(console: Console, design: TrialDesign) -> None:
    for each in design.hypotheses:
        if each.plan is None:
            console.print(f"{escape(each.hypothesis)}: not planned; {escape(each.not_planned)}")
    said = [line for each in design.hypotheses for line in each.assumed]
    rule = design.multiplicity
    if rule is not None:
        said += [*rule.assumed, *(rule.success.assumed if rule.success else ())]
    for note in (*design.notes, *said, *design.assumed):
        console.print(f"[dim]- {escape(note)}[/dim]")


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    kept = [place for place in range(len(header)) if any(row[place] != NONE for row in rows)]
    for place in kept:
        least = max(len(word) for word in header[place].split())
        justify: JustifyMethod = "left" if place == 0 else "right"
        table.add_column(escape(header[place]), justify=justify, min_width=least)
    for row in rows:
        table.add_row(*(escape(row[place]) for place in kept))
    return table


def _least_width(table: Table) -> int:
    """Give the width at which no word of a header is cut."""
    return sum((column.min_width or 0) + PADDING for column in table.columns)


def _looks(main: HypothesisDesign, plan: Plan, clock: Clock, *, whole: bool) -> Table:
    name = plan.effect.name
    counted = plan.looks[-1].events is not None
    timed = plan.looks[-1].time is not None
    lower = any(look.lower_efficacy for look in plan.looks)
    header = [
        "Look",
        "Information",
        *(["Events"] if counted else []),
        "Patients",
        *([clock.unit.capitalize()] if timed else []),
        "Efficacy z",
        "one-sided p",
        name,
        *(["Lower z", name] if lower else []),
        *(["Futility z", name] if any(look.futility for look in plan.looks[:-1]) else []),
    ]
    rows = [
        [
            str(look.number),
            percent(look.information_fraction),
            *([_one(look.events)] if counted else []),
            decimal(look.patients, 1),
            *([_when(look.time, clock)] if timed else []),
            *_bound(look.efficacy, p=True),
            *(_bound(look.lower_efficacy) if lower else []),
            *(_futility(look, plan) if "Futility z" in header else []),
        ]
        for look in plan.looks
    ]
    title = f"Looks and boundaries of {main.hypothesis}, {main.label}"
    return _table(title if whole else f"{title}; patients of its two arms", header, rows)


def _futility(look: LookPlan, plan: Plan) -> list[str]:
    """Give the futility bound; at the last look what is not efficacy is futility."""
    return _bound(None if look.number == len(plan.looks) else look.futility)


def _bound(bound: Bound | None, *, p: bool = False) -> list[str]:
    if bound is None:
        return [NONE] * (3 if p else 2)
    told = [decimal(bound.z, 4), decimal(bound.effect, 3)]
    return [told[0], p_value(bound.p), told[1]] if p else told


def _one(value: float | None) -> str:
    return NONE if value is None else decimal(value, 1)


def _when(value: float | None, clock: Clock) -> str:
    return NONE if value is None else clock.shown(value)


def _chances(plan: Plan) -> Table:
    header = [
        "Look",
        "Alpha spent",
        "Beta spent",
        "Efficacy, no effect",
        "Futility, no effect",
        "Efficacy, as planned",
        "Futility, as planned",
    ]
    rows = [
        [
            str(look.number),
            decimal(look.alpha_spent, 5),
            decimal(look.beta_spent, 5),
            percent(look.efficacy_null, 2),
            percent(look.futility_null, 2),
            percent(look.efficacy_alternative, 2),
            percent(look.futility_alternative, 2),
        ]
        for look in plan.looks
    ]
    return _table("Errors spent, and the chance of stopping first at each look", header, rows)


def _expected(plan: Plan, clock: Clock, *, whole: bool) -> Table:
    rows = [
        [
            each.truth,
            decimal(each.effect, 3),
            percent(each.power, 2),
            _one(each.events),
            decimal(each.patients, 1),
            _when(each.time, clock),
        ]
        for each in plan.expected
    ]
    units = clock.units.capitalize()
    header = ["If true", plan.effect.name, "Success", "Events", "Patients", units]
    what = "trial takes" if whole else "comparison of two arms takes"
    return _table(f"What the {what} on average", header, rows)


def _readings(readings: Sequence[Reading], plan: Plan, clock: Clock) -> Table:
    header = [
        "Read at",
        "Information",
        clock.unit.capitalize(),
        "Bound",
        "z",
        "one-sided p",
        plan.effect.name,
        "Conditional power, as planned",
        "by the trend",
    ]
    rows = []
    whole = plan.events if plan.events is not None else plan.patients
    for reading in readings:
        where = f"{significant(reading.count)} of {significant(whole)} {reading.counted_in}"
        start = [where, percent(reading.information_fraction), _when(reading.time, clock)]
        if reading.refused:
            rows.append([*start, reading.refused, *[NONE] * 5])
        bounds = {
            "efficacy": reading.efficacy,
            "other side": reading.lower_efficacy,
            "futility": reading.futility,
        }
        for name, bound in bounds.items():
            if bound is not None:
                rows.append([*start, name, *_bound(bound, p=True), *_conditional(bound)])
                start = [""] * 3
    return _table("The design read between its looks", header, rows)


def _conditional(bound: Bound) -> list[str]:
    return [percent(bound.conditional_power_design), percent(bound.conditional_power_trend)]


def _alternatives(table: Alternatives, clock: Clock) -> Table:
    header = [
        *table.varied,
        *(name for name in ("effect", "power", "patients", "events") if name not in table.varied),
        clock.units,
        "patients, on average",
        f"{clock.units}, on average",
    ]
    rows = []
    for row in table.rows:
        given = [_setting(name, value, clock) for name, value in row.settings]
        given[0] += " (planned)" if row.planned else ""
        if row.refused:
            rows.append([*given, *[NONE] * (len(header) - len(given) - 1), row.refused])
            continue
        found = {
            "effect": None if row.effect is None else decimal(row.effect, 3),
            "power": None if row.power is None else percent(row.power),
            "patients": None if row.patients_whole is None else str(row.patients_whole),
            "events": None if row.events_whole is None else str(row.events_whole),
        }
        kept = [value or NONE for name, value in found.items() if name not in table.varied]
        average = [
            _when(row.duration, clock),
            _one(row.expected_patients),
            _when(row.expected_duration, clock),
        ]
        rows.append([*given, *kept, *average])
    return _table(f"Alternatives for {table.hypothesis}", header, rows)


def _setting(name: str, value: float, clock: Clock) -> str:
    return clock.length(value) if name in TIMES else significant(value)


def _levels(rule: MultiplicityDesign) -> Table:
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
    return _table(title, ["Hypothesis", "once rejected", "alpha", "efficacy z at each look"], rows)


def _safety(safety: SafetyDesign) -> Table:
    steps: list[tuple[int, int, int]] = []
    for check in safety.checks:
        if steps and steps[-1][2] == check.stop_at:
            steps[-1] = (steps[-1][0], check.patients, check.stop_at)
        else:
            steps.append((check.patients, check.patients, check.stop_at))
    rows = [[f"{first} to {last}", str(stop_at)] for first, last, stop_at in steps]
    return _table(f"{safety.rule.label}: stop at", ["Patients", "Events"], rows)
