"""What the numbers rest on: how trials were played, what is assumed, random numbers, software."""

from collections.abc import Iterator, Sequence

from equipoise.report.design.printing import text
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import count, footnote, level_percent, percent
from equipoise.report.simulation.context import SimulationContext

Facts = Sequence[tuple[str, str]]


def conventions_section(context: SimulationContext) -> Section | None:
    """State what is assumed, once each, with the scenarios it concerns."""
    rows = tuple(Row(each) for each in _conventions(context))
    if not rows:
        return None
    table = Table(
        id="conventions",
        title="Conventions, and what is assumed",
        header=("Concerns", "Convention"),
        rows=rows,
        prose=(1,),
    )
    return Section("assumptions", "Assumptions and conventions", (table,))


def _conventions(context: SimulationContext) -> Iterator[tuple[str, str]]:
    owners: dict[str, list[str]] = {}
    for at, rehearsal in enumerate(context.result.rehearsals):
        for line in rehearsal.assumed:
            owners.setdefault(footnote(text(line)), []).append(context.scenario(at).label)
    every = len(context.result.rehearsals)
    for line, names in owners.items():
        yield "Every scenario" if len(names) == every else ", ".join(dict.fromkeys(names)), line
    told = (footnote(text(line)) for line in context.result.assumed)
    for line in told:
        if line not in owners:
            yield "The numbers", line.replace("At_look averages", "“At look” averages")


def methods_section(context: SimulationContext, software: Facts) -> Section:
    """Tell random numbers, precision and software."""
    blocks: list[Block] = [Paragraph(each) for each in _methods(context)]
    blocks.append(_identity(context))
    if software:
        versions = ", ".join(f"{name} {version}" for name, version in software)
        blocks.append(Paragraph(f"Software: {versions}."))
    return Section("methods", "How the trials were played", tuple(blocks))


def _methods(context: SimulationContext) -> Iterator[str]:
    plan = context.plan
    yield (
        "Every trial is a function of the seed, the scenario's random stream and the number of the "
        "trial, and of nothing else: random numbers are counted, not drawn in turn (Philox "
        "4×64-10; Salmon et al. 2011). The same seed gives the same numbers on any number of "
        "processors, and trials can be added later."
    )
    yield (
        "A chance p found in n trials has the Monte Carlo standard error √(p(1 − p)/n), limits are "
        "Wilson's (1927), 95%; an average has the standard deviation over trials divided by √n."
    )
    if plan.precision is not None:
        share = plan.precision.of != "duration"
        error = (
            f"{percent(plan.precision.error, 2)} percentage points"
            if share
            else f"{plan.precision.error:g}"
        )
        yield (
            f"Trials were played until the Monte Carlo standard error of {plan.precision.of} was "
            f"no more than {error} in every design, or {count(plan.trials)} had been played."
        )
    if plan.common_scenarios:
        yield (
            "All scenarios use the same random numbers, so that they differ by what is true in "
            "them rather than by chance."
        )
    if plan.adjusted:
        yield (
            "Adjusted estimates are median-unbiased, with limits by the stage-wise ordering of "
            "what the trial could have found."
        )


def _identity(context: SimulationContext) -> Table:
    plan = context.plan
    played = ", ".join(
        f"{each.label} {count(each.found.trials)} (stream {each.found.asked.stream})"
        for each in context.own
    )
    rows = (
        ("Seed", str(plan.seed)),
        ("Trials asked for, of each scenario and design", count(plan.trials)),
        ("Trials played", played or "none"),
        ("Trials reduced at a time", count(plan.chunk)),
        ("Level of the intervals whose coverage is counted", level_percent(plan.level)),
        ("Identity of the plan", plan.identity),
    )
    return Table(
        id="identity",
        title="What makes these numbers again",
        header=("What", "As played"),
        rows=tuple(Row(each) for each in rows),
        footnotes=(
            (
                "The identity changes with worlds, designs, seed and what is estimated; not with "
                "how many trials are played."
            ),
        ),
        prose=(1,),
    )
