"""When a planned trial is looked at, and until when at most it lasts.

by information      at the whole number of events (or patients) planned for the look
by calendar         at the times written
as `conduct` says   what it names, of which `planned` is one of the above
"""

from equipoise.design.plan import LookPlan, Plan
from equipoise.design.rounding import whole_number
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.design.wording.numbers import Clock
from equipoise.errors import SimulationError
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.rehearsal import DURATIONS, LookTrigger
from equipoise.protocol.trial import Protocol
from equipoise.simulate.conduct import (
    AfterEnrollment,
    AfterEvents,
    AfterLook,
    AfterPatients,
    AtTime,
    Condition,
    Look,
    RestrictedMean,
    Tested,
)
from equipoise.simulate.planned.patients import planning_of


def whole_plan(lead: HypothesisDesign) -> Plan:
    """Give the plan of whole events and patients, or the plan where there is no other.

    Raises:
        SimulationError: It has no plan.
    """
    plan = lead.whole or lead.plan
    if plan is None:
        raise SimulationError(f"{lead.hypothesis} is not planned: {lead.not_planned}.", "design")
    return plan


def looks_of(protocol: Protocol, design: TrialDesign, tested: Tested) -> tuple[Look, ...]:
    """Give when each look of the trial is held.

    Args:
        protocol: with a design.
        design: of this protocol.
        tested: the hypothesis that sizes the trial.

    Raises:
        SimulationError: Its looks are not planned.

    Witness: closed form (the design's own numbers, rounded as `whole_events`).
    """
    promise, lead = protocol.design, design.main
    assert promise is not None  # noqa: S101 - designs are of promises
    assert lead is not None  # noqa: S101 - `tested` is its hypothesis
    plan, conduct = whole_plan(lead), protocol.rehearsal.conduct
    planned = [_planned(protocol, design, promise, tested, plan, look) for look in plan.looks]
    if not conduct.looks:
        return tuple(Look((each,), gap=conduct.gap if k else 0.0) for k, each in enumerate(planned))
    return tuple(
        _look(trigger, each, tested, conduct.gap if k else 0.0)
        for k, (trigger, each) in enumerate(zip(conduct.looks, planned, strict=True))
    )


def _planned(
    protocol: Protocol,
    design: TrialDesign,
    promise: DesignPromise,
    tested: Tested,
    plan: Plan,
    look: LookPlan,
) -> Condition:
    if promise.looks.calendar:
        return AtTime(promise.looks.calendar[look.number - 1])
    if isinstance(tested.test, RestrictedMean) and look.time is not None:
        return AtTime(look.time)
    if look.events is not None:
        pair = (design.main.control, design.main.experimental) if design.main else ()
        several = len(protocol.arms) > 2  # noqa: PLR2004 - then events of two of them are counted
        events = max(1, whole_number(look.events))
        return AfterEvents(events, tested.endpoint, tested.population, pair if several else ())
    everyone = design.patients_whole or plan.patients
    share = look.patients / plan.looks[-1].patients
    followed = planning_of(protocol).follow_up[0] if planning_of(protocol).follow_up else 0.0
    return AfterPatients(max(1, whole_number(share * everyone)), followed)


def _look(trigger: LookTrigger, planned: Condition, tested: Tested, gap: float) -> Look:
    found: list[Condition] = [planned] if trigger.planned else []
    if trigger.events is not None:
        endpoint = trigger.endpoint or tested.endpoint
        found.append(AfterEvents(trigger.events, endpoint, trigger.population, trigger.arms))
    if trigger.calendar is not None:
        found.append(AtTime(trigger.calendar))
    if trigger.patients is not None:
        followed = trigger.followed or 0.0
        found.append(AfterPatients(trigger.patients, followed, trigger.population))
    elif trigger.followed is not None:
        found.append(AfterEnrollment(trigger.followed))
    if trigger.after_look is not None and trigger.later is not None:
        found.append(AfterLook(trigger.after_look, trigger.later))
    own = gap if trigger.gap is None else trigger.gap
    return Look(tuple(found), trigger.whichever, own)


def maximum_duration(protocol: Protocol, design: TrialDesign) -> tuple[float, tuple[str, ...]]:
    """Give until when the trial lasts at most, and what is to be said of it.

    Witness: closed form.
    """
    given = protocol.rehearsal.conduct.maximum_duration
    if given is not None:
        return given, ()
    planning, lead = planning_of(protocol), design.main
    times = [0.0]
    if lead is not None and lead.plan is not None:
        times += [look.time for look in lead.plan.looks if look.time is not None]
    if lead is not None and lead.world is not None:
        times.append(lead.world.accrual.duration)
    if planning.accrual_duration:
        follow_up = planning.follow_up[0] if planning.follow_up else 0.0
        times.append(planning.accrual_duration[0] + follow_up)
    planned = max(times)
    if not planned:
        return float("inf"), ("No duration is planned, and none at most.",)
    longest = DURATIONS * planned
    said = (
        f"Looks not reached {Clock(protocol.trial).length(longest)} after the trial opened are "
        "held then: "
        f"{DURATIONS:g} times its planned duration."
    )
    return longest, (said,)
