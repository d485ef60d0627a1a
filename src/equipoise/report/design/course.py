"""Where the trial ends and what it takes on average, under no effect and as planned."""

from equipoise.design.plan import Plan
from equipoise.design.trial_design import HypothesisDesign
from equipoise.report.design.boundaries import look_name
from equipoise.report.design.context import DesignContext, anchor, count_at, counted
from equipoise.report.design.endings import endings
from equipoise.report.design.printing import NONE, as_given, at_bound, calculated, chance
from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.stopping import StoppingText, stopping_figure
from equipoise.report.format import sentence

TRUTHS = {"null": "No effect", "halfway": "Halfway to the planned", "alternative": "As planned"}
MOST_BARS = 25  # looks that can be told apart


def course_section(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Section:
    """Write how likely each ending is, and what the trial takes on average."""
    blocks: list[Block] = []
    if 1 < len(plan.looks) <= MOST_BARS:
        blocks.append(_figure(context, main, plan))
    if len(plan.looks) > 1:
        blocks.append(_endings_table(context, main, plan))
    blocks.append(_expected_table(context, main, plan))
    title = "Where the trial ends" if len(plan.looks) > 1 else "What the trial takes"
    return Section(anchor(main, "course"), title, tuple(blocks))


def _figure(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Figure:
    effect = plan.effect
    told = []
    for truth, name in (("null", "no effect"), ("alternative", "the planned effect")):
        parts = [
            f"look {look.number}: efficacy {chance(each.efficacy, 1)}, "
            f"without {chance(each.without, 1)}"
            for look, each in zip(
                plan.looks,
                endings(plan.looks, "null" if truth == "null" else "alternative"),
                strict=True,
            )
        ]
        told.append(f"Under {name}, {'; '.join(parts)}.")
    return stopping_figure(
        plan.looks,
        StoppingText(
            identifier=anchor(main, "stopping-plot"),
            title=f"{main.hypothesis}: where the trial ends",
            null=f"No effect ({effect.name} {as_given(effect.null)})",
            alternative=f"As planned ({effect.name} {context.effect(main, plan)})",
            below=tuple(calculated(count_at(look)) for look in plan.looks),
            counted=counted(plan),
            alternative_text=f"Chance of ending first at each look. {' '.join(told)}",
            estimand=context.estimand(main),
        ),
    )


def _endings_table(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Table:
    null, planned = endings(plan.looks, "null"), endings(plan.looks, "alternative")
    rows = [
        Row(
            (
                look_name(look, plan),
                *(
                    chance(number)
                    for each in pair
                    for number in (each.efficacy, each.without, each.by_now)
                ),
            ),
        )
        for look, *pair in zip(plan.looks, null, planned, strict=True)
    ]
    total = [
        chance(sum(getattr(each, name) for each in side), 2)
        for side in (null, planned)
        for name in ("efficacy", "without")
    ]
    rows.append(Row(("In all", *total[:2], NONE, *total[2:], NONE), strong=True))
    heads = ("efficacy", "no efficacy", "ended by then")
    return Table(
        id=anchor(main, "endings"),
        title=f"{main.hypothesis}: chance of ending first at each look",
        header=(
            "Look",
            *(f"No effect:\n{head}" for head in heads),
            *(f"As planned:\n{head}" for head in heads),
        ),
        rows=tuple(rows),
        footnotes=(
            (
                "No efficacy: stopped for futility, or at the last look without rejecting. Stops "
                "for futility are obeyed."
            ),
            *(("Efficacy counts both sides.",) if plan.sequential.sides > 1 else ()),
        ),
        estimand=context.estimand(main),
    )


def _expected_table(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Table:
    clock = context.clock
    has_events = any(each.events is not None for each in plan.expected)
    timed = any(each.time is not None for each in plan.expected)
    header = ["If true", sentence(plan.effect.name), "Chance of success"]
    header += (["Events"] if has_events else []) + ["Patients"]
    header += [clock.units.capitalize()] if timed else []
    rows = []
    for each in plan.expected:
        cells = [TRUTHS.get(each.truth, sentence(each.truth))]
        cells += [at_bound(plan.effect.name, each.effect), chance(each.power)]
        if has_events:
            cells.append(NONE if each.events is None else calculated(each.events))
        cells.append(calculated(each.patients))
        if timed:
            cells.append(NONE if each.time is None else clock.show(each.time))
        rows.append(Row(tuple(cells)))
    notes = ["On average over trials, early stopping counted."] if len(plan.looks) > 1 else []
    notes.append("Halfway lies on the scale on which z is linear in the effect.")
    return Table(
        id=anchor(main, "expected"),
        title=f"{main.hypothesis}: what the trial takes on average",
        header=tuple(header),
        rows=tuple(rows),
        footnotes=tuple(notes),
        estimand=context.estimand(main),
    )
