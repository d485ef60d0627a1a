"""A section for each scenario: what is true in it, and what becomes of the trial, look by look."""

from collections.abc import Iterator

from equipoise.report.design.printing import NONE
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.rehearsal_decisions import DecisionPanel, decisions_figure
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import percent, sentence
from equipoise.report.simulation.context import Played, SimulationContext, anchor
from equipoise.report.simulation.decisions import (
    ENDED,
    MOST_PANELS,
    NUMBERS,
    decided_of,
    look_times,
    told_by_look,
)
from equipoise.report.simulation.printing import (
    ERRORS,
    LIMITS,
    mean_with_error,
    time_with_error,
    with_error,
)
from equipoise.report.simulation.worlds import world_blocks
from equipoise.simulate.characteristics.characteristics import (
    HypothesisCharacteristics,
    LookCharacteristics,
)

FEWEST_PANELS = 2  # one stands in an earlier section
WIDEST = 5  # hypotheses whose events are told beside each other
MEANINGS = {
    "benefit": "the experimental arm does better",
    "none": "the arms do not differ",
    "harm": "the experimental arm does worse",
}


def scenario_sections(context: SimulationContext) -> Iterator[Section]:
    """Write every scenario."""
    for at in range(len(context.plan.scenarios)):
        scenario = context.scenario(at)
        blocks: list[Block] = [Paragraph(truth_words(context, at)), *world_blocks(context, at)]
        played = [each for each in context.played if each.scenario == at]
        if not played:
            blocks.append(Paragraph("No trial of this scenario was played before the run ended."))
        if at < len(context.plan.scenarios) - len(context.result.varied):
            blocks += list(_figures(context, played))
        for each in played:
            blocks += list(_blocks(context, each))
        title = f"Scenario: {scenario.label}"
        yield Section(anchor("scenario", scenario.id), title, tuple(blocks))


def truth_words(context: SimulationContext, at: int) -> str:
    """Say what is true of every hypothesis."""
    told = []
    for name in context.hypotheses:
        truth, scale = context.truth(at, name), context.effect(name)
        if truth is None:
            continue
        if truth.effect is None:
            said = f"no single {scale.name} is true, as it changes over time or with the patient"
            said += "; its null hypothesis holds" if truth.null else ""
        else:
            said = f"the {scale.name} is {scale.given(truth.effect)}"
            meaning = MEANINGS.get(truth.direction or "")
            said += f" ({meaning})" if meaning else ""
        told.append(f"{name}: {said}")
    for name, why in context.result.rehearsals[at].left_out:
        told.append(f"{name} is not rehearsed: {why}")
    return f"What is true here. {'. '.join(told)}." if told else "What is true here is told below."


def _figures(context: SimulationContext, played: list[Played]) -> Iterator[Figure]:
    """Draw every hypothesis of one design, or the primary ones of several beside each other."""
    drawn = [
        (each, one.hypothesis)
        for each in played
        for one in each.found.hypotheses
        if one.primary or not context.several
    ][:MOST_PANELS]
    if len(drawn) < FEWEST_PANELS:
        return
    panels = [
        DecisionPanel(
            f"{name}, {each.design_name}" if context.several else context.name(name),
            decided_of(each, name),
            look_times(context, each),
        )
        for each, name in drawn
    ]
    yield decisions_figure(
        panels,
        f"Look, and its {context.clock.unit} on average",
        FigureText(
            identifier=anchor("decisions", drawn[0][0].found.asked.scenario),
            title=f"Decided by each look, % of all trials. {drawn[0][0].label}",
            alternative_text=f"What is decided by each look. {told_by_look(panels)}.",
            footnotes=(NUMBERS, ENDED),
        ),
    )


def _blocks(context: SimulationContext, played: Played) -> Iterator[Block]:
    """Tell one design: decisions of all its hypotheses, then its looks."""
    found = played.found
    key = (found.asked.scenario, found.asked.design)
    for each in found.hypotheses:
        yield _decisions(context, played, each, key)
    yield _looks(context, played, key)
    if any(each.dropped.count for each in found.arms) or found.enriched.count:
        yield _changes(context, played, key)


def _decisions(
    context: SimulationContext,
    played: Played,
    each: HypothesisCharacteristics,
    key: tuple[str, str],
) -> Table:
    """Tell at which look a hypothesis is first decided."""
    harm = each.harm.count > 0
    rows = [
        Row(
            (
                f"Look {one.look}",
                with_error(one.efficacy),
                *((with_error(one.harm),) if harm else ()),
                with_error(one.futility),
                with_error(total),
            )
        )
        for one, total in zip(each.by_look, each.cumulative, strict=True)
    ]
    whole = (
        "At any look",
        with_error(each.power),
        *((with_error(each.harm),) if harm else ()),
        with_error(each.futility),
        with_error(each.power),
    )
    rows.append(Row(whole, strong=True))
    return Table(
        id=anchor("decisions-table", *key, each.hypothesis),
        title=f"{context.name(each.hypothesis)}: decided at, % of trials. {context.of(played)}",
        header=(
            "",
            "Efficacy",
            *(("Harm",) if harm else ()),
            "Futility",
            "Efficacy by then",
        ),
        rows=tuple(rows),
        footnotes=(
            "± one Monte Carlo standard error.",
            LIMITS,
            _never(each),
        ),
    )


def _never(each: HypothesisCharacteristics) -> str:
    """Tell how often nothing is decided, and how often something wrong is."""
    told = f"Never decided: {with_error(each.undecided)}."
    if each.wrong_efficacy is not None:
        told += f" Shown where the truth is harm: {with_error(each.wrong_efficacy)}."
    if each.wrong_side is not None:
        told += " z at the end on the other side of the null than the truth: "
        told += f"{with_error(each.wrong_side)}."
    return told


def _looks(context: SimulationContext, played: Played, key: tuple[str, str]) -> Table:
    """Tell the looks: how often they are held, when, and on what."""
    found, clock = played.found, context.clock
    counted = [
        at
        for at, each in enumerate(found.events)
        if each is not None
        and found.endpoints[at] in {one.endpoint for one in context.conduct(played.design).tested}
    ][:WIDEST]
    due = any(each.condition_met.count < each.condition_met.trials for each in found.looks)
    rows = [_look(context, each, counted, due=due) for each in found.looks]
    return Table(
        id=anchor("looks-table", *key),
        title=f"The looks. {context.of(played)}",
        header=(
            "",
            "Held, % of\ntrials",
            "Trial ends\nhere, %",
            *(("Comes due,\n%",) if due else ()),
            clock.units.capitalize(),
            "Patients",
            *(f"Events,\n{context.endpoint(found.endpoints[at])}" for at in counted),
        ),
        rows=tuple(rows),
        footnotes=(
            ERRORS,
            "Averages are over the trials that came to the look.",
            *(
                (
                    (
                        "Comes due: what the look waits for comes true, were the trial never "
                        "stopped; else it is held when the trial ends at the latest."
                    ),
                )
                if due
                else ()
            ),
        ),
    )


def _look(
    context: SimulationContext, each: LookCharacteristics, counted: list[int], *, due: bool
) -> Row:
    at = each.at_look
    return Row(
        (
            f"Look {each.look}",
            percent(each.came_to.value, 2) if _certain(each) else with_error(each.came_to),
            with_error(each.ended),
            *((percent(each.condition_met.value, 1),) if due else ()),
            time_with_error(at.time, context.clock),
            mean_with_error(at.patients),
            *(
                NONE if at.events[one] is None else mean_with_error(at.events[one])
                for one in counted
            ),
        )
    )


def _certain(each: LookCharacteristics) -> bool:
    return each.look == 1 and each.came_to.count == each.came_to.trials


def _changes(context: SimulationContext, played: Played, key: tuple[str, str]) -> Table:
    """Tell how often arms are dropped, or one population alone goes on."""
    found = played.found
    rows = [
        Row(
            (
                f"{context.protocol.arm(each.arm).label} dropped",
                *(with_error(one) for one in each.by_look),
                with_error(each.dropped),
            )
        )
        for each in found.arms
        if each.dropped.count
    ]
    if found.enriched.count:
        cells = (with_error(one) for one in found.enriched_by_look)
        rows.append(Row(("Enriched", *cells, with_error(found.enriched))))
    return Table(
        id=anchor("changes-table", *key),
        title=f"How the trial changes, % of trials. {context.of(played)}",
        header=("", *(f"Look {each.look}" for each in found.looks), sentence("at any")),
        rows=tuple(rows),
        footnotes=(LIMITS,),
    )
