"""The rehearsal on one page, in words that a monitoring committee reads, then in numbers."""

from collections.abc import Iterator

from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import count, decimal
from equipoise.report.simulation.context import Played, SimulationContext
from equipoise.report.simulation.printing import (
    ERRORS,
    LIMITS,
    mean_with_error,
    range_of,
    time_with_error,
    with_error,
)
from equipoise.simulate.characteristics.characteristics import OperatingCharacteristics
from equipoise.simulate.characteristics.monte_carlo import Probability
from equipoise.simulate.conduct import DropArms, Proportions

THOUSAND = 1000
LOST = (
    "Lost to follow-up: by that look, of the patients without an event of any endpoint; those lost "
    "after one, as after progression, are not counted."
)
REJECTED, CLAIMED = "is rejected", "is claimed, together with all co-primary ones,"


def overview_section(context: SimulationContext) -> Section:
    """Write the first page."""
    blocks: list[Block] = [*partial_callout(context)]
    blocks.append(Paragraph(what_was_done(context)))
    blocks += [Callout(each, "verdict") for each in verdicts(context)]
    blocks += [Callout(each, "warning") for each in context.result.design.notes]
    blocks += [Callout(f"{label}: {line}", "warning") for label, line in context.result.remarks]
    if context.played:
        blocks += [chances_table(context), course_table(context)]
    return Section("overview", "The rehearsal on one page", tuple(blocks))


def partial_callout(context: SimulationContext) -> Iterator[Callout]:
    """Warn, above everything else, where the run was not played to its end."""
    if not context.result.simulation.partial:
        return
    plan = context.plan
    played = {each.scenario: each.found.trials for each in context.own}
    short = [
        f"{context.scenario(at).label} {count(played.get(at, 0))}"
        for at in range(len(plan.scenarios))
    ]
    yield Callout(
        f"Partial results. The run ended before it was done: of {count(plan.trials)} trials of "
        f"each scenario there are: {', '.join(short)}. What follows is of these alone; the same "
        "seed and more trials go on from here.",
        "warning",
    )


def what_was_done(context: SimulationContext) -> str:
    """Say what was rehearsed, how often, and what that means."""
    plan, scenarios = context.plan, len(context.plan.scenarios)
    most = max((each.found.trials for each in context.own), default=0)
    least = min((each.found.trials for each in context.own), default=0)
    often = count(most) if most == least else f"{count(least)} to {count(most)}"
    where = "one scenario" if scenarios == 1 else f"each of {scenarios} scenarios"
    designs = ""
    if context.several:
        names = ", ".join(each.name for each in plan.designs)
        designs = (
            f" {len(plan.designs)} designs were rehearsed ({names}), with the same patients "
            "wherever their trials are alike."
        )
    return (
        f"Before a patient is asked to take part, the whole trial was rehearsed on a computer, "
        f"{often} times in {where}. Each time patients were enrolled, randomized and followed by "
        "chance as the scenario says, the data were looked at when the protocol says, and the "
        "trial was stopped or went on by its rules. A scenario is one possible truth, not a "
        f"prediction: what it assumes is told in full below.{designs}"
    )


def verdicts(context: SimulationContext) -> Iterator[str]:
    """Tell every scenario in a sentence or two, as trials out of 1,000."""
    varied = len(context.result.varied)
    if varied and varied == len(context.plan.scenarios):
        ends = [context.own[0], context.own[-1]] if len(context.own) > 1 else context.own
        yield from (verdict(context, each) for each in ends)
        return
    yield from (verdict(context, each) for each in context.own)


def verdict(context: SimulationContext, played: Played) -> str:
    """Tell one scenario."""
    found, name = played.found, context.lead
    own = played.hypothesis(name)
    one = len(context.primary) == 1 and own is not None
    chance = own.power if one and own is not None else found.success
    null = bool(own.null) if one and own is not None else all_null(found)
    several = "all co-primary hypotheses" if found.together else "at least one primary hypothesis"
    claim = f"“{context.label(name)}” ({name})" if one else several
    shown = of_thousand(chance)
    told = f"{played.label}. Of 1000 such trials {shown} would "
    told += "wrongly claim " if null else "show "
    told += f"{claim}, {complement(chance)} would not"
    if one and own is not None and own.harm.count:
        told += f" ({of_thousand(own.harm)} would stop for harm)"
    if not one and not found.together:
        told += f"; {of_thousand(found.all_primary)} would {'claim' if null else 'show'} all"
    told += (
        f" (95% limits of {shown}: {round(THOUSAND * chance.lower)} to "
        f"{round(THOUSAND * chance.upper)})."
    )
    return f"{told}{dropped_words(context, played)}{course_words(context, found)}"


def dropped_words(context: SimulationContext, played: Played) -> str:
    """Say how often arms are dropped, where the design may drop any."""
    rules = context.conduct(played.design).adaptations
    if not any(isinstance(each, DropArms) for each in rules):
        return ""
    control = context.world(played.scenario, played.design).arms[0]
    arms = [
        f"{context.protocol.arm(each.arm).label} in {of_thousand(each.dropped)}"
        for each in played.found.arms
        if each.arm != control
    ]
    return f" Of 1000, arms are dropped on the way: {', '.join(arms)}."


def of_thousand(chance: Probability) -> str:
    """Say how many of 1,000 trials.

    >>> from equipoise.simulate.characteristics.monte_carlo import probability
    >>> of_thousand(probability(4170, 5000)), of_thousand(probability(1, 5000))
    ('834', 'fewer than 1')
    """
    if 0 < chance.value * THOUSAND < 0.5:  # noqa: PLR2004 - rounds to nothing
        return "fewer than 1"
    if THOUSAND - 0.5 < chance.value * THOUSAND < THOUSAND:
        return "more than 999"
    return f"{THOUSAND * chance.value:.0f}"


def complement(chance: Probability) -> str:
    """Say how many of 1,000 are left, so that both add up."""
    told = of_thousand(chance)
    if told == "fewer than 1":
        return "more than 999"
    return "fewer than 1" if told == "more than 999" else str(THOUSAND - int(told))


def course_words(context: SimulationContext, found: OperatingCharacteristics) -> str:
    """Say how long a trial takes, and how many patients."""
    clock = context.clock
    if found.duration is None or found.patients is None:
        return ""
    ends = range_of(found.duration, clock.factor, 0 if clock.unit == "day" else 1)
    return (
        f" On average a trial takes {clock.show(found.duration.mean.value)} {clock.units} (90% of "
        f"trials: {ends}) and {decimal(found.patients.mean.value, 0)} patients."
    )


def all_null(found: OperatingCharacteristics) -> bool:
    """Say whether no primary hypothesis is true; of co-primary ones, whether not all are."""
    wrong = any if found.together else all
    return wrong(bool(each.null) for each in found.hypotheses if each.primary)


def row_names(context: SimulationContext, played: Played) -> tuple[str, ...]:
    """Name a row by scenario and, where there are several, design."""
    return (played.label, played.design_name) if context.several else (played.label,)


def row_header(context: SimulationContext) -> tuple[str, ...]:
    """Head these columns."""
    return ("Scenario", "Design") if context.several else ("Scenario",)


def prose_of(context: SimulationContext) -> tuple[int, ...]:
    """Give the columns of words beside the first."""
    return (1,) if context.several else ()


def chances_table(context: SimulationContext) -> Table:
    """Tell how often each hypothesis is rejected."""
    names = context.hypotheses
    many = len(context.primary) > 1
    together = bool(context.conduct().stopping.together)
    several = ("All co-primary",) if together else ("Some primary", "All primary")
    rows = []
    for each in context.played:
        tested = [each.hypothesis(name) for name in names]
        found = each.found
        cells = [with_error(None if one is None else one.power) for one in tested]
        cells += [with_error(found.at_least_one)] if many and not together else []
        cells += [with_error(found.all_primary)] if many else []
        cells.append(with_error(found.familywise_error))
        rows.append(Row((*row_names(context, each), *cells)))
    return Table(
        id="chances-table",
        title="How often each hypothesis is rejected, % of trials",
        header=(
            *row_header(context),
            *(f"{name}\nrejected" for name in names),
            *(several if many else ()),
            "Family-wise\nerror",
        ),
        rows=tuple(rows),
        footnotes=(
            ERRORS,
            LIMITS,
            *(f"{context.name(name)}." for name in names),
            (
                f"Family-wise error: a null hypothesis {CLAIMED if together else REJECTED} that is "
                "true; –: none is true, or it is not told."
            ),
        ),
        prose=prose_of(context),
    )


def main_endpoint(context: SimulationContext, found: OperatingCharacteristics) -> int | None:
    """Find the endpoint whose events are told: that of the lead hypothesis, if it has any."""
    tested = context.tested(context.lead)
    if tested is None or tested.endpoint not in found.endpoints:
        return None
    at = found.endpoints.index(tested.endpoint)
    return at if found.events[at] is not None else None


def counted(context: SimulationContext) -> str:
    """Say what events of the lead hypothesis are: those of a time, or answers.

    A binary endpoint counts its answers of yes.
    """
    tested = context.tested(context.lead)
    answers = tested is not None and isinstance(tested.test, Proportions)
    return "Answers of yes" if answers else "Events"


def course_table(context: SimulationContext) -> Table:
    """Tell what a trial takes on average."""
    clock = context.clock
    rows = []
    for each in context.played:
        found = each.found
        at = main_endpoint(context, found)
        rows.append(
            Row(
                (
                    *row_names(context, each),
                    mean_with_error(None if at is None else found.events[at]),
                    mean_with_error(found.patients),
                    time_with_error(found.duration, clock),
                    range_of(found.duration, clock.factor),
                    *(() if context.several else (mean_with_error(found.dropouts),)),
                )
            )
        )
    tested = context.tested(context.lead)
    label = context.endpoint(tested.endpoint) if tested is not None else "the main endpoint"
    return Table(
        id="course-table",
        title="What a trial takes, on average over trials",
        header=(
            *row_header(context),
            counted(context),
            "Patients",
            clock.units.capitalize(),
            f"{clock.units.capitalize()},\n90% of trials",
            *(() if context.several else ("Lost to\nfollow-up",)),
        ),
        rows=tuple(rows),
        footnotes=(
            ERRORS,
            (
                f"{counted(context)}: {label}, of all arms. {clock.units.capitalize()}: from the "
                "opening of the trial to the look at which it ends."
            ),
            *(() if context.several else (LOST,)),
        ),
        prose=prose_of(context),
    )
