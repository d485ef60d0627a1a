"""Power against the true hazard ratio, where it is varied, beside what the design calculates."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

import numpy as np

from equipoise.design.plan import Plan
from equipoise.protocol.rehearsal import EndpointChange, Scenario, TruthChange
from equipoise.report.design.power import SAME, fraction_of
from equipoise.report.design.printing import NONE, as_given
from equipoise.report.document import Figure, Row, Section, Table
from equipoise.report.figures.rehearsal_curve import (
    Point,
    RehearsedCurve,
    rehearsed_curve_figure,
)
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import percent, sentence
from equipoise.report.simulation.context import Played, SimulationContext, anchor
from equipoise.report.simulation.overview import row_header
from equipoise.report.simulation.printing import GAPS, LIMITS, from_calculated, with_error

FEWEST = 2  # points of a curve
SAME_PLACES = 6  # of ratios that are one and the same
FINEST = 201  # points of the calculated one


def power_curve_section(context: SimulationContext) -> Section | None:
    """Write the power curve; None where no hazard ratio was varied."""
    played = varied_of(context)
    if len({each.scenario for each in played}) < FEWEST:
        return None
    name = context.lead
    return Section(
        "power-curve",
        f"Power by the true {context.effect(name).name}",
        (_figure(context, name, played), _table(context, name, played)),
    )


def varied_of(context: SimulationContext) -> list[Played]:
    """Find what belongs on the curve, by hazard ratio.

    That is what was played with a varied hazard ratio, the last scenarios of the plan, and what was
    played beside it with one hazard ratio of its own, planned in all else.
    """
    first = len(context.plan.scenarios) - len(context.result.varied)
    found = [
        each
        for each in context.played
        if each.hypothesis(context.lead) is not None
        and (each.scenario >= first or (context.result.varied and only_ratio(context, each)))
    ]
    varied = {round(each, SAME_PLACES) for each in context.result.varied}
    kept = (
        each
        for each in found
        if each.scenario >= first or round(ratio_of(context, each), SAME_PLACES) not in varied
    )
    return sorted(kept, key=lambda each: ratio_of(context, each))


def only_ratio(context: SimulationContext, played: Played) -> bool:
    """Say whether a scenario differs from the plan by one hazard ratio alone.

    Whatever else it tells of endpoints that the hypothesis is not about.
    """
    scenario, truth = (
        context.scenario(played.scenario),
        context.truth(played.scenario, context.lead),
    )
    if truth is None or truth.effect is None or not context.effect(context.lead).ratio:
        return False
    free = replace(scenario, endpoints=(), adverse_events=(), correlation=None, correlations=())
    tested = context.tested(context.lead, played.design)
    if tested is None or free != Scenario(scenario.id, scenario.label, scenario.effects):
        return False
    change = scenario.endpoint(tested.endpoint)
    ratio = TruthChange(hazard_ratio=change.everyone.hazard_ratio)
    return change == EndpointChange(tested.endpoint, ratio, by_arm=change.by_arm) and all(
        each == TruthChange(hazard_ratio=each.hazard_ratio) for _, each in change.by_arm
    )


def ratio_of(context: SimulationContext, played: Played) -> float:
    """Give the hazard ratio of a scenario on the curve."""
    first = len(context.plan.scenarios) - len(context.result.varied)
    if played.scenario >= first:
        return context.result.varied[played.scenario - first]
    truth = context.truth(played.scenario, context.lead)
    assert truth is not None  # noqa: S101 - only those that tell one are there
    assert truth.effect is not None  # noqa: S101 - likewise
    return round(exp(truth.effect), SAME_PLACES)


def beside_words(context: SimulationContext, played: Sequence[Played]) -> tuple[str, ...]:
    """Name the points that are scenarios of the protocol."""
    first = len(context.plan.scenarios) - len(context.result.varied)
    told = dict.fromkeys(
        f"{as_given(ratio_of(context, each))} {each.label}"
        for each in played
        if each.scenario < first
    )
    return (f"Among them scenarios of the protocol: {', '.join(told)}.",) if told else ()


def own_plan(context: SimulationContext, name: str) -> Plan | None:
    """Give the plan of a hypothesis, at the whole numbers that are played."""
    design = context.result.design.hypothesis(name)
    return design.whole or design.plan


def calculated_power(plan: Plan, effect: float) -> float | None:
    """Give the power of a plan under any effect, by the design's recursion.

    None where the plan's own curve is not that of a drift in proportion to the effect.

    Witness: the plan's power curve.
    """
    curve = plan.power_curve
    known = [curve[0], curve[len(curve) // 2], curve[-1]]
    fractions = [fraction_of(plan.effect, each) for each, _ in known]
    fractions.append(fraction_of(plan.effect, effect))
    powers = plan.sequential.rejections(np.array(fractions) * plan.sequential.drift)
    if not np.allclose(powers[:-1], [power for _, power in known], rtol=0, atol=SAME):
        return None
    return float(powers[-1])


def _calculated_curve(plan: Plan | None, low: float, high: float) -> list[tuple[float, float]]:
    """Give the calculated curve between two ratios; that of the plan where no other is known."""
    if plan is None:
        return []
    if calculated_power(plan, low) is None:
        return list(plan.power_curve)
    effects = np.geomspace(low, high, FINEST)
    drifts = np.array([fraction_of(plan.effect, float(each)) for each in effects])
    powers = plan.sequential.rejections(drifts * plan.sequential.drift)
    return list(zip(effects.tolist(), powers.tolist(), strict=True))


def _figure(context: SimulationContext, name: str, played: list[Played]) -> Figure:
    curves = []
    for at, design in enumerate(context.plan.designs):
        points = [
            Point(ratio_of(context, each), own.power.value, own.power.lower, own.power.upper)
            for each in played
            if each.design == at and (own := each.hypothesis(name)) is not None
        ]
        if points:
            points.sort(key=lambda each: each.effect)
            curves.append(RehearsedCurve(f"Rehearsed, {design.name}", tuple(points)))
    effects = [point.effect for each in curves for point in each.points]
    plan = own_plan(context, name)
    told = "; ".join(
        f"{each.name}: "
        + ", ".join(f"{as_given(point.effect)}: {percent(point.power)}%" for point in each.points)
        for each in curves
    )
    return rehearsed_curve_figure(
        curves,
        _calculated_curve(plan, min(effects), max(effects)),
        FigureText(
            identifier=anchor(name, "power-curve-plot"),
            title=f"{context.name(name)}: power against the true {context.effect(name).name}",
            alternative_text=f"Power by the true {context.effect(name).name}. {told}.",
            footnotes=(
                "95% Monte Carlo limits of each point (Wilson); lines only join points.",
                *beside_words(context, played),
            ),
        ),
        axis=context.effect(name).name,
        calculated_name=f"Calculated, {context.plan.designs[0].name}",
    )


def _table(context: SimulationContext, name: str, played: list[Played]) -> Table:
    plan = own_plan(context, name)
    rows = []
    for each in played:
        own, ratio = each.hypothesis(name), ratio_of(context, each)
        assert own is not None  # noqa: S101 - only those that test it are there
        calculated = calculated_power(plan, ratio) if plan and each.design == 0 else None
        rows.append(
            Row(
                (
                    as_given(ratio),
                    *((each.design_name,) if context.several else ()),
                    NONE if calculated is None else percent(calculated, 2),
                    with_error(own.power),
                    NONE if calculated is None else from_calculated(own.power, calculated),
                )
            )
        )
    return Table(
        id=anchor(name, "power-curve-table"),
        title=f"{context.name(name)}: power, % of trials",
        header=(
            sentence(context.effect(name).name),
            *row_header(context)[1:],
            "Calculated",
            "Rehearsed",
            "Difference,\npoints",
        ),
        rows=tuple(rows),
        footnotes=(
            "± one Monte Carlo standard error.",
            GAPS,
            LIMITS,
            *beside_words(context, played),
            "Calculated: by the design's recursion, futility obeyed"
            + ("; for the protocol's own design." if context.several else "."),
        ),
        prose=(1,) if context.several else (),
    )
