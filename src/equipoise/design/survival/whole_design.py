"""A survival design with whole patients and events: a step of its own, taken in the open.

Enrollment lasts as long as before, a little faster; bounds and power are those of the whole
numbers (`rounding`), at the information fractions they make.
"""

from dataclasses import replace

from equipoise.design.survival.enrollment import with_rate
from equipoise.design.survival.events import patients_of
from equipoise.design.survival.rounding import whole_events, whole_patients
from equipoise.design.survival.survival_design import SurvivalDesign, survival_design
from equipoise.design.survival.truths import look_events


def whole(design: SurvivalDesign) -> SurvivalDesign:
    """Give the design with whole patients and events, its bounds and power anew.

    Raises:
        DesignError: looks so close that rounding makes two of them the same.
    Witness:
        sv16 (gsDesign toInteger).

    >>> from equipoise.design.survival.hazards import accrual, hazard_from_median, one_stratum
    >>> from equipoise.design.survival.question import SurvivalQuestion
    >>> world = one_stratum(accrual(24), hazard_from_median(12), 0.7, dropout=0.005)
    >>> rounded = whole(survival_design(SurvivalQuestion(world, follow_up=12.0)))
    >>> rounded.plan.events, round(rounded.plan.patients, 6)
    (331.0, 520.0)
    """
    events = whole_events(look_events(design.solution))
    patients = patients_of(design.world)
    rounded = sum(whole_patients(patients, design.world.allocation))
    sequential = design.sequential
    spent_by = sequential.asked.stopping.spending_time
    stopping = replace(
        sequential.asked.stopping,
        information=tuple((events / events[-1]).tolist()),
        spending_time=spent_by,
    )
    return survival_design(
        replace(
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
    )
