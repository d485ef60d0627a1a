"""Events, power and detectable ratio of a group-sequential design, without a world.

By the formulas whose δ (the mean of Z per root event) follows from the hazard ratio alone:

    events D = (drift / δ)²,    power at D: drift = δ√D,    ratio: δ = drift / √D
"""

import math
from dataclasses import dataclass

from equipoise.design.checks import check_above_zero
from equipoise.design.printing import Printed
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.formulas import (
    Better,
    EventFormula,
    check_difference,
    check_errors,
    planned_effect,
    ratio_from_effect,
)
from equipoise.kernel.arrays import Vector, vector


@dataclass(frozen=True, slots=True, repr=False)
class EventDesign(Printed):
    """A group-sequential log-rank design in events."""

    hazard_ratio: float
    events: Vector  # (looks,)
    sequential: GroupSequential


def sequential_events(
    hazard_ratio: float,
    stopping: StoppingPlan,
    *,
    power: float = 0.9,
    null_ratio: float = 1.0,
    allocation: float = 1.0,
    method: EventFormula = "schoenfeld",
) -> EventDesign:
    """Tell how many events each look of a group-sequential design needs.

    Args:
        hazard_ratio: experimental over control.
        stopping: looks, alpha and rules.
        power: to reach.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.
        allocation: patients in the experimental arm per control.
        method: the formula; see "The names of methods" in docs/design.md.

    Raises:
        DesignError: alpha, power or ratio that no design can have.
    Witness:
        lr21, plan-rpact-0064.

    >>> design = sequential_events(0.7, StoppingPlan((0.5, 0.75, 1.0)))
    >>> design.events.round(2).tolist()
    [168.21, 252.31, 336.42]
    """
    check_difference(hazard_ratio, null_ratio)
    check_errors(stopping.alpha, power, stopping.sides)
    sequential = group_sequential(stopping, power=power)
    effect = planned_effect(method, hazard_ratio, null_ratio=null_ratio, allocation=allocation)
    most = (sequential.drift / effect) ** 2
    return EventDesign(hazard_ratio, vector(sequential.information * most), sequential)


def power_of_sequential_events(
    hazard_ratio: float,
    events: float,
    stopping: StoppingPlan,
    *,
    null_ratio: float = 1.0,
    allocation: float = 1.0,
    method: EventFormula = "schoenfeld",
) -> EventDesign:
    """Tell the power of a group-sequential design with so many events at the last look.

    Args:
        hazard_ratio: experimental over control.
        events: at the last look, both arms together.
        stopping: looks, alpha and rules.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.
        allocation: patients in the experimental arm per control.
        method: the formula; see "The names of methods" in docs/design.md.

    Raises:
        DesignError: no events, or a ratio that equals the null.
    Witness:
        inverse of `sequential_events`; AALL1331's 131 events.

    >>> design = power_of_sequential_events(0.7, 336.42, StoppingPlan((0.5, 0.75, 1.0)))
    >>> round(design.sequential.power, 4)
    0.9
    """
    check_difference(hazard_ratio, null_ratio)
    check_above_zero(events, "The number of events")
    effect = planned_effect(method, hazard_ratio, null_ratio=null_ratio, allocation=allocation)
    sequential = group_sequential(stopping, drift=effect * math.sqrt(events))
    return EventDesign(hazard_ratio, vector(sequential.information * events), sequential)


def detectable_hazard_ratio(
    events: float,
    stopping: StoppingPlan,
    *,
    power: float = 0.9,
    null_ratio: float = 1.0,
    allocation: float = 1.0,
    method: EventFormula = "schoenfeld",
    better: Better = "lower",
) -> EventDesign:
    """Tell the hazard ratio that so many events detect with the power wanted.

    Args:
        events: at the last look, both arms together.
        stopping: looks, alpha and rules.
        power: to reach.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.
        allocation: patients in the experimental arm per control.
        method: the formula; see "The names of methods" in docs/design.md.
        better: which hazard ratios favor the experimental arm.

    Raises:
        DesignError: no events, or too few for any ratio by the formula.
    Witness:
        inverse of `sequential_events`.

    >>> round(detectable_hazard_ratio(336.42, StoppingPlan((0.5, 0.75, 1.0))).hazard_ratio, 4)
    0.7
    """
    check_above_zero(events, "The number of events")
    check_errors(stopping.alpha, power, stopping.sides)
    sequential = group_sequential(stopping, power=power)
    ratio = ratio_from_effect(
        method,
        sequential.drift / math.sqrt(events),
        null_ratio=null_ratio,
        allocation=allocation,
        better=better,
    )
    return EventDesign(ratio, vector(sequential.information * events), sequential)
