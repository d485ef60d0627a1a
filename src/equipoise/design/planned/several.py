"""What several hypotheses and arms of one trial have in common: alpha, success, patients."""

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.design.planned.multiplicity import Bounds, Levels, multiplicity_design
from equipoise.design.planned.sizing import Together
from equipoise.design.planned.stopping import stopping_plan
from equipoise.design.rounding import whole_number
from equipoise.design.trial_design import ArmPatients, HypothesisDesign, MultiplicityDesign
from equipoise.design.wording.numbers import listed
from equipoise.protocol.trial import Protocol, TestMethod

if TYPE_CHECKING:
    from equipoise.design.plan import Plan
    from equipoise.design.planned.hypothesis import Asked, Planned
    from equipoise.design.planned.sizing import Sized
    from equipoise.design.sequential.rules import StoppingPlan

EXACT, SIMULATED = 1e-9, 5e-5  # of a power that is aimed at


def multiplicity_of(
    protocol: Protocol, held: Levels, hypotheses: tuple[HypothesisDesign, ...], sized: "Sized"
) -> MultiplicityDesign | None:
    """Give the levels and bounds of every hypothesis, and how often they succeed together.

    Witness: `multiplicity_design`, `success_of_several`.
    """
    promise = protocol.design
    if promise is None or promise.multiplicity is None:
        return None
    rule, plans = promise.multiplicity, {each.hypothesis: each.plan for each in hypotheses}
    drawn = _bounds(protocol, plans, sized.planned.plan)
    driver = sized.asked.hypothesis.id
    first = {driver: sized.planned.plan}
    known = first | {name: plan for name, plan in plans.items() if plan is not None}
    success = None
    if len(known) > 1:
        from equipoise.design.planned.success import success_of_several  # noqa: PLC0415

        success = success_of_several(protocol, rule, held, drawn, known)
    found = multiplicity_design(rule, held, drawn)
    open_ones = [name for name in held if depends_on_itself(protocol, name)]
    said = (
        f"Efficacy bounds of {listed(open_ones)} depend on the information of another endpoint at "
        "the looks, which is not planned without an effect; levels of alpha are told."
        if open_ones
        else ""
    )
    return replace(found, success=success, assumed=tuple(filter(None, (*found.assumed, said))))


def goal_of_all(protocol: Protocol, held: Levels) -> Together | None:
    """Give the chance that all co-primary hypotheses are met, as a function of their plans."""
    promise = protocol.design
    if promise is None or promise.multiplicity is None:
        return None
    rule = promise.multiplicity
    if rule.procedure != "co-primary":
        return None

    def chance(plans: "dict[str, Plan]") -> float:
        from equipoise.design.planned.success import success_of_several  # noqa: PLC0415

        leading = next(iter(plans.values()))
        drawn = _bounds(protocol, dict(plans), leading)
        found = success_of_several(protocol, rule, held, drawn, plans)
        assert found is not None  # noqa: S101 - co-primary are several
        return found.every

    exact = not rule.correlation or len(promise.looks.information) == 1
    return Together(chance, EXACT if exact else SIMULATED)


def _bounds(protocol: Protocol, plans: "dict[str, Plan | None]", leading: "Plan") -> Bounds:
    """Give the bounds of every hypothesis at any level."""
    tested = {
        each.id: _tested(protocol, each.id, plans.get(each.id), leading)
        for each in protocol.hypotheses
    }
    return Bounds(tested, leading.sequential.drift)


def depends_on_itself(protocol: Protocol, name: str) -> bool:
    """Say whether the information of a hypothesis without a plan grows by its own endpoint."""
    promise = protocol.design
    lead = promise.sized_for if promise else None
    if lead is None or promise is None or promise.effect(name) is not None:
        return False
    several = len(promise.looks.information) > 1 or bool(promise.looks.calendar)
    endpoints = {
        protocol.estimand(protocol.hypothesis(each).estimand).endpoint for each in (name, lead)
    }
    return several and len(endpoints) > 1


def _tested(
    protocol: Protocol, name: str, plan: "Plan | None", leading: "Plan"
) -> "StoppingPlan | None":
    """Give the rules a hypothesis is tested by: its plan's, or those of the trial."""
    promise = protocol.design
    if promise is None or protocol.hypothesis(name).test.method is TestMethod.MAX_COMBO:
        return None
    if plan is None and depends_on_itself(protocol, name):
        return None
    if plan is not None:
        stopping = plan.sequential.asked.stopping
    else:
        stopping = stopping_plan(promise, promise.alpha, futility=False)
        looks = leading.sequential.asked.stopping
        stopping = replace(
            stopping, information=looks.information, spending_time=looks.spending_time
        )
    binding = stopping.futility is not None and stopping.futility.binding
    return stopping if binding else replace(stopping, futility=None)


def arms_of(protocol: Protocol, planned: "Planned", asked: "Asked") -> tuple[ArmPatients, ...]:
    """Give the patients of every arm: the two compared as planned, the others in proportion.

    Of no arm, where events alone are planned.

    Witness: closed form (the allocation).
    """
    if not planned.plan.patients_known:
        return ()
    comparison = protocol.comparison(asked.hypothesis.comparison)
    control = protocol.arm(comparison.control)
    whole = dict(
        zip((comparison.control, comparison.experimental), planned.plan.patients_whole, strict=True)
    )
    everyone = sum(arm.allocation for arm in protocol.arms)
    return tuple(
        ArmPatients(
            arm.id,
            planned.patients * arm.allocation / everyone,
            whole.get(
                arm.id,
                whole_number(whole[control.id] * arm.allocation / control.allocation),
            ),
        )
        for arm in protocol.arms
    )
