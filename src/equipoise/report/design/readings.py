"""What the design says at counts that are no planned looks."""

from equipoise.design.plan import Plan
from equipoise.design.trial_design import HypothesisDesign, Reading
from equipoise.design.wording.looks import is_wedge
from equipoise.report.design.boundaries import CONDITIONAL, ONE_SIDED, bound_cells, bound_header
from equipoise.report.design.context import DesignContext, anchor
from equipoise.report.design.printing import (
    at_bound,
    fraction,
    spent,
    text,
    whole_or_not,
    z_value,
)
from equipoise.report.design.truths import margin_note
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table


def readings_section(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Section | None:
    """Write the readings; None where the protocol asks for none."""
    if not main.readings:
        return None
    blocks: list[Block] = [
        Callout(f"The design cannot be read at {_where(each, plan)}: {text(each.refused)}", "note")
        if each.refused
        else Paragraph(in_words(context, each, plan))
        for each in main.readings
    ]
    read = [each for each in main.readings if not each.refused]
    if read:
        blocks.append(_table(context, main, plan, read))
    one = len(main.readings) == 1
    title = (
        f"The design at {_where(main.readings[0], plan)}"
        if one
        else "The design read between its looks"
    )
    return Section(anchor(main, "readings"), title, tuple(blocks))


def _where(reading: Reading, plan: Plan) -> str:
    whole = plan.events if plan.events is not None else plan.patients
    return f"{whole_or_not(reading.count)} of {whole_or_not(whole)} {reading.counted_in}"


def in_words(context: DesignContext, reading: Reading, plan: Plan) -> str:
    """Say what a trial read there decides."""
    clock, name = context.clock, plan.effect.name
    when = (
        ""
        if reading.time is None
        else (f", expected {clock.show(reading.time)} {clock.units} after the first patient")
    )
    lower = plan.effect.better == "lower"
    said = [
        (
            f"At {_where(reading, plan)} ({fraction(reading.information_fraction)} of the "
            f"information{when})"
        )
    ]
    if reading.efficacy is None:
        said.append("efficacy is not tested")
    else:
        side = ", or beyond it on the other side" if reading.lower_efficacy else ""
        said.append(
            f"the null hypothesis is rejected at a z of {z_value(reading.efficacy.z)} or more "
            f"({name} {at_bound(name, reading.efficacy.effect)} or {'less' if lower else 'more'})"
            f"{side}"
        )
    if reading.futility is not None and not reading.final:
        within = "between this z and its opposite: " if is_wedge(plan) else ""
        said.append(
            f"the trial may stop for futility {within}at a z of {z_value(reading.futility.z)} or "
            f"less ({name} {at_bound(name, reading.futility.effect)} or "
            f"{'more' if lower else 'less'})"
        )
    what = f"{said[0]} {'; '.join(said[1:])}."
    errors = [] if reading.alpha_spent is None else [f"{spent(reading.alpha_spent)} of alpha"]
    if reading.beta_spent:
        errors.append(f"{spent(reading.beta_spent)} of beta")
    return f"{what} By then {' and '.join(errors)} are spent." if errors else what


def _table(
    context: DesignContext, main: HypothesisDesign, plan: Plan, read: list[Reading]
) -> Table:
    rows = []
    for each in read:
        rows.append(Row((f"{_where(each, plan)}, in place of look {each.look}",)))
        for name, bound in (
            ("Efficacy", each.efficacy),
            ("Other side", each.lower_efficacy),
            ("Futility", None if each.final else each.futility),
        ):
            if bound is not None:
                rows.append(Row((name, *bound_cells(plan, bound, last=each.final)), indent=1))
    said = dict.fromkeys(text(line) for each in read for line in each.assumed)
    return Table(
        id=anchor(main, "readings-table"),
        title=context.marked(f"{main.hypothesis}: bounds where the design is read"),
        header=("Bound", *bound_header(plan)[1:]),
        rows=tuple(rows),
        footnotes=(
            *said,
            *margin_note(plan),
            ONE_SIDED,
            *((CONDITIONAL,) if len(plan.looks) > 1 else ()),
            *context.caveat,
        ),
        estimand=context.estimand(main),
    )
