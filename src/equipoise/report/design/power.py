"""Power against the true effect, and the designs that other planned numbers would make."""

from collections.abc import Sequence

import numpy as np

from equipoise.design.plan import Effect, Plan
from equipoise.design.sequential.describe import between, to_linear
from equipoise.design.trial_design import AlternativeDesign, Alternatives, HypothesisDesign
from equipoise.design.wording.margin import null_words
from equipoise.report.design.context import DesignContext, anchor, ratio_scale
from equipoise.report.design.printing import (
    NONE,
    as_given,
    at_bound,
    calculated,
    chance,
    text,
)
from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.power_curve import Mark, PowerText, power_figure
from equipoise.report.format import count, sentence

MOST_MARKS = 12  # other designs beside the curve
HARM = np.linspace(-0.5, 0.0, 11)  # fractions of the planned effect, in the wrong direction
SAME = 1e-6  # of a power, by two ways
WIDEST = 7  # columns of one table of alternatives
MARKS = "abcdefghijklmnopqrstuvwxyz"
TIMES = {"accrual duration", "follow-up"}
Column = tuple[str, list[str]]


def power_section(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Section:
    """Write the power curve and, where the protocol gives a grid, the alternatives."""
    table = context.design.alternatives
    blocks: list[Block] = [_figure(context, main, plan, table)]
    if table is not None:
        blocks += _tables(context, table)
    title = "Power and alternatives" if table is not None else "Power"
    return Section(anchor(main, "power"), title, tuple(blocks))


def _figure(
    context: DesignContext, main: HypothesisDesign, plan: Plan, table: Alternatives | None
) -> Figure:
    effect, curve = plan.effect, plan.power_curve
    at_null, planned = curve[0][1], context.effect(main, plan)
    null = f"{null_words(plan)} ({as_given(effect.null)}): {chance(at_null, 1)}"
    others = _others(table)
    marks = [
        Mark(effect.value, plan.power, f"planned {planned}: {chance(plan.power, 1)}"),
        Mark(effect.null, at_null, null, "null"),
        *others,
    ]
    told = "; ".join(f"{as_given(round(x, 4))}: {chance(p, 1)}" for x, p in curve[::5])
    return power_figure(
        (*harmful(plan), *curve),
        marks,
        PowerText(
            identifier=anchor(main, "power-plot"),
            title=f"{main.hypothesis}: power against the true {effect.name}",
            axis=effect.name,
            alternative_text=(
                f"Power of the design by the true {effect.name}. {told}. Planned "
                f"{planned}: {chance(plan.power, 1)}."
            ),
            other_designs="; ".join(f"{number}: {size}" for number, size in _listed(table, others)),
            estimand=context.estimand(main),
        ),
        logarithmic=ratio_scale(plan),
    )


def _others(table: Alternatives | None) -> list[Mark]:
    """Mark the designs for other effects, as far as they are few."""
    if table is None:
        return []
    found = [
        Mark(row.effect, row.power, str(place), "other")
        for place, row in enumerate(table.rows, start=1)
        if not row.planned and row.effect is not None and row.power is not None and _size(row)
    ]
    return found if len(found) <= MOST_MARKS else []


def _listed(table: Alternatives | None, marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """Give the sizes of the designs that are marked, by their number in the table."""
    rows = table.rows if table is not None else ()
    return [(mark.printed, _size(rows[int(mark.printed) - 1])) for mark in marks]


def harmful(plan: Plan) -> list[tuple[float, float]]:
    """Give the power a little beyond the null, on the side of harm.

    Left out where the plan's own curve is not that of a drift in proportion to the effect.

    Witness: at the null and on the other side, the plan's power curve.
    """
    curve, sequential = plan.power_curve, plan.sequential
    known = [curve[0], curve[len(curve) // 2], curve[-1]]
    fractions = np.array([fraction_of(plan.effect, effect) for effect, _ in known])
    powers = sequential.rejections(np.append(HARM[:-1], fractions) * sequential.drift)
    if not np.allclose(powers[-3:], [power for _, power in known], rtol=0, atol=SAME):
        return []
    effects = [between(plan.effect, float(part)) for part in HARM[:-1]]
    return list(zip(effects, powers[:-3].tolist(), strict=True))


def fraction_of(effect: Effect, value: float) -> float:
    """Give how far a value lies from the null to the planned effect, on the linear scale."""
    null, planned = to_linear(effect, effect.null), to_linear(effect, effect.value)
    return (to_linear(effect, value) - null) / (planned - null)


def _size(row: AlternativeDesign) -> str:
    if row.events_whole is not None:
        return f"{count(row.events_whole)} events"
    return "" if row.patients_whole is None else f"{count(row.patients_whole)} patients"


def _tables(context: DesignContext, table: Alternatives) -> list[Block]:
    """Set out every combination; in two tables where one would be too wide."""
    refused = [row for row in table.rows if row.refused]
    notes = tuple(
        f"({MARKS[place % len(MARKS)]}) {text(row.refused)}" for place, row in enumerate(refused)
    )
    settings = [_setting(context, table, place) for place in range(len(table.varied))]
    names = _row_names(table.rows)
    size, average = _size_columns(context, table), _average_columns(context, table)
    what = f"{table.hypothesis}: designs for other planned numbers"
    title, averaged = context.marked(what), context.marked(f"{what}, on average")
    if len(settings) + len(size) + len(average) + 1 <= WIDEST:
        parts = [(title, "alternatives", [*settings, *size, *average])]
    else:
        parts = [
            (title, "alternatives", [*settings, *size]),
            (averaged, "alternatives-average", [*settings, *average]),
        ]
    blocks: list[Block] = [
        Table(
            id=f"{identifier}-table",
            title=name,
            header=("Design", *(head for head, _ in columns)),
            rows=tuple(
                Row((names[place], *(cells[place] for _, cells in columns)), strong=row.planned)
                for place, row in enumerate(table.rows)
            ),
            footnotes=(
                *(
                    ("On average under the planned effect, early stopping counted.",)
                    if average and columns[-1] in average
                    else ()
                ),
                *notes,
                *context.caveat,
            ),
        )
        for name, identifier, columns in parts
    ]
    return blocks


def _setting(context: DesignContext, table: Alternatives, place: int) -> Column:
    """Give one number that varies, as it was written; a time in the unit of display."""
    name, clock = table.varied[place], context.clock
    values = [row.settings[place][1] for row in table.rows]
    if name in TIMES:
        return f"{sentence(name)},\n{clock.units}", [clock.mark(value) for value in values]
    if name == "power":
        head = "Power promised" if _solves_power(context, table) else "Power"
        return head, [f"{as_given(round(100 * value, 6))}%" for value in values]
    return sentence(name), [as_given(value) for value in values]


def _row_names(rows: Sequence[AlternativeDesign]) -> list[str]:
    """Number the rows; a refused one carries the mark of its reason."""
    names, marks = [], 0
    for place, row in enumerate(rows, start=1):
        if row.planned:
            names.append("Planned")
        elif row.refused:
            names.append(f"{place} ({MARKS[marks % len(MARKS)]})")
            marks += 1
        else:
            names.append(str(place))
    return names


def _size_columns(context: DesignContext, table: Alternatives) -> list[Column]:
    """Give what a design takes, as far as it does not itself vary."""
    clock, rows, name = context.clock, table.rows, _effect_name(context, table)

    def column(head: str, cells: list[str | None]) -> list[Column]:
        told = [NONE if cell is None else cell for cell in cells]
        return [(head, told)] if any(cell is not None for cell in cells) else []

    found: list[Column] = []
    if name not in table.varied:
        effects = [None if r.effect is None else at_bound(name, r.effect) for r in rows]
        found += column(sentence(name), effects)
    if "power" not in table.varied or _solves_power(context, table):
        found += column("Power", [None if r.power is None else chance(r.power, 1) for r in rows])
    for head, wholes in (
        ("Events", [r.events_whole for r in rows]),
        ("Patients", [r.patients_whole for r in rows]),
    ):
        if head.lower() not in table.varied:
            found += column(head, [None if whole is None else count(whole) for whole in wholes])
    return found + column(
        f"{clock.units.capitalize()}\nto the last look",
        [None if r.duration is None else clock.show(r.duration) for r in rows],
    )


def _average_columns(context: DesignContext, table: Alternatives) -> list[Column]:
    clock, rows = context.clock, table.rows
    events = [r.expected_events for r in rows]
    patients = [r.expected_patients for r in rows]
    times = [r.expected_duration for r in rows]
    found: list[Column] = []
    for head, values in (("Events,\non average", events), ("Patients,\non average", patients)):
        if any(value is not None for value in values):
            found.append((head, [NONE if v is None else calculated(v) for v in values]))
    if any(time is not None for time in times):
        told = [NONE if time is None else clock.show(time) for time in times]
        found.append((f"{clock.units.capitalize()},\non average", told))
    return found


def _solves_power(context: DesignContext, table: Alternatives) -> bool:
    """Say whether the power of a row is found, not kept: effect and size are given."""
    plan = context.design.hypothesis(table.hypothesis).plan
    return plan is not None and plan.solved_for == "power"


def _effect_name(context: DesignContext, table: Alternatives) -> str:
    plan = context.design.hypothesis(table.hypothesis).plan
    return plan.effect.name if plan else "effect"
