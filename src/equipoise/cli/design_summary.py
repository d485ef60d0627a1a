"""The design on one screen: its sentences, the looks, what it takes, and the alternatives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from equipoise.design.wording_margin import claimed, margin_name, null_words, truth_words
from equipoise.design.wording_numbers import (
    Clock,
    count,
    decimal,
    effect_words,
    p_value,
    percent,
    significant,
)

NONE = "–"
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
PADDING = 3  # columns between two cells
FEWEST = 2  # alternatives that are named when many are refused alike


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as texts, and how it is split where the terminal is narrow."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    kept: tuple[int, ...] = (0,)  # columns that stand in every part
    apart: tuple[int, ...] = ()  # columns before which it may be split; none: before any


def print_design(design: TrialDesign, out: Path | None) -> None:
    """Print what the trial takes, and where the design is written."""
    console = Console(highlight=False)
    trial = design.protocol.trial
    clock = Clock(trial)

    def tell(cells: Cells) -> None:
        for table in _tables(cells, console.width):
            console.print(table, width=max(console.width, _least_width(table)), crop=False)

    console.print(f"[bold]{escape(trial.title)}[/bold] ({escape(trial.id)})")
    for text in design.paragraphs[:1]:
        console.print(escape(text))
    main = design.main
    if main is not None and main.plan is not None:
        for cells in _of_plan(main, main.plan, clock, whole=len(design.protocol.arms) <= PAIR):
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


def _of_plan(main: HypothesisDesign, plan: Plan, clock: Clock, *, whole: bool) -> Iterator[Cells]:
    """Give the tables of the hypothesis the trial is sized for."""
    yield _looks(main, plan, clock, whole=whole)
    if main.whole is not None:
        yield _in_whole_numbers(main.whole)
    if len(plan.looks) > 1:
        yield _chances(plan)
    yield _expected(plan, clock, whole=whole)
    if main.readings:
        yield _readings(main.readings, plan, clock)


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


def _tables(cells: Cells, width: int) -> Iterator[Table]:
    """Lay a table out, in as many parts side by side as the width asks for; empty columns go."""
    header, rows = cells.header, cells.rows
    filled = [place for place in range(len(header)) if any(row[place] != NONE for row in rows)]
    needed = {
        place: max(_longest_word(header[place]), *(_longest_word(row[place]) for row in rows))
        + PADDING
        for place in filled
    }
    first = [place for place in cells.kept if place in filled]
    groups: list[list[int]] = []
    for place in filled:
        if not groups or place in cells.apart or not cells.apart:
            groups.append([])
        groups[-1].append(place)
    part: list[int] = []
    title = cells.title
    for group in groups:
        wanted = [*part, *(place for place in group if place not in part)]
        if part and sum(needed[place] for place in wanted) > width:
            yield _table(title, header, rows, part)
            title = f"{cells.title} (continued)"
            wanted = [*first, *(place for place in group if place not in first)]
        part = wanted
    yield _table(title, header, rows, part)


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split()), default=0)


def _table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], places: Sequence[int]
) -> Table:
    table = Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for place in places:
        least = _longest_word(header[place])
        justify: JustifyMethod = "left" if place == 0 else "right"
        table.add_column(escape(header[place]), justify=justify, min_width=least)
    for row in rows:
        table.add_row(*(escape(row[place]) for place in places))
    return table


def _least_width(table: Table) -> int:
    """Give the width at which no word of a header is cut."""
    return sum((column.min_width or 0) + PADDING for column in table.columns)


def _looks(main: HypothesisDesign, plan: Plan, clock: Clock, *, whole: bool) -> Cells:
    lower = any(look.lower_efficacy for look in plan.looks)
    header = [
        "Look",
        "Information",
        "Events",
        "Patients",
        clock.unit.capitalize(),
        "Efficacy z",
        "one-sided p",
        plan.effect.name,
        *(["Lower z", plan.effect.name] if lower else []),
        "Futility z",
        plan.effect.name,
        "Harm z",
        plan.effect.name,
    ]
    rows = [
        [
            str(look.number),
            percent(look.information_fraction),
            _one(look.events),
            _one(look.patients if plan.patients_known else None),
            _when(look.time, clock),
            *_bound(look.efficacy, plan, p=True),
            *(_bound(look.lower_efficacy, plan) if lower else []),
            *_futility(look, plan),
            *_bound(look.harm, plan),
        ]
        for look in plan.looks
    ]
    what = "Looks and boundaries" if len(plan.looks) > 1 else "The analysis"
    title = f"{what} of {main.hypothesis}, {main.label}"
    margin = claimed(plan) != "superiority"
    against = f"; z is against the {margin_name(plan)} {significant(plan.effect.null)}" * margin
    title += ("" if whole else "; patients of its two arms") + against
    return Cells(title, header, rows, apart=_places(header, "z"))


def _places(header: Sequence[str], ending: str) -> tuple[int, ...]:
    """Give the columns whose headings end so."""
    return tuple(place for place, name in enumerate(header) if name.endswith(ending))


def _in_whole_numbers(plan: Plan) -> Cells:
    """Tell the bounds at whole events or patients, which the trial can be read at."""
    header = ["Look", "Events", "Patients", "Efficacy z", "one-sided p", plan.effect.name]
    header += ["Futility z", "Alpha spent"]
    counted = plan.looks[-1].events is not None
    rows = [
        [
            str(look.number),
            _whole(look.events),
            NONE if counted else _whole(look.patients),
            *_bound(look.efficacy, plan, p=True),
            _futility(look, plan)[0],
            decimal(look.alpha_spent, 5),
        ]
        for look in plan.looks
    ]
    control, experimental = plan.patients_whole
    among = f", {count(control + experimental)} patients" * (counted and plan.patients_known)
    return Cells(f"In whole numbers{among}: power {percent(plan.power, 2)}", header, rows)


def _whole(value: float | None) -> str:
    return NONE if value is None else count(value)


def _futility(look: LookPlan, plan: Plan) -> list[str]:
    """Give the futility bound; at the last look what is not efficacy is futility."""
    return _bound(None if look.number == len(plan.looks) else look.futility, plan)


def _bound(bound: Bound | None, plan: Plan, *, p: bool = False) -> list[str]:
    if bound is None:
        return [NONE] * (3 if p else 2)
    told = [decimal(bound.z, 4), effect_words(bound.effect, plan.effect.name)]
    return [told[0], p_value(bound.p), told[1]] if p else told


def _one(value: float | None) -> str:
    return NONE if value is None else decimal(value, 1)


def _when(value: float | None, clock: Clock) -> str:
    return NONE if value is None else clock.shown(value)


def _chances(plan: Plan) -> Cells:
    null, futile = null_words(plan), any(look.futility for look in plan.looks[:-1])
    harm = any(look.harm for look in plan.looks)
    header = [
        "Look",
        "Alpha spent",
        "Beta spent",
        f"Efficacy, {null}",
        f"Futility, {null}",
        f"Harm, {null}",
        "Efficacy, as planned",
        "Futility, as planned",
        "Harm, as planned",
    ]
    rows = [
        [
            str(look.number),
            decimal(look.alpha_spent, 5),
            decimal(look.beta_spent, 5) if futile else NONE,
            percent(look.efficacy_null, 2),
            percent(look.futility_null, 2) if futile else NONE,
            percent(look.harm_null, 2) if harm else NONE,
            percent(look.efficacy_alternative, 2),
            percent(look.futility_alternative, 2) if futile else NONE,
            percent(look.harm_alternative, 2) if harm else NONE,
        ]
        for look in plan.looks
    ]
    return Cells("Errors spent, and the chance of stopping first at each look", header, rows)


def _expected(plan: Plan, clock: Clock, *, whole: bool) -> Cells:
    rows = [
        [
            truth_words(plan, each.truth),
            decimal(each.effect, 3),
            percent(each.power, 2),
            _one(each.events),
            _one(each.patients if plan.patients_known else None),
            _when(each.time, clock),
        ]
        for each in plan.expected
    ]
    units = clock.units.capitalize()
    header = ["If true", plan.effect.name, "Success", "Events", "Patients", units]
    what = "trial takes" if whole else "comparison of two arms takes"
    return Cells(f"What the {what} on average", header, rows)


def _readings(readings: Sequence[Reading], plan: Plan, clock: Clock) -> Cells:
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
            rows.append([*start, "see below", *[NONE] * 5])
        bounds = {
            "efficacy": reading.efficacy,
            "other side": reading.lower_efficacy,
            "futility": None if reading.final else reading.futility,
        }
        for name, bound in bounds.items():
            if bound is not None:
                power = [NONE, NONE] if reading.final else _conditional(bound)
                rows.append([*start, name, *_bound(bound, plan, p=True), *power])
                start = [""] * 3
    apart = (header.index("Bound"), len(header) - 2)
    return Cells("The design read between its looks", header, rows, (0, 3), apart)


def _conditional(bound: Bound) -> list[str]:
    return [percent(bound.conditional_power_design), percent(bound.conditional_power_trend)]


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
            _when(row.duration, clock),
            _one(row.expected_patients),
            _when(row.expected_duration, clock),
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
