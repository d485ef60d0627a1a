"""Where the trial ends and what it takes on average, under the null hypothesis and as planned."""

from equipoise.design.plan import Plan
from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording.margin import null_words
from equipoise.report.design.boundaries import look_name
from equipoise.report.design.context import DesignContext, anchor, count_at, counted
from equipoise.report.design.endings import endings
from equipoise.report.design.printing import NONE, as_given, at_bound, calculated, chance
from equipoise.report.design.truths import has_futility, has_harm
from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.stopping import StoppingText, stopping_figure
from equipoise.report.format import sentence

MOST_BARS = 25  # looks that can be told apart


def course_section(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Section:
    """Write how likely each ending is, and what the trial takes on average."""
    blocks: list[Block] = []
    if 1 < len(plan.looks) <= MOST_BARS:
        blocks.append(_figure(context, main, plan))
    if len(plan.looks) > 1:
        blocks.append(_endings_table(context, main, plan))
    blocks.append(_expected_table(context, main, plan))
    title = "Where the trial ends" if len(plan.looks) > 1 else "Chance of success"
    return Section(anchor(main, "course"), title, tuple(blocks))


def _figure(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Figure:
    effect, null = plan.effect, null_words(plan)
    told = []
    for truth, name in (("null", null), ("alternative", "as planned")):
        parts = [
            f"look {look.number}: efficacy {chance(each.efficacy, 1)}, "
            f"without {chance(each.without, 1)}"
            + (f", harm {chance(each.harm, 1)}" if each.harm else "")
            for look, each in zip(
                plan.looks,
                endings(plan.looks, "null" if truth == "null" else "alternative"),
                strict=True,
            )
        ]
        told.append(f"{sentence(name)}: {'; '.join(parts)}.")
    return stopping_figure(
        plan.looks,
        StoppingText(
            identifier=anchor(main, "stopping-plot"),
            title=f"{main.hypothesis}: where the trial ends",
            null=f"{sentence(null)} ({effect.name} {as_given(effect.null)})",
            alternative=f"As planned ({effect.name} {context.effect(main, plan)})",
            below=tuple(calculated(count_at(look)) for look in plan.looks),
            counted=counted(plan),
            alternative_text=f"Chance of ending first at each look. {' '.join(told)}",
            estimand=context.estimand(main),
        ),
    )


def _ways(plan: Plan) -> dict[str, str]:
    """Name the ways to end that this plan has, each a column."""
    ways = {"efficacy": "efficacy"}
    if has_futility(plan):
        ways["without"] = "no efficacy"
    if has_harm(plan):
        ways["harm"] = "harm"
    return {**ways, "by_now": "ended by then"}


def _endings_table(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Table:
    sides = endings(plan.looks, "null"), endings(plan.looks, "alternative")
    ways = _ways(plan)

    rows = [
        Row(
            (
                look_name(look, plan),
                *(chance(getattr(each, way)) for each in pair for way in ways),
            )
        )
        for look, *pair in zip(plan.looks, *sides, strict=True)
    ]
    total = [
        NONE if way == "by_now" else chance(sum(getattr(each, way) for each in side))
        for side in sides
        for way in ways
    ]
    rows.append(Row(("In all", *total), strong=True))
    null = sentence(null_words(plan))
    return Table(
        id=anchor(main, "endings"),
        title=f"{main.hypothesis}: chance of ending first at each look",
        header=(
            "Look",
            *(f"{null}:\n{head}" for head in ways.values()),
            *(f"As planned:\n{head}" for head in ways.values()),
        ),
        rows=tuple(rows),
        footnotes=tuple(_notes(plan)),
        estimand=context.estimand(main),
    )


def _notes(plan: Plan) -> list[str]:
    """Say how endings are counted."""
    notes = []
    if has_futility(plan):
        notes.append(
            "No efficacy: stopped for futility, or at the last look without rejecting. Stops for "
            "futility are obeyed."
        )
    else:
        notes.append("What does not show efficacy by the last look ends there without a rejection.")
    if plan.sequential.sides > 1:
        notes.append("Efficacy counts both sides.")
    if null_words(plan) != "no effect":
        notes.append(f"At the margin: a {plan.effect.name} of {as_given(plan.effect.null)}.")
    return notes


def truth_name(plan: Plan, truth: str) -> str:
    """Name a truth of the plan."""
    names = {
        "null": sentence(null_words(plan)),
        "halfway": "Halfway to the planned",
        "alternative": "As planned",
    }
    return names.get(truth, sentence(truth))


def _expected_table(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Table:
    clock, one = context.clock, len(plan.looks) == 1
    has_events = any(each.events is not None for each in plan.expected)
    timed = any(each.time is not None for each in plan.expected)
    header = ["If true", sentence(plan.effect.name), "Chance of success"]
    header += ["Events"] if has_events else []
    header += ["Patients"] if plan.patients_known else []
    header += [clock.units.capitalize()] if timed else []
    rows = []
    for each in plan.expected:
        cells = [truth_name(plan, each.truth)]
        cells += [at_bound(plan.effect.name, each.effect), chance(each.power)]
        if has_events:
            cells.append(NONE if each.events is None else calculated(each.events))
        cells += [calculated(each.patients)] if plan.patients_known else []
        if timed:
            cells.append(NONE if each.time is None else clock.show(each.time))
        rows.append(Row(tuple(cells)))
    notes = [] if one else ["On average over trials, early stopping counted."]
    notes += ["Success counts both sides."] if plan.sequential.sides > 1 else []
    notes.append("Halfway lies on the scale on which z is linear in the effect.")
    takes = "chance of success, by what is true" if one else "what the trial takes on average"
    return Table(
        id=anchor(main, "expected"),
        title=f"{main.hypothesis}: {takes}",
        header=tuple(header),
        rows=tuple(rows),
        footnotes=tuple(notes),
        estimand=context.estimand(main),
    )
