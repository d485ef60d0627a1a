"""What several hypotheses take and achieve together: who decides the size, and who succeeds."""

from collections.abc import Iterator

from equipoise.design.trial_design import Sizing, SuccessOfSeveral
from equipoise.report.design.context import DesignContext
from equipoise.report.design.printing import (
    NONE,
    alpha_level,
    as_given,
    calculated,
    chance,
    text,
)
from equipoise.report.document import Paragraph, Row, Table
from equipoise.report.format import count, footnote


def sizing_paragraph(sizing: Sizing) -> Paragraph:
    """Say which hypothesis decides the size, and to what end."""
    whom = "each primary hypothesis" if sizing.goal == "each" else "meeting all of them together"
    said = f"The trial is sized so that {whom} has a power of {chance(sizing.power, 1)}."
    said += f" {sizing.driven_by} decides the size"
    if chance(sizing.driven_power, 1) != chance(sizing.power, 1):
        said += (
            f"; the others need more than it would take alone, so that its own power is "
            f"{chance(sizing.driven_power, 1)}"
        )
    return Paragraph(f"{said}.")


def sizing_table(context: DesignContext, sizing: Sizing) -> Table:
    """Tell what each primary hypothesis would take alone."""
    clock = context.clock
    events = any(each.events is not None for each in sizing.alone)
    timed = any(each.duration is not None for each in sizing.alone)
    rows = []
    for each in sizing.alone:
        cells = [each.hypothesis, alpha_level(each.alpha)]
        cells += [NONE if each.events is None else calculated(each.events)] if events else []
        cells.append(NONE if each.patients is None else calculated(each.patients))
        cells += [NONE if each.duration is None else clock.show(each.duration)] if timed else []
        rows.append(Row(tuple(cells), strong=each.hypothesis == sizing.driven_by))
    header = ["Hypothesis", "Level", *(["Events"] if events else []), "Patients"]
    header += [f"{clock.units.capitalize()}\nto the last look"] if timed else []
    return Table(
        id="sizing-table",
        title=context.marked("What each primary hypothesis would take alone"),
        header=tuple(header),
        rows=tuple(rows),
        footnotes=(
            "Bold: the hypothesis that decides. Patients of all arms together, as calculated.",
            *context.caveat,
        ),
    )


def success_table(context: DesignContext, success: SuccessOfSeveral) -> Table:
    """Tell how often each, some and all are rejected."""
    order = [each.hypothesis for each in context.design.hypotheses]
    each = sorted(success.each, key=lambda one: order.index(one[0]))
    rows = [Row((name, chance(found), _error(error))) for name, found, error in each]
    if success.some is not None:
        rows.append(Row(("At least one", chance(success.some), _error(success.some_error or 0.0))))
    together = "All" if success.every_if_independent is None else "All that must be met together"
    rows.append(Row((together, chance(success.every), _error(success.every_error)), strong=True))
    for name, found in (
        ("The same, were endpoints independent", success.every_if_independent),
        ("The same, at the most", success.every_at_most),
    ):
        if found is not None:
            rows.append(Row((name, chance(found), NONE), indent=1))
    return Table(
        id="success-table",
        title=context.marked("How often hypotheses are rejected, alpha that is passed on counted"),
        header=("Rejected", "Chance", "Standard error\n(percentage points)"),
        rows=tuple(rows),
        footnotes=(*_notes(success), *context.caveat),
    )


def _error(error: float) -> str:
    return NONE if error == 0 else f"{100 * error:.2f}"


def _notes(success: SuccessOfSeveral) -> Iterator[str]:
    yield "All effects are as planned."
    if success.trials is not None:
        yield f"Simulated: {count(success.trials)} trials, seed {success.seed}."
    if success.correlation is not None:
        yield f"Correlation of different endpoints: {as_given(success.correlation)}, as promised."
    for line in success.assumed:
        yield footnote(text(line))
