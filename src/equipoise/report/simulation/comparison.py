"""The rehearsal beside the design: what was calculated, and what came of it when it was played.

Only scenarios that are as the design assumes can be compared: planned effects, or none.
"""

from collections.abc import Iterator

from equipoise.design.plan import Expected, Plan
from equipoise.design.trial_design import Truth
from equipoise.report.design.endings import endings
from equipoise.report.design.printing import NONE, calculated
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import decimal, percent
from equipoise.report.simulation.context import Played, SimulationContext, anchor
from equipoise.report.simulation.overview import counted, main_endpoint
from equipoise.report.simulation.power_curve import own_plan
from equipoise.report.simulation.printing import (
    ERRORS,
    GAPS,
    LIMITS,
    difference_with_error,
    from_calculated,
    mean_with_error,
    with_error,
)
from equipoise.simulate.characteristics.monte_carlo import Mean, Probability, Spread, probability

WHY = (
    "The calculation takes z to be normal, with a drift in proportion to information as it is "
    "planned, and events to come as they are expected. The rehearsal tests patients: z is a "
    "statistic of finite numbers, looks come when the events do, bounds follow the information "
    "there is, and patients come by chance. Beside the Monte Carlo error, that is why the two "
    "differ. With few events, or a strong effect, calculated power mostly lies a little above what "
    "is rehearsed, by up to one or two percentage points."
)
Cells = tuple[str, str, str, str]


def comparison_section(context: SimulationContext) -> Section | None:
    """Write the comparison; None where no scenario is as the design assumes."""
    blocks: list[Block] = []
    name = context.lead
    plan = own_plan(context, name)
    for played in context.own:
        truth = assumed_truth(context, played)
        if plan is None or truth is None or played.hypothesis(name) is None:
            continue
        blocks.append(_table(context, played, plan, truth))
        if truth == "alternative" and all(each.time is not None for each in plan.looks):
            blocks.append(_looks(context, played, plan))
    if not blocks:
        return None
    return Section("comparison", "Beside the design as calculated", (Paragraph(WHY), *blocks))


def assumed_truth(context: SimulationContext, played: Played) -> Truth | None:
    """Say which truth of the design a scenario is; None where it is another.

    A scenario may change other endpoints than the one the trial is sized for.
    """
    scenario, plan = context.scenario(played.scenario), own_plan(context, context.lead)
    tested = context.tested(context.lead)
    changed = (
        scenario.patients is not None
        or scenario.accrual_pieces
        or scenario.accrual_duration
        or scenario.dropout is not None
        or scenario.strata
        or scenario.populations
        or scenario.course is not None
        or scenario.resampled is not None
        or scenario.drawn is not None
        or any(
            tested is not None and each.endpoint == tested.endpoint for each in scenario.endpoints
        )
    )
    if changed or plan is None or context.conduct().adaptations:
        return None
    none = plan.effect.null == (1.0 if plan.effect.name.endswith("ratio") else 0.0)
    if scenario.effects == "planned":
        return "alternative"
    if scenario.effects == "none":
        return "null" if none else None
    return "null"


def _table(context: SimulationContext, played: Played, plan: Plan, truth: Truth) -> Table:
    name = context.lead
    return Table(
        id=anchor(name, "comparison", played.found.asked.scenario),
        title=f"{context.name(name)}: calculated and rehearsed. {played.label}",
        header=("", "Calculated", "Rehearsed", "Difference"),
        rows=tuple(Row(each) for each in _rows(context, played, plan, truth)),
        footnotes=(
            (
                "± one Monte Carlo standard error. Chances in percent, their differences in "
                "percentage points."
            ),
            GAPS,
            LIMITS,
            "Calculated: by the design's recursion at whole events and patients, futility obeyed.",
        ),
    )


def _rows(context: SimulationContext, played: Played, plan: Plan, truth: Truth) -> Iterator[Cells]:
    """Give chances look by look, then what the trial takes."""
    found = played.hypothesis(context.lead)
    if found is None:
        return
    ends = endings(plan.looks, truth)
    word = "Type I error" if truth == "null" else "Power"
    yield _chance(word, sum(each.efficacy for each in ends), found.power)
    shown = futile = 0.0
    trials, futile_count = played.found.trials, 0
    fits = len(plan.looks) == len(found.by_look)
    for look, each in zip(plan.looks, ends, strict=True) if fits and len(plan.looks) > 1 else ():
        shown += each.efficacy
        at = look.number
        yield _chance(f"Efficacy by look {at}", shown, found.cumulative[at - 1])
        if any(one.futility is not None for one in plan.looks[:-1]) and at < len(plan.looks):
            futile += each.without
            futile_count += found.by_look[at - 1].futility.count
            yield _chance(f"Futility by look {at}", futile, probability(futile_count, trials))
    if tuple(context.primary) == (context.lead,):
        yield from _expected(context, played, plan, truth)


def _chance(what: str, value: float, found: Probability | None) -> Cells:
    if found is None:
        return what, percent(value, 2), NONE, NONE
    return what, percent(value, 2), with_error(found), from_calculated(found, value)


def _expected(
    context: SimulationContext, played: Played, plan: Plan, truth: Truth
) -> Iterator[Cells]:
    """Compare averages at the end of the trial, where it ends with this hypothesis."""
    if (
        context.conduct().stopping.stop in {"never before the last look", "all decided"}
        and len(context.hypotheses) > 1
    ):
        return
    known: dict[str, Expected] = {each.truth: each for each in plan.expected}
    expected, clock, at = known.get(truth), context.clock, main_endpoint(context, played.found)
    if expected is None:
        return
    events = None if at is None else played.found.events[at]
    yield from _mean(f"{counted(context)}, on average", expected.events, events)
    if plan.patients_known:
        yield from _mean("Patients, on average", expected.patients, played.found.patients)
    yield from _mean(
        f"{clock.units.capitalize()}, on average",
        expected.time,
        played.found.duration,
        clock.factor,
    )


def _mean(
    what: str, value: float | None, found: Mean | Spread | None, factor: float = 1.0
) -> Iterator[Cells]:
    if value is None or found is None:
        return
    average = found.mean if isinstance(found, Spread) else found
    gap = (average.value - value) * factor
    yield (
        what,
        decimal(value * factor, 1),
        mean_with_error(average, factor),
        difference_with_error(gap, average.error * factor),
    )


def _looks(context: SimulationContext, played: Played, plan: Plan) -> Table:
    """Compare when looks come, were the trial never stopped."""
    clock, at = context.clock, main_endpoint(context, played.found)
    rows = []
    for look, each in zip(plan.looks, played.found.looks, strict=False):
        carried = each.carried
        events = None if at is None else carried.events[at]
        rows.append(
            Row(
                (
                    f"Look {look.number}",
                    NONE if look.events is None else calculated(look.events),
                    mean_with_error(events),
                    calculated(look.patients),
                    mean_with_error(carried.patients),
                    NONE if look.time is None else clock.show(look.time),
                    mean_with_error(carried.time, clock.factor),
                )
            )
        )
    return Table(
        id=anchor(context.lead, "comparison-looks", played.found.asked.scenario),
        title=f"When the looks come, calculated and rehearsed. {played.label}",
        header=(
            "",
            "Events,\ncalculated",
            "Events,\nrehearsed",
            "Patients,\ncalculated",
            "Patients,\nrehearsed",
            f"{clock.units.capitalize()},\ncalculated",
            f"{clock.units.capitalize()},\nrehearsed",
        ),
        rows=tuple(rows),
        footnotes=(
            ERRORS,
            "On average over all trials, were none ever stopped.",
        ),
    )
