"""What the numbers rest on: what is assumed, conventions, literature, software."""

from collections.abc import Iterator, Sequence

from equipoise.design.survival.world import Piecewise, StratumWorld, SurvivalWorld
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.design.wording.assumptions import assumption_words
from equipoise.design.wording.rules import efficacy_words, futility_words
from equipoise.report.design.context import DesignContext, anchor, drawn_by
from equipoise.report.design.printing import as_given, fraction, on_pieces, text
from equipoise.report.design.references import ALWAYS_SEQUENTIAL, works
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import count, footnote, sentence, significant

ON_PIECES = (
    "Hazards are constant on pieces; the experimental arm's are the control's times the hazard "
    "ratio."
)
WORLD = (  # what is told of every stratum
    "Stratum",
    "Share",
    "Hazard,\ncontrol",
    "Hazard ratio",
    "Dropout,\ncontrol",
    "Dropout,\nexperimental",
)

Facts = Sequence[tuple[str, str]]


def assumptions_section(context: DesignContext) -> Section:
    """State the world the numbers assume, and every convention."""
    design = context.design
    blocks: list[Block] = []
    if design.main is not None:
        told = " ".join(text(each) for each in assumption_words(design.protocol, design.main))
        blocks += [Paragraph(told)] if told else []
    for each in design.hypotheses:
        if each.world is not None and each.plan is not None:
            blocks.append(_world(context, each, each.world))
    rows = tuple(Row(pair) for pair in _conventions(design))
    if rows:
        blocks.append(
            Table(
                id="conventions",
                title="Conventions, and what is assumed beside them",
                header=("Concerns", "Convention"),
                rows=rows,
                prose=(1,),
            )
        )
    return Section("assumptions", "Assumptions and conventions", tuple(blocks))


def _world(context: DesignContext, each: HypothesisDesign, world: SurvivalWorld) -> Table:
    """Set out hazards, dropout and accrual, in the unit of display."""
    unit = context.clock.unit
    cured = any(stratum.control_cured or stratum.experimental_cured for stratum in world.strata)
    told = context.clock.length(world.accrual.duration)
    notes = [f"Enrollment: {_enrollment(context, world)}, over {told}.", ON_PIECES]
    if world.weibull_shape != 1:
        notes.append(
            f"Hazards are on the clock of a Weibull shape of {as_given(world.weibull_shape)}."
        )
    return Table(
        id=anchor(each, "world"),
        title=context.marked(f"{each.hypothesis}: the hazards assumed, per {unit}"),
        header=(*WORLD, *(("Never an event,\ncontrol / experimental",) if cured else ())),
        rows=tuple(
            _stratum(context.clock.factor, stratum, alone=len(world.strata) == 1, cured=cured)
            for stratum in world.strata
        ),
        footnotes=(*context.caveat, *notes),
        estimand=context.estimand(each),
    )


def _stratum(factor: float, stratum: StratumWorld, *, alone: bool, cured: bool) -> Row:
    """Tell the rates of one stratum in a row."""

    def rates(rate: Piecewise) -> str:
        return on_pieces(rate, factor, lambda v: significant(v / factor, 4) if v > 0 else "0")

    never = f"{fraction(stratum.control_cured)} / {fraction(stratum.experimental_cured)}"
    return Row(
        (
            "All patients" if alone else stratum.name,
            fraction(stratum.share),
            rates(stratum.control_hazard),
            on_pieces(stratum.hazard_ratio, factor, as_given),
            rates(stratum.control_dropout),
            rates(stratum.experimental_dropout),
            *((never,) if cured else ()),
        )
    )


def _enrollment(context: DesignContext, world: SurvivalWorld) -> str:
    """Tell how many patients enter, and from when."""
    unit, factor = context.clock.unit, context.clock.factor
    return "; ".join(
        f"{significant(float(rate) / factor, 4)} a {unit}"
        + (f" from {unit} {as_given(round(float(start) * factor, 4))}" if start else "")
        for rate, start in zip(world.accrual.rates, world.accrual.starts, strict=True)
    )


def _conventions(design: TrialDesign) -> Iterator[tuple[str, str]]:
    """Give every convention once, with what it concerns."""
    lines = [
        (each.hypothesis, line)
        for each in design.hypotheses
        for line in (*(each.plan.assumed if each.plan else ()), *each.assumed)
    ]
    if design.multiplicity is not None:
        lines += [("Multiplicity", line) for line in design.multiplicity.assumed]
    lines += [("Assurance", line) for each in design.assurance for line in each.assumed]
    lines += [(each.rule.label, line) for each in design.safety for line in each.assumed]
    owners: dict[str, list[str]] = {}
    for name, line in lines:
        owners.setdefault(footnote(text(line)), []).append(name)
    for line in design.assumed:
        owners.setdefault(footnote(text(line)), ["The trial"])
    for line, names in owners.items():
        yield ", ".join(dict.fromkeys(names)), line


def methods_section(context: DesignContext, software: Facts) -> Section:
    """Name the methods, their literature, and the software."""
    design = context.design
    blocks: list[Block] = [Paragraph(each) for each in _methods(context)]
    if software:
        versions = ", ".join(f"{name} {version}" for name, version in software)
        blocks.append(Paragraph(f"Software: {versions}."))
    rows = tuple(Row((count(place), work)) for place, work in enumerate(works(said(design)), 1))
    if rows:
        blocks.append(Table("references", "References", ("Number", "Work"), rows, prose=(1,)))
    return Section("methods", "Methods and references", tuple(blocks))


def _methods(context: DesignContext) -> Iterator[str]:
    for each in context.design.hypotheses:
        plan = each.plan
        if plan is None:
            continue
        told = f"{each.hypothesis}. Size and power: {sentence(plan.method)}"
        if len(plan.looks) > 1:
            told += (
                ". Boundaries and chances of stopping: recursive numerical integration of the "
                "score's density over the looks; bounds by "
                f"{drawn_by(context, plan)}"
            )
        yield f"{told}."
    if any(each.world is not None for each in context.design.hypotheses):
        yield (
            "Expected events follow from accrual, hazards and dropout that are constant on pieces, "
            "in closed form."
        )
    if context.design.safety:
        yield "Safety rules: exact binomial probabilities, by recursion over the patients."


def said(design: TrialDesign) -> Iterator[str]:
    """Collect the words of a design that name a work."""
    yield from design.assumed
    for each in design.hypotheses:
        plan = each.plan
        if plan is None:
            continue
        stopping = plan.sequential.asked.stopping
        yield plan.method
        if len(plan.looks) > 1:
            yield ALWAYS_SEQUENTIAL
            yield "conditional power"
            yield efficacy_words(stopping.efficacy)
            if stopping.futility is not None:
                yield futility_words(stopping.futility)
    if design.multiplicity is not None:
        yield design.multiplicity.procedure
        main = design.main
        if main is not None and main.plan is not None and len(main.plan.looks) > 1:
            yield "group-sequential graph"
    if design.assurance:
        yield "assurance"
    for safety in design.safety:
        yield f"safety {safety.rule.method}"
