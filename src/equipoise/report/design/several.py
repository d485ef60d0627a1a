"""Several hypotheses: how they share alpha, the bounds at every level, and the power of each."""

from collections.abc import Iterator

from equipoise.design.trial_design import AlphaLevel, HypothesisDesign, MultiplicityDesign
from equipoise.kernel.normal import upper_tail
from equipoise.report.design.boundaries import boundary_blocks
from equipoise.report.design.context import DesignContext, anchor, sided
from equipoise.report.design.overview import facts_table
from equipoise.report.design.printing import (
    NONE,
    alpha_level,
    as_given,
    chance,
    nominal_p,
    text,
    z_value,
)
from equipoise.report.design.together import sizing_paragraph, sizing_table, success_table
from equipoise.report.document import Block, Callout, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.graph import Edge, GraphText, Node, graph_figure
from equipoise.report.format import count, sentence

MOST_NODES = 7
MOST_LOOKS = 7  # that stand side by side
NAMES = {
    "graph": "by a graph",
    "fixed sequence": "in a fixed sequence",
    "bonferroni": "by Bonferroni's procedure",
    "holm": "by Holm's procedure",
    "hochberg": "by Hochberg's procedure",
    "hommel": "by Hommel's procedure",
    "dunnett": "by Dunnett's test",
}


def several_section(context: DesignContext) -> Section | None:
    """Write how hypotheses share alpha; None where there is one and nothing to share."""
    design = context.design
    others = [each for each in design.hypotheses if each is not design.main]
    if not others and design.multiplicity is None:
        return None
    rule = design.multiplicity
    blocks: list[Block] = []
    if rule is not None:
        blocks += _sharing(context, rule)
    if design.sizing is not None:
        blocks += [sizing_paragraph(design.sizing), sizing_table(context, design.sizing)]
    if others:
        blocks.append(_power_table(context))
    if rule is not None and rule.success is not None:
        blocks.append(success_table(context, rule.success))
    if others:
        blocks += [Callout(_unplanned(each), "note") for each in others if each.plan is None]
    inner = tuple(_other(context, each) for each in others if each.plan is not None)
    title = "Several hypotheses" if len(design.hypotheses) > 1 else "The hypothesis"
    return Section("several", title, tuple(blocks), inner)


def _unplanned(each: HypothesisDesign) -> str:
    return f"{each.hypothesis} ({each.label}) is not planned: {text(each.not_planned).rstrip('.')}."


def _sharing(context: DesignContext, rule: MultiplicityDesign) -> Iterator[Block]:
    promise = context.design.protocol.design
    alpha = alpha_level(promise.alpha) if promise else ""
    how = NAMES.get(rule.procedure, f"by {rule.procedure}")
    if rule.procedure == "co-primary":
        yield Paragraph(f"The co-primary hypotheses must all be met, each at an alpha of {alpha}.")
    else:
        yield Paragraph(f"The hypotheses share an alpha of {alpha} {how}.")
    if 1 < len(rule.weights) <= MOST_NODES and rule.transitions:
        yield _graph(context, rule, promise.alpha if promise else 0.0)
    yield from _levels(rule)


def _graph(context: DesignContext, rule: MultiplicityDesign, alpha: float) -> Figure:
    design = context.design
    endpoints = [design.hypothesis(name).endpoint for name, _ in rule.weights]
    alone = len(set(endpoints)) == len(endpoints)
    nodes = []
    for name, weight in rule.weights:
        hypothesis = design.hypothesis(name)
        label = context.endpoint(hypothesis) if alone else hypothesis.label
        told = f"α = {alpha_level(weight * alpha)}" if weight > 0 else "α = 0 at the start"
        nodes.append(Node(name, "" if label == name else label, told, weight > 0))
    edges = [Edge(a, b, as_given(round(share, 6))) for a, b, share in rule.transitions if share > 0]
    told = "; ".join(f"{node.id} {node.alpha}" for node in nodes)
    passed = "; ".join(f"{edge.start} passes {edge.share} to {edge.end}" for edge in edges)
    return graph_figure(
        nodes,
        edges,
        GraphText(
            identifier="multiplicity-graph",
            title="How the hypotheses share alpha",
            alternative_text=f"Graph of hypotheses. At the start: {told}. Once rejected: {passed}.",
        ),
    )


def _levels(rule: MultiplicityDesign) -> Iterator[Table]:
    """Set out every level with its bounds: looks across, or down where there are many."""
    looks = max((len(each.z) for each in rule.levels), default=0)
    notes = (
        "Bounds are z for efficacy, with the one-sided P that goes with each."
        if looks == 1
        else "Bounds are z for efficacy; –: no test at that look, or a bound that is not known.",
        *(text(line) for line in rule.assumed),
    )
    rows = [Row((_after(each), alpha_level(each.alpha))) for each in rule.levels]
    if looks == 1:
        header: tuple[str, ...] = ("Hypothesis", "Level", "z", "P")
        rows = [
            Row((*row.cells, _bound(level, 0), _nominal(level, 0)))
            for row, level in zip(rows, rule.levels, strict=True)
        ]
    elif looks <= MOST_LOOKS:
        header = ("Hypothesis", "Level", *(f"Look {place + 1}" for place in range(looks)))
        rows = [
            Row((*row.cells, *(_bound(level, place) for place in range(looks))))
            for row, level in zip(rows, rule.levels, strict=True)
        ]
    else:
        yield from _levels_down(rule, looks, notes)
        return
    yield Table(
        "levels-table",
        "Levels each hypothesis can come to, and their bounds",
        header,
        tuple(rows),
        notes,
    )


def _after(level: AlphaLevel) -> str:
    if not level.after:
        return f"{level.hypothesis}, at the start"
    are = "is" if len(level.after) == 1 else "are"
    return f"{level.hypothesis}, once {', '.join(level.after)} {are} rejected"


def _bound(level: AlphaLevel, look: int) -> str:
    z = level.z[look] if look < len(level.z) else None
    return NONE if z is None else z_value(z)


def _nominal(level: AlphaLevel, look: int) -> str:
    z = level.z[look] if look < len(level.z) else None
    return NONE if z is None else nominal_p(upper_tail(z))


def _levels_down(rule: MultiplicityDesign, looks: int, notes: tuple[str, ...]) -> Iterator[Table]:
    """Turn the table: looks as rows, so many levels a table."""
    parts = [
        rule.levels[i : i + MOST_LOOKS - 1] for i in range(0, len(rule.levels), MOST_LOOKS - 1)
    ]
    for place, levels in enumerate(parts, start=1):
        rows = [Row(("Level", *(alpha_level(each.alpha) for each in levels)), strong=True)]
        rows += [
            Row((f"Look {look + 1}", *(_bound(each, look) for each in levels)))
            for look in range(looks)
        ]
        yield Table(
            f"levels-table-{place}" if len(parts) > 1 else "levels-table",
            "Levels each hypothesis can come to, and their bounds",
            ("Look", *(_after(each).replace(", ", ",\n", 1) for each in levels)),
            tuple(rows),
            notes,
        )


def _power_table(context: DesignContext) -> Table:
    """Set the hypotheses side by side."""
    rows = []
    for each in context.design.hypotheses:
        plan = each.plan
        name = f"{each.hypothesis}: {each.label}" if each.label != each.hypothesis else each.label
        if plan is None:
            start = f"{alpha_level(each.alpha) if each.alpha else '0'} at the start"
            rows.append(Row((name, start, *(NONE,) * 3)))
            continue
        alpha = each.alpha if each.planned_alpha is None else each.planned_alpha
        size = count(sum(plan.patients_whole))
        if plan.events_whole is not None:
            size = f"{count(plan.events_whole)} / {size if plan.patients_known else NONE}"
        effect = f"{sentence(plan.effect.name)} {context.effect(each, plan)}"
        rows.append(
            Row(
                (name, f"{alpha_level(alpha)}, {sided(plan)}", effect, chance(plan.power, 1), size),
                strong=each.sized,
            )
        )
    return Table(
        id="hypotheses-table",
        title="What each hypothesis is planned for",
        header=("Hypothesis", "Level planned at", "Effect", "Power", "Events / patients"),
        rows=tuple(rows),
        footnotes=(
            (
                "Bold: the hypothesis that decides the size of the trial. The power of another is "
                "that of its own test at this size, whatever else is found."
            ),
        ),
    )


def _other(context: DesignContext, each: HypothesisDesign) -> Section:
    """Write the plan of a hypothesis beside the main one."""
    assert each.plan is not None  # noqa: S101 - asked by the caller
    blocks: list[Block] = [facts_table(context, each, each.plan)]
    blocks += boundary_blocks(context, each, each.plan)
    name = each.hypothesis if each.label == each.hypothesis else f"{each.hypothesis}: {each.label}"
    return Section(anchor(each, "plan"), name, tuple(blocks))
