"""The look on one page: what the rules say, the numbers they rest on, and what is on record."""

from collections.abc import Iterator, Sequence
from datetime import date

from equipoise.monitor.look.look import HypothesisLook
from equipoise.report.dates import day_in_words
from equipoise.report.design.printing import NONE
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import count, footnote, level_percent, percent, sentence
from equipoise.report.monitoring.closed_context import (
    DECISIONS,
    ClosedContext,
    belief_name,
    effect,
    futility_of,
    information_of,
    p_of,
    share,
    with_limits,
    z_of,
)
from equipoise.report.monitoring.closed_courses import foretold_date
from equipoise.simulate.monitored.monitored import Outlook

CONFIDENTIAL = (
    "Closed report: results by arm, for the monitoring committee alone. Whoever enrolls, treats or "
    "assesses patients, or runs the trial, must not see it before the trial has ended."
)
MASKED = (
    "Tables by arm compare letters in their order, Arm A first; z, bounds, and the effects beside "
    "them on this page are of the experimental arm against control, so that one effect may stand "
    "in both directions in this report. "
    "Arms stand under letters, which the key kept beside the record can open. Letters hide "
    "names, not numbers: the direction of z, of bounds and of effects is that of the protocol "
    "(positive z: the experimental arm does better), so that who reads them beside the curves by "
    "arm can tell which arm is which, as arms of unequal size or a harm of one treatment alone "
    "also would."
)
UNMASKED = "Arms are named, by the key kept beside the record."
ALONE = "This look is of statistics that were given; there are no data by arm in this report."
MOST = 4  # hypotheses beside each other


def overview_section(context: ClosedContext) -> Section:
    """Write the first page."""
    look, result = context.look, context.result
    blocks: list[Block] = [Callout(CONFIDENTIAL, "warning")]
    blocks.append(Callout(look.sentence, "verdict"))
    blocks += [Paragraph(each.sentence) for each in look.hypotheses]
    tested = context.tested
    for start in range(0, len(tested), MOST):
        blocks.append(key_table(context, tested[start : start + MOST], start // MOST))
    blocks += trial_tables(context)
    blocks += [Callout(footnote(each), "note") for each in look.remarks]
    if result.masking is None:
        blocks.append(Paragraph(ALONE))
    else:
        blocks.append(Paragraph(MASKED if context.masked else UNMASKED))
    blocks.append(Paragraph(record_words(context)))
    blocks += [Callout(footnote(each), "note") for each in result.kept.remarks]
    return Section("overview", "The look on one page", tuple(blocks))


def key_table(context: ClosedContext, outlooks: Sequence[Outlook], part: int) -> Table:
    """Set the numbers a decision rests on side by side, a column for each hypothesis."""
    every = [dict(facts(context, each)) for each in outlooks]
    names = list(dict.fromkeys(name for each in every for name in each))
    rows = tuple(
        Row((name, *(each.get(name, NONE) for each in every)), strong=name == "Decision")
        for name in names
    )
    return Table(
        id="key-numbers" if part == 0 else f"key-numbers-{part + 1}",
        title="The numbers a decision rests on",
        header=("", *(context.name(context.held(each)) for each in outlooks)),
        rows=rows,
        footnotes=(
            "z is positive where the experimental arm does better; P is one-sided.",
            (
                "Conditional and predictive power: the chance of crossing an efficacy bound at a "
                "later look, futility bounds ignored."
            ),
        ),
        prose=tuple(range(1, len(outlooks) + 1)),
    )


def facts(context: ClosedContext, outlook: Outlook) -> Iterator[tuple[str, str]]:
    """Give the numbers of one hypothesis, each with its name."""
    look = context.held(outlook)
    yield "Decision", decision_words(context, look)
    yield "Information", information_of(look)
    yield "z", z_of(look.seen.z, look)
    yield "Efficacy bound", z_of(look.bound, look)
    if futility_of(look) is not None:
        yield "Futility bound", futility_words(look)
    if look.harm is not None:
        other = look.drawn is not None and look.drawn.sides > 1
        yield "Bound of the other side" if other else "Harm bound", z_of(look.harm, look)
    naive = outlook.after.by("naive")
    yield "P, unadjusted", p_of(None if naive is None else naive.p_value)
    yield "P at the efficacy bound", p_of(look.p_bound)
    yield from effect_facts(context, outlook, look)
    yield from chance_facts(context, outlook)
    last = None if look.drawn is None else float(look.drawn.information[-1])
    day = None if last is None else foretold_date(context, look, last)
    if day is not None:
        yield "All information, about", day_in_words(day)


def decision_words(context: ClosedContext, look: HypothesisLook) -> str:
    """Say what is decided of a hypothesis, in a word or two."""
    if context.look.final and look.decision in {0, 2}:
        return "No claim"
    return sentence(DECISIONS[look.decision])


def futility_words(look: HypothesisLook) -> str:
    """Print the futility bound, or the wedge between two."""
    told = z_of(look.futility, look)
    return told if look.futility_from is None else f"{z_of(look.futility_from, look)} to {told}"


def effect_facts(
    context: ClosedContext, outlook: Outlook, look: HypothesisLook
) -> Iterator[tuple[str, str]]:
    """Give the effect as estimated, and as adjusted for the looks."""
    del context
    seen, after, scale = look.seen.effect, outlook.after, outlook.scale
    naive, best = after.by("naive"), after.by(after.recommended)
    if naive is not None and after.scale is not None:
        limits = (naive.lower.effect, naive.upper.effect)
        name = f"{sentence(scale.measure)}, {level_percent(after.level)} interval"
        yield name, with_limits(scale, naive.estimate.effect, limits)
    elif seen is not None and isinstance(seen.value, float):
        yield sentence(scale.measure), effect(scale, seen.value)
    if best is not None and best is not naive and after.scale is not None:
        limits = (best.lower.effect, best.upper.effect)
        yield "Adjusted for the looks", with_limits(scale, best.estimate.effect, limits)


def chance_facts(context: ClosedContext, outlook: Outlook) -> Iterator[tuple[str, str]]:
    """Give the chances of a claim from here."""
    if context.look.stop:
        return  # nothing is to come
    likely = outlook.likely
    for assumption, name in (
        ("design", "Conditional power, as designed"),
        ("trend", "Conditional power, trend so far"),
        ("null", "Conditional power, no effect"),
    ):
        for each in likely.conditional:
            if each.assumed == assumption:
                yield name, share(each.futility_ignored)
    for one in likely.predictive:
        yield f"Predictive power, {belief_name(one.belief).lower()}", share(one.futility_ignored)
    rest = context.result.rest("posterior")
    if rest is not None:
        for found in rest.hypotheses:
            if found.hypothesis == outlook.hypothesis:
                told = f"{share(found.power.value)} ± {percent(found.power.error)}"
                yield "Claimed by the end, simulated", told


def trial_tables(context: ClosedContext) -> Iterator[Table]:
    """Tell patients and deaths by arm, where there are data."""
    safety = context.result.safety
    if safety is None:
        return
    labels = {arm.id: arm.label for arm in safety.arms}
    rows = [
        Row(
            (
                labels[each.arm],
                count(each.patients),
                count(each.deaths),
                NONE if each.toxic is None else count(each.toxic),
            )
        )
        for each in safety.deaths
    ]
    told = any(each.toxic is not None for each in safety.deaths)
    yield Table(
        id="deaths-now",
        title="Deaths by arm, as known at the data cut",
        header=("Arm", "Patients", "Deaths", *(("Toxic\ndeaths",) if told else ())),
        rows=tuple(rows if told else [Row(each.cells[:3]) for each in rows]),
        footnotes=(f"Population: {safety.population.label}.",),
    )


def record_words(context: ClosedContext) -> str:
    """Say what is on record, for the minutes."""
    kept = context.result.kept
    if not kept.head:
        return "Nothing of this look is recorded."
    return (
        f"The monitoring record {kept.file} holds {count(kept.entries)} entries after this look "
        f"({kept.kind}). For the minutes, the SHA-256 of its last entry: {kept.head}. With it "
        "anybody can show that the record was not changed afterwards."
    )


def first_facts(context: ClosedContext) -> tuple[tuple[str, str], ...]:
    """Give what the first page names."""
    trial, look = context.result.protocol.trial, context.look
    last = " (the last)" if look.final else ""
    found = [("Trial", trial.id)]
    found += [("Registry", trial.registry)] if trial.registry else []
    found.append(("Look", f"{look.number}{last}"))
    cut = context.result.as_of
    found += [("Data cut", day_in_words(date.fromisoformat(cut)))] if cut else []
    found.append(("For", "The monitoring committee alone"))
    arms = "none" if context.result.masking is None else "masked" if context.masked else "named"
    found.append(("Arms", arms))
    head = context.result.kept.head
    found.append(("Record", f"{head[:16]}…" if head else "nothing is recorded"))
    return tuple(found)
