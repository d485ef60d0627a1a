"""What the rules decide of each hypothesis: every look against its bounds."""

from collections.abc import Iterator, Sequence

from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM
from equipoise.monitor.look.look import HypothesisLook
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.report.dates import day_in_words
from equipoise.report.design.printing import NONE, alpha_level, as_given, fraction
from equipoise.report.document import Block, Callout, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.graph import Edge, GraphText, Node, graph_figure
from equipoise.report.format import footnote
from equipoise.report.monitoring.closed_boundary import boundary_of
from equipoise.report.monitoring.closed_context import (
    DECISIONS,
    ClosedContext,
    anchor,
    count_of,
    counted_in,
    effect,
    p_of,
    z_of,
)
from equipoise.report.monitoring.closed_courses import LookRow, course_of
from equipoise.simulate.monitored.monitored import Outlook

TO_COME, TAKEN = "to come", "taken as held"
MOST_NODES = 7


def decision_section(context: ClosedContext) -> Section:
    """Write what is decided, hypothesis by hypothesis."""
    parts = tuple(_of(context, each) for each in context.tested)
    if len(parts) == 1:
        return Section("decision", "What the rules decide", parts[0].blocks)
    return Section("decision", "What the rules decide", tuple(_sharing(context)), parts)


def _sharing(context: ClosedContext) -> Iterator[Block]:
    """Tell how alpha stands among the hypotheses after this look."""
    drawn = _graph(context)
    if drawn is not None:
        yield drawn
    rows = [
        Row(
            (
                context.name(each),
                alpha_level(each.level) if each.level > 0.0 else "0",
                DECISIONS[each.decision],
            )
        )
        for each in context.look.hypotheses
    ]
    yield Table(
        id="alpha-now",
        title="Alpha that each hypothesis has after this look",
        header=("Hypothesis", "Alpha", "Decided here"),
        rows=tuple(rows),
        footnotes=("One-sided, with all that hypotheses claimed so far have passed on to it.",),
        prose=(2,),
    )


def _graph(context: ClosedContext) -> Figure | None:
    """Draw the graph as the design has it, with the alpha each hypothesis has now."""
    rules = context.result.rules
    graph = None if rules is None else rules.stopping.graph
    if graph is None or not 1 < len(graph.hypotheses) <= MOST_NODES:
        return None
    held = {each.hypothesis: each for each in context.look.hypotheses}
    nodes, won = [], []
    for name in graph.hypotheses:
        each = held.get(name)
        claimed = each is not None and claimed_by_now(each)
        won += [name] if claimed else []
        alpha = "not decided at looks" if each is None else f"α = {alpha_level(each.level)}"
        told = "claimed" if claimed else "α = 0" if each is not None and not each.level else alpha
        label = "" if each is None else context.endpoint(each)
        nodes.append(Node(name, "" if label == name else label, told, "0" not in told[-1:]))
    edges = [
        Edge(start, end, as_given(round(float(graph.transitions[i, j]), 6)))
        for i, start in enumerate(graph.hypotheses)
        for j, end in enumerate(graph.hypotheses)
        if graph.transitions[i, j] > 0.0
    ]
    if not edges:
        return None
    now = "; ".join(f"{node.id} {node.alpha}" for node in nodes)
    passed = "; ".join(f"{edge.start} passes {edge.share} to {edge.end}" for edge in edges)
    return graph_figure(
        nodes,
        edges,
        GraphText(
            identifier="alpha-graph",
            title="How the hypotheses share alpha, after this look",
            alternative_text=f"Graph of hypotheses. Now: {now}. Once rejected: {passed}.",
        ),
    )


def claimed_by_now(look: HypothesisLook) -> bool:
    """Say whether a hypothesis is claimed, at this look or before."""
    return EFFICACY in {look.decision, *(each.decision for each in look.past)}


def _of(context: ClosedContext, outlook: Outlook) -> Section:
    look = context.held(outlook)
    rows = course_of(context, look, outlook.scale)
    blocks: list[Block] = [Paragraph(look.sentence)]
    drawn = boundary_of(context, outlook, look, rows)
    blocks += [] if drawn is None else [drawn]
    blocks.append(looks_table(context, look, rows))
    if any(each.bound is not None for each in rows):
        blocks.append(bounds_table(context, look, outlook.scale, rows))
    else:
        blocks.append(Callout(_nothing_drawn(look), "note"))
    return Section(anchor(look, "decision"), context.name(look), tuple(blocks))


def _nothing_drawn(look: HypothesisLook) -> str:
    if not look.level > 0.0:
        return "Bounds are drawn once the hypothesis has alpha."
    return "No bound on z is drawn for this hypothesis."


def looks_table(context: ClosedContext, look: HypothesisLook, rows: Sequence[LookRow]) -> Table:
    """Tell what was seen at every look, against what, and what was decided."""
    harm = any(each.harm is not None for each in rows)
    futility = any(each.futility is not None for each in rows)
    two_sided = look.drawn is not None and look.drawn.sides > 1
    header = ["Look", "Date", counted_in(look).capitalize(), "Fraction", "z", "Efficacy\nbound"]
    header += ["Futility\nbound"] if futility else []
    header += ["Other\nside" if two_sided else "Harm\nbound"] if harm else []
    told = []
    for each in rows:
        cells = [look_name(each), day(each), count_of(look, each.information)]
        cells += [fraction(each.fraction), z_of(each.z, look), z_of(each.bound, look)]
        cells += [_futility(each, look)] if futility else []
        cells += [z_of(each.harm, look)] if harm else []
        cells.append(_decided(context, each, two_sided=two_sided))
        told.append(Row(tuple(cells), strong=each.when == "now"))
    return Table(
        id=anchor(look, "looks"),
        title=f"{look.hypothesis}: every look, what it saw, and its bounds on z",
        header=(*header, "Decision"),
        rows=tuple(told),
        footnotes=tuple(_notes(context, look, rows)),
        estimand=context.estimand(look),
        prose=(1, len(header)),
    )


def look_name(row: LookRow) -> str:
    """Name a look."""
    extra = ", extra" if row.unplanned else ""
    return f"Look {row.number}{' (now)' if row.when == 'now' else ''}{extra}"


def day(row: LookRow) -> str:
    """Print the date of a look; a predicted one is marked."""
    if row.day is None:
        return NONE
    told = day_in_words(row.day)
    return f"about {told.partition(' ')[2]}" if row.when == TO_COME else told


def _futility(row: LookRow, look: HypothesisLook) -> str:
    if row.futility_from is None:
        return z_of(row.futility, look)
    return f"{z_of(row.futility_from, look)} to {z_of(row.futility, look)}"


def _decided(context: ClosedContext, row: LookRow, *, two_sided: bool) -> str:
    if row.decision is None:
        return TO_COME if row.when == TO_COME else TAKEN
    final = row.when == "now" and context.look.final
    if final and row.decision == FUTILITY:
        return "no claim"
    if row.decision == HARM and two_sided:
        return "for the control arm"
    return "none" if final and row.decision == CONTINUE else DECISIONS[row.decision]


def _notes(context: ClosedContext, look: HypothesisLook, rows: Sequence[LookRow]) -> Iterator[str]:
    yield (
        "z is positive where the experimental arm does better. Efficacy: at or above its bound; "
        "futility: at or below."
    )
    if any(each.when == "past" for each in rows):
        taken = any(each.when == "past" and each.decision is None for each in rows)
        yield (
            "Looks before are taken as held when planned, with nothing crossed: there is no record "
            "of them here."
            if taken
            else "Looks held before are told as the monitoring record has them."
        )
    if any(each.when == TO_COME for each in rows):
        yield (
            "Bounds to come are as updated at the information observed so far, were the next looks "
            "held where planned; they will move with the information then observed."
        )
    if any(each.when == TO_COME and each.day is not None for each in rows):
        yield "Dates to come: the median of the forecast by arm."
    yield f"Statistic: {look.seen.method}{strata_words(look)}."
    if look.seen.z is None and look.seen.why_not:
        yield footnote(f"No z at this look: {look.seen.why_not}")
    if not look.tested and look.seen.z is not None:
        yield "At this look z is told but held against no bound."
    del context


def strata_words(look: HypothesisLook) -> str:
    """Name the strata of a statistic."""
    return f", by {', '.join(look.seen.strata)}" if look.seen.strata else ""


def bounds_table(
    context: ClosedContext, look: HypothesisLook, scale: EffectScale, rows: Sequence[LookRow]
) -> Table:
    """Tell the bounds on other scales, and the errors spent by them."""
    futility = any(each.futility_effect is not None for each in rows)
    beta = any(each.beta_spent is not None and each.beta_spent > 0.0 for each in rows)
    header = ["Look", "One-sided P\nat the bound", f"{scale.measure.capitalize()}\nat the bound"]
    header += [f"{scale.measure.capitalize()}\nat futility"] if futility else []
    header += ["Alpha\nspent", "of alpha"]
    header += ["Beta\nspent"] if beta else []
    told = []
    for each in rows:
        cells = [look_name(each), p_of(each.p_bound), effect(scale, each.effect)]
        cells += [effect(scale, each.futility_effect)] if futility else []
        used = each.alpha_spent
        part = NONE if used is None or not look.level > 0.0 else fraction(used / look.level)
        cells += [p_of(used), part]
        cells += [p_of(each.beta_spent)] if beta else []
        told.append(Row(tuple(cells), strong=each.when == "now"))
    return Table(
        id=anchor(look, "bounds"),
        title=f"{look.hypothesis}: the bounds on other scales, and what they spend",
        header=tuple(header),
        rows=tuple(told),
        footnotes=(
            (
                f"Alpha of the hypothesis after this look: {alpha_level(look.level)}. Errors "
                "spent are cumulative."
            ),
            (
                f"The {scale.measure} at a bound is about that at which z would just reach it, "
                "from the information of the estimate seen; to come: growing as planned."
            ),
            *(("Beta spent at the last look is 1 − power.",) if beta else ()),
        ),
        estimand=context.estimand(look),
    )
