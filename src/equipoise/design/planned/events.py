"""Plan the events of one hypothesis, where nothing is said of when patients come.

events D = (drift / δ)²,   drift = δ √D,   δ the mean of Z for one event (`formulas`)
"""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from equipoise.design.assemble import Course, Method, Size, assemble
from equipoise.design.plan import Effect, Plan
from equipoise.design.rounding import whole_events, whole_number, whole_patients
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.survival.formulas import (
    NAMES,
    effect_per_root_event,
    ratio_from_effect,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector
from equipoise.protocol.coherence_effects import null_of
from equipoise.protocol.derive_design import BY_EVENTS

if TYPE_CHECKING:
    from equipoise.design.planned.survival import SurvivalCase
    from equipoise.design.planned.world import Numbers
    from equipoise.design.survival.formulas import Better, EventFormula


def plan_events(case: "SurvivalCase") -> Plan:
    """Plan the events of a time-to-event hypothesis; times are left open.

    Raises:
        DesignError: the formula needs times, or events are more than patients.

    Witness: sv02 (gsDesign nEvents) times the inflation of `group_sequential`.
    """
    if case.method not in BY_EVENTS:
        raise DesignError(
            f"The method {case.method!r} needs patients and their accrual; give them under "
            "`planning`, or use schoenfeld."
        )
    sequential, ratio, events = _solved(case)
    numbers, allocation = case.numbers, case.allocation
    patients = events if numbers.patients is None else numbers.patients * case.share
    if patients < events:
        raise DesignError(
            f"{events:.5g} events cannot come from {patients:g} patients; plan at least "
            f"{np.ceil(events):.0f}, with accrual and follow-up to see how many."
        )
    at_looks = events * sequential.information
    fixed = events * (sequential.fixed_drift / sequential.drift) ** 2
    plan = assemble(
        "time-to-event",
        Method(NAMES[case.method], case.solve_for, _assumed(case.method, numbers)),
        Effect("hazard ratio", ratio, null_of(case.effect), "log", _better(case)),
        sequential,
        Course(
            information=vector(at_looks * allocation / (1 + allocation) ** 2),
            patients=vector(np.full(at_looks.size, patients)),
            events=vector(at_looks),
        ),
        Size(
            allocation=allocation,
            patients=patients,
            whole=whole_patients(patients, allocation),
            fixed_patients=patients * fixed / events,
            fixed_events=fixed,
        ),
    )
    known = numbers.patients is not None
    return replace(plan, events=events, events_whole=whole_number(events), patients_known=known)


def whole_events_of(case: "SurvivalCase", plan: Plan) -> Plan:
    """Give the plan at whole events: bounds and power at the fractions these make.

    Raises:
        DesignError: looks so close that rounding makes two of them the same.

    Witness: `plan_events` of the power, with these fractions.
    """
    events = whole_events(vector([look.events or 0.0 for look in plan.looks]))
    stopping = replace(case.stopping, information=tuple((events / events[-1]).tolist()))
    numbers = replace(case.numbers, effect=plan.effect.value, events=float(events[-1]), power=None)
    return plan_events(replace(case, stopping=stopping, numbers=numbers, solve_for="power"))


def _better(case: "SurvivalCase") -> "Better":
    return "lower" if case.better_lower else "higher"


def _solved(case: "SurvivalCase") -> tuple[GroupSequential, float, float]:
    """Give the boundaries, the hazard ratio and the events."""
    method, null = cast("EventFormula", case.method), null_of(case.effect)
    numbers, allocation, better = case.numbers, case.allocation, _better(case)
    if case.solve_for == "effect":
        sequential = group_sequential(case.stopping, power=numbers.power)
        events = cast("float", numbers.events)
        per_root = sequential.drift / float(np.sqrt(events))
        ratio = ratio_from_effect(
            method, per_root, null_ratio=null, allocation=allocation, better=better
        )
        return sequential, ratio, events
    ratio = cast("float", numbers.effect)
    per_root = effect_per_root_event(
        method, ratio, null_ratio=null, allocation=allocation, better=better
    )
    if case.solve_for == "power":
        events = cast("float", numbers.events)
        drift = per_root * float(np.sqrt(events))
        return group_sequential(case.stopping, drift=drift), ratio, events
    sequential = group_sequential(case.stopping, power=numbers.power)
    return sequential, ratio, float((sequential.drift / per_root) ** 2)


def _assumed(method: str, numbers: "Numbers") -> tuple[str, ...]:
    told = [
        f"Events by the formula of {NAMES[method]}; proportional hazards.",
        "Hazard ratios at boundaries are exp(±z/√I) with I = D r/(1+r)².",
        "No accrual is planned, so nothing is said of the times of the looks.",
    ]
    if numbers.patients is None:
        told.append(
            "Nor are patients planned: how many give the events depends on their follow-up."
        )
    return tuple(told)
