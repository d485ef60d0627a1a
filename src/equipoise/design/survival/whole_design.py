"""A survival design with whole patients and events: a step of its own, taken in the open.

Enrollment lasts as long as before, a little faster, so that the whole events are expected by the
planned end.  Bounds and power are those of the whole numbers (`rounding`), at the information
fractions they make; futility spends the beta that was planned, though a little less is left.
"""

import math
from dataclasses import replace

from equipoise.design.rounding import whole_events, whole_patients
from equipoise.design.sequential import one_sided
from equipoise.design.sequential.assemble import assemble as assemble_bounds
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendBeta
from equipoise.design.survival.enrollment import with_rate
from equipoise.design.survival.events import patients_of
from equipoise.design.survival.solve import Solution, solve
from equipoise.design.survival.survival_design import SurvivalDesign, assemble
from equipoise.design.survival.truths import look_events


def whole_survival_design(design: SurvivalDesign, *, enrolled: int | None = None) -> SurvivalDesign:
    """Give the design with whole patients and events, its bounds and power anew.

    Args:
        design: as solved, with fractions.
        enrolled: whole patients; those of the whole events in proportion, unless given.

    Raises:
        DesignError: looks so close that rounding makes two of them the same.
    Witness:
        sv16 (gsDesign toInteger).

    >>> from equipoise.design.survival.hazards import accrual, hazard_from_median, one_stratum
    >>> from equipoise.design.survival.question import SurvivalQuestion
    >>> from equipoise.design.survival.survival_design import survival_design
    >>> world = one_stratum(accrual(24), hazard_from_median(12), 0.7, dropout=0.005)
    >>> rounded = whole_survival_design(survival_design(SurvivalQuestion(world, follow_up=12.0)))
    >>> rounded.plan.events, round(rounded.plan.patients, 6)
    (331.0, 522.0)
    """
    planned, patients = design.solution, patients_of(design.world)
    events = whole_events(look_events(planned))
    enough = patients * float(events[-1]) / planned.events
    rounded = enrolled or sum(whole_patients(enough, design.world.allocation))
    stopping = replace(
        design.sequential.asked.stopping, information=tuple((events / events[-1]).tolist())
    )
    question = replace(
        design.asked,
        world=with_rate(design.world, rounded / patients),
        solve_for="power",
        stopping=stopping,
        power=None,
        events=float(events[-1]),
        follow_up=None,
        study_duration=None,
        calendar=(),
        spend_by_calendar=False,
        better=design.plan.effect.better,
    )
    solution = solve(question)
    sequential = with_planned_effect(solution, design)
    return assemble(question, replace(solution, sequential=sequential, effect=planned.effect))


def with_planned_effect(rounded: Solution, design: SurvivalDesign) -> GroupSequential:
    """Give bounds and power for the mean of Z per root event, and the beta, that were planned.

    Witness:
        sv16 (lower_z).
    """
    found, power = rounded.sequential, design.sequential.asked.power
    drift = design.solution.effect * math.sqrt(rounded.events)
    if drift <= 0:
        return found
    asked = replace(found.asked, drift=drift)
    if power is not None and found.sides == 1 and isinstance(asked.stopping.futility, SpendBeta):
        asked = replace(asked, power=power)
        drawn, drift = one_sided.solve(asked)
        return assemble_bounds(asked, drawn.upper, drawn.lower, drift, harm=drawn.harm)
    return group_sequential(
        asked.stopping,
        drift=drift,
        drift_shape=asked.drift_shape,
        alternative_information=asked.alternative_information,
    )
