"""Events and patients over calendar time, by arm: expected, were the trial never stopped."""

from dataclasses import dataclass

import numpy as np

from equipoise.design.plan import Plan
from equipoise.design.survival.enrollment import with_ratio
from equipoise.design.survival.events import ExpectedCounts, counts_at
from equipoise.design.survival.world import SurvivalWorld
from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording.margin import null_words
from equipoise.kernel.arrays import Vector, vector
from equipoise.protocol.coherence_effects import null_of
from equipoise.report.design.context import DesignContext, anchor
from equipoise.report.design.printing import calculated, fraction
from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.events_over_time import (
    ENROLLED,
    NO_EFFECT,
    PLANNED,
    Line,
    Look,
    TimeText,
    events_over_time_figure,
    round_times,
)
from equipoise.report.figures.style import arm_styles
from equipoise.report.format import sentence
from equipoise.report.plain_words import lowered

NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Moment:
    """A row of the table: a round time, or a look."""

    time: float  # in the trial's unit
    look: int | None


def over_time_section(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Section | None:
    """Write the courses; None where the endpoint has none."""
    if not main.courses or main.world is None:
        return None
    blocks: list[Block] = [
        _figure(context, main, plan, main.world),
        _table(context, main, plan, main.world),
    ]
    if len(main.world.strata) > 1:
        blocks.append(_strata(context, main, plan, main.world))
    return Section(anchor(main, "over-time"), "Events and patients over time", tuple(blocks))


def corners(main: HypothesisDesign, plan: Plan, world: SurvivalWorld) -> Vector:
    """Give the times to draw at: even ones, the looks, and where enrollment changes or ends."""
    last = float(main.courses[0].time[-1])
    exact = [each.time for each in plan.looks if each.time is not None]
    for accrual in (world.accrual, *world.accrual_by_stratum):
        exact += [*accrual.starts.tolist(), accrual.duration]
    even = main.courses[0].time.tolist()
    return vector(np.unique([time for time in (*even, *exact) if 0 <= time <= last]))


def _figure(
    context: DesignContext, main: HypothesisDesign, plan: Plan, world: SurvivalWorld
) -> Figure:
    clock, styles = context.clock, arm_styles(context.design.protocol.arms)
    times = corners(main, plan, world)
    planned, null = counts_at(world, times), _under_null(main, world, times)
    time, null_name = times * clock.factor, null_words(plan)
    lines = (
        Line("Patients enrolled", time, planned.enrolled.sum(axis=(1, 2)), ENROLLED),
        Line("Events, as planned", time, planned.total_events, PLANNED, heavy=True),
        Line(f"Events, {null_name}", time, null.total_events, NO_EFFECT),
        *(
            Line(
                f"{context.arm(arm)}, as planned",
                time,
                planned.events[:, :, place].sum(axis=1),
                styles[arm],
            )
            for place, arm in enumerate((main.control, main.experimental))
        ),
    )
    looks = tuple(
        Look(each.time * clock.factor, each.events, calculated(each.events))
        for each in plan.looks
        if each.time is not None and each.events is not None
    )
    return events_over_time_figure(
        lines,
        looks,
        TimeText(
            identifier=anchor(main, "over-time-plot"),
            title=f"{main.hypothesis}: patients and events expected over time",
            axis=f"{clock.units.capitalize()} since the first patient",
            unit=clock.unit,
            alternative_text=_told(context, plan, lines),
            estimand=context.estimand(main),
        ),
    )


def _told(context: DesignContext, plan: Plan, lines: tuple[Line, ...]) -> str:
    clock = context.clock
    last = f"{float(lines[0].time[-1]):.1f} {clock.units}"
    ends = "; ".join(f"{lowered(line.name)} {calculated(float(line.value[-1]))}" for line in lines)
    looks = "; ".join(
        f"look {each.number} at {clock.show(each.time)} {clock.units} with "
        f"{calculated(each.events)} events"
        for each in plan.looks
        if each.time is not None and each.events is not None
    )
    return f"Expected numbers over calendar time. At {last}: {ends}. {sentence(looks)}."


def _moments(context: DesignContext, main: HypothesisDesign, plan: Plan) -> list[Moment]:
    """Put round times and looks in one order."""
    clock = context.clock
    last = float(main.courses[0].time[-1]) * clock.factor
    moments = [Moment(each.time, each.number) for each in plan.looks if each.time is not None]
    taken = [each.time for each in moments]
    for shown in round_times(last, clock.unit)[1:]:
        time = shown / clock.factor
        if not any(abs(time - other) < NEAR * max(1.0, time) for other in taken):
            moments.append(Moment(time, None))
    return sorted(moments, key=lambda each: each.time)


def _under_null(main: HypothesisDesign, world: SurvivalWorld, times: Vector) -> ExpectedCounts:
    """Count where the null hypothesis is true."""
    return counts_at(with_ratio(world, null_of(main.effect)) if main.effect else world, times)


def _table(
    context: DesignContext, main: HypothesisDesign, plan: Plan, world: SurvivalWorld
) -> Table:
    clock, moments = context.clock, _moments(context, main, plan)
    times = vector(np.array([each.time for each in moments]))
    planned = counts_at(world, times)
    null = _under_null(main, world, times)
    arms = [context.arm(main.control), context.arm(main.experimental)]
    rows = [
        Row(
            (
                _when(context, moment, plan),
                *(calculated(float(planned.enrolled[i, :, arm].sum())) for arm in (0, 1)),
                *(calculated(float(planned.events[i, :, arm].sum())) for arm in (0, 1)),
                calculated(float(planned.total_events[i])),
                calculated(float(null.total_events[i])),
            ),
            strong=moment.look is not None,
        )
        for i, moment in enumerate(moments)
    ]
    return Table(
        id=anchor(main, "over-time-table"),
        title=f"{main.hypothesis}: patients and events expected over time",
        header=(
            clock.units.capitalize(),
            *(f"Patients,\n{arm}" for arm in arms),
            *(f"Events,\n{arm}" for arm in arms),
            "Events, all",
            f"Events, all,\n{null_words(plan)}",
        ),
        rows=tuple(rows),
        footnotes=(
            (
                f"Cumulative, {clock.units} since the first patient; as calculated, were the trial "
                "never stopped. Events are those under the planned effect unless told otherwise."
            ),
        ),
        estimand=context.estimand(main),
    )


def _when(context: DesignContext, moment: Moment, plan: Plan) -> str:
    if moment.look is None:
        return context.clock.mark(moment.time)
    named = f"look {moment.look}" if len(plan.looks) > 1 else "analysis"
    return f"{context.clock.show(moment.time)} ({named})"


def _strata(
    context: DesignContext, main: HypothesisDesign, plan: Plan, world: SurvivalWorld
) -> Table:
    """Tell patients and events by stratum at the last look."""
    last = plan.looks[-1].time or float(main.courses[0].time[-1])
    counts: ExpectedCounts = counts_at(world, vector([last]))
    arms = [context.arm(main.control), context.arm(main.experimental)]
    rows = [
        Row(
            (
                stratum.name,
                fraction(stratum.share),
                *(calculated(float(counts.enrolled[0, place, arm])) for arm in (0, 1)),
                *(calculated(float(counts.events[0, place, arm])) for arm in (0, 1)),
            )
        )
        for place, stratum in enumerate(world.strata)
    ]
    return Table(
        id=anchor(main, "over-strata-table"),
        title=f"{main.hypothesis}: patients and events by stratum at the last look",
        header=(
            "Stratum",
            "Share",
            *(f"Patients,\n{arm}" for arm in arms),
            *(f"Events,\n{arm}" for arm in arms),
        ),
        rows=tuple(rows),
        footnotes=("As calculated, under the planned effect, were the trial never stopped.",),
        estimand=context.estimand(main),
    )
