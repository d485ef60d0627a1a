"""Looks and boundaries: when each look comes, and where it stops, on every scale.

One table for the looks and one for each kind of bound, so that none is wider than a page.  A look
without a bound says so in words; nothing infinite is printed.
"""

from collections.abc import Iterator, Sequence

from equipoise.design.plan import Bound, LookPlan, Plan
from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording.looks import is_mirrored, is_wedge
from equipoise.report.design.boundary_figures import figures_of
from equipoise.report.design.context import (
    DesignContext,
    anchor,
    asked_otherwise,
    count_at,
    counted,
)
from equipoise.report.design.printing import (
    NONE,
    NOT_TESTED,
    at_bound,
    calculated,
    chance,
    fraction,
    nominal_p,
    spent,
    whole_or_not,
    z_value,
)
from equipoise.report.design.truths import has_futility, has_harm, margin_note
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import sentence, significant

CONDITIONAL = (
    "Conditional power: the chance of showing efficacy by the end from this z, if the effect is as "
    "planned, or as estimated at this z; futility is left out unless it is binding."
)
ONE_SIDED = "P is nominal and one-sided: the chance of such a z or a greater one at one look alone."


def boundaries_section(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Section:
    """Write looks and bounds of the hypothesis the trial is sized for."""
    one = len(plan.looks) == 1
    blocks: list[Block] = [] if one else figures_of(context, main, plan)
    title = "Boundary" if one else "Looks and boundaries"
    blocks += boundary_blocks(context, main, plan)
    return Section(anchor(main, "boundaries"), title, tuple(blocks))


def boundary_blocks(context: DesignContext, main: HypothesisDesign, plan: Plan) -> list[Block]:
    """Write the tables of looks and bounds of any hypothesis."""
    blocks: list[Block] = [Paragraph(rule_in_words(plan)), looks_table(context, main, plan)]
    if all(look.efficacy is None and look.lower_efficacy is None for look in plan.looks):
        return blocks  # an exact test has no bound of z
    blocks.append(
        bounds_table(
            context,
            main,
            plan,
            "efficacy",
            f"{'efficacy bounds' if len(plan.looks) > 1 else 'the critical value'} (reject at this "
            f"z or {'above' if plan.sequential.sides == 1 else 'beyond'})",
            [each.efficacy for each in plan.looks],
        )
    )
    if not is_mirrored(plan) and any(each.lower_efficacy for each in plan.looks):
        blocks.append(
            bounds_table(
                context,
                main,
                plan,
                "other-side",
                "bounds of the other side (reject at this z or below)",
                [each.lower_efficacy for each in plan.looks],
            )
        )
    if has_futility(plan):
        title = f"futility bounds (stop {futile_where(plan)})"
        bounds = [each.futility for each in plan.looks[:-1]]
        blocks.append(bounds_table(context, main, plan, "futility", title, bounds))
    if has_harm(plan):
        title = "bounds for harm (stop at this z or below)"
        harm = [each.harm for each in plan.looks]
        blocks.append(bounds_table(context, main, plan, "harm", title, harm))
    return blocks


def futile_where(plan: Plan) -> str:
    """Say where z stops the trial for futility, beside a table of the bounds."""
    if is_wedge(plan):
        return "between this z and its opposite"
    if plan.sequential.sides > 1:
        return "at this z or below, above the bound of the other side"
    above = ", above the bound for harm" if has_harm(plan) else ""
    return f"at this z or below{above}"


def rule_in_words(plan: Plan) -> str:
    """Say how the bounds are used."""
    if len(plan.looks) == 1:
        if plan.exact is None:
            return "There is one analysis, at the end."
        return (
            "There is one analysis, at the end, by an exact test, which has no bound of z. The "
            f"largest chance of rejecting a true null hypothesis is {chance(plan.exact.size)}, at "
            f"a control rate of {fraction(plan.exact.worst_control_rate)}."
        )
    said = "At a look the trial stops and rejects the null hypothesis if z is at its efficacy bound"
    said += " or above it." if plan.sequential.sides == 1 else " or beyond it, on either side."
    if has_harm(plan):
        said += " It stops for harm if z is at its bound for harm or below it."
    if not has_futility(plan):
        return f"{said} Otherwise it goes on to the next look."
    where = "between its futility bounds" if is_wedge(plan) else "at its futility bound or below it"
    held = (
        "Futility is binding: alpha holds only if the trial then stops."
        if plan.sequential.binding
        else "Futility is not binding: alpha holds also where the trial goes on."
    )
    return f"{said} It stops without efficacy if z is {where}; else it goes on. {held}"


def looks_table(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Table:
    """Tell when the looks come and what they spend."""
    clock, looks = context.clock, plan.looks
    timed = all(each.time is not None for each in looks)
    beta = has_futility(plan)
    follow_up = follow_up_cells(context, main, plan)
    has_events = looks[-1].events is not None
    header = ["Look", "Information", "1 / variance"]
    header += (["Events"] if has_events else []) + (["Patients"] if plan.patients_known else [])
    header += [clock.units.capitalize()] if timed else []
    header += ["Followed\nfor"] if follow_up else []
    header += ["Alpha spent"]
    header += ["Beta spent"] if beta else []
    rows = []
    for place, each in enumerate(looks):
        cells = [look_name(each, plan), fraction(each.information_fraction)]
        cells.append(significant(each.information, 4))
        cells += [] if each.events is None else [calculated(each.events)]
        cells += [calculated(each.patients)] if plan.patients_known else []
        cells += [clock.show(each.time)] if timed and each.time is not None else []
        cells += follow_up[place : place + 1]
        cells.append(spent(each.alpha_spent))
        cells += [spent(each.beta_spent)] if beta else []
        rows.append(Row(tuple(cells), strong=each is looks[-1] and len(looks) > 1))
    what = "the analysis" if len(looks) == 1 else "when the looks come, and the error they spend"
    return Table(
        id=anchor(main, "looks"),
        title=context.marked(f"{main.hypothesis}: {what}"),
        header=tuple(header),
        rows=tuple(rows),
        footnotes=(*_looks_notes(context, plan, followed=bool(follow_up)), *context.caveat),
        estimand=context.estimand(main),
    )


def _looks_notes(context: DesignContext, plan: Plan, *, followed: bool) -> Iterator[str]:
    """Explain the columns of the table of looks."""
    clock = context.clock
    yield "Numbers are as calculated, under the planned effect; errors spent are cumulative."
    yield "1 / variance: the statistical information, on the scale where z is linear."
    if (asked := asked_otherwise(context, plan)) is not None:
        yield f"Looks were asked for at {asked} of the information."
    if has_futility(plan):
        yield "Beta spent at the last look is 1 − power."
    if all(each.time is not None for each in plan.looks):
        yield f"{clock.units.capitalize()} since the first patient."
    if followed:
        yield f"Followed for: {clock.units} since the last patient; –: still enrolling."


def follow_up_cells(context: DesignContext, main: HypothesisDesign, plan: Plan) -> list[str]:
    """Tell how long the last patient has been followed at each look; nothing where unknown."""
    times = [each.time for each in plan.looks if each.time is not None]
    if main.world is None or len(times) < len(plan.looks):
        return []
    since = [time - main.world.accrual.duration for time in times]
    return [context.clock.show(each) if each > 0 else NONE for each in since]


def look_name(look: LookPlan, plan: Plan) -> str:
    """Name a look."""
    if len(plan.looks) == 1:
        return "Analysis"
    return f"Look {look.number}{' (last)' if look is plan.looks[-1] else ''}"


def bounds_table(
    context: DesignContext,
    main: HypothesisDesign,
    plan: Plan,
    what: str,
    title: str,
    bounds: Sequence[Bound | None],
) -> Table:
    """Tell one kind of bound on every scale."""
    both = what == "efficacy" and plan.sequential.sides > 1 and is_mirrored(plan)
    rows = [
        Row(
            (
                f"{look_name(look, plan)}, {whole_or_not(count_at(look))} {counted(plan)}",
                *bound_cells(plan, bound, last=look is plan.looks[-1]),
                *(effect_cell(plan, look.lower_efficacy) if both else ()),
            )
        )
        for look, bound in zip(plan.looks, bounds, strict=False)
    ]
    notes = [*margin_note(plan), ONE_SIDED] + ([CONDITIONAL] if len(plan.looks) > 1 else [])
    if both:
        notes.append("On the other side z has the opposite sign.")
    return Table(
        id=anchor(main, f"{what}-bounds"),
        title=context.marked(f"{main.hypothesis}: {title}"),
        header=(
            *bound_header(plan),
            *((f"{sentence(plan.effect.name)},\nother side",) if both else ()),
        ),
        rows=tuple(rows),
        footnotes=(*notes, *context.caveat),
        estimand=context.estimand(main),
    )


def bound_header(plan: Plan) -> tuple[str, ...]:
    """Name the scales of a bound."""
    names = ("Look", "z", "P", f"{sentence(plan.effect.name)}\nat the bound")
    if len(plan.looks) == 1:
        return names
    conditional = ("Conditional power,\nas planned", "Conditional power,\nas estimated")
    return (*names, "B-value", *conditional)


def bound_cells(plan: Plan, bound: Bound | None, *, last: bool) -> tuple[str, ...]:
    """Print one bound on every scale."""
    wide = len(bound_header(plan)) - 1
    if bound is None:
        return (NOT_TESTED, *(NONE,) * (wide - 1))
    cells = [z_value(bound.z), nominal_p(bound.p), at_bound(plan.effect.name, bound.effect)]
    if wide > len(cells):
        powers = (bound.conditional_power_design, bound.conditional_power_trend)
        cells.append(z_value(bound.b_value))
        cells += [NONE if last else chance(power, 1) for power in powers]
    return tuple(cells)


def effect_cell(plan: Plan, bound: Bound | None) -> tuple[str]:
    """Print the effect at a bound of the other side."""
    return (NONE if bound is None else at_bound(plan.effect.name, bound.effect),)
